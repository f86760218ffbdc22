"""What the diary says of a person: trials like one another, trends, ratios, and the weeks since an injury."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from surefoot import pipeline
from surefoot.change.recovery import (
    Milestone,
    ankle_go_single_leg,
    collect_marks,
    latest_injury,
    newest_injury,
)
from surefoot.change.sides import Ratio, Side, compare_conditions, compare_sides
from surefoot.change.trends import find_trends, group_of, trends_of
from surefoot.errors import SetupError, SurefootError
from surefoot.model import Assessment, Injury, Person, Trend
from surefoot.training import DueExercise, todays_exercises

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry
    from surefoot.settings import Settings

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class AnkleGo:
    """The single-leg item of the Ankle-GO with what it rests on.

    `errors` are given, or the touchdowns of the trial of day `on`; without the answer to its question,
    `felt_insecure`, there are two `possible_points`.
    """

    errors: int | None
    errors_from: Literal["given", "touchdowns found", "nothing"]
    on: date | None
    felt_insecure: bool | None
    possible_points: tuple[int, ...]

    @property
    def points(self) -> int | None:
        """The points, where nothing is left to answer."""
        return self.possible_points[0] if len(self.possible_points) == 1 else None


@dataclass(frozen=True, slots=True)
class Recovery:
    """What is shown of the weeks since an injury."""

    person: str
    injury: Injury
    trends: tuple[Trend, ...]
    marks: tuple[Milestone, ...]
    ankle_go: AnkleGo


def person_called(diary: Diary, settings: Settings, called: str) -> str:
    """Return the pseudonym of whom a phone calls `called`: a pseudonym, a known name, or a new name.

    Somebody new gets the next pseudonym, and the name is kept on this computer alone. Nobody named is the
    only person known, or the first one. Raises SetupError where several are known and nobody is named.
    """
    name = " ".join("".join(letter for letter in called if letter.isprintable()).split())[:LONGEST_NAME]
    names, known = settings.names(), diary.everybody()
    named = {**{each.casefold(): each for each in known}, **{n.casefold(): each for each, n in names.items()}}
    if name.casefold() in named:
        return named[name.casefold()]
    if re.fullmatch(r"p\d+", name.casefold()):
        return name
    if not name and len(known) == 1:
        return known[0]
    if not name and known:
        raise SetupError(
            "It is not clear whose test this is.",
            found="no name",
            expected="the first name of one of the people, or of somebody new",
            do="Type the name above, then go on.",
        )
    new = next_pseudonym([*known, *names])
    if name:
        settings.remember_name(new, name)
    return new


def name_at_home(settings: Settings, person: str) -> str:
    """Return what a person's own pages call them; nothing for a first one whom nobody named."""
    return settings.names().get(person, "" if person == next_pseudonym([]) else person)


def next_pseudonym(known: Collection[str]) -> str:
    """Return the pseudonym of somebody new: the next number, which tells nothing of them.

    >>> next_pseudonym(["p01", "anna", "P07"])
    'p08'
    """
    numbers = [int(found[1]) for each in known if (found := re.fullmatch(r"p(\d+)", each.casefold()))]
    return f"p{max(numbers, default=0) + 1:02d}"


def group_with(diary: Diary, trial: str) -> tuple[Assessment, ...]:
    """Return the scored trials that may be compared with a trial, by time; none with a practice trial."""
    entry = diary.entry(trial)
    return group_of(entry.assessment, assessments_of(diary.entries(entry.person)))


def trend_with(diary: Diary, trial: str) -> Trend | None:
    """Return the trend that a trial belongs to; None for practice, or where it has no main value."""
    entry = diary.entry(trial)
    known = assessments_of(diary.entries(entry.person))
    return next(trends_of([entry.assessment], known), None)


def person_of(diary: Diary, pseudonym: str) -> Person | None:
    """Return what the diary knows of a person, None where nothing was said."""
    return next((each for each in diary.people() if each.pseudonym == pseudonym), None)


def exercises_of(
    diary: Diary, pseudonym: str, known: Iterable[Assessment], today: date
) -> tuple[DueExercise, ...]:
    """Return the exercises of today of a person of whom `known` are the trials."""
    person = person_of(diary, pseudonym)
    injury = newest_injury(person)
    side, hurt_on = (injury.side, injury.on) if injury else (None, None)
    return todays_exercises(known, diary.log(pseudonym), side, hurt_on, today)


def assessments_of(entries: Iterable[Entry]) -> list[Assessment]:
    """Return the assessments of trials."""
    return [entry.assessment for entry in entries]


