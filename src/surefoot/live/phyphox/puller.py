"""A phone that is asked again and again: start, fetch what is new, wait out lost Wi-Fi, fetch the rest, stop.

phyphox keeps its samples, so nothing is lost while the phone cannot be reached. A *segment* is a stretch on
one clock: it ends where measuring paused, or where the experiment was emptied or opened anew.
"""

import asyncio
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from surefoot.errors import ExperimentError, PhoneAwayError, PhoneError, SensorSilentError
from surefoot.live.log import Packet, State, StateKind
from surefoot.live.phyphox import protocol as phyphox
from surefoot.live.phyphox.phone import Phone
from surefoot.live.phyphox.protocol import Experiment, Reply

ROWS, META, TIME = "get", "meta", "time"
CHARS: Final = (ROWS, META, TIME)


@dataclass(frozen=True, slots=True)
class PullTimes:
    """How long to wait, all in seconds: between two requests, for a phone that is away, for samples."""

    between_s: float = 0.2
    longest_s: float = 2.0
    first_s: float = 10.0
    silent_s: float = 2.0
    drain_s: float = 30.0


class Puller:
    """One phone. Packets and states go to the callbacks until `stop`."""

    def __init__(
        self,
        phone: Phone,
        layout: Experiment,
        on_packet: Callable[[Packet], None],
        on_state: Callable[[State], None],
        times: PullTimes | None = None,
    ) -> None:
        self._phone, self._layout = phone, layout
        self._on_packet, self._on_state = on_packet, on_state
        self._times = times or PullTimes()
        self._stop = asyncio.Event()
        self._session = ""
        self._segment = 0
        self._newest_s: dict[str, float] = {}
        self._starts: list[tuple[float, float]] = []
        self._heard_s = self._asked_s = 0.0
        self._streaming = self._ever_heard = self._away = self._started = False

    def stop(self) -> None:
        """Ask it to end: the rest is fetched, and measuring stopped where it was started from here."""
        self._stop.set()

    async def run(self) -> None:
        """Pull until stopped, through every gap.

        Raises PhoneError where the phone is away or silent from the start, or the experiment is another one.
        """
        wait_s, self._heard_s = self._times.between_s, self._now_s()
        begun = False
        while not self._stop.is_set():
            try:
                begun = begun or await self._begin()
                await self._poll()
            except PhoneAwayError as error:
                wait_s = self._wait_out(error, wait_s)
            else:
                wait_s = self._times.between_s
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), wait_s)
        if begun:
            await self._drain()
        self._tell("closed", "Disconnected.")

    async def _begin(self) -> bool:
        """Note where the buffers end now, start measuring, and tell what phone it is."""
        self._tell("connecting", f"Connecting to {self._phone.address}…")
        told = phyphox.read_device(await self._ask(phyphox.META))
        self._hand_on(META, _packed(told))
        reply = await self._get(phyphox.newest_path(self._layout))
        if reply.timed:
            raise _timed_run()
        self._session, self._newest_s = reply.session, reply.newest_s
        if reply.measuring:
            await self._note_start()
        else:
            await self._start()
        return True

    async def _start(self) -> None:
        if not phyphox.is_granted(await self._ask(phyphox.START)):
            raise PhoneError(
                "The phone does not start measuring.",
                found="phyphox refused to start the experiment",
                expected="an experiment that can be started from here",
                do="Start it on the phone once to see why, then record again.",
            )
        self._started, self._asked_s = True, self._now_s()
        await self._note_start()

    async def _note_start(self) -> None:
        self._starts = phyphox.read_starts(await self._ask(phyphox.TIME))
        self._hand_on(TIME, _packed(self._starts))

    async def _poll(self) -> None:
        data = await self._ask(phyphox.rows_path(self._layout, self._newest_s))
        reply = phyphox.read_reply(data, self._layout)
        emptied = await self._come_back()
        if reply.session != self._session or len(reply.rows) < len(self._layout.buffers):
            await self._renew("The experiment on the phone was opened anew.", {})
        elif emptied or self._is_behind(reply.newest_s):
            await self._renew("The experiment on the phone was emptied.", {})
        elif self._is_ahead(reply.newest_s):
            self._take(data, reply)
        elif not reply.measuring and self._now_s() - self._asked_s > self._times.silent_s:
            await self._renew("The phone stopped measuring; it is started again.", self._newest_s)
        else:
            await self._look_closer()

    async def _look_closer(self) -> None:
        """Find out why nothing new came: emptied, asleep, or simply asked too soon."""
        reply = await self._get(phyphox.newest_path(self._layout))
        if self._is_behind(reply.newest_s):
            await self._renew("The experiment on the phone was emptied.", {})
            return
        quiet_s = self._now_s() - self._heard_s
        if not self._ever_heard and quiet_s > self._times.first_s:
            raise _asleep(quiet_s)
        if self._streaming and quiet_s > self._times.silent_s:
            self._streaming = False
            self._tell("silent", "The phone answers, but measures nothing. Is its screen off? Wake it up.")

    async def _renew(self, why: str, newest_s: dict[str, float]) -> None:
        """Begin a segment: see that the experiment is the same, and that it measures."""
        if self._streaming:
            self._streaming = False
            self._tell("lost", f"{why} The attempt is over.")
        layout = phyphox.read_layout(await self._ask(phyphox.CONFIG))
        if layout.buffers != self._layout.buffers:
            raise _other_experiment(self._layout, layout)
        reply = await self._get(phyphox.newest_path(self._layout))
        self._session, self._newest_s = reply.session, dict(newest_s)
        self._segment += 1
        if reply.measuring:
            await self._note_start()
        else:
            await self._start()

    def _take(self, data: bytes, reply: Reply) -> None:
        self._heard_s, self._ever_heard = self._now_s(), True
        self._newest_s |= reply.newest_s
        self._hand_on(ROWS, zlib.compress(data))
        if not self._streaming:
            self._streaming = True
            self._tell("streaming", f"The phone measures “{self._layout.title}”.")

    async def _drain(self) -> None:
        """Stop measuring and fetch what is left, for as long as it is worth waiting."""
        until_s, wait_s = self._now_s() + self._times.drain_s, self._times.between_s
        while True:
            try:
                if self._started:
                    await self._ask(phyphox.STOP)
                data = await self._ask(phyphox.rows_path(self._layout, self._newest_s))
            except PhoneAwayError:
                if self._now_s() >= until_s:
                    self._tell(
                        "lost", "The phone stayed away; what it still holds can be exported from the app."
                    )
                    return
                wait_s = min(2 * wait_s, self._times.longest_s)
                self._tell("connecting", "Waiting for the phone, to fetch what it still holds…")
                await asyncio.sleep(wait_s)
            else:
                reply = phyphox.read_reply(data, self._layout)
                if reply.session == self._session and self._is_ahead(reply.newest_s):
                    self._take(data, reply)
                return

    def _wait_out(self, error: PhoneAwayError, wait_s: float) -> float:
        """Return how long to wait before asking again; a phone that never was there is not waited for."""
        if not self._ever_heard and self._now_s() - self._heard_s > self._times.first_s:
            raise error
        if not self._away:
            self._away = True
            self._tell("connecting", "The phone is out of reach. It goes on measuring; nothing is lost.")
        return min(2 * wait_s, self._times.longest_s)

    async def _come_back(self) -> bool:
        """Note that a phone that was away is back; return whether it began anew meanwhile."""
        if not self._away:
            return False
        starts = phyphox.read_starts(await self._ask(phyphox.TIME))
        self._away, self._heard_s = False, self._now_s()
        self._tell("connecting", "The phone is back; fetching what it measured meanwhile.")
        return starts[:1] != self._starts[:1]

    def _is_ahead(self, newest_s: dict[str, float]) -> bool:
        return any(at_s > self._newest_s.get(sensor, -1e9) for sensor, at_s in newest_s.items())

    def _is_behind(self, newest_s: dict[str, float]) -> bool:
        return any(at_s < self._newest_s.get(sensor, -1e9) for sensor, at_s in newest_s.items())

    async def _get(self, path: str) -> Reply:
        return phyphox.read_reply(await self._ask(path), self._layout)

    async def _ask(self, path: str) -> bytes:
        return await asyncio.to_thread(self._phone.ask, path)

    def _hand_on(self, what: str, data: bytes) -> None:
        self._on_packet(Packet(self._now_s(), self._segment, what, data))

    def _tell(self, kind: StateKind, text: str) -> None:
        self._on_state(State(self._now_s(), kind, text))

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()


def unpack(data: bytes) -> bytes:
    """Return the JSON that a packet holds."""
    return zlib.decompress(data)


def _packed(told: object) -> bytes:
    return zlib.compress(json.dumps(told).encode())


def _asleep(quiet_s: float) -> SensorSilentError:
    return SensorSilentError(
        "The phone answers, but its sensors are silent.",
        found=f"no sample for {quiet_s:.0f} s",
        expected="samples from the accelerometer",
        do="Wake the phone, bring phyphox to the front, switch off power saving, and keep the screen on.",
    )


def _timed_run() -> ExperimentError:
    return ExperimentError(
        "A timed run is switched on in phyphox, which would start late and stop in the middle.",
        found="timed run",
        expected="a measurement that lasts until it is stopped",
        do="Switch the timed run off in the menu of the experiment, and record again.",
    )


def _other_experiment(before: Experiment, now: Experiment) -> ExperimentError:
    return ExperimentError(
        "Another experiment was opened on the phone.",
        found=f"“{now.title}”",
        expected=f"“{before.title}”",
        do="Go on with `surefoot record --recover`, which keeps what came before, or record again.",
    )
