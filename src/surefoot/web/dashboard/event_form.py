"""Events as somebody corrects them in a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, cast
from urllib.parse import parse_qs

from surefoot.errors import SetupError
from surefoot.model import Event, EventKind
from surefoot.preparation.events import is_same

KINDS: Final[Mapping[str, str]] = {
    "touchdown": "Touchdown",
    "step": "Step",
    "hop": "Hop",
    "correction": "Correction",
    "edge_contact": "Edge contact",
    "foot_lift": "Foot lift",
}
MAX_EVENTS: Final = 200
SEEN: Final = "seen"
_FIELDS: Final = ("kind", "start", "end")


def read_hands(body: bytes, known: Sequence[Event], length_s: float) -> tuple[Event, ...]:
    """Return what a sent form changes in the events `known` of a trial, those with confidence 0 not shown.

    What is new or was moved is an event set by hand; what is gone comes back with confidence 0, so that it
    is not found anew. As a hand wins over everything of its kind within half a second, earlier hands and
    what was left alone beside a change are said again. Rows without a kind are left out. Raises SetupError
    for a row that is no event of a recording of `length_s`, and where the form tells that it showed other
    events.
    """
    shown, denied = show_events(known), [event for event in known if event.confidence == 0]
    fields = _read_fields(body)
    if fields.get(SEEN, [sign_events(shown)]) != [sign_events(shown)]:
        raise _refuse_old()
    edited = [_read_event(*row, length_s) for row in _read_rows(fields)]
    before, after = [_shape(event) for event in shown], [_shape(event) for event in edited]
    gone = [event for event in shown if _shape(event) not in after]
    new = [event for event in edited if _shape(event) not in before]
    left = [event for event in shown if _shape(event) in after]
    if not (gone or new):
        return ()
    earlier = [event for event in (*denied, *left) if event.by_hand]
    beside = [replace(event, by_hand=True) for event in _find_beside(left, (*gone, *new))]
    return (*(replace(event, confidence=0.0, by_hand=True) for event in gone), *earlier, *beside, *new)


def _find_beside(left: Sequence[Event], changed: Sequence[Event]) -> list[Event]:
    """Return the found events within reach of a changed one, or of another that has become one of a hand."""
    beside: list[Event] = []
    reached = list(changed)
    while reached:
        rest = [event for event in left if not event.by_hand and event not in beside]
        reached = [event for event in rest if any(is_same(event, hand) for hand in reached)]
        beside += reached
    return beside


def show_events(known: Sequence[Event]) -> tuple[Event, ...]:
    """Return the events that a page shows: not those that a hand took away."""
    return tuple(event for event in known if event.confidence > 0)


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as the form shows it: its kind, its ends in s, how sure it is in % (None: set by hand)."""

    kind: str
    start: str
    end: str
    sure: str | None


def list_rows(events: Sequence[Event]) -> tuple[EventRow, ...]:
    """Return the rows of the form."""
    return tuple(
        EventRow(event.kind, f"{event.start_s:.2f}", f"{event.end_s:.2f}", _sure_of(event))
        for event in events
    )


def _sure_of(event: Event) -> str | None:
    return None if event.by_hand else f"{100 * event.confidence:.0f}"


def sign_events(events: Sequence[Event]) -> str:
    """Return a sign of what a form shows of `events`, by which an old form is known."""
    return sha256(repr([_shape(event) for event in events]).encode()).hexdigest()[:16]


def _read_fields(body: bytes) -> dict[str, list[str]]:
    try:
        text = body.decode("utf-8", "replace")
        return parse_qs(text, keep_blank_values=True, max_num_fields=3 * MAX_EVENTS + 1)
    except ValueError:
        raise _refuse(f"more than {MAX_EVENTS} rows") from None


def _read_rows(fields: Mapping[str, list[str]]) -> list[tuple[str, str, str]]:
    kinds, starts, ends = (fields.get(name, []) for name in _FIELDS)
    if not len(kinds) == len(starts) == len(ends):
        raise _refuse("rows with a cell missing")
    return [row for row in zip(kinds, starts, ends, strict=True) if row[0]]


def _read_event(kind: str, start: str, end: str, length_s: float) -> Event:
    try:
        start_s, end_s = float(start), float(end)
    except ValueError:
        raise _refuse(f"{start!r} to {end!r}") from None
    if kind not in KINDS or not 0 <= start_s <= end_s <= length_s:
        raise _refuse(f"{kind!r} from {start!r} to {end!r} s of {length_s:.2f} s")
    return Event(cast("EventKind", kind), start_s, end_s, by_hand=True)


def _shape(event: Event) -> tuple[str, float, float]:
    """Return what the form shows of an event."""
    return (event.kind, round(event.start_s, 2), round(event.end_s, 2))


def _refuse(found: str) -> SetupError:
    return SetupError(
        "An event was not understood.",
        found=found[:200],
        expected="one of " + ", ".join(KINDS.values()) + ", its start and its end within the recording",
        do="Correct the row; a row without a kind is left out.",
    )


def _refuse_old() -> SetupError:
    return SetupError(
        "The events were changed elsewhere in the meantime.",
        found="a form of before that change",
        expected="a form with the events as they are now",
        do="Go back to the trial, load its page again, and correct what is left to correct.",
    )
