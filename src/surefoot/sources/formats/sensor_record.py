"""Sensor Record (Android): one table a sensor, ``Milliseconds,X,Y,Z`` with or without a ``Timestamp`` before.

Specific force in m/s², rotation in rad/s, as Android gives them. All its tables have one header: which sensor
it was stands in the file's name alone. Milliseconds since the start, read as the time; the timestamp has
whole seconds and no zone, so it is not. Source: real exports; AdrianEddy/telemetry-parser.
"""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Recording
from surefoot.sources.assembly.one_file import find_signal
from surefoot.sources.assembly.recordings import Origin, assemble, gravity_missing, sole_member, stem_of
from surefoot.sources.assembly.timing import Signal
from surefoot.sources.tables import read_table, table_head

TITLE: Final = "Sensor Record (CSV)"

_HEADER: Final = re.compile(r"(Timestamp,)?Milliseconds,X,Y,Z\s*\n")
_OTHER: Final = re.compile(r"magn|linear|grav|orient|rotation|light|press", re.IGNORECASE)


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member has this app's header."""
    return bool(_members(files))


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording of an accelerometer's table and, beside it, a gyroscope's.

    A table whose name tells no sensor is taken for the accelerometer's, and gravity decides. Raises UnitError
    where there is no accelerometer, UnreadableFileError where there are several.
    """
    members = [member for member in _members(files) if not _OTHER.search(stem_of(member))]
    gyroscopes = [member for member in members if "gyr" in stem_of(member).lower()]
    accelerometers = [member for member in members if member not in gyroscopes]
    if not accelerometers:
        found = ", ".join(sorted(files))[:80]
        raise gravity_missing(found, "Give the file called Accelerometer.", removed=False)
    acc = _signal(files, sole_member(files, accelerometers), "acceleration", "m/s2")
    gyr = _signal(files, sole_member(files, gyroscopes), "gyroscope", "rad/s") if gyroscopes else None
    return (assemble(acc, gyr, Origin(+1, "android")),)


def _members(files: Mapping[str, bytes]) -> list[str]:
    return [member for member, data in sorted(files.items()) if _HEADER.match(table_head(data, 200))]


def _signal(files: Mapping[str, bytes], member: str, name: str, unit: str) -> Signal:
    table = read_table(files[member], member)
    signal = find_signal(table, name, "{}", np.zeros(len(table.values)), unit)
    if signal is None or "Milliseconds" not in table:
        raise UnreadableFileError(
            f"{member} lacks a column.",
            found=", ".join(table.names),
            expected="Milliseconds, X, Y and Z",
            do="Export the recording again.",
        )
    return Signal(name, table["Milliseconds"] / 1000, signal.values, unit)
