"""WitMotion (binary), as it is exported."""

from __future__ import annotations

from typing import Final

import numpy as np

from surefoot.model import Recording
from surefoot.sources.formats.witmotion_binary import (
    _ACCELERATION,
    _DEGPS_A_STEP,
    _G_A_STEP,
    _HEAD,
    _ROTATION,
    _TIME,
)
from writers.rows import Fidelity, dated_samples

FIDELITY: Final = Fidelity(time_s=5.1e-4, acc_mps2=2.4e-3, gyr_radps=5.4e-4)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as frames of date, acceleration and rotation."""
    frames = []
    for moment, values in dated_samples(recording, "g", "deg/s"):
        date = [moment.year % 100, moment.month, moment.day, moment.hour, moment.minute, moment.second]
        frames.append(_frame(_TIME, bytes(date) + (moment.microsecond // 1000).to_bytes(2, "little")))
        frames.append(_frame(_ACCELERATION, _words(values[:3], _G_A_STEP)))
        if values[3:]:
            frames.append(_frame(_ROTATION, _words(values[3:], _DEGPS_A_STEP)))
    return {"LOG000.TXT": b"".join(frames)}


def _words(values: list[float], step: float) -> bytes:
    """Return three values as 16-bit steps, and room for a temperature."""
    return np.append(np.rint(np.array(values) / step), 0).astype("<i2").tobytes()


def _frame(kind: int, payload: bytes) -> bytes:
    body = bytes([_HEAD, kind]) + payload
    return body + bytes([sum(body) % 256])
