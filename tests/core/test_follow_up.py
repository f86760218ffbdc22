"""The rule that follows people: against closed forms, its own past, simulated noise, and made people."""

import math
import sys
from dataclasses import fields, replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surefoot.model import Setup
from surefoot.reliability import (
    Noise,
    Rule,
    follow,
    gather_sessions,
    is_scattered,
    is_unchanged,
    own_variances,
    personal_noise,
    prior_noise,
    ratio_of_legs,
    real_change,
    sessions_of_one,
)
from surefoot.reliability.follow_up import Periods, detectable_after, looks, newest_look, pairs_after

PRIOR = Noise(0.09, 0.15, "made")
SAME = math.log(1 / 0.65)
SCRIPT = Path(__file__).parents[2] / "docs/validation/make_verdicts.py"


def _load():
    spec = spec_from_file_location("make_verdicts", SCRIPT)
    module = module_from_spec(spec)
    sys.modules["make_verdicts"] = module
    spec.loader.exec_module(module)
    return module


verdicts = _load()
day = st.lists(st.floats(-1, 1), min_size=1, max_size=4)
days = st.lists(day, min_size=1, max_size=24)


def steps(*levels, trials=3):
    """Sessions without any noise at the given levels."""
    return [[level] * trials for level in levels]


def followed(found):
    return follow(sessions_of_one(found, PRIOR))


def states(found):
    return followed(found).state[0].tolist()


# --- noise -----------------------------------------------------------------------------------------------
def test_a_small_noise_gives_the_textbook_minimal_detectable_change():
    """1.96 sqrt(2) SEM on ln values; for a small error that is 2.77 times it."""
    assert real_change(Noise(0.0, 0.01, "made")).rise_pct == pytest.approx(2.77, rel=0.02)


def test_averaging_shrinks_the_trials_and_not_the_day():
    assert PRIOR.session_sd(1e12) == pytest.approx(0.09)
    assert PRIOR.session_sd(3) == pytest.approx(math.sqrt(0.0081 + 0.0225 / 3))


@pytest.mark.parametrize(
    ("metric", "setup", "trial_sd", "said"),
    [
        ("path_rate_mps3", Setup(leg="left"), 0.15, "J Sports Sci Med 2018"),
        ("path_rate_mps3", Setup(test="two-legs"), 0.18, "163 people"),
        ("path_rate_mps3", Setup(test="two-legs", surface="foam"), 0.15, "160 people"),
        ("path_rate_mps3", Setup(test="tandem", leg="left"), 0.15, "default of 30 %"),
        ("rms_ml_mps2", Setup(test="two-legs"), 0.18, "default of 32 %"),
        ("ellipse_area_m2ps4", Setup(test="two-legs"), 0.36, "square"),
        ("hold_time_s", Setup(leg="left"), 0.435, "46 %"),
    ],
)
def test_the_prior_is_that_of_the_stance_and_names_its_source(metric, setup, trial_sd, said):
    prior = prior_noise(metric, setup)
    assert prior.trial_sd == pytest.approx(trial_sd)
    assert said in prior.source


def test_own_trial_noise_is_weighed_by_its_repetitions():
    """Three days of two trials, 0.2 apart: a variance of 0.02 with 3 repetitions, against 25 of the prior."""
    blend = personal_noise([[0.0, 0.2], [0.1, 0.3], [0.0, 0.2]], PRIOR)
    assert blend.trial_sd**2 == pytest.approx((25 * 0.0225 + 3 * 0.02) / 28)
    assert "3 repeated trials and 1 repeated days" in blend.source
    assert personal_noise([[0.0, 0.2], [0.1]], PRIOR) == PRIOR


def test_own_day_noise_is_what_a_session_lies_off_its_neighbours_less_what_trials_explain():
    """Written out for 1, 2 and 4 trials a day, far enough apart to stand above the prior and not too far."""
    found = [[0.0], [0.2, 0.4], [0.0, 0.1, 0.0, 0.1], [0.35]]
    means = [0.0, 0.3, 0.05, 0.35]
    squares = 0.02 + 0.01
    trial = (25 * 0.0225 + squares) / (25 + 4)
    off = ((0.3 - 0.025) ** 2 + (0.05 - 0.325) ** 2) / 1.5
    worth = ((1 / 2 + (1 + 1 / 4) / 4) + (1 / 4 + (1 / 2 + 1) / 4)) / 1.5
    day = (25 * 0.0081 + (off - trial * worth) / 0.8 * 2 / 3) / (25 + 2 * 2 / 3)
    blend = personal_noise(found, PRIOR)
    assert means == [pytest.approx(np.mean(each)) for each in found]
    assert (blend.trial_sd**2, blend.day_sd**2) == pytest.approx((trial, day))


