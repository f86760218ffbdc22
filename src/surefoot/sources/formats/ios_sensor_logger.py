"""Sensor Logger of iOS that writes ``SamplingTime`` (not the app by Kelvin Choi): one table.

Core Motion's raw accelerometer, so the opposite of specific force; in g, or in m/s² where gravity shows that,
and then its direction is an assumption that is said. Rotation in rad/s. Times in epoch seconds. Source:
AdrianEddy/telemetry-parser, ``sensor_logger.rs``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from surefoot.model import Recording
from surefoot.sources.assembly.clocks import epoch_clock
from surefoot.sources.assembly.recordings import (
    Fidelity,
    Origin,
    assemble,
    rest_norm,
    sign_assumed,
    sole_member,
)
from surefoot.sources.assembly.sensor_columns import Columns, axis_names, samples, sensors_of, write_rows
from surefoot.sources.tables import read_table, table_head
from surefoot.units import acceleration_unit

TITLE: Final = "Sensor Logger with SamplingTime (iOS, CSV)"
FIDELITY: Final = Fidelity(time_s=2e-6, platform="ios")

_HEADER: Final = re.compile(r"SamplingTime, *(Acceleration|Gyro)X")
_COLUMNS: Final = Columns("Acceleration{}", "", "Gyro{}", "rad/s", hint="Switch the accelerometer on.")
_SIGN: Final = sign_assumed(
    "iOS gives the opposite of specific force in g, but the file is in m/s²; its direction was taken to be "
    "that of iOS."
)


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member has this app's header."""
    return bool(_members(files))


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording of a table.

    Raises UnitError without acceleration that includes gravity, UnreadableFileError for a broken table.
    """
    member = sole_member(files, _members(files))
    table = read_table(files[member], member)
    time_s, zero = epoch_clock(table["SamplingTime"], 1.0)
    acc, gyr = sensors_of(table, time_s, _COLUMNS)
    issues = () if acceleration_unit(rest_norm(acc.values)) == "g" else (_SIGN,)
    return (assemble(acc, gyr, Origin(-1, "ios", clock_zero=zero, issues=issues, notes=table.notes)),)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app writes it, a space after each comma."""
    start_s = (recording.started or datetime(2026, 1, 1, tzinfo=UTC)).timestamp()
    header = ["SamplingTime", *axis_names(recording, "Acceleration{}", "Gyro{}")]
    rows = ([f"{start_s + time_s:.6f}", *map(repr, v)] for time_s, v in samples(recording, "g", sign=-1))
    return {"SensorLogger.csv": write_rows([header], ", ") + write_rows(rows, ", ")}


def _members(files: Mapping[str, bytes]) -> list[str]:
    return [m for m, data in sorted(files.items()) if _HEADER.match(table_head(data, 200))]
