"""x-io NGIMU: ``sensors.csv`` of its program, in a folder for each device.

Specific force in g, rotation in deg/s, both named in the header; magnetometer and barometer beside them are
not read. Times in s since the start of the session. Source:
xioTechnologies/NGIMU-MATLAB-Import-Logged-Data-Example.
"""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from surefoot.sources.assembly.one_file import Columns, axis_names, begins, one_table, samples, write_rows
from surefoot.sources.assembly.recordings import Fidelity

TITLE: Final = "x-io NGIMU (CSV)"
FIDELITY: Final = Fidelity(time_s=1e-9)

_HEADER: Final = r"Time \(s\),(Gyroscope X \(deg/s\)|Accelerometer X \(g\))"
_COLUMNS: Final = Columns(
    "Accelerometer {}",
    "g",
    "Gyroscope {}",
    "deg/s",
    hint="In the NGIMU's settings, switch the sending of sensors on, and log again.",
)

claims, parse = one_table(begins(_HEADER), _COLUMNS, time=("Time", 1), sign=+1)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the program writes it, the gyroscope first."""
    names = axis_names(recording, "Accelerometer {} (g)", "Gyroscope {} (deg/s)")
    rows = (
        [f"{time_s:.9f}", *map(repr, values[3:] + values[:3])]
        for time_s, values in samples(recording, "g", "deg/s")
    )
    return {"sensors.csv": write_rows([["Time (s)", *names[3:], *names[:3]], *rows])}
