"""Sensor Logger with SamplingTime (iOS, CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, axis_names, begin_of, samples, write_rows

FIDELITY: Final = Fidelity(time_s=2e-6, platform="ios")


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app writes it, a space after each comma."""
    start_s = begin_of(recording).timestamp()
    header = ["SamplingTime", *axis_names(recording, "Acceleration{}", "Gyro{}")]
    rows = ([f"{start_s + time_s:.6f}", *map(repr, v)] for time_s, v in samples(recording, "g", sign=-1))
    return {"SensorLogger.csv": write_rows([header], ", ") + write_rows(rows, ", ")}
