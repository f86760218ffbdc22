"""A new metric or protocol is one file: each how-to page's example, put in its folder, is known and used."""

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

from motion import standing
from surefoot import assess, prepare
from surefoot.model import Setup

PAGES = Path(__file__).parents[2] / "docs" / "how-to"


@pytest.fixture
def with_example(tmp_path, monkeypatch):
    """Put a page's example in a package's folder; return what the package then loads."""
    loaders = []

    def add(page, package, loader):
        (code,) = re.findall(r"```python\n(.*?)```", (PAGES / page).read_text(encoding="utf-8"), re.DOTALL)
        (tmp_path / "made_up.py").write_text(code, encoding="utf-8")
        module = import_module(package)
        monkeypatch.setattr(module, "__path__", [*module.__path__, str(tmp_path)])
        loaders.append(getattr(module, loader))
        loaders[-1].cache_clear()
        return loaders[-1]()

    yield add
    for loader in loaders:
        loader.cache_clear()
        sys.modules.pop(f"{loader.__module__}.made_up", None)


def test_a_new_protocol_is_one_file(with_example):
    made_up = with_example("add-a-protocol.md", "surefoot.protocols", "load_protocols")["half-tandem"]
    assessment = assess(prepare(standing(1), Setup(test="half-tandem", leg="left")))
    assert assessment.protocol == made_up.key
    assert assessment.primary == made_up.primary
    assert assessment.provenance.settings["test"] == "half-tandem"


def test_a_new_metric_is_one_file(with_example):
    made_up = with_example("add-a-metric.md", "surefoot.metrics", "load_metrics")["mean_absolute_ml_mps2"]
    values = assess(prepare(standing(1), Setup(leg="left"))).values
    assert made_up.unit == "m/s²"
    assert 0 < values["mean_absolute_ml_mps2"] < values["rms_ml_mps2"]
