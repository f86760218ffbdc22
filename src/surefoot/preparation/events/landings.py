"""Standing: the free foot comes down, the standing foot hops, the trunk lurches and is caught."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from surefoot import dsp
from surefoot.model import PRESET_CUTOFF_HZ, Event, EventKind, Floats, Trial
from surefoot.preparation.events._signals import (
    Impact,
    any_within,
    confidence_of,
    impacts,
    largest_within,
    merged,
    near,
    slow_length,
    spread,
)
from surefoot.preparation.events._thresholds import (
    FLIGHT_BEFORE_S,
    FLIGHT_BELOW_HZ,
    FLIGHT_MPS2,
    FOOT_IMPACT_MPS2,
    FOOT_SPREADS,
    IMPACT_ABOVE_HZ,
    LEANING_SPREADS,
    LOWEST_RATE_HZ,
    LURCH_AFTER_S,
    LURCH_BEFORE_S,
    LURCH_MEDIANS,
    LURCH_MPS2,
    STANCE_REFRACTORY_S,
    STEP_AFTER_S,
    STEP_WITHIN_S,
    WEAKEST,
)


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
    found = impacts(trunk.time_s, trunk.vertical, trunk.rate_hz, limits, STEP_AFTER_S)
    lurch = slow_length(trunk.planar, trunk.rate_hz, IMPACT_ABOVE_HZ)
    lurch /= max(LURCH_MPS2, LURCH_MEDIANS * float(np.median(lurch)))
    weightless = dsp.low_pass(trunk.vertical, trunk.rate_hz, FLIGHT_BELOW_HZ) < FLIGHT_MPS2
    events: list[Event] = []
    for first, later in _bursts(found):
        at_s = first.start_s
        if any_within(trunk.time_s, weightless, at_s - FLIGHT_BEFORE_S, at_s + FLIGHT_BEFORE_S):
            events.append(Event("hop", at_s, at_s + STANCE_REFRACTORY_S, confidence_of(first.strength)))
            continue
        lurched = largest_within(trunk.time_s, lurch, at_s - LURCH_BEFORE_S, at_s + LURCH_AFTER_S)
        strength = WEAKEST * first.strength * lurched
        if lurched > WEAKEST and strength > 1:
            kind: EventKind = "step" if later else "touchdown"
            events.append(Event(kind, at_s, at_s + STANCE_REFRACTORY_S, confidence_of(strength)))
    return tuple(events)


def _bursts(found: Sequence[Impact]) -> list[tuple[Impact, list[Impact]]]:
    """Return each impact that stands apart, with those that follow it within a second."""
    bursts: list[tuple[Impact, list[Impact]]] = []
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
    slow = slow_length(planar, trial.rate_hz, PRESET_CUTOFF_HZ["isway"])
    leaning = slow > max(LURCH_MPS2, float(np.median(slow)) + LEANING_SPREADS * spread(slow))
    landings = [event for event in trial.events if event.breaks_stance]
    return [
        Event("correction", first_s, last_s)
        for first_s, last_s in merged(time_s, leaning)
        if not any(near(landing, first_s, last_s) for landing in landings)
    ]
