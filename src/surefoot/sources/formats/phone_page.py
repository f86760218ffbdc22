"""Surefoot's own phone page: one JSON file with the rows of a browser's motion events.

Acceleration with gravity in m/s², rotation in deg/s about the same axes, times in milliseconds of the page's
clock. Browsers on iOS write the opposite of specific force, all others specific force (W3C *Device
Orientation and Motion*; WebKit's source). Chromium rounds to 0.1 m/s² and 0.1 deg/s. A missing gyroscope is
written as null.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Issue, Recording, broken_off
from surefoot.sources.assembly.json_members import expecting, json_members, read_json
from surefoot.sources.assembly.recordings import Origin, assemble
from surefoot.sources.assembly.timing import Signal

TITLE: Final = "Surefoot phone page (JSON)"
FORMAT: Final = "surefoot-phone-page"
MEMBER: Final = "phone-page.json"
SILENT_S: Final = 1.0
COLUMNS: Final = ("time_ms", "acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z")


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member is a recording of the phone page."""
    return bool(_member(files))


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording. Raises UnreadableFileError where the JSON is cut off or of another shape."""
    member = _member(files)
    if not member:
        raise UnreadableFileError(
            "The files hold no recording of the phone page.",
            found=", ".join(sorted(files))[:80],
            expected=f"JSON with the format {FORMAT}",
            do="Give the file as Surefoot kept it.",
        )
    document = read_json(files[member], member)
    with expecting(member, "what Surefoot's phone page writes"):
        cells = [[np.nan if cell is None else float(cell) for cell in row] for row in document["rows"]]
        rows = np.array(cells)
        if rows.ndim != 2 or rows.shape[1] != len(COLUMNS):
            raise ValueError(f"rows of shape {rows.shape}")
        time_s = (rows[:, 0] - rows[0, 0]) / 1000
        origin = _origin(document, float(time_s.max()))
    acceleration = Signal("acceleration", time_s, rows[:, 1:4], "m/s2")
    has_gyroscope = bool(np.isfinite(rows[:, 4:]).any())
    gyroscope = Signal("gyroscope", time_s, rows[:, 4:], "deg/s") if has_gyroscope else None
    return (assemble(acceleration, gyroscope, origin),)


def write_rows(
    rows: list[list[float | None]],
    *,
    platform: str,
    started: datetime | None,
    browser: str = "",
    hidden: bool = False,
    stopped_s: float | None = None,
    lasted_s: float | None = None,
    marks: Sequence[tuple[float, str]] = (),
) -> dict[str, bytes]:
    """Return `rows` (of `COLUMNS`, as the browser gave them) as the file that `parse` reads.

    `hidden` tells that the page was out of sight for a while, `stopped_s` when it was stopped by hand,
    `lasted_s` how long it lasted by the page's clock: rows that end before tell of a page put to sleep.
    `marks` are what was said or sounded, at seconds after the beginning.
    """
    document = {
        "format": FORMAT,
        "version": 1,
        "platform": platform,
        "browser": browser,
        "started": None if started is None else started.isoformat(),
        "hidden": hidden,
        "stopped_s": stopped_s,
        "lasted_s": lasted_s,
        "marks": list(marks),
        "columns": COLUMNS,
        "rows": rows,
    }
    return {MEMBER: json.dumps(document, ensure_ascii=False).encode()}


def _member(files: Mapping[str, bytes]) -> str:
    return next((member for member, text in json_members(files) if f'"{FORMAT}"' in text), "")


def _origin(document: Mapping[str, Any], rows_s: float) -> Origin:
    platform = str(document["platform"])
    started = document["started"]
    issues = []
    if document["hidden"]:
        what = "The page was out of sight for a while, and browsers stop the sensors then."
        issues.append(Issue("page_hidden", "warning", what, "Keep the screen on and the page in front."))
    if document["stopped_s"] is not None:
        what = f"Stopped by hand after {float(document['stopped_s']):.1f} s."
        issues.append(Issue("stopped_early", "info", what))
    lasted_s = document.get("lasted_s")
    if lasted_s is not None and rows_s < float(lasted_s) - SILENT_S:
        issues.append(broken_off(f"The phone fell silent after {rows_s:.0f} of {float(lasted_s):.0f} s."))
    return Origin(
        sign=-1 if platform == "ios" else 1,
        platform=platform,
        clock_zero=None if started is None else datetime.fromisoformat(started),
        issues=tuple(issues),
        notes=tuple(_notes(document)),
    )


def _notes(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what travels with the trial: the browser, and each cue at its true instant."""
    if document["browser"]:
        yield f"browser: {document['browser']}"
    for at_s, text in document.get("marks", ()):
        yield f"cue at {float(at_s):.2f} s: {text}"
