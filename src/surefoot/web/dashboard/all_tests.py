"""All tests of a person as a list: one row a day, how long each leg was held, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from surefoot.change.holds import days_held, stance_of
from surefoot.change.trends import find_lead
from surefoot.protocols import protocol_for
from surefoot.words.home import ALIKE_S, name_place, name_standing

if TYPE_CHECKING:
    from surefoot.diary import Entry
    from surefoot.model import Setup
    from surefoot.words.language import Language

DAYS_ON_A_PAGE: Final = 10


@dataclass(frozen=True, slots=True)
class StanceLine:
    """One stance of a day: its name, the longest hold in whole s (None where none is known) and its share."""

    name: str
    seconds: int | None
    percent: int
    is_watched: bool


@dataclass(frozen=True, slots=True)
class TestedDay:
    """One day of tests; `trial` is the one that its row opens, `pill` the look and the word of a mark."""

    day: str
    trial: str
    lines: tuple[StanceLine, ...]
    says: str
    pill: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class AllTests:
    """A page of the list: `page` of `pages`, from 1 on, the newest day first."""

    headline: str
    lead: str
    days: tuple[TestedDay, ...]
    page: int
    pages: int


def list_tests(
    language: Language, entries: Sequence[Entry], injured: str, page: int, today: date
) -> AllTests:
    """Return page `page` of all tests of a person; a page that is not there is the nearest one.

    `injured` is the hurt leg, whose bars are the watched ones, empty where none is known.
    """
    watched = _watched(entries, injured)
    newest_first = sorted(entries, key=lambda entry: entry.when.timestamp(), reverse=True)
    days = [(day, list(group)) for day, group in groupby(newest_first, key=lambda entry: entry.when.date())]
    pages = max(1, -(-len(days) // DAYS_ON_A_PAGE))
    page = min(max(page, 1), pages)
    shown = days[(page - 1) * DAYS_ON_A_PAGE : page * DAYS_ON_A_PAGE]
    return AllTests(
        language.tell_count("trial.list_headline", len(days), n=language.count(len(days))),
        _tell_since(language, entries, watched, today) if watched else "",
        tuple(_describe_day(language, day, group, watched, today) for day, group in shown),
        page,
        pages,
    )


def _watched(entries: Sequence[Entry], injured: str) -> Setup | None:
    """Return the setup that the person's first page speaks of, else that of the newest trial."""
    trend = find_lead([entry.assessment for entry in entries], injured)
    newest = max(entries, key=lambda entry: entry.when.timestamp(), default=None)
    return trend.setup if trend else newest.assessment.setup if newest else None


def _tell_since(language: Language, entries: Sequence[Entry], watched: Setup, today: date) -> str:
    """Return since when the whole time is held, where it was not so on the first day."""
    held = days_held([entry.assessment for entry in entries], watched)
    whole_s = protocol_for(watched).hold_s - ALIKE_S
    short = [number for number, day in enumerate(held) if day.longest_s < whole_s]
    if not short or short[0] > 0 or short[-1] == len(held) - 1:
        return ""
    first_s, since = round(held[0].longest_s), held[short[-1] + 1].day
    on, day = name_place(language, watched), language.date_of(since, today)
    return language.tell("trial.list_since", first_s=first_s, on=on, day=day)


def _describe_day(
    language: Language, day: date, entries: Sequence[Entry], watched: Setup | None, today: date
) -> TestedDay:
    stances: dict[tuple[str, ...], list[Entry]] = {}
    for entry in reversed(entries):
        stances.setdefault(stance_of(entry.assessment.setup), []).append(entry)
    leg = watched.leg if watched else ""
    ordered = sorted(stances.values(), key=lambda group: group[0].assessment.setup.leg != leg)
    best = max(ordered[0], key=lambda entry: entry.assessment.values.get("hold_time_s", 0.0))
    return TestedDay(
        language.date_of(day, today),
        best.trial,
        tuple(_describe_stance(language, group, leg) for group in ordered),
        _tell_touches(language, ordered),
        _mark(language, entries),
    )


def _describe_stance(language: Language, entries: Sequence[Entry], watched_leg: str) -> StanceLine:
    setup = entries[0].assessment.setup
    held = [each.assessment.values.get("hold_time_s") for each in entries]
    longest_s = max((seconds for seconds in held if seconds is not None), default=None)
    percent = 0 if longest_s is None else round(100 * min(1.0, longest_s / protocol_for(setup).hold_s))
    seconds = None if longest_s is None else round(longest_s)
    return StanceLine(name_standing(language, setup), seconds, percent, setup.leg == watched_leg)


def _tell_touches(language: Language, stances: Sequence[Sequence[Entry]]) -> str:
    """Return how often the foot came down on each stance, none where it never did, nothing where unknown."""
    said, known = [], False
    for entries in stances:
        counts = [entry.assessment.values.get("touchdowns_count") for entry in entries]
        touches = round(sum(count for count in counts if count is not None))
        known = known or any(count is not None for count in counts)
        if touches:
            touched = language.tell_count("today.touches", touches, n=touches)
            said.append(f"{touched}, {name_standing(language, entries[0].assessment.setup)}")
    return "; ".join(said) or (language.say("trial.no_touch") if known else "")


def _mark(language: Language, entries: Sequence[Entry]) -> tuple[str, str] | None:
    assessments = [entry.assessment for entry in entries]
    if all(each.setup.practice for each in assessments):
        return "quiet", language.say("trial.practice")
    if any(each.is_cut_off or not each.headline for each in assessments):
        return "care", language.say("trial.not_counted")
    return None