@given(st.floats(-0.3, 0.3))
def test_a_straight_trend_is_no_noise(slope):
    day_var, trial_var = own_variances(sessions_of_one(steps(*(slope * np.arange(20))), PRIOR))
    assert day_var == pytest.approx(0.0081)
    assert (trial_var >= 0.4 * 0.0225 - 1e-12).all()


def test_scatter_far_above_the_prior_counts_alone():
    found = steps(*[0.0, 1.0] * 10)
    assert personal_noise(found, PRIOR).day_sd > 0.9 * math.sqrt(1 / 1.5 / 0.8)


@pytest.mark.parametrize(("value", "counted"), [(0.1, 0.1), (5.0, 0.225), (-5.0, -0.225)])
def test_an_odd_trial_counts_as_at_most_one_and_a_half_trial_sds_off_its_day(value, counted):
    sessions = sessions_of_one([[0.0, 0.0, 0.0, 0.0, value]], PRIOR)
    assert sessions.values[0, 0] == pytest.approx(counted / 5)


def test_the_noise_of_a_ratio_is_that_of_two_legs_less_what_their_days_share():
    one, other = (sessions_of_one(steps(level, trials=n), PRIOR) for level, n in ((0.5, 3), (0.2, 2)))
    ratio = ratio_of_legs(one, other)
    trial = PRIOR.trial_sd**2 / ratio.trials[0, 0]
    assert ratio.values[0, 0] == pytest.approx(0.3)
    assert trial == pytest.approx(0.0225 * (1 / 3 + 1 / 2))
    assert ratio.prior.day_sd**2 == pytest.approx(2 * 0.75 * 0.0081)


# --- the rule --------------------------------------------------------------------------------------------
def test_the_pairs_are_those_that_the_rule_names():
    assert pairs_after(4) == ()
    assert pairs_after(5) == (Periods(0, 2, 3),)
    assert set(pairs_after(20)) == {
        *(Periods(0, end, 3) for end in (2, 4, 17)),
        *(Periods(0, end, 6) for end in (2, 4, 14)),
        Periods(9, 17, 3),
        Periods(6, 14, 6),
    }


@pytest.mark.parametrize("counts", [[3] * 14, [3, 1, 2, 4, 1, 3, 2, 1, 5, 2, 2, 1, 3, 4]])
def test_the_sd_of_a_pair_is_that_of_its_difference_among_people_who_vary_like_that(counts):
    """Days that hang together by 0.6 and trials of their own, drawn for 40,000 people."""
    generator, people = np.random.default_rng(1), 40_000
    effect = verdicts.draw_days(generator, people, len(counts), 0.6)
    drawn = 0.09 * effect[:, :, None] + 0.15 * generator.standard_normal((people, len(counts), 5))
    there = np.where(np.arange(5) < np.array(counts)[:, None], drawn, np.nan)
    means = np.nanmean(there, 2)
    still = sessions_of_one([[0.0] * count for count in counts], PRIOR)
    quiet = replace(still, repeats=0 * still.repeats)
    look = newest_look(quiet)
    for pair in pairs_after(len(counts)):
        weight = 1 / (0.0081 + 0.0225 / np.array(counts))
        parts = [slice(pair.start, pair.end), slice(len(counts) - pair.lately, None)]
        before, lately = (np.average(means[:, part], axis=1, weights=weight[part]) for part in parts)
        assert look.sd(pair)[0] == pytest.approx((lately - before).std(), rel=0.02)


@given(days)
@settings(max_examples=60, deadline=None)
def test_a_look_does_not_know_the_future(found):
    whole = followed(found)
    for count in range(1, len(found)):
        early = followed(found[:count])
        for field in fields(whole):
            if field.name != "rule":
                now = getattr(whole, field.name)[:, :count]
                np.testing.assert_allclose(getattr(early, field.name), now, rtol=1e-9, atol=1e-12)


