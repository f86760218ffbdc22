"""`Trainer`: one board, one sensor, one round at a time; what every open page is told about them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING, Any, Final

from surefoot.errors import UsageError
from surefoot.live import feedback as following
from surefoot.live.feedback import Feedback, Goal, Samples
from surefoot.model import Setup
from surefoot.protocols import protocol_for
from surefoot.web.errors import link_in_words
from surefoot.web.trainer.feeds import SIMULATED, SIMULATED_SOURCE, BoardSensor, Feed, RoundRecording
from surefoot.web.trainer.rounds import describe_state, keep_round

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

EVENTS_HZ: Final = 30.0
HEARTBEAT_S: Final = 1.0
SILENT_S: Final = 1.0
IDLE_S: Final = 60.0
MOST_STREAMS: Final = 8
_NO_SENSOR: Final = "No sensor is connected."
_LET_GO: Final = "The sensor was let go, because no page watched it."


class Trainer:
    """The state behind the board trainer's page; to be used on one event loop.

    `sources` are the sensors that can be chosen, by key, beside a simulated one. A sensor that no page
    watches is let go after a minute; a round under way is finished and kept first, and one in which nothing
    is heard for a minute is ended. `clock` tells the wall
    time with its zone.
    """

    def __init__(
        self,
        diary: Diary,
        settings: Settings,
        sources: Mapping[str, BoardSensor] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now().astimezone().replace(microsecond=0),
    ) -> None:
        self._diary, self._settings, self._clock = diary, settings, clock
        self.sources = {**(sources or {}), SIMULATED: SIMULATED_SOURCE}
        self.source = ""
        self.feedback = Feedback()
        self.feed: Feed | None = None
        self._running: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._setup: Setup | None = None
        self._said = _NO_SENSOR
        self._fault: dict[str, str] | None = None
        self._heard_ms, self._heard_s = 0.0, -inf
        self._news, self._changing = asyncio.Event(), asyncio.Lock()
        self._watchers = 0
        self._watched_s: float | None = None
        self._closing = False
        self.rounds = 0
        self.result: dict[str, Any] | None = None

    async def connect(self, key: str) -> Feed:
        """Listen to a sensor, in place of any other. Raises UsageError for one that is not there."""
        source = self.sources.get(key)
        if source is None:
            raise UsageError(
                "There is no such sensor here.",
                found=repr(key[:40]),
                expected=", ".join(self.sources),
                do="Choose one on the page; start `surefoot web` with --sensor for another.",
            )
        async with self._changing:
            await self._leave()
            self.source = key
            self._tell(f"Opening {source.title} …")
            try:
                feed = await asyncio.to_thread(source.open)
            except Exception as error:
                self.source = ""
                self._tell(_NO_SENSOR)
                raise link_in_words(error, source.title) from error
            self.feed, self._watched_s = feed, None
            self._running = asyncio.create_task(self._run(feed))
            return feed

    async def leave(self) -> None:
        """Let the sensor go; a round under way is ended and kept."""
        async with self._changing:
            await self._leave()

    async def _leave(self) -> None:
        await self.stop()
        task, self._running = self._running, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        # A task that is cancelled before it began has cleared nothing up.
        self.feed, self.source, self.feedback, self._fault = None, "", Feedback(), None
        self._tell(_NO_SENSOR)

    def start(self, goal: Goal, setup: Setup) -> bool:
        """Begin a round; tell whether that was possible now."""
        begun = following.start(self.feedback, goal)
        level = self.feedback.level
        if begun is self.feedback or self.feed is None or level is None or self._keeping is not None:
            return False
        simulated = self.sources[self.source].is_simulated
        self._setup = replace(
            setup,
            person="simulated" if simulated else setup.person,
            board_level_ap_deg=round(level.ap_deg, 2),
            board_level_ml_deg=round(level.ml_deg, 2),
        )
        settle_s = min(protocol_for(setup).settle_s, goal.lead_s)
        self.feed.begin((begun.now_s or 0.0) + goal.lead_s - settle_s, self._setup, self._diary)
        self.feedback, self.result = begun, None
        self._tell_news()
        return True

    async def stop(self) -> dict[str, Any] | None:
        """End the round, if one is under way, and return the result of the last one once it is kept."""
        before, self.feedback = self.feedback, following.stop(self.feedback)
        self._follow(before)
        if self._keeping is not None:
            await asyncio.shield(self._keeping)
        return self.result

    def take_level(self) -> None:
        """Take the level anew from the next still second."""
        self.feedback = following.take_level(self.feedback)
        self._tell_news()

    def close(self) -> None:
        """End every stream, because the program ends."""
        self._closing = True
        self._tell_news()

    async def watch(self) -> AsyncIterator[str]:
        """Yield what a page draws as server-sent events: at each change, at most 30 times a second."""
        if self._watchers >= MOST_STREAMS:
            yield "event: full\ndata: {}\n\n"
            return
        self._watchers += 1
        try:
            while not self._closing:
                news, begun_s = self._news, _now_s()
                yield f"data: {json.dumps(self.snapshot())}\n\n"
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), HEARTBEAT_S)
                await asyncio.sleep(max(0.0, begun_s + 1 / EVENTS_HZ - _now_s()))
        finally:
            self._watchers -= 1

    def quiet_s(self) -> float:
        """Return for how many seconds nothing was heard from any sensor."""
        return _now_s() - self._heard_s

    def snapshot(self) -> dict[str, Any]:
        """Return all that a page draws; `heard_ms` is the wall time at which the latest sample came in."""
        told = describe_state(self.feedback)
        return {
            **told,
            "phase": told["phase"] if self.feed is not None else "off",
            "sensor": self.source,
            "said": self._said,
            "fault": self._fault,
            "silent": self.feed is not None and self.quiet_s() > SILENT_S,
            "rounds": self.rounds,
            "keeping": self._keeping is not None,
            "heard_ms": round(self._heard_ms, 1),
        }

    async def _run(self, feed: Feed) -> None:
        listening = asyncio.create_task(feed.run(self._take, self._tell))
        said = _LET_GO
        try:
            while not listening.done() and not self._is_idle():
                await asyncio.wait([listening], timeout=HEARTBEAT_S)
                if self.quiet_s() > IDLE_S:
                    await self.stop()
            if listening.done():
                listening.result()
        except Exception as error:  # noqa: BLE001 (whatever a driver raises, the page must say something)
            told = link_in_words(error, self.sources[self.source].title if self.source else "the sensor")
            self._fault, said = told.to_dict(), told.what
        finally:
            # At the program's end it is cancelled already, and must not be torn from its clearing up.
            if not listening.cancelling():
                listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            self.feed, self.source, self.feedback = None, "", Feedback()
            self._tell(said)

    def _is_idle(self) -> bool:
        busy = self._watchers or self.feedback.phase in ("lead", "running") or self._keeping is not None
        if busy or self._watched_s is None:
            self._watched_s = _now_s()
        return _now_s() - self._watched_s > IDLE_S

    def _take(self, samples: Samples) -> None:
        before, self.feedback = self.feedback, following.follow(self.feedback, samples)
        self._heard_ms, self._heard_s = 1000 * time.time(), _now_s()
        self._follow(before)
        self._tell_news()

    def _follow(self, before: Feedback) -> None:
        """Keep a round that has just ended, or forget one that never began."""
        ended = before.phase, self.feedback.phase
        if self.feed is None or before.phase == self.feedback.phase:
            return
        if ended == ("lead", "ready"):
            self.feed.round.drop()
        elif ended[1] == "done":
            recording = self.feed.round.end(self.feedback.now_s or 0.0)
            self._keeping = asyncio.create_task(self._keep(recording, self.feedback))
        self._tell_news()

    async def _keep(self, recording: RoundRecording, ended: Feedback) -> None:
        setup = self._setup
        if setup is None:
            raise RuntimeError("no round was begun")
        try:
            self.result = await asyncio.to_thread(
                keep_round, recording, ended, setup, self._diary, self._settings, self._clock()
            )
        finally:
            self.rounds += 1
            self._keeping = None
            self._tell_news()

    def _tell(self, text: str) -> None:
        self._said = text
        self._tell_news()

    def _tell_news(self) -> None:
        old, self._news = self._news, asyncio.Event()
        old.set()


def _now_s() -> float:
    return asyncio.get_running_loop().time()
