"""Apple Watch by Sensor Logger (CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, worn_rows, write_rows

FIDELITY: Final = Fidelity(platform="watchos")


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app's table of the watch, without standardisation."""
    return {"WristMotion.csv": write_rows(worn_rows(recording, "g"))}
