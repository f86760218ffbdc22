"""Trials that are being written or removed: validators pass over them, so that a stop leaves a valid diary.

A recording is several files, and no order of writing them is valid at each step. While they are
incomplete, a line of ``.bidsignore`` names them. What a stop leaves there does no harm: the verb that is
repeated takes it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from surefoot.diary.files import write_bytes
from surefoot.diary.layout import Place, locate

IGNORED = ".bidsignore"


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
