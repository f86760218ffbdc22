"""Sensor Logger (Kelvin Choi), Android and iOS: a zip of CSV tables, its tables alone, or one JSON.

iOS writes the opposite of specific force, Android specific force; with *standardisation* on, iOS writes what
Android does. ``Accelerometer`` has gravity removed on both, ``TotalAcceleration`` (Android) has it,
``AccelerometerUncalibrated`` has it in g on iOS and in m/s² elsewhere. Rotation in rad/s, taken uncalibrated
where there is no other. Times in epoch nanoseconds, read exactly. Annotations are told with their times.
Source: tszheichoi/awesome-sensor-logger, ``UNITS.md``, ``CROSSPLATFORM.md``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import UnreadableFileError
from surefoot.model import SIGN_UNKNOWN, Floats, Issue, Recording
from surefoot.sources.assembly.clocks import is_rounded, rounded_clock, second_clock_used
from surefoot.sources.assembly.json_members import expecting, json_members, read_json
from surefoot.sources.assembly.logger_export import (
    HEADER,
    METADATA,
    PHONE,
    annotations_in,
    annotations_of,
    is_headphone_table,
    is_phone_table,
    is_standardised,
    is_watch_table,
    is_wrist_table,
    metadata_of,
    sensor_of,
)
from surefoot.sources.assembly.recordings import Origin, add_gravity, assemble, gravity_missing, rest_norm
from surefoot.sources.assembly.timing import Signal, left_out
from surefoot.sources.tables import note_passed_over, read_table, table_head
from surefoot.units import acceleration_unit

TITLE: Final = "Sensor Logger (zip, CSV or JSON)"

_GYROSCOPES: Final = ("Gyroscope", "GyroscopeUncalibrated")
_SIGN_UNKNOWN: Final = Issue(
    SIGN_UNKNOWN,
    "warning",
    "Without Metadata.csv nothing tells whether the phone ran iOS or Android, which write opposite signs; "
    "that of iOS was taken.",
    "Import the whole zip, or put Metadata.csv of the same export beside the tables.",
)
_EXPORT_HINT: Final = (
    "In Sensor Logger, switch on Gravity beside the accelerometer (iOS) or Total Acceleration (Android), "
    "and export the whole zip."
)


@dataclass(frozen=True, slots=True, eq=False)
class _Export:
    """Sensors by name on one clock, the app's metadata, the epoch time of the clock's zero, annotations."""

    sensors: Mapping[str, Signal]
    metadata: Mapping[str, str]
    zero_ns: int
    remarks: tuple[tuple[float, str], ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """One sensor as written: epoch nanoseconds (n,), seconds since Start (n,), x, y and z (n, 3)."""

    time_ns: NDArray[np.int64]
    elapsed_s: Floats
    values: Floats


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member is a table of the phone's motion, its JSON, or all are tables of the app."""
    if _json_member(files):
        return True
    if any(is_phone_table(member, data) for member, data in files.items()):
        return True
    heads = [table_head(data, 400) for data in files.values() if data.strip()]
    own = [bool(HEADER.match(head) or METADATA.match(head)) for head in heads]
    worn = (is_wrist_table, is_watch_table, is_headphone_table)
    return bool(own) and all(own) and not any(it(m, data) for m, data in files.items() for it in worn)


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording of an export.

    Raises UnitError without an acceleration that includes gravity. Where neither metadata nor content tell
    which way it points, the sign of iOS is taken, and this is said.
    """
    member = _json_member(files)
    export = _from_json(files[member], member) if member else _from_tables(files)
    acceleration = _acceleration(export)
    sign = _sign(export)
    zone = _zone(export.metadata.get("recording timezone", ""))
    zero = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=export.zero_ns / 1000)
    origin = Origin(
        sign or -1,
        export.metadata.get("platform", "").lower() or _platform(export.sensors),
        export.metadata.get("device name", ""),
        clock_zero=zero.astimezone(zone) if export.zero_ns else None,
        issues=(*export.issues, *(() if sign else (_SIGN_UNKNOWN,))),
        remarks=export.remarks,
    )
    gyroscope = next((export.sensors[name] for name in _GYROSCOPES if name in export.sensors), None)
    return (assemble(acceleration, gyroscope, origin),)


def _json_member(files: Mapping[str, bytes]) -> str:
    keys = ('"sensor"', '"seconds_elapsed"')
    members = (member for member, text in json_members(files) if all(key in text for key in keys))
    return next(members, "")


def _from_tables(files: Mapping[str, bytes]) -> _Export:
    metadata = metadata_of(files)
    members = {sensor_of(member): member for member in sorted(files) if is_phone_table(member, files[member])}
    rows = {name: _table_rows(files[members[name]], members[name]) for name in _needed(members, metadata)}
    return _on_one_clock(rows, metadata, annotations_of(files))


def _needed(names: Collection[str], metadata: Mapping[str, str]) -> list[str]:
    """Return which of an export's sensors are read: one acceleration with gravity, and one gyroscope.

    Where no platform is told, the uncalibrated accelerometer's unit may tell it.
    """
    total = ("TotalAcceleration",)
    apart = ("Accelerometer", "Gravity")
    raw = ("AccelerometerUncalibrated",)
    whole = next((own for own in (total, apart, raw) if set(own) <= set(names)), tuple(names))
    evidence = raw if whole == apart and not metadata.get("platform") else ()
    gyroscope = next((name for name in _GYROSCOPES if name in names), "")
    return [name for name in names if name in (*whole, *evidence, gyroscope)]


def _table_rows(data: bytes, member: str) -> _Rows:
    table = read_table(data, member)
    with expecting(member, "the columns time, seconds_elapsed, x, y and z"):
        values = np.column_stack([table[axis] for axis in "xyz"])
        elapsed = table["seconds_elapsed"] if "seconds_elapsed" in table else np.full(len(values), np.inf)
        time_ns = table.integers("time") if "time" in table else _nanoseconds(elapsed)
    return _Rows(time_ns, elapsed, values)


def _nanoseconds(elapsed_s: Floats) -> NDArray[np.int64]:
    """Return times as whole nanoseconds; what is no number is before the start, and dropped as such later."""
    return np.rint(np.nan_to_num(elapsed_s, nan=-1.0, posinf=0.0, neginf=-1.0) * 1e9).astype(np.int64)


def _from_json(data: bytes, member: str) -> _Export:
    records = read_json(data, member)
    with expecting(member, "a list of records with sensor, time, seconds_elapsed and values"):
        groups: dict[str, list[Any]] = {}
        for record in records:
            groups.setdefault(str(record.get("sensor", "")), []).append(record)
        metadata = {key: str(value) for key, value in groups.get("Metadata", [{}])[0].items()}
        needed = _needed([name for name in PHONE if name in groups], metadata)
        rows = {name: _record_rows(groups[name]) for name in needed}
        note_passed_over(name for name in groups if name not in (*needed, "Metadata", "Annotation"))
        return _on_one_clock(rows, metadata, annotations_in(records))


def _record_rows(records: list[Any]) -> _Rows:
    time_ns = np.array([int(record["time"]) for record in records], dtype=np.int64)
    elapsed = np.array([float(record["seconds_elapsed"]) for record in records])
    values = np.array([[float(record[axis]) for axis in "xyz"] for record in records])
    return _Rows(time_ns, elapsed, values)


def _on_one_clock(
    rows: Mapping[str, _Rows], metadata: Mapping[str, str], remarks: tuple[tuple[float, str], ...]
) -> _Export:
    """Drop rows from before the start and count all times, annotations' too, from the first one left."""
    rows, issues = _by_unrounded_clock(rows)
    recent = {name: row.elapsed_s >= 0 for name, row in rows.items()}
    first = [int(row.time_ns[recent[name]].min()) for name, row in rows.items() if recent[name].any()]
    zero_ns = min(first, default=0)
    sensors = {}
    for name, row in rows.items():
        kind = "gyroscope" if name in _GYROSCOPES else "gravity" if name == "Gravity" else "acceleration"
        signal = Signal(kind, (row.time_ns - zero_ns) / 1e9, row.values, _unit(name, metadata))
        sensors[name] = left_out(signal, recent[name], "from before the start")
    begun = [float(row.elapsed_s[recent[name]].min()) for name, row in rows.items() if recent[name].any()]
    zero_s = min((second for second in begun if second < np.inf), default=0.0)
    told = tuple((second - zero_s, text) for second, text in remarks)
    return _Export(sensors, metadata, zero_ns if zero_ns > 10**17 else 0, told, issues)


