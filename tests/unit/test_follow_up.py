"""The rule that follows a person: against closed forms, its own past, made people, and outliers."""

import math
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.reliability import Noise, cumulative_sums, follow, personal_noise, real_change
from surefoot.reliability.follow_up import BASELINE_SESSIONS, CORRELATION, LEARNING, MEMORY, _day_part

PRIOR = Noise(0.09, 0.15, "made")
SCRIPT = Path(__file__).parents[2] / "docs/validation/make_verdicts.py"


def _load():
    spec = spec_from_file_location("make_verdicts", SCRIPT)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verdicts = _load()
session = st.lists(st.floats(-1, 1), min_size=1, max_size=4)
sessions = st.lists(session, min_size=1, max_size=20)


def steps(*levels):
    """Sessions of three trials without any noise at the given levels."""
    return [[level] * 3 for level in levels]


def answers(days):
    return [look.answer for look in follow(days, PRIOR).looks]


def test_a_small_noise_gives_the_textbook_minimal_detectable_change():
    """1.96 sqrt(2) SEM on ln values; for a small error that is 2.77 times it."""
    assert real_change(Noise(0.0, 0.01, "made")).rise_pct == pytest.approx(2.77, rel=0.02)


def test_averaging_shrinks_the_trials_and_not_the_day():
    assert PRIOR.session_sd(1e12) == pytest.approx(0.09)
    assert PRIOR.session_sd(3) == pytest.approx(math.sqrt(0.0081 + 0.0225 / 3))


def test_own_noise_is_weighed_by_its_repetitions():
    """Three days of two trials, 0.2 apart: a variance of 0.02 with 3 repetitions, against 20 of the prior."""
    days = [[0.0, 0.2], [0.1, 0.3], [0.0, 0.2]]
    blend = personal_noise(days, PRIOR, days)
    trial = (20 * 0.0225 + 3 * 0.02) / 23
    means = np.array([0.1, 0.2, 0.1])
    day = (20 * 0.0081 + 2 * max(0.0, means.var(ddof=1) - trial / 2)) / 22
    assert (blend.trial_sd**2, blend.day_sd**2) == pytest.approx((trial, day))
    assert "3 repeated trials and 2 repeated days" in blend.source
    assert personal_noise(days[:2], PRIOR) == PRIOR


def test_what_trials_explain_is_taken_off_the_days_own_variance():
    """Days far apart with 2, 3 and 1 trials: 2 repeated days and 3 repeated trials."""
    days = [[0.0, 0.2], [0.9, 1.2, 1.05], [0.5]]
    blend = personal_noise(days, PRIOR, days)
    squares = sum(np.var(day) * len(day) for day in days)
    trial = (20 * 0.0225 + squares) / 23
    between = np.var([0.1, 1.05, 0.5], ddof=1) - trial * (1 / 2 + 1 / 3 + 1) / 3
    assert (blend.trial_sd**2, blend.day_sd**2) == pytest.approx((trial, (20 * 0.0081 + 2 * between) / 22))


def test_the_day_part_is_the_variance_of_the_chart_under_correlated_days():
    generator = np.random.default_rng(1)
    people, age = 40_000, 7
    days = np.empty((people, BASELINE_SESSIONS + age))
    days[:, 0] = generator.standard_normal(people)
    for index in range(1, days.shape[1]):
        fresh = math.sqrt(1 - CORRELATION**2) * generator.standard_normal(people)
        days[:, index] = CORRELATION * days[:, index - 1] + fresh
    shift = np.zeros(people)
    for index in range(BASELINE_SESSIONS, days.shape[1]):
        shift += MEMORY * (days[:, index] - days[:, :BASELINE_SESSIONS].mean(axis=1) - shift)
    assert _day_part(age) == pytest.approx(shift.var(), rel=0.03)


@pytest.mark.parametrize("counts", [[3] * 9, [3, 1, 2, 4, 1, 3, 2, 1, 5]])
def test_the_limit_is_that_of_the_weights_which_every_session_has(counts):
    """The shift is linear in small means: its weights, found by moving one session at a time, give its SD."""

    def shift(moved):
        days = [[1e-6 * (index == moved)] * count for index, count in enumerate(counts)]
        return follow(days, PRIOR).looks[-1]

    weights = np.array([shift(moved).shift / 1e-6 for moved in range(len(counts))])
    places = np.arange(len(counts))
    days = weights @ CORRELATION ** np.abs(places[:, None] - places) @ weights
    trials = np.sum(weights**2 / counts)
    noise = follow([[0.0] * count for count in counts], PRIOR).noise
    expected = 2.88 * math.sqrt(noise.day_sd**2 * days + noise.trial_sd**2 * trials)
    assert weights[:2] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert shift(None).limits == pytest.approx((expected, expected), rel=1e-5)


def test_before_the_baseline_the_limits_are_wider_and_allow_for_practice():
    """Values that fall on leave no baseline; the limit is that of the first four sessions and those since."""
    falling = [[-0.2 * index] * 2 for index in range(8)]
    look = follow(falling, PRIOR).looks[-1]
    memory = 0.3 * 0.7 ** np.arange(3, -1, -1)
    weights = np.concatenate([np.full(4, -memory.sum() / 4), memory])
    places = np.arange(8)
    noise = follow(falling, PRIOR).noise
    days = weights @ CORRELATION ** np.abs(places[:, None] - places) @ weights
    limit = 2.88 * math.sqrt(noise.day_sd**2 * days + noise.trial_sd**2 * np.sum(weights**2) / 2)
    assert look.early
    assert look.limits == pytest.approx((limit + LEARNING, 1.4 * limit))


