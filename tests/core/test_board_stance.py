"""Who stands on a board, from when until when: rules in degrees, on made boards and on real ones."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from surefoot import read
from surefoot.assessment import assess
from surefoot.errors import MountingError, NotQuietStandingError, TooShortError, TooStillError
from surefoot.model import Event, Recording, Setup
from surefoot.preparation import prepare
from surefoot.simulate import board

G = 9.80665
RATE_HZ = 100.0
BOARD = Setup(test="wobble-board", surface="board", placement="board", leg="both", board="round 40 cm")


def moved(ap_deg, ml_deg, seed=0):
    """Return what a flat sensor records of a board with this tilt: gravity, rates and a little noise."""
    generator = np.random.default_rng(seed)
    ap, ml = np.radians(ap_deg), np.radians(ml_deg)
    up = np.column_stack([-np.sin(ml), -np.sin(ap), np.sqrt(1 - np.sin(ap) ** 2 - np.sin(ml) ** 2)])
    rates = [np.gradient(each, 1 / RATE_HZ) for each in (ap, ml)]
    gyr = np.column_stack([-rates[0], rates[1], np.zeros(len(ap))])
    acc = G * up + generator.normal(0, 0.02, up.shape)
    return Recording(np.arange(len(ap)) / RATE_HZ, acc, gyr + generator.normal(0, 0.001, gyr.shape))


def balancing(seconds, seed, size_deg=3.0, quick=1.0):
    """Return two tilts of somebody who balances: slow and quick waves of random phase."""
    generator, time_s = np.random.default_rng(seed), np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    turns = np.multiply.outer(time_s, quick * np.array([0.23, 0.41, 0.67, 1.1]))
    waves = [np.sin(2 * np.pi * turns + generator.uniform(0, 6.3, 4)) for _ in range(2)]
    return [size_deg / 2 * wave @ np.array([1.0, 1.0, 0.7, 0.4]) for wave in waves]


def resting(seconds, at_deg=0.0):
    return [np.full(round(seconds * RATE_HZ), at_deg), np.zeros(round(seconds * RATE_HZ))]


def ringing(seconds, from_deg):
    """Return the tilt of an empty board that swings back from its edge."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = from_deg * np.exp(-time_s / 2.0) * np.cos(2 * np.pi * 0.85 * time_s)
    return [wave, 0.3 * np.roll(wave, 20)]


def gliding(from_deg, to_deg, seconds=0.5):
    part = (1 - np.cos(np.pi * np.arange(round(seconds * RATE_HZ)) / (seconds * RATE_HZ))) / 2
    return [from_deg + (to_deg - from_deg) * part, np.zeros(len(part))]


def joined(*parts):
    return moved(*(np.concatenate([part[axis] for part in parts]) for axis in (0, 1)))


def stepped_off(rest_s, ride_s=33.0, seed=1, edge_deg=-14.0):
    """Somebody balances, puts the edge down to step off; the board swings back and lies there."""
    ride = balancing(ride_s, seed)
    down = gliding(ride[0][-1], edge_deg)
    down[1] += ride[1][-1] * np.linspace(1, 0, len(down[1]))
    return joined(ride, down, resting(0.8, edge_deg), ringing(3.0, edge_deg), resting(rest_s))


def test_a_board_that_nobody_stands_on_is_refused(reference):
    (recording,) = read(reference("cases/truth/board_nobody_on_it.csv"))
    with pytest.raises(TooStillError, match="Nobody"):
        prepare(recording, BOARD)


def test_a_board_that_only_lies_on_one_edge_and_then_on_another_is_refused():
    recording = joined(resting(20.0, -14.0), gliding(-14.0, 14.0), resting(20.0, 14.0))
    with pytest.raises((TooStillError, TooShortError)):
        prepare(recording, BOARD)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("noise_mps2", [0.0, 0.05])
def test_a_made_board_that_nobody_stands_on_is_refused(seed, noise_mps2):
    recording = joined(resting(36.0, 2.0 * seed))
    noise = np.random.default_rng(seed).normal(0, noise_mps2, recording.acc_mps2.shape)
    for gyr in (recording.gyr_radps, None):
        with pytest.raises(TooStillError, match="Nobody"):
            prepare(replace(recording, acc_mps2=recording.acc_mps2 + noise, gyr_radps=gyr), BOARD)


def test_a_real_step_off_is_cut_and_told(reference):
    (recording,) = read(reference("cases/truth/board_stepping_off.csv"))
    assessment = assess(prepare(recording, BOARD))
    assert assessment.values["osi_centred_deg"] == pytest.approx(2.9, abs=0.1)
    assert [e.start_s for e in assessment.events if e.kind == "step"] == [pytest.approx(33.0, abs=0.3)]
    (told,) = (issue for issue in assessment.issues if issue.code == "stepped_off")
    assert "33.0 s" in told.what or "32.9 s" in told.what


@pytest.mark.parametrize("rest_s", [0.0, 0.7, 2.0, 10.0, 60.0])
@pytest.mark.parametrize("seed", range(3))
def test_a_step_off_is_found_however_long_the_board_lies_there(rest_s, seed):
    """The step is the same whatever the recording's own middle is: an empty minute does not change it."""
    recording = stepped_off(rest_s, seed=seed)
    alone = assess(prepare(joined(balancing(33.0, seed)), BOARD)).values["osi_centred_deg"]
    assessment = assess(prepare(recording, BOARD))
    assert [e.start_s for e in assessment.events if e.kind == "step"] == [pytest.approx(33.1, abs=0.4)]
    assert assessment.provenance.window_s[1] == pytest.approx(32.1, abs=0.4)
    assert assessment.values["osi_centred_deg"] == pytest.approx(alone, rel=0.1)


