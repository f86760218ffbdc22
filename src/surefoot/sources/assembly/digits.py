"""In which digits an app writes a sensor, and where a part of a column was calculated anew."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Floats, Issue

Counts = NDArray[np.signedinteger[Any]]
_HEAD_S: Final = 1.0
_HEAD_ROWS, _HEAD_VALUES = 50, 10
_MOST_DIGITS: Final = 12
_NO_LIMIT: Final = 1_000
_BLOCK: Final = 65_536
_FLOAT_NOISE: Final = 3e-15
# The shortest text of a single-precision number has as many digits as it takes.
_SINGLE_PRECISION: Final = range(7, 10)
# Of ten last digits nine are not zero, and the axes differ in size.
_FULL_SHARE, _SPAN = 0.7, 2
# Halved, every other number needs a digit more.
_FINER_SHARE: Final = 0.2


def check_digits(name: str, time_s: Floats, values: Floats) -> tuple[Issue, ...]:
    """Flag a sensor (n, 3) one axis of which has finer numbers for a second than it had until then.

    What was multiplied needs digits that the app does not write. Only two ways of writing are held to: so
    many decimals whatever the size, and so many digits; who writes all that a number has tells nothing.
    Fewer digits from some row on are no claim either, as a browser may begin to round. Own rule.
    """
    second = max(_HEAD_ROWS, round(_HEAD_S * len(values) / max(float(time_s[-1] - time_s[0]), _HEAD_S)))
    if _written(values[:second])[0].max(initial=0) > _MOST_DIGITS:
        return ()
    row = _first_finer(values, second)
    if row is None:
        return ()
    since_s = float(time_s[row] - time_s[0])
    what = f"From {since_s:.1f} s on the {name} has more digits than the app writes: it was calculated anew."
    do = "Record again, and do not edit the table: a part of it may have another unit."
    return (Issue("scale_changed", "warning", what, do),)


def _first_finer(values: Floats, second: int) -> int | None:
    """Return the row from which an axis is finer than all before; heads of 1, 1.5, 2.25 … s are tried."""
    digits, decimals = _written(values)
    tried = set()
    head = second
    while head + second <= len(values):
        limits = _limits(digits[:head], decimals[:head])
        if limits not in tried and np.unique(values[:head]).size >= _HEAD_VALUES:
            tried.add(limits)
            finer = (digits[head:] > limits[0]) | (decimals[head:] > limits[1])
            row = _first_often(finer, second)
            if row is not None:
                return head + row
        head += head // 2
    return None


def _first_often(finer: NDArray[np.bool_], second: int) -> int | None:
    """Return the first row of the first second in which an axis of `finer` (n, 3) is so often enough."""
    so_far = np.cumsum(np.vstack([np.zeros((1, finer.shape[1]), dtype=bool), finer]), axis=0, dtype=np.int32)
    often = (so_far[second:] - so_far[:-second] >= _FINER_SHARE * second).any(axis=1)
    if not often.any():
        return None
    begins = int(np.argmax(often))
    return begins + int(np.argmax(finer[begins:].any(axis=1)))


def _limits(digits: Counts, decimals: Counts) -> tuple[int, int]:
    """Return the most digits and the most decimals that an app writes, as far as what it wrote tells."""
    most_digits = _limit(digits, decimals)
    return _NO_LIMIT if most_digits in _SINGLE_PRECISION else most_digits, _limit(decimals, digits)


def _limit(counts: Counts, others: Counts) -> int:
    """Return the largest count where most numbers have it, whatever their other count is."""
    most = int(counts.max())
    full = counts == most
    return most if most and full.mean() >= _FULL_SHARE and np.ptp(others[full]) >= _SPAN else _NO_LIMIT


def _written(values: Floats) -> tuple[Counts, Counts]:
    """Return how many digits and decimals each number needs, float noise aside; 13 digits for any more."""
    flat = values.ravel()
    counts = np.zeros((2, flat.size), dtype=np.int16)
    # Block by block: of a million rows all steps at once would take hundreds of megabytes.
    for start in range(0, flat.size, _BLOCK):
        counts[:, start : start + _BLOCK] = _count(np.abs(flat[start : start + _BLOCK]))
    digits, decimals = counts
    return digits.reshape(values.shape), decimals.reshape(values.shape)


def _count(flat: Floats) -> tuple[Counts, Counts]:
    size = np.floor(np.log10(np.where(flat > 0, flat, 1.0))).astype(np.int64)
    digits = np.where(flat > 0, _MOST_DIGITS + 1, 0)
    left = np.flatnonzero(flat)
    for count in range(1, _MOST_DIGITS + 1):
        scaled = flat[left] * 10.0 ** (count - 1 - size[left])
        fits = np.abs(scaled - np.rint(scaled)) <= _FLOAT_NOISE * scaled
        digits[left[fits]] = count
        left = left[~fits]
    return digits, np.maximum(digits - 1 - size, 0)
