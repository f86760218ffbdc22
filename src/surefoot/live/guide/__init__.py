"""The guided test as a pure state machine: time and words in, cues out.

::

    still → safety → place → task → ready → countdown → settle → hold → rest ─┐
                               ↑           (lost: waiting until back;         │
               │            pause: paused until go)           │
                               └──────────────────────────────────────────────┘→ done

`plan` makes the attempts, `begin` a `Guide`; `advance` moves it to a time, with a word where something
happened: ``go``, ``stop``, ``skip``, ``pause``, ``quit`` (keys), ``moved``, ``touchdown``, ``lost``,
``back``, ``off`` (both feet stood on instead of the try again, or walked off; told by whoever watches the
sensor), and ``said``: the voice is through. It returns the new guide and the cues that fell due. Whether time
comes in small steps or large ones makes no difference to the cues.

**Joints.** A sentence waits for the one before it, and a phase ends only when all is said; the countdown and
the hold alone are as long as they are. A key ends what is being said: what comes next is due at once. A
guide that is never told ``said`` waits for as long as a slow voice takes.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, cast

from surefoot.live.guide._cues import describe_how, safety_text, tell, tell_held, teller, timeline
from surefoot.live.guide._state import (
    COUNTDOWN_S,
    LEAD_S,
    MAX_RETRIES,
    PLACE_S,
    READY_S,
    REMIND_S,
    RETRY_REST_S,
    SHORTEST_REST_S,
    SLOWEST_WPM,
    STILL_S,
    TAIL_S,
    TASK_S,
    VOICE_STARTS_S,
    WORTH_RETRYING_S,
    Attempt,
    Cue,
    Ending,
    Guide,
    Kind,
    Phase,
    Take,
    Word,
    clock_after,
    length_of,
)
from surefoot.model import Leg, Protocol, Setup

__all__ = [
    "COUNTDOWN_S",
    "KEYS",
    "LEAD_S",
    "LEGS",
    "MAX_REPEATS",
    "MAX_RETRIES",
    "PLACE_S",
    "READY_S",
    "REMIND_S",
    "RETRY_REST_S",
    "SHORTEST_REST_S",
    "STILL_S",
    "TAIL_S",
    "TASK_S",
    "WORTH_RETRYING_S",
    "Attempt",
    "Cue",
    "Ending",
    "Guide",
    "Kind",
    "Phase",
    "Take",
    "Word",
    "advance",
    "after",
    "begin",
    "clock_after",
    "describe_how",
    "length_of",
    "patience",
    "plan",
    "react",
    "safety_text",
    "tell",
    "tell_held",
    "teller",
    "timeline",
]

LEGS: Final = ("each", "left", "right", "both")
MAX_REPEATS: Final = 3
_RUNNING: Final[tuple[Phase, ...]] = ("settle", "hold")
_LEAD: Final[tuple[Phase, ...]] = ("task", "ready", "countdown")
_GUIDED: Final[tuple[Phase, ...]] = ("place", *_LEAD, *_RUNNING, "rest", "paused")
KEYS: Final[tuple[Word, ...]] = ("go", "stop", "skip", "pause", "quit")
_HEARD: Final[dict[Word, tuple[Phase, ...]]] = {
    "go": ("safety", "place", "task", "ready", "rest", "paused"),
    "pause": ("place", *_LEAD, "rest"),
    "stop": _RUNNING,
    "touchdown": _RUNNING,
    "skip": _GUIDED,
    "moved": ("still",),
    "lost": ("still", "safety", *_GUIDED),
    "back": ("waiting",),
    "off": (*_LEAD, *_RUNNING, "rest"),
    "quit": ("still", "safety", *_GUIDED, "waiting"),
    "said": ("still", "safety", *_GUIDED, "waiting"),
}


def plan(
    protocol: Protocol,
    legs: str | None = None,
    repeats: int | None = None,
    *,
    practice: bool = False,
    attended: bool = True,
    first: Leg = "left",
) -> tuple[Attempt, ...]:
    """Return the attempts of a session in order.

    Each of `legs` (one of `LEGS`) in turn from the `first` on, `repeats` times, after one try for practice
    each where wished.
    Without `repeats` they are the protocol's own, of one leg where it is named. Unattended it is one scored
    attempt.

    >>> from surefoot.protocols import load_protocols
    >>> test = load_protocols()["single-leg"]
    >>> [attempt.title for attempt in plan(test, "each", 1, practice=True)]
    ['left leg, practice', 'right leg, practice', 'left leg', 'right leg']
    >>> [attempt.title for attempt in plan(test, "left")][:2]
    ['left leg, practice', 'left leg']
    """
    if repeats is not None:
        each = ("right", "left") if first == "right" else ("left", "right")
        sides = cast("tuple[Leg, ...]", each if legs == "each" else (legs,))
        tried = [Attempt(side, practice=True) for side in sides if practice]
        attempts = [*tried, *(Attempt(side) for _ in range(repeats) for side in sides)]
    else:
        planned = [_parse(words) for words in protocol.attempts]
        wanted = [attempt for attempt in planned if legs in (None, "each", attempt.leg)]
        attempts = wanted or [Attempt(cast("Leg", legs or "both"))]
    if attended:
        return tuple(attempts)
    return (next((attempt for attempt in attempts if not attempt.practice), Attempt(attempts[0].leg)),)


def begin(
    protocol: Protocol,
    setup: Setup,
    attempts: Sequence[Attempt],
    *,
    now_s: float = 0.0,
    attended: bool = True,
    is_phone: bool = False,
    may_retry: bool = True,
    language: str = "en",
) -> tuple[Guide, tuple[Cue, ...]]:
    """Return a guide at its start, and the first cues.

    Unattended, nobody is waited for, nothing tried again; nor is it where `may_retry` is false, as with pain.
    On a phone's page (`is_phone`) no key is waited for, and the phone speaks of itself.
    """
    guide = Guide(
        protocol,
        setup,
        tuple(attempts),
        attended,
        is_phone,
        may_retry and attended,
        "still",
        now_s,
        now_s,
        reminded_s=now_s,
        language=language,
    )
    return _give(guide, now_s)


def advance(guide: Guide, now_s: float, word: Word | None = None) -> tuple[Guide, tuple[Cue, ...]]:
    """Return the guide at `now_s` and the cues since it was last moved; `word` happens at `now_s`.

    A word that means nothing in the phase changes nothing; time never runs backwards.
    """
    now_s = max(now_s, guide.told_s)
    guide, cues = _pass(guide, now_s)
    if word is not None:
        moved = react(guide, now_s, word)
        if moved is not guide:
            guide, more = _pass(moved, now_s)
            cues += more
    return guide, cues


def patience(text: str) -> float:
    """Return the seconds that a slow voice takes for a text, and to begin with it."""
    return VOICE_STARTS_S + 60 * len(text.split()) / SLOWEST_WPM


def _pass(guide: Guide, now_s: float) -> tuple[Guide, tuple[Cue, ...]]:
    """Return the guide at `now_s`, with everything that time alone brings."""
    guide, cues = _give(guide, now_s)
    while guide.ends_s <= now_s:
        guide, more = _give(after(guide, guide.ends_s), now_s)
        cues += more
    return replace(guide, told_s=now_s), cues


def _give(guide: Guide, now_s: float) -> tuple[Guide, tuple[Cue, ...]]:
    """Return the guide with the cues of its phase that fall due by `now_s`; none comes after the phase."""
    given: list[Cue] = []
    for cue in timeline(guide)[guide.given :]:
        is_said = cue.kind == "say"
        at_s = max(guide.since_s + cue.at_s, guide.quiet_s if is_said else 0.0)
        if at_s > min(now_s, guide.ends_s):
            break
        given.append(replace(cue, at_s=at_s))
        quiet_s = at_s + patience(cue.text) if is_said else guide.quiet_s
        guide = replace(guide, given=guide.given + 1, quiet_s=quiet_s)
    return guide, tuple(given)


def _parse(words: str) -> Attempt:
    *practice, leg = words.split()
    return Attempt(cast("Leg", leg), practice == ["practice"])


def _enter(guide: Guide, phase: Phase, at_s: float) -> Guide:
    return replace(guide, phase=phase, since_s=at_s, told_s=at_s, given=0)


def after(guide: Guide, at_s: float) -> Guide:
    """Return the guide in the phase that follows when the time of this one is up."""
    if guide.phase == "hold":
        return _finish(guide, at_s, "held")
    following: dict[Phase, Phase] = {
        "still": "safety",
        "safety": "place",
        "place": "task",
        "task": "ready",
        "ready": "countdown",
        "countdown": "settle",
        "settle": "hold",
        "rest": "task",
        "paused": "task",
    }
    moved = _enter(guide, following[guide.phase], at_s)
    if moved.phase == "ready":
        return replace(moved, remark="")
    return replace(moved, settled_s=at_s) if moved.phase == "settle" else moved


def react(guide: Guide, now_s: float, word: Word) -> Guide:
    """Return the guide after a word, the same one where the word means nothing now."""
    if guide.phase not in _HEARD[word] or (word == "touchdown" and guide.attempt.leg == "both"):
        return guide
    if word == "off" and not guide.retries:
        return guide
    reactions: dict[Word, Callable[[Guide, float], Guide]] = {
        "go": after,
        "stop": lambda g, s: _finish(g, s, "stopped"),
        "touchdown": lambda g, s: _finish(g, s, "touchdown"),
        "skip": _next,
        "pause": lambda g, s: _enter(g, "paused", s),
        "moved": _restart,
        "lost": _lose,
        "back": _resume,
        "off": lambda g, s: _next(replace(g, remark="off"), s),
        "quit": lambda g, s: _enter(g, "done", s),
        "said": lambda g, s: replace(g, quiet_s=min(g.quiet_s, s)),
    }
    moved = reactions[word](guide, now_s)
    return replace(moved, quiet_s=min(moved.quiet_s, now_s)) if word in KEYS else moved


def _resume(guide: Guide, now_s: float) -> Guide:
    moved = replace(guide, reminded_s=now_s, remark="back" if guide.begun else "")
    return _enter(moved, "task" if guide.begun else "still", now_s)


def _restart(guide: Guide, now_s: float) -> Guide:
    """Begin the still check again; the person is reminded, but not at every movement."""
    if now_s - guide.reminded_s >= REMIND_S:
        return replace(_enter(guide, "still", now_s), reminded_s=now_s)
    return replace(guide, since_s=now_s, told_s=now_s)


def _lose(guide: Guide, now_s: float) -> Guide:
    kept = _keep(guide, now_s, "lost") if guide.phase in _RUNNING else guide
    begun = guide.begun or guide.phase not in ("still", "safety")
    return _enter(replace(kept, begun=begun), "waiting", now_s)


def _keep(guide: Guide, at_s: float, ending: Ending) -> Guide:
    held_s = guide.since_s if guide.phase == "hold" else at_s
    take = Take(guide.attempt, guide.settled_s, (held_s, at_s), ending)
    return replace(guide, takes=(*guide.takes, take))


def _finish(guide: Guide, at_s: float, ending: Ending) -> Guide:
    """End the attempt; a scored one in which the foot came down late enough is tried again once."""
    kept = _keep(guide, at_s, ending)
    retry = guide.may_retry and not guide.attempt.practice and guide.retries < MAX_RETRIES
    if retry and ending == "touchdown" and kept.takes[-1].held_s >= WORTH_RETRYING_S:
        return _enter(replace(kept, retries=guide.retries + 1), "rest", at_s)
    return _next(kept, at_s)


def _next(guide: Guide, at_s: float) -> Guide:
    moved = replace(guide, at=guide.at + 1, retries=0)
    return _enter(moved, "rest" if moved.at < len(moved.attempts) else "done", at_s)
