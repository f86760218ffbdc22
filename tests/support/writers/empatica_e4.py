"""Empatica E4 (CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from surefoot.sources.formats.empatica_e4 import _COUNTS_A_G
from writers.rows import Fidelity, begin_of, samples, write_rows

FIDELITY: Final = Fidelity(acc_mps2=0.08, gyroscope=False)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the export's ``ACC.csv``, with the rate it has."""
    start = begin_of(recording)
    rate_hz = (recording.time_s.size - 1) / recording.duration_s
    head = [[f"{start.timestamp():.6f}"] * 3, [f"{rate_hz:.6f}"] * 3]
    rows = ([str(round(v * _COUNTS_A_G)) for v in values[:3]] for _, values in samples(recording, "g"))
    return {"ACC.csv": write_rows(head, ", ") + write_rows(rows)}
