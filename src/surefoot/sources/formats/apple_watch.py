"""Apple Watch by Sensor Logger: ``WristMotion.csv``, where no table of the phone's own is beside it.

Gravity plus acceleration: in g with the Core Motion sign, the opposite of specific force, or, with
*standardisation* on since version 1.63, in m/s² as specific force; the size of the gravity columns tells
which. ``WatchAccelerometerUncalibrated.csv``, the same with gravity in it, is read where there is no wrist
motion. Rotation in rad/s. Times in epoch nanoseconds, read exactly. Source: tszheichoi/awesome-sensor-logger,
``UNITS.md``.
"""

from collections.abc import Mapping
from typing import Final

from surefoot.model import SIGN_UNKNOWN, Floats, Issue, Recording
from surefoot.sources.assembly.logger_export import (
    annotations_of,
    is_phone_table,
    is_watch_table,
    is_wrist_table,
    metadata_of,
    since_start,
    worn_follow,
)
from surefoot.sources.assembly.one_file import find_signal
from surefoot.sources.assembly.recordings import Origin, assemble, gravity_missing, rest_norm, sole_member
from surefoot.sources.assembly.timing import Signal
from surefoot.sources.tables import Table, read_table
from surefoot.units import acceleration_unit

TITLE: Final = "Apple Watch by Sensor Logger (CSV)"

_HINT: Final = "In Sensor Logger, switch on Wrist Motion of the watch, and export the whole zip."
_SIGN: Final = Issue(
    SIGN_UNKNOWN,
    "warning",
    "Before version 1.63 the app turned the watch's units but not reliably its signs; those of Android were "
    "taken.",
    "Switch Standardise Units & Frames off, and record again.",
)


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member is the watch's motion, and no other a sensor of the phone."""
    return bool(_members(files)) and not any(is_phone_table(m, data) for m, data in files.items())


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording of a watch.

    Raises UnitError without gravity, UnreadableFileError where the table is broken.
    """
    member = sole_member(files, _members(files))
    table = read_table(files[member], member)
    time_s, zero, zero_s, rounded = since_start(table)
    fused = is_wrist_table(member, files[member])
    acc = _fused(table, time_s) if fused else _raw(table, time_s)
    gyr = find_signal(table, "gyroscope", "rotationRate{}", time_s, "rad/s")
    metadata = metadata_of(files)
    unsure = acc.unit != "g" and bool(metadata) and not worn_follow(metadata)
    origin = Origin(
        -1 if acc.unit == "g" else +1,
        "watchos",
        clock_zero=zero,
        issues=(*rounded, *((_SIGN,) if unsure else ())),
        notes=table.notes,
        remarks=tuple((second - zero_s, text) for second, text in annotations_of(files)),
    )
    return (assemble(acc, gyr if gyr and gyr.values.any() else None, origin),)


def _members(files: Mapping[str, bytes]) -> list[str]:
    """Return the tables of wrist motion, those of the accelerometer alone where there is none."""
    wrist = [m for m, data in sorted(files.items()) if is_wrist_table(m, data)]
    return wrist or [m for m, data in sorted(files.items()) if is_watch_table(m, data)]


def _fused(table: Table, time_s: Floats) -> Signal:
    user = find_signal(table, "acceleration", "acceleration{}", time_s)
    gravity = find_signal(table, "gravity", "gravity{}", time_s)
    if user is None or gravity is None:
        raise gravity_missing(", ".join(table.names)[:120], _HINT, removed=user is not None)
    unit = acceleration_unit(rest_norm(gravity.values)) or ""
    return Signal("acceleration", time_s, user.values + gravity.values, unit)


def _raw(table: Table, time_s: Floats) -> Signal:
    acc = find_signal(table, "acceleration", "{}", time_s)
    if acc is None:
        raise gravity_missing(", ".join(table.names)[:120], _HINT, removed=False)
    return Signal("acceleration", time_s, acc.values, acceleration_unit(rest_norm(acc.values)) or "")
