"""A wobble board: its edge touches the floor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from surefoot.model import Event, Floats, Trial
from surefoot.preparation.events._signals import confidence_of, impacts, near, spans
from surefoot.preparation.events._thresholds import (
    BOARD_IMPACT_MPS2,
    BOARD_REFRACTORY_S,
    BOARD_SPREADS,
    EDGE_AGREE_DEG,
    EDGE_HELD_S,
    EDGE_LEARNT_FROM,
    EDGE_LEFT_DEG,
    EDGE_REACHED_DEG,
    EDGE_SPEED_DEGPS,
)


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
            confidence_of(impact.strength),
        )
        for impact in impacts(time_s, trial.v_mps2[span], trial.rate_hz, limits, BOARD_REFRACTORY_S)
    ]
    limit_deg = trial.setup.board_max_tilt_deg or _learnt_limit(time_s, tilt_deg, contacts)
    rests = [
        Event("edge_contact", start_s, end_s)
        for start_s, end_s in _rests(time_s, tilt_deg, trial.rate_hz, limit_deg)
        if not any(near(contact, start_s, end_s) for contact in contacts)
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
    return [(a, b) for a, b in spans(time_s, resting) if b - a >= EDGE_HELD_S]


def _leaves(time_s: Floats, tilt_deg: Floats, start_s: float) -> float:
    """Return when the tilt has fallen a degree below what it was at the contact."""
    after = np.searchsorted(time_s, start_s)
    falling = np.flatnonzero(tilt_deg[after:] < tilt_deg[after] - EDGE_LEFT_DEG)
    return float(time_s[after + falling[0]]) if len(falling) else float(time_s[-1])
