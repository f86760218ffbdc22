"""How quick: where in frequency the sway acceleration lies, from 0.15 to 5 Hz."""

from functools import partial

from surefoot import dsp
from surefoot.metrics._sway import spectrum
from surefoot.model import AXES, Trial, metric, metric_for_each

PRIETO = "Prieto et al. 1996, doi:10.1109/10.532130"
QUIJOUX = "Quijoux et al. 2021, doi:10.14814/phy2.15067"


_frequency = partial(
    metric,
    group="frequency",
    reference=PRIETO,
    better="neither",
    preset="wide",
    min_duration_s=20.0,
    min_rate_hz=40.0,
    gain=0.0,
)
_power = partial(_frequency, reference=f"{PRIETO}; {QUIJOUX}", better="lower", gain=2.0)


@metric_for_each(AXES, "power_{}_m2ps4", lambda _, axis: _power(f"Spectral power, {axis}"))
def powers_m2ps4(trial: Trial, axis: str) -> float:
    """Sum of the spectral lines from 0.15 to 5 Hz times their distance.

    Departures: Welch with three Hann segments of half the window and linear detrend, where Prieto uses eight
    sine tapers. ISway (Mancini 2012) low-passes at 3.5 Hz first, which leaves out what lies above: its power
    reads lower, by 7 % on a made stance.
    """
    return dsp.band_power(spectrum(trial, axis))


@metric_for_each(AXES, "f50_{}_hz", lambda _, axis: _frequency(f"Median power frequency, {axis}"))
def medians_hz(trial: Trial, axis: str) -> float:
    """Frequency below which half of the power lies, interpolated between lines."""
    return dsp.power_frequency(spectrum(trial, axis), 0.50)


@metric_for_each(AXES, "f95_{}_hz", lambda _, axis: _frequency(f"95 % power frequency, {axis}"))
def upper_ends_hz(trial: Trial, axis: str) -> float:
    """Frequency below which 95 % of the power from 0.15 to 5 Hz lies, interpolated between lines.

    Departure: after a low-pass at 10 Hz. ISway (Mancini 2012) low-passes at 3.5 Hz first, so that its F95
    cannot rise much above that: it reads 2.5 Hz where this one reads 3.3. The two do not compare.
    """
    return dsp.power_frequency(spectrum(trial, axis), 0.95)


@metric_for_each(
    AXES, "centroidal_frequency_{}_hz", lambda _, axis: _frequency(f"Centroidal frequency, {axis}")
)
def centroidal_frequencies_hz(trial: Trial, axis: str) -> float:
    """``sqrt(m2 / m0)`` of the spectrum; not the mean frequency ``m1 / m0``, which others call centroid."""
    return dsp.centroidal_frequency(spectrum(trial, axis))


@metric_for_each(AXES, "frequency_dispersion_{}", lambda _, axis: _frequency(f"Frequency dispersion, {axis}"))
def frequency_dispersions(trial: Trial, axis: str) -> float:
    """``sqrt(1 - m1² / (m0 m2))``: 0 for one pure tone, toward 1 for a wide spectrum."""
    return dsp.frequency_dispersion(spectrum(trial, axis))
