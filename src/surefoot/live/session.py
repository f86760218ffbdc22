"""A guided session with one sensor: link, journal, guide and live view on one event loop.

The guide is told of keys, losses, movement and touchdowns; its cues go to a `Stage`. What it leaves behind
is a journal, with a mark for every take, from which trials are made.
"""

import asyncio
import typing
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from surefoot.errors import LowRateError, NotQuietStandingError
from surefoot.live import guide as guiding
from surefoot.live.arrival import arrival_of
from surefoot.live.ble.errors import stayed_away
from surefoot.live.disk_sync import Saving
from surefoot.live.guide import TAIL_S, Attempt, Cue, Guide, Word
from surefoot.live.journal import Journal
from surefoot.live.log import Packet, State
from surefoot.live.monitor import WALK_S, Glance, Monitor
from surefoot.live.sender import Receiver, Sender
from surefoot.live.takes import cue_mark, mark_step
from surefoot.model import Protocol, Setup
from surefoot.preparation.quality.limits import RATE_REFUSED_HZ

TICK_S: Final = 0.05
STILL_PATIENCE_S: Final = 30.0
AWAY_PATIENCE_S: Final = 60.0
LAST_WORDS_S: Final = 15.0
RATE_CHECKS_S: Final = (2.0, 10.0)
# Two seconds tell a rate within a tenth.
SURELY_SLOW: Final = 0.9


class Stage(typing.Protocol):
    """Where a session shows itself, and where its words come from."""

    def tell(self, state: State) -> None:
        """Show what the link is doing."""

    def cue(self, cue: Cue) -> None:
        """Say, show or sound a cue."""

    def draw(self, guide: Guide, monitor: Monitor, now_s: float) -> None:
        """Show where the test stands; called about twenty times a second."""

    def word(self, guide: Guide) -> Word | None:
        """Return what the person asked for since the last call."""

    def is_speaking(self) -> bool:
        """Tell whether something that was to be said is not said yet."""

    def hush(self) -> None:
        """End what is being said, and forget what waits to be."""


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What the guide goes through: a protocol's attempts under one setup, attended or not."""

    protocol: Protocol
    attempts: tuple[Attempt, ...]
    attended: bool = True
    setup: Setup = field(default_factory=Setup)
    may_retry: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class ExtraSensor:
    """A further sensor that is recorded beside the one that guides; its losses stop nothing."""

    sender: Sender
    journal: Journal


