"""A swaying body, and what an IMU on it reads.

The body is an inverted pendulum held up by a delayed, noisy controller, in closed form. It falls as
``θ'' = ω0² θ`` and is held by ``-(kp θ + kd θ')``, felt 0.12 s late, while noise of falling spectrum disturbs
it. The model is linear, so each frequency line is known exactly, with all its derivatives, at any time:
whatever the sampling rate, the same seed is the same motion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Event, Floats
from surefoot.units import STANDARD_GRAVITY_MPS2

FALL_RATE2 = 8.6  # ω0² of a body whose mass sits about a metre up, 1/s²
STIFFNESS = 1.35 * FALL_RATE2
DAMPING = 3.4
DELAY_S = 0.12
NOISE_CORNER_HZ = 0.6
HIGHEST_HZ = 5.0
SHORTEST_PERIOD_S = 64.0
# Times and lines worked out in one go, so that half an hour takes no more memory than two minutes.
CELLS = 8_000_000
# Rows are the sensor's axes in the body's right-handed frame of forward, left, up.
MOUNTINGS: dict[str, Floats] = {
    "lumbar": np.array([[0.0, -1, 0], [0, 0, 1], [-1, 0, 0]]),
    "chest": np.array([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]]),
    "board": np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]),
}


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


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What really happened: tilt (n,) at `time_s` (n,), where it was steady, and the events."""

    time_s: Floats
    tilt_ap_deg: Floats
    tilt_ml_deg: Floats
    steady_s: tuple[float, float]
    events: tuple[Event, ...] = ()

    @classmethod
    def of(
        cls, time_s: Floats, ap: Angle, ml: Angle, steady_s: tuple[float, float], events: tuple[Event, ...]
    ) -> Truth:
        """Return the truth of a body that leans by `ap`, then `ml`: tilt to the right is told from level."""
        sideways = np.arcsin(np.cos(ap.value) * np.sin(ml.value))
        return cls(time_s, np.degrees(ap.value), np.degrees(sideways), steady_s, events)


