"""How much a value moves without any change, from day to day and trial to trial, and whose noise it is.

Trials on the logarithm become sessions, one value each with its worth; a person's own noise comes from their
repetitions, blended with what is taken for everybody.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from surefoot.metrics import find_metric
from surefoot.model import Floats, Setup

COVERAGE = 1.96
DAY_SD, TRIAL_SD, FLOOR_TRIAL_SD = 0.09, 0.15, 0.18
# A trial further off its day's median than so many trial SDs counts as if it lay there.
TRIAL_CLIP_SDS = 1.5
# Of the variance of the day, what is taken to be common to both legs.
SHARED_BY_LEGS = 0.25
SESSIONS_FOR_OWN = 3
# Repeats that the prior is worth. Measured people differ by a prior of 16 to 56 repeats.
PRIOR_WEIGHT = 25.0
# Own trial variance may fall to this share of the prior's (63 % of the SD); the day's never below it.
LEAST_TRIAL_SHARE = 0.4
# Share of the day's variance that is left in a session less the mean of its neighbours: 0.66 where days hang
# together by 0.3, 1 where they do not.
DAY_SHARE_KEPT = 0.8
# Neighbouring ones overlap, so that each is worth two thirds of a repeat.
WORTH = 2 / 3
# Standard errors above the prior from which the person's own scatter counts alone.
FAR_SES = 4.0
# From so many times the prior's variance on, values scatter more than the rule was tried for: trials about
# their day; sessions about a straight line and about the best step, each with repeats within days, and sooner
# where there are too few of those.
TRIAL_SCATTER_TIMES = 2.4
LINE_SCATTER_TIMES, STEP_SCATTER_TIMES = (2.4, 1.75), (1.6, 1.2)
# Squares about the best of seven steps within eight sessions are worth so many repeats.
STEP_WORTH = 4.6
SCATTER_REPEATS = 8
SCATTER_WINDOW = 8


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


@dataclass(frozen=True, slots=True)
class SessionValues:
    """Sessions of people followed side by side, all arrays (people, sessions), on ln values.

    `values` are the means of the clipped trials; `trials` says how many each mean is worth; `squares` is the
    sum of squares of the trials about their mean, which `repeats` degrees of freedom stand behind. `prior` is
    the noise before the person's own is known.
    """

    values: Floats
    trials: Floats
    squares: Floats
    repeats: Floats
    prior: Noise

    @property
    def count(self) -> int:
        """The number of sessions."""
        return int(self.values.shape[1])


def gather_sessions(trials: Floats, prior: Noise) -> SessionValues:
    """Return the sessions of `trials`, ln values (people, sessions, most trials), NaN where there is none.

    One odd trial cannot decide: it counts as at most 1.5 trial SDs off the median of its day.
    """
    count = (~np.isnan(trials)).sum(2)
    middle = np.nanmedian(trials, 2, keepdims=True)
    reach = TRIAL_CLIP_SDS * prior.trial_sd
    clipped = np.nansum(np.clip(trials, middle - reach, middle + reach), 2) / count
    plain = np.nansum(trials, 2) / count
    squares = np.nansum((trials - plain[:, :, None]) ** 2, 2)
    return SessionValues(clipped, count.astype(np.float64), squares, count - 1.0, prior)


def sessions_of_one(days: Sequence[Sequence[float]], prior: Noise) -> SessionValues:
    """Return the sessions of one person from the ln values of the trials of each day."""
    trials = np.full((1, len(days), max(map(len, days), default=1)), np.nan)
    for index, day in enumerate(days):
        trials[0, index, : len(day)] = day
    return gather_sessions(trials, prior)


def ratio_of_legs(one: SessionValues, other: SessionValues) -> SessionValues:
    """Return ln ratios of two legs over the same sessions.

    The noise of a ratio is that of as many trials as the two legs' variances add up to, and of two days less
    what they share: a quarter of the day's variance is taken to be common to both legs.
    """
    day_sd = one.prior.day_sd * math.sqrt(2 * (1 - SHARED_BY_LEGS))
    return SessionValues(
        values=one.values - other.values,
        trials=1 / (1 / one.trials + 1 / other.trials),
        squares=one.squares + other.squares,
        repeats=one.repeats + other.repeats,
        prior=replace(one.prior, day_sd=day_sd),
    )


def own_variances(sessions: SessionValues) -> tuple[Floats, Floats]:
    """Return the variances of day and trial known after each session (people, sessions).

    Trials: the spread within days and the prior. Days: what each session lies off the mean of its two
    neighbours, so that a straight trend cancels and a step hardly counts, with the prior. Each is
    ``(25 prior + n own) / (25 + n)``. Scatter four standard errors above the prior counts alone. Own rule,
    tried in docs/validation/verdicts.md.
    """
    prior_day, prior_trial = sessions.prior.day_sd**2, sessions.prior.trial_sd**2
    spread, repeats = np.cumsum(sessions.squares, 1), np.cumsum(sessions.repeats, 1)
    trial = (PRIOR_WEIGHT * prior_trial + spread) / (PRIOR_WEIGHT + repeats)
    off, worth = _off_neighbours(sessions)
    met = np.maximum(np.arange(sessions.count) - 1, 0)
    known = WORTH * met
    own = np.maximum(0, off - trial * worth) / DAY_SHARE_KEPT * WORTH
    day = (PRIOR_WEIGHT * prior_day + own) / (PRIOR_WEIGHT + known)
    expected = met * DAY_SHARE_KEPT * prior_day + prior_trial * worth
    far = (known > 0) & (off > expected * (1 + FAR_SES * np.sqrt(2 / np.maximum(known, 1))))
    day = np.where(far, np.maximum(day, own / np.maximum(known, 1)), day)
    return np.maximum(day, prior_day), np.maximum(trial, LEAST_TRIAL_SHARE * prior_trial)


def _off_neighbours(sessions: SessionValues) -> tuple[Floats, Floats]:
    """Return running sums of squares off the neighbours' mean, and how much of one trial's variance is in."""
    values, part = sessions.values, 1 / sessions.trials
    off = (values[:, 1:-1] - (values[:, :-2] + values[:, 2:]) / 2) ** 2 / 1.5
    worth = (part[:, 1:-1] + (part[:, :-2] + part[:, 2:]) / 4) / 1.5
    none = np.zeros((len(values), min(2, sessions.count)))
    return np.hstack([none, np.cumsum(off, 1)]), np.hstack([none, np.cumsum(worth, 1)])


def is_scattered(sessions: SessionValues) -> NDArray[np.bool_]:
    """Tell after each session (people, sessions) whether values scatter more than the rule was tried for.

    Either the trials within days, from eight repeats on, have more than 2.4 times the prior's variance, or
    the sessions more than 2.4 times theirs about a straight line, and 1.6 times about the best step, within
    eight in a row, averaged; 1.75 and 1.2 times while there are fewer repeats. A recovery bends little within
    eight sessions, and a sudden change is a step. Own thresholds: people with twice the prior's SD are told
    by the eighth session, those with the prior's seldom are.
    """
    prior, repeats = sessions.prior, np.cumsum(sessions.repeats, 1)
    enough = repeats >= SCATTER_REPEATS
    told = enough & (np.cumsum(sessions.squares, 1) > TRIAL_SCATTER_TIMES * prior.trial_sd**2 * repeats)
    if sessions.count < SCATTER_WINDOW:
        return told
    scaled = sessions.values / np.sqrt(prior.day_sd**2 + prior.trial_sd**2 / sessions.trials)
    windows = np.lib.stride_tricks.sliding_window_view(scaled, SCATTER_WINDOW, axis=1)
    line = ((windows @ _off_line()) ** 2).sum(2) / (SCATTER_WINDOW - 2)
    best = np.minimum(line, _off_best_step(windows) / STEP_WORTH)
    since = slice(SCATTER_WINDOW - 1, None)
    limits = [np.where(enough[:, since], *times) for times in (LINE_SCATTER_TIMES, STEP_SCATTER_TIMES)]
    told[:, since] |= (_mean_so_far(line) > limits[0]) & (_mean_so_far(best) > limits[1])
    return told


def _mean_so_far(values: Floats) -> Floats:
    return np.asarray(np.cumsum(values, 1) / np.arange(1, values.shape[1] + 1))


def _off_best_step(windows: Floats) -> Floats:
    """Return the least sum of squares of each window about two levels, wherever the step between them is."""
    parts = [(windows[..., :cut], windows[..., cut:]) for cut in range(1, SCATTER_WINDOW)]
    squares = [sum(part.var(2) * part.shape[2] for part in pair) for pair in parts]
    return np.asarray(np.min(squares, axis=0))


def _off_line() -> Floats:
    """Return the matrix that leaves of eight values what lies off the straight line through them."""
    line = np.vander(np.arange(SCATTER_WINDOW, dtype=np.float64), 2)
    return np.asarray(np.eye(SCATTER_WINDOW) - line @ np.linalg.pinv(line))


def mean_of(values: Sequence[float], *, ln: bool = False) -> float:
    """Return the mean, with `ln` the geometric one.

    >>> mean_of([1.0, 4.0]), round(mean_of([1.0, 4.0], ln=True), 9)
    (2.5, 2.0)
    """
    if ln:
        return math.exp(math.fsum(math.log(value) for value in values) / len(values))
    return math.fsum(values) / len(values)


def personal_noise(days: Sequence[Sequence[float]], prior: Noise) -> Noise:
    """Return the noise of one person after `days`, the ln values of the trials of each.

    The prior alone below three sessions; then `own_variances`.

    >>> blend = personal_noise([[0.0, 0.1], [0.0, 0.1], [0.0, 0.1]], Noise(0.09, 0.15, "made"))
    >>> round(blend.trial_sd, 4)
    0.1436
    """
    if len(days) < SESSIONS_FOR_OWN:
        return prior
    sessions = sessions_of_one(days, prior)
    day, trial = own_variances(sessions)
    source = (
        f"your own noise ({sessions.repeats.sum():.0f} repeated trials and {len(days) - 2} repeated days) "
        f"and, counted as {PRIOR_WEIGHT:.0f} of each, what is taken for everybody: {prior.source}"
    )
    return replace(prior, day_sd=math.sqrt(day[0, -1]), trial_sd=math.sqrt(trial[0, -1]), source=source)
