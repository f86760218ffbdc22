"""The timetable made beforehand says what the guide would say as time passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.live.guide import LEGS, MAX_REPEATS, TAIL_S, advance, begin, plan
from surefoot.live.guide.timetable import COMMON_WPM, make_timetable, nominal, timetable_to_plain
from surefoot.model import Setup
from surefoot.protocols import load_protocols

PROTOCOLS = load_protocols()
SETUPS = st.builds(
    Setup, eyes=st.sampled_from(["open", "closed"]), surface=st.sampled_from(["floor", "foam"])
)
BOTH = ("two-legs", "wobble-board")
SESSIONS = st.tuples(
    st.sampled_from(
        [(key, legs) for key in sorted(PROTOCOLS) for legs in LEGS if (key in BOTH) == (legs == "both")]
    ),
    st.integers(1, MAX_REPEATS),
    st.booleans(),
)


def made(session, setup, **told):
    (key, legs), repeats, practice = session
    protocol = PROTOCOLS[key]
    return make_timetable(protocol, setup, plan(protocol, legs, repeats, practice=practice), **told)


def followed(timetable):
    """Follow the guide of a phone's page while a voice speaks at the common pace; return it and its cues."""
    attempts = [course.attempt for course in timetable.courses]
    guide, fresh = begin(timetable.protocol, timetable.setup, attempts, is_phone=True)
    cues, over_s, now_s = [], None, 0.0
    while guide.phase != "done" or now_s < guide.since_s + 20.0:
        cues += fresh
        for cue in fresh:
            over_s = cue.at_s + 60 * len(cue.text.split()) / COMMON_WPM if cue.kind == "say" else over_s
        if over_s is not None and over_s <= now_s + 0.5:
            guide, fresh = advance(guide, over_s, "said")
            over_s = None
        else:
            now_s += 0.5
            guide, fresh = advance(guide, now_s)
    return guide, [*cues, *fresh]


@given(SESSIONS, SETUPS)
def test_beforehand_and_as_it_happens_are_one(session, setup):
    timetable = made(session, setup)
    guide, said = followed(timetable)
    begun_s = next(cue.at_s for cue in said[1:] if cue.kind == "say")
    cues, takes = nominal(timetable, begun_s)
    assert [(cue.kind, cue.text) for cue in cues] == [(cue.kind, cue.text) for cue in said]
    assert [cue.at_s for cue in cues] == pytest.approx([cue.at_s for cue in said], abs=1e-6)
    assert [take.attempt for take in takes] == [take.attempt for take in guide.takes]
    told = [(take.start_s, *take.hold_s) for take in takes]
    assert told == [pytest.approx((take.start_s, *take.hold_s)) for take in guide.takes]


@given(SESSIONS, SETUPS)
def test_the_clock_of_the_page_comes_from_the_phases(session, setup):
    """A phase begins where the clock of the one before ended, but for the hold and the rest."""
    timetable = made(session, setup)
    for course in timetable.courses:
        for before, step in zip(course.steps, course.steps[1:], strict=False):
            if step.phase not in ("settle", "rest", "done"):
                assert before.clock_s == pytest.approx(step.length_s + step.clock_s)
        assert all(
            cue.at_s <= step.length_s for step in course.steps if step.phase != "done" for cue in step.cues
        )


@pytest.mark.parametrize("may_retry", [True, False])
@pytest.mark.parametrize("second", [0, 1, 9, 10, 29])
def test_what_follows_a_touchdown_is_what_the_guide_would_do(second, may_retry):
    timetable = made((("single-leg", "each"), 1, False), Setup(), may_retry=may_retry)
    first, last = timetable.courses
    assert bool(first.again) == bool(first.off) == may_retry
    told = first.touched[0][second]
    assert ("We try once more." in told) == (may_retry and second >= 10)
    assert ("Then comes your right leg." in told) != ("We try once more." in told)
    if may_retry:
        assert "We try once more." not in first.touched[1][second]
        assert first.again[0].cues[0].text.startswith("Once more. You will stand on your left leg")
        assert [step.phase for step in first.again] == [step.phase for step in first.steps]
        assert last.off == "Good. I do not start again."
    assert last.stopped == "Stopped. Foot down."


def test_practice_is_not_tried_again_and_nobody_touches_down_on_both_feet():
    assert made((("single-leg", "left"), 1, True), Setup()).courses[0].again == ()
    assert made((("two-legs", "both"), 1, False), Setup()).courses[0].touched == ((), ())


@given(SESSIONS)
def test_the_phone_records_past_each_hold(session):
    timetable = made(session, Setup())
    names = tuple(f"take {number}" for number in range(len(timetable.courses)))
    takes = timetable_to_plain(timetable, names, names, 10.0)["takes"]
    assert [take["take"] for take in takes] == list(names)
    assert all(take["end_s"] == pytest.approx(take["hold_s"][1] + TAIL_S) for take in takes)
