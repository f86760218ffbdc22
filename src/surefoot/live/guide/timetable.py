"""What is said when: the whole timetable of a guided session, made before it starts.

The phone gets it in one piece, so that a network that fails halfway stops nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from surefoot.live.guide import STILL_S, TAIL_S, Attempt, Cue, Take, advance, begin
from surefoot.model import Leg, Protocol

LEGS: Final = ("each", "left", "right", "both")
MAX_REPEATS: Final = 3
_FOREVER_S: Final = 1e6


@dataclass(frozen=True, slots=True)
class Timetable:
    """Cues and takes of a session, in seconds after the tap that starts it."""

    cues: tuple[Cue, ...]
    takes: tuple[Take, ...]


def plan_session(legs: str, repeats: int, *, practice: bool) -> tuple[Attempt, ...]:
    """Return the attempts: each leg in turn, `repeats` times, after one practice each where wished.

    `legs` is ``each`` or a leg.

    >>> [attempt.title for attempt in plan_session("each", 1, practice=True)]
    ['left leg, practice', 'right leg, practice', 'left leg', 'right leg']
    """
    sides: tuple[Leg, ...] = ("left", "right") if legs == "each" else (_leg(legs),)
    first = [Attempt(side, practice=True) for side in sides if practice]
    return (*first, *(Attempt(side) for _ in range(repeats) for side in sides))


def make_timetable(protocol: Protocol, attempts: tuple[Attempt, ...], lead_s: float) -> Timetable:
    """Return the timetable of `attempts`, begun `lead_s` after the tap, with nobody stopping any.

    `lead_s` is the time to strap the phone on.
    """
    guide, _ = begin(protocol, attempts)
    guide, _ = advance(guide, STILL_S)
    guide, cues = advance(guide, STILL_S, "go")
    guide, later = advance(guide, _FOREVER_S)
    shift_s = lead_s - STILL_S
    lead = Cue(0.0, "say", f"Strap the phone on. It begins in {lead_s:.0f} seconds.")
    spoken = tuple(replace(cue, at_s=cue.at_s + shift_s) for cue in (*cues, *later))
    return Timetable((lead, *spoken), tuple(_shift(take, shift_s) for take in guide.takes))


def timetable_to_plain(timetable: Timetable, names: tuple[str, ...]) -> dict[str, Any]:
    """Return a timetable for the phone; `names` are the keys under which it sends each take's rows."""
    return {
        "cues": [{"at_s": cue.at_s, "kind": cue.kind, "text": cue.text} for cue in timetable.cues],
        "takes": [
            {
                "take": name,
                "title": take.attempt.title,
                "practice": take.attempt.practice,
                "start_s": take.start_s,
                "hold_s": list(take.hold_s),
                "end_s": take.hold_s[1] + TAIL_S,
            }
            for name, take in zip(names, timetable.takes, strict=True)
        ],
    }


def _shift(take: Take, by_s: float) -> Take:
    start_s, end_s = take.hold_s
    return replace(take, start_s=take.start_s + by_s, hold_s=(start_s + by_s, end_s + by_s))


def _leg(word: str) -> Leg:
    known: dict[str, Leg] = {"left": "left", "right": "right", "both": "both"}
    return known[word]
