"""ST BLE Sensor: one table a sensor of an ST board, with the times of phone and board beside the values.

Specific force in mg, rotation in dps. The phone's ``HostTimestamp`` in ms comes in batches, so the board's
own ``NodeTimestamp`` is read: 16 bits of its millisecond tick shifted right by three, 8 ms each, wrapping.
Where the two clocks disagree on the length by a fifth, the phone's is taken and said. Source:
STMicroelectronics FP-SNS-ALLMEMS1 firmware, ``HAL_GetTick() >> 3``; real exports.
"""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from surefoot.model import Floats, Issue, Recording
from surefoot.sources.assembly.one_file import find_signal
from surefoot.sources.assembly.recordings import Origin, assemble, gravity_missing, sole_member
from surefoot.sources.assembly.timing import Signal
from surefoot.sources.tables import Table, read_table, table_head

TITLE: Final = "ST BLE Sensor (CSV)"

_HEADER: Final = re.compile(
    r"Date,HostTimestamp,NodeName,NodeTimestamp,RawData,X \((mg|dps)\),Y", re.IGNORECASE
)
_TICK_S: Final = 0.008
_WRAP: Final = 2.0**16
_HOST: Final = Issue(
    "host_clock",
    "warning",
    "The board's clock does not agree with the phone's, so the phone's times of arrival were taken.",
    "Record again; the rate and anything above 1 Hz are unsure.",
)


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member has this app's header over an accelerometer or gyroscope."""
    return bool(_members(files))


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording of an accelerometer's table and, where it is there, a gyroscope's.

    Raises UnitError without an accelerometer, UnreadableFileError where there are several.
    """
    units = _members(files)
    accelerometers = [member for member, unit in units.items() if unit == "mg"]
    gyroscopes = [member for member, unit in units.items() if unit == "dps"]
    if not accelerometers:
        hint = "Give the Accelerometer file of the same recording too."
        raise gravity_missing(", ".join(sorted(files))[:120], hint, removed=False)
    acc = _signal(files, sole_member(files, accelerometers), "acceleration")
    gyr = _signal(files, sole_member(files, gyroscopes), "gyroscope") if gyroscopes else None
    first = float(acc.time_s[np.isfinite(acc.time_s)][:1].sum())
    return (assemble(_later(acc, first), _later(gyr, first) if gyr else None, Origin(+1)),)


def _members(files: Mapping[str, bytes]) -> dict[str, str]:
    matches = ((member, _HEADER.match(table_head(data, 400))) for member, data in sorted(files.items()))
    return {member: match[1].lower() for member, match in matches if match}


def _signal(files: Mapping[str, bytes], member: str, name: str) -> Signal:
    table = read_table(files[member], member)
    signal = find_signal(table, name, "{}", np.zeros(len(table.values)))
    if signal is None:
        raise gravity_missing(", ".join(table.names), "Export the recording again.", removed=False)
    time_s, issues = _seconds(table)
    return Signal(name, time_s, signal.values, signal.unit, issues)


def _seconds(table: Table) -> tuple[Floats, tuple[Issue, ...]]:
    """Return the board's times in s, on a clock that wraps every 524 s, or the phone's and why."""
    host_s, ticks = table["HostTimestamp"] / 1000, table["NodeTimestamp"]
    turns = np.cumsum(np.r_[0.0, np.diff(ticks) < -_WRAP / 2])
    node_s = (ticks + turns[: ticks.size] * _WRAP) * _TICK_S
    host_span, node_span = (float(np.ptp(times)) if times.size else 0.0 for times in (host_s, node_s))
    agree = abs(node_span - host_span) <= 0.2 * host_span
    return (node_s, ()) if agree else (host_s, (_HOST,))


def _later(signal: Signal, zero_s: float) -> Signal:
    return Signal(signal.name, signal.time_s - zero_s, signal.values, signal.unit, signal.issues)
