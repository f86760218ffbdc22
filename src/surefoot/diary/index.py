"""The index: a throw-away copy of all assessments in SQLite, made again from the files whenever in doubt."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from surefoot.diary.files import make_folder
from surefoot.diary.layout import RESULTS
from surefoot.diary.soundness import read_sound
from surefoot.errors import DiaryError

SCHEMA = 2
WAIT_S = 30.0


class Index:
    """What the result files of one diary hold, without reading them all each time.

    A row is trusted while its file has the size and time it had when it was read.
    """

    def __init__(self, root: Path, cache: Path, metrics_version: int) -> None:
        name = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
        self._root = root
        self._path = cache / f"{name}.sqlite"
        self._lock_path = cache / f"{name}.lock"
        self._metrics_version = metrics_version
        self._stamp = f"{SCHEMA}/{metrics_version}"

    def documents(self) -> list[dict[str, Any]]:
        """Return the content of every result file, each with its relative ``path``.

        Raises DiaryError where one cannot be read or trusted, or the index cannot be kept.
        """
        found = self._found()
        with self._explained():
            make_folder(self._path.parent)
            try:
                return self._refreshed(found)
            except sqlite3.DatabaseError:
                self.forget()
                return self._refreshed(found)

    def forget(self) -> None:
        """Remove the index from disk, its journal included."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the diary for writing; a second process waits. Raises DiaryError where it waits too long."""
        with self._explained():
            make_folder(self._lock_path.parent)
            lock = sqlite3.connect(self._lock_path, timeout=WAIT_S, isolation_level=None)
        with closing(lock):
            with self._explained():
                lock.execute("BEGIN EXCLUSIVE")
            yield

    def _refreshed(self, found: dict[str, str]) -> list[dict[str, Any]]:
        with closing(self._open()) as connection, connection:
            known = dict(connection.execute("SELECT path, stamp FROM results"))
            for path in known.keys() - found.keys():
                connection.execute("DELETE FROM results WHERE path = ?", (path,))
            for path, stamp in found.items():
                if known.get(path) != stamp:
                    self._store(connection, path, stamp)
            rows = connection.execute("SELECT path, content FROM results ORDER BY path").fetchall()
        return [{**json.loads(content), "path": path} for path, content in rows]

    def _store(self, connection: sqlite3.Connection, path: str, stamp: str) -> None:
        try:
            content = read_sound(self._root / path, self._metrics_version)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unreadable(error, self._root) from error
        connection.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (path, stamp, content))

    def _found(self) -> dict[str, str]:
        """Return what each result file was when last written, by its path."""
        try:
            stamps = {path: _stamp(self._root / path) for path in self._result_paths()}
        except OSError as error:
            raise _unreadable(error, self._root) from error
        return {path: stamp for path, stamp in stamps.items() if stamp}

    def _result_paths(self) -> list[str]:
        files = (self._root / RESULTS).glob("sub-*/ses-*/*_assessment.json")
        return [path.relative_to(self._root).as_posix() for path in files if path.name[0] != "."]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn a refusal by the folder of the index into a DiaryError."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise _no_index(str(error), self._path.parent) from error
            raise DiaryError(
                "Another command is writing in the diary.",
                found=f"{self._root} still in use after {WAIT_S:.0f} s",
                expected="one command that writes at a time",
                do="Let the other command finish, or end it; then try again.",
            ) from error
        except OSError as error:
            raise _no_index(error.strerror or str(error), self._path.parent) from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=WAIT_S)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = 1")
        connection.execute("CREATE TABLE IF NOT EXISTS about (stamp TEXT)")
        if connection.execute("SELECT stamp FROM about").fetchall() != [(self._stamp,)]:
            connection.executescript("DROP TABLE IF EXISTS results; DELETE FROM about;")
            connection.execute("INSERT INTO about VALUES (?)", (self._stamp,))
        connection.execute(
            "CREATE TABLE IF NOT EXISTS results (path TEXT PRIMARY KEY, stamp TEXT, content TEXT)"
        )
        connection.commit()
        return connection


def _stamp(path: Path) -> str:
    """Return what changes when a file is written; nothing of one that another command has just removed."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"


def _unreadable(error: OSError, root: Path) -> DiaryError:
    return DiaryError(
        "The diary cannot be read.",
        found=f"{error.strerror or error} at {error.filename or root}",
        expected="a folder that you may read",
        do="Allow yourself to read it, or name another folder with $SUREFOOT_DIARY.",
    )


def _no_index(why: str, cache: Path) -> DiaryError:
    return DiaryError(
        "The index of the diary cannot be kept.",
        found=f"{why} at {cache}",
        expected="a folder of your own with free space",
        do="Check that folder, or name another one with $SUREFOOT_CACHE; the diary itself is untouched.",
    )
