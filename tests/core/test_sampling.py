"""The clock of the analysed window: bursts, holes, slow stretches, jitter; no traceback from any of them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motion import standing
from radio import arrivals
from surefoot import dsp
from surefoot.assessment import assess
from surefoot.errors import LowRateError, SurefootError
from surefoot.model import Issue, Recording, Setup
from surefoot.preparation import prepare, quality
from surefoot.simulate import stance

LEFT = Setup(leg="left", sensor_height_m=1.0)
SETUPS = (
    LEFT,
    Setup(leg="left", eyes="closed"),
    Setup(test="two-legs"),
    Setup(test="wobble-board", placement="board", surface="board"),
)
DETAIL = ("path_rate_mps3", "jerk_m2ps5", "f50_ml_hz", "tilt_path_deg")


def assessed(recording, setup=LEFT):
    return assess(prepare(recording, setup))


def only(recording, rows):
    gyr = None if recording.gyr_radps is None else recording.gyr_radps[rows]
    return replace(recording, time_s=recording.time_s[rows], acc_mps2=recording.acc_mps2[rows], gyr_radps=gyr)


def codes(assessment):
    return {issue.code for issue in assessment.issues} - {"withheld", "stand_in"}


@pytest.mark.parametrize(("rate_hz", "reached"), [(39.999, True), (39.7, True), (39.0, False), (40.0, True)])
def test_a_rate_a_hair_below_its_limit_has_reached_it(rate_hz, reached):
    assert quality.reaches(rate_hz, 40.0) == reached
    assert (quality.check_rate(rate_hz) == ()) == reached
    assert (quality.rate_class(rate_hz) == "40 to 90 Hz") == reached


def test_39_999_hz_keeps_its_path_and_its_class():
    slow, even = (assessed(standing(1, rate_hz=rate_hz)) for rate_hz in (39.999, 40.0))
    assert slow.primary == even.primary == "path_rate_mps3"
    assert slow.provenance.settings["rate_class"] == even.provenance.settings["rate_class"]
    assert slow.values["path_rate_mps3"] == pytest.approx(even.values["path_rate_mps3"], rel=0.01)


def test_17_9_hz_is_18_hz_and_17_is_not():
    assert quality.check_rate(17.9)[0].code == "low_rate"
    with pytest.raises(LowRateError):
        quality.check_rate(17.0)


def slowed(recording, start_s, end_s, every):
    """Only each so-manieth sample between two times, as of a phone that saves power."""
    inside = (recording.time_s >= start_s) & (recording.time_s < end_s)
    return only(recording, ~inside | (np.arange(inside.size) % every == 0))


def test_the_worst_stretch_decides_the_class_of_rates():
    recording = standing(2)
    half = assessed(slowed(recording, 20.0, 26.0, 2))
    assert half.provenance.settings["rate_class"] == "40 to 90 Hz"
    assert codes(half) == set()
    quarter = assessed(slowed(recording, 20.0, 26.0, 4))
    assert quarter.provenance.settings["rate_class"] == "18 to 40 Hz"
    assert codes(quarter) == {"low_rate"}
    assert not set(DETAIL) & quarter.values.keys()
    assert quarter.primary == "rms_ml_mps2"


def test_a_slow_stretch_before_the_window_changes_nothing():
    settled = assessed(slowed(standing(2), 0.0, 8.0, 4))
    assert settled.provenance.settings["rate_class"] == "90 Hz and more"
    assert "path_rate_mps3" in settled.values


@pytest.mark.parametrize(("share", "kept"), [(0.02, True), (0.08, False)])
@pytest.mark.parametrize("size", [1, 4, 8])
def test_path_jerk_and_spectra_go_where_more_than_three_percent_are_lost(share, kept, size):
    recording = standing(3)
    packets = np.arange(recording.time_s.size) // size
    arrived = np.ones(packets[-1] + 1, dtype=bool)
    arrived[np.linspace(5, packets[-1] - 5, round(share * arrived.size)).astype(int)] = False
    clean, lossy = assessed(recording), assessed(only(recording, arrived[packets]))
    assert ("samples_missing" in codes(lossy)) != kept
    assert (set(DETAIL) <= lossy.values.keys()) == kept
    assert lossy.values["rms_ml_mps2"] == pytest.approx(clean.values["rms_ml_mps2"], rel=0.02)
    assert "hold_time_s" in lossy.values
    if kept:
        assert lossy.values["path_rate_mps3"] == pytest.approx(clean.values["path_rate_mps3"], rel=0.02)


@given(lost=st.sets(st.integers(1, 1998), max_size=80), rate_hz=st.sampled_from([25.0, 50.0, 100.0, 200.0]))
def test_losses_are_counted_one_by_one(lost, rate_hz):
    time_s = np.delete(np.arange(2000) / rate_hz, sorted(lost))
    assert quality.lost_share(time_s) == pytest.approx(len(lost) / 2000, abs=1e-9)


def test_advice_is_for_the_way_the_samples_came():
    time_s = np.delete(np.arange(2000) / 100, np.arange(100, 1900, 10))
    by_phone, by_radio = (quality.check_lost(time_s, own_times=True, by_radio=radio)[0] for radio in (0, 1))
    assert "screen" in by_phone.do
    assert "screen" not in by_radio.do
    holed = Recording(np.r_[0.0, 0.01, 1.0, 1.01], np.ones((4, 3)), platform="Bluetooth")
    assert "screen" not in quality.check_gaps(holed)[0].do
    assert "screen" in quality.check_gaps(replace(holed, platform="ios"))[0].do


def test_a_leap_of_the_clock_is_called_one():
    (issue,) = quality.check_gaps(Recording([0.0, 0.01, 512.0, 512.01], np.ones((4, 3))))
    assert "clock jumps ahead" in issue.what


def in_packets(recording, size, seed=1, within_s=1e-6):
    """The same samples under the time at which their packet was delivered."""
    count = recording.time_s.size
    ends = np.minimum(np.arange(count) // size * size + size - 1, count - 1)
    packets, own = np.unique(ends, return_inverse=True)
    came = arrivals(recording.time_s[packets], seed=seed, stall_share=0.0)[own]
    return replace(recording, time_s=came + within_s * np.arange(count))


@pytest.mark.parametrize("size", [2, 8, 16])
@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
def test_packets_stamped_by_arrival_are_spread_or_path_is_withheld(size, rate_hz):
    recording = standing(4, rate_hz=rate_hz)
    clean, stamped = assessed(recording), assessed(in_packets(recording, size))
    for key in ("path_rate_mps3", "rms_ml_mps2"):
        if key in stamped.values:
            limit = 0.05 if "jitter" in codes(stamped) else 0.02
            assert stamped.values[key] == pytest.approx(clean.values[key], rel=limit), key
    assert "path_rate_mps3" in stamped.values or "times_unsure" in codes(stamped)


@pytest.mark.parametrize("within_s", [0.003, 0.005])
def test_bursts_that_no_step_tells_withhold_the_path(within_s):
    """A few milliseconds within a packet of eight: neither one time nor their own."""
    recording, _ = stance(100)
    at = np.arange(recording.time_s.size)
    stamped = assessed(replace(recording, time_s=recording.time_s[at // 8 * 8] + within_s * (at % 8)))
    assert codes(stamped) == {"times_unsure"}
    assert not set(DETAIL) & stamped.values.keys()


@pytest.mark.parametrize("seed", range(3))
def test_a_sensor_that_measures_unevenly_and_says_so_has_no_jitter(seed):
    """Steps vary by 40 %, but the times are those of the samples."""
    recording = standing(seed, rate_hz=400.0)
    draw = np.random.default_rng(seed)
    rows = np.cumsum(draw.choice([1, 2, 3, 4, 5, 6, 7], 3500))
    uneven = assessed(only(recording, rows[rows < recording.time_s.size]))
    assert not codes(uneven) & {"jitter", "times_unsure"}
    even = assessed(recording)
    assert uneven.values["path_rate_mps3"] == pytest.approx(even.values["path_rate_mps3"], rel=0.02)


@pytest.mark.parametrize("mean_steps", [0.2, 0.8, 1.6, 3.0])
def test_jitter_speaks_as_the_path_moves(mean_steps):
    recording = standing(5)
    delay = np.random.default_rng(5).exponential(mean_steps / 100, recording.time_s.size)
    late_s = np.maximum.accumulate(recording.time_s + delay) + 1e-6 * np.arange(delay.size)
    clean, late = assessed(recording), assessed(replace(recording, time_s=late_s))
    told = codes(late) & {"jitter", "times_unsure"}
    if "path_rate_mps3" not in late.values:
        assert "times_unsure" in told
        return
    off = late.values["path_rate_mps3"] / clean.values["path_rate_mps3"] - 1
    assert off < 0.05
    assert told or off < 0.015
    if told:
        assert off > 0.005


def test_evened_times_are_those_of_a_clock_without_jitter_and_keep_holes():
    apart = np.ones(999)
    apart[[300, 600]] = 5
    even = np.r_[0.0, np.cumsum(apart)] / 100
    jitter = np.random.default_rng(1).uniform(-0.004, 0.004, 1000)
    assert np.abs(dsp.evened(even, 1.0, apart) - even).max() < 1e-9
    assert np.abs(dsp.evened(even + jitter, 1.0, apart) - even)[60:-60].max() < 0.001


@pytest.mark.parametrize("shift", [0, 7])
def test_bursts_are_spread_whether_told_at_their_beginning_or_their_end(shift):
    """Packets of unequal size: the step is even only when counted from the right end."""
    counts = np.random.default_rng(1).integers(4, 12, 60)
    true = np.arange(counts.sum()) / 100
    begins = np.cumsum(counts) - counts
    told = true[begins] if shift == 0 else true[begins + counts - 1]
    spread = dsp.spread_bursts(np.repeat(told, counts) + 1e-7 * np.arange(true.size), 0.002)
    inner = slice(20, -20)
    assert np.std((spread - true)[inner]) < 1e-4


def test_a_blurred_trial_says_why_each_number_is_missing():
    trial = prepare(standing(1), LEFT)
    for code, reason in quality.BLURRED.items():
        blurred = assess(replace(trial, issues=(Issue(code, "warning", "So."),)))
        assert not set(DETAIL) & blurred.values.keys()
        assert {"rms_ml_mps2", "hold_time_s", "tilt_rms_ml_deg"} <= blurred.values.keys()
        told = [issue.what for issue in blurred.issues if issue.code == "withheld"]
        assert any(reason in what and "path" in what for what in told)


STEPS = st.sampled_from(
    ["jump", "scale", "offset", "still", "late", "coarse", "round", "axis", "turn", "zero"]
)


def mangled(recording, step, first, last, size, draw):
    """One recording made of another; each is such as a reader may hand on."""
    time_s, acc, gyr = recording.time_s.copy(), recording.acc_mps2.copy(), recording.gyr_radps
    part = slice(first, last)
    if step == "jump":
        time_s[first:] += 10 ** (2 * size)
    elif step == "scale":
        time_s *= 10 ** (size / 2)
    elif step == "offset":
        time_s += 10 ** (3 * size)
    elif step == "still":
        acc[part] = acc[first]
    elif step == "late":
        time_s = np.sort(time_s + draw.exponential(10 ** (size - 4), time_s.size))
    elif step == "coarse":
        acc = np.round(acc, 1)
    elif step == "round":
        quantum = 10 ** (size / 2 - 3)
        time_s = np.floor(time_s / quantum) * quantum + 1e-7 * np.arange(time_s.size)
    elif step == "axis":
        acc[:, first % 3] = 0.0
    elif step == "turn":
        acc = -acc[:, [2, 0, 1]]
    else:
        acc[part] = 0.0
    return replace(recording, time_s=time_s, acc_mps2=acc, gyr_radps=gyr)


@settings(max_examples=60, deadline=None)
@given(
    samples=st.one_of(st.integers(2, 3600), st.just(3600)),
    steps=st.lists(
        st.tuples(STEPS, st.floats(0, 1), st.floats(0, 1), st.floats(-1, 5)), min_size=1, max_size=3
    ),
    setup=st.sampled_from(SETUPS),
    gyroscope=st.booleans(),
)
def test_any_recording_is_assessed_or_refused(samples, steps, setup, gyroscope):
    recording = only(standing(6, gyroscope=True), np.arange(samples))
    draw = np.random.default_rng(samples)
    try:
        for step, one, other, size in steps:
            first, last = sorted((int(one * (samples - 1)), int(other * (samples - 1))))
            recording = mangled(recording, step, first, last + 1, size, draw)
    except ValueError:
        return  # Not a recording: times that no longer rise.
    recording = recording if gyroscope else replace(recording, gyr_radps=None)
    try:
        assessment = assessed(recording, setup)
    except SurefootError:
        return
    assert np.isfinite(list(assessment.values.values())).all()
