"""Packets to samples as they arrive: the right values at about the right times, for every kind of sensor."""

import numpy as np
import pytest

from radio import arrivals
from surefoot.live.ble.device import Block, Decoded, Device, DeviceClock
from surefoot.live.ble.devices import discover
from surefoot.live.ble.reader import Reader
from surefoot.live.feedback import GAP_S, Feedback, follow
from surefoot.live.log import Packet
from surefoot.model import Recording
from surefoot.simulate import Imu, board


def made(device, seconds=20.0):
    rate_hz = device.rate_near(100.0) or 100.0
    return board(3, duration_s=seconds, still_s=3.0, imu=Imu(rate_hz=rate_hz))


def packets_of(device, recording, segment=0, start_s=5.0):
    """What a radio delivers of a recording, in bursts and late."""
    sent = device.encode(recording)
    at_s = arrivals([each.time_s for each in sent], drift_ppm=0.0, start_s=start_s)
    return [Packet(float(s), segment, each.char, each.data) for s, each in zip(at_s, sent, strict=True)]


@pytest.mark.parametrize("kind", sorted(set(discover()) - {"custom_gatt"}))
def test_every_kind_of_sensor_is_followed(kind):
    device = discover()[kind]
    recording, truth = made(device)
    reader, feedback = Reader(device, device.rate_near(100.0)), Feedback()
    told = []
    for packet in packets_of(device, recording):
        for samples in reader.read(packet):
            feedback = follow(feedback, samples)
            told.append((feedback.now_s - 5.0, *feedback.tilt_deg))
    time_s, ap_deg, _ = np.array(told).T
    assert feedback.phase == "ready"
    moving = time_s > 6.0
    errors = [
        np.interp(time_s[moving] - late_s, truth.time_s, truth.tilt_ap_deg) - ap_deg[moving]
        for late_s in np.arange(0.0, 1.5, 0.02)
    ]
    rms = min(np.sqrt(np.mean(error**2)) for error in errors)
    assert rms < (1.5 if not device.gyroscope or kind in SEPARATE else 0.5)


def test_lines_whose_time_is_in_seconds_are_followed_by_their_arrivals():
    """Two lines travel together; taken for milliseconds, the first lay ten seconds before the second."""
    device = discover()["nordic_uart"]
    reader, sent_s = Reader(device), np.arange(1, 500, 2) / 100
    read_s = [
        float(samples.time_s[0])
        for at_s, arrived_s in zip(sent_s, arrivals(sent_s, drift_ppm=0.0).tolist(), strict=True)
        for data in [b"%.3f,0,0,9.8\n%.3f,0,0,9.8\n" % (at_s - 0.01, at_s)]
        for samples in reader.read(Packet(arrived_s, 0, device.notify[0], data))
    ]
    assert np.abs(np.array(read_s) - 5.0 - np.arange(500) / 100).max() < 0.5


SEPARATE = {kind for kind in discover() if kind.startswith(("polar", "metamotion", "phyphox"))}


def plain(decode, **fields):
    """A device that only decodes."""
    settings = {
        "key": "test",
        "title": "Test",
        "service": "",
        "advertised": (),
        "notify": ("c",),
        "packet_bytes": 1,
        "stop": (),
    }
    return Device(
        **{**settings, **fields},
        matches=lambda _: False,
        start=lambda *_: (),
        encode=lambda _: (),
        decode=decode,
    )


def still(count):
    return np.tile([0.0, 0.0, 9.81], (count, 1))


def ten(*_):
    return Decoded((Block(still(10), np.zeros((10, 3))),))


