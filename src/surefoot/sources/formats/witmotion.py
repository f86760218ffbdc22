"""WitMotion text: of the PC program, the phone app in its old and new form, and with Chinese headers.

Specific force in g, rotation in deg/s, both named in the header. Times are dates of the sensor's chip without
a zone, spelled in several ways; seconds since the start where the chip's clock stood still. Rows of several
sensors, told apart by the device's name, are one recording each. UTF-8 or GBK; a decimal comma is read too.
Source: AdrianEddy/telemetry-parser, ``witmotion``; vendor's manuals.
"""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Recording
from surefoot.sources.assembly.clocks import clock_seconds
from surefoot.sources.assembly.one_file import Columns, column_of, one_file, sensors_of
from surefoot.sources.assembly.recordings import Origin, assemble
from surefoot.sources.assembly.timing import Signal
from surefoot.sources.tables import Table, first_text, read_table

TITLE: Final = "WitMotion (text)"

# Others name acceleration and rotation alike: the device, the chip's clock, the angles are its own.
_HEADER: Final = re.compile(
    r"\bChipTime\b[^\n]*\bax ?\(g\)|\bAccX ?\(g\)[^\n]*\bAsX ?\("
    r"|^(?=[^\n]*(Device ?name|Chip ?Time|Angle X ?\())"
    r"[^\n]*Acceleration X ?\(g\)[^\n]*Angular velocity X ?\("
    r"|^(?=[^\n]*(设备名称|芯片时间|角度X))[^\n]*加速度X ?\(g\)",
    re.IGNORECASE | re.MULTILINE,
)
_COLUMNS: Final = Columns(
    "(a|acc|acceleration |加速度){}",
    "g",
    "(w|as|angular velocity |角速度){}",
    "deg/s",
    hint="In WitMotion's settings, switch acceleration and time on, and record again.",
)
_DEVICE: Final = "device ?name|address|设备名称"
_CLOCKS: Final = ("chip ?time|芯片时间", "time|时间|date ?time", r"time\(s\)")


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    table = read_table(data, member)
    acc, gyr = sensors_of(table, _seconds(table), _COLUMNS)
    recordings = []
    for number, rows in enumerate(_devices(table), start=1):
        origin = Origin(+1, part=str(number) if rows.sum() < rows.size else "", notes=table.notes)
        recordings.append(assemble(_part(acc, rows), _part(gyr, rows) if gyr else None, origin))
    return tuple(recordings)


claims, parse = one_file(lambda data: _HEADER.search(first_text(data)), _read)


def _part(signal: Signal, rows: NDArray[np.bool_]) -> Signal:
    return signal if rows.all() else signal.take(np.flatnonzero(rows))


def _devices(table: Table) -> list[NDArray[np.bool_]]:
    """Return for each device which rows are its own, in the order of appearance."""
    name = column_of(table.names, _DEVICE)
    if not name:
        return [np.ones(len(table.values), dtype=bool)]
    cells = np.array(table.texts(name))
    return [cells == device for device in dict.fromkeys(cells.tolist())]


def _seconds(table: Table) -> Floats:
    """Return the times in s of the first clock that runs: the chip's, the log's, seconds since the start."""
    for pattern in _CLOCKS:
        name = next((n for n in table.names if re.fullmatch(pattern, n.strip(), re.IGNORECASE)), "")
        times = table[name] if name else np.zeros(0)
        if name and np.isfinite(times).mean() <= 0.5:
            times = clock_seconds(table.texts(name))
        if np.unique(times[np.isfinite(times)]).size > 1:
            return times
    raise UnreadableFileError(
        "The file tells no times.",
        found=", ".join(table.names)[:120],
        expected="ChipTime, or another column of times",
        do=_COLUMNS.hint,
    )
