"""How much lean: sway as tilt of the body, and the rate at which it turns."""

from functools import partial

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import rms, rotation, tilt
from surefoot.model import AXES, Trial, metric, metric_for_each

OWN_TILT = "own (docs: frames and units); sway angles are reported by commercial systems without a formula"
OWN_RATE = "own (docs: frames and units); trunk angular velocity as sway measure"

_lean = partial(metric, group="angle", reference=OWN_TILT)


@metric_for_each(AXES, "tilt_rms_{}_deg", lambda _, axis: _lean(f"RMS tilt, {axis}", preset="none"))
def tilt_rms_deg(trial: Trial, axis: str) -> float:
    """``sqrt(mean(θ²))`` of the {words} tilt about its mean."""
    return rms(tilt(trial).along(axis))


@metric_for_each(AXES, "tilt_range_{}_deg", lambda _, axis: _lean(f"Tilt range, {axis}", preset="none"))
def tilt_ranges_deg(trial: Trial, axis: str) -> float:
    """Largest minus smallest {words} tilt. Grows with the length of the window."""
    return float(np.ptp(tilt(trial).along(axis)))


@_lean("Tilt path", preset="wide", min_rate_hz=40.0, needs_gyroscope=True)
def tilt_path_deg(trial: Trial) -> float:
    """``sum(sqrt(Δap² + Δml²))`` of the tilt. Needs the gyroscope: accelerometer tilt doubles it."""
    sway = tilt(trial, "wide")
    return dsp.path_length(sway.ap, sway.ml)


@_lean("Tilt speed", preset="wide", min_rate_hz=40.0, needs_gyroscope=True)
def tilt_speed_degps(trial: Trial) -> float:
    """Tilt path divided by its duration."""
    sway = tilt(trial, "wide")
    return dsp.path_length(sway.ap, sway.ml) / sway.duration_s


@_lean(
    "Tilt, 95 % prediction ellipse",
    reference="Schubert & Kirchner 2014, Gait Posture 39:518",
    preset="none",
    min_duration_s=20.0,
    gain=2.0,
)
def tilt_area_deg2(trial: Trial) -> float:
    """``π · 5.9915 · sqrt(det S)`` of the two tilts."""
    sway = tilt(trial)
    return dsp.prediction_ellipse(sway.ap, sway.ml).area


@metric_for_each(
    AXES,
    "gyro_rms_{}_degps",
    lambda _, axis: _lean(f"RMS turning rate, {axis}", reference=OWN_RATE, needs_gyroscope=True),
)
def gyro_rms_degps(trial: Trial, axis: str) -> float:
    """``sqrt(mean(ω²))`` of the rate of {words} tilt, bias removed."""
    return rms(rotation(trial).along(axis))
