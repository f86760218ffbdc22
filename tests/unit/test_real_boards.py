"""Board numbers on recordings of others: balancing, tilting side to side, tilting front to back."""

import json

import numpy as np
import pytest

from surefoot.assessment import assess
from surefoot.model import Recording, Setup
from surefoot.preparation import prepare

FOLDER = "balance/wobbleboard_scrugli"
BOARD = Setup(test="wobble-board", surface="board", placement="board")


@pytest.fixture
def values(reference):
    """Return the values of each recording by its class: B balancing, S sideways, FB front to back."""

    def of(kind):
        found = []
        for path in sorted(reference(FOLDER).glob(f"{kind}/*.json")):
            data = json.loads(path.read_text())["data"]
            acc = np.column_stack([data["x"], data["y"], data["z"]]) * 9.80665 / 1000
            trial = prepare(Recording(np.arange(len(acc)) / 100, acc), BOARD)
            assert "acceleration_only" in {issue.code for issue in trial.issues}
            found.append(assess(trial).values)
        assert found
        return found

    return of


def test_balancing_is_steadier_than_tilting_on_purpose(values):
    balancing, tilting = values("B"), values("S") + values("FB")
    assert max(v["osi_deg"] for v in balancing) < min(v["osi_deg"] for v in tilting)
    for zone in ("board_in_zone_5_pct", "board_in_zone_10_pct"):
        assert min(v[zone] for v in balancing) > max(v[zone] for v in tilting)


def test_each_way_of_tilting_is_dominated_by_its_axis(values):
    assert all(v["mlsi_deg"] > 2 * v["apsi_deg"] for v in values("S"))
    assert all(v["apsi_deg"] > 2 * v["mlsi_deg"] for v in values("FB"))
