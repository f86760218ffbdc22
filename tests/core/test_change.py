"""Comparison, trend and their ruler: against closed forms and scipy, and what they refuse."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy import stats

from surefoot.change.comparison import compare, settings_that_differ
from surefoot.change.trends import like_for_like, trend
from surefoot.errors import NotComparableError, SetupError, TooShortError
from surefoot.model import Assessment, Provenance, Setup
from surefoot.reliability import smallest_real_change

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def assessment(value=1.0, day=0.0, primary="path_rate_mps3", settings=None, **setup):
    conditions = {"leg": "left", "when": START + timedelta(days=float(day)), **setup}
    origin = Provenance("0", 1, "test", "0" * 64, "", 100.0, 36.0, (3.0, 35.0), (15.0, 35.0), settings or {})
    values = {primary: value, "rms_ml_mps2": 0.1 * value, "ellipse_angle_deg": -3.0}
    return Assessment(Setup(**conditions), "single-leg", primary, values, (), (), origin)


def test_the_ruler_names_its_source():
    published = smallest_real_change("path_rate_mps3", Setup(leg="left"))
    assert "J Sports Sci Med 2018" in published.source
    assert published.drop_pct == pytest.approx(100 * (1 - 1 / (1 + published.rise_pct / 100)))
    assert "default of 30 %" in smallest_real_change("rms_ml_mps2", Setup(leg="left")).source


@pytest.mark.parametrize(
    ("after", "verdict"),
    [(0.60, "steadier"), (0.65, "no real change"), (1.55, "no real change"), (1.65, "less steady")],
)
def test_verdict_against_the_ruler_of_two_single_trials(after, verdict):
    """9 % from day to day and 15 % from trial to trial give a factor of 1.624: 38 % down or 62 % up."""
    change = compare(assessment(1.0), assessment(after, day=7))[0]
    other_unit = compare(assessment(0.2), assessment(0.2 * after, day=7))[0]
    assert other_unit.verdict == verdict
    assert other_unit.change_pct == pytest.approx(change.change_pct)
    assert change.metric == "path_rate_mps3"
    assert change.verdict == verdict
    assert change.change_pct == pytest.approx(100 * (after - 1))
    assert change.reason.endswith(".")


@pytest.mark.parametrize(("first", "said"), [(0, True), (1, True), (2, False)])
def test_a_gain_over_the_first_sessions_may_be_practice(first, said):
    history = [assessment(1.0, day=day) for day in range(3)] + [assessment(0.5, day=7)]
    (change, *_) = compare(history[first], history[-1], history)
    assert change.verdict == "steadier"
    assert ("learning the test" in change.reason) == said
    worse = [assessment(0.5, day=0), assessment(1.0, day=7)]
    assert "learning" not in compare(*worse, worse)[0].reason


def test_only_the_primary_metric_carries_a_verdict():
    changes = compare(assessment(1.0), assessment(0.5, day=7))
    assert [change.metric for change in changes] == ["path_rate_mps3", "rms_ml_mps2"]
    assert changes[1].verdict == "cannot say"


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"person": "p02"}, "person"),
        ({"settings": {"leg": "right"}}, "leg"),
        ({"settings": {"metrics_version": "2"}}, "metrics_version"),
        ({"primary": "gyro_rms_ml_degps"}, "primary"),
    ],
)
def test_unlike_settings_are_refused_by_name(other, field):
    with pytest.raises(NotComparableError) as caught:
        compare(assessment(), assessment(**other))
    assert caught.value.fields == (field,)
    assert field in caught.value.found


@pytest.mark.parametrize(
    ("key", "settings", "groups"),
    [
        ("com_rms_ap_mm", {"tilt_method": "complementary"}, 2),
        ("tilt_rms_ap_deg", {"tilt_method": "pendulum"}, 2),
        ("tilt_rms_ap_deg", {"tilt_method": "complementary"}, 1),
        ("path_rate_mps3", {"tilt_method": "pendulum"}, 1),
    ],
)
def test_a_height_told_midway_parts_what_rests_on_it(key, settings, groups):
    """A chest sensor at 1.3 m, then the body's height: the centre of mass is taken at 0.96 m from then on."""
    before = assessment(1.0, primary=key, settings=settings, sensor_height_m=1.3)
    after = assessment(1.0, day=7, primary=key, settings=settings, sensor_height_m=1.2, body_height_m=1.75)
    assert len(like_for_like([before, after], key)) == groups
    assert set(settings_that_differ(before, after, key)) == ({"height"} if groups == 2 else set())
    both = [replace(each, primary="rms_ml_mps2") for each in (before, after)]
    assert (key in {change.metric for change in compare(*both)}) == (groups == 1)


def test_equal_settings_differ_in_nothing():
    assert settings_that_differ(assessment(1.0), assessment(2.0, day=3)) == {}


