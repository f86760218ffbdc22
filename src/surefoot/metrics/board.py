"""A wobble board's tilt about level, the sensor lying on the board: how far, how fast, where, how often.

Then how often and how long its edge touched the floor, and how quickly it comes back from a large tilt.
"""

from functools import partial

import numpy as np

from surefoot import dsp
from surefoot.metrics._sway import level_tilt, rms
from surefoot.model import AXES, Event, Trial, metric, metric_for_each

ARNOLD = "Arnold & Schmitz 1998, J Athl Train 33:323"
OWN = "own (docs: frames and units)"
SCHUBERT = "Schubert & Kirchner 2014, Gait Posture 39:518"
WILLIAMS = "Williams & Bentman 2014, Phys Ther Sport 15:143"
FUSCO = f"Fusco et al. 2020, JSCR 34:1709; {WILLIAMS} (time in a band)"
BY_DIRECTION = (
    "own; by direction as boards with eight switches report it (field: recovery time per direction)"
)
ZONE_DEG = 5.0
HYSTERESIS_DEG = 0.5
OCTANTS = ("forward", "forward_right", "right", "back_right", "back", "back_left", "left", "forward_left")
DIRECTIONS = {
    name: f"{'the diagonal' if '_' in name else 'straight'} {name.replace('_', ' ')}" for name in OCTANTS
}
QUARTERS = {
    "forward_left": "ap >= 0, ml < 0",
    "forward_right": "ap >= 0, ml >= 0",
    "back_left": "ap < 0, ml < 0",
    "back_right": "ap < 0, ml >= 0",
}

_board = partial(metric, group="board", reference=OWN, preset="wide", min_rate_hz=40.0)
_index = partial(_board, reference=f"{ARNOLD} (indices; the formula is ours to state)")
_contact = partial(_board, reference=f"{WILLIAMS}; counted by own event detection", preset="none", gain=0.0)
_recovery = partial(_board, reference=BY_DIRECTION, gain=None, opt_in=True)
_share = partial(_board, better="neither", scale="logit", gain=None)


def _about_mean(trial: Trial) -> float:
    tilt = level_tilt(trial)
    return float(np.hypot(tilt.ap.std(), tilt.ml.std()))


def _of_limit_pct(trial: Trial, tilt_deg: float) -> float:
    """Return `tilt_deg` in per cent of the board's largest tilt; NaN where that is not known."""
    limit_deg = trial.setup.board_max_tilt_deg
    return 100 * tilt_deg / limit_deg if limit_deg is not None else float("nan")


@_index("Overall stability index")
def osi_deg(trial: Trial) -> float:
    """``sqrt(mean(ap² + ml²))`` of the tilt about level: a steady lean counts as much as a wobble."""
    return rms(level_tilt(trial).size())


@metric_for_each(AXES, "{}si_deg", lambda _, axis: _index(f"{axis.capitalize()} stability index"))
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


def _all_contacts(trial: Trial) -> list[Event]:
    return [event for event in trial.events if event.kind == "edge_contact"]


def _contacts(trial: Trial) -> list[Event]:
    """Return the contacts that begin in the analysed window."""
    start_s, end_s = trial.window_s
    return [event for event in _all_contacts(trial) if start_s <= event.start_s < end_s]


@_contact("Board, edge contacts", scale="square root")
def board_contacts_count(trial: Trial) -> float:
    """How often the edge touched the floor in the analysed window."""
    return float(len(_contacts(trial)))


@_contact("Board, time on the edge", scale="logit")
def board_edge_time_pct(trial: Trial) -> float:
    """Share of the analysed window in which the edge touched the floor, contacts begun before it included."""
    start_s, end_s = trial.window_s
    touching_s, until_s = 0.0, start_s
    # Two impacts of one contact end together: each moment counts once.
    for event in sorted(_all_contacts(trial), key=lambda each: each.start_s):
        touching_s += max(0.0, min(event.end_s, end_s) - max(event.start_s, until_s))
        until_s = max(until_s, event.end_s)
    return 100 * touching_s / (end_s - start_s)


