"""A made person under the conditions of a test: what `record --simulated` plays."""

from typing import Final

from surefoot.errors import SetupError
from surefoot.model import Recording, Setup
from surefoot.simulate.board import board
from surefoot.simulate.body import Imu, Truth
from surefoot.simulate.follow_up import EYES_CLOSED_TIMES, HEALTHY_AP_DEG, HEALTHY_ML_DEG
from surefoot.simulate.stance import stance

# Sway forward and sideways, relative to one leg (own choice): feet apart hold the side, feet in line do less.
TEST_TIMES: Final = {"single-leg": (1.0, 1.0), "tandem": (0.7, 0.9), "two-legs": (0.6, 0.35)}
FOAM_TIMES: Final = 1.5
STILL_S: Final = 5.0
SEEDS: Final = {"left": 1, "right": 2, "both": 3}
_WORN: Final = {"front": "chest"}


def perform(setup: Setup, *, duration_s: float, imu: Imu | None = None) -> tuple[Recording, Truth]:
    """Return a recording of a made person who does the test of `setup`, and what really happened.

    The leg decides the motion, test, eyes and surface its size. A board rests for five seconds before it is
    stepped on. Raises SetupError for what cannot be played: a sensor on the trunk of somebody on a board.
    """
    seed = SEEDS[setup.leg]
    closed = EYES_CLOSED_TIMES if setup.eyes == "closed" else 1.0
    on_board = [where == "board" for where in (setup.placement, setup.surface)]
    if setup.test == "wobble-board" and all(on_board):
        return board(
            seed,
            duration_s=duration_s,
            tilt_ap_deg=4.0 * closed,
            tilt_ml_deg=3.5 * closed,
            still_s=STILL_S,
            imu=imu,
        )
    if setup.test not in TEST_TIMES or any(on_board):
        raise _unplayable(setup)
    ap_times, ml_times = TEST_TIMES[setup.test]
    size = closed * (FOAM_TIMES if setup.surface == "foam" else 1.0)
    return stance(
        seed,
        duration_s=duration_s,
        sway_ap_deg=HEALTHY_AP_DEG * ap_times * size,
        sway_ml_deg=HEALTHY_ML_DEG * ml_times * size,
        sensor_height_m=setup.sensor_height_m or 1.0,
        placement=_WORN.get(setup.facing or "", "lumbar"),
        imu=imu,
    )


def _unplayable(setup: Setup) -> SetupError:
    return SetupError(
        "The made-up person does not do this test.",
        found=f"{setup.test} on the {setup.surface} with the sensor at: {setup.placement}",
        expected="a test on floor or foam with the sensor worn, or wobble-board with it on the board",
        do="Give --test wobble-board alone for a board, or leave the board out.",
    )
