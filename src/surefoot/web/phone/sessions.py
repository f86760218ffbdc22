"""Pushed sessions, from the first message until the diary has them: nothing that arrived is lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal

from surefoot import pipeline, sources
from surefoot.diary import LIVE
from surefoot.errors import DiaryError, SurefootError, UnreadableFileError
from surefoot.live.sensor_logger import Message, PushedBy, PushedSession, write_session
from surefoot.model import Assessment, Setup, broken_off
from surefoot.web.errors import CANNOT_WRITE, report
from surefoot.web.phone.push_journal import PushJournal, begin_journal, find_journals, read_journal
from surefoot.web.phone.spool import put_aside, remove_aside

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

QUIET_S: Final = 15.0
RETRY_S: Final = 30.0
MOST_SESSIONS: Final = 4
MOST_WAITING: Final = 8
# So many are remembered once they are over: the app repeats what it had no answer to, however late.
MOST_OVER: Final = 8


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a pushed session: a trial, or the error that stopped it and the file that holds it.

    `waits` tells that the diary is tried again. A session that went on after `silent_s` of silence is one
    recording; its beginning had become the trial `before`, which is gone if it was `replaced`.
    """

    trial: str = ""
    error: SurefootError | None = None
    file: Path | None = None
    waits: bool = False
    silent_s: float = 0.0
    before: str = ""
    replaced: bool = False


@dataclass(slots=True)
class _Course:
    """A session, what is to be done with it, and what the diary or a file has of it."""

    session: PushedSession
    state: Literal["open", "due", "keeping", "waiting", "over"] = "open"
    silent_s: float = 0.0
    tried_s: float = 0.0
    trial: str = ""
    kept: Assessment | None = None
    failed: Pushed | None = None
    journal: PushJournal | None = None
    interrupted: bool = False


