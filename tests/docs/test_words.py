"""The words that no text for people may hold, wherever it stands: code, pages, scripts, documents."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULED_OUT = re.compile(
    r"fall[ -]risk|\b(ab)?normal(ly|ity)?\b|diagnos|\bcleared\b|\bcongrat|\bwell done\b", re.IGNORECASE
)
PAGES = ("*.html", "*.j2", "*.js", "*.toml", "*.md", "*.tsv", "*.json")


def strings_of(path):
    """Every string in a Python file, docstrings and help included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def texts():
    for path in sorted((ROOT / "src").rglob("*.py")) + sorted((ROOT / "notebooks").glob("*.py")):
        yield path, "\n".join(strings_of(path))
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "recordings").glob("*.md")]
    pages = [path for pattern in PAGES for path in (ROOT / "src").rglob(pattern)]
    for path in sorted(path for path in documents + pages if not {"_build", "gallery"} & {*path.parts}):
        yield path, path.read_text(encoding="utf-8")


def test_no_text_holds_a_word_that_is_ruled_out():
    read = {str(path.relative_to(ROOT)): RULED_OUT.findall(text) for path, text in texts()}
    assert len(read) > 250
    assert {path: words for path, words in read.items() if words} == {}


@pytest.mark.parametrize(
    "text", ["Your fall risk is high.", "This is abnormal.", "Cleared to run.", "Well done!"]
)
def test_the_words_are_known(text):
    assert RULED_OUT.search(text)
