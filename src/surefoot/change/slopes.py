"""Whether values rise or fall over time, whatever their distribution: Theil and Sen's slope, Kendall's tau.

Both as scipy.stats has them, which takes longer to load than everything else that a trend needs.
"""

import math
from collections.abc import Sequence
from itertools import accumulate
from statistics import NormalDist
from typing import Final

import numpy as np

from surefoot.model import Floats

# Up to so many values without ties every order is counted; beyond, Kendall's normal approximation serves.
COUNTED: Final = 33


def theil_sen(times: Floats, values: Floats, coverage: float = 0.95) -> tuple[float, float, float]:
    """Return the median slope of `values` (n,) over different `times` (n,), with the ends of its interval.

    Sen 1968, doi:10.1080/01621459.1968.10480934, equation 2.6 for the interval.
    """
    apart = times[:, np.newaxis] - times
    later = apart > 0
    slopes = np.sort((values[:, np.newaxis] - values)[later] / apart[later])
    reach = NormalDist().inv_cdf((1 + coverage) / 2) * math.sqrt(_variance(values))
    low = max(round((len(slopes) - reach) / 2) - 1, 0)
    high = min(round((len(slopes) + reach) / 2), len(slopes) - 1)
    return float(np.median(slopes)), float(slopes[low]), float(slopes[high])


def kendall(values: Sequence[float]) -> tuple[float, float] | None:
    """Return tau-b of `values` in the order of different times, and its two-sided probability.

    Exact without ties where values are few (Kendall 1970). None for values that never differ.
    """
    series = np.asarray(values, dtype=float)
    count = len(series)
    pairs = count * (count - 1) // 2
    rising = np.sign(series[:, np.newaxis] - series)[np.tril_indices(count, -1)]
    falls, tied = int((rising < 0).sum()), int((rising == 0).sum())
    if tied == pairs:
        return None
    balance = pairs - tied - 2 * falls
    tau = balance / math.sqrt(pairs) / math.sqrt(pairs - tied)
    rare = min(falls, pairs - falls)
    if not tied and (count <= COUNTED or rare <= 1):
        probability = min(1.0, 2 * _orders(count, rare) / math.factorial(count))
    else:
        probability = math.erfc(abs(balance) / math.sqrt(2 * _variance(series)))
    return max(-1.0, min(1.0, tau)), probability


def _variance(values: Floats) -> float:
    """Return the variance of the balance of rising and falling pairs where order is chance."""
    ties = np.unique(values, return_counts=True)[1]
    free, bound = (sum(k * (k - 1) * (2 * k + 5) for k in each) for each in ([len(values)], ties.tolist()))
    return (free - bound) / 18


def _orders(count: int, most: int) -> int:
    """Return in how many orders of `count` values at most `most` pairs fall.

    >>> [_orders(3, most) for most in range(4)]
    [1, 3, 5, 6]
    """
    orders = [1] + [0] * most
    for length in range(2, count + 1):
        sums = list(accumulate(orders))
        orders = [total - (sums[at - length] if at >= length else 0) for at, total in enumerate(sums)]
    return sum(orders)
