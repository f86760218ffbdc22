"""How a sensor lies and leans: body axes in its frame, and the tilt of a swaying body.

An accelerometer on a swaying body does not simply show gravity. A sensor at height h on a rigid body that
leans by θ reads ``h θ'' - g sin θ`` along the lean, both terms in phase, so that ``asin(a / g)`` over-reads
by ``1 + h ω² / g``: twofold at half a hertz for a lumbar sensor.
"""

import numpy as np

from surefoot.dsp.filters import detrend_linear, low_pass
from surefoot.model import Floats
from surefoot.units import STANDARD_GRAVITY_MPS2

CROSSOVER_HZ = 0.2


def unit_vector(vector: Floats) -> Floats:
    """Return `vector` (3,) scaled to length one."""
    return np.asarray(vector / np.linalg.norm(vector))


def angles_deg(vectors: Floats, toward: Floats) -> Floats:
    """Return the angle (n,) in degrees between `vectors` (n, 3) and `toward` (3,), 180 for one of no length.

    >>> angles_deg(np.array([[0.0, 0.0, 2.0], [0.0, 1.0, 0.0]]), np.array([0.0, 0.0, 9.8])).tolist()
    [0.0, 90.0]
    """
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(toward)
    cosine = np.divide(vectors @ toward, lengths, out=np.full(len(vectors), -1.0), where=lengths > 0)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def body_axes(up: Floats, face: Floats, facing: str, top: Floats) -> tuple[Floats, float]:
    """Return forward, right and up as the columns of a (3, 3) matrix in the sensor's frame.

    `up` (3,) is the measured direction of gravity's reaction; `face` and `top` (3,) are the sensor's marked
    axes; `facing` is where the face looks: front, back, left, right or up. A face that looks up gives no
    heading, so there the top edge points forward. The second value is how far, in degrees, the marked face
    lies from where it is said to look, as far as gravity can tell (90 minus its angle to the horizontal
    plane would be 0 for a perfectly upright sensor).

    The body frame (forward, right, up) is left-handed by convention: right = forward x up.
    """
    up = unit_vector(up)
    guide = top if facing == "up" else face
    level = guide - (guide @ up) * up
    level = unit_vector(level) if np.linalg.norm(level) > 1e-9 else np.zeros(3)
    turned = {
        "front": level,
        "up": level,
        "back": -level,
        "right": np.cross(up, level),
        "left": -np.cross(up, level),
    }
    forward = turned[facing]
    cosine = float(np.clip(unit_vector(face) @ up, -1.0, 1.0))
    off_deg = np.degrees(np.arccos(cosine)) if facing == "up" else abs(np.degrees(np.arcsin(cosine)))
    return np.column_stack([forward, np.cross(forward, up), up]), float(off_deg)


def complementary_tilt(
    slow_deg: Floats, rate_degps: Floats, rate_hz: float, crossover_hz: float = CROSSOVER_HZ
) -> Floats:
    """Tilt in degrees (n, k): slow part from the accelerometer, quick part from the gyroscope.

    Zero phase: ``LP(slow) + I - LP(I)``, where I is the detrended integral of the bias-free rate and LP a
    second-order Butterworth run both ways at `crossover_hz`. `slow_deg` comes from `pendulum_tilt`, so that
    what passes the crossover is not too large; a wrong sensor height hardly matters there. The mean rate is
    taken as the gyroscope's bias, so cut off handling before calling this. Own; measured on the validation
    page.
    """
    from scipy.integrate import cumulative_trapezoid

    unbiased = rate_degps - rate_degps.mean(axis=0)
    angle = detrend_linear(cumulative_trapezoid(unbiased, dx=1 / rate_hz, axis=0, initial=0))
    # Two periods of mirrored signal at each end: a slow filter needs a long run-up, and sway has no trend.
    padding = min(len(angle) - 1, round(2 * rate_hz / crossover_hz))
    slow = low_pass(slow_deg - angle, rate_hz, crossover_hz, order=2, mirrored=padding)
    return np.asarray(slow + angle)


def pendulum_tilt(
    horizontal_mps2: Floats,
    rate_hz: float,
    sensor_height_m: float,
    gravity_mps2: float = STANDARD_GRAVITY_MPS2,
) -> Floats:
    """Tilt in degrees (n, k) from the accelerometer alone, for a rigid body pivoting at the floor.

    Solves ``(g - h d²/dt²) θ = -a`` for the whole stretch at once: one symmetric tridiagonal system with
    free ends. A height that is 20 % wrong changes the RMS by about 4 %. After Caroselli et al. 2013
    (doi:10.3390/s130100918), who solve the same equation; the discretisation is our own.
    """
    from scipy.linalg import solveh_banded

    coupling = sensor_height_m * rate_hz**2
    bands = np.empty((2, len(horizontal_mps2)))
    bands[0] = -coupling
    bands[1] = gravity_mps2 + 2 * coupling
    bands[1, [0, -1]] = gravity_mps2 + coupling
    return np.asarray(np.degrees(solveh_banded(bands, -horizontal_mps2)))


def board_tilt(acc_mps2: Floats, gyr_radps: Floats, rate_hz: float) -> Floats:
    """Upward direction (n, 3) in the sensor's frame by VQF, run over the whole stretch in both directions.

    Laidig & Seel 2023 (doi:10.1016/j.inffus.2022.10.014), the `vqf` package, without magnetometer. Made
    for large and quick rotations, as on a board.
    """
    from vqf import offlineVQF

    # VQF turns by rate times step, half a sample late; the mean of two neighbours is on time.
    between = np.vstack([gyr_radps[:1], (gyr_radps[1:] + gyr_radps[:-1]) / 2])
    estimate = offlineVQF(np.ascontiguousarray(between), np.ascontiguousarray(acc_mps2), None, 1 / rate_hz)
    w, x, y, z = estimate["quat6D"].T
    return np.column_stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)])