@given(days, st.floats(-5, 5))
@settings(max_examples=40, deadline=None)
def test_the_unit_does_not_matter(found, offset):
    moved = [[value + offset for value in each] for each in found]
    one, two = followed(found), followed(moved)
    np.testing.assert_allclose(one.sd, two.sd, atol=1e-9)
    np.testing.assert_allclose(one.strongest, two.strongest, atol=1e-6)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_people_do_not_feel_each_other(seed):
    """Followed side by side or alone, with as many trials or not, everybody hears the same."""
    world = verdicts.World(trials=(1, 4))
    values = verdicts.draw(world, seed, verdicts.course("quick", -0.5, 8, 20), people=6, sessions=20)
    together = follow(gather_sessions(values, PRIOR))
    for person in range(6):
        alone = followed([[v for v in each if not math.isnan(v)] for each in values[person].tolist()])
        for field in ("state", "start", "end", "lately", "difference", "sd", "strongest", "detectable"):
            np.testing.assert_allclose(getattr(alone, field)[0], getattr(together, field)[person], atol=1e-9)


@given(st.integers(0, 2**32 - 1), st.sampled_from([-0.65, -0.5, -0.35, 0.5, 1.0]))
@settings(max_examples=25, deadline=None)
def test_the_named_before_never_jumps_while_a_verdict_stands(seed, change):
    values = verdicts.draw(verdicts.World(), seed, verdicts.course("step", change, 9), people=20)
    found = follow(gather_sessions(values, PRIOR))
    stays = (found.state[:, 1:] == found.state[:, :-1]) & (found.state[:, 1:] != 0)
    for ends in (found.start, found.end):
        assert (ends[:, 1:] == ends[:, :-1])[stays].all()
    told = found.state != 0
    assert (np.sign(found.difference) == found.state)[told].all()


def test_nothing_is_said_before_the_fifth_session():
    found = followed(steps(0.0, -2.0, -4.0, -6.0))
    assert found.state.tolist() == [[0] * 4]
    assert np.isinf(found.detectable).all()


@pytest.mark.parametrize(("level", "state"), [(-0.7, -1), (0.7, 1)])
def test_a_large_change_is_told_soon_and_a_single_odd_session_is_not(level, state):
    assert state in states(steps(*[0.0] * 6, *[level] * 3))
    assert set(states(steps(*[0.0] * 6, 4 * level, *[0.0] * 8))) == {0}


def test_a_recovery_from_the_first_day_on_is_told():
    """Half the sway within twelve sessions, quick at first, without noise: no settled baseline is needed."""
    falling = verdicts.course("quick", -0.5, 12, 16)
    assert states(steps(*falling))[7] == -1
    assert set(states(steps(*falling))[8:]) == {-1}


def test_a_setback_after_a_recovery_is_told_from_the_sessions_just_before():
    levels = [*verdicts.course("quick", -0.5, 12, 20), *[math.log(0.5) + 0.6] * 4]
    found = followed(steps(*levels))
    assert found.state[0, 19] == -1
    assert found.state[0, -1] == 1
    assert found.start[0, -1] >= 8


def test_a_told_verdict_leaves_when_its_values_move_back_and_it_is_said_for_six_sessions():
    found = followed(steps(*[0.0] * 6, *[-0.5] * 3, *[0.0] * 14))
    state, back = found.state[0].tolist(), found.back[0].tolist()
    left = state.index(0, state.index(-1))
    assert 9 <= left < 9 + 6
    assert state[left:] == [0] * (23 - left)
    assert back == [0] * left + [-1] * 6 + [0] * (17 - left)


def test_a_verdict_is_kept_while_a_gain_shrinks_without_being_lost():
    levels = [*[0.0] * 6, *[-0.6] * 6, *[-0.35] * 12]
    assert set(states(steps(*levels))[9:]) == {-1}


# --- no change -------------------------------------------------------------------------------------------
def test_no_change_is_said_from_the_tenth_session_on_where_it_would_have_shown():
    still = sessions_of_one(steps(*[0.0] * 20), PRIOR)
    found = follow(still)
    said = is_unchanged(still, found, SAME)[0]
    assert said.tolist() == [index >= 9 for index in range(20)]
    assert not is_unchanged(still, found, 0.5 * SAME).any()
    alone = sessions_of_one(steps(*[0.0] * 14, trials=1), PRIOR)
    assert not is_unchanged(alone, follow(alone), SAME).any()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_no_change_is_never_said_where_something_leans_or_the_first_sessions_lie_outside(seed):
    world = verdicts.World(trials=3)
    sessions = gather_sessions(verdicts.draw(world, seed, people=40, sessions=24), PRIOR)
    found = follow(sessions)
    said = is_unchanged(sessions, found, SAME)
    for now in range(1, 24):
        rows = np.flatnonzero(said[:, now])
        assert not said[:, :9].any()
        for look in (now - 1, now):
            assert (found.state[rows, look] == 0).all()
            assert (found.strongest[rows, look] <= 1.0).all()
            assert (found.detectable[rows, look] <= SAME).all()
            low = found.level[rows, look] - 3.2 * found.sd[rows, look]
            assert (sessions.values[rows, :4] >= low[:, None]).all()


