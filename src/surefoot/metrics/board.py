"""A wobble board's tilt about level, the sensor lying on the board: how far and how fast."""

from collections.abc import Callable

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import level_tilt, rms
from surefoot.model import AXES, Better, Metric, Mirror, Scale, Trial, metric, metric_for_each

ARNOLD = "Arnold & Schmitz 1998, J Athl Train 33:323 (indices; the formula is ours to state)"
OWN = "own (docs: frames and units)"
SCHUBERT = "Schubert & Kirchner 2014, Gait Posture 39:518"


def _board(
    label: str,
    *,
    reference: str = OWN,
    better: Better = "lower",
    scale: Scale = "ln",
    min_duration_s: float = 10.0,
    needs_gyroscope: bool = False,
    needs_one_of: tuple[str, ...] = (),
    mirror: Mirror = "same",
    gain: float = 1.0,
    opt_in: bool = False,
) -> Callable[[Callable[[Trial], float]], Metric]:
    return metric(
        label,
        group="board",
        reference=reference,
        better=better,
        preset="wide",
        scale=scale,
        min_duration_s=min_duration_s,
        min_rate_hz=40.0,
        needs_gyroscope=needs_gyroscope,
        needs_one_of=needs_one_of,
        mirror=mirror,
        gain=gain,
        opt_in=opt_in,
    )


def _about_mean(trial: Trial) -> float:
    tilt = level_tilt(trial)
    return float(np.hypot(tilt.ap.std(), tilt.ml.std()))


def _of_limit_pct(trial: Trial, tilt_deg: float) -> float:
    """Return `tilt_deg` in per cent of the board's largest tilt; NaN where that is not known."""
    limit_deg = trial.setup.board_max_tilt_deg
    return 100 * tilt_deg / limit_deg if limit_deg is not None else float("nan")


@_board("Overall stability index", reference=ARNOLD)
def osi_deg(trial: Trial) -> float:
    """``sqrt(mean(ap² + ml²))`` of the tilt about level: a steady lean counts as much as a wobble."""
    return rms(level_tilt(trial).size())


@metric_for_each(
    AXES, "{}si_deg", lambda _, axis: _board(f"{axis.capitalize()} stability index", reference=ARNOLD)
)
def indices_deg(trial: Trial, axis: str) -> float:
    """``sqrt(mean({name}²))`` of the tilt about level."""
    return rms(level_tilt(trial).along(axis))


@_board("Overall stability index about the mean")
def osi_centred_deg(trial: Trial) -> float:
    """``sqrt(mean(ap² + ml²))`` of the tilt about its mean: the wobble without the steady lean."""
    return _about_mean(trial)


@_board(
    "Sway index",
    reference="own reading of Biodex's BioSway manual (SD of the vector distance from the mean position)",
    opt_in=True,
)
def sway_index_deg(trial: Trial) -> float:
    """``sqrt(mean(|r - mean r|²))``, r the tilt: the same number as `osi_centred_deg`, under Biodex's name.

    Departure: the whole analysed rate, where the device samples at 20 Hz.
    """
    return _about_mean(trial)


@_board("Board, mean tilt forward-back", better="neither", scale="none")
def board_mean_ap_deg(trial: Trial) -> float:
    """``mean(ap)`` of the tilt about level, forward positive: the steady lean alone."""
    return float(level_tilt(trial).ap.mean())


@_board("Board, mean tilt left-right", better="neither", scale="none", mirror="negated")
def board_mean_ml_deg(trial: Trial) -> float:
    """``mean(ml)`` of the tilt about level, right positive: the steady lean alone."""
    return float(level_tilt(trial).ml.mean())


@metric_for_each(AXES, "board_sd_{}_deg", lambda _, axis: _board(f"Board, SD of tilt {axis}"))
def board_sd_deg(trial: Trial, axis: str) -> float:
    """``sqrt(mean(({name} - mean {name})²))``: the wobble alone, the stability index about the mean."""
    return float(level_tilt(trial).along(axis).std())


@metric_for_each(AXES, "board_range_{}_deg", lambda _, axis: _board(f"Board, range {axis}"))
def board_ranges_deg(trial: Trial, axis: str) -> float:
    """Largest minus smallest {words} tilt. Grows with the length of the window."""
    return float(np.ptp(level_tilt(trial).along(axis)))


@_board("Board, mean tilt from level")
def board_mean_tilt_deg(trial: Trial) -> float:
    """``mean(sqrt(ap² + ml²))`` of the tilt about level, whichever way it goes."""
    return float(level_tilt(trial).size().mean())


@_board("Board, largest tilt")
def board_max_deg(trial: Trial) -> float:
    """``max(sqrt(ap² + ml²))`` of the tilt about level. Grows with the length of the window."""
    return float(level_tilt(trial).size().max())


@_board("Board, speed", needs_gyroscope=True)
def board_speed_degps(trial: Trial) -> float:
    """``sum(sqrt(Δap² + Δml²)) / T`` of the tilt. Needs the gyroscope: accelerometer tilt doubles it."""
    tilt = level_tilt(trial)
    return dsp.path_length(tilt.ap, tilt.ml) / tilt.duration_s


@_board("Board, 95 % prediction ellipse", reference=SCHUBERT, min_duration_s=20.0, gain=2.0)
def board_area_deg2(trial: Trial) -> float:
    """``π · 5.9915 · sqrt(det S)`` of the two tilts."""
    tilt = level_tilt(trial)
    return dsp.prediction_ellipse(tilt.ap, tilt.ml).area


@_board("Stability index of the board's largest tilt", needs_one_of=("board_max_tilt_deg",))
def osi_of_max_pct(trial: Trial) -> float:
    """Overall stability index in per cent of the tilt at which the edge touches: boards compare."""
    return _of_limit_pct(trial, osi_deg(trial))


@_board("Largest tilt of the board's largest tilt", needs_one_of=("board_max_tilt_deg",))
def max_of_max_pct(trial: Trial) -> float:
    """Largest tilt reached in per cent of the tilt at which the edge touches."""
    return _of_limit_pct(trial, board_max_deg(trial))
