"""Trials on the logarithm → sessions: one value each, its worth, and what its repeats say of the noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from surefoot.model import Floats
from surefoot.reliability.noise import Noise

# A trial further off its day's median than so many trial SDs counts as if it lay there.
TRIAL_CLIP_SDS = 1.5
# Of the variance of the day, what is taken to be common to both legs.
SHARED_BY_LEGS = 0.25


@dataclass(frozen=True, slots=True)
class Sessions:
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


def gather_sessions(trials: Floats, prior: Noise) -> Sessions:
    """Return the sessions of `trials`, ln values (people, sessions, most trials), NaN where there is none.

    One odd trial cannot decide: it counts as at most 1.5 trial SDs off the median of its day.
    """
    count = (~np.isnan(trials)).sum(2)
    middle = np.nanmedian(trials, 2, keepdims=True)
    reach = TRIAL_CLIP_SDS * prior.trial_sd
    clipped = np.nansum(np.clip(trials, middle - reach, middle + reach), 2) / count
    plain = np.nansum(trials, 2) / count
    squares = np.nansum((trials - plain[:, :, None]) ** 2, 2)
    return Sessions(clipped, count.astype(np.float64), squares, count - 1.0, prior)


def sessions_of_one(days: Sequence[Sequence[float]], prior: Noise) -> Sessions:
    """Return the sessions of one person from the ln values of the trials of each day."""
    trials = np.full((1, len(days), max(map(len, days), default=1)), np.nan)
    for index, day in enumerate(days):
        trials[0, index, : len(day)] = day
    return gather_sessions(trials, prior)


def ratio_of_legs(one: Sessions, other: Sessions) -> Sessions:
    """Return ln ratios of two legs over the same sessions.

    The noise of a ratio is that of as many trials as the two legs' variances add up to, and of two days less
    what they share: a quarter of the day's variance is taken to be common to both legs.
    """
    day_sd = one.prior.day_sd * math.sqrt(2 * (1 - SHARED_BY_LEGS))
    return Sessions(
        values=one.values - other.values,
        trials=1 / (1 / one.trials + 1 / other.trials),
        squares=one.squares + other.squares,
        repeats=one.repeats + other.repeats,
        prior=replace(one.prior, day_sd=day_sd),
    )
