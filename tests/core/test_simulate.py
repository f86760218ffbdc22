"""The simulator against physics written out here, and against itself at other rates and mountings."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from surefoot.assessment import assess
from surefoot.errors import SetupError
from surefoot.model import Setup
from surefoot.preparation import prepare
from surefoot.simulate import Imu, board, perform, recovery, stance
from surefoot.simulate.body import Angle, balance, rotation_rate, specific_force
from varied_stances import varied

G = 9.80665
CLEAN = Imu(acc_noise_mps2=0.0, gyr_noise_radps=0.0)


def clean(rate_hz=100.0, **options):
    return Imu(rate_hz=rate_hz, acc_noise_mps2=0.0, gyr_noise_radps=0.0, **options)


def test_sway_has_the_size_asked_for():
    time = np.arange(6400) / 100
    angle = balance(np.random.default_rng(1), time, 0.01, 64.0)
    assert np.sqrt(np.mean(angle.value**2)) == pytest.approx(0.01, rel=1e-6)
    assert angle.value.mean() == pytest.approx(0.0, abs=1e-9)


def test_derivatives_are_those_of_the_angle():
    time = np.arange(20_000) / 1000
    angle = balance(np.random.default_rng(2), time, 0.01, 64.0)
    assert np.allclose(np.gradient(angle.value, 1e-3)[5:-5], angle.rate[5:-5], atol=2e-6)
    assert np.allclose(np.gradient(angle.rate, 1e-3)[5:-5], angle.acceleration[5:-5], atol=2e-5)


def constant(angle_rad):
    return Angle(np.array([angle_rad]), np.zeros(1), np.zeros(1))


@given(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.floats(0.05, 1.5))
def test_a_body_at_rest_reads_gravity_in_its_own_axes(lean_ap, lean_ml, height):
    (force,) = specific_force(constant(lean_ap), constant(lean_ml), height)
    turn = Rotation.from_euler("Y", lean_ap) * Rotation.from_euler("X", lean_ml)
    assert np.allclose(force, turn.inv().apply([0, 0, G]), atol=1e-9)
    assert np.linalg.norm(force) == pytest.approx(G)


@given(
    st.floats(-0.3, 0.3),
    st.floats(-0.3, 0.3),
    st.floats(-2, 2),
    st.floats(-2, 2),
    st.floats(-9, 9),
    st.floats(-9, 9),
)
def test_moving_force_and_rate_equal_numerical_derivatives(a, m, a1, m1, a2, m2):
    """Position and orientation written out and differenced, for any angles, rates and accelerations."""
    height, step = 0.9, 1e-4

    def turn(t):
        return Rotation.from_euler("Y", a + a1 * t + a2 * t * t / 2) * Rotation.from_euler(
            "X", m + m1 * t + m2 * t * t / 2
        )

    positions = [turn(t).apply([0, 0, height]) for t in (-step, 0.0, step)]
    second = (positions[0] - 2 * positions[1] + positions[2]) / step**2
    expected_force = turn(0.0).inv().apply(second + [0, 0, G])
    expected_rate = (turn(-step).inv() * turn(step)).as_rotvec() / (2 * step)
    ap = Angle(np.array([a]), np.array([a1]), np.array([a2]))
    ml = Angle(np.array([m]), np.array([m1]), np.array([m2]))
    assert np.allclose(specific_force(ap, ml, height)[0], expected_force, atol=2e-4)
    assert np.allclose(rotation_rate(ap, ml)[0], expected_rate, atol=1e-5)


def test_naive_tilt_over_reads_as_theory_says():
    """1 + h w2 / g for a single slow oscillation."""
    time, omega, height = np.arange(3000) / 100, 2 * np.pi * 0.5, 1.0
    size = np.radians(0.5)
    ap = Angle(
        size * np.sin(omega * time),
        size * omega * np.cos(omega * time),
        -size * omega**2 * np.sin(omega * time),
    )
    still = Angle(np.zeros(3000), np.zeros(3000), np.zeros(3000))
    force = specific_force(ap, still, height)
    naive = -np.arcsin(force[:, 0] / np.linalg.norm(force, axis=1))
    assert naive.std() / ap.value.std() == pytest.approx(1 + height * omega**2 / G, rel=1e-2)


def test_the_gyroscope_integrates_to_the_tilt():
    recording, truth = stance(3, imu=CLEAN)
    angle = np.degrees(np.cumsum(-recording.gyr_radps[:, 0]) / 100)
    error = angle - truth.tilt_ap_deg
    assert np.std(error - np.polyval(np.polyfit(truth.time_s, error, 1), truth.time_s)) < 0.02


@pytest.mark.parametrize("rate_hz", [50.0, 200.0, 400.0])
def test_the_same_seed_is_the_same_motion_at_any_rate(rate_hz):
    slow, _ = stance(4, imu=clean(50.0))
    other, _ = stance(4, imu=clean(rate_hz))
    every = round(rate_hz / 50.0)
    assert np.allclose(other.acc_mps2[::every], slow.acc_mps2, atol=1e-9)


def test_the_same_seed_gives_the_same_bytes():
    first, second = stance(5, settle_s=3.0)[0], stance(5, settle_s=3.0)[0]
    assert first.acc_mps2.tobytes() == second.acc_mps2.tobytes()
    assert stance(6)[0].acc_mps2.tobytes() != first.acc_mps2.tobytes()


def test_a_turned_mounting_turns_the_readings():
    rotation = Rotation.random(rng=np.random.default_rng(1)).as_matrix()
    straight, turned = stance(7, imu=CLEAN)[0], stance(7, imu=CLEAN, misalignment=rotation)[0]
    assert np.allclose(turned.acc_mps2, straight.acc_mps2 @ rotation.T)
    assert np.allclose(turned.gyr_radps, straight.gyr_radps @ rotation.T)


def test_sensor_faults_have_the_size_asked_for():
    quiet = stance(8, imu=CLEAN)[0]
    noisy = stance(
        8, imu=Imu(acc_noise_mps2=0.05, gyr_noise_radps=0.01, gyr_bias_radps=(0.1, 0, 0), acc_scale=1.02)
    )[0]
    difference = noisy.acc_mps2 - 1.02 * quiet.acc_mps2
    assert difference.std() == pytest.approx(0.05, rel=0.05)
    assert (noisy.gyr_radps - quiet.gyr_radps)[:, 0].mean() == pytest.approx(0.1, abs=0.001)
    rounded = stance(8, imu=clean(acc_step_mps2=0.1))[0].acc_mps2
    assert np.allclose(rounded, np.round(quiet.acc_mps2, 1))


def test_jitter_moves_the_instants_and_tells_them():
    even, jittered = stance(9, imu=CLEAN)[0], stance(9, imu=clean(jitter_s=0.002))[0]
    steps = np.diff(jittered.time_s)
    assert steps.min() > 0
    assert 0.001 < steps.std() < 0.004
    back = np.array([np.interp(even.time_s, jittered.time_s, column) for column in jittered.acc_mps2.T]).T
    assert np.abs(back - even.acc_mps2)[10:-10].max() < 0.02


def test_handling_ends_when_it_is_said_to():
    calm, handled = stance(10, imu=CLEAN)[0], stance(10, imu=CLEAN, settle_s=4.0)[0]
    apart = np.linalg.norm(handled.acc_mps2 - calm.acc_mps2, axis=1)
    assert apart[:100].mean() > 3.0
    assert apart[410:].max() < 1e-9


def test_a_touchdown_lurches_and_rings():
    calm, fallen = stance(11, imu=CLEAN)[0], stance(11, imu=CLEAN, touchdowns_s=[20.0])
    recording, truth = fallen
    apart = np.linalg.norm(recording.acc_mps2 - calm.acc_mps2, axis=1)
    assert apart[1900:2010].max() > 2.0
    assert apart[:1800].max() < 1e-3
    assert [(event.kind, event.start_s) for event in truth.events] == [("touchdown", 20.0)]


def test_a_board_never_passes_its_rim():
    recording, truth = board(1, tilt_ap_deg=7.0, tilt_ml_deg=7.0, max_tilt_deg=12.0, imu=CLEAN)
    lean = np.hypot(truth.tilt_ap_deg, truth.tilt_ml_deg)
    assert 11.5 < lean.max() < 12.2
    assert truth.events
    for event in truth.events:
        inside = (truth.time_s > event.start_s + 0.05) & (truth.time_s < event.end_s - 0.05)
        assert (lean[inside] > 11.0).all()
        ring = recording.acc_mps2[np.searchsorted(recording.time_s, event.start_s) :][:3, 2]
        assert np.ptp(ring) > 1.0


def test_a_board_that_stays_off_its_rim_has_no_contacts():
    _, truth = board(2, tilt_ap_deg=1.0, tilt_ml_deg=1.0)
    assert truth.events == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_analysis_finds_the_true_tilt(seed):
    """Exact physics of nested rotations in, first-order analysis out: within 0.03 degrees RMS."""
    recording, truth = stance(seed, settle_s=3.0)
    trial = prepare(recording, Setup(leg="left", sensor_height_m=1.0))
    window = trial.samples(trial.window_s)
    for axis in ("ap", "ml"):
        true = np.interp(trial.time_s[window], truth.time_s, getattr(truth, f"tilt_{axis}_deg"))
        error = getattr(trial, f"tilt_{axis}_deg")[window] - true
        assert np.std(error) < 0.03


@pytest.mark.slow
def test_a_course_tells_its_story():
    trials = recovery(4)
    right = [t for t in trials if t.setup.leg == "right" and t.setup.eyes == "open"]
    sizes = [
        assess(prepare(t.recording, t.setup)).values["path_rate_mps3"] for t in (*right[:3], *right[-3:])
    ]
    assert np.mean(sizes[:3]) > 1.5 * np.mean(sizes[3:])
    assert {t.setup.test for t in trials} == {"single-leg", "wobble-board"}
    assert {t.setup.eyes for t in trials} == {"open", "closed"}
    days = [t.setup.when for t in trials]
    assert days == sorted(days)
    assert len({day.date() for day in days}) == 13


CONDITIONS = {
    "left": Setup(leg="left"),
    "right": Setup(leg="right"),
    "closed": Setup(leg="left", eyes="closed"),
    "foam": Setup(leg="left", surface="foam"),
    "tandem": Setup(test="tandem", leg="left"),
    "two legs": Setup(test="two-legs"),
}


def test_a_made_up_person_sways_as_the_conditions_have_it():
    truths = {name: perform(setup, duration_s=60.0)[1] for name, setup in CONDITIONS.items()}
    sway = {name: np.hypot(np.std(t.tilt_ap_deg), np.std(t.tilt_ml_deg)) for name, t in truths.items()}
    assert sway["two legs"] < sway["tandem"] < sway["left"] < sway["foam"] < sway["closed"]
    assert sway["closed"] == pytest.approx(2 * sway["left"], rel=1e-3)
    assert np.corrcoef(truths["left"].tilt_ml_deg, truths["right"].tilt_ml_deg)[0, 1] < 0.9


@pytest.mark.parametrize("setup", CONDITIONS.values(), ids=list(CONDITIONS))
def test_what_a_made_up_person_does_can_be_assessed(setup):
    recording, _ = perform(setup, duration_s=40.0)
    assessment = assess(prepare(recording, replace(setup, sensor_height_m=1.0)))
    assert assessment.primary == "path_rate_mps3"
    assert not [issue.code for issue in assessment.issues if issue.code in ("wrong_facing", "up_axis_down")]


@pytest.mark.parametrize(
    "setup",
    [
        Setup(test="wobble-board"),
        Setup(test="wobble-board", surface="board"),
        Setup(test="two-legs", surface="board"),
        Setup(test="single-leg", leg="left", placement="board"),
        Setup(test="hopping"),
    ],
)
def test_what_no_made_up_person_does_is_refused(setup):
    with pytest.raises(SetupError, match="made-up person"):
        perform(setup, duration_s=1.0)


@pytest.mark.parametrize("seed", range(12))
def test_a_trial_with_troubles_is_a_person_under_gravity_and_the_same_again(seed):
    """Whatever was drawn, the sensor weighs what it weighs, and every event lies in the recording."""
    made, again = varied(seed), varied(seed)
    recording, truth = made.recording, made.truth
    assert (np.diff(recording.time_s) > 0).all()
    assert np.median(np.linalg.norm(recording.acc_mps2, axis=1)) == pytest.approx(G, rel=0.02)
    assert all(0 < event.start_s <= event.end_s < recording.time_s[-1] for event in truth.events)
    np.testing.assert_array_equal(recording.acc_mps2, again.recording.acc_mps2)
