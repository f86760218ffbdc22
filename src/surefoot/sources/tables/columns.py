"""`Table`: named float64 columns, read from whatever a phone or a spreadsheet calls CSV.

Rows of decimals are read by a JSON reader, correctly rounded: but for brackets, they are JSON. What JSON does
not know is read cell by cell.
"""

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats
from surefoot.sources.tables.asked import note_column, note_member, note_table
from surefoot.sources.tables.text import TableLayout, clean_text, find_layout, skip_preface, split_line

CHUNK_BYTES: Final = 64_000
_EMPTY_CELL: Final = re.compile(rb"(?<![^,\n])(?=[,\n])")
_NUMBER_SHAPE: Final = re.compile(rb"^-?\d+(?:\.(\d+))?(E-?\d+)?$", re.IGNORECASE)
# What a recording of an hour at 1 kHz has; beyond it memory would no longer be bounded.
MAX_CELLS: Final = 8_000_000
MAX_COLUMNS: Final = 1000
LONGEST_LINE: Final = 40_000
_NAMELESS: Final = "the file"
_EMPTY: Final = frozenset({"", "null", "none", "na", "-", "n/a"})


def whole_lines(body: bytes) -> Iterator[bytes]:
    """Yield whole lines in pieces that stay in the processor's cache, as few as one where it is long."""
    start = 0
    while start < len(body):
        stop = body.find(b"\n", start + CHUNK_BYTES) + 1 or len(body)
        yield body[start:stop]
        start = stop


def parse_cells(
    body: bytes,
    delimiter: str,
    columns: int,
    number: Callable[[str], float] = float,
    *,
    trailing: bool = False,
) -> Floats | None:
    r"""Return the (rows, columns) of whole lines, None where they have not so many cells each.

    An empty cell is NaN; `number` reads the cells where not all of them are plain decimals or empty.
    `trailing` tells that the lines end with a delimiter.

    >>> parse_cells(b"1.5,-2\n0.1,3E-2\n", ",", 2).tolist()
    [[1.5, -2.0], [0.1, 0.03]]
    >>> parse_cells(b"1.5\n0.1,3.0\n", ",", 2) is None
    True
    """
    values = None
    if delimiter == "," or b"," not in body:
        plain = body if delimiter == "," else body.replace(delimiter.encode(), b",")
        # Only the end of a line is a null at first, which must then stand after every so many cells.
        values = _as_json(plain, b"null," if trailing else b",null,", columns)
        if values is None and _EMPTY_CELL.search(plain):
            filled = _EMPTY_CELL.sub(b"null", plain)
            values = _as_json(filled, b"," if trailing else b",null,", columns)
    return _by_cell(body, delimiter, columns, number, trailing=trailing) if values is None else values


def _as_json(lines: bytes, end: bytes, columns: int) -> Floats | None:
    """Return the rows of numbers and nulls, a null after each of them; None for anything else."""
    from msgspec import DecodeError
    from msgspec.json import decode

    try:
        numbers = decode(b"[%bnull]" % lines.replace(b"\n", end), type=list[float | None])
    except DecodeError:
        return None
    numbers.pop()
    ends, rows = numbers[columns :: columns + 1], lines.count(b"\n")
    if not 0 < ends.count(None) == rows or len(numbers) != rows * (columns + 1):
        return None
    del numbers[columns :: columns + 1]
    try:
        values = np.frombuffer(struct.pack(f"{len(numbers)}d", *numbers))
    except struct.error:
        values = np.array(numbers, dtype=float)
    return values.reshape(-1, columns)


