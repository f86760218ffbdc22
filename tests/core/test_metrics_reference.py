"""Every number against literal formulas, closed forms and other people's libraries."""

import json
import math

import numpy as np
import pytest

from motion import body_trial
from surefoot import dsp
from surefoot.assessment import assess
from surefoot.metrics import load_metrics
from surefoot.model import Recording, Setup
from surefoot.preparation import prepare

METRICS = load_metrics()

TIME_DOMAIN = {
    "rms_ap_mps2": "RMS_AP",
    "rms_ml_mps2": "RMS_ML",
    "rms_planar_mps2": "RMS_planar",
    "mean_distance_mps2": "MDIST_planar",
    "range_ap_mps2": "RANGE_AP",
    "range_ml_mps2": "RANGE_ML",
    "path_mps2": "PATH_planar",
    "path_ap_mps2": "PATH_AP",
    "path_ml_mps2": "PATH_ML",
    "path_rate_mps3": "PATH_rate_T=(n-1)dt",
    "jerk_m2ps5": "JERK_diff (Mancini 0.5*sum(|da|^2)/dt)",
    "jerk_rate_m2ps6": "JERK_rate_diff (JERK/T)",
    "log_dimensionless_jerk": "LDLJ_A = -ln(T/apeak^2 * int|j|^2)",
    "mean_frequency_hz": "MFREQ_planar = PATH/(2 pi MDIST T)",
    "area_rate_m2ps5": "AREA_SW (Prieto, per s)",
    "circle_area_m2ps4": "AREA_CC (Prieto)",
    "hull_area_m2ps4": "HULL_area",
    "integrated_acceleration_mps": "MV_mean_integrated_detrended",
    "ellipse_area_m2ps4": "ellipse.area_chi2_ddof1 (Schubert&Kirchner PEA; recommended)",
    "ellipse_major_mps2": "ellipse.semi_axis_major_chi2",
    "ellipse_minor_mps2": "ellipse.semi_axis_minor_chi2",
    "ellipse_angle_deg": "ellipse.axis_angle_from_AP_toward_right_ML_deg (-90,90]",
}
FREQUENCY = {
    "power": "total_power_sum_df",
    "f50": "F50_interp",
    "f95": "F95_interp",
    "centroidal_frequency": "CFREQ_sqrt(m2/m0)",
    "frequency_dispersion": "FREQD",
}
SUMMARIES = {
    "power": dsp.band_power,
    "f50": lambda spectrum: dsp.power_frequency(spectrum, 0.50),
    "f95": lambda spectrum: dsp.power_frequency(spectrum, 0.95),
    "centroidal_frequency": dsp.centroidal_frequency,
    "frequency_dispersion": dsp.frequency_dispersion,
}


def test_the_window_within_the_steady_stretch_is_what_counts():
    """A tilt that rises by a degree a second and falls after the window."""
    time_s = np.arange(4000) / 100
    lean = np.where(time_s < 32, time_s, 64 - 2 * time_s)
    still = np.zeros(4000)
    trial = body_trial(still, still, tilt_ml=lean, steady_s=(5.0, 35.0), window_s=(12.0, 32.0))
    assert METRICS["tilt_range_ml_deg"](trial) == pytest.approx(19.99)
    assert METRICS["tilt_rms_ml_deg"](trial) == pytest.approx(20 / math.sqrt(12), rel=1e-3)


def test_vertical_acceleration_counts_about_its_mean():
    wave = 0.2 * np.sin(2 * np.pi * 0.5 * np.arange(4000) / 100)
    wave[3200:] *= 5
    spans = {"steady_s": (5.0, 35.0), "window_s": (10.0, 30.0)}
    trial = body_trial(np.zeros(4000), np.zeros(4000), v=0.3 + wave, **spans)
    assert METRICS["rms_v_mps2"](trial) == pytest.approx(0.2 / math.sqrt(2), rel=1e-3)


def load(path):
    return np.genfromtxt(path, delimiter=",", names=True)


@pytest.fixture
def expected(reference):
    return json.loads(reference("ref/expected.json").read_text())


@pytest.fixture
def quiet(reference):
    table = load(reference("ref/quiet_sls_30s_100hz.csv"))
    return body_trial(
        table["acc_ap_mps2"],
        table["acc_ml_mps2"],
        tilt_ap=table["tilt_ap_deg_true"],
        tilt_ml=table["tilt_ml_deg_true"],
    )


@pytest.mark.parametrize("key", TIME_DOMAIN)
def test_time_domain_equals_the_literal_formula(key, quiet, expected):
    literal = expected["quiet.def.time.butter4_3.5Hz"][TIME_DOMAIN[key]]
    assert METRICS[key](quiet) == pytest.approx(literal, rel=1e-9)


