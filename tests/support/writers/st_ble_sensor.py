"""ST BLE Sensor (CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from surefoot.sources.formats.st_ble_sensor import _TICK_S, _WRAP
from writers.rows import Fidelity, samples, write_rows

FIDELITY: Final = Fidelity(time_s=4.1e-3, acc_mps2=4.91e-3, gyr_radps=9e-4)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app's files, one a sensor."""
    files = {"20260302_083000_Accelerometer.csv": _table(recording, "mg", slice(0, 3))}
    if recording.gyr_radps is not None:
        files["20260302_083000_Gyroscope.csv"] = _table(recording, "dps", slice(3, 6))
    return files


def _table(recording: Recording, unit: str, part: slice) -> bytes:
    header = [
        "Date",
        "HostTimestamp",
        "NodeName",
        "NodeTimestamp",
        "RawData",
        *(f"{a} ({unit})" for a in "XYZ"),
    ]
    rows = []
    for time_s, values in samples(recording, "mg", "deg/s"):
        date = f"02/03/2026 08:30:{time_s % 60:06.3f}"
        ticks = round(time_s / _TICK_S) % int(_WRAP)
        digits = 0 if unit == "mg" else 1
        cells = [f"{value:.{digits}f}" for value in values[part]]
        rows.append([date, str(round(time_s * 1000)), "AM1V310", str(ticks), "00000000", *cells])
    return write_rows([header, *rows])
