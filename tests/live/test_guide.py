"""The guided test: its order, its times, and that it does not matter in which steps time comes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.live.guide import (
    MAX_RETRIES,
    READY_S,
    RETRY_REST_S,
    STILL_S,
    Attempt,
    advance,
    begin,
    plan_attempts,
)
from surefoot.model import Protocol
from surefoot.protocols import load_protocols

PROTOCOL = Protocol(
    key="test",
    title="Test",
    task="Stand.",
    settle_s=3.0,
    hold_s=30.0,
    rest_s=30.0,
    window_s=20.0,
    attempts=("practice left", "left", "right"),
    metric_groups=(),
    primary="",
    start_text="Lift the foot.",
    safety_text="Stay near a wall.",
)
WORDS = ["go", "stop", "skip", "quit", "moved", "touchdown", "lost", "back"]
LEAD_S = READY_S + 3.0


def run(script, *, until_s, attended=True, protocol=PROTOCOL, step_s=0.37):
    """Advance in small steps through words at their times; return the guide and every cue."""
    guide, cues = begin(protocol, plan_attempts(protocol, attended=attended), attended=attended)
    cues, now_s = list(cues), 0.0
    for at_s, word in [*script, (until_s, None)]:
        while now_s + step_s < at_s:
            now_s += step_s
            guide, more = advance(guide, now_s)
            cues += more
        now_s = at_s
        guide, more = advance(guide, now_s, word)
        cues += more
    return guide, cues


def said(cues):
    return [cue.text for cue in cues if cue.kind == "say"]


def test_an_unattended_attempt_runs_by_itself():
    guide, cues = run([], until_s=60.0, attended=False)
    assert guide.phase == "done"
    (take,) = guide.takes
    assert take.attempt == Attempt("left")
    start_s = STILL_S + LEAD_S
    assert take.start_s == pytest.approx(start_s)
    assert take.hold_s == pytest.approx((start_s + 3, start_s + 33))
    assert take.ending == "held"
    assert [cue.text for cue in cues if cue.kind == "show"] == ["Stay near a wall.", *"321321"]
    assert "15 seconds left." in said(cues)
    assert said(cues)[-1] == "Finished. Thank you."


def test_safety_is_told_first_and_waits_for_a_key():
    guide, cues = run([], until_s=500.0)
    assert guide.phase == "safety"
    assert said(cues)[1:] == ["Stand.", "Stay near a wall.", "Press Enter when you are ready."]


def test_the_whole_test_in_its_order():
    guide, _ = run([(10.0, "go")], until_s=400.0)
    assert guide.phase == "done"
    assert [take.attempt.title for take in guide.takes] == ["left leg, practice", "left leg", "right leg"]
    starts = [take.start_s for take in guide.takes]
    assert starts[0] == pytest.approx(10.0 + LEAD_S)
    assert starts[1] - starts[0] == pytest.approx(3 + 30 + 30 + LEAD_S)


def test_moving_starts_the_still_check_again():
    guide, _ = run([(2.0, "moved"), (4.0, "moved")], until_s=6.9)
    assert guide.phase == "still"
    guide, _ = advance(guide, 7.0)
    assert guide.phase == "safety"


def test_stillness_is_asked_for_now_and_then_not_at_every_movement():
    moves = [(0.05 * i, "moved") for i in range(1, 400)]
    guide, cues = run(moves, until_s=20.0)
    assert guide.phase == "still"
    assert [cue.at_s for cue in cues] == pytest.approx([0.0, 6.0, 12.0, 18.0], abs=0.1)


@pytest.mark.parametrize("word", ["stop", "touchdown"])
def test_a_failed_scored_attempt_is_tried_again_at_most_three_times(word):
    protocol = replace(PROTOCOL, attempts=("left", "right"))
    lead, cycle = 5.0 + LEAD_S, RETRY_REST_S + LEAD_S + 13.0
    fails = [(lead + 13.0 + i * cycle, word) for i in range(MAX_RETRIES + 1)]
    guide, cues = run([(5.0, "go"), *fails], until_s=fails[-1][0] + 1, protocol=protocol)
    assert [take.attempt.leg for take in guide.takes] == ["left"] * (MAX_RETRIES + 1)
    assert {take.ending for take in guide.takes} == {"stopped" if word == "stop" else "touchdown"}
    assert guide.takes[0].hold_s == pytest.approx((lead + 3, lead + 13))
    assert guide.attempt.leg == "right"
    assert sum("Once more: left leg." in text for text in said(cues)) == MAX_RETRIES


def test_a_failed_practice_is_not_repeated():
    guide, _ = run([(5.0, "go"), (5.0 + LEAD_S + 8, "stop")], until_s=5.0 + LEAD_S + 9)
    assert guide.attempt == Attempt("left")
    assert guide.retries == 0


def test_stopping_while_settling_holds_nothing():
    guide, _ = run([(5.0, "go"), (5.0 + LEAD_S + 1, "stop")], until_s=30.0)
    assert guide.takes[0].hold_s == pytest.approx((5.0 + LEAD_S + 1,) * 2)


def test_feet_on_the_floor_are_no_touchdown_on_two_legs():
    protocol = replace(PROTOCOL, attempts=("both",))
    guide, _ = run([(5.0, "go"), (5.0 + LEAD_S + 8, "touchdown")], until_s=60.0, protocol=protocol)
    assert [take.ending for take in guide.takes] == ["held"]


@pytest.mark.parametrize(
    ("key", "leg"),
    [
        ("tandem", "left"),
        ("a new one", "left"),
        ("two-legs", "both"),
        ("wobble-board", "both"),
        ("single-leg", "left"),
    ],
)
def test_a_foot_is_only_spoken_of_where_one_is_in_the_air(key, leg):
    known = load_protocols()
    protocol = replace(known.get(key, known["tandem"]), key=key, attempts=(leg, leg), start_text="")
    for word in ("touchdown", "lost", None):
        _, cues = run([(5.0, "go"), (5.0 + LEAD_S + 8, word)], until_s=60.0, protocol=protocol)
        words = " ".join(said(cues)[3:])
        assert ("foot" in words) == (key == "single-leg"), words


def test_a_lost_sensor_ends_the_attempt_and_the_same_one_comes_again():
    lost_s = 5.0 + LEAD_S + 10
    on_one_leg = replace(PROTOCOL, lifts_foot=True)
    script = [(5.0, "go"), (lost_s, "lost"), (lost_s + 20, "back")]
    guide, cues = run(script, until_s=lost_s + 21, protocol=on_one_leg)
    assert guide.takes[0].ending == "lost"
    assert guide.phase == "ready"
    assert guide.attempt == Attempt("left", practice=True)
    assert "The sensor is not heard any more. You can put your foot down." in said(cues)


def test_skip_goes_to_the_next_and_quit_ends():
    guide, _ = run([(5.0, "go"), (6.0, "skip")], until_s=7.0)
    assert (guide.phase, guide.attempt) == ("rest", Attempt("left"))
    guide, _ = advance(guide, 8.0, "go")
    assert guide.phase == "ready"
    guide, cues = advance(guide, 9.0, "quit")
    assert guide.phase == "done"
    assert said(cues) == ["Finished. Thank you."]
    assert advance(guide, 99.0, "go") == (replace(guide, told_s=99.0), ())


def test_only_one_leg_where_it_is_named():
    assert {attempt.leg for attempt in plan_attempts(PROTOCOL, "right")} == {"right"}
    assert plan_attempts(PROTOCOL, "both") == (Attempt("both"),)


@pytest.mark.parametrize("key", sorted(load_protocols()))
def test_every_protocol_can_be_guided(key):
    protocol = load_protocols()[key]
    guide, _ = run([(5.0, "go")], until_s=3600.0, protocol=protocol, step_s=5.0)
    assert guide.phase == "done"
    assert len(guide.takes) == len(protocol.attempts)


SCRIPT = st.lists(st.tuples(st.floats(0.0, 60.0), st.sampled_from(WORDS)), max_size=12)


def follow(script, extra_s):
    """Advance through a script, with stops at `extra_s` besides."""
    guide, cues = begin(PROTOCOL, plan_attempts(PROTOCOL))
    cues, events, now_s = list(cues), [], 0.0
    for pause_s, word in script:
        now_s += pause_s
        events.append((now_s, 1, word))
    for at_s, _, word in sorted([*events, *((s, 0, None) for s in extra_s)], key=lambda e: e[:2]):
        guide, more = advance(guide, at_s, word)
        cues += more
    guide, more = advance(guide, 1000.0)
    return guide, [*cues, *more]


@given(script=SCRIPT, extra_s=st.lists(st.floats(0.0, 900.0), max_size=20))
def test_the_steps_of_time_make_no_difference(script, extra_s):
    assert follow(script, extra_s) == follow(script, [])


@given(SCRIPT)
def test_cues_come_in_order_and_takes_make_sense(script):
    guide, cues = follow(script, [])
    assert [cue.at_s for cue in cues] == sorted(cue.at_s for cue in cues)
    for take in guide.takes:
        assert take.start_s <= take.hold_s[0] <= take.hold_s[1] <= take.start_s + 33.0 + 1e-6
        assert (take.ending == "held") == (take.hold_s[1] - take.hold_s[0] > 29.999)
    assert len(guide.takes) <= len(guide.attempts) * (MAX_RETRIES + 1) + sum(w == "lost" for _, w in script)
