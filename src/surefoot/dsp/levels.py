"""Where the level of a signal changes for good."""

from __future__ import annotations

import numpy as np

from surefoot.dsp.filters import low_pass
from surefoot.model import Floats

SWAY_BELOW_HZ = 3.5


def sway_levels(horizontal: Floats, rate_hz: float) -> Floats:
    """Return for each whole second of `horizontal` (n, 2) how quickly it changes, as a natural logarithm.

    The mean length of the rate of change below 3.5 Hz, which a slow lean hardly moves. Own measure.
    """
    second = round(rate_hz)
    speed = np.linalg.norm(np.gradient(low_pass(horizontal, rate_hz, SWAY_BELOW_HZ), axis=0), axis=1)
    seconds = len(speed) // second
    means = speed[: seconds * second].reshape(seconds, second).mean(axis=1)
    return np.asarray(np.log(np.maximum(means, np.finfo(float).tiny)))


def running_median(signal: Floats, samples: int) -> Floats:
    """Return the median of the odd number of `samples` about each of `signal` (n,), its ends repeated.

    >>> running_median(np.array([1.0, 9.0, 1.0, 2.0]), 3).tolist()
    [1.0, 1.0, 2.0, 2.0]
    """
    padded = np.pad(signal, samples // 2, mode="edge")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, samples), axis=1))


def split_levels(levels: Floats, shortest: int, change: float, penalty: float) -> tuple[slice, ...]:
    """Return the stretches of `levels` (n,), each at least `shortest`, between which the median changes.

    Optimal partition by least squares, each stretch at the price of `penalty`; neighbours whose medians lie
    closer together than `change` are one. One stretch where nothing changes.

    >>> split_levels(np.repeat([0.0, 1.0], 20), 8, 0.5, 2.0)
    (slice(0, 20, None), slice(20, 40, None))
    """
    stretches = _partition(levels, shortest, penalty)
    while len(stretches) > 1:
        medians = np.array([np.median(levels[stretch]) for stretch in stretches])
        apart = np.abs(np.diff(medians))
        at = int(np.argmin(apart))
        if apart[at] >= change:
            break
        stretches[at : at + 2] = [slice(stretches[at].start, stretches[at + 1].stop)]
    return tuple(stretches)


def _partition(levels: Floats, shortest: int, penalty: float) -> list[slice]:
    """Return the stretches of least squared error and price, by dynamic programming over their ends."""
    count = len(levels)
    sums = np.concatenate([[0.0], np.cumsum(levels)])
    squares = np.concatenate([[0.0], np.cumsum(np.square(levels))])
    costs, starts = np.full(count + 1, np.inf), np.zeros(count + 1, dtype=int)
    costs[0] = 0.0
    for end in range(shortest, count + 1):
        first = np.arange(end - shortest + 1)
        within = squares[end] - squares[first] - np.square(sums[end] - sums[first]) / (end - first)
        total = costs[first] + within + penalty
        starts[end] = int(np.argmin(total))
        costs[end] = total[starts[end]]
    if not np.isfinite(costs[count]):
        return [slice(0, count)]
    stretches, end = [], count
    while end > 0:
        stretches.append(slice(int(starts[end]), end))
        end = int(starts[end])
    return stretches[::-1]
