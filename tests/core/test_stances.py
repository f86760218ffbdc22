"""Which part of a recording is analysed, and what is no stance at all."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from motion import G
from surefoot import dsp, read
from surefoot.assessment import assess
from surefoot.errors import NotQuietStandingError
from surefoot.model import Recording, Setup
from surefoot.preparation import prepare, quality
from surefoot.simulate import perform, stance
from varied_stances import varied

LEFT = Setup(leg="left", sensor_height_m=1.0)
TWO = Setup(test="two-legs", leg="both")


def standing(seed, seconds, size=1.0):
    return stance(seed, duration_s=seconds, sway_ap_deg=0.45 * size, sway_ml_deg=0.6 * size)[0]


def joined(*recordings, gyroscope=True):
    acc = np.vstack([recording.acc_mps2 for recording in recordings])
    gyr = np.vstack([recording.gyr_radps for recording in recordings]) if gyroscope else None
    return Recording(np.arange(len(acc)) / 100, acc, gyr)


def told(trial, code):
    return [issue.severity for issue in trial.issues if issue.code == code]


@pytest.mark.parametrize("gyroscope", [True, False])
@pytest.mark.parametrize(("on_two_s", "on_one_s"), [(12, 36), (20, 36), (34, 34), (45, 30), (60, 29)])
def test_standing_on_two_legs_before_the_lift_is_not_analysed(on_two_s, on_one_s, gyroscope):
    one = standing(7, on_one_s)
    recording = joined(standing(8, on_two_s, 0.2), one, gyroscope=gyroscope)
    trial = prepare(recording, LEFT)
    assert trial.window_s[0] >= on_two_s
    assert trial.steady_s[0] == pytest.approx(on_two_s + 2.0, abs=1.5)
    assert told(trial, "two_stances") == ["info"]
    alone = assess(prepare(one, LEFT)).values
    found = assess(trial).values
    assert found["path_rate_mps3"] == pytest.approx(alone["path_rate_mps3"], rel=0.1)


def test_a_short_hold_after_long_standing_is_a_short_hold():
    trial = prepare(joined(standing(8, 40, 0.2), standing(7, 14)), LEFT)
    assert {"two_stances", "too_short"} <= {issue.code for issue in trial.issues}
    assert assess(trial).values["hold_time_s"] == pytest.approx(11.0, abs=1.5)


def test_standing_on_two_legs_after_the_hold_is_left_out_and_told():
    one = standing(7, 36)
    trial = prepare(joined(one, standing(8, 30, 0.2)), LEFT)
    assert trial.window_s[1] <= 36.0
    assert told(trial, "two_stances") == ["warning"]


def test_where_the_hold_was_short_before_long_standing_it_is_asked():
    trial = prepare(joined(standing(7, 14), standing(8, 30, 0.2)), LEFT)
    assert told(trial, "two_stances") == ["warning"]


def test_two_stances_in_a_test_on_two_legs_are_asked_about():
    trial = prepare(joined(standing(8, 30, 0.3), standing(7, 30)), TWO)
    assert told(trial, "two_stances") == ["warning"]
    assert told(prepare(standing(8, 60, 0.3), TWO), "two_stances") == []


def test_a_part_picked_by_hand_has_one_level():
    """What the message says to do ends it."""
    both = joined(standing(8, 45, 0.2), standing(7, 36))
    part = slice(4500, None)
    picked = Recording(both.time_s[part], both.acc_mps2[part], both.gyr_radps[part])
    assert told(prepare(picked, LEFT), "two_stances") == []


@pytest.mark.parametrize("seconds", [36.0, 90.0])
def test_one_stance_is_never_cut(seconds):
    """Seeds 0 to 99 were looked at when the limits were set."""
    for seed in range(100, 105):
        trial = prepare(standing(seed, seconds), LEFT)
        assert told(trial, "two_stances") == []
        assert trial.steady_s[0] == pytest.approx(3.0)


@pytest.mark.slow
def test_a_troubled_stance_is_not_cut():
    """Touchdowns, hops, arms: now and then it is asked about, and no second of it is lost."""
    asked = 0
    for seed in range(200, 260):
        made = varied(seed)
        trial = prepare(made.recording, made.setup)
        found = told(trial, "two_stances")
        assert "info" not in found
        assert trial.steady_s[0] < 8.0
        asked += bool(found)
    assert asked <= 3


LEVELS = arrays(float, st.integers(16, 60), elements=st.floats(-3, 3))


@given(LEVELS, st.integers(2, 8))
@settings(max_examples=60)
def test_levels_cover_the_whole_and_differ(levels, shortest):
    parts = dsp.split_levels(levels, shortest, 0.8, 2.0)
    assert [part.start for part in parts] == [0, *(part.stop for part in parts[:-1])]
    assert parts[-1].stop == len(levels)
    medians = [np.median(levels[part]) for part in parts]
    assert all(part.stop - part.start >= shortest for part in parts)
    assert (np.abs(np.diff(medians)) >= 0.8).all()


@given(st.integers(8, 40), st.integers(8, 40), st.floats(0.9, 4.0), st.integers(0, 2**16))
@settings(max_examples=40)
def test_a_step_of_the_level_is_found_to_the_second(before, after, step, seed):
    noise = np.random.default_rng(seed).uniform(-0.05, 0.05, before + after)
    levels = noise + step * (np.arange(before + after) >= before)
    assert dsp.split_levels(levels, 8, 0.8, 2.0) == (slice(0, before), slice(before, before + after))


def test_few_levels_are_one():
    assert dsp.split_levels(np.array([0.0, 9.0, 0.0]), 8, 0.8, 2.0) == (slice(0, 3),)


def in_the_hand(swing_deg, gyroscope):
    """A phone that somebody slowly tips to and fro: calm by every second, no stance by its gravity."""
    time = np.arange(3600) / 100
    angle = np.radians(swing_deg) * np.sin(2 * np.pi * time / 12)
    shake = np.random.default_rng(3).normal(0, 0.05, (len(time), 3))
    acc = G * np.column_stack([np.sin(angle), np.cos(angle), np.zeros_like(time)]) + shake
    gyr = np.column_stack([np.zeros((len(time), 2)), np.gradient(angle, 0.01)]) if gyroscope else None
    return Recording(time, acc, gyr)


@pytest.mark.parametrize("gyroscope", [True, False])
@pytest.mark.parametrize(("swing_deg", "refused"), [(8.0, False), (16.0, True), (60.0, True)])
def test_gravity_that_swings_is_no_quiet_standing(swing_deg, refused, gyroscope):
    if not refused:
        prepare(in_the_hand(swing_deg, gyroscope), LEFT)
        return
    with pytest.raises(NotQuietStandingError) as caught:
        prepare(in_the_hand(swing_deg, gyroscope), LEFT)
    assert "12°" in caught.value.expected


def check_worst(seeds):
    setup = replace(LEFT, eyes="closed", surface="foam")
    worst, _ = perform(setup, duration_s=36.0)
    quality.check_swing([worst.acc_mps2], 100.0)
    for seed in seeds:
        quality.check_swing([standing(seed, 36.0, 3.0).acc_mps2], 100.0)


def test_the_worst_made_stance_is_not_refused_for_its_swing():
    check_worst(range(100, 115))


@pytest.mark.slow
def test_no_made_stance_is_refused_for_its_swing():
    check_worst(range(1000, 1250))


def test_a_touchdown_that_tips_the_body_does_not_count_as_swing():
    time = np.arange(3600) / 100
    lurch = np.radians(20) * np.exp(-0.5 * ((time - 10) / 0.5) ** 2)
    recording = standing(5, 36.0)
    acc = recording.acc_mps2 + G * np.column_stack([np.sin(lurch), np.cos(lurch) - 1, np.zeros(3600)])
    acc[1000:1004, 1] += 6.0
    trial = prepare(replace(recording, acc_mps2=acc), LEFT)
    assert any(event.breaks_stance for event in trial.events)


def test_a_phone_turned_by_hand_is_refused(reference):
    (recording,) = read(reference("cases/formats/hand_turned_ios_AccelerometerUncalibrated.csv"))
    with pytest.raises(NotQuietStandingError, match="gravity's direction"):
        prepare(recording, replace(LEFT, facing="back"))
