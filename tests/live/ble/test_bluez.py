"""The link through bleak's real Linux client, over a real D-Bus, to a stand-in for BlueZ."""

import asyncio
import json
import selectors
import shutil
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from surefoot.cli import main, sensors
from surefoot.cli.commands import doctor as maintenance
from surefoot.errors import NoBluetoothError, SensorNotFoundError, SensorSilentError
from surefoot.live.ble import scanner as radio
from surefoot.live.ble.assembly import assemble
from surefoot.live.ble.device import Advertisement
from surefoot.live.ble.devices import discover
from surefoot.live.ble.link import Link
from surefoot.live.ble.scanner import Patience, Target, scan
from surefoot.live.ble.virtual import VirtualSensor
from surefoot.simulate import Imu, stance

if sys.platform != "linux" or not shutil.which("dbus-daemon"):
    pytest.skip("needs Linux and the program dbus-daemon", allow_module_level=True)

from dbus_fast import Variant

from fake_bluez import ADAPTER, DENIED, HCI, FakeBluez, private_bus
from radio_failures import READS

# A busy machine may hold the whole process up for seconds, which must not pass for a sensor that fell silent:
# only a test that waits for silence is quick to take it for that.
CALM = Patience(scan_s=30.0, connect_s=30.0, silent_s=15.0, first_s=30.0, longest_s=0.5, slept_s=60.0)
QUICK = replace(CALM, scan_s=1.0, silent_s=0.6, first_s=1.0)

SPEED = 10.0


class Hasty(selectors.DefaultSelector):
    """A selector that waits a part of what it is asked to."""

    def select(self, timeout=None):
        return super().select(timeout if timeout is None else timeout / SPEED)


class PacedLoop(asyncio.SelectorEventLoop):
    """A loop whose time runs faster; it stands still while `is_waiting`, and while the machine stalls."""

    def __init__(self):
        self._now_s, self._read_s = 1000.0, time.monotonic()
        self.is_waiting = lambda: False
        super().__init__(Hasty())

    def time(self):
        passed_s, self._read_s = time.monotonic() - self._read_s, time.monotonic()
        self._now_s += 0.0 if self.is_waiting() else SPEED * min(passed_s, 0.05)
        return self._now_s


def virtual(key="surefoot_open", *, rate_hz=None, **sway):
    device = discover()[key]
    imu = Imu(rate_hz=rate_hz or device.rate_near(100.0) or 100.0)
    recording, _ = stance(5, duration_s=20.0, imu=imu, **sway)
    return VirtualSensor(device, recording)


@pytest.fixture
def bus(monkeypatch):
    with private_bus(monkeypatch) as address:
        yield address


