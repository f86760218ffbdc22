"""The design of a study: a table that says who made which file, in which session, under which conditions."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from surefoot.cli.conditions import build_setup
from surefoot.errors import SetupError, SurefootError, UnreadableFileError
from surefoot.model import SETUP_FIELDS, Assessment, Setup

NEEDED = ("file", "person", "session")
OWN = (*NEEDED, "part", "trial")
NUMBERS = ("sensor_height_m", "body_height_m", "board_max_tilt_deg")
YES, NO = ("yes", "true", "1"), ("no", "false", "0", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a design: whose file, which session and trial, the setup, and columns carried along."""

    file: str
    part: str
    session: str
    trial: str
    setup: Setup
    carried: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """A trial of a study: its line of the design, what it is called there, and its numbers."""

    row: Row
    part: str
    trial: str
    condition: str
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Refused:
    """A file or part of a study that gave no numbers; `row` is None where the design does not name it."""

    row: Row | None
    file: str
    part: str
    error: SurefootError


def read_design(path: Path, defaults: dict[str, Any]) -> tuple[Row, ...]:
    """Return the lines of the design in a CSV file (comma, semicolon or tab).

    Columns are file, person, session, optionally part and trial, and the fields of a setup; `defaults` fill
    what it leaves open. Other columns are carried along. Raises UnreadableFileError for a file that is not
    such a table, SetupError for a word that is not known or a line that is there twice.
    """
    lines = _lines(path)
    rows = tuple(_row(number, line, defaults) for number, line in enumerate(lines, 2))
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows, 2):
        first = seen.setdefault((row.file, row.part), number)
        if first != number:
            raise _wrong(
                number, f"{row.file} {row.part}".rstrip() + f", as in line {first}", "one line a file"
            )
    return rows


def _lines(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _unreadable(f"{path.name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _unreadable(f"{path.name}: text that is not UTF-8") from error
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True, restval="")
    columns = [(name or "").strip() for name in reader.fieldnames or []]
    missing = [name for name in NEEDED if name not in columns]
    if missing or len(set(columns)) < len(columns):
        raise _unreadable(f"the columns {', '.join(columns) or 'none'}")
    reader.fieldnames = columns
    found = list(reader)
    if not found or any(None in line for line in found):
        raise _unreadable("no lines" if not found else "a line with more cells than the header")
    return [{name: cell.strip() for name, cell in line.items()} for line in found]


def _row(number: int, line: dict[str, str], defaults: dict[str, Any]) -> Row:
    empty = [name for name in NEEDED if not line[name]]
    if empty:
        raise _wrong(number, f"nothing for {', '.join(empty)}", "file, person and session in every line")
    words: dict[str, Any] = {name: line[name] for name in SETUP_FIELDS if line.get(name)}
    try:
        words |= {name: float(words[name]) for name in NUMBERS if name in words}
        words |= {"practice": _truth(words["practice"])} if "practice" in words else {}
        setup = build_setup({**defaults, **words})
    except ValueError as error:
        raise _wrong(number, str(error), "a number, or yes or no") from error
    except SetupError as error:
        raise _wrong(number, f"{error.what} {error.found}", error.expected) from error
    carried = {name: cell for name, cell in line.items() if name not in (*OWN, *SETUP_FIELDS)}
    return Row(line["file"], line.get("part", ""), line["session"], line.get("trial", ""), setup, carried)


def _truth(word: str) -> bool:
    if word.casefold() not in (*YES, *NO):
        raise ValueError(repr(word))
    return word.casefold() in YES


def _wrong(number: int, found: str, expected: str) -> SetupError:
    return SetupError(
        f"Line {number} of the design cannot be used.",
        found=found,
        expected=expected,
        do="Correct the line; `surefoot batch --help` and the how-to on studies name the columns.",
    )


def _unreadable(found: str) -> UnreadableFileError:
    return UnreadableFileError(
        "The design of the study cannot be read.",
        found=found,
        expected="a CSV file with the columns file, person and session, each once, and a line for each file",
        do="Save the table as CSV in UTF-8, with these columns in its first line.",
    )
