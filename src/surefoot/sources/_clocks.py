"""Times as apps write them: since 1970, as dates, as times of day."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats

_EPOCH_S: Final = (9.0e8, 4.2e9)
_HALF_DAY_S: Final = 43_200
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?")
_CLOCK: Final = re.compile(
    r"(?:(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T]+)?(\d{1,2}):(\d{1,2}):(\d{1,2})(?:([.,:])(\d{1,6}))?"
)

_SHORT_FRACTION: Final = re.compile(r"(:\d{1,2}[.,])(\d{1,2})(?!\d)")


def epoch_clock(stamps: Floats, unit_s: float) -> tuple[Floats, datetime | None]:
    """Return times in s from the first stamp, and its wall time where the stamps count from 1970.

    >>> epoch_clock(np.array([1.6e12, 1.6e12 + 20]), 0.001)
    (array([0.  , 0.02]), datetime.datetime(2020, 9, 13, 12, 26, 40, tzinfo=datetime.timezone.utc))
    """
    finite = stamps[np.isfinite(stamps)]
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
    return _rising(_date_seconds, stamps)


def _date_seconds(stamps: Sequence[str]) -> Floats:
    plain = [re.sub(r":(?=\d{3}$)", ".", stamp.strip()).replace(" ", "T", 1) for stamp in stamps]
    dates = [stamp if _ISO.fullmatch(stamp) else None for stamp in plain]
    try:
        moments = np.array(dates, dtype="datetime64[us]")
        first = moments[~np.isnat(moments)][0]
    except (ValueError, IndexError):
        raise UnreadableFileError(
            "The times cannot be read.",
            found=repr(stamps[0])[:60] if stamps else "no rows",
            expected="dates such as 2026-03-02 08:30:00.250",
            do="Export the recording again.",
        ) from None
    return np.asarray((moments - first) / np.timedelta64(1_000_000, "us"))


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
    return _rising(_clock_seconds, stamps)


def _rising(read: Callable[[Sequence[str]], Floats], stamps: Sequence[str]) -> Floats:
    """Return the times as written, or as thousandths without leading zeros where only those never fall."""
    seconds = read(stamps)
    if not _falls(seconds):
        return seconds
    padded = read([_SHORT_FRACTION.sub(lambda m: m[1] + m[2].zfill(3), stamp) for stamp in stamps])
    return seconds if _falls(padded) else padded


def _falls(seconds: Floats) -> bool:
    return bool((np.diff(seconds[np.isfinite(seconds)]) < 0).any())


def _clock_seconds(stamps: Sequence[str]) -> Floats:
    days, of_day = np.array([_clock_s(stamp) for stamp in stamps]).reshape(-1, 2).T
    seconds = (days - np.nanmin(days, initial=np.inf)) * 86_400 + of_day
    finite = seconds[np.isfinite(seconds)]
    late = np.r_[0.0, np.cumsum(np.diff(seconds) < -_HALF_DAY_S)][: seconds.size]
    return np.asarray(np.round(seconds + late * 86_400 - (finite[0] if finite.size else 0.0), 6))


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


def _clock_s(text: str) -> tuple[float, float]:
    """Return the number of the day, zero without a date, and the seconds in it."""
    match = _CLOCK.search(text)
    if not match:
        return np.nan, np.nan
    year, month, day, hour, minute, second, mark, fraction = match.groups()
    part = 0.0 if not fraction else int(fraction) / (1000 if mark == ":" else 10 ** len(fraction))
    try:
        days = date(int(year), int(month), int(day)).toordinal() if year else 0
    except ValueError:
        return np.nan, np.nan
    return days, int(hour) * 3600 + int(minute) * 60 + int(second) + part
