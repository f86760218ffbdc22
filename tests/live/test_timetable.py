"""The timetable made beforehand says what the guide would say as time passes, moved by the lead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.live.guide import STILL_S, TAIL_S, advance, begin
from surefoot.live.guide.timetable import LEGS, MAX_REPEATS, make_timetable, plan_session, timetable_to_plain
from surefoot.protocols import load_protocols

PROTOCOLS = load_protocols()
SESSIONS = st.builds(plan_session, st.sampled_from(LEGS), st.integers(1, MAX_REPEATS), practice=st.booleans())


def followed(protocol, attempts, step_s):
    """Follow the guide in small steps, with nobody stopping it, to its end; return it and all it said."""
    guide, _ = begin(protocol, attempts)
    guide, _ = advance(guide, STILL_S)
    guide, cues = advance(guide, STILL_S, "go")
    said, now_s = list(cues), STILL_S
    while said[-1].text != "Finished. Thank you." and now_s < 3000:
        now_s += step_s
        guide, cues = advance(guide, now_s)
        said += cues
    return guide, said


@given(st.sampled_from(sorted(PROTOCOLS)), SESSIONS, st.floats(5, 60), st.floats(0.3, 5))
def test_beforehand_and_as_it_happens_are_one(key, attempts, lead_s, step_s):
    guide, said = followed(PROTOCOLS[key], attempts, step_s)
    timetable = make_timetable(PROTOCOLS[key], attempts, lead_s)
    lead, *rest = timetable.cues
    assert (lead.at_s, lead.kind) == (0.0, "say")
    assert [(cue.kind, cue.text) for cue in rest] == [(cue.kind, cue.text) for cue in said]
    moved_s = lead_s - STILL_S
    assert [cue.at_s - moved_s for cue in rest] == pytest.approx([cue.at_s for cue in said])
    assert [take.attempt for take in timetable.takes] == list(attempts)
    starts = [(take.start_s, *take.hold_s) for take in guide.takes]
    told = [(take.start_s, *take.hold_s) for take in timetable.takes]
    assert [[at_s - moved_s for at_s in take] for take in told] == [pytest.approx(take) for take in starts]


@given(SESSIONS)
def test_the_phone_records_past_each_hold(attempts):
    timetable = make_timetable(PROTOCOLS["single-leg"], attempts, 10.0)
    names = tuple(f"take {number}" for number in range(len(attempts)))
    takes = timetable_to_plain(timetable, names)["takes"]
    assert [(take["take"], take["practice"]) for take in takes] == [
        (name, attempt.practice) for name, attempt in zip(names, attempts, strict=True)
    ]
    assert all(take["end_s"] == pytest.approx(take["hold_s"][1] + TAIL_S) for take in takes)


@pytest.mark.parametrize("repeats", range(1, MAX_REPEATS + 1))
def test_every_leg_is_tested_as_often_as_asked(repeats):
    legs = [attempt.leg for attempt in plan_session("each", repeats, practice=False)]
    assert legs == ["left", "right"] * repeats
    assert [attempt.leg for attempt in plan_session("both", repeats, practice=False)] == ["both"] * repeats
