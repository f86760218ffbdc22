"""Static balance test (DISPEL / Ad Scientiam JSON), as it is exported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Floats, Recording
from surefoot.units import STANDARD_GRAVITY_MPS2
from writers.rows import begin_of


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as one level of such a document."""
    started = begin_of(recording)
    stamps = np.rint(recording.time_s * 1000).astype(np.int64) + round(started.timestamp() * 1000)
    core_motion = -recording.acc_mps2 / STANDARD_GRAVITY_MPS2
    gravity = np.broadcast_to(core_motion.mean(axis=0), core_motion.shape)
    names = [f"{kind}{axis}" for kind in ("userAcceleration", "gravity") for axis in "XYZ"]
    columns = np.hstack([core_motion - gravity, gravity])
    sensors = [_sensor("accelerometer", names, "G", columns, stamps)]
    if recording.gyr_radps is not None:
        sensors.append(_sensor("gyroscope", list("xyz"), "rad/s", recording.gyr_radps, stamps))
    context = {"name": "levelType", "value": recording.part.rpartition(" ")[2] or "sbt", "unit": "n/a"}
    span = {"beginTimestamp": str(stamps[0]), "endTimestamp": str(stamps[-1])}
    level = {"sensors": sensors, "contexts": [context], **span}
    document = {
        "mobileDevice": {"model": recording.device_model or None, "platform": "iOS"},
        "mobileEvaluationTest": {
            "code": "sbtUtt",
            "startDate": started.isoformat(timespec="milliseconds"),
            "levels": [level],
        },
    }
    return {"static_balance_test.json": json.dumps(document).encode()}


def _sensor(
    name: str,
    names: Sequence[str],
    unit: str,
    values: Floats,
    stamps: NDArray[np.int64],
) -> dict[str, Any]:
    """Return one sensor of a level, every value a string."""
    measurements = []
    for row, stamp in zip(values.tolist(), stamps.tolist(), strict=True):
        cells = [{"name": n, "value": repr(value), "unit": unit} for n, value in zip(names, row, strict=True)]
        measurements.append({"values": [*cells, {"name": "ts", "value": str(stamp), "unit": "ms"}]})
    return {"name": name, "measurements": measurements}
