"""The exercises of today by the rules of the guides, as functions of what was logged and of the day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final, Literal

from surefoot.model import Assessment
from surefoot.training.exercises import LogEntry
from surefoot.training.guides import BY_KEY, GuideExercise, key_of
from surefoot.training.ladder import RUNGS, climb

Side = Literal["left", "right"]

# The guides: 10 to 15 repetitions to begin with; when 20 are easy, the next band or a harder form.
FIRST_REPS: Final = (10, 15)
EASY_REPS: Final = 20
EASY_DAYS: Final = 2
BAND_DAYS_A_WEEK: Final = 3
# Own choices, where guides say "a few days", "painful", "stay".
FRESH_DAYS: Final = 3
MUCH_PAIN: Final = 5
PAIN_RISE: Final = 2
HOLD_BACK_DAYS: Final = 7
_BANDS: Final = ("band_outward", "band_down", "band_inward", "band_up")
# The rungs of the ladder as exercises.
_BALANCE: Final = ("one_leg_stand", "one_leg_stand", "one_leg_closed", "wobble_board", "wobble_board")


# Twice a week: Monday and Thursday, Tuesday and Friday …
DAYS_BETWEEN: Final = 3


@dataclass(frozen=True, slots=True)
class DueExercise:
    """An exercise for today: its side, what to aim at (`reps` low and high, or a hold), and what was ticked.

    `is_easy` tells that the rule for a harder form or band is met.
    """

    exercise: GuideExercise
    side: Side | None
    reps: tuple[int, int] | None
    hold_s: float | None
    done: LogEntry | None
    is_easy: bool


def next_test(assessments: Iterable[Assessment]) -> date | None:
    """Return the day of the next test, three days after the newest one; None before the first."""
    tested = [each.setup.when.date() for each in assessments if each.setup.when and not each.setup.practice]
    return max(tested) + timedelta(days=DAYS_BETWEEN) if tested else None


def todays_exercises(
    assessments: Iterable[Assessment],
    log: Sequence[LogEntry],
    injured: Side | None,
    hurt_on: date | None,
    today: date,
) -> tuple[DueExercise, ...]:
    """Return the exercises of today, three at most: a calf raise, balance, and a band on its days.

    In the first days after an injury (`hurt_on`) only what bears no weight. The form of the calf raise is the
    hardest one that the log has earned; that of balance the rung that `assessments` have.
    """
    side: Side = injured or "right"
    if hurt_on is not None and timedelta(0) <= today - hurt_on < timedelta(days=FRESH_DAYS):
        return (_due("ankle_alphabet", log, side, today),)
    calf = _due(_calf_form(log), log, side, today)
    bands = [_band(log, today, side)] if _is_band_day(log, today) else []
    return (calf, _balance(assessments, log, side, today), *bands)


def earns_harder(log: Sequence[LogEntry], key: str, side: Side | None) -> bool:
    """Return whether the last two days of an exercise and side reached 20 repetitions that were easy."""
    own = [
        entry for entry in log if key_of(entry.exercise) == key and (side is None or entry.side in ("", side))
    ]
    days = sorted({entry.when.date() for entry in own})[-EASY_DAYS:]
    easy = {entry.when.date() for entry in own if entry.easy and (entry.reps or 0) >= EASY_REPS}
    return len(days) == EASY_DAYS and all(day in easy for day in days)


def held_back_until(log: Sequence[LogEntry], today: date) -> date | None:
    """Return the last day on which nothing harder is offered because of pain, None where it is over.

    Any pain holds back on its day; more than 5 of 10, or 2 above the person's usual, for a week: own choices.
    """
    noted = sorted((entry.when.date(), entry.pain) for entry in log if entry.pain is not None)
    ends = []
    for number, (day, pain) in enumerate(noted):
        before = [each for _, each in noted[:number]]
        much = pain > MUCH_PAIN or (bool(before) and pain > median(before) + PAIN_RISE)
        ends += [day + timedelta(days=HOLD_BACK_DAYS if much else 0)] if pain else []
    latest = max(ends, default=None)
    return latest if latest is not None and latest >= today else None


def _due(key: str, log: Sequence[LogEntry], side: Side, today: date) -> DueExercise:
    exercise = BY_KEY[key]
    own_side = side if exercise.by_side else None
    easy = earns_harder(log, key, own_side) and held_back_until(log, today) is None
    reps = FIRST_REPS if exercise.dose == "band" else None
    return DueExercise(exercise, own_side, reps, None, _done(log, key, today), easy)


def _done(log: Sequence[LogEntry], key: str, today: date) -> LogEntry | None:
    done = [entry for entry in log if key_of(entry.exercise) == key and entry.when.date() == today]
    return done[-1] if done else None


def _calf_form(log: Sequence[LogEntry]) -> str:
    """Return the hardest form that was tried, so that a harder one is the person's own choice."""
    chain = ["calf_raise"]
    while harder := BY_KEY[chain[-1]].harder:
        chain.append(harder)
    tried = {key_of(entry.exercise) for entry in log}
    return next((key for key in reversed(chain) if key in tried), chain[0])


def _balance(
    assessments: Iterable[Assessment], log: Sequence[LogEntry], side: Side, today: date
) -> DueExercise:
    step = climb(assessments, log, side, today)
    rung = step.following if step.offered and step.following else step.mastered or RUNGS[0]
    key = _BALANCE[RUNGS.index(rung)]
    exercise = BY_KEY[key]
    return DueExercise(exercise, side, None, rung.hold_s, _done(log, key, today), is_easy=False)


def _band_days(log: Sequence[LogEntry], key: str = "") -> list[date]:
    keys = (key,) if key else _BANDS
    return sorted({entry.when.date() for entry in log if key_of(entry.exercise) in keys})


def _is_band_day(log: Sequence[LogEntry], today: date) -> bool:
    """Return whether a band is due: two or three days a week, never the day after another."""
    days = _band_days(log)
    monday = today - timedelta(days=today.weekday())
    this_week = [day for day in days if monday <= day < today]
    return today - timedelta(days=1) not in days and len(this_week) < BAND_DAYS_A_WEEK


def _band(log: Sequence[LogEntry], today: date, side: Side) -> DueExercise:
    """Return the band exercise that was done today, else the one done the longest ago."""
    done_today = [key for key in _BANDS if today in _band_days(log, key)]
    longest_ago = min(_BANDS, key=lambda key: max(_band_days(log, key), default=date.min))
    return _due(done_today[0] if done_today else longest_ago, log, side, today)