class Ear:
    """A link that runs beside the test, and what it heard."""

    def __init__(self, sensor, patience=CALM, bluez=None):
        self.bluez = bluez
        self.packets, self.states, self.news = [], [], asyncio.Event()
        self.samples, self.device = Counter(), sensor.device
        target = Target(sensor.device, sensor.address, sensor.rate_hz_offered)
        self.link = Link(target, self.hear, self.tell, patience=patience)
        self.running = asyncio.ensure_future(self.link.run())

    def hear(self, packet):
        self.packets.append(packet)
        if self.bluez is not None:
            self.bluez.flying = max(self.bluez.flying - 1, 0)
        blocks = self.device.decode(packet.char, packet.data, {}).blocks
        self.samples[packet.segment] += sum(len(block) for block in blocks)
        self.news.set()

    def tell(self, state):
        self.states.append(state)
        self.news.set()

    async def until(self, condition, seconds=60.0):
        """Wait for something heard; a link that ends early raises its error."""
        async with asyncio.timeout(seconds):
            while not condition(self):
                self.news.clear()
                waiting = asyncio.ensure_future(self.news.wait())
                await asyncio.wait([waiting, self.running], return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                if self.running.done():
                    self.running.result()
                    return

    async def stop(self):
        self.link.stop()
        await self.running

    def kinds(self):
        return [state.kind for state in self.states]


def decoded(packet):
    return discover()["surefoot_open"].decode(packet.char, packet.data, {}).blocks


def run(coroutine, loop_factory=None, seconds=180):
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(asyncio.wait_for(coroutine, seconds))


async def lose_and_find(address, rate_hz, first, second):
    """Lose and find a sensor on a `PacedLoop`."""
    sensor = virtual(rate_hz=rate_hz)
    patience = Patience(
        **{name: SPEED * value for name, value in asdict(CALM).items() if name.endswith("_s")}
    )
    async with FakeBluez(address, sensor) as bluez:
        asyncio.get_running_loop().is_waiting = lambda: bluez.flying > 0
        ear = Ear(sensor, patience, bluez)
        await ear.until(lambda e: e.samples[0] >= first, 600.0)
        sensor.drop_link()
        await ear.until(lambda e: e.samples[1] >= second, 600.0)
        asyncio.get_running_loop().is_waiting = lambda: False
        await ear.stop()
    return assemble(sensor.device, ear.packets, nominal_hz=rate_hz), ear


@pytest.mark.parametrize("rate_hz", [100.0, 200.0, 1000.0])
def test_nothing_is_lost_inside_a_segment(bus, rate_hz):
    """Thirty seconds, the link lost, and five more."""
    (recording, seen), ear = run(lose_and_find(bus, rate_hz, 30 * rate_hz, 5 * rate_hz), PacedLoop, 1800)
    # Samples that were sent while nobody was connected are missing, and are the gap.
    assert seen.lost_samples == 0
    assert seen.repeated_packets == seen.empty_packets == 0
    assert len(seen.gaps_s) == 1
    assert recording.time_s.size >= 35 * rate_hz
    assert seen.rate_hz == pytest.approx(rate_hz, rel=2e-3)
    assert ear.kinds().count("streaming") == 2
    assert ear.kinds()[-1] == "closed"
    assert READS["lost"] in [state.text for state in ear.states]


@pytest.mark.parametrize("key", sorted(discover()))
def test_every_sensor_is_started_over_d_bus(bus, key):
    async def session():
        sensor = virtual(key)
        async with FakeBluez(bus, sensor):
            ear = Ear(sensor)
            await ear.until(lambda e: len(e.packets) >= 3)
            await ear.stop()
        return sensor, ear

    sensor, ear = run(session())
    assert "battery" in ear.kinds()
    stops = [(write.char, write.data) for write in sensor.device.stop]
    assert sensor.written[len(sensor.written) - len(stops) :] == stops


def test_a_notification_that_comes_twice_is_taken_once(bus):
    async def session():
        sensor = virtual()
        async with FakeBluez(bus, sensor) as bluez:
            ear = Ear(sensor)
            await ear.until(lambda e: len(e.packets) >= 5)
            bluez.twice = 3
            await ear.until(lambda e: len(e.packets) >= 20)
            await ear.stop()
        return assemble(sensor.device, ear.packets)

    recording, seen = run(session())
    assert seen.repeated_packets == 3
    assert READS["twice"] in " ".join(issue.message for issue in recording.issues)


def test_samples_that_the_sensor_threw_away_are_counted(bus):
    async def session():
        sensor = virtual()
        async with FakeBluez(bus, sensor):
            ear = Ear(sensor)
            await ear.until(lambda e: len(e.packets) >= 5)
            sensor.full = 2
            await ear.until(lambda e: len(e.packets) >= 20)
            await ear.stop()
        per_packet = len(decoded(ear.packets[0])[0])
        return per_packet, assemble(sensor.device, ear.packets)

    per_packet, (recording, seen) = run(session())
    assert seen.lost_samples == 2 * per_packet
    (issue,) = [issue for issue in recording.issues if issue.code == "samples_lost"]
    assert issue.message.startswith(f"{seen.lost_samples} {READS['missing']}")


def test_packets_cut_by_a_small_mtu_are_refused(bus):
    async def session():
        sensor = virtual("movella_dot")
        sensor.mtu = 23
        async with FakeBluez(bus, sensor):
            ear = Ear(sensor, QUICK)
            await ear.until(lambda _: False)

    with pytest.raises(SensorSilentError) as refused:
        run(session())
    assert refused.value.found == READS["cut"]


def test_a_connection_left_by_a_crash_is_ended_first(bus):
    """BlueZ keeps the link of a program that was killed, and a connected sensor advertises no more."""

    async def session():
        sensor = virtual()
        async with FakeBluez(bus, sensor) as bluez:
            bluez.hold(sensor)
            listed = await scan(2.0)
            ear = Ear(sensor)
            await ear.until(lambda e: len(e.packets) > 5)
            await ear.stop()
        return listed, [state.text for state in ear.states], sensor.connections

    (listed,), texts, connections = run(session())
    assert listed.held
    assert discover()["surefoot_open"].matches(listed.advertisement)
    assert texts.count(READS["held"]) == 1
    assert connections >= 2


def test_a_connection_of_another_sensor_is_left_alone(bus):
    async def session():
        mine, other = virtual(), virtual("movesense")
        other.address = "F0:00:00:00:00:02"
        async with FakeBluez(bus, mine, other) as bluez:
            bluez.hold(other)
            ear = Ear(mine)
            await ear.until(lambda e: len(e.packets) > 5)
            await ear.stop()
        return other.connections, [state.text for state in ear.states]

    connections, texts = run(session())
    assert connections == 1
    assert READS["held"] not in texts


def test_a_sensor_that_a_phone_holds(bus):
    """It does not advertise, so that it is not seen."""

    async def session():
        sensor = virtual()
        sensor.out_of_range = True
        async with FakeBluez(bus, sensor):
            ear = Ear(sensor, QUICK)
            await ear.until(lambda _: False)

    with pytest.raises(SensorNotFoundError) as refused:
        run(session())
    assert READS["not advertising"] in refused.value.do


def test_a_sensor_that_refuses_every_connection(bus):
    async def session():
        sensor = virtual()
        async with FakeBluez(bus, sensor) as bluez:
            bluez.faults = [("org.bluez.Error.Failed", "br-connection-busy")] * 99
            ear = Ear(sensor)
            await ear.until(lambda _: False)

    with pytest.raises(SensorSilentError) as refused:
        run(session())
    assert refused.value.do == READS["phone"]


@pytest.mark.parametrize(
    ("key", "method", "reply", "said"),
    [
        ("polar_h10", "WriteValue", ("Failed", "Operation failed with ATT error: 0x05"), READS["pair"]),
        ("polar_h10", "WriteValue", ("NotPermitted", "Not paired"), READS["pair"]),
        ("surefoot_open", "StartNotify", ("InProgress", "In Progress"), READS["other program"]),
        ("surefoot_open", "Connect", ("InProgress", "In progress"), READS["other program"]),
        ("surefoot_open", "StartNotify", ("NotSupported", "Not supported"), READS["no sending"]),
        ("witmotion", "WriteValue", ("NotPermitted", "Write not permitted"), READS["not permitted"]),
    ],
)
def test_why_the_system_cannot_start_a_sensor_is_told(bus, key, method, reply, said):
    """BlueZ's own reply is found in the refusal, its meaning is the sentence."""

    async def session():
        sensor = virtual(key)
        async with FakeBluez(bus, sensor) as bluez:
            bluez.refusals[method] = f"org.bluez.Error.{reply[0]}", reply[1]
            ear = Ear(sensor)
            await ear.until(lambda _: False)

    with pytest.raises(SensorSilentError) as refused:
        run(session())
    assert refused.value.what.endswith(said)
    assert reply[1].split()[-1].casefold() in refused.value.found.casefold()


def test_a_sensor_without_what_its_kind_offers(bus):
    async def session():
        sensor = virtual("movella_dot")
        sensor.chars = lambda: {radio.BATTERY: ["read"]}
        async with FakeBluez(bus, sensor):
            ear = Ear(sensor)
            await ear.until(lambda _: False)

    with pytest.raises(SensorSilentError) as refused:
        run(session())
    assert refused.value.what.endswith(READS["other firmware"])
    assert "15172003-4947-11e9-8646-d663bd873d93" in refused.value.found


def test_connecting_is_tried_again(bus):
    async def session():
        sensor = virtual()
        async with FakeBluez(bus, sensor) as bluez:
            bluez.faults = [
                ("org.bluez.Error.Failed", "le-connection-abort-by-local"),
                ("org.bluez.Error.InProgress", "Operation already in progress"),
            ]
            ear = Ear(sensor, replace(CALM, connect_s=3.0))
            await ear.until(lambda e: e.packets)
            await ear.stop()
        return [state.text for state in ear.states]

    assert READS["third try"] in run(session())


def test_out_of_range_and_bluetooth_off_are_waited_out(bus):
    async def session():
        sensor = virtual()
        async with FakeBluez(bus, sensor) as bluez:
            ear = Ear(sensor, QUICK)
            await ear.until(lambda e: len(e.packets) > 5)
            sensor.out_of_range = True
            sensor.drop_link()
            await ear.until(lambda e: e.kinds().count("searching") > 2)
            sensor.out_of_range = False
            await ear.until(lambda e: e.packets[-1].segment >= 1)
            bluez.switch(on=False)
            await ear.until(lambda e: "off" in e.kinds())
            bluez.switch(on=True)
            last = ear.packets[-1].segment
            await ear.until(lambda e: e.packets[-1].segment > last)
            await ear.stop()
        return [state.text for state in ear.states]

    texts = run(session())
    assert READS["off"] in texts
    assert READS["off within"] in texts


def test_a_scan_waits_until_bluetooth_is_switched_on(bus, monkeypatch):
    monkeypatch.setattr(radio, "OFF_EVERY_S", 0.2)

    async def session():
        told, heard = [], asyncio.Event()

        def tell(text):
            told.append(text)
            heard.set()

        async with FakeBluez(bus, virtual(), powered=False) as bluez:
            scanning = asyncio.ensure_future(scan(2.0, waited=tell))
            await heard.wait()
            bluez.switch(on=True)
            return await scanning, told

    seen, told = run(session())
    assert [one.name for one in seen] == ["Surefoot"]
    assert told == [READS["off"]]


def test_a_scan_does_not_wait_for_ever(bus, monkeypatch):
    monkeypatch.setattr(radio, "OFF_EVERY_S", 0.1)
    monkeypatch.setattr(radio, "OFF_PATIENCE_S", 0.3)

    async def session():
        async with FakeBluez(bus, powered=False):
            await scan(0.1, waited=lambda _: None)

    with pytest.raises(NoBluetoothError, match="switched off"):
        run(session())


def test_an_adapter_that_is_unplugged_and_comes_back(bus):
    async def session():
        sensor = virtual()
        async with FakeBluez(bus, sensor) as bluez:
            ear = Ear(sensor)
            await ear.until(lambda e: len(e.packets) > 5)
            bluez.unplug()
            await ear.until(lambda e: "off" in e.kinds())
            bluez.plug()
            last = ear.packets[-1].segment
            await ear.until(lambda e: e.packets[-1].segment > last)
            await ear.stop()
        return [state.text for state in ear.states]

    assert READS["unplugged"] in run(session())


def test_an_adapter_that_cannot_connect(bus):
    async def session():
        async with FakeBluez(bus) as bluez:
            bluez.tree[HCI][ADAPTER]["Roles"] = Variant("as", ["peripheral"])
            await scan(0.2)

    with pytest.raises(NoBluetoothError, match=READS["old adapter"]):
        run(session())


@pytest.mark.parametrize("way", ["bus", "policy"])
def test_the_system_does_not_allow_bluetooth(monkeypatch, way):
    """The bus does not let this user in, or does not pass the user's messages on to BlueZ."""

    async def session(address):
        if way == "bus":
            await scan(0.2)
        async with FakeBluez(address, virtual()):
            await scan(0.2)

    with private_bus(monkeypatch, DENIED[way]) as address, pytest.raises(NoBluetoothError) as refused:
        run(session(address))
    assert refused.value.what == READS["denied"]
    assert "bluetooth" in refused.value.do


def test_a_service_that_is_restarted_is_waited_out(bus):
    async def session():
        sensor = virtual()
        async with FakeBluez(bus, sensor) as bluez:
            ear = Ear(sensor, QUICK)
            await ear.until(lambda e: len(e.packets) > 5)
            await bluez.vanish()
            await ear.until(lambda e: "off" in e.kinds())
            await bluez.__aenter__()
            last = ear.packets[-1].segment
            await ear.until(lambda e: e.packets[-1].segment > last)
            await ear.stop()
        return [state.text for state in ear.states]

    assert READS["service gone"] in run(session())


def measured(bus, monkeypatch, capsys, sensor, *words):
    """From the command line to D-Bus and back, the stand-in on a thread of its own: code, stdout, stderr."""
    monkeypatch.setattr(sensors, "SCAN_S", 0.5)
    monkeypatch.setattr(maintenance, "MEASURED_S", 1.0)
    ready, over = threading.Event(), threading.Event()

    async def stand_in():
        async with FakeBluez(bus, sensor):
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=asyncio.run, args=[stand_in()])
    thread.start()
    try:
        assert ready.wait(60)
        with pytest.raises(SystemExit) as left:
            main(["doctor", "--ble", "--json", *words])
    finally:
        over.set()
        thread.join()
    said = capsys.readouterr()
    return left.value.code, json.loads(said.out), said.err


