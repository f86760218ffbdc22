"""How large a change must be before it is more than noise, and where that ruler comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass

from surefoot.model import Setup

DEFAULT_PCT = 30.0
COVERAGE = 1.96


@dataclass(frozen=True, slots=True)
class RealChange:
    """The smallest real change between two single trials: a factor of the value, and its source."""

    factor: float
    source: str

    @property
    def rise_pct(self) -> float:
        """The factor as a rise in per cent."""
        return 100 * (self.factor - 1)

    @property
    def drop_pct(self) -> float:
        """The factor as a drop in per cent."""
        return 100 * (1 - 1 / self.factor)


def factor_from_cv(cv_pct: float) -> float:
    """Return the factor by which one pair of trials in twenty differs, from their typical error.

    ``exp(1.96 · sqrt(2) · ln(1 + CV / 100))``: the minimal detectable change of ln values (Weir 2005, J
    Strength Cond Res 19:231, on ln values).

    >>> round(factor_from_cv(12.0), 3)
    1.369
    """
    return math.exp(COVERAGE * math.sqrt(2) * math.log1p(cv_pct / 100))


# The sway velocity of the centre of pressure, path over time, is the nearest published kin of the path
# rate; the larger of the two legs' typical errors is taken. A force plate is not a phone: the source says so.
_SINGLE_LEG = RealChange(
    factor_from_cv(12.0),
    "published: typical error 12 % of sway velocity in single-leg stance between two tests on a force plate, "
    "eyes closed (J Sports Sci Med 2018, 17:174, table 4); your own noise is not known yet",
)
_DEFAULT = RealChange(
    1 + DEFAULT_PCT / 100,
    f"default of {DEFAULT_PCT:.0f} %: no published value was found for this test and measure",
)


def smallest_real_change(metric: str, setup: Setup) -> RealChange:
    """Return the smallest real change of a metric under the conditions of `setup`.

    >>> smallest_real_change("osi_deg", Setup(test="wobble-board")).source[:15]
    'default of 30 %'
    """
    if metric == "path_rate_mps3" and setup.test == "single-leg":
        return _SINGLE_LEG
    return _DEFAULT
