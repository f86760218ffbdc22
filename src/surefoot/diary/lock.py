"""The lock of whoever writes in a diary. It lies in the diary: other accounts and computers see it too."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from surefoot.diary.files import FILE_MODE, make_folder
from surefoot.diary.layout import LOCK, locate
from surefoot.errors import DiaryError

WAIT_S = 30.0
FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def writing(root: Path) -> Iterator[None]:
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