class GuidedSession:
    """One session. `run` returns the guide at its end; the journals are left open for their closing names.

    `sender` is what guides: its packets are followed for movement and touchdowns.
    """

    def __init__(
        self,
        sender: Sender,
        course: SessionPlan,
        journal: Journal,
        stage: Stage,
        companions: Sequence[ExtraSensor] = (),
    ) -> None:
        self._course, self._journal, self._stage, self._sender = course, journal, stage, sender
        self._monitor = Monitor(arrival_of(journal.header).follow(journal.header), sender.rates_hz)
        self._words: list[Word] = []
        self._streaming_s: list[float] = []
        self._moving_s = 0.0
        self._heard = asyncio.Event()
        self._receiver = sender.connect(self._packet, self._state)
        self._journals = [journal, *(one.journal for one in companions)]
        self._saving = Saving(lambda: self._journals, stage.tell)
        self._others = [self._receive_from(one) for one in companions]

    async def run(self) -> Guide:
        """Guide through all attempts. Raises what the link of any sensor cannot mend."""
        receivers = [self._receiver, *self._others]
        linked = [asyncio.ensure_future(receiver.run()) for receiver in receivers]
        saving = asyncio.ensure_future(self._saving.run())
        guided = asyncio.ensure_future(self._guide())
        try:
            await asyncio.wait([*linked, saving, guided], return_when=asyncio.FIRST_COMPLETED)
            for ended in (*linked, saving):
                if ended.done():
                    ended.result()
            return await guided
        finally:
            for receiver in receivers:
                receiver.stop()
            for task in (guided, saving):
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*linked, saving, return_exceptions=True)

    def _receive_from(self, companion: ExtraSensor) -> Receiver:
        """Return what receives from a further sensor; what it tells names it: its losses stop nothing."""
        title = companion.sender.title

        def tell(state: State) -> None:
            named = state.text if title in state.text else f"{title}: {state.text}"
            self._stage.tell(replace(state, text=named))

        return companion.sender.connect(companion.journal.append, tell)

    async def _guide(self) -> Guide:
        loop = asyncio.get_running_loop()
        await self._heard.wait()
        guide, cues = guiding.begin(
            self._course.protocol,
            self._course.setup,
            self._course.attempts,
            now_s=loop.time(),
            attended=self._course.attended,
            may_retry=self._course.may_retry,
        )
        self._give(cues)
        while guide.phase != "done":
            await asyncio.sleep(TICK_S)
            now_s = loop.time()
            before = guide
            guide = self._advance(guide, now_s)
            self._mark(before, guide, now_s)
            self._check_rate(guide, now_s)
            self._check_still(guide, now_s)
            self._check_away(guide, now_s)
            self._saving.check()
            self._stage.draw(guide, self._monitor, now_s)
        return await self._say_goodbye(guide)

    def _advance(self, guide: Guide, now_s: float) -> Guide:
        """Return the guide after time and words; a key that moves the test on ends what is being said."""
        guide, cues = guiding.advance(guide, now_s)
        self._give(cues)
        for word in self._said(guide):
            moved, cues = guiding.advance(guide, now_s, word)
            if word in guiding.KEYS and (moved.phase, moved.since_s) != (guide.phase, guide.since_s):
                self._stage.hush()
            guide = moved
            self._give(cues)
        return guide

    async def _say_goodbye(self, guide: Guide) -> Guide:
        """Record a little longer, and let the last words be heard."""
        loop = asyncio.get_running_loop()
        over_s = loop.time() + TAIL_S
        latest_s = over_s + LAST_WORDS_S
        while loop.time() < over_s or (self._stage.is_speaking() and loop.time() < latest_s):
            await asyncio.sleep(TICK_S)
            guide, cues = guiding.advance(guide, loop.time(), None if self._stage.is_speaking() else "said")
            self._give(cues)
            self._stage.draw(guide, self._monitor, loop.time())
        return guide

    def _said(self, guide: Guide) -> list[Word]:
        """Return every word since the last tick: the voice, link, keys, movement."""
        words: list[Word] = [] if self._stage.is_speaking() else ["said"]
        asked = self._stage.word(guide)
        words += [*self._words, asked] if asked else self._words
        self._words.clear()
        if guide.phase == "still":
            glance = self._monitor.glance()
            words += ["moved"] if glance is None or not glance.is_still else []
        if guide.phase == "hold" and self._monitor.felt_impact():
            words.append("touchdown")
        words += ["off"] if guide.retries and self._gave_up(guide) else []
        return words

    def _gave_up(self, guide: Guide) -> bool:
        """Tell whether somebody walked off, or stood on both feet when the try again began."""
        if guide.phase in ("rest", "task", "ready"):
            return guide.told_s - guide.since_s > WALK_S and self._monitor.walks()
        has_just_begun = guide.phase == "hold" and guide.told_s - guide.since_s < 2 * TICK_S
        return has_just_begun and self._monitor.never_moved(guide.settled_s)

    def _mark(self, before: Guide, after: Guide, now_s: float) -> None:
        if before.phase == "still" and after.phase != "still":
            self._monitor.level()
        mark_step(self._journals, before, after, now_s)

    def _check_rate(self, guide: Guide, now_s: float) -> None:
        """Tell of a rate that is not kept; refuse, before somebody stands, one too slow for any number."""
        due = [at_s for at_s in self._streaming_s if at_s <= now_s]
        for at_s in due:
            self._streaming_s.remove(at_s)
            rate_hz = self._monitor.rate(RATE_CHECKS_S[0] * 0.9)
            if not guide.takes and 0 < rate_hz < SURELY_SLOW * RATE_REFUSED_HZ:
                raise _too_slow(self._sender, rate_hz)
            text = self._monitor.slow_text(self._sender.rate_hz, RATE_CHECKS_S[0] * 0.9)
            if text:
                self._stage.tell(State(now_s, "slow", text))

    def _check_still(self, guide: Guide, now_s: float) -> None:
        """Tell what a sensor reads that is never still; refuse it where nobody can be asked to hold it so."""
        if guide.phase != "still" or not self._moving_s:
            self._moving_s = now_s
        if now_s - self._moving_s < STILL_PATIENCE_S:
            return
        refusal = _not_still(self._monitor.glance())
        if not self._course.attended:
            raise refusal
        self._moving_s = now_s
        self._stage.tell(State(now_s, "moving", f"{refusal.what} It reads {refusal.found}. {refusal.do}"))

    def _check_away(self, guide: Guide, now_s: float) -> None:
        """Give up a sensor that does not come back where nobody is there to end the session."""
        if not self._course.attended and guide.phase == "waiting" and now_s - guide.since_s > AWAY_PATIENCE_S:
            raise stayed_away(self._sender.title, AWAY_PATIENCE_S)

    def _packet(self, packet: Packet) -> None:
        self._journal.append(packet)
        self._monitor.feed(packet)

    def _state(self, state: State) -> None:
        if state.kind == "streaming":
            self._words += ["back"] if self._heard.is_set() else []
            self._heard.set()
            self._streaming_s = [state.at_s + after_s for after_s in RATE_CHECKS_S]
        elif state.kind in ("lost", "silent", "slept"):
            self._words.append("lost")
        self._stage.tell(state)

    def _give(self, cues: tuple[Cue, ...]) -> None:
        now_s = asyncio.get_running_loop().time()
        for cue in cues:
            self._stage.cue(cue)
            for journal in self._journals:
                journal.mark(cue_mark(now_s, cue))


def _too_slow(sender: Sender, rate_hz: float) -> LowRateError:
    asked = f" of {sender.rate_hz:.0f}" if sender.rate_hz else ""
    faster = [rate for rate in sender.rates_hz if rate > sender.rate_hz]
    do = "Set it to 50 Hz or more with its maker's app, or in what you wrote for it, then record again."
    if sender.rate_hz < RATE_REFUSED_HZ and faster:
        do = f"Choose --rate {min(faster, key=lambda rate: abs(rate - 100)):.0f}."
    return LowRateError(
        f"{sender.title} sends too slowly to measure sway.",
        found=f"{rate_hz:.0f}{asked} Hz",
        expected=f"at least {RATE_REFUSED_HZ:.0f} Hz",
        do=do,
    )


def _not_still(glance: Glance | None) -> NotQuietStandingError:
    """Return the refusal of a sensor that reads anything but gravity before a test."""
    found = "nothing to go by" if glance is None else f"{glance.norm_g:.2f} g, {glance.turn_degps:.1f} °/s"
    return NotQuietStandingError(
        "The sensor was not still before the test, or its scale is wrong.",
        found=found,
        expected="1 g within 5 %, and less than 5 °/s, for 3 s",
        do="Fasten it and stand still; measure it with `surefoot doctor --ble` if it lies still.",
    )
