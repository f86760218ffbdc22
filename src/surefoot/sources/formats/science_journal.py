"""Science Journal (Google, Arduino): one table, whole milliseconds, cells empty where a sensor is silent.

Acceleration with gravity in m/s². Android writes specific force, iOS the opposite, and the file does not tell
which: Android is assumed and this is said. No gyroscope; about 15 samples a second. Source:
google/science-journal and google/science-journal-ios, export of recordings.
"""

from typing import Final

import numpy as np

from surefoot.model import Recording
from surefoot.sources.assembly.clocks import epoch_clock
from surefoot.sources.assembly.one_file import Columns, begins, one_file, sensors_of
from surefoot.sources.assembly.recordings import Origin, assemble, sign_assumed
from surefoot.sources.tables import read_table

TITLE: Final = "Science Journal (CSV)"

_HEADER: Final = r"(relative_time|timestamp),(?=[^\n]*\bAccX\b)(?![^\n]*Gyr)[^\n]*\n\d+,"
_COLUMNS: Final = Columns("Acc{}", "m/s2", hint="Record AccX, AccY and AccZ together.")
_SIGN: Final = sign_assumed(
    "The file does not tell whether Science Journal ran on Android or on iOS, which writes the opposite; "
    "Android was assumed."
)


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    table = read_table(data, member)
    time_s, zero = epoch_clock(table[table.names[0]], 0.001)
    acc, _ = sensors_of(table, time_s, _COLUMNS)
    spoke = np.flatnonzero(np.isfinite(acc.values).any(axis=1))
    origin = Origin(+1, clock_zero=zero, issues=(_SIGN,), notes=table.notes)
    return (assemble(acc.take(spoke), None, origin),)


claims, parse = one_file(begins(_HEADER, 1000), _read)
