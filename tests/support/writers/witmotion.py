"""WitMotion (text), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, axis_names, begin_of, dated_samples, write_rows

FIDELITY: Final = Fidelity(time_s=5.1e-4, acc_mps2=5e-4, gyr_radps=9e-7)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the PC program writes it: a start line, tabs, a trailing tab, CRLF."""
    header = ["ChipTime", *axis_names(recording, "a{}(g)", "w{}(deg/s)", "xyz"), ""]
    rows = []
    for moment, values in dated_samples(recording, "g", "deg/s"):
        stamp = f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"
        rows.append([stamp, *(f"{value:.4f}" for value in values), ""])
    first = f"StartTime: {begin_of(recording):%Y-%m-%d %H:%M:%S}.000\r\n"
    return {"20260302083000.txt": first.encode() + write_rows([header, *rows], "\t", "\r\n")}
