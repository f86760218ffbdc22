"""Apple Watch by Sensor Logger: ``WristMotion.csv``, where no table of the phone's own is beside it.

Gravity plus acceleration: in g with the Core Motion sign, the opposite of specific force, or, with
*standardisation* on since version 1.63, in m/s² as specific force; the size of the gravity columns tells
which. Rotation in rad/s. Times in epoch nanoseconds, read exactly. Source: tszheichoi/awesome-sensor-logger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from surefoot.model import Recording
from surefoot.sources._assembly import Fidelity, Origin, assemble, gravity_missing, rest_norm, sole_member
from surefoot.sources._rounding import is_rounded, second_clock_used
from surefoot.sources._tabular import find_signal, samples, write_rows
from surefoot.sources._timing import Signal
from surefoot.tables import read_table, table_head
from surefoot.units import acceleration_unit

TITLE: Final = "Apple Watch by Sensor Logger (CSV)"
FIDELITY: Final = Fidelity(platform="watchos")

_HEADER: Final = re.compile(r"time,seconds_elapsed,(?=[^\n]*rotationRateX)(?=[^\n]*gravityX)")
_PHONE: Final = re.compile(r"time,seconds_elapsed,([xyz],){2}[xyz]\s*\n")
_HINT: Final = "In Sensor Logger, switch on Wrist Motion of the watch, and export the whole zip."


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member is the watch's motion, and no other a sensor of the phone."""
    phone = any(_PHONE.match(table_head(data, 200)) for data in files.values())
    return bool(_members(files)) and not phone


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording of a watch.

    Raises UnitError without gravity, UnreadableFileError where the table is broken.
    """
    member = sole_member(files, _members(files))
    table = read_table(files[member], member)
    since_start = table["seconds_elapsed"] >= 0
    stamps = table.integers("time")
    zero_ns = int(stamps[since_start].min()) if since_start.any() else 0
    rounded = is_rounded(stamps)
    time_s = table["seconds_elapsed"] if rounded else (stamps - zero_ns) / 1e9
    time_s = np.where(since_start, time_s, np.nan)
    user = find_signal(table, "acceleration", "acceleration{}", time_s)
    gravity = find_signal(table, "gravity", "gravity{}", time_s)
    if user is None or gravity is None:
        raise gravity_missing(", ".join(table.names)[:120], _HINT, removed=user is not None)
    unit = acceleration_unit(rest_norm(gravity.values)) or ""
    acc = Signal("acceleration", time_s, user.values + gravity.values, unit)
    gyr = find_signal(table, "gyroscope", "rotationRate{}", time_s, "rad/s")
    zero = None if rounded else datetime.fromtimestamp(0, UTC) + timedelta(microseconds=zero_ns / 1000)
    issues = (second_clock_used("time", "seconds_elapsed"),) if rounded else ()
    origin = Origin(-1 if unit == "g" else +1, "watchos", clock_zero=zero, issues=issues, notes=table.notes)
    return (assemble(acc, gyr if gyr and gyr.values.any() else None, origin),)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app's table of the watch, without standardisation."""
    start_ns = round((recording.started or datetime(2026, 1, 1, tzinfo=UTC)).timestamp() * 1e6) * 1000
    groups = ("rotationRate", "gravity", "acceleration")
    names = ["time", "seconds_elapsed", *(f"{group}{axis}" for group in groups for axis in "XYZ")]
    rows = []
    still = (-recording.acc_mps2.mean(axis=0) / 9.80665).tolist()
    for time_s, values in samples(recording, "g", sign=-1):
        user = [value - part for value, part in zip(values[:3], still, strict=True)]
        cells = [*(values[3:] or [0.0] * 3), *still, *user]
        rows.append([str(start_ns + round(time_s * 1e9)), repr(time_s), *map(repr, cells)])
    return {"WristMotion.csv": write_rows([names, *rows])}


def _members(files: Mapping[str, bytes]) -> list[str]:
    return [m for m, data in sorted(files.items()) if _HEADER.match(table_head(data, 400))]
