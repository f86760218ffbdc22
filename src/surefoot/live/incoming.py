"""One take that comes by network: its parts, its journal, and what the diary or a file has of it."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from surefoot.errors import DiaryError, SurefootError, UnreadableFileError
from surefoot.live.guide import Take
from surefoot.live.journal import WRITING, Journal
from surefoot.live.keeping import RECOVERABLE, KeptTake
from surefoot.live.log import Header, Log, LogMark, Packet
from surefoot.live.takes import attempt_of, begin_mark, take_mark
from surefoot.model import setup_from_plain

if TYPE_CHECKING:
    from surefoot.model import Assessment


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may come: parts and samples of a take, takes under way at once, takes that are remembered.

    A take that is quiet for `quiet_s` is over; without that its end is told.
    """

    parts: int
    samples: int
    under_way: int
    remembered: int
    quiet_s: float = inf


@dataclass(frozen=True, slots=True)
class Chunk:
    """A numbered part of a take: how it lies in a journal, and how many samples it holds.

    `zero` is the wall time at the zero of its clock, where it does not tell that itself.
    """

    number: int
    packet: Packet
    size: int
    zero: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a take: a trial, or the error that stopped it and the file that holds what arrived.

    `waits` tells that the diary is tried again. A take that went on after `silent_s` of silence is one
    recording; its beginning had become the trial `before`, which is gone if it was `replaced`.
    """

    trial: str = ""
    error: SurefootError | None = None
    file: Path | None = None
    waits: bool = False
    silent_s: float = 0.0
    before: str = ""
    replaced: bool = False

    @property
    def advice(self) -> str:
        """What to do with the file, as the end of a sentence."""
        is_journal = self.file is not None and self.file.suffix == WRITING
        return RECOVERABLE if is_journal else "`surefoot import` reads it."


@dataclass(slots=True, eq=False)
class IncomingTake:
    """A take while it comes in, what is to be done with it, and what the diary or a file has of it.

    `session` names the takes that were announced with it.
    """

    header: Header
    limits: Limits
    heard_s: float
    session: tuple[str, ...] = ()
    chunks: dict[int, Chunk] = field(default_factory=dict)
    samples: int = 0
    ending: tuple[LogMark, ...] = ()
    state: Literal["open", "due", "keeping", "waiting", "over"] = "open"
    silent_s: float = 0.0
    tried_s: float = 0.0
    journal: Journal | None = None
    kept: KeptTake | None = None
    assessed: Assessment | None = None
    trial: str = ""
    told: Ended | None = None

    @property
    def log(self) -> Log:
        """What its journal holds, or would hold: its parts as they came, and how it ended."""
        packets = tuple(chunk.packet for chunk in self.chunks.values())
        return Log(self.header, packets, (self._begin, *self.ending, *self._end), whole=False)

    @property
    def person(self) -> str:
        """Whose it is."""
        return setup_from_plain(self.header.setup).person

    @property
    def _begin(self) -> LogMark:
        first_s = next((chunk.packet.arrival_s for chunk in self.chunks.values()), 0.0)
        return begin_mark(first_s, attempt_of(self.header))

    @property
    def _end(self) -> tuple[LogMark, ...]:
        times_s = [chunk.packet.arrival_s for chunk in self.chunks.values()]
        if not times_s:
            return ()
        first_s, last_s = min(times_s), max(times_s)
        return (take_mark(Take(attempt_of(self.header), first_s, (first_s, last_s), "held")),)

    def take(self, chunk: Chunk, now_s: float, folder: Path) -> None:
        """Take a part, on disk when this returns unless the disk refuses.

        With all that came before where there is no journal, or no more. Raises UnreadableFileError for more
        than any test lasts.
        """
        if len(self.chunks) >= self.limits.parts or self.samples + chunk.size > self.limits.samples:
            raise self._too_much(chunk)
        silent_s, self.heard_s, goes_on = now_s - self.heard_s, now_s, self.state != "open"
        if goes_on:
            self.state, self.silent_s = "open", max(self.silent_s, silent_s)
        if not self.samples and chunk.zero is not None:
            self.header = replace(self.header, host_zero=chunk.zero)
        self.chunks[chunk.number], self.samples = chunk, self.samples + chunk.size
        if self.journal is None:
            self._begin_journal(folder)
            return
        if goes_on:  # a crash from now on cuts it short, though it was over once
            self.journal.mark(begin_mark(chunk.packet.arrival_s, attempt_of(self.header)))
        self.journal.append(chunk.packet)
        self.journal.sync()

    def _begin_journal(self, folder: Path) -> None:
        with suppress(DiaryError):
            name = f"{self.header.device}-{secrets.token_hex(4)}"
            self.journal = Journal.create(folder, self.header, name)
            self.journal.mark(self._begin)
            for chunk in self.chunks.values():
                self.journal.append(chunk.packet)
            self.journal.sync()

    def mark_end(self) -> None:
        """Write how it ended: what a crash leaves from now on is whole."""
        if self.journal is not None:
            for mark in (*self.ending, *self._end):
                self.journal.mark(mark)
            self.journal.sync()

    def _too_much(self, chunk: Chunk) -> UnreadableFileError:
        return UnreadableFileError(
            "More came than any test lasts.",
            found=f"part {chunk.number}, {self.samples + chunk.size} samples",
            expected=f"at most {self.limits.samples} samples in {self.limits.parts} parts",
            do="Stop the recording between two tests, and load the page on the phone again if there is one.",
        )