def balance(generator: np.random.Generator, time_s: Floats, rms_rad: float, period_s: float) -> Angle:
    """Return sway at `time_s` (n,) whose RMS over one `period_s` is `rms_rad`; mean zero."""
    frequency = np.arange(1, int(HIGHEST_HZ * period_s) + 1) / period_s
    omega = 2 * np.pi * frequency
    held = (STIFFNESS + 1j * omega * DAMPING) * np.exp(-1j * omega * DELAY_S)
    noise = 1 / (1 + 1j * frequency / NOISE_CORNER_HZ) ** 2
    drawn = generator.standard_normal(len(omega)) + 1j * generator.standard_normal(len(omega))
    lines = drawn * noise / (held - FALL_RATE2 - omega**2)
    lines *= rms_rad / np.sqrt(np.sum(np.abs(lines) ** 2) / 2)
    derivatives = np.column_stack([lines, 1j * omega * lines, -(omega**2) * lines])
    together = max(1, CELLS // len(omega))
    pieces = np.split(time_s, range(together, len(time_s), together))
    return Angle(*np.vstack([_turned(piece, omega, derivatives) for piece in pieces]).T)


def _turned(time_s: Floats, omega: Floats, derivatives: NDArray[np.complex128]) -> Floats:
    """Return an angle and its derivatives (n, 3) at `time_s` (n,)."""
    first = np.exp(1j * omega[0] * time_s)
    turning = np.cumprod(np.broadcast_to(first[:, None], (len(time_s), len(omega))), axis=1)
    return np.asarray((turning @ derivatives).real)


def bump(time_s: Floats, centre_s: float, width_s: float, size_rad: float) -> Angle:
    """Return a bell-shaped lurch at `time_s` (n,) with its derivatives."""
    x = (time_s - centre_s) / width_s
    value = size_rad * np.exp(-0.5 * x**2)
    return Angle(value, -value * x / width_s, value * (x**2 - 1) / width_s**2)


def ring(since_s: Floats, frequency_hz: float, decay_s: float, size_mps2: Floats) -> Floats:
    """Return the ring (n, 3) of a foot or a board that hits the floor at zero of `since_s` (n,)."""
    after = np.clip(since_s, 0.0, None)
    sound = np.exp(-after / decay_s) * np.cos(2 * np.pi * frequency_hz * after) * (since_s >= 0)
    return np.asarray(np.multiply.outer(sound, size_mps2))


def period_for(duration_s: float) -> float:
    """Return a period that outlasts the recording, so that nothing repeats in it."""
    return max(SHORTEST_PERIOD_S, 2.0 ** math.ceil(math.log2(duration_s + 1)))


@dataclass(frozen=True, slots=True)
class Imu:
    """A sensor: its noise, bias, steps and clock, all in SI.

    `acc_scale` multiplies every acceleration, as a badly calibrated sensor does. `jitter_s` is the SD of
    the sampling instants about the even grid; the times told are the true ones.
    """

    rate_hz: float = 100.0
    acc_noise_mps2: float = 0.01
    gyr_noise_radps: float = 0.001
    gyr_bias_radps: tuple[float, float, float] = (0.0, 0.0, 0.0)
    acc_scale: float = 1.0
    acc_step_mps2: float = 0.0
    gyr_step_radps: float = 0.0
    jitter_s: float = 0.0
    gyroscope: bool = True


def sample_times(imu: Imu, duration_s: float, generator: np.random.Generator) -> Floats:
    """Return the instants at which the sensor measures, strictly increasing from about zero."""
    time_s = np.arange(round(duration_s * imu.rate_hz)) / imu.rate_hz
    if imu.jitter_s:
        limit = 0.45 / imu.rate_hz
        time_s = time_s + np.clip(generator.normal(0, imu.jitter_s, len(time_s)), -limit, limit)
    return np.asarray(time_s - time_s[0])


def specific_force(ap: Angle, ml: Angle, height_m: float) -> Floats:
    """Return what an accelerometer at `height_m` above the pivot reads (n, 3): forward, left, up of the body.

    The body leans forward by `ap`, then right by `ml`, about the pivot; exact for any angle.
    """
    world = point_acceleration(ap, ml, height_m) + np.array([0.0, 0.0, STANDARD_GRAVITY_MPS2])
    return seen_from_body(ap, ml, world)


def point_acceleration(ap: Angle, ml: Angle, height_m: float) -> Floats:
    """Return the acceleration (n, 3) in the world of a point `height_m` up a link leaning by `ap`, `ml`."""
    sin_a, cos_a, sin_m, cos_m = np.sin(ap.value), np.cos(ap.value), np.sin(ml.value), np.cos(ml.value)
    a1, m1, a2, m2 = ap.rate, ml.rate, ap.acceleration, ml.acceleration
    squares = a1**2 + m1**2
    forward = a2 * cos_a * cos_m - squares * sin_a * cos_m - 2 * a1 * m1 * cos_a * sin_m - m2 * sin_a * sin_m
    left = -m2 * cos_m + m1**2 * sin_m
    up = -a2 * sin_a * cos_m - squares * cos_a * cos_m + 2 * a1 * m1 * sin_a * sin_m - m2 * cos_a * sin_m
    return height_m * np.column_stack([forward, left, up])


def seen_from_body(ap: Angle, ml: Angle, world: Floats) -> Floats:
    """Return vectors (n, 3) of the world as a body leaning by `ap`, then `ml`, sees them."""
    sin_a, cos_a, sin_m, cos_m = np.sin(ap.value), np.cos(ap.value), np.sin(ml.value), np.cos(ml.value)
    zero = np.zeros_like(sin_a)
    rows = np.stack(
        [
            np.column_stack([cos_a, zero, -sin_a]),
            np.column_stack([sin_a * sin_m, cos_m, cos_a * sin_m]),
            np.column_stack([sin_a * cos_m, -sin_m, cos_a * cos_m]),
        ],
        axis=1,
    )
    return np.asarray(np.einsum("nij,nj->ni", rows, world))


def rotation_rate(ap: Angle, ml: Angle) -> Floats:
    """Return what a gyroscope reads (n, 3): about forward, left, up of the body."""
    return np.column_stack([ml.rate, ap.rate * np.cos(ml.value), -ap.rate * np.sin(ml.value)])


def read_out(
    imu: Imu, acc_mps2: Floats, gyr_radps: Floats, generator: np.random.Generator
) -> tuple[Floats, Floats | None]:
    """Return true readings (n, 3) in the sensor's axes as the sensor gives them."""
    acc = imu.acc_scale * acc_mps2 + imu.acc_noise_mps2 * generator.standard_normal(acc_mps2.shape)
    gyr = gyr_radps + imu.gyr_bias_radps + imu.gyr_noise_radps * generator.standard_normal(gyr_radps.shape)
    if imu.acc_step_mps2:
        acc = np.round(acc / imu.acc_step_mps2) * imu.acc_step_mps2
    if imu.gyr_step_radps:
        gyr = np.round(gyr / imu.gyr_step_radps) * imu.gyr_step_radps
    return acc, gyr if imu.gyroscope else None
