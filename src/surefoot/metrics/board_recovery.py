"""How quickly a wobble board comes back from a large tilt: over all, and in each of eight directions."""

from collections.abc import Callable

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import level_tilt
from surefoot.model import Metric, Mirror, Trial, metric

OWN = "own; by direction as boards with eight switches report it (field: recovery time per direction)"
ZONE_DEG = 5.0
OCTANTS = ("forward", "forward_right", "right", "back_right", "back", "back_left", "left", "forward_left")


def _recovery(
    label: str, *, mirror: Mirror = "same", opt_in: bool = True
) -> Callable[[Callable[[Trial], float]], Metric]:
    return metric(
        f"Board, recovery time{label}",
        group="board",
        reference=OWN,
        preset="wide",
        min_rate_hz=40.0,
        mirror=mirror,
        gain=None,
        opt_in=opt_in,
    )


def _recoveries(trial: Trial) -> list[tuple[str, float]]:
    """Return the octant of the peak and the time back into the zone, for each excursion seen whole.

    One that is under way where the window begins may have had its peak before.
    """
    tilt = level_tilt(trial)
    size_deg = np.hypot(tilt.ap, tilt.ml)
    found = []
    for run in dsp.runs(np.asarray(size_deg > ZONE_DEG, dtype=float)):
        if run.start == 0 or run.stop == len(size_deg):
            continue
        peak = run.start + int(np.argmax(size_deg[run]))
        turn = round(np.arctan2(tilt.ml[peak], tilt.ap[peak]) / (np.pi / 4)) % 8
        last, after = size_deg[run.stop - 1], size_deg[run.stop]
        back = run.stop - 1 + (last - ZONE_DEG) / (last - after)
        found.append((OCTANTS[turn], float(back - peak) * tilt.step_s))
    return found


def _mean_s(trial: Trial, octant: str | None = None) -> float:
    times_s = [time_s for where, time_s in _recoveries(trial) if octant in (None, where)]
    return float(np.mean(times_s)) if times_s else float("nan")


@_recovery("", opt_in=False)
def board_recovery_s(trial: Trial) -> float:
    """Mean time from the peak of each tilt beyond 5° until it is within 5° of level again.

    Tilts that begin before or end after the analysed window are left out.
    """
    return _mean_s(trial)


@_recovery(", forward")
def board_recovery_forward_s(trial: Trial) -> float:
    """Recovery time of tilts whose peak lies within 22.5° of straight forward."""
    return _mean_s(trial, "forward")


@_recovery(", forward right", mirror="swapped")
def board_recovery_forward_right_s(trial: Trial) -> float:
    """Recovery time of tilts whose peak lies within 22.5° of the diagonal forward right."""
    return _mean_s(trial, "forward_right")


@_recovery(", right", mirror="swapped")
def board_recovery_right_s(trial: Trial) -> float:
    """Recovery time of tilts whose peak lies within 22.5° of straight right."""
    return _mean_s(trial, "right")


@_recovery(", back right", mirror="swapped")
def board_recovery_back_right_s(trial: Trial) -> float:
    """Recovery time of tilts whose peak lies within 22.5° of the diagonal back right."""
    return _mean_s(trial, "back_right")


@_recovery(", back")
def board_recovery_back_s(trial: Trial) -> float:
    """Recovery time of tilts whose peak lies within 22.5° of straight back."""
    return _mean_s(trial, "back")


@_recovery(", back left", mirror="swapped")
def board_recovery_back_left_s(trial: Trial) -> float:
    """Recovery time of tilts whose peak lies within 22.5° of the diagonal back left."""
    return _mean_s(trial, "back_left")


@_recovery(", left", mirror="swapped")
def board_recovery_left_s(trial: Trial) -> float:
    """Recovery time of tilts whose peak lies within 22.5° of straight left."""
    return _mean_s(trial, "left")


@_recovery(", forward left", mirror="swapped")
def board_recovery_forward_left_s(trial: Trial) -> float:
    """Recovery time of tilts whose peak lies within 22.5° of the diagonal forward left."""
    return _mean_s(trial, "forward_left")
