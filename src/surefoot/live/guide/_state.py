"""Where a guided test stands: attempts, takes, the phase and how long it lasts."""

from dataclasses import dataclass
from math import inf
from typing import Final, Literal

from surefoot.model import Leg, Protocol, Setup

Phase = Literal[
    "still",
    "safety",
    "place",
    "task",
    "ready",
    "countdown",
    "settle",
    "hold",
    "rest",
    "paused",
    "waiting",
    "done",
]
Word = Literal["go", "stop", "skip", "pause", "quit", "moved", "touchdown", "lost", "back", "said", "off"]
Ending = Literal["held", "stopped", "touchdown", "lost", "interrupted"]
Kind = Literal["say", "show", "beep", "soft", "low", "end"]

STILL_S: Final = 2.0
PLACE_S: Final = 6.0
TASK_S: Final = 6.0
READY_S: Final = 3.0
COUNTDOWN_S: Final = 3.0
# From the words about an attempt to the moment at which it begins; a part of the rest before it.
LEAD_S: Final = TASK_S + READY_S + COUNTDOWN_S
REMIND_S: Final = 6.0
SHORTEST_REST_S: Final = 1.0
MAX_RETRIES: Final = 1
RETRY_REST_S: Final = 20.0
# Who holds less is tired or hurt: another try then is asked for, not begun.
WORTH_RETRYING_S: Final = 10.0
# Recorded after a hold: the analysis leaves out the last second, and a stance may begin a little late.
TAIL_S: Final = 2.0
# A voice that is not heard of again is waited for as long as a slow one would take.
SLOWEST_WPM: Final = 100.0
VOICE_STARTS_S: Final = 2.0


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
    """For the person: ``say`` is spoken and shown, ``show`` only shown, the others are tones.

    All sentences of one moment are one cue. ``beep`` counts down, ``soft`` begins the hold, ``low`` counts
    its last seconds, ``end`` is the long one.
    """

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

    @property
    def held_s(self) -> float:
        """How long it was held."""
        return self.hold_s[1] - self.hold_s[0]


@dataclass(frozen=True, slots=True)
class Guide:
    """Where a guided test stands.

    `setup` holds the conditions that all attempts share. Where somebody attends, a key begins it, unless it
    is a phone's page (`is_phone`), and a scored attempt may be tried again (`may_retry`). `told_s` is the
    time up to which cues were given, `given` how many of this phase, `quiet_s` when the voice is through at
    the latest; `settled_s` is when the attempt under way began to settle. `begun` says that the safety text
    was heard before the sensor was lost, `reminded_s` when stillness was last asked for, `remark` what is to
    be told of how the phase came about.
    """

    protocol: Protocol
    setup: Setup
    attempts: tuple[Attempt, ...]
    attended: bool
    is_phone: bool
    may_retry: bool
    phase: Phase
    since_s: float
    told_s: float
    given: int = 0
    quiet_s: float = -inf
    at: int = 0
    retries: int = 0
    settled_s: float = 0.0
    begun: bool = False
    reminded_s: float = 0.0
    remark: Literal["", "back", "off"] = ""
    language: str = "en"
    takes: tuple[Take, ...] = ()

    @property
    def attempt(self) -> Attempt:
        """The attempt under way, or coming next."""
        return self.attempts[min(self.at, len(self.attempts) - 1)]

    @property
    def ends_s(self) -> float:
        """When the phase ends by itself, not before all is said; infinite where somebody must say so."""
        planned_s = self.since_s + length_of(self)
        return planned_s if self.phase in ("countdown", "hold") else max(planned_s, self.quiet_s)

    def remaining(self, now_s: float) -> float:
        """Return the seconds on the clock: to the beginning of an attempt, then to the end of its hold.

        It stands still while a sentence is waited for and until the hold begins. Infinite where nothing is
        counted.
        """
        if self.phase == "settle":
            return clock_after(self)
        return max(self.since_s + length_of(self) - now_s, 0.0) + clock_after(self)

    def took(self) -> Take | None:
        """Return the take that ended when this phase began, or None."""
        return self.takes[-1] if self.takes and self.takes[-1].hold_s[1] == self.since_s else None


def length_of(guide: Guide) -> float:
    """Return how long the phase lasts at least; infinite where somebody must say that it is over."""
    protocol = guide.protocol
    waits = inf if guide.attended and not guide.is_phone else 0.0
    rest_s = max(protocol.rest_s - LEAD_S, SHORTEST_REST_S)
    return {
        "still": STILL_S,
        "safety": waits,
        "place": PLACE_S,
        "task": TASK_S,
        "ready": READY_S,
        "countdown": COUNTDOWN_S,
        "settle": protocol.settle_s,
        "hold": protocol.hold_s,
        "rest": max(min(protocol.rest_s, RETRY_REST_S), SHORTEST_REST_S) if guide.retries else rest_s,
    }.get(guide.phase, inf)


def clock_after(guide: Guide) -> float:
    """Return what the clock shows at the end of the phase."""
    ready_s = READY_S + COUNTDOWN_S
    return {
        "place": LEAD_S,
        "rest": LEAD_S,
        "task": ready_s,
        "ready": COUNTDOWN_S,
        "settle": guide.protocol.hold_s,
    }.get(guide.phase, 0.0)