class Sessions:
    """Sessions by their names; one that fell quiet becomes a trial under `setup`.

    One that goes on later is analysed anew as a whole. What the diary cannot take stays in memory to be tried
    again, and lies in a file meanwhile; what is refused lies in a file too. `tell` hears what became of each,
    `clock` tells seconds that only rise. May be used from any thread.
    """

    def __init__(
        self,
        diary: Diary,
        settings: Settings,
        setup: Setup,
        pushed_by: PushedBy | None,
        tell: Callable[[Pushed], None],
        clock: Callable[[], float],
    ) -> None:
        self._diary, self._settings = diary, settings
        self._setup, self._pushed_by = setup, pushed_by
        self._tell, self._clock = tell, clock
        self._courses: dict[str, _Course] = {}
        self._lock, self._keeping = Lock(), Lock()

    def add(self, message: Message) -> None:
        """Take a message; one that came before changes nothing.

        Raises UnreadableFileError for too much, DiaryError where too many wait for the diary.
        """
        with self._lock:
            now_s, course = self._clock(), self._courses.get(message.session)
            known = course or _Course(PushedSession(now_s))
            is_repeated = message.number in known.session.messages
            if course is None or course.state != "open":
                if is_repeated:
                    return
                self._check_room()
            silent_s = now_s - known.session.heard_s
            known.session.take(message, now_s)
            if known.state != "open":
                known.state, known.silent_s = "open", max(known.silent_s, silent_s)
            self._courses[message.session] = known
            if not is_repeated:
                self._note(known, message)

    def recover(self) -> None:
        """Keep what a crash left behind, under the conditions of then, and tell what became of it."""
        for path in find_journals(self._diary.root / LIVE):
            try:
                left = read_journal(path)
            except SurefootError as error:
                self._say(Pushed(error=error, file=path))
                continue
            if not left.session.messages:
                PushJournal(path).remove()
                continue
            course = _Course(left.session, "keeping", journal=PushJournal(path), interrupted=True)
            then = Sessions(
                self._diary, self._settings, left.setup, left.pushed_by, self._tell_once, self._clock
            )
            then._settle(course)

    def keep_quiet_ones(self) -> bool:
        """Keep each session that fell quiet, and try again those that wait; tell whether any waits still."""
        if self._find_due(QUIET_S, RETRY_S):
            self._keep_due_ones()
        with self._lock:
            return self._count("waiting") > 0

    def give_up(self) -> None:
        """Keep all that came, and tell where the rest lies, because the program ends."""
        self._find_due(0.0, 0.0)
        self._keep_due_ones()
        for course in self._courses.values():
            if course.failed is not None and course.state == "waiting":
                self._say(replace(course.failed, waits=False))

    def _tell_once(self, told: Pushed) -> None:
        """Tell of what is not tried again before the next start."""
        self._tell(replace(told, waits=False))

    def _find_due(self, quiet_s: float, retry_s: float) -> bool:
        with self._lock:
            now_s = self._clock()
            for course in self._courses.values():
                is_quiet = course.state == "open" and now_s - course.session.heard_s >= quiet_s
                if is_quiet or (course.state == "waiting" and now_s - course.tried_s >= retry_s):
                    course.state = "due"
            return self._count("due") > 0

    def _keep_due_ones(self) -> None:
        # One thread at a time, so that a program that ends waits for what another thread has begun.
        with self._keeping:
            while (course := self._next_due()) is not None:
                self._settle(course)

    def _note(self, course: _Course, message: Message) -> None:
        """Put a message on disk; with all that came before where the session has no journal, or no more."""
        if course.journal is None:
            folder = self._diary.live_folder(self._setup.person)
            messages = course.session.messages.values()
            course.journal = begin_journal(folder, self._setup, self._pushed_by, messages)
        else:
            course.journal.append(message)

    def _check_room(self) -> None:
        if self._count("open") >= MOST_SESSIONS:
            raise UnreadableFileError(
                "Too many phones push at once.",
                found=f"{MOST_SESSIONS} sessions under way",
                expected="one test at a time",
                do=f"Stop the other recordings and wait {QUIET_S:.0f} s.",
            )
        if self._count("waiting") >= MOST_WAITING:
            raise DiaryError(
                "The diary cannot be written, and no more recordings can wait for it.",
                found=f"{MOST_WAITING} recordings that wait",
                expected="a diary that can be written",
                do="See on the computer what is wrong with the diary.",
            )

    def _count(self, state: str) -> int:
        return sum(course.state == state for course in self._courses.values())

    def _next_due(self) -> _Course | None:
        with self._lock:
            for course in self._courses.values():
                if course.state == "due":
                    course.state = "keeping"
                    return course
        return None

    def _settle(self, course: _Course) -> None:
        """Try to keep a session and say what became of it; whatever goes wrong ends this one alone."""
        with self._lock:
            session, course.tried_s = course.session.copy(), self._clock()
            silent_s, course.silent_s = course.silent_s, 0.0
        try:
            told = replace(self._keep(course, session), silent_s=silent_s)
        except Exception as error:  # noqa: BLE001 (whatever stumbled over the rows, they must stay)
            told = replace(self._explain(course, session, error), silent_s=silent_s)
        is_news = not (told.waits and course.failed is not None and course.failed.waits)
        course.failed = told if told.error is not None else None
        with self._lock:
            if told.error is not None:  # to be told with the trial that becomes of it
                course.silent_s = max(course.silent_s, silent_s)
            if course.state == "keeping":  # else more of it came meanwhile
                course.state = "waiting" if told.waits else "over"
                if course.journal is not None and (told.trial or told.file):
                    course.journal.remove()
                    course.journal = None
            over = [name for name, each in self._courses.items() if each.state == "over"]
            for name in over[:-MOST_OVER]:
                del self._courses[name]
        if is_news:
            self._say(told)

    def _keep(self, course: _Course, session: PushedSession) -> Pushed:
        export = sources.Export("Sensor Logger push", write_session(session, self._pushed_by))
        (recording,) = sources.parse(export.files)
        if course.interrupted:
            told_off = broken_off(f"The program was ended {recording.duration_s:.0f} s into the recording.")
            recording = replace(recording, issues=(*recording.issues, told_off))
        outcome = pipeline.analyse(export, recording, lambda *_: self._setup, self._settings)
        if outcome.error is not None:
            raise outcome.error
        trial = pipeline.keep(outcome, self._diary).trial
        before = course.trial
        if course.failed is not None and course.failed.file is not None:
            remove_aside(course.failed.file)
        replaced = bool(before) and before != trial and self._remove_untouched(before, course.kept)
        course.trial, course.kept = trial, self._diary.entry(trial).assessment
        return Pushed(trial, before=before, replaced=replaced)

    def _remove_untouched(self, trial: str, kept: Assessment | None) -> bool:
        """Remove the trial of a session's beginning, unless somebody has edited or removed it since."""
        with suppress(*CANNOT_WRITE):
            known = {entry.trial: entry.assessment for entry in self._diary.entries()}
            if known.get(trial, kept) != kept:
                return False
            if trial in known:
                self._diary.delete(trial)
            return True
        return False

    def _explain(self, course: _Course, session: PushedSession, error: Exception) -> Pushed:
        before, file = course.failed.file if course.failed else None, None
        with suppress(Exception):  # what cannot be packed either stays in memory and in its journal
            file = put_aside(session, self._pushed_by, self._diary.live_folder(self._setup.person), before)
        waits = isinstance(error, CANNOT_WRITE) or file is None
        told = report(error)
        return Pushed(error=told, file=file, waits=waits, before=course.trial)

    def _say(self, told: Pushed) -> None:
        with suppress(OSError, ValueError):  # whom it is told may be gone: a closed terminal
            self._tell(told)
