"""A pushed session on disk while it comes in, a line for each message, so that a crash loses nothing of it.

The first line tells the conditions; each other one the number of a message and its samples. No id of session
or phone is in it. It is removed once the diary or another file has the session.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from surefoot.diary.files import FILE_MODE, make_folder
from surefoot.errors import UnreadableFileError
from surefoot.live.journal import is_locked, lock
from surefoot.live.sensor_logger import Message, PushedBy, PushedSession, Rows
from surefoot.model import Setup, setup_from_plain, to_plain

ENDING: Final = ".pushing"
FORMAT: Final = "surefoot-push"


@dataclass(frozen=True, slots=True)
class Interrupted:
    """What a journal holds: a session, and under which conditions it was pushed."""

    session: PushedSession
    setup: Setup
    pushed_by: PushedBy | None


class PushJournal:
    """A journal at `path`, being written where `file` is open.

    What the disk refuses is held in memory, and offered again with the next message.
    """

    def __init__(self, path: Path, file: int = -1) -> None:
        self.path = path
        self._file = file
        self._held = bytearray()

    def append(self, message: Message) -> None:
        """Write a message, on disk when this returns unless the disk refuses."""
        rows = {name: [each.time_ns.tolist(), each.values.tolist()] for name, each in message.rows.items()}
        self._write({"number": message.number, "rows": rows})

    def remove(self) -> None:
        """Remove it, because the session is elsewhere."""
        self.leave()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def leave(self) -> None:
        """Let go of it, to be recovered at the next start."""
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)

    def _write(self, told: dict[str, Any]) -> None:
        if self._file < 0:
            return
        self._held += json.dumps(told).encode() + b"\n"
        with suppress(OSError):
            while self._held:
                del self._held[: os.write(self._file, self._held)]
            os.fsync(self._file)


def begin_journal(
    folder: Path, setup: Setup, pushed_by: PushedBy | None, messages: Iterable[Message]
) -> PushJournal | None:
    """Return a journal in `folder` with what came so far; None where none can be begun."""
    path = folder / f"pushed-{secrets.token_hex(8)}{ENDING}"
    try:
        make_folder(folder)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    except OSError:
        return None
    lock(file)
    journal = PushJournal(path, file)
    journal._write({"format": FORMAT, "setup": to_plain(setup), "pushed_by": pushed_by})  # noqa: SLF001
    for message in messages:
        journal.append(message)
    return journal


def find_journals(folder: Path) -> tuple[Path, ...]:
    """Return the journals below `folder` that no running program writes (where the system can tell)."""
    return tuple(path for path in sorted(folder.rglob(f"*{ENDING}")) if not is_locked(path))


def read_journal(path: Path) -> Interrupted:
    """Return what a journal holds, which may be no message; a line that a crash has torn ends it.

    Raises UnreadableFileError where it is none.
    """
    session = PushedSession(0.0)
    try:
        head, *lines = path.read_bytes().split(b"\n")
        if not (head or lines):
            return Interrupted(session, Setup(), None)
        told = json.loads(head)
        setup, pushed_by = setup_from_plain(told["setup"]), told["pushed_by"]
    except (OSError, KeyError, TypeError, ValueError):
        raise UnreadableFileError(
            "An interrupted push cannot be read.",
            found=str(path),
            expected="the conditions in its first line",
            do="Move the file away.",
        ) from None
    with suppress(ValueError, KeyError, TypeError):
        for line in filter(None, lines):
            session.take(_message(json.loads(line)), 0.0)
    return Interrupted(session, setup, pushed_by)


def _message(told: dict[str, Any]) -> Message:
    rows = {
        name: Rows(np.array(time_ns, dtype=np.int64), np.array(values, dtype=float).reshape(-1, 3))
        for name, (time_ns, values) in told["rows"].items()
    }
    return Message("", int(told["number"]), rows)
