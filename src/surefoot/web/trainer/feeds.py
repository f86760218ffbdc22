"""Where a board's samples come from, and the journal of a round: a Bluetooth sensor, or a virtual one."""

from __future__ import annotations

import asyncio
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from surefoot import pipeline
from surefoot.live.arrival import arrival_of
from surefoot.live.ble.arrival import sender_of
from surefoot.live.ble.devices import discover
from surefoot.live.ble.scanner import Target
from surefoot.live.disk_sync import Saving
from surefoot.live.feedback import Samples
from surefoot.live.guide import Take
from surefoot.live.journal import Journal
from surefoot.live.keeping import keep_takes, leave, settle
from surefoot.live.log import Header, Packet, State, read_log
from surefoot.live.sender import Sender
from surefoot.live.takes import attempt_of, begin_mark, take_mark, takes_in
from surefoot.model import Setup
from surefoot.web.errors import report

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

# What tells a sensor's ranges comes before its samples; so many packets from the start of a link hold it.
OPENING_PACKETS: Final = 40
SIMULATED: Final = "simulated"
SIMULATED_KIND: Final = "surefoot_open"
SIMULATED_S: Final = 90.0
SIMULATED_STILL_S: Final = 4.0
SIMULATED_HZ: Final = 200.0

TakeSamples = Callable[[Samples], None]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class RoundRecording:
    """What was received in a round that has ended. Keeping it takes a while: do it in another thread."""

    journal: Journal

    def keep(self, diary: Diary, settings: Settings) -> pipeline.Kept:
        """Make a trial of it as of any live recording, add that to the diary, and end the journal.

        Raises SurefootError where that is not possible; one that is the diary's says how nothing is lost.
        """
        try:
            log = read_log(self.journal.read())
            (took,) = keep_takes(log, takes_in(log), diary, settings)
        except Exception as error:
            raise report(error, leave(self.journal)) from error
        said = settle(self.journal, [took])
        if took.kept is None:
            raise report(took.error or ValueError("neither kept nor refused"), said)
        return took.kept


class RoundJournal:
    """The journal of the round that is under way, if any: on disk from the first sample on."""

    def __init__(self) -> None:
        self.journal: Journal | None = None
        self._start_s = 0.0

    def begin(self, header: Header, start_s: float, folder: Path, opening: Iterable[Packet] = ()) -> None:
        """Begin a journal with what was `opening` the link; the trial begins at `start_s` of its clock."""
        self.journal = Journal.create(folder, header, f"{datetime.now().astimezone():%Y%m%dT%H%M%S}")
        self._start_s = start_s
        for packet in opening:
            self.journal.append(packet)
        self.journal.mark(begin_mark(start_s, attempt_of(header)))

    def append(self, packet: Packet) -> None:
        """Keep a packet where a round is under way."""
        if self.journal is not None:
            self.journal.append(packet)

    def end(self, end_s: float) -> RoundRecording:
        """Return the journal of the round with its end marked."""
        if self.journal is None:
            raise RuntimeError("nothing was begun")
        take = Take(attempt_of(self.journal.header), self._start_s, (self._start_s, end_s), "held")
        self.journal.mark(take_mark(take))
        ended, self.journal = RoundRecording(self.journal), None
        return ended

    def drop(self) -> None:
        """Remove the journal; nothing of it was wanted."""
        journal, self.journal = self.journal, None
        if journal is not None:
            journal.remove()

    def leave(self) -> None:
        """Leave the journal of a round that was cut short to be recovered."""
        journal, self.journal = self.journal, None
        if journal is not None:
            leave(journal)


class Feed(typing.Protocol):
    """A source of samples; what it receives in a round is in its `round`, from `begin` on."""

    round: RoundJournal

    async def run(self, take: TakeSamples, tell: Tell) -> None:
        """Hand samples, and words about the link, on until cancelled. Raises SurefootError."""

    def begin(self, start_s: float, setup: Setup, diary: Diary, /) -> None:
        """Keep what comes from now on; the trial begins at `start_s` of the samples' time."""


@dataclass(frozen=True, slots=True, eq=False)
class BoardSensor:
    """A sensor to choose: its title, and how its feed is opened (which may take a second).

    `is_simulated` says that nobody moves: its trials are filed under a person of that name.
    """

    title: str
    open: Callable[[], Feed]
    is_simulated: bool = False


class RadioFeed:
    """A sensor on a radio. Every packet of a round is in a journal before the next one is awaited."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._opening: list[Packet] = []
        self.round = RoundJournal()

    async def run(self, take: TakeSamples, tell: Tell) -> None:
        """Listen through every loss until cancelled; a round cut short is left to be recovered."""
        header = self._sender.header(Setup())
        follow = arrival_of(header).follow(header)

        def heard(packet: Packet) -> None:
            self._keep(packet)
            for samples in follow(packet):
                take(samples)

        def told(state: State) -> None:
            tell(state.text)

        receiver = self._sender.connect(heard, told)
        saving = asyncio.ensure_future(Saving(lambda: [self.round.journal], told).run())
        linked = asyncio.ensure_future(receiver.run())
        try:
            await asyncio.shield(linked)
        finally:
            self.round.leave()
            receiver.stop()
            saving.cancel()
            await asyncio.gather(linked, saving, return_exceptions=True)

    def begin(self, start_s: float, setup: Setup, diary: Diary) -> None:
        """Begin a journal with what the sensor said when the link began."""
        self.round.begin(self._sender.header(setup), start_s, diary.live_folder(setup.person), self._opening)

    def _keep(self, packet: Packet) -> None:
        if self._opening and packet.segment != self._opening[0].segment:
            self._opening = []
        if len(self._opening) < OPENING_PACKETS:
            self._opening.append(packet)
        self.round.append(packet)


def simulated_board() -> RadioFeed:
    """Return a virtual sensor on a board that is balanced by a made person, after some seconds at rest."""
    from surefoot.live.ble.virtual import VirtualSensor
    from surefoot.live.ble.virtual_radio import virtual_radio
    from surefoot.simulate import Imu, board

    imu = Imu(rate_hz=SIMULATED_HZ)
    recording, _ = board(1, duration_s=SIMULATED_S, still_s=SIMULATED_STILL_S, imu=imu)
    device = discover()[SIMULATED_KIND]
    sensor = VirtualSensor(device, recording)
    return RadioFeed(sender_of(Target(device, sensor.address, SIMULATED_HZ), virtual_radio(sensor)))


SIMULATED_SOURCE: Final = BoardSensor(
    "a simulated board, to try this page", simulated_board, is_simulated=True
)
