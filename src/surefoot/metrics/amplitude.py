"""How far: the size of the sway acceleration."""

from functools import partial

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import acceleration, hull, rms
from surefoot.model import AXES, PRESET_CUTOFF_HZ, Trial, metric, metric_for_each

MANCINI = "Mancini et al. 2012, doi:10.1186/1743-0003-9-59"
MOE_NILSSEN = "Moe-Nilssen 1998, Arch Phys Med Rehabil 79:1377"
PRIETO = "Prieto et al. 1996, doi:10.1109/10.532130"

_size = partial(metric, group="acceleration")


@_size("RMS sway acceleration, forward-back", reference=f"{MANCINI}; {MOE_NILSSEN}")
def rms_ap_mps2(trial: Trial) -> float:
    """``sqrt(mean(a²))`` of the forward-back acceleration about its mean.

    Departure: the analysed window is the protocol's, where the paper takes the middle of 30 s.
    """
    return rms(acceleration(trial).ap)


@_size("RMS sway acceleration, left-right", reference=f"{MANCINI}; {MOE_NILSSEN}")
def rms_ml_mps2(trial: Trial) -> float:
    """``sqrt(mean(a²))`` of the left-right acceleration about its mean."""
    return rms(acceleration(trial).ml)


@_size("RMS sway acceleration, planar", reference=MANCINI)
def rms_planar_mps2(trial: Trial) -> float:
    """``sqrt(mean(ap² + ml²))`` about the mean."""
    return rms(acceleration(trial).size())


@_size("Mean distance from the centre", reference=f"{PRIETO}; {MANCINI} (DIST)")
def mean_distance_mps2(trial: Trial) -> float:
    """``mean(sqrt(ap² + ml²))`` about the mean."""
    return float(acceleration(trial).size().mean())


@metric_for_each(
    AXES, "range_{}_mps2", lambda _, axis: _size(f"Range, {axis}", reference=f"{MANCINI} (RANGE)")
)
def ranges_mps2(trial: Trial, axis: str) -> float:
    """Largest minus smallest {words} acceleration. Grows with the length of the window."""
    return float(np.ptp(acceleration(trial).along(axis)))


@_size("Range, planar", reference=PRIETO)
def range_planar_mps2(trial: Trial) -> float:
    """Largest distance between any two points of the sway path."""
    return dsp.hull_diameter(hull(trial))


@_size("RMS vertical acceleration", reference="own", better="neither")
def rms_v_mps2(trial: Trial) -> float:
    """``sqrt(mean(a²))`` of the vertical acceleration about its mean: impacts and knee bending show here."""
    stretch, window = trial.samples(trial.steady_s), trial.samples(trial.window_s)
    vertical = dsp.low_pass(trial.v_mps2[stretch], trial.rate_hz, PRESET_CUTOFF_HZ["isway"])
    vertical = vertical[window.start - stretch.start : window.stop - stretch.start]
    return rms(vertical - vertical.mean())
