"""Science Journal (Google, Arduino): one table, whole milliseconds, cells empty where a sensor is silent.

Acceleration with gravity in m/s². Android writes specific force, iOS the opposite, and the file does not tell
which: Android is assumed and this is said. No gyroscope; about 15 samples a second. Source:
google/science-journal and google/science-journal-ios, export of recordings.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from surefoot.model import Recording
from surefoot.sources.assembly.clocks import epoch_clock
from surefoot.sources.assembly.one_file import (
    Columns,
    begin_of,
    begins,
    one_file,
    samples,
    sensors_of,
    write_rows,
)
from surefoot.sources.assembly.recordings import Fidelity, Origin, assemble, sign_assumed
from surefoot.sources.tables import read_table

TITLE: Final = "Science Journal (CSV)"
FIDELITY: Final = Fidelity(time_s=5.1e-4, gyroscope=False)

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


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app exports it with absolute times, a row of another sensor between."""
    start_ms = round(begin_of(recording).timestamp() * 1000)
    rows = [["timestamp", "AccX", "AccY", "AccZ", "AmbientLightSensor"]]
    for time_s, values in samples(recording):
        stamp_ms = start_ms + round(1000 * time_s)
        rows += [[str(stamp_ms), *map(repr, values[:3]), ""], [str(stamp_ms + 3), "", "", "", "12.5"]]
    return {"Experiment Recording 1.csv": write_rows(rows)}
