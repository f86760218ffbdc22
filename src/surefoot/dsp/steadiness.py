"""Where in a recording somebody stands steadily, and where the level of a signal changes for good."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from surefoot.dsp.filters import low_pass, running_deviation, running_rms
from surefoot.model import Floats

ROTATION_FLOOR_RADPS = np.radians(5.0)
ROTATION_FACTOR = 5.0
MOTION_FACTOR = 3.0
BRIDGED_S = 3.0
BRIDGED_BREAK_S = 6.0
SWAY_BELOW_HZ = 3.5


def calm_samples(horizontal: Floats, gyr_radps: Floats | None, rate_hz: float) -> NDArray[np.bool_]:
    """Return a mask (n,) of the samples at which the body is neither handled nor turning.

    `horizontal` (n, 2) is acceleration in the horizontal plane. A second is calm where its planar RMS about
    its own mean stays below 3 times the record's median and, with a gyroscope, the RMS of the rotation rate
    below the larger of 5 times its median and 5 °/s. A sample is calm where every second that holds it is.
    Own rule; the validation page shows what it does on real recordings.
    """
    second = max(1, round(rate_hz))
    motion = running_deviation(horizontal, second)
    calm = motion < MOTION_FACTOR * np.median(motion)
    if gyr_radps is not None:
        rotation = running_rms(np.linalg.norm(gyr_radps, axis=1), second)
        calm &= rotation < max(ROTATION_FACTOR * float(np.median(rotation)), ROTATION_FLOOR_RADPS)
    return np.asarray(running_rms((~calm).astype(float), second) == 0)


def runs(mask: NDArray[np.bool_]) -> tuple[slice, ...]:
    """Return the unbroken runs of True in `mask` (n,), in order.

    >>> runs(np.array([True, False, True, True]))
    (slice(0, 1, None), slice(2, 4, None))
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(mask, dtype=int), [0]])))
    pairs = edges.reshape(-1, 2).tolist()
    return tuple(slice(start, end) for start, end in pairs)


def calm_stretch(
    mask: NDArray[np.bool_], rate_hz: float, breaks: Sequence[int] = ()
) -> tuple[slice, tuple[slice, ...]]:
    """Return the longest calm stretch of `mask` (n,) and the short moments inside it that are not calm.

    A moment of at most 3 s (of which two are the width of the rule) between calm standing on both sides is
    a correction, not the end of the stance: it is bridged, and returned so that it can be told. So is one
    of at most 6 s that holds one of the `breaks`, samples at which the stance was broken and taken up
    again. The later of two equal stretches wins; an empty slice where nothing is calm.
    """
    stretches: list[tuple[slice, tuple[slice, ...]]] = [(slice(0, 0), ())]
    for run in runs(mask):
        stretch, moments = stretches[-1]
        pause = run.start - stretch.stop
        broken = any(stretch.stop <= at < run.start for at in breaks)
        longest_s = BRIDGED_BREAK_S if broken else BRIDGED_S
        if stretch.stop > 0 and pause <= longest_s * rate_hz:
            moment = slice(stretch.stop, run.start)
            stretches[-1] = (slice(stretch.start, run.stop), (*moments, moment))
        else:
            stretches.append((run, ()))

    def length(found: tuple[slice, tuple[slice, ...]]) -> int:
        return int(found[0].stop - found[0].start)

    found: tuple[slice, tuple[slice, ...]] = max(reversed(stretches), key=length)
    return found


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
