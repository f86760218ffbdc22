"""Repeatability against published tables, R and statsmodels; agreement and components against definitions."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from surefoot.errors import TooShortError
from surefoot.reliability import compare_methods, repeatability, variance_components

# Shrout & Fleiss 1979, table 2: six targets, four judges.
TARGETS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


def long(table):
    row, column = np.nonzero(np.isfinite(table))
    return row.tolist(), column.tolist(), table[row, column].tolist()


def test_published_coefficients_of_shrout_and_fleiss():
    found = repeatability(*long(TARGETS))
    rounded = [round(icc.estimate, 2) for icc in (found.icc_2_1, found.icc_2_k, found.icc_3_1, found.icc_3_k)]
    assert rounded == [0.29, 0.62, 0.71, 0.91]
    assert found.sem_consistency == pytest.approx(1.0097, abs=1e-4)
    assert found.sem_agreement == pytest.approx(2.503, abs=1e-3)


def test_published_intervals_of_shrout_and_fleiss():
    """As the manual of R's psych prints them for this table."""
    found = repeatability(*long(TARGETS))
    lows = [icc.low for icc in (found.icc_2_1, found.icc_2_k, found.icc_3_1, found.icc_3_k)]
    highs = [icc.high for icc in (found.icc_2_1, found.icc_2_k, found.icc_3_1, found.icc_3_k)]
    assert lows == pytest.approx([0.019, 0.071, 0.342, 0.676], abs=6e-4)
    assert highs == pytest.approx([0.76, 0.93, 0.95, 0.99], abs=6e-3)


def test_the_mean_of_sessions_is_as_reliable_as_spearman_and_brown_say():
    """With a missing cell too: k r / (1 + (k - 1) r) of a single one."""
    table = TARGETS.copy()
    table[2, 1] = np.nan
    found = repeatability(*long(table))
    for single, mean in ((found.icc_2_1, found.icc_2_k), (found.icc_3_1, found.icc_3_k)):
        assert mean.estimate == pytest.approx(4 * single.estimate / (1 + 3 * single.estimate))


def test_intervals_are_those_of_r(reference):
    psych = json.loads(reference("ref/expected_clones.json").read_text())
    for block, table in (("shrout_fleiss", TARGETS), ("sessions_20x3", sessions(reference))):
        expected, found = psych[f"psych.ICC({block})"], repeatability(*long(table))
        for name, icc in (("ICC2", found.icc_2_1), ("ICC3", found.icc_3_1)):
            assert icc.estimate == pytest.approx(expected[name], abs=1e-5)
            assert (icc.low, icc.high) == pytest.approx(expected[f"{name}_ci95"], abs=1e-4)
        assert found.icc_2_k.estimate == pytest.approx(expected["ICC2k"], abs=1e-5)
        assert found.icc_3_k.estimate == pytest.approx(expected["ICC3k"], abs=1e-5)


def sessions(reference):
    data = np.genfromtxt(reference("ref/sessions_20x3.csv"), delimiter=",", names=True)
    return data["rms_acc_mps2"].reshape(20, 3)


def test_errors_of_measurement_of_the_reference_table(reference):
    expected = json.loads(reference("ref/expected.json").read_text())
    for ln, block in ((False, "icc.sessions_20x3.def"), (True, "icc.sessions_20x3.def.log")):
        found = repeatability(*long(sessions(reference)), ln=ln)
        literal = expected[block]
        assert found.icc_2_1.estimate == pytest.approx(literal["ICC(2,1)"], abs=1e-9)
        assert found.sem_consistency == pytest.approx(literal["SEM_consistency sqrt(MSE)"], rel=1e-6)
        assert found.sem_agreement == pytest.approx(literal["SEM_agreement sqrt(MSE+(MSC-MSE)/n)"], rel=1e-6)
    assert found.mdc_factor == pytest.approx(math.exp(found.mdc_agreement))
    assert found.cv_pct == pytest.approx(100 * (math.exp(found.sem_agreement) - 1))


def test_missing_cells_are_bridged_as_a_mixed_model_does(reference):
    """statsmodels' REML with fixed sessions gives the same consistency on the complete table."""
    block = "icc.sessions_20x3.statsmodels_MixedLM_REML(random intercept, fixed session)"
    mixed = json.loads(reference("ref/expected.json").read_text())[block]
    table = sessions(reference)
    assert repeatability(*long(table)).icc_3_1.estimate == pytest.approx(mixed["ICC(3,1)"], abs=1e-5)
    full = repeatability(*long(table)).icc_2_1.estimate
    table[3, 1] = table[11, 2] = np.nan
    holed = repeatability(*long(table))
    assert holed.missing == 2
    assert holed.icc_2_1.estimate == pytest.approx(full, abs=0.05)
    assert holed.icc_2_1.low is None


