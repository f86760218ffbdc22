"""What happened in a trial: touchdowns of the free foot, corrections, contacts of a board's edge.

Every threshold of the detection stands here, by name. They rest on made recordings and on quiet real ones; no
labelled single-leg recording of people was at hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surefoot import dsp
from surefoot.model import PRESET_CUTOFF_HZ, Event, Floats, Trial

LOWEST_RATE_HZ = 40.0
IMPACT_ABOVE_HZ = 5.0
IMPACT_MPS2 = 0.8
IMPACT_SPREADS = 8.0
STANCE_REFRACTORY_S = 1.0
BOARD_REFRACTORY_S = 0.5
LURCH_MPS2 = 0.5
LURCH_SPREADS = 4.0
LURCH_BEFORE_S, LURCH_AFTER_S = 0.6, 0.3
CORRECTION_MERGED_S = 0.5
AFTER_STANCE_S = 1.5
EDGE_BELOW_LIMIT_DEG = 1.0
EDGE_SPEED_DEGPS = 10.0
EDGE_HELD_S = 0.08


Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Impact:
    start_s: float
    confidence: float


def find_events(trial: Trial) -> tuple[Event, ...]:
    """Return the events of a trial in the order of time; none below 40 Hz, where impacts do not show.

    Stance: a touchdown is an impact (vertical acceleration above 5 Hz) with a lurch of the trunk about it;
    a lurch without an impact is a correction. Board: an edge contact is an impact, or, where the board's
    largest tilt is known, a short rest at it. Own rules.
    """
    if trial.rate_hz < LOWEST_RATE_HZ:
        return ()
    found = _board_events(trial) if trial.setup.facing == "up" else _stance_events(trial)
    return tuple(sorted(found, key=lambda event: event.start_s))


def _stance_events(trial: Trial) -> list[Event]:
    start_s, end_s = trial.steady_s
    span = trial.samples((start_s, end_s + AFTER_STANCE_S))
    time_s = trial.time_s[span]
    raw = (getattr(trial, name)[span] for name in _PLANAR)
    planar = np.hypot(*(signal - np.median(signal) for signal in raw))
    lurching = planar > max(LURCH_MPS2, float(np.median(planar)) + LURCH_SPREADS * _spread(planar))
    impacts = _impacts(trial, span, STANCE_REFRACTORY_S)
    touchdowns = [
        Event("touchdown", impact.start_s, impact.start_s + STANCE_REFRACTORY_S, impact.confidence)
        for impact in impacts
        if _any_within(time_s, lurching, impact.start_s - LURCH_BEFORE_S, impact.start_s + LURCH_AFTER_S)
    ]
    slow = np.hypot(*(_slow(trial, name, span) for name in _PLANAR))
    leaning = slow > max(LURCH_MPS2, float(np.median(slow)) + LURCH_SPREADS * _spread(slow))
    corrections = [
        Event("correction", first_s, last_s)
        for first_s, last_s in _merged(time_s, leaning)
        if last_s < end_s and not any(_near(touchdown, first_s, last_s) for touchdown in touchdowns)
    ]
    return touchdowns + corrections


_PLANAR = ("ap_mps2", "ml_mps2")


def _board_events(trial: Trial) -> list[Event]:
    span = trial.samples(trial.steady_s)
    time_s = trial.time_s[span]
    tilt_deg = np.hypot(trial.tilt_ap_deg[span], trial.tilt_ml_deg[span])
    contacts = [
        Event("edge_contact", impact.start_s, _leaves(time_s, tilt_deg, impact.start_s), impact.confidence)
        for impact in _impacts(trial, span, BOARD_REFRACTORY_S)
    ]
    rests = [
        Event("edge_contact", start_s, end_s)
        for start_s, end_s in _rests(trial, span, tilt_deg)
        if not any(_near(contact, start_s, end_s) for contact in contacts)
    ]
    return contacts + rests


def _impacts(trial: Trial, span: slice, refractory_s: float) -> list[_Impact]:
    """Return the beginnings of shocks on the vertical, one for each refractory time."""
    vertical = trial.v_mps2[span]
    shock = np.abs(vertical - dsp.low_pass(vertical, trial.rate_hz, IMPACT_ABOVE_HZ, order=2))
    limit = max(IMPACT_MPS2, IMPACT_SPREADS * _spread(shock))
    found: list[_Impact] = []
    for at in np.flatnonzero(shock > limit):
        start_s = float(trial.time_s[span][at])
        if not found or start_s - found[-1].start_s >= refractory_s:
            peak = float(shock[at : at + max(1, round(0.05 * trial.rate_hz))].max())
            found.append(_Impact(start_s, round(1 - 0.5 * limit / peak, 3)))
    return found


def _rests(trial: Trial, span: slice, tilt_deg: Floats) -> list[tuple[float, float]]:
    """Return the spans in which the board rests at its known largest tilt."""
    limit_deg = trial.setup.board_max_tilt_deg
    if limit_deg is None:
        return []
    speed = np.abs(np.gradient(tilt_deg, 1 / trial.rate_hz))
    resting = (tilt_deg >= limit_deg - EDGE_BELOW_LIMIT_DEG) & (speed < EDGE_SPEED_DEGPS)
    time_s = trial.time_s[span]
    return [(a, b) for a, b in _spans(time_s, resting) if b - a >= EDGE_HELD_S]


def _leaves(time_s: Floats, tilt_deg: Floats, start_s: float) -> float:
    """Return when the tilt has fallen a degree below what it was at the contact."""
    after = np.searchsorted(time_s, start_s)
    falling = np.flatnonzero(tilt_deg[after:] < tilt_deg[after] - EDGE_BELOW_LIMIT_DEG)
    return float(time_s[after + falling[0]]) if len(falling) else float(time_s[-1])


def _slow(trial: Trial, name: str, span: slice) -> Floats:
    low = dsp.low_pass(getattr(trial, name)[span], trial.rate_hz, PRESET_CUTOFF_HZ["isway"])
    return np.asarray(low - np.median(low))


def _spread(signal: Floats) -> float:
    """Return the SD that Gaussian values with this median absolute deviation would have."""
    return 1.4826 * float(np.median(np.abs(signal - np.median(signal))))


def _spans(time_s: Floats, mask: Mask) -> list[tuple[float, float]]:
    runs = dsp.runs(mask.astype(float))
    return [(float(time_s[run.start]), float(time_s[run.stop - 1])) for run in runs]


def _merged(time_s: Floats, mask: Mask) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start_s, end_s in _spans(time_s, mask):
        if merged and start_s - merged[-1][1] <= CORRECTION_MERGED_S:
            merged[-1] = (merged[-1][0], end_s)
        else:
            merged.append((start_s, end_s))
    return merged


def _any_within(time_s: Floats, mask: Mask, start_s: float, end_s: float) -> bool:
    return bool(mask[(time_s >= start_s) & (time_s <= end_s)].any())


def _near(event: Event, start_s: float, end_s: float) -> bool:
    return event.start_s - LURCH_BEFORE_S <= end_s and start_s <= event.end_s
