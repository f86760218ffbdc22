"""What happened in a trial: touchdowns of the free foot, corrections, contacts of a board's edge.

Every threshold of the detection stands here, by name. They rest on made recordings and on quiet real ones; no
labelled single-leg recording of people was at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surefoot import dsp
from surefoot.model import PRESET_CUTOFF_HZ, Event, Floats, Trial

LOWEST_RATE_HZ = 40.0
IMPACT_ABOVE_HZ = 5.0
FOOT_IMPACT_MPS2, FOOT_SPREADS = 0.35, 12.0
BOARD_IMPACT_MPS2, BOARD_SPREADS = 0.8, 8.0
STANCE_REFRACTORY_S = 1.0
BOARD_REFRACTORY_S = 0.5
LURCH_MPS2 = 0.5
LURCH_MEDIANS = 2.5
# A foot that leaves the floor takes the trunk's weight away first: that is a hop, not a touchdown.
FLIGHT_MPS2 = -1.5
FLIGHT_BELOW_HZ = 4.0
FLIGHT_BEFORE_S = 0.4
LEANING_SPREADS = 4.0
LURCH_BEFORE_S, LURCH_AFTER_S = 0.6, 0.4
CORRECTION_MERGED_S = 0.5
AFTER_STANCE_S = 1.5
# Closer than a degree: a board often turns back half a degree short of its edge.
EDGE_REACHED_DEG = 0.3
EDGE_LEFT_DEG = 1.0
EDGE_SPEED_DEGPS = 10.0
EDGE_HELD_S = 0.08
EDGE_LEARNT_FROM = 2
EDGE_AGREE_DEG = 1.5


Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Impact:
    start_s: float
    confidence: float


def find_events(trial: Trial) -> tuple[Event, ...]:
    """Return the events of a trial in the order of time; none below 40 Hz, where impacts do not show.

    Stance: a touchdown is an impact (vertical acceleration above 5 Hz) with a lurch of the trunk about it; a
    hop, which takes the weight away first, is a correction, and so is a lurch without an impact. Board: an
    edge contact is an impact, or a short rest at the board's largest tilt where that is known, or where the
    trial's own impacts agree on it. Own rules.
    """
    if trial.rate_hz < LOWEST_RATE_HZ:
        return ()
    found = _board_events(trial) if trial.setup.facing == "up" else _stance_events(trial)
    return tuple(sorted(found, key=lambda event: event.start_s))


@dataclass(frozen=True, slots=True, eq=False)
class Trunk:
    """Acceleration of the trunk on a uniform grid: `vertical` (n,) and horizontal `planar` (n, 2)."""

    time_s: Floats
    vertical: Floats
    planar: Floats
    rate_hz: float


def find_touchdowns(trunk: Trunk) -> tuple[Event, ...]:
    """Return the touchdowns of the free foot, each taken to last a second; none below 40 Hz."""
    return tuple(event for event in _landings(trunk) if event.kind == "touchdown")


def merge_events(found: Sequence[Event], by_hand: Sequence[Event]) -> tuple[Event, ...]:
    """Return `by_hand` and those of `found` whose kind nobody set by hand, in the order of time.

    A hand's event of confidence 0 says that there was none: it takes the found ones of its kind away.
    """
    kinds = {event.kind for event in by_hand}
    kept = [event for event in found if event.kind not in kinds]
    kept += [event for event in by_hand if event.confidence > 0]
    return tuple(sorted(kept, key=lambda event: event.start_s))


def _stance_events(trial: Trial) -> list[Event]:
    start_s, end_s = trial.steady_s
    span = trial.samples((start_s, end_s + AFTER_STANCE_S))
    planar = np.column_stack([getattr(trial, name)[span] for name in _PLANAR])
    trunk = Trunk(trial.time_s[span], trial.v_mps2[span], planar, trial.rate_hz)
    landings = _landings(trunk)
    slow = _slow(planar, trial.rate_hz, PRESET_CUTOFF_HZ["isway"])
    leaning = slow > max(LURCH_MPS2, float(np.median(slow)) + LEANING_SPREADS * _spread(slow))
    corrections = [
        Event("correction", first_s, last_s)
        for first_s, last_s in _merged(trunk.time_s, leaning)
        if last_s < end_s and not any(_near(landing, first_s, last_s) for landing in landings)
    ]
    return landings + corrections


def _landings(trunk: Trunk) -> list[Event]:
    """Return impacts with a lurch of the trunk: touchdowns, or corrections where a flight came first."""
    if trunk.rate_hz < LOWEST_RATE_HZ:
        return []
    limits = (FOOT_IMPACT_MPS2, FOOT_SPREADS)
    impacts = _impacts(trunk.time_s, trunk.vertical, trunk.rate_hz, limits, STANCE_REFRACTORY_S)
    lurch = _slow(trunk.planar, trunk.rate_hz, IMPACT_ABOVE_HZ)
    lurching = lurch > max(LURCH_MPS2, LURCH_MEDIANS * float(np.median(lurch)))
    weightless = dsp.low_pass(trunk.vertical, trunk.rate_hz, FLIGHT_BELOW_HZ) < FLIGHT_MPS2
    events: list[Event] = []
    for impact in impacts:
        at_s = impact.start_s
        if _any_within(trunk.time_s, weightless, at_s - FLIGHT_BEFORE_S, at_s + FLIGHT_BEFORE_S):
            events.append(Event("correction", at_s, at_s + CORRECTION_MERGED_S, impact.confidence))
        elif _any_within(trunk.time_s, lurching, at_s - LURCH_BEFORE_S, at_s + LURCH_AFTER_S):
            events.append(Event("touchdown", at_s, at_s + STANCE_REFRACTORY_S, impact.confidence))
    return events


_PLANAR = ("ap_mps2", "ml_mps2")


def _board_events(trial: Trial) -> list[Event]:
    span = trial.samples(trial.steady_s)
    time_s = trial.time_s[span]
    tilt_deg = np.hypot(trial.tilt_ap_deg[span], trial.tilt_ml_deg[span])
    limits = (BOARD_IMPACT_MPS2, BOARD_SPREADS)
    contacts = [
        Event("edge_contact", impact.start_s, _leaves(time_s, tilt_deg, impact.start_s), impact.confidence)
        for impact in _impacts(time_s, trial.v_mps2[span], trial.rate_hz, limits, BOARD_REFRACTORY_S)
    ]
    limit_deg = trial.setup.board_max_tilt_deg or _learnt_limit(time_s, tilt_deg, contacts)
    rests = [
        Event("edge_contact", start_s, end_s)
        for start_s, end_s in _rests(time_s, tilt_deg, trial.rate_hz, limit_deg)
        if not any(_near(contact, start_s, end_s) for contact in contacts)
    ]
    return contacts + rests


def _impacts(
    time_s: Floats, vertical: Floats, rate_hz: float, limits: tuple[float, float], refractory_s: float
) -> list[_Impact]:
    """Return the beginnings of shocks on the vertical, one for each refractory time.

    `limits` is the least size, and the multiple of the robust SD that it must exceed too.
    """
    shock = np.abs(vertical - dsp.low_pass(vertical, rate_hz, IMPACT_ABOVE_HZ, order=2))
    limit = max(limits[0], limits[1] * _spread(shock))
    found: list[_Impact] = []
    for at in np.flatnonzero(shock > limit):
        start_s = float(time_s[at])
        if not found or start_s - found[-1].start_s >= refractory_s:
            peak = float(shock[at : at + max(1, round(0.05 * rate_hz))].max())
            found.append(_Impact(start_s, round(1 - 0.5 * limit / peak, 3)))
    return found


def _learnt_limit(time_s: Floats, tilt_deg: Floats, contacts: Sequence[Event]) -> float | None:
    """Return the tilt at which the trial's own impacts came, where they agree with each other and its top."""
    if len(contacts) < EDGE_LEARNT_FROM:
        return None
    tops = []
    for contact in contacts:
        first, last = np.searchsorted(time_s, [contact.start_s, contact.start_s + 2 * EDGE_HELD_S])
        tops.append(float(tilt_deg[first : last + 1].max()))
    agree = max(tops) - min(tops) <= EDGE_AGREE_DEG and float(tilt_deg.max()) - max(tops) <= EDGE_AGREE_DEG
    return float(np.median(tops)) if agree else None


