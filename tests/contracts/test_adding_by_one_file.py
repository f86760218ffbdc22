"""A new metric or protocol is one file: each how-to page's example, put in its folder, is known and used."""

import csv
import json
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
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


WHOLE = """
[surefoot.sources]
wiggle = wiggle_app
[surefoot.devices]
wiggle = wiggle_sensor
[surefoot.metrics]
wiggle = wiggle_number
[surefoot.protocols]
wiggle = wiggle_test
"""


def example(page):
    return re.findall(r"```python\n(.*?)```", (PAGES / page).read_text(encoding="utf-8"), re.DOTALL)[0]


@pytest.mark.slow
def test_a_package_with_one_of_each_is_found_by_all_verbs(tmp_path):
    """Laid out as pip does it, in a Python of its own; a file of its app, its test and its number."""
    about = tmp_path / "wiggle-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: wiggle\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(WHOLE, encoding="utf-8")
    for name, page in (("app", "source"), ("number", "metric"), ("test", "protocol")):
        (tmp_path / f"wiggle_{name}.py").write_text(example(f"add-a-{page}.md"), encoding="utf-8")
    sensor = Path(devices.__file__).with_name("polar_h10.py").read_text(encoding="utf-8")
    (tmp_path / "wiggle_sensor.py").write_text(sensor.replace('"polar_h10"', '"wiggle"'), encoding="utf-8")
    header = ["Wiggle us", *(f"{name}{axis}" for name in ("Pull", "Turn") for axis in "XYZ")]
    recording = standing(1)
    with (tmp_path / "take.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(header)
        for time_s, acc, gyr in zip(recording.time_s, recording.acc_mps2, recording.gyr_radps, strict=True):
            pulled = [-value / 9.80665 * 1000 for value in acc]
            table.writerow([f"{time_s * 1e6:.0f}", *pulled, *np.degrees(gyr)])
    words = [["show", what, "--json"] for what in ("formats", "devices", "metrics", "protocols")]
    told = ["--test", "half-tandem", "--leg", "left", "--eyes", "open", "--surface", "floor"]
    words.append(["assess", "take.csv", *told, "--placement", "lumbar", "--json"])
    words.append(["batch", "take.csv", *told, "--placement", "lumbar", "-o", "results.csv", "--json"])
    code = f"import sys\nfrom surefoot.cli import main\nfor each in {words}:\n"
    code += "    try:\n        main(each)\n    except SystemExit as left:\n        print('\\f', left.code)\n"
    places = [str(tmp_path), str(Path(plugins.__file__).parents[1])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places), plugins.SWITCH: "on"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *answers, _ = done.stdout.split("\f")
    documents = [json.loads(text.partition("\n")[2] if text.startswith(" ") else text) for text in answers]
    for rows in documents[:4]:
        assert [row["package"] for row in rows].count("wiggle 1.0") == 1
        assert {row["package"] for row in rows} == {"surefoot", "wiggle 1.0"}
    (assessed,) = documents[4]
    assert (assessed["source"], assessed["setup"]["test"]) == ("wiggle", "half-tandem")
    assert "mean_absolute_ml_mps2" in assessed["values"]
    assert (documents[5]["trials"], documents[5]["errors"]) == (1, [])
    assert "mean_absolute_ml_mps2" in (tmp_path / "results.csv").read_text(encoding="utf-8-sig")


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
