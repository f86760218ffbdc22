"""Times as apps write them: since 1970, as dates, as times of day; those that a spreadsheet rounded."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Issue
from surefoot.sources.assembly.wall_clock import read_wall_clock

# A number of at least ten digits before the point of which no more than so many are not zero was rounded.
_LEAST: Final = 1e9
_DIGITS_KEPT: Final = 8
_EPOCH_S: Final = (9.0e8, 4.2e9)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?")
_SHORT_FRACTION: Final = re.compile(r"(:\d{1,2}[.,])(\d{1,2})(?!\d)")


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


def epoch_clock(stamps: Floats, unit_s: float) -> tuple[Floats, datetime | None]:
    """Return times in s from the first stamp, and its wall time where the stamps count from 1970.

    Raises UnreadableFileError where a spreadsheet rounded them.

    >>> epoch_clock(np.array([1.6e12, 1.6e12 + 20]), 0.001)
    (array([0.  , 0.02]), datetime.datetime(2020, 9, 13, 12, 26, 40, tzinfo=datetime.timezone.utc))
    """
    finite = stamps[np.isfinite(stamps)]
    if is_rounded(finite):
        raise rounded_clock(float(finite[0]))
    first = float(finite[0]) if finite.size else 0.0
    is_epoch = _EPOCH_S[0] < first * unit_s < _EPOCH_S[1]
    zero = datetime.fromtimestamp(0, UTC) + timedelta(seconds=first * unit_s) if is_epoch else None
    return (stamps - first) * unit_s, zero


def date_seconds(stamps: Sequence[str]) -> Floats:
    """Return ISO dates, a colon allowed before the milliseconds, in s from the first one.

    NaN where a cell holds none; milliseconds may lack leading zeros. Raises UnreadableFileError where no cell
    does, or one does not exist.

    >>> date_seconds(["2026-03-02 08:30:00:000", "2026-03-02 08:30:00.250", "-"])
    array([0.  , 0.25,  nan])
    """
    seconds = _date_seconds(stamps)
    if not _falls(seconds):
        return seconds
    # As thousandths without leading zeros, where only those never fall.
    padded = _date_seconds([_SHORT_FRACTION.sub(lambda m: m[1] + m[2].zfill(3), stamp) for stamp in stamps])
    return seconds if _falls(padded) else padded


def _falls(seconds: Floats) -> bool:
    return bool((np.diff(seconds[np.isfinite(seconds)]) < 0).any())


def _date_seconds(stamps: Sequence[str]) -> Floats:
    plain = [re.sub(r":(?=\d{3}$)", ".", stamp.strip()).replace(" ", "T", 1) for stamp in stamps]
    dates = [stamp if _ISO.fullmatch(stamp) else None for stamp in plain]
    try:
        moments = np.array(dates, dtype="datetime64[us]")
        first = moments[~np.isnat(moments)][0]
    except (ValueError, IndexError):
        raise UnreadableFileError(
            "The times cannot be read.",
            found=_first_wrong(stamps, dates),
            expected="dates such as 2026-03-02 08:30:00.250",
            do="Export the recording again.",
        ) from None
    return np.asarray((moments - first) / np.timedelta64(1_000_000, "us"))


def _first_wrong(stamps: Sequence[str], dates: Sequence[str | None]) -> str:
    """Return the first cell that holds no date, or one that does not exist, with its row."""
    rows = enumerate(zip(stamps, dates, strict=True), 1)
    return next(
        (f"{stamp[:60]!r} in row {row}" for row, (stamp, date) in rows if not _exists(date)), "no rows"
    )


def _exists(date: str | None) -> bool:
    try:
        return date is not None and bool(datetime.fromisoformat(date))
    except ValueError:
        return False


def clock_seconds(stamps: Sequence[str]) -> Floats:
    """Return dates or times of day, spelled in any of several ways, in s; NaN where a cell holds none.

    A time of day that falls back by half a day has passed midnight; milliseconds may lack leading zeros.

    >>> clock_seconds(["2024-1-5 9:3:7:045", "-", "2024-1-5 9:3:7.5"]).tolist()
    [0.0, nan, 0.455]
    >>> clock_seconds(["23:59:59,5", "00:00:00,5"]).tolist()
    [0.0, 1.0]
    >>> clock_seconds(["9:3:7.5", "9:3:7.95", "9:3:7.105"]).tolist()
    [0.0, 0.09, 0.1]
    """
    return read_wall_clock(stamps).time_s


def zone_of(text: str) -> tzinfo:
    """Return the zone of an offset from UTC, UTC where it is none.

    >>> str(zone_of("-0500")), str(zone_of("01:00")), str(zone_of(""))
    ('UTC-05:00', 'UTC+01:00', 'UTC')
    """
    match = re.fullmatch(r"(-?)\+?(\d\d):?([0-5]\d)", text.strip())
    if not match or int(match[2]) > 23:
        return UTC
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-offset if match[1] else offset)
