"""Zero-phase filters and running measures."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from surefoot.model import Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Filter:
    """A Butterworth filter as second-order `sections`, its state on a constant 1, the ends that it needs."""

    sections: Floats
    settled: Floats
    edge: int


@lru_cache(maxsize=64)
def _butterworth(order: int, cutoff_hz: float | tuple[float, float], rate_hz: float) -> _Filter:
    from scipy.signal import butter, sosfilt_zi

    kind: Literal["bandpass", "lowpass"] = "bandpass" if isinstance(cutoff_hz, tuple) else "lowpass"
    sections = butter(order, cutoff_hz, kind, fs=rate_hz, output="sos")
    taps = 2 * len(sections) + 1 - min((sections[:, 2] == 0).sum(), (sections[:, 5] == 0).sum())
    return _Filter(sections, sosfilt_zi(sections), 3 * int(taps))


def _zero_phase(signal: Floats, kept: _Filter, mirrored: int | None = None) -> Floats:
    """Run a filter over `signal` forward and backward: scipy's ``sosfiltfilt``, whose state is kept.

    Past its ends the signal goes on turned about its last sample, or `mirrored` for so many samples.
    """
    from scipy.signal import sosfilt

    edge = kept.edge if mirrored is None else mirrored
    if len(signal) <= edge:
        raise ValueError(f"{len(signal)} samples are too few for a filter that needs more than {edge}")
    before, after = signal[edge:0:-1], signal[-2 : -(edge + 2) : -1]
    if mirrored is None:
        before, after = 2 * signal[:1] - before, 2 * signal[-1:] - after
    settled = kept.settled.reshape(*kept.settled.shape, *[1] * (signal.ndim - 1))
    extended = np.concatenate([before, signal, after])
    forward, _ = sosfilt(kept.sections, extended, axis=0, zi=settled * extended[:1])
    backward, _ = sosfilt(kept.sections, forward[::-1], axis=0, zi=settled * forward[-1:])
    return np.asarray(backward[::-1][edge:-edge])


def low_pass(
    signal: Floats, rate_hz: float, cutoff_hz: float, order: int = 4, mirrored: int | None = None
) -> Floats:
    """Low-pass `signal` (n,) or (n, k) along its first axis with a zero-phase Butterworth filter.

    ``butter(order, output="sos")`` run forward and backward: the effective order is twice `order` and the
    cut-off lies at -6 dB. A slow filter runs up over `mirrored` samples at each end. Raises ValueError where
    the cut-off is not below half the rate.
    """
    if not 0 < cutoff_hz < rate_hz / 2:
        raise ValueError(f"cut-off {cutoff_hz} Hz is not below half the rate of {rate_hz} Hz")
    return _zero_phase(signal, _butterworth(order, cutoff_hz, rate_hz), mirrored)


def band_pass(signal: Floats, rate_hz: float, low_hz: float, high_hz: float, order: int = 2) -> Floats:
    """Pass what of `signal` (n,) or (n, k) lies between two frequencies; a zero-phase Butterworth filter."""
    return _zero_phase(signal, _butterworth(order, (low_hz, high_hz), rate_hz))


def detrend_linear(signal: Floats) -> Floats:
    """Remove the least-squares line from `signal` (n,) or (n, k) along its first axis."""
    steps = np.arange(len(signal), dtype=float)
    steps -= steps.mean()
    centred = signal - signal.mean(axis=0)
    slope = steps @ centred / (steps @ steps)
    return np.asarray(centred - np.multiply.outer(steps, slope))


def _running_mean(signal: Floats, samples: int) -> Floats:
    total = np.concatenate([np.zeros((1, *signal.shape[1:])), np.cumsum(signal, axis=0)])
    centres = np.arange(len(signal))
    first = np.clip(centres - samples // 2, 0, None)
    last = np.clip(centres - samples // 2 + samples, None, len(signal))
    count = (last - first).reshape(-1, *[1] * (signal.ndim - 1))
    return np.asarray((total[last] - total[first]) / count)


def second_means(signal: Floats, rate_hz: float) -> Floats:
    """Return the mean (m, k) of every whole second of `signal` (n, k), one beginning at each sample.

    >>> second_means(np.arange(4.0)[:, np.newaxis], 2.0).ravel().tolist()
    [0.5, 1.5, 2.5]
    """
    second = max(1, round(rate_hz))
    total = np.vstack([np.zeros((1, signal.shape[1])), np.cumsum(signal, axis=0)])
    return np.asarray((total[second:] - total[:-second]) / second)


def running_rms(signal: Floats, samples: int) -> Floats:
    """RMS of `signal` (n,) in a window of `samples` centred on each sample, shorter at the two ends.

    >>> running_rms(np.full(5, 2.0), 3)
    array([2., 2., 2., 2., 2.])
    """
    return np.asarray(np.sqrt(np.clip(_running_mean(np.square(signal), samples), 0.0, None)))


def running_deviation(signal: Floats, samples: int) -> Floats:
    """Planar RMS of `signal` (n, k) about its own mean in a window of `samples` centred on each sample.

    >>> running_deviation(np.full((5, 2), 2.0), 3)
    array([0., 0., 0., 0., 0.])
    """
    centred = signal - signal.mean(axis=0)
    variance = _running_mean(np.square(centred), samples) - np.square(_running_mean(centred, samples))
    return np.asarray(np.sqrt(np.clip(variance.sum(axis=1), 0.0, None)))
