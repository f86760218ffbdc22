"""x-io NGIMU: ``sensors.csv`` of its program, in a folder for each device.

Specific force in g, rotation in deg/s, both named in the header; magnetometer and barometer beside them are
not read. Times in s since the start of the session. Source:
xioTechnologies/NGIMU-MATLAB-Import-Logged-Data-Example.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from surefoot.model import Recording
from surefoot.sources.assembly.recordings import Fidelity, Origin, assemble, sole_member
from surefoot.sources.assembly.sensor_columns import (
    Columns,
    axis_names,
    column_of,
    samples,
    sensors_of,
    write_rows,
)
from surefoot.sources.tables import read_table, table_head

TITLE: Final = "x-io NGIMU (CSV)"
FIDELITY: Final = Fidelity(time_s=1e-9)

_HEADER: Final = re.compile(r"Time \(s\),(Gyroscope X \(deg/s\)|Accelerometer X \(g\))")
_COLUMNS: Final = Columns(
    "Accelerometer {}",
    "g",
    "Gyroscope {}",
    "deg/s",
    hint="In the NGIMU's settings, switch the sending of sensors on, and log again.",
)


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member has this program's header."""
    return bool(_members(files))


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording of a device.

    Raises UnitError without an accelerometer, UnreadableFileError where the table is broken.
    """
    member = sole_member(files, _members(files))
    table = read_table(files[member], member)
    acc, gyr = sensors_of(table, table[column_of(table.names, "Time")], _COLUMNS)
    return (assemble(acc, gyr, Origin(+1, notes=table.notes)),)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the program writes it, the gyroscope first."""
    names = axis_names(recording, "Accelerometer {} (g)", "Gyroscope {} (deg/s)")
    rows = (
        [f"{time_s:.9f}", *map(repr, values[3:] + values[:3])]
        for time_s, values in samples(recording, "g", "deg/s")
    )
    return {"sensors.csv": write_rows([["Time (s)", *names[3:], *names[:3]], *rows])}


def _members(files: Mapping[str, bytes]) -> list[str]:
    return [m for m, data in sorted(files.items()) if _HEADER.match(table_head(data, 200))]
