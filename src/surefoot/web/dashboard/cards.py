"""What the dashboard shows of a diary, as plain data for its templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from surefoot import words
from surefoot.diary import Entry
from surefoot.model import Assessment

Quality = Literal["good", "care", "practice"]
_MARKS: dict[Quality, tuple[str, str]] = {
    "good": ("●", "Good recording"),
    "care": ("▲", "With care"),
    "practice": ("○", "Practice"),
}


@dataclass(frozen=True, slots=True)
class QualityMark:
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
    mark: QualityMark


@dataclass(frozen=True, slots=True)
class TrialDay:
    """The trials of one day."""

    day: str
    trials: tuple[TrialLine, ...]


def mark_quality(assessment: Assessment) -> QualityMark:
    """Return how far a trial can be trusted: warnings ask for care, practice never counts."""
    warnings = [issue.what for issue in assessment.issues if issue.severity == "warning"]
    quality: Quality = "practice" if assessment.setup.practice else "care" if warnings else "good"
    shape, word = _MARKS[quality]
    return QualityMark(quality, shape, word, " ".join(warnings))


def list_sessions(entries: Sequence[Entry]) -> tuple[TrialDay, ...]:
    """Return the trials by day, the newest day first, in a day the first trial first."""
    ordered = sorted(entries, key=lambda entry: entry.when.timestamp())
    days = groupby(ordered, key=lambda entry: words.show_date(entry.when))
    sessions = [TrialDay(day, tuple(trial_line(entry) for entry in group)) for day, group in days]
    return tuple(reversed(sessions))


def trial_line(entry: Entry) -> TrialLine:
    """Return a trial as a line of a list."""
    assessment = entry.assessment
    title = words.describe_setup(assessment.setup)
    value = words.describe_headline(assessment)[1]
    return TrialLine(entry.trial, f"{entry.when:%H:%M}", title, value, mark_quality(assessment))
