"""Where a board's samples come from, and what is kept of them: a Bluetooth sensor, or a virtual one."""

from __future__ import annotations

import asyncio
import json
import time
import typing
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from surefoot import pipeline, sources
from surefoot.errors import DiaryError, LinkError, SignalError, SourceError
from surefoot.live.ble.assembly import assemble
from surefoot.live.ble.devices import discover
from surefoot.live.ble.link import Link
from surefoot.live.ble.scanner import Radio, Target
from surefoot.live.disk_sync import Saving
from surefoot.live.feedback import Samples
from surefoot.live.guide import Attempt, Take
from surefoot.live.journal import RECOVERED, Journal, rescue
from surefoot.live.log import Header, Packet, State, read_log, without_setup, write_log
from surefoot.live.reader import Reader
from surefoot.live.takes import BEGIN_MARK, TAKE_MARK
from surefoot.model import Setup, to_plain
from surefoot.web.errors import report

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

PACKETS: Final = "packets.txt"
# What tells a sensor's ranges comes before its samples; so many packets from the start of a link hold it.
OPENING_PACKETS: Final = 40
SIMULATED: Final = "simulated"
SIMULATED_KIND: Final = "surefoot_open"
SIMULATED_S: Final = 90.0
SIMULATED_STILL_S: Final = 4.0
SIMULATED_HZ: Final = 200.0

TakeSamples = Callable[[Samples], None]
Tell = Callable[[str], None]


class Raw(typing.Protocol):
    """What was received in a round. Keeping it takes a while and may be done in another thread."""

    def keep(self, setup: Setup, diary: Diary, settings: Settings) -> pipeline.Kept:
        """Make a trial of it and add that to the diary. Raises SurefootError where none can be made."""


class Feed(typing.Protocol):
    """A source of samples, which keeps what it receives between `begin` and `end`."""

    async def run(self, take: TakeSamples, tell: Tell) -> None:
        """Hand samples, and words about the link, on until cancelled. Raises SurefootError."""

    def begin(self, start_s: float, setup: Setup, diary: Diary, /) -> None:
        """Keep what comes from now on; the trial begins at `start_s` of the samples' time."""

    def end(self, end_s: float) -> Raw:
        """Return what was received up to `end_s`, and keep no more."""

    def drop(self) -> None:
        """Forget what was kept since `begin`."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A sensor to choose: its title, and how its feed is opened (which may take a second).

    `is_simulated` says that nobody moves: its trials are filed under a person of that name.
    """

    title: str
    open: Callable[[], Feed]
    is_simulated: bool = False


class RadioFeed:
    """A sensor on a radio. Every packet of a round is in a journal before the next one is awaited."""

    def __init__(self, target: Target, radio: Radio | None = None, description: str = "") -> None:
        self._target, self._radio, self._description = target, radio, description
        self._opening: list[Packet] = []
        # The journal of the round that is under way, if any.
        self._journals: list[Journal] = []
        self._start_s = 0.0
        self._attempt = Attempt("both")

    async def run(self, take: TakeSamples, tell: Tell) -> None:
        """Listen through every loss until cancelled; a round cut short is left to be recovered."""
        reader = Reader(self._target.device, self._target.rate_hz)

        def heard(packet: Packet) -> None:
            self._keep(packet)
            for samples in reader.read(packet):
                take(samples)

        def told(state: State) -> None:
            tell(state.text)

        link = Link(self._target, heard, told, radio=self._radio)
        saving = asyncio.ensure_future(Saving(self._journals, told).run())
        linked = asyncio.ensure_future(link.run())
        try:
            await asyncio.shield(linked)
        finally:
            for journal in self._journals:
                _leave(journal)
            self._journals.clear()
            link.stop()
            saving.cancel()
            await asyncio.gather(linked, saving, return_exceptions=True)

    def begin(self, start_s: float, setup: Setup, diary: Diary) -> None:
        """Begin a journal with what the sensor said when the link began."""
        name = f"{datetime.now().astimezone():%Y%m%dT%H%M%S}"
        journal = Journal.create(diary.live_folder(setup.person), self._header(setup), name)
        self._journals.append(journal)
        self._start_s, self._attempt = start_s, Attempt(setup.leg, practice=setup.practice)
        for packet in self._opening:
            journal.append(packet)
        journal.mark(start_s, BEGIN_MARK + json.dumps(asdict(self._attempt)))

    def end(self, end_s: float) -> Raw:
        """Return the journal of the round with its end marked."""
        if not self._journals:
            raise RuntimeError("nothing was begun")
        journal = self._journals.pop()
        take = Take(self._attempt, self._start_s, (self._start_s, end_s), "held")
        journal.mark(end_s, TAKE_MARK + json.dumps(asdict(take)))
        return JournalRaw(journal, self._target, self._start_s, end_s)

    def drop(self) -> None:
        """Remove the journal; nothing of it was wanted."""
        for journal in self._journals:
            journal.leave()
            with suppress(FileNotFoundError):
                journal.path.unlink()
        self._journals.clear()

    def _keep(self, packet: Packet) -> None:
        if self._opening and packet.segment != self._opening[0].segment:
            self._opening = []
        if len(self._opening) < OPENING_PACKETS:
            self._opening.append(packet)
        for journal in self._journals:
            journal.append(packet)

    def _header(self, setup: Setup) -> Header:
        device = self._target.device
        zero = datetime.now().astimezone() - timedelta(seconds=time.monotonic())
        return Header(
            device.key, device.notify, zero, self._target.rate_hz, self._description, to_plain(setup)
        )


