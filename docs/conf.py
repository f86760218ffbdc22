import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

import notebooks

project = "Surefoot"
author = "The Surefoot developers"
copyright = "2026, The Surefoot developers"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
myst_heading_anchors = 3
html_theme = "pydata_sphinx_theme"
html_theme_options = {
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "navigation_with_keys": False,
}
html_title = "Surefoot"
html_show_sourcelink = False
html_sidebars = {"index": [], "tutorial/*": []}
html_static_path = ["_static"]
html_css_files = ["site.css"]
templates_path = ["_templates"]
exclude_patterns = ["_build", "_templates"]
suppress_warnings = ["misc.highlighting_failure"]
autodoc_typehints = "none"
autodoc_member_order = "bysource"

EXAMPLES = re.findall(
    r"```python\n(.*?)```", (HERE / "reference" / "python.md").read_text(encoding="utf-8"), re.DOTALL
)


def add_example(app, what, name, thing, options, lines):
    """Put the example of a public name, which the tests run, below what its docstring says."""
    public = name.removeprefix("surefoot.")
    example = next((each for each in EXAMPLES if re.search(rf"\bsf\.{re.escape(public)}\b", each)), None)
    if name.startswith("surefoot.") and example:
        lines += ["", ".. code-block:: python", "", *(f"   {line}" for line in example.splitlines()), ""]


def setup(app):
    app.connect("autodoc-process-docstring", add_example)
    app.connect("builder-inited", lambda app: notebooks.make_gallery())
