"""``surefoot record --simulated`` in a process of its own, its time running faster, with a witness.

    python tests/support/recorder.py SPEED WITNESS [options of record]

Every packet that the link hands on is told to the file WITNESS before anything else sees it: its length and
checksum. What is killed is the command itself; only the clock of its event loop runs faster.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import sys
import time
from zlib import crc32

from surefoot.cli import guided as sessions
from surefoot.cli import main, sensors
from surefoot.live.ble import arrival
from surefoot.live.ble.link import Link


def mark_of(data):
    """Return what a witness tells of a packet."""
    return f"{len(data)} {crc32(data):08x}"


class FastSelector(selectors.DefaultSelector):
    """A selector that waits only a part of what it is asked to."""

    def __init__(self, speed):
        super().__init__()
        self._speed = speed

    def select(self, timeout=None):
        return super().select(timeout if timeout is None else timeout / self._speed)


class FastLoop(asyncio.SelectorEventLoop):
    """A loop whose time runs `speed` times as fast."""

    def __init__(self, speed):
        self._speed, self._begun_s = speed, time.monotonic()
        super().__init__(FastSelector(speed))

    def time(self):
        return self._begun_s + self._speed * (time.monotonic() - self._begun_s)


def record(speed, witness, words):
    """Run the command."""
    told = os.open(witness, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    class Witnessed(Link):
        def __init__(self, target, on_packet, on_state, **options):
            def hear(packet):
                os.write(told, f"{packet.arrival_s:.6f} {mark_of(packet.data)}\n".encode())
                on_packet(packet)

            super().__init__(target, hear, on_state, **options)

    def run_fast(work):
        with asyncio.Runner(loop_factory=lambda: FastLoop(speed)) as runner:
            return runner.run(work)

    arrival.Link = Witnessed
    sessions.run_loop = sensors.run_loop = run_fast
    main(["record", "--simulated", *words])


if __name__ == "__main__":
    record(float(sys.argv[1]), sys.argv[2], sys.argv[3:])
