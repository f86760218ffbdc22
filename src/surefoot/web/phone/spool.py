"""Where what a phone sent lies while the diary cannot take it: files that `surefoot import` reads."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from surefoot.diary.files import write_bytes
from surefoot.live.sensor_logger import PushedBy, PushedSession, write_tables

_PREFIX: Final = "surefoot-"


def put_aside(
    session: PushedSession, pushed_by: PushedBy | None, folder: Path, before: Path | None = None
) -> Path | None:
    """Write a session to a file in `folder`, or among the temporary files where that is not possible.

    It takes the place of the file `before`. None where nothing can be written.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in write_tables(session, pushed_by).items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return write_aside(packed.getvalue(), folder, f"pushed-{session.first_ns}.zip", before)


def write_aside(data: bytes, folder: Path, name: str, before: Path | None = None) -> Path | None:
    """Write such a file of any kind."""
    for path in _places(folder, name, before):
        with suppress(OSError):
            write_bytes(path, data)
            return path
    return None


def remove_aside(path: Path) -> None:
    """Remove such a file, and the folder that was made for it alone."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
        if path.parent.name.startswith(_PREFIX):
            path.parent.rmdir()


def _places(folder: Path, name: str, before: Path | None) -> Iterator[Path]:
    if before is not None:
        yield before
        return
    yield folder / name
    with suppress(OSError):
        # Others may write there too: only a folder of its own is safe from them.
        yield Path(tempfile.mkdtemp(prefix=_PREFIX)) / name
