"""Entropy and fluctuation against other libraries' values, closed forms and the plain definition."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from motion import body_trial, noise, standing
from surefoot import dsp
from surefoot.assessment import assess
from surefoot.metrics import load_metrics
from surefoot.model import Setup
from surefoot.preparation import prepare

METRICS = load_metrics()
SERIES = ("white", "pink", "brown", "quiet_acc_AP_butter4_5Hz")
LIBRARIES = ("antropy", "neurokit2", "nolds", "EntropyHub[2]", "pyentrp(3)[2]", "micromotion")
LIBRARIES = (*LIBRARIES, "skdh_SampleEntropy(m=3)")


@pytest.fixture
def expected(reference):
    return json.loads(reference("ref/expected.json").read_text())


@pytest.fixture(params=SERIES)
def series(request, reference):
    """A name and its 3000 samples."""
    if request.param.startswith("quiet"):
        table = np.genfromtxt(reference("ref/quiet_sls_30s_100hz.csv"), delimiter=",", names=True)
        return request.param, dsp.low_pass(table["acc_ap_mps2"], 100.0, 5.0)
    table = np.genfromtxt(reference("ref/noise_white_pink_brown_3000.csv"), delimiter=",", names=True)
    return request.param, table[request.param]


def counted_one_by_one(x, tolerance, length):
    """Sample entropy's two counts as they are defined: every pair of starts, one at a time."""
    longer = shorter = 0
    starts = len(x) - length
    for i in range(starts):
        for j in range(i + 1, starts):
            steps = [abs(x[i + k] - x[j + k]) <= tolerance for k in range(length + 1)]
            shorter += all(steps[:length])
            longer += all(steps)
    return longer, shorter


def test_sample_entropy_is_that_of_seven_libraries(series, expected):
    name, x = series
    found = dsp.sample_entropy(x, 0.2 * x.std())
    for library in LIBRARIES:
        assert found == pytest.approx(expected[f"sampen.{name}.m2.r=0.2*sd(ddof0)"][library], rel=1e-10)


def test_multiscale_entropy_is_that_of_three_libraries(series, expected):
    name, x = series
    found = dsp.multiscale_entropy(x, 0.2 * x.std(), range(1, 21))
    theirs = expected[f"mse.{name}.m2.r=0.2*sd_of_scale1.scales1-20"]
    for library in ("EntropyHub_MSEn", "neurokit2_values", "antropy_on_coarse_grained"):
        assert found == pytest.approx(theirs[library], rel=1e-9)


def test_fluctuation_is_that_of_three_libraries_on_the_same_scales(series, expected):
    name, x = series
    theirs = expected[f"dfa.{name}"]
    alpha, r_squared = dsp.detrended_fluctuation(x, theirs["scales"])
    for library in (
        "nolds same scales overlap=False",
        "neurokit2 same scales overlap=False",
        "micromotion.dynamics.dfa(smin=16,nsc=20)",
    ):
        assert alpha == pytest.approx(theirs[library], rel=1e-8)
    assert 0.97 < r_squared <= 1.0


def test_counts_are_those_of_every_pair_of_a_long_series(series):
    _, x = series
    x = x[:200]
    tolerance = 0.2 * x.std()
    assert dsp.sample_entropy_counts(x, tolerance) == counted_one_by_one(x.tolist(), tolerance, 2)


# Multiples of a tenth make differences that equal the tolerance, or miss it by rounding alone.
TENTHS = st.integers(-20, 20).map(lambda n: n / 10)


@given(
    arrays.arrays(float, st.integers(4, 30), elements=TENTHS | st.floats(-1e6, 1e6)),
    st.integers(0, 20).map(lambda n: n / 10),
    st.integers(1, 3),
)
def test_counts_are_those_of_every_pair(x, tolerance, length):
    x = np.append(x, x[:2])
    assert dsp.sample_entropy_counts(x, tolerance, length) == counted_one_by_one(
        x.tolist(), tolerance, length
    )


def test_the_shortest_series_has_one_pair_of_starts():
    assert dsp.sample_entropy_counts(np.array([1.0, 1.0, 1.0, 5.0]), 0.5) == (0, 1)
    with pytest.raises(ValueError, match="too few"):
        dsp.sample_entropy_counts(np.array([1.0, 1.0, 1.0]), 0.5)


def test_a_scale_without_fluctuation_leaves_no_slope():
    """The running sum of three up, three down is straight in each block of three, and not in those of six."""
    alpha, r_squared = dsp.detrended_fluctuation(np.tile([1.0, 1, 1, -1, -1, -1], 10), (3, 6, 12))
    assert math.isnan(alpha)
    assert math.isnan(r_squared)


def test_sample_entropy_of_white_noise_meets_its_closed_form():
    """Two values of unit normal noise differ by at most 0.2 with probability erf(0.1)."""
    records = np.random.default_rng(5).standard_normal((10, 5000))
    found = [dsp.sample_entropy(x, 0.2 * x.std()) for x in records]
    assert np.mean(found) == pytest.approx(-math.log(math.erf(0.1)), abs=0.01)


def test_sample_entropy_of_a_periodic_signal_is_zero():
    assert dsp.sample_entropy(np.tile([0.0, 1.0, 5.0, 2.0], 50), 0.1) == pytest.approx(0.0, abs=0.02)


def test_sample_entropy_is_infinite_where_nothing_repeats():
    assert dsp.sample_entropy(2.0 ** np.arange(20), 0.5) == math.inf


