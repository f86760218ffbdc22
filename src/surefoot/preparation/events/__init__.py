"""What happened in a trial: touchdowns of the free foot, corrections, contacts of a board's edge."""

from __future__ import annotations

from surefoot.model import Event, Trial
from surefoot.preparation.events._thresholds import LOWEST_RATE_HZ
from surefoot.preparation.events.contacts import find_contacts
from surefoot.preparation.events.hands import add_by_hand, changed_by_hand, is_same, merge_events
from surefoot.preparation.events.landings import Trunk, find_corrections, find_landings

__all__ = [
    "Trunk",
    "add_by_hand",
    "changed_by_hand",
    "find_events",
    "find_landings",
    "is_same",
    "merge_events",
]


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
