"""Decimal text to float64, correctly rounded, without a Python object per number.

A number is taken apart as whole digits, a power of ten and a sign, eight digits of every cell of a table at a
time (a word of eight bytes is turned into a number by three multiplications: Lemire 2018, *Quickly parsing
eight digits*). One division or multiplication by an exact power of ten rounds correctly up to 2⁵³ (Clinger
1990, the fast path of every strtod); beyond it the rest of the division is carried along (Dekker 1971). What
is too close to the middle of two float64, and what is no plain decimal, is left to the caller's own function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Floats

Places = NDArray[np.intp]
Words = NDArray[np.uint64]
Mask = NDArray[np.bool_]

CHUNK_BYTES: Final = 128_000
_NEWLINE, _MINUS, _POINT, _ZERO, _E = b"\n-.0e"
_CASE: Final = np.uint8(0x20)
_WIDTH: Final = 24
_PADDING: Final = b"0" * _WIDTH
_MOST_DIGITS: Final = 19
_EXACT: Final = np.uint64(1 << 53)
_LARGEST: Final = np.uint64(9 * 10**18)
_POWERS: Final[Floats] = np.array([10.0**n for n in range(23)])
_WHOLE_POWERS: Final = np.array([10**n for n in range(20)] + [0] * 5, np.uint64)
_FEW: Final = 50
_FEW_DIGITS: Final = 4
_SPLITTER: Final = 134217729.0
_DOUBT: Final = 2.0**-70


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Where the cells (n,) of a table lie: first digit, point, end of the digits and of the cell.

    `hard` marks what is no plain decimal; `exponents` are the indices of cells that have one.
    """

    start: Places
    point: Places
    end: Places
    stop: Places
    negative: Mask
    hard: Mask
    exponents: Places | slice


def whole_lines(body: bytes) -> Iterator[bytes]:
    """Yield whole lines in pieces that stay in the processor's cache, as few as one where it is long."""
    start = 0
    while start < len(body):
        stop = body.find(b"\n", start + CHUNK_BYTES) + 1 or len(body)
        yield body[start:stop]
        start = stop


def parse_cells(
    body: bytes, delimiter: str, columns: int, number: Callable[[str], float] = float
) -> Floats | None:
    r"""Return the (rows, columns) of whole lines, None where they have not so many cells each.

    `number` reads what is no plain decimal.

    >>> parse_cells(b"1.5,-2\n0.1,3E-2\n", ",", 2).tolist()
    [[1.5, -2.0], [0.1, 0.03]]
    >>> parse_cells(b"1.5\n0.1,3.0\n", ",", 2) is None
    True
    """
    if b"+" in body and not (b"+-" in body or b"++" in body):
        body = body.replace(b"E+", b"E").replace(b"e+", b"e")
    text = _PADDING + body
    cells = _find_cells(np.frombuffer(text, np.uint8), ord(delimiter), columns)
    if cells is None:
        return None
    decimals = cells.end - cells.point
    decimals -= decimals > 0
    mantissa = _mantissa(text, cells, decimals)
    power = _exponents(text, cells) - decimals
    values = _scaled(mantissa, power, cells.hard)
    values = np.where(cells.negative, -values, values)
    for index in np.flatnonzero(cells.hard).tolist():
        first = cells.start[index] - cells.negative[index]
        values[index] = number(text[first : cells.stop[index]].decode())
    return values.reshape(-1, columns)


def _find_cells(letters: NDArray[np.uint8], delimiter: int, columns: int) -> _Cells | None:
    """Return where the cells are, None where there are not `columns` in each line."""
    # Below zero an unsigned byte begins again at 255, so that this is whatever is neither digit nor minus.
    is_minus = letters == _MINUS
    marks = np.flatnonzero((letters - np.uint8(_ZERO) > 9) > is_minus)
    kinds = letters[marks]
    ends = _find_ends(kinds, delimiter, columns)
    if ends is None:
        return None
    stop = marks[ends]
    start = np.empty_like(stop)
    start[0], start[1:] = _WIDTH, stop[:-1] + 1
    negative = letters[start] == _MINUS
    point, end, letters_e, exponents, hard = _parts_of_cells(marks, kinds, ends)
    after_e = np.count_nonzero(letters[letters_e + 1] == _MINUS)
    if np.count_nonzero(is_minus) != np.count_nonzero(negative) + after_e:
        expected = negative.astype(np.int64)
        expected[exponents] += letters[end[exponents] + 1] == _MINUS
        so_far = np.cumsum(is_minus)
        hard |= so_far[stop] - so_far[start] + negative != expected
    return _Cells(start + negative, point, end, stop, negative, hard, exponents)


