"""The index: what results are asked by, in SQLite; thrown away and made again from the files at any moment.

It holds no result, only the columns that a question goes by, and where the file lies. Files are the truth:
of whoever is asked for, the folders are looked through, and size and time of each file compared. That is
done for everybody where everybody is asked for, where an id is not known, and once after another program
wrote in the diary, which the time of its lock tells. What was read is kept as it comes, so that a stop costs
little.
"""

import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from surefoot.diary.files import make_folder, unreadable
from surefoot.diary.layout import LOCK, RESULT_ENDING, RESULTS, Place, locate, place_of
from surefoot.diary.results import is_misplaced, read_sound
from surefoot.errors import DiaryError
from surefoot.model import Assessment

SCHEMA: Final = 5
WAIT_S: Final = 30.0
# So many results are read before they are kept for good.
AT_ONCE: Final = 200

_COLUMNS: Final = (
    "path", "stamp", "owner", "trial", "revision", "misplaced", "person", "at", "test", "leg", "eyes",
    "surface", "source_sha256", "samples", "duration_s", "first_x", "first_y", "first_z",
)  # fmt: skip
# Of several results of a trial the one corrected last is meant.
_TABLES: Final = (
    *(f"DROP TABLE IF EXISTS {name}" for name in ("results", "days", "about", "state")),
    "DROP VIEW IF EXISTS newest",
    f"CREATE TABLE results (number INTEGER PRIMARY KEY AUTOINCREMENT, {', '.join(_COLUMNS)}, UNIQUE (path))",
    "CREATE INDEX by_trial ON results (trial)",
    "CREATE INDEX by_person ON results (person, number)",
    "CREATE INDEX by_owner ON results (owner)",
    "CREATE TABLE days (folder PRIMARY KEY, stamp)",
    """CREATE VIEW newest AS SELECT * FROM results AS r WHERE NOT misplaced AND NOT EXISTS (
    SELECT 1 FROM results AS o
    WHERE o.trial = r.trial AND NOT o.misplaced AND (o.revision, o.path) > (r.revision, r.path))""",
    # Which form of the index it is, a name of its own, and the mark of the last writing that it knows of.
    "CREATE TABLE state (stamp, made, seen)",
)
_INSERT: Final = (
    f"INSERT OR REPLACE INTO results ({', '.join(_COLUMNS)}) "  # noqa: S608 - the columns are ours
    f"VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"
)
# The clocks of some disks tick once in two seconds: a folder that has just changed may change again unseen.
_TICK_NS: Final = 3_000_000_000

Rows = list[tuple[Any, ...]]


