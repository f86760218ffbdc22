"""Shimmer Consensys (CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, axis_names, begin_of, samples, write_rows

FIDELITY: Final = Fidelity(time_s=5.1e-4)


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
