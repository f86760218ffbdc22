"""ResearchKit / mPower accelerometer (JSON), as it is exported."""

from __future__ import annotations

import json
from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, samples

FIDELITY: Final = Fidelity(gyroscope=False, platform="ios")
_UPTIME_S: Final = 106_000.0


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as ResearchKit's accelerometer recorder writes it."""
    records = [
        {"timestamp": _UPTIME_S + time_s} | dict(zip("xyz", values[:3], strict=True))
        for time_s, values in samples(recording, "g", sign=-1)
    ]
    return {"accel_walking_rest.json": json.dumps(records).encode()}
