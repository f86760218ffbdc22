"""Science Journal (CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, begin_of, samples, write_rows

FIDELITY: Final = Fidelity(time_s=5.1e-4, gyroscope=False)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app exports it with absolute times, a row of another sensor between."""
    start_ms = round(begin_of(recording).timestamp() * 1000)
    rows = [["timestamp", "AccX", "AccY", "AccZ", "AmbientLightSensor"]]
    for time_s, values in samples(recording):
        stamp_ms = start_ms + round(1000 * time_s)
        rows += [[str(stamp_ms), *map(repr, values[:3]), ""], [str(stamp_ms + 3), "", "", "", "12.5"]]
    return {"Experiment Recording 1.csv": write_rows(rows)}
