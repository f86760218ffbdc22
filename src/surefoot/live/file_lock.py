"""Which files a running program holds: what it writes is not to be recovered by another one meanwhile."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def hold(file: int) -> None:
    """Hold an open file until this process ends, however it ends; Windows holds an open file anyway."""
    with suppress(ImportError, OSError):
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_held(path: Path) -> bool:
    """Tell whether a program holds a file, where the system can tell.

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