def _by_cell(
    body: bytes, delimiter: str, columns: int, number: Callable[[str], float], *, trailing: bool
) -> Floats | None:
    after = delimiter if trailing else ""
    rows = [line.removesuffix(after).split(delimiter) for line in body[:-1].decode().split("\n")]
    if any(len(row) != columns for row in rows):
        return None
    return np.array([[number(cell) for cell in row] for row in rows], dtype=float)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A numeric table: `names` (k,), `values` (n, k) float64 with NaN where a cell holds no number.

    `integers` re-reads a column exactly, as nanosecond times need; `texts` gives its cells as written, `head`
    the first ones. `notes` tells what was left out on reading, `member` which file of an export it is.
    """

    names: tuple[str, ...]
    values: Floats = field(repr=False)
    has_header: bool = True
    notes: tuple[str, ...] = ()
    delimiter: str = field(default=",", repr=False)
    body: bytes = field(default=b"", repr=False)
    member: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        note_table(self.member, self.names)

    def __getitem__(self, name: str) -> Floats:
        return self.values[:, self._place(name)]

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def integers(self, name: str) -> NDArray[np.int64]:
        """Return a column as int64; rounded from float64 where a cell is not written as an integer."""
        cells = self.texts(name)
        try:
            return np.array([int(cell) for cell in cells], dtype=np.int64)
        except (ValueError, OverflowError):
            values = self[name]
            good = np.abs(values) < 2.0**63
            if not good.all():
                place = int(np.argmin(good))
                raise UnreadableFileError(
                    f"The column {name} does not hold whole numbers.",
                    found=f"{cells[place][:60]!r} in row {place + 1}",
                    expected="whole numbers in every row",
                    do="Export the recording again.",
                ) from None
            return np.rint(values).astype(np.int64)

    def block(self, places: slice | Sequence[int]) -> Floats:
        """Return columns by their places, where an app names none or names them alike."""
        for name in np.array(self.names, dtype=object)[places]:
            note_column(self.member, name)
        return self.values[:, places]

    def texts(self, name: str) -> list[str]:
        """Return the cells of a column as they are written."""
        index, delimiter = self._place(name), self.delimiter
        return [line.split(delimiter, index + 1)[index] for line in _lines(self.body)]

    def head(self, name: str, rows: int) -> list[str]:
        """Return the first cells of a column as they are written."""
        index, delimiter = self._place(name), self.delimiter
        lines = islice(_lines(self.body), rows)
        return [line.split(delimiter, index + 1)[index] for line in lines]

    def _place(self, name: str) -> int:
        if name in self.names:
            note_column(self.member, name)
            return self.names.index(name)
        raise UnreadableFileError(
            f"The table has no column {name}." if name else "The table lacks a column.",
            found=", ".join(self.names)[:120],
            expected=name or "the columns that this app writes",
            do="Export the recording again, with its header.",
        )


def read_table(data: bytes, name: str = _NAMELESS) -> Table:
    r"""Return the numeric table in `data`.

    Blank lines, a ``sep=`` line, anything else before the header and a trailing empty column are skipped; a
    last line that was cut off is dropped and noted. Raises UnreadableFileError where there is no table, or
    where commas separate both cells and decimals.

    >>> read_table('sep=;\n"t";"x";\n0,0;1,5;\n0,1;−2,5;\n'.encode())["x"].tolist()
    [1.5, -2.5]
    """
    layout = find_layout(clean_text(data, name), name)
    body, notes = _whole_lines(layout)
    if not layout.quoted:
        body = _plain_lines(body, layout)
    values, body, lost = _read_chunks(body, layout, name)
    if not len(values):
        raise UnreadableFileError(
            f"{name} holds no rows of numbers.",
            found=f"{lost} lines that do not fit the header",
            expected=f"{len(layout.names)} cells a line",
            do="Export the recording again.",
        )
    if lost:
        notes = (*notes, f"{lost} lines with too few cells were left out.")
    member = "" if name == _NAMELESS else name
    return Table(layout.names, values, layout.has_header, notes, layout.delimiter, body, member)


def read_rows(data: bytes, name: str = "the file") -> list[list[str]]:
    r"""Return the cells of a small text table, row by row.

    >>> read_rows(b'"property";"value"\n"deviceBrand";"Apple"')
    [['property', 'value'], ['deviceBrand', 'Apple']]
    """
    note_member(name)
    lines = [line for line in skip_preface(clean_text(data, name).decode()).split("\n") if line.strip()]
    delimiter = max(";\t,", key=lines[0].count) if lines else ","
    return [split_line(line, delimiter) for line in lines]


def _plain_lines(body: bytes, layout: TableLayout) -> bytes:
    """Return the body with plain signs and points for decimals."""
    if not body.isascii():
        body = body.replace("−".encode(), b"-").replace("∞".encode(), b"inf")
    if layout.decimal == ",":
        body = body.replace(b",", b".")
    return body


def _lines(body: bytes) -> Iterator[str]:
    """Yield the lines that hold something; `str.splitlines` would part them at control characters too."""
    for chunk in whole_lines(body):
        yield from (line for line in chunk.decode().split("\n") if line.strip())


def _read_chunks(body: bytes, layout: TableLayout, name: str) -> tuple[Floats, bytes, int]:
    """Return the values, the lines they stand in, and how many lines did not fit.

    The lines are read some thousand at a time, so that only numbers pile up.
    """
    columns = len(layout.names)
    values = np.empty((_count_rows(body, columns, name), columns))
    rows = lost = 0
    kept = []
    for chunk in whole_lines(body):
        if len(chunk) > CHUNK_BYTES + LONGEST_LINE:
            raise _too_large(name, f"a line of {len(chunk) - CHUNK_BYTES:,} letters or more")
        part, lines, unfit = _read_chunk(chunk, layout)
        values[rows : rows + len(part)] = part
        rows, lost = rows + len(part), lost + unfit
        kept.append(lines)
    return values[:rows], b"".join(kept) if lost or layout.quoted else body, lost


def _count_rows(body: bytes, columns: int, name: str) -> int:
    """Return how many lines there are; raises UnreadableFileError for more than memory should hold."""
    letters = np.frombuffer(body, np.uint8)
    parts = (letters[start : start + CHUNK_BYTES] for start in range(0, letters.size, CHUNK_BYTES))
    rows = sum(int(np.count_nonzero(part == ord("\n"))) for part in parts)
    if rows * columns > MAX_CELLS or columns > MAX_COLUMNS:
        raise _too_large(name, f"{rows:,} rows, {columns:,} columns")
    return rows


def _too_large(name: str, found: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{name} is larger than any recording of a test.",
        found=found,
        expected=f"at most {MAX_COLUMNS:,} columns and {MAX_CELLS:,} cells",
        do="Export one recording at a time, or a shorter part of it.",
    )


def _read_chunk(body: bytes, layout: TableLayout) -> tuple[Floats, bytes, int]:
    columns, delimiter = len(layout.names), layout.delimiter
    trailing = layout.fields > columns
    if not layout.quoted:
        values = parse_cells(body, delimiter, columns, _number, trailing=trailing)
        if values is not None:
            return values, body, 0
    return _read_slowly(body.replace(f"{delimiter}\n".encode(), b"\n") if trailing else body, layout)


def _whole_lines(layout: TableLayout) -> tuple[bytes, tuple[str, ...]]:
    """Return the body with every line ended, less a last line that was cut off."""
    body = layout.body
    if body.endswith(b"\n"):
        return (body.rstrip(b"\n") + b"\n" if body.endswith(b"\n\n") else body), ()
    end = body.rfind(b"\n") + 1
    if end and _is_cut(body[max(0, end - 2000) : end].splitlines()[-5:], body[end:], layout):
        return body[:end], ("The last line was cut off and left out.",)
    return body + b"\n", ()


def _is_cut(before: Sequence[bytes], last: bytes, layout: TableLayout) -> bool:
    """Tell whether the last line has fewer cells than the ones before, or its last number fewer digits."""
    delimiter = layout.delimiter.encode()
    if last.count(delimiter) < min(line.count(delimiter) for line in before):
        return True
    *shapes, shape = [_shape(line.rpartition(delimiter)[2], layout.decimal) for line in (*before, last)]
    return shapes[0] is not None and set(shapes) == {shapes[0]} and shape != shapes[0]


def _shape(cell: bytes, decimal: str) -> tuple[int, bool] | None:
    match = _NUMBER_SHAPE.match(cell.strip(b' "').replace(decimal.encode(), b"."))
    return (len(match[1] or b""), match[2] is not None) if match else None


def _read_slowly(body: bytes, layout: TableLayout) -> tuple[Floats, bytes, int]:
    """Read line by line: quotes, decimal commas, Unicode signs, empty cells, text columns, broken lines."""
    columns = len(layout.names)
    rows = [split_line(line, layout.delimiter)[: layout.fields] for line in _lines(body)]
    whole = [row[:columns] for row in rows if len(row) >= columns]
    cells = [[_plain(cell, layout.decimal) for cell in row] for row in whole]
    values = np.array([[_number(cell) for cell in row] for row in cells]).reshape(-1, columns)
    clean = "".join(
        layout.delimiter.join(c.replace(layout.delimiter, " ") for c in row) + "\n" for row in cells
    )
    return values, clean.encode(), len(rows) - len(whole)


def _plain(cell: str, decimal: str) -> str:
    cell = cell.strip().replace("−", "-").replace("∞", "inf")
    return cell.replace(",", ".") if decimal == "," else cell


def _number(cell: str) -> float:
    """Return the number in a cell, NaN where there is none or it is not finite."""
    cell = cell.strip()
    if cell.lower() in _EMPTY or "_" in cell:
        return np.nan
    try:
        value = float(cell)
    except ValueError:
        return np.nan
    return value if np.isfinite(value) else np.nan