BOARD = "F0:00:00:00:00:01"


@pytest.mark.parametrize(
    ("key", "advertised", "words"),
    [
        ("witmotion", None, []),
        ("phyphox_ble", None, []),
        ("nordic_uart", None, []),
        ("microbit_uart", None, []),
        ("nordic_uart", Advertisement(), ["--sensor", BOARD]),
        ("microbit_uart", Advertisement("My board"), ["--sensor", "My board"]),
        ("witmotion", Advertisement("My board"), ["--sensor", "My board", "--kind", "witmotion"]),
    ],
)
def test_the_doctor_by_the_real_client(bus, monkeypatch, capsys, key, advertised, words):
    """Recognised by what its maker's firmware advertises, else by its services, else as it was told."""
    sensor = virtual(key, sway_ap_deg=0.0, sway_ml_deg=0.0)
    sensor.advertisement = advertised or sensor.advertisement
    code, out, err = measured(bus, monkeypatch, capsys, sensor, *words)
    rows = {row["what"]: row for row in out}
    assert code == 0, rows
    assert rows["gravity at rest"]["found"].startswith("9.8")
    assert f"({sensor.device.title}, -55 dBm" in err
    assert ("Looking at the services of" in err) == (advertised is not None and "--kind" not in words)


def test_a_sensor_that_is_near_is_not_called_unseen(bus, monkeypatch, capsys):
    """What is refused has been looked at, and its services are named; the log is a file."""
    sensor = virtual("custom_gatt")
    sensor.advertisement = Advertisement("Headphones")
    code, out, _ = measured(bus, monkeypatch, capsys, sensor, "--sensor", "Headphones")
    assert code == 2
    assert out["error"]["what"] == f"Headphones {READS['no known service']}"
    assert sensor.device.service in out["error"]["found"]
    assert "--kind" in out["error"]["do"]
    log = Path(out["error"]["do"].split("in full: ")[1].removesuffix("."))
    assert "Surefoot" in log.read_text(encoding="utf-8")


