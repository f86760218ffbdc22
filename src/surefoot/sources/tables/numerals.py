"""Rows of decimals to float64, correctly rounded, by a JSON reader: but for brackets, they are JSON.

What JSON does not know is read cell by cell with the caller's own function.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from surefoot.model import Floats

if TYPE_CHECKING:
    from msgspec.json import Decoder

CHUNK_BYTES: Final = 64_000
_EMPTY_CELL: Final = re.compile(rb"(?<![^,\n])(?=[,\n])")


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

    try:
        numbers = _decoder().decode(b"[%bnull]" % lines.replace(b"\n", end))
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


@lru_cache
def _decoder() -> Decoder[list[float | None]]:
    from msgspec.json import Decoder

    return Decoder(list[float | None])


def _by_cell(
    body: bytes, delimiter: str, columns: int, number: Callable[[str], float], *, trailing: bool
) -> Floats | None:
    after = delimiter if trailing else ""
    rows = [line.removesuffix(after).split(delimiter) for line in body[:-1].decode().split("\n")]
    if any(len(row) != columns for row in rows):
        return None
    return np.array([[number(cell) for cell in row] for row in rows], dtype=float)
