"""Single-leg stance as it goes wrong: people, sensors, floors, touchdowns, and what resembles them.

Made apart from the detector, whose rule it does not share. A foot that lands gives a short push whose size
and length depend on shoe and floor; after some landings the other foot follows, a step. Hops, shuffles, arm
movements and saved lurches come too, and are not touchdowns.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from surefoot.model import Event, Setup
from surefoot.model.setup import Footwear, Leg, Placement
from surefoot.simulate.course import SimulatedTrial
from surefoot.simulate.movements import (
    DURATION_S,
    SETTLE_S,
    Body,
    Ground,
    hop,
    land,
    save_lurch,
    shuffle,
    stand_quietly,
    throw_arms,
)
from surefoot.simulate.sensor import Imu
from surefoot.simulate.wearing import record_worn

CLEAR_S = 3.0
TOUCHDOWN_SHARE = 0.5
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