@dataclass(frozen=True, slots=True, eq=False)
class JournalRaw:
    """The journal of a round, from which the trial is made as from any live recording."""

    journal: Journal
    target: Target
    start_s: float
    end_s: float

    def keep(self, setup: Setup, diary: Diary, settings: Settings) -> pipeline.Kept:
        """Make a trial of the round's packets, and close the journal.

        Where not the packets but the diary is the reason that there is none, it is left to be recovered.
        """
        try:
            kept = self._analyse(setup, diary, settings)
        except (SourceError, SignalError, LinkError):
            _end(self.journal)
            raise
        except Exception as error:
            raise report(error, _leave(self.journal)) from error
        _end(self.journal, kept.trial)
        return kept

    def _analyse(self, setup: Setup, diary: Diary, settings: Settings) -> pipeline.Kept:
        device = self.target.device
        log = read_log(self.journal.read()).between(self.start_s, self.end_s)
        recording, _ = assemble(
            device, log.packets, nominal_hz=self.target.rate_hz, host_zero=log.header.host_zero
        )
        packets = {PACKETS: write_log(without_setup(log))}
        export = sources.Export(f"{device.title}, board trainer", packets, is_own=True)
        return kept_or_raised(pipeline.analyse(export, recording, lambda *_: setup, settings), diary)


def _end(journal: Journal, note: str = "") -> None:
    """Close a journal that nobody needs to recover, even where the disk does not take the end of it."""
    try:
        journal.close(note)
    except DiaryError:
        journal.leave()
        with suppress(OSError):
            journal.path.replace(journal.path.with_suffix(RECOVERED))


def _leave(journal: Journal) -> str:
    """Leave a journal to be recovered, what is in memory only among the temporary files; tell how to."""
    journal.leave()
    if not journal.is_behind:
        return "Nothing is lost: `surefoot record --recover` keeps the round then."
    try:
        safe = rescue(journal)
    except DiaryError:
        return "The end of the round is lost: it could be written nowhere."
    return (
        f"The disk did not take all of the round. Make room, then move {safe} over {journal.path}: "
        "`surefoot record --recover` keeps the round then."
    )


def kept_or_raised(outcome: pipeline.Outcome, diary: Diary) -> pipeline.Kept:
    """Add an outcome to the diary; raise the error that stopped it."""
    if outcome.error is not None:
        raise outcome.error
    return pipeline.keep(outcome, diary)


def simulated_board() -> RadioFeed:
    """Return a virtual sensor on a board that is balanced by a made person, after some seconds at rest."""
    from surefoot.live.ble.virtual import VirtualSensor
    from surefoot.live.ble.virtual_radio import virtual_radio
    from surefoot.simulate import Imu, board

    imu = Imu(rate_hz=SIMULATED_HZ)
    recording, _ = board(1, duration_s=SIMULATED_S, still_s=SIMULATED_STILL_S, imu=imu)
    device = discover()[SIMULATED_KIND]
    sensor = VirtualSensor(device, recording)
    return RadioFeed(Target(device, sensor.address, SIMULATED_HZ), virtual_radio(sensor))


SIMULATED_SOURCE: Final = Source("a simulated board, to try this page", simulated_board, is_simulated=True)
