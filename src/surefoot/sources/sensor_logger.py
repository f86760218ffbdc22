"""Sensor Logger (Kelvin Choi), Android and iOS: a zip of CSV tables, its tables alone, or one JSON.

iOS writes the opposite of specific force, Android specific force; with *standardisation* on, iOS writes what
Android does. ``Accelerometer`` has gravity removed on both, ``TotalAcceleration`` (Android) has it,
``AccelerometerUncalibrated`` has it in g on iOS and in m/s² elsewhere. Rotation in rad/s. Times in epoch
nanoseconds, read exactly. Source: tszheichoi/awesome-sensor-logger.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import SourceError, UnreadableFileError
from surefoot.model import Floats, Recording
from surefoot.sources._assembly import Origin, add_gravity, assemble, gravity_missing, rest_norm, stem_of
from surefoot.sources._json import expecting, json_members, read_json
from surefoot.sources._timing import Signal, left_out
from surefoot.tables import read_rows, read_table, table_head
from surefoot.units import acceleration_unit

TITLE: Final = "Sensor Logger (zip, CSV or JSON)"

_SENSORS: Final = ("TotalAcceleration", "AccelerometerUncalibrated", "Accelerometer", "Gravity", "Gyroscope")
_WATCH: Final = re.compile(r"time,seconds_elapsed,[^\n]*rotationRateX")
_HEADER: Final = re.compile(
    r"time,seconds_elapsed,(?![^\n]*rotationRateX)|seconds_elapsed,[xyz],|time,z,y,x\n\d{19},"
)
_METADATA: Final = re.compile(r"version,.*\bplatform\b.*\bappVersion\b")
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
_EXPORT_HINT: Final = (
    "In Sensor Logger, switch on Gravity beside the accelerometer (iOS) or Total Acceleration (Android), "
    "and export the whole zip."
)


@dataclass(frozen=True, slots=True, eq=False)
class _Export:
    """Sensors by name on one clock, the app's metadata, and the epoch time of the clock's zero."""

    sensors: Mapping[str, Signal]
    metadata: Mapping[str, str]
    zero_ns: int


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """One sensor as written: epoch nanoseconds (n,), seconds since Start (n,), x, y and z (n, 3)."""

    time_ns: NDArray[np.int64]
    elapsed_s: Floats
    values: Floats


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member is a Sensor Logger table, its metadata, or its JSON."""
    if _json_member(files):
        return True
    heads = [table_head(data, 400) for data in files.values()]
    watch_only = any(_WATCH.match(head) for head in heads) and not any(_HEADER.match(head) for head in heads)
    return any(_HEADER.match(head) or _METADATA.match(head) for head in heads) and not watch_only


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording of an export.

    Raises UnitError without an acceleration that includes gravity, SourceError where neither metadata nor
    content tell which way the acceleration points.
    """
    member = _json_member(files)
    export = _from_json(files[member], member) if member else _from_tables(files)
    acceleration, sign = _acceleration(export)
    zone = _zone(export.metadata.get("recording timezone", ""))
    zero = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=export.zero_ns / 1000)
    origin = Origin(
        sign,
        export.metadata.get("platform", "").lower() or _platform(export.sensors),
        export.metadata.get("device name", ""),
        clock_zero=zero.astimezone(zone) if export.zero_ns else None,
    )
    return (assemble(acceleration, export.sensors.get("Gyroscope"), origin),)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the members of a Sensor Logger zip of its platform (Android if not known)."""
    started = recording.started or _EPOCH
    ios = recording.platform == "ios"
    tables = {"TotalAcceleration": recording.acc_mps2}
    if ios:
        gravity = np.broadcast_to(-recording.acc_mps2.mean(axis=0), recording.acc_mps2.shape)
        tables = {"Accelerometer": -recording.acc_mps2 - gravity, "Gravity": gravity}
    if recording.gyr_radps is not None:
        tables["Gyroscope"] = recording.gyr_radps
    epoch_ns = round(started.timestamp() * 1e6) * 1000
    files = {f"{name}.csv": _csv(recording.time_s, values, epoch_ns) for name, values in tables.items()}
    return {
        **files,
        "Metadata.csv": _metadata_csv(recording, started, list(tables), ios=ios),
        "Annotation.csv": b"",
    }


