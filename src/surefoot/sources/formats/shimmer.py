"""Shimmer Consensys: a table of calibrated signals, a row of names above a row of units.

Specific force in m/s² of the low-noise accelerometer, of the wide-range one where there is no other; rotation
in deg/s. Times in ms, of the sensor or since 1970. Uncalibrated exports are refused. Source: real exports;
hpi-dhc/devicely.
"""

import re
from dataclasses import replace
from typing import Final

from surefoot.errors import UnitError
from surefoot.model import Recording
from surefoot.sources.assembly.clocks import epoch_clock
from surefoot.sources.assembly.one_file import Columns, column_of, one_file, sensors_of
from surefoot.sources.assembly.recordings import Origin, assemble
from surefoot.sources.tables import first_text, read_table

TITLE: Final = "Shimmer Consensys (CSV)"

_HEADER: Final = re.compile(r"Timestamp_\w*(CAL|RAW)\b[^\n]*_(Accel|Gyro)_")
_COLUMNS: Final = Columns(
    r"(\w+_)?Accel_LN_{}_CAL",
    "m/s2",
    r"(\w+_)?Gyro_{}_CAL",
    "deg/s",
    hint="In Consensys, export calibrated data with an accelerometer switched on.",
)
_WIDE: Final = replace(_COLUMNS, acceleration=r"(\w+_)?Accel_WR_{}_CAL")


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    table = read_table(data, member)
    # The sensor's own times before the computer's.
    own = column_of(table.names, r"(\w+_)?Timestamp_CAL")
    time_s, zero = epoch_clock(table[own or column_of(table.names, r"(\w+_)?Timestamp_\w+")], 0.001)
    try:
        acc, gyr = sensors_of(table, time_s, _COLUMNS)
    except UnitError:
        acc, gyr = sensors_of(table, time_s, _WIDE)
    return (assemble(acc, gyr, Origin(+1, clock_zero=zero, notes=table.notes)),)


claims, parse = one_file(lambda data: _HEADER.search(first_text(data, 8000)), _read)
