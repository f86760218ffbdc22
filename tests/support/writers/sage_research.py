"""SageResearch / mPower 2 motion record (JSON), as it is exported."""

from __future__ import annotations

import json
from typing import Any, Final

from surefoot.model import Recording
from writers.rows import Fidelity, samples

FIDELITY: Final = Fidelity(platform="ios")


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as accelerometer and gyroscope records of one step."""
    records: list[dict[str, Any]] = []
    for time_s, values in samples(recording, "g", sign=-1):
        for kind, part in (("accelerometer", values[:3]), ("gyro", values[3:])):
            if part:
                axes = dict(zip("xyz", part, strict=True))
                times = {"uptime": 9000 + time_s, "timestamp": time_s}
                records.append({**times, "stepPath": "balance/motion", "sensorType": kind, **axes})
    if recording.started is not None:
        records[0]["timestampDate"] = recording.started.isoformat(timespec="milliseconds")
    return {"motion.json": json.dumps(records).encode()}
