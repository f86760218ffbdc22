"""What the dashboard shows of a diary, as plain data for its templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from surefoot import plotting
from surefoot.diary import Entry
from surefoot.model import Assessment
from surefoot.report import wording

Quality = Literal["fine", "care", "practice"]
_MARKS: dict[Quality, tuple[str, str]] = {
    "fine": ("●", "Fine"),
    "care": ("▲", "Take care"),
    "practice": ("○", "Practice"),
}
_BY_EVENTS: Final = ("hold_time_s", "touchdowns_count", "board_contacts_count")


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


def mark_quality(assessment: Assessment) -> Mark:
    """Return how far a trial can be trusted: warnings ask for care, practice never counts."""
    warnings = [issue.what for issue in assessment.issues if issue.severity == "warning"]
    quality: Quality = "practice" if assessment.setup.practice else "care" if warnings else "fine"
    shape, word = _MARKS[quality]
    return Mark(quality, shape, word, " ".join(warnings))


def list_sessions(entries: Sequence[Entry]) -> tuple[Session, ...]:
    """Return the trials by day, the newest day first, in a day the first trial first."""
    ordered = sorted(entries, key=lambda entry: entry.when.timestamp())
    days = groupby(ordered, key=lambda entry: plotting.describe_date(entry.when))
    sessions = [Session(day, tuple(trial_line(entry) for entry in group)) for day, group in days]
    return tuple(reversed(sessions))


def trial_line(entry: Entry) -> TrialLine:
    """Return a trial as a line of a list."""
    assessment = entry.assessment
    title = plotting.describe_setup(assessment.setup)
    value = describe_headline(assessment, {})[1]
    return TrialLine(entry.trial, f"{entry.when:%H:%M}", title, value, mark_quality(assessment))


def describe_headline(assessment: Assessment, labels: Mapping[str, str]) -> tuple[str, str]:
    """Return name and value of the number to show first; of a failed trial how long it was held."""
    key = assessment.headline
    if not key:
        return "Main value", "not available"
    return wording.name_metric(key, labels), wording.show_of(assessment, key)


def describe_outcome(assessment: Assessment, labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return name and value of the numbers that events decide, those a trial has."""
    named = dict.fromkeys((*_BY_EVENTS, assessment.headline))
    shown = [key for key in named if key in assessment.values]
    return tuple((wording.name_metric(key, labels), wording.show_of(assessment, key)) for key in shown)
