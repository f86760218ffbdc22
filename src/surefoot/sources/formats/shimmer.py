"""Shimmer Consensys: a table of calibrated signals, a row of names above a row of units.

Specific force in m/s² of the low-noise accelerometer, of the wide-range one where there is no other; rotation
in deg/s. Times in ms, of the sensor or since 1970. Uncalibrated exports are refused. Source: real exports;
hpi-dhc/devicely.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from surefoot.errors import UnitError
from surefoot.model import Recording
from surefoot.sources.assembly.clocks import epoch_clock
from surefoot.sources.assembly.one_file import (
    Columns,
    axis_names,
    begin_of,
    column_of,
    one_file,
    samples,
    sensors_of,
    write_rows,
)
from surefoot.sources.assembly.recordings import Fidelity, Origin, assemble
from surefoot.sources.tables import first_text, read_table

TITLE: Final = "Shimmer Consensys (CSV)"
FIDELITY: Final = Fidelity(time_s=5.1e-4)

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


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as Consensys exports it: a quoted separator line, names, units, CRLF."""
    prefix = "Shimmer_40AC_"
    names = axis_names(recording, prefix + "Accel_LN_{}_CAL", prefix + "Gyro_{}_CAL")
    units = ["m/(s^2)"] * 3 + ["deg/s"] * (len(names) - 3)
    start_ms = begin_of(recording).timestamp() * 1000
    rows = [
        [_java(start_ms + round(1000 * time_s)), *map(repr, values), ""]
        for time_s, values in samples(recording, gyroscope_unit="deg/s")
    ]
    header = [[f"{prefix}Timestamp_Unix_CAL", *names, ""], ["ms", *units, ""]]
    return {"Shimmer_40AC_Calibrated_PC.csv": b'"sep=;"\r\n' + write_rows([*header, *rows], ";", "\r\n")}


def _java(stamp_ms: float) -> str:
    """Return an epoch time as Java writes it.

    >>> _java(1595933810034)
    '1.595933810034E12'
    """
    return f"{stamp_ms:.12E}".replace("E+", "E")