def _rests(
    time_s: Floats, tilt_deg: Floats, rate_hz: float, limit_deg: float | None
) -> list[tuple[float, float]]:
    """Return the spans in which the board rests at its largest tilt; none where that is not known."""
    if limit_deg is None:
        return []
    speed = np.abs(np.gradient(tilt_deg, 1 / rate_hz))
    resting = (tilt_deg >= limit_deg - EDGE_REACHED_DEG) & (speed < EDGE_SPEED_DEGPS)
    return [(a, b) for a, b in _spans(time_s, resting) if b - a >= EDGE_HELD_S]


def _leaves(time_s: Floats, tilt_deg: Floats, start_s: float) -> float:
    """Return when the tilt has fallen a degree below what it was at the contact."""
    after = np.searchsorted(time_s, start_s)
    falling = np.flatnonzero(tilt_deg[after:] < tilt_deg[after] - EDGE_LEFT_DEG)
    return float(time_s[after + falling[0]]) if len(falling) else float(time_s[-1])


def _slow(planar: Floats, rate_hz: float, cutoff_hz: float) -> Floats:
    """Return the length (n,) of the low-passed `planar` (n, 2) about its median."""
    low = dsp.low_pass(planar - np.median(planar, axis=0), rate_hz, cutoff_hz)
    return np.asarray(np.hypot(*low.T))


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
