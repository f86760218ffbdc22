"""Taking a trial, or a name that nothing is left of, out of the diary's files."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from surefoot.diary import dataset
from surefoot.diary.files import remove_empty_folders, remove_file
from surefoot.diary.layout import LIVE, MOTION_FILES, RESULTS, Place, locate
from surefoot.diary.writing import check_removable, remove_copies, remove_folder, unfinished
from surefoot.model import Person


def remove_trial(root: Path, trial: str, places: Iterable[Place], kept: Place | None) -> None:
    """Remove every copy of a trial but the one kept, each with its result file last."""
    for place in places:
        if place == kept:
            continue
        originals = place.originals(trial)
        if kept is None or kept.originals(trial) != originals:
            check_removable(root, [originals])
            remove_folder(root, originals)
        dataset.remove_scan(root, place)
        with unfinished(root, place, removing=True):
            folders = 2 if kept is None else 3  # whom the table of people names keeps a folder
            for suffix in MOTION_FILES:
                remove_file(locate(root, place.file(suffix)), folders=folders)
            if kept is None:
                remove_copies(root, place, place.motion)
        if kept is None:
            remove_copies(root, place, place.results, but=place.result)
        remove_file(locate(root, place.result))


def forget_name(root: Path, old: str, new: str | None = None) -> None:
    """Take a name out of the table of people, with its empty folders; `new` gets what was known by it."""
    known = {someone.pseudonym: someone for someone in dataset.read_people(root)}
    if new is not None and known.get(new) == Person(new) and old in known:
        dataset.add_person(root, replace(known[old], pseudonym=new))
    dataset.remove_person(root, old)
    for head in ("sourcedata", "", RESULTS, LIVE):
        remove_empty_folders(root / head / f"sub-{old}")
