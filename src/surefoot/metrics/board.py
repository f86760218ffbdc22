"""A wobble board's tilt about level, the sensor lying on the board."""

import numpy as np

from surefoot.metrics._sway import level_tilt
from surefoot.model import Floats, Trial, metric

ARNOLD = "Arnold & Schmitz 1998, J Athl Train 33:323 (indices; the formula is ours to state)"


def _rms(signal: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(signal))))


@metric("Overall stability index", group="board", reference=ARNOLD, preset="wide", min_rate_hz=40.0)
def osi_deg(trial: Trial) -> float:
    """``sqrt(mean(ap² + ml²))`` of the tilt about level: a steady lean counts as much as a wobble."""
    tilt = level_tilt(trial)
    return _rms(np.hypot(tilt.ap, tilt.ml))


@metric("Forward-back stability index", group="board", reference=ARNOLD, preset="wide", min_rate_hz=40.0)
def apsi_deg(trial: Trial) -> float:
    """``sqrt(mean(ap²))`` of the tilt about level."""
    return _rms(level_tilt(trial).ap)


@metric("Left-right stability index", group="board", reference=ARNOLD, preset="wide", min_rate_hz=40.0)
def mlsi_deg(trial: Trial) -> float:
    """``sqrt(mean(ml²))`` of the tilt about level."""
    return _rms(level_tilt(trial).ml)