@_contact("Board, time of one contact")
def board_contact_s(trial: Trial) -> float:
    """Mean time that the edge stays on the floor at a contact of the analysed window."""
    contacts = _contacts(trial)
    times_s = [event.end_s - event.start_s for event in contacts]
    return sum(times_s) / len(times_s) if times_s else float("nan")


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


@_recovery("Board, recovery time", opt_in=False)
def board_recovery_s(trial: Trial) -> float:
    """Mean time from the peak of each tilt beyond 5° until it is within 5° of level again.

    Tilts that begin before or end after the analysed window are left out.
    """
    return _mean_s(trial)


@metric_for_each(
    DIRECTIONS,
    "board_recovery_{}_s",
    lambda name, _: _recovery(
        f"Board, recovery time, {name.replace('_', ' ')}",
        mirror="same" if name in ("forward", "back") else "swapped",
    ),
)
def board_recoveries_s(trial: Trial, direction: str) -> float:
    """Recovery time of tilts whose peak lies within 22.5° of {words}."""
    return _mean_s(trial, direction)


@metric_for_each(
    {"2p5": "2.5°", "5": "5°", "10": "10°"},
    "board_in_zone_{}_pct",
    lambda _, zone: _share(f"Board, time within {zone}", reference=FUSCO, better="higher"),
)
def zones_pct(trial: Trial, zone: str) -> float:
    """Share of samples with ``sqrt(ap² + ml²) <= {words}`` from level."""
    return float(100 * np.mean(level_tilt(trial).size() <= float(zone.replace("p", "."))))


@_share("Board, longest time within 5°", better="higher", scale="none")
def board_longest_in_zone_5_s(trial: Trial) -> float:
    """Longest unbroken run of samples with ``sqrt(ap² + ml²) <= 5°`` from level; 0 where there is none."""
    runs = dsp.runs(level_tilt(trial).size() <= 5.0)
    return max((run.stop - run.start for run in runs), default=0) / trial.rate_hz


@metric_for_each(
    {f"{low}_{low + 5}": f"{low}° or more and less than {low + 5}°" for low in (0, 5, 10, 15)},
    "board_band_{}_pct",
    lambda band, _: _share(
        f"Board, time from {band.replace('_', ' to ')}°", reference=f"{ARNOLD} (zones of 5°)"
    ),
)
def bands_pct(trial: Trial, band: str) -> float:
    """Share of samples tilted by {words} from level."""
    tilt_deg, (low, high) = level_tilt(trial).size(), map(float, band.split("_"))
    return float(100 * np.mean((tilt_deg >= low) & (tilt_deg < high)))


@metric_for_each(
    QUARTERS,
    "board_{}_pct",
    lambda quarter, _: _share(f"Board, time {quarter.replace('_', ' ')}", mirror="swapped", gain=0.0),
)
def quarters_pct(trial: Trial, quarter: str) -> float:
    """Share of samples in the quarter ``{words}`` of tilt about level."""
    tilt = level_tilt(trial)
    forward, right = "forward" in quarter, "right" in quarter
    return float(100 * np.mean(((tilt.ap >= 0) == forward) & ((tilt.ml >= 0) == right)))


@metric_for_each(
    AXES,
    "board_reversals_{}_permin",
    lambda _, axis: _share(f"Board, reversals, {axis}", scale="square root"),
)
def reversals_permin(trial: Trial, axis: str) -> float:
    """How often a minute the tilt changes side of its mean; a side begins 0.5° from it, against noise."""
    tilt = level_tilt(trial)
    tilt_deg = tilt.along(axis)
    centred = tilt_deg - tilt_deg.mean()
    sides = np.sign(centred[np.abs(centred) > HYSTERESIS_DEG])
    return float(60 * np.count_nonzero(np.diff(sides)) / tilt.duration_s)
