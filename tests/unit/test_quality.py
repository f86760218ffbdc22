"""The quality gate against faults put into recordings, and its parts against hand-made signals."""

from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from motion import noise, standing
from surefoot import dsp, quality
from surefoot.model import Setup
from surefoot.preparation import prepare
from surefoot.simulate import FAULTS, stance

SCRIPT = Path(__file__).parents[2] / "docs/validation/make_faults.py"
SETUP = Setup(leg="left", sensor_height_m=1.0)


def _load():
    spec = spec_from_file_location("make_faults", SCRIPT)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


faults = _load()
MADE = {name: (recording, setup) for name, recording, setup in faults.made()}


def missed(name, recording, setup):
    clean, findings = faults.examine(name, recording, setup)
    assert faults.unexpected(name, clean) == set()
    assert {finding.fault for finding in findings} >= {"samples lost", "g taken for m/s²", "stopped early"}
    return [finding for finding in findings if finding.due and not finding.told]


@pytest.mark.parametrize("name", MADE)
def test_faults_in_made_recordings_are_told_with_their_code(name):
    assert missed(name, *MADE[name]) == []


@pytest.mark.slow
def test_faults_in_the_bundled_recordings_are_told_with_their_code():
    """Every fourth; the published table holds all of them."""
    recordings = list(faults.bundled())[::4]
    assert len(recordings) >= 9
    assert [found for recording in recordings for found in missed(*recording)] == []


@pytest.mark.slow
def test_faults_in_real_recordings_are_told_with_their_code(reference):
    recordings = list(faults.real(reference("phone").parent))
    assert len(recordings) >= 6
    assert [found for recording in recordings for found in missed(*recording)] == []


def test_the_table_fails_where_the_gate_is_silent(monkeypatch):
    monkeypatch.setattr(quality, "check_slip", lambda *_: ())
    assert {finding.fault for finding in missed("made stance 0", *MADE["made stance 0"])} == {"strap slips"}


def test_every_fault_is_put_into_some_made_recording():
    put = {
        f.name for recording, setup in MADE.values() for f in FAULTS if faults.applies(f, recording, setup)
    }
    assert put == {fault.name for fault in FAULTS}


def test_samples_that_nearly_coincide_become_one():
    time = np.array([0.0, 0.010, 0.0101, 0.0102, 0.020])
    merged_s, values = dsp.merge_close(time, time[:, np.newaxis], 0.002)
    assert merged_s == pytest.approx([0.0, 0.0101, 0.020])
    assert values[:, 0] == pytest.approx(merged_s)


def test_noise_is_measured_as_it_was_added():
    """White noise through the zero-phase filter, of noise bandwidth 7/8 (pi/8) / sin(pi/8) times 3.5 Hz."""
    still = np.random.default_rng(1).normal(0, 0.02, (60_000, 2))
    bandwidth_hz = 3.5 * 7 / 8 * (np.pi / 8) / np.sin(np.pi / 8)
    assert quality.measure_noise(still, 100.0) == pytest.approx(0.02 * np.sqrt(bandwidth_hz / 50), rel=0.02)


@pytest.mark.parametrize(("size", "code"), [(0.001, "noise_margin"), (0.05, "noise_floor")])
def test_a_trial_tells_its_margin_above_the_noise_of_the_phone(size, code):
    recording, _ = stance(1)
    codes = {issue.code for issue in prepare(recording, SETUP, noise_floor_mps2=size).issues}
    assert code in codes


def test_a_gyroscope_that_is_only_biased_does_not_turn():
    recording = standing(1)
    biased = replace(recording, gyr_radps=recording.gyr_radps + np.radians(0.8))
    assert "turning" not in {issue.code for issue in prepare(biased, SETUP).issues}


def test_a_clipped_signal_is_told_from_one_that_rests_on_its_extreme_once():
    wave = np.round(noise(1, 3000), 3)
    once = np.where(wave == wave.max(), wave.max(), wave)
    assert not quality.is_clipped(once)
    assert quality.is_clipped(np.clip(wave, -1.5, 1.5))
