"""How much lean: sway as tilt of the body, and the rate at which it turns."""

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import rotation, tilt
from surefoot.model import Floats, Trial, metric

OWN_TILT = "own (docs: frames and units); sway angles are reported by commercial systems without a formula"
OWN_RATE = "own (docs: frames and units); trunk angular velocity as sway measure"


def _rms(signal: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(signal))))


@metric("RMS tilt, forward-back", group="angle", reference=OWN_TILT, preset="none")
def tilt_rms_ap_deg(trial: Trial) -> float:
    """``sqrt(mean(θ²))`` of the forward-back tilt about its mean."""
    return _rms(tilt(trial).ap)


@metric("RMS tilt, left-right", group="angle", reference=OWN_TILT, preset="none")
def tilt_rms_ml_deg(trial: Trial) -> float:
    """``sqrt(mean(θ²))`` of the left-right tilt about its mean."""
    return _rms(tilt(trial).ml)


@metric("Tilt range, forward-back", group="angle", reference=OWN_TILT, preset="none")
def tilt_range_ap_deg(trial: Trial) -> float:
    """Largest minus smallest forward-back tilt. Grows with the length of the window."""
    return float(np.ptp(tilt(trial).ap))


@metric("Tilt range, left-right", group="angle", reference=OWN_TILT, preset="none")
def tilt_range_ml_deg(trial: Trial) -> float:
    """Largest minus smallest left-right tilt. Grows with the length of the window."""
    return float(np.ptp(tilt(trial).ml))


@metric("Tilt path", group="angle", reference=OWN_TILT, preset="wide", min_rate_hz=40.0, needs_gyroscope=True)
def tilt_path_deg(trial: Trial) -> float:
    """``sum(sqrt(Δap² + Δml²))`` of the tilt. Needs the gyroscope: accelerometer tilt doubles it."""
    sway = tilt(trial, "wide")
    return dsp.path_length(sway.ap, sway.ml)


@metric(
    "Tilt speed", group="angle", reference=OWN_TILT, preset="wide", min_rate_hz=40.0, needs_gyroscope=True
)
def tilt_speed_degps(trial: Trial) -> float:
    """Tilt path divided by its duration."""
    sway = tilt(trial, "wide")
    return dsp.path_length(sway.ap, sway.ml) / sway.duration_s


@metric(
    "Tilt, 95 % prediction ellipse",
    group="angle",
    reference="Schubert & Kirchner 2014, Gait Posture 39:518",
    preset="none",
    min_duration_s=20.0,
    gain=2.0,
)
def tilt_area_deg2(trial: Trial) -> float:
    """``π · 5.9915 · sqrt(det S)`` of the two tilts."""
    sway = tilt(trial)
    return dsp.prediction_ellipse(sway.ap, sway.ml).area


@metric("RMS turning rate, forward-back", group="angle", reference=OWN_RATE, needs_gyroscope=True)
def gyro_rms_ap_degps(trial: Trial) -> float:
    """``sqrt(mean(ω²))`` of the rate of forward-back tilt, bias removed."""
    return _rms(rotation(trial).ap)


@metric("RMS turning rate, left-right", group="angle", reference=OWN_RATE, needs_gyroscope=True)
def gyro_rms_ml_degps(trial: Trial) -> float:
    """``sqrt(mean(ω²))`` of the rate of left-right tilt, bias removed."""
    return _rms(rotation(trial).ml)
