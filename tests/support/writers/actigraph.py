"""ActiGraph raw (CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, axis_names, begin_of, dated_samples, write_rows

FIDELITY: Final = Fidelity(time_s=5.1e-4, acc_mps2=5e-6, gyr_radps=9e-9)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as ActiLife exports raw data with timestamps, CRLF."""
    start = begin_of(recording)
    rate_hz = (recording.time_s.size - 1) / recording.duration_s
    title = "Data File Created By ActiGraph GT3X+ ActiLife v6.13.3 Firmware v3.2.1 date format M/d/yyyy"
    head = [
        f"------------ {title} at {rate_hz:.0f} Hz  -----------",
        "Serial Number: TAS0000000000",
        f"Start Time {start:%H:%M:%S}",
        f"Start Date {start.month}/{start.day}/{start.year}",
        "Epoch Period (hh:mm:ss) 00:00:00",
        f"Download Time {start:%H:%M:%S}",
        f"Download Date {start.month}/{start.day}/{start.year}",
        "Current Memory Address: 0",
        "Current Battery Voltage: 4.17     Mode = 12",
        "--------------------------------------------------",
    ]
    header = ["Timestamp", *axis_names(recording, "Accelerometer {}", "Gyroscope {}")]
    rows = []
    for moment, values in dated_samples(recording, "g", "deg/s"):
        date = f"{moment.month}/{moment.day}/{moment.year}"
        stamp = f"{date} {moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"
        rows.append([stamp, *(f"{value:.6f}" for value in values)])
    return {"TAS0000000000RAW.csv": write_rows([[line] for line in head] + [header, *rows], end="\r\n")}
