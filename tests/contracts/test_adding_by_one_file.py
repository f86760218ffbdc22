"""A new metric or protocol is one file: each how-to page's example, put in its folder, is known and used."""

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest

from motion import standing
from surefoot import assess, load_protocols, plugins, prepare
from surefoot.live.ble import devices
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


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a package that adds to Surefoot by its entry points; return what its files say."""

    def install(files, points):
        about = tmp_path / "wiggle-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text("Name: wiggle\nVersion: 1.0\n", encoding="utf-8")
        (about / "entry_points.txt").write_text(points, encoding="utf-8")
        for name, code in files.items():
            (tmp_path / name).write_text(code, encoding="utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setenv(plugins.SWITCH, "on")
        plugins._plugged.cache_clear()

    yield install
    plugins._plugged.cache_clear()


def test_another_package_adds_a_protocol_by_an_entry_point(installed):
    (code,) = re.findall(r"```python\n(.*?)```", (PAGES / "add-a-protocol.md").read_text("utf-8"), re.DOTALL)
    before = set(load_protocols())
    installed({"wiggle_test.py": code}, "[surefoot.protocols]\nwiggle = wiggle_test\n")
    load_protocols.cache_clear()
    try:
        assert set(load_protocols()) == before | {"half-tandem"}
        assessment = assess(prepare(standing(1), Setup(test="half-tandem", leg="left")))
        assert assessment.protocol == "half-tandem"
    finally:
        plugins._plugged.cache_clear()
        load_protocols.cache_clear()


@pytest.mark.parametrize(
    ("point", "why"),
    [
        ("broken = wiggle_broken", "ZeroDivisionError"),
        ("absent = wiggle_absent", "ModuleNotFoundError"),
        ("empty = wiggle_empty", "has no DEVICE"),
        ("polar_h10 = wiggle_empty", "name is taken"),
    ],
)
def test_a_plug_in_that_does_not_work_is_told_and_stops_nothing(installed, point, why):
    before = devices.discover()
    name = point.partition(" ")[0]
    installed({"wiggle_broken.py": "1 / 0", "wiggle_empty.py": ""}, f"[surefoot.devices]\n{point}\n")
    with pytest.warns(UserWarning, match=rf"'{name}' of surefoot.devices was left out: .*{why}"):
        assert plugins.load(devices, "DEVICE", "surefoot.devices").keys() == before.keys()


def test_under_test_no_plug_in_is_known(installed, monkeypatch):
    installed({}, "[surefoot.devices]\nabsent = wiggle_absent\n")
    monkeypatch.setenv(plugins.SWITCH, "off")
    plugins._plugged.cache_clear()
    assert plugins.load(devices, "DEVICE", "surefoot.devices").keys() == devices.discover().keys()


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
