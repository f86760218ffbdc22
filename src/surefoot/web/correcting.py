"""Events as somebody corrects them in a form."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, cast, get_args
from urllib.parse import parse_qs

from surefoot.errors import SetupError
from surefoot.model import Event, EventKind

KINDS: Final[Mapping[EventKind, str]] = {
    "touchdown": "Touchdown",
    "correction": "Correction",
    "edge_contact": "Edge contact",
    "foot_lift": "Foot lift",
}
MAX_EVENTS: Final = 200
_FIELDS: Final = ("kind", "start", "end")


def read_events(body: bytes, known: Sequence[Event]) -> tuple[Event, ...] | None:
    """Return the events in a sent form, None where the ones that Surefoot finds are wanted back.

    Rows without a kind are left out. An event that stands unchanged among `known` stays as found. Raises
    SetupError for a row that is no event.
    """
    try:
        text = body.decode("utf-8", "replace")
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=4 * MAX_EVENTS)
    except ValueError:
        raise _refuse(f"more than {MAX_EVENTS} rows") from None
    if fields.get("how") == ["found"]:
        return None
    columns = [fields.get(name, []) for name in _FIELDS]
    if len({len(column) for column in columns}) != 1:
        raise _refuse("rows with a cell missing")
    rows = zip(*columns, strict=True)
    events = [_read_event(kind, start, end, known) for kind, start, end in rows if kind]
    return tuple(sorted(events, key=lambda event: event.start_s))


def _read_event(kind: str, start: str, end: str, known: Sequence[Event]) -> Event:
    try:
        start_s, end_s = float(start), float(end)
    except ValueError:
        raise _refuse(f"{start!r} to {end!r}") from None
    if kind not in get_args(EventKind) or not (math.isfinite(start_s) and math.isfinite(end_s)):
        raise _refuse(f"{kind!r} from {start!r} to {end!r}")
    for event in known:
        times = (round(event.start_s, 2), round(event.end_s, 2))
        if event.kind == kind and times == (round(start_s, 2), round(end_s, 2)):
            return event
    return Event(cast("EventKind", kind), start_s, end_s, by_hand=True)


def _refuse(found: str) -> SetupError:
    return SetupError(
        "An event was not understood.",
        found=found[:200],
        expected="one of " + ", ".join(KINDS.values()) + ", and two times in seconds",
        do="Correct the row; a row without a kind is left out.",
    )
