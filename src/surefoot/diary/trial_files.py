"""All files of a trial together, put into the diary or taken out of it, so that a stop does no harm."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from surefoot.diary import dataset
from surefoot.diary.files import remove_empty_folders, remove_file, write_bytes
from surefoot.diary.layout import LIVE, MOTION_FILES, RESULTS, Place, locate
from surefoot.diary.writing import check_removable, remove_copies, remove_folder, unfinished
from surefoot.model import Person


def files_of(root: Path, place: Place, trial: str) -> list[str]:
    """Return the names of the files of a trial that are there: recording, originals, result."""
    inside = locate(root, place.originals(trial)).rglob("*")
    originals = [path.relative_to(root).as_posix() for path in sorted(inside) if path.is_file()]
    files = [*(place.file(suffix) for suffix in MOTION_FILES), *originals, place.result]
    return [name for name in files if locate(root, name).is_file()]


def put_trial(
    root: Path, place: Place, source: Path, names: Iterable[str], scan: Mapping[str, str | None]
) -> None:
    """Write files of a trial from below `source`, its result last, and its row in the session's table."""
    others = [name for name in names if name != place.result]
    with unfinished(root, place):
        for name in others:
            write_bytes(locate(root, name), locate(source, name).read_bytes())
    dataset.put_scan(root, place, scan)
    write_bytes(locate(root, place.result), locate(source, place.result).read_bytes())


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