def _by_unrounded_clock(rows: Mapping[str, _Rows]) -> tuple[Mapping[str, _Rows], tuple[Issue, ...]]:
    """Take the seconds since Start for all sensors where a spreadsheet rounded the epoch of one.

    Raises UnreadableFileError where there are none.
    """
    rounded = {name: float(row.time_ns[0]) for name, row in rows.items() if is_rounded(row.time_ns)}
    for name, stamp in rounded.items():
        if np.isinf(rows[name].elapsed_s).any():
            raise rounded_clock(stamp)
    if not rounded:
        return rows, ()
    other = {name: replace(row, time_ns=_nanoseconds(row.elapsed_s)) for name, row in rows.items()}
    return other, (second_clock_used("time", "seconds_elapsed"),)


def _unit(name: str, metadata: Mapping[str, str]) -> str:
    """Return a sensor's unit; the uncalibrated accelerometer's only where the platform is known."""
    if name in _GYROSCOPES:
        return "rad/s"
    if name != "AccelerometerUncalibrated":
        return "m/s2"
    platform = metadata.get("platform", "").lower()
    return "" if not platform else "g" if platform == "ios" and not is_standardised(metadata) else "m/s2"


def _acceleration(export: _Export) -> Signal:
    """Return the acceleration with gravity."""
    sensors = export.sensors
    if "TotalAcceleration" in sensors:
        return sensors["TotalAcceleration"]
    if "Accelerometer" in sensors and "Gravity" in sensors:
        return add_gravity(sensors["Accelerometer"], sensors["Gravity"])
    if "AccelerometerUncalibrated" in sensors:
        return sensors["AccelerometerUncalibrated"]
    if sensors:
        found = f"only {', '.join(sorted(sensors))}"
        raise gravity_missing(found, _EXPORT_HINT, removed="Accelerometer" in sensors)
    raise UnreadableFileError(
        "The Sensor Logger export holds no accelerometer.",
        found="no Accelerometer, Gravity, TotalAcceleration or AccelerometerUncalibrated table",
        expected="acceleration with gravity from the phone itself",
        do=_EXPORT_HINT,
    )


def _sign(export: _Export) -> int:
    """Return which way the acceleration points, 0 where nothing tells."""
    # As only Android and standardised iOS write the uncalibrated accelerometer.
    is_mps2 = _uncalibrated_unit(export.sensors) == "m/s2"
    platform = export.metadata.get("platform", "").lower() or _platform(export.sensors)
    if platform == "android" or is_standardised(export.metadata) or is_mps2:
        return +1
    return -1 if platform == "ios" else 0


def _platform(sensors: Mapping[str, Signal]) -> str:
    """Return the platform that content alone proves, an empty string otherwise."""
    if "TotalAcceleration" in sensors:
        return "android"
    return "ios" if _uncalibrated_unit(sensors) == "g" else ""


def _uncalibrated_unit(sensors: Mapping[str, Signal]) -> str | None:
    signal = sensors.get("AccelerometerUncalibrated")
    if signal is None or not signal.time_s.size:
        return None
    return acceleration_unit(rest_norm(signal.values))


def _zone(name: str) -> ZoneInfo | Any:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
