"""The quality gate against faults put into recordings, and its parts against hand-made signals."""

from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest

from motion import noise, standing
from signal_faults import FAULTS
from surefoot import dsp
from surefoot.assessment import assess
from surefoot.model import Setup
from surefoot.preparation import prepare, quality
from surefoot.simulate import stance

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
    untold = [finding for finding in findings if finding.due and not finding.told]
    return [finding for finding in untold if (name, finding.fault, finding.size) not in faults.MISSED]


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
    assert len(faults.MISSED) <= 2


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


def leaning(seed, degrees, at_s, size=1.0, duration_s=36.0):
    """A body that leans another way from `at_s` on, within a second: an inverted pendulum's slow step."""
    recording, _ = stance(seed, duration_s=duration_s, sway_ap_deg=0.45 * size, sway_ml_deg=0.6 * size)
    step = np.radians(degrees) * np.clip(recording.time_s - at_s, 0.0, 1.0)
    return replace(recording, acc_mps2=recording.acc_mps2 - 9.81 * np.outer(step, [0.8, 0.0, 0.6]))


def codes(recording, setup=SETUP):
    return {issue.code for issue in prepare(recording, setup).issues}


@pytest.mark.parametrize(
    ("degrees", "code"), [(1.2, "lean_changed"), (2.0, "lean_changed"), (4.5, "mount_slip")]
)
def test_a_small_change_of_the_lean_is_no_slip(degrees, code):
    """People who stand quietly change their lean by 1 to 2 degrees."""
    told = codes(leaning(4, degrees, 24.0, 0.4))
    assert told & {"mount_slip", "lean_changed"} == {code}


@pytest.mark.parametrize("eyes", ["open", "closed"])
@pytest.mark.parametrize("size", [0.6, 1.0, 3.0])
def test_no_clean_stance_slips(size, eyes):
    """Seeds below 100 were looked at when the limits were set; the page on stances counts more of them."""
    for seed in range(110, 113):
        recording, _ = stance(seed, sway_ap_deg=0.45 * size, sway_ml_deg=0.6 * size)
        assert "mount_slip" not in codes(recording, replace(SETUP, eyes=eyes))


@pytest.mark.slow
def test_no_clean_stance_slips_in_many():
    rate_hz = 100.0
    for seed in range(2000, 2300):
        for size in (0.6, 3.0):
            recording, _ = stance(seed, sway_ap_deg=0.45 * size, sway_ml_deg=0.6 * size)
            sway = recording.acc_mps2[:, [0, 2]]
            for window in (slice(1500, 3500), slice(2500, 3500)):
                told = [issue.code for issue in quality.check_slip(sway[window], rate_hz)]
                assert told in ([], ["lean_changed"])


def test_people_on_force_plates_do_not_slip(reference):
    """What a sensor at the centre of mass would read: -g/h of the centre of pressure, 0.97 m up."""
    folder = reference("balance/bds_santos_duarte2016/raw")
    for path in sorted(folder.glob("*.txt")):
        pressure_m = np.genfromtxt(path, skip_header=1)[:, -2:] / 100
        across = -9.81 / 0.97 * (pressure_m - pressure_m.mean(axis=0))
        for start in range(0, 4000, 500):
            told = [issue.code for issue in quality.check_slip(across[start : start + 2000], 100.0)]
            assert told in ([], ["lean_changed"])


@pytest.mark.parametrize(("drift_mps2", "told"), [(0.0, False), (0.9, True)])
def test_a_sensor_that_drifts_is_told(drift_mps2, told):
    """0.9 m/s² over the recording is 5 degrees: tilt reads half as much again and more.

    So much of a drift may look like a step of the lean; it is told as one of the two.
    """
    for seed in (120, 121):
        recording, _ = stance(seed)
        ramp = drift_mps2 * recording.time_s / recording.time_s[-1]
        drifted = replace(recording, acc_mps2=recording.acc_mps2 + np.outer(ramp, [1.0, 0.0, 0.0]))
        assert bool({"drift", "lean_changed"} & codes(drifted)) == told


def test_how_much_a_drift_adds_is_said_in_numbers():
    """Block sway of RMS 1 with a ramp of ±sqrt(3), whose RMS is 1 too: sqrt(2) times as much, 41 %."""
    time = np.arange(3200) / 100
    sway = np.sqrt(2) * np.cos(2 * np.pi * time)
    tilt = np.column_stack([sway + np.sqrt(3) * np.linspace(-1.6, 1.6, 3200), sway])
    (issue,) = quality.check_drift(tilt[600:2600], tilt, 100.0)
    assert issue.severity == "info"
    assert "3.5°" in issue.what
    assert "41 %" in issue.what
    assert quality.check_drift(tilt[600:2600, ::-1][:, [0, 0]], tilt[:, [1, 1]], 100.0) == ()


@pytest.mark.parametrize(
    ("size", "conditions", "told"),
    [
        (1.0, {}, False),
        (2.5, {}, True),
        (2.5, {"eyes": "closed"}, False),
        (2.5, {"surface": "foam"}, False),
        (5.0, {"surface": "foam", "eyes": "closed"}, True),
    ],
)
def test_sway_on_two_legs_beyond_quiet_standing_is_told(size, conditions, told):
    """Planar RMS is 0.24 m/s² at size one; published quiet standing reaches 0.10, double on foam."""
    recording, _ = stance(3, sway_ap_deg=0.45 * size, sway_ml_deg=0.6 * size)
    setup = Setup(test="two-legs", **conditions)
    assert ("far_above" in codes(recording, setup)) == told
    assert "far_above" not in codes(recording, replace(SETUP, eyes="closed"))


@pytest.mark.parametrize(
    ("step", "size", "kept"),
    [(0.02, 1.0, True), (0.04, 2.0, True), (0.08, 3.0, True), (0.08, 1.0, False), (0.1, 3.0, False)],
)
def test_steps_keep_the_path_where_sway_is_large_against_them(step, size, kept):
    recording, _ = stance(5, sway_ap_deg=0.45 * size, sway_ml_deg=0.6 * size)
    stepped = replace(recording, acc_mps2=np.round(recording.acc_mps2 / step) * step)
    fine, given = (assess(prepare(each, SETUP)).values.get("path_rate_mps3") for each in (recording, stepped))
    assert (given is not None) == kept
    if kept:
        assert given == pytest.approx(fine, rel=0.03)
