"""Recording → Trial: invariances, the steady window, refusals; on made motion and on real recordings."""

import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from motion import G, standing, turned
from surefoot.assessment import assess
from surefoot.errors import (
    LowRateError,
    MountingError,
    NotQuietStandingError,
    SetupError,
    TooShortError,
    TooStillError,
    UnitError,
)
from surefoot.metrics import load_metrics
from surefoot.model import Event, Recording, SensorAxes, Setup
from surefoot.preparation import prepare
from surefoot.preparation.checks import check_samples
from surefoot.preparation.grid import horizontal
from surefoot.preparation.stance import _survived
from surefoot.protocols import load_protocols
from surefoot.simulate import Imu, stance

LEFT = Setup(leg="left", sensor_height_m=1.0)
INVARIANT = ("rms", "mean_distance", "path", "jerk", "ellipse", "f50", "tilt")


def values(recording, setup=LEFT, **options):
    return assess(prepare(recording, setup, **options)).values


def test_a_sway_metric_of_known_motion():
    """Tilt of 0.45 and 0.6 degrees RMS over 33 s periods; the 24 s window sees nearly as much."""
    found = values(standing(3))
    assert found["tilt_rms_ap_deg"] == pytest.approx(0.45, rel=0.25)
    assert found["tilt_rms_ml_deg"] == pytest.approx(0.60, rel=0.25)


@pytest.mark.parametrize("seed", range(6))
def test_turning_the_phone_changes_nothing_once_the_mount_is_told(seed):
    rotation = Rotation.random(rng=np.random.default_rng(seed)).as_matrix()
    axes = SensorAxes(face=tuple(rotation @ [0.0, 0, 1]), top=tuple(rotation @ [0.0, 1, 0]))
    straight = values(standing(1))
    turned_values = values(turned(standing(1), rotation), axes=axes)
    assert turned_values.keys() == straight.keys()
    for key, value in straight.items():
        assert turned_values[key] == pytest.approx(value, rel=1e-6, abs=1e-9), key


@pytest.mark.parametrize("rate_hz", [50.0, 200.0, 400.0])
def test_the_sampling_rate_hardly_matters(rate_hz):
    at_100, other = values(standing(2)), values(standing(2, rate_hz=rate_hz))
    for key in at_100:
        if key.startswith(INVARIANT):
            assert other[key] == pytest.approx(at_100[key], rel=0.02), key


def test_a_mirrored_phone_mirrors_left_and_right():
    """Reflecting the body at its middle plane flips x of the acceleration, y and z of the rotation."""
    recording = standing(4)
    mirrored = replace(
        recording,
        acc_mps2=recording.acc_mps2 * [-1, 1, 1],
        gyr_radps=recording.gyr_radps * [1, -1, -1],
    )
    straight, mirror = prepare(recording, LEFT), prepare(mirrored, LEFT)
    assert np.allclose(mirror.ml_mps2, -straight.ml_mps2, atol=1e-9)
    assert np.allclose(mirror.ap_mps2, straight.ap_mps2, atol=1e-9)
    assert np.allclose(mirror.tilt_ml_deg, -straight.tilt_ml_deg, atol=1e-9)


def test_the_window_has_gravity_taken_off_and_no_horizontal_mean():
    trial = prepare(standing(3), LEFT)
    window = trial.samples(trial.window_s)
    for signal in (trial.ap_mps2, trial.ml_mps2, trial.v_mps2):
        assert signal[window].mean() == pytest.approx(0.0, abs=1e-9)


def test_signs_of_a_lean():
    """A slow lean forward and to the right reads positive on both axes."""
    time = np.arange(3600) / 100
    ramp = np.radians(np.interp(time, [0, 10, 26, 36], [0, 0, 3, 3]))
    sway = np.radians(0.2) * np.sin(2 * np.pi * 0.5 * time)
    lean = ramp + sway
    acc = G * np.column_stack([-np.sin(lean), np.cos(lean) ** 2, np.sin(lean)])
    trial = prepare(Recording(time, acc), Setup(leg="left"))
    first, last = trial.samples((12.0, 14.0)), trial.samples((28.0, 30.0))
    for tilt in (trial.tilt_ap_deg, trial.tilt_ml_deg):
        assert tilt[last].mean() - tilt[first].mean() > 1.5


def test_time_shift_changes_nothing():
    recording = standing(5)
    shifted = replace(recording, time_s=recording.time_s + 123.0)
    found = values(shifted)
    for key, value in values(recording).items():
        assert found[key] == pytest.approx(value, rel=1e-6), key


