"""Where a wobble board spends its time: zones, bands and quarters of tilt, and how often it turns back."""

from collections.abc import Callable

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import level_tilt
from surefoot.model import Better, Floats, Metric, Mirror, Scale, Trial, metric

FUSCO = "Fusco et al. 2020, JSCR 34:1709; Williams & Bentman 2014, Phys Ther Sport 15:143 (time in a band)"
ARNOLD = "Arnold & Schmitz 1998, J Athl Train 33:323 (zones of 5°)"
OWN = "own (docs: frames and units)"
HYSTERESIS_DEG = 0.5


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


def _magnitude(trial: Trial) -> Floats:
    tilt = level_tilt(trial)
    return np.asarray(np.hypot(tilt.ap, tilt.ml))


def _zone_pct(trial: Trial, limit_deg: float) -> float:
    return float(100 * np.mean(_magnitude(trial) <= limit_deg))


def _band_pct(trial: Trial, low_deg: float) -> float:
    tilt_deg = _magnitude(trial)
    return float(100 * np.mean((tilt_deg >= low_deg) & (tilt_deg < low_deg + 5.0)))


def _quarter_pct(trial: Trial, *, forward: bool, right: bool) -> float:
    tilt = level_tilt(trial)
    return float(100 * np.mean(((tilt.ap >= 0) == forward) & ((tilt.ml >= 0) == right)))


def _reversals_permin(tilt_deg: Floats, duration_s: float) -> float:
    """Count changes of side per minute, a side beginning the hysteresis away from the mean."""
    centred = tilt_deg - tilt_deg.mean()
    sides = np.sign(centred[np.abs(centred) > HYSTERESIS_DEG])
    return float(60 * np.count_nonzero(np.diff(sides)) / duration_s)


@_share("time within 2.5°", reference=FUSCO, better="higher")
def board_in_zone_2p5_pct(trial: Trial) -> float:
    """Share of samples with ``sqrt(ap² + ml²) <= 2.5°`` from level."""
    return _zone_pct(trial, 2.5)


@_share("time within 5°", reference=FUSCO, better="higher")
def board_in_zone_5_pct(trial: Trial) -> float:
    """Share of samples with ``sqrt(ap² + ml²) <= 5°`` from level."""
    return _zone_pct(trial, 5.0)


@_share("time within 10°", reference=FUSCO, better="higher")
def board_in_zone_10_pct(trial: Trial) -> float:
    """Share of samples with ``sqrt(ap² + ml²) <= 10°`` from level."""
    return _zone_pct(trial, 10.0)


@_share("longest time within 5°", better="higher", scale="none")
def board_longest_in_zone_5_s(trial: Trial) -> float:
    """Longest unbroken run of samples with ``sqrt(ap² + ml²) <= 5°`` from level; 0 where there is none."""
    runs = dsp.runs(np.asarray(_magnitude(trial) <= 5.0, dtype=float))
    return max((run.stop - run.start for run in runs), default=0) / trial.rate_hz


@_share("time from 0 to 5°", reference=ARNOLD)
def board_band_0_5_pct(trial: Trial) -> float:
    """Share of samples tilted by 0° or more and less than 5° from level."""
    return _band_pct(trial, 0.0)


@_share("time from 5 to 10°", reference=ARNOLD)
def board_band_5_10_pct(trial: Trial) -> float:
    """Share of samples tilted by 5° or more and less than 10° from level."""
    return _band_pct(trial, 5.0)


@_share("time from 10 to 15°", reference=ARNOLD)
def board_band_10_15_pct(trial: Trial) -> float:
    """Share of samples tilted by 10° or more and less than 15° from level."""
    return _band_pct(trial, 10.0)


@_share("time from 15 to 20°", reference=ARNOLD)
def board_band_15_20_pct(trial: Trial) -> float:
    """Share of samples tilted by 15° or more and less than 20° from level."""
    return _band_pct(trial, 15.0)


@_share("time forward left", mirror="swapped", gain=0.0)
def board_forward_left_pct(trial: Trial) -> float:
    """Share of samples in the quarter ``ap >= 0, ml < 0`` of tilt about level."""
    return _quarter_pct(trial, forward=True, right=False)


@_share("time forward right", mirror="swapped", gain=0.0)
def board_forward_right_pct(trial: Trial) -> float:
    """Share of samples in the quarter ``ap >= 0, ml >= 0`` of tilt about level."""
    return _quarter_pct(trial, forward=True, right=True)


@_share("time back left", mirror="swapped", gain=0.0)
def board_back_left_pct(trial: Trial) -> float:
    """Share of samples in the quarter ``ap < 0, ml < 0`` of tilt about level."""
    return _quarter_pct(trial, forward=False, right=False)


@_share("time back right", mirror="swapped", gain=0.0)
def board_back_right_pct(trial: Trial) -> float:
    """Share of samples in the quarter ``ap < 0, ml >= 0`` of tilt about level."""
    return _quarter_pct(trial, forward=False, right=True)


@_share("reversals, forward-back", scale="square root")
def board_reversals_ap_permin(trial: Trial) -> float:
    """How often a minute the tilt changes side of its mean; a side begins 0.5° from it, against noise."""
    tilt = level_tilt(trial)
    return _reversals_permin(tilt.ap, tilt.duration_s)


@_share("reversals, left-right", scale="square root")
def board_reversals_ml_permin(trial: Trial) -> float:
    """How often a minute the tilt changes side of its mean; a side begins 0.5° from it, against noise."""
    tilt = level_tilt(trial)
    return _reversals_permin(tilt.ml, tilt.duration_s)
