"""Dropped files as they are looked at before anything is kept: one row a recording, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from surefoot import sources
from surefoot.model import Recording
from surefoot.sources.tables import kind_called, kind_of
from surefoot.web.errors import report

if TYPE_CHECKING:
    from datetime import date

    from surefoot.words.language import Language

# Whether the diary has a trial of a recording.
Holds = Callable[[Recording], bool]
_POINTS: Final = 90
_WIDTH: Final = 180.0
_MIDDLE: Final = 18.0
_KINDS: Final = (("picture", "picture"), ("video", "video"), ("sound", "video"), ("PDF", "document"))
_CODES: Final = {"not_gravity": "no_gravity", "no_samples": "no_motion"}


def look_at(
    language: Language,
    exports: Sequence[sources.Export],
    dropped: Mapping[str, bytes],
    holds: Holds,
    today: date,
) -> list[dict[str, Any]]:
    """Return a row for each recording in `exports`, and one for each export that holds none.

    `dropped` are the files in the order in which they came, each with its first bytes; ``files`` of a row
    counts in it. `holds` tells which the diary has. A row is ready to be kept where it has no
    ``problem``; ``why`` then says more.
    """
    rows: list[dict[str, Any]] = []
    for export in exports:
        names = [path.name for path in export.paths] or [export.name]
        numbers = [number for number, name in enumerate(dropped) if name in names]
        bare = {"name": export.name, "files": numbers, "part": "", "told": {}, "wave": "", "why": ""}
        try:
            parts = [_row(language, export, each, holds, today) for each in sources.parse(export.files)]
        except Exception as reason:  # noqa: BLE001 (told with its file; it stops no other)
            error = report(reason)
            key = _problem(names[0], dropped.get(names[0], b""), error.code)
            says, why = language.tell(f"import.{key}"), f"{error.what} {error.do}"
            parts = [{"says": says, "problem": True, "why": why}]
        rows += [{**bare, **part} for part in parts]
    return rows


def _row(
    language: Language, export: sources.Export, recording: Recording, holds: Holds, today: date
) -> dict[str, Any]:
    name = f"{export.name} {recording.part}".rstrip()
    part = {"name": name, "part": recording.part}
    if holds(recording):
        return {**part, "says": language.tell("import.already"), "problem": True}
    told = sources.propose_conditions(export.name) | sources.propose_conditions(f"{recording.part}.")
    says = _describe(language, recording, today)
    return {**part, "says": says, "problem": False, "told": told, "wave": draw_wave(recording)}


def _describe(language: Language, recording: Recording, today: date) -> str:
    titles = sources.discover()
    title = titles[recording.source].TITLE if recording.source in titles else recording.source
    rate = f"{(len(recording.time_s) - 1) / recording.duration_s:.0f}"
    facts = {"app": title.partition(" (")[0], "length": f"{recording.duration_s:.0f}", "rate": rate}
    started = recording.started
    if started is None:
        return language.tell("import.row_no_date", **facts)
    day, time = language.date_of(started.date(), today), language.time(started)
    return language.tell("import.row", day=day, time=time, **facts)


def _problem(name: str, beginning: bytes, code: str) -> str:
    """Return the key of the sentence that tells why a file holds no recording."""
    if not beginning:
        return "empty"
    kind = kind_of(beginning) or kind_called(name)
    return next((key for word, key in _KINDS if word in kind), _CODES.get(code, "unknown"))


def draw_wave(recording: Recording) -> str:
    """Return the path of the size of the acceleration over time, in a picture of 180 by 36."""
    size = np.linalg.norm(recording.acc_mps2, axis=1)
    parts = np.array_split(size - np.median(size), min(_POINTS, len(size)))
    means = np.array([part.mean() for part in parts])
    highest = float(np.quantile(np.abs(means), 0.98)) or 1.0
    heights = _MIDDLE - (_MIDDLE - 2) * np.clip(means / highest, -1, 1)
    across = np.linspace(1, _WIDTH - 1, len(means))
    return "M" + " L".join(f"{x:.0f} {y:.1f}" for x, y in zip(across, heights, strict=True))
