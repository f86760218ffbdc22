"""Agreement of two devices, placements or apps that measured the same trials (Bland & Altman)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surefoot.errors import TooShortError
from surefoot.model import Floats


@dataclass(frozen=True, slots=True)
class Agreement:
    """Second minus first: mean difference and limits that hold 95 % of differences, with intervals.

    With `ln`, all are ratios of second to first.
    """

    pairs: int
    bias: float
    bias_interval: tuple[float, float]
    lower_limit: float
    lower_interval: tuple[float, float]
    upper_limit: float
    upper_interval: tuple[float, float]
    ln: bool = False


def compare_methods(first: Sequence[float], second: Sequence[float], *, ln: bool = False) -> Agreement:
    """Return the agreement of paired values by Bland & Altman 1986 (doi:10.1016/S0140-6736(86)90837-8).

    Limits are ``bias ± 1.96 SD``; intervals use Student's t, with ``sqrt(3) SD / sqrt(n)`` as the standard
    error of a limit, as the paper does. With `ln` differences of ln values are taken and told as ratios.
    Raises TooShortError for fewer than three pairs, ValueError for unequal lengths.
    """
    from scipy.stats import t

    difference = _differences(first, second, ln=ln)
    n, bias, spread = len(difference), float(difference.mean()), float(difference.std(ddof=1))
    reach = float(t.ppf(0.975, n - 1)) * spread / math.sqrt(n)
    tell = math.exp if ln else float

    def around(middle: float, width: float) -> tuple[float, float]:
        return tell(middle - width), tell(middle + width)

    low, high = bias - 1.96 * spread, bias + 1.96 * spread
    return Agreement(
        pairs=n,
        bias=tell(bias),
        bias_interval=around(bias, reach),
        lower_limit=tell(low),
        lower_interval=around(low, math.sqrt(3) * reach),
        upper_limit=tell(high),
        upper_interval=around(high, math.sqrt(3) * reach),
        ln=ln,
    )


def _differences(first: Sequence[float], second: Sequence[float], *, ln: bool) -> Floats:
    if len(first) != len(second):
        raise ValueError("both methods need a value for each pair")
    if len(first) < 3:
        raise TooShortError(
            "Agreement needs more pairs.",
            found=f"{len(first)} pairs",
            expected="at least three, better thirty",
            do="Measure more trials with both.",
        )
    one, two = (np.log(np.asarray(x, float)) if ln else np.asarray(x, float) for x in (first, second))
    return np.asarray(two - one)
