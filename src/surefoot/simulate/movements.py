"""What a body on one leg does: it sways, lurches, lands the free foot, hops, shuffles and throws its arms.

The leg sways as a pendulum and the trunk turns against it at the hip, so that the sensor's tilt is not the
leg's. Each movement is drawn and added to a `Motion`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from surefoot.model import Event, Floats
from surefoot.simulate.sway import balance, period_for
from surefoot.units import STANDARD_GRAVITY_MPS2

# How long a trial lasts, and how long of it hands are at the sensor.
DURATION_S, SETTLE_S = 36.0, 3.0
SLOW_HZ, FINE_HZ = 50.0, 400.0
STEP_SHARE = 0.15
# Landing push of the free foot at the trunk, m/s²: about a soft step's; its spread is in ln units.
LANDING_MPS2, LANDING_SPREAD = 2.5, 0.4


@dataclass(frozen=True, slots=True)
class Body:
    """Sizes of sway, how much the hip takes part, and the tissue under the sensor."""

    sway_ap_deg: float
    sway_ml_deg: float
    hip_share: float
    leg_m: float
    above_hip_m: float
    tissue_hz: float
    tissue_damping: float


@dataclass(frozen=True, slots=True)
class Ground:
    """What shoe and floor leave of a landing, and how long its push lasts."""

    passes: float
    push_s: float


@dataclass(slots=True)
class Motion:
    """Leg and hip angles (n, 2) in radians on the slow grid, and shocks (m, 3) on the fine one."""

    slow_s: Floats
    fine_s: Floats
    leg: Floats
    hip: Floats
    shock: Floats


def stand_quietly(draw: np.random.Generator, body: Body) -> Motion:
    """Sway on one leg for `DURATION_S`, and a little beyond it where a spline is less sure."""
    slow_s = np.arange(round((DURATION_S + 1) * SLOW_HZ)) / SLOW_HZ
    fine_s = np.arange(round((DURATION_S + 0.5) * FINE_HZ)) / FINE_HZ
    period_s = period_for(DURATION_S)
    sizes = np.radians([body.sway_ap_deg, body.sway_ml_deg])
    leg = np.column_stack([balance(draw, slow_s, size, period_s).value for size in sizes])
    own = np.column_stack([balance(draw, slow_s, 0.4 * size, period_s).value for size in sizes])
    return Motion(slow_s, fine_s, leg, body.hip_share * (own - leg), np.zeros((len(fine_s), 3)))


def _bell(time_s: Floats, centre_s: float, width_s: float) -> Floats:
    return np.asarray(np.exp(-0.5 * ((time_s - centre_s) / width_s) ** 2))


def _shelf(time_s: Floats, start_s: float, end_s: float, ramp_s: float) -> Floats:
    rise, fall = (0.5 * (1 + np.tanh(2 * (time_s - edge_s) / ramp_s)) for edge_s in (start_s, end_s))
    return np.asarray(rise * (1 - fall))


def _push(time_s: Floats, start_s: float, length_s: float) -> Floats:
    inside = (time_s >= start_s) & (time_s < start_s + length_s)
    return np.where(inside, np.sin(np.pi * (time_s - start_s) / length_s), 0.0)


def _lurch(motion: Motion, draw: np.random.Generator, at_s: float, size_deg: float, way: Floats) -> None:
    """Lean the leg over about `at_s`, the trunk turning against it a little later."""
    width_s = draw.uniform(0.12, 0.28)
    size = np.radians(size_deg)
    motion.leg += size * np.multiply.outer(_bell(motion.slow_s, at_s, width_s), way)
    against = size * draw.uniform(0.3, 1.5)
    motion.hip -= against * np.multiply.outer(_bell(motion.slow_s, at_s + 0.08, width_s), way)


def _direction(draw: np.random.Generator, free: float) -> Floats:
    """Return a unit vector, forward and right, mostly toward the free side."""
    angle = draw.normal(np.pi / 2, 0.5)
    return np.array([np.cos(angle), free * np.sin(angle)])


def land(motion: Motion, draw: np.random.Generator, ground: Ground, free: float, at_s: float) -> Event:
    """Lurch, bring the free foot down at `at_s`, stand on two feet for a while and lift it again.

    Now and then the standing foot moves too before that, and lands: a step.
    """
    on_two_s = draw.uniform(0.4, 2.0)
    way = _direction(draw, free)
    both = _shelf(motion.slow_s, at_s, at_s + on_two_s, 0.3)
    motion.leg *= 1 - 0.5 * both[:, None]
    motion.hip *= 1 - 0.5 * both[:, None]
    _lurch(motion, draw, at_s - draw.uniform(0.05, 0.25), draw.uniform(2.0, 6.0), way)
    motion.leg[:, 1] += free * np.radians(draw.uniform(0.5, 2.0)) * both
    push = LANDING_MPS2 * np.exp(draw.normal(0.0, LANDING_SPREAD)) * ground.passes
    along = np.array([0.3 * draw.standard_normal(), 0.3 * draw.standard_normal(), 1.0])
    motion.shock += push * np.multiply.outer(_push(motion.fine_s, at_s, ground.push_s), along)
    if draw.random() >= STEP_SHARE:
        return Event("touchdown", at_s, at_s + on_two_s)
    after_s = at_s + draw.uniform(0.4, 0.9)
    motion.shock += push * np.multiply.outer(_push(motion.fine_s, after_s, ground.push_s), along)
    return Event("step", at_s, at_s + on_two_s)


def hop(motion: Motion, draw: np.random.Generator, ground: Ground, at_s: float) -> None:
    """Push off, fly and land on the standing foot at `at_s`."""
    flight_s = draw.uniform(0.06, 0.16)
    off_s = draw.uniform(0.12, 0.2)
    drop = draw.uniform(0.7, 1.0) * STANDARD_GRAVITY_MPS2
    momentum = drop * flight_s / 2
    landing_s = draw.uniform(0.04, 0.09) / ground.passes
    up = (np.pi / 2) * (momentum / off_s) * _push(motion.fine_s, at_s - flight_s - off_s, off_s)
    up -= drop * _shelf(motion.fine_s, at_s - flight_s, at_s, 0.03)
    up += (np.pi / 2) * (momentum / landing_s) * _push(motion.fine_s, at_s, landing_s)
    motion.shock[:, 2] += up
    _lurch(motion, draw, at_s, draw.uniform(0.5, 2.5), _direction(draw, float(draw.choice([-1.0, 1.0]))))


def shuffle(motion: Motion, draw: np.random.Generator, ground: Ground, at_s: float) -> None:
    """Turn the standing foot on heel and ball: small steps that the foot takes without leaving the spot."""
    for beat in range(int(draw.integers(1, 4))):
        size = draw.uniform(0.4, 1.8) * ground.passes
        motion.shock[:, 2] += size * _push(motion.fine_s, at_s + 0.35 * beat, ground.push_s)


def throw_arms(motion: Motion, draw: np.random.Generator, _: Ground, at_s: float) -> None:
    """Throw the arms about: the trunk is pushed back and forth for a second."""
    rate_hz, length_s = draw.uniform(1.0, 3.0), draw.uniform(0.5, 1.5)
    wave = np.sin(2 * np.pi * rate_hz * (motion.fine_s - at_s)) * _bell(motion.fine_s, at_s, length_s / 2)
    sizes = draw.uniform(0.3, 1.2) * np.array([draw.uniform(-1, 1), draw.uniform(-1, 1), 0.3])
    motion.shock += np.multiply.outer(wave, sizes)


def save_lurch(motion: Motion, draw: np.random.Generator, _: Ground, at_s: float) -> None:
    """Lurch and catch it at the hip, the free foot staying up."""
    _lurch(motion, draw, at_s, draw.uniform(1.5, 5.0), _direction(draw, float(draw.choice([-1.0, 1.0]))))
