"""Names as people and apps write them: whose they are, and what may be a file's name on any system."""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path, PurePosixPath

from surefoot.diary.files import is_temporary, read_table, unreadable, write_bytes
from surefoot.diary.layout import HEADS, RESULTS, Place, locate
from surefoot.errors import DiaryError

# Bytes that any file system takes, with room for a number and the name of a temporary file.
_LONGEST = 200
_UNFIT = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE)


def member_names(names: Iterable[str]) -> dict[str, str]:
    """Return for each name of an export's member where it is kept: inside its folder, on any system.

    No two share a place, also where capitals do not count.

    >>> member_names(["../../a.csv", "A.csv", "nul"])
    {'../../a.csv': 'a.csv', 'A.csv': 'A-2.csv', 'nul': '_nul'}
    """
    kept: dict[str, str] = {}
    files: set[str] = set()
    folders: set[str] = set()
    for name in names:
        wanted = _inside(name)
        if files & _folders(_key(wanted)):  # what would be its folder is a file
            wanted = wanted.replace("/", "_")
        chosen = next(each for each in _numbered(wanted) if _key(each) not in files | folders)
        files.add(_key(chosen))
        folders |= _folders(_key(chosen))
        kept[name] = chosen
    return kept


def read_originals(root: Path, place: Place, trial: str) -> dict[str, bytes]:
    """Return the files of a trial's original export, by the names under which they are kept."""
    folder = locate(root, place.originals(trial))
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not is_temporary(path.name))
    names = [path.relative_to(folder).as_posix() for path in files]
    return {name: locate(folder, name).read_bytes() for name in names}


def copy_originals(root: Path, old: Place, new: Place, trial: str) -> None:
    """Copy a trial's original export to where it belongs, where that is another folder."""
    if new.originals(trial) != old.originals(trial):
        for name, data in read_originals(root, old, trial).items():
            write_bytes(locate(root, f"{new.originals(trial)}/{name}"), data)


def _numbered(name: str) -> Iterator[str]:
    yield name
    path = PurePosixPath(name)
    for number in count(2):
        yield str(path.with_name(f"{path.stem}-{number}{path.suffix}"))


def _folders(name: str) -> set[str]:
    return {str(folder) for folder in PurePosixPath(name).parents} - {"."}


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _inside(name: str) -> str:
    parts = [_fit(part) for part in name.replace("\\", "/").split("/")]
    return "/".join(part for part in parts if part) or "export"


def _fit(part: str) -> str:
    """Return one part of a path as any system takes it; nothing of one that is only dots."""
    fit = _UNFIT.sub("_", part).encode(errors="replace")[-_LONGEST:].decode(errors="ignore").rstrip(". ")
    if not unicodedata.normalize("NFKC", fit).strip(". "):
        return ""
    return f"_{fit}" if _RESERVED.fullmatch(fit) else fit


def spelling(person: str, known: Mapping[str, str]) -> str:
    """Return a name as the diary spells it: capitals make no other person."""
    return known.get(person.casefold(), person)


def known_people(root: Path) -> dict[str, str]:
    """Return how the diary spells each name, by the name without capitals: as its table does, or a folder."""
    told: list[str] = []
    with suppress(DiaryError):  # whoever asks for the people themselves is told what is wrong with the table
        told = [row.get("participant_id", "") for row in read_table(locate(root, "participants.tsv"))]
    told += sorted(name for head in ("", RESULTS) for name in subjects(root, head))
    return {name.removeprefix("sub-").casefold(): name.removeprefix("sub-") for name in reversed(told)}


def spelled_in(root: Path, person: str) -> str:
    """Return a name as the diary at `root` spells it, as `known_people` tells; unchanged for somebody new."""
    with suppress(OSError, ValueError, DiaryError):  # the first row of the table decides, where it has one
        text = locate(root, "participants.tsv").read_text(encoding="utf-8-sig")
        row = re.search(rf"^sub-({re.escape(person)})(?:\t|$)", text, re.IGNORECASE | re.MULTILINE)
        if row and text.startswith("participant_id"):
            return row[1]
    return spelling(person, known_people(root))


def folders_of(root: Path, person: str) -> list[str]:
    """Return every folder of a person in the diary, however it is spelled."""
    wanted = f"sub-{person}".casefold()
    return [
        f"{head}/{name}" if head else name
        for head in HEADS
        for name in subjects(root, head)
        if name.casefold() == wanted
    ]


def subjects(root: Path, head: str) -> list[str]:
    """Return the names of people's folders below `head`. Raises DiaryError where it may not be read."""
    folder = locate(root, head) if head else root
    try:
        with os.scandir(folder) as found:
            return [entry.name for entry in found if entry.name.startswith("sub-") and entry.is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise unreadable(error, root) from error