@pytest.mark.parametrize(("samples", "tolerance"), [(3, 0.1), (20, -0.1), (20, math.nan)])
def test_sample_entropy_refuses_what_it_cannot_count(samples, tolerance):
    with pytest.raises(ValueError, match="too few"):
        dsp.sample_entropy_counts(np.arange(float(samples)), tolerance)


@pytest.mark.parametrize(("runs", "alpha"), [(0, 0.5), (1, 1.5)], ids=["white", "brown"])
def test_fluctuation_of_noise_meets_its_closed_form(runs, alpha):
    x = np.random.default_rng(11).standard_normal(100_000)
    for _ in range(runs):
        x = np.cumsum(x)
    scales = np.unique(np.geomspace(50, 2000, 20).astype(int)).tolist()
    assert dsp.detrended_fluctuation(x, scales)[0] == pytest.approx(alpha, abs=0.03)


def test_fluctuation_is_that_of_a_line_fitted_to_every_block():
    x = np.random.default_rng(2).standard_normal(500)
    profile = np.cumsum(x - x.mean())
    scales = [8, 21, 60]
    sizes = []
    for scale in scales:
        blocks = profile[: 500 // scale * scale].reshape(-1, scale)
        lines = [np.polyval(np.polyfit(np.arange(scale), block, 1), np.arange(scale)) for block in blocks]
        sizes.append(np.sqrt(np.mean((blocks - lines) ** 2)))
    slope = np.polyfit(np.log(scales), np.log(sizes), 1)[0]
    correlation = np.corrcoef(np.log(scales), np.log(sizes))[0, 1]
    assert dsp.detrended_fluctuation(x, scales) == pytest.approx((slope, correlation**2), rel=1e-9)


def test_fluctuation_of_a_constant_has_no_number():
    assert np.isnan(dsp.detrended_fluctuation(np.ones(100), [5, 10])).all()


@pytest.mark.parametrize("scales", [[10], [10, 10], [2, 10], [10, 101]])
def test_fluctuation_refuses_impossible_scales(scales):
    with pytest.raises(ValueError, match="scales"):
        dsp.detrended_fluctuation(np.arange(100.0), scales)


def test_regrid_keeps_a_slow_sine():
    time = np.arange(2000) / 100
    found = dsp.regrid(np.sin(2 * np.pi * 0.7 * time), 100.0, 25.0)
    assert found == pytest.approx(np.sin(2 * np.pi * 0.7 * np.arange(500) / 25), abs=1e-6)


def test_regrid_to_a_faster_rate_ends_at_the_last_sample():
    assert dsp.regrid(np.arange(5.0), 1.0, 2.0) == pytest.approx([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4])


def test_regrid_from_an_odd_rate_keeps_a_slow_sine():
    time = np.arange(1994) / 99.7
    found = dsp.regrid(np.sin(2 * np.pi * 3.0 * time), 99.7, 25.0)
    assert found == pytest.approx(np.sin(2 * np.pi * 3.0 * np.arange(500) / 25), abs=1e-4)


@pytest.fixture
def trial():
    return body_trial(noise(1, corner_hz=3.0), noise(2, corner_hz=3.0))


@pytest.mark.parametrize("axis", ["ap", "ml"])
def test_metrics_are_the_definitions_on_the_filtered_acceleration(axis, trial):
    signal = getattr(trial, f"{axis}_mps2")
    filtered = dsp.low_pass(signal, 100.0, 10.0)
    filtered = filtered - filtered.mean()
    slow = filtered[::4]
    tolerance = 0.2 * slow.std()
    assert METRICS[f"sample_entropy_{axis}"](trial) == pytest.approx(
        dsp.sample_entropy(slow, tolerance), rel=1e-9
    )
    three = dsp.multiscale_entropy(slow, tolerance, [1, 2, 3]).sum()
    assert METRICS[f"multiscale_entropy_{axis}"](trial) == pytest.approx(three, rel=1e-9)
    scales = np.round(np.geomspace(50, 2999 / 4, 20)).astype(int).tolist()
    alpha, r_squared = dsp.detrended_fluctuation(filtered, scales)
    assert METRICS[f"dfa_alpha_{axis}"](trial) == pytest.approx(alpha, rel=1e-9)
    assert METRICS[f"dfa_r_squared_{axis}"](trial) == pytest.approx(r_squared, rel=1e-9)


def test_they_are_computed_when_named_and_not_before():
    trial = prepare(standing(), Setup(leg="left"))
    names = [key for key, metric in METRICS.items() if metric.group == "nonlinear"]
    assert len(names) == 8
    assert not set(names) & set(assess(trial).values)
    assert set(assess(trial, names).values) == set(names)


def test_ten_seconds_and_low_rates_withhold_them():
    trial = prepare(standing(), Setup(leg="left", eyes="closed"))
    result = assess(trial, ["sample_entropy_ap"])
    assert not result.values
    assert any(issue.code == "withheld" and "20 s" in issue.what for issue in result.issues)


def test_a_value_that_is_no_number_is_withheld_with_its_reason():
    trial = prepare(standing(), Setup(leg="left"))
    still = replace(trial, ap_mps2=np.zeros_like(trial.ap_mps2))
    result = assess(still, ["dfa_alpha_ap", "rms_ml_mps2"])
    assert list(result.values) == ["rms_ml_mps2"]
    assert any(issue.code == "withheld" and "dfa_alpha_ap" in issue.what for issue in result.issues)
