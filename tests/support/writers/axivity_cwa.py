"""Axivity AX3 / AX6 (CWA), as it is exported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Recording
from surefoot.sources.formats.axivity_cwa import _BLOCK, _GYR_RANGE_DEGPS, _HEADER
from writers.rows import Fidelity, begin_of, samples

FIDELITY: Final = Fidelity(time_s=4e-5, acc_mps2=2.5e-3, gyr_radps=5.5e-4)

_ACC_BITS, _GYR_BITS = 3, 2


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as an AX6 writes it, as an AX3 does where it has no gyroscope."""
    has_gyroscope = recording.gyr_radps is not None
    size = 40 if has_gyroscope else 80
    rate_hz = (recording.time_s.size - 1) / recording.duration_s
    code = 15 + round(float(np.log2(rate_hz / 3200)))
    start = begin_of(recording)
    rows = list(samples(recording, "g", "deg/s"))
    parts = [rows[first : first + size] for first in range(0, len(rows), size)]
    blocks = np.zeros(len(parts), _BLOCK)
    for number, (block, part) in enumerate(zip(blocks, parts, strict=True)):
        moment = start + timedelta(seconds=part[0][0])
        block["time"] = _packed(moment)
        block["fraction"] = 0x8000 | (moment.microsecond * 32768 // 1_000_000)
        block["offset"] = -int(
            moment.microsecond * 32768 // 1_000_000 * 2 * 3200 // 2 ** (15 - code) // 65536
        )
        block["sequence"], block["count"] = number, len(part)
        block["data"] = _payload([values for _, values in part])
    blocks["magic"], blocks["length"], blocks["rate"] = b"AX", 508, code
    blocks["packing"] = (6 if has_gyroscope else 3) << 4 | 2
    blocks["scale"] = _ACC_BITS << 13 | _GYR_BITS << 10
    blocks["sum"] = -blocks.view("<u2").reshape(len(parts), 256).sum(axis=1, dtype=np.uint16)
    header = (b"MD" + (1020).to_bytes(2, "little") + (b"\x64" if has_gyroscope else b"\x17")).ljust(
        _HEADER, b"\xff"
    )
    return {"CWA-DATA.CWA": header + blocks.tobytes()}


def _packed(moment: datetime) -> int:
    date = moment.year % 100 << 26 | moment.month << 22 | moment.day << 17
    return date | moment.hour << 12 | moment.minute << 6 | moment.second


def _payload(rows: Sequence[Sequence[float]]) -> NDArray[np.uint8]:
    """Return samples as 16-bit steps, rotation before acceleration, filled up with zeros."""
    values = np.array(rows)
    acc, gyr = values[:, :3] * 2.0 ** (8 + _ACC_BITS), values[:, 3:] * 32768 * 2**_GYR_BITS / _GYR_RANGE_DEGPS
    data = np.rint(np.hstack([gyr, acc])).astype("<i2").tobytes()
    return np.frombuffer(data.ljust(480, b"\0"), np.uint8)
