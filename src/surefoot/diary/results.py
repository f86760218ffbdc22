"""The result file of a trial: its assessment, how often that was corrected, and when the diary trusts it."""

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from surefoot.diary.files import write_json
from surefoot.diary.layout import Place, is_trial_id, place_of
from surefoot.errors import DiaryError, SetupError
from surefoot.model import Assessment, assessment_from_plain, to_plain

# 1: without hash and length of the recording.
SCHEMA = 2


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


def entry_of(document: dict[str, Any], assessment: Assessment, spelled: Callable[[str], str]) -> Entry:
    """Return what a result file says of a trial; `spelled` tells how the diary spells a person.

    Raises DiaryError where it has no date.
    """
    assessment = spelled_as_known(assessment, spelled)
    when = assessment.setup.when
    if when is None:
        raise DiaryError(
            "A trial of the diary has no date.",
            found=document["path"],
            expected="a date in its setup",
            do="Delete the file and import the export again.",
        )
    return Entry(document["trial"], assessment.setup.person, when, assessment)


def spelled_as_known(assessment: Assessment, spelled: Callable[[str], str]) -> Assessment:
    """Return `assessment` with its person spelled as the diary does."""
    person = spelled(assessment.setup.person)
    if person == assessment.setup.person:
        return assessment
    return replace(assessment, setup=replace(assessment.setup, person=person))


def read_sound(path: Path, metrics_version: int) -> tuple[dict[str, Any], Assessment]:
    """Return what a result file holds, and the assessment in it.

    Raises DiaryError where it is damaged, and where a newer version wrote it: what this version does not
    know would be lost at the next correction.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        newer = int(document["schema"]) > SCHEMA
        assessment = None if newer else _check(document)
    except (ValueError, LookupError, TypeError, AttributeError, SetupError) as error:
        raise DiaryError(
            "A result in the diary is damaged.",
            found=f"{path}: {' '.join(str(error).split())}",
            expected="the file as Surefoot wrote it",
            do="Put the file back from a copy. Without one, move it out of the diary and import the "
            "recording again: the original export is under sourcedata.",
        ) from error
    if assessment is None or assessment.provenance.metrics_version > metrics_version:
        raise DiaryError(
            "A newer version of Surefoot wrote in this diary.",
            found=str(path),
            expected=f"results of metrics version {metrics_version} or older",
            do="Update Surefoot, then try again; nothing was changed.",
        )
    return document, assessment


def _check(document: dict[str, Any]) -> Assessment:
    """Return the assessment of a result, which must hold all that the diary needs."""
    int(document["revision"])
    if not is_trial_id(document["trial"]):
        raise ValueError(f"{document['trial']!r} is no id of a trial")
    if document["schema"] > 1:
        str(document["motion_sha256"]), int(document["samples"])
    return assessment_from_plain(document["assessment"])


def is_misplaced(document: dict[str, Any]) -> bool:
    """Tell whether a result lies where that of another trial belongs."""
    place = place_of(document["path"])
    return place is None or place.trial not in (None, document["trial"])


def place_in(document: dict[str, Any]) -> Place:
    """Return where a document of the index lies, which has the name of a result."""
    place = place_of(document["path"])
    if place is None:
        raise ValueError(document["path"])
    return place


def no_such_trial(asked: str, known: Collection[str], shortest: int) -> DiaryError:
    """Return the refusal of letters that none of `known` begins with, or several do."""
    near = sorted(trial for trial in known if trial.startswith(asked))
    return DiaryError(
        "The trial is not clear." if near else "There is no such trial.",
        found=f"{asked!r}; the diary has {', '.join((near or sorted(known))[:5]) or 'no trial at all'}",
        expected=f"an id, or at least {shortest} letters that only one id begins with",
        do="See `surefoot list` for the ids.",
    )


def nobody_called(pseudonym: str, known: Iterable[str]) -> DiaryError:
    """Return the refusal of a name that is nobody's."""
    return DiaryError(
        "Nobody in the diary has this pseudonym.",
        found=repr(pseudonym),
        expected="one of " + (", ".join(sorted(known)) or "nobody yet"),
        do="See `surefoot list` for the people.",
    )
