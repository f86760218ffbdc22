"""How regular and how self-similar: research numbers, computed only when asked for by name."""

from functools import lru_cache, partial

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import acceleration, slow_acceleration
from surefoot.model import AXES, Floats, Trial, metric, metric_for_each

RICHMAN = "Richman & Moorman 2000, doi:10.1152/ajpheart.2000.278.6.H2039"
COSTA = "Costa et al. 2002, doi:10.1103/PhysRevLett.89.068102"
PENG = "Peng et al. 1994, doi:10.1103/PhysRevE.49.1685"

ENTROPY_RATE_HZ = 25.0
TOLERANCE_SD = 0.2
SAMPLES_PER_SCALE = 200
SHORTEST_SCALE_S = 0.5
SCALES = 20


_nonlinear = partial(
    metric,
    group="nonlinear",
    better="neither",
    preset="wide",
    scale="none",
    min_duration_s=20.0,
    min_rate_hz=40.0,
    gain=0.0,
    opt_in=True,
)


@lru_cache(maxsize=32)
def _entropy(trial: Trial, axis: str, scale: int = 1) -> float:
    signal: Floats = getattr(slow_acceleration(trial, ENTROPY_RATE_HZ), axis)
    return float(dsp.multiscale_entropy(signal, TOLERANCE_SD * float(signal.std()), [scale])[0])


@lru_cache(maxsize=8)
def _fluctuation(trial: Trial, axis: str) -> tuple[float, float]:
    sway = acceleration(trial, "wide")
    longest_s = sway.duration_s / 4
    scales_s = np.geomspace(SHORTEST_SCALE_S, longest_s, SCALES)
    scales = np.round(scales_s * trial.rate_hz).astype(int).tolist()
    return dsp.detrended_fluctuation(getattr(sway, axis), scales)


@metric_for_each(
    AXES,
    "sample_entropy_{}",
    lambda _, axis: _nonlinear(f"Sample entropy, {axis}", reference=RICHMAN, scale="ln"),
)
def sample_entropies(trial: Trial, axis: str) -> float:
    """``-ln(A / B)``, stretches of two samples, tolerance 0.2 SD, of the acceleration at 25 Hz below 10 Hz.

    Departures: a rate of 25 Hz, so that the value does not follow the filter and the device; 600 samples
    in 24 s, the fewest that are advised.
    """
    return _entropy(trial, axis)


@metric_for_each(
    AXES,
    "multiscale_entropy_{}",
    lambda _, axis: _nonlinear(f"Complexity index, {axis}", reference=COSTA, scale="ln"),
)
def multiscale_entropies(trial: Trial, axis: str) -> float:
    """Sum of the sample entropies at 25 Hz averaged over 1, 2, … samples, the tolerance fixed at the first.

    As many scales as leave 200 samples: two in 20 s, three in 24 s, so it grows with the window.
    Departure: the papers have long records and twenty scales; 24 s of standing cannot fill them.
    """
    samples = len(slow_acceleration(trial, ENTROPY_RATE_HZ).ap)
    return sum(_entropy(trial, axis, scale) for scale in range(1, samples // SAMPLES_PER_SCALE + 1))


@metric_for_each(
    AXES, "dfa_alpha_{}", lambda _, axis: _nonlinear(f"Detrended fluctuation, {axis}", reference=PENG)
)
def dfa_alphas(trial: Trial, axis: str) -> float:
    """Slope of ln fluctuation over ln time, 20 block lengths from 0.5 s to a quarter of the window, order 1.

    Departure: 24 s of standing where 30 s and more are advised.
    """
    return _fluctuation(trial, axis)[0]


@metric_for_each(
    AXES,
    "dfa_r_squared_{}",
    lambda _, axis: _nonlinear(
        f"Detrended fluctuation, fit, {axis}", reference=f"own, of the fit after {PENG}"
    ),
)
def dfa_r_squares(trial: Trial, axis: str) -> float:
    """Share of the variance of ln fluctuation that the straight line explains: low means no single slope."""
    return _fluctuation(trial, axis)[1]
