"""Xsens MTw / MT Manager (text), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from surefoot.sources.formats.xsens_mt import _COUNTER_WRAP
from writers.rows import Fidelity, axis_names, samples, write_rows

FIDELITY: Final = Fidelity(acc_mps2=5.1e-7, gyroscope=False)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as a text export without SampleTimeFine, as an MTw's has none."""
    rate_hz = (recording.time_s.size - 1) / recording.duration_s
    comments = (
        f"// Start Time: Unknown\r\n// Update Rate: {rate_hz:.1f}Hz\r\n"
        "// Filter Profile: human (46.1)\r\n// Firmware Version: 4.3.1\r\n"
    )
    header = ["PacketCounter", "SampleTimeFine", *axis_names(recording, "Acc_{}", "Gyr_{}")]
    rows = [
        [str((65_300 + round(time_s * rate_hz)) % _COUNTER_WRAP), "", *(f"{value:.6f}" for value in values)]
        for time_s, values in samples(recording)
    ]
    return {"MT_01200000-000_00B40000.txt": comments.encode() + write_rows([header, *rows], "\t", "\r\n")}
