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

SCHEMA = 1
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
        self._stamp = f"{SCHEMA}/{metrics_version}"

    def documents(self) -> list[dict[str, Any]]:
        """Return the content of every result file, each with its relative ``path``."""
        make_folder(self._path.parent)
        try:
            return self._refreshed()
        except sqlite3.DatabaseError:
            self.forget()
            return self._refreshed()

    def forget(self) -> None:
        """Remove the index from disk, its journal included."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the diary for writing; a second process waits."""
        make_folder(self._lock_path.parent)
        with closing(sqlite3.connect(self._lock_path, timeout=WAIT_S, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield

    def _refreshed(self) -> list[dict[str, Any]]:
        found = {path: _stamp(self._root / path) for path in self._result_paths()}
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
        content = (self._root / path).read_text(encoding="utf-8")
        connection.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (path, stamp, content))

    def _result_paths(self) -> list[str]:
        files = (self._root / RESULTS).glob("sub-*/ses-*/*_assessment.json")
        return [path.relative_to(self._root).as_posix() for path in files if path.name[0] != "."]

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
    status = path.stat()
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"
