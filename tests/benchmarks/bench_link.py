"""What a recording costs: CPU of the whole path at 200 Hz with the sensor in another process, and memory.

    python tests/benchmarks/bench_link.py [seconds]

The sensor and a stand-in for BlueZ run in a process of their own behind a real D-Bus; this process runs bleak, link,
journal and live view, then the whole guided session with its screen. Memory is measured on an hour of virtual time
of a session with a virtual sensor.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import multiprocessing
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import pytest
from rich.console import Console
from rich.live import Live

from fake_bluez import FakeBluez, private_bus
from surefoot.cli.terminal import TerminalStage, Voice
from surefoot.live.ble.arrival import sender_of
from surefoot.live.ble.devices import discover
from surefoot.live.ble.link import Link
from surefoot.live.ble.reader import Reader
from surefoot.live.ble.scanner import Target
from surefoot.live.ble.virtual import VirtualSensor
from surefoot.live.ble.virtual_radio import virtual_radio
from surefoot.live.guide import plan
from surefoot.live.journal import Journal
from surefoot.live.log import Header
from surefoot.live.monitor import Monitor
from surefoot.live.session import GuidedSession, SessionPlan
from surefoot.protocols import load_protocols
from surefoot.simulate import Imu, stance
from timewarp import run_warped

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
    journal, monitor, heard = (
        Journal.create(folder, header, "bench"),
        Monitor(Reader(device).read, device.rates_hz),
        [],
    )
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


async def guide(seconds, folder):
    """Return the share of a core that a guided session costs, its screen drawn for a terminal that nobody sees."""
    device = discover()["witmotion"]
    protocol = load_protocols()["single-leg"]
    journal = Journal.create(folder, Header(device.key, device.notify, datetime.now(UTC), RATE_HZ), "guided")
    course = SessionPlan(protocol, plan(protocol, "left", attended=False), attended=False)
    console = Console(file=io.StringIO(), force_terminal=True, width=100, height=40)
    with Live(console=console, screen=True, auto_refresh=False) as live:
        stage = TerminalStage(live, NoKeys(), Voice())
        session = GuidedSession(sender_of(Target(device, None, RATE_HZ)), course, journal, stage)
        running = asyncio.ensure_future(session.run())
        await asyncio.sleep(8.0)
        begun, cpu = time.monotonic(), time.process_time()
        await asyncio.sleep(seconds)
        share = (time.process_time() - cpu) / (time.monotonic() - begun)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    journal.leave()
    return share


class NoKeys:
    """A keyboard that nobody touches."""

    def pressed(self):
        return ""


class Waiting:
    """A stage on which somebody reads the safety text for an hour; notes the peak memory in MB each minute."""

    def __init__(self):
        self.peaks = []

    def tell(self, state):
        pass

    def cue(self, cue):
        pass

    def draw(self, guide, monitor, now_s):
        monitor.trace()
        if now_s - 1000.0 >= 60.0 * (len(self.peaks) + 1):
            self.peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    def word(self, guide):
        return "quit" if len(self.peaks) >= 60 else None

    def is_speaking(self):
        return False

    def hush(self):
        pass


def hour_of_memory(folder):
    """Return the peak memory in MB after ten minutes and after an hour of virtual time of a whole session."""
    device, protocol = discover()["surefoot_open"], load_protocols()["single-leg"]
    sensor = VirtualSensor(device, stance(1, duration_s=60.0)[0])
    journal = Journal.create(folder, Header(device.key, device.notify, datetime.now(UTC)), "hour")
    course, stage = SessionPlan(protocol, plan(protocol)), Waiting()
    target = Target(device, sensor.address, 100.0)
    run_warped(GuidedSession(sender_of(target, virtual_radio(sensor)), course, journal, stage).run())
    return stage.peaks[9], stage.peaks[-1]


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
        guided = asyncio.run(guide(seconds, Path(folder)))
        process.terminate()
        print(f"CPU at {rate_hz:.0f} Hz, one packet for two samples: {share:.1%} of a core")
        print(f"CPU of a whole guided session with its screen: {guided:.1%} of a core")
        early, late = hour_of_memory(Path(folder))
        print(f"Peak memory: {early:.1f} MB after ten minutes, {late:.1f} MB after an hour")


if __name__ == "__main__":
    main()
