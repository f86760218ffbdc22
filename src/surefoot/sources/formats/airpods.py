"""AirPods by Sensor Logger: ``Headphone.csv``, where no table of phone or watch is beside it.

Gravity in m/s² always; the acceleration beside it in g, or in m/s² with *standardisation* on. The Core Motion
sign, the opposite of specific force, unless a version since 1.63 standardised it. Rotation in rad/s. They are
worn on the head, and this is said. Times in epoch nanoseconds, read exactly. Source:
tszheichoi/awesome-sensor-logger, ``UNITS.md``, ``COORDINATES.md``.
"""

from collections.abc import Mapping
from typing import Final

from surefoot.model import SIGN_UNKNOWN, Issue, Recording
from surefoot.sources.assembly.logger_export import (
    annotations_of,
    is_headphone_table,
    is_phone_table,
    is_standardised,
    is_watch_table,
    is_wrist_table,
    metadata_of,
    since_start,
    worn_follow,
)
from surefoot.sources.assembly.one_file import find_signal
from surefoot.sources.assembly.recordings import Origin, add_gravity, assemble, gravity_missing, sole_member
from surefoot.sources.tables import read_table

TITLE: Final = "AirPods by Sensor Logger (CSV)"

_HINT: Final = "In Sensor Logger, switch on Headphone, and export the whole zip."
_HEAD: Final = Issue(
    "worn_on_head",
    "warning",
    "The motion is that of AirPods, which are worn on the head.",
    "Give --placement head; for the trunk, record with the phone.",
)
_UNIT: Final = Issue(
    "unit_assumed",
    "info",
    "Without Metadata.csv nothing tells the unit of the acceleration beside gravity; g, as the app writes it "
    "unless told otherwise, was taken.",
    "Import the whole zip.",
)
_SIGN: Final = Issue(
    SIGN_UNKNOWN,
    "warning",
    "Before version 1.63 the app turned the units of headphones but not reliably their signs; those of iOS "
    "were taken.",
    "Switch Standardise Units & Frames off, and record again.",
)


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member is the motion of headphones, and no other that of phone or watch."""
    others = (is_phone_table, is_wrist_table, is_watch_table)
    return bool(_members(files)) and not any(it(m, data) for m, data in files.items() for it in others)


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording of a pair of headphones.

    Raises UnitError without gravity, UnreadableFileError where the table is broken.
    """
    member = sole_member(files, _members(files))
    table = read_table(files[member], member)
    time_s, zero, zero_s, rounded = since_start(table)
    metadata = metadata_of(files)
    turned = is_standardised(metadata)
    follows = turned and worn_follow(metadata)
    user = find_signal(table, "acceleration", "acceleration{}", time_s, "m/s2" if turned else "g")
    gravity = find_signal(table, "gravity", "gravity{}", time_s, "m/s2")
    if user is None or gravity is None:
        raise gravity_missing(", ".join(table.names)[:120], _HINT, removed=user is not None)
    gyr = find_signal(table, "gyroscope", "rotationRate{}", time_s, "rad/s")
    unsure = (*([] if metadata else [_UNIT]), *([_SIGN] if turned and not follows else []))
    origin = Origin(
        +1 if follows else -1,
        "ios",
        clock_zero=zero,
        issues=(_HEAD, *rounded, *unsure),
        notes=table.notes,
        remarks=tuple((second - zero_s, text) for second, text in annotations_of(files)),
    )
    return (assemble(add_gravity(user, gravity), gyr if gyr and gyr.values.any() else None, origin),)


def _members(files: Mapping[str, bytes]) -> list[str]:
    return [m for m, data in sorted(files.items()) if is_headphone_table(m, data)]
