"""What `undo` takes back: the last changes, each with the files of its trial as they were before.

A step is a folder in ``.history`` under the person's name, so that it goes with them, and no export has it.
The files in it are links to those that were replaced or deleted.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, Any, Final

from surefoot.diary import dataset
from surefoot.diary.files import make_folder, write_json
from surefoot.diary.layout import HISTORY, LIVE, Place, folder_of, locate
from surefoot.diary.log import write_log
from surefoot.diary.results import place_in
from surefoot.diary.trial_files import files_of, forget_name, put_trial, remove_trial
from surefoot.diary.writing import check_removable, remove_folder
from surefoot.errors import DiaryError
from surefoot.model import to_plain

if TYPE_CHECKING:
    from surefoot.diary import Diary

# Older ones are forgotten, and what they kept is gone from disk.
KEPT: Final = 20
_ABOUT: Final = "step.json"
_FILES: Final = "files"


@dataclass(frozen=True, slots=True)
class Step:
    """A change that can be taken back: its folder; ``edit``, ``delete``, ``log`` or ``about``; whose it was.

    `before` tells what the files alone do not: rows of tables, the revision, the entry of a log.
    """

    folder: str
    verb: str
    person: str
    trial: str
    before: Mapping[str, Any]


def undo(diary: Diary) -> Step:
    """Take back the last correction or deletion of a trial, change of a person, or entry of a log.

    Return what was taken back. Raises DiaryError where nothing is kept, or where the trial was changed since.
    """
    with diary.writing(removing=True) as touched:
        step = _newest(diary)
        touched.add(step.person)
        if step.verb == "log":
            left = [each for each in diary.log(step.person) if to_plain(each) != step.before["entry"]]
            write_log(diary.root, step.person, left)
        elif step.verb == "about":
            dataset.put_people(diary.root, step.before["people"], anew=True)
        else:
            touched.update(_put_back(diary, step))
        forget(diary.root, step.folder)
    return step


def keep_trial(root: Path, verb: str, person: str, place: Place, document: Mapping[str, Any]) -> None:
    """Keep the files of a trial as they are, before they are deleted or replaced."""
    trial = str(document["trial"])
    before = {
        "place": place.result,
        "revision": document["revision"],
        "scan": dataset.scan_of(root, place),
        "people": dataset.rows_of(root, person),
    }
    journals = [path.relative_to(root).as_posix() for path in (root / LIVE).rglob(f"*{trial}*")]
    files = [*files_of(root, place, trial), *(journals if verb == "delete" else ())]
    _keep(root, Step("", verb, person, trial, before), files)


def keep_words(root: Path, verb: str, person: str, before: Mapping[str, Any]) -> None:
    """Keep what was known before somebody wrote in the log or in the table of people."""
    _keep(root, Step("", verb, person, "", before), ())


def _keep(root: Path, step: Step, files: Sequence[str]) -> None:
    folder = f"{folder_of(HISTORY, step.person)}/{time.time_ns()}"
    for name in files:
        copy = locate(root, f"{folder}/{_FILES}/{name}")
        make_folder(copy.parent)
        try:
            os.link(locate(root, name), copy)
        except OSError:  # not every disk links
            copyfile(locate(root, name), copy)
    about = {"verb": step.verb, "person": step.person, "trial": step.trial, "before": step.before}
    write_json(locate(root, f"{folder}/{_ABOUT}"), about)
    for old in _folders(root)[:-KEPT]:
        forget(root, old)


def _folders(root: Path) -> list[str]:
    """Return the folders of all steps, the oldest first."""
    found = (path for path in (root / HISTORY).glob("sub-*/*") if path.name.isdecimal())
    return [path.relative_to(root).as_posix() for path in sorted(found, key=lambda path: int(path.name))]


def _newest(diary: Diary) -> Step:
    """Return the last change that can be taken back; an entry that was taken out of a log since is none."""
    for folder in reversed(_folders(diary.root)):
        step = _read(diary.root, folder)
        if step and (step.verb != "log" or step.before["entry"] in map(to_plain, diary.log(step.person))):
            return step
        forget(diary.root, folder)
    raise DiaryError(
        "There is nothing to take back.",
        found="no change that is kept",
        expected=f"one of the last {KEPT} corrections, deleted trials or log entries",
        do="What was deleted with --forever, or with a whole person, is gone: only a backup has it.",
    )


def _read(root: Path, folder: str) -> Step | None:
    """Return a step, None where a stop left only half of it."""
    with suppress(OSError, ValueError, KeyError):
        about = json.loads(locate(root, f"{folder}/{_ABOUT}").read_text(encoding="utf-8"))
        return Step(folder, about["verb"], about["person"], about["trial"], about["before"])
    return None


def forget(root: Path, folder: str) -> None:
    """Remove a step, and what it kept."""
    check_removable(root, [folder])
    remove_folder(root, folder)
    with suppress(OSError):
        locate(root, folder).parent.rmdir()
        locate(root, HISTORY).rmdir()


def forget_trial(root: Path, trial: str) -> None:
    """Remove all that steps kept of a trial."""
    for folder in _folders(root):
        step = _read(root, folder)
        if step is not None and step.trial == trial:
            forget(root, folder)


def _put_back(diary: Diary, step: Step) -> set[str]:
    """Write the files of a trial as they were, its result last; return whose trials that changed."""
    root, known = diary.root, diary.results_of(step.trial)
    if [each["revision"] for each in known] != ([step.before["revision"] + 1] if step.verb == "edit" else []):
        raise DiaryError(
            "The trial was changed since, which this would lose.",
            found=f"trial {step.trial} otherwise than the {step.verb} left it",
            expected="the trial as that left it",
            do="Correct it with `surefoot edit`, or delete it first.",
        )
    place, others = place_in({"path": step.before["place"]}), [place_in(each) for each in known]
    kept = locate(root, f"{step.folder}/{_FILES}")
    names = [path.relative_to(kept).as_posix() for path in sorted(kept.rglob("*")) if path.is_file()]
    dataset.describe_dataset(root)
    dataset.put_people(root, step.before["people"])
    put_trial(root, place, kept, names, step.before["scan"])
    remove_trial(root, step.trial, others, place)
    people = {other.person for other in others}
    for person in people - {place.person}:
        if diary.has_nothing_of(person):
            forget_name(root, person)
    return people
