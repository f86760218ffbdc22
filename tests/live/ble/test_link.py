"""The link, through bleak's own front end, to virtual sensors: what radios do, what the user reads."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason

from radio_failures import READS
from surefoot.errors import LinkError, SensorNotFoundError, SensorSilentError
from surefoot.live.ble.assembly import assemble
from surefoot.live.ble.devices import discover
from surefoot.live.ble.devices._lines import KEYS
from surefoot.live.ble.errors import explain, is_of_radio, is_passing
from surefoot.live.ble.link import Link
from surefoot.live.ble.scanner import BATTERY, Patience, Target, scan
from surefoot.live.ble.virtual import VirtualSensor
from surefoot.live.ble.virtual_radio import virtual_radio
from surefoot.simulate import Imu, stance
from timewarp import run_warped

DEVICES = sorted(discover())


def virtual(key="surefoot_open", *, rate_hz=None, seconds=20.0, **fields):
    device = discover()[key]
    rate_hz = rate_hz or device.rate_near(100.0) or 100.0
    recording, _ = stance(5, duration_s=seconds, imu=Imu(rate_hz=rate_hz))
    return VirtualSensor(device, recording, **fields)


def listen(sensor, script, *, target=None, patience=None, monkeypatch=None):
    """Listen while `script(sensor, link)` runs; return packets and states."""
    packets, states = [], []
    target = target or Target(sensor.device, None, sensor.rate_hz_offered)

    async def session():
        link = Link(target, packets.append, states.append, radio=virtual_radio(sensor), patience=patience)
        running = asyncio.ensure_future(link.run())
        playing = asyncio.ensure_future(script(sensor, link))
        done, _ = await asyncio.wait([running, playing], return_when=asyncio.FIRST_COMPLETED)
        if running in done and running.exception():
            playing.cancel()
            raise running.exception()
        await playing
        link.stop()
        await running

    run_warped(session(), monkeypatch)
    return packets, states


def kinds(states):
    return [state.kind for state in states]


def pauses(*seconds, between=lambda sensor: sensor.drop_link()):
    async def script(sensor, _):
        for i, pause_s in enumerate(seconds):
            if i:
                between(sensor)
            await asyncio.sleep(pause_s)

    return script


@pytest.mark.parametrize("key", DEVICES)
def test_scan_connect_stream_lose_reconnect_stop(key):
    """30 s, the link lost, 10 s more: nothing is missing inside a segment."""
    sensor = virtual(key)
    packets, states = listen(sensor, pauses(30.0, 10.0))
    recording, seen = assemble(sensor.device, packets, nominal_hz=sensor.rate_hz_offered)
    assert kinds(states) == [
        "searching", "connecting", "battery", "streaming", "lost",
        "searching", "connecting", "battery", "streaming", "closed",
    ]  # fmt: skip
    assert {packet.segment for packet in packets} == {0, 1}
    assert len(seen.gaps_s) == 1
    assert 0.0 < seen.gaps_s[0] < 3.0
    expected = (30.0 + 10.0) * sensor.rate_hz
    # What was not sent yet when a link ended is a packet at most, and connecting took a moment.
    assert recording.time_s.size == pytest.approx(expected, abs=2.2 * sensor.rate_hz)
    inside = np.delete(np.diff(recording.time_s), np.argmax(np.diff(recording.time_s)))
    assert inside.max() < 1.6 / sensor.rate_hz
    assert sensor.connections == 2
    assert (
        sensor.written[-1:] == [(w.char, w.data) for w in sensor.device.stop[-1:]] or not sensor.device.stop
    )


@pytest.mark.parametrize("rate_hz", [100.0, 200.0, 1000.0])
def test_no_sample_is_lost_at_any_rate(rate_hz):
    sensor = virtual(rate_hz=rate_hz)
    packets, _ = listen(sensor, pauses(30.0, 10.0))
    _, seen = assemble(sensor.device, packets)
    assert (seen.lost_samples, seen.repeated_packets, seen.empty_packets) == (0, 0, 0)
    assert seen.rate_hz == pytest.approx(rate_hz, rel=1e-3)


def test_a_scan_tells_what_is_near():
    sensor = virtual()
    (seen,) = run_warped(scan(2.0, virtual_radio(sensor)))
    assert (seen.name, seen.address, seen.rssi) == ("Surefoot", sensor.address, -50)


def test_not_seen_tells_what_is_near():
    sensor = virtual("witmotion")
    with pytest.raises(SensorNotFoundError) as refused:
        listen(sensor, pauses(60.0), target=Target(discover()["polar_h10"]))
    assert "WT901BLE67 (-50 dBm)" in refused.value.found
    assert "Close the maker's app" in refused.value.do
    assert refused.value.what.endswith(READS["not seen"])


def test_the_chosen_one_of_two_alike():
    packets = []

    async def session():
        near, far = virtual(), virtual(address="F0:00:00:00:00:02")
        target = Target(near.device, far.address)
        link = Link(target, packets.append, lambda _: None, radio=virtual_radio(near, far))
        running = asyncio.ensure_future(link.run())
        await asyncio.sleep(5.0)
        link.stop()
        await running
        return near.connections, far.connections

    assert run_warped(session()) == (0, 1)
    assert packets


def test_a_signal_that_gets_weak_is_told_before_the_link_breaks():
    """Packets that are repeated come late and all at once; none is lost yet."""

    async def walk_away(sensor, _):
        await asyncio.sleep(12.0)
        sensor.late_s = 0.4
        await asyncio.sleep(6.0)
        sensor.drop_link()
        await asyncio.sleep(2.0)

    sensor = virtual()
    packets, states = listen(sensor, walk_away)
    told = kinds(states)
    assert told.index("weak") < told.index("lost")
    assert [state.text for state in states if state.kind == "weak"] == [READS["weak"]]
    _, seen = assemble(sensor.device, packets)
    assert seen.lost_samples == 0


def test_a_weak_signal_is_told_before_the_test():
    sensor = virtual()
    sensor.rssi = -88
    _, states = listen(sensor, pauses(3.0))
    (weak,) = [state for state in states if state.kind == "weak"]
    assert (weak.text, weak.value) == (READS["weak"], -88.0)


@pytest.mark.parametrize("key", DEVICES)
def test_a_good_signal_is_not_called_weak(key):
    _, states = listen(virtual(key), pauses(60.0))
    assert "weak" not in kinds(states)


def test_three_failed_reconnections_are_told_and_a_fourth_works():
    async def walk_away(sensor, _):
        await asyncio.sleep(5.0)
        sensor.out_of_range = True
        sensor.drop_link()
        await asyncio.sleep(33.0)
        sensor.out_of_range = False
        await asyncio.sleep(20.0)

    packets, states = listen(virtual(), walk_away)
    texts = [state.text for state in states]
    assert texts.count(READS["away"]) == 1
    assert packets[-1].segment == 1
    assert texts.index(READS["away"]) < len(texts) - 1 - kinds(states)[::-1].index("streaming")


def test_out_of_range_and_back():
    async def script(sensor, _):
        await asyncio.sleep(10.0)
        sensor.out_of_range = True
        sensor.drop_link()
        await asyncio.sleep(25.0)
        sensor.out_of_range = False
        await asyncio.sleep(20.0)

    packets, states = listen(virtual(), script)
    assert kinds(states).count("lost") == 1
    assert kinds(states).count("streaming") == 2
    _, seen = assemble(discover()["surefoot_open"], packets)
    assert 24.0 < seen.gaps_s[0] < 35.0


def test_connected_but_silent_is_connected_again():
    async def script(sensor, _):
        await asyncio.sleep(10.0)
        sensor.mute = True
        await asyncio.sleep(2.5)
        sensor.mute = False
        await asyncio.sleep(10.0)

    packets, states = listen(virtual(), script)
    assert READS["silent"] in [state.text for state in states]
    assert packets[-1].segment == 1


def test_a_sensor_that_sends_seldom_is_not_taken_for_silent():
    """25 Hz in frames of 36 samples: a packet every 1.4 s."""
    packets, states = listen(virtual("polar_h10", rate_hz=25.0), pauses(40.0))
    assert "silent" not in kinds(states)
    assert {packet.segment for packet in packets} == {0}


def test_a_sensor_that_never_sends_is_refused():
    sensor = virtual()
    sensor.mute = True
    with pytest.raises(SensorSilentError, match=READS["unusable"]):
        listen(sensor, pauses(300.0))


def refused_after(sensor):
    """The refusal of a sensor, the states told, and the seconds until then."""
    states, begun_s, ended_s = [], [], []

    async def session():
        loop = asyncio.get_running_loop()
        begun_s.append(loop.time())
        target = Target(sensor.device, None, sensor.rate_hz_offered)
        try:
            await Link(target, lambda _: None, states.append, radio=virtual_radio(sensor)).run()
        finally:
            ended_s.append(loop.time())

    with pytest.raises(SensorSilentError) as refused:
        run_warped(session())
    return refused.value, states, ended_s[0] - begun_s[0]


@pytest.mark.parametrize(
    ("key", "reply", "said", "do"),
    [
        ("polar_verity_sense", "f002020d00", READS["in charger"], "Take it out of its charger."),
        ("polar_h10", "f002020a00", READS["small packets"], "Use another Bluetooth adapter"),
        ("movesense", "01639401", READS["no such rate"], "Choose another with --rate."),
    ],
)
def test_a_sensor_that_says_no_ends_in_its_own_words(key, reply, said, do):
    """Each notification passed for a sample before, so that it was tried for ever and called streaming."""
    sensor = virtual(key)
    sensor.refusal = bytes.fromhex(reply)
    refused, states, seconds = refused_after(sensor)
    assert refused.what == said
    assert refused.do.startswith(do)
    assert "streaming" not in kinds(states)
    assert sensor.connections <= 6
    assert seconds < 20


def test_a_sensor_that_refuses_its_rotation_still_sends_its_acceleration():
    sensor = virtual("polar_verity_sense")
    device = sensor.device
    sensor.device = replace(
        device,
        answer=lambda write: (
            (device.notify[0], bytes([0xF0, *write.data[:2], 3 * (write.data[1] == 5), 0])),
        ),
        encode=lambda recording: tuple(p for p in device.encode(recording) if p.data[0] == 2),
    )
    packets, states = listen(sensor, pauses(10.0))
    recording, _ = assemble(device, packets)
    assert recording.gyr_radps is None
    assert recording.duration_s > 7.0
    assert kinds(states).count("streaming") == 1
    assert not any("refuses" in state.text for state in states)


def test_a_sensor_that_says_no_later_is_waited_out():
    """In a session that goes on: somebody took the sensor off and put it into its charger for a moment."""

    async def script(sensor, _):
        await asyncio.sleep(5.0)
        sensor.refusal = bytes.fromhex("f002020d00")
        sensor.drop_link()
        await asyncio.sleep(10.0)
        sensor.refusal = b""
        await asyncio.sleep(10.0)

    packets, states = listen(virtual("polar_h10"), script)
    assert any(state.text.startswith("Polar H10 refuses: it is in its charger.") for state in states)
    assert kinds(states).count("streaming") == 2
    assert packets[-1].segment >= 1


def test_a_sensor_in_another_mode_is_refused():
    """The specification lets the control characteristic be read: type, action, payload mode."""
    sensor = virtual("movella_dot")
    sensor.read = lambda char: b"W" if char == BATTERY else bytes.fromhex("010116")
    refused, _, seconds = refused_after(sensor)
    assert refused.what.endswith(READS["other mode"])
    assert "01 01 16" in refused.found
    assert seconds < 20


@pytest.mark.parametrize(
    ("sent", "shown"), [(b"Accel: 0.1 0.2\r\n", "Accel: 0.1 0.2"), (b"\xff\x00\x17", "ff 00 17")]
)
def test_packets_that_nobody_understands_are_shown(sent, shown):
    sensor = virtual("nordic_uart")
    connect = sensor.connect
    sensor.connect = lambda heard, dropped: connect(lambda char, _: heard(char, sent), dropped)
    refused, states, seconds = refused_after(sensor)
    assert refused.what.endswith(READS["not understood"])
    assert refused.found.endswith(f"the last one: {shown}")
    assert refused.expected.startswith("t,ax,ay,az[,gx,gy,gz]")
    assert "streaming" not in kinds(states)
    assert seconds < 20


def test_packets_cut_by_a_small_mtu_are_refused():
    sensor = virtual("movella_dot")
    sensor.mtu = 23
    with pytest.raises(SensorSilentError) as refused:
        listen(sensor, pauses(60.0))
    assert refused.value.found == READS["cut"]
    assert refused.value.expected == "28 bytes"


@pytest.mark.parametrize("mtu", [103, 105, 129, 177, 199])
def test_packets_in_two_parts_lose_nothing(mtu):
    """At some of these the first part alone looks like a whole packet."""
    sensor = virtual("movesense")
    sensor.mtu = mtu
    packets, _ = listen(sensor, pauses(10.0))
    recording, seen = assemble(sensor.device, packets, nominal_hz=104.0)
    parts = [packet.data[0] for packet in packets]
    assert abs(parts.count(2) - parts.count(3)) <= 1
    assert parts.count(3) > 100
    assert (seen.lost_samples, seen.rate_hz) == (0, pytest.approx(104.0, rel=1e-3))
    norm = np.linalg.norm(recording.acc_mps2, axis=1)
    assert np.median(norm) == pytest.approx(9.81, abs=0.05)
    assert norm.max() < 12.0


def test_a_connection_that_fails_is_tried_again():
    sensor = virtual()
    connect, fails = sensor.connect, [OSError("le-connection-abort-by-local"), TimeoutError()]

    def failing(*arguments):
        if fails:
            raise fails.pop()
        connect(*arguments)

    sensor.connect = failing
    packets, states = listen(sensor, pauses(10.0))
    assert [s.text for s in states if s.kind == "connecting"][-1] == READS["third try"]
    assert {packet.segment for packet in packets} == {0}


def test_a_mistake_of_ours_is_not_taken_for_the_radios():
    def broken(_):
        raise ZeroDivisionError

    sensor = virtual()
    sensor.device = replace(sensor.device, start=lambda *_: broken(0))
    with pytest.raises(ZeroDivisionError):
        listen(sensor, pauses(5.0), target=Target(sensor.device, sensor.address, 0.0))


def sending(key, change):
    """A sensor of a firmware that sends `change` of what its kind would: lists of bytes, one a packet."""
    sensor = virtual(key)
    own = sensor.device

    def encode(recording):
        packets = own.encode(recording)
        changed = change([packet.data for packet in packets])
        return tuple(replace(p, data=data) for p, data in zip(packets, changed, strict=True))

    sensor.device = replace(own, encode=encode)
    return sensor


def swapped(packets):
    return [packets[min(at ^ 1, len(packets) - 1)] for at in range(len(packets))]


def lines(change):
    """A change of text lines by their numbers, time first."""
    return lambda packets: [change(*map(float, line.split(b","))).encode() for line in packets]


def received(sensor, seconds=8.0):
    packets, _ = listen(sensor, pauses(seconds))
    return assemble(sensor.device, packets, nominal_hz=sensor.rate_hz_offered)


def wheel(numbers):
    return ",".join(f"{number:.4f}" for number in numbers)


WILD = {
    "s": lambda t, *rest: f"{t / 1000:.3f},{wheel(rest)}\n",
    "micros": lambda t, *rest: f"{1000 * t % 2**32:.0f},{wheel(rest)}\n",
    "nine": lambda t, *rest: f"{t:.0f},{wheel(rest)},12.1,-3.2,44\n",
    "label": lambda t, *rest: f"Accel: {t:.0f},{wheel(rest)}\n",
    "labels": lambda t, *v: " ".join(f"{n}:{v:.4f}" for n, v in zip(KEYS, v, strict=True)) + f" t:{t:.0f}\n",
    "radians": lambda t, *rest: (
        f"{t:.0f},{wheel(rest[:3])},{','.join(f'{np.radians(w):.6f}' for w in rest[3:])}\n"
    ),
}


@pytest.mark.parametrize("wild", WILD)
def test_lines_as_sketches_send_them_are_read(wild):
    got, seen = received(sending("nordic_uart", lines(WILD[wild])))
    plain, _ = received(virtual("nordic_uart"))
    count = min(got.time_s.size, plain.time_s.size)
    assert count > 700
    assert (seen.method, seen.rate_hz) == ("device clock", pytest.approx(100.0))
    np.testing.assert_allclose(got.time_s[:count], plain.time_s[:count], atol=1e-6)
    np.testing.assert_allclose(got.acc_mps2[:count], plain.acc_mps2[:count], atol=2e-4)
    np.testing.assert_allclose(got.gyr_radps[:count], plain.gyr_radps[:count], atol=2e-5)
    told = [issue.message for issue in got.issues]
    assert any(READS["radians"] in text for text in told) == (wild == "radians")
    warnings = [issue.message for issue in got.issues if issue.severity == "warning"]
    assert " ".join(warnings) == READS["wild lines"]


@pytest.mark.parametrize(
    ("said", "time", "factor"),
    [
        (READS["clock fast"], lambda t: 10 * t, 10.0),
        (READS["clock still"], lambda _: 7, 0.0),
        (READS["clock anew"], lambda t: t - 4000 * (t >= 4000), 1.0),
    ],
)
def test_a_clock_that_disagrees_with_the_arrivals_is_named(said, time, factor):
    got, seen = received(sending("nordic_uart", lines(lambda t, *rest: f"{time(t):.0f},{wheel(rest)}\n")))
    assert seen.clock_factor == pytest.approx(factor)
    assert seen.rate_hz == pytest.approx(100.0, rel=2e-3)
    assert got.time_s.size + seen.overlapping_samples == seen.packets
    assert said in " ".join(issue.message for issue in got.issues if issue.severity == "warning")


def test_packets_in_another_order_are_sorted():
    sensor = sending("surefoot_open", swapped)
    got, seen = received(sensor)
    assert (seen.lost_samples, seen.repeated_packets, seen.stray_packets) == (0, 0, 0)
    assert " ".join(issue.message for issue in got.issues if issue.severity == "warning") == READS["order"]


def test_packets_that_come_twice_are_taken_once_without_a_clock_too():
    sensor = virtual("witmotion")
    send = sensor._send
    sensor._send = lambda char, data: (send(char, data), send(char, data))
    got, seen = received(sensor)
    assert seen.rate_hz == pytest.approx(100.0, rel=0.01)
    assert seen.repeated_packets == seen.packets / 2
    assert READS["twice unclocked"] in " ".join(i.message for i in got.issues if i.severity == "warning")


def test_a_second_that_a_sensor_without_clock_never_sends_is_missing():
    async def forget(sensor, _):
        await asyncio.sleep(12.0)
        sensor.full = 50
        await asyncio.sleep(12.0)

    packets, _ = listen(virtual("witmotion"), forget)
    got, seen = assemble(discover()["witmotion"], packets, nominal_hz=100.0)
    assert seen.lost_samples == pytest.approx(100, abs=2)
    assert seen.rate_hz == pytest.approx(100.0, rel=1e-3)
    assert READS["hole"] in " ".join(issue.message for issue in got.issues)


def test_a_battery_that_always_reads_nothing_refuses_nobody():
    sensor = virtual()
    sensor.battery_pct = 0
    packets, states = listen(sensor, pauses(3.0))
    assert READS["battery none"] in " ".join(state.text for state in states)
    assert packets


def test_the_battery_is_told():
    _, states = listen(virtual(), pauses(3.0))
    (battery,) = [state for state in states if state.kind == "battery"]
    assert (battery.text, battery.value) == ("Battery 87 %.", 87.0)


def test_a_low_battery_is_told():
    sensor = virtual()
    sensor.battery_pct = 15
    _, states = listen(sensor, pauses(3.0))
    assert READS["battery low"] in [state.text for state in states]


def test_an_empty_battery_is_refused_before_but_not_within_a_session():
    sensor = virtual()
    sensor.battery_pct = 3
    with pytest.raises(LinkError, match=READS["battery empty"]):
        listen(sensor, pauses(3.0))

    def drained(sensor):
        sensor.battery_pct = 3
        sensor.drop_link()

    packets, _ = listen(virtual(), pauses(5.0, 5.0, between=drained))
    assert packets[-1].segment == 1


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("NO_BLUETOOTH", READS["no adapter"]),
        ("NO_BLE_CENTRAL_ROLE", READS["old adapter"]),
        ("POWERED_OFF", "Switch it on; it continues by itself"),
        ("DENIED_BY_USER", READS["denied"]),
        ("DENIED_BY_SYSTEM", READS["denied"]),
        ("UNKNOWN", "No Bluetooth adapter was found"),
    ],
)
def test_why_there_is_no_bluetooth(reason, said):
    error = BleakBluetoothNotAvailableError("x", BleakBluetoothNotAvailableReason[reason])
    assert said in str(explain(error))
    assert is_of_radio(error)
    assert is_passing(error) == (reason == "POWERED_OFF")


@pytest.mark.parametrize(
    ("platform", "where"), [("darwin", "System Settings"), ("win32", "Settings, Privacy")]
)
def test_where_to_allow_bluetooth(platform, where, monkeypatch):
    monkeypatch.setattr("sys.platform", platform)
    error = BleakBluetoothNotAvailableError("x", BleakBluetoothNotAvailableReason.DENIED_BY_USER)
    assert where in explain(error).do


def test_a_computer_that_slept_begins_a_new_segment(monkeypatch):
    async def script(_, __):
        await asyncio.sleep(5.0)
        asyncio.get_running_loop()._clock.now_s += 60.0
        await asyncio.sleep(5.0)

    packets, states = listen(virtual(), script, monkeypatch=monkeypatch)
    assert READS["slept"] in [state.text for state in states]
    assert packets[-1].segment == 1


def test_stopping_while_looking_is_quick():
    sensor = virtual()
    sensor.out_of_range = True
    states = []

    async def session():
        link = Link(Target(sensor.device), lambda _: None, states.append, radio=virtual_radio(sensor))
        running = asyncio.ensure_future(link.run())
        await asyncio.sleep(1.0)
        begun_s = asyncio.get_running_loop().time()
        link.stop()
        await running
        return asyncio.get_running_loop().time() - begun_s

    assert run_warped(session()) < 0.2
    assert kinds(states) == ["searching", "closed"]


def test_patience_is_configurable():
    sensor = virtual()
    sensor.out_of_range = True
    with pytest.raises(SensorNotFoundError, match="was not seen for 2 s"):
        listen(sensor, pauses(60.0), patience=Patience(scan_s=2.0))


@pytest.mark.parametrize("error", [BrokenPipeError(32, "Broken pipe"), ValueError("a mistake")])
@pytest.mark.parametrize("ear", ["packets", "states"])
def test_what_the_listener_raises_is_not_taken_for_bluetooth(ear, error):
    """A terminal that is gone was told as "Bluetooth is not allowed", and a mistake as a silent sensor."""
    sensor = virtual()

    def fail(_):
        raise error

    told = {"packets": lambda _: None, "states": lambda _: None, ear: fail}
    link = Link(Target(sensor.device), told["packets"], told["states"], radio=virtual_radio(sensor))
    with pytest.raises(type(error)) as raised:
        run_warped(link.run())
    assert raised.value is error
    assert not sensor.is_connected
