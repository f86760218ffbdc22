"""The first page of one person: one sentence, one picture, one button, the week, and the next test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from markupsafe import Markup

from surefoot.change.goal import way_to_other_leg
from surefoot.change.holds import days_held, stance_of
from surefoot.change.recovery import newest_injury
from surefoot.change.trends import find_trends, lead
from surefoot.plotting import trend_line
from surefoot.protocols import load_protocols
from surefoot.training import DAYS_BETWEEN, next_test
from surefoot.web.dashboard.home_picture import Chart, Line, draw_chart, draw_holds
from surefoot.words.home import (
    Answer,
    Beside,
    answer_of,
    answer_to_failure,
    answer_to_nobody,
    answer_to_pain,
    name_leg,
)

if TYPE_CHECKING:
    from surefoot.diary import Entry
    from surefoot.model import Assessment, DayHeld, Injury, Person, Trend
    from surefoot.training import LogEntry
    from surefoot.words import Language

# A test with more pain than this would show the pain.
MOST_PAIN: Final = 3
_OTHER_LEG: Final[dict[str, Literal["left", "right"]]] = {"left": "right", "right": "left"}
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day of this week: its letter, whether something was done or tested, and whether a test is due."""

    letter: str
    did: bool
    tested: bool
    due: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class Today:
    """The first page of one person as plain data; `next_day` is the next test in words."""

    answer: Answer
    picture: Markup
    legs: tuple[str, str] | None
    next_test: date
    next_day: str
    is_due: bool
    week: tuple[WeekDay, ...]
    week_told: str
    who: str
    has_tests: bool


def describe_today(
    language: Language,
    entries: Sequence[Entry],
    log: Sequence[LogEntry],
    person: Person | None,
    name: str,
    now: datetime,
) -> Today:
    """Return the first page of a person, of whom there may be no trial yet."""
    today, known = now.date(), [entry.assessment for entry in entries]
    injury = newest_injury(person)
    injured = injury.side if injury else ""
    trends = find_trends(known)
    trend = lead(trends, injured)
    next_test = max(plan_next_test(entries) or today, today)
    if noted_pain(log, today) is not None:
        next_test = max(next_test, today + timedelta(days=DAYS_BETWEEN))
    picture, legs = Markup(""), None
    if trend is None:
        answer = answer_to_nobody(language, name)
    else:
        own = days_held(known, trend.setup)
        answer = _answer(language, trend, own, known, log, next_test, today)
        picture, legs = _draw(language, trend, trends, known, own, injury, answer, today)
    return Today(
        answer,
        picture,
        legs,
        next_test,
        language.day(next_test, today),
        next_test <= today,
        week := week_of(language, entries, log, next_test, today),
        _tell_week(language, week),
        _who(language, name, injury, trend, today),
        bool(entries),
    )


def plan_next_test(entries: Sequence[Entry]) -> date | None:
    """Return the day of the next test, three days after the newest one; None before the first."""
    return next_test(entry.assessment for entry in entries)


def noted_pain(log: Sequence[LogEntry], today: date) -> int | None:
    """Return the pain noted today where it is too much for a test, 0 to 10; else None."""
    pain = max((entry.pain or 0 for entry in log if entry.when.date() == today), default=0)
    return pain if pain > MOST_PAIN else None


def todays_failure(known: Sequence[Assessment], trend: Trend, today: date) -> bool:
    """Return whether the stance of a trend was tested today, and no trial gave a number."""
    own = [each for each in known if stance_of(each.setup) == stance_of(trend.setup)]
    todays = [each for each in own if each.setup.when is not None and each.setup.when.date() == today]
    return bool(todays) and not any(each.headline and each.counts for each in todays)


def week_of(
    language: Language, entries: Sequence[Entry], log: Sequence[LogEntry], next_test: date, today: date
) -> tuple[WeekDay, ...]:
    """Return the days of this week, from Monday on."""
    monday = today - timedelta(days=today.weekday())
    tested = {entry.when.date() for entry in entries}
    did = {entry.when.date() for entry in log} | tested
    days = [monday + timedelta(days=number) for number in range(_WEEK)]
    return tuple(
        WeekDay(letter, day in did, day in tested, day == next_test, day == today)
        for day, letter in zip(days, (name[0] for name in language.weekdays), strict=True)
    )


def _tell_week(language: Language, week: Sequence[WeekDay]) -> str:
    """Return the dots of a week as a screen reader says them."""
    said = {"did": language.say("today.week_did"), "tested": language.say("today.test_mark")}
    told = []
    for name, day in zip(language.weekdays, week, strict=True):
        marks = [word for field, word in said.items() if getattr(day, field)]
        marks += [language.say("today.week_due")] if day.due else []
        told += [f"{name}: {', '.join(marks)}"] if marks else []
    return f"{language.tell('today.week_dots')}. {'; '.join(told)}"


