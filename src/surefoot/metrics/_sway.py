"""The analysed window of a trial, filtered once per preset and shared by all metrics."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from surefoot import dsp
from surefoot.model import PRESET_CUTOFF_HZ, Floats, Preset, Trial


@dataclass(frozen=True, slots=True, eq=False)
class Sway:
    """Two coordinates `ap` and `ml` (n,) of the analysed window, `step_s` apart.

    `duration_s` is ``(n - 1) * step_s``.
    """

    ap: Floats
    ml: Floats
    step_s: float

    @property
    def duration_s(self) -> float:
        """Time from the first to the last sample."""
        return (len(self.ap) - 1) * self.step_s

    def along(self, axis: str) -> Floats:
        """Return the coordinate ``ap`` or ``ml``."""
        return self.ap if axis == "ap" else self.ml

    def size(self) -> Floats:
        """Return the distance (n,) from zero, whichever way."""
        return np.asarray(np.hypot(self.ap, self.ml))


def rms(signal: Floats) -> float:
    """Return the root mean square."""
    return float(np.sqrt(np.mean(np.square(signal))))


def _window(trial: Trial, names: tuple[str, str], preset: Preset) -> Sway:
    # Filtering the whole steady stretch keeps the filter's ends out of the window.
    stretch = trial.samples(trial.steady_s)
    pair = np.column_stack([getattr(trial, name)[stretch] for name in names])
    if preset != "none":
        pair = dsp.low_pass(pair, trial.rate_hz, PRESET_CUTOFF_HZ[preset])
    window = trial.samples(trial.window_s)
    pair = pair[window.start - stretch.start : window.stop - stretch.start]
    return Sway(pair[:, 0], pair[:, 1], 1 / trial.rate_hz)


def _centred(sway: Sway) -> Sway:
    return Sway(sway.ap - sway.ap.mean(), sway.ml - sway.ml.mean(), sway.step_s)


# Trials compare by identity, so these remember the last few trials and nothing else.
@lru_cache(maxsize=8)
def acceleration(trial: Trial, preset: Preset = "isway") -> Sway:
    """Horizontal acceleration of the window in m/s², low-passed, mean removed."""
    return _centred(_window(trial, ("ap_mps2", "ml_mps2"), preset))


@lru_cache(maxsize=8)
def hull(trial: Trial) -> Floats:
    """Corners (m, 2) of the convex hull of the acceleration, in m/s²."""
    sway = acceleration(trial)
    return dsp.convex_hull(sway.ap, sway.ml)


@lru_cache(maxsize=8)
def slow_acceleration(trial: Trial, rate_hz: float) -> Sway:
    """Horizontal acceleration of the window in m/s² below 10 Hz, at `rate_hz` instead of its own."""
    sway = acceleration(trial, "wide")
    pair = dsp.regrid(np.column_stack([sway.ap, sway.ml]), trial.rate_hz, rate_hz)
    return Sway(pair[:, 0], pair[:, 1], 1 / rate_hz)


@lru_cache(maxsize=8)
def tilt(trial: Trial, preset: Preset = "none") -> Sway:
    """Tilt of the window in degrees, mean removed: sway about the usual posture."""
    return _centred(_window(trial, ("tilt_ap_deg", "tilt_ml_deg"), preset))


@lru_cache(maxsize=8)
def level_tilt(trial: Trial) -> Sway:
    """Tilt of the window in degrees about level, nothing removed, low-passed at 10 Hz."""
    return _window(trial, ("tilt_ap_deg", "tilt_ml_deg"), "wide")


@lru_cache(maxsize=8)
def rotation(trial: Trial) -> Sway:
    """Rate of tilt of the window in °/s from the gyroscope, low-passed at 3.5 Hz, mean (bias) removed."""
    return _centred(_window(trial, ("rate_ap_degps", "rate_ml_degps"), "isway"))


@lru_cache(maxsize=8)
def spectrum(trial: Trial, axis: str) -> dsp.Spectrum:
    """Power spectrum of the acceleration along `axis` (``ap`` or ``ml``) from 0.15 to 5 Hz.

    Welch, three Hann segments of half the window, half overlapping, linear detrend in each, after the 10 Hz
    low-pass, so that there are three of the same length at every rate.
    """
    signal = getattr(acceleration(trial, "wide"), axis)
    return dsp.band(dsp.power_spectrum(signal, trial.rate_hz, dsp.half_segment(len(signal))), 0.15, 5.0)
