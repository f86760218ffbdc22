"""Where a guided test stands: attempts, takes, the phase and how long it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Final, Literal

from surefoot.model import Leg, Protocol

Phase = Literal["still", "safety", "ready", "countdown", "settle", "hold", "rest", "waiting", "done"]
Word = Literal["go", "stop", "skip", "quit", "moved", "touchdown", "lost", "back"]
Ending = Literal["held", "stopped", "touchdown", "lost", "interrupted"]
Kind = Literal["say", "show", "beep", "end"]

STILL_S: Final = 3.0
READY_S: Final = 6.0
REMIND_S: Final = 6.0
COUNTDOWN_S: Final = 3.0
MAX_RETRIES: Final = 3
RETRY_REST_S: Final = 15.0
# Recorded after a hold: the analysis leaves out the last second, and a stance may begin a little late.
TAIL_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a protocol: which leg, and whether it counts."""

    leg: Leg
    practice: bool = False

    @property
    def title(self) -> str:
        """The attempt in words."""
        side = "both legs" if self.leg == "both" else f"{self.leg} leg"
        return f"{side}, practice" if self.practice else side


@dataclass(frozen=True, slots=True)
class Cue:
    """For the person: ``say`` is spoken and shown, ``show`` only shown, ``beep`` and ``end`` are tones."""

    at_s: float
    kind: Kind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Take:
    """What became of an attempt: when settling began, the span that was held, and how it ended.

    `hold_s` is empty (both ends equal) where it ended while settling. ``interrupted`` is what a crash, or
    somebody who left, cut short: no guide ends an attempt so.
    """

    attempt: Attempt
    start_s: float
    hold_s: tuple[float, float]
    ending: Ending


@dataclass(frozen=True, slots=True)
class Guide:
    """Where a guided test stands.

    `told_s` is the time up to which cues were given, `settled_s` when the attempt under way began to settle;
    `begun` says that the safety text was heard before the sensor was lost, `reminded_s` when stillness was
    last asked for.
    """

    protocol: Protocol
    attempts: tuple[Attempt, ...]
    attended: bool
    phase: Phase
    since_s: float
    told_s: float
    at: int = 0
    retries: int = 0
    settled_s: float = 0.0
    begun: bool = False
    reminded_s: float = 0.0
    takes: tuple[Take, ...] = ()

    @property
    def attempt(self) -> Attempt:
        """The attempt under way, or coming next."""
        return self.attempts[min(self.at, len(self.attempts) - 1)]

    @property
    def ends_s(self) -> float:
        """When the phase ends by itself; infinite where somebody must say so."""
        return self.since_s + length_of(self)

    def remaining(self, now_s: float) -> float:
        """Return the seconds until the phase ends by itself."""
        return max(self.ends_s - now_s, 0.0)


def length_of(guide: Guide) -> float:
    """Return how long the phase lasts; infinite where somebody must say that it is over."""
    waits = inf if guide.attended else 0.0
    protocol = guide.protocol
    rest_s = protocol.rest_s if not guide.retries else min(protocol.rest_s, RETRY_REST_S)
    return {
        "still": STILL_S,
        "safety": waits,
        "ready": READY_S,
        "countdown": COUNTDOWN_S,
        "settle": protocol.settle_s,
        "hold": protocol.hold_s,
        "rest": rest_s,
    }.get(guide.phase, inf)