def test_bursts_do_not_shake_the_times():
    reader = Reader(plain(ten), 100.0)
    bursts = [0.1, 0.2, 0.3, 0.9, 0.9, 0.9, 0.9, 0.9, 1.0, 1.1]
    times = np.concatenate(
        [samples.time_s for at_s in bursts for samples in reader.read(Packet(at_s, 0, "c", b""))]
    )
    steps = np.diff(times)
    assert steps.min() > 0
    assert steps.max() < 0.05
    assert times[-1] == pytest.approx(1.1, abs=0.05)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"clock": DeviceClock(0.001, 16)}, lambda number: {"ticks": 65_000 + 100 * number}),
        ({"clock": DeviceClock(0.001, 16, "last")}, lambda number: {"ticks": 65_000 + 100 * number}),
        ({"counter_bits": 8}, lambda number: {"counter": 250 + number}),
    ],
    ids=["clock of the first", "clock of the last", "count"],
)
def test_what_was_lost_is_seen_and_what_was_late_is_not(fields, told):
    """Packets 4 to 6 never come, 8 to 12 come together half a second late; clock and count wrap meanwhile."""
    bits = 16 if "clock" in fields else 8

    def decode(_, data, carry):
        named = {name: value % 2**bits for name, value in told(data[0]).items()}
        return Decoded((Block(still(10), np.zeros((10, 3)), **named),))

    reader, times = Reader(plain(decode, **fields), 100.0), []
    for number in [*range(4), *range(7, 16)]:
        at_s = 0.1 * (13 if 8 <= number <= 12 else number)
        times.append(reader.read(Packet(1.0 + at_s, 0, "c", bytes([number])))[0].time_s)
    steps = np.diff(np.concatenate(times))
    assert np.flatnonzero(steps > GAP_S).tolist() == [39]
    assert steps[39] == pytest.approx(0.31, abs=0.03)
    assert np.delete(steps, 39).min() > 0
    assert np.delete(steps, 39).max() < 0.05


def test_a_packet_that_comes_twice_adds_nothing():
    def decode(*_):
        return Decoded((Block(still(10), np.zeros((10, 3)), counter=7),))

    reader = Reader(plain(decode, counter_bits=8), 100.0)
    first, again = (reader.read(Packet(1.0, 0, "c", b""))[0] for _ in range(2))
    once = follow(Feedback(), first)
    assert follow(once, again).now_s == pytest.approx(once.now_s)


def test_a_pause_is_a_pause():
    reader = Reader(plain(ten), 100.0)
    first = reader.read(Packet(1.0, 0, "c", b""))[0].time_s
    same = reader.read(Packet(3.0, 0, "c", b""))[0].time_s
    assert first[-1] == pytest.approx(1.0)
    assert same[-1] == pytest.approx(3.0)
    assert same[0] - first[-1] > GAP_S
    other = reader.read(Packet(3.05, 1, "c", b""))[0].time_s
    assert other[-1] == pytest.approx(3.05)


def test_where_the_firmware_decides_the_rate_it_comes_from_the_arrivals():
    reader = Reader(plain(ten), 0.0)
    for number in range(20):
        (samples,) = reader.read(Packet(1.0 + 0.2 * number, 0, "c", b""))
    assert np.diff(samples.time_s) == pytest.approx(np.full(9, 0.02), rel=0.01)


def test_the_unit_is_told_by_gravity_where_nobody_else_does():
    in_g = plain(lambda *_: Decoded((Block(still(10) / 9.80665),)), acc_unit="")
    (samples,) = Reader(in_g, 100.0).read(Packet(1.0, 0, "c", b""))
    assert np.linalg.norm(samples.acc_mps2[0]) == pytest.approx(9.81, rel=1e-3)
    odd = plain(lambda *_: Decoded((Block(still(10) * 7.0),)), acc_unit="")
    assert Reader(odd, 100.0).read(Packet(1.0, 0, "c", b"")) == ()


def test_rotation_in_packets_of_its_own_moves_no_tilt():
    alone = plain(lambda *_: Decoded((Block(None, np.ones((5, 3))),)))
    (rotation,) = Reader(alone, 100.0).read(Packet(1.0, 0, "c", b""))
    assert follow(Feedback(), rotation) == Feedback()
    with_acc = plain(lambda *_: Decoded((Block(still(5)), Block(None, np.ones((5, 3))))))
    samples, rotation = Reader(with_acc, 100.0).read(Packet(1.0, 0, "c", b""))
    assert samples.gyr_radps is None
    assert not np.isfinite(rotation.acc_mps2).any()


def test_what_is_not_understood_holds_nothing():
    reader = Reader(plain(lambda *_: Decoded()), 100.0)
    assert reader.read(Packet(1.0, 0, "c", b"\xff" * 100)) == ()


def test_several_blocks_of_one_packet_follow_each_other():
    two = plain(lambda *_: Decoded((Block(still(3)), Block(still(2)))))
    first, second = Reader(two, 100.0).read(Packet(1.0, 0, "c", b""))
    assert np.diff(np.r_[first.time_s, second.time_s]) == pytest.approx(np.full(4, 0.01))
    assert isinstance(Recording(np.r_[first.time_s, second.time_s], still(5)), Recording)