@pytest.mark.parametrize("axis", ["ap", "ml"])
@pytest.mark.parametrize("key", FREQUENCY)
def test_frequency_equals_the_literal_formula(key, axis, quiet, expected):
    """The formulas on segments of 10 s, as the literal ones have them; the metrics' segments are below."""
    literal = expected[f"quiet.def.spectrum.welch10lin.0.15-5Hz.butter4_10Hz.{axis.upper()}"][FREQUENCY[key]]
    signal = dsp.low_pass(getattr(quiet, f"{axis}_mps2"), 100.0, 10.0)
    found = SUMMARIES[key](dsp.band(dsp.power_spectrum(signal, 100.0, 1000), 0.15, 5.0))
    assert found == pytest.approx(literal, rel=1e-9)


@pytest.mark.parametrize("axis", ["ap", "ml"])
@pytest.mark.parametrize("key", FREQUENCY)
def test_frequency_rests_on_three_segments_of_half_the_window(key, axis, quiet):
    """Written out anew: three Hann windows from 0, a quarter and a half of the window on."""
    signal = dsp.low_pass(getattr(quiet, f"{axis}_mps2"), 100.0, 10.0)
    taper = np.sin(np.pi * np.arange(1500) / 1500) ** 2
    powers = []
    for first in (0, 750, 1500):
        part, at = signal[first : first + 1500], np.arange(1500)
        part = part - np.polyval(np.polyfit(at, part, 1), at)
        powers.append(2 * np.abs(np.fft.rfft(part * taper)) ** 2 / (100.0 * np.sum(taper**2)))
    lines = dsp.band(dsp.Spectrum(np.fft.rfftfreq(1500, 0.01), np.mean(powers, axis=0)), 0.15, 5.0)
    name = next(name for name in METRICS if name.startswith(f"{key}_{axis}"))
    assert METRICS[name](quiet) == pytest.approx(SUMMARIES[key](lines), rel=1e-9)


RATES_HZ = (50.0, 51.28, 62.5, 62.55, 75.0, 88.5, 99.9, 99.96, 128.0, 200.0, 333.3, 400.0)


@pytest.fixture(scope="module")
def spectra_at_rates():
    """Return the spectral numbers of one made stance by the rate at which it was sampled, 100 Hz first."""
    generator = np.random.default_rng(1)
    frequency_hz = np.fft.rfftfreq(40_000, 1e-3)
    size = (frequency_hz > 0.05) / (1 + (frequency_hz / 0.45) ** 2) / (1 + (frequency_hz / 2.2) ** 2)
    phases = np.exp(2j * np.pi * generator.random((2, frequency_hz.size)))
    ml, ap = np.fft.irfft(size * phases, 40_000)
    fine_s, found = np.arange(40_000) / 1000, {}
    for rate_hz in (100.0, *RATES_HZ):
        time_s = np.arange(0, 38.0, 1 / rate_hz)
        noise = 0.003 * np.random.default_rng(2).standard_normal(time_s.size)
        sway = [0.2 * np.interp(time_s, fine_s, axis / ml.std()) for axis in (ml, ap)]
        acc = np.column_stack([-sway[0], 9.80665 + noise, -sway[1]])
        trial = prepare(Recording(time_s, acc), Setup(leg="left", sensor_height_m=1.0))
        found[rate_hz] = assess(trial, ["frequency"]).values
    return found


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_spectra_do_not_follow_the_rate(spectra_at_rates, rate_hz):
    """Power, F50 and F95 within 2 %: a window a sample short must not lose a third of its segments."""
    for key, value in spectra_at_rates[rate_hz].items():
        assert value == pytest.approx(spectra_at_rates[100.0][key], rel=0.02), key


ANGLES = {
    "tilt_rms_ap_deg": "RMS_AP",
    "tilt_rms_ml_deg": "RMS_ML",
    "tilt_range_ap_deg": "RANGE_AP",
    "tilt_range_ml_deg": "RANGE_ML",
    "tilt_area_deg2": "ellipse.area_chi2_ddof1 (Schubert&Kirchner PEA; recommended)",
}


@pytest.mark.parametrize("key", ANGLES)
def test_angles_equal_the_literal_formula_on_the_true_tilt(key, quiet, expected):
    literal = expected["quiet.def.tilt_deg.true_angle"][ANGLES[key]]
    assert METRICS[key](quiet) == pytest.approx(literal, rel=1e-9)


def test_tilt_path_differs_from_the_unfiltered_one_only_by_the_10_hz_filter(quiet, expected):
    literal = expected["quiet.def.tilt_deg.true_angle"]
    assert METRICS["tilt_path_deg"](quiet) == pytest.approx(literal["PATH_planar"], rel=2e-3)
    assert METRICS["tilt_speed_degps"](quiet) == pytest.approx(literal["PATH_rate_T=(n-1)dt"], rel=2e-3)


