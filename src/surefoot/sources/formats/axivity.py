"""Axivity AX3 and AX6: the CSV of OmGui, with dates or epoch seconds, with or without its header.

Specific force in g; the AX6 adds rotation in deg/s. The dates have no zone. Source: openmovement, OmGui
export; wadpac/GGIR test files.
"""

import re
from typing import Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Recording
from surefoot.sources.assembly.clocks import date_seconds
from surefoot.sources.assembly.one_file import one_file
from surefoot.sources.assembly.recordings import Origin, assemble
from surefoot.sources.assembly.timing import Signal
from surefoot.sources.tables import first_text, read_table, skip_preface, table_head

TITLE: Final = "Axivity AX3 / AX6 (CSV)"

_CELL: Final = r"[,;\t]\s*\"?-?\d+[.,]\d{4,}\"?"
_ROW: Final = re.compile(
    r"\"?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}|1\d{9}[.,]\d{2,})\"?"
    rf"({_CELL}){{3}}(({_CELL}){{3}})?\s*\n"
)
_HEADER: Final = re.compile(r"Time,Accel-X \(g\)")


def _is_own(data: bytes) -> bool:
    """Tell whether a table begins with a date, three values in g and perhaps three of a gyroscope."""
    return bool(_ROW.match(skip_preface(first_text(data, 1000))) or _HEADER.match(table_head(data, 1000)))


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    table = read_table(data, member)
    if len(table.names) < 4:
        raise UnreadableFileError(
            f"{member} lacks an axis.",
            found=f"{len(table.names)} columns",
            expected="a date and the axes x, y and z",
            do="Export the recording again.",
        )
    stamps = table[table.names[0]]
    dated = not np.isfinite(stamps).all()
    time_s = date_seconds(table.texts(table.names[0])) if dated else stamps - stamps[0]
    acc = Signal("acceleration", time_s, table.block(slice(1, 4)), "g")
    gyr = Signal("gyroscope", time_s, table.block(slice(4, 7)), "deg/s") if len(table.names) >= 7 else None
    return (assemble(acc, gyr, Origin(+1, notes=table.notes)),)


claims, parse = one_file(_is_own, _read)
