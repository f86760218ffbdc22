"""Study mode: reliability by condition at trial and session level, against repeatability and simulation."""

import csv
import math

import numpy as np
import pytest
from scipy import stats

from surefoot.errors import TooShortError
from surefoot.reliability import (
    Observation,
    analyse_study,
    repeatability,
    split_variance,
    variance_components,
)

KEY = "path_rate_mps3"


def study(seed=1, people=12, sessions=3, trials=3, condition="floor", metric=KEY, day=0.09, trial=0.15):
    generator = np.random.default_rng(seed)
    person = generator.normal(0, 0.4, people)
    days = generator.normal(0, day, (people, sessions))
    noise = generator.normal(0, trial, (people, sessions, trials))
    values = np.exp(person[:, None, None] + days[:, :, None] + noise)
    return [
        Observation(f"p{i:03d}", f"s{j}", str(k), condition, metric, float(value))
        for (i, j, k), value in np.ndenumerate(values)
    ]


def pick(results, level, scale):
    (found,) = [each for each in results if (each.level, each.scale) == (level, scale)]
    return found


def same(found, expected):
    for name in ("people", "sessions", "missing", "sem_agreement", "sem_consistency", "cv_pct"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name)), name
    for name in ("icc_2_1", "icc_2_k", "icc_3_1", "icc_3_k"):
        one, other = getattr(found, name), getattr(expected, name)
        assert (one.estimate, one.low, one.high) == pytest.approx((other.estimate, other.low, other.high))


def test_levels_are_tables_of_session_means_and_of_single_trials():
    observations = study()
    results = analyse_study(observations)
    levels = ["sessions", "trials of session s0", "trials of session s1", "trials of session s2"]
    assert [each.level for each in results] == levels * 2
    means = {}
    for each in observations:
        means.setdefault((each.person, each.session), []).append(each.value)
    people, sessions = zip(*means, strict=True)
    geometric = [float(np.exp(np.log(values).mean())) for values in means.values()]
    same(pick(results, "sessions", "ln").found, repeatability(people, sessions, geometric, ln=True))
    plain = [float(np.mean(values)) for values in means.values()]
    same(pick(results, "sessions", "raw").found, repeatability(people, sessions, plain))
    first = [each for each in observations if each.session == "s0"]
    columns = ([e.person for e in first], [e.trial for e in first], [e.value for e in first])
    same(pick(results, "trials of session s0", "raw").found, repeatability(*columns))


def test_the_reference_table_gives_the_reference_numbers(reference):
    """20 people x 3 sessions; numbers of R's psych and pingouin."""
    with reference("ref/sessions_20x3.csv").open() as table:
        rows = list(csv.DictReader(table))
    observations = [
        Observation(row["subject"], row["session"], "1", "floor", KEY, float(row["rms_acc_mps2"]))
        for row in rows
    ]
    results = analyse_study(observations)
    raw, ln = pick(results, "sessions", "raw"), pick(results, "sessions", "ln")
    assert raw.found.icc_2_1.estimate == pytest.approx(0.67695, abs=5e-6)
    assert (raw.found.icc_2_1.low, raw.found.icc_2_1.high) == pytest.approx((0.45484, 0.84187), abs=1e-4)
    assert raw.mdc.estimate == pytest.approx(0.0812, abs=5e-5)
    assert math.log1p(ln.mdc_pct.estimate / 100) == pytest.approx(0.5212, abs=5e-5)


@pytest.mark.parametrize(("people", "low", "high"), [(10, 0.69, 1.83), (20, 0.76, 1.46), (50, 0.84, 1.25)])
def test_the_interval_of_the_sem_has_the_known_factors(people, low, high):
    """For n people in two sessions; as tabulated for a standard deviation with n - 1 degrees of freedom."""
    sem = pick(analyse_study(study(people=people, sessions=2, trials=1)), "sessions", "ln").sem
    assert (sem.low / sem.estimate, sem.high / sem.estimate) == pytest.approx((low, high), abs=0.005)


def test_the_sem_of_more_sessions_has_as_many_more_degrees_of_freedom():
    """Twelve people in three sessions: 11 times 2."""
    sem = pick(analyse_study(study()), "sessions", "ln").sem
    factors = np.sqrt(22 / stats.chi2.ppf([0.975, 0.025], 22))
    assert [sem.low / sem.estimate, sem.high / sem.estimate] == pytest.approx(factors)


