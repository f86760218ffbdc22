"""How much a value moves without any change, from day to day and trial to trial, and whose noise it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from surefoot.metrics import find_metric
from surefoot.model import Setup

COVERAGE = 1.96
DAY_SD, TRIAL_SD, FLOOR_TRIAL_SD = 0.09, 0.15, 0.18


@dataclass(frozen=True, slots=True)
class Noise:
    """SD of ln values from day to day and from trial to trial, and where they come from.

    An SD of 0.09 on ln values is about 9 % of the value. `times` tells how much more the value moves than
    sway does, on ln values; `gain` how much more than the movement behind it: 2 for an area.
    """

    day_sd: float
    trial_sd: float
    source: str
    times: float = 1.0
    gain: float = 1.0

    def session_sd(self, trials: float = 1.0) -> float:
        """Return the SD of the mean of ln values of one day with so many trials."""
        return math.sqrt(self.day_sd**2 + self.trial_sd**2 / trials)


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


# The two SDs make a session of three trials vary by 12.5 %, and 29 % the smallest real drop between two of
# them. People on force plates made into a virtual sensor at the waist, through `prepare` and `assess`: on
# foam 14 to 15 % from trial to trial (160 people), on the firm floor 17.5 to 18 % (163 people; Santos and
# Duarte 2016, PeerJ 4:e2648). On one leg, eyes closed, 11.7 % (9.8 to 15.3) and a day's part of 6.3 % (0 to
# 11) were published for the velocity of the centre of pressure. A strap put on anew at home is in neither.
_PUBLISHED = (
    "published for sway on one leg, eyes closed, on a force plate: 11.7 % from trial to trial and up to 11 % "
    "from day to day (J Sports Sci Med 2018, 17:174), taken as 15 % and 9 %, the safe end"
)
_MEASURED = (
    "measured on 163 people, three trials each on two legs on the floor, force plates taken as a sensor at "
    "the waist (data of PeerJ 2016, 4:e2648): 18 % from trial to trial; 9 % is taken from day to day"
)
_FOAM = (
    "measured on 160 people, three trials each on two legs on foam, force plates taken as a sensor at the "
    "waist (data of PeerJ 2016, 4:e2648): 15 % from trial to trial; 9 % is taken from day to day"
)
_FLOOR_DEFAULT = (
    "default of 32 % between two sessions of three trials on two legs on the floor, as no value was found "
    "for this measure: 9 % from day to day and 18 % from trial to trial, as measured for the sway path"
)
_DEFAULT = (
    "default of 30 % between two sessions of three trials, as no published value was found for this test and "
    "measure: 9 % from day to day and 15 % from trial to trial"
)


# sqrt(ln(1 + 0.46²)) = 0.44 on ln values from trial to trial; the day's part in the same proportion as above.
_HOLDS = ("hold_time_s", "longest_hold_s")
_HOLD_PUBLISHED = (
    "published: 46 % from trial to trial within a person (single-limb stance time, 36 athletes; Gait Posture "
    "2010, doi:10.1016/j.gaitpost.2009.11.001), taken as 44 % on the logarithm, and 26 % from day to day"
)
_SQUARE = (
    "default for numbers that grow with the square of the movement, as areas do: twice, on the logarithm, "
    "what is taken for the movement itself"
)


def prior_noise(metric: str, setup: Setup) -> Noise:
    """Return the noise of a metric before the person's own is known. Raises SetupError for one not known.

    >>> prior_noise("osi_centred_deg", Setup(test="wobble-board")).source[:15]
    'default of 30 %'
    >>> prior_noise("ellipse_area_m2ps4", Setup()).trial_sd
    0.3
    """
    if metric in _HOLDS:
        return Noise(2.9 * DAY_SD, 2.9 * TRIAL_SD, _HOLD_PUBLISHED, 2.9)
    floor = setup.test == "two-legs" and setup.surface == "floor"
    trial_sd = FLOOR_TRIAL_SD if floor else TRIAL_SD
    # Twice the movement gives four times the number, so that on ln values it varies twice as much.
    if find_metric(metric).gain == 2 or metric == "com_area_mm2":
        return Noise(2 * DAY_SD, 2 * trial_sd, _SQUARE, 2.0, gain=2.0)
    if metric != "path_rate_mps3":
        return Noise(DAY_SD, trial_sd, _FLOOR_DEFAULT if floor else _DEFAULT)
    known = {"single-leg": _PUBLISHED, "two-legs": _MEASURED if floor else _FOAM}
    return Noise(DAY_SD, trial_sd, known.get(setup.test, _DEFAULT))


def real_change(noise: Noise, before: float = 1.0, after: float = 1.0) -> RealChange:
    """Return the change that one pair in twenty exceeds without any, for means of so many trials each.

    ``exp(1.96 sqrt(s1² + s2²))`` on ln values: the minimal detectable change (Weir 2005, J Strength Cond Res
    19:231), days and trials apart, so that averaging does not shrink what the day does.

    >>> change = real_change(Noise(0.09, 0.15, "made"), 3, 3)
    >>> round(change.drop_pct), round(change.rise_pct)
    (29, 41)
    """
    spread = math.hypot(noise.session_sd(before), noise.session_sd(after))
    return RealChange(math.exp(COVERAGE * spread), noise.source)


def smallest_real_change(metric: str, setup: Setup) -> RealChange:
    """Return the smallest real change of a metric between two single trials, before own noise is known.

    Raises SetupError for a metric that is not known.

    >>> round(smallest_real_change("osi_centred_deg", Setup(test="wobble-board")).drop_pct)
    38
    """
    return real_change(prior_noise(metric, setup))
