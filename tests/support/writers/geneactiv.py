"""GENEActiv (bin or CSV), as it is exported."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, begin_of, samples

FIDELITY: Final = Fidelity(acc_mps2=0.0194, gyroscope=False)
_SAMPLES: Final = 300
_GAIN, _OFFSET = 25_600, 10


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as a ``.bin``: identity, calibration and pages."""
    start = begin_of(recording)
    rate_hz = round((recording.time_s.size - 1) / recording.duration_s, 1)
    zone = f"{start:%z}"
    calibration = "".join(f"{axis} gain:{_GAIN}\n{axis} offset:{_OFFSET}\n" for axis in "xyz")
    head = (
        "Device Identity\nDevice Unique Serial Code:000000\nDevice Type:GENEActiv\n\n"
        f"Configuration Info\nMeasurement Frequency:{rate_hz:.0f} Hz\nTime Zone:GMT {zone[:3]}:{zone[3:]}\n\n"
        f"Calibration Data\n{calibration}Volts:300\nLux:800\n\nMemory Status\nNumber of Pages:1\n\n"
    )
    raw = [[round((v * _GAIN + _OFFSET) / 100) for v in values[:3]] for _, values in samples(recording, "g")]
    digits = ["".join(f"{value & 0xFFF:03X}" for value in row) + "000" for row in raw]
    pages = []
    for number, first in enumerate(range(0, len(raw), _SAMPLES)):
        moment = start + timedelta(seconds=float(recording.time_s[first]))
        stamp = f"{moment:%Y-%m-%d %H:%M:%S}:{moment.microsecond // 1000:03d}"
        pages.append(
            f"Recorded Data\nDevice Unique Serial Code:000000\nSequence Number:{number}\nPage Time:{stamp}\n"
            "Unassigned:\nTemperature:25.0\nBattery voltage:4.1\nDevice Status:Recording\n"
            f"Measurement Frequency:{rate_hz:.1f}\n{''.join(digits[first : first + _SAMPLES])}\n"
        )
    return {"left wrist_2026-03-02 08-30-00.bin": (head + "".join(pages)).encode()}
