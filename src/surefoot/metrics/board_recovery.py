"""How quickly a wobble board comes back from a large tilt: over all, and in each of eight directions."""

from collections.abc import Callable

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import level_tilt
from surefoot.model import Metric, Mirror, Trial, metric, metric_for_each

OWN = "own; by direction as boards with eight switches report it (field: recovery time per direction)"
ZONE_DEG = 5.0
OCTANTS = ("forward", "forward_right", "right", "back_right", "back", "back_left", "left", "forward_left")
DIRECTIONS = {
    name: f"{'the diagonal' if '_' in name else 'straight'} {name.replace('_', ' ')}" for name in OCTANTS
}


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
    size_deg = tilt.size()
    found = []
    for run in dsp.runs(size_deg > ZONE_DEG):
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


@metric_for_each(
    DIRECTIONS,
    "board_recovery_{}_s",
    lambda name, _: _recovery(
        f", {name.replace('_', ' ')}", mirror="same" if name in ("forward", "back") else "swapped"
    ),
)
def board_recoveries_s(trial: Trial, direction: str) -> float:
    """Recovery time of tilts whose peak lies within 22.5° of {words}."""
    return _mean_s(trial, direction)
