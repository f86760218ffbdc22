"""What in a diary is not as Surefoot left it: copies, strays, halves and links; `surefoot doctor` tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from surefoot.diary.dataset import PEOPLE
from surefoot.diary.files import is_temporary, read_table
from surefoot.diary.index import result_files
from surefoot.diary.layout import (
    LIVE,
    MOTION_FILES,
    ORIGINALS,
    RESULTS,
    Place,
    is_trial_id,
    locate,
    place_of,
    stays_inside,
)
from surefoot.diary.results import is_misplaced
from surefoot.errors import DiaryError

if TYPE_CHECKING:
    from surefoot.diary import Diary

_COPY: Final = (
    "A copy, as a cloud or a person makes it; it is left out everywhere. Look whether it holds what you "
    "miss, then move it out of the diary."
)
_ORPHAN: Final = (
    "No result belongs to it, as after an import that was stopped. Import its export again, or remove it."
)


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something in the diary that is not as Surefoot left it: what, where, and what to do."""

    what: str
    path: str
    do: str


def find_oddities(diary: Diary) -> tuple[Oddity, ...]:
    """Return all that is odd in the files of a diary; what is odd is used nowhere. Nothing is changed."""
    root = diary.root
    if not root.exists():
        return ()
    documents = diary.documents()
    places = [place for document in documents if (place := place_of(document["path"])) is not None]
    trials = {document["trial"] for document in documents}
    return (
        *_links(root),
        *_results(root, documents),
        *_torn(diary),
        *_recordings(root, places),
        *_originals(root, trials),
        *_leftovers(root),
        *_people(root),
    )


def _links(root: Path) -> Iterator[Oddity]:
    for path in sorted(root.rglob("*")):
        if not stays_inside(root, path):
            do = "It is neither followed nor removed. Put what it leads to in its place, or take it out."
            yield Oddity("a link out of the diary", _told(root, path), do)


def _results(root: Path, documents: Iterable[dict[str, Any]]) -> Iterator[Oddity]:
    for path in result_files(root):
        if place_of(path) is None:
            yield Oddity("a copy of a result", path, _COPY)
    count = Counter(document["trial"] for document in documents if not is_misplaced(document))
    for document in documents:
        if is_misplaced(document):
            yield Oddity(
                f"the result of trial {document['trial']} in the place of another", document["path"], _COPY
            )
        elif count[document["trial"]] > 1:
            do = "The newest is used. `surefoot reassess` with its id leaves only that one."
            yield Oddity(f"one of several results of trial {document['trial']}", document["path"], do)


def _torn(diary: Diary) -> Iterator[Oddity]:
    for trial, error in sorted(diary.broken().items()):
        yield Oddity(f"trial {trial}: {error.what}", error.found, error.do)


def _recordings(root: Path, places: Iterable[Place]) -> Iterator[Oddity]:
    expected = {place.file(suffix) for place in places for suffix in MOTION_FILES}
    for path in sorted(root.glob("sub-*/ses-*/motion/*")):
        told = _told(root, path)
        if told not in expected and not is_temporary(path.name):
            yield Oddity("a file of a recording without a result", told, _ORPHAN)


def _originals(root: Path, trials: set[str]) -> Iterator[Oddity]:
    for path in sorted((root / ORIGINALS).glob("sub-*/ses-*/*")):
        if path.name not in trials:
            known = is_trial_id(path.name)
            what = "an original export without a result" if known else "no original export of a trial"
            yield Oddity(what, _told(root, path), _ORPHAN if known else _COPY)


def _leftovers(root: Path) -> Iterator[Oddity]:
    for head in ("", ORIGINALS, RESULTS, LIVE):
        for path in sorted((root / head).glob("sub-*/**/.*.tmp")):
            do = "What a stop left of a file that was being written; it is used nowhere. Remove it."
            yield Oddity("an unfinished file", _told(root, path), do)


def _people(root: Path) -> Iterator[Oddity]:
    names: Counter[str] = Counter()
    with suppress(DiaryError):  # whoever reads the table is told what is wrong with it
        names.update(row.get("participant_id", "").casefold() for row in read_table(locate(root, PEOPLE)))
    for name in sorted(name for name, count in names.items() if count > 1):
        do = "They are read as one person, of whom each row may know something. Make them one row."
        yield Oddity(f"{names[name]} rows of {name}", PEOPLE, do)


def _told(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()