def test_a_board_that_comes_to_rest_was_stepped_off_before():
    """Somebody jumps off a level board: no edge is put down, and the board swings on before it rests."""
    ride = balancing(35.0, 3)
    jumped = joined(ride, ringing(3.0, ride[0][-1]), resting(6.0))
    trial = prepare(jumped, BOARD)
    (step,) = (event for event in trial.events if event.kind == "step")
    assert 30.0 < step.start_s < 36.0
    alone = assess(prepare(joined(ride), BOARD)).values["osi_centred_deg"]
    assert assess(trial).values["osi_centred_deg"] == pytest.approx(alone, rel=0.1)


def test_a_hand_can_deny_a_step_off():
    recording = stepped_off(2.0)
    (step,) = (event for event in prepare(recording, BOARD).events if event.kind == "step")
    denied = Event("step", step.start_s, step.end_s, 0.0, by_hand=True)
    trial = prepare(recording, BOARD, by_hand=[denied])
    assert not [event for event in trial.events if event.kind == "step"]
    assert trial.window_s[1] > step.start_s


@pytest.mark.parametrize("lying_s", [0.0, 4.0, 30.0])
def test_stepping_on_is_left_out(lying_s):
    """The board lies there, is put down on its edge to step on, and is then balanced."""
    seed, edge_deg = 4, -14.0
    ride = balancing(25.0, seed)
    on = gliding(edge_deg, ride[0][0])
    parts = [gliding(0.0, edge_deg), resting(0.8, edge_deg), on, ride]
    trial = prepare(joined(resting(lying_s), *parts), BOARD)
    assert trial.window_s[0] >= lying_s + 1.3
    found = assess(trial).values["osi_centred_deg"]
    assert found == pytest.approx(assess(prepare(joined(ride), BOARD)).values["osi_centred_deg"], rel=0.1)


@pytest.mark.parametrize("turning_degps", [44.0, 60.0, 90.0])
def test_a_hard_board_is_not_walking(turning_degps):
    """The limit of somebody who stands on the floor is 40 °/s in the usual second."""
    gentle = joined(balancing(36.0, 2, 4.0, quick=2.0))
    usual = np.degrees(np.sqrt(np.mean(np.square(gentle.gyr_radps).sum(axis=1))))
    recording = joined(balancing(36.0, 2, 4.0 * turning_degps / usual, quick=2.0))
    assert assess(prepare(recording, BOARD)).values["osi_centred_deg"] > 4.0


def test_a_board_that_is_carried_about_is_refused():
    generator = np.random.default_rng(0)
    spun = np.cumsum(generator.normal(0, 3.0, (3600, 2)), axis=0)
    with pytest.raises((NotQuietStandingError, TooShortError, TooStillError, MountingError)):
        prepare(moved(40 * np.sin(spun[:, 0] / 20), 40 * np.sin(spun[:, 1] / 20)), BOARD)


def test_a_sensor_on_its_side_is_still_told_as_such():
    turned = Rotation.from_euler("x", 90, degrees=True).as_matrix()
    recording = joined(balancing(36.0, 1))
    askew = replace(
        recording, acc_mps2=recording.acc_mps2 @ turned.T, gyr_radps=recording.gyr_radps @ turned.T
    )
    with pytest.raises(MountingError):
        prepare(askew, BOARD)


@lru_cache
def lying_flat(seed):
    recording = board(seed)[0]
    return recording, assess(prepare(recording, BOARD))


@settings(max_examples=8, deadline=None)
@given(
    heading_deg=st.floats(0, 360),
    askew_deg=st.floats(0, 8),
    towards_deg=st.floats(0, 360),
    seed=st.integers(0, 2),
)
def test_the_verdict_does_not_move_with_how_the_phone_lies(heading_deg, askew_deg, towards_deg, seed):
    """Turned on the board and lying askew: the primary stays, the index about level does not."""
    recording, flat = lying_flat(seed)
    lies = Rotation.from_euler("zx", [towards_deg, askew_deg], degrees=True)
    lies = lies * Rotation.from_euler("z", -towards_deg + heading_deg, degrees=True)
    turned = lies.as_matrix()
    put = replace(recording, acc_mps2=recording.acc_mps2 @ turned.T, gyr_radps=recording.gyr_radps @ turned.T)
    other = assess(prepare(put, BOARD))
    assert flat.primary == other.primary == "osi_centred_deg"
    assert other.values["osi_centred_deg"] == pytest.approx(flat.values["osi_centred_deg"], rel=0.01)
    if askew_deg > 6:
        assert other.values["osi_deg"] != pytest.approx(flat.values["osi_deg"], rel=0.05)


def test_the_edge_of_a_rider_is_rarely_taken_for_a_step():
    """Made riders lie on the rim for up to a second: of those who end well inside it none steps off."""
    for seed in range(100, 108):
        recording, truth = board(seed)
        late = any(event.end_s > 30.0 for event in truth.events)
        steps = [event for event in prepare(recording, BOARD).events if event.kind == "step"]
        assert late or not steps
