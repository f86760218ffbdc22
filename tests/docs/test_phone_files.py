"""The page of real phone files says what the code does with those at hand."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "docs" / "validation" / "make_phone_files.py"


def load():
    spec = importlib.util.spec_from_file_location("make_phone_files", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_line_of_the_page_is_what_the_code_does_now():
    """Files that others add beside those of the page do not break it."""
    generator = load()
    if not generator.DATA.is_dir():
        pytest.skip("the reference data is not on this machine")
    written = generator.PAGE.read_text(encoding="utf-8").splitlines()
    made = set(generator.page().splitlines())
    missing = [line for line in written if line.startswith("| `") and line not in made]
    assert not missing, "run docs/validation/make_phone_files.py"
    assert sum(line.startswith("| `") for line in written) > 40
