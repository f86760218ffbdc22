"""A person's own noise from their repetitions, blended with what is taken for everybody."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Floats
from surefoot.reliability.noise import Noise
from surefoot.reliability.sessions import Sessions, sessions_of_one

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


def own_variances(sessions: Sessions) -> tuple[Floats, Floats]:
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


def _off_neighbours(sessions: Sessions) -> tuple[Floats, Floats]:
    """Return running sums of squares off the neighbours' mean, and how much of one trial's variance is in."""
    values, part = sessions.values, 1 / sessions.trials
    off = (values[:, 1:-1] - (values[:, :-2] + values[:, 2:]) / 2) ** 2 / 1.5
    worth = (part[:, 1:-1] + (part[:, :-2] + part[:, 2:]) / 4) / 1.5
    none = np.zeros((len(values), min(2, sessions.count)))
    return np.hstack([none, np.cumsum(off, 1)]), np.hstack([none, np.cumsum(worth, 1)])


def is_scattered(sessions: Sessions) -> NDArray[np.bool_]:
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
