"""x-io NGIMU: ``sensors.csv`` of its program, in a folder for each device.

Specific force in g, rotation in deg/s, both named in the header; magnetometer and barometer beside them are
not read. Times in s since the start of the session. Source:
xioTechnologies/NGIMU-MATLAB-Import-Logged-Data-Example.
"""

from typing import Final

from surefoot.sources.assembly.one_file import Columns, begins, one_table

TITLE: Final = "x-io NGIMU (CSV)"

_HEADER: Final = r"Time \(s\),(Gyroscope X \(deg/s\)|Accelerometer X \(g\))"
_COLUMNS: Final = Columns(
    "Accelerometer {}",
    "g",
    "Gyroscope {}",
    "deg/s",
    hint="In the NGIMU's settings, switch the sending of sensors on, and log again.",
)

claims, parse = one_table(begins(_HEADER), _COLUMNS, time=("Time", 1), sign=+1)
