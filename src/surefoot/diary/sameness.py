"""Whether two recordings are one take: an app, a spreadsheet or another system wrote it to two files."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from surefoot.model import Recording

# Sensors are noisier than this: two takes never agree to it in every sample; rounded digits do.
ACCELERATION_MPS2 = 2e-3
TIME_S = 2e-3
START_S = 1.0
# Clocks that another program read in another time zone differ by a multiple of this.
ZONE_STEP_S = 900.0
_FURTHEST_ZONE_S = 26 * 3600.0


def may_be_same(recording: Recording, person: str, document: dict[str, Any]) -> bool:
    """Tell whether a result in the diary may be of the same take, before its recording is read."""
    assessment = document["assessment"]
    if assessment["setup"]["person"].casefold() != person.casefold():
        return False
    if "samples" in document:
        return bool(document["samples"] == recording.time_s.size)
    return bool(abs(assessment["provenance"]["duration_s"] - recording.duration_s) < START_S)


def is_same_take(first: Recording, second: Recording) -> bool:
    """Tell whether two recordings hold the same samples from the same start, as far as both tell one."""
    if first.time_s.size != second.time_s.size or not _start_together(first.started, second.started):
        return False
    times = (first.time_s - first.time_s[0], second.time_s - second.time_s[0])
    return bool(
        np.allclose(*times, rtol=0, atol=TIME_S)
        and np.allclose(first.acc_mps2, second.acc_mps2, rtol=0, atol=ACCELERATION_MPS2)
    )


def _start_together(first: datetime | None, second: datetime | None) -> bool:
    if first is None or second is None:
        return True
    apart_s = abs((first - second) / timedelta(seconds=1))
    return apart_s <= _FURTHEST_ZONE_S + START_S and (
        min(apart_s % ZONE_STEP_S, -apart_s % ZONE_STEP_S) <= START_S
    )
