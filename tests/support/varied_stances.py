"""What a trial of single-leg stance may hold: people, sensors, floors, touchdowns, and what resembles them.

Made apart from the detector, whose rule it does not share. The leg sways as a pendulum and the trunk turns
against it at the hip, so that the sensor's tilt is not the leg's. A foot that lands gives a short push whose
size and length depend on shoe and floor; after some landings the other foot follows, a step. Hops, shuffles,
arm movements and saved lurches come too, and are not touchdowns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from surefoot.model import Event, Floats, Recording, Setup
from surefoot.model.setup import Footwear, Leg, Placement
from surefoot.simulate.body import (
    MOUNTINGS,
    Angle,
    Imu,
    Truth,
    balance,
    period_for,
    point_acceleration,
    read_out,
    rotation_rate,
    sample_times,
    seen_from_body,
)
from surefoot.simulate.follow_up import SimulatedTrial
from surefoot.units import STANDARD_GRAVITY_MPS2

# How long a trial lasts, and how long of it hands are at the sensor.
DURATION_S, SETTLE_S = 36.0, 3.0
SLOW_HZ, FINE_HZ = 50.0, 400.0
STEP_SHARE = 0.15
# Landing push of the free foot at the trunk, m/s²: about a soft step's; its spread is in ln units.
LANDING_MPS2, LANDING_SPREAD = 2.5, 0.4
MISALIGNED_DEG = 6.0
CLEAR_S = 3.0
TOUCHDOWN_SHARE = 0.5


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
    truth = Truth.of(time_s, ap, ml, (SETTLE_S, DURATION_S), ())
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


# How often each trouble that is not a touchdown comes in a trial, and what makes it.
OTHERS = {
    "hop": (0.10, hop),
    "shuffle": (0.25, shuffle),
    "arms": (0.25, throw_arms),
    "saved lurch": (0.25, save_lurch),
}


def varied(seed: int) -> SimulatedTrial:
    """Return a single-leg trial: `seed` draws person, sensor, placement, floor, touchdowns and troubles."""
    draw = np.random.default_rng(np.random.SeedSequence([seed, 51]))
    placement: Placement = str(draw.choice(["lumbar", "chest", "thigh"], p=[0.6, 0.25, 0.15]))  # type: ignore[assignment]
    leg: Leg = "left" if draw.random() < 0.5 else "right"
    footwear: Footwear = "barefoot" if draw.random() < 0.5 else "shoes"
    body, ground = _body(draw, placement), _ground(draw, footwear)
    touchdowns, others = _schedule(draw)
    setup = Setup(person="made", leg=leg, placement=placement, footwear=footwear)
    motion = stand_quietly(draw, body)
    free = 1.0 if leg == "left" else -1.0
    events = [land(motion, draw, ground, free, at_s) for at_s in touchdowns]
    for kind, at_s in others:
        OTHERS[kind][1](motion, draw, ground, at_s)
        if kind == "hop":
            events.append(Event("hop", at_s, at_s))
    recording, truth = record_worn(seed, motion, body, _imu(draw), setup, draw)
    return SimulatedTrial(recording, setup, replace(truth, events=tuple(events)))


def _body(draw: np.random.Generator, placement: Placement) -> Body:
    size = float(np.exp(draw.normal(0.3, 0.4)))
    above = {"lumbar": (0.05, 0.15), "chest": (0.35, 0.5), "thigh": (-0.35, -0.2)}[placement]
    return Body(
        sway_ap_deg=0.45 * size,
        sway_ml_deg=0.6 * size,
        hip_share=draw.uniform(0.1, 0.8),
        leg_m=draw.uniform(0.75, 1.0),
        above_hip_m=draw.uniform(*above),
        tissue_hz=draw.uniform(6.0, 12.0),
        tissue_damping=draw.uniform(0.15, 0.4),
    )


def _ground(draw: np.random.Generator, footwear: Footwear) -> Ground:
    soft = float(draw.choice([1.0, 0.8, 0.6], p=[0.5, 0.3, 0.2]))  # bare floor, carpet, mat
    passes = soft * (1.0 if footwear == "barefoot" else draw.uniform(0.75, 1.0))
    return Ground(passes, push_s=draw.uniform(0.015, 0.03) / passes)


def _imu(draw: np.random.Generator) -> Imu:
    return Imu(
        rate_hz=float(draw.choice([50.0, 60.0, 100.0, 200.0])),
        acc_noise_mps2=draw.uniform(0.003, 0.03),
        gyr_noise_radps=draw.uniform(0.0005, 0.003),
        gyr_bias_radps=tuple(draw.normal(0.0, 0.01, 3)),
        jitter_s=draw.uniform(0.0, 0.002),
        gyroscope=bool(draw.random() < 0.7),
    )


def _schedule(draw: np.random.Generator) -> tuple[list[float], list[tuple[str, float]]]:
    """Return the times of touchdowns and of everything else, none closer than `CLEAR_S` to another."""
    wanted = [name for name, (share, _) in OTHERS.items() if draw.random() < share]
    if draw.random() < TOUCHDOWN_SHARE:
        wanted = ["touchdown"] * int(draw.integers(1, 3)) + wanted
    taken: list[float] = []
    placed: list[tuple[str, float]] = []
    for name in wanted:
        at_s = float(draw.uniform(SETTLE_S + 3.0, DURATION_S - 3.0))
        if all(abs(at_s - other) > CLEAR_S for other in taken):
            taken.append(at_s)
            placed.append((name, at_s))
    touchdowns = sorted(at_s for name, at_s in placed if name == "touchdown")
    return touchdowns, [(name, at_s) for name, at_s in placed if name != "touchdown"]
