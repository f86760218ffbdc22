"""SageResearch and mPower 2 motion records: JSON in long form, one record a sensor and time, iOS.

The raw accelerometer where it was recorded, gravity plus user acceleration otherwise: in g with the Core
Motion sign, the opposite of specific force. Rotation in rad/s. Each ``stepPath`` of the task is a recording
of its own. Times in s since the task's start, or since the phone started. Source:
Sage-Bionetworks/SageResearch, ``RSDMotionRecord``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Recording
from surefoot.sources.assembly.json_members import expecting, json_head, read_json
from surefoot.sources.assembly.one_file import one_file
from surefoot.sources.assembly.recordings import Origin, add_gravity, assemble, gravity_missing
from surefoot.sources.assembly.timing import MIN_SAMPLES, Signal
from surefoot.sources.tables import note_passed_over

TITLE: Final = "SageResearch / mPower 2 motion record (JSON)"

_KEYS: Final = ('"sensorType"', '"timestamp"')
_ROTATIONS: Final = ("gyro", "rotationRate")
_SHAPE: Final = "a list of records with timestamp, sensorType, x, y and z"
_HINT: Final = "Record the accelerometer, or gravity and userAcceleration."


def _is_own(data: bytes) -> bool:
    text = json_head(data)
    return text.startswith("[") and all(key in text for key in _KEYS) and '"seconds_elapsed"' not in text


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    records = read_json(data, member)
    steps: dict[str, list[Any]] = {}
    with expecting(member, _SHAPE):
        for record in records:
            if "sensorType" in record:
                steps.setdefault(str(record.get("stepPath", "")), []).append(record)
        sensors = {step: _sensors(rows) for step, rows in steps.items()}
        zero = _clock_zero(records)
    usable = {step: own for step, own in sensors.items() if len(steps[step]) >= MIN_SAMPLES}
    if not usable:
        raise UnreadableFileError(
            f"{member} holds no motion.",
            found=f"{len(steps)} steps",
            expected=_SHAPE,
            do="Export the motion file of the task.",
        )
    return tuple(_recording(own, step if len(usable) > 1 else "", zero) for step, own in usable.items())


claims, parse = one_file(_is_own, _read)


def _sensors(rows: list[Any]) -> dict[str, Signal]:
    kinds: dict[str, list[list[float]]] = {}
    for row in rows:
        if all(isinstance(row.get(axis), (int, float)) for axis in "xyz"):
            kinds.setdefault(row["sensorType"], []).append(
                [float(row["timestamp"]), *(float(row[axis]) for axis in "xyz")]
            )
    signals = {}
    for kind, values in kinds.items():
        table = np.array(values)
        unit = "rad/s" if kind in _ROTATIONS else "g"
        name = "gyroscope" if kind in _ROTATIONS else "acceleration"
        signals[kind] = Signal(name, table[:, 0], table[:, 1:], unit)
    return signals


def _recording(sensors: Mapping[str, Signal], part: str, zero: datetime | None) -> Recording:
    used = ("accelerometer",) if "accelerometer" in sensors else ("userAcceleration", "gravity")
    rotation = next((kind for kind in _ROTATIONS if kind in sensors), "")
    note_passed_over(kind for kind in sensors if kind not in (*used, rotation))
    acc = sensors.get("accelerometer")
    if acc is None and {"userAcceleration", "gravity"} <= set(sensors):
        acc = add_gravity(sensors["userAcceleration"], sensors["gravity"])
    if acc is None:
        found = ", ".join(sorted(sensors)) or "no sensors"
        raise gravity_missing(found, _HINT, removed="userAcceleration" in sensors)
    return assemble(acc, sensors.get(rotation), Origin(-1, "ios", part=part, clock_zero=zero))


def _clock_zero(records: list[Any]) -> datetime | None:
    """Return the wall time at time zero, from the first record that carries a date with a zone."""
    for record in records[:200]:
        if "timestampDate" in record:
            moment = datetime.fromisoformat(str(record["timestampDate"]))
            return moment - timedelta(seconds=float(record["timestamp"])) if moment.tzinfo else None
    return None
