"""How quick: where in frequency the sway acceleration lies, from 0.15 to 5 Hz."""

from collections.abc import Callable

from surefoot import dsp
from surefoot.metrics._sway import spectrum
from surefoot.model import Metric, Trial, metric

PRIETO = "Prieto et al. 1996, doi:10.1109/10.532130"
QUIJOUX = "Quijoux et al. 2021, doi:10.14814/phy2.15067"


def _frequency(label: str, reference: str) -> Callable[[Callable[[Trial], float]], Metric]:
    return metric(
        label,
        group="frequency",
        reference=reference,
        better="neither",
        preset="wide",
        min_duration_s=20.0,
        min_rate_hz=40.0,
        gain=0.0,
    )


def _power(label: str) -> Callable[[Callable[[Trial], float]], Metric]:
    return metric(
        label,
        group="frequency",
        reference=f"{PRIETO}; {QUIJOUX}",
        preset="wide",
        min_duration_s=20.0,
        min_rate_hz=40.0,
        gain=2.0,
    )


@_power("Spectral power, forward-back")
def power_ap_m2ps4(trial: Trial) -> float:
    """Sum of the spectral lines from 0.15 to 5 Hz times their distance.

    Departures: Welch with three Hann segments of half the window and linear detrend, where Prieto uses eight
    sine tapers. ISway (Mancini 2012) low-passes at 3.5 Hz first, which leaves out what lies above: its power
    reads lower, by 7 % on a made stance.
    """
    return dsp.band_power(spectrum(trial, "ap"))


@_power("Spectral power, left-right")
def power_ml_m2ps4(trial: Trial) -> float:
    """Sum of the spectral lines from 0.15 to 5 Hz times their distance.

    Departures: Welch with three Hann segments of half the window and linear detrend, where Prieto uses eight
    sine tapers. ISway (Mancini 2012) low-passes at 3.5 Hz first, which leaves out what lies above: its power
    reads lower, by 7 % on a made stance.
    """
    return dsp.band_power(spectrum(trial, "ml"))


@_frequency("Median power frequency, forward-back", PRIETO)
def f50_ap_hz(trial: Trial) -> float:
    """Frequency below which half of the power lies, interpolated between lines."""
    return dsp.power_frequency(spectrum(trial, "ap"), 0.50)


@_frequency("Median power frequency, left-right", PRIETO)
def f50_ml_hz(trial: Trial) -> float:
    """Frequency below which half of the power lies, interpolated between lines."""
    return dsp.power_frequency(spectrum(trial, "ml"), 0.50)


@_frequency("95 % power frequency, forward-back", PRIETO)
def f95_ap_hz(trial: Trial) -> float:
    """Frequency below which 95 % of the power from 0.15 to 5 Hz lies, interpolated between lines.

    Departure: after a low-pass at 10 Hz. ISway (Mancini 2012) low-passes at 3.5 Hz first, so that its F95
    cannot rise much above that: it reads 2.5 Hz where this one reads 3.3. The two do not compare.
    """
    return dsp.power_frequency(spectrum(trial, "ap"), 0.95)


@_frequency("95 % power frequency, left-right", PRIETO)
def f95_ml_hz(trial: Trial) -> float:
    """Frequency below which 95 % of the power from 0.15 to 5 Hz lies, interpolated between lines.

    Departure: after a low-pass at 10 Hz. ISway (Mancini 2012) low-passes at 3.5 Hz first, so that its F95
    cannot rise much above that: it reads 2.5 Hz where this one reads 3.3. The two do not compare.
    """
    return dsp.power_frequency(spectrum(trial, "ml"), 0.95)


@_frequency("Centroidal frequency, forward-back", PRIETO)
def centroidal_frequency_ap_hz(trial: Trial) -> float:
    """``sqrt(m2 / m0)`` of the spectrum; not the mean frequency ``m1 / m0``, which others call centroid."""
    return dsp.centroidal_frequency(spectrum(trial, "ap"))


@_frequency("Centroidal frequency, left-right", PRIETO)
def centroidal_frequency_ml_hz(trial: Trial) -> float:
    """``sqrt(m2 / m0)`` of the spectrum; not the mean frequency ``m1 / m0``, which others call centroid."""
    return dsp.centroidal_frequency(spectrum(trial, "ml"))


@_frequency("Frequency dispersion, forward-back", PRIETO)
def frequency_dispersion_ap(trial: Trial) -> float:
    """``sqrt(1 - m1² / (m0 m2))``: 0 for one pure tone, toward 1 for a wide spectrum."""
    return dsp.frequency_dispersion(spectrum(trial, "ap"))


@_frequency("Frequency dispersion, left-right", PRIETO)
def frequency_dispersion_ml(trial: Trial) -> float:
    """``sqrt(1 - m1² / (m0 m2))``: 0 for one pure tone, toward 1 for a wide spectrum."""
    return dsp.frequency_dispersion(spectrum(trial, "ml"))