def _find_ends(kinds: NDArray[np.uint8], delimiter: int, columns: int) -> Places | slice | None:
    """Return which marks end cells, None where lines have other cells; a slice where all are alike."""
    ends: Places | slice | None = None
    for period in (2, 3):
        if kinds.size % (period * columns) == 0 and (kinds[::period] == _POINT).all():
            if period == 2 or (kinds[1::3] | _CASE == _E).all():
                ends = slice(period - 1, None, period)
            break
    if ends is None:
        ends = np.flatnonzero((kinds == delimiter) | (kinds == _NEWLINE))
    found = kinds[ends]
    if found.size == 0 or found.size % columns:
        return None
    lines = found.reshape(-1, columns)
    whole = (lines[:, -1] == _NEWLINE).all() and (lines[:, :-1] == delimiter).all()
    return ends if whole else None


def _parts_of_cells(
    marks: Places, kinds: NDArray[np.uint8], ends: Places | slice
) -> tuple[Places, Places, Places, Places | slice, Mask]:
    """Return where points, ends of digits and letters of exponents are, the cells with one, and odd cells.

    A few exponents are not worth an array operation each.
    """
    if isinstance(ends, slice):
        end = marks[1 :: ends.step]
        hard = np.zeros(end.size, bool)
        if ends.step == 2:
            return marks[::2], end, end[:0], slice(0), hard
        return marks[::3], end, end, slice(None), hard
    between = ends - 1
    between[1:] -= ends[:-1]
    between[0] += 1
    before = ends - 1
    end = marks[ends]
    exponents = np.flatnonzero((kinds[before] | _CASE == _E) & (between > 0))
    letters_e = marks[before[exponents]]
    few = _FEW * exponents.size < end.size
    if not few:
        end[exponents] = letters_e
        before[exponents] -= 1
        between[exponents] -= 1
    has_point = (kinds[before] == _POINT) & (between > 0)
    point = np.where(has_point, marks[before], end)
    return point, end, letters_e, slice(0) if few else exponents, between != has_point


def _mantissa(text: bytes, cells: _Cells, decimals: Places) -> Words:
    """Return the digits of every cell as one whole number; mark in `hard` where that is not possible."""
    whole_digits = cells.point - cells.start
    most, hard = int(decimals.max()), cells.hard
    np.logical_or(hard, whole_digits + decimals == 0, out=hard)
    whole = _digits_before(text, cells.point, whole_digits, hard)
    fraction = _digits(text, cells.end, decimals, hard) if most else np.uint64(0)
    if most + int(whole_digits.max()) > _MOST_DIGITS:
        np.logical_or(hard, (whole_digits + decimals > _MOST_DIGITS) & (whole > 0), out=hard)
    mantissa = whole * _WHOLE_POWERS.take(decimals, mode="clip") + fraction
    np.logical_or(hard, mantissa > _LARGEST, out=hard)
    return np.where(hard, np.uint64(0), mantissa)


def _digits_before(text: bytes, point: Places, count: Places, hard: Mask) -> Words:
    """Return the `count` digits before each point, of which there is mostly one."""
    total = (np.frombuffer(text, np.uint8)[point - 1] & np.uint8(15)).astype(np.uint64)
    others = np.flatnonzero(count != 1)
    most = int(count.max())
    if others.size and most <= _FEW_DIGITS:
        letters, place = np.frombuffer(text, np.uint8), point[others]
        more, left = np.zeros(others.size, np.int64), count[others]
        for digit in range(most):
            more += (letters[place - 1 - digit] & np.int64(15)) * 10**digit * (left > digit)
        total[others] = more
    elif others.size:
        doubtful = np.zeros(others.size, bool)
        total[others] = _digits(text, point[others], count[others], doubtful)
        hard[others] |= doubtful
    return total


