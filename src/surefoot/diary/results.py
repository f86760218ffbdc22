"""The result file of a trial: its assessment, and how often that was corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from surefoot.diary.files import write_json
from surefoot.diary.names import spelling
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


def write_result(
    path: Path, trial: str, assessment: Assessment, *, revision: int, motion_sha256: str, samples: int
) -> None:
    """Write the result file of a trial, with hash and length of the recording that it is the result of."""
    document = {
        "schema": SCHEMA,
        "trial": trial,
        "revision": revision,
        "motion_sha256": motion_sha256,
        "samples": samples,
        "assessment": to_plain(assessment),
    }
    write_json(path, document)


def entry_from_plain(document: dict[str, Any], known: Mapping[str, str]) -> Entry:
    """Return what a result file says of a trial; `known` tells how the diary spells its people.

    Raises DiaryError where it has no date.
    """
    assessment = spelled_as_known(assessment_from_plain(document["assessment"]), known)
    when = assessment.setup.when
    if when is None:
        raise DiaryError(
            "A trial of the diary has no date.",
            found=document["path"],
            expected="a date in its setup",
            do="Delete the file and import the export again.",
        )
    return Entry(document["trial"], assessment.setup.person, when, assessment)


def spelled_as_known(assessment: Assessment, known: Mapping[str, str]) -> Assessment:
    """Return `assessment` with its person spelled as the diary does."""
    person = spelling(assessment.setup.person, known)
    if person == assessment.setup.person:
        return assessment
    return replace(assessment, setup=replace(assessment.setup, person=person))
