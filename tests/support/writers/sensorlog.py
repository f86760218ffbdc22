"""SensorLog (CSV or JSON), as it is exported."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, axis_names, samples, write_rows

FIDELITY: Final = Fidelity(acc_mps2=5.1e-6, gyr_radps=5.1e-7, platform="ios")
_UPTIME_S: Final = 29395.294288


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as an iPhone's CSV with accelerometer and gyroscope switched on."""
    names = ["loggingTime(txt)", "loggingSample(N)", "accelerometerTimestamp_sinceReboot(s)"]
    sensors = axis_names(recording, "accelerometerAcceleration{}(G)", "gyroRotation{}(rad/s)")
    names += [*sensors[:3], *(["gyroTimestamp_sinceReboot(s)", *sensors[3:]] if sensors[3:] else [])]
    rows, started = [], recording.started
    for number, (time_s, values) in enumerate(samples(recording, "g", sign=-1), start=1):
        uptime, cells = f"{_UPTIME_S + time_s:.6f}", [f"{value:.6f}" for value in values]
        moment = started + timedelta(seconds=time_s) if started else None
        logged = moment.isoformat(timespec="milliseconds") if moment else "null"
        row = [logged, str(number), uptime, *cells[:3]]
        rows.append([*row, uptime, *cells[3:]] if cells[3:] else row)
    return {"2026-03-02_08_30_00_my_iOS_device.csv": write_rows([names, *rows])}
