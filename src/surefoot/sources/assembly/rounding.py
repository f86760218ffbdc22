"""Clocks that a spreadsheet rounded: how they are known, and what is said of them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Issue

# A number of at least ten digits before the point of which no more than so many are not zero was rounded.
_LEAST: Final = 1e9
_DIGITS_KEPT: Final = 8


def is_rounded(stamps: Floats | NDArray[np.int64]) -> bool:
    """Tell whether a spreadsheet kept only the first digits of times since 1970, such as 1.76639E+18.

    >>> is_rounded(np.array([1.76639e18] * 5)), is_rounded(1.76639e12 + np.arange(5))
    (True, False)
    """
    finite = np.abs(stamps[np.isfinite(stamps)].astype(float))
    if finite.size < 2 or finite.min() < _LEAST or 2 * np.unique(finite).size > finite.size:
        return False
    digits = finite / 10.0 ** (np.floor(np.log10(finite)) - _DIGITS_KEPT + 1)
    return bool((np.abs(digits - np.rint(digits)) < 1e-6).all())


def second_clock_used(rounded: str, used: str) -> Issue:
    """Return the issue that says which clock stood in for a rounded one."""
    what = f"A spreadsheet rounded the column {rounded}, so {used} is the clock."
    return Issue(
        "clock_rounded", "info", what, "Keep the file as the app exported it: it tells the date too."
    )


def rounded_clock(stamp: float) -> UnreadableFileError:
    """Return the refusal of a table whose only clock was rounded."""
    return UnreadableFileError(
        "A spreadsheet rounded the clock of this recording.",
        found=f"{stamp:.6g} in row after row",
        expected="a time of its own for each row",
        do="Give the file as the app exported it, not one that a spreadsheet saved.",
    )
