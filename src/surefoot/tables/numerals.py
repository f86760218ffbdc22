"""Decimal text to float64, correctly rounded, without a Python object per number.

A decimal of up to fifteen digits is an integer times a power of ten, both exact in float64, so one
multiplication or division rounds correctly (Clinger 1990, the fast path of every strtod). The integers
are read in one call; whatever does not fit is left to the caller.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Floats

_POWERS: Final = 10.0 ** np.arange(23)
CHUNK_BYTES: Final = 128_000
_NEWLINE: Final = ord("\n")


def whole_lines(body: bytes) -> Iterator[bytes]:
    """Yield whole lines in pieces that stay in the processor's cache, as few as one where it is long."""
    start = 0
    while start < len(body):
        stop = body.find(b"\n", start + CHUNK_BYTES) + 1 or len(body)
        yield body[start:stop]
        start = stop


def parse_uniform(body: bytes, delimiter: str, columns: int) -> Floats | None:
    r"""Return the (rows, columns) of `body` if every cell is ``d.d`` or every cell is ``d.dE±d``, else None.

    >>> parse_uniform(b"1.5,-2.25\n0.1,3.0\n", ",", 2).tolist()
    [[1.5, -2.25], [0.1, 3.0]]
    >>> parse_uniform(b"1.5,\n0.1,3.0\n", ",", 2) is None
    True
    """
    chunks = [_parse_chunk(chunk, delimiter, columns) for chunk in whole_lines(body)]
    whole = [chunk for chunk in chunks if chunk is not None]
    return np.concatenate(whole) if chunks and len(whole) == len(chunks) else None


def _parse_chunk(body: bytes, delimiter: str, columns: int) -> Floats | None:
    with_exponent = b"E" in body[:80]
    marks = bytes.maketrans(bytes(range(256)), _marks(delimiter))
    stops = np.flatnonzero(np.frombuffer(body.translate(marks), np.bool_))
    parts = 3 if with_exponent else 2
    if stops.size == 0 or stops.size % (parts * columns):
        return None
    cells = stops.reshape(-1, columns, parts)
    if not _is_regular(np.frombuffer(body, np.uint8)[cells], delimiter, with_exponent=with_exponent):
        return None
    decimals = (cells[..., 1] - cells[..., 0]).ravel() - 1
    numbers = _integers(body.translate(bytes.maketrans(b"E\n" + delimiter.encode(), b",,,"), b"."))
    if numbers is None or numbers.size != decimals.size * (parts - 1):
        return None
    values = _scaled(numbers[::2], numbers[1::2] - decimals) if with_exponent else _scaled(numbers, -decimals)
    return None if values is None else values.reshape(-1, columns)


@cache
def _marks(delimiter: str) -> bytes:
    """Return a table that is 1 for point, exponent, delimiter and newline, and 0 for any other byte."""
    return bytes(chr(code) in ".E\n" + delimiter for code in range(256))


def _is_regular(letters: NDArray[np.uint8], delimiter: str, *, with_exponent: bool) -> bool:
    """Tell whether the marks (rows, columns, 2 or 3) of every cell follow each other as they must."""
    expected = np.full(letters.shape[1:], ord(delimiter), np.uint8)
    expected[-1, -1] = _NEWLINE
    expected[:, 0] = ord(".")
    if with_exponent:
        expected[:, 1] = ord("E")
    return bool((letters == expected).all())


def _scaled(mantissa: NDArray[np.int64], power: NDArray[np.int64]) -> Floats | None:
    """Return mantissa times ten to the power, None where that would not be correctly rounded."""
    if max(mantissa.max(), -mantissa.min()) >= 1 << 53 or max(power.max(), -power.min()) > 22:
        return None
    if power.max() <= 0:
        return mantissa / _POWERS[-power]
    scale = _POWERS[np.abs(power)]
    return np.where(power < 0, mantissa / scale, mantissa * scale)


def _integers(text: bytes) -> NDArray[np.int64] | None:
    """Return the comma-separated integers of `text`, None where one is malformed."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        try:
            return np.fromstring(text, dtype=np.int64, sep=",")
        except (DeprecationWarning, ValueError):
            return None
