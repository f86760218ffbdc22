"""The training log of a person: one table beside their results, where the BIDS validator asks for nothing."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from surefoot.diary.files import read_table, remove_file, write_json, write_table
from surefoot.diary.layout import RESULTS, folder_of, locate, stays_inside
from surefoot.diary.names import subjects
from surefoot.errors import DiaryError, SetupError
from surefoot.training import LogEntry

COLUMNS = tuple(field.name for field in fields(LogEntry) if field.name != "person")
NUMBERS = ("sets", "reps", "minutes", "seconds", "pain")


def log_path(root: Path, person: str) -> Path:
    """Return the table of a person's log; their results folder goes when they are deleted."""
    return locate(root, f"{folder_of(RESULTS, person)}/sub-{person}_training.tsv")


def people_with_log(root: Path) -> frozenset[str]:
    """Return who keeps a training log, with trials or without."""
    return frozenset(path.parent.name.removeprefix("sub-") for path in _tables(root))


def _tables(root: Path) -> list[Path]:
    return [path for path in (root / RESULTS).glob("sub-*/sub-*_training.tsv") if stays_inside(root, path)]


def tables_of(root: Path, person: str) -> list[Path]:
    """Return the tables of a person's log: one, or one for each spelling of the name."""
    wanted = f"sub-{person}".casefold()
    folders = [root / RESULTS / name for name in sorted(subjects(root, RESULTS)) if name.casefold() == wanted]
    tables = (path for folder in folders for path in folder.glob("sub-*_training.tsv"))
    return [path for path in tables if stays_inside(root, path)]


def log_states(root: Path) -> dict[str, tuple[int, int]]:
    """Return what changes when somebody's log does, by whose it is without capitals."""
    states: dict[str, tuple[int, int]] = {}
    for folder in subjects(root, RESULTS):
        with suppress(OSError):
            status = (root / RESULTS / folder / f"{folder}_training.tsv").stat()
            states[folder.removeprefix("sub-").casefold()] = (status.st_size, status.st_mtime_ns)
    return states


def read_log(root: Path, person: str) -> tuple[LogEntry, ...]:
    """Return the entries of a person by time. Raises DiaryError for a row that cannot be read."""
    entries = [
        _entry(path, person, *row)
        for path in tables_of(root, person)
        for row in enumerate(read_table(path), 2)
    ]
    return tuple(sorted(entries, key=lambda entry: entry.when))


def _entry(path: Path, person: str, line: int, row: dict[str, str]) -> LogEntry:
    known: dict[str, Any] = {key: cell for key, cell in row.items() if cell != "n/a"}
    try:
        numbers: dict[str, Any] = {name: int(known.pop(name)) for name in NUMBERS if name in known}
        when, easy = datetime.fromisoformat(known.pop("when")), known.pop("easy", "no") == "yes"
        return LogEntry(person=person, when=when, easy=easy, **numbers, **known)
    except (KeyError, TypeError, ValueError, SetupError) as error:
        raise DiaryError(
            "A line of the training log cannot be read.",
            found=f"{error} in line {line} of {path.name}",
            expected="the columns " + ", ".join(COLUMNS),
            do="Correct or remove this line of the file.",
        ) from error


def write_log(root: Path, person: str, entries: Sequence[LogEntry]) -> None:
    """Write the whole log of a person by time, and beside it what its columns mean; of nothing no file."""
    path = log_path(root, person)
    if not entries:
        for table in tables_of(root, person):
            remove_file(table.with_suffix(".json"), folders=0)
            remove_file(table, folders=1)
        return
    rows = [
        {
            **{name: getattr(entry, name) for name in COLUMNS},
            "when": entry.when.isoformat(),
            "easy": "yes" if entry.easy else "",
        }
        for entry in sorted(entries, key=lambda entry: entry.when)
    ]
    write_table(path, rows, COLUMNS)
    write_json(path.with_suffix(".json"), _MEANINGS)
    for other in tables_of(root, person):
        if not other.samefile(path):
            other.unlink()
            remove_file(other.with_suffix(".json"), folders=1)


_MEANINGS = {
    "exercise": {"Description": "What was done."},
    "when": {"Description": "When, with the time zone."},
    "sets": {"Description": "How many sets."},
    "reps": {"Description": "How many repetitions in each set."},
    "minutes": {"Description": "How long.", "Units": "min"},
    "pain": {"Description": "Pain by the person's own rating, 0 (none) to 10."},
    "note": {"Description": "Anything worth remembering."},
    "side": {"Description": "The foot that worked, where it was one.", "Levels": {"left": "", "right": ""}},
    "seconds": {"Description": "How long each set was held.", "Units": "s"},
    "band": {"Description": "The band, by its colour."},
    "easy": {"Description": "Whether the person called it easy.", "Levels": {"yes": "it was easy"}},
}
