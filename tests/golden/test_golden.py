"""Values that may change only knowingly: with a new metrics version and a line in the changelog.

These prove nothing about truth; they notice a change. ``pytest --update-golden`` writes them anew.
"""

import json
import os
from pathlib import Path

import pytest

import surefoot
from surefoot.metrics import METRICS_VERSION, load_metrics
from surefoot.model import Setup

ROOT = Path(__file__).resolve().parents[2]
STORE = Path(__file__).with_name("values.json")
CASES = {
    "2026-03-03_right_eyes-open": Setup(leg="right", sensor_height_m=1.0),
    "2026-03-17_left_eyes-closed": Setup(leg="left", eyes="closed", sensor_height_m=1.0),
    "2026-03-24_board": Setup(test="wobble-board", surface="board", placement="board", board="round 40 cm"),
}


def compute(name: str) -> dict[str, float]:
    recording = surefoot.read(ROOT / "recordings" / f"{name}.zip")[0]
    trial = surefoot.prepare(recording, CASES[name])
    groups = trial.protocol.metric_groups
    keys = [metric.key for metric in load_metrics().values() if metric.group in groups]
    return dict(surefoot.assess(trial, keys).values)


def test_golden_values_are_written_only_on_demand(request):
    if not request.config.getoption("--update-golden"):
        assert STORE.is_file()
        return
    assert os.environ.get("CI") != "true", "golden values are never written in CI"
    document = {"metrics_version": METRICS_VERSION, "values": {name: compute(name) for name in CASES}}
    STORE.write_text(json.dumps(document, indent=1) + "\n")


@pytest.mark.parametrize("name", CASES)
def test_values_of_the_bundled_recordings_are_unchanged(name):
    stored = json.loads(STORE.read_text())
    assert stored["metrics_version"] == METRICS_VERSION, "run pytest --update-golden and tell the changelog"
    found = compute(name)
    assert found.keys() >= stored["values"][name].keys()
    for key, value in stored["values"][name].items():
        assert found[key] == pytest.approx(value, rel=1e-6, abs=1e-9), key
