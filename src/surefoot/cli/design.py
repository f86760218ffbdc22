"""The design of a study: a table that says who made which file, in which session, under which conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from surefoot.cli.condition_table import Line, read_condition_table, wrong_line
from surefoot.errors import SurefootError
from surefoot.model import Assessment, Setup

NEEDED: Final = ("file", "person", "session")
OWN: Final = (*NEEDED, "part", "trial")


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
    such a table, SetupError for a word or column that is not understood, a condition that nobody tells, or a
    line that is there twice.
    """
    seen: dict[tuple[str, str], int] = {}
    rows = []
    for line in read_condition_table(path, OWN, NEEDED, defaults):
        row = _row(line)
        first = seen.setdefault((row.file, row.part), line.number)
        if first != line.number:
            found = f"{row.file} {row.part}".rstrip() + f", as in line {first}"
            raise wrong_line(path, line.number, found, "one line a file")
        rows.append(row)
    return tuple(rows)


def _row(line: Line) -> Row:
    own = line.own
    return Row(own["file"], own["part"], own["session"], own["trial"], line.setup, line.carried)
