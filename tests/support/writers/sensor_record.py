"""Sensor Record (CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Floats, Recording
from writers.rows import Fidelity, write_rows

FIDELITY: Final = Fidelity(time_s=5.1e-4, platform="android")


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app's tables, one a sensor."""
    files = {"Accelerometer1.csv": _table(recording.time_s, recording.acc_mps2)}
    if recording.gyr_radps is not None:
        files["Gyroscope1.csv"] = _table(recording.time_s, recording.gyr_radps)
    return files


def _table(time_s: Floats, values: Floats) -> bytes:
    header = ["Timestamp", "Milliseconds", "X", "Y", "Z"]
    rows = [
        [f"2026-03-02 08:30:{int(time) % 60:02d}", str(round(time * 1000)), *map(repr, row)]
        for time, row in zip(time_s.tolist(), values.tolist(), strict=True)
    ]
    return write_rows([header, *rows])
