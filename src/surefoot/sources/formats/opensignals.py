"""OpenSignals (PLUX): text whose first lines are comments, the second a JSON of devices, columns and rate.

Read are the sensors inside an Android phone: specific force in m/s², rotation in rad/s. A BITalino's or a
biosignalsplux's accelerometer is written in steps of its converter, without a calibration, so it is refused.
The column ``nSeq`` is seconds, or a count of samples at the rate that the header tells; where it is neither,
rows are counted, and this is said. Source: PLUX, *OpenSignals file formats*; a real file of the Android app.
"""

import json
import re
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from surefoot.errors import UnitError
from surefoot.model import Floats, Issue, Recording
from surefoot.sources.assembly.json_members import expecting
from surefoot.sources.assembly.one_file import Columns, one_file, sensors_of
from surefoot.sources.assembly.recordings import Origin, assemble, rate_nominal, sign_assumed
from surefoot.sources.inference.time import typical_step
from surefoot.sources.tables import Table, clean_text, first_text, read_table

TITLE: Final = "OpenSignals (text)"

_HEADER: Final = re.compile(r"\s*# ?OpenSignals Text File Format")
_ABOUT: Final = re.compile(r"^# ?(\{.*\})\s*$", re.MULTILINE)
_SHAPE: Final = "a line of JSON with the columns and the sampling rate of each device"
_COLUMNS: Final = Columns("{}Acc", "m/s2", "{}(Gyr|Gyro|Gyroscope)", "rad/s", gravity_free="{}LinAcc")
_SIGN: Final = sign_assumed(
    "The file is not of an Android phone, whose direction is known; +g on the upward axis was assumed.",
    is_table=False,
)


@dataclass(frozen=True, slots=True)
class _About:
    """What the header tells: the names of all columns, the rate, and the kind of device."""

    columns: tuple[str, ...]
    rate_hz: float
    device: str


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    about = _about(clean_text(data, member).decode(), member)
    table = read_table(data, member)
    if not {"xAcc", "yAcc", "zAcc"} <= set(about.columns) or len(about.columns) != len(table.names):
        raise UnitError(
            f"{member} holds no acceleration in a known unit.",
            found=f"the columns {', '.join(about.columns)[:100]}",
            expected="xAcc, yAcc and zAcc of a phone; the steps of a PLUX sensor need its calibration",
            do="Convert the accelerometer to g with its calibration, and give that table; or record with the "
            "phone's own sensors.",
        )
    named = replace(table, names=about.columns, has_header=True)
    time_s, issues = _seconds(named, about.rate_hz)
    acc, gyr = sensors_of(named, time_s, _COLUMNS)
    android = about.device == "android"
    issues += () if android else (_SIGN,)
    return (assemble(acc, gyr, Origin(+1, "android" * android, issues=issues, notes=table.notes)),)


claims, parse = one_file(lambda data: _HEADER.match(first_text(data, 200)), _read)


def _about(text: str, member: str) -> _About:
    told = _ABOUT.search(text)
    with expecting(member, _SHAPE):
        devices: list[Any] = list(json.loads(told[1] if told else "").values())
        columns = tuple(str(name) for device in devices for name in device["column"])
        rate_hz = float(devices[0]["sampling rate"])
        if not 1 <= rate_hz <= 10_000:
            raise ValueError(rate_hz)
        return _About(columns, rate_hz, str(devices[0].get("device", "")))


def _seconds(table: Table, rate_hz: float) -> tuple[Floats, tuple[Issue, ...]]:
    """Return times in s: those of ``nSeq`` where it is a time or an unbroken count, else counted."""
    counts = table[table.names[0]]
    step = typical_step(counts)
    if abs(step * rate_hz - 1) < 0.05:
        return counts, ()
    if step == 1 and (np.diff(counts) > 0).all():
        return counts / rate_hz, ()
    return np.arange(len(counts)) / rate_hz, (rate_nominal(),)
