"""The table of events of a trial, which people may edit by hand: ``events.tsv``."""

from pathlib import Path
from typing import Any, cast, get_args

from surefoot.diary.files import read_table, write_json, write_table
from surefoot.diary.layout import Place, locate
from surefoot.errors import DiaryError
from surefoot.model import Assessment, Event, EventKind

EVENT_COLUMNS = ("onset", "duration", "trial_type", "confidence", "by_hand")
SPANS = ("steady", "analysed")


def write_events(root: Path, place: Place, assessment: Assessment) -> None:
    """Write the table of events, with the steady and the analysed span, and its sidecar."""
    write_table(locate(root, place.file("events.tsv")), _rows(assessment), EVENT_COLUMNS)
    write_json(locate(root, place.file("events.json")), _COLUMNS)


def read_events(root: Path, place: Place) -> tuple[Event, ...]:
    """Read the table of events back, as somebody may have edited it. Raises DiaryError for a broken row."""
    path = locate(root, place.file("events.tsv"))
    rows = [row for row in read_table(path) if row.get("trial_type") not in SPANS]
    try:
        return tuple(_event(row) for row in rows)
    except (KeyError, ValueError) as error:
        raise DiaryError(
            "The events of a trial cannot be read.",
            found=f"{error} in {path.name}",
            expected="onset and duration in seconds, and one of " + ", ".join(get_args(EventKind)),
            do="Correct the row, or take it out.",
        ) from error


def _event(row: dict[str, str]) -> Event:
    kind = row["trial_type"]
    if kind not in get_args(EventKind):
        raise ValueError(f"trial_type {kind!r}")
    start_s = float(row["onset"])
    duration_s = _number(row.get("duration", "n/a"), 0.0)
    confidence = _number(row.get("confidence", "n/a"), 1.0)
    by_hand = row.get("by_hand") == "yes"
    return Event(cast("EventKind", kind), start_s, start_s + duration_s, confidence, by_hand=by_hand)


def _number(text: str, missing: float) -> float:
    return missing if text in ("n/a", "") else float(text)


def _rows(assessment: Assessment) -> list[dict[str, Any]]:
    spans = zip(SPANS, (assessment.provenance.steady_s, assessment.provenance.window_s), strict=True)
    rows = [
        {"onset": f"{start:.3f}", "duration": f"{end - start:.3f}", "trial_type": kind}
        for kind, (start, end) in spans
    ]
    rows += [
        {
            "onset": f"{event.start_s:.3f}",
            "duration": f"{event.end_s - event.start_s:.3f}",
            "trial_type": event.kind,
            "confidence": f"{event.confidence:.2f}",
            "by_hand": "yes" if event.by_hand else "no",
        }
        for event in assessment.events
    ]
    return sorted(rows, key=lambda row: float(row["onset"]))


_COLUMNS = {
    "trial_type": {
        "Description": "What happened, or which part of the recording was used.",
        "Levels": {
            "steady": "steady standing was found here",
            "analysed": "the values were computed from this window",
            "foot_lift": "the free foot left the floor",
            "touchdown": "the free foot touched the floor",
            "step": "both feet came down, one after the other",
            "hop": "the standing foot left the floor",
            "edge_contact": "the board's edge touched the floor",
            "correction": "a large movement that kept the stance",
        },
    },
    "confidence": {
        "Description": "How sure the detection is, 0 to 1; 0 in a row set by hand: nothing happened here."
    },
    "by_hand": {
        "Description": "Whether a person set this event.",
        "Levels": {"yes": "set by hand", "no": "found"},
    },
}
