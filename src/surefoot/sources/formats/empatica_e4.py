"""Empatica E4: ``ACC.csv`` of its zip, a watch-like sensor without gyroscope.

Line 1 is the start in epoch seconds, line 2 the rate in Hz, then whole numbers of 1/64 g, specific force.
There are no times: the rate is the one the file tells, and this is said. Source: Empatica, *E4 data export*;
hpi-dhc/devicely.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Issue, Recording
from surefoot.sources.assembly.one_file import begin_of, begins, one_file, samples, write_rows
from surefoot.sources.assembly.recordings import Fidelity, Origin, assemble
from surefoot.sources.assembly.timing import Signal
from surefoot.sources.tables import read_table

TITLE: Final = "Empatica E4 (CSV)"
FIDELITY: Final = Fidelity(acc_mps2=0.08, gyroscope=False)

_HEAD: Final = r"(1\d{9}[.,]\d+),\1,\1 *\n(\d{1,3}[.,]\d+),\2,\2 *\n( *-?\d{1,3},){2} *-?\d{1,3} *(\n|$)"
_LATEST_S: Final = 4e9
_COUNTS_A_G: Final = 64
_NOMINAL: Final = Issue(
    "rate_nominal",
    "info",
    "The file has no times; they were counted by the rate that it tells.",
)


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    values = read_table(data, member).block(slice(None))
    shaped = values.shape[0] >= 3 and values.shape[1] >= 3
    if not shaped or not 0 <= values[0, 0] <= _LATEST_S or not 1 <= values[1, 0] <= 1000:
        raise UnreadableFileError(
            f"{member} does not hold what an E4 writes.",
            found=f"{values.shape[0]} rows of {values.shape[1]}"
            + (f", start {values[0, 0]:g}" if shaped else ""),
            expected="a start, a rate and rows of three counts",
            do="Download the session again.",
        )
    start = datetime.fromtimestamp(0, UTC) + timedelta(seconds=float(values[0, 0]))
    counts = values[2:, :3]
    acc = Signal("acceleration", np.arange(len(counts)) / values[1, 0], counts / _COUNTS_A_G, "g")
    return (assemble(acc, None, Origin(+1, clock_zero=start, issues=(_NOMINAL,))),)


claims, parse = one_file(begins(_HEAD), _read)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the export's ``ACC.csv``, with the rate it has."""
    start = begin_of(recording)
    rate_hz = (recording.time_s.size - 1) / recording.duration_s
    head = [[f"{start.timestamp():.6f}"] * 3, [f"{rate_hz:.6f}"] * 3]
    rows = ([str(round(v * _COUNTS_A_G)) for v in values[:3]] for _, values in samples(recording, "g"))
    return {"ACC.csv": write_rows(head, ", ") + write_rows(rows)}