@pytest.mark.parametrize("trials", [1, 3, 5])
def test_what_could_be_seen_is_foretold_as_it_then_is(trials):
    """For sessions all alike the smallest visible change is known beforehand."""
    found = followed(steps(*[0.0] * 24, trials=trials))
    sessions = sessions_of_one(steps(*[0.0] * 24, trials=trials), PRIOR)
    day_var, trial_var = own_variances(sessions)
    for count in (5, 8, 12, 24):
        told = detectable_after(count, day_var[0, count - 1], trial_var[0, count - 1], trials)
        assert found.detectable[0, count - 1] == pytest.approx(told)
    assert detectable_after(24, 0.0081, 0.0225, trials) < detectable_after(8, 0.0081, 0.0225, trials)


# --- scatter ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("level", [-1.0, 1.0])
def test_a_sudden_change_and_a_straight_trend_are_no_scatter(level):
    for levels in ([*[0.0] * 9, *[level] * 12], list(level / 10 * np.arange(21))):
        assert not is_scattered(sessions_of_one(steps(*levels), PRIOR)).any()


def test_scatter_is_told_of_trials_within_days_and_of_days():
    wild_trials = [[0.0, 0.6, -0.6]] * 5
    assert is_scattered(sessions_of_one(wild_trials, PRIOR))[0, -1]
    wild_days = steps(0.0, 0.7, 0.1, -0.6, 0.5, -0.4, 0.6, 0.0, trials=1)
    assert is_scattered(sessions_of_one(wild_days, PRIOR))[0].tolist() == [False] * 7 + [True]


# --- made people: a small version of docs/validation/verdicts.md ------------------------------------------
PEOPLE = 700


def told(trials, true, seed=40, state=-1, correlation=0.3):
    world = verdicts.World(trials=trials, correlation=correlation)
    return verdicts.state(world, seed, true, people=PEOPLE) == state


def test_a_recovery_is_seen_and_who_does_not_change_is_left_alone():
    half = told(3, verdicts.course("quick", -0.5, 12))
    by = verdicts.by_session(half, 8, 12, 16)
    assert all(share >= wanted - 0.045 for share, wanted in zip(by, (0.65, 0.95, 0.98), strict=True))
    assert verdicts.withdrawn(half, 12) <= 0.05
    assert verdicts.ever_false(verdicts.World(), 41, people=PEOPLE) < 0.065


@pytest.mark.slow
@pytest.mark.parametrize("name", list(verdicts.CONDITIONS))
def test_few_who_do_not_change_hear_a_verdict(name):
    for trials in verdicts.TRIALS:
        for correlation in verdicts.CORRELATIONS:
            world = replace(verdicts.CONDITIONS[name], trials=trials, correlation=correlation)
            assert verdicts.ever_false(world, 42, people=PEOPLE) < 0.065