def test_the_window_is_the_last_part_of_the_steady_stretch():
    recording = standing(6)
    acc = recording.acc_mps2.copy()
    acc[:600] += np.random.default_rng(1).normal(0, 2, (600, 3))
    trial = prepare(replace(recording, acc_mps2=acc), LEFT)
    assert 6.0 <= trial.steady_s[0] <= 7.2
    assert trial.steady_s[1] == pytest.approx(35.0)
    assert trial.window_s == (pytest.approx(11.0), pytest.approx(35.0))
    (lift,) = trial.events
    assert lift.kind == "foot_lift"
    assert 6.0 <= lift.end_s <= trial.steady_s[0]
    assert lift.start_s == pytest.approx(lift.end_s - 1.0)
    assert prepare(replace(recording, acc_mps2=acc), TWO_LEGS).events == ()


def test_all_that_trials_must_share_to_be_compared_is_in_their_settings():
    assert prepare(standing(1), LEFT).settings == {
        "test": "single-leg",
        "leg": "left",
        "eyes": "open",
        "surface": "floor",
        "footwear": "barefoot",
        "placement": "lumbar",
        "facing": "back",
        "board": "",
        "board_level": "",
        "device_model": "",
        "resolution_class": "fine",
        "rate_class": "90 Hz and more",
        "window": "24 s",
        "filters": "isway 3.5 Hz, wide 10 Hz, Butterworth 4 zero-phase",
        "tilt_method": "complementary",
        "metrics_version": "2",
    }


def test_the_device_is_what_was_told_or_else_what_the_recording_says():
    recording = replace(standing(1), device_model="A")
    assert prepare(recording, LEFT).settings["device_model"] == "A"
    assert prepare(recording, replace(LEFT, device_model="B")).settings["device_model"] == "B"


def test_a_stance_broken_twice_leaves_its_longest_clean_part():
    """A break counts from a second before it to two after its end; one just after the stance counts too."""
    spans = ((12.0, 13.0), (30.0, 31.0), (36.0, 36.2))
    by_hand = [Event("touchdown", *span, by_hand=True) for span in spans]
    trial = prepare(standing(2, duration_s=37.0), LEFT, by_hand=by_hand)
    assert trial.steady_s == pytest.approx((3.0, 36.0), abs=0.02)
    assert trial.window_s == pytest.approx((15.0, 29.0), abs=0.02)
    assert [event.start_s for event in trial.events if event.breaks_stance] == [12.0, 30.0, 36.0]
    assert "too_short" in {issue.code for issue in trial.issues}


@pytest.mark.parametrize("up", [*np.eye(3), *-np.eye(3), [0.6, 0.0, 0.8], [1.0, -2.0, 3.0]])
def test_horizontal_components_are_what_gravity_does_not_hold(up):
    """By Pythagoras, whichever way the sensor lies."""
    acc = np.random.default_rng(1).normal(size=(50, 3))
    along = acc @ (np.asarray(up) / np.linalg.norm(up))
    across = horizontal(acc, np.asarray(up))
    assert np.sum(across**2, axis=1) == pytest.approx(np.sum(acc**2, axis=1) - along**2)


@pytest.mark.parametrize(("at_s", "told"), [(9.5, False), (10.0, True), (19.5, True), (20.0, False)])
def test_only_samples_of_the_window_can_clip_it(at_s, told):
    recording = standing(1, rate_hz=50.0)
    acc = recording.acc_mps2.copy()
    first = round(at_s * 50)
    # Twice at the wall, and off it between.
    acc[first : first + 10, 0] = acc[first + 15 : first + 25, 0] = 2 * G
    found = check_samples(replace(recording, acc_mps2=acc), (10.0, 20.0), 10.0)
    assert [issue.code for issue in found] == ["clipping"] * told


@pytest.mark.parametrize(
    ("moment", "survived"),
    [((50, 100), False), ((50, 101), True), ((150, 160), True), ((200, 210), False), ((120, 140), False)],
)
def test_a_moment_counts_where_it_reaches_into_the_window_and_nothing_broke_the_stance(moment, survived):
    assert _survived(slice(*moment), slice(100, 200), [120]) == survived
    assert _survived(slice(*moment), slice(100, 200), [140]) == (survived or moment == (120, 140))


