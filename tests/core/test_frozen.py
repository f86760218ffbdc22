"""Sensors that stand still for a while, and axes that never move."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surefoot.assessment import assess
from surefoot.errors import StuckAxisError
from surefoot.model import Setup
from surefoot.preparation import prepare
from surefoot.preparation.quality import check_frozen
from surefoot.simulate import Imu, board, stance

LEFT = Setup(leg="left", sensor_height_m=1.0)
BOARD = Setup(test="wobble-board", placement="board", surface="board")
CODES = {"frozen", "frozen_long"}


def made(seed=1, size=1.0, **imu):
    options = {"sway_ap_deg": 0.45 * size, "sway_ml_deg": 0.6 * size, "imu": Imu(**imu)}
    return stance(seed, **options)[0]


def frozen(recording, seconds, start_s=20.0, axes=range(6)):
    """The same row again and again, or only some of its columns: 0 to 2 acceleration, 3 to 5 rotation."""
    held = (recording.time_s >= start_s - 1e-9) & (recording.time_s < start_s + seconds - 1e-9)
    acc = recording.acc_mps2.copy()
    gyr = None if recording.gyr_radps is None else recording.gyr_radps.copy()
    for axis in axes:
        values = acc if axis < 3 else gyr
        if values is not None:
            values[held, axis % 3] = values[held, axis % 3][0]
    return replace(recording, acc_mps2=acc, gyr_radps=gyr)


def found(recording, setup=LEFT):
    assessment = assess(prepare(recording, setup))
    codes = {issue.code for issue in assessment.issues} & CODES
    return next(iter(codes), ""), assessment.values


@pytest.mark.parametrize("imu", [{}, {"acc_step_mps2": 0.0024}, {"gyroscope": False}, {"rate_hz": 50.0}])
@pytest.mark.parametrize(
    ("seconds", "code"),
    [(0.4, ""), (0.5, "frozen"), (1.0, "frozen"), (1.1, "frozen_long"), (8.0, "frozen_long")],
)
def test_a_sensor_that_stands_still_is_told_and_loses_its_numbers_after_a_second(imu, seconds, code):
    told, values = found(frozen(made(**imu), seconds))
    assert told == code
    assert ("path_rate_mps3" in values) == (code != "frozen_long")
    assert ("rms_ml_mps2" in values) == (code != "frozen_long")
    assert "hold_time_s" in values


@given(st.sampled_from([0, 1, 2, 3, 5]), st.floats(15.5, 32.0), st.integers(0, 2**16))
@settings(max_examples=12)
def test_one_axis_that_stands_still_is_told_wherever_it_does(axis, start_s, seed):
    """But for the rotation about the vertical, which hardly moves while somebody stands."""
    told, _ = found(frozen(made(seed % 50), 2.0, start_s, [axis]))
    assert told == "frozen_long"


def test_a_sensor_of_a_board_is_told_too():
    recording, _ = board(3, tilt_ap_deg=5.0, tilt_ml_deg=5.0)
    told, values = found(frozen(recording, 2.0), BOARD)
    assert told == "frozen_long"
    assert not values


def test_standing_still_outside_the_window_costs_nothing():
    assert found(frozen(made(), 2.0, 5.0))[0] == ""


STEPS = [(0.0, 0.0), (0.0024, 0.001), (0.02, 0.001), (0.05, 0.002), (0.1, 0.0017), (0.1, 0.01)]


@pytest.mark.parametrize(("acc_step", "gyr_step"), STEPS)
@pytest.mark.parametrize("size", [0.3, 1.0, 3.0])
def test_what_the_steps_explain_is_not_told(acc_step, gyr_step, size):
    """Seeds 0 to 4 were looked at when the limits were set."""
    for seed in (10, 12):
        recording = made(
            seed, size, acc_step_mps2=acc_step, gyr_step_radps=gyr_step, acc_noise_mps2=0.004 * (seed - 9)
        )
        inside = (recording.time_s >= 10) & (recording.time_s < 30)
        rows = recording.time_s[inside], recording.acc_mps2[inside]
        assert check_frozen(*rows, recording.gyr_radps[inside], 100.0) == ()
        assert check_frozen(*rows, None, 100.0) == ()


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("value", [0.0, 0.02])
def test_an_axis_that_never_moves_is_named(axis, value):
    recording = made()
    acc = recording.acc_mps2.copy()
    acc[:, axis] = acc[:, axis].mean() if axis == 1 else value
    with pytest.raises(StuckAxisError) as caught:
        prepare(replace(recording, acc_mps2=acc), LEFT)
    assert caught.value.found.endswith("xyz"[axis])


@pytest.mark.parametrize("axes", [[0], [1], [2], [0, 1, 2]])
@pytest.mark.parametrize("start_s", [1.0, 10.0, 22.0])
def test_what_stops_moving_is_never_called_slow(axes, start_s):
    """Not "15 samples a second, set the app to 100 Hz": the sensor stood still."""
    recording = frozen(made(), 60.0, start_s, axes)
    if len(axes) == 3 and start_s < 18.0:
        with pytest.raises(StuckAxisError, match="stood still"):
            prepare(recording, LEFT)
        return
    codes = {issue.code for issue in prepare(recording, LEFT).issues}
    assert "frozen_long" in codes
    assert not codes & {"held_samples", "low_rate"}


def test_coarse_steps_may_hold_an_axis():
    recording = made(acc_step_mps2=0.1, acc_noise_mps2=0.0, gyr_step_radps=0.001)
    assert np.ptp(recording.acc_mps2[:, 1]) == 0
    assert "tilt_rms_ml_deg" in assess(prepare(recording, LEFT)).values


@pytest.mark.parametrize("dead", [slice(0, 3), slice(1, 2)])
def test_a_gyroscope_that_never_moves_is_left_out_and_told(dead):
    recording = made()
    gyr = recording.gyr_radps.copy()
    gyr[:, dead] = 0.0 if dead == slice(0, 3) else 0.25
    trial = prepare(replace(recording, gyr_radps=gyr), LEFT)
    assert "gyroscope_stuck" in {issue.code for issue in trial.issues}
    assert not trial.has_gyroscope
    without = assess(prepare(replace(recording, gyr_radps=None), LEFT)).values
    assert assess(trial).values == without


def test_a_gyroscope_of_two_axes_is_kept():
    recording = made()
    gyr = recording.gyr_radps * [1, 0, 1]
    assert prepare(replace(recording, gyr_radps=gyr), LEFT).has_gyroscope


@pytest.mark.parametrize("from_s", [4.0, 8.0, 12.0])
def test_a_gyroscope_that_stands_still_before_a_boards_window_is_told(from_s):
    """The tilt of a board is followed from the first second: what is lost then is missing later."""
    recording = board(4, tilt_ap_deg=5.0, tilt_ml_deg=5.0)[0]
    still = (recording.time_s >= from_s) & (recording.time_s < from_s + 2.5)
    gyr = recording.gyr_radps.copy()
    gyr[still] = gyr[still][0]
    setup = Setup(test="wobble-board", placement="board", surface="board")
    codes = {issue.code for issue in prepare(replace(recording, gyr_radps=gyr), setup).issues}
    assert "frozen_long" in codes
    assert "frozen_long" not in {issue.code for issue in prepare(recording, setup).issues}