@pytest.mark.slow
def test_noise_beyond_what_is_assumed_gives_as_many_false_verdicts_as_published():
    for trials in verdicts.TRIALS:
        for correlation, most in zip(verdicts.CORRELATIONS, (0.10, 0.10, 0.18), strict=True):
            world = verdicts.World(trials, correlation, 0.12, 0.20)
            assert verdicts.ever_false(world, 43, people=PEOPLE) < most + 0.035
    home = verdicts.World(3, 0.0, day_sd=0.34)
    assert verdicts.ever_false(home, 44, people=PEOPLE) < 0.145
    for trials in verdicts.TRIALS:
        twice = verdicts.World(trials, 0.3, 0.18, 0.30)
        assert verdicts.scattered(twice, 45, people=PEOPLE)[:, :8].any(1).mean() >= 0.80 - 0.045


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trials", "true", "sessions", "wanted"),
    [
        (1, ("quick", -0.5, 12), (12, 16), (0.75, 0.88)),
        (3, ("quick", -0.35, 12), (16,), (0.60,)),
        (3, ("straight", -0.5, 6), (8,), (0.90,)),
    ],
)
def test_recoveries_are_told_in_time_and_not_withdrawn(trials, true, sessions, wanted):
    found = told(trials, verdicts.course(*true))
    by = verdicts.by_session(found, *sessions)
    assert all(share >= least - 0.045 for share, least in zip(by, wanted, strict=True))
    assert verdicts.withdrawn(found, true[2]) <= (0.10 if trials == 1 else 0.05) + 0.02
    assert told(trials, verdicts.course(*true), state=1).any(1).mean() <= 0.01


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "at", "sessions", "wanted"),
    [
        (-0.25, 8, 6, 0.50),
        (-0.25, 12, 6, 0.60),
        (-0.25, 20, 6, 0.70),
        (-0.25, 20, 10, 0.80),
        (0.5, 12, 6, 0.80),
        (1.0, 12, 6, 0.95),
    ],
)
def test_sudden_and_late_changes_are_told(change, at, sessions, wanted):
    found = told(3, verdicts.course("step", change, at), state=np.sign(change))
    assert verdicts.within(found, at, sessions) >= wanted - 0.045


@pytest.mark.slow
def test_a_relapse_after_recovery_is_told():
    true = verdicts.course("quick", -0.5, 12) + math.log(1.5) * (np.arange(verdicts.SESSIONS) >= 20)
    assert verdicts.within(told(3, true, state=1), 20, 6) >= 0.70 - 0.045


@pytest.mark.slow
def test_the_other_leg_is_asked_and_does_not_speak_for_this_one():
    learnt, half = verdicts.course("practice", -0.26, 2), verdicts.course("quick", -0.5, 12)
    world = verdicts.World()

    def less(injured, other):
        return verdicts.other_leg(*verdicts.legs(world, 46, 0.5, injured, other, people=PEOPLE))[1]

    by = verdicts.by_session(less(half + learnt, learnt), 8, 12, 16)
    assert all(share >= least - 0.045 for share, least in zip(by, (0.60, 0.85, 0.93), strict=True))
    for injured, other in ((learnt, learnt), (0.0, verdicts.course("step", -0.5, 8))):
        assert less(injured, other).any(1).mean() <= 0.06 + 0.02


@pytest.mark.slow
def test_no_change_is_heard_by_those_who_never_change_and_hardly_by_those_who_fell():
    still = verdicts.no_change(verdicts.draw(verdicts.World(), 47, people=PEOPLE))
    by = verdicts.by_session(still, 16, 24)
    assert all(share >= least - 0.045 for share, least in zip(by, (0.50, 0.65), strict=True))
    for trials in verdicts.TRIALS:
        for shape, over in (("quick", 6), ("quick", 12), ("straight", 12)):
            world = verdicts.World(trials)
            fallen = verdicts.draw(world, 48, verdicts.course(shape, -0.35, over), people=PEOPLE)
            assert verdicts.no_change(fallen)[:, over - 1 :].any(1).mean() <= 0.05 + 0.02


@pytest.mark.slow
def test_the_interval_of_a_size_holds_the_true_one_and_the_first_telling_flatters():
    true = verdicts.course("quick", -0.35, 12)
    at_first, now = (verdicts.sizes(verdicts.World(), 49, true, later) for later in (0, 12))
    assert now[2] >= 0.93
    assert at_first[0] - at_first[1] < now[0] - now[1] < 0.01


def test_the_textbook_slope_beside_the_rule_is_scipys():
    from scipy.stats import theilslopes

    values = verdicts.draw(verdicts.World(), 50, verdicts.course("straight", -0.3, 12), people=15)
    found = verdicts.theil_sen(values)
    for line, told in zip(values.mean(2), found, strict=True):
        for count in (5, 9, 20, 36):
            slope, _, low, high = theilslopes(line[:count], np.arange(count), 0.95)
            assert told[count - 1] == np.sign(slope) * (low > 0 or high < 0)


def test_looks_begin_with_the_fifth_session():
    assert list(looks(sessions_of_one(steps(0.0, 0.0, 0.0, 0.0), PRIOR))) == []
    assert [look.count for look in looks(sessions_of_one(steps(*[0.0] * 7), PRIOR))] == [5, 6, 7]
    assert Rule() == follow(sessions_of_one(steps(*[0.0] * 7), PRIOR)).rule