def _sensor_of(member: str) -> str:
    """Return which of our sensors a file holds by its name, which may carry a prefix."""
    stem = stem_of(member)
    return next((name for name in _SENSORS if re.search(rf"(^|[-_ ]){name}$", stem)), "")


def _json_member(files: Mapping[str, bytes]) -> str:
    keys = ('"sensor"', '"seconds_elapsed"')
    members = (member for member, text in json_members(files) if all(key in text for key in keys))
    return next(members, "")


def _from_tables(files: Mapping[str, bytes]) -> _Export:
    rows: dict[str, _Rows] = {}
    for member, data in sorted(files.items()):
        name = _sensor_of(member)
        if name and _HEADER.match(table_head(data, 400)):
            rows[name] = _table_rows(data, member)
    return _on_one_clock(rows, _metadata(files))


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


def _metadata(files: Mapping[str, bytes]) -> dict[str, str]:
    for member, data in files.items():
        if _METADATA.match(table_head(data, 400)):
            rows = read_rows(data, member)
            return dict(zip(rows[0], rows[1], strict=False)) if len(rows) > 1 else {}
    return {}


def _from_json(data: bytes, member: str) -> _Export:
    records = read_json(data, member)
    with expecting(member, "a list of records with sensor, time, seconds_elapsed and values"):
        groups: dict[str, list[Any]] = {}
        for record in records:
            groups.setdefault(str(record.get("sensor", "")), []).append(record)
        rows: dict[str, _Rows] = {name: _record_rows(groups[name]) for name in _SENSORS if name in groups}
        metadata = {key: str(value) for key, value in groups.get("Metadata", [{}])[0].items()}
        return _on_one_clock(rows, metadata)


def _record_rows(records: list[Any]) -> _Rows:
    time_ns = np.array([int(record["time"]) for record in records], dtype=np.int64)
    elapsed = np.array([float(record["seconds_elapsed"]) for record in records])
    values = np.array([[float(record[axis]) for axis in "xyz"] for record in records])
    return _Rows(time_ns, elapsed, values)


def _on_one_clock(rows: Mapping[str, _Rows], metadata: Mapping[str, str]) -> _Export:
    """Drop rows from before the start and count all times from the first one left."""
    recent = {name: row.elapsed_s >= 0 for name, row in rows.items()}
    first = [int(row.time_ns[recent[name]].min()) for name, row in rows.items() if recent[name].any()]
    zero_ns = min(first, default=0)
    sensors = {
        name: left_out(_signal(name, row, zero_ns, metadata), recent[name], "from before the start")
        for name, row in rows.items()
    }
    return _Export(sensors, metadata, zero_ns if zero_ns > 10**17 else 0)


def _signal(name: str, rows: _Rows, zero_ns: int, metadata: Mapping[str, str]) -> Signal:
    kind = {"Gyroscope": "gyroscope", "Gravity": "gravity"}.get(name, "acceleration")
    return Signal(kind, (rows.time_ns - zero_ns) / 1e9, rows.values, _unit(name, metadata))


def _unit(name: str, metadata: Mapping[str, str]) -> str:
    """Return a sensor's unit; the uncalibrated accelerometer's only where the platform is known."""
    if name == "Gyroscope":
        return "rad/s"
    if name != "AccelerometerUncalibrated":
        return "m/s2"
    platform = metadata.get("platform", "").lower()
    return "" if not platform else "g" if platform == "ios" and not _is_standardised(metadata) else "m/s2"


