"""The result file of a trial: its assessment, and how often that was corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from surefoot.diary.files import write_json
from surefoot.diary.soundness import SCHEMA
from surefoot.errors import DiaryError
from surefoot.model import Assessment, assessment_from_plain, to_plain


@dataclass(frozen=True, slots=True)
class Entry:
    """A trial as the diary lists it."""

    trial: str
    person: str
    when: datetime
    assessment: Assessment


def write_result(path: Path, trial: str, assessment: Assessment, *, revision: int) -> None:
    """Write the result file of a trial."""
    document = {"schema": SCHEMA, "trial": trial, "revision": revision, "assessment": to_plain(assessment)}
    write_json(path, document)


def entry_from_plain(trial: str, document: dict[str, Any]) -> Entry:
    """Return what a result file says of a trial. Raises DiaryError where it has no date."""
    assessment = assessment_from_plain(document["assessment"])
    when = assessment.setup.when
    if when is None:
        raise DiaryError(
            "A trial of the diary has no date.",
            found=document["path"],
            expected="a date in its setup",
            do="Delete the file and import the export again.",
        )
    return Entry(trial, assessment.setup.person, when, assessment)