def test_theil_sen_and_kendall_are_scipys():
    days = np.array([0, 3, 7, 10, 14, 17, 21])
    values = np.array([1.0, 0.93, 0.97, 0.8, 0.78, 0.7, 0.66])
    found = trend([assessment(v, day=d) for d, v in zip(days, values, strict=True)])
    slope, _, low, high = stats.theilslopes(np.log(values), days / 7, 0.95)
    tau, probability = stats.kendalltau(days, values)
    assert found.slope_per_week_pct == pytest.approx(100 * (math.exp(slope) - 1))
    assert found.interval == pytest.approx((100 * (math.exp(low) - 1), 100 * (math.exp(high) - 1)))
    assert (found.kendall_tau, found.kendall_p) == pytest.approx((tau, probability))


def test_published_trend_numbers(reference):
    """Kendall and the sign of the slope as reference implementations found them (12 weeks)."""
    table = np.genfromtxt(reference("ref/trend_12weeks.csv"), delimiter=",", names=True)
    found = trend([assessment(v, day=d) for d, v in table])
    assert found.kendall_tau == pytest.approx(-0.878787878788)
    assert found.kendall_p == pytest.approx(5.31939768051e-06)
    assert found.interval is not None
    assert found.interval[1] < 0


STEADY = (1.0,) * 6


@pytest.mark.parametrize(
    ("primary", "later", "verdict"),
    [
        ("path_rate_mps3", 0.5, "steadier"),
        ("path_rate_mps3", 2.0, "less steady"),
        ("hold_time_s", 0.1, "less steady"),
        ("hold_time_s", 10.0, "steadier"),
        ("hold_time_s", 0.7, "cannot say"),
        ("path_rate_mps3", 0.9, "cannot say"),
    ],
)
def test_a_change_is_judged_by_which_way_is_better(primary, later, verdict):
    """One trial a session: too few to rule a change of 35 % out by the tenth."""
    values = (*STEADY, *[later] * 4)
    found = trend([assessment(v, day=7 * i, primary=primary) for i, v in enumerate(values)])
    assert found.verdict == verdict
    assert found.baseline == found.before
    assert found.before[0] == 0
    assert found.band[0] < 1.0 < found.band[1]
    assert (found.change_pct < 0) == (later < 1)


@pytest.mark.parametrize("primary", ["path_rate_mps3", "hold_time_s"])
def test_the_band_lies_about_the_level_before(primary):
    """3.2 SD toward steadier and 3.8 toward less steady, about a level of 2."""
    found = trend([assessment(2.0, day=7 * i, primary=primary) for i in range(8)])
    low, high = (math.log(end / 2.0) for end in found.band)
    steadier, worse = (-low, high) if primary == "path_rate_mps3" else (high, -low)
    assert steadier / worse == pytest.approx(3.2 / 3.8)
    assert found.smallest_real_change_pct == pytest.approx(100 * (found.band[1] / 2.0 - 1))
    assert found.running == pytest.approx((2.0,) * 4)


@pytest.mark.parametrize("area", ["ellipse_area_m2ps4", "jerk_m2ps5", "com_area_mm2"])
@pytest.mark.parametrize("scale", [0.05, 0.2])
def test_an_area_is_judged_as_the_movement_behind_it(area, scale):
    """Its noise on ln values is twice as large: with the same ruler it would change too often."""
    values = np.exp(np.random.default_rng(7).normal(0, scale, 12) - 0.1 * np.arange(12))
    pairs = [
        trend([assessment(v**power, day=4 * i, primary=key) for i, v in enumerate(values)])
        for key, power in (("path_rate_mps3", 1), (area, 2))
    ]
    assert pairs[0].verdict == pairs[1].verdict
    assert np.log(pairs[1].band) == pytest.approx(2 * np.log(pairs[0].band))


def test_values_that_never_differ_have_no_rank_correlation():
    """Holds to the end of the test are all alike; a NaN would not even be JSON."""
    found = trend([assessment(30.0, day=4 * i, primary="hold_time_s") for i in range(8)])
    assert (found.kendall_tau, found.kendall_p) == (None, None)
    assert found.verdict == "cannot say"


@pytest.mark.parametrize("key", ["touchdowns_count", "board_in_zone_5_pct", "ellipse_angle_deg"])
def test_what_is_only_shown_has_no_smallest_real_change(key):
    shown = [replace(assessment(1.0, day=i), values={key: float(i % 3)}) for i in range(8)]
    found = trend(shown, key)
    assert (found.verdict, found.smallest_real_change_pct) == ("cannot say", None)
    assert "only shown" in found.smallest_real_change_source


def test_a_metric_that_is_not_known_has_no_ruler():
    with pytest.raises(SetupError, match="not known"):
        smallest_real_change("path_rate", Setup(leg="left"))


@pytest.mark.parametrize("primary", ["path_rate_mps3", "hold_time_s"])
def test_sums_are_of_the_value_below_and_above_its_baseline_whichever_way_is_better(primary):
    def sums(later):
        values = (*STEADY, *[later] * 4)
        return trend([assessment(v, day=7 * i, primary=primary) for i, v in enumerate(values)]).sums[-1]

    assert sums(0.7)[0] > 0 == sums(0.7)[1]
    assert sums(1.4)[1] > 0 == sums(1.4)[0]


