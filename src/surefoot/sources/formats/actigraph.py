"""ActiGraph: the raw CSV of ActiLife, ten lines before rows in g; its epoch counts are refused.

Specific force in g; the Link's IMU adds rotation in deg/s. Rows begin with a date, or have none: times are
then counted by the rate that the first line tells, and this is said. Source: ActiGraph, *ActiLife User's
Manual*; wadpac/GGIRread test files.
"""

import re
from typing import Final

import numpy as np

from surefoot.errors import UnitError, UnreadableFileError
from surefoot.model import Floats, Issue, Recording
from surefoot.sources.assembly.clocks import clock_seconds
from surefoot.sources.assembly.one_file import Columns, begins, column_of, one_file, sensors_of
from surefoot.sources.assembly.recordings import Origin, assemble, rate_nominal
from surefoot.sources.tables import Table, read_table, table_head

TITLE: Final = "ActiGraph raw (CSV)"

_RAW: Final = re.compile(r"^\"?(Timestamp\"?,)?\"?Accelerometer X", re.MULTILINE)
_RATE: Final = re.compile(r"\bat (\d+(?:\.\d+)?) Hz")
_DO: Final = "In ActiLife, export the raw data as CSV, with timestamps."
_COLUMNS: Final = Columns("Accelerometer {}", "g", "Gyroscope {}", "deg/s", hint=_DO)


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    head = table_head(data)
    if not _RAW.search(head):
        raise UnitError(
            f"{member} holds activity counts, not acceleration.",
            found=head.strip().split("\n")[-1].strip()[:80] or "no columns",
            expected="raw acceleration in g: Accelerometer X, Accelerometer Y, Accelerometer Z",
            do=_DO,
        )
    table = read_table(data, member)
    time_s, issues = _seconds(table, head, member)
    acc, gyr = sensors_of(table, time_s, _COLUMNS)
    return (assemble(acc, gyr, Origin(+1, issues=issues, notes=table.notes)),)


claims, parse = one_file(begins(r"\"?-+ Data (File|Table)[^\n]*ActiGraph", 400, re.IGNORECASE), _read)


def _seconds(table: Table, head: str, member: str) -> tuple[Floats, tuple[Issue, ...]]:
    stamps = column_of(table.names, "Timestamp")
    if stamps:
        return clock_seconds(table.texts(stamps)), ()
    rate = _RATE.search(head)
    if rate is None or not 1 <= float(rate[1]) <= 1000:
        raise UnreadableFileError(
            f"{member} tells no times.",
            found=head.split("\n", maxsplit=1)[0].strip()[:80] or "an empty first line",
            expected="a column Timestamp, or the rate in the first line",
            do=_DO,
        )
    return np.arange(len(table.values)) / float(rate[1]), (rate_nominal("Export with timestamps."),)
