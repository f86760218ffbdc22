"""What happened in a trial: touchdowns of the free foot, corrections, contacts of a board's edge.

The thresholds rest on made recordings and on quiet real ones; no labelled single-leg recording of people was
at hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from surefoot import dsp
from surefoot.model import PRESET_CUTOFF_HZ, Event, EventKind, Floats, Trial

LOWEST_RATE_HZ = 40.0
IMPACT_ABOVE_HZ = 5.0
FOOT_IMPACT_MPS2, FOOT_SPREADS = 0.35, 12.0
BOARD_IMPACT_MPS2, BOARD_SPREADS = 0.8, 8.0
STANCE_REFRACTORY_S = 1.0
BOARD_REFRACTORY_S = 0.5
LURCH_MPS2 = 0.5
# An impact or a lurch may be as weak as this share of its limit where the two together reach theirs.
WEAKEST = 0.75
LURCH_MEDIANS = 2.5
# A foot that leaves the floor takes the trunk's weight away first: that is a hop, not a touchdown.
FLIGHT_MPS2 = -1.5
FLIGHT_BELOW_HZ = 4.0
FLIGHT_BEFORE_S = 0.4
LEANING_SPREADS = 4.0
LURCH_BEFORE_S, LURCH_AFTER_S = 0.6, 0.4
CORRECTION_MERGED_S = 0.5
# Closer than a degree: a board often turns back half a degree short of its edge.
EDGE_REACHED_DEG = 0.3
EDGE_LEFT_DEG = 1.0
EDGE_SPEED_DEGPS = 10.0
EDGE_HELD_S = 0.08
EDGE_LEARNT_FROM = 2
EDGE_AGREE_DEG = 1.5
# A second impact so soon after the first is the other foot.
STEP_AFTER_S, STEP_WITHIN_S = 0.3, 1.0
HAND_WITHIN_S = 0.5
# Tables of events are written to the millisecond.
WRITTEN_TO_S = 0.0015
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Impact:
    """A shock, and its size as a multiple of the limit that it passed."""

    start_s: float
    strength: float


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
            found.append(_Impact(start_s, peak / limit))
    return found


def _confidence_of(strength: float) -> float:
    """Return a half where a limit is just met, toward one above it."""
    return round(1 - 0.5 / max(strength, 1.0), 3)


def _slow_length(planar: Floats, rate_hz: float, cutoff_hz: float) -> Floats:
    """Return the length (n,) of the low-passed `planar` (n, 2) about its median."""
    low = dsp.low_pass(planar - np.median(planar, axis=0), rate_hz, cutoff_hz)
    return np.asarray(np.hypot(*low.T))


def _spread(signal: Floats) -> float:
    """Return the SD that Gaussian values with this median absolute deviation would have."""
    return 1.4826 * float(np.median(np.abs(signal - np.median(signal))))


def _spans(time_s: Floats, mask: Mask) -> list[tuple[float, float]]:
    """Return first and last time of each run in which `mask` (n,) holds."""
    runs = dsp.runs(mask)
    return [(float(time_s[run.start]), float(time_s[run.stop - 1])) for run in runs]


def _merged(time_s: Floats, mask: Mask) -> list[tuple[float, float]]:
    """Return `_spans`, those with little between them as one."""
    found: list[tuple[float, float]] = []
    for start_s, end_s in _spans(time_s, mask):
        if found and start_s - found[-1][1] <= CORRECTION_MERGED_S:
            found[-1] = (found[-1][0], end_s)
        else:
            found.append((start_s, end_s))
    return found


def _any_within(time_s: Floats, mask: Mask, start_s: float, end_s: float) -> bool:
    return bool(mask[(time_s >= start_s) & (time_s <= end_s)].any())


def _largest_within(time_s: Floats, values: Floats, start_s: float, end_s: float) -> float:
    return float(values[(time_s >= start_s) & (time_s <= end_s)].max(initial=0.0))


def _near(event: Event, start_s: float, end_s: float) -> bool:
    return event.start_s - LURCH_BEFORE_S <= end_s and start_s <= event.end_s


@dataclass(frozen=True, slots=True, eq=False)
class Trunk:
    """Acceleration of the trunk on a uniform grid: `vertical` (n,) and horizontal `planar` (n, 2)."""

    time_s: Floats
    vertical: Floats
    planar: Floats
    rate_hz: float


def find_landings(trunk: Trunk) -> tuple[Event, ...]:
    """Return what broke the stance, in the order of time; none below 40 Hz, where impacts do not show.

    A touchdown is an impact (vertical acceleration above 5 Hz) with a lurch of the trunk about it, taken to
    last a second; either may be weaker than its limit where the other makes up for it. With a second impact
    soon after, it is a step; with weight taken away first, a hop. Own rules.
    """
    if trunk.rate_hz < LOWEST_RATE_HZ:
        return ()
    limits = (WEAKEST * FOOT_IMPACT_MPS2, WEAKEST * FOOT_SPREADS)
    found = _impacts(trunk.time_s, trunk.vertical, trunk.rate_hz, limits, STEP_AFTER_S)
    lurch = _slow_length(trunk.planar, trunk.rate_hz, IMPACT_ABOVE_HZ)
    lurch /= max(LURCH_MPS2, LURCH_MEDIANS * float(np.median(lurch)))
    weightless = dsp.low_pass(trunk.vertical, trunk.rate_hz, FLIGHT_BELOW_HZ) < FLIGHT_MPS2
    events: list[Event] = []
    for first, later in _bursts(found):
        at_s = first.start_s
        if _any_within(trunk.time_s, weightless, at_s - FLIGHT_BEFORE_S, at_s + FLIGHT_BEFORE_S):
            events.append(Event("hop", at_s, at_s + STANCE_REFRACTORY_S, _confidence_of(first.strength)))
            continue
        lurched = _largest_within(trunk.time_s, lurch, at_s - LURCH_BEFORE_S, at_s + LURCH_AFTER_S)
        strength = WEAKEST * first.strength * lurched
        if lurched > WEAKEST and strength > 1:
            kind: EventKind = "step" if later else "touchdown"
            events.append(Event(kind, at_s, at_s + STANCE_REFRACTORY_S, _confidence_of(strength)))
    return tuple(events)


def _bursts(found: Sequence[_Impact]) -> list[tuple[_Impact, list[_Impact]]]:
    """Return each impact that stands apart, with those that follow it within a second."""
    bursts: list[tuple[_Impact, list[_Impact]]] = []
    for impact in found:
        if bursts and impact.start_s - bursts[-1][0].start_s < STEP_WITHIN_S:
            bursts[-1][1].append(impact)
        else:
            bursts.append((impact, []))
    return bursts


def find_corrections(trial: Trial) -> list[Event]:
    """Return the lurches of the trunk that no landing explains."""
    span = trial.samples((trial.steady_s[0], trial.steady_s[1]))
    time_s = trial.time_s[span]
    planar = np.column_stack([trial.ap_mps2[span], trial.ml_mps2[span]])
    slow = _slow_length(planar, trial.rate_hz, PRESET_CUTOFF_HZ["isway"])
    leaning = slow > max(LURCH_MPS2, float(np.median(slow)) + LEANING_SPREADS * _spread(slow))
    landings = [event for event in trial.events if event.breaks_stance]
    return [
        Event("correction", first_s, last_s)
        for first_s, last_s in _merged(time_s, leaning)
        if not any(_near(landing, first_s, last_s) for landing in landings)
    ]


def find_contacts(trial: Trial) -> list[Event]:
    """Return impacts of the edge, and short rests at the largest tilt where that is known or learnt."""
    span = trial.samples(trial.steady_s)
    time_s = trial.time_s[span]
    tilt_deg = np.hypot(trial.tilt_ap_deg[span], trial.tilt_ml_deg[span])
    limits = (BOARD_IMPACT_MPS2, BOARD_SPREADS)
    contacts = [
        Event(
            "edge_contact",
            impact.start_s,
            _leaves(time_s, tilt_deg, impact.start_s),
            _confidence_of(impact.strength),
        )
        for impact in _impacts(time_s, trial.v_mps2[span], trial.rate_hz, limits, BOARD_REFRACTORY_S)
    ]
    limit_deg = trial.setup.board_max_tilt_deg or _learnt_limit(time_s, tilt_deg, contacts)
    rests = [
        Event("edge_contact", start_s, end_s)
        for start_s, end_s in _rests(time_s, tilt_deg, trial.rate_hz, limit_deg)
        if not any(_near(contact, start_s, end_s) for contact in contacts)
    ]
    return contacts + rests


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


def merge_events(found: Sequence[Event], by_hand: Sequence[Event]) -> tuple[Event, ...]:
    """Return the `found` events as a hand corrected them, in the order of time.

    An event set by hand takes the place of found ones of its kind within half a second, or takes them away
    where its confidence is 0.
    """
    kept = [event for event in found if not any(is_same(event, hand) for hand in by_hand)]
    kept += [hand for hand in by_hand if hand.confidence > 0]
    return tuple(sorted(kept, key=_start))


def changed_by_hand(stored: Sequence[Event], edited: Sequence[Event]) -> tuple[Event, ...]:
    """Return what somebody changed in a table of events: added, moved, taken away, or marked by hand before.

    `stored` are the events as they were written, `edited` as they are read again. An event taken away
    comes back with confidence 0, so that it is not found anew.
    """
    kept = [event for event in edited if event.by_hand]
    added = [event for event in edited if not event.by_hand and not _listed(event, stored)]
    removed = [event for event in stored if not event.by_hand and not _listed(event, edited)]
    changed = [replace(event, by_hand=True) for event in added]
    changed += [replace(event, confidence=0.0, by_hand=True) for event in removed]
    return tuple(sorted((*kept, *changed), key=_start))


def _listed(event: Event, events: Sequence[Event]) -> bool:
    return any(event.kind == e.kind and abs(event.start_s - e.start_s) <= WRITTEN_TO_S for e in events)


def add_by_hand(earlier: Sequence[Event], later: Sequence[Event]) -> tuple[Event, ...]:
    """Return the corrections of two hands: the later wins where both speak of the same event."""
    kept = [event for event in earlier if not any(is_same(event, hand) for hand in later)]
    return tuple(sorted((*kept, *later), key=_start))


def is_same(event: Event, hand: Event) -> bool:
    """Return whether a hand speaks of `event`: the same kind, begun within half a second."""
    return event.kind == hand.kind and abs(event.start_s - hand.start_s) <= HAND_WITHIN_S


def _start(event: Event) -> float:
    return event.start_s


def find_events(trial: Trial) -> tuple[Event, ...]:
    """Return the events of a trial in the order of time, those that it carries included.

    Preparation finds what breaks a stance; here are added corrections (lurches that kept it) and, on a
    board, contacts of its edge: an impact, or a short rest at the board's largest tilt where that is known
    or where the trial's own impacts agree on it. None below 40 Hz. Events set by hand win. Own rules.
    """
    if trial.rate_hz < LOWEST_RATE_HZ:
        return trial.events
    added = find_contacts(trial) if trial.setup.facing == "up" else find_corrections(trial)
    return merge_events((*trial.events, *added), trial.by_hand)
