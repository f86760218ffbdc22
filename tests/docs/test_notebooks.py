"""The notebooks run through a kernel, as Jupyter runs them, and show their pictures."""

import importlib.util
import struct
from pathlib import Path

import pytest

pytest.importorskip("nbclient", reason="needs a kernel: pip install '.[docs]'")
ROOT = Path(__file__).resolve().parents[2]


def load_runner():
    spec = importlib.util.spec_from_file_location("notebooks", ROOT / "docs" / "notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RUNNER = load_runner()
LONGEST = 40


def code_of(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.slow
@pytest.mark.parametrize("path", RUNNER.SOURCES, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_what_it_draws(path):
    cells = code_of(RUNNER.run(path))
    assert sum(len(cell.source.splitlines()) for cell in cells) < LONGEST
    drawing = [cell for cell in cells if "sf.plot_" in cell.source]
    assert drawing
    for cell in drawing:
        (picture,) = (shown for shown in RUNNER.shown(cell) if isinstance(shown, bytes))
        width, height = struct.unpack(">II", picture[16:24])
        assert picture.startswith(b"\x89PNG")
        assert min(width, height) > 200


def test_there_are_notebooks():
    assert len(RUNNER.SOURCES) == 8
