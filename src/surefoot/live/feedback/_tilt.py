"""Tilt of a board as it happens: its level from a still second, then gravity and rotation fused causally."""

from dataclasses import dataclass
from math import asin, degrees, exp, isfinite, radians, sqrt
from typing import Final

import numpy as np

from surefoot import dsp
from surefoot.model import SensorAxes
from surefoot.units import STANDARD_GRAVITY_MPS2

Vector = tuple[float, float, float]

GAP_S: Final = 0.25
STILL_S: Final = 1.0
STILL_SHARE: Final = 0.05
STILL_RADPS: Final = radians(5.0)
STILL_MPS2: Final = 0.5
MOST_OFF_DEG: Final = 20.0
# With a gyroscope gravity only holds the drift; without one it is all there is, and must be smoothed.
FUSED_S: Final = 2.0
GRAVITY_ONLY_S: Final = 0.05
# A rim that hits the floor is not gravity.
IMPACT_SHARE: Final = 0.15


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: time, specific force in m/s² and rotation in rad/s (None without a gyroscope)."""

    time_s: float
    acc: list[float]
    gyr: list[float] | None

    @property
    def is_sound(self) -> bool:
        """Whether every number is one, and there is some force to take a direction from."""
        values = (self.time_s, *self.acc, *(self.gyr or ()))
        return all(map(isfinite, values)) and _length(self.acc) > 0.1


@dataclass(frozen=True, slots=True)
class Stillness:
    """A sensor that has not moved for `length_s`: its first force, and sums over its samples."""

    first: Vector
    length_s: float
    count: int
    acc_sum: Vector
    gyr_sum: Vector


@dataclass(frozen=True, slots=True)
class Level:
    """What the level board reads: upward direction, the board's forward and right, tilt of the sensor on it.

    All directions are in the sensor's frame. `ap_deg` and `ml_deg` are what `Setup` calls `board_level_*`;
    `drift_radps` is the gyroscope at rest, `gravity_mps2` the accelerometer.
    """

    up: Vector
    forward: Vector
    right: Vector
    ap_deg: float
    ml_deg: float
    drift_radps: Vector
    gravity_mps2: float


def rest(still: Stillness | None, sample: Sample, step_s: float) -> Stillness | None:
    """Return the stillness with `sample` in it; begun anew where it moved, None where it moves now."""
    norm = _length(sample.acc)
    turning = _length(sample.gyr) if sample.gyr else 0.0
    if abs(norm / STANDARD_GRAVITY_MPS2 - 1) > STILL_SHARE or turning > STILL_RADPS:
        return None
    acc, gyr = _vector(sample.acc), _vector(sample.gyr or (0.0, 0.0, 0.0))
    if still is None or step_s > GAP_S or _length(_plus(acc, still.first, -1.0)) > STILL_MPS2:
        return Stillness(acc, 0.0, 1, acc, gyr)
    return Stillness(
        still.first,
        still.length_s + step_s,
        still.count + 1,
        _plus(still.acc_sum, acc),
        _plus(still.gyr_sum, gyr),
    )


def take(still: Stillness, axes: SensorAxes) -> Level | None:
    """Return the level of a board that was still; None where the sensor lies too far off flat.

    The board's own directions are the sensor's, as in the analysis: face up (or down), top edge forward.
    """
    mean = np.asarray(still.acc_sum) / still.count
    face = np.asarray(axes.face)
    body, _ = dsp.body_axes(face * np.sign(mean @ face), face, "up", np.asarray(axes.top))
    up = _unit(_vector(mean.tolist()))
    forward, right = _vector(body[:, 0].tolist()), _vector(body[:, 1].tolist())
    ap_deg, ml_deg = _angles(up, forward, right)
    if max(abs(ap_deg), abs(ml_deg)) > MOST_OFF_DEG or mean @ face == 0:
        return None
    drift = _vector([total / still.count for total in still.gyr_sum])
    return Level(up, forward, right, ap_deg, ml_deg, drift, _length(mean.tolist()))


def follow_up(up: Vector, sample: Sample, step_s: float, level: Level) -> Vector:
    """Return the upward direction after one more sample.

    With a gyroscope a complementary filter of 2 s: turned by the rotation, drawn slowly towards gravity
    except where an impact shakes it, so that nothing is late. Without one gravity smoothed over 0.05 s,
    which is also how late it is. Own; the offline tilt of the analysis is its measure.
    """
    norm = _length(sample.acc)
    seen = _scaled(sample.acc, 1 / norm)
    if step_s > GAP_S:
        return seen
    if sample.gyr is None:
        return _unit(_towards(up, seen, 1 - exp(-step_s / GRAVITY_ONLY_S)))
    turned = _turned(up, _plus(_vector(sample.gyr), level.drift_radps, -1.0), step_s)
    shaken = abs(norm / level.gravity_mps2 - 1) > IMPACT_SHARE
    return _unit(turned if shaken else _towards(turned, seen, 1 - exp(-step_s / FUSED_S)))


def tilt_of(up: Vector, level: Level) -> tuple[float, float]:
    """Return the tilt of the board from its level in degrees, forward and right positive."""
    ap_deg, ml_deg = _angles(up, level.forward, level.right)
    return ap_deg - level.ap_deg, ml_deg - level.ml_deg


def _angles(up: Vector, forward: Vector, right: Vector) -> tuple[float, float]:
    ap, ml = (max(-1.0, min(1.0, -_dot(up, axis))) for axis in (forward, right))
    return degrees(asin(ap)), degrees(asin(ml))


def _turned(up: Vector, rotation: Vector, step_s: float) -> Vector:
    """Return a direction that stands still in the world, seen by a sensor that turns (second order)."""
    first = _cross(up, rotation)
    return _plus(_plus(up, first, step_s), _cross(first, rotation), step_s**2 / 2)


def _towards(up: Vector, seen: Vector, share: float) -> Vector:
    return _plus(_scaled(up, 1 - share), seen, share)


def _vector(values: list[float] | Vector) -> Vector:
    x, y, z = values
    return x, y, z


def _length(values: list[float] | Vector) -> float:
    return sqrt(sum(value * value for value in values))


def _unit(vector: Vector) -> Vector:
    return _scaled(vector, 1 / _length(vector))


def _scaled(vector: list[float] | Vector, by: float) -> Vector:
    return vector[0] * by, vector[1] * by, vector[2] * by


def _plus(one: Vector, other: Vector, by: float = 1.0) -> Vector:
    return one[0] + by * other[0], one[1] + by * other[1], one[2] + by * other[2]


def _dot(one: Vector, other: Vector) -> float:
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]


def _cross(one: Vector, other: Vector) -> Vector:
    return (
        one[1] * other[2] - one[2] * other[1],
        one[2] * other[0] - one[0] * other[2],
        one[0] * other[1] - one[1] * other[0],
    )
