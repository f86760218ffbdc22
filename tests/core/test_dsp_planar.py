"""Planar geometry against closed forms and the published values of a force-plate data set."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from surefoot import dsp


def circle(points: int = 720, radius: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    angle = np.arange(points) * 2 * np.pi / points
    return radius * np.cos(angle), radius * np.sin(angle)


def test_path_of_a_circle_is_its_circumference():
    ap, ml = circle()
    ap, ml = np.append(ap, ap[0]), np.append(ml, ml[0])
    assert dsp.path_length(ap, ml) == pytest.approx(2 * np.pi * 2.0, rel=1e-5)


def test_swept_area_of_a_circle_is_its_area():
    ap, ml = circle()
    ap, ml = np.append(ap, ap[0]), np.append(ml, ml[0])
    assert dsp.swept_area(ap, ml) == pytest.approx(np.pi * 4.0, rel=1e-4)


def test_hull_of_a_square_ignores_what_is_inside():
    ap, ml = np.array([0.0, 1, 1, 0, 0.5, 0.2]), np.array([0.0, 0, 1, 1, 0.5, 0.9])
    assert dsp.hull_area(dsp.convex_hull(ap, ml)) == pytest.approx(1.0)
    assert dsp.hull_diameter(dsp.convex_hull(ap, ml)) == pytest.approx(math.sqrt(2))


@pytest.mark.parametrize("angle_deg", [0.0, 30.0, 90.0, 135.0])
def test_hull_of_a_line_has_its_length_and_no_area(angle_deg):
    along = np.linspace(-1.0, 1.0, 50)
    ap, ml = along * np.cos(np.radians(angle_deg)), along * np.sin(np.radians(angle_deg))
    assert dsp.hull_diameter(dsp.convex_hull(ap, ml)) == pytest.approx(2.0)
    assert dsp.hull_area(dsp.convex_hull(ap, ml)) == pytest.approx(0.0, abs=1e-12)


@given(st.floats(-89.0, 90.0), st.floats(0.5, 3.0))
def test_ellipse_finds_axes_and_signed_angle(angle_deg, ratio):
    generator = np.random.default_rng(7)
    long, short = generator.standard_normal((2, 400)) * np.array([[ratio + 1.0], [1.0]])
    turn = np.radians(angle_deg)
    ap = long * np.cos(turn) - short * np.sin(turn)
    ml = long * np.sin(turn) + short * np.cos(turn)
    straight = dsp.prediction_ellipse(long, short)
    found = dsp.prediction_ellipse(ap, ml)
    assert found.area == pytest.approx(straight.area, rel=1e-9)
    assert found.major == pytest.approx(straight.major, rel=1e-9)
    turned_by = (found.angle_deg - straight.angle_deg - angle_deg + 90) % 180 - 90
    assert turned_by == pytest.approx(0.0, abs=1e-6)


def test_ellipse_holds_95_percent_of_gaussian_points():
    generator = np.random.default_rng(3)
    points = generator.standard_normal((2, 200_000))
    ellipse = dsp.prediction_ellipse(*points)
    inside = (points[0] ** 2 + points[1] ** 2) <= ellipse.major * ellipse.minor
    assert inside.mean() == pytest.approx(0.95, abs=0.003)


def test_chi_squared_quantile_is_scipys():
    assert dsp.CHI2_95 == pytest.approx(stats.chi2.ppf(0.95, 2), rel=1e-12)


def mean_frequency(spectra):
    """As the force plate's authors take it: by trapezoids, the two axes weighted by their power."""
    means = [np.trapezoid(s.frequency_hz * s.power) / np.trapezoid(s.power) for s in spectra]
    return np.average(means, weights=[s.power.sum() for s in spectra])


@pytest.mark.parametrize("way", [(1.0, 1.0), (1.0, -1.0), (0.0, 1.0), (-3.0, 1.0)])
@pytest.mark.parametrize("middle", [(0.0, 0.0), (5.0, -7.0)])
def test_a_straight_path_is_as_wide_as_it_is_long_wherever_it_lies(way, middle):
    """From its middle to one end and on to the other."""
    ap, ml = (
        centre + step * np.array([0.0, 2.0, -3.0, 1.0]) for centre, step in zip(middle, way, strict=True)
    )
    assert dsp.hull_diameter(dsp.convex_hull(ap, ml)) == pytest.approx(5 * np.hypot(*way))
    assert dsp.hull_area(dsp.convex_hull(ap, ml)) == pytest.approx(0.0, abs=1e-9)


TRIALS = ("BDS00013", "BDS00016", "BDS00019", "BDS00022")


@pytest.mark.parametrize("trial", TRIALS)
def test_published_force_plate_values_are_reproduced(reference, trial):
    folder = reference("balance/bds_santos_duarte2016")
    published = json.loads((folder / "expected.json").read_text())["trials"][trial]
    ap, ml = np.loadtxt(folder / "raw" / f"{trial}.txt", skiprows=1)[:, 7:9].T
    n = len(ap)
    scale = 2 * stats.f.ppf(0.95, 2, n - 2) * (n - 1) * (n + 1) / (n * (n - 2))
    assert dsp.prediction_ellipse(ap, ml, scale).area == pytest.approx(published["COParea"], rel=1e-9)
    assert dsp.path_length(ap, ml) / (n / 100) == pytest.approx(published["COPvelo"], rel=1e-9)
    spectra = [dsp.power_spectrum(x, 100.0, n // 2, "constant") for x in (ap, ml)]
    assert mean_frequency(spectra) == pytest.approx(published["COPmfreq"], rel=1e-9)


def test_quijoux_area_and_diameter(reference):
    """An independent library's numbers for the same samples (MIT code, run elsewhere)."""
    expected = json.loads(reference("ref/expected_clones.json").read_text())
    library = expected["quijoux.acc_raw (resample=False, filter_=False)"]
    table = np.genfromtxt(reference("ref/quiet_sls_30s_100hz.csv"), delimiter=",", names=True)
    ap, ml = (table[name] - table[name].mean() for name in ("acc_ap_mps2", "acc_ml_mps2"))
    assert dsp.hull_diameter(dsp.convex_hull(ap, ml)) == pytest.approx(library["range_ML_AND_AP"], rel=1e-8)
    assert dsp.swept_area(ap, ml) / 29.99 == pytest.approx(
        library["sway_area_per_second_ML_AND_AP"], rel=1e-8
    )
