"""Power spectra and their summaries."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from surefoot.model import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """A one-sided power spectral density: `frequency_hz` (m,) and `power` (m,) in unit² per Hz."""

    frequency_hz: Floats
    power: Floats

    @property
    def step_hz(self) -> float:
        """Distance of two neighbouring frequencies."""
        return float(self.frequency_hz[1] - self.frequency_hz[0])


def power_spectrum(
    signal: Floats, rate_hz: float, segment: int, detrend: Literal["linear", "constant"] = "linear"
) -> Spectrum:
    """Return the spectrum of `signal` (n,): Welch, Hann segments of `segment` samples, half overlapping.

    A line, or with ``constant`` the mean, is taken from each segment; none is padded with zeros.
    """
    from scipy.signal import welch

    frequency_hz, power = welch(
        signal,
        rate_hz,
        "hann",
        nperseg=segment,
        noverlap=segment // 2,
        # scipy solves a least-squares problem for each segment, which takes longer than all the rest.
        detrend=_without_line if detrend == "linear" else "constant",
    )
    return Spectrum(np.asarray(frequency_hz), np.asarray(power))


def half_segment(samples: int) -> int:
    """Return the length of the segments of which three, half overlapping, fill `samples` at any rate.

    It is even, and at most three samples are left over: a rounding never costs a third of the signal.

    >>> half_segment(2000), half_segment(1999)
    (1000, 998)
    """
    return 2 * (samples // 4)


def _without_line(segments: Floats) -> Floats:
    """Return `segments` (..., n) less the least-squares line of each along the last axis."""
    steps = np.arange(segments.shape[-1]) - (segments.shape[-1] - 1) / 2
    centred = segments - segments.mean(axis=-1, keepdims=True)
    slope = centred @ steps / (steps @ steps)
    return np.asarray(centred - slope[..., np.newaxis] * steps)


def band(spectrum: Spectrum, low_hz: float, high_hz: float) -> Spectrum:
    """Return the part of `spectrum` from `low_hz` to `high_hz`, both included."""
    tolerance = 1e-9
    inside = (spectrum.frequency_hz >= low_hz - tolerance) & (spectrum.frequency_hz <= high_hz + tolerance)
    return Spectrum(spectrum.frequency_hz[inside], spectrum.power[inside])


def band_power(spectrum: Spectrum) -> float:
    """Power of the whole `spectrum`: the sum of its lines times their distance."""
    return float(spectrum.power.sum() * spectrum.step_hz)


def power_frequency(spectrum: Spectrum, share: float) -> float:
    """Frequency below which `share` of the power lies, on the cumulative power; NaN where there is none."""
    cumulative = np.cumsum(spectrum.power)
    if not cumulative[-1]:
        return float("nan")
    return float(np.interp(share, cumulative / cumulative[-1], spectrum.frequency_hz))


def _moment(spectrum: Spectrum, order: int) -> float:
    return float((spectrum.frequency_hz**order * spectrum.power).sum())


def centroidal_frequency(spectrum: Spectrum) -> float:
    """``sqrt(m2 / m0)``: the frequency at which the spectral mass is centred (Prieto's CFREQ).

    NaN without any power.
    """
    mass = _moment(spectrum, 0)
    return float(np.sqrt(_moment(spectrum, 2) / mass)) if mass else float("nan")


def frequency_dispersion(spectrum: Spectrum) -> float:
    """``sqrt(1 - m1² / (m0 m2))``: 0 for a pure tone, toward 1 for a wide spectrum (Prieto's FREQD).

    NaN without any power.
    """
    if not spectrum.power.any():
        return float("nan")
    ratio = _moment(spectrum, 1) ** 2 / (_moment(spectrum, 0) * _moment(spectrum, 2))
    return float(np.sqrt(max(0.0, 1.0 - ratio)))
