"""Filters, time base, spectra, frames and steadiness against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from surefoot import dsp


def sine(frequency_hz, rate_hz=100.0, seconds=20.0):
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    return time, np.sin(2 * np.pi * frequency_hz * time)


@pytest.mark.parametrize(("frequency_hz", "gain"), [(0.5, 1.0), (3.5, 0.5), (20.0, 0.0)])
def test_low_pass_halves_the_amplitude_at_its_cut_off(frequency_hz, gain):
    _, wave = sine(frequency_hz)
    middle = slice(500, 1500)
    filtered = dsp.low_pass(wave, 100.0, 3.5)[middle]
    assert np.sqrt(2 * np.mean(filtered**2)) == pytest.approx(gain, abs=2e-3)


def test_low_pass_does_not_shift_in_time():
    _, wave = sine(1.0)
    filtered = dsp.low_pass(wave, 100.0, 10.0)
    assert np.abs(filtered[300:-300] - wave[300:-300]).max() < 1e-3


@pytest.mark.parametrize("cutoff_hz", [0.0, 50.0, 60.0])
def test_low_pass_refuses_a_cut_off_it_cannot_make(cutoff_hz):
    with pytest.raises(ValueError, match="not below half"):
        dsp.low_pass(np.zeros(100), 100.0, cutoff_hz)


def test_detrend_equals_scipys():
    values = np.random.default_rng(1).standard_normal((200, 2)).cumsum(axis=0)
    assert np.allclose(dsp.detrend_linear(values), signal.detrend(values, axis=0))


@given(st.integers(1, 40), st.integers(0, 5))
def test_running_measures_equal_their_definition(samples, seed):
    values = np.random.default_rng(seed).standard_normal((60, 2))
    rms, deviation = dsp.running_rms(values[:, 0], samples), dsp.running_deviation(values, samples)
    for at in (0, 17, 59):
        first, last = max(0, at - samples // 2), min(60, at - samples // 2 + samples)
        piece = values[first:last]
        assert rms[at] == pytest.approx(np.sqrt(np.mean(piece[:, 0] ** 2)))
        assert deviation[at] == pytest.approx(np.sqrt(piece.var(axis=0).sum()), abs=1e-7)


def test_resampling_reproduces_a_band_limited_signal():
    generator = np.random.default_rng(2)
    time = np.sort(np.arange(1000) / 99.2 + generator.normal(0, 0.0015, 1000))
    grid, values = dsp.resample(time, np.sin(2 * np.pi * 1.5 * time)[:, None], 99.0)
    assert np.allclose(np.diff(grid), 1 / 99.0)
    inner = slice(5, -5)
    assert np.abs(values[inner, 0] - np.sin(2 * np.pi * 1.5 * grid[inner])).max() < 2e-4


def test_resampling_downward_does_not_fold_back():
    """A 90 Hz vibration sampled at 400 Hz would look like 10 Hz on a 100 Hz grid."""
    time, wave = sine(90.0, rate_hz=400.0)
    _, values = dsp.resample(time, wave[:, None], 100.0)
    assert np.abs(values[100:-100]).max() < 1e-3


def test_gaps_are_found_and_split_at():
    time = np.concatenate([np.arange(10) * 0.01, 0.5 + np.arange(5) * 0.01])
    assert dsp.find_gaps(time, 0.1) == ((pytest.approx(0.09), pytest.approx(0.5)),)
    assert dsp.split_at_gaps(time, 0.25) == (slice(0, 10), slice(10, 15))
    assert dsp.split_at_gaps(time, 0.5) == (slice(0, 15),)


@pytest.mark.parametrize("step", [0.0012, 0.1])
def test_resolution_is_the_step_of_rounding(step):
    values = np.random.default_rng(3).normal(0, 0.3, (3000, 3))
    assert dsp.resolution_step(np.round(values / step) * step) == pytest.approx(step, rel=1e-6)


def test_resolution_of_a_dead_channel_is_zero():
    assert dsp.resolution_step(np.zeros((10, 3))) == 0.0


def test_power_of_a_sine_is_half_its_square():
    _, wave = sine(1.0)
    spectrum = dsp.band(dsp.power_spectrum(0.2 * wave, 100.0, 1000), 0.15, 5.0)
    assert dsp.band_power(spectrum) == pytest.approx(0.02, rel=3e-3)
    assert dsp.centroidal_frequency(spectrum) == pytest.approx(1.0, abs=0.01)
    assert dsp.frequency_dispersion(spectrum) < 0.1


def test_flat_spectrum_has_known_moments():
    frequency = np.linspace(0.0, 1.0, 10001)
    flat = dsp.Spectrum(frequency, np.ones_like(frequency))
    assert dsp.centroidal_frequency(flat) == pytest.approx(np.sqrt(1 / 3), rel=1e-3)
    assert dsp.frequency_dispersion(flat) == pytest.approx(0.5, rel=1e-3)
    assert dsp.power_frequency(flat, 0.5) == pytest.approx(0.5, abs=1e-3)


FACINGS = {"front": (0, 1, 0), "back": (0, -1, 0), "right": (1, 0, 0), "left": (-1, 0, 0)}


@pytest.mark.parametrize("facing", FACINGS)
def test_body_axes_put_the_face_where_it_looks(facing):
    """World frame of the test: x right, y forward, z up; a sensor with those very axes."""
    face = np.array(FACINGS[facing], float)
    axes, off_deg = dsp.body_axes(np.array([0.0, 0, 9.8]), face, facing, np.array([0.0, 0, 1]))
    assert np.allclose(axes.T, [[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    assert off_deg == pytest.approx(0.0)


def test_body_axes_of_a_board_take_heading_from_the_top_edge():
    axes, off_deg = dsp.body_axes(np.array([0.0, 0, 9.8]), np.array([0.0, 0, 1]), "up", np.array([0.0, 1, 0]))
    assert np.allclose(axes.T, [[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    assert off_deg == pytest.approx(0.0)


def test_calm_stretch_bridges_a_correction_but_not_a_walk():
    mask = np.ones(1000, bool)
    mask[:100] = False
    mask[400:450] = False
    mask[700:] = False
    stretch, moments = dsp.calm_stretch(mask, 50.0)
    assert stretch == slice(100, 700)
    assert moments == (slice(400, 450),)
    mask[300:500] = False
    assert dsp.calm_stretch(mask, 50.0) == (slice(500, 700), ())


def test_the_longest_calm_stretch_wins_wherever_it_is():
    mask = np.zeros(2000, bool)
    mask[100:900] = mask[1400:1900] = True
    assert dsp.calm_stretch(mask, 50.0) == (slice(100, 900), ())


@pytest.mark.parametrize(("at", "bridged"), [(399, False), (400, True), (649, True), (650, False)])
def test_a_pause_of_five_seconds_is_bridged_where_the_stance_was_broken_in_it(at, bridged):
    mask = np.ones(1000, bool)
    mask[400:650] = False
    expected = (slice(0, 1000), (slice(400, 650),)) if bridged else (slice(0, 400), ())
    assert dsp.calm_stretch(mask, 50.0, [at]) == expected


@pytest.mark.parametrize(
    ("seconds", "breaks", "bridged"), [(3, [], 1), (3.02, [], 0), (6, [450], 1), (6.02, [450], 0)]
)
def test_how_long_a_pause_may_last(seconds, breaks, bridged):
    mask = np.ones(1000, bool)
    mask[400 : 400 + round(50 * seconds)] = False
    assert len(dsp.calm_stretch(mask, 50.0, breaks)[1]) == bridged


def test_calm_stretch_of_nothing_is_empty():
    assert dsp.calm_stretch(np.zeros(10, bool), 50.0) == (slice(0, 0), ())


def test_calm_samples_leave_out_handling_and_turning():
    generator = np.random.default_rng(4)
    horizontal = 0.05 * generator.standard_normal((3000, 2))
    horizontal[:400] *= 20
    rotation = np.radians(0.5) * generator.standard_normal((3000, 3))
    rotation[2000:2100] += np.radians(60)
    calm = dsp.calm_samples(horizontal, rotation, 100.0)
    assert not calm[:400].any()
    assert calm[600:1900].all()
    assert not calm[1950:2150].any()
    assert calm[2300:].all()
