"""Every path and dotted name that a text shows is there, and the drawing of the house is the house."""

import ast
import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "surefoot"
DOCS = [
    path
    for path in sorted((ROOT / "docs").rglob("*.*"))
    if not {"_build", "gallery", "reference"} & {*path.parts}
]
WRITTEN = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("recordings/*.md")),
    *sorted(ROOT.glob("notebooks/*.py")),
]
TEXTS = [path for path in [*WRITTEN, *DOCS] if path.suffix in {".md", ".py"}]
RUN = [path for pattern in ("*/*.py", "tests/support/*.py") for path in sorted(ROOT.glob(pattern))]
SCRIPTS = [path for path in DOCS + RUN if path.suffix == ".py"]
HOUSE = (ROOT / "docs" / "explanation" / "house.md").read_text(encoding="utf-8")

# Made by whoever follows the page: a new source, the own file, the pages.
TO_BE_MADE = {
    "src/surefoot/sources/formats/wiggle.py",
    "tests/support/writers/wiggle.py",
    "recordings/FILE",
    "docs/_build/html",
}
FOLDERS = "src|tests|docs|recordings|notebooks|scripts|.ci".replace(".", r"\.")
WHOLE = re.compile(rf"(?<![\w/.…])(?:{FOLDERS})/[\w./-]*")
MODULE = re.compile(r"(?<![\w/.…-])[\w/]+\.py\b")
DOTTED = re.compile(r"(?<![\w/.])surefoot(?:\.\w+)+(?![\w/])")
FILE_ENDINGS = ("phyphox", "zip", "py")


def quoted(path):
    """What a text has in backticks, and its blocks of commands."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:sh|text)\n(.*?)```", text, re.DOTALL)
    return "\n".join(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)) + blocks)


def is_file_of_project(name):
    """Tell whether a path is one from the root, from the package, or the end of a path of either."""
    if (ROOT / name).exists():
        return True
    places = [folder for top in ("src", "tests", "docs") for folder in (ROOT / top).rglob(Path(name).name)]
    return any(place.as_posix().endswith(f"/{name}") for place in places)


def resolves(name):
    """Tell whether a dotted name is a module of the package, or something in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            if not hasattr(thing, attribute):
                return False
            thing = getattr(thing, attribute)
        return True
    return False


def missing_in(text):
    """Return the paths and dotted names of a text that lead nowhere."""
    paths = [name.rstrip(".") for name in WHOLE.findall(text)]
    gone = [name for name in paths if not (ROOT / name).exists()]
    gone += [name for name in MODULE.findall(text) if not is_file_of_project(name)]
    dotted = [name for name in DOTTED.findall(text) if not name.endswith(FILE_ENDINGS)]
    return sorted({*gone, *(name for name in dotted if not resolves(name))} - TO_BE_MADE)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_in_a_text_is_there(path):
    assert missing_in(quoted(path)) == []


@pytest.mark.parametrize(
    "text",
    [
        "src/surefoot/tables/pieces.py",
        "src/surefoot/tables/",
        "sources/_keeping.py",
        "tests/unit/ble/nothing",
        "surefoot.ble.alignment",
        "surefoot.live.ble.alignment.aligned",
    ],
)
def test_a_path_of_before_is_seen(text):
    assert missing_in(text)


def test_paths_are_found_in_texts():
    found = {name for path in TEXTS for name in WHOLE.findall(quoted(path)) + DOTTED.findall(quoted(path))}
    assert len(found) > 30


def imports_of(path):
    """Yield every dotted name that a script imports from the package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "surefoot":
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "surefoot")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_scripts_import_from_the_package_is_there(path):
    assert [name for name in imports_of(path) if not resolves(name)] == []


def block_under(heading):
    (block,) = re.findall(rf"## {heading}\n.*?```text\n(.*?)```", HOUSE, re.DOTALL)
    return block.rstrip().splitlines()


def drawn():
    """Return the paths of the drawn tree, folders with a slash at their end."""
    above, paths = [], []
    for line in block_under("The tree")[1:]:
        name, depth = line.split()[0], (len(line) - len(line.lstrip())) // 2
        above = [*above[: depth - 1], name]
        paths.append("".join(above))
    return paths


def packages_and_modules():
    """Return every package at any depth and every module at the top, as they are drawn."""
    folders = {path.parent for path in SRC.rglob("*.py")} - {SRC}
    names = [f"{folder.relative_to(SRC).as_posix()}/" for folder in folders]
    return sorted([*names, *(path.name for path in SRC.glob("*.py"))])


def test_the_drawn_house_is_the_house():
    assert sorted(drawn()) == packages_and_modules()


def test_the_drawn_layers_are_those_of_the_contract():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    there = [[name for name in re.findall(r"\w+", layer) if is_top(name)] for layer in contract]
    assert [line.split(" | ") for line in block_under("The layer contract")] == [
        layer for layer in there if layer and layer != ["__main__"]
    ]


def is_top(name):
    return (SRC / name).is_dir() or (SRC / f"{name}.py").is_file()
