"""Movesense (JSON), as it is exported."""

from __future__ import annotations

import json
from typing import Any, Final

from surefoot.model import Recording
from writers.rows import Fidelity, samples

FIDELITY: Final = Fidelity(time_s=1.1e-3)
_PACKET: Final = 8


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as a logbook of IMU6 packets of eight samples."""
    rows = list(samples(recording, gyroscope_unit="deg/s"))
    packets = []
    for first in range(0, len(rows), _PACKET):
        part = rows[first : first + _PACKET]
        packet: dict[str, Any] = {"ArrayAcc": [_named(values[:3]) for _, values in part]}
        if recording.gyr_radps is not None:
            packet["ArrayGyro"] = [_named(values[3:]) for _, values in part]
        packets.append(packet | {"Timestamp": 158_319 + round(1000 * part[0][0])})
    kind = "Acc" if recording.gyr_radps is None else "IMU6"
    return {"MovesenseLog_1.json": json.dumps({"Meas": {kind: packets}}, separators=(",", ":")).encode()}


def _named(values: list[float]) -> dict[str, float]:
    return dict(zip("xyz", values, strict=True))
