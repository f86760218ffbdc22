"""Decimal text to float64, correctly rounded, without a Python object per number.

A decimal of up to fifteen digits is an integer times a power of ten, both exact in float64, so one
multiplication or division rounds correctly (Clinger 1990, the fast path of every strtod). The integers
are read in one call; whatever does not fit is left to the caller.
"""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Floats

_POWERS: Final = 10.0 ** np.arange(23)
_NEWLINE: Final = ord("\n")


def parse_uniform(body: bytes, delimiter: str, columns: int) -> Floats | None:
    r"""Return the (rows, columns) of `body` if every cell is ``d.d`` or every cell is ``d.dE±d``, else None.

    >>> parse_uniform(b"1.5,-2.25\n0.1,3.0\n", ",", 2).tolist()
    [[1.5, -2.25], [0.1, 3.0]]
    >>> parse_uniform(b"1.5,\n0.1,3.0\n", ",", 2) is None
    True
    """
    if body.translate(None, b"0123456789.-E\n" + delimiter.encode()):
        return None
    letters = np.frombuffer(body, np.uint8)
    ends = np.flatnonzero((letters == ord(delimiter)) | (letters == _NEWLINE))
    dots = np.flatnonzero(letters == ord("."))
    if ends.size == 0 or ends.size % columns or dots.size != ends.size or not _regular(letters, ends, columns):
        return None
    marks = np.flatnonzero(letters == ord("E"))
    if marks.size not in (0, ends.size):
        return None
    values = _values(body, delimiter, dots, marks if marks.size else ends, with_exponent=bool(marks.size))
    return None if values is None else values.reshape(-1, columns)


def _regular(letters: NDArray[np.uint8], ends: NDArray[np.intp], columns: int) -> bool:
    """Tell whether every row holds `columns` cells: a newline after each, and only there."""
    newline = letters[ends].reshape(-1, columns) == _NEWLINE
    return bool(newline[:, -1].all() and not newline[:, :-1].any() and ends[-1] == letters.size - 1)


def _values(
    body: bytes, delimiter: str, dots: NDArray[np.intp], stops: NDArray[np.intp], *, with_exponent: bool
) -> Floats | None:
    decimals = stops - dots - 1
    if (decimals < 0).any():
        return None
    table = bytes.maketrans(b"E\n" + delimiter.encode(), b",,,")
    numbers = _integers(body.translate(table, b"."))
    if numbers is None or numbers.size != dots.size * (2 if with_exponent else 1):
        return None
    mantissa, exponent = (numbers[::2], numbers[1::2]) if with_exponent else (numbers, 0)
    power = exponent - decimals
    if (np.abs(mantissa) >= 1 << 53).any() or (np.abs(power) > 22).any():
        return None
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