def test_a_silent_sensor_is_connected_again(bus):
    async def session():
        sensor = virtual()
        async with FakeBluez(bus, sensor):
            ear = Ear(sensor, QUICK)
            await ear.until(lambda e: len(e.packets) > 5)
            sensor.mute = True
            await ear.until(lambda e: "silent" in e.kinds())
            sensor.mute = False
            await ear.until(lambda e: e.packets[-1].segment >= 1)
            await ear.stop()
        return [state.text for state in ear.states]

    assert READS["silent"] in run(session())


def test_not_seen_lists_what_is_near(bus):
    async def session():
        sensor = virtual("witmotion")
        async with FakeBluez(bus, sensor):
            found = await scan(2.0)
            with pytest.raises(SensorNotFoundError) as refused:
                await Link(Target(discover()["movesense"]), print, lambda _: None, patience=QUICK).run()
        return found, refused.value

    found, refused = run(session())
    assert [(seen.name, seen.rssi) for seen in found] == [("WT901BLE67", -55)]
    assert "WT901BLE67 (-55 dBm)" in refused.found


@pytest.mark.parametrize(
    ("options", "said"),
    [({"adapter": False}, READS["no adapter"]), ({"powered": False}, "switched off")],
)
def test_no_adapter_or_switched_off(bus, options, said):
    async def session():
        async with FakeBluez(bus, **options):
            await scan(0.2)

    with pytest.raises(NoBluetoothError, match=said):
        run(session())


def test_the_service_is_not_running(bus):
    with pytest.raises(NoBluetoothError, match=READS["no service"]):
        run(scan(0.2))


def test_there_is_no_bus_at_all(monkeypatch):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    with pytest.raises(NoBluetoothError, match=READS["no bus"]):
        run(scan(0.2))


def test_no_connection_to_the_bus_is_left_behind(bus):
    """bleak leaks one for every client that is not disconnected after a loss."""

    def sockets():
        links = [path.resolve().name for path in Path("/proc/self/fd").iterdir()]
        return sum("socket:" in link for link in links)

    async def session():
        sensor, counts = virtual(), []
        async with FakeBluez(bus, sensor):
            ear = Ear(sensor)
            for segment in range(4):
                await ear.until(lambda e, s=segment: e.packets and e.packets[-1].segment == s)
                counts.append(sockets())
                sensor.drop_link()
            await ear.stop()
        return counts

    counts = run(session())
    assert counts[-1] == counts[1]
