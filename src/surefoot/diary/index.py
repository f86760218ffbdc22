"""The index: a throw-away copy of all assessments in SQLite, made again from the files whenever in doubt."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from surefoot.diary.files import make_folder
from surefoot.diary.layout import RESULT_ENDING, RESULTS, locate, place_of
from surefoot.diary.results import read_sound
from surefoot.errors import DiaryError

SCHEMA = 4
WAIT_S = 30.0

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS results (path TEXT PRIMARY KEY, stamp TEXT, trial TEXT, person TEXT, content TEXT);
CREATE INDEX IF NOT EXISTS by_trial ON results (trial);
CREATE INDEX IF NOT EXISTS by_person ON results (person);
"""
# An older result of a trial may say that it was another person's: all results of a trial are one answer.
_CHOSEN: Final = """
FROM results WHERE trial >= ? AND trial < ?
AND (? IS NULL OR trial IN (SELECT trial FROM results WHERE person = ?))
"""
# Behind every letter of an id.
_AFTER: Final = "~"


class Index:
    """What the result files of one diary hold, without reading them all each time.

    A question looks at the names of all files, which tell what came and went, and at size and time of those
    in its answer: a row is trusted while they are as they were when its file was read. The times of folders
    are trusted nowhere, since not every disk keeps them. Where no index can be kept, as on a full disk, the
    files are read.
    """

    def __init__(self, root: Path, cache: Path, metrics_version: int) -> None:
        name = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
        self._root = root
        self._path = cache / f"{name}.sqlite"
        self._metrics_version = metrics_version
        self._stamp = f"{SCHEMA}/{metrics_version}"

    def documents(self, person: str | None = None, trial: str = "") -> list[dict[str, Any]]:
        """Return the content of result files, each with its relative ``path``.

        Of all trials, or of those whose id begins with `trial`; of all people, or of whoever has this name in
        any spelling, with every result of a trial of which one is theirs. Raises DiaryError where one of
        them, or one that is new, cannot be read or trusted.
        """
        return [_document(path, content) for path, content in self._ask("content", person, trial)]

    def trials(self) -> list[dict[str, str]]:
        """Return ``path`` and ``trial`` of every result file; raises DiaryError as `documents` does."""
        return [{"path": path, "trial": trial} for path, trial in self._ask("trial")]

    def _ask(self, column: str, person: str | None = None, trial: str = "") -> list[tuple[str, str]]:
        person = None if person is None else person.casefold()
        paths = self._result_paths()
        with suppress(OSError, sqlite3.Error):
            make_folder(self._path.parent)
            try:
                return self._looked_up(paths, column, person, trial)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                self._remove()
                return self._looked_up(paths, column, person, trial)
        rows = [row for path in paths if (row := self._row(path))]
        theirs = {row["trial"] for row in rows if person in (None, row["person"])}
        return [
            (row["path"], row[column])
            for row in rows
            if row["trial"] in theirs and row["trial"].startswith(trial)
        ]

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

    def _looked_up(
        self, paths: list[str], column: str, person: str | None, trial: str
    ) -> list[tuple[str, str]]:
        words = (trial, trial + _AFTER, person, person)
        with closing(self._open()) as connection, connection:
            known = {path for (path,) in connection.execute("SELECT path FROM results")}
            gone = [(path,) for path in known.difference(paths)]
            connection.executemany("DELETE FROM results WHERE path = ?", gone)
            self._store(connection, [path for path in paths if path not in known])
            stamps = connection.execute(f"SELECT path, stamp {_CHOSEN}", words).fetchall()
            self._store(connection, [path for path, stamp in stamps if stamp != self._stamp_of(path)])
            return connection.execute(f"SELECT path, {column} {_CHOSEN} ORDER BY path", words).fetchall()

    def _store(self, connection: sqlite3.Connection, paths: Iterable[str]) -> None:
        """Read results anew; of one that another command has just removed nothing stays."""
        for path in paths:
            connection.execute("DELETE FROM results WHERE path = ?", (path,))
            if row := self._row(path):
                connection.execute(
                    "INSERT INTO results VALUES (:path, :stamp, :trial, :person, :content)", row
                )

    def _row(self, path: str) -> dict[str, str]:
        """Return what the index keeps of a result; nothing of one that has just been removed."""
        stamp = self._stamp_of(path)
        content = self._read(path)
        if not content:
            return {}
        document = _document(path, content)
        person = str(document["assessment"]["setup"]["person"]).casefold()
        trial = str(document["trial"])
        return {"path": path, "stamp": stamp, "trial": trial, "person": person, "content": content}

    def _read(self, path: str) -> str:
        """Return the text of a result; nothing of one that another command has just removed."""
        try:
            return read_sound(locate(self._root, path), self._metrics_version)
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise _unreadable(error, self._root) from error

    def _stamp_of(self, path: str) -> str:
        """Return what changes when a result is written; nothing of one that has just been removed."""
        try:
            status = (self._root / path).stat()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise _unreadable(error, self._root) from error
        return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"

    def _result_paths(self) -> list[str]:
        try:
            return sorted(path for path in result_files(self._root) if place_of(path) is not None)
        except OSError as error:
            raise _unreadable(error, self._root) from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=WAIT_S)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = 1")
        connection.execute("CREATE TABLE IF NOT EXISTS about (stamp TEXT)")
        if connection.execute("SELECT stamp FROM about").fetchall() != [(self._stamp,)]:
            connection.executescript("DROP TABLE IF EXISTS results; DELETE FROM about;")
            connection.execute("INSERT INTO about VALUES (?)", (self._stamp,))
        connection.executescript(_TABLE)
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


def _document(path: str, content: str) -> dict[str, Any]:
    return {**json.loads(content), "path": path}


def _unreadable(error: OSError, root: Path) -> DiaryError:
    return DiaryError(
        "The diary cannot be read.",
        found=f"{error.strerror or error} at {error.filename or root}",
        expected="a folder that you may read",
        do="Allow yourself to read it, or name another folder with $SUREFOOT_DIARY.",
    )
