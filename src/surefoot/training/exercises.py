"""The plan of exercises, the log of what was done, and how much of the one is in the other.

The plan follows the ankle guides that people are handed after a sprain; it is advice to choose from,
not a treatment. Everything here is pure: the diary stores the log, and "today" is an argument.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from surefoot.errors import SetupError
from surefoot.training.guides import plan_part_of

REVIEW_WEEKS: Final = (4, 6)
START_TEXT: Final = "Start easy and add little at a time."
SAFETY_TEXT: Final = (
    "Stop with pain or swelling. Stand within reach of a wall corner or a counter, on a clear floor; "
    "close your eyes or use a board only with somebody beside you."
)
DAYS_A_WEEK: Final = 7
LARGEST: Final = {"sets": 100, "reps": 1000, "minutes": 600, "seconds": 3600, "pain": 10}


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise of the plan and on how many days a week it is meant; zero to zero is "when needed"."""

    name: str
    days_low: int
    days_high: int
    how: str

    @property
    def how_often(self) -> str:
        """The days a week in words.

        >>> PLAN[0].how_often, PLAN[1].how_often, PLAN[3].how_often
        ('2 to 3 times a week', 'daily', 'when stiff')
        """
        if self.days_high == 0:
            return "when stiff"
        if self.days_low == DAYS_A_WEEK:
            return "daily"
        return f"{self.days_low} to {self.days_high} times a week"


PLAN: Final = (
    Exercise("resistance bands", 2, 3, "Pull the foot up, down, inward and outward against the band."),
    Exercise("calf raises", 7, 7, "Both feet first; on one leg when that has become easy."),
    Exercise("balance drills", 7, 7, "The rung of the ladder that you stand on; see below."),
    Exercise("ankle mobility", 0, 0, "Slow circles, and the knee over the toes with the heel on the floor."),
)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What somebody did: one exercise at one time, on one `side` where it has one, `band` by its colour.

    `seconds` is how long each set was held, `easy` their own word for it, `pain` their own rating, 0 to 10.

    Raises SetupError for an empty name, a time without its zone, or a number that cannot be meant.
    """

    person: str
    exercise: str
    when: datetime
    sets: int | None = None
    reps: int | None = None
    minutes: int | None = None
    pain: int | None = None
    note: str = ""
    side: str = ""
    seconds: int | None = None
    band: str = ""
    easy: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "exercise", " ".join(self.exercise.casefold().split()))
        if not self.person.isalnum() or not self.person.isascii():
            raise _refusal(
                "The pseudonym cannot be used.", repr(self.person), "letters and digits, such as p01"
            )
        if not self.exercise:
            raise _refusal("The exercise has no name.", repr(self.exercise), "such as calf raises")
        if self.when.tzinfo is None:
            raise _refusal("The time of the exercise has no zone.", self.when.isoformat(), "a zone")
        if self.side not in ("", "left", "right"):
            raise _refusal("The side of the exercise is not known.", repr(self.side), "left or right")
        for name, largest in LARGEST.items():
            value = getattr(self, name)
            low = 0 if name == "pain" else 1
            if value is not None and not low <= value <= largest:
                raise _refusal(
                    f"The number after --{name} cannot be meant.", str(value), f"{low} to {largest}"
                )


def _refusal(what: str, found: str, expected: str) -> SetupError:
    return SetupError(what, found=found, expected=expected, do="Correct it, or see `surefoot log --help`.")


def describe_entry(entry: LogEntry) -> str:
    """Return what was done in one line, without its day."""
    counts = (("sets", entry.sets), ("reps", entry.reps), ("minutes", entry.minutes), ("s", entry.seconds))
    details = [f"{count} {name}" for name, count in counts if count is not None]
    details += [f"{entry.side} side"] if entry.side else []
    details += [f"{entry.band} band"] if entry.band else []
    details += ["easy"] if entry.easy else []
    details += [f"pain {entry.pain} of 10"] if entry.pain is not None else []
    return ", ".join([entry.exercise, *details, *([entry.note] if entry.note else [])])


def hurts_on(entries: Sequence[LogEntry], day: date) -> bool:
    """Return whether pain was noted that day."""
    return any(entry.pain and entry.when.date() == day for entry in entries)


def is_planned(name: str) -> bool:
    """Return whether an exercise of this name counts for the plan.

    >>> is_planned("Calf  raises"), is_planned("band outward"), is_planned("swimming")
    (True, True, False)
    """
    return plan_part_of(" ".join(name.casefold().split())) in {exercise.name for exercise in PLAN}


@dataclass(frozen=True, slots=True)
class Week:
    """How much of the plan was done in the days of one week that lie within the log.

    `starts` is its Monday, `days` how many of its days count. `done` are days with an entry per exercise,
    `planned` the days meant, in proportion to `days`.
    """

    starts: date
    days: int
    done: Mapping[str, int]
    planned: Mapping[str, float]

    def __post_init__(self) -> None:
        object.__setattr__(self, "done", MappingProxyType(dict(self.done)))
        object.__setattr__(self, "planned", MappingProxyType(dict(self.planned)))

    @property
    def adherence_pct(self) -> float:
        """Days done of days meant over all exercises; more of one does not make up for less of another."""
        kept = sum(min(self.done[name], meant) for name, meant in self.planned.items())
        return 100 * kept / sum(self.planned.values())


def adherence(entries: Iterable[LogEntry], until: date) -> tuple[Week, ...]:
    """Return the weeks, Monday to Sunday, from the first entry to `until`, both days included.

    An exercise counts once a day, against the lower number of days that the plan asks for. Days are those of
    the clock that the person saw. Exercises outside the plan, and those "when stiff", do not count. Own
    definition; guides give none. Empty where nothing was logged up to `until`.
    """
    done = [(plan_part_of(entry.exercise), entry.when.date()) for entry in entries]
    days = {(part, day) for part, day in done if day <= until}
    if not days:
        return ()
    first = min(day for _, day in days)
    count = (until - _monday(first)).days // DAYS_A_WEEK + 1
    mondays = [_monday(first) + timedelta(weeks=number) for number in range(count)]
    return tuple(_week(monday, days, (first, until)) for monday in mondays)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(monday: date, days: set[tuple[str, date]], span: tuple[date, date]) -> Week:
    start, end = max(monday, span[0]), min(monday + timedelta(days=DAYS_A_WEEK - 1), span[1])
    length = (end - start).days + 1
    meant = [exercise for exercise in PLAN if exercise.days_low]
    return Week(
        starts=monday,
        days=length,
        done={e.name: sum(name == e.name and start <= day <= end for name, day in days) for e in meant},
        planned={e.name: e.days_low * length / DAYS_A_WEEK for e in meant},
    )


def review_due(entries: Sequence[LogEntry], today: date) -> str:
    """Return when to look back at the plan, counted from the first entry, in one sentence."""
    early, late = REVIEW_WEEKS
    if not entries:
        return f"Look back at the plan {early} to {late} weeks after you start."
    first = min(entry.when.date() for entry in entries)
    weeks = (today - first).days // DAYS_A_WEEK
    if weeks < early:
        day = first + timedelta(weeks=early)
        return f"Look back at the plan from {day.isoformat()}, {early} weeks after you started."
    return f"You started {weeks} weeks ago: time to look back at the plan, best with your physiotherapist."
