"""Board numbers on recordings of others: balancing, tilting side to side, tilting front to back."""

import json

import numpy as np
import pytest

from surefoot.assessment import assess
from surefoot.live.feedback import Feedback, Samples, follow
from surefoot.model import Recording, Setup
from surefoot.preparation import prepare

FOLDER = "balance/wobbleboard_scrugli"
BOARD = Setup(test="wobble-board", surface="board", placement="board")


def recordings(reference, kind):
    """Each recording of a class: 100 Hz, acceleration in mg."""
    for path in sorted(reference(FOLDER).glob(f"{kind}/*.json")):
        data = json.loads(path.read_text())["data"]
        acc = np.column_stack([data["x"], data["y"], data["z"]]) * 9.80665 / 1000
        yield Recording(np.arange(len(acc)) / 100, acc)


@pytest.fixture
def values(reference):
    """Return the values of each recording by its class: B balancing, S sideways, FB front to back."""

    def of(kind):
        found = []
        for recording in recordings(reference, kind):
            trial = prepare(recording, BOARD)
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


@pytest.mark.parametrize("kind", ["B", "S", "FB"])
def test_live_time_in_the_zone_is_that_of_the_analysis(reference, kind):
    """Without a gyroscope, and from the flat sensor: the hardest case for the live tilt."""
    flat = np.tile([0.0, 0.0, 9.80665], (102, 1))
    for recording in recordings(reference, kind):
        feedback = follow(Feedback(), Samples(np.arange(-102, 0) / 100 - 1, flat))
        trial, inside = prepare(recording, BOARD), []
        for time_s, force in zip(recording.time_s, recording.acc_mps2, strict=True):
            feedback = follow(feedback, Samples(np.array([time_s]), force[None]))
            inside.append(feedback.is_inside)
        live_pct = 100 * np.mean(np.array(inside)[trial.samples(trial.window_s)])
        assert live_pct == pytest.approx(assess(trial).values["board_in_zone_5_pct"], abs=5)
