"""Xsens / Movella DOT (CSV), as it is exported."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from surefoot.model import Recording
from surefoot.sources.formats.xsens_dot import _WRAP
from writers.rows import Fidelity, axis_names, begin_of, samples, write_rows

FIDELITY: Final = Fidelity(time_s=1.1e-6, acc_mps2=5.1e-7, gyr_radps=1e-8)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app's table in the mode Rate quantities."""
    started = begin_of(recording)
    hours = int((started.utcoffset() or timedelta(0)).total_seconds() // 3600)
    start = f"{started:%Y-%m-%d_%H:%M:%S}_{started.microsecond // 1000:03d} GMT{hours:+d}"
    preamble = (
        "sep=,\nDeviceTag:,Pelvis\nFirmwareVersion:,2.0.0\nAppVersion:,2021.0\nSyncStatus:,Synced\n"
        "OutputRate:,60Hz\nFilterProfile:,General\nMeasurement Mode:,Rate quantities\n"
        f"StartTime: ,{start}\n© Xsens Technologies B. V. 2005-2021\n\n"
    )
    header = ["PacketCounter", "SampleTimeFine", *axis_names(recording, "Acc_{}", "Gyr_{}"), "Status"]
    count = int(_WRAP) - 2_500_000
    rows = [
        [str(number), str((count + round(time_s * 1e6)) % int(_WRAP)), *(f"{v:.6f}" for v in values), "0"]
        for number, (time_s, values) in enumerate(samples(recording, gyroscope_unit="deg/s"), start=1)
    ]
    name = f"Pelvis_{started:%Y%m%d_%H%M%S}_{started.microsecond // 1000:03d}.csv"
    return {name: preamble.encode() + write_rows([header, *rows])}
