"""Where a wobble board spends its time: zones, bands and quarters of tilt, and how often it turns back."""

from collections.abc import Callable

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import level_tilt
from surefoot.model import AXES, Better, Metric, Mirror, Scale, Trial, metric, metric_for_each

FUSCO = "Fusco et al. 2020, JSCR 34:1709; Williams & Bentman 2014, Phys Ther Sport 15:143 (time in a band)"
ARNOLD = "Arnold & Schmitz 1998, J Athl Train 33:323 (zones of 5°)"
OWN = "own (docs: frames and units)"
HYSTERESIS_DEG = 0.5
QUARTERS = {
    "forward_left": "ap >= 0, ml < 0",
    "forward_right": "ap >= 0, ml >= 0",
    "back_left": "ap < 0, ml < 0",
    "back_right": "ap < 0, ml >= 0",
}


def _share(
    label: str,
    *,
    reference: str = OWN,
    better: Better = "neither",
    scale: Scale = "logit",
    mirror: Mirror = "same",
    gain: float | None = None,
) -> Callable[[Callable[[Trial], float]], Metric]:
    return metric(
        f"Board, {label}",
        group="board",
        reference=reference,
        better=better,
        preset="wide",
        scale=scale,
        min_rate_hz=40.0,
        mirror=mirror,
        gain=gain,
    )


@metric_for_each(
    {"2p5": "2.5°", "5": "5°", "10": "10°"},
    "board_in_zone_{}_pct",
    lambda _, zone: _share(f"time within {zone}", reference=FUSCO, better="higher"),
)
def zones_pct(trial: Trial, zone: str) -> float:
    """Share of samples with ``sqrt(ap² + ml²) <= {words}`` from level."""
    return float(100 * np.mean(level_tilt(trial).size() <= float(zone.replace("p", "."))))


@_share("longest time within 5°", better="higher", scale="none")
def board_longest_in_zone_5_s(trial: Trial) -> float:
    """Longest unbroken run of samples with ``sqrt(ap² + ml²) <= 5°`` from level; 0 where there is none."""
    runs = dsp.runs(level_tilt(trial).size() <= 5.0)
    return max((run.stop - run.start for run in runs), default=0) / trial.rate_hz


@metric_for_each(
    {f"{low}_{low + 5}": f"{low}° or more and less than {low + 5}°" for low in (0, 5, 10, 15)},
    "board_band_{}_pct",
    lambda band, _: _share(f"time from {band.replace('_', ' to ')}°", reference=ARNOLD),
)
def bands_pct(trial: Trial, band: str) -> float:
    """Share of samples tilted by {words} from level."""
    tilt_deg, (low, high) = level_tilt(trial).size(), map(float, band.split("_"))
    return float(100 * np.mean((tilt_deg >= low) & (tilt_deg < high)))


@metric_for_each(
    QUARTERS,
    "board_{}_pct",
    lambda quarter, _: _share(f"time {quarter.replace('_', ' ')}", mirror="swapped", gain=0.0),
)
def quarters_pct(trial: Trial, quarter: str) -> float:
    """Share of samples in the quarter ``{words}`` of tilt about level."""
    tilt = level_tilt(trial)
    forward, right = "forward" in quarter, "right" in quarter
    return float(100 * np.mean(((tilt.ap >= 0) == forward) & ((tilt.ml >= 0) == right)))


@metric_for_each(
    AXES, "board_reversals_{}_permin", lambda _, axis: _share(f"reversals, {axis}", scale="square root")
)
def reversals_permin(trial: Trial, axis: str) -> float:
    """How often a minute the tilt changes side of its mean; a side begins 0.5° from it, against noise."""
    tilt = level_tilt(trial)
    tilt_deg = tilt.along(axis)
    centred = tilt_deg - tilt_deg.mean()
    sides = np.sign(centred[np.abs(centred) > HYSTERESIS_DEG])
    return float(60 * np.count_nonzero(np.diff(sides)) / tilt.duration_s)
