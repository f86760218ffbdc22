"""The answers of a run over many files: one SQLite file beside its table, from which a stopped run goes on.

An answer is found by what it is the answer to: the bytes of a file and the question that was asked of them,
which holds conditions, settings and version of the metrics. The name of a file is none of it. A file whose
place, size and time are as before is not read again to know its bytes.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from surefoot.errors import OutputError

SUFFIX: Final = ".surefoot-run"
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS seen (
  file TEXT PRIMARY KEY, state TEXT NOT NULL, content TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
  content TEXT, question TEXT, final INTEGER NOT NULL, parts TEXT NOT NULL, PRIMARY KEY (content, question)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one file gave: its bytes as a hash, and what became of each part, as plain data.

    It is `final` where asking again would give the same, and not where a disk or a worker was at fault.
    `bugs` are what nobody foresaw; they are told and not kept.
    """

    content: str
    parts: tuple[dict[str, Any], ...]
    final: bool = True
    bugs: tuple[Exception, ...] = ()


class Store:
    """The answers in the file at `path`, made where it is not there; as a context it closes the file.

    Raises OutputError where it cannot be written, or holds something else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._explained():
            self._database = sqlite3.connect(path, isolation_level=None)
            self._database.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, reason: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def is_empty(self) -> bool:
        """Tell whether nothing was ever answered."""
        return self._database.execute("SELECT 1 FROM answers LIMIT 1").fetchone() is None

    def content_of(self, file: str, state: str) -> str | None:
        """Return the hash of a file's bytes where it is as it was when it was read."""
        words = (file, state)
        found = self._database.execute("SELECT content FROM seen WHERE file = ? AND state = ?", words)
        return next((str(content) for (content,) in found), None)

    def is_answered(self, content: str, question: str) -> bool:
        """Tell whether there is a final answer."""
        words = (content, question)
        asked = "SELECT 1 FROM answers WHERE content = ? AND question = ? AND final"
        return self._database.execute(asked, words).fetchone() is not None

    def parts(self, content: str, question: str) -> list[dict[str, Any]]:
        """Return what became of each part of a file; nothing where it was not answered."""
        asked = "SELECT parts FROM answers WHERE content = ? AND question = ?"
        found = self._database.execute(asked, (content, question)).fetchone()
        return [] if found is None else list(json.loads(found[0]))

    def note(self, file: str, state: str, content: str) -> None:
        """Remember what bytes a file holds as long as its state is this."""
        if self.content_of(file, state) != content:
            with self._explained(), self._at_once():
                self._database.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (file, state, content))

    def add(self, file: str, state: str, question: str, answer: Answered) -> None:
        """Keep an answer; it is on the disk when this returns."""
        parts = json.dumps(answer.parts, ensure_ascii=False)
        with self._explained(), self._at_once():
            self._database.execute(
                "INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (file, state, answer.content)
            )
            row = (answer.content, question, answer.final, parts)
            self._database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", row)

    def absorb(self, others: Iterable[Path]) -> None:
        """Take over the answers of other stores; what is final here stays."""
        for path in others:
            with self._explained(path):
                self._database.execute("ATTACH ? AS other", (f"file:{path}?mode=ro",))
            try:
                with self._explained(), self._at_once():
                    self._database.execute("INSERT OR REPLACE INTO seen SELECT * FROM other.seen")
                    self._database.execute(
                        "INSERT OR REPLACE INTO answers SELECT * FROM other.answers AS new WHERE NOT EXISTS "
                        "(SELECT 1 FROM answers AS own WHERE own.content = new.content "
                        "AND own.question = new.question AND own.final)"
                    )
            finally:
                self._database.execute("DETACH other")

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextmanager
    def _explained(self, path: Path | None = None) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise OutputError(
                "The answers of this run cannot be kept.",
                found=f"{path or self.path}: {error}",
                expected="room on the disk, a folder that may be written to, and one run at a time",
                do="Put that right and give the same command again: it goes on from what is kept.",
            ) from error
