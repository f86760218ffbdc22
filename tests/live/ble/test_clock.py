"""Sample times: against a linear program, against known arrivals, against a real log of arrivals."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radio import arrivals
from surefoot.live.ble.clock import drift_ppm, find_slips, fit_envelope, place, track
from surefoot.live.ble.device import Block, DeviceClock
from surefoot.live.ble.ticks import judge_clock, split_at_restarts, unwrap

MICROSECONDS = DeviceClock(1e-6, 32, "first")


def blocks_of(count, size=1, **columns):
    made = {name: list(values) for name, values in columns.items()}
    return [
        Block(np.zeros((size, 3)), **{name: int(values[i]) for name, values in made.items()})
        for i in range(count)
    ]


@given(
    delays=st.lists(st.floats(0, 0.5), min_size=3, max_size=60),
    slope=st.floats(0.001, 0.1),
    offset=st.floats(-100, 100),
)
def test_the_envelope_is_the_solution_of_the_linear_program(delays, slope, offset):
    from scipy.optimize import linprog

    x = np.arange(len(delays), dtype=float)
    y = offset + slope * x + delays
    a, b = fit_envelope(x, y)
    solved = linprog([-1, -x.mean()], A_ub=np.column_stack([np.ones_like(x), x]), b_ub=y, bounds=(None, None))
    assert (a + b * x <= y + 1e-9).all()
    assert a + b * x.mean() == pytest.approx(-solved.fun, abs=1e-6)


def test_one_position_is_no_line():
    with pytest.raises(ValueError, match="two different"):
        fit_envelope(np.zeros(4), np.arange(4.0))


# Scatter and slope errors that the method was measured to have on such links, with room for luck. Where the
# connection interval is a multiple of the sample period, a drift of 80 ppm cannot be seen in 30 s.
LINKS = [
    ({"interval_s": 0.030}, 100.0, 1, 1.5, 90),
    ({"interval_s": 0.045}, 52.0, 4, 1.5, 100),
    ({"interval_s": 0.030, "stall_share": 0.02}, 200.0, 10, 1.5, 90),
    ({"interval_s": 0.015, "drift_ppm": 150.0}, 60.0, 1, 1.0, 40),
]


@pytest.mark.parametrize(("link", "rate_hz", "size", "scatter_ms", "slope_ppm"), LINKS)
def test_times_without_a_clock(link, rate_hz, size, scatter_ms, slope_ppm):
    """The order of samples alone gives times far better than arrivals or least squares do."""
    scatters, naive, fitted, slopes = [], [], [], []
    for seed in range(10):
        count = int(30 * rate_hz) // size
        sent = (np.arange(count) * size + size - 1) / rate_hz
        arrived = arrivals(sent, seed=seed, **link)
        tracked = track(blocks_of(count, size), arrived, None, nominal_hz=rate_hz)
        n = np.arange(count * size)
        period_s = (1 + link.get("drift_ppm", 80.0) * 1e-6) / rate_hz
        true = 5.0 + n * period_s
        times = place(tracked)
        scatters.append(np.std(times - true))
        slopes.append(np.polyfit(n, times, 1)[0] / period_s - 1)
        naive.append(np.std(np.interp(n, n[size - 1 :: size], arrived) - true))
        fitted.append(np.std(np.polyval(np.polyfit(n[size - 1 :: size], arrived, 1), n) - true))
    assert np.mean(scatters) * 1e3 < scatter_ms
    assert np.sqrt(np.mean(np.square(slopes))) * 1e6 < slope_ppm
    assert np.mean(scatters) < 0.25 * np.mean(naive)
    assert np.mean(scatters) < np.mean(fitted)


def test_times_with_a_clock_are_the_clocks():
    rate_hz, count = 60.0, 1800
    true = np.cumsum(np.random.default_rng(1).uniform(0.9, 1.1, count)) / rate_hz
    begun = 4294.0
    ticks = np.round((true + begun) * 1e6).astype(np.int64) % 2**32
    tracked = track(blocks_of(count, ticks=ticks), arrivals(true, drift_ppm=50.0), MICROSECONDS)
    assert tracked.method == "device clock"
    np.testing.assert_allclose(np.diff(place(tracked)), np.diff(true), atol=2e-6)
    assert drift_ppm(tracked) == pytest.approx(50.0, abs=30.0)
    assert (tracked.lost, tracked.repeated) == (0, 0)


def test_a_short_stretch_tells_no_drift():
    ticks = np.arange(500) * 10_000
    tracked = track(blocks_of(500, ticks=ticks), arrivals(ticks * 1e-6), MICROSECONDS)
    assert drift_ppm(tracked) is None


@given(
    bits=st.sampled_from([16, 24, 32]),
    begun=st.integers(0, 2**32),
    steps=st.lists(st.integers(1, 400), min_size=2, max_size=60),
    repeat=st.integers(0, 59),
)
def test_unwrapping_survives_wraps_and_repeats(bits, begun, steps, repeat):
    counted = np.cumsum(steps)
    counted = np.insert(counted, repeat % len(counted), counted[repeat % len(counted)])
    read = [(begun + int(c)) % 2**bits for c in counted]
    expected = (counted - counted[0]) * 1.01
    assert unwrap(read, bits, expected).tolist() == (counted - counted[0]).tolist()


def test_a_gap_of_several_wraps_is_counted_by_the_arrivals():
    assert unwrap([0, 100], 16, np.array([0.0, 3 * 65536 + 120.0])).tolist() == [0, 3 * 65536 + 100]


def test_nanoseconds_since_2000_stay_exact():
    begun = 846_000_000_123_456_789
    assert unwrap([begun, begun + 5_000_001], 64, np.zeros(2)).tolist() == [0, 5_000_001]


@pytest.mark.parametrize("counted", ["clock", "counter"])
def test_lost_and_repeated_packets_are_counted(counted):
    size, kept = 10, np.setdiff1d(np.arange(300), [40, 41, 42, 200])
    order = np.sort(np.r_[kept, 100, 150, 150])
    columns = {"ticks": order * 100_000} if counted == "clock" else {"counter": (order + 65500) % 65536}
    arrived = arrivals((order + 1) * 0.1 - 0.01)
    clock, bits = (MICROSECONDS, 0) if counted == "clock" else (None, 16)
    tracked = track(blocks_of(len(order), size, **columns), arrived, clock, bits, 100.0)
    assert tracked.method == ("device clock" if counted == "clock" else "counter")
    assert (tracked.lost, tracked.repeated) == (40, 3)
    times = place(tracked)
    true = (kept[:, None] * 0.1 + np.arange(size) * 0.01).ravel()
    np.testing.assert_allclose(times - times[0], true, atol=2e-3)


def test_a_damaged_clock_reading_spoils_nothing_else():
    ticks = np.arange(1000) * 10_000
    ticks[500] = 4_000_000_000
    tracked = track(blocks_of(1000, ticks=ticks), arrivals(np.arange(1000) * 0.01), MICROSECONDS)
    assert len(tracked.blocks) == 999
    assert tracked.lost == 1


def test_samples_of_a_packet_are_spread_up_to_its_neighbour():
    first = track(blocks_of(3, 4, ticks=[0, 40_000, 80_400]), [0.05, 0.09, 0.13], MICROSECONDS)
    assert first.position.tolist() == [0, 10_000, 20_000, 30_000, 40_000, 50_100, 60_200, 70_300, *(
        80_400 + 10_050 * np.arange(4)
    )]  # fmt: skip
    last = track(blocks_of(2, 2, ticks=[0, 20_000]), [0.0, 0.02], DeviceClock(1e-6, 32, "last"))
    assert last.position.tolist() == [-10_000, 0, 10_000, 20_000]


def test_a_real_log_of_arrivals(reference):
    """A micro:bit asked for 20 ms: its reporter found 18 ms; deliveries come in bursts of two or three."""
    vectors = json.loads(reference("ble/ble_vectors.json").read_text(encoding="utf-8"))["vectors"]
    (told,) = [v["expected"]["intervals_ms"] for v in vectors if v["id"] == "microbit-arrivals-20ms"]
    arrived = np.cumsum([0, *told]) / 1000
    _, period_s = fit_envelope(np.arange(len(arrived), dtype=float), arrived)
    assert period_s == pytest.approx(0.018, abs=0.002)


def test_a_track_too_short_for_a_rate_takes_that_of_a_longer_one():
    tracked = track(blocks_of(5, 10), np.arange(1, 6) * 0.1 + 0.02, None)
    np.testing.assert_allclose(np.diff(place(tracked, 0.0099)), 0.0099)
    assert place(track(blocks_of(1, 10), [0.1], None)) is None


def test_a_clock_that_begins_anew_splits_a_link_and_nothing_else_does():
    true = np.arange(3000) * 0.01
    arrived = arrivals(true, stall_share=0.01)
    whole = (true * 1e6).astype(int)
    anew = np.where(true < 12.0, whole, whole - 12_000_000)
    ahead = np.where(true < 12.0, whole, whole + 60_000_000)
    damaged = whole.copy()
    damaged[[500, 1500]] = [4_000_000_000, 3]
    swapped = whole.copy()
    swapped[[700, 701]] = swapped[[701, 700]]
    for ticks, pieces in ((whole, 1), (anew, 2), (ahead, 2), (damaged, 1), (swapped, 1)):
        assert len(split_at_restarts(ticks.tolist(), arrived, MICROSECONDS)) == pieces
    (first, second) = split_at_restarts(anew.tolist(), arrived, MICROSECONDS)
    assert (first.stop, second.start, second.stop) == (1200, 1200, 3000)


@given(st.lists(st.integers(10, 60), min_size=1, max_size=4), st.sampled_from([16, 24, 32]))
def test_every_packet_is_in_one_piece_whatever_the_clock_does(sizes, bits):
    ticks = np.concatenate([np.arange(size) * 10 for size in sizes]) % 2**bits
    pieces = split_at_restarts(ticks.tolist(), np.arange(ticks.size) * 0.01, DeviceClock(1e-3, bits))
    assert [i for piece in pieces for i in range(ticks.size)[piece]] == list(range(ticks.size))


def test_packets_that_overtook_one_another_are_put_in_order():
    ticks = np.arange(1000) * 10_000
    order = np.arange(1000)
    order[[100, 101, 500, 501]] = order[[101, 100, 501, 500]]
    tracked = track(blocks_of(1000, ticks=ticks[order]), arrivals(ticks * 1e-6), MICROSECONDS)
    assert (tracked.lost, tracked.repeated, tracked.stray) == (0, 0, 0)
    assert tracked.position.tolist() == ticks.tolist()


def test_numbered_packets_that_overtook_one_another_are_put_in_order():
    order = (np.arange(1000) + 65_000) % 65_536
    order[[100, 101]] = order[[101, 100]]
    blocks = [Block(np.full((1, 3), float(number)), counter=int(number)) for number in order]
    tracked = track(blocks, arrivals(np.arange(1000) / 100), None, 16, 100.0)
    assert (tracked.lost, tracked.repeated) == (0, 0)
    assert [block.counter for block in tracked.blocks] == [(at + 65_000) % 65_536 for at in range(1000)]


def test_what_a_sensor_holds_is_no_repeat():
    """Each sample twice, as many as were asked for: it sends faster than it measures."""
    blocks = [Block(np.full((1, 3), float(at // 2))) for at in range(3000)]
    tracked = track(blocks, arrivals(np.arange(3000) / 100), None, nominal_hz=100.0)
    assert (len(tracked.blocks), tracked.repeated) == (3000, 0)


@given(
    unit=st.sampled_from([1e-6, 1e-5, 1e-4, 1e-2, 1e-1]),
    bits=st.sampled_from([32, 64]),
    loss=st.floats(0, 0.3),
)
def test_a_clock_in_another_unit_is_judged_by_the_arrivals(unit, bits, loss):
    kept = np.random.default_rng(1).random(1000) >= loss
    true = np.arange(1000)[kept] / 100 + 70.0
    ticks = np.round(true / unit).astype(np.int64) % 2**32
    clock, factor = judge_clock(ticks.tolist(), arrivals(true), [DeviceClock(1e-3, bits)])
    assert clock.tick_s == pytest.approx(unit)
    assert factor == pytest.approx(1e-3 / unit)


def test_other_samples_under_a_reading_that_was_are_no_repeats():
    ticks = np.arange(1000) * 10_000
    ticks[500] = ticks[499]
    blocks = [Block(np.full((1, 3), float(i)), ticks=int(tick)) for i, tick in enumerate(ticks)]
    tracked = track(blocks, arrivals(np.arange(1000) * 0.01), MICROSECONDS)
    assert (tracked.repeated, tracked.stray) == (0, 1)


def test_a_clock_of_whole_seconds_is_no_clock_of_samples():
    blocks = [Block(np.full((1, 3), float(i)), ticks=i // 100) for i in range(2000)]
    tracked = track(blocks, arrivals(np.arange(2000) * 0.01), DeviceClock(1.0, 32), nominal_hz=100.0)
    assert tracked.method == "sample order"
    assert len(tracked.blocks) == 2000
    assert np.std(place(tracked) - np.arange(2000) * 0.01) < 3e-3


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("hole_s", [0.1, 0.3, 1.0, 1.4])
def test_what_a_sensor_without_clock_never_sent_is_a_hole_where_it_was(hole_s, size):
    sent = np.arange(3600 // size) * size / 100
    kept = (sent < 15.0) | (sent >= 15.0 + hole_s)
    missing = int((~kept).sum()) * size
    arrived = arrivals(sent[kept] + (size - 1) / 100, stall_share=0.01)
    tracked = track(blocks_of(int(kept.sum()), size), arrived, None, nominal_hz=100.0)
    assert tracked.lost == pytest.approx(missing, abs=2)
    true = (sent[kept][:, np.newaxis] + np.arange(size) / 100).ravel()
    off = place(tracked) - true
    assert np.std(off) < 0.02
    assert np.mean(np.abs(off - np.median(off)) > 0.03) < 0.01


@pytest.mark.parametrize("seed", range(12))
def test_stalls_are_no_holes(seed):
    arrived = arrivals(np.arange(3600) / 100, seed=seed, stall_share=0.02)
    assert find_slips(np.arange(3600.0), arrived) == []
