"""Ratios of one person as the diary has them: sides, eyes, foam and board."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from surefoot import pipeline
from surefoot.change.sides import Ratio, Side, compare_conditions, compare_sides
from surefoot.errors import SurefootError
from surefoot.model import Assessment, Person

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry


def find_ratios(diary: Diary, entries: Sequence[Entry]) -> tuple[Ratio, ...]:
    """Return sides, Romberg, foam and board ratios; for Romberg both windows are made equally long."""
    known = [entry.assessment for entry in entries]
    sides = find_sides(diary, entries)
    conditions = [ratio for ratio in compare_conditions(known) if ratio.kind != "Romberg ratio"]
    level = compare_conditions(_level_windows(diary, entries))
    return (*sides, *(ratio for ratio in level if ratio.kind == "Romberg ratio"), *conditions)


def find_sides(diary: Diary, entries: Sequence[Entry]) -> tuple[Ratio, ...]:
    """Return left against right of one person, the injured side as the diary knows it."""
    return compare_sides([entry.assessment for entry in entries], injured=_injured(diary, entries))


def _injured(diary: Diary, entries: Sequence[Entry]) -> Side | None:
    people = {entry.person for entry in entries}
    return injured_side(person for person in diary.people() if person.pseudonym in people)


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
