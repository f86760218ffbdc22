"""Whether a sensor keeps its scale: gravity is as large all the time, and nobody turns like a drill."""

from __future__ import annotations

import numpy as np

from surefoot import dsp
from surefoot.model import Floats, Issue
from surefoot.preparation.quality.limits import GRAVITY_KEPT_SHARE, TURNING_MOST_RADPS


def check_scale(acc_mps2: Floats, rate_hz: float) -> tuple[Issue, ...]:
    """Flag a stretch of acceleration (n, 3) over which the size of gravity changes: its scale does.

    The mean length of each second is held against the usual one. Who stands moves it by 0.4 % at most, on a
    board too; a table whose last part is in another unit, or a sensor that is set anew, moves it for good.
    """
    norms = dsp.second_means(np.linalg.norm(acc_mps2, axis=1, keepdims=True), rate_hz)[:, 0]
    off = norms / np.median(norms) - 1
    worst = float(off[np.argmax(np.abs(off))]) if off.size else 0.0
    if abs(worst) <= GRAVITY_KEPT_SHARE:
        return ()
    what = f"Gravity does not stay as large as it is: it changes by {100 * worst:+.0f} % within the window."
    do = "Record again, and do not edit the table: a part of it may have another unit."
    return (Issue("scale_changed", "warning", what, do),)


def check_turning_rate(gyr_radps: Floats | None) -> tuple[Issue, ...]:
    """Flag a gyroscope (n, 3) that reads more than any phone or sensor for people can."""
    most_radps = 0.0 if gyr_radps is None else float(np.abs(gyr_radps).max(initial=0.0))
    if most_radps <= TURNING_MOST_RADPS:
        return ()
    what = f"The gyroscope reads {np.degrees(most_radps):.0f} °/s, more than any such sensor can."
    do = "Record again, and do not edit the table: a part of it may have another unit."
    return (Issue("scale_changed", "warning", what, do),)
