"""AirPods by Sensor Logger (CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, worn_rows, write_rows

FIDELITY: Final = Fidelity(platform="ios")


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app's table of headphones, without standardisation."""
    header, *rows = worn_rows(recording, "m/s2")
    table = [[*header, "devicelocation"], *([*row, "left"] for row in rows)]
    return {"Headphone.csv": write_rows(table)}
