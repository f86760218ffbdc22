"""Six weeks after a right-ankle sprain: two sessions a week, both legs, as the bundled recordings tell it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

import numpy as np

from surefoot.model import Recording, Setup
from surefoot.simulate.board import board
from surefoot.simulate.body import Imu, Truth
from surefoot.simulate.stance import stance

FIRST_DAY = datetime(2026, 3, 3, 8, 30, tzinfo=timezone(timedelta(hours=1)))
SESSION_DAYS = (0, 3)
HEALTHY_AP_DEG, HEALTHY_ML_DEG = 0.45, 0.60
INJURED_TIMES = 3.0
LEFT_TIMES = 1.12
RECOVERY_WEEKS = 2.6
EYES_CLOSED_TIMES = 2.0
DAY_SD, TRIAL_SD = 0.07, 0.08
PHONE = Imu(
    acc_noise_mps2=0.008,
    gyr_noise_radps=0.0008,
    gyr_bias_radps=(0.004, -0.003, 0.002),
    acc_step_mps2=0.0024,
    gyr_step_radps=0.001,
)


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedTrial:
    """A recording with the setup it was made under and what really happened."""

    recording: Recording
    setup: Setup
    truth: Truth


def recovery(seed: int, *, weeks: int = 6, improving: bool = True) -> tuple[SimulatedTrial, ...]:
    """Return the trials of a course of `weeks`, twice a week and once at its end.

    Sway is Gaussian about its course on a logarithmic scale, with a part that the day decides and a part
    that the trial does. The right leg begins at three times the sway of a healthy leg and comes back; the
    left is affected a little. With `improving` false nothing changes but the noise.
    """
    generator = np.random.default_rng(seed)
    days = [7 * week + day for week in range(weeks) for day in SESSION_DAYS] + [7 * weeks]
    trials: list[SimulatedTrial] = []
    for session, day in enumerate(days):
        of_the_day = generator.normal(0, DAY_SD)
        for minute, setup in enumerate(_plan(session, day)):
            course = _course(setup, day / 7 if improving else 0.0)
            size = course * math.exp(of_the_day + generator.normal(0, TRIAL_SD))
            when = FIRST_DAY + timedelta(days=day, minutes=2 * minute)
            trials.append(_trial(int(generator.integers(2**31)), replace(setup, when=when), size))
    return tuple(trials)


def _plan(session: int, day: int) -> Iterator[Setup]:
    """Both legs with eyes open each time; from week 2 one leg with eyes closed, from week 3 the board."""
    usual = Setup(
        person="p01", test="single-leg", leg="left", sensor_height_m=1.0, device_model="Simulated phone"
    )
    yield usual
    yield replace(usual, leg="right")
    if day >= 14:
        yield replace(usual, leg="right" if session % 2 else "left", eyes="closed")
    if day >= 21 and session % 2 == 0:
        yield Setup(
            person="p01",
            test="wobble-board",
            surface="board",
            placement="board",
            board="round 40 cm",
            sensor_height_m=0.08,
            device_model="Simulated phone",
        )


def _course(setup: Setup, week: float) -> float:
    """Return the size of sway, relative to a healthy leg with eyes open, `week` weeks after the start."""
    excess = {"right": INJURED_TIMES, "left": LEFT_TIMES, "both": 1.3}[setup.leg] - 1.0
    size = 1.0 + excess * math.exp(-week / RECOVERY_WEEKS)
    return size * (EYES_CLOSED_TIMES if setup.eyes == "closed" else 1.0)


def _trial(seed: int, setup: Setup, size: float) -> SimulatedTrial:
    if setup.surface == "board":
        recording, truth = board(seed, tilt_ap_deg=3.6 * size, tilt_ml_deg=3.2 * size, imu=PHONE)
    else:
        recording, truth = stance(
            seed,
            sway_ap_deg=HEALTHY_AP_DEG * size,
            sway_ml_deg=HEALTHY_ML_DEG * size,
            settle_s=3.0,
            imu=PHONE,
        )
    return SimulatedTrial(
        replace(recording, started=setup.when, device_model=setup.device_model), setup, truth
    )
