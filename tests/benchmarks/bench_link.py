"""What a recording costs: CPU of the whole path at 200 Hz with the sensor in another process, and memory.

    python tests/benchmarks/bench_link.py [seconds]

The sensor and a stand-in for BlueZ run in a process of their own behind a real D-Bus; this process runs bleak, link,
journal and live view. Memory is measured on an hour of packets fed as fast as they can be taken.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pytest

from fake_bluez import FakeBluez, private_bus
from surefoot.ble.device import Packet
from surefoot.ble.devices import discover
from surefoot.ble.journal import Journal
from surefoot.ble.link import Link
from surefoot.ble.log import Header
from surefoot.ble.monitor import Monitor
from surefoot.ble.radio import Target
from surefoot.ble.virtual import VirtualSensor
from surefoot.simulate import Imu, stance

RATE_HZ = 200.0


def sensor_process(address, ready):
    device = discover()["witmotion"]
    recording, _ = stance(1, duration_s=60.0, imu=Imu(rate_hz=RATE_HZ))

    async def serve():
        async with FakeBluez(address, VirtualSensor(device, recording)):
            ready.set()
            await asyncio.Event().wait()

    asyncio.run(serve())


async def record(seconds, folder):
    """Return the share of a core that `seconds` of streaming cost, and the samples heard."""
    device = discover()["witmotion"]
    header = Header(device.key, device.notify, datetime.now(UTC), RATE_HZ)
    journal, monitor, heard = Journal.create(folder, header, "bench"), Monitor(device), []
    first = asyncio.Event()

    def take(packet):
        journal.append(packet)
        monitor.feed(packet)
        heard.append(len(packet.data) // 20)
        first.set()

    link = Link(Target(device, None, RATE_HZ), take, lambda _: None)
    running = asyncio.ensure_future(link.run())
    await first.wait()
    begun, cpu, count = time.monotonic(), time.process_time(), sum(heard)
    for _ in range(int(seconds)):
        await asyncio.sleep(1.0)
        monitor.glance()
        await asyncio.to_thread(journal.sync)
    share = (time.process_time() - cpu) / (time.monotonic() - begun)
    rate_hz = (sum(heard) - count) / (time.monotonic() - begun)
    link.stop()
    await running
    journal.close()
    return share, rate_hz


def hour_of_memory(folder):
    """Return the peak memory in MB after ten minutes and after an hour of packets."""
    device = discover()["surefoot_open"]
    recording, _ = stance(1, duration_s=60.0)
    packets = device.encode(recording)
    journal = Journal.create(folder, Header(device.key, device.notify, datetime.now(UTC)), "hour")
    monitor, peaks = Monitor(device), []
    for minute in range(60):
        for packet in packets:
            moved = Packet(packet.time_s + 60.0 * minute, 0, packet.char, packet.data)
            journal.append(moved)
            monitor.feed(moved)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return peaks[9], peaks[-1]


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    patch = pytest.MonkeyPatch()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        stack.callback(patch.undo)
        address = stack.enter_context(private_bus(patch))
        context = multiprocessing.get_context("spawn")
        ready = context.Event()
        process = context.Process(target=sensor_process, args=(address, ready), daemon=True)
        process.start()
        ready.wait(20)
        share, rate_hz = asyncio.run(record(seconds, Path(folder)))
        process.terminate()
        print(f"CPU at {rate_hz:.0f} Hz, one packet for two samples: {share:.1%} of a core")
        early, late = hour_of_memory(Path(folder))
        print(f"Peak memory: {early:.1f} MB after ten minutes, {late:.1f} MB after an hour")


if __name__ == "__main__":
    main()
