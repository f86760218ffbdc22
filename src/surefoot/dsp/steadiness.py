"""Where in a recording somebody stands steadily: after the handling, before the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from surefoot.dsp.filters import running_deviation, running_rms
from surefoot.model import Floats

ROTATION_FLOOR_RADPS = np.radians(5.0)
ROTATION_FACTOR = 5.0
MOTION_FACTOR = 3.0
BRIDGED_S = 3.0
BRIDGED_BREAK_S = 6.0


def calm_samples(horizontal: Floats, gyr_radps: Floats | None, rate_hz: float) -> Floats:
    """Return a boolean mask (n,) of the samples at which the body is neither handled nor turning.

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


def runs(mask: Floats) -> tuple[slice, ...]:
    """Return the unbroken runs of True in `mask` (n,), in order.

    >>> runs(np.array([True, False, True, True]))
    (slice(0, 1, None), slice(2, 4, None))
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(mask, dtype=int), [0]])))
    pairs = edges.reshape(-1, 2).tolist()
    return tuple(slice(start, end) for start, end in pairs)


def calm_stretch(mask: Floats, rate_hz: float, breaks: Sequence[int] = ()) -> tuple[slice, tuple[slice, ...]]:
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