def test_nothing_is_said_before_the_baseline_and_nothing_after_it_without_change():
    followed = follow(steps(*[0.0] * 12), PRIOR)
    assert [look.answer for look in followed.looks] == ["unsettled"] * 6 + ["same"] * 6
    assert followed.baseline == slice(2, 6)


@pytest.mark.parametrize(("level", "answer"), [(-0.5, "down"), (0.5, "up")])
def test_a_large_change_is_told_soon_and_a_single_outlier_is_not(level, answer):
    assert answer in answers(steps(*[0.0] * 6, *[level] * 3))
    assert set(answers(steps(*[0.0] * 6, 4 * level, *[0.0] * 6))) == {"unsettled", "same"}


def test_a_baseline_waits_while_the_values_still_fall():
    falling = [-0.1 * index for index in range(8)]
    followed = follow(steps(*falling), PRIOR)
    assert followed.baseline is None
    assert followed.looks[-1].answer in ("unsettled", "practice")
    assert follow(steps(*falling, *[-0.8] * 4), PRIOR).baseline is not None


@pytest.mark.parametrize(("share", "settled"), [(0.95, True), (1.05, False)])
def test_a_baseline_is_settled_where_its_halves_differ_by_less_than_a_tenth_of_an_sd(share, settled):
    """Sessions of 1, 4, 2 and 3 trials vary as one of their harmonic mean would."""
    counts = (3, 3, 1, 4, 2, 3)
    noise = personal_noise([[0.0] * count for count in counts], PRIOR)
    harmonic = 4 / (1 + 1 / 4 + 1 / 2 + 1 / 3)
    gain = share * 0.1 * math.sqrt(noise.day_sd**2 + noise.trial_sd**2 / harmonic)
    levels = (0.0, 0.0, gain, gain, 0.0, 0.0)
    days = [[level] * count for level, count in zip(levels, counts, strict=True)]
    assert (follow(days, PRIOR).baseline is not None) == settled


@pytest.mark.parametrize("steady", [3, 4, 5])
def test_a_setback_within_the_first_sessions_does_not_become_the_baseline(steady):
    """Nearly three times the sway from the fourth to the sixth session on, and for good."""
    found = answers(steps(*[0.0] * steady, *[1.0] * 8))
    assert found[-1] == "up"


def test_the_learning_of_healthy_people_is_no_recovery_and_more_than_it_is():
    """Straight from 26.8 to 19.7 errors over six sessions; then three times as far on ln values."""
    learning = [-math.log(26.8 / 19.7) * min(index, 5) / 5 for index in range(30)]
    assert "down" not in answers(steps(*learning))
    assert answers(steps(*(3 * value for value in learning)))[-1] == "down"
    assert LEARNING == pytest.approx(0.2154, abs=1e-4)


@given(sessions)
def test_a_look_does_not_know_the_future(days):
    for count in range(1, len(days)):
        assert follow(days[:count], PRIOR).looks == follow(days, PRIOR).looks[:count]


@given(sessions, st.floats(-5, 5))
def test_the_unit_does_not_matter(days, offset):
    moved = [[value + offset for value in day] for day in days]
    for one, two in zip(follow(days, PRIOR).looks, follow(moved, PRIOR).looks, strict=True):
        if one.shift is not None and two.shift is not None:
            assert two.shift == pytest.approx(one.shift, abs=1e-9)


def test_cumulative_sums_and_the_running_mean_are_their_recursions():
    days = steps(*[0.7] * 6, 0.8, 0.55, 0.5, 0.8)
    followed = follow(days, PRIOR)
    sd = followed.noise.session_sd(3)
    down = up = level = 0.0
    sums, means = [], []
    for value in (0.1, -0.15, -0.2, 0.1):
        down, up = max(0.0, down - value / sd - 0.5), max(0.0, up + value / sd - 0.5)
        level += MEMORY * (value - level)
        sums.append((down, up))
        means.append(level)
    assert np.array(cumulative_sums(days, followed)) == pytest.approx(np.array(sums))
    assert followed.running == pytest.approx([0.7 + mean for mean in means])
    assert cumulative_sums(days[:5], follow(days[:5], PRIOR)) == ()


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [0.0, 0.6])
def test_false_verdicts_are_rare_over_thirty_sessions(correlation):
    """400 people each; 5 % and two standard errors."""
    for world in (verdicts.WORLDS[0], verdicts.WORLDS[7]):
        one, worst, _, silent = verdicts.false_verdicts(world, correlation, people=400)
        assert one <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / 400)
        assert worst <= 0.05
        assert silent < 0.6


@pytest.mark.slow
def test_real_changes_are_told():
    told, waited = verdicts.detected(0.0, verdicts._drop, 6, people=400)
    assert told >= 0.60 - 2 * math.sqrt(0.24 / 400)
    assert 6 <= waited < 8
    assert verdicts.detected(0.0, verdicts._decline, 12, people=400)[0] >= 0.93