def test_noise_is_no_real_change():
    noise = np.random.default_rng(5).normal(0, 0.08, (12, 3))
    trials = [
        assessment(math.exp(x), day=4 * i + k / 100) for i, day in enumerate(noise) for k, x in enumerate(day)
    ]
    found = trend(trials)
    assert found.verdict == "no real change"
    assert "about the same as your first 4" in found.reason


@pytest.mark.parametrize("trials", [1, 3])
def test_before_the_rule_can_speak_the_ruler_is_that_between_two_sessions(trials):
    """Two sessions: the prior's 9 % a day and 15 % a trial on ln values."""
    moments = [index / 100 for index in range(trials)]
    first, second = ([assessment(v, day=day + m) for m in moments] for v, day in ((1.0, 0), (4.0, 7)))
    found = trend([*first, *second])
    factor = math.exp(1.96 * math.sqrt(2 * (0.09**2 + 0.15**2 / trials)))
    assert found.band is None
    assert found.smallest_real_change_pct == pytest.approx(100 * (factor - 1))


def test_a_slope_takes_five_sessions():
    trials = [assessment(math.exp(-0.1 * i), day=7 * i) for i in range(5)]
    assert trend(trials[:4]).slope_per_week_pct is None
    assert trend(trials).slope_per_week_pct == pytest.approx(100 * (math.exp(-0.1) - 1))


def test_few_sessions_cannot_say_and_tell_how_many_are_wanting():
    found = trend([assessment(1.0 - 0.1 * i, day=i) for i in range(4)])
    assert found.verdict == "cannot say"
    assert found.slope_per_week_pct is None
    assert "4 of 5 sessions are done. One more" in found.reason
    assert "1 of 5 sessions is done. Four more" in trend([assessment(1.0)]).reason


def test_the_running_mean_is_that_of_the_newest_sessions_since_before():
    """Ten sessions: the named before is the first four, lately the newest six; fewer at first."""
    values = [1.0, 1.02, 0.98, 1.0, 0.9, 1.1, 1.0, 0.95, 1.05, 1.0]
    found = trend([assessment(v, day=7 * i) for i, v in enumerate(values)])
    assert (found.before, found.lately) == ((0, 3), (4, 9))
    means = [math.exp(np.log(values[4 : 5 + i]).mean()) for i in range(6)]
    assert found.running == pytest.approx(tuple(means))


def test_own_noise_enters_the_comparison_of_two_trials():
    quiet = [assessment(1.0 + 0.001 * i, day=i // 4) for i in range(40)]
    change = compare(quiet[0], quiet[-1], quiet)[0]
    assert change.smallest_real_change_pct < compare(quiet[0], quiet[-1])[0].smallest_real_change_pct
    assert "your own noise (30 repeated trials" in change.smallest_real_change_source


def test_trials_of_one_day_are_one_session_of_their_geometric_mean():
    found = trend([assessment(1.0), assessment(4.0, day=0.1), assessment(1.0, day=1)])
    assert found.values == pytest.approx((2.0, 1.0))


def test_practice_never_enters_a_trend():
    found = trend([assessment(1.0), assessment(9.0, day=1, practice=True), assessment(1.0, day=2)])
    assert found.values == (1.0, 1.0)


def test_a_metric_without_a_better_direction_gets_no_verdict():
    trials = [assessment(1.0 + i, day=i, primary="f50_ap_hz") for i in range(6)]
    assert trend(trials).verdict == "cannot say"
    assert trend(trials).band == (1.0, 6.0)
    again = assessment(2.0, day=0.1, primary="f50_ap_hz")
    assert trend([*trials, again]).band == (1.5, 6.0)


def test_a_metric_that_can_be_negative_is_averaged_plainly():
    found = trend([assessment(day=0), assessment(day=0.1)], "ellipse_angle_deg")
    assert found.values == (-3.0,)


def test_groups_split_where_settings_change():
    trials = [assessment(day=i, settings={"device_model": "a" if i < 3 else "b"}) for i in range(5)]
    groups = like_for_like(reversed(trials))
    assert [len(group) for group in groups] == [3, 2]
    with pytest.raises(NotComparableError):
        trend(trials)


def test_a_metric_asked_for_by_name_joins_trials_whose_verdict_rests_on_others():
    trials = [assessment(day=0), assessment(day=1, primary="gyro_rms_ml_degps")]
    assert [len(group) for group in like_for_like(trials)] == [1, 1]
    assert [len(group) for group in like_for_like(trials, "rms_ml_mps2")] == [2]


def test_undated_trials_stay_out():
    undated = assessment()
    undated = replace(undated, setup=replace(undated.setup, when=None))
    assert like_for_like([undated]) == ()
    with pytest.raises(TooShortError):
        trend([undated])
