"""How far: the size of the sway acceleration."""

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import acceleration
from surefoot.model import PRESET_CUTOFF_HZ, Floats, Trial, metric

MANCINI = "Mancini et al. 2012, doi:10.1186/1743-0003-9-59"
MOE_NILSSEN = "Moe-Nilssen 1998, Arch Phys Med Rehabil 79:1377"
PRIETO = "Prieto et al. 1996, doi:10.1109/10.532130"


def _rms(signal: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(signal))))


@metric("RMS sway acceleration, forward-back", group="acceleration", reference=f"{MANCINI}; {MOE_NILSSEN}")
def rms_ap_mps2(trial: Trial) -> float:
    """``sqrt(mean(a²))`` of the forward-back acceleration about its mean.

    Departure: the analysed window is the protocol's, where the paper takes the middle of 30 s.
    """
    return _rms(acceleration(trial).ap)


@metric("RMS sway acceleration, left-right", group="acceleration", reference=f"{MANCINI}; {MOE_NILSSEN}")
def rms_ml_mps2(trial: Trial) -> float:
    """``sqrt(mean(a²))`` of the left-right acceleration about its mean."""
    return _rms(acceleration(trial).ml)


@metric("RMS sway acceleration, planar", group="acceleration", reference=MANCINI)
def rms_planar_mps2(trial: Trial) -> float:
    """``sqrt(mean(ap² + ml²))`` about the mean."""
    sway = acceleration(trial)
    return _rms(np.hypot(sway.ap, sway.ml))


@metric("Mean distance from the centre", group="acceleration", reference=f"{PRIETO}; {MANCINI} (DIST)")
def mean_distance_mps2(trial: Trial) -> float:
    """``mean(sqrt(ap² + ml²))`` about the mean."""
    sway = acceleration(trial)
    return float(np.hypot(sway.ap, sway.ml).mean())


@metric("Range, forward-back", group="acceleration", reference=f"{MANCINI} (RANGE)")
def range_ap_mps2(trial: Trial) -> float:
    """Largest minus smallest forward-back acceleration. Grows with the length of the window."""
    return float(np.ptp(acceleration(trial).ap))


@metric("Range, left-right", group="acceleration", reference=f"{MANCINI} (RANGE)")
def range_ml_mps2(trial: Trial) -> float:
    """Largest minus smallest left-right acceleration. Grows with the length of the window."""
    return float(np.ptp(acceleration(trial).ml))


@metric("Range, planar", group="acceleration", reference=PRIETO)
def range_planar_mps2(trial: Trial) -> float:
    """Largest distance between any two points of the sway path."""
    sway = acceleration(trial)
    return dsp.hull_diameter(sway.ap, sway.ml)


@metric("RMS vertical acceleration", group="acceleration", reference="own", better="neither")
def rms_v_mps2(trial: Trial) -> float:
    """``sqrt(mean(a²))`` of the vertical acceleration about its mean: impacts and knee bending show here."""
    stretch, window = trial.samples(trial.steady_s), trial.samples(trial.window_s)
    vertical = dsp.low_pass(trial.v_mps2[stretch], trial.rate_hz, PRESET_CUTOFF_HZ["isway"])
    vertical = vertical[window.start - stretch.start : window.stop - stretch.start]
    return _rms(vertical - vertical.mean())
