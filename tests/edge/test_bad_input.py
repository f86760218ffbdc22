"""What should never have been given is refused or read in bounded memory; ``bad_input`` has the cases."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

import bad_input as bad
from bad_input.making import HEADER, fill, rows

pytest.importorskip("resource", reason="memory is measured on POSIX")


def load(path):
    spec = spec_from_file_location(path.stem, path)
    module = module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


PAGE_MAKER = Path(__file__).parents[2] / "docs" / "validation" / "make_bad_input.py"
CHEAP = [case for case in bad.CASES if case.cheap]
LARGE = [case for case in bad.CASES if not case.cheap]


def check(case, told):
    assert told["end"] in case.ends, told
    assert told["peak_mb"] <= bad.MOST_MB
    if told["end"] != "read":
        assert all(told["error"].values())


@pytest.fixture(scope="module")
def cheap_ends(tmp_path_factory):
    """How all cheap cases end, read in one process."""
    folder = tmp_path_factory.mktemp("cheap")
    told = bad.read_alone(*(bad.made(case, folder) for case in CHEAP))
    return dict(zip((case.title for case in CHEAP), told, strict=True))


@pytest.mark.parametrize("case", CHEAP, ids=lambda case: case.make.__name__)
def test_bad_input_is_refused_or_read_in_bounded_memory(case, cheap_ends):
    check(case, cheap_ends[case.title])


@pytest.mark.slow
@pytest.mark.parametrize("case", LARGE, ids=lambda case: case.make.__name__)
def test_large_input_is_refused_or_read_in_bounded_memory(case, tmp_path):
    (told,) = bad.read_alone(bad.made(case, tmp_path))
    check(case, told)


def test_a_reader_without_bounds_would_be_noticed(tmp_path):
    """The measurement itself sees memory being taken."""
    path = fill(tmp_path / "long.csv", HEADER, rows(), 8_000_000)
    (told,) = bad.read_alone(path)
    assert told["end"] == "read"
    assert 20 < told["peak_mb"] < 150


def test_the_page_tells_how_every_case_ends(cheap_ends):
    maker = load(PAGE_MAKER)
    written = [line.split(" | ")[:2] for line in maker.PAGE.read_text(encoding="utf-8").splitlines()]
    assert {f"| {case.title}" for case in bad.CASES} <= {cells[0] for cells in written}
    for title, told in cheap_ends.items():
        assert [f"| {title}", maker.ended(told)] in written, "run docs/validation/make_bad_input.py"
    assert "**" not in maker.PAGE.read_text(encoding="utf-8")
