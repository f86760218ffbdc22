"""What a board or a phone is by itself: how far the board tilts, and the noise of a phone at rest."""

import math
from dataclasses import dataclass

import numpy as np

from surefoot import dsp
from surefoot.errors import CalibrationError
from surefoot.model import Floats, Recording, SensorAxes
from surefoot.preparation import quality

HELD_RADPS = math.radians(3.0)
HELD_S = 0.5
EDGE_DEG = 4.0
LEVEL_DEG = 3.0
TOUCHED_S, NOISE_S = 2.0, 10.0


@dataclass(frozen=True, slots=True)
class BoardLimits:
    """Tilts at which a board's edges touch, and its tilt at rest: the sensor's own lean on the board.

    Forward and right are positive, as everywhere; all are measured against gravity.
    """

    front_deg: float
    back_deg: float
    right_deg: float
    left_deg: float
    level_ap_deg: float
    level_ml_deg: float

    @property
    def max_tilt_deg(self) -> float:
        """Mean size of the four limits."""
        return (self.front_deg - self.back_deg + self.right_deg - self.left_deg) / 4


def limits_from_edges(recording: Recording, axes: SensorAxes | None = None) -> BoardLimits:
    """Return the limits of a board from a recording in which each edge is held down for a second or more.

    The sensor lies on the board, face up, top edge forward. A tilt counts as held where the rotation rate
    stays below 3 °/s for half a second. Raises CalibrationError where an edge was not touched or the board
    was never let go. Own method.
    """
    axes = axes or SensorAxes()
    tilt_deg, held = _held_tilts(recording, axes)
    plateaus = [np.median(tilt_deg[run], axis=0) for run in held]
    level = [p for p in plateaus if np.hypot(*p) < LEVEL_DEG]
    edges = {name: _edge(plateaus, axis, sign) for name, (axis, sign) in _EDGES.items()}
    missing = [name for name, value in edges.items() if value is None]
    if missing or not level:
        raise CalibrationError(
            "The board's limits could not be found.",
            found="no held tilt to the " + (", ".join(missing) if missing else "middle"),
            expected="each of the four edges held down for a second, and the board left alone for a second",
            do="Press front, back, right and left edge down in turn, holding each, and let go in between.",
        )
    ap_deg, ml_deg = np.median(level, axis=0)
    return BoardLimits(
        **{f"{name}_deg": float(value) for name, value in edges.items() if value is not None},
        level_ap_deg=float(ap_deg),
        level_ml_deg=float(ml_deg),
    )


def limit_from_geometry(radius_m: float, height_m: float, curvature_m: float) -> float:
    """Return the tilt in degrees at which a round board's rim touches the floor.

    `radius_m` of the disc, `height_m` of its underside above the floor, `curvature_m` the radius of the
    spherical base. Solves ``r + (H - r) cos t - R sin t = 0``; for a half sphere, H = r, it is
    ``asin(r / R)``. Raises CalibrationError for sizes that cannot be a board. Own derivation.

    >>> round(limit_from_geometry(0.20, 0.07, 0.07), 1)
    20.5
    """
    if min(radius_m, height_m, curvature_m) <= 0 or height_m >= radius_m:
        raise CalibrationError(
            "These sizes cannot be a wobble board.",
            found=f"radius {radius_m} m, height {height_m} m, base {curvature_m} m",
            expected="positive sizes, the height smaller than the radius",
            do="Measure in metres: half the width, the height of the underside, the radius of the base.",
        )
    # A cosine and a sine of one angle are one sine of a shifted angle.
    length = math.hypot(height_m - curvature_m, radius_m)
    shift = math.atan2(height_m - curvature_m, radius_m)
    return math.degrees(math.asin(min(1.0, curvature_m / length)) + shift)


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """What a device reads at rest: the larger horizontal RMS below 3.5 Hz, at the rate it was measured."""

    device: str
    noise_mps2: float
    rate_hz: float


def noise_floor(recording: Recording) -> NoiseFloor:
    """Return the noise of a device from a recording of it lying on a table.

    The middle of the recording is used, two seconds left out at each end, where hands touch it. Raises
    CalibrationError for less than ten seconds of it, or a table that is not still.
    """
    kept = (recording.time_s > recording.time_s[0] + TOUCHED_S) & (
        recording.time_s < recording.time_s[-1] - TOUCHED_S
    )
    duration_s = recording.duration_s - 2 * TOUCHED_S
    if duration_s < NOISE_S:
        raise _not_a_table("too short", f"{max(duration_s, 0.0):.0f} s without the ends")
    time_s, acc = recording.time_s[kept], recording.acc_mps2[kept]
    rate_hz = min(100.0, dsp.sampling_rate(time_s))
    _, acc = dsp.resample(time_s, acc, rate_hz)
    up = dsp.unit_vector(acc.mean(axis=0))
    across = acc - np.outer(acc @ up, up)
    noise = float(quality.measure_noise(across, rate_hz).max())
    if noise > quality.TABLE_MPS2:
        raise _not_a_table("not still", f"a horizontal RMS of {noise:.4f} m/s²")
    return NoiseFloor(device_class(recording), noise, rate_hz)


def device_class(recording: Recording) -> str:
    """Return the device whose noise a recording shares: its model, or what is known besides."""
    return recording.device_model or " ".join(filter(None, (recording.source, recording.platform)))


def _not_a_table(what: str, found: str) -> CalibrationError:
    return CalibrationError(
        f"The recording of the phone at rest is {what}.",
        found=found,
        expected=f"{NOISE_S:.0f} s or more, below {quality.TABLE_MPS2} m/s²",
        do="Lay the phone on a solid table, start, step back for half a minute, then stop.",
    )


_EDGES = {"front": (0, 1), "back": (0, -1), "right": (1, 1), "left": (1, -1)}


def _held_tilts(recording: Recording, axes: SensorAxes) -> tuple[Floats, tuple[slice, ...]]:
    """Return tilt (n, 2) against gravity and the stretches in which it is held."""
    if recording.gyr_radps is None:
        raise CalibrationError(
            "Calibrating a board needs the gyroscope.",
            found="acceleration only",
            expected="acceleration and rotation rate",
            do="Record both, or give the board's sizes.",
        )
    rate_hz = dsp.sampling_rate(recording.time_s)
    both = np.hstack([recording.acc_mps2, recording.gyr_radps])
    _, values = dsp.resample(recording.time_s, both, rate_hz)
    face, top = np.asarray(axes.face), np.asarray(axes.top)
    body, _ = dsp.body_axes(face, face, "up", top)
    up = dsp.board_tilt(values[:, :3], values[:, 3:], rate_hz)
    tilt_deg = -np.degrees(np.arcsin(np.clip(up @ body[:, :2], -1.0, 1.0)))
    turning = dsp.running_rms(np.linalg.norm(values[:, 3:], axis=1), round(HELD_S * rate_hz))
    runs = dsp.runs(turning < HELD_RADPS)
    return tilt_deg, tuple(run for run in runs if run.stop - run.start >= HELD_S * rate_hz)


def _edge(plateaus: list[Floats], axis: int, sign: int) -> float | None:
    """Return the median of the plateaus that lean mostly along one axis and one way; None without one."""
    leaning = [
        float(p[axis]) for p in plateaus if sign * p[axis] > EDGE_DEG and abs(p[axis]) > 2 * abs(p[1 - axis])
    ]
    return float(np.median(leaning)) if leaning else None
