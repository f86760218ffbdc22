"""Run the notebooks through a kernel, as Jupyter does, and make the pages of the site's gallery from them."""

import base64
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "notebooks").glob("*.py"))
GALLERY = ROOT / "docs" / "gallery"
DONE = ROOT / "build" / "notebooks"

INDEX = """# Gallery

Eight notebooks, each about one thing, run when these pages were made. They lie in `notebooks/`; Jupyter opens them with
[jupytext](https://jupytext.readthedocs.io), and they run as plain Python files, too.

````{{container}} cards

{cards}
````

```{{toctree}}
:hidden:

{names}
```
"""
CARD = "[![{title}]({picture})]({name}.md) **[{title}]({name}.md)** {text}"


def run(path):
    """Return a notebook with what its cells gave back; what was run since the last change is not run again."""
    import jupytext
    import nbformat
    from nbclient import NotebookClient

    done = DONE / f"{path.stem}.ipynb"
    if _is_fresh(done, path):
        return nbformat.read(done, as_version=4)
    notebook = jupytext.read(path)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    DONE.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, done)
    return notebook


def _is_fresh(done, path):
    changed = max(each.stat().st_mtime for each in [path, *(ROOT / "src").rglob("*.py")])
    return done.exists() and done.stat().st_mtime > changed


def shown(cell):
    """Return what a cell of code showed: texts as str, pictures (PNG) as bytes."""
    found = []
    for output in cell.get("outputs", []):
        data = output.get("data", {"text/plain": output.get("text", "")})
        picture, text = data.get("image/png"), data.get("text/plain", "")
        found += [base64.b64decode(picture)] if picture else [text.rstrip()] if text.strip() else []
    return found


def make_gallery():
    """Write the page of each notebook with its pictures, and the page of them all."""
    GALLERY.mkdir(exist_ok=True)
    cards = [_write_page(path) for path in SOURCES]
    names = "\n".join(path.stem for path in SOURCES)
    (GALLERY / "index.md").write_text(INDEX.format(cards="\n\n".join(cards), names=names), encoding="utf-8")


def _write_page(path):
    parts, pictures = [], []
    notebook = run(path)
    for cell in notebook.cells:
        parts.append(cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```")
        for thing in shown(cell):
            if isinstance(thing, bytes):
                pictures.append(f"{path.stem}-{len(pictures) + 1}.png")
                (GALLERY / pictures[-1]).write_bytes(thing)
            parts.append(f"![]({pictures[-1]})" if isinstance(thing, bytes) else f"```text\n{thing}\n```")
    (GALLERY / f"{path.stem}.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    title, text = re.match(r"# (.+)\n\n(.+?)(?:\n\n|$)", parts[0], re.DOTALL).groups()
    return CARD.format(title=title, picture=pictures[-1], name=path.stem, text=" ".join(text.split()))