def _answer(
    language: Language,
    trend: Trend,
    held: Sequence[DayHeld],
    known: Sequence[Assessment],
    log: Sequence[LogEntry],
    next_test: date,
    today: date,
) -> Answer:
    pain = noted_pain(log, today)
    if pain is not None:
        return answer_to_pain(language, pain, next_test, today)
    if todays_failure(known, trend, today):
        told_on = trend.dates[-1].date() if trend.before is not None else None
        return answer_to_failure(language, "", told_on, today)
    return answer_of(language, trend, Beside(held, way_to_other_leg(trend), next_test, today))


def _draw(
    language: Language,
    trend: Trend,
    trends: Sequence[Trend],
    known: Sequence[Assessment],
    held: Sequence[DayHeld],
    injury: Injury | None,
    answer: Answer,
    today: date,
) -> tuple[Markup, tuple[str, str] | None]:
    """Return the picture, and for bars the names of the two legs."""
    if answer.mood in ("failed", "pain"):
        return Markup(""), None
    other_leg = _OTHER_LEG.get(trend.setup.leg)
    if answer.mood == "first":
        return _draw_holds(language, trend, known, held, other_leg)
    other = next((each for each in trends if _is_other_leg(each, trend, other_leg)), None)
    return draw_chart(_chart(language, trend, other, injury, today), language), None


def _is_other_leg(other: Trend, trend: Trend, leg: str | None) -> bool:
    alike = stance_of(other.setup)[:2] == stance_of(trend.setup)[:2]
    same = stance_of(other.setup)[3:] == stance_of(trend.setup)[3:]
    return alike and same and other.setup.leg == leg and other.metric == trend.metric


def _draw_holds(
    language: Language,
    trend: Trend,
    known: Sequence[Assessment],
    held: Sequence[DayHeld],
    other_leg: Literal["left", "right"] | None,
) -> tuple[Markup, tuple[str, str] | None]:
    if not held:
        return Markup(""), None
    others = days_held(known, replace(trend.setup, leg=other_leg)) if other_leg else ()
    own, other = ({each.day: each for each in days} for days in (held, others))
    days = [(day, own.get(day), other.get(day)) for day in sorted(own | other)]
    told = ", ".join(f"{each.longest_s:.0f}" for each in held)
    alt = f"{language.tell('today.seconds_held')}: {told}."
    whole_s = load_protocols()[trend.setup.test].hold_s
    legs = (
        (name_leg(language, trend.setup.leg), name_leg(language, other_leg)) if other and other_leg else None
    )
    return draw_holds(days, whole_s, alt, language), legs


def _chart(
    language: Language, trend: Trend, other: Trend | None, injury: Injury | None, today: date
) -> Chart:
    begins = [each.dates[0] for each in (trend, other) if each is not None]
    start = min(begins, key=lambda when: when.timestamp()).date()
    return Chart(
        watched=line_of(language, trend, start),
        other=line_of(language, other, start, trend) if other else None,
        band=trend_line(trend, start).band,
        weeks=_weeks(language, start, trend.dates[-1].date(), injury),
        alt=language.tell("today.picture_alt_line", n=len(trend.values)),
        goal=language.say("today.goal") if injury and injury.side == trend.setup.leg else "",
        newest=language.say("today.today" if trend.dates[-1].date() == today else "today.newest"),
    )


def line_of(language: Language, trend: Trend, start: date, beside: Trend | None = None) -> Line:
    """Return the line of a trend: up is steadier, days from `start`; on the scale of one `beside` it."""
    drawn = trend_line(trend, start, beside)
    return Line(name_leg(language, trend.setup.leg), drawn.days, drawn.heights, drawn.mean)


def _weeks(
    language: Language, start: date, end: date, injury: Injury | None
) -> tuple[tuple[float, str], ...]:
    """Return the days on which a week begins, counted from the injury or else the first test; few of them."""
    origin = injury.on if injury and injury.on <= start else start
    first, last = (start - origin).days // _WEEK + 1, (end - origin).days // _WEEK + 1
    every = max(1, -(-(last - first) // 4))
    numbers = range(first + 1, last + 1, every)
    said = [language.say("today.week", weeks=numbers[0])] if numbers else []
    labels = [*said, *(str(number) for number in numbers[1:])]
    days = (float((origin - start).days + (number - 1) * _WEEK) for number in numbers)
    return tuple(zip(days, labels, strict=True))


def _who(language: Language, name: str, injury: Injury | None, trend: Trend | None, today: date) -> str:
    since = injury.on if injury else trend.dates[0].date() if trend else today
    weeks = (today - since).days // _WEEK + 1
    name = name or language.say("today.you")
    if injury is not None:
        return language.tell(f"today.who_ankle_{injury.side}", name=name, weeks=weeks)
    return language.tell_count("today.who_week", weeks, name=name, weeks=weeks)
