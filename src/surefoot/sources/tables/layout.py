"""Where the header is, what separates the cells, and how decimals are written."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from surefoot.errors import UnreadableFileError

_NUMERIC: Final = re.compile(r"^[-+−]?(\d+([.,]\d*)?|[.,]\d+|∞|nan|inf)([eE][-+−]?\d+)?$", re.IGNORECASE)
_DECIMAL_COMMA: Final = re.compile(r"^[-+−]?\d+,\d+([eE][-+−]?\d+)?$")
_WHOLE_NUMBER: Final = re.compile(r"[-+−]?\d+([eE][-+−]?\d+)?")
_SEPARATOR_LINE: Final = re.compile(r'^"?sep=(.*?)"?[;,\t]*$', re.IGNORECASE)
_WHOLE_TIME: Final = re.compile(r"\d:\d\d:\d\d$")
_TIME: Final = re.compile(r"\d{1,2}:\d\d:\d\d")
_DATE: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_LINES_SEARCHED: Final = 200
_BYTES_SEARCHED: Final = 40_000


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written: names, delimiter, decimal sign, cells a line, and the bytes of its body."""

    names: tuple[str, ...]
    has_header: bool
    delimiter: str
    decimal: str
    fields: int
    quoted: bool
    body: bytes


def split_line(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line, quotes removed."""
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return [cell.strip(' "') for cell in line.split(delimiter)]


def split_cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line with their quotes, split outside of quotes only."""
    if '"' not in line:
        return line.split(delimiter)
    return re.split(rf'{re.escape(delimiter)}(?=(?:[^"]*"[^"]*")*[^"]*$)', line)


def delimiter_of(line: str) -> str:
    """Return what seems to separate the cells of a line."""
    return next((mark for mark in ";\t" if mark in line), ",")


def find_layout(text: bytes, name: str = "the file") -> Layout:
    """Return the layout of the first numeric table in `text` (UTF-8, lines ended by newlines).

    Raises UnreadableFileError where there is none, or where commas separate both cells and decimals.
    """
    offset = 0
    before: list[str] = []
    raw_lines = text[:_BYTES_SEARCHED].split(b"\n")[:_LINES_SEARCHED]
    stated = _stated_delimiter(raw_lines)
    for raw in raw_lines:
        line = raw.decode(errors="replace")
        delimiter = stated or delimiter_of(line)
        cells = _without_trailing(split_line(line, delimiter))
        if len(cells) >= 2 and _is_numeric_row(cells):
            return _layout(text[offset:], delimiter, cells, _header(before, delimiter, len(cells)), name)
        before.append(line)
        offset += len(raw) + 1
    raise UnreadableFileError(
        f"{name} holds no table of numbers.",
        found=f"{before[0][:60]!r} at the beginning",
        expected="a header and rows of numbers, separated by comma, semicolon or tab",
        do="Export as CSV or JSON; `surefoot show formats` lists what can be read.",
    )


def _layout(body: bytes, delimiter: str, first: list[str], header: list[str], name: str) -> Layout:
    # Spreadsheets and data frames leave the name of a first column empty; a place is a name as well.
    names = _without_trailing(header) or [""] * len(first)
    columns = [cell or f"column {number}" for number, cell in enumerate(names, 1)]
    columns = _with_parted_time(columns, first) if len(first) == len(columns) + 1 else columns
    whole = all(_WHOLE_NUMBER.fullmatch(cell) for cell in first if cell)
    if delimiter == "," and len(first) > len(columns) and whole:
        raise UnreadableFileError(
            f"{name} uses commas both between the columns and inside the numbers.",
            found=f"{len(columns)} column names but {len(first)} cells, such as {','.join(first)[:60]!r}",
            expected="a semicolon or tab between the columns, or a point in the numbers",
            do="Export again with another delimiter, such as semicolon.",
        )
    lines = [line.decode(errors="replace") for line in body[:_BYTES_SEARCHED].split(b"\n")[:50]]
    fields, quoted = len(split_line(lines[0], delimiter)), b'"' in body
    cells = (cell for line in lines for cell in split_line(line, delimiter))
    decimal = "," if (delimiter != "," or quoted) and any(map(_DECIMAL_COMMA.match, cells)) else "."
    return Layout(tuple(columns), bool(header), delimiter, decimal, fields, quoted, body)


def _with_parted_time(columns: list[str], first: list[str]) -> list[str]:
    """Return the names where one of them stands for two cells: a time and its fraction, or a date and a time.

    >>> _with_parted_time(["time", "x"], ["08:30:00", "250", "0.1"])
    ['time', 'time (ms)', 'x']
    >>> _with_parted_time(["time", "x"], ["2026-03-02", "08:30:00.250", "0.1"])
    ['date of time', 'time', 'x']
    """
    for place, (cell, following) in enumerate(pairwise(first)):
        name = columns[min(place, len(columns) - 1)]
        if _WHOLE_TIME.search(cell) and re.fullmatch(r"\d{3}(\d{3})?", following):
            unit = "ms" if len(following) == 3 else "us"
            return [*columns[: place + 1], f"{name} ({unit})", *columns[place + 1 :]]
        if _DATE.fullmatch(cell) and _TIME.match(following):
            return [*columns[:place], f"date of {name}", *columns[place:]]
    return columns


def _stated_delimiter(lines: list[bytes]) -> str:
    """Return the delimiter a ``sep=`` line names; an empty string where there is none or it was mangled."""
    for raw in lines[:3]:
        line = raw.decode(errors="replace")
        match = _SEPARATOR_LINE.match(line.strip())
        if match and len(match[1]) == 1:
            return match[1]
        if line.strip().lower().startswith("sep=\t"):
            return "\t"
    return ""


def _is_numeric_row(cells: list[str]) -> bool:
    """Tell whether a line is data: most of its filled cells, and at least two, are numbers.

    Dates and times of day, of which there may be several, count for neither.
    """
    filled = [cell for cell in cells if cell and not (_TIME.search(cell) or _DATE.match(cell))]
    numbers = sum(bool(_NUMERIC.match(cell)) for cell in filled)
    return numbers >= 2 and 2 * numbers >= len(filled)


def _header(before: list[str], delimiter: str, fields: int) -> list[str]:
    """Return the column names above the first row of numbers, with a row of units folded in."""
    rows = [_without_trailing(split_line(line, delimiter)) for line in before if line.strip()]
    if not rows or len(rows[-1]) < 2 or _SEPARATOR_LINE.match(before[-1].strip()):
        return []
    if len(rows) > 1 and len(rows[-2]) == len(rows[-1]) <= fields and _looks_like_units(rows[-1]):
        return [f"{name} ({unit})" for name, unit in zip(rows[-2], rows[-1], strict=True)]
    return rows[-1]


def _looks_like_units(cells: list[str]) -> bool:
    return any(
        re.fullmatch(r"m/?\(?s\^?[2²]\)?|m/\(s\^2\)|m?deg/s|m?dps|rad/s|m?g|ms", cell) for cell in cells
    )


def _without_trailing(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells
