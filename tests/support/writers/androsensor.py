"""AndroSensor (CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, axis_names, samples, write_rows

FIDELITY: Final = Fidelity(time_s=5.1e-4, acc_mps2=5.1e-5, gyr_radps=5.1e-5, platform="android")


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app writes it with its semicolon setting."""
    names = axis_names(recording, "ACCELEROMETER {} (m/s²)", "GYROSCOPE {} (rad/s)")
    rows = [
        [*(f"{value:.4f}" for value in values), f"{1000 * time_s:.0f}", _clock(time_s)]
        for time_s, values in samples(recording)
    ]
    header = [*names, "Time since start in ms ", "YYYY-MO-DD HH-MI-SS_SSS"]
    return {"Sensor_record_20260302_083000_AndroSensor.csv": write_rows([["sep=;"], header, *rows], ";")}


def _clock(time_s: float) -> str:
    minutes, milliseconds = divmod(round(time_s * 1000), 60_000)
    return f"2026-03-02 08:{minutes % 60:02d}:{milliseconds // 1000:02d}:{milliseconds % 1000:03d}"