class Index:
    """What the results of one diary are asked by. Where none can be kept, as on a full disk, all are read."""

    def __init__(self, root: Path, cache: Path, metrics_version: int) -> None:
        name = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
        self._root = root
        self._path = cache / f"{name}.sqlite"
        self._metrics_version = metrics_version
        self._stamp = f"{SCHEMA}/{metrics_version}"
        # While this program writes: the time of its own mark, and of the one before.
        self._mark = ("", "")

    def select(
        self,
        columns: str,
        where: str = "TRUE",
        words: Sequence[Any] = (),
        *,
        people: Collection[str] | None = None,
        must_exist: bool = False,
        newest: bool = True,
    ) -> Rows:
        """Return `columns` of the results `where` it holds, by time; of each trial its `newest` alone.

        `people`, without capitals, are those whose folders are looked through: everybody's for None, and
        where something that `must_exist` is not where it was. Raises DiaryError where a result that is looked
        at cannot be read or trusted.
        """
        table = "newest" if newest else "results"
        text = f"SELECT {columns} FROM {table} WHERE {where} ORDER BY at, trial, path"  # noqa: S608 - ours

        def ask(connection: sqlite3.Connection) -> Rows:
            looked = None if people is None or not self._is_current(connection) else people
            self._look(connection, looked)
            gone = self._refresh(connection, where, words)
            found = connection.execute(text, words).fetchall()
            if looked is not None and (gone or (must_exist and not found)):
                self._look(connection, None)
                self._refresh(connection, where, words)
                found = connection.execute(text, words).fetchall()
            return found

        return self._answer(ask)

    def read(self, path: str) -> tuple[dict[str, Any], Assessment] | None:
        """Return what a result holds, with its ``path``, and the assessment in it; None where it is gone.

        Raises DiaryError where it cannot be read or trusted.
        """
        try:
            document, assessment = read_sound(locate(self._root, path), self._metrics_version)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unreadable(error, self._root) from error
        return {**document, "path": path}, assessment

    def states(self) -> dict[str, tuple[Any, ...]]:
        """Return for each person, without capitals, what changes whenever a result of theirs does.

        What other programs changed is noticed by the times of files and of days' folders; a new file in the
        folder of an old day only where the disk keeps those.
        """

        def ask(connection: sqlite3.Connection) -> Rows:
            if self._is_current(connection):
                self._glance(connection)
            else:
                self._look(connection, None)
            made = connection.execute("SELECT made FROM state").fetchone()
            return [
                (person, (*made, count, number))
                for person, count, number in connection.execute(
                    "SELECT person, COUNT(*), MAX(number) FROM results GROUP BY person"
                )
            ]

        return dict(self._answer(ask))

    @contextmanager
    def changing(self, *, removing: bool = False) -> Iterator[set[str]]:
        """Yield a set for whose folders, or which results, the block changes; then their rows follow.

        Others see by the lock's time that something changed; so do we, should the block be stopped. What was
        deleted (`removing`) is gone from the index on disk too. Raises DiaryError where it is not.
        """
        before, people = self._written(), set[str]()
        with suppress(OSError):
            os.utime(self._root / LOCK, ns=(time.time_ns(),) * 2)
        self._mark = (self._written(), before)
        try:
            yield people
        finally:
            now, self._mark = self._mark[0], ("", "")
        if self._path.exists():
            self._follow(people, before, now, removing=removing)

    def _follow(self, people: Collection[str], before: str, now: str, *, removing: bool) -> None:
        try:
            with closing(self._open()) as connection:
                self._look(connection, [name.casefold() for name in people if not _is_result(name)])
                self._store(connection, filter(_is_result, people))
                connection.execute("UPDATE state SET seen = ? WHERE seen = ?", (now, before))
                connection.commit()
                busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] if removing else 0
        except (
            OSError,
            sqlite3.Error,
            DiaryError,
        ):  # what was written is written: the next question looks again
            busy = removing
        if busy:
            self.forget()

    def forget(self) -> None:
        """Remove the index from disk, its journal included. Raises DiaryError where it stays."""
        try:
            self._remove()
        except OSError as error:
            raise DiaryError(
                "It is gone from the diary, but the index beside it may still name it.",
                found=f"{error.strerror or error} at {error.filename or self._path}",
                expected="an index that may be removed",
                do="Remove this file by hand; it is made again when it is missing.",
            ) from error

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(FileNotFoundError, NotADirectoryError):
                self._path.with_name(self._path.name + suffix).unlink()

    def _answer(self, ask: Callable[[sqlite3.Connection], Rows]) -> Rows:
        with suppress(OSError, sqlite3.Error):
            make_folder(self._path.parent)
            try:
                with closing(self._open()) as connection, connection:
                    return ask(connection)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                self._remove()
                with closing(self._open()) as connection, connection:
                    return ask(connection)
        with closing(self._prepare(sqlite3.connect(":memory:"))) as connection:
            return ask(connection)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=WAIT_S)
        connection.execute("PRAGMA journal_mode = WAL")
        return self._prepare(connection)

    def _prepare(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        connection.execute("PRAGMA synchronous = 1")
        connection.execute("PRAGMA secure_delete = 1")
        if not self._is_of_today(connection):
            connection.execute("BEGIN IMMEDIATE")
            if not self._is_of_today(connection):
                for statement in _TABLES:
                    connection.execute(statement)
                connection.execute("INSERT INTO state VALUES (?, hex(randomblob(8)), NULL)", (self._stamp,))
            connection.commit()
        return connection

    def _is_of_today(self, connection: sqlite3.Connection) -> bool:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone()
        return bool(known and connection.execute("SELECT stamp FROM state").fetchall() == [(self._stamp,)])

    def _written(self) -> str:
        """Return what tells that a program wrote in the diary, our own writing that goes on left aside."""
        try:
            now = str((self._root / LOCK).stat().st_mtime_ns)
        except OSError:
            now = "none"
        mine, before = self._mark
        return before if now == mine else now

    def _is_current(self, connection: sqlite3.Connection) -> bool:
        return bool(connection.execute("SELECT seen FROM state").fetchone() == (self._written(),))

    def _look(self, connection: sqlite3.Connection, people: Collection[str] | None) -> None:
        """Take up what came and went in the folders of `people`, or everybody's."""
        if people is not None and not people:
            return
        seen = self._written()
        paths = set(self._result_paths(people))
        owners = "" if people is None else f" WHERE owner IN ({', '.join('?' * len(people))})"
        found = connection.execute(f"SELECT path FROM results{owners}", tuple(people or ()))  # noqa: S608
        known = {path for (path,) in found}
        self._store(connection, [*(known - paths), *sorted(paths - known)])
        if people is None:
            connection.execute("UPDATE state SET seen = ?", (seen,))

    def _glance(self, connection: sqlite3.Connection) -> None:
        """Take up what everybody's folders show by their times, without looking through each."""
        known = dict(connection.execute("SELECT folder, stamp FROM days").fetchall())
        now: dict[str, str] = {}
        latest_ns = time.time_ns() - _TICK_NS
        for person in _entries(self._root, RESULTS, "sub-"):
            for day in _entries(self._root, person, "ses-"):
                with suppress(FileNotFoundError):
                    changed_ns = os.stat(f"{self._root}/{day}").st_mtime_ns  # noqa: PTH116 - of many
                    now[day] = str(changed_ns) if changed_ns < latest_ns else ""
        stamps = dict(connection.execute("SELECT path, stamp FROM results").fetchall())
        changed = [path for path, stamp in stamps.items() if stamp != self._stamp_of(path)]
        looked = [folder for folder, stamp in now.items() if not stamp or known.get(folder) != stamp]
        new = [path for folder in looked for path in _entries(self._root, folder, "") if _is_result(path)]
        self._store(connection, [*changed, *(path for path in new if path not in stamps)])
        connection.executemany("DELETE FROM days WHERE folder = ?", [(f,) for f in known.keys() - now.keys()])
        rows = [(folder, now[folder]) for folder in looked]
        connection.executemany("INSERT OR REPLACE INTO days VALUES (?, ?)", rows)

    def _refresh(self, connection: sqlite3.Connection, where: str, words: Sequence[Any]) -> bool:
        """Read anew what changed of the trials asked for, until nothing has; tell whether one is gone."""
        trials = f"SELECT trial FROM results WHERE {where}"  # noqa: S608 - ours
        chosen = f"SELECT path, stamp FROM results WHERE trial IN ({trials})"  # noqa: S608
        gone = False
        while True:
            stamps = [
                (path, stamp, self._stamp_of(path)) for path, stamp in connection.execute(chosen, words)
            ]
            changed = [path for path, stamp, now in stamps if stamp != now]
            if not changed:
                return gone
            gone = gone or any(not now for _, _, now in stamps)
            self._store(connection, changed)

    def _store(self, connection: sqlite3.Connection, paths: Iterable[str]) -> None:
        """Read results anew, keeping them as they come; of one that is not there nothing stays."""
        for number, path in enumerate(paths, 1):
            row = self._row(path)
            if row:
                connection.execute(_INSERT, row)
            else:
                connection.execute("DELETE FROM results WHERE path = ?", (path,))
            if number % AT_ONCE == 0:
                connection.commit()

    def _row(self, path: str) -> dict[str, Any]:
        """Return what the index keeps of a result; nothing of one that is not there."""
        stamp, place = self._stamp_of(path), place_of(path)
        read = self.read(path)
        if read is None or place is None or not stamp:
            return {}
        document, assessment = read
        setup, origin = assessment.setup, assessment.provenance
        x, y, z = self._first_sample(place)
        return {
            **{name: getattr(setup, name) for name in ("test", "leg", "eyes", "surface")},
            "path": path,
            "stamp": stamp,
            "owner": place.person.casefold(),
            "trial": document["trial"],
            "revision": int(document["revision"]),
            "misplaced": is_misplaced(document),
            "person": setup.person.casefold(),
            "at": setup.when.timestamp() if setup.when else None,
            "source_sha256": origin.source_sha256,
            "samples": document.get("samples"),
            "duration_s": origin.duration_s,
            "first_x": x,
            "first_y": y,
            "first_z": z,
        }

    def _first_sample(self, place: Place) -> Sequence[float | None]:
        """Return the first acceleration of a recording, by which most takes differ."""
        try:
            with locate(self._root, place.file("motion.tsv")).open("rb") as file:
                x, y, z = file.readline(400).split(b"\t")[1:4]
            return float(x), float(y), float(z)
        except (OSError, ValueError, DiaryError):
            return None, None, None

    def _stamp_of(self, path: str) -> str:
        """Return what changes when a result is written; nothing of one that is not there."""
        try:
            status = os.stat(f"{self._root}/{path}")  # noqa: PTH116 - of many
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except OSError as error:
            raise unreadable(error, self._root) from error
        return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"

    def _result_paths(self, people: Collection[str] | None) -> list[str]:
        try:
            return [path for path in result_files(self._root, people) if _is_result(path)]
        except OSError as error:
            raise unreadable(error, self._root) from error


def result_files(root: Path, people: Collection[str] | None = None) -> Iterator[str]:
    """Yield every file that is or was a result, with conflict copies of clouds among them.

    Of everybody, or of `people` named without capitals. Raises OSError for a folder that cannot be read,
    DiaryError for a link out of the diary.
    """
    for person in _entries(root, RESULTS, "sub-"):
        name = person.rpartition("/sub-")[2].casefold()
        for session in _entries(root, person, "ses-") if people is None or name in people else ():
            for path in _entries(root, session, ""):
                name = path.rpartition("/")[2]
                if name[0] != "." and RESULT_ENDING.partition(".")[0] in name and name.endswith(".json"):
                    yield path


def _is_result(path: str) -> bool:
    return place_of(path) is not None


def _entries(root: Path, folder: str, start: str) -> list[str]:
    """Return what in `folder` has a name with this start; nothing where it has just been removed."""
    try:
        with os.scandir(f"{root}/{folder}") as found:
            entries = sorted((entry.name, entry.is_symlink()) for entry in found)
    except (FileNotFoundError, NotADirectoryError):
        return []
    paths = [(f"{folder}/{name}", is_link) for name, is_link in entries if name.startswith(start)]
    for path, is_link in paths:
        if is_link:
            locate(root, path)
    return [path for path, _ in paths]
