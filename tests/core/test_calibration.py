"""A board's limits: against geometry solved by bisection, a made board, and a real one of others."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from motion import EDGES, touched
from surefoot.errors import CalibrationError
from surefoot.model import Recording
from surefoot.preparation.calibration import device_class, limit_from_geometry, limits_from_edges, noise_floor


@given(st.floats(0.15, 0.30), st.floats(0.03, 0.10), st.floats(0.05, 0.14))
def test_geometry_solves_the_contact_equation(radius, height, curvature):
    def gap(tilt):
        return curvature + (height - curvature) * math.cos(tilt) - radius * math.sin(tilt)

    expected = math.degrees(brentq(gap, 0.0, math.pi / 2))
    assert limit_from_geometry(radius, height, curvature) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("sizes", [(0.0, 0.07, 0.07), (0.2, -0.1, 0.07), (0.2, 0.3, 0.1)])
def test_impossible_sizes_are_refused(sizes):
    with pytest.raises(CalibrationError):
        limit_from_geometry(*sizes)


def test_every_edge_of_a_made_board_is_found():
    limits = limits_from_edges(touched(EDGES))
    assert limits.front_deg == pytest.approx(15.0, abs=0.2)
    assert limits.back_deg == pytest.approx(-14.0, abs=0.2)
    assert limits.right_deg == pytest.approx(20.0, abs=0.3)
    assert limits.left_deg == pytest.approx(-19.0, abs=0.3)
    assert limits.max_tilt_deg == pytest.approx(17.0, abs=0.3)


def test_the_lean_at_rest_is_told_apart():
    limits = limits_from_edges(touched(EDGES, lean=(0.8, -0.5)))
    assert limits.level_ap_deg == pytest.approx(0.8, abs=0.1)
    assert limits.level_ml_deg == pytest.approx(-0.5, abs=0.1)


def test_a_missing_edge_is_named():
    with pytest.raises(CalibrationError) as caught:
        limits_from_edges(touched(EDGES[:3]))
    assert "left" in caught.value.found


def test_the_gyroscope_is_needed():
    with pytest.raises(CalibrationError, match="gyroscope"):
        limits_from_edges(touched(EDGES, gyroscope=False))


def test_held_edges_of_a_real_rocker_board(reference):
    """An iPhone on a board, edges held: -15.5/+15.8 and +24.7/-25.1 degrees as published with it."""
    data = np.genfromtxt(reference("balance/phone_on_board_rudes/limits.csv"), delimiter=",", names=True)
    acc = -np.column_stack([data[f"Acceleration{axis}"] for axis in "XYZ"])
    gyr = np.column_stack([data[f"Gyro{axis}"] for axis in "XYZ"])
    limits = limits_from_edges(Recording(data["SamplingTime"] - data["SamplingTime"][0], acc, gyr))
    found = (limits.back_deg, limits.front_deg, limits.right_deg, limits.left_deg)
    assert found == pytest.approx((-15.5, 15.8, 24.7, -25.1), abs=0.5)
    assert abs(limits.level_ap_deg) < 0.6
    assert abs(limits.level_ml_deg) < 0.9


def table(size_mps2=0.01, seconds=30.0, touched=True):
    time = np.arange(round(seconds * 100)) / 100
    acc = np.random.default_rng(1).normal(0, size_mps2, (len(time), 3)) + [0.3, 0.0, 9.8]
    if touched:
        acc[:150] += 2.0 * np.sin(np.arange(150) / 5)[:, np.newaxis]
    return Recording(time, acc, device_model="Phone X")


def test_the_noise_of_a_phone_on_a_table_is_that_of_its_electronics():
    """White noise after the zero-phase 3.5 Hz filter; the hands at the start do not count."""
    bandwidth_hz = 3.5 * 7 / 8 * (math.pi / 8) / math.sin(math.pi / 8)
    floor = noise_floor(table(seconds=600.0))
    assert floor.noise_mps2 == pytest.approx(0.01 * math.sqrt(bandwidth_hz / 50), rel=0.05)
    assert (floor.device, floor.rate_hz) == ("Phone X", pytest.approx(100.0))


@pytest.mark.parametrize("recording", [table(seconds=12.0), table(size_mps2=0.3)], ids=["short", "shaken"])
def test_a_phone_that_is_not_left_alone_long_enough_has_no_noise_floor(recording):
    with pytest.raises(CalibrationError):
        noise_floor(recording)


def test_an_unnamed_device_is_known_by_its_app():
    unnamed = Recording([0.0, 0.1], [[0, 0, 9.8]] * 2, source="phyphox", platform="android")
    assert device_class(unnamed) == "phyphox android"
