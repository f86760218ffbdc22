"""What every metric keeps to; a new file in the folder is picked up without an edit here."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from motion import body_trial, noise
from surefoot.metrics import load_metrics
from surefoot.model import MEASURES, Event, Setup
from surefoot.units import SUFFIXES

METRICS = load_metrics()
ONE_AXIS = re.compile(r"_(ap|ml)(_|$)|angle|apsi|mlsi|_(left|right|forward|back)_")
PLANAR = [metric for metric in METRICS.values() if not ONE_AXIS.search(metric.key)]
SETUP = Setup(leg="left", sensor_height_m=1.0, body_height_m=1.75, board_max_tilt_deg=15.0)
REQUIRED_SOURCE = re.compile(r"\b(19|20)\d\d\b|\bown\b")


@cache
def sample_trial(gain=1.0, tilt_deg=0.5):
    """Band-limited noise on every channel about a lean, so that filters act alike at any size of motion."""
    ap, ml, v, lean_ap, lean_ml = (gain * noise(seed) for seed in range(5))
    tilt_ap, tilt_ml = tilt_deg * (0.9 * lean_ap + 0.2 * gain), tilt_deg * (1.2 * lean_ml - 0.4 * gain)
    events = (Event("edge_contact", 12.0, 12.4),)
    return body_trial(
        0.13 * ap, 0.18 * ml, v=0.02 * v, tilt_ap=tilt_ap, tilt_ml=tilt_ml, setup=SETUP, events=events
    )


def size_for(metric):
    """A board tilts by degrees where a body sways by tenths of them."""
    return {"tilt_deg": 6.0} if metric.group == "board" else {}


def later_by(events, shift_s):
    return tuple(replace(e, start_s=e.start_s + shift_s, end_s=e.end_s + shift_s) for e in events)


def exchanged(key):
    """The key with the words left and right exchanged."""
    sides = {"left": "right", "right": "left"}
    return "_".join(sides.get(word, word) for word in key.split("_"))


@pytest.fixture
def trial(metric):
    return sample_trial(**size_for(metric))


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
class TestMetric:
    def test_has_a_label_a_formula_and_a_source(self, metric):
        assert metric.label
        assert len(metric.description) > 20
        assert REQUIRED_SOURCE.search(metric.reference), metric.reference

    def test_key_ends_in_its_unit_or_is_dimensionless(self, metric):
        suffix = metric.key.rpartition("_")[2]
        assert (suffix in SUFFIXES) == bool(metric.unit)

    def test_is_a_finite_number(self, metric, trial):
        value = metric(trial)
        assert isinstance(value, float)
        assert np.isfinite(value)

    def test_is_positive_where_its_scale_is_ln(self, metric, trial):
        assert metric.scale != "ln" or metric(trial) > 0

    def test_mirroring_does_what_is_declared(self, metric, trial):
        flipped = {name: -getattr(trial, name) for name in ("ml_mps2", "tilt_ml_deg", "rate_ml_degps")}
        counterpart = METRICS[exchanged(metric.key)] if metric.mirror == "swapped" else metric
        expected = counterpart(trial) * (-1 if metric.mirror == "negated" else 1)
        assert metric(replace(trial, **flipped)) == pytest.approx(expected, rel=1e-9, abs=1e-12)

    def test_larger_motion_scales_the_value_as_declared(self, metric, trial):
        if metric.gain is None:
            assert metric.group in ("board", "com"), "only thresholds and sines have no such law"
        else:
            expected = metric(trial) * 2.0**metric.gain
            assert metric(sample_trial(gain=2.0, **size_for(metric))) == pytest.approx(expected, rel=1e-9)

    def test_needs_measures_that_a_setup_has(self, metric):
        assert set(metric.needs_one_of) <= set(MEASURES)

    def test_ignores_where_the_clock_starts(self, metric, trial):
        shift = 100.0
        span = tuple(end + shift for end in trial.steady_s)
        events = later_by(trial.events, shift)
        later = replace(trial, time_s=trial.time_s + shift, steady_s=span, window_s=span, events=events)
        assert metric(later) == pytest.approx(metric(trial), rel=1e-9)

    def test_sees_only_the_steady_stretch(self, metric, trial):
        """What lies outside the stretch may be anything."""
        spoiled = {}
        for name in ("ap_mps2", "ml_mps2", "v_mps2", "tilt_ap_deg", "tilt_ml_deg"):
            signal = np.concatenate([np.full(500, 99.0), getattr(trial, name)])
            spoiled[name] = signal
        for name in ("rate_ap_degps", "rate_ml_degps"):
            spoiled[name] = np.concatenate([np.full(500, 99.0), getattr(trial, name)])
        span = (5.0, 35.0)
        spoiled["events"] = later_by(trial.events, 5.0)
        longer = replace(trial, time_s=np.arange(3500) / 100, steady_s=span, window_s=span, **spoiled)
        assert metric(longer) == pytest.approx(metric(trial), rel=1e-9)

    def test_takes_the_same_value_from_half_the_samples(self, metric, trial):
        """The same motion at 50 Hz: within 2 % where the design promises it, 5 % elsewhere."""
        halves = {
            name: getattr(trial, name)[::2]
            for name in (
                "time_s ap_mps2 ml_mps2 v_mps2 tilt_ap_deg tilt_ml_deg rate_ap_degps rate_ml_degps".split()
            )
        }
        slow = replace(trial, rate_hz=50.0, **halves)
        promised = metric.key.startswith(("rms", "mean_distance", "path", "jerk", "ellipse", "f50", "tilt"))
        tolerance = 0.02 if promised else 0.05
        assert metric(slow) == pytest.approx(metric(trial), rel=tolerance)


def test_keys_and_labels_are_unique():
    labels = [metric.label for metric in METRICS.values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("metric", PLANAR, ids=lambda metric: metric.key)
def test_turning_the_horizontal_axes_leaves_planar_values(metric, trial):
    turn = np.radians(37.0)
    fields = {}
    for first, second in (
        ("ap_mps2", "ml_mps2"),
        ("tilt_ap_deg", "tilt_ml_deg"),
        ("rate_ap_degps", "rate_ml_degps"),
    ):
        a, b = getattr(trial, first), getattr(trial, second)
        fields[first] = a * np.cos(turn) - b * np.sin(turn)
        fields[second] = a * np.sin(turn) + b * np.cos(turn)
    # A displacement is the sine of each axis, so turning them changes it in the fifth digit.
    tolerance = 1e-4 if metric.group == "com" else 1e-9
    assert metric(replace(trial, **fields)) == pytest.approx(metric(trial), rel=tolerance)
