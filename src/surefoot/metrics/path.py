"""How much movement: sway path, jerk, and the rate at which they are covered."""

import math
from functools import partial

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import Sway, acceleration
from surefoot.model import AXES, Trial, metric, metric_for_each

MANCINI = "Mancini et al. 2012, doi:10.1186/1743-0003-9-59"
_path = partial(metric, group="acceleration", min_rate_hz=40.0)


def _squared_steps(sway: Sway) -> float:
    return float(np.sum(np.diff(sway.ap) ** 2 + np.diff(sway.ml) ** 2))


@_path("Sway path", reference=f"{MANCINI} (PATH)")
def path_mps2(trial: Trial) -> float:
    """``sum(sqrt(Δap² + Δml²))`` over the window. Grows with time, rate and cut-off: all are fixed."""
    sway = acceleration(trial)
    return dsp.path_length(sway.ap, sway.ml)


@metric_for_each(AXES, "path_{}_mps2", lambda _, axis: _path(f"Sway path, {axis}", reference=MANCINI))
def paths_mps2(trial: Trial, axis: str) -> float:
    """``sum(|Δ{name}|)`` over the window."""
    return float(np.abs(np.diff(acceleration(trial).along(axis))).sum())


@_path(
    "Sway path per second",
    reference="Martínez-Méndez et al. 2012, CMBBE 15:899; Williams et al. 2016, "
    "doi:10.1016/j.ptsp.2015.04.002 (the most repeatable of three sacral measures)",
)
def path_rate_mps3(trial: Trial) -> float:
    """Sway path divided by its duration ``(n - 1) dt``: the primary number of standing tests.

    Departure: low-passed at 3.5 Hz first, so that noise and sampling rate do not set the value.
    """
    sway = acceleration(trial)
    return dsp.path_length(sway.ap, sway.ml) / sway.duration_s


@_path("Sway jerkiness", reference=f"{MANCINI} (JERK)", min_duration_s=20.0, gain=2.0)
def jerk_m2ps5(trial: Trial) -> float:
    """``1/2 ∫ (dap/dt)² + (dml/dt)² dt`` by forward differences. Grows with the length of the window."""
    sway = acceleration(trial)
    return 0.5 * _squared_steps(sway) / sway.step_s


@_path("Sway jerkiness per second", reference="own", gain=2.0)
def jerk_rate_m2ps6(trial: Trial) -> float:
    """Sway jerkiness divided by the duration, so that its length does not matter."""
    sway = acceleration(trial)
    return 0.5 * _squared_steps(sway) / sway.step_s / sway.duration_s


@_path(
    "Log dimensionless jerk",
    reference="Melendez-Calderon et al. 2021, doi:10.3389/fbioe.2020.558771",
    better="neither",
    scale="none",
    gain=0.0,
)
def log_dimensionless_jerk(trial: Trial) -> float:
    """``-ln(T / peak² · ∫ |da/dt|² dt)``, peak being the largest planar acceleration.

    Departure: made for single reaching movements; in standing it only describes.
    """
    sway = acceleration(trial)
    peak = float(sway.size().max())
    return -math.log(sway.duration_s / peak**2 * _squared_steps(sway) / sway.step_s)


@_path(
    "Mean rotational frequency",
    reference=f"Prieto et al. 1996, doi:10.1109/10.532130; {MANCINI} (MF)",
    better="neither",
    gain=0.0,
)
def mean_frequency_hz(trial: Trial) -> float:
    """``path / (2π · mean distance · T)``: turns per second around a circle of the mean distance."""
    sway = acceleration(trial)
    distance = float(sway.size().mean())
    return dsp.path_length(sway.ap, sway.ml) / (2 * math.pi * distance * sway.duration_s)


@_path("Integrated acceleration (legacy)", reference=f"{MANCINI} (MV)", better="neither", opt_in=True)
def integrated_acceleration_mps(trial: Trial) -> float:
    """``mean(sqrt((∫ap)² + (∫ml)²))``, trapezoid integrals with their lines removed.

    Published as mean velocity, which it is not: gravity leaks in through tilt (about six times the true
    speed of the sensor in simulation). Kept for comparison with older results only.
    """
    from scipy.integrate import cumulative_trapezoid

    sway = acceleration(trial)
    pair = np.column_stack([sway.ap, sway.ml])
    speed = dsp.detrend_linear(cumulative_trapezoid(pair, dx=sway.step_s, axis=0, initial=0))
    return float(np.hypot(*speed.T).mean())
