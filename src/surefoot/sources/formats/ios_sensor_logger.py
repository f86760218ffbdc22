"""Sensor Logger of iOS that writes ``SamplingTime`` (not the app by Kelvin Choi): one table.

Core Motion's raw accelerometer, so the opposite of specific force; in g, or in m/s² where gravity shows that,
and then its direction is an assumption that is said. Rotation in rad/s. Times in epoch seconds. Source:
AdrianEddy/telemetry-parser, ``sensor_logger.rs``.
"""

from typing import Final

from surefoot.model import Recording
from surefoot.sources.assembly.clocks import epoch_clock
from surefoot.sources.assembly.one_file import Columns, begins, one_file, sensors_of
from surefoot.sources.assembly.recordings import Origin, assemble, rest_norm, sign_assumed
from surefoot.sources.tables import read_table
from surefoot.units import acceleration_unit

TITLE: Final = "Sensor Logger with SamplingTime (iOS, CSV)"

_COLUMNS: Final = Columns("Acceleration{}", "", "Gyro{}", "rad/s", hint="Switch the accelerometer on.")
_SIGN: Final = sign_assumed(
    "iOS gives the opposite of specific force in g, but the file is in m/s²; its direction was taken to be "
    "that of iOS."
)


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    table = read_table(data, member)
    time_s, zero = epoch_clock(table["SamplingTime"], 1.0)
    acc, gyr = sensors_of(table, time_s, _COLUMNS)
    issues = () if acceleration_unit(rest_norm(acc.values)) == "g" else (_SIGN,)
    return (assemble(acc, gyr, Origin(-1, "ios", clock_zero=zero, issues=issues, notes=table.notes)),)


claims, parse = one_file(begins(r"SamplingTime, *(Acceleration|Gyro)X"), _read)
