"""AndroSensor (Android): one table, semicolons after a ``sep=;`` line, or commas.

Specific force in m/s², rotation in rad/s, both named in the header; cheap phones lack the gyroscope. Time in
whole ms since the start, the second-last column. Its default of two rows a second is too slow for sway.
Source: real exports.
"""

from __future__ import annotations

import re
from typing import Final

from surefoot.model import Recording
from surefoot.sources.assembly.one_file import Columns, axis_names, one_table, samples, write_rows
from surefoot.sources.assembly.recordings import Fidelity
from surefoot.sources.tables import first_text

TITLE: Final = "AndroSensor (CSV)"
FIDELITY: Final = Fidelity(time_s=5.1e-4, acc_mps2=5.1e-5, gyr_radps=5.1e-5, platform="android")

_HEADER: Final = re.compile(r"Time since start in ms|^\"?ACCELEROMETER X \(m/s", re.MULTILINE)
_COLUMNS: Final = Columns(
    "ACCELEROMETER {}",
    "m/s2",
    "GYROSCOPE {}",
    "rad/s",
    gravity_free="LINEAR ACCELERATION {}",
    held=True,
    hint="In AndroSensor, switch on the accelerometer and the gyroscope, at the fastest interval.",
)

claims, parse = one_table(
    lambda data: _HEADER.search(first_text(data, 4000)),
    _COLUMNS,
    time=("Time since start in ms", 1000),
    sign=+1,
    platform="android",
)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app writes it with its semicolon setting."""
    names = axis_names(recording, "ACCELEROMETER {} (m/s²)", "GYROSCOPE {} (rad/s)")
    rows = [
        [*(f"{value:.4f}" for value in values), f"{1000 * time_s:.0f}", _clock(time_s)]
        for time_s, values in samples(recording)
    ]
    header = [*names, "Time since start in ms ", "YYYY-MO-DD HH-MI-SS_SSS"]
    return {"Sensor_record_20260302_083000_AndroSensor.csv": write_rows([["sep=;"], header, *rows], ";")}


def _clock(time_s: float) -> str:
    minutes, milliseconds = divmod(round(time_s * 1000), 60_000)
    return f"2026-03-02 08:{minutes % 60:02d}:{milliseconds // 1000:02d}:{milliseconds % 1000:03d}"
