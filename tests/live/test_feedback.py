"""Live feedback on a board: its tilt against the truth and the analysis, its times against closed forms."""

from dataclasses import FrozenInstanceError, replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motion import G
from surefoot.errors import SetupError
from surefoot.live.feedback import Feedback, Goal, Samples, follow, start, stop, take_level
from surefoot.metrics import load_metrics
from surefoot.model import SensorAxes, Setup
from surefoot.preparation import prepare
from surefoot.simulate import Imu, board

RATE_HZ = 100.0
BOARD = Setup(test="wobble-board", leg="both", surface="board", placement="board")


def tilted(ap_deg, ml_deg=0.0):
    """Specific force (n, 3) of a board that is held at these tilts: x right, y forward, z up."""
    ap, ml = np.broadcast_arrays(np.radians(ap_deg), np.radians(ml_deg))
    up = np.column_stack([-np.sin(ml), -np.sin(ap), np.sqrt(1 - np.sin(ap) ** 2 - np.sin(ml) ** 2)])
    return G * up


def fed(feedback, time_s, acc, gyr=None):
    """The feedback after each sample."""
    steps = []
    for index in range(len(time_s)):
        one = slice(index, index + 1)
        feedback = follow(feedback, Samples(time_s[one], acc[one], None if gyr is None else gyr[one]))
        steps.append(feedback)
    return steps


def levelled(acc=None, seconds=1.0, **fields):
    """A feedback that has taken its level from a still second that ends at zero."""
    count = round(seconds * RATE_HZ) + 1
    time_s = (np.arange(count) - count + 1) / RATE_HZ
    forces = np.tile(tilted(0.0) if acc is None else acc, (count, 1))
    return follow(Feedback(**fields), Samples(time_s, forces, np.zeros((count, 3))))


def running(goal=None):
    """A feedback whose round begins with the next sample but one."""
    goal = goal or Goal(zone_deg=5.0, length_s=300.0, lead_s=0.0)
    begun = start(levelled(), goal)
    return follow(begun, Samples(np.array([0.01]), tilted([0.0]), np.zeros((1, 3))))


def after(feedback, inside, *, first_s=0.02, step_s=0.01):
    """Jump in and out of the zone sample by sample: turned there at once by the gyroscope."""
    tilt = np.where(inside, 0.0, 9.0)
    time_s = first_s + step_s * np.arange(len(inside))
    turn = -np.radians(np.diff(tilt, prepend=0.0)) / step_s
    gyr = np.column_stack([turn, np.zeros_like(turn), np.zeros_like(turn)])
    return follow(feedback, Samples(time_s, tilted(tilt), gyr))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("imu", "worst_deg"),
    [
        (Imu(), 0.2),
        (Imu(gyr_bias_radps=(0.01, -0.02, 0.01)), 0.2),
        (Imu(rate_hz=60.0, acc_step_mps2=0.1, gyr_step_radps=float(np.radians(0.1))), 0.3),
        (Imu(gyroscope=False), 2.0),
    ],
    ids=["fine", "biased", "browser", "no gyroscope"],
)
def test_the_tilt_is_the_true_one_and_not_late(seed, imu, worst_deg):
    recording, truth = board(seed, still_s=3.0, level_ap_deg=1.5, level_ml_deg=-2.0, imu=imu)
    steps = fed(Feedback(), recording.time_s, recording.acc_mps2, recording.gyr_radps)
    told = np.array([step.tilt_deg for step in steps])
    true = np.column_stack([truth.tilt_ap_deg - 1.5, truth.tilt_ml_deg + 2.0])
    moving = recording.time_s > 4.5
    assert np.abs(told - true)[moving].max() < worst_deg
    if imu.gyroscope:
        lags = range(-5, 6)
        errors = [np.abs(told[moving] - np.roll(true, lag, axis=0)[moving]).mean() for lag in lags]
        assert abs(lags[int(np.argmin(errors))]) <= 1


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_the_analysis_of_the_same_recording(seed):
    recording, _ = board(seed, duration_s=40.0, still_s=3.0, level_ap_deg=1.5, level_ml_deg=-2.0)
    steps = fed(Feedback(), recording.time_s, recording.acc_mps2, recording.gyr_radps)
    level = steps[-1].level
    setup = replace(BOARD, board_level_ap_deg=level.ap_deg, board_level_ml_deg=level.ml_deg)
    trial = prepare(recording, setup)
    told = np.array([step.tilt_deg for step in steps])
    window = (recording.time_s >= trial.window_s[0]) & (recording.time_s < trial.window_s[1])
    analysed = np.column_stack([trial.tilt_ap_deg, trial.tilt_ml_deg])[trial.samples(trial.window_s)]
    assert np.sqrt(np.mean((told[window] - analysed) ** 2)) < 0.1
    for zone_deg, key in ((2.5, "board_in_zone_2p5_pct"), (5.0, "board_in_zone_5_pct")):
        live_pct = 100 * np.mean(np.hypot(*told[window].T) <= zone_deg)
        assert live_pct == pytest.approx(load_metrics()[key].compute(trial), abs=2.0)


