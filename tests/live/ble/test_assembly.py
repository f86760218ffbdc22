"""From packets to a recording: each sensor's twin over a made radio, against the stance that it replays."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radio import arrivals
from radio_failures import READS
from surefoot.assessment import assess
from surefoot.errors import NoSamplesError, UnitError
from surefoot.live.ble.assembly import assemble
from surefoot.live.ble.devices import discover
from surefoot.live.ble.devices.custom_gatt import EXAMPLE, describe
from surefoot.live.log import Packet
from surefoot.model import Recording, Setup
from surefoot.preparation import prepare
from surefoot.simulate import Imu, stance

DEVICES = sorted(discover())
SETUP = Setup(leg="left", sensor_height_m=1.0)


def standing(device, seed=3, seconds=36.0, noise_mps2=0.0):
    rate_hz = device.rate_near(100.0) or 100.0
    imu = Imu(rate_hz=rate_hz, acc_noise_mps2=noise_mps2, gyr_noise_radps=0.0)
    recording, _ = stance(seed, duration_s=seconds, imu=imu)
    return recording, rate_hz


def over_the_air(device, recording, *, segment=0, start_s=5.0, **link):
    packets = device.encode(recording)
    arrived = arrivals([packet.time_s for packet in packets], start_s=start_s, **link)
    return [
        Packet(at_s, segment, packet.char, packet.data)
        for at_s, packet in zip(arrived.tolist(), packets, strict=True)
    ]


@pytest.fixture(params=DEVICES)
def device(request):
    return discover()[request.param]


def test_samples_and_times_are_those_of_the_sensor(device):
    sent, rate_hz = standing(device)
    packets = over_the_air(device, sent)
    got, seen = assemble(device, packets, nominal_hz=rate_hz)
    count = got.time_s.size
    assert count > sent.time_s.size - 64
    # A line ends in its last piece; that the first packet is whole shows with the second.
    waiting = {"microbit_uart": len(packets) - count, "movesense": 1}.get(device.key, 0)
    assert seen.rate_hz == pytest.approx(rate_hz, rel=2e-3)
    assert (seen.lost_samples, seen.repeated_packets, seen.gaps_s, seen.empty_packets) == (0, 0, (), waiting)
    assert np.std(got.time_s - sent.time_s[:count]) < 2e-3
    np.testing.assert_allclose(got.acc_mps2, sent.acc_mps2[:count], atol=device.acc_step_mps2 / 2 + 1e-5)
    if device.gyroscope:
        limit = device.gyr_step_radps / 2 + 5e-3
        np.testing.assert_allclose(got.gyr_radps, sent.gyr_radps[:count], atol=limit)
    assert got.issues == ()
    assert got.sensors["acceleration"].sign == 1


# Packets of float32 or fine steps, and those of half a thousandth of g and more.
FINE, COARSE = 0.002, 0.01
COARSE_KEYS = ("polar_h10", "witmotion", "metamotion", "polar_verity_sense")


def test_the_numbers_equal_those_of_the_file(device):
    """The same stance, once as a file and once through packets and a radio, within the resolution."""
    sent, rate_hz = standing(device, noise_mps2=0.005)
    sent = sent if device.gyroscope else replace(sent, gyr_radps=None)
    count = len(assemble(device, over_the_air(device, sent))[0].time_s)
    gyr = None if sent.gyr_radps is None else sent.gyr_radps[:count]
    same = Recording(sent.time_s[:count], sent.acc_mps2[:count], gyr)
    got, _ = assemble(device, over_the_air(device, sent), nominal_hz=rate_hz)
    by_file, by_radio = (assess(prepare(recording, SETUP)).values for recording in (same, got))
    tolerance = COARSE if device.key in COARSE_KEYS else FINE
    for key in ("rms_ml_mps2", "rms_ap_mps2", "path_rate_mps3", "ellipse_area_m2ps4"):
        if key in by_file and key in by_radio:
            assert by_radio[key] == pytest.approx(by_file[key], rel=tolerance), key
    assert "rms_ml_mps2" in by_radio


def test_a_lost_link_is_a_gap_of_its_true_length(device):
    sent, rate_hz = standing(device, seconds=20.0)
    first = over_the_air(device, sent, drift_ppm=0.0)
    second = over_the_air(device, sent, segment=1, start_s=5.0 + 24.0, seed=2, drift_ppm=0.0)
    got, seen = assemble(device, [*first, *second], nominal_hz=rate_hz)
    ends_s = got.time_s[: got.time_s.size // 2][-1]
    assert len(seen.gaps_s) == 1
    assert seen.gaps_s[0] == pytest.approx(24.0 - ends_s, abs=0.02)
    (issue,) = [issue for issue in got.issues if issue.code == "link_lost"]
    assert issue.message.startswith(READS["gap"])


def test_packets_that_arrive_twice_are_taken_once(device):
    if device.clock is None:
        pytest.skip("without clock or counter a repeat cannot be told from a pause")
    if device.key == "microbit_uart":
        pytest.skip("its notifications are pieces of lines, which tell no time")
    sent, rate_hz = standing(device, seconds=12.0)
    packets = over_the_air(device, sent)
    doubled = sorted([*packets, *packets[10:14]], key=lambda packet: packet.arrival_s)
    if device.key == "nordic_uart":
        doubled = [*packets[:14], *packets[10:14], *packets[14:]]
    got, seen = assemble(device, doubled, nominal_hz=rate_hz)
    plain, _ = assemble(device, packets, nominal_hz=rate_hz)
    np.testing.assert_allclose(got.time_s, plain.time_s, atol=1e-3)
    assert seen.repeated_packets > 0


def set_anew(device, recording, at_s=12.0):
    """The packets of a sensor whose firmware restarts: its clock counts from zero again."""
    rows = recording.time_s >= at_s
    late = Recording(
        recording.time_s[rows] - recording.time_s[rows][0],
        recording.acc_mps2[rows],
        recording.gyr_radps[rows],
    )
    early = Recording(recording.time_s[~rows], recording.acc_mps2[~rows], recording.gyr_radps[~rows])
    begin_s = recording.time_s[rows][0]
    sent = [(p.time_s, p) for p in device.encode(early)]
    sent += [(p.time_s + begin_s, p) for p in device.encode(late)]
    arrived = arrivals([time_s for time_s, _ in sent])
    return [Packet(at, 0, p.char, p.data) for at, (_, p) in zip(arrived.tolist(), sent, strict=True)]


def test_a_clock_that_begins_anew_within_a_link_loses_nothing(device):
    sent, rate_hz = standing(device, noise_mps2=0.005)
    got, seen = assemble(device, set_anew(device, sent), nominal_hz=rate_hz)
    plain, _ = assemble(device, over_the_air(device, sent), nominal_hz=rate_hz)
    # At the seam a packet of either part may be cut short, and one sample lie upon another.
    assert got.time_s.size >= plain.time_s.size - 64
    assert seen.clock_restarts == (1 if device.clock is not None else 0)
    assert (seen.repeated_packets, seen.gaps_s) == (0, ())
    assert ("clock_restarted" in {issue.code for issue in got.issues}) == (device.clock is not None)
    assert np.abs(got.duration_s - plain.duration_s) < 0.1 + 64 / rate_hz
    by_anew, by_plain = (assess(prepare(each, SETUP)).values for each in (got, plain))
    for key in ("rms_ml_mps2", "path_rate_mps3"):
        if key in by_anew and key in by_plain:
            assert by_anew[key] == pytest.approx(by_plain[key], rel=0.03), key


@pytest.mark.parametrize("key", ["witmotion", "metamotion"])
@pytest.mark.parametrize("holes", [((15.0, 1.0),), ((15.0, 1.4),), ((14.0, 0.3), (20.0, 0.3), (27.0, 0.3))])
def test_a_second_that_was_never_sent_is_missing_and_bends_nothing(key, holes):
    device = discover()[key]
    sent, rate_hz = standing(device)
    packets = device.encode(sent)
    kept = [not any(at <= packet.time_s < at + size for at, size in holes) for packet in packets]
    arrived = arrivals([packet.time_s for packet, keep in zip(packets, kept, strict=True) if keep])
    left = [packet for packet, keep in zip(packets, kept, strict=True) if keep]
    got, seen = assemble(
        device,
        [Packet(at, 0, p.char, p.data) for at, p in zip(arrived.tolist(), left, strict=True)],
        nominal_hz=rate_hz,
    )
    assert seen.rate_hz == pytest.approx(rate_hz, rel=1e-3)
    assert seen.lost_samples == pytest.approx(rate_hz * sum(size for _, size in holes), abs=6)
    true_s = np.array([time for time in sent.time_s if not any(at <= time < at + size for at, size in holes)])
    if key == "witmotion":
        off_s = got.time_s - true_s[: got.time_s.size]
        assert np.sqrt(np.mean((off_s - np.median(off_s)) ** 2)) < 0.01
    clean, held = (
        assess(prepare(each, SETUP)).values.get("path_rate_mps3")
        for each in (assemble(device, over_the_air(device, sent), nominal_hz=rate_hz)[0], got)
    )
    assert held is None or held == pytest.approx(clean, rel=0.01)
    (warning,) = [issue for issue in got.issues if issue.severity == "warning"]
    assert warning.code == "samples_lost"


def test_losses_that_no_clock_tells_take_the_path_away():
    device = discover()["witmotion"]
    sent, rate_hz = standing(device)
    packets = over_the_air(device, sent)
    thinned = [packet for at, packet in enumerate(packets) if at % 10]
    got, _ = assemble(device, thinned, nominal_hz=rate_hz)
    assert "samples_missing" in {issue.code for issue in got.issues}
    values = assess(prepare(got, SETUP)).values
    assert "path_rate_mps3" not in values
    assert "rms_ml_mps2" in values


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["keep", "drop", "twice", "swap", "anew"]), min_size=30, max_size=80))
def test_every_packet_of_a_sensor_with_a_clock_is_used_or_told(fates):
    """Each packet holds one sample; those of `fates` befall every tenth of them."""
    device = discover()["nordic_uart"]
    lines, ticks = [], 0
    for at in range(10 * len(fates)):
        fate = fates[at // 10] if at % 10 == 0 else "keep"
        ticks = 0 if fate == "anew" else ticks + 10
        line = (at / 100, b"%d,0.01,%.4f,0.99\n" % (ticks, at / 10_000))
        lines += {"drop": [], "twice": [line, line]}.get(fate, [line])
        if fate == "swap" and len(lines) > 1:
            lines[-1], lines[-2] = (lines[-1][0], lines[-2][1]), (lines[-2][0], lines[-1][1])
    packets = [Packet(5 + at_s, 0, device.notify[0], data) for at_s, data in lines]
    got, seen = assemble(device, packets)
    left_out = seen.repeated_packets + seen.stray_packets + seen.overlapping_samples + seen.empty_packets
    assert got.time_s.size + left_out == len(packets)
    told = {issue.code for issue in got.issues}
    assert not seen.stray_packets + seen.overlapping_samples or "packets_left_out" in told
    assert not seen.clock_restarts or "clock_restarted" in told


def test_missing_packets_are_counted(device):
    if device.clock is None:
        pytest.skip("without clock or counter a loss cannot be counted")
    sent, rate_hz = standing(device, seconds=20.0)
    packets = over_the_air(device, sent)
    whole, _ = assemble(device, packets, nominal_hz=rate_hz)
    got, seen = assemble(device, [*packets[:8], *packets[12:]], nominal_hz=rate_hz)
    missing = whole.time_s.size - got.time_s.size
    assert missing > 0
    # Where acceleration and rotation travel apart, half of the packets left out were acceleration.
    assert missing - 1 <= seen.lost_samples <= missing + 26
    assert "samples_lost" in [issue.code for issue in got.issues]


def test_the_unit_is_told_by_gravity():
    device = discover()["nordic_uart"]
    lines = [Packet(5 + i / 100, 0, device.notify[0], b"%d,0.01,0.02,0.99\n" % (10 * i)) for i in range(500)]
    got, _ = assemble(device, lines)
    assert got.acc_mps2[0, 2] == pytest.approx(0.99 * 9.80665)
    assert got.sensors["acceleration"].unit == "g"
    wrong = [Packet(p.arrival_s, 0, p.char, p.data.replace(b"0.99", b"97.1")) for p in lines]
    with pytest.raises(UnitError):
        assemble(device, wrong)


def test_the_wall_time_is_that_of_the_first_sample():
    device = discover()["surefoot_open"]
    sent, _ = standing(device, seconds=10.0)
    zero = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    got, seen = assemble(device, over_the_air(device, sent, start_s=60.0), host_zero=zero)
    assert (got.started - zero).total_seconds() == pytest.approx(60.0, abs=0.05)
    assert seen.zero_s == pytest.approx(60.0, abs=seen.uncertainty_s)


def test_clipping_and_repeats_are_said():
    device = discover()["witmotion"]
    sent, _ = standing(device, seconds=10.0)
    acc = sent.acc_mps2.copy()
    acc[500:505, 0] = 200.0
    held = np.repeat(acc[::4], 4, axis=0)
    gyr = np.repeat(sent.gyr_radps[::4], 4, axis=0)
    packets = over_the_air(device, Recording(sent.time_s, held, gyr))
    got, seen = assemble(device, packets, nominal_hz=40.0)
    assert seen.clipped_samples in (4, 8)
    assert seen.same_share == pytest.approx(0.75, abs=0.01)
    assert READS["clipped"] in next(issue.message for issue in got.issues if issue.code == "clipped")
    assert {issue.code for issue in got.issues} == {"clipped", "samples_repeated", "rate_off"}


def test_too_little_is_refused_in_four_parts():
    device = discover()["movella_dot"]
    for packets in ([], [Packet(1.0, 0, device.notify[0], b"\0" * 28)], [Packet(1.0, 0, "other", b"")]):
        with pytest.raises(NoSamplesError) as refused:
            assemble(device, packets)
        assert all(refused.value.to_dict().values())


def test_a_counter_alone_tells_the_gaps():
    text = EXAMPLE.replace('clock = { field = "t", unit = "us", bits = 32, of = "first" }\n', "")
    device = describe(text)
    sent, rate_hz = standing(device)
    packets = over_the_air(device, sent)
    got, seen = assemble(device, [*packets[:100], *packets[105:]], nominal_hz=rate_hz)
    assert seen.method == "counter"
    assert seen.lost_samples == 50
    missing = np.r_[np.arange(1000), np.arange(1050, 3600)]
    assert np.std(got.time_s - sent.time_s[missing]) < 2e-3


@given(
    st.lists(st.tuples(st.floats(0, 3), st.integers(0, 2), st.binary(max_size=60)), max_size=40),
    st.sampled_from(DEVICES),
)
def test_anything_that_arrives_is_a_recording_or_refused(noise, key):
    device = discover()[key]
    now_s, packets = 0.0, []
    for pause_s, segment, data in sorted(noise, key=lambda packet: packet[1]):
        now_s += pause_s
        packets.append(Packet(now_s, segment, device.notify[0], data))
    try:
        recording, _ = assemble(device, packets)
    except (NoSamplesError, UnitError):
        return
    assert (np.diff(recording.time_s) > 0).all()
