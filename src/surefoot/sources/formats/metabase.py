"""MbientLab MetaBase: one table a sensor of a MetaMotion or MetaWear board, joined by their epoch times.

Specific force in g and rotation in deg/s, told apart by the unit in the header: the axes are called the same.
The board's fused ``Gravity`` and ``Linear Acceleration``, also in g, are known by the file's name, not read.
Each sensor has its own rate and start. Times in epoch ms, the zone in the header. Source: real exports;
mbientlab/MetaWear-SDK, file ``MblMwData.swift``.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

import numpy as np

from surefoot.model import Floats, Issue, Recording
from surefoot.sources.assembly.clocks import epoch_clock, is_rounded, second_clock_used, zone_of
from surefoot.sources.assembly.one_file import find_signal
from surefoot.sources.assembly.recordings import Origin, assemble, gravity_missing, sole_member, stem_of
from surefoot.sources.assembly.timing import Signal
from surefoot.sources.assembly.wall_clock import read_wall_clock
from surefoot.sources.tables import Table, read_table, table_head

TITLE: Final = "MbientLab MetaBase (CSV)"

_HEADER: Final = re.compile(
    r"epoch? \(ms\),time(?:stamp)? \(([^)]*)\),elapsed \(s\),x-axis \((g|deg/s)\)", re.IGNORECASE
)
_FUSED: Final = re.compile(r"Linear.?Acceleration|Gravity", re.IGNORECASE)
_APART: Final = Issue(
    "gyroscope_left_out",
    "warning",
    "A spreadsheet rounded the clock that acceleration and rotation share, so the gyroscope was left out.",
    "Give the files as the app exported them.",
)
_EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member has the header of an accelerometer or gyroscope table."""
    return bool(_members(files))


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording of a board's accelerometer and, where it is there, its gyroscope.

    Raises UnitError where there is no accelerometer, UnreadableFileError where there are several.
    """
    matches = _members(files)
    raw = {member: match for member, match in matches.items() if not _FUSED.search(stem_of(member))}
    accelerometers = [member for member, match in raw.items() if match[2].lower() == "g"]
    gyroscopes = [member for member in raw if member not in accelerometers]
    if not accelerometers:
        hint = "Give the Accelerometer file of the same recording too."
        raise gravity_missing(", ".join(sorted(files))[:120], hint, removed=False)
    member = sole_member(files, accelerometers)
    zone = zone_of(matches[member][1])
    acc, zero, issues = _signal(files, member, "acceleration", zone)
    gyr = None
    if gyroscopes:
        gyr, gyr_zero, _ = _signal(files, sole_member(files, gyroscopes), "gyroscope", zone)
        if zero and gyr_zero:
            gyr = Signal(gyr.name, gyr.time_s + (gyr_zero - zero).total_seconds(), gyr.values, gyr.unit)
        elif issues:
            # Each sensor starts at its own time, so its own seconds do not tell how the two lie together.
            gyr, issues = None, (*issues, _APART)
    started = zero.astimezone(zone) if zero else None
    return (assemble(acc, gyr, Origin(+1, clock_zero=started, issues=issues)),)


def _members(files: Mapping[str, bytes]) -> dict[str, re.Match[str]]:
    matches = ((member, _HEADER.match(table_head(data, 400))) for member, data in sorted(files.items()))
    return {member: match for member, match in matches if match}


def _signal(
    files: Mapping[str, bytes], member: str, name: str, zone: tzinfo
) -> tuple[Signal, datetime | None, tuple[Issue, ...]]:
    """Return a sensor, the moment of its time zero, and what is to be said of its clock."""
    table = read_table(files[member], member)
    epoch = table[table.names[0]]
    issues: tuple[Issue, ...] = ()
    if is_rounded(epoch):
        time_s, zero, used = _other_clock(table, zone)
        issues = (second_clock_used(table.names[0], used),)
    else:
        time_s, zero = epoch_clock(epoch, 0.001)
    signal = find_signal(table, name, "{}-axis", time_s)
    if signal is None:
        raise gravity_missing(", ".join(table.names), "Export the recording again.", removed=False)
    return signal, zero, issues


def _other_clock(table: Table, zone: tzinfo) -> tuple[Floats, datetime | None, str]:
    """Return the times in words, or the sensor's own seconds where a spreadsheet broke those too."""
    offset = f"{_EPOCH.astimezone(zone):%z}"
    clock = read_wall_clock([f"{cell} {offset}" for cell in table.texts(table.names[1])])
    if clock.started and np.isfinite(clock.time_s).all():
        return clock.time_s, clock.started, table.names[1]
    return table[table.names[2]], None, table.names[2]
