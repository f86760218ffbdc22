"""What comes by network, from the first part until the diary has it: nothing that arrived is lost."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from math import inf
from threading import Lock
from typing import TYPE_CHECKING, Final

from surefoot import pipeline
from surefoot.errors import DiaryError, SurefootError, UnforeseenError, UnreadableFileError
from surefoot.live.arrival import arrival_of
from surefoot.live.incoming import Chunk, Ended, IncomingTake, Limits
from surefoot.live.keeping import CANNOT_WRITE, KeptTake, keep_takes, leave, remove_aside, set_aside
from surefoot.live.log import Header, LogMark
from surefoot.live.takes import takes_in

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.model import Assessment
    from surefoot.settings import Settings

RETRY_S: Final = 30.0
MOST_WAITING: Final = 8


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
            take.take(chunk, now_s, self._diary.live_folder(take.person))
            self._takes[name] = take
            return True

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

    def close(self) -> tuple[str, ...]:
        """Keep all that is over, leave the rest to be recovered, and return what is left to say."""
        self._find_due(at_end=True)
        self._keep_due_ones()
        for take in self._takes.values():
            if take.told is not None and take.state == "waiting":
                self._say(replace(take.told, waits=False))
        with self._lock:
            return self._forget(list(self._takes))

    def _forget(self, names: Sequence[str]) -> tuple[str, ...]:
        """Forget takes, their journals left to be recovered; return what to say of those."""
        journals = [journal for name in names if (journal := self._takes.pop(name).journal) is not None]
        return tuple(dict.fromkeys(text for journal in journals if (text := leave(journal))))

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
            known = self._diary.get(trial)
            if known is None:
                return True
            if known.assessment == kept:
                self._diary.delete(trial)
                return True
        return False

    def _refused(self, take: IncomingTake, kept: KeptTake) -> Ended:
        """Return what stopped a take; while it waits, it needs no file but its journal."""
        journal, before = take.journal, take.told.file if take.told is not None else None
        if kept.waits and journal is not None and not journal.is_behind:
            return Ended(error=kept.error, file=journal.path, waits=True, before=take.trial)
        beside = (
            journal.path
            if journal is not None
            else self._diary.live_folder(take.person) / f"{take.header.device}.part"
        )
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
