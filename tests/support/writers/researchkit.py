"""ResearchKit / mPower device motion (JSON), as it is exported."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np

from surefoot.model import Floats, Recording
from surefoot.units import STANDARD_GRAVITY_MPS2

_FIRST_STEP_S: Final = 0.045


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as ResearchKit writes device motion, with its invalid first sample."""
    core_motion = -recording.acc_mps2 / STANDARD_GRAVITY_MPS2
    gravity = core_motion.mean(axis=0)
    rotation = np.zeros_like(core_motion) if recording.gyr_radps is None else recording.gyr_radps
    first = _sample(0.0, rotation[0], np.zeros(3), np.array([0.0, 0.0, -1.0]))
    samples = [
        _sample(time, rate, user, gravity)
        for time, rate, user in zip(
            (recording.time_s + _FIRST_STEP_S).tolist(), rotation, core_motion - gravity, strict=True
        )
    ]
    return {"deviceMotion.json": json.dumps([first, *samples]).encode()}


def _sample(time_s: float, rate: Floats, user: Floats, gravity: Floats) -> dict[str, Any]:
    return {
        "attitude": {"x": 0.0, "y": 0.0, "z": 0.0, "w": 1.0},
        "timestamp": time_s,
        "rotationRate": _named(rate),
        "userAcceleration": _named(user),
        "gravity": _named(gravity),
        "magneticField": {"x": 0.0, "y": 0.0, "z": 0.0, "accuracy": -1.0},
    }


def _named(vector: Floats) -> dict[str, float]:
    return dict(zip("xyz", vector.tolist(), strict=True))
