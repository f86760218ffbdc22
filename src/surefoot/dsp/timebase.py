"""From uneven sample times to a uniform grid."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Floats

ANTI_ALIAS_CUTOFF_HZ = 40.0


def sampling_rate(time_s: Floats) -> float:
    """Return the mean sampling rate of `time_s` (n,): ``(n - 1) / (last - first)``.

    >>> sampling_rate(np.arange(101) / 50)
    50.0
    """
    return float((len(time_s) - 1) / (time_s[-1] - time_s[0]))


def find_gaps(time_s: Floats, longer_than_s: float) -> tuple[tuple[float, float], ...]:
    """Return the (start, end) of every step of `time_s` (n,) that is longer than `longer_than_s`."""
    at = np.flatnonzero(np.diff(time_s) > longer_than_s)
    return tuple((float(time_s[i]), float(time_s[i + 1])) for i in at)


def split_at_gaps(time_s: Floats, longer_than_s: float) -> tuple[slice, ...]:
    """Return the stretches of `time_s` (n,) that hold no step longer than `longer_than_s`."""
    cuts = np.flatnonzero(np.diff(time_s) > longer_than_s) + 1
    edges = [0, *cuts.tolist(), len(time_s)]
    return tuple(slice(a, b) for a, b in pairwise(edges))


def resample(time_s: Floats, values: Floats, rate_hz: float) -> tuple[Floats, Floats]:
    """Return times and values (m, k) on a uniform grid at `rate_hz` that starts at the first sample.

    Cubic spline through the samples. Where the input is at least one and a half times as fast as the grid,
    it is put on a multiple of the grid first and low-passed at 40 Hz, so that nothing folds back.
    Needs at least four samples.
    """
    from scipy.interpolate import make_interp_spline

    from surefoot.dsp.filters import low_pass

    since_s = time_s - time_s[0]
    multiple = max(1, round(sampling_rate(time_s) / rate_hz))
    steps = int(since_s[-1] * rate_hz + 1e-6)
    fine_s = np.arange(steps * multiple + 1) / (rate_hz * multiple)
    fine = make_interp_spline(since_s, values, k=3)(np.minimum(fine_s, since_s[-1]))
    if multiple > 1:
        fine = low_pass(fine, rate_hz * multiple, ANTI_ALIAS_CUTOFF_HZ, order=8)
    return time_s[0] + fine_s[::multiple], np.asarray(fine[::multiple], dtype=float)


def merge_close(time_s: Floats, values: Floats, closer_than_s: float) -> tuple[Floats, Floats]:
    """Return `time_s` (n,) and `values` (n, k) with samples that nearly coincide averaged into one.

    A sample joins the group whose first sample is less than `closer_than_s` before it: a spline through two
    samples at almost one time would swing far out.

    >>> merge_close(np.array([0.0, 0.001, 0.01]), np.array([[1.0], [3.0], [5.0]]), 0.002)[1].ravel().tolist()
    [2.0, 5.0]
    """
    if (np.diff(time_s) >= closer_than_s).all():
        return time_s, values
    firsts, last_s = [], -np.inf
    for index, at_s in enumerate(time_s.tolist()):
        if at_s - last_s >= closer_than_s:
            firsts.append(index)
            last_s = at_s
    counts = np.diff([*firsts, len(time_s)])
    mean_s = np.add.reduceat(time_s, firsts) / counts
    return mean_s, np.add.reduceat(values, firsts, axis=0) / counts[:, np.newaxis]


def spread_packets(stamps_s: Floats, counts: NDArray[np.int64], step_s: float = 0.0) -> Floats:
    """Return the times of all samples of packets; one that lasts too long ends where packets usually do.

    `step_s` is the time between samples where there is but one packet.

    >>> spread_packets(np.array([0.0, 0.2, 0.4, 1.0]), np.array([2, 2, 2, 2])).round(3).tolist()
    [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 1.0, 1.1]
    """
    steps = np.diff(stamps_s) / counts[:-1]
    typical = float(np.median(steps)) if steps.size else step_s
    steps = np.r_[np.where((steps > 0) & (steps <= 1.5 * typical), steps, typical), typical]
    first = np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(
        np.repeat(stamps_s, counts) + (np.arange(counts.sum()) - first) * np.repeat(steps, counts)
    )


def spread_bursts(time_s: Floats, closer_than_s: float) -> Floats:
    """Return `time_s` (n,) with samples that nearly coincide, as those of a packet, spread evenly.

    Up to the next burst, or since the one before where that makes the steps more even: an app may tell the
    time of the first sample of a packet, or that of its arrival.

    >>> spread_bursts(np.array([0.0, 0.001, 0.02, 0.021, 0.04, 0.041]), 0.002).round(3).tolist()
    [0.0, 0.01, 0.02, 0.03, 0.04, 0.05]
    """
    begins = np.flatnonzero(np.r_[True, np.diff(time_s) >= closer_than_s])
    if begins.size == time_s.size or begins.size < 2:
        return time_s
    counts = np.diff(np.r_[begins, time_s.size])
    arrived_s = time_s[begins + counts - 1]
    since_last = -spread_packets(-arrived_s[::-1], counts[::-1])[::-1]
    spreads = [spread_packets(time_s[begins], counts), since_last]
    return min(spreads, key=lambda spread: float(np.diff(spread).std()))


def evened(time_s: Floats, over_s: float, apart: Floats) -> Floats:
    """Return `time_s` (n,) as a clock without jitter would tell it: its rate the mean over `over_s`.

    `apart` (n - 1,) counts by how many samples each is after the one before, more than 1 across a hole.
    """
    from scipy.ndimage import uniform_filter1d

    usual_s = float((time_s[-1] - time_s[0]) / apart.sum())
    counted_s = usual_s * np.r_[0.0, np.cumsum(apart)]
    late_s = uniform_filter1d(time_s - counted_s, max(1, round(over_s / usual_s)), mode="nearest")
    return np.asarray(counted_s + late_s)


def regrid(values: Floats, rate_hz: float, new_rate_hz: float) -> Floats:
    """Return `values` (n,) or (n, k) at another rate by cubic spline, starting at the same sample.

    For signals that hold nothing above half of either rate; no filter is applied.
    """
    from scipy.interpolate import make_interp_spline

    time_s = np.arange(len(values)) / rate_hz
    samples = round(len(values) / rate_hz * new_rate_hz)
    new_s = np.minimum(np.arange(samples) / new_rate_hz, time_s[-1])
    return np.asarray(make_interp_spline(time_s, values, k=3)(new_s))


def resolution_step(values: Floats) -> float:
    """Return the step in which `values` (n, k) are quantised: the smallest usual distance of two values.

    The median over channels of the tenth percentile of distances between neighbouring distinct values.
    Channels that never change tell nothing; 0.0 where none does.

    >>> float(round(resolution_step(np.array([[0.0], [0.1], [0.3], [0.2]])), 6))
    0.1
    """
    steps = []
    for channel in values.T:
        distances = np.diff(np.unique(channel))
        if distances.size:
            steps.append(float(np.percentile(distances, 10)))
    return float(np.median(steps)) if steps else 0.0
