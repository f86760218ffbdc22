"""SensorLog (Bernd Thomas), iPhone and Apple Watch: CSV or JSON.

Acceleration in g with the Core Motion sign, the opposite of specific force; the raw accelerometer where it
was recorded, gravity plus user acceleration otherwise. Rotation in rad/s. Each sensor has its own time since
the device started; a row that repeats it is an older sample. Missing values are ``null``, ``-9999`` or empty.
Which columns there are depends on the app's settings; CSV names may go without units. Source: real exports;
newcastleuniversity/DISPEL, provider *sensorlog*.
"""

import re
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Recording
from surefoot.sources.assembly.json_members import expecting, json_head, read_json
from surefoot.sources.assembly.one_file import column_of, find_signal, one_file
from surefoot.sources.assembly.recordings import Origin, add_gravity, assemble, gravity_missing
from surefoot.sources.assembly.timing import Signal, left_out
from surefoot.sources.tables import Table, first_text, read_table, table_head

TITLE: Final = "SensorLog (CSV or JSON)"

_HEADER: Final = re.compile(
    r"[^\n]*\b(loggingTime\(txt\)|accelerometerAccelerationX|motionUserAccelerationX)"
)
_KEYS: Final = ('"accelerometerTimestamp_sinceReboot"', '"motionTimestamp_sinceReboot"')
_MISSING: Final = -9999.0
_HINT: Final = "In SensorLog, switch on Accelerometer and Gyroscope, and record again."


def _is_json(data: bytes) -> bool:
    text = json_head(data)
    return any(key in text for key in _KEYS)


def _is_table(data: bytes) -> bool:
    is_json = first_text(data, 200).lstrip().startswith(("{", "["))
    return not is_json and bool(_HEADER.match(table_head(data, 8000)))


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    if _is_json(data):
        table, logged = _from_json(data, member)
    else:
        table = read_table(data, member)
        name = column_of(table.names, "loggingTime")
        logged = table.texts(name) if name else []
    acc = _acceleration(table, logged)
    gyr = _signal(table, logged, "gyroscope", "gyroRotation{}", "gyro", "rad/s") or _signal(
        table, logged, "gyroscope", "motionRotationRate{}", "motion", "rad/s"
    )
    zero = _clock_zero(logged, acc.time_s)
    return (assemble(acc, gyr, Origin(-1, "ios", clock_zero=zero, notes=table.notes)),)


claims, parse = one_file(lambda data: _is_table(data) or _is_json(data), _read)


def _from_json(data: bytes, member: str) -> tuple[Table, list[str]]:
    """Return the sensor values of all records as a table, and their logging times."""
    records = read_json(data, member)
    with expecting(member, "a list of records with accelerometer or motion values"):
        names = [name for name in records[0] if re.search(r"[XYZ]$|Timestamp_sinceReboot$", name)]
        values = np.array([[_number(record.get(name)) for name in names] for record in records])
        return Table(tuple(names), values), [str(record.get("loggingTime", "")) for record in records]


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return np.nan


def _acceleration(table: Table, logged: list[str]) -> Signal:
    raw = _signal(table, logged, "acceleration", "accelerometerAcceleration{}", "accelerometer", "g")
    if raw is not None:
        return raw
    user = _signal(table, logged, "acceleration", "motionUserAcceleration{}", "motion", "g")
    gravity = _signal(table, logged, "gravity", "motionGravity{}", "motion", "g")
    if user is None or gravity is None:
        raise gravity_missing(", ".join(table.names)[:80], _HINT, removed=user is not None)
    return add_gravity(user, gravity)


def _signal(table: Table, logged: list[str], name: str, pattern: str, clock: str, unit: str) -> Signal | None:
    """Return a sensor on its own clock, or on the log's where the sensor's was not recorded."""
    if not column_of(table.names, pattern.replace("{}", "X")):
        return None
    stamps = column_of(table.names, f"{clock}Timestamp_sinceReboot")
    signal = find_signal(table, name, pattern, table[stamps] if stamps else _seconds(logged), unit)
    if signal is None:
        return None
    present = left_out(signal, (signal.values != _MISSING).all(axis=1), "in which it was not heard")
    return present if np.isfinite(present.values).any() else None


def _moment(text: str) -> datetime:
    """Return a logging time, in either of the app's two spellings.

    >>> _moment("2020-05-05 09:11:29.596 +0200") == _moment("2020-05-05T09:11:29.596+02:00")
    True
    """
    return datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", text.strip()))


def _seconds(logged: list[str]) -> Floats:
    try:
        moments = [_moment(text) for text in logged]
        first = moments[0]
        return np.array([(moment - first).total_seconds() for moment in moments])
    except (ValueError, TypeError, IndexError):
        raise UnreadableFileError(
            "The file tells no times.",
            found=repr(logged[0]) if logged else "neither sensor times nor loggingTime",
            expected="the sensor's time since reboot, or loggingTime",
            do="In SensorLog's settings, switch the timestamps on, and record again.",
        ) from None


def _clock_zero(logged: list[str], time_s: Floats) -> datetime | None:
    """Return the wall time at the sensor clock's zero, where the log tells its zone."""
    try:
        moment = _moment(logged[0])
        return moment - timedelta(seconds=float(time_s[0])) if moment.tzinfo else None
    except (ValueError, IndexError, OverflowError):
        return None
