"""Xsens / Movella DOT: tables of the app and of the PC tools, in any measurement mode.

``Acc`` is specific force in m/s², ``Gyr`` rotation in deg/s. Modes without ``Acc`` write ``FreeAcc``, which
has gravity removed and stands in the earth's frame: together with the quaternion, which turns sensor into
earth, specific force is rebuilt, ``R(q)ᵀ (a + g)``, and said. Without either it is refused.
``SampleTimeFine`` is a 32-bit count that wraps, in µs in the app and in 0.1 ms in some PC logs; the step
tells them apart, since a DOT gives 4 to 120 samples a second. Packets that were lost are gaps. Source:
Movella DOT User Manual (2023), section on output data; real exports.
"""

import re
from datetime import datetime, timedelta, timezone
from typing import Final

import numpy as np

from surefoot.model import Floats, Issue, Recording
from surefoot.sources.assembly.one_file import find_signal, one_file
from surefoot.sources.assembly.recordings import Origin, assemble, gravity_missing
from surefoot.sources.assembly.timing import Signal
from surefoot.sources.tables import Table, first_text, read_table
from surefoot.units import STANDARD_GRAVITY_MPS2

TITLE: Final = "Xsens / Movella DOT (CSV)"

_HEADER: Final = re.compile(r"^\"?(PacketCounter\"?[,;\t]\"?)?SampleTimeFine\"?[,;\t]", re.MULTILINE)
_START: Final = re.compile(
    r"StartTime:\s*,\s*(\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d)_(\d{1,3})\s*(?:GMT([+-]\d{1,2})(?::?([0-5]\d))?)?"
)
_WRAP: Final = 2.0**32
_MICROSECOND_STEP: Final = 5000
_QUATERNION: Final = tuple(f"Quat_{part}" for part in "WXYZ")
_HINT: Final = "Choose a measurement mode with acceleration, such as Rate quantities or Custom Mode 5."
_REBUILT: Final = Issue(
    "acceleration_rebuilt",
    "info",
    "The file has acceleration without gravity; gravity was put back by the sensor's own orientation.",
    _HINT,
)


def _is_own(data: bytes) -> bool:
    """Tell whether data have a DOT table's header, which no MT Manager comment precedes."""
    head = first_text(data, 4000)
    return bool(_HEADER.search(head)) and not head.lstrip().startswith("//")


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    table = read_table(data, member)
    time_s = _seconds(table["SampleTimeFine"])
    acc = find_signal(table, "acceleration", "Acc_{}", time_s, "m/s2") or _rebuilt(table, time_s)
    gyr = find_signal(table, "gyroscope", "Gyr_{}", time_s, "deg/s")
    started = _started(first_text(data, 2000))
    return (assemble(acc, gyr, Origin(+1, clock_zero=started, notes=table.notes)),)


claims, parse = one_file(_is_own, _read)


def _seconds(counts: Floats) -> Floats:
    """Return the times of a wrapping count in s from the first one.

    >>> _seconds(np.array([2.0**32 - 16667, 0.0, 16667.0]))
    array([0.      , 0.016667, 0.033334])
    """
    steps = np.diff(counts)
    turns = np.cumsum(np.where(steps < -_WRAP / 2, 1.0, np.where(steps > _WRAP / 2, -1.0, 0.0)))
    whole = counts + np.r_[0.0, turns][: counts.size] * _WRAP
    positive = np.diff(whole)[np.diff(whole) > 0]
    unit_s = 1e-6 if positive.size and np.median(positive) > _MICROSECOND_STEP else 1e-4
    finite = whole[np.isfinite(whole)]
    first = float(finite[0]) if finite.size else 0.0
    return np.asarray((whole - first) * unit_s)


def _rebuilt(table: Table, time_s: Floats) -> Signal:
    free = find_signal(table, "acceleration", "FreeAcc_{}", time_s, "m/s2")
    if free is None or not all(name in table for name in _QUATERNION):
        raise gravity_missing(", ".join(table.names)[:120], _HINT, removed=free is not None)
    w, x, y, z = (table[name] for name in _QUATERNION)
    to_earth = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
    total = free.values + np.array([0.0, 0.0, STANDARD_GRAVITY_MPS2])
    return Signal("acceleration", time_s, np.einsum("jin,nj->ni", to_earth, total), "m/s2", (_REBUILT,))


def _started(head: str) -> datetime | None:
    """Return the start that the preamble tells, with its zone; None where it tells none."""
    match = _START.search(head)
    if not match or not match[3]:
        return None
    try:
        offset = timedelta(hours=int(match[3]), minutes=int(match[4] or 0))
        zone = timezone(offset)
        return datetime.strptime(f"{match[1]}.{match[2]}", "%Y-%m-%d_%H:%M:%S.%f").replace(tzinfo=zone)
    except ValueError:
        return None
