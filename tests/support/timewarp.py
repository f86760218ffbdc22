"""An event loop whose time jumps over every pause, so that an hour of a session takes seconds."""

from __future__ import annotations

import asyncio
import selectors
import time


class _Skipping(selectors.DefaultSelector):
    """A selector that never waits for time: it moves the clock instead."""

    def __init__(self, clock):
        super().__init__()
        self._clock = clock

    def select(self, timeout=None):
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            return super().select(None)
        self._clock.now_s += timeout
        return ready


class _Clock:
    now_s = 1000.0


class WarpLoop(asyncio.SelectorEventLoop):
    """`time` runs from 1000 s on, as fast as the work allows."""

    def __init__(self):
        self._clock = _Clock()
        super().__init__(_Skipping(self._clock))

    def time(self):
        return self._clock.now_s

    def run_in_executor(self, executor, func, *args):
        """Do at once what else a thread would do, while time ran on as the machine pleases."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 (whatever it is, whoever waits hears of it)
            done.set_exception(error)
        return done


def run_warped(coroutine, monkeypatch=None):
    """Run a coroutine on a warped loop; wall time follows where a monkeypatch is given."""
    loop = WarpLoop()
    if monkeypatch is not None:
        begun = time.time()
        monkeypatch.setattr(time, "time", lambda: begun + loop.time() - 1000.0)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(coroutine)
