"""What Sensor Logger pushes of a recording: messages of the app's shape. No package code."""

from __future__ import annotations

import json

import numpy as np

EPOCH_NS = 1_790_000_000_000_000_000


def pushes(recording, *, session="0a1b-session", batch_s=1.0, ios=False, names=None, total=True):
    """Return the bodies of a session's messages, in order.

    Android sends total acceleration (`total`), iOS acceleration and gravity apart with the opposite sign.
    """
    sign = -1.0 if ios else 1.0
    gravity = np.broadcast_to(recording.acc_mps2.mean(axis=0), recording.acc_mps2.shape)
    sensors = {"accelerometer": sign * (recording.acc_mps2 - gravity), "gravity": sign * gravity}
    if total and not ios:
        sensors["totalacceleration"] = recording.acc_mps2
    if recording.gyr_radps is not None:
        sensors["gyroscope"] = recording.gyr_radps
    stamps = EPOCH_NS + np.rint(recording.time_s * 1e9).astype(np.int64)
    batches = (recording.time_s // batch_s).astype(int)
    bodies = []
    for number in range(int(batches[-1]) + 1):
        payload = [
            {"name": name, "time": int(stamps[row]), "accuracy": 3,
             "values": dict(zip("zyx", values[row, ::-1].tolist(), strict=True))}
            for row in np.flatnonzero(batches == number)
            for name, values in sensors.items()
            if names is None or name in names
        ]  # fmt: skip
        payload.append({"name": "orientation", "time": int(stamps[0]), "values": {"yaw": 1.0, "qx": 0.1}})
        payload.append(
            {"name": "location", "time": int(stamps[0]), "values": {"latitude": 50.7, "longitude": 6.1}}
        )
        message = {"messageId": number, "sessionId": session, "deviceId": "secret-device", "payload": payload}
        bodies.append(json.dumps(message).encode())
    return bodies