def _digits(text: bytes, end: Places, count: Places, hard: Mask) -> Words:
    """Return the `count` digits before each `end` as numbers; mark in `hard` what is too large."""
    most = int(count.max())
    size = min(-(-most // 8), 3)
    if size == 0:
        return np.zeros(end.size, np.uint64)
    kept = 8 * size
    every = np.ndarray((len(text) - kept + 1,), f"V{kept}", text, strides=(1,))
    words = every[end - kept].view("<u8")
    unused = _UNUSED[size].take(count, axis=0, mode="clip").reshape(-1)
    parts = _eight_digits(words, unused).reshape(-1, size)
    if size == 3:
        np.logical_or(hard, (parts[:, 0] > 800) | (count > kept), out=hard)
    total = parts[:, -1]
    for place in range(1, size):
        total = total + parts[:, -1 - place] * np.uint64(10 ** (8 * place))
    return total


def _eight_digits(words: Words, unused: Words) -> Words:
    """Return eight digits, the first in the lowest byte of a word, as numbers, less the first `unused` bits.

    >>> _eight_digits(np.frombuffer(b"12345678", "<u8"), np.array([40], np.uint64)).tolist()
    [678]
    """
    word = (words ^ np.uint64(0x3030303030303030)) >> unused
    word <<= unused
    word *= np.uint64(2561)
    word >>= np.uint64(8)
    word &= np.uint64(0x00FF00FF00FF00FF)
    word *= np.uint64(6553601)
    word >>= np.uint64(16)
    word &= np.uint64(0x0000FFFF0000FFFF)
    word *= np.uint64(42949672960001)
    word >>= np.uint64(32)
    return word


def _unused_bits(size: int) -> Words:
    """Return for 0 to 24 digits how many bits of each of `size` words are not theirs."""
    before = np.arange(_WIDTH + 1)[:, None] - 8 * np.arange(size)[::-1]
    return np.asarray(8 * (8 - np.clip(before, 0, 8)), np.uint64)


_UNUSED: Final = tuple(_unused_bits(size) for size in range(4))


def _exponents(text: bytes, cells: _Cells) -> Places | int:
    """Return the exponents, zero where a cell has none."""
    if isinstance(cells.exponents, slice) and cells.exponents.stop == 0:
        return 0
    letters = np.frombuffer(text, np.uint8)
    place = cells.end[cells.exponents] + 1
    signed = letters[place] == _MINUS
    stop = cells.stop[cells.exponents]
    count = stop - place - signed
    cells.hard[cells.exponents] |= (count < 1) | (count > 2)
    tens = (letters[stop - 2] & np.uint8(15)) * np.uint8(10)
    size = (letters[stop - 1] & np.uint8(15)) + tens * (count == 2)
    exponents = np.zeros(cells.stop.size, np.intp)
    exponents[cells.exponents] = np.where(signed, -size.astype(np.intp), size)
    return exponents


def _scaled(mantissa: Words, power: Places, hard: Mask) -> Floats:
    """Return mantissa times ten to the power; mark in `hard` what would not be correctly rounded."""
    near = mantissa.astype(np.float64)
    lowest, highest = int(power.min()), int(power.max())
    scale = _POWERS.take(-power, mode="clip")
    values = near / scale
    large = mantissa > _EXACT
    if large.any():
        doubtful = _add_rest(values, mantissa, near, scale)
        np.logical_or(hard, doubtful & (power < 0), out=hard)
    if lowest < -22:
        np.logical_or(hard, (power < -22) & (mantissa > 0), out=hard)
    if highest > 0:
        upward = np.flatnonzero(power > 0)
        values[upward] = near[upward] * _POWERS.take(power[upward], mode="clip")
        hard[upward] |= large[upward] | (power[upward] > 22)
    return values


def _add_rest(values: Floats, whole: Words, near: Floats, scale: Floats) -> Mask:
    """Add to `values`, `near` over `scale`, what `whole` has more; tell where rounding is in doubt."""
    rest = (whole - near.astype(np.uint64)).view(np.int64).astype(np.float64)
    product = values * scale
    a, b = _halves(values)
    c, d = _halves(scale)
    missing = ((a * c - product) + a * d + b * c) + b * d
    rest += (near - product) - missing
    rest /= scale
    doubt = values * _DOUBT
    in_doubt = values + (rest - doubt) != values + (rest + doubt)
    values += rest
    return np.asarray(in_doubt)


def _halves(values: Floats) -> tuple[Floats, Floats]:
    """Return float64 as the sum of two of 26 bits, whose products are exact (Dekker 1971)."""
    high = values * _SPLITTER
    high -= high - values
    return high, values - high
