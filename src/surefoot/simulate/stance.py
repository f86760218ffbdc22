"""Standing on one leg or two, with a sensor on the trunk."""

from collections.abc import Sequence

import numpy as np

from surefoot.model import Event, Floats, Recording
from surefoot.simulate.body import (
    MOUNTINGS,
    Imu,
    Truth,
    balance,
    bump,
    period_for,
    read_out,
    ring,
    rotation_rate,
    sample_times,
    specific_force,
)

LURCH_RAD, LURCH_S, LURCH_LEAD_S = np.radians(4.0), 0.16, 0.25
TWO_FEET_S = 1.2
IMPACT_HZ, IMPACT_DECAY_S = 15.0, 0.03
IMPACT_MPS2 = 4.0 * np.array([0.3, 0.25, 1.0])
HANDLING_RAD, HANDLING_MPS2 = 1.2, 2.0


def stance(
    seed: int,
    *,
    duration_s: float = 36.0,
    sway_ap_deg: float = 0.45,
    sway_ml_deg: float = 0.60,
    sensor_height_m: float = 1.0,
    placement: str = "lumbar",
    misalignment: Floats | None = None,
    imu: Imu | None = None,
    settle_s: float = 0.0,
    touchdowns_s: Sequence[float] = (),
) -> tuple[Recording, Truth]:
    """Return a recording of somebody who stands, and what really happened.

    `sway_ap_deg` and `sway_ml_deg` are RMS tilts. `misalignment` (3, 3) turns the sensor from its usual
    `placement`. In the first `settle_s` seconds the phone is handled. At each of `touchdowns_s` the body
    lurches to the side and the free foot comes down. The seed alone sets the motion: sensor, rate and
    mounting do not change it.
    """
    imu = imu or Imu()
    motion, electronics = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    time_s = sample_times(imu, duration_s, electronics)
    period_s = period_for(duration_s)
    ap = balance(motion, time_s, np.radians(sway_ap_deg), period_s)
    ml = balance(motion, time_s, np.radians(sway_ml_deg), period_s)
    for at_s in touchdowns_s:
        ml = ml + bump(time_s, at_s - LURCH_LEAD_S, LURCH_S, float(LURCH_RAD))
    acc, gyr = specific_force(ap, ml, sensor_height_m), rotation_rate(ap, ml)
    for at_s in touchdowns_s:
        acc = acc + ring(time_s - at_s, IMPACT_HZ, IMPACT_DECAY_S, IMPACT_MPS2)
    acc, gyr = _handled(acc, gyr, time_s, settle_s, motion)
    mounting = MOUNTINGS[placement] if misalignment is None else misalignment @ MOUNTINGS[placement]
    acc, gyr_read = read_out(imu, acc @ mounting.T, gyr @ mounting.T, electronics)
    events = tuple(Event("touchdown", at_s, at_s + TWO_FEET_S) for at_s in touchdowns_s)
    truth = Truth.of(time_s, ap, ml, (settle_s, duration_s), events)
    return Recording(time_s, acc, gyr_read, source="simulated", sha256=f"{seed:064x}"), truth


def _handled(
    acc: Floats, gyr: Floats, time_s: Floats, settle_s: float, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Turn and shake the sensor at the start, as hands do, until `settle_s`."""
    if not settle_s:
        return acc, gyr
    from scipy.spatial.transform import Rotation

    axis = generator.standard_normal(3)
    axis /= np.linalg.norm(axis)
    phase = np.clip(time_s / settle_s, 0.0, 1.0)
    angle = HANDLING_RAD * np.cos(np.pi * phase / 2) ** 2
    rate = -HANDLING_RAD * np.pi / (2 * settle_s) * np.sin(np.pi * phase)
    shaking = balance(generator, time_s, 1.0, period_for(float(time_s[-1])))
    shake = np.multiply.outer(shaking.value * (1 - phase), HANDLING_MPS2 * generator.uniform(0.5, 1.0, 3))
    turn = Rotation.from_rotvec(np.multiply.outer(angle, axis))
    return turn.apply(acc) + shake, turn.apply(gyr) - np.multiply.outer(rate, axis)