def test_components_of_a_complete_table_are_those_of_the_analysis_of_variance():
    n, k = TARGETS.shape
    row, column, values = long(TARGETS)
    found = variance_components(values, {"target": row, "judge": column})
    people, judges, error = 11.24166666, 32.48611111, 1.01944444
    assert found["target"] == pytest.approx((people - error) / k, rel=1e-4)
    assert found["judge"] == pytest.approx((judges - error) / n, rel=1e-4)
    assert found["residual"] == pytest.approx(error, rel=1e-4)


def test_nested_components_are_those_of_the_nested_analysis_of_variance():
    """Six people, four days, three trials: mean squares written out."""
    people_n, days_n, trials_n = shape = (6, 4, 3)
    generator = np.random.default_rng(3)
    cube = generator.normal(0, 0.4, (people_n, 1, 1)) + generator.normal(0, 0.15, (people_n, days_n, 1))
    cube = cube + generator.normal(0, 0.15, shape)
    person, day, _ = (index.ravel() for index in np.indices(shape))
    factors = {"person": person.tolist(), "day": (days_n * person + day).tolist()}
    found = variance_components(cube.ravel(), factors)
    days, people = cube.mean(axis=2), cube.mean(axis=(1, 2))
    error = np.square(cube - days[..., None]).sum() / (people_n * days_n * (trials_n - 1))
    of_days = trials_n * np.square(days - people[:, None]).sum() / (people_n * (days_n - 1))
    of_people = days_n * trials_n * np.square(people - people.mean()).sum() / (people_n - 1)
    assert found["residual"] == pytest.approx(error, rel=1e-4)
    assert found["day"] == pytest.approx((of_days - error) / trials_n, rel=1e-3)
    assert found["person"] == pytest.approx((of_people - of_days) / (days_n * trials_n), rel=1e-3)
    assert min(found.values()) > 0


@given(st.floats(0.1, 10.0), st.floats(-5.0, 5.0))
def test_unit_and_offset_of_the_measure_do_not_matter(scale, offset):
    plain, other = repeatability(*long(TARGETS)), repeatability(*long(scale * TARGETS + offset))
    assert other.icc_2_1.estimate == pytest.approx(plain.icc_2_1.estimate, rel=1e-6)
    assert other.sem_agreement == pytest.approx(scale * plain.sem_agreement, rel=1e-6)


@pytest.mark.parametrize("table", [TARGETS[:1], TARGETS[:, :1]])
def test_too_little_to_repeat_is_refused(table):
    with pytest.raises(TooShortError):
        repeatability(*long(table))


CELLS = st.one_of(st.none(), st.integers(8, 12), st.floats(5, 15))


@given(st.integers(1, 4).flatmap(lambda k: st.lists(st.lists(CELLS, min_size=k, max_size=k), max_size=5)))
def test_any_table_has_numbers_or_is_refused(rows):
    cells = [
        (i, j, float(cell)) for i, row in enumerate(rows) for j, cell in enumerate(row) if cell is not None
    ]
    people, sessions, values = zip(*cells, strict=True) if cells else ((), (), ())
    try:
        found = repeatability(people, sessions, values)
    except TooShortError:
        return
    assert math.isfinite(found.mdc_agreement)
    assert found.sem_consistency > 0
    assert found.icc_3_1.estimate <= 1


def test_impossible_tables_are_refused():
    with pytest.raises(ValueError, match="two values"):
        repeatability([1, 1, 2, 2], [1, 1, 1, 2], [1.0, 2.0, 3.0, 4.0])
    with pytest.raises(ValueError, match="above zero"):
        repeatability(*long(TARGETS - 5), ln=True)
    with pytest.raises(TooShortError):
        variance_components([1.0, 2.0], {"person": ["a", "b"]})


def test_agreement_equals_its_definition():
    generator = np.random.default_rng(2)
    first = generator.normal(10, 2, 40)
    second = first + generator.normal(0.5, 0.3, 40)
    found = compare_methods(first, second)
    difference = second - first
    assert found.bias == pytest.approx(difference.mean())
    assert found.upper_limit - found.lower_limit == pytest.approx(3.92 * difference.std(ddof=1))
    assert found.bias_interval == pytest.approx(tuple(stats.ttest_rel(second, first).confidence_interval()))
    width = found.upper_interval[1] - found.upper_interval[0]
    assert found.lower_limit - found.lower_interval[0] == pytest.approx(width / 2)
    assert found.upper_limit + found.lower_limit == pytest.approx(2 * found.bias)
    assert width == pytest.approx(math.sqrt(3) * (found.bias_interval[1] - found.bias_interval[0]))


def test_agreement_on_ln_values_is_a_ratio():
    found = compare_methods([1.0, 2.0, 4.0, 8.0], [2.0, 4.0, 8.0, 16.1], ln=True)
    assert found.bias == pytest.approx(2.0, rel=0.01)
    assert found.lower_limit < 2.0 < found.upper_limit


def test_agreement_needs_pairs():
    assert compare_methods([1.0, 2.0, 4.0], [1.0, 2.0, 3.0]).pairs == 3
    with pytest.raises(TooShortError):
        compare_methods([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="each pair"):
        compare_methods([1.0, 2.0, 3.0], [1.0, 2.0])
