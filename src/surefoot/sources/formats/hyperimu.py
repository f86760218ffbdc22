"""HyperIMU (ianovir, Android): lines of ``@`` comments, then a table with the phone's own sensor names.

Specific force in m/s², rotation in rad/s, three values a sensor, held until its next sample. ``timestamp`` is
in epoch ms and optional: without it there are no times, and the nominal interval is off by up to a sixth, so
such a file is refused. Old versions write no header but name the sensors in a comment. Source: real exports;
ianovir/HIMUServer.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from surefoot.errors import UnreadableFileError
from surefoot.model import Recording
from surefoot.sources.assembly.clocks import epoch_clock
from surefoot.sources.assembly.one_file import Columns, begins, one_file, sensors_of
from surefoot.sources.assembly.recordings import Origin, assemble
from surefoot.sources.tables import Table, clean_text, read_table

TITLE: Final = "HyperIMU (CSV)"

_COMMENT: Final = re.compile(r"^\"?@[^\n]*\n", re.MULTILINE)
_SENSORS: Final = re.compile(r"^\"?@\s*Sensors:\s*([^\n\"]+)", re.MULTILINE)
_COLUMNS: Final = Columns(
    r"(?!.*(linear|gyr|grav|magn|rota|orient))(.*acc.*|.*(lis[23]|bma|kxtj|mma)\w*)[.-]{}",
    "m/s2",
    r".*gyr.*[.-]{}",
    "rad/s",
    gravity_free=r".*linear.*[.-]{}",
    held=True,
    hint="In HyperIMU, choose the accelerometer and the gyroscope, and switch on the timestamp.",
)


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    table = _table(data, member)
    stamps = next((name for name in table.names if name.strip().lower() in ("timestamp", "time")), "")
    if not stamps:
        raise UnreadableFileError(
            f"{member} has no times.",
            found=", ".join(table.names)[:120],
            expected="a column timestamp: the nominal interval is not what phones deliver",
            do=f"{_COLUMNS.hint} Or say rate_hz in a column mapping.",
        )
    time_s, zero = epoch_clock(table[stamps], 0.001)
    acc, gyr = sensors_of(table, time_s, _COLUMNS)
    return (assemble(acc, gyr, Origin(+1, "android", clock_zero=zero, notes=table.notes)),)


claims, parse = one_file(begins(r"\s*@ ?HyperIMU"), _read)


def _table(data: bytes, member: str) -> Table:
    """Return the table below the comments, its columns named by the comment where it has no header."""
    text = clean_text(data, member).decode()
    table = read_table(_COMMENT.sub("", text).encode(), member)
    told = _SENSORS.search(text)
    return table if table.has_header or not told else replace(table, names=_named(told[1], table.names))


def _named(sensors: str, columns: Sequence[str]) -> tuple[str, ...]:
    """Return column names for three values a sensor, behind a timestamp where there is one more.

    >>> _named("BMI160_acc - BMI160_gyro", ["column 1"] * 7)[:4]
    ('timestamp', 'BMI160_acc.x', 'BMI160_acc.y', 'BMI160_acc.z')
    """
    names = [f"{sensor.strip()}.{axis}" for sensor in re.split(r"\s+-\s+|,", sensors) for axis in "xyz"]
    names = ["timestamp"] * (len(columns) % 3) + names
    return tuple(names) if len(names) == len(columns) else tuple(columns)
