"""The unit of a gyroscope by gravity: how fast the sensor turns shows in the direction of gravity too."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from surefoot.model import Floats
from surefoot.sources.assembly.timing import ABSURD
from surefoot.units import ROTATION_TO_RADPS

_SMOOTHED_S: Final = 0.5
_LAG_S: Final = 1.0
_SHORTEST_S: Final = 5.0
_MOST_ROWS: Final = 100_000
_AGREEMENT: Final = 0.7
# The units lie a factor of 57 or 1000 apart; the body's own acceleration adds to its tilt's, up to twice.
_TOLERANCE: Final = 3.0


def rotation_unit(time_s: Floats, acc: Floats, gyr: Floats) -> str:
    """Return the unit of rotation where gravity decides between them, an empty string where it does not.

    `acc` (n, 3) holds gravity in any unit and with either sign, `gyr` (n, 3) the rotation. A direction u
    fixed in space turns in the sensor's frame as du/dt = u × ω. Both sides, smoothed over half a second, are
    compared over steps of a second: where they point the same way, the factor between them tells the unit.
    Source: own.
    """
    time_s, acc, gyr = time_s[:_MOST_ROWS], acc[:_MOST_ROWS], gyr[:_MOST_ROWS]
    good = (np.abs(np.column_stack([time_s, acc, gyr])) < ABSURD).all(axis=1)
    time_s, order = np.unique(time_s[good], return_index=True)
    if time_s.size < 50 or time_s[-1] - time_s[0] < _SHORTEST_S:
        return ""
    seen, told = _turns(time_s, acc[good][order], gyr[good][order])
    size = float((seen**2).sum() * (told**2).sum())
    if not 0 < size < math.inf:
        return ""
    together = float((seen * told).sum())
    factor = together / float((told**2).sum())
    if together / math.sqrt(size) < _AGREEMENT:
        return ""
    near = (
        unit
        for unit, scale in ROTATION_TO_RADPS.items()
        if abs(math.log(factor / scale)) < math.log(_TOLERANCE)
    )
    return next(near, "")


def _turns(time_s: Floats, acc: Floats, gyr: Floats) -> tuple[Floats, Floats]:
    """Return by how much the direction of gravity turned in each step, and by how much the gyroscope says.

    Both are empty where hardly any rows follow one another.
    """
    steps = np.diff(time_s, prepend=time_s[0])[:, None]
    # A gap is no rotation: nobody saw what happened in it.
    angle = np.cumsum(np.where(steps > _SMOOTHED_S, 0.0, steps * gyr), axis=0)
    step_s = float(np.median(np.diff(time_s)))
    window, lag = (max(1, round(span / step_s)) for span in (_SMOOTHED_S, _LAG_S))
    if time_s.size < window + 2 * lag:
        return np.zeros((0, 3)), np.zeros((0, 3))
    direction, angle = _smooth(acc, window), _smooth(angle, window)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True) + np.finfo(float).tiny
    seen = direction[lag:] - direction[:-lag]
    told = np.cross((direction[lag:] + direction[:-lag]) / 2, angle[lag:] - angle[:-lag])
    return seen - seen.mean(axis=0), told - told.mean(axis=0)


def _smooth(values: Floats, window: int) -> Floats:
    """Return the running mean over `window` rows."""
    total = np.cumsum(np.vstack([np.zeros(3), values]), axis=0)
    return np.asarray((total[window:] - total[:-window]) / window)
