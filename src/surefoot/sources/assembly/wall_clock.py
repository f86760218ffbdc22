"""Times as words: a time of day in any spelling, with or without a date and a zone.

Twelve and 24 hours, points, commas or colons before the fraction, dates in any order, offsets and names of
zones, a spreadsheet's minutes and seconds alone. A cell that holds no time of day is NaN, never a guess. The
order of a date's numbers is settled by a whole column.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from math import isnan
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from surefoot.model import Floats, Issue

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Points stand between day, month and year; only with dashes and strokes may the month come first.
_POINTED: Final = ("ymd", "dmy")
_ORDERS: Final = (*_POINTED, "mdy")
_COMPACT: Final = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)$")

_Parts = tuple[tuple[str, ...], int]
_DAY_S: Final = 86_400
_HOUR_S: Final = 3_600
# A blank before the fraction is what is left of a comma that would else part two cells.
_TIME: Final = re.compile(
    r"(?<!\d)(?P<h>\d{1,2}):(?P<m>\d{1,2}):(?P<s>\d{1,2})(?:(?P<mark>[.,:]|\s(?=(?:\d{3}){1,2}(?![\d:])))(?P<part>\d{1,9}))?(?!\d)"
)
# Behind a T, points or nothing may stand between the numbers, which elsewhere would be a date.
_BEHIND_T: Final = re.compile(
    r"(?<=\dT)(?P<h>\d\d)\.?(?P<m>\d\d)\.?(?P<s>\d\d)(?:(?P<mark>[.,])(?P<part>\d{1,9}))?"
)
# What a spreadsheet shows of a time with a fraction: minutes and seconds, the hour hidden.
_MINUTES: Final = re.compile(r"^(?P<h>)(?P<m>\d{1,2}):(?P<s>\d\d)(?P<mark>[.,])(?P<part>\d{1,9})$")
_HALF: Final = re.compile(r"(?<![a-z])([ap])\.?\s?m\b\.?", re.IGNORECASE)
_OFFSET: Final = re.compile(r"^\s*(?:UTC|GMT)?\s*([+\-−])(\d\d?):?([0-5]\d)?(?!\d)", re.IGNORECASE)
_UTC: Final = re.compile(r"^\s*(?:Z|UTC|GMT)\b", re.IGNORECASE)
_ZONE_NAME: Final = re.compile(r"\b[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_\-]+)+\b")
_SPELLINGS: Final = {
    "年": "-",
    "月": "-",
    "日": " ",
    "上午": " am ",
    "下午": " pm ",
    "\u202f": " ",
    "\xa0": " ",
}


def day_numbers(dates: Sequence[str]) -> tuple[Floats, bool]:
    """Return the number of each day (1 is the first day of the year 1), and whether it is certain.

    0 where there is no date, NaN where there is no such one. Of day and month, the order is taken in which
    the days lie closest together; where several do, the day is not certain, and only its distance counts.

    >>> [day_numbers([text])[0].item() for text in ("2026-03-04", "4.3.2026", "Mar 4, 2026", "20260304", "")]
    [739679.0, 739679.0, 739679.0, 739679.0, 0.0]
    >>> day_numbers(["3/4/2026", "3/5/2026"]), day_numbers(["3/4/26"])[1], day_numbers(["31.02.2026"])[0]
    ((array([739679., 739680.]), True), False, array([nan]))
    """
    parts = {text: _split(text) for text in dict.fromkeys(dates)}
    orders = _POINTED if any("." in text for text in parts) else _ORDERS
    readings = [{text: _number(part, order) for text, part in parts.items()} for order in orders]
    spans = [_span(list(reading.values())) for reading in readings]
    best = int(np.argmin(spans))
    near = [reading for reading, span in zip(readings, spans, strict=True) if span == spans[best]]
    certain = all(str(reading) == str(near[0]) for reading in near)
    return np.array([readings[best][text] for text in dates], dtype=float), certain


def _split(text: str) -> _Parts | None:
    """Return the numbers of a date, and its month where that is a word; None where there is no date."""
    text = _COMPACT.sub(r"\1-\2-\3", text)
    numbers = tuple(re.findall(r"\d+", text))
    words = [word[:3].lower() for word in re.findall(r"[A-Za-z]+", text)]
    month = next((_MONTHS.index(word) + 1 for word in words if word in _MONTHS), 0)
    return (numbers, month) if numbers else None


def _number(part: _Parts | None, order: str) -> float:
    """Return the number of a day whose numbers stand in an order such as ``dmy``."""
    if part is None:
        return 0.0
    numbers, month = part
    places = order.replace("m", "") if month else order
    if len(numbers) != len(places):
        return np.nan
    told = dict(zip(places, numbers, strict=True))
    # A year has four digits anywhere, two only at the end.
    if len(told["y"]) != 4 and (len(told["y"]) != 2 or places[0] == "y"):
        return np.nan
    year = int(told["y"]) + 2000 * (len(told["y"]) == 2)
    try:
        return float(date(year, month or int(told["m"]), int(told["d"])).toordinal())
    except (ValueError, OverflowError):
        return np.nan


def _span(days: Sequence[float]) -> float:
    """Return over how many days a reading reaches; every date that it cannot read weighs more than any."""
    known = [day for day in days if day > 0]
    return 1e9 * sum(map(isnan, days)) + (max(known) - min(known) if known else 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class WallClock:
    """A column of times: `time_s` (n,) from its first one, NaN where a cell holds none.

    `started` is the moment of the first one where its zone is told, `issues` how unusual spellings were read.
    """

    time_s: Floats
    started: datetime | None = None
    issues: tuple[Issue, ...] = ()


class _Whole(NamedTuple):
    """What a cell holds but for the fraction: seconds of its day or hour, and what stands around them."""

    seconds: float = np.nan
    has_hour: bool = True
    has_half: bool = False
    date: str = ""
    zone: str = ""


class _Cell(NamedTuple):
    """A cell in its parts; `mark` stands before the fraction `part`, both empty where there is none."""

    whole: _Whole = _Whole()
    mark: str = ""
    part: str = ""


_NONE: Final = _Cell()


def holds_time(cell: str) -> bool:
    """Tell whether a cell holds a time of day.

    >>> [holds_time(cell) for cell in ("8:30:00 PM", "2026-03-03T08:30:00Z", "2026-03-03", "12.5", "30:00.5")]
    [True, True, False, False, True]
    """
    return not np.isnan(_read(cell).whole.seconds)


def read_wall_clock(cells: Sequence[str], name: str = "time") -> WallClock:
    """Return the times in a column called `name`.

    Without a date, a time that falls back by most of a day has passed midnight; by most of twelve hours,
    noon, where neither am nor pm is told; by most of an hour, where only minutes are, the full hour.

    >>> read_wall_clock(["11:59:59.5 PM", "12:00:00.25 AM", "-"]).time_s.tolist()
    [0.0, 0.75, nan]
    >>> read_wall_clock(["2026-03-29 01:59:59 +0100", "2026-03-29 03:00:01 +0200"]).time_s.tolist()
    [0.0, 2.0]
    """
    read = [_read(cell) for cell in cells]
    # Many rows share their second, so whatever is dear is worked out once for each.
    wholes = list(dict.fromkeys(cell.whole for cell in read))
    days, is_certain = day_numbers([whole.date for whole in wholes])
    offsets_s = dict(zip(wholes, map(_offset_s, wholes, days), strict=True))
    known = {
        w: w.seconds + day * _DAY_S - np.nan_to_num(offsets_s[w]) for w, day in zip(wholes, days, strict=True)
    }
    seconds = np.array([known[cell.whole] for cell in read])
    good = np.flatnonzero(np.isfinite(seconds))
    if not good.size:
        return WallClock(np.full(len(read), np.nan))
    fraction_s, issues = _fractions(read, seconds, name)
    first = int(good[0])
    # Whole seconds apart from fractions: together they would round to microseconds so long after year one.
    time_s = seconds - seconds[first] + fraction_s
    if not any(whole.date for whole in wholes):
        time_s[good] = _unrolled(time_s[good], wholes)
    whole = read[first].whole
    started = None
    if is_certain and whole.date and np.isfinite(offsets_s[whole]):
        started = _moment(seconds[first], fraction_s[first], offsets_s[whole])
    return WallClock(np.round(time_s - fraction_s[first], 9), started, issues)


def _read(cell: str) -> _Cell:
    """Return what a cell holds, `_NONE` where that is no time of day."""
    text = cell.strip(' "\t')
    match = _TIME.search(text) or _BEHIND_T.search(text) or _MINUTES.search(text)
    if match is None:
        return _NONE
    hour, minute, second, mark, part = match.groups()
    whole = _whole(text[: match.start()], hour, int(minute), int(second), text[match.end() :])
    return _Cell(whole, mark or "", part or "")


@lru_cache(4096)
def _whole(before: str, hour_digits: str, minute: int, second: int, after: str) -> _Whole:
    before, after = _plain(before), _plain(after)
    half = _HALF.search(before) or _HALF.search(after)
    hour = _hour(hour_digits, half[1].lower() if half else "")
    if hour is None or minute > 59 or second > 60:
        return _NONE.whole
    zone, rest = _behind(_HALF.sub("", after))
    date = _HALF.sub("", before).rstrip(" ,;_").removesuffix("T")
    seconds = 3600.0 * hour + 60 * minute + second
    return _Whole(seconds, bool(hour_digits), half is not None, f"{date} {rest}".strip(), zone)


def _plain(text: str) -> str:
    if not text.isascii():
        for spelling, plain in _SPELLINGS.items():
            text = text.replace(spelling, plain)
    return text


def _hour(digits: str, half: str) -> int | None:
    """Return the hour of 24, None where there is no such hour.

    >>> [_hour("12", "a"), _hour("12", "p"), _hour("9", "p"), _hour("13", "p"), _hour("25", "")]
    [0, 12, 21, None, None]
    """
    hour = int(digits or 0)
    if half:
        return hour % 12 + 12 * (half == "p") if 1 <= hour <= 12 else None
    return hour if hour <= 24 else None


def _behind(text: str) -> tuple[str, str]:
    """Return the zone and the date in what stands behind a time.

    >>> _behind("+0100 [Europe/Berlin]"), _behind(" CET 2026"), _behind("Z"), _behind(" 3.3.2026")
    (('+0100', ''), ('', 'CET 2026'), ('+0000', ''), ('', '3.3.2026'))
    """
    offset = _OFFSET.match(text)
    if offset and int(offset[2]) <= 14:
        sign = "+" if offset[1] == "+" else "-"
        return f"{sign}{int(offset[2]):02d}{offset[3] or '00'}", ""
    named = _ZONE_NAME.search(text)
    if named:
        return named[0], text.replace(named[0], " ").strip(" []()")
    utc = _UTC.match(text)
    return ("+0000", text[utc.end() :].strip()) if utc else ("", text.strip(" ,;_"))


def _offset_s(whole: _Whole, day: float) -> float:
    """Return how far a zone was ahead of UTC at that hour, NaN where there is none or it is not known."""
    zone = whole.zone
    if zone.startswith(("+", "-")):
        return (3600.0 * int(zone[1:3]) + 60 * int(zone[3:])) * (-1 if zone[0] == "-" else 1)
    if not zone or not day >= 1 or np.isnan(whole.seconds):
        return np.nan
    return _named_offset_s(zone, int(day), int(whole.seconds) // _HOUR_S)


@lru_cache(1024)
def _named_offset_s(zone: str, day: int, hour: int) -> float:
    try:
        moment = datetime.fromordinal(day) + timedelta(hours=hour)
        offset = moment.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    except (KeyError, ValueError, OSError, OverflowError):
        return np.nan
    return np.nan if offset is None else offset.total_seconds()


def _fractions(read: Sequence[_Cell], seconds: Floats, name: str) -> tuple[Floats, tuple[Issue, ...]]:
    """Return the fractions of the seconds; milliseconds without their leading zeros where only so time rises.

    A colon before them is always followed by milliseconds.
    """
    decimal_s = np.array(
        [int(cell.part or 0) / (1000 if cell.mark == ":" else 10 ** len(cell.part)) for cell in read]
    )
    lengths = {len(cell.part) for cell in read if cell.part and cell.mark != ":"}
    if len(lengths) < 2 or max(lengths) != 3:
        return decimal_s, ()
    thousandth_s = np.array([int(cell.part or 0) / 1000 for cell in read])
    if not _rises(seconds + thousandth_s) or _rises(seconds + decimal_s):
        return decimal_s, ()
    what = f"The milliseconds in {name} are written without leading zeros, and were read so."
    return thousandth_s, (Issue("milliseconds_unpadded", "info", what),)


def _rises(times: Floats) -> bool:
    finite = times[np.isfinite(times)]
    # A clock that goes round midnight falls once in a great while.
    return bool((np.diff(finite) < 0).mean() < 1e-3) if finite.size > 1 else True


def _unrolled(time_s: Floats, wholes: Sequence[_Whole]) -> Floats:
    """Return times in which every fall by most of the clock's round is the next round."""
    wholes = [whole for whole in wholes if not np.isnan(whole.seconds)]
    hours = {whole.seconds // _HOUR_S for whole in wholes}
    period_s, least_s = _DAY_S, _DAY_S // 2
    if not all(whole.has_hour for whole in wholes):
        period_s, least_s = _HOUR_S, _HOUR_S // 2
    elif max(hours) <= 12 and min(hours) >= 1 and not any(whole.has_half for whole in wholes):
        period_s, least_s = _DAY_S // 2, _DAY_S // 2 - _HOUR_S
    rounds = np.r_[0, np.cumsum(np.diff(time_s) < -least_s)]
    return np.asarray(time_s + rounds * period_s)


def _moment(seconds: float, fraction_s: float, offset_s: float) -> datetime | None:
    zone: tzinfo = timezone(timedelta(seconds=float(offset_s))) if offset_s else UTC
    try:
        moment = datetime.fromordinal(1).replace(tzinfo=UTC) + timedelta(seconds=seconds - _DAY_S)
        return (moment + timedelta(seconds=float(fraction_s))).astimezone(zone)
    except OverflowError:
        return None
