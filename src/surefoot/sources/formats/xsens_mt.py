"""Xsens MT Manager text exports (MTw Awinda, MTi): comments, then a table separated by tabs.

``Acc`` is specific force in m/s². ``SampleTimeFine`` counts 0.1 ms and is often empty; time is then the
packet counter, 16 bits and wrapping, over the ``Update Rate`` of the comments, so packets that were lost are
gaps. The file does not tell the unit of ``Gyr``, so the gyroscope is left out and this is said. Source: Xsens
MT Manager User Manual, ASCII exporter; real exports.
"""

import re
from typing import Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Issue, Recording
from surefoot.sources.assembly.one_file import column_of, find_signal, one_file
from surefoot.sources.assembly.recordings import Origin, assemble, gravity_missing
from surefoot.sources.tables import Table, first_text, read_table

TITLE: Final = "Xsens MTw / MT Manager (text)"

_COMMENT: Final = re.compile(r"\s*// (Start Time|Update Rate|Sample rate|General information)", re.IGNORECASE)
_RATE: Final = re.compile(r"// Update Rate:\s*([\d.]+)\s*Hz", re.IGNORECASE)
_COUNTER_WRAP: Final = 2**16
_TICK_WRAP: Final = 2**32
_TICK_S: Final = 1e-4
_HINT: Final = "In MT Manager's exporter, switch on Acceleration (not only Free Acceleration)."
_NO_GYROSCOPE: Final = Issue(
    "gyroscope_left_out",
    "warning",
    "The file does not tell whether its gyroscope is in rad/s or deg/s, so it was left out.",
    "Say gyro_unit in a column mapping.",
)


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    table = read_table(data, member)
    acc = find_signal(table, "acceleration", "Acc_{}", _seconds(table, data, member), "m/s2")
    if acc is None:
        removed = bool(column_of(table.names, "FreeAcc_X"))
        raise gravity_missing(", ".join(table.names)[:120], _HINT, removed=removed)
    issues = (_NO_GYROSCOPE,) if column_of(table.names, "Gyr_X") else ()
    return (assemble(acc, None, Origin(+1, issues=issues, notes=table.notes)),)


claims, parse = one_file(lambda data: _COMMENT.match(first_text(data, 200)), _read)


def _seconds(table: Table, data: bytes, member: str) -> Floats:
    if "SampleTimeFine" in table and np.isfinite(table["SampleTimeFine"]).all():
        return _unwrapped(table["SampleTimeFine"], _TICK_WRAP) * _TICK_S
    rate = _RATE.search(first_text(data))
    if rate is None or not 1 <= float(rate[1]) <= 10_000:
        raise UnreadableFileError(
            f"{member} tells no times.",
            found="an empty SampleTimeFine and no Update Rate",
            expected="one of them",
            do="Export the recording again with its header.",
        )
    return _unwrapped(table["PacketCounter"], _COUNTER_WRAP) / float(rate[1])


def _unwrapped(counts: Floats, wrap: int) -> Floats:
    """Return a wrapping count as one that goes on, from zero.

    >>> _unwrapped(np.array([65534.0, 65535.0, 0.0, 2.0]), 2**16)
    array([0., 1., 2., 4.])
    """
    turns = np.cumsum(np.diff(counts) < -wrap / 2)
    return np.asarray(counts - counts[:1] + np.r_[0, turns][: counts.size] * wrap)
