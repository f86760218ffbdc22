"""MbientLab MetaBase (CSV), as it is exported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, begin_of, samples, write_rows

FIDELITY: Final = Fidelity(time_s=5.1e-4, acc_mps2=5e-3, gyr_radps=9e-6)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app's files, one a sensor, sensor and rate in their names."""
    started = begin_of(recording)
    stem = f"Standing_MetaWear_{started:%Y-%m-%dT%H.%M.%S}.{started.microsecond // 1000:03d}_0123456789AB"
    files = {f"{stem}_Accelerometer_100.000Hz_1.4.4.csv": _table(recording, started, "g", slice(0, 3))}
    if recording.gyr_radps is not None:
        files[f"{stem}_Gyroscope_100.000Hz_1.4.4.csv"] = _table(recording, started, "deg/s", slice(3, 6))
    return files


def _table(recording: Recording, started: datetime, unit: str, part: slice) -> bytes:
    axes = [f"{axis}-axis ({unit})" for axis in "xyz"]
    return write_rows(
        [["epoc (ms)", f"timestamp ({started:%z})", "elapsed (s)", *axes], *_rows(recording, started, part)]
    )


def _rows(recording: Recording, started: datetime, part: slice) -> Iterator[list[str]]:
    for time_s, values in samples(recording, "g", "deg/s"):
        moment = started + timedelta(seconds=time_s)
        text = f"{moment:%Y-%m-%dT%H.%M.%S}.{moment.microsecond // 1000:03d}"
        cells = [f"{value:.3f}" for value in values[part]]
        yield [str(round(moment.timestamp() * 1000)), text, f"{time_s:.3f}", *cells]
