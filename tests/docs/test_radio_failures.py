"""The page of what radios do: every sentence on it is read by a test that exists."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest

from radio_failures import FAILURES

ROOT = Path(__file__).resolve().parents[2]
MAKER = ROOT / "docs" / "validation" / "make_radio_failures.py"
CHECKLIST = ROOT / "docs" / "how-to" / "check-a-sensor-by-hand.md"
SAID = [said for failure in FAILURES for said in failure.said]
CLAIMS = [(said.key, test) for said in SAID for test in said.tests]


def source_of(test):
    """Return the source of a test with its decorators; None where there is no such test."""
    path, name = test.split("::")
    text = (ROOT / path).read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            return "\n".join(text.splitlines()[first - 1 : node.end_lineno])
    return None


@pytest.mark.parametrize(("key", "test"), CLAIMS, ids=lambda value: value.split("::")[-1])
def test_each_sentence_is_read_by_the_tests_that_the_page_names(key, test):
    source = source_of(test)
    assert source is not None, f"{test} does not exist"
    assert f"READS['{key}']" in source.replace('"', "'"), f"{test} does not look for {key!r}"


def test_all_failures_are_there_and_no_sentence_twice_under_one_key():
    # 23 of the specification, a package that is missing, a disk that is full, six of what sensors answer, and
    # eight of sensors as people have them.
    assert len(FAILURES) == 39
    assert all(failure.said for failure in FAILURES)
    assert len({said.key for said in SAID}) == len(SAID)


def test_the_page_is_made_of_the_table():
    spec = importlib.util.spec_from_file_location("make_radio_failures", MAKER)
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert maker.PAGE.read_text(encoding="utf-8") == maker.page(), f"run {MAKER.relative_to(ROOT)}"


def test_what_is_left_to_hands_is_on_the_checklist():
    lines = set(re.findall(r"^\| (\d+) \|", CHECKLIST.read_text(encoding="utf-8"), re.MULTILINE))
    assert {failure.by_hand for failure in FAILURES} - {""} <= lines
