"""How far the centre of mass moves: estimated from tilt as of an inverted pendulum, never by integration.

Only forward and back, and only where the ankles do the work, is a body such a pendulum. Left and right on one
leg, hip and trunk turn against each other, which one sensor cannot see.
"""

from functools import lru_cache, partial

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import Sway, rms, tilt
from surefoot.model import AXES, Preset, Trial, metric, metric_for_each

PENDULUM = (
    "own (inverted pendulum; centre of mass at 0.55 of the body's height, as in Biodex's BioSway manual)"
)
SCHUBERT = "Schubert & Kirchner 2014, Gait Posture 39:518 (ellipse)"
MASS_HEIGHT = 0.55


_com = partial(
    metric,
    group="com",
    reference=PENDULUM,
    preset="none",
    needs_one_of=("body_height_m", "sensor_height_m"),
    gain=None,
)


def _lever_mm(trial: Trial) -> float:
    """Height in mm of the point whose displacement is told; NaN where no height is known."""
    setup = trial.setup
    if setup.body_height_m is not None:
        return 1000 * MASS_HEIGHT * setup.body_height_m
    return 1000 * setup.sensor_height_m if setup.sensor_height_m is not None else float("nan")


@lru_cache(maxsize=8)
def _displacement(trial: Trial, preset: Preset = "none") -> Sway:
    sway, lever_mm = tilt(trial, preset), _lever_mm(trial)
    ap, ml = (lever_mm * np.sin(np.radians(angle)) for angle in (sway.ap, sway.ml))
    return Sway(ap - ap.mean(), ml - ml.mean(), sway.step_s)


@_com("Estimated centre of mass, RMS, forward-back")
def com_rms_ap_mm(trial: Trial) -> float:
    """RMS of ``h sin θ`` about its mean, θ the forward-back tilt, h 0.55 of the body's height.

    Without the body's height h is the sensor's: then it is the displacement at sensor height.
    """
    return rms(_displacement(trial).ap)


@_com("Estimated centre of mass, RMS, left-right")
def com_rms_ml_mm(trial: Trial) -> float:
    """RMS of ``h sin θ`` about its mean, θ the left-right tilt, h 0.55 of the body's height.

    Without the body's height h is the sensor's: then it is the displacement at sensor height. Doubtful on
    one leg, where hip and trunk turn against each other.
    """
    return rms(_displacement(trial).ml)


@metric_for_each(AXES, "com_range_{}_mm", lambda _, axis: _com(f"Estimated centre of mass, range, {axis}"))
def com_ranges_mm(trial: Trial, axis: str) -> float:
    """Largest minus smallest ``h sin θ`` {words}. Grows with the length of the window."""
    return float(np.ptp(_displacement(trial).along(axis)))


@_com("Estimated centre of mass, path", preset="wide", min_rate_hz=40.0, needs_gyroscope=True)
def com_path_mm(trial: Trial) -> float:
    """``sum(sqrt(Δap² + Δml²))`` of ``h sin θ``. Needs the gyroscope: accelerometer tilt doubles it."""
    sway = _displacement(trial, "wide")
    return dsp.path_length(sway.ap, sway.ml)


@_com("Estimated centre of mass, speed", preset="wide", min_rate_hz=40.0, needs_gyroscope=True)
def com_speed_mmps(trial: Trial) -> float:
    """Path of ``h sin θ`` divided by its duration."""
    sway = _displacement(trial, "wide")
    return dsp.path_length(sway.ap, sway.ml) / sway.duration_s


@_com(
    "Estimated centre of mass, 95 % prediction ellipse",
    min_duration_s=20.0,
    reference=f"{PENDULUM}; {SCHUBERT}",
)
def com_area_mm2(trial: Trial) -> float:
    """``π · 5.9915 · sqrt(det S)`` of the two displacements ``h sin θ``."""
    sway = _displacement(trial)
    return dsp.prediction_ellipse(sway.ap, sway.ml).area


@metric_for_each(
    AXES,
    "com_rms_{}_pct",
    lambda _, axis: _com(
        f"Estimated centre of mass, RMS of body height, {axis}", needs_one_of=("body_height_m",)
    ),
)
def com_rms_pct(trial: Trial, axis: str) -> float:
    """{Words} RMS of ``h sin θ`` in per cent of the body's height: people of any height compare."""
    height_m = trial.setup.body_height_m
    return rms(_displacement(trial).along(axis)) / (10 * height_m) if height_m is not None else float("nan")