def ratios_of(diary: Diary, entries: Sequence[Entry]) -> tuple[Ratio, ...]:
    """Return sides, Romberg, foam and board ratios; for Romberg both windows are made equally long."""
    conditions = compare_conditions(assessments_of(entries))
    level = compare_conditions(_level_windows(diary, entries))
    return (
        *sides_of(diary, entries),
        *(ratio for ratio in level if ratio.kind == "Romberg ratio"),
        *(ratio for ratio in conditions if ratio.kind != "Romberg ratio"),
    )


def sides_of(diary: Diary, entries: Sequence[Entry]) -> tuple[Ratio, ...]:
    """Return left against right of one person, the injured side as the diary knows it."""
    people = {entry.person for entry in entries}
    injured = injured_side(person for person in diary.people() if person.pseudonym in people)
    return compare_sides(assessments_of(entries), injured=injured)


def injured_side(people: Iterable[Person]) -> Side | None:
    """Return the side of the latest injury, None where there is none."""
    injuries = [injury for person in people for injury in person.injuries]
    return max(injuries, key=lambda injury: injury.on).side if injuries else None


def _level_windows(diary: Diary, entries: Sequence[Entry]) -> list[Assessment]:
    """Return assessments, those with eyes open over the window of that day's trials with eyes closed.

    Where a stance was tried both ways on one day, its longer windows of other days stay out.
    """
    closed = {_stand(e): _window_s(e.assessment) for e in entries if e.assessment.setup.eyes == "closed"}
    shared = {_stand(e)[1:] for e in entries if e.assessment.setup.eyes == "open" and _stand(e) in closed}
    return [
        _levelled(diary, entry, closed.get(_stand(entry)))
        for entry in entries
        if _stand(entry) in closed or _stand(entry)[1:] not in shared
    ]


def _stand(entry: Entry) -> tuple[object, ...]:
    setup = entry.assessment.setup
    return (entry.when.date(), entry.person, setup.test, setup.leg, setup.surface)


def _window_s(assessment: Assessment) -> float:
    start_s, end_s = assessment.provenance.window_s
    return end_s - start_s


def _levelled(diary: Diary, entry: Entry, window_s: float | None) -> Assessment:
    # A failed trial has no primary value; its clean part must not get one by being cut.
    failed = not entry.assessment.primary
    if failed or window_s is None or _window_s(entry.assessment) < window_s + 1:
        return entry.assessment
    try:
        return pipeline.shorten(entry, diary, window_s)
    except SurefootError:
        # The windows then differ, and the ratio says so.
        return entry.assessment


def recovery_of(
    diary: Diary, entries: Sequence[Entry], person: str, errors: int | None, insecure: bool | None
) -> Recovery:
    """Return the recovery of one person from their trials among `entries`.

    `errors` were counted on the injured leg and `insecure` is how that ankle felt, where somebody said so.
    Raises DiaryError for nobody in the diary, and SetupError where no injury of theirs is known.
    """
    injury = latest_injury(diary.person(person))
    own = assessments_of(entry for entry in entries if entry.person == person)
    return Recovery(
        person=person,
        injury=injury,
        trends=find_trends(own),
        marks=collect_marks(own, diary.log(person)),
        ankle_go=_ankle_go(own, injury, errors, insecure),
    )


def _ankle_go(
    own: Sequence[Assessment], injury: Injury, errors: int | None, insecure: bool | None
) -> AnkleGo:
    newest = _newest_errors(own, injury) if errors is None else None
    on, counted = newest or (None, errors)
    answers = (True, False) if insecure is None else (insecure,)
    points = () if counted is None else (ankle_go_single_leg(counted, felt_insecure=each) for each in answers)
    source: Literal["given", "touchdowns found", "nothing"] = "touchdowns found" if newest else "nothing"
    return AnkleGo(counted, source if errors is None else "given", on, insecure, tuple(sorted(points)))


def _newest_errors(own: Sequence[Assessment], injury: Injury) -> tuple[date, int] | None:
    """Return day and touchdowns of the newest scored floor trial on the injured leg, eyes open."""
    wanted = (injury.side, "open", "floor", True)
    trials = [
        (each.setup.when, int(each.values["touchdowns_count"]))
        for each in own
        if each.setup.when is not None
        and "touchdowns_count" in each.values
        and (each.setup.leg, each.setup.eyes, each.setup.surface, each.counts) == wanted
    ]
    if not trials:
        return None
    when, count = max(trials)
    return when.date(), count
