"""What the dashboard shows of a diary, as plain data for its templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal

from surefoot import words
from surefoot.change import trends
from surefoot.diary import Entry
from surefoot.history import injured_side
from surefoot.model import Assessment, Person
from surefoot.report import sections

Quality = Literal["fine", "care", "practice"]
_MARKS: dict[Quality, tuple[str, str]] = {
    "fine": ("●", "Fine"),
    "care": ("▲", "Take care"),
    "practice": ("○", "Practice"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a trial can be trusted, as a shape and a word; `why` says what to be careful about."""

    quality: Quality
    shape: str
    word: str
    why: str


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One trial in a list."""

    trial: str
    time: str
    title: str
    value: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Session:
    """The trials of one day."""

    day: str
    trials: tuple[TrialLine, ...]


@dataclass(frozen=True, slots=True)
class PersonCard:
    """One person on the first page; `sentence` and `reason` are of the one trend that speaks first."""

    person: str
    count: int
    span: str
    sentence: str = ""
    reason: str = ""


def mark_quality(assessment: Assessment) -> Mark:
    """Return how far a trial can be trusted: warnings ask for care, practice never counts."""
    warnings = [issue.what for issue in assessment.issues if issue.severity == "warning"]
    quality: Quality = "practice" if assessment.setup.practice else "care" if warnings else "fine"
    shape, word = _MARKS[quality]
    return Mark(quality, shape, word, " ".join(warnings))


def list_sessions(entries: Sequence[Entry]) -> tuple[Session, ...]:
    """Return the trials by day, the newest day first, in a day the first trial first."""
    ordered = sorted(entries, key=lambda entry: entry.when.timestamp())
    days = groupby(ordered, key=lambda entry: words.show_date(entry.when))
    sessions = [Session(day, tuple(trial_line(entry) for entry in group)) for day, group in days]
    return tuple(reversed(sessions))


def trial_line(entry: Entry) -> TrialLine:
    """Return a trial as a line of a list."""
    assessment = entry.assessment
    title = words.describe_setup(assessment.setup)
    value = words.describe_headline(assessment)[1]
    return TrialLine(entry.trial, f"{entry.when:%H:%M}", title, value, mark_quality(assessment))


def list_people(
    entries: Sequence[Entry], people: Iterable[Person], names: Sequence[str]
) -> tuple[PersonCard, ...]:
    """Return a card for each of `names`, those with the newest trial first; `people` tell their injuries."""
    injured = {person.pseudonym: injured_side([person]) or "" for person in people}
    cards = [(_newest(entries, name), _card(entries, name, injured.get(name, ""))) for name in names]
    return tuple(card for _, card in sorted(cards, key=lambda pair: pair[0], reverse=True))


def _newest(entries: Sequence[Entry], name: str) -> float:
    return max((entry.when.timestamp() for entry in entries if entry.person == name), default=0.0)


def _card(entries: Sequence[Entry], name: str, injured: str) -> PersonCard:
    own = [entry for entry in entries if entry.person == name]
    dates: list[datetime] = [entry.when for entry in own]
    known = [entry.assessment for entry in own]
    first = trends.lead(trends.find_trends(known), injured)
    if first is None:
        return PersonCard(name, len(own), words.show_span(dates))
    ((sentence, reason),) = sections.verdict_lines([first], known)
    return PersonCard(name, len(own), words.show_span(dates), sentence, reason)
