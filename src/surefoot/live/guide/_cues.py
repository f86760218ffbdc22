"""What is said and sounded in each phase, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from surefoot.live.guide._state import COUNTDOWN_S, STILL_S, Cue, Guide, Kind, Phase, length_of
from surefoot.model import Leg

_Told = tuple[tuple[Kind, str], ...]
_LONG_HOLD_S: Final = 20.0


def opening(guide: Guide) -> tuple[Cue, ...]:
    """Return the cues at the very start of a phase."""
    told: dict[Phase, Callable[[Guide], _Told]] = {
        "still": lambda _: (("say", f"Keep the sensor still for {STILL_S:.0f} seconds."),),
        "safety": _safety_cues,
        "ready": _ready_cues,
        "countdown": lambda _: (("beep", ""), ("show", "3")),
        "settle": lambda _: (("beep", ""), ("say", "Now.")),
        "hold": lambda g: (("beep", ""), ("say", f"Hold for {g.protocol.hold_s:.0f} seconds.")),
        "rest": _rest_cues,
        "waiting": _waiting_cues,
        "done": lambda g: (*_ended(g), ("say", "Finished. Thank you.")),
    }
    return tuple(Cue(guide.since_s, kind, text) for kind, text in told[guide.phase](guide))


def _safety_cues(guide: Guide) -> _Told:
    if not guide.attended:
        return (("show", guide.protocol.safety_text),)
    task, safety = guide.protocol.task, guide.protocol.safety_text
    return (("say", task), ("say", safety), ("say", "Press Enter when you are ready."))


def _waiting_cues(guide: Guide) -> _Told:
    free = "You can put your foot down." if _on_one_leg(guide, guide.attempt.leg) else "You can stop."
    return (("say", f"The sensor is not heard any more. {free}"),)


def _on_one_leg(guide: Guide, leg: Leg) -> bool:
    """Tell whether a foot is in the air: in other stances the leg may only be the one behind."""
    return leg != "both" and guide.protocol.lifts_foot


def _ready_cues(guide: Guide) -> _Told:
    again = "Once more" if guide.retries else "Next"
    return (("say", f"{again}: {guide.attempt.title}. {guide.protocol.start_text}".strip()),)


def _rest_cues(guide: Guide) -> _Told:
    return (*_ended(guide), ("say", f"Rest for {length_of(guide):.0f} seconds. Then: {guide.attempt.title}."))


def _ended(guide: Guide) -> _Told:
    """Return what is said when an attempt has just ended."""
    if not guide.takes or guide.takes[-1].hold_s[1] != guide.since_s:
        return ()
    on_one_leg = _on_one_leg(guide, guide.takes[-1].attempt.leg)
    said = {
        "held": "Time. Put your foot down." if on_one_leg else "Time.",
        "stopped": "Stopped.",
        "touchdown": "The foot touched down." if on_one_leg else "A step was felt.",
        "lost": "The sensor was lost.",
    }
    return (("end", ""), ("say", said[guide.takes[-1].ending]))


def cues_due(guide: Guide, until_s: float) -> list[Cue]:
    """Return the cues inside a phase that fall due after `told_s`, up to and including `until_s`."""
    cues = [replace(cue, at_s=guide.since_s + cue.at_s) for cue in _timeline(guide)]
    return [cue for cue in cues if guide.told_s < cue.at_s <= until_s]


def _timeline(guide: Guide) -> list[Cue]:
    """Return the cues inside a phase at times after its start."""
    if guide.phase == "countdown":
        return [cue for i in (2, 1) for cue in _count(COUNTDOWN_S - i, f"{i}")]
    if guide.phase != "hold":
        return []
    hold_s = guide.protocol.hold_s
    half = [Cue(hold_s / 2, "say", f"{hold_s / 2:.0f} seconds left.")] if hold_s >= _LONG_HOLD_S else []
    return half + [cue for i in (3, 2, 1) if i < hold_s for cue in _count(hold_s - i, f"{i}")]


def _count(at_s: float, text: str) -> list[Cue]:
    return [Cue(at_s, "beep"), Cue(at_s, "show", text)]
