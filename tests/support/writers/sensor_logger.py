"""Sensor Logger (zip, CSV or JSON), as it is exported."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import numpy as np

from surefoot.model import Floats, Recording
from writers.rows import begin_of


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the members of a Sensor Logger zip of its platform (Android if not known)."""
    started = begin_of(recording)
    ios = recording.platform == "ios"
    tables = {"TotalAcceleration": recording.acc_mps2}
    if ios:
        gravity = np.broadcast_to(-recording.acc_mps2.mean(axis=0), recording.acc_mps2.shape)
        tables = {"Accelerometer": -recording.acc_mps2 - gravity, "Gravity": gravity}
    if recording.gyr_radps is not None:
        tables["Gyroscope"] = recording.gyr_radps
    epoch_ns = round(started.timestamp() * 1e6) * 1000
    files = {f"{name}.csv": _csv(recording.time_s, values, epoch_ns) for name, values in tables.items()}
    return {
        **files,
        "Metadata.csv": _metadata_csv(recording, started, list(tables), ios=ios),
        "Annotation.csv": b"",
    }


def _csv(time_s: Floats, values: Floats, epoch_ns: int) -> bytes:
    stamps = (np.rint(time_s * 1e9).astype(np.int64) + epoch_ns).tolist()
    rows = zip(stamps, time_s.tolist(), values[:, ::-1].tolist(), strict=True)
    lines = [f"{stamp},{elapsed!r},{z!r},{y!r},{x!r}" for stamp, elapsed, (z, y, x) in rows]
    return ("time,seconds_elapsed,z,y,x\n" + "\n".join(lines) + "\n").encode()


def _metadata_csv(recording: Recording, started: datetime, sensors: list[str], *, ios: bool) -> bytes:
    rate_hz = (recording.time_s.size - 1) / recording.duration_s
    fields = {
        "version": "3",
        "device name": recording.device_model,
        "recording epoch time": str(round(started.timestamp() * 1000)),
        "recording time": f"{started.astimezone(UTC):%Y-%m-%d_%H-%M-%S}",
        "recording timezone": getattr(started.tzinfo, "key", "UTC"),
        "platform": "ios" if ios else "android",
        "appVersion": "1.47.1",
        "sensors": "|".join(sensors),
        "sampleRateMs": "|".join([str(round(1000 / rate_hz))] * len(sensors)),
        "standardisation": "false",
    }
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([fields.keys(), fields.values()])
    return text.getvalue().removesuffix("\n").encode()
