"""The index: a throw-away copy of all assessments in SQLite, made again from the files whenever in doubt."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from surefoot.diary.files import make_folder
from surefoot.diary.layout import RESULT_ENDING, RESULTS, locate, place_of
from surefoot.diary.soundness import read_sound
from surefoot.errors import DiaryError

SCHEMA = 3
WAIT_S = 30.0


class Index:
    """What the result files of one diary hold, without reading them all each time.

    A row is trusted while its file has the size and time it had when it was read. Where no index can be
    kept, as on a full disk, the files are read.
    """

    def __init__(self, root: Path, cache: Path, metrics_version: int) -> None:
        name = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
        self._root = root
        self._path = cache / f"{name}.sqlite"
        self._metrics_version = metrics_version
        self._stamp = f"{SCHEMA}/{metrics_version}"

    def documents(self) -> list[dict[str, Any]]:
        """Return the content of every result file, each with its relative ``path``.

        Raises DiaryError where one cannot be read or trusted.
        """
        found = self._found()
        with suppress(OSError, sqlite3.Error):
            make_folder(self._path.parent)
            try:
                return self._refreshed(found)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                self._remove()
                return self._refreshed(found)
        read = ((path, self._read(path)) for path in sorted(found))
        return [{**json.loads(content), "path": path} for path, content in read if content]

    def forget(self) -> None:
        """Remove the index from disk, its journal included. Raises DiaryError where it stays."""
        try:
            self._remove()
        except OSError as error:
            raise DiaryError(
                "It is gone from the diary, but the index beside it may hold a copy of its numbers.",
                found=f"{error.strerror or error} at {error.filename or self._path}",
                expected="an index that may be removed",
                do="Remove this file by hand; it is made again when it is missing.",
            ) from error

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(FileNotFoundError, NotADirectoryError):
                self._path.with_name(self._path.name + suffix).unlink()

    def _refreshed(self, found: dict[str, str]) -> list[dict[str, Any]]:
        with closing(self._open()) as connection, connection:
            known = dict(connection.execute("SELECT path, stamp FROM results"))
            for path in known.keys() - found.keys():
                connection.execute("DELETE FROM results WHERE path = ?", (path,))
            for path, stamp in found.items():
                if known.get(path) != stamp and (content := self._read(path)):
                    connection.execute(
                        "INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (path, stamp, content)
                    )
            rows = connection.execute("SELECT path, content FROM results ORDER BY path").fetchall()
        return [{**json.loads(content), "path": path} for path, content in rows]

    def _read(self, path: str) -> str:
        """Return the text of a result; nothing of one that another command has just removed."""
        try:
            return read_sound(locate(self._root, path), self._metrics_version)
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise _unreadable(error, self._root) from error

    def _found(self) -> dict[str, str]:
        """Return what each result file was when last written, by its path."""
        try:
            stamps = {path: _stamp(self._root / path) for path in self._result_paths()}
        except OSError as error:
            raise _unreadable(error, self._root) from error
        return {path: stamp for path, stamp in stamps.items() if stamp}

    def _result_paths(self) -> list[str]:
        return [path for path in result_files(self._root) if place_of(path) is not None]

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


def result_files(root: Path) -> Iterator[str]:
    """Yield every file that is or was a result, with conflict copies of clouds among them.

    Raises OSError for a folder that cannot be read, DiaryError for a link out of the diary.
    """
    for person in _entries(root, RESULTS, "sub-"):
        for session in _entries(root, person, "ses-"):
            for path in _entries(root, session, ""):
                name = path.rpartition("/")[2]
                if name[0] != "." and RESULT_ENDING.partition(".")[0] in name and name.endswith(".json"):
                    yield path


def _entries(root: Path, folder: str, start: str) -> list[str]:
    """Return what in `folder` has a name with this start; nothing where it has just been removed."""
    try:
        with os.scandir(root / folder) as found:
            entries = sorted((entry.name, entry.is_symlink()) for entry in found)
    except (FileNotFoundError, NotADirectoryError):
        return []
    paths = [(f"{folder}/{name}", is_link) for name, is_link in entries if name.startswith(start)]
    for path, is_link in paths:
        if is_link:
            locate(root, path)
    return [path for path, _ in paths]


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
