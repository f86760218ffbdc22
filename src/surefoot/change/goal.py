"""How far a leg has come on its way to the other one, once it is steadier and the way is known."""

import math
from typing import Final

from surefoot.metrics import find_metric
from surefoot.model import Trend

# The share is told only where its 95 % interval is within 20 points either side.
HALF_WIDTH: Final = 0.20
_Z: Final = 1.96


def way_to_other_leg(trend: Trend) -> float | None:
    """Return the share of the way from a leg's *before* to the other leg that it has come, 0 to 1 and beyond.

    That is (ln before − ln lately) ÷ (ln before − ln other lately). None without a gain that was told, where
    the other leg was not tested in the same sessions, and where the 95 % interval is wider than 20 points
    either side. The interval follows from that of the change by the delta method, with sessions of both legs
    equally noisy and independent: own.
    """
    other, interval = trend.other_leg, trend.change_interval_pct
    if trend.verdict != "steadier" or other is None or interval is None or trend.before is None:
        return None
    sign = 1.0 if find_metric(trend.metric).better == "lower" else -1.0
    gained = -sign * math.log1p((trend.change_pct or 0.0) / 100)
    left = sign * math.log(other.ratio_lately)
    whole = gained + left
    if whole <= 0:
        return None
    low, high = (math.log1p(end / 100) for end in interval)
    share, sd = gained / whole, _share_sd(trend, (high - low) / (2 * _Z), gained, left)
    return share if _Z * sd <= HALF_WIDTH else None


def _share_sd(trend: Trend, change_sd: float, gained: float, left: float) -> float:
    """Return the SD of gained ÷ (gained + left), where `left` shares the sessions of *lately*."""
    before, lately = (_length(period) for period in (trend.before, trend.lately))
    session_variance = change_sd**2 / (1 / before + 1 / lately)
    left_variance, shared = 2 * session_variance / lately, -session_variance / lately
    whole = gained + left
    by_gained, by_left = left / whole**2, -gained / whole**2
    variance = by_gained**2 * change_sd**2 + by_left**2 * left_variance + 2 * by_gained * by_left * shared
    return math.sqrt(max(variance, 0.0))


def _length(period: tuple[int, int] | None) -> int:
    first, last = period or (0, 0)
    return last - first + 1
