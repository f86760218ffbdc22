"""The ladder of stances: each rung a little harder, the next one offered and never pushed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from surefoot.model import Assessment, Setup
from surefoot.protocols import LEAD_OUT_S, load_protocols
from surefoot.training.exercises import SAFETY_TEXT, LogEntry

CLEAN_SESSIONS: Final = 3
PAIN_DAYS: Final = 7
PAIN_TEXT: Final = "You noted pain on {day}. Stay on an easier rung, or rest, until it is gone."
# A recording of 30 s may be two samples shorter.
SAMPLING_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Rung:
    """One stance of the ladder: how long it is held, on how many legs, on which surfaces with which eyes."""

    title: str
    hold_s: float
    legs: int
    grounds: frozenset[tuple[str, str]]

    def belongs(self, setup: Setup) -> bool:
        """Return whether a trial was made on this rung."""
        legs = 2 if setup.leg == "both" else 1
        return legs == self.legs and (setup.surface, setup.eyes) in self.grounds


_PLAIN: Final = frozenset({("floor", "open")})
_HARD: Final = frozenset({("floor", "closed"), ("foam", "open")})
_BOARD: Final = frozenset({("board", "open"), ("board", "closed")})
RUNGS: Final = (
    Rung("15 s on one leg", 15.0, 1, _PLAIN),
    Rung("30 s on one leg", 30.0, 1, _PLAIN),
    Rung("15 s on one leg with eyes closed, or on a cushion", 15.0, 1, _HARD),
    Rung("wobble board with both feet", 15.0, 2, _BOARD),
    Rung("one leg on the wobble board", 15.0, 1, _BOARD),
)


@dataclass(frozen=True, slots=True)
class LadderStep:
    """Where a leg is on the ladder.

    `mastered` is the highest rung with three clean sessions on end, `following` the one after it (the first
    where none is mastered, None at the top), `clean_sessions` how many clean ones on end it has already.
    `offered` is false where pain was noted within a week. `text` says it in plain words; `safety` goes
    with it.
    """

    leg: str
    mastered: Rung | None
    following: Rung | None
    clean_sessions: int
    offered: bool
    text: str
    safety: str = SAFETY_TEXT


def climb(assessments: Iterable[Assessment], log: Sequence[LogEntry], leg: str, today: date) -> LadderStep:
    """Return where `leg` (``left`` or ``right``) of one person is on the ladder.

    A session is a day; it is clean where every scored trial on the rung was: held for its time up to the
    first touchdown, or the board's edge kept off the floor. Hold time starts when the stance is steady and
    ends with the analysed part, so settling and, where nobody came down, the last second count as held: a
    recording of a rung's time can be clean. A trial that technology ended counts neither way. A rung is
    mastered where its three latest sessions, or those of a higher rung, were clean. The rungs are the
    guides'; the 15 s of the last three and the rule for pain are own choices.
    """
    scored = [each for each in assessments if each.counts and each.setup.leg in (leg, "both")]
    runs = [_clean_run(scored, rung) for rung in RUNGS]
    top = max((index for index, run in enumerate(runs) if run >= CLEAN_SESSIONS), default=-1)
    mastered = RUNGS[top] if top >= 0 else None
    following = RUNGS[top + 1] if top + 1 < len(RUNGS) else None
    pains = [entry.when.date() for entry in log if entry.pain]
    hurt = [day for day in pains if timedelta(0) <= today - day < timedelta(days=PAIN_DAYS)]
    done = runs[top + 1] if following else 0
    text = PAIN_TEXT.format(day=max(hurt).isoformat()) if hurt else _text(mastered, following, done)
    return LadderStep(leg, mastered, following, done, offered=not hurt and following is not None, text=text)


def _clean_run(scored: Sequence[Assessment], rung: Rung) -> int:
    """Return how many of the latest sessions on a rung were clean, counted back from the newest."""
    days: dict[date, bool] = {}
    for assessment in scored:
        clean = _is_clean(assessment, rung) if rung.belongs(assessment.setup) else None
        if assessment.setup.when is not None and clean is not None:
            day = assessment.setup.when.date()
            days[day] = days.get(day, True) and clean
    latest_first = [days[day] for day in sorted(days, reverse=True)]
    return latest_first.index(False) if False in latest_first else len(latest_first)


def _is_clean(assessment: Assessment, rung: Rung) -> bool | None:
    """Return whether a trial was clean on a rung; None where its numbers cannot tell."""
    values = assessment.values
    if "board_contacts_count" in values:
        return values["board_contacts_count"] == 0
    if "hold_time_s" not in values:
        # Without a primary value the trial failed; with one its sensor cannot tell contacts or touchdowns.
        return None if assessment.primary else False
    return _held_s(assessment) >= rung.hold_s - SAMPLING_S


def _held_s(assessment: Assessment) -> float:
    """Return how long a stance was held, the parts before and after its steady one included."""
    came_down = any(event.breaks_stance and event.confidence > 0 for event in assessment.events)
    settled_s = load_protocols()[assessment.protocol].settle_s
    return settled_s + assessment.values["hold_time_s"] + (0.0 if came_down else LEAD_OUT_S)


def _text(mastered: Rung | None, following: Rung | None, done: int) -> str:
    if following is None:
        return "You have had three clean sessions on the top rung. Keep what you like of it."
    so_far = f"{done} of {CLEAN_SESSIONS} clean sessions so far"
    if mastered is None:
        return f"First rung: {following.title}; {so_far}."
    return (
        f"Three clean sessions: {mastered.title}. If you feel ready, the next rung is {following.title} "
        f"({so_far}). Staying where you are is fine too."
    )
