"""Dates as words: numbers in any order, names of months; the order is settled by a whole column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from math import isnan
from typing import Final

import numpy as np

from surefoot.model import Floats

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Points stand between day, month and year; only with dashes and strokes may the month come first.
_POINTED: Final = ("ymd", "dmy")
_ORDERS: Final = (*_POINTED, "mdy")
_COMPACT: Final = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)$")

_Parts = tuple[tuple[str, ...], int]


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
