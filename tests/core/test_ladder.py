"""The ladder of stances: which rung is offered, when, and when not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from surefoot.assessment import assess
from surefoot.model import Assessment, Event, Provenance, Setup
from surefoot.preparation import prepare
from surefoot.simulate import Imu, stance
from surefoot.training import RUNGS, SAFETY_TEXT, LogEntry, climb

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
TODAY = date(2026, 4, 1)


def held(hold_s, day, *, contacts=None, **setup):
    conditions = {"leg": "left", "when": START + timedelta(days=day), **setup}
    values = {} if hold_s is None else {"hold_time_s": hold_s}
    if contacts is not None:
        values["board_contacts_count"] = float(contacts)
    protocol = "wobble-board" if conditions.get("placement") == "board" else "single-leg"
    origin = Provenance("0", 1, "test", "0" * 64, "", 100.0, 36.0, (3.0, 35.0), (15.0, 35.0), {})
    down_s = 3.0 + (hold_s or 0.0)
    events = () if hold_s is None or down_s >= 35.0 else (Event("touchdown", down_s, down_s + 1.0),)
    return Assessment(Setup(**conditions), protocol, "", values, (), events, origin)


def board(day, contacts, leg="both"):
    return held(None, day, contacts=contacts, leg=leg, surface="board", placement="board")


def rung_of(step):
    return RUNGS.index(step.mastered) if step.mastered else None


def test_the_first_rung_is_where_everybody_begins():
    step = climb([], [], "left", TODAY)
    assert (step.mastered, step.following, step.clean_sessions) == (None, RUNGS[0], 0)
    assert "0 of 3" in step.text


@pytest.mark.parametrize(
    ("holds", "mastered"),
    [
        ([20, 20], None),
        ([20, 20, 20], 0),
        ([31, 31, 31], 1),
        ([27.0, 27.0, 27.0], 1),
        ([26.8, 31, 31], 0),
        ([31, 31, 31, 20], 0),
        ([20, 20, 20, 5], None),
        ([5, 20, 20, 20], 0),
    ],
)
def test_three_clean_sessions_on_end_master_a_rung(holds, mastered):
    """27 s after 3 s of settling are 30 s on one leg."""
    assert rung_of(climb([held(h, day) for day, h in enumerate(holds)], [], "left", TODAY)) == mastered


def test_a_session_is_a_day_and_one_bad_trial_spoils_it():
    one_day = [held(31, 0), held(31, 0.01), held(31, 0.02)]
    assert climb(one_day, [], "left", TODAY).clean_sessions == 1
    spoiled = [held(31, 0), held(31, 1), held(31, 2), held(5, 2.01)]
    assert climb(spoiled, [], "left", TODAY).mastered is None


def test_practice_and_the_other_leg_do_not_count():
    others = [held(31, day, practice=True) for day in range(3)] + [held(31, d, leg="right") for d in range(3)]
    assert climb(others, [], "left", TODAY).mastered is None
    assert rung_of(climb(others, [], "right", TODAY)) == 1


@pytest.mark.parametrize("harder", [{"eyes": "closed"}, {"surface": "foam"}])
def test_eyes_closed_or_cushion_make_the_third_rung(harder):
    step = climb([held(13, day, **harder) for day in range(3)], [], "left", TODAY)
    assert rung_of(step) == 2
    assert step.following is RUNGS[3]


def test_the_board_comes_last_and_serves_both_legs():
    trials = [board(day, 0) for day in range(3)]
    assert rung_of(climb(trials, [], "left", TODAY)) == rung_of(climb(trials, [], "right", TODAY)) == 3
    assert rung_of(climb([board(day, 1) for day in range(3)], [], "left", TODAY)) is None
    top = climb([board(day, 0, "left") for day in range(3)], [], "left", TODAY)
    assert (rung_of(top), top.following, top.offered) == (4, None, False)


def test_numbers_that_a_sensor_cannot_give_neither_help_nor_spoil():
    slow = replace(held(None, 2), primary="rms_ml_mps2")
    assert rung_of(climb([held(31, 0), held(31, 1), slow, held(31, 3)], [], "left", TODAY)) == 1


def test_a_trial_that_failed_spoils_the_session():
    trials = [board(day, 0) for day in range(3)]
    failed = held(None, 2.1, leg="both", surface="board", placement="board")
    assert rung_of(climb(trials, [], "left", TODAY)) == 3
    assert rung_of(climb([*trials, failed], [], "left", TODAY)) is None


@pytest.mark.parametrize(
    ("ago", "pain", "offered"), [(0, 1, False), (6, 4, False), (7, 4, True), (1, 0, True)]
)
def test_nothing_is_offered_within_a_week_of_pain(ago, pain, offered):
    noted = datetime(2026, 4, 1, 7, tzinfo=UTC) - timedelta(days=ago)
    log = [LogEntry("p01", "calf raises", noted, pain=pain)]
    step = climb([held(31, day) for day in range(3)], log, "left", TODAY)
    assert step.offered is offered
    assert ("noted pain" in step.text) is not offered


def test_the_safety_text_is_always_there_and_nothing_is_pushed():
    for holds in ([], [31, 31, 31], [5]):
        step = climb([held(h, day) for day, h in enumerate(holds)], [], "left", TODAY)
        assert step.safety == SAFETY_TEXT
        assert "must" not in step.text


@pytest.mark.parametrize("rate_hz", [50.0, 62.5, 99.96, 100.0, 200.0])
def test_an_app_stopped_after_exactly_the_time_of_a_rung_is_clean(rate_hz):
    """Settling and the last second are not analysed; nobody came down in them, so they were held too."""
    recording, _ = stance(3, duration_s=30.0, imu=Imu(rate_hz=rate_hz))
    trials = [assess(prepare(recording, Setup(leg="left", when=START + timedelta(days=d)))) for d in range(3)]
    assert trials[0].values["hold_time_s"] == pytest.approx(26.0, abs=0.05)
    assert rung_of(climb(trials, [], "left", TODAY)) == 1


def test_a_foot_that_comes_down_before_the_time_is_over_is_not_clean():
    recording, _ = stance(3, duration_s=36.0, touchdowns_s=[27.0])
    trials = [assess(prepare(recording, Setup(leg="left", when=START + timedelta(days=d)))) for d in range(3)]
    assert rung_of(climb(trials, [], "left", TODAY)) == 0