def _acceleration(export: _Export) -> tuple[Signal, int]:
    """Return the acceleration with gravity and its sign."""
    sensors = export.sensors
    if "TotalAcceleration" in sensors:
        acceleration = sensors["TotalAcceleration"]
    elif "Accelerometer" in sensors and "Gravity" in sensors:
        acceleration = add_gravity(sensors["Accelerometer"], sensors["Gravity"])
    elif "AccelerometerUncalibrated" in sensors:
        acceleration = sensors["AccelerometerUncalibrated"]
    elif sensors:
        found = f"only {', '.join(sorted(sensors))}"
        raise gravity_missing(found, _EXPORT_HINT, removed="Accelerometer" in sensors)
    else:
        raise UnreadableFileError(
            "The Sensor Logger export holds no accelerometer.",
            found="no Accelerometer, Gravity, TotalAcceleration or AccelerometerUncalibrated table",
            expected="acceleration with gravity from the phone itself",
            do=_EXPORT_HINT,
        )
    return acceleration, _sign(export)


def _sign(export: _Export) -> int:
    platform = export.metadata.get("platform", "").lower() or _platform(export.sensors)
    if platform == "android" or _is_standardised(export.metadata) or _reads_mps2(export.sensors):
        return +1
    if platform == "ios":
        return -1
    raise SourceError(
        "Which way the acceleration points cannot be known from these files.",
        found=f"{', '.join(sorted(export.sensors))} without Metadata.csv",
        expected="the platform, since iOS and Android write opposite signs",
        do="Import the whole zip, or put Metadata.csv of the same export beside the tables.",
    )


def _platform(sensors: Mapping[str, Signal]) -> str:
    """Return the platform that content alone proves, an empty string otherwise."""
    if "TotalAcceleration" in sensors:
        return "android"
    return "ios" if _uncalibrated_unit(sensors) == "g" else ""


def _reads_mps2(sensors: Mapping[str, Signal]) -> bool:
    """Tell whether the uncalibrated accelerometer is in m/s², as only Android and standardised iOS write."""
    return _uncalibrated_unit(sensors) == "m/s2"


def _uncalibrated_unit(sensors: Mapping[str, Signal]) -> str | None:
    signal = sensors.get("AccelerometerUncalibrated")
    if signal is None or not signal.time_s.size:
        return None
    return acceleration_unit(rest_norm(signal.values))


def _is_standardised(metadata: Mapping[str, str]) -> bool:
    return metadata.get("standardisation", "").lower() == "true"


def _zone(name: str) -> ZoneInfo | Any:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _csv(time_s: Floats, values: Floats, epoch_ns: int) -> bytes:
    stamps = (np.rint(time_s * 1e9).astype(np.int64) + epoch_ns).tolist()
    rows = zip(stamps, time_s.tolist(), values[:, ::-1].tolist(), strict=True)
    lines = [f"{stamp},{elapsed!r},{z!r},{y!r},{x!r}" for stamp, elapsed, (z, y, x) in rows]
    return ("time,seconds_elapsed,z,y,x\n" + "\n".join(lines) + "\n").encode()


def _metadata_csv(recording: Recording, started: datetime, sensors: list[str], *, ios: bool) -> bytes:
    rate_hz = (recording.time_s.size - 1) / recording.duration_s
    fields = {
        "version": "3",
        "device name": recording.device_model,
        "recording epoch time": str(round(started.timestamp() * 1000)),
        "recording time": f"{started.astimezone(UTC):%Y-%m-%d_%H-%M-%S}",
        "recording timezone": getattr(started.tzinfo, "key", "UTC"),
        "platform": "ios" if ios else "android",
        "appVersion": "1.47.1",
        "sensors": "|".join(sensors),
        "sampleRateMs": "|".join([str(round(1000 / rate_hz))] * len(sensors)),
        "standardisation": "false",
    }
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([fields.keys(), fields.values()])
    return text.getvalue().removesuffix("\n").encode()