def test_eyes_closed_on_one_leg_has_a_window_of_ten_seconds():
    assessment = assess(prepare(standing(7), replace(LEFT, eyes="closed")))
    start, end = assessment.provenance.window_s
    assert end - start == pytest.approx(10.0)
    assert assessment.provenance.duration_s == pytest.approx(35.99)
    assert "path_rate_mps3" in assessment.values
    assert "ellipse_area_m2ps4" not in assessment.values
    assert "f95_ap_hz" not in assessment.values
    (told,) = (issue.message for issue in assessment.issues if "it needs 20 s" in issue.message)
    listed, more = re.search(r"it needs 20 s, there are 10: (.+) and (\d+) more", told).groups()
    groups, known = load_protocols()["single-leg"].metric_groups, load_metrics().values()
    long = [m for m in known if m.group in groups and m.min_duration_s > 10 and not m.opt_in]
    assert len(listed.split(", ")) + int(more) == len(long)


@pytest.mark.parametrize(("height_m", "told"), [(1.0, True), (None, False)])
def test_a_hip_strategy_is_told_only_where_the_height_is_known(height_m, told):
    """The gyroscope turns four times as far as a body of this height, swaying in one piece, would."""
    recording = standing(1)
    recording = replace(recording, gyr_radps=4 * recording.gyr_radps)
    trial = prepare(recording, replace(LEFT, sensor_height_m=height_m))
    assert ("hip_strategy" in {issue.code for issue in trial.issues}) == told


def test_a_short_gap_is_flagged_and_a_long_one_splits():
    recording = standing(8)
    time = recording.time_s

    def without(start, end):
        kept = (time < start) | (time >= end)
        return Recording(time[kept], recording.acc_mps2[kept], recording.gyr_radps[kept])

    short, long = prepare(without(20.0, 20.15), LEFT), prepare(without(2.0, 3.0), LEFT)
    assert [issue.code for issue in short.issues] == ["gap"]
    assert [issue.code for issue in long.issues] == ["gap_split"]
    assert long.time_s[0] == pytest.approx(3.0)


def test_a_correction_is_told():
    recording = standing(9)
    acc = recording.acc_mps2.copy()
    acc[2500:2540, 0] += 2.0
    trial = prepare(replace(recording, acc_mps2=acc), LEFT)
    assert [issue.code for issue in trial.issues] == ["unsteady_moment"]


def test_without_gyroscope_the_height_is_asked_for():
    trial = prepare(standing(1, gyroscope=False), Setup(leg="left"))
    assert [issue.code for issue in trial.issues] == ["height_assumed"]
    assert trial.tilt_method == "pendulum"
    assert not trial.has_gyroscope


def test_low_rate_withholds_path_and_lets_rms_stand_in():
    assessment = assess(prepare(standing(1, rate_hz=20.0), LEFT))
    assert assessment.primary == "rms_ml_mps2"
    assert {"low_rate", "withheld", "stand_in"} <= {issue.code for issue in assessment.issues}
    assert "path_rate_mps3" not in assessment.values
    assert "ellipse_area_m2ps4" in assessment.values


def test_browser_rounding_is_a_class_of_its_own():
    recording = standing(1)
    coarse = replace(recording, acc_mps2=np.round(recording.acc_mps2, 1))
    assert prepare(coarse, LEFT).settings["resolution_class"] == "coarse"
    assert prepare(recording, LEFT).settings["resolution_class"] == "fine"


@pytest.mark.parametrize(("size", "code"), [(1.0, None), (0.35, "coarse"), (0.15, "unusable_acceleration")])
def test_coarse_acceleration_is_told_by_the_size_of_the_sway(size, code):
    """Limits of 0.1 and 0.05 m/s2 on the smaller axis, which sways by 0.21 here at size one."""
    recording = standing(1, rate_hz=60.0)
    still = np.median(recording.acc_mps2, axis=0)
    rounded = np.round(still + size * (recording.acc_mps2 - still), 1)
    assessment = assess(prepare(replace(recording, acc_mps2=rounded), LEFT))
    found = {issue.code for issue in assessment.issues} & {"coarse", "unusable_acceleration"}
    assert found == ({code} if code else set())
    assert not {"path_rate_mps3", "jerk_m2ps5", "f95_ap_hz"} & set(assessment.values)
    assert ("rms_ml_mps2" in assessment.values) == (code != "unusable_acceleration")
    assert assessment.primary == "gyro_rms_ml_degps"
    assert "tilt_rms_ml_deg" in assessment.values


def scaled(recording, factor):
    return replace(recording, acc_mps2=recording.acc_mps2 * factor)


