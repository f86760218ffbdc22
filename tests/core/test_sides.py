"""Sides and ratios: against scipy and a simulation, their direction, and when they are undefined."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from surefoot.change.sides import compare_conditions, compare_sides
from surefoot.errors import NotComparableError
from surefoot.model import Assessment, Provenance, Setup
from surefoot.reliability import prior_noise

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
KEY = "path_rate_mps3"
FIELDS = ("test", "leg", "eyes", "surface", "board", "placement", "device_model")


def took(value, leg="left", day=0.0, key=KEY, **setup):
    window = setup.pop("window", "20 s")
    conditions = Setup(leg=leg, when=START + timedelta(days=day), **setup)
    settings = {field: getattr(conditions, field) for field in FIELDS} | {"window": window}
    origin = Provenance("0", 1, "test", "0" * 64, "", 100.0, 36.0, (3.0, 35.0), (15.0, 35.0), settings)
    return Assessment(conditions, "single-leg", key, {key: value}, (), (), origin)


def both(left, right, **setup):
    trials = [took(v, "left", day=i / 100, **setup) for i, v in enumerate(left)]
    return trials + [took(v, "right", day=i / 100, **setup) for i, v in enumerate(right)]


def sides(trials, **options):
    index, asymmetry = compare_sides(trials, **options)
    return index, asymmetry


def test_the_interval_is_that_of_students_test_on_ln_values():
    left, right = [0.40, 0.44, 0.39, 0.47], [0.50, 0.61, 0.55]
    index, asymmetry = sides(both(left, right), injured="right")
    test = stats.ttest_ind(np.log(left), np.log(right))
    low, high = test.confidence_interval(0.95)
    assert index.formula == "100 × left / right"
    assert index.value == pytest.approx(100 * stats.gmean(left) / stats.gmean(right))
    assert (index.low, index.high) == pytest.approx((100 * math.exp(low), 100 * math.exp(high)))
    assert index.trials == (4, 3)
    assert "own trial-to-trial variance, 5 degrees" in index.interval_source
    right_mean, left_mean = stats.gmean(right), stats.gmean(left)
    assert asymmetry.value == pytest.approx(200 * (right_mean - left_mean) / (right_mean + left_mean))
    assert asymmetry.low < asymmetry.value < asymmetry.high


def test_single_trials_take_the_published_ruler():
    """Two single trials: the interval just holds 100 % where the change would just not be real."""
    factor = math.exp(1.959964 * math.sqrt(2) * prior_noise(KEY, Setup(leg="left")).trial_sd)
    index, _ = sides(both([1.0], [factor]))
    assert (index.low, index.value, index.high) == pytest.approx((100, 100 * factor, 100 * factor**2))
    assert "J Sports Sci Med" in index.interval_source


def test_lower_than_one_hundred_is_always_the_less_steady_injured_leg():
    sway = both([0.4, 0.4], [0.5, 0.5])
    assert sides(sway, injured="right")[0].value == pytest.approx(80)
    assert sides(sway, injured="left")[0].value == pytest.approx(125)
    held = both([20.0, 20.0], [25.0, 25.0], key="hold_time_s")
    assert sides(held, injured="left")[0].value == pytest.approx(80)
    assert sides(held, injured="left")[0].formula == "100 × left / right"
    assert sides(held, injured="right")[0].value == pytest.approx(125)
    assert "no injury is known" in sides(held)[0].formula


positive = st.floats(0.01, 100)


@given(positive, positive)
def test_exchanging_the_legs_mirrors_both_numbers(left, right):
    index, asymmetry = sides(both([left], [right]), injured="left")
    mirrored, opposite = sides(both([right], [left]), injured="right")
    assert index.value == pytest.approx(mirrored.value)
    assert (index.low, index.high) == pytest.approx((mirrored.low, mirrored.high))
    assert asymmetry.value == pytest.approx(-opposite.value, abs=1e-9)
    assert asymmetry.low == pytest.approx(-opposite.high, abs=1e-9)
    assert -200 < asymmetry.low <= asymmetry.high < 200


def test_nineteen_intervals_in_twenty_hold_the_truth():
    generator = np.random.default_rng(4)
    hits = 0
    for _ in range(1000):
        left, right = np.exp(generator.normal([[0.0], [0.2]], 0.15, (2, 3)))
        index, _ = sides(both(left, right), injured="left")
        hits += index.low <= 100 * math.exp(0.2) <= index.high
    assert 0.93 < hits / 1000 < 0.97


def test_the_spread_of_other_days_is_used_but_not_their_difference():
    """Six days of two trials a leg: twelve degrees of freedom; a leg that changes between days adds none."""
    trials = []
    for day in range(6):
        for leg, middle in (("left", 0.4), ("right", 0.8 - 0.05 * day)):
            trials += [took(middle * 1.05, leg, day), took(middle / 1.05, leg, day + 0.01)]
    index, _ = sides(trials, injured="right")
    assert index.on == date(2026, 3, 7)
    assert "12 degrees" in index.interval_source
    deviation = math.sqrt(2) * math.log(1.05)
    half = stats.t.ppf(0.975, 12) * deviation * math.sqrt(1 / 2 + 1 / 2)
    assert math.log(index.high / index.value) == pytest.approx(half)


def test_four_degrees_of_freedom_are_enough_for_an_interval_of_ones_own():
    index, _ = sides(both([0.40, 0.44, 0.41], [0.50, 0.61, 0.55]), injured="right")
    assert "own trial-to-trial variance, 4 degrees" in index.interval_source


@pytest.mark.parametrize(
    ("left", "right"),
    [([0.40, 0.44, 0.41], [0.50, 0.61]), ([0.4] * 4, [0.5] * 4)],
    ids=["three degrees of freedom", "no spread at all"],
)
def test_too_little_own_variance_leaves_the_published_one(left, right):
    """15 % from trial to trial on ln values."""
    index, _ = sides(both(left, right), injured="right")
    half = 1.959964 * 0.15 * math.sqrt(1 / len(left) + 1 / len(right))
    assert math.log(index.high / index.value) == pytest.approx(half)
    assert math.log(index.value / index.low) == pytest.approx(half)
    assert "published" in index.interval_source


@pytest.mark.parametrize(
    ("trials", "said"),
    [
        (lambda: [took(0.4)], "no trial with the right leg."),
        (lambda: [took(0.4), took(0.4, "right", day=3)], "never measured on the same day"),
        (
            lambda: [took(0.4, device_model="A"), took(0.4, "right", device_model="B")],
            "differs in device_model: ",
        ),
        (lambda: [took(0.4), took(0.4, "right", practice=True)], "no trial with the right leg."),
        (lambda: both([1.0], [2.0], key="touchdowns_count"), "says nothing"),
    ],
)
def test_undefined_has_a_reason_and_no_number(trials, said):
    for ratio in compare_sides(trials()):
        assert (ratio.value, ratio.low, ratio.high, ratio.top) == (None, None, None, None)
        assert said in ratio.reason


def test_of_trials_under_other_settings_the_nearest_is_named():
    chest = took(0.4, "right", device_model="B", placement="chest")
    trials = [took(0.4, device_model="A"), chest, took(0.4, "right", day=1, device_model="C")]
    reason = compare_sides(trials)[0].reason
    assert reason.endswith("under the same settings; the nearest differs in device_model: A and C.")


def test_each_condition_has_its_own_sides():
    trials = both([0.4], [0.5]) + both([0.8], [0.9], eyes="closed", window="10 s")
    found = compare_sides(trials)
    assert [ratio.condition for ratio in found[::2]] == [
        "single-leg, eyes open, floor",
        "single-leg, eyes closed, floor",
    ]


def test_ratios_of_conditions():
    trials = [took(0.4), took(0.4, surface="foam"), took(1.0, eyes="closed")]
    trials += [took(0.6, surface="board", board="round")]
    found = {ratio.kind: ratio for ratio in compare_conditions(trials) if ratio.value is not None}
    values = {kind: ratio.value for kind, ratio in found.items()}
    assert values == pytest.approx({"Romberg ratio": 2.5, "foam ratio": 1.0, "board ratio": 1.5})
    assert found["Romberg ratio"].formula == "closed / open"
    assert found["Romberg ratio"].low < 2.5 < found["Romberg ratio"].high
    assert found["Romberg ratio"].condition == "single-leg, left leg, floor"
    two = [took(0.4, "both", test="two-legs"), took(0.6, "both", test="two-legs", eyes="closed")]
    assert compare_conditions(two)[0].condition == "two-legs, both legs, floor"


def test_a_missing_condition_is_never_one():
    romberg, *_ = compare_conditions([took(0.4)])
    assert (romberg.kind, romberg.value) == ("Romberg ratio", None)
    assert romberg.reason == "There is no trial with eyes closed."


def test_windows_that_differ_make_no_ratio():
    found = compare_conditions([took(0.4), took(1.0, eyes="closed", window="10 s")])
    rombergs = [ratio for ratio in found if ratio.kind == "Romberg ratio"]
    assert all(ratio.value is None for ratio in rombergs)
    assert any("window: 20 s and 10 s" in ratio.reason for ratio in rombergs)


def test_people_are_not_mixed():
    with pytest.raises(NotComparableError, match="p01, p02"):
        compare_sides([took(0.4, person="p01"), took(0.4, "right", person="p02")])


def test_a_failed_trial_has_no_side():
    """Without a primary value a trial counts for nothing but a metric asked for by name."""
    failed = [replace(each, primary="") for each in both([20.0], [25.0], key="hold_time_s")]
    assert compare_sides(failed) == ()
    assert compare_sides(failed, metric="hold_time_s")[0].value == pytest.approx(80)


def test_a_failed_trial_stands_against_a_full_one_in_what_both_have():
    """As in a trend of hold times: how long the one leg held is measured against all of the other's."""
    left, right = both([5.0], [25.0], key="hold_time_s")
    trials = [replace(left, primary=""), replace(right, primary="path_rate_mps3")]
    assert compare_sides(trials, metric="hold_time_s")[0].value == pytest.approx(20)


def test_displacements_at_two_heights_are_not_compared():
    """They are proportional to the height: a body of twice the height would make a ratio of two."""
    left = took(10.0, key="com_rms_ap_mm", body_height_m=1.75)
    right = took(11.0, "right", 0.01, key="com_rms_ap_mm", body_height_m=1.70)
    found = compare_sides([left, right])
    assert {ratio.value for ratio in found} == {None}
    assert "height: body 1.75 m and body 1.7 m" in found[0].reason
    same = replace(right, setup=replace(right.setup, body_height_m=1.75))
    assert sides([left, same])[0].value == pytest.approx(110)


def test_nothing_gives_nothing():
    assert compare_sides([]) == ()
    assert compare_conditions([]) == ()
