"""What comes by network, from the first part until the diary has it: nothing that arrived is lost."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from math import inf
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal

from surefoot import pipeline
from surefoot.errors import DiaryError, SurefootError, UnforeseenError, UnreadableFileError
from surefoot.live.arrival import arrival_of
from surefoot.live.guide import Attempt, Take
from surefoot.live.journal import WRITING, Journal
from surefoot.live.keeping import (
    CANNOT_WRITE,
    RECOVERABLE,
    KeptTake,
    keep_takes,
    leave,
    remove_aside,
    set_aside,
)
from surefoot.live.log import Header, Log, LogMark, Packet
from surefoot.live.takes import BEGIN_MARK, TAKE_MARK, takes_in
from surefoot.model import setup_from_plain

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.model import Assessment
    from surefoot.settings import Settings

RETRY_S: Final = 30.0
MOST_WAITING: Final = 8


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
    def attempt(self) -> Attempt:
        """Which leg, and whether it counts."""
        setup = setup_from_plain(self.header.setup)
        return Attempt(setup.leg, setup.practice)

    @property
    def _begin(self) -> LogMark:
        first_s = next((chunk.packet.arrival_s for chunk in self.chunks.values()), 0.0)
        return LogMark(first_s, BEGIN_MARK + json.dumps(asdict(self.attempt)))

    @property
    def _end(self) -> tuple[LogMark, ...]:
        times_s = [chunk.packet.arrival_s for chunk in self.chunks.values()]
        if not times_s:
            return ()
        first_s, last_s = min(times_s), max(times_s)
        take = Take(self.attempt, first_s, (first_s, last_s), "held")
        return (LogMark(last_s, TAKE_MARK + json.dumps(asdict(take))),)

    def fits(self, chunk: Chunk) -> bool:
        """Tell whether there is room for a part."""
        return len(self.chunks) < self.limits.parts and self.samples + chunk.size <= self.limits.samples

    def begin(self, folder: Path) -> None:
        """Begin its journal with all that came so far, where the disk takes one."""
        with suppress(DiaryError):
            self.journal = Journal.create(folder, self.header, f"{self.header.device}-{secrets.token_hex(4)}")
            for chunk in self.chunks.values():
                self.journal.append(chunk.packet)
            self.journal.mark(self._begin.at_s, self._begin.text)
            self.journal.sync()

    def mark_end(self) -> None:
        """Write how it ended: what a crash leaves from now on is whole."""
        if self.journal is not None:
            for mark in (*self.ending, *self._end):
                self.journal.mark(mark.at_s, mark.text)
            self.journal.sync()


class Inbox:
    """Takes by their names; each is on disk from its first part on. May be used from any thread.

    What the diary cannot take is kept in memory and in its journal, to be tried again; what is refused lies
    in a file. `tell` hears what became of each, `clock` tells seconds that only rise, `explain` puts a
    mistake of ours in words.
    """

    def __init__(
        self,
        diary: Diary,
        settings: Settings,
        tell: Callable[[Ended], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        explain: Callable[[Exception], SurefootError] = UnforeseenError.about,
    ) -> None:
        self._diary, self._settings = diary, settings
        self._tell, self._clock, self._explain = tell, clock, explain
        self._takes: dict[str, IncomingTake] = {}
        self._lock, self._keeping = Lock(), Lock()

    def open(self, headers: Sequence[Header], limits: Limits) -> tuple[str, ...]:
        """Announce the takes of a session; their random names are such that nobody finds another by trying.

        The sessions not heard of for longest make room for it.
        """
        with self._lock:
            names = tuple(secrets.token_urlsafe(16) for _ in headers)
            for name, header in zip(names, headers, strict=True):
                self._takes[name] = IncomingTake(header, limits, self._clock(), names)
            self._forget(list(self._takes)[: max(0, len(self._takes) - limits.remembered)])
        return names

    def find(self, name: str) -> IncomingTake | None:
        """Return the take of this name, or None; its whole session has been heard of then."""
        with self._lock:
            found = self._takes.get(name)
            for each in found.session if found is not None else ():
                if each in self._takes:
                    self._takes[each] = self._takes.pop(each)
            return found

    def add(self, name: str, chunk: Chunk, unannounced: tuple[Header, Limits] | None = None) -> bool:
        """Take a part; False for one that came before, or comes after the end, which changes nothing.

        A take that nobody announced begins with its first part, where it is told what that is of. Raises
        UnreadableFileError for too much, DiaryError where too many wait for the diary, KeyError for a name
        that is not known.
        """
        with self._lock:
            now_s, take = self._clock(), self._takes.get(name)
            if take is None:
                if unannounced is None:
                    raise KeyError(name)
                take = IncomingTake(*unannounced, now_s)
            is_over = take.state != "open" and take.limits.quiet_s == inf
            if chunk.number in take.chunks or is_over:
                take.heard_s = now_s if take.state == "open" else take.heard_s
                return False
            if name not in self._takes or take.state != "open":
                self._check_room(take.limits)
            if not take.fits(chunk):
                raise _too_much(take, chunk)
            self._receive(take, chunk, now_s)
            self._takes[name] = take
            return True

    def _receive(self, take: IncomingTake, chunk: Chunk, now_s: float) -> None:
        silent_s, take.heard_s = now_s - take.heard_s, now_s
        if take.state != "open":
            take.state, take.silent_s = "open", max(take.silent_s, silent_s)
        if not take.samples and chunk.zero is not None:
            take.header = replace(take.header, host_zero=chunk.zero)
        take.chunks[chunk.number], take.samples = chunk, take.samples + chunk.size
        if take.journal is None:
            take.begin(self._folder_of(take))
        else:
            take.journal.append(chunk.packet)
            take.journal.sync()

    def missing(self, name: str, count: int) -> list[int]:
        """Return the numbers below `count` that have not come in."""
        with self._lock:
            return [number for number in range(count) if number not in self._takes[name].chunks]

    def finish(self, name: str, ending: LogMark) -> KeptTake:
        """End a take and keep it; the answer is the same when it is asked for again.

        Raises DiaryError where the diary cannot take it now: asking again tries again.
        """
        with self._keeping:
            take = self._takes[name]
            if take.kept is None or take.kept.waits:
                with self._lock:
                    take.ending, take.state = (ending,), "keeping"
                    take.mark_end()
                told = self._settle(take)
                if take.kept is None or take.kept.waits:
                    raise told.error or RuntimeError("neither kept nor refused")
            return take.kept

    def keep_quiet_ones(self) -> bool:
        """Keep each take that fell quiet, and try again those that wait; tell whether any waits still."""
        self._find_due(at_end=False)
        self._keep_due_ones()
        with self._lock:
            return self._count("waiting") > 0

    def close(self) -> None:
        """Keep all that is over, leave the rest to be recovered, and tell where it lies: the program ends."""
        self._find_due(at_end=True)
        self._keep_due_ones()
        for take in self._takes.values():
            if take.told is not None and take.state == "waiting":
                self._say(replace(take.told, waits=False))
        with self._lock:
            self._forget(list(self._takes))

    def _forget(self, names: Sequence[str]) -> None:
        for name in names:
            take = self._takes.pop(name)
            if take.journal is not None:
                leave(take.journal)

    def _folder_of(self, take: IncomingTake) -> Path:
        return self._diary.live_folder(setup_from_plain(take.header.setup).person)

    def _find_due(self, *, at_end: bool) -> None:
        with self._lock:
            now_s = self._clock()
            for take in self._takes.values():
                tells_no_end = take.limits.quiet_s < inf
                is_quiet = take.state == "open" and now_s - take.heard_s >= take.limits.quiet_s
                is_due = take.state == "waiting" and (at_end or now_s - take.tried_s >= RETRY_S)
                if is_quiet or is_due or (at_end and take.state == "open" and tells_no_end):
                    take.state = "due"

    def _keep_due_ones(self) -> None:
        # One thread at a time, so that a program that ends waits for what another thread has begun.
        with self._keeping:
            while (take := self._next_due()) is not None:
                self._settle(take)

    def _next_due(self) -> IncomingTake | None:
        with self._lock:
            for take in self._takes.values():
                if take.state == "due":
                    take.state = "keeping"
                    take.mark_end()
                    return take
        return None

    def _check_room(self, limits: Limits) -> None:
        if self._count("open") >= limits.under_way:
            raise UnreadableFileError(
                "Too many phones send at once.",
                found=f"{limits.under_way} sessions under way",
                expected="one test at a time",
                do=f"Stop the other recordings and wait {limits.quiet_s:.0f} s.",
            )
        if self._count("waiting") >= MOST_WAITING:
            raise DiaryError(
                "The diary cannot be written, and no more recordings can wait for it.",
                found=f"{MOST_WAITING} recordings that wait",
                expected="a diary that can be written",
                do="See on the computer what is wrong with the diary.",
            )

    def _count(self, state: str) -> int:
        return sum(take.state == state for take in self._takes.values())

    def _settle(self, take: IncomingTake) -> Ended:
        """Try to keep a take and say what became of it; whatever goes wrong ends this one alone."""
        with self._lock:
            log, take.tried_s = take.log, self._clock()
            silent_s, take.silent_s = take.silent_s, 0.0
        try:
            (take.kept,) = keep_takes(log, takes_in(log), self._diary, self._settings)
            told = self._in_diary(take, take.kept) if take.kept.kept else self._refused(take, take.kept)
        except Exception as error:  # noqa: BLE001 (whatever stumbled over the rows, they must stay)
            told = self._stumbled(take, error)
        told = replace(told, silent_s=silent_s)
        is_news = not (told.waits and take.told is not None and take.told.waits)
        take.told = told if told.error is not None else None
        with self._lock:
            if told.error is not None:  # to be told with the trial that becomes of it
                take.silent_s = max(take.silent_s, silent_s)
            if take.state == "keeping":  # else more of it came meanwhile
                take.state = "waiting" if told.waits else "over"
                self._let_go(take, told)
            self._forget_old(take.limits)
        if is_news:
            self._say(told)
        return told

    def _in_diary(self, take: IncomingTake, kept: KeptTake) -> Ended:
        before, assessed = take.trial, self._diary.entry(kept.trial).assessment
        if take.told is not None and take.told.file is not None:
            remove_aside(take.told.file)
        replaced = bool(before) and before != kept.trial and self._remove_untouched(before, take.assessed)
        take.trial, take.assessed = kept.trial, assessed
        return Ended(kept.trial, before=before, replaced=replaced)

    def _remove_untouched(self, trial: str, kept: Assessment | None) -> bool:
        """Remove the trial of a take's beginning, unless somebody has edited or removed it since."""
        with suppress(*CANNOT_WRITE):
            known = {entry.trial: entry.assessment for entry in self._diary.entries()}
            if known.get(trial, kept) != kept:
                return False
            if trial in known:
                self._diary.delete(trial)
            return True
        return False

    def _refused(self, take: IncomingTake, kept: KeptTake) -> Ended:
        """Return what stopped a take; while it waits, it needs no file but its journal."""
        journal, before = take.journal, take.told.file if take.told is not None else None
        if kept.waits and journal is not None and not journal.is_behind:
            return Ended(error=kept.error, file=journal.path, waits=True, before=take.trial)
        beside = journal.path if journal is not None else self._folder_of(take) / f"{take.header.device}.part"
        file = set_aside(kept, beside if before is None else before)
        is_nowhere = file is None and kept.outcome is not None
        return Ended(error=kept.error, file=file, waits=kept.waits or is_nowhere, before=take.trial)

    def _stumbled(self, take: IncomingTake, error: Exception) -> Ended:
        """Return what a mistake of ours stopped; its rows go to a file where they can be packed."""
        kept, log = KeptTake(takes_in(take.log)[0], self._explain(error)), take.log
        with suppress(Exception):  # what cannot be packed either stays in memory and in its journal
            exported = arrival_of(log.header).export(log, kept.take)
            kept = replace(kept, outcome=pipeline.Outcome(exported))
        told = self._refused(take, kept)
        return replace(told, waits=told.waits or told.file is None)

    def _let_go(self, take: IncomingTake, told: Ended) -> None:
        """Remove the journal of a take that is elsewhere, and forget the rows of one that cannot go on."""
        is_elsewhere = bool(told.trial) or (told.file is not None and not told.waits)
        journal = take.journal
        if journal is not None and is_elsewhere:
            journal.remove()
        elif journal is not None and not told.waits:
            with suppress(DiaryError):
                journal.close()
        if not told.waits:
            take.journal = None
        if take.kept is not None:
            take.kept = replace(take.kept, outcome=None)
        if is_elsewhere and take.limits.quiet_s == inf:
            take.chunks.clear()

    def _forget_old(self, limits: Limits) -> None:
        over = [name for name, take in self._takes.items() if take.state == "over"]
        self._forget(over[: -limits.remembered])

    def _say(self, told: Ended) -> None:
        with suppress(OSError, ValueError):  # whom it is told may be gone: a closed terminal
            self._tell(told)


def _too_much(take: IncomingTake, chunk: Chunk) -> UnreadableFileError:
    return UnreadableFileError(
        "More came than any test lasts.",
        found=f"part {chunk.number}, {take.samples + chunk.size} samples",
        expected=f"at most {take.limits.samples} samples in {take.limits.parts} parts",
        do="Stop the recording between two tests, and load the page on the phone again if there is one.",
    )
