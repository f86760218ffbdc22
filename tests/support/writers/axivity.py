"""Axivity AX3 / AX6 (CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, dated_samples, write_rows

FIDELITY: Final = Fidelity(time_s=5.1e-4, acc_mps2=5e-6, gyr_radps=9e-9)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as OmGui exports it: no header, dates, CRLF."""
    rows = []
    for moment, values in dated_samples(recording, "g", "deg/s"):
        stamp = f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"
        rows.append([stamp, *(f"{value:.6f}" for value in values)])
    return {"CWA-DATA.csv": write_rows(rows, end="\r\n")}