def test_gravity_a_little_off_is_flagged_and_not_rescaled():
    trial = prepare(scaled(standing(1), 1.06), LEFT)
    assert [issue.code for issue in trial.issues] == ["gravity_off"]


def table(seconds=30.0, rate_hz=50.0):
    samples = round(seconds * rate_hz)
    acc = np.random.default_rng(1).normal(0, 0.004, (samples, 3)) + [0, 0, G]
    return Recording(np.arange(samples) / rate_hz, acc)


def walking():
    recording = standing(1)
    step = 2.0 * np.sin(2 * np.pi * 1.8 * recording.time_s)
    return replace(recording, acc_mps2=recording.acc_mps2 + step[:, None] * [0, 1, 0])


TWO_LEGS = replace(LEFT, test="two-legs", leg="both")
REFUSED = {
    "phone on a table": (table, LEFT, TooStillError),
    "walking": (walking, LEFT, NotQuietStandingError),
    "unit g": (lambda: scaled(standing(1), 1 / G), LEFT, UnitError),
    "too slow": (lambda: standing(1, rate_hz=15.0), LEFT, LowRateError),
    "too short": (lambda: standing(1, duration_s=18.0), TWO_LEGS, TooShortError),
    "too short for a hold": (lambda: standing(1, duration_s=5.0), LEFT, TooShortError),
    "hardly a sample": (lambda: Recording([0.0, 0.01], [[0, 0, G]] * 2), LEFT, TooShortError),
    "hardly a sample, late": (lambda: Recording([90.0, 90.01], [[0, 0, G]] * 2), LEFT, TooShortError),
    "screen up": (
        standing,
        replace(LEFT, placement="board", facing="up", test="wobble-board"),
        MountingError,
    ),
    "unknown test": (standing, replace(LEFT, test="hopping"), SetupError),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_computed_is_refused_for_its_reason(case):
    make, setup, error = REFUSED[case]
    with pytest.raises(error) as caught:
        prepare(make(), setup)
    assert caught.value.code == error.code
    assert all(caught.value.to_dict().values())


def test_a_board_with_its_screen_down_is_flagged():
    time = np.arange(3600) / 100
    angle = np.radians(5) * np.sin(2 * np.pi * 0.5 * time)
    across = 0.001 * np.sin(7 * time)
    acc = G * np.column_stack([across, np.sin(angle), -np.cos(angle)])
    setup = Setup(test="wobble-board", placement="board", surface="board")
    trial = prepare(Recording(time, acc), setup)
    assert {issue.code for issue in trial.issues} == {"up_axis_down", "acceleration_only", "board_unnamed"}


def test_a_board_that_leans_keeps_its_lean():
    """Level is the board's own face, not the mean of gravity: 3 degrees forward must stay 3 degrees."""
    time = np.arange(3600) / 100
    angle = np.radians(3 + 5 * np.sin(2 * np.pi * 0.4 * time))
    rate = np.gradient(angle, 0.01)
    zero = np.zeros_like(time)
    acc = G * np.column_stack([0.001 * np.sin(7 * time), -np.sin(angle), np.cos(angle)])
    recording = Recording(time, acc, np.column_stack([-rate, zero, zero]))
    trial = prepare(recording, Setup(test="wobble-board", placement="board", surface="board"))
    window = trial.samples(trial.window_s)
    assert trial.tilt_ap_deg[window].mean() == pytest.approx(3.0, abs=0.1)
    told = replace(trial.setup, board_level_ap_deg=3.0, board_level_ml_deg=0.0)
    level = prepare(recording, told)
    assert level.tilt_ap_deg[window].mean() == pytest.approx(0.0, abs=0.1)
    assert (trial.settings["board_level"], level.settings["board_level"]) == ("", "told")
    assert trial.tilt_ml_deg[window].mean() == pytest.approx(0.0, abs=0.05)
    assert trial.tilt_method == "vqf"


def root_mean_square_error(found, true):
    difference = found - true
    return float(np.std(difference))


def load(path):
    return np.genfromtxt(path, delimiter=",", names=True)


@pytest.mark.parametrize("gyroscope", [True, False])
def test_tilt_of_the_raw_lumbar_phone(reference, gyroscope):
    """Mounted 9.9 degrees off, gyroscope biased, sensor 1 m high: 3 to 33 s, mean removed."""
    data = load(reference("ref/lumbar_phone_raw_36s_100hz.csv"))
    acc = np.column_stack([data[f"a{axis}_g"] for axis in "xyz"]) * G
    gyr = np.radians(np.column_stack([data[f"g{axis}_dps"] for axis in "xyz"])) if gyroscope else None
    trial = prepare(Recording(data["t_s"], acc, gyr), LEFT)
    part = trial.samples((3.0, 33.0))
    assert root_mean_square_error(trial.tilt_ap_deg[part], data["tilt_ap_deg_true"][part]) <= 0.03
    assert root_mean_square_error(trial.tilt_ml_deg[part], data["tilt_ml_deg_true"][part]) <= 0.03


@pytest.mark.parametrize("gyroscope", [True, False])
def test_tilt_of_the_quiet_single_leg_file(reference, gyroscope):
    data = load(reference("ref/quiet_sls_30s_100hz.csv"))
    acc = np.column_stack([data["acc_ml_mps2"], data["acc_v_mps2"], -data["acc_ap_mps2"]])
    gyr = None
    if gyroscope:
        rates = [np.gradient(np.radians(data[f"tilt_{axis}_deg_true"]), 0.01) for axis in ("ap", "ml")]
        gyr = np.column_stack([-rates[0], np.zeros(3000), -rates[1]])
    trial = prepare(Recording(data["t_s"], acc, gyr), LEFT)
    part = trial.samples(trial.steady_s)
    assert root_mean_square_error(trial.tilt_ap_deg[part], data["tilt_ap_deg_true"][part]) <= 0.03
    assert root_mean_square_error(trial.tilt_ml_deg[part], data["tilt_ml_deg_true"][part]) <= 0.03


def test_mounting_and_alignment_of_the_raw_lumbar_phone(reference):
    """Horizontal means vanish over the window, and RMS agrees with the reference alignment."""
    data = load(reference("ref/lumbar_phone_raw_36s_100hz.csv"))
    acc = np.column_stack([data[f"a{axis}_g"] for axis in "xyz"]) * G
    trial = prepare(Recording(data["t_s"], acc), LEFT)
    window = trial.samples(trial.window_s)
    assert abs(trial.ap_mps2[window].mean()) < 1e-3
    assert abs(trial.ml_mps2[window].mean()) < 1e-3
    part = trial.samples((3.0, 33.0))
    assert trial.ap_mps2[part].std() == pytest.approx(0.133091396775, rel=5e-3)
    assert trial.ml_mps2[part].std() == pytest.approx(0.187160623866, rel=5e-3)


def test_jitter_duplicates_and_a_gap_cost_less_than_two_percent(reference):
    clean = load(reference("ref/lumbar_phone_raw_36s_100hz.csv"))
    acc = np.column_stack([clean[f"a{axis}_g"] for axis in "xyz"]) * G
    data = load(reference("ref/lumbar_phone_jitter_ms.csv"))
    time = (data["timestamp_ms"] - 1.7e12) / 1000
    kept = np.concatenate([[True], np.diff(time) > 0])
    jittered = Recording(time[kept], np.column_stack([data[f"a{axis}_mps2"] for axis in "xyz"])[kept])
    inside = (clean["t_s"] >= time[0]) & (clean["t_s"] <= time[-1])
    straight = prepare(Recording(clean["t_s"][inside], acc[inside]), LEFT)
    rough = prepare(jittered, LEFT)
    assert [issue.code for issue in rough.issues] == ["gap"]
    assert rough.window_s[0] == pytest.approx(straight.window_s[0], abs=0.02)
    first, second = assess(straight).values, assess(rough).values
    for key in ("path_rate_mps3", "rms_ml_mps2", "rms_ap_mps2"):
        assert second[key] == pytest.approx(first[key], rel=0.02), key


@pytest.mark.parametrize("held_s", [1.5, 2.0, 3.0])
def test_a_short_hold_is_kept_as_its_seconds_where_the_recording_ended_for_it(held_s):
    """Two seconds on the third day are a result; a foot that came down long before the end is none."""
    told = {"touchdowns_s": (3 + held_s,), "imu": Imu(rate_hz=60.0)}
    recording, _ = stance(3, duration_s=5 + held_s, **told)
    trial = prepare(recording, Setup(leg="left"))
    assert assess(trial).values["hold_time_s"] == pytest.approx(held_s, abs=0.1)
    assert "too_short" in {issue.code for issue in trial.issues}
    recording, _ = stance(3, duration_s=9 + held_s, touchdowns_s=(3 + held_s, 6 + held_s, 8 + held_s))
    with pytest.raises(TooShortError):
        prepare(recording, Setup(leg="left"))