def test_errors_of_ln_values_are_told_as_rises_in_per_cent():
    result = pick(analyse_study(study()), "sessions", "ln")
    for of_ln, percent in ((result.sem, result.cv_pct), (result.mdc, result.mdc_pct)):
        ends = np.array([of_ln.low, of_ln.estimate, of_ln.high])
        assert [percent.low, percent.estimate, percent.high] == pytest.approx(100 * (np.exp(ends) - 1))


def test_nineteen_intervals_in_twenty_hold_the_true_sem():
    truth = math.sqrt(0.09**2 + 0.15**2 / 3)
    hits = 0
    for seed in range(300):
        sem = pick(analyse_study(study(seed, people=15, sessions=2)), "sessions", "ln").sem
        hits += sem.low <= truth <= sem.high
    assert 0.92 < hits / 300 < 0.985


def test_conditions_and_metrics_are_kept_apart():
    both = [*study(1), *study(2, condition="foam"), *study(3, metric="rms_ml_mps2")]
    apart = [*analyse_study(study(1)), *analyse_study(study(2, condition="foam"))]
    apart += analyse_study(study(3, metric="rms_ml_mps2"))
    assert list(analyse_study(both)) == apart


def test_people_who_lack_a_repeat_are_left_out_and_counted():
    """Person 0 lacks session 0: the rest is the study of the eleven others."""
    observations = study()
    result = pick(analyse_study(observations[3:]), "sessions", "ln")
    others = pick(analyse_study(observations[9:]), "sessions", "ln")
    assert (result.left_out, result.found, result.sem) == (1, others.found, others.sem)
    lonely = [e for e in observations if (e.person < "p006") == (e.session == "s0")]
    nobody = pick(analyse_study(lonely), "sessions", "ln")
    assert (nobody.found, nobody.left_out, nobody.reason) == (None, 12, "Nobody has every repeat.")


def test_too_little_is_said_and_not_computed():
    results = analyse_study(study(sessions=1, trials=3))
    sessions = pick(results, "sessions", "ln")
    assert sessions.found is None
    assert "1 sessions" in sessions.reason
    assert pick(results, "trials of session s0", "ln").found is not None


@pytest.mark.parametrize("values", [[32, 32, 32, 32], [30, 30, 32, 32], [1, 2, 3, 4]])
def test_repeats_without_error_have_no_reliability(values):
    """All at a ceiling; each person alike; a table whose rows differ by a constant."""
    cells = [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")]
    observations = [
        Observation(person, session, "1", "floor", "touchdowns_count", float(value))
        for (person, session), value in zip(cells, values, strict=True)
    ]
    result = pick(analyse_study(observations), "sessions", "raw")
    assert result.found is None
    assert "do not differ" in result.reason


def test_a_count_has_no_logarithm():
    results = analyse_study(study(metric="touchdowns_count"))
    assert {each.scale for each in results} == {"raw"}


def test_two_values_of_one_trial_are_refused():
    observations = study(sessions=2)
    with pytest.raises(ValueError, match="two values"):
        analyse_study([*observations, observations[0]])


def test_variance_comes_back_in_its_parts():
    found = split_variance(study(people=300, sessions=4, trials=3))
    parts = {name: math.sqrt(value) for name, value in found.items()}
    assert parts == pytest.approx({"person": 0.4, "session": 0.09, "trial": 0.15}, rel=0.12)


def test_the_parts_equal_restricted_maximum_likelihood_where_complete():
    observations = study(people=6, sessions=3, trials=2)
    values = np.log([each.value for each in observations])
    factors = {
        "person": [e.person for e in observations],
        "day": [e.person + e.session for e in observations],
    }
    likely = variance_components(values, factors)
    found = split_variance(observations)
    assert found["trial"] == pytest.approx(likely["residual"], rel=1e-4)
    assert found["session"] == pytest.approx(likely["day"], rel=1e-3)
    assert found["person"] == pytest.approx(likely["person"], rel=1e-3)


def test_the_parts_are_right_on_average_with_unequal_numbers():
    """Some trials and some sessions are missing; the mean over many studies is the truth."""
    sums = np.zeros(3)
    for seed in range(100):
        kept = [each for number, each in enumerate(study(seed, people=60)) if number % 5 and number % 9 < 7]
        sums += list(split_variance(kept).values())
    assert sums / 100 == pytest.approx([0.16, 0.0081, 0.0225], rel=0.06)


def test_parts_that_cannot_be_told_are_refused():
    for lonely in ({"trials": 1}, {"sessions": 1}, {"people": 1}):
        with pytest.raises(TooShortError):
            split_variance(study(**lonely))
