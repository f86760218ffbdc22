"""The sway of a balancing body: an inverted pendulum held up by a delayed, noisy controller, in closed form.

The body falls as ``θ'' = ω0² θ`` and is held by ``-(kp θ + kd θ')``, felt 0.12 s late, while noise of
falling spectrum disturbs it. The model is linear, so each frequency line is known exactly, with all its
derivatives, at any time: whatever the sampling rate, the same seed is the same motion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from surefoot.model import Floats

FALL_RATE2 = 8.6  # ω0² of a body whose mass sits about a metre up, 1/s²
STIFFNESS = 1.35 * FALL_RATE2
DAMPING = 3.4
DELAY_S = 0.12
NOISE_CORNER_HZ = 0.6
HIGHEST_HZ = 5.0
SHORTEST_PERIOD_S = 64.0


@dataclass(frozen=True, slots=True, eq=False)
class Angle:
    """An angle (n,) in radians with its first and second derivative."""

    value: Floats
    rate: Floats
    acceleration: Floats

    def __add__(self, other: Angle) -> Angle:
        return Angle(
            self.value + other.value,
            self.rate + other.rate,
            self.acceleration + other.acceleration,
        )


def balance(generator: np.random.Generator, time_s: Floats, rms_rad: float, period_s: float) -> Angle:
    """Return sway at `time_s` (n,) whose RMS over one `period_s` is `rms_rad`; mean zero."""
    frequency = np.arange(1, int(HIGHEST_HZ * period_s) + 1) / period_s
    omega = 2 * np.pi * frequency
    held = (STIFFNESS + 1j * omega * DAMPING) * np.exp(-1j * omega * DELAY_S)
    noise = 1 / (1 + 1j * frequency / NOISE_CORNER_HZ) ** 2
    drawn = generator.standard_normal(len(omega)) + 1j * generator.standard_normal(len(omega))
    lines = drawn * noise / (held - FALL_RATE2 - omega**2)
    lines *= rms_rad / np.sqrt(np.sum(np.abs(lines) ** 2) / 2)
    first = np.exp(1j * omega[0] * time_s)
    turning = np.cumprod(np.broadcast_to(first[:, None], (len(time_s), len(omega))), axis=1)
    derivatives = np.column_stack([lines, 1j * omega * lines, -(omega**2) * lines])
    value, rate, acceleration = (turning @ derivatives).real.T
    return Angle(value, rate, acceleration)


def bump(time_s: Floats, centre_s: float, width_s: float, size_rad: float) -> Angle:
    """Return a bell-shaped lurch at `time_s` (n,) with its derivatives."""
    x = (time_s - centre_s) / width_s
    value = size_rad * np.exp(-0.5 * x**2)
    return Angle(value, -value * x / width_s, value * (x**2 - 1) / width_s**2)


def period_for(duration_s: float) -> float:
    """Return a period that outlasts the recording, so that nothing repeats in it."""
    return max(SHORTEST_PERIOD_S, 2.0 ** math.ceil(math.log2(duration_s + 1)))
