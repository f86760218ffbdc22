"""The link over a whole software Bluetooth stack: bleak's front end, then HCI, L2CAP, ATT and GATT bytes."""

import asyncio

import pytest

pytest.importorskip("bumble", reason="needs bumble: pip install '.[radio]'")

from bumble_radio import on_air
from radio_failures import READS
from surefoot.live.ble.assembly import assemble
from surefoot.live.ble.devices import discover
from surefoot.live.ble.link import Link
from surefoot.live.ble.scanner import Patience, Target, scan
from surefoot.live.ble.virtual import VirtualSensor
from surefoot.simulate import Imu, stance

# A busy machine may hold the whole process up for seconds, which must not pass for silence.
CALM = Patience(scan_s=30.0, connect_s=30.0, silent_s=15.0, first_s=30.0, longest_s=0.5, slept_s=60.0)


def virtual(key="surefoot_open", *, rate_hz=None):
    device = discover()[key]
    recording, _ = stance(5, duration_s=20.0, imu=Imu(rate_hz=rate_hz or device.rate_near(100.0) or 100.0))
    return VirtualSensor(device, recording)


class Ear:
    """What was heard, and a wait for more of it."""

    def __init__(self):
        self.packets, self.states, self.more = [], [], asyncio.Event()

    def hear(self, packet):
        self.packets.append(packet)
        self.more.set()

    async def until(self, count, segment=0):
        async with asyncio.timeout(60):
            while sum(packet.segment == segment for packet in self.packets) < count:
                self.more.clear()
                await self.more.wait()


def listen(sensor, *counts):
    """Listen to so many packets in one segment after the other, the link lost between them."""

    async def session():
        ear = Ear()
        async with on_air(sensor) as radio:
            target = Target(sensor.device, sensor.address, sensor.rate_hz_offered)
            link = Link(target, ear.hear, ear.states.append, radio=radio, patience=CALM)
            running = asyncio.ensure_future(link.run())
            for segment, count in enumerate(counts):
                await ear.until(count, segment)
                if segment < len(counts) - 1:
                    sensor.drop_link()
            link.stop()
            await running
        return ear.packets, [state.text for state in ear.states]

    return asyncio.run(session())


@pytest.mark.parametrize("rate_hz", [100.0, 200.0, 1000.0])
def test_nothing_is_lost_inside_a_segment(rate_hz):
    sensor = virtual(rate_hz=rate_hz)
    packets, texts = listen(sensor, int(rate_hz / 5), int(rate_hz / 10))
    _, seen = assemble(sensor.device, packets)
    assert (seen.lost_samples, seen.repeated_packets, seen.empty_packets) == (0, 0, 0)
    assert len(seen.gaps_s) == 1
    assert READS["lost"] in texts


@pytest.mark.parametrize("key", sorted(discover()))
def test_every_sensor_streams_through_the_stack(key):
    sensor = virtual(key)
    packets, _ = listen(sensor, 4)
    blocks, carry = [], {}
    for packet in packets:
        decoded = sensor.device.decode(packet.char, packet.data, carry)
        carry = dict(decoded.carry)
        blocks += decoded.blocks
    assert blocks
    stops = [(write.char, write.data) for write in sensor.device.stop]
    assert sensor.written[len(sensor.written) - len(stops) :] == stops


def test_a_scan_hears_it():
    async def session():
        async with on_air(virtual()) as radio:
            return await scan(2.0, radio)

    (seen,) = asyncio.run(session())
    assert seen.name == "Surefoot"
