"""Slopes and ranks beside scipy's, with ties and without, few values and many."""

import numpy as np
import pytest
from scipy import stats

from surefoot.change.slopes import kendall, theil_sen


def series():
    draw = np.random.default_rng(7)
    for count in (5, 6, 8, 13, 33, 34, 60):
        for steps in (0, 3, 10):
            times = np.cumsum(draw.uniform(0.1, 2.0, count))
            values = 5 + 0.2 * draw.standard_normal() * times + draw.standard_normal(count)
            yield times, np.round(values * steps) / steps if steps else values
    yield np.arange(40.0), np.arange(40.0)
    yield np.arange(6.0), np.array([1.0, 2, 0, 3, 9, 4])[::-1]


@pytest.mark.parametrize(("times", "values"), list(series()))
def test_both_are_scipys(times, values):
    slope, _, low, high = stats.theilslopes(values, times, 0.95)
    assert theil_sen(times, values) == pytest.approx((slope, low, high), rel=1e-12)
    assert kendall(values) == pytest.approx(tuple(stats.kendalltau(times, values)), rel=1e-9)


def test_values_that_never_differ_have_no_tau():
    assert kendall([3.0] * 6) is None
