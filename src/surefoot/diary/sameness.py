"""Whether two recordings are one take: an app, a spreadsheet or another system wrote it to two files."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from surefoot.model import Recording

# Sensors are noisier than this: two takes never agree to it in every sample; rounded digits do.
ACCELERATION_MPS2 = 2e-3
TIME_S = 2e-3
# A last row without the end of its line is lost in some programs.
ROWS = 2
START_S = 1.0
# Clocks that another program read in another time zone differ by a multiple of this.
ZONE_STEP_S = 900.0
_FURTHEST_ZONE_S = 14 * 3600.0


def may_be_same(recording: Recording, person: str, document: dict[str, Any]) -> bool:
    """Tell whether a result in the diary may be of the same take, before its recording is read."""
    assessment = document["assessment"]
    if assessment["setup"]["person"].casefold() != person.casefold():
        return False
    if "samples" in document:
        return bool(abs(document["samples"] - recording.time_s.size) <= ROWS)
    return bool(abs(assessment["provenance"]["duration_s"] - recording.duration_s) < START_S)


def is_same_take(first: Recording, second: Recording) -> bool:
    """Tell whether two recordings hold the same samples from the same start, as far as both tell one."""
    shared = min(first.time_s.size, second.time_s.size)
    longer = max(first.time_s.size, second.time_s.size) - shared
    if longer > ROWS or not _start_together(first.started, second.started):
        return False
    apart_s = (first.time_s[:shared] - first.time_s[0]) - (second.time_s[:shared] - second.time_s[0])
    apart_mps2 = first.acc_mps2[:shared] - second.acc_mps2[:shared]
    return bool((np.abs(apart_s) <= TIME_S).all() and (np.abs(apart_mps2) <= ACCELERATION_MPS2).all())


def _start_together(first: datetime | None, second: datetime | None) -> bool:
    if first is None or second is None:
        return True
    apart_s = abs((first - second) / timedelta(seconds=1))
    return apart_s <= _FURTHEST_ZONE_S + START_S and (
        min(apart_s % ZONE_STEP_S, -apart_s % ZONE_STEP_S) <= START_S
    )
