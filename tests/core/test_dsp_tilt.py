"""Tilt from physics written out in the tests, and from recordings of others."""

import numpy as np
import pytest

from surefoot import dsp

G = 9.80665


def pendulum(frequency_hz, height_m, rate_hz=100.0, seconds=30.0, size_deg=1.0):
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    omega = 2 * np.pi * frequency_hz
    angle = np.radians(size_deg) * np.sin(omega * time)
    acceleration = -height_m * omega**2 * angle - G * np.sin(angle)
    rate_degps = size_deg * omega * np.cos(omega * time)
    return np.degrees(angle), acceleration[:, None], rate_degps[:, None]


@pytest.mark.parametrize("frequency_hz", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("height_m", [0.3, 1.0])
def test_pendulum_solve_recovers_the_angle(frequency_hz, height_m):
    angle_deg, acceleration, _ = pendulum(frequency_hz, height_m)
    found = dsp.pendulum_tilt(acceleration, 100.0, height_m)[200:-200, 0]
    assert np.abs(found - angle_deg[200:-200]).max() < 0.01


def test_a_wrong_height_costs_as_much_as_theory_says():
    """With height h' for a true h the gain is (g + h w2) / (g + h' w2)."""
    angle_deg, acceleration, _ = pendulum(0.5, 1.0)
    found = dsp.pendulum_tilt(acceleration, 100.0, 1.2)[300:-300, 0]
    omega2 = (2 * np.pi * 0.5) ** 2
    gain = (G + omega2) / (G + 1.2 * omega2)
    assert np.std(found) / np.std(angle_deg[300:-300]) == pytest.approx(gain, rel=2e-3)


@pytest.mark.parametrize("assumed_height_m", [0.5, 1.0, 1.5])
def test_complementary_tilt_hardly_needs_the_height(assumed_height_m):
    angle_deg, acceleration, rate_degps = pendulum(0.6, 1.0)
    slow = dsp.pendulum_tilt(acceleration, 100.0, assumed_height_m)
    found = dsp.complementary_tilt(slow, rate_degps + 0.3, 100.0)[200:-200, 0]
    error = found - found.mean() - (angle_deg[200:-200] - angle_deg[200:-200].mean())
    assert np.sqrt(np.mean(error**2)) < 0.02


@pytest.mark.parametrize("frequency_hz", [0.1, 0.2, 0.4])
def test_the_slow_part_is_weighted_as_a_butterworth_run_twice(frequency_hz):
    """Second order both ways: 1 / (1 + (f / 0.2 Hz)**4); a gyroscope's own angle gets what is left."""
    time = np.arange(20000) / 100
    wave = np.sin(2 * np.pi * frequency_hz * time)[:, None]
    rate = 2 * np.pi * frequency_hz * np.cos(2 * np.pi * frequency_hz * time)[:, None]
    weight = 1 / (1 + (frequency_hz / 0.2) ** 4)
    slow = dsp.complementary_tilt(wave, np.zeros_like(wave), 100.0)[5000:-5000]
    quick = dsp.complementary_tilt(np.zeros_like(wave), rate, 100.0)[5000:-5000]
    assert slow == pytest.approx(weight * wave[5000:-5000], abs=1e-3)
    assert quick == pytest.approx((1 - weight) * wave[5000:-5000], abs=2e-3)


def test_board_tilt_follows_a_large_rotation():
    """A sensor at the pivot, rolled about its x axis by up to 15 degrees: only gravity and rate, exactly."""
    time = np.arange(3000) / 100
    angle = np.radians(15) * np.sin(2 * np.pi * 0.4 * time)
    rate = np.radians(15) * 2 * np.pi * 0.4 * np.cos(2 * np.pi * 0.4 * time)
    zero = np.zeros_like(time)
    acc = G * np.column_stack([zero, np.sin(angle), np.cos(angle)])
    up = dsp.board_tilt(acc, np.column_stack([rate, zero, zero]), 100.0)
    found = np.degrees(np.arctan2(up[:, 1], up[:, 2]))
    assert np.sqrt(np.mean((found - np.degrees(angle)) ** 2)) < 0.1
