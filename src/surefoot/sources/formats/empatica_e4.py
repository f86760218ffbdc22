"""Empatica E4: ``ACC.csv`` of its zip, a watch-like sensor without gyroscope.

Line 1 is the start in epoch seconds, line 2 the rate in Hz, then whole numbers of 1/64 g, specific force.
There are no times: the rate is the one the file tells, and this is said. Source: Empatica, *E4 data export*;
hpi-dhc/devicely.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Recording
from surefoot.sources.assembly.one_file import begins, one_file
from surefoot.sources.assembly.recordings import Origin, assemble, rate_nominal
from surefoot.sources.assembly.timing import Signal
from surefoot.sources.tables import read_table

TITLE: Final = "Empatica E4 (CSV)"

_HEAD: Final = r"(1\d{9}[.,]\d+),\1,\1 *\n(\d{1,3}[.,]\d+),\2,\2 *\n( *-?\d{1,3},){2} *-?\d{1,3} *(\n|$)"
_LATEST_S: Final = 4e9
_COUNTS_A_G: Final = 64


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
    return (assemble(acc, None, Origin(+1, clock_zero=start, issues=(rate_nominal(),))),)


claims, parse = one_file(begins(_HEAD), _read)
