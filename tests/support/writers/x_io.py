"""x-io NGIMU (CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, axis_names, samples, write_rows

FIDELITY: Final = Fidelity(time_s=1e-9)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the program writes it, the gyroscope first."""
    names = axis_names(recording, "Accelerometer {} (g)", "Gyroscope {} (deg/s)")
    rows = (
        [f"{time_s:.9f}", *map(repr, values[3:] + values[:3])]
        for time_s, values in samples(recording, "g", "deg/s")
    )
    return {"sensors.csv": write_rows([["Time (s)", *names[3:], *names[:3]], *rows])}