@pytest.mark.parametrize("axis", ["ap", "ml"])
def test_turning_rate_is_the_gradient_of_the_tilt_below_its_cut_off(quiet, axis):
    rate = np.gradient(getattr(quiet, f"tilt_{axis}_deg"), 0.01)
    found = METRICS[f"gyro_rms_{axis}_degps"](quiet)
    assert found <= np.sqrt(np.mean(rate**2))
    assert found == pytest.approx(np.sqrt(np.mean(rate**2)), rel=0.1)


def test_skdh_finds_the_same_jerk(quiet, expected):
    """scikit-digital-health's one-axis form follows from ours by exchanging T for n dt."""
    library = expected["quiet.lib.skdh(AP, butter4_3.5Hz, mean removed)"]
    one_axis = body_trial(quiet.ap_mps2, np.zeros_like(quiet.ap_mps2))
    ours = METRICS["log_dimensionless_jerk"](one_axis) - np.log(3000 / 2999)
    assert ours == pytest.approx(library["DimensionlessJerk_log"], rel=1e-8)
    assert METRICS["range_ap_mps2"](one_axis) == pytest.approx(library["Range"], rel=1e-9)


@pytest.fixture
def two_tones(reference):
    table = load(reference("ref/two_tone_20s_100hz.csv"))
    return body_trial(table["acc_ap_mps2"], table["acc_ml_mps2"])


@pytest.mark.parametrize(
    ("key", "analytic"),
    [
        ("rms_ap_mps2", "RMS_AP"),
        ("rms_ml_mps2", "RMS_ML"),
        ("range_ml_mps2", "RANGE_ML"),
        ("power_ap_m2ps4", "power_AP"),
        ("power_ml_m2ps4", "power_ML"),
    ],
)
def test_two_tones_meet_their_closed_form(key, analytic, two_tones, expected):
    assert METRICS[key](two_tones) == pytest.approx(expected["two_tone.analytic"][analytic], rel=3e-3)


def test_ellipse_of_two_tones_meets_its_closed_form(two_tones, expected):
    analytic = expected["two_tone.analytic"]["ellipse_area_chi2_ddof0"]
    assert METRICS["ellipse_area_m2ps4"](two_tones) == pytest.approx(analytic, rel=3e-3)


def test_unfiltered_jerk_of_two_tones_meets_its_closed_form(reference, expected):
    """The metric filters first, which takes 2 % of the 2 Hz tone; the formula itself is checked here."""
    table = load(reference("ref/two_tone_20s_100hz.csv"))
    squared = np.diff(table["acc_ap_mps2"]) ** 2 + np.diff(table["acc_ml_mps2"]) ** 2
    assert 0.5 * squared.sum() / 0.01 == pytest.approx(
        expected["two_tone.analytic"]["JERK_integral_20s"], rel=3e-3
    )


def test_jerk_of_two_tones_meets_its_closed_form_through_the_filter(two_tones):
    """Amplitudes times the filter's exact gain 1 / (1 + (f / 3.5)^8); ends of the record cost a little."""
    tones = ((0.10, 0.5), (0.02, 2.0), (0.05, 0.5))
    energy = sum((size / (1 + (f / 3.5) ** 8) * 2 * np.pi * f) ** 2 for size, f in tones)
    assert METRICS["jerk_m2ps5"](two_tones) == pytest.approx(20 * energy / 4, rel=6e-3)


def test_spectrum_of_two_tones_meets_its_closed_form(reference, expected):
    """One segment over the whole 20 s, so that the Hann window spreads each tone as little as it can."""
    table = load(reference("ref/two_tone_20s_100hz.csv"))
    analytic = expected["two_tone.analytic"]
    for axis in ("ap", "ml"):
        whole = dsp.power_spectrum(table[f"acc_{axis}_mps2"], 100.0, 2000)
        spectrum = dsp.band(whole, 0.15, 5.0)
        name = axis.upper()
        assert dsp.band_power(spectrum) == pytest.approx(analytic[f"power_{name}"], rel=3e-3)
        assert dsp.centroidal_frequency(spectrum) == pytest.approx(analytic[f"CFREQ_{name}"], rel=3e-3)


BOARD = {"osi_deg": "OSI sqrt(mean(a^2+m^2))", "apsi_deg": "RMS_AP", "mlsi_deg": "RMS_ML"}


@pytest.mark.parametrize("key", BOARD)
def test_board_indices_on_the_true_tilt(key, reference, expected):
    table = load(reference("ref/wobble_board_30s_100hz.csv"))
    zero = np.zeros(3000)
    trial = body_trial(zero, zero, tilt_ap=table["tilt_ap_deg_true"], tilt_ml=table["tilt_ml_deg_true"])
    literal = expected["wobble.def.true_angles"][BOARD[key]]
    assert METRICS[key](trial) == pytest.approx(literal, rel=1e-3)
