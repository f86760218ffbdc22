"""The journal of a live recording: every notification as it came, on disk before the next one is awaited.

A text file that only grows (`log` tells its lines). It is named ``.part`` while it is written, ``.journal``
once it is closed, ``.recovered`` where that was done after a crash. It is never deleted by itself. Until its
first line is whole it is named ``.new``: a crash before that leaves nothing that looks like a recording.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from surefoot.diary.journal_lines import checked
from surefoot.errors import DiaryError
from surefoot.live.log import Header, Log, LogMark, Packet, header_line, mark_line, packet_line, read_log

NEW, WRITING, CLOSED, RECOVERED = ".new", ".part", ".journal", ".recovered"
SAFE_PREFIX: Final = "surefoot-"
_FILE_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700
# Without it Windows would write two bytes for the end of a line.
_BINARY: Final[int] = getattr(os, "O_BINARY", 0)


class Journal:
    """A journal being written: every line is with the operating system when the call returns.

    A line that the system refuses, as a full disk does, is held in memory with all that follow, and offered
    again each time; `trouble` is what the system said, `heard` whether any packet came. `sync` asks for what
    was written to be on the disk too; call it each second, from another thread where waiting hurts. Raises
    DiaryError where a journal cannot be begun, or not be ended.
    """

    def __init__(self, path: Path, header: Header) -> None:
        self.path, self.header, self.heard = path, header, False
        self._chars = {char: number for number, char in enumerate(header.chars)}
        self._held = bytearray()
        self._refused: OSError | None = None
        self._unsynced: OSError | None = None
        with explained(path):
            self._begin(header)

    def _begin(self, header: Header) -> None:
        _make_folder(self.path.parent)
        new = self.path.with_suffix(NEW)
        self._file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | _BINARY, _FILE_MODE)
        try:
            lock(self._file)
            self._write(header_line(header))
            self.sync()
            if self.trouble:
                raise self.trouble
        except OSError:
            os.close(self._file)
            new.unlink()
            raise
        self._name(new)

    def _name(self, new: Path) -> None:
        """Give the file its name; Windows renames none that is open."""
        if os.name != "nt":
            new.replace(self.path)
            return
        os.close(self._file)
        new.replace(self.path)
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | _BINARY)

    @classmethod
    def create(cls, folder: Path, header: Header, name: str) -> Self:
        """Begin a journal in `folder`; one of the same name gets a number."""
        number = 1
        while any(
            (folder / f"{_numbered(name, number)}{end}").exists() for end in (NEW, WRITING, CLOSED, RECOVERED)
        ):
            number += 1
        return cls(folder / f"{_numbered(name, number)}{WRITING}", header)

    @property
    def is_open(self) -> bool:
        """Whether it is being written still."""
        return self._file >= 0

    @property
    def is_behind(self) -> bool:
        """Whether something is in memory only."""
        return bool(self._held)

    @property
    def trouble(self) -> OSError | None:
        """What the system said where it refused to write, or to put what was written on the disk."""
        return self._refused or self._unsynced

    def append(self, packet: Packet) -> None:
        """Write a packet. Raises KeyError for a characteristic that the header does not name."""
        self._write(packet_line(packet, self._chars))
        self.heard = True

    def mark(self, mark: LogMark) -> None:
        """Write that something happened."""
        self._write(mark_line(mark))

    def flush(self) -> None:
        """Offer what the system refused once more."""
        try:
            while self._held:
                del self._held[: os.write(self._file, self._held)]
        except OSError as error:
            self._refused = error
        else:
            self._refused = None

    def sync(self) -> None:
        """Have everything written so far put on the disk; nothing happens once it is closed."""
        if not self.is_open:
            return
        try:
            os.fsync(self._file)
        except OSError as error:
            self._unsynced = error
        else:
            self._unsynced = None

    def read(self) -> bytes:
        """Return the bytes of the journal so far, those in memory too."""
        with explained(self.path):
            return self.path.read_bytes() + self._held

    def close(self, note: str = "") -> Path:
        """End the journal and return its final path; `note` becomes part of its name."""
        self._write("end")
        with explained(self.path):
            self.sync()
            if self.trouble:
                raise self.trouble
            final = self.path.with_name(self.path.stem + (f"_{note}" if note else "") + CLOSED)
            self.leave()
            self.path.replace(final)
        self.path = final
        return final

    def leave(self) -> None:
        """Let go of the journal unended, to be recovered later."""
        if self.is_open:
            os.close(self._file)
            self._file = -1

    def remove(self) -> None:
        """Remove the journal, because nothing of it is wanted, or all of it is elsewhere."""
        self.leave()
        with suppress(OSError):
            self.path.unlink()

    def _write(self, content: str) -> None:
        self._held += checked(content)
        self.flush()


def lock(file: int) -> None:
    """Lock an open file until this process ends, however it ends; Windows locks an open file anyway."""
    with suppress(ImportError, OSError):
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_locked(path: Path) -> bool:
    """Tell whether a running program writes a file, where the system can tell.

    One that cannot be read counts as free: whoever recovers it is told why.
    """
    try:
        import fcntl
    except ImportError:
        return False
    try:
        file = path.open("rb")
    except OSError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def find_unfinished(folder: Path, *further: str) -> tuple[Path, ...]:
    """Return the journals in `folder`, and folders in it, that a crash left behind, oldest first.

    `further` are endings of other kinds. One that another running program is writing is not among them (where
    the system can tell).
    """
    found = sorted(path for ending in (WRITING, *further) for path in folder.rglob(f"*{ending}"))
    return tuple(path for path in found if not is_locked(path))


@dataclass(frozen=True, slots=True, eq=False)
class LeftJournal:
    """A journal that a program left behind, and what it holds."""

    path: Path
    log: Log

    @property
    def header(self) -> Header:
        """What it is of."""
        return self.log.header

    def mark_recovered(self) -> None:
        """Mark it as recovered; its bytes stay. Raises DiaryError."""
        with explained(self.path):
            self.path.replace(self.path.with_suffix(RECOVERED))

    def remove(self) -> None:
        """Remove it, because all of it is elsewhere. Raises DiaryError."""
        with explained(self.path):
            self.path.unlink()


def read_unfinished(path: Path) -> LeftJournal:
    """Return a journal left behind. Raises DiaryError, UnreadableFileError where it is none."""
    with explained(path):
        return LeftJournal(path, read_log(path.read_bytes()))


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def rescue(journal: Journal) -> Path:
    """Put a whole journal that its disk refused among the temporary files, and return where it lies.

    It belongs in the place of what the disk took of it. Raises DiaryError.
    """
    with explained(journal.path):
        safe = Path(tempfile.mkdtemp(prefix=SAFE_PREFIX)) / journal.path.name
        safe.write_bytes(journal.read())
    return safe


def _make_folder(folder: Path) -> None:
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=_FOLDER_MODE, exist_ok=True)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn a refusal of the operating system into a DiaryError."""
    try:
        yield
    except OSError as error:
        raise DiaryError(
            "The recording cannot be saved where the diary is.",
            found=f"{error.strerror or error} at {error.filename or path.parent}",
            expected="a folder of your own with free space",
            do="Make room, or name another folder with $SUREFOOT_DIARY.",
        ) from error
