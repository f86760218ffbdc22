"""Everybody in the diary as a list: who tests today, who changed, whose last test did not work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from surefoot.change.trends import find_lead
from surefoot.web.dashboard.home import latest_injury, line_of, noted_pain, plan_next_test, todays_failure
from surefoot.web.dashboard.home_picture import draw_spark
from surefoot.words.home import mood_of, name_short

if TYPE_CHECKING:
    from surefoot.diary import Entry
    from surefoot.model import Assessment, Injury, Person, Trend
    from surefoot.training import LogEntry
    from surefoot.words.language import Language

# Somebody away for longer does not test at present.
LONGEST_LATE: Final = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the list; `look` where a word is needed: less steady, pain, a test that did not work."""

    person: str
    name: str
    about: str
    says: str
    due: str
    is_due: bool
    look: bool
    spark: Markup
    order: tuple[bool, bool, float]


def sort_rows(rows: Iterable[PersonRow]) -> tuple[PersonRow, ...]:
    """Return the rows of everybody: who needs a word comes first, then who is due."""
    return tuple(sorted(rows, key=lambda row: row.order))


def describe_person(
    language: Language,
    person: str,
    name: str,
    described: Person | None,
    entries: Sequence[Entry],
    log: Sequence[LogEntry],
    today: date,
) -> PersonRow:
    """Return the row of one person, who may have no trial yet."""
    known = [entry.assessment for entry in entries]
    injury = latest_injury(described)
    trend = find_lead(known, injury.side if injury else "")
    planned = plan_next_test(entries)
    is_due = planned is not None and timedelta(0) <= today - planned <= LONGEST_LATE
    says, look = _says(language, trend, known, log, today)
    newest = max((entry.when.timestamp() for entry in entries), default=0.0)
    return PersonRow(
        person,
        name,
        _about(language, injury, trend, today),
        says,
        _due(language, planned, today),
        is_due,
        look,
        draw_spark(line_of(language, trend, trend.dates[0].date())) if trend else Markup(""),
        (not look, not is_due, -newest),
    )


def _says(
    language: Language,
    trend: Trend | None,
    known: Sequence[Assessment],
    log: Sequence[LogEntry],
    today: date,
) -> tuple[str, bool]:
    """Return a line's few words, and whether somebody should look."""
    pain = noted_pain(log, today)
    if pain is not None:
        return language.tell("people.pain", pain=pain), True
    if trend is None:
        return language.tell("people.no_result" if known else "people.nothing"), bool(known)
    if todays_failure(known, trend, today):
        return language.tell("people.no_result"), True
    return name_short(language, trend), mood_of(trend) == "less"


def _about(language: Language, injury: Injury | None, trend: Trend | None, today: date) -> str:
    if injury is not None:
        weeks = (today - injury.on).days // 7 + 1
        return language.tell_count(f"people.ankle_{injury.side}", weeks, weeks=weeks)
    if trend is None:
        return ""
    weeks = (today - trend.dates[0].date()).days // 7 + 1
    return language.tell_count("people.week", weeks, weeks=weeks)


def _due(language: Language, planned: date | None, today: date) -> str:
    if planned is None or today - planned > LONGEST_LATE:
        return ""
    late = (today - planned).days
    if late > 0:
        return language.tell_count("people.late", late, n=late)
    return language.say("people.today") if late == 0 else language.day(planned, today)


def headline_of(language: Language, rows: Sequence[PersonRow]) -> str:
    """Return the one sentence of the list: how many test today."""
    due = sum(row.is_due for row in rows)
    return (
        language.tell_count("people.due", due, n=language.count(due))
        if due
        else language.tell("people.nobody_due")
    )


def tabs_of(language: Language, rows: Sequence[PersonRow]) -> tuple[tuple[str, str], ...]:
    """Return the tabs of the list: everybody, who is due, whom to look at."""
    due, look = sum(row.is_due for row in rows), sum(row.look for row in rows)
    return (
        ("all", language.tell("people.all", total=len(rows))),
        ("due", language.tell("people.due_tab", n=due)),
        ("look", language.tell("people.look_tab", n=look)),
    )
