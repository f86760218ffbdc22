"""What a person says of the events: it wins over what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from surefoot.model import Event
from surefoot.preparation.events._thresholds import HAND_WITHIN_S, WRITTEN_TO_S


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
