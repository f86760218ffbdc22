"""Shocks, slow movements and spans of a signal, from which the events are told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surefoot import dsp
from surefoot.model import Event, Floats
from surefoot.preparation.events._thresholds import CORRECTION_MERGED_S, IMPACT_ABOVE_HZ, LURCH_BEFORE_S

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Impact:
    """A shock, and its size as a multiple of the limit that it passed."""

    start_s: float
    strength: float


def impacts(
    time_s: Floats, vertical: Floats, rate_hz: float, limits: tuple[float, float], refractory_s: float
) -> list[Impact]:
    """Return the beginnings of shocks on the vertical, one for each refractory time.

    `limits` is the least size, and the multiple of the robust SD that it must exceed too.
    """
    shock = np.abs(vertical - dsp.low_pass(vertical, rate_hz, IMPACT_ABOVE_HZ, order=2))
    limit = max(limits[0], limits[1] * spread(shock))
    found: list[Impact] = []
    for at in np.flatnonzero(shock > limit):
        start_s = float(time_s[at])
        if not found or start_s - found[-1].start_s >= refractory_s:
            peak = float(shock[at : at + max(1, round(0.05 * rate_hz))].max())
            found.append(Impact(start_s, peak / limit))
    return found


def confidence_of(strength: float) -> float:
    """Return a half where a limit is just met, toward one above it."""
    return round(1 - 0.5 / max(strength, 1.0), 3)


def slow_length(planar: Floats, rate_hz: float, cutoff_hz: float) -> Floats:
    """Return the length (n,) of the low-passed `planar` (n, 2) about its median."""
    low = dsp.low_pass(planar - np.median(planar, axis=0), rate_hz, cutoff_hz)
    return np.asarray(np.hypot(*low.T))


def spread(signal: Floats) -> float:
    """Return the SD that Gaussian values with this median absolute deviation would have."""
    return 1.4826 * float(np.median(np.abs(signal - np.median(signal))))


def spans(time_s: Floats, mask: Mask) -> list[tuple[float, float]]:
    """Return first and last time of each run in which `mask` (n,) holds."""
    runs = dsp.runs(mask.astype(float))
    return [(float(time_s[run.start]), float(time_s[run.stop - 1])) for run in runs]


def merged(time_s: Floats, mask: Mask) -> list[tuple[float, float]]:
    """Return `spans`, those with little between them as one."""
    found: list[tuple[float, float]] = []
    for start_s, end_s in spans(time_s, mask):
        if found and start_s - found[-1][1] <= CORRECTION_MERGED_S:
            found[-1] = (found[-1][0], end_s)
        else:
            found.append((start_s, end_s))
    return found


def any_within(time_s: Floats, mask: Mask, start_s: float, end_s: float) -> bool:
    return bool(mask[(time_s >= start_s) & (time_s <= end_s)].any())


def largest_within(time_s: Floats, values: Floats, start_s: float, end_s: float) -> float:
    return float(values[(time_s >= start_s) & (time_s <= end_s)].max(initial=0.0))


def near(event: Event, start_s: float, end_s: float) -> bool:
    return event.start_s - LURCH_BEFORE_S <= end_s and start_s <= event.end_s