def test_a_round_counts_what_the_metrics_count():
    recording, _ = board(5, duration_s=40.0, still_s=3.0)
    first = np.searchsorted(recording.time_s, 5.0)
    begun = start(
        follow(
            Feedback(),
            Samples(recording.time_s[:first], recording.acc_mps2[:first], recording.gyr_radps[:first]),
        ),
        Goal(5.0, 30.0, 0.0),
    )
    steps = fed(begun, recording.time_s[first:], recording.acc_mps2[first:], recording.gyr_radps[first:])
    score = steps[-1].score
    counted = [step.is_inside for step in steps if step.phase == "running"][1:]
    counted.append(next(step for step in steps if step.phase == "done").is_inside)
    assert len(counted) == 3000
    assert score.elapsed_s == pytest.approx(30.0, abs=1e-6)
    assert score.in_zone_pct == pytest.approx(100 * np.mean(counted), abs=1e-3)
    edges = np.flatnonzero(np.diff(np.r_[0, counted, 0]))
    assert score.best_s == pytest.approx(np.max(edges[1::2] - edges[::2]) / RATE_HZ, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_times_in_the_zone_are_those_of_the_runs(inside):
    score = after(running(), inside).score
    runs = [len(run) for run in "".join("i" if each else "o" for each in inside).split("o")]
    assert score.elapsed_s == pytest.approx(len(inside) / RATE_HZ)
    assert score.inside_s == pytest.approx(sum(inside) / RATE_HZ)
    assert score.best_s == pytest.approx(max(runs) / RATE_HZ)
    assert score.run_s == pytest.approx(runs[-1] / RATE_HZ)


def test_small_and_large_packets_give_the_same():
    recording, _ = board(1, duration_s=20.0, still_s=2.0)
    whole = follow(Feedback(), Samples(recording.time_s, recording.acc_mps2, recording.gyr_radps))
    assert fed(Feedback(), recording.time_s, recording.acc_mps2, recording.gyr_radps)[-1] == whole


def test_a_pause_counts_nowhere_and_ends_the_run():
    before = after(running(), [True] * 100)
    later = after(before, [True] * 50, first_s=3.0)
    assert later.score.elapsed_s == pytest.approx(1.49)
    assert later.score.run_s == pytest.approx(0.49)
    assert later.score.best_s == pytest.approx(1.0)


def test_after_a_pause_the_tilt_is_taken_from_gravity():
    later = follow(running(), Samples(np.array([2.0]), tilted([7.0], [-3.0]), np.zeros((1, 3))))
    assert later.tilt_deg == pytest.approx((7.0, -3.0), abs=1e-6)


@cache
def ridden():
    return board(1, duration_s=40.0)[0]


@pytest.mark.parametrize(("ap_deg", "ml_deg"), [(4.0, 0.0), (-4.0, 0.0), (0.0, 6.0), (3.0, -5.0)])
@pytest.mark.parametrize("face", [1.0, -1.0], ids=["screen up", "screen down"])
def test_tilt_is_told_from_the_level_of_the_first_still_second(ap_deg, ml_deg, face):
    setup = replace(BOARD, board_level_ap_deg=2.0, board_level_ml_deg=1.0)
    held = tilted(np.full(4000, ap_deg + 2.0), np.full(4000, ml_deg + 1.0)) * (face, 1.0, face)
    calm = levelled(tilted(2.0, 1.0) * (face, 1.0, face))
    assert (calm.level.ap_deg, calm.level.ml_deg) == pytest.approx((2.0, 1.0), abs=1e-6)
    moved = follow(calm, Samples(np.arange(1, 4001) / RATE_HZ, held, None))
    assert moved.tilt_deg == pytest.approx((ap_deg, ml_deg), abs=0.01)
    # A board on which nobody stands is refused, so it rocks by a degree about where it is held.
    rocking = np.sin(2 * np.pi * np.arange(4000) / 400)
    rocked = tilted(ap_deg + 2.0 + rocking, ml_deg + 1.0 + rocking) * (face, 1.0, face)
    noisy = rocked + np.random.default_rng(0).normal(0, 0.05, held.shape)
    recording = replace(ridden(), acc_mps2=noisy, gyr_radps=None)
    trial = prepare(recording, setup)
    assert (trial.tilt_ap_deg.mean(), trial.tilt_ml_deg.mean()) == pytest.approx((ap_deg, ml_deg), abs=0.05)


def test_a_sensor_of_other_axes_is_understood():
    axes = SensorAxes(face=(1.0, 0.0, 0.0), top=(0.0, 0.0, 1.0))
    force = tilted([3.0], [2.0])[:, [2, 0, 1]]
    calm = levelled(tilted(0.0)[:, [2, 0, 1]], axes=axes)
    later = follow(calm, Samples(np.array([1.0]), force, None))
    assert later.tilt_deg == pytest.approx((3.0, 2.0), abs=1e-6)


def test_nothing_but_a_still_second_gives_the_level():
    time_s = np.arange(300) / RATE_HZ
    shaken = tilted(np.zeros(300)) + np.sin(time_s * 20)[:, None]
    turning = np.full((300, 3), np.radians(6.0))
    assert follow(Feedback(), Samples(time_s, shaken)).level is None
    assert follow(Feedback(), Samples(time_s, tilted(np.zeros(300)), turning)).level is None
    assert follow(Feedback(), Samples(time_s[:100], tilted(np.zeros(100)))).level is None
    assert follow(Feedback(), Samples(time_s[:101], tilted(np.zeros(101)))).level is not None
    assert follow(Feedback(), Samples(time_s * 50, tilted(np.zeros(300)))).level is None


def test_a_slowly_moved_board_gives_no_level():
    time_s = np.arange(500) / RATE_HZ
    drifting = tilted(-15 + 6 * time_s)
    assert follow(Feedback(), Samples(time_s, drifting)).level is None


def test_a_sensor_that_stands_on_edge_is_told_so():
    found = levelled(tilted(30.0))
    assert (found.level, found.steep, found.phase) == (None, True, "level")
    flat = follow(found, Samples(1 + np.arange(110) / RATE_HZ, tilted(np.zeros(110))))
    assert (flat.steep, flat.phase) == (False, "ready")


def test_phases_follow_each_other():
    ready = levelled()
    assert (ready.phase, start(Feedback(), Goal()).phase) == ("ready", "level")
    lead = start(ready, Goal(5.0, 5.0, 2.0))
    assert (lead.phase, lead.left_s) == ("lead", 2.0)
    assert (stop(lead).phase, stop(ready)) == ("ready", ready)
    steps = fed(lead, np.arange(1, 801) / RATE_HZ, tilted(np.zeros(800)), np.zeros((800, 3)))
    phases = [step.phase for step in steps]
    assert (phases.index("running"), phases.index("done")) == (199, 699)
    assert steps[299].left_s == pytest.approx(4.0)
    assert (stop(steps[299]).phase, stop(steps[299]).score) == ("done", steps[299].score)
    assert (steps[-1].score.in_zone_pct, steps[-1].left_s) == (100.0, 0.0)
    again = start(steps[-1], Goal())
    assert (again.phase, again.score.elapsed_s, again.score.in_zone_pct) == ("lead", 0.0, None)


def test_the_level_can_be_taken_again_but_not_in_a_round():
    going = running()
    assert take_level(going) is going
    anew = take_level(levelled())
    assert (anew.level, anew.phase, anew.now_s) == (None, "level", 0.0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_changes_nothing(value):
    going = running()
    broken = tilted([0.0])
    broken[0, 1] = value
    assert follow(going, Samples(np.array([1.0]), broken)) == going
    assert follow(going, Samples(np.array([1.0]), tilted([0.0]), np.full((1, 3), value))) == going
    assert follow(going, Samples(np.array([value]), tilted([0.0]))) == going
    assert follow(going, Samples(np.array([1.0]), np.zeros((1, 3)))) == going
    assert follow(going, Samples(np.array([-1.0]), tilted([0.0]))) == going


@pytest.mark.parametrize(
    "goal", [(0.0, 30.0, 5.0), (5.0, 1e9, 5.0), (5.0, 30.0, -1.0), (float("nan"), 30.0, 5.0)]
)
def test_a_goal_that_cannot_be_meant_is_refused(goal):
    with pytest.raises(SetupError, match="cannot be meant"):
        Goal(*goal)


def test_the_state_is_frozen():
    with pytest.raises(FrozenInstanceError):
        Feedback().phase = "running"


def test_a_reference_recording_of_known_tilt_is_followed(reference):
    """Made by others' code; the rates tell both tilts, a still second on the level board goes before."""
    table = np.loadtxt(reference("ref/wobble_board_30s_100hz.csv"), delimiter=",", skiprows=1)
    time_s, ap, ml, up, pitch, roll, true_ap, true_ml = table.T[:8]
    acc = np.column_stack([ml, ap, up])
    gyr = np.radians(np.column_stack([-pitch, roll, np.zeros_like(roll)]))
    steps = fed(levelled(), 1.0 + time_s, acc, gyr)
    told = np.array([step.tilt_deg for step in steps])
    true = np.column_stack([true_ap, true_ml])
    settled = time_s > 5
    assert np.sqrt(np.mean((told - true)[settled] ** 2)) < 0.1
    live_pct = 100 * np.mean(np.hypot(*told[settled].T) <= 5)
    assert live_pct == pytest.approx(100 * np.mean(np.hypot(*true[settled].T) <= 5), abs=2)
