"""Clocks, units and the gyroscope: closed forms for every repair and every refusal."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports import find_gaps
from surefoot.errors import UnitError, UnreadableFileError
from surefoot.sources.assembly.clocks import clock_seconds, date_seconds
from surefoot.sources.assembly.recordings import Origin, add_gravity, assemble, canonical_unit, rest_norm
from surefoot.sources.assembly.timing import Signal, measured_rate, tidy, without_held

G = 9.80665


def ramp(samples=200, rate_hz=100.0, start_s=0.0):
    return start_s + np.arange(samples) / rate_hz


def standing(time_s, scale=1.0):
    sway = 0.05 * np.column_stack([np.sin(2 * time_s), np.cos(3 * time_s), np.sin(5 * time_s)])
    return (sway + [0.0, 0.0, G]) * scale


def signal(time_s, values=None, unit="m/s2", name="acceleration"):
    return Signal(name, np.asarray(time_s, float), standing(time_s) if values is None else values, unit)


def rotation(time_s, unit="rad/s"):
    return Signal(
        "gyroscope", time_s, np.column_stack([np.sin(time_s), 0.1 * time_s, time_s * 0 + 0.2]), unit
    )


def codes(recording):
    return [issue.code for issue in recording.issues]


def test_time_counts_from_the_first_sample_and_the_wall_clock_follows():
    zero = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    recording = assemble(signal(ramp(start_s=2.5)), None, Origin(1, clock_zero=zero))
    assert recording.time_s[0] == 0
    assert recording.started == zero + timedelta(seconds=2.5)


@pytest.mark.parametrize("zero", ["2026-03-02T08:00:00", "9999-12-31T23:59:58Z"])
def test_a_clock_without_a_zone_or_a_possible_date_tells_no_wall_time(zero):
    assert (
        assemble(signal(ramp(start_s=2.5)), None, Origin(1, clock_zero=datetime.fromisoformat(zero))).started
        is None
    )


@pytest.mark.parametrize(("unit", "scale"), [("m/s2", 1.0), ("g", 1 / G), ("mg", 1000 / G)])
@pytest.mark.parametrize("told", [True, False])
def test_units_become_si_told_or_not(unit, scale, told):
    time_s = ramp()
    recording = assemble(signal(time_s, standing(time_s, scale), unit if told else ""), None, Origin(1))
    np.testing.assert_allclose(recording.acc_mps2, standing(time_s), rtol=1e-12)
    assert recording.sensors["acceleration"].unit == unit


def test_the_sign_is_the_origins_and_nothing_else():
    time_s = ramp()
    recording = assemble(signal(time_s, -standing(time_s)), None, Origin(-1))
    np.testing.assert_allclose(recording.acc_mps2, standing(time_s))
    upside_down = assemble(signal(time_s, -standing(time_s)), None, Origin(+1))
    assert upside_down.acc_mps2[:, 2].mean() == pytest.approx(-G, abs=0.1)


def test_a_unit_that_contradicts_gravity_is_refused():
    with pytest.raises(UnitError, match="contradict"):
        assemble(signal(ramp(), unit="g"), None, Origin(1))


@pytest.mark.parametrize("scale", [0.05, 0.5, 2.0, 10.0, 1e5])
def test_what_is_not_gravity_is_refused_with_its_size(scale):
    time_s = ramp()
    with pytest.raises(UnitError, match=r"median \|a\|"):
        assemble(signal(time_s, standing(time_s, scale)), None, Origin(1))


@pytest.mark.parametrize("scale", [1.0, 1.04, 1.06, 0.94])
def test_gravity_a_little_off_is_never_rescaled(scale):
    time_s = ramp()
    recording = assemble(signal(time_s, standing(time_s, scale)), None, Origin(1))
    assert np.linalg.norm(recording.acc_mps2, axis=1).mean() == pytest.approx(G * scale, rel=1e-3)


def test_rest_is_judged_where_it_is_quiet():
    time_s = ramp(2000)
    values = standing(time_s)
    values[600:] *= np.linspace(0.5, 3.0, 1400)[:, None]
    assert rest_norm(values) == pytest.approx(G, abs=0.05)


def test_gyroscope_at_the_same_times_is_kept_as_it_is():
    time_s = ramp()
    recording = assemble(signal(time_s), rotation(time_s), Origin(1))
    np.testing.assert_array_equal(recording.gyr_radps, rotation(time_s).values)


def test_gyroscope_on_another_clock_is_interpolated():
    time_s, own = ramp(), ramp(900, 420.0, start_s=-0.03)
    recording = assemble(signal(time_s), rotation(own), Origin(1))
    np.testing.assert_allclose(recording.gyr_radps, rotation(time_s).values, atol=1e-5)
    assert recording.sensors["gyroscope"].rate_hz == pytest.approx(420)


def test_degrees_become_radians():
    time_s = ramp()
    recording = assemble(signal(time_s), rotation(time_s, "deg/s"), Origin(1))
    np.testing.assert_allclose(recording.gyr_radps, np.deg2rad(rotation(time_s).values))


@pytest.mark.parametrize(
    ("gyroscope", "reason"),
    [
        (rotation(ramp(100)), "covers only 50%"),
        (rotation(np.r_[ramp(80), ramp(80, start_s=1.2)]), "hole of 0.41 s"),
        (rotation(ramp(), unit=""), "unit"),
        (Signal("gyroscope", ramp(), np.full((200, 3), 30.0), "rad/s"), "rad/s most of the time"),
        (Signal("gyroscope", ramp(), np.zeros((200, 3)), "rad/s"), "no usable samples"),
        (Signal("gyroscope", ramp(3), np.ones((3, 3)), "rad/s"), "too few samples"),
    ],
)
def test_a_gyroscope_that_cannot_be_used_is_left_out_and_says_why(gyroscope, reason):
    recording = assemble(signal(ramp()), gyroscope, Origin(1))
    assert recording.gyr_radps is None
    (issue,) = recording.issues
    assert issue.code == "gyroscope_left_out"
    assert reason in issue.what


def test_acceleration_without_gyroscope_at_its_ends_is_cut_off():
    time_s = ramp(1000)
    recording = assemble(signal(time_s), rotation(ramp(950, start_s=0.5)), Origin(1))
    assert recording.duration_s == pytest.approx(9.99 - 0.25, abs=0.011)
    assert codes(recording) == ["rows_dropped"]


def test_a_gap_in_both_sensors_keeps_the_gyroscope():
    time_s = np.r_[ramp(200), ramp(200, start_s=3.0)]
    recording = assemble(signal(time_s), rotation(time_s), Origin(1))
    assert recording.gyr_radps is not None
    assert find_gaps(recording.time_s) == [(pytest.approx(1.99), pytest.approx(3.0))]


def test_the_rate_is_that_of_the_longest_whole_stretch():
    assert measured_rate(np.r_[ramp(50, 50.0), ramp(300, 99.5, start_s=9.0)]) == pytest.approx(99.5)


def test_no_gap_in_a_slow_but_steady_recording():
    assert find_gaps(ramp(100, 5.0)) == []
    assert find_gaps(np.delete(ramp(100, 20.0), 40)) == []
    assert len(find_gaps(np.delete(ramp(100, 20.0), [40, 41]))) == 1


def test_leading_zeros_and_rows_without_numbers_go():
    time_s = ramp()
    values = standing(time_s)
    values[:3] = 0
    values[50, 1] = np.nan
    tidied = tidy(signal(time_s, values))
    assert tidied.time_s.size == 196
    told = [(issue.code, issue.what.split(" acceleration")[0]) for issue in tidied.issues]
    assert told == [("rows_dropped", "1 of 200"), ("rows_dropped", "3 of 199")]


def test_rows_slightly_out_of_order_are_sorted():
    time_s = ramp()
    swapped = time_s.copy()
    swapped[[10, 11]] = swapped[[11, 10]]
    tidied = tidy(signal(swapped))
    np.testing.assert_array_equal(tidied.time_s, time_s)
    assert [issue.code for issue in tidied.issues] == ["clock_repaired"]


def test_two_recordings_joined_into_one_are_refused():
    with pytest.raises(UnreadableFileError, match="two takes in one") as refusal:
        tidy(signal(np.r_[ramp(), ramp()], standing(ramp(400))))
    assert refusal.value.found == "row 201 of 400 at 0.00 s, after 1.99 s"


def test_a_take_that_was_written_twice_is_read_once():
    tidied = tidy(signal(np.r_[ramp(), ramp()]))
    np.testing.assert_array_equal(tidied.time_s, ramp())
    assert "200 of 400" in tidied.issues[0].what


def test_a_clock_that_was_set_back_goes_on():
    time_s = np.r_[ramp(300), ramp(300, start_s=1.5)]
    tidied = tidy(signal(time_s, standing(ramp(600))))
    np.testing.assert_allclose(tidied.time_s, ramp(600), atol=1e-9)
    assert [issue.code for issue in tidied.issues] == ["clock_repaired"]
    assert "by 1.49 s after row 300" in tidied.issues[0].what


def test_a_clock_that_counts_anew_each_second_is_refused():
    with pytest.raises(UnreadableFileError, match="runs backwards"):
        tidy(signal(ramp(1200) % 1.0, standing(ramp(1200))))


@pytest.mark.parametrize("away_s", [-1e9, -100.0, 512.0, 1e9])
@pytest.mark.parametrize("at", [0, 1, 77, 198, 199])
def test_a_row_whose_time_stands_apart_goes_and_no_other(away_s, at):
    time_s = ramp()
    time_s[at] += away_s
    tidied = tidy(signal(time_s, standing(ramp())))
    np.testing.assert_array_equal(tidied.time_s, np.delete(ramp(), at))
    (issue,) = tidied.issues
    assert (issue.code, issue.severity) == ("rows_dropped", "warning")
    assert "stands apart" in issue.what


def test_rows_of_a_table_sorted_by_another_column_are_put_in_order():
    order = np.random.default_rng(1).permutation(200)
    tidied = tidy(signal(ramp()[order], standing(ramp()[order])))
    np.testing.assert_array_equal(tidied.time_s, ramp())
    np.testing.assert_array_equal(tidied.values, standing(ramp()))


def test_equal_rows_collapse():
    time_s = np.repeat(ramp(100), 2)
    tidied = tidy(signal(time_s))
    np.testing.assert_array_equal(tidied.time_s, ramp(100))


def test_packets_under_one_stamp_are_spread():
    stamps = np.repeat(ramp(50, 12.5), 8)
    values = standing(ramp(400))
    tidied = tidy(signal(stamps, values))
    np.testing.assert_allclose(tidied.time_s, ramp(400), atol=1e-9)
    assert [issue.code for issue in tidied.issues] == ["low_precision_time"]


def test_spreading_never_reaches_across_a_gap():
    stamps = np.r_[np.repeat(ramp(20, 10.0), 2), np.repeat(ramp(20, 10.0, start_s=60.0), 2)]
    tidied = tidy(signal(stamps, standing(ramp(80))))
    assert tidied.time_s[39] == pytest.approx(1.95)


def test_too_few_samples_are_refused():
    with pytest.raises(UnreadableFileError, match="too few samples"):
        tidy(signal(ramp(9)))


@given(st.lists(st.integers(0, 400), min_size=30, max_size=200), st.integers(0, 2**31))
def test_any_order_of_stamps_ends_strictly_increasing_or_refused(stamps, seed):
    values = np.random.default_rng(seed).normal(size=(len(stamps), 3))
    try:
        tidied = tidy(signal(np.array(stamps) / 100, values))
    except UnreadableFileError:
        return
    assert (np.diff(tidied.time_s) > 0).all()


def test_held_rows_collapse_to_the_true_rate():
    time_s = ramp(4000, 400.0)
    held = standing(np.repeat(ramp(160, 16.0), 25))
    collapsed = without_held(signal(time_s, held))
    assert measured_rate(collapsed.time_s) == pytest.approx(16.0, rel=0.01)


def test_a_coarse_sensor_is_not_mistaken_for_a_held_one():
    time_s = ramp(2000)
    coarse = np.round(standing(time_s), 1)
    assert without_held(signal(time_s, coarse)).time_s.size == 2000


def test_user_acceleration_plus_gravity_is_the_whole():
    time_s = ramp()
    whole, gravity = standing(time_s), np.broadcast_to([0.0, 0.0, G], (200, 3))
    total = add_gravity(signal(time_s, whole - gravity), signal(time_s, gravity))
    np.testing.assert_allclose(total.values, whole)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("m/s^2", "m/s2"),
        ("m/s²", "m/s2"),
        ("m/(s^2)", "m/s2"),
        ("G", "g"),
        ("mg", "mg"),
        ("°/s", "deg/s"),
        ("µT", ""),
    ],
)
def test_units_by_their_many_spellings(text, unit):
    assert canonical_unit(text) == unit


def unpadded(moment_s, start="2026-03-02 "):
    whole, thousandths = divmod(round(1000 * moment_s), 1000)
    return f"{start}08:{30 + whole // 60}:{whole % 60:02d}.{thousandths}"


@pytest.mark.parametrize("read", [clock_seconds, date_seconds])
def test_milliseconds_without_leading_zeros_are_thousandths(read):
    time_s = ramp(700) + 58.5
    np.testing.assert_allclose(read([unpadded(t) for t in time_s]), ramp(700), atol=1e-6)


@pytest.mark.parametrize("read", [clock_seconds, date_seconds])
def test_decimals_without_trailing_zeros_stay_decimals(read):
    stamps = [f"2026-03-02 08:30:{t:06.3f}".rstrip("0") + "0" for t in 10 + ramp(700)]
    np.testing.assert_allclose(read(stamps), ramp(700), atol=1e-6)
