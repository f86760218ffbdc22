"""What every picture of a trend shows, as numbers: for matplotlib and for the pages' SVG."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from surefoot.metrics import find_metric
from surefoot.model import Trend
from surefoot.words import show_percent

# Sessions that are "the first ones", and sessions whose mean the one line follows.
FIRST_SESSIONS: Final = 4
SMOOTHED: Final = 3
_WEEK: Final = 7
# The least distance of two labels, as a part of what is drawn.
_APART: Final = 0.26
_TICKS_PCT: Final = (5, 10, 20, 33, 50, 75, 100, 150, 200, 300, 400, 600, 1000, 2000)


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One trend over time, where up is steadier.

    `days` (n,) count from the first day of the picture; `heights` (n,) are ln of how many times as steady
    each session was as the first ones. Of a measure without a steadier side, or with zeros, they are its
    values. `mean` (n,) is the running mean of three sessions, `band` what chance could do about the earlier
    period, `periods` the first and the last day of the two compared: all are empty until the rule may speak.
    """

    trend: Trend
    is_relative: bool
    days: tuple[float, ...]
    heights: tuple[float, ...]
    mean: tuple[float, ...]
    band: tuple[float, float] | None
    periods: tuple[tuple[float, float], ...]

    @property
    def reach(self) -> tuple[float, float]:
        """The lowest and the highest that is drawn."""
        drawn = (*self.heights, *(self.band or ()))
        return min(drawn), max(drawn)


def trend_line(trend: Trend, start: date, beside: Trend | None = None) -> TrendLine:
    """Return what is drawn of `trend`, its days counted from `start`.

    Heights are told against its own first sessions, or those of a trend `beside` which it shares a panel.
    """
    speaks, relative = trend.before is not None, is_relative(trend)
    floor = _first_level(beside or trend) if relative else 0.0
    heights = tuple(each - floor for each in _heights(trend, trend.values))
    days = tuple(float((when.date() - start).days) for when in trend.dates)
    ends = sorted(each - floor for each in _heights(trend, trend.band or ()))
    periods = [each for each in (trend.before, trend.lately) if each is not None]
    return TrendLine(
        trend,
        relative,
        days,
        heights,
        running_mean(heights) if speaks else (),
        (ends[0], ends[1]) if ends and speaks else None,
        tuple((days[first], days[last]) for first, last in periods),
    )


def is_relative(trend: Trend) -> bool:
    """Tell whether a trend is drawn as per cent of its first sessions: one side steadier, nothing zero."""
    metric = find_metric(trend.metric)
    return metric.scale == "ln" and metric.better != "neither" and min(trend.values) > 0


def _heights(trend: Trend, values: Sequence[float]) -> Iterator[float]:
    if not is_relative(trend):
        return iter(values)
    sign = -1.0 if find_metric(trend.metric).better == "lower" else 1.0
    return (sign * math.log(value) for value in values)


def _first_level(trend: Trend) -> float:
    """Return the mean height of the first sessions: those compared where they are the first, else four."""
    first, last = trend.before or (0, FIRST_SESSIONS - 1)
    end = last + 1 if first == 0 else FIRST_SESSIONS
    heights = list(_heights(trend, trend.values[:end]))
    return math.fsum(heights) / len(heights)


def running_mean(heights: Sequence[float]) -> tuple[float, ...]:
    """Return the mean of up to three sessions, up to and with each.

    >>> running_mean([1.0, 3.0, 5.0, 7.0])
    (1.0, 2.0, 3.0, 5.0)
    """
    windows = (heights[max(0, end - SMOOTHED) : end] for end in range(1, len(heights) + 1))
    return tuple(math.fsum(window) / len(window) for window in windows)


def percent_ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Return heights between `low` and `high` with their label, not too close; 100 % are the first sessions.

    >>> percent_ticks(-0.8, 0.8)
    ((-0.6931471805599453, '50 %'), (0.0, '100 %'), (0.6931471805599453, '200 %'))
    """
    shown: list[int] = []
    for pct in sorted(_TICKS_PCT, key=lambda pct: (abs(math.log(pct / 100)), pct)):
        height = math.log(pct / 100)
        apart = min((abs(height - math.log(other / 100)) for other in shown), default=math.inf)
        if low <= height <= high and apart >= _APART * (high - low):
            shown.append(pct)
    return tuple((math.log(pct / 100), f"{pct} %") for pct in sorted(shown))


def steadiness(height: float) -> str:
    """Return a height as people read it, such as ``150 %`` of the first sessions."""
    return show_percent(100 * math.exp(height), 0).removeprefix("+")


def week_ticks(first: float, last: float, origin: float, most: int = 5) -> tuple[tuple[float, int], ...]:
    """Return days from `first` to `last` at which a week begins, with its number; week 1 starts at `origin`.

    >>> week_ticks(0, 20, 0), week_ticks(3, 9, -4)
    (((0, 1), (7, 2), (14, 3)), ((3, 2),))
    """
    begin = math.ceil((first - origin) / _WEEK)
    end = math.floor((last - origin) / _WEEK)
    every = max(1, -(-(end - begin + 1) // most))
    return tuple((origin + _WEEK * week, week + 1) for week in range(begin, end + 1, every))
