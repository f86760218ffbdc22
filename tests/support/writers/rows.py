"""What the writers of exports share: samples in an app's units, rows of cells, and what a format loses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from surefoot.model import Recording
from surefoot.units import ACCELERATION_TO_MPS2, ROTATION_TO_RADPS


@dataclass(frozen=True, slots=True)
class Fidelity:
    """What a format can carry, as its writer promises: the largest error of reading back what it wrote.

    `gyroscope` is False where the format has none, `platform` the only one the app exists for.
    """

    time_s: float = 1e-6
    acc_mps2: float = 1e-8
    gyr_radps: float = 1e-8
    gyroscope: bool = True
    platform: str = ""


def axis_names(recording: Recording, acceleration: str, gyroscope: str, axes: str = "XYZ") -> list[str]:
    """Return the column names of the sensors a recording has, ``{}`` standing for the axis."""
    names = [acceleration.replace("{}", axis) for axis in axes]
    if recording.gyr_radps is None:
        return names
    return names + [gyroscope.replace("{}", axis) for axis in axes]


def samples(
    recording: Recording, acceleration_unit: str = "m/s2", gyroscope_unit: str = "rad/s", sign: int = 1
) -> Iterator[tuple[float, list[float]]]:
    """Yield time in s and the three or six values of each sample, in an app's units and sign."""
    values = recording.acc_mps2 / (sign * ACCELERATION_TO_MPS2[acceleration_unit])
    if recording.gyr_radps is not None:
        values = np.hstack([values, recording.gyr_radps / ROTATION_TO_RADPS[gyroscope_unit]])
    yield from zip(recording.time_s.tolist(), values.tolist(), strict=True)


def begin_of(recording: Recording) -> datetime:
    """Return when a recording begins, a date of its own where it does not tell: most apps write one."""
    return recording.started or datetime(2026, 1, 1, tzinfo=UTC)


def dated_samples(
    recording: Recording, acceleration_unit: str = "m/s2", gyroscope_unit: str = "rad/s", sign: int = 1
) -> Iterator[tuple[datetime, list[float]]]:
    """Yield the moment and the three or six values of each sample, as `samples` does."""
    start = begin_of(recording)
    for time_s, values in samples(recording, acceleration_unit, gyroscope_unit, sign):
        yield start + timedelta(seconds=time_s), values


def write_rows(rows: Iterable[Iterable[str]], delimiter: str = ",", end: str = "\n") -> bytes:
    """Return rows of cells as UTF-8."""
    return "".join(delimiter.join(row) + end for row in rows).encode()


def worn_rows(recording: Recording, gravity_unit: str) -> list[list[str]]:
    """Return the app's table of what is worn, without standardisation, its names in the first row.

    `gravity_unit` is that of the gravity columns; those of the acceleration beside them are in g.
    """
    start_ns = round(begin_of(recording).timestamp() * 1e6) * 1000
    groups = ("rotationRate", "gravity", "acceleration")
    rows = [["time", "seconds_elapsed", *(f"{group}{axis}" for group in groups for axis in "XYZ")]]
    still = (-recording.acc_mps2.mean(axis=0) / ACCELERATION_TO_MPS2[gravity_unit]).tolist()
    g = ACCELERATION_TO_MPS2["g"] / ACCELERATION_TO_MPS2[gravity_unit]
    for time_s, values in samples(recording, gravity_unit, sign=-1):
        user = [(value - part) / g for value, part in zip(values[:3], still, strict=True)]
        cells = [*(values[3:] or [0.0] * 3), *still, *user]
        rows.append([str(start_ns + round(time_s * 1e9)), repr(time_s), *map(repr, cells)])
    return rows
