"""Changing a diary so that a stop at any moment leaves it whole, and a second writer waits.

The lock lies in the diary, so that other accounts and computers see it too. A recording is several files, and
no order of writing or removing them is valid for a validator at each step: while they are incomplete, a line
of ``.bidsignore`` names them, and what is removed is out of sight first. What a stop leaves does no harm; the
verb that is repeated takes it out. Nothing is removed by way of a link.
"""

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from typing import Final

from surefoot.diary.files import FILE_MODE, make_folder, remove_file, write_bytes
from surefoot.diary.layout import DELETING, LOCK, Place, locate, stays_inside
from surefoot.errors import DiaryError

WAIT_S: Final = 30.0
FULL: Final = (errno.ENOSPC, errno.EDQUOT)
IGNORED: Final = ".bidsignore"


@contextmanager
def holding(root: Path) -> Iterator[None]:
    """Hold the diary for writing; a second program waits.

    Raises DiaryError where it waits too long, OSError where the lock cannot be made. SQLite does the
    locking, since it knows how on every system and on shared disks.
    """
    make_folder(root)
    path = locate(root, LOCK)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
    except OSError as error:
        # Where the disk is full nobody else can write either, and deleting must be possible.
        if error.errno not in FULL:
            raise
        yield
        return
    with closing(sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise _refusal(error, root) from error
        yield


def _refusal(error: sqlite3.OperationalError, root: Path) -> DiaryError:
    if "locked" in str(error):
        return DiaryError(
            "Another command is writing in the diary.",
            found=f"{root} still in use after {WAIT_S:.0f} s",
            expected="one command that writes at a time",
            do="Let the other command finish, or end it; then try again.",
        )
    return DiaryError(
        "The diary cannot be held for writing.",
        found=f"{error} at {root / LOCK}",
        expected="a folder whose disk can lock files",
        do="Check that you may write there, or name another folder with $SUREFOOT_DIARY.",
    )


@contextmanager
def refusal_explained(root: Path) -> Iterator[None]:
    """Turn a refusal of the operating system into a DiaryError."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DiaryError(
            "The diary cannot be written.",
            found=f"{error.strerror or error} at {error.filename or root}",
            expected="a folder of your own with free space",
            do="Check the folder, or name another one with $SUREFOOT_DIARY.",
        ) from error


@contextmanager
def unfinished(root: Path, place: Place, *, removing: bool = False) -> Iterator[None]:
    """Name the files of a trial as unfinished until the block ends well; `removing` must not need room."""
    line = place.file("*")
    before = read_ignored(root)
    try:
        _write(root, [*before, *([] if line in before else [line])])
    except OSError:
        if not removing:
            raise
    yield
    _write(root, [other for other in read_ignored(root) if other != line])


def forget_ignored(root: Path, folder: str) -> None:
    """Take out what is said of anything in `folder`."""
    lines = read_ignored(root)
    kept = [line for line in lines if not line.startswith(f"{folder}/")]
    if kept != lines:
        _write(root, kept)


def read_ignored(root: Path) -> list[str]:
    """Return the lines of ``.bidsignore``, those of others too."""
    with suppress(FileNotFoundError):
        return locate(root, IGNORED).read_text(encoding="utf-8", errors="replace").splitlines()
    return []


def _write(root: Path, lines: list[str]) -> None:
    path = locate(root, IGNORED)
    if lines:
        write_bytes(path, ("\n".join(lines) + "\n").encode())
    else:
        path.unlink(missing_ok=True)


def check_removable(root: Path, folders: Iterable[str]) -> None:
    """Raise DiaryError where one of `folders` is or holds a link: it is not the diary's to remove."""
    for folder in folders:
        path = locate(root, folder)
        below = (Path(at, name) for at, names, files in os.walk(path) for name in (*names, *files))
        for place in (path, *below):
            if place.is_symlink() or not stays_inside(root, place):
                raise DiaryError(
                    "There is a link in what is to be deleted.",
                    found=str(place),
                    expected="files and folders of the diary itself",
                    do="Take the link out, or put what it leads to in its place. Nothing was deleted.",
                )


def remove_folder(root: Path, folder: str) -> None:
    """Remove a folder and all in it. Call `check_removable` first."""
    path = locate(root, folder)
    if path.exists():
        rmtree(path)


def take_away(root: Path, folder: str) -> None:
    """Remove a folder at one stroke: out of sight first, so that a stop leaves no half of it."""
    path = locate(root, folder)
    if not path.exists():
        return
    hidden = locate(root, f"{DELETING}/{folder.replace('/', '-')}")
    remove_folder(root, f"{DELETING}/{hidden.name}")
    make_folder(hidden.parent)
    path.rename(hidden)
    finish_removal(root)


def finish_removal(root: Path) -> None:
    """Remove what an interrupted command had begun to delete."""
    if locate(root, DELETING).exists():
        check_removable(root, [DELETING])
        remove_folder(root, DELETING)


def remove_copies(root: Path, place: Place, folder: str, but: str = "") -> None:
    """Remove what a cloud or a stop left of a trial in `folder`: the trial's name is in its own."""
    for path in locate(root, folder).glob(f"*{place.stem}_*"):
        name = f"{folder}/{path.name}"
        if name != but:
            locate(root, name).unlink()
    remove_file(locate(root, f"{folder}/none"), folders=2)
