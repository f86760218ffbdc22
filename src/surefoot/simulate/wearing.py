"""What a sensor worn on soft tissue, at the trunk or thigh, records of a `Motion`."""

from __future__ import annotations

import numpy as np

from surefoot.model import Floats, Recording, Setup
from surefoot.simulate.movements import DURATION_S, FINE_HZ, SETTLE_S, Body, Motion
from surefoot.simulate.sensor import (
    MOUNTINGS,
    Imu,
    point_acceleration,
    read_out,
    rotation_rate,
    sample_times,
    seen_from_body,
)
from surefoot.simulate.stance import Truth
from surefoot.simulate.sway import Angle
from surefoot.units import STANDARD_GRAVITY_MPS2

MISALIGNED_DEG = 6.0


def _angles(motion: Motion, values: Floats, at_s: Floats) -> tuple[Angle, Angle]:
    from scipy.interpolate import make_interp_spline

    spline = make_interp_spline(motion.slow_s, values, k=5)
    parts = [np.asarray(spline.derivative(order)(at_s)) for order in range(3)]
    ap, ml = (Angle(*(part[:, axis] for part in parts)) for axis in range(2))
    return ap, ml


def _on_tissue(moving: Floats, body: Body) -> Floats:
    """Return what a mass on tissue feels of acceleration (n, 3) at `FINE_HZ`: 6 to 12 Hz rings on."""
    from scipy.signal import bilinear, lfilter

    omega, damping = 2 * np.pi * body.tissue_hz, 2 * body.tissue_damping * 2 * np.pi * body.tissue_hz
    top, bottom = bilinear([damping, omega**2], [1.0, damping, omega**2], fs=FINE_HZ)
    still = moving[0]
    return np.asarray(lfilter(top, bottom, moving - still, axis=0) + still)


def record_worn(
    seed: int, motion: Motion, body: Body, imu: Imu, setup: Setup, draw: np.random.Generator
) -> tuple[Recording, Truth]:
    """Return what `imu`, worn where `setup` says, records of a motion, and the tilt it really had."""
    time_s = sample_times(imu, DURATION_S, draw)
    leg = _angles(motion, motion.leg, motion.fine_s)
    trunk = leg if setup.placement == "thigh" else _angles(motion, motion.leg + motion.hip, motion.fine_s)
    world = point_acceleration(*leg, body.leg_m) + point_acceleration(*trunk, body.above_hip_m)
    felt = seen_from_body(*trunk, world + np.array([0.0, 0.0, STANDARD_GRAVITY_MPS2])) + motion.shock
    felt = _on_tissue(felt, body) + _handling(motion.fine_s, draw)
    acc = np.column_stack([np.interp(time_s, motion.fine_s, axis) for axis in felt.T])
    ap, ml = (
        Angle(*(np.interp(time_s, motion.fine_s, part) for part in (a.value, a.rate, a.acceleration)))
        for a in trunk
    )
    mounting = _misalignment(draw) @ MOUNTINGS["lumbar" if setup.placement == "lumbar" else "chest"]
    acc, gyr = read_out(imu, acc @ mounting.T, rotation_rate(ap, ml) @ mounting.T, draw)
    tilt_ml = np.degrees(np.arcsin(np.cos(ap.value) * np.sin(ml.value)))
    truth = Truth(time_s, np.degrees(ap.value), tilt_ml, (SETTLE_S, DURATION_S))
    return Recording(time_s, acc, gyr, source="simulated", sha256=f"{seed:064x}"), truth


def _handling(time_s: Floats, draw: np.random.Generator) -> Floats:
    """Hands at the sensor until `SETTLE_S`."""
    fading = np.clip(1 - time_s / SETTLE_S, 0.0, None)
    waves = [
        np.sin(2 * np.pi * draw.uniform(0.7, 3.0) * time_s + draw.uniform(0, 2 * np.pi)) for _ in range(3)
    ]
    return np.asarray(3.0 * fading[:, None] * np.column_stack(waves))


def _misalignment(draw: np.random.Generator) -> Floats:
    from scipy.spatial.transform import Rotation

    vector = np.radians(np.clip(draw.normal(0.0, MISALIGNED_DEG, 3), -15.0, 15.0))
    return np.asarray(Rotation.from_rotvec(vector).as_matrix())
