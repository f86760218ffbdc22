"""What Sensor Logger's tables of phone, watch and headphones share: names, metadata, annotations."""

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Issue
from surefoot.sources.assembly.clocks import is_rounded, second_clock_used
from surefoot.sources.assembly.recordings import stem_of
from surefoot.sources.tables import (
    Table,
    clean_text,
    first_text,
    note_member,
    read_rows,
    skip_preface,
    table_head,
)

PHONE: Final = (
    "TotalAcceleration",
    "AccelerometerUncalibrated",
    "Accelerometer",
    "Gravity",
    "Gyroscope",
    "GyroscopeUncalibrated",
)
HEADER: Final = re.compile(
    r"time,seconds_elapsed,(?![^\n]*rotationRateX)|seconds_elapsed,[xyz],|time,z,y,x\n\d{19},"
)
_WORN: Final = re.compile(r"time,seconds_elapsed,(?=[^\n]*rotationRateX)(?=[^\n]*gravityX)")
_WATCH: Final = re.compile(r"(^|[-_ ])WatchAccelerometer(Uncalibrated)?$")
_HEADPHONE: Final = re.compile(r"(^|[-_ ])Headphone$")
METADATA: Final = re.compile(r"version,.*\bplatform\b.*\bappVersion\b")
# Since this version the watch and the headphones follow *standardisation* in their signs too.
_WORN_FOLLOW: Final = (1, 63)


def sensor_of(member: str) -> str:
    """Return which sensor of the phone a file holds by its name, which may carry a prefix.

    >>> sensor_of("left_Gyroscope.csv"), sensor_of("WatchAccelerometerUncalibrated.csv")
    ('Gyroscope', '')
    """
    stem = stem_of(member)
    return next((name for name in PHONE if re.search(rf"(^|[-_ ]){name}$", stem)), "")


def has_rows(data: bytes) -> bool:
    """Tell whether anything stands below a table's header: a sensor that never spoke leaves that alone."""
    return "\n" in first_text(data, 400).strip()


def is_phone_table(member: str, data: bytes) -> bool:
    """Tell whether a file is a table of the phone's own motion."""
    return bool(sensor_of(member)) and has_rows(data) and bool(HEADER.match(table_head(data, 400)))


def is_wrist_table(member: str, data: bytes) -> bool:
    """Tell whether a file is the watch's fused motion."""
    return bool(_WORN.match(table_head(data, 400))) and not is_headphone_table(member, data)


def is_watch_table(member: str, data: bytes) -> bool:
    """Tell whether a file is the watch's own accelerometer."""
    return bool(_WATCH.search(stem_of(member))) and bool(HEADER.match(table_head(data, 400)))


def is_headphone_table(member: str, data: bytes) -> bool:
    """Tell whether a file is the motion of headphones, which say on which side they were worn."""
    head = table_head(data, 400)
    named = _HEADPHONE.search(stem_of(member)) or "devicelocation" in head.split("\n", 1)[0].lower()
    return bool(named and _WORN.match(head))


def since_start(table: Table) -> tuple[Floats, datetime | None, float, tuple[Issue, ...]]:
    """Return times in s from the first row since the start, its wall time, and its seconds since the start.

    NaN for rows from before the start. Where a spreadsheet rounded the epoch the seconds since the start are
    the clock, the wall time is None, and an issue says so.
    """
    elapsed = table["seconds_elapsed"]
    stamps = table.integers("time")
    recent = elapsed >= 0
    zero_s = float(elapsed[recent].min(initial=0.0))
    if is_rounded(stamps):
        since = np.where(recent, elapsed - zero_s, np.nan)
        return since, None, zero_s, (second_clock_used("time", "seconds_elapsed"),)
    zero_ns = int(stamps[recent].min()) if recent.any() else 0
    zero = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=zero_ns / 1000)
    return np.where(recent, (stamps - zero_ns) / 1e9, np.nan), zero, zero_s, ()


def metadata_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return what ``Metadata.csv`` tells, empty where there is none."""
    for member, data in files.items():
        if METADATA.match(table_head(data, 400)):
            rows = read_rows(data, member)
            return dict(zip(rows[0], rows[1], strict=False)) if len(rows) > 1 else {}
    return {}


def is_standardised(metadata: Mapping[str, str]) -> bool:
    """Tell whether *Standardise Units & Frames* was on."""
    return metadata.get("standardisation", "").lower() == "true"


def worn_follow(metadata: Mapping[str, str]) -> bool:
    """Tell whether the app is one whose watch and headphones are standardised in sign as in unit."""
    return tuple(map(int, re.findall(r"\d+", metadata.get("appVersion", "")))) >= _WORN_FOLLOW


def annotations_of(files: Mapping[str, bytes]) -> tuple[tuple[float, str], ...]:
    """Return the texts of ``Annotation.csv``, which may go over several lines, with their seconds."""
    found: list[tuple[float, str]] = []
    for member, data in sorted(files.items()):
        if stem_of(member).endswith("Annotation") and has_rows(data):
            note_member(member)
            found += _annotations(data, member)
    return tuple(found)


def _annotations(data: bytes, member: str) -> tuple[tuple[float, str], ...]:
    text = skip_preface(clean_text(data, member).decode())
    mark = max(",;\t", key=text.split("\n", 1)[0].count)
    try:
        return _remarks(csv.DictReader(io.StringIO(text), delimiter=mark))
    except csv.Error as error:
        raise UnreadableFileError(
            f"{member} holds no notes that can be read.",
            found=str(error)[:80],
            expected="rows of time, seconds_elapsed and text",
            do="Export the recording again, or leave this file out.",
        ) from None


def annotations_in(records: Iterable[Mapping[str, Any]]) -> tuple[tuple[float, str], ...]:
    """Return the texts of the JSON's annotations, each with its seconds since the start."""
    return _remarks(record for record in records if record.get("sensor") == "Annotation")


def _remarks(rows: Iterable[Mapping[str, Any]]) -> tuple[tuple[float, str], ...]:
    """Return time and text; a button pressed without a word is a mark all the same."""
    texts = ((row.get("seconds_elapsed", ""), str(row.get("text") or "").strip()) for row in rows)
    timed = ((_number(second), text) for second, text in texts)
    return tuple((second, text or "a mark") for second, text in timed if math.isfinite(second))


def _number(text: Any) -> float:
    try:
        return float(str(text).replace(",", "."))
    except ValueError:
        return math.nan
