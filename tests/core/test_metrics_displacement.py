"""Displacement of the centre of mass against the literal formula, and withheld where no height is known."""

import json

import numpy as np
import pytest

from motion import body_trial, standing
from surefoot.assessment import assess
from surefoot.errors import SetupError
from surefoot.metrics import load_metrics
from surefoot.model import Setup
from surefoot.preparation import prepare

METRICS = load_metrics()
COM = [key for key, metric in METRICS.items() if metric.group == "com"]
TALL = Setup(leg="left", body_height_m=1.75)
LITERAL = {
    "com_rms_ap_mm": ("RMS_AP", 1e-9),
    "com_rms_ml_mm": ("RMS_ML", 1e-9),
    "com_range_ap_mm": ("RANGE_AP", 1e-9),
    "com_range_ml_mm": ("RANGE_ML", 1e-9),
    "com_area_mm2": ("ellipse.area_chi2_ddof1 (Schubert&Kirchner PEA; recommended)", 1e-9),
    # The 10 Hz filter takes a little off the path.
    "com_path_mm": ("PATH_planar", 2e-3),
    "com_speed_mmps": ("PATH_rate_T=(n-1)dt", 2e-3),
}


@pytest.fixture
def quiet(reference):
    table = np.genfromtxt(reference("ref/quiet_sls_30s_100hz.csv"), delimiter=",", names=True)

    def stood_by(setup):
        tilts = {"tilt_ap": table["tilt_ap_deg_true"], "tilt_ml": table["tilt_ml_deg_true"]}
        return body_trial(table["acc_ap_mps2"], table["acc_ml_mps2"], **tilts, setup=setup)

    return stood_by


@pytest.mark.parametrize("key", LITERAL)
def test_displacement_equals_the_literal_formula(key, quiet, reference):
    name, tolerance = LITERAL[key]
    expected = json.loads(reference("ref/expected.json").read_text())
    literal = expected["quiet.def.com_mm.true_angle.hcom=0.9625m"][name]
    # The literal formula removes the mean after the sine, ours before it too.
    assert METRICS[key](quiet(TALL)) == pytest.approx(literal, rel=max(tolerance, 1e-8))


def test_a_lean_of_known_size_moves_the_mass_by_its_sine():
    wave = 2.0 * np.sin(2 * np.pi * 0.5 * np.arange(2000) / 100)
    trial = body_trial(wave, wave, tilt_ap=wave, tilt_ml=0 * wave, setup=TALL)
    height_mm = 0.55 * 1750
    assert METRICS["com_range_ap_mm"](trial) == pytest.approx(
        2 * height_mm * np.sin(np.radians(2.0)), rel=1e-9
    )
    assert METRICS["com_rms_ml_mm"](trial) == pytest.approx(0.0, abs=1e-9)


def test_without_body_height_the_sensor_height_is_the_lever(quiet):
    sensor = METRICS["com_rms_ap_mm"](quiet(Setup(leg="left", sensor_height_m=1.0)))
    assert sensor == pytest.approx(METRICS["com_rms_ap_mm"](quiet(TALL)) / 0.9625, rel=1e-9)


def test_displacement_of_a_sensor_is_in_proportion_to_its_height():
    lean = 2 * np.sin(2 * np.pi * 0.25 * np.arange(2000) / 100)
    still = np.zeros(2000)
    low, high = (
        METRICS["com_range_ml_mm"](
            body_trial(still, still, tilt_ml=lean, setup=Setup(leg="left", sensor_height_m=height_m))
        )
        for height_m in (0.6, 1.2)
    )
    assert low == pytest.approx(600 * 2 * np.sin(np.radians(2)), rel=1e-6)
    assert high == pytest.approx(2 * low, rel=1e-9)


def test_body_height_goes_before_sensor_height(quiet):
    both = Setup(leg="left", sensor_height_m=1.1, body_height_m=1.75)
    assert METRICS["com_rms_ap_mm"](quiet(both)) == METRICS["com_rms_ap_mm"](quiet(TALL))


def test_share_of_body_height_does_not_depend_on_it(quiet):
    small = Setup(leg="left", body_height_m=1.20)
    for key, length in (("com_rms_ap_pct", "com_rms_ap_mm"), ("com_rms_ml_pct", "com_rms_ml_mm")):
        share = METRICS[key](quiet(TALL))
        assert share == pytest.approx(100 * METRICS[length](quiet(TALL)) / 1750, rel=1e-9)
        assert METRICS[key](quiet(small)) == pytest.approx(share, rel=1e-9)


def reasons(result):
    return " ".join(issue.what for issue in result.issues if issue.code == "withheld")


def test_without_any_height_all_of_it_is_withheld():
    result = assess(prepare(standing(), Setup(leg="left")), COM)
    assert not result.values
    assert "the height of the body or the height of the sensor" in reasons(result)


def test_without_body_height_only_its_shares_are_withheld():
    result = assess(prepare(standing(), Setup(leg="left", sensor_height_m=1.0)), COM)
    assert set(COM) - set(result.values) == {"com_rms_ap_pct", "com_rms_ml_pct"}
    assert "it needs the height of the body: com_rms_ap_pct" in reasons(result)


def test_with_body_height_all_of_it_is_computed():
    assert set(assess(prepare(standing(), TALL), COM).values) == set(COM)


def test_path_and_speed_need_the_gyroscope():
    result = assess(prepare(standing(gyroscope=False), TALL), COM)
    assert set(COM) - set(result.values) == {"com_path_mm", "com_speed_mmps"}


def test_every_label_says_that_it_is_estimated():
    assert all(METRICS[key].label.startswith("Estimated") for key in COM)


@pytest.mark.parametrize("field", ["body_height_m", "board_max_tilt_deg", "sensor_height_m"])
@pytest.mark.parametrize("value", [0.001, 175.0])
def test_an_implausible_measure_is_refused(field, value):
    with pytest.raises(SetupError, match="not plausible"):
        Setup(**{field: value})
