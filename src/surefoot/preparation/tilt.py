"""Tilt of a body or of a board, as its sensors allow."""

from dataclasses import dataclass

import numpy as np

from surefoot import dsp
from surefoot.model import Floats, Issue, Setup, TiltMethod
from surefoot.preparation import quality
from surefoot.preparation.grid import Grid
from surefoot.preparation.stance import Stance

# Sensor height where nobody gave one, for a body of 1.70 m: 0.57 and 0.72 of it for lumbar and chest are in
# use in the field (unverified), the others are rough. A 20 % error changes the tilt RMS by about 4 %.
USUAL_HEIGHT_M = {"lumbar": 0.97, "chest": 1.22, "pocket": 0.85, "thigh": 0.65, "shin": 0.30, "board": 0.10}


@dataclass(frozen=True, slots=True, eq=False)
class Tilt:
    """Tilt and its rate (n, 2) in degrees, AP and ML, and how they were found."""

    angle_deg: Floats
    rate_degps: Floats
    method: TiltMethod
    issues: tuple[Issue, ...] = ()


def body_tilt(grid: Grid, body: Floats, stance: Stance, setup: Setup) -> Tilt:
    """Return the tilt of a standing body: a pendulum's, with a gyroscope's quick part where there is one.

    The columns of `body` (3, 3) are forward, right and up in the sensor's frame.
    """
    height_m = setup.sensor_height_m or USUAL_HEIGHT_M[setup.placement]
    gravity_mps2 = float(np.median(np.linalg.norm(grid.acc_mps2, axis=1)))
    across = grid.acc_mps2 @ body[:, :2]
    slow_deg = dsp.pendulum_tilt(across, grid.rate_hz, height_m, gravity_mps2)
    if grid.gyr_radps is None:
        return Tilt(slow_deg, np.zeros_like(slow_deg), "pendulum", _height_issues(setup, height_m))
    rate_degps = _tilt_rate(grid.gyr_radps, body)
    angle_deg = slow_deg.copy()
    # Handling before the stance would leak into it through the integral, so only the calm part is fused.
    calm = stance.calm
    angle_deg[calm] = dsp.complementary_tilt(slow_deg[calm], rate_degps[calm], grid.rate_hz)
    known = setup.sensor_height_m is not None
    issues = _strategy_issues(grid, slow_deg, angle_deg, stance) if known else ()
    return Tilt(angle_deg, rate_degps, "complementary", issues)


def _strategy_issues(grid: Grid, slow_deg: Floats, angle_deg: Floats, stance: Stance) -> tuple[Issue, ...]:
    """Check whether the body sways in one piece, in a window that no large motion disturbs."""
    if stance.moments or not stance.is_whole:
        return ()
    return quality.check_strategy(slow_deg[stance.window], angle_deg[stance.window], grid.rate_hz)


def board_tilt(grid: Grid, body: Floats, setup: Setup) -> Tilt:
    """Return the tilt of a board about level, from VQF, or from acceleration alone where it must be.

    The columns of `body` (3, 3) are forward, right and up in the sensor's frame. Level is where its face is,
    or where the setup says that it reads on the level board.
    """
    # `body` is left-handed; its columns are the board's own axes, fixed in the sensor.
    issues = _board_issues(setup)
    if grid.gyr_radps is None:
        up = grid.acc_mps2 / np.linalg.norm(grid.acc_mps2, axis=1, keepdims=True)
        what = "No gyroscope: the board's tilt comes from acceleration alone and reads too high."
        issues += (Issue("acceleration_only", "warning", what, "Record the gyroscope too."),)
        rate_degps = np.zeros((len(up), 2))
        method: TiltMethod = "inclination"
    else:
        up = dsp.board_tilt(grid.acc_mps2, grid.gyr_radps, grid.rate_hz)
        rate_degps = _tilt_rate(grid.gyr_radps, body)
        method = "vqf"
    angle_deg = -np.degrees(np.arcsin(np.clip(up @ body[:, :2], -1.0, 1.0)))
    angle_deg -= (setup.board_level_ap_deg or 0.0, setup.board_level_ml_deg or 0.0)
    return Tilt(angle_deg, rate_degps, method, issues)


def _tilt_rate(gyr_radps: Floats, body: Floats) -> Floats:
    forward, right, _ = body.T
    return np.asarray(np.degrees(gyr_radps @ np.column_stack([-right, forward])))


def _height_issues(setup: Setup, height_m: float) -> tuple[Issue, ...]:
    if setup.sensor_height_m is not None:
        return ()
    what = f"No gyroscope and no sensor height: tilt assumes the sensor {height_m:.2f} m above the floor."
    return (Issue("height_assumed", "info", what, "Give --height, or record the gyroscope too."),)


def _board_issues(setup: Setup) -> tuple[Issue, ...]:
    if setup.board:
        return ()
    what = "Boards differ: compare within one board, or as per cent of its own largest tilt."
    return (Issue("board_unnamed", "info", what, "Name the board with --board."),)
