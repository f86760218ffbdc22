"""Motion-BIDS (tsv with channels and sidecar), as it is exported."""

from __future__ import annotations

import json
from typing import Any, Final

from surefoot.model import Recording
from writers.rows import samples, write_rows

_STEM: Final = "sub-01_task-balance_tracksys-imu"


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as motion, channels and sidecar of one tracked point."""
    kinds = [("acc", "ACCEL", "m/s^2")]
    if recording.gyr_radps is not None:
        kinds.append(("gyr", "GYRO", "rad/s"))
    channels = [
        ["name", "component", "type", "tracked_point", "units"],
        ["latency", "n/a", "LATENCY", "n/a", "s"],
    ]
    channels += [[f"{k}_{axis}", axis, kind, "LowerBack", unit] for k, kind, unit in kinds for axis in "xyz"]
    rate_hz = (recording.time_s.size - 1) / recording.duration_s
    about: dict[str, Any] = {"TaskName": "balance", "SamplingFrequency": rate_hz}
    if recording.started is not None:
        about["Surefoot"] = {"started": recording.started.isoformat()}
    rows = ([repr(time_s), *map(repr, values)] for time_s, values in samples(recording))
    return {
        f"{_STEM}_motion.tsv": write_rows(rows, "\t"),
        f"{_STEM}_channels.tsv": write_rows(channels, "\t"),
        f"{_STEM}_motion.json": json.dumps(about, indent=2).encode(),
    }
