"""The design of a study: who made which file, in which session, under which conditions; one line a file.

The names of columns and of options are the same words: the column ``sensor_height_m`` is the option
``--sensor-height-m``. A column that is nearly one of them is refused, never carried along unread. Other
tables of conditions are read by the same rule.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from surefoot.errors import SetupError, UnreadableFileError
from surefoot.model import SETUP_FIELDS, WORDS, Recording, Setup
from surefoot.protocols.conditions import nearly_known, parse_cells, read_words, untold
from surefoot.sources.tables import clean_text

NEEDED: Final = ("file", "person", "session")
OWN: Final = (*NEEDED, "part", "trial")


@dataclass(frozen=True, slots=True)
class DesignRow:
    """One line of a design: whose file, which session and trial, the setup, and columns carried along."""

    file: str
    part: str
    session: str
    trial: str
    setup: Setup
    carried: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One line of a table of conditions: its number, the verb's own cells, the setup, and what is carried."""

    number: int
    own: Mapping[str, str]
    setup: Setup
    carried: Mapping[str, str] = field(default_factory=dict)


def read_design(
    path: Path, defaults: Mapping[str, Any], needed: Sequence[str] = NEEDED
) -> tuple[DesignRow, ...]:
    """Return the lines of the design in a CSV file (comma, semicolon or tab).

    Columns are file, person, session, optionally part and trial, and the fields of a setup; `defaults` fill
    what it leaves open, and no line may lack what is `needed`. Other columns are carried along. Raises
    UnreadableFileError for a file that is not such a table, SetupError for a word or column that is not
    understood, a condition that nobody tells, or a line that is there twice.
    """
    seen: dict[tuple[str, str], int] = {}
    rows = []
    for line in read_condition_table(path, OWN, needed, defaults):
        own = line.own
        first = seen.setdefault((own["file"], own["part"]), line.number)
        if first != line.number:
            found = f"{own['file']} {own['part']}".rstrip() + f", as in line {first}"
            raise _wrong_line(path, line.number, found, "one line a file")
        rows.append(
            DesignRow(own["file"], own["part"], own["session"], own["trial"], line.setup, line.carried)
        )
    return tuple(rows)


def read_condition_table(
    path: Path, own: Sequence[str], needed: Sequence[str], defaults: Mapping[str, Any]
) -> tuple[ConditionLine, ...]:
    """Return the lines of a table of conditions in a CSV file (comma, semicolon or tab).

    `own` are the columns of the verb itself, `needed` those that no line may lack; `defaults` are the setup
    words that hold where a cell is empty. Raises UnreadableFileError for a file that is not such a table,
    SetupError for a column that is nearly one of ours, a word that is not known, or where leg, eyes, surface
    or placement stand neither in a column nor among the defaults.
    """
    columns, lines = _cells(path, own, needed)
    return tuple(
        _line(path, number, dict(zip(columns, line, strict=True)), own, needed, defaults)
        for number, line in lines
    )


def conditions_of(lines: Mapping[str, Setup]) -> Callable[[object, Recording], Setup]:
    """Return what tells the setup of each part of one file from its lines; one line serves one part.

    It raises SetupError for a part without a line.
    """
    taken: dict[str, str] = {}

    def setup_of(_: object, recording: Recording) -> Setup:
        part = recording.part if recording.part in lines else ""
        if part not in lines or taken.setdefault(part, recording.part) != recording.part:
            raise SetupError(
                "This part of the export has no line in the table.",
                found=f"the part {recording.part!r}",
                expected="a line with this name in the column `part`",
                do="Add a line for each part of the file.",
            )
        return lines[part]

    return setup_of


def _wrong_line(path: Path, number: int, found: str, expected: str) -> SetupError:
    """Return the refusal of one line."""
    return SetupError(
        f"Line {number} of {path.name} cannot be used.",
        found=found,
        expected=expected,
        do="Correct the line; `surefoot batch --help` and the how-to on studies name the columns.",
    )


def _cells(
    path: Path, own: Sequence[str], needed: Sequence[str]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the names of the columns, and each line that holds something, with its number."""
    try:
        text = clean_text(path.read_bytes(), path.name).decode()
    except OSError as error:
        raise _unreadable(path, f"{path.name}: {error.strerror}", needed) from error
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    columns = [name.strip() for name in next(reader, [])]
    _check_columns(path, columns, own)
    if any(name not in columns for name in needed) or len(set(columns)) < len(columns):
        raise _unreadable(path, f"the columns {', '.join(columns) or 'none'}", needed)
    lines = [(reader.line_num, [cell.strip() for cell in line]) for line in reader if any(line)]
    if not lines or any(len(line) > len(columns) for _, line in lines):
        raise _unreadable(path, "no lines" if not lines else "a line with more cells than the header", needed)
    return columns, [(number, line + [""] * (len(columns) - len(line))) for number, line in lines]


def _check_columns(path: Path, columns: Sequence[str], own: Sequence[str]) -> None:
    """Refuse a column that is nearly one of ours: it would be carried along, its condition never read."""
    near = nearly_known(columns, own)
    if near:
        raise SetupError(
            f"{path.name} has columns that are nearly ours, and would not be read.",
            found=", ".join(near),
            expected=", ".join(f"{meant} for {name}" for name, meant in near.items()),
            do="Give the column this name, or one quite unlike it if it is only to be carried along.",
        )


def _line(
    path: Path,
    number: int,
    cells: Mapping[str, str],
    own: Sequence[str],
    needed: Sequence[str],
    defaults: Mapping[str, Any],
) -> ConditionLine:
    empty = [name for name in needed if not cells[name]]
    if empty:
        raise _wrong_line(path, number, f"nothing for {', '.join(empty)}", f"{_listed(needed)} in every line")
    try:
        words = {**defaults, **parse_cells(cells)}
        setup = read_words(words, datetime.now(UTC).date())
    except ValueError as error:
        raise _wrong_line(path, number, str(error), "a number, or yes or no") from error
    except SetupError as error:
        raise _wrong_line(path, number, f"{error.what} {error.found}", error.expected) from error
    _check_told(path, number, words)
    carried = {name: cell for name, cell in cells.items() if name not in (*own, *SETUP_FIELDS)}
    return ConditionLine(number, {name: cells.get(name, "") for name in own}, setup, carried)


def _check_told(path: Path, number: int, words: Mapping[str, Any]) -> None:
    """Refuse a line that does not tell how somebody stood: nothing of it is assumed."""
    missing = untold(words)
    if missing:
        expected = "; ".join(f"{word}: {' | '.join(WORDS[word])}" for word in missing)
        raise SetupError(
            f"Line {number} of {path.name} does not tell how the trial was made.",
            found=f"nothing for {', '.join(missing)}",
            expected=f"in a column, or as an option: {expected}",
            do=f"Add columns of these names, or {' '.join(f'--{word}' for word in missing)} with a word "
            "each, where it is the same for all.",
        )


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _unreadable(path: Path, found: str, needed: Sequence[str]) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path.name} cannot be read as a table of conditions.",
        found=found,
        expected=f"a CSV file with the columns {_listed(needed)}, each once, and a line for each file",
        do="Save the table as CSV, with these columns in its first line.",
    )
