"""The guided test as a pure state machine: time and words in, cues out.

::

    still → safety → ready → countdown → settle → hold → rest ─┐
                       ↑        (lost: waiting until back)     │
                       └───────────────────────────────────────┘→ done

`begin` makes a `Guide`; `advance` moves it to a time, with a word where something happened: ``go``, ``stop``,
``skip``, ``quit`` (keys), ``moved``, ``touchdown``, ``lost``, ``back`` (told by whoever watches the sensor).
It returns the new guide and the cues that fell due. Whether time comes in small steps or large ones makes
no difference to the cues.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, cast

from surefoot.live.guide._cues import cues_due, opening
from surefoot.live.guide._state import (
    MAX_RETRIES,
    READY_S,
    REMIND_S,
    RETRY_REST_S,
    STILL_S,
    TAIL_S,
    Attempt,
    Cue,
    Ending,
    Guide,
    Phase,
    Take,
    Word,
)
from surefoot.model import Leg, Protocol

__all__ = [
    "MAX_RETRIES",
    "READY_S",
    "REMIND_S",
    "RETRY_REST_S",
    "STILL_S",
    "TAIL_S",
    "Attempt",
    "Cue",
    "Ending",
    "Guide",
    "Phase",
    "Take",
    "Word",
    "advance",
    "begin",
    "plan_attempts",
]

_RUNNING: Final[tuple[Phase, ...]] = ("settle", "hold")
_GUIDED: Final[tuple[Phase, ...]] = ("ready", "countdown", *_RUNNING, "rest")
_HEARD: Final[dict[Word, tuple[Phase, ...]]] = {
    "go": ("safety", "ready", "rest"),
    "stop": _RUNNING,
    "touchdown": _RUNNING,
    "skip": _GUIDED,
    "moved": ("still",),
    "lost": ("still", "safety", *_GUIDED),
    "back": ("waiting",),
    "quit": ("still", "safety", *_GUIDED, "waiting"),
}


def plan_attempts(
    protocol: Protocol, leg: Leg | None = None, *, attended: bool = True
) -> tuple[Attempt, ...]:
    """Return the attempts of `protocol` in order, of one leg where it is named.

    Unattended it is one scored attempt. A protocol without attempts has one, of `leg` or both.

    >>> from dataclasses import replace
    >>> test = Protocol("t", "T", "", 3, 30, 30, 20, ("practice left", "left", "right"), (), "")
    >>> [attempt.title for attempt in plan_attempts(test, "left")]
    ['left leg, practice', 'left leg']
    """
    planned = [_parse(words) for words in protocol.attempts]
    wanted = [attempt for attempt in planned if leg in (None, attempt.leg)]
    attempts = wanted or [Attempt(leg or "both")]
    if attended:
        return tuple(attempts)
    return (next((attempt for attempt in attempts if not attempt.practice), Attempt(attempts[0].leg)),)


def begin(
    protocol: Protocol, attempts: Sequence[Attempt], *, now_s: float = 0.0, attended: bool = True
) -> tuple[Guide, tuple[Cue, ...]]:
    """Return a guide at its start, and the first cues; unattended, nobody is waited for, nothing retried."""
    guide = Guide(protocol, tuple(attempts), attended, "still", now_s, now_s, reminded_s=now_s)
    return guide, opening(guide)


def advance(guide: Guide, now_s: float, word: Word | None = None) -> tuple[Guide, tuple[Cue, ...]]:
    """Return the guide at `now_s` and the cues since it was last moved; `word` happens at `now_s`.

    A word that means nothing in the phase changes nothing; time never runs backwards.
    """
    now_s = max(now_s, guide.told_s)
    cues: list[Cue] = []
    while guide.ends_s <= now_s:
        at_s = guide.ends_s
        cues += cues_due(guide, at_s)
        guide = _after(guide, at_s)
        cues += opening(guide)
    cues += cues_due(guide, now_s)
    guide = replace(guide, told_s=now_s)
    if word is not None:
        moved = _react(guide, now_s, word)
        spoken = moved.phase != "still" or moved.reminded_s != guide.reminded_s
        cues += opening(moved) if moved is not guide and spoken else ()
        guide = moved
    return guide, tuple(cues)


def _parse(words: str) -> Attempt:
    *practice, leg = words.split()
    return Attempt(cast("Leg", leg), practice == ["practice"])


def _enter(guide: Guide, phase: Phase, at_s: float) -> Guide:
    return replace(guide, phase=phase, since_s=at_s, told_s=at_s)


def _after(guide: Guide, at_s: float) -> Guide:
    """Return the guide in the phase that follows when the time of this one is up."""
    if guide.phase == "hold":
        return _finish(guide, at_s, "held")
    following: dict[Phase, Phase] = {
        "still": "safety",
        "safety": "ready",
        "ready": "countdown",
        "countdown": "settle",
        "settle": "hold",
        "rest": "ready",
    }
    moved = _enter(guide, following[guide.phase], at_s)
    return replace(moved, settled_s=at_s) if moved.phase == "settle" else moved


def _react(guide: Guide, now_s: float, word: Word) -> Guide:
    """Return the guide after a word, the same one where the word means nothing now."""
    if guide.phase not in _HEARD[word] or (word == "touchdown" and guide.attempt.leg == "both"):
        return guide
    reactions: dict[Word, Callable[[Guide, float], Guide]] = {
        "go": _after,
        "stop": lambda g, s: _finish(g, s, "stopped"),
        "touchdown": lambda g, s: _finish(g, s, "touchdown"),
        "skip": _next,
        "moved": _restart,
        "lost": _lose,
        "back": _resume,
        "quit": lambda g, s: _enter(g, "done", s),
    }
    return reactions[word](guide, now_s)


def _resume(guide: Guide, now_s: float) -> Guide:
    return _enter(replace(guide, reminded_s=now_s), "ready" if guide.begun else "still", now_s)


def _restart(guide: Guide, now_s: float) -> Guide:
    """Begin the still check again; the person is reminded, but not at every movement."""
    due = now_s - guide.reminded_s >= REMIND_S
    return replace(_enter(guide, "still", now_s), reminded_s=now_s if due else guide.reminded_s)


def _lose(guide: Guide, now_s: float) -> Guide:
    kept = _keep(guide, now_s, "lost") if guide.phase in _RUNNING else guide
    return _enter(
        replace(kept, begun=guide.begun or guide.phase not in ("still", "safety")), "waiting", now_s
    )


def _keep(guide: Guide, at_s: float, ending: Ending) -> Guide:
    held_s = guide.since_s if guide.phase == "hold" else at_s
    take = Take(guide.attempt, guide.settled_s, (held_s, at_s), ending)
    return replace(guide, takes=(*guide.takes, take))


def _finish(guide: Guide, at_s: float, ending: Ending) -> Guide:
    """End the attempt; a scored one that failed is tried again while retries are left."""
    kept = _keep(guide, at_s, ending)
    retry = guide.attended and not guide.attempt.practice and guide.retries < MAX_RETRIES
    if ending != "held" and retry:
        return _enter(replace(kept, retries=guide.retries + 1), "rest", at_s)
    return _next(kept, at_s)


def _next(guide: Guide, at_s: float) -> Guide:
    moved = replace(guide, at=guide.at + 1, retries=0)
    return _enter(moved, "rest" if moved.at < len(moved.attempts) else "done", at_s)
