"""Writing a file that may be there already: Surefoot's own is replaced, anybody else's is left alone.

What Surefoot writes tells so: in the metadata of a picture or a PDF, in the head of a page, in the comment of
a zip; a table by the names of its first columns.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from os import SEEK_END
from pathlib import Path
from typing import IO, Final

from surefoot.errors import OutputError

MARK: Final = "Surefoot"
_MARKS: Final = {
    b"\x89PNG": b"Software\0Surefoot",
    b"%PDF": b"/Creator (Surefoot)",
    b"{": b'"made_by": "Surefoot"',
    b"PAR1": b"surefoot_version",
    b"<?xml": b"<dc:title>Surefoot</dc:title>",
    b"<!doctype html": b'<meta name="generator" content="Surefoot',
}
_BOM: Final = b"\xef\xbb\xbf"
_COLUMNS_COMPARED: Final = 5
_END_BYTES: Final = 100_000


def write_bytes(path: Path, content: bytes, *, force: bool = False) -> Path:
    """Write `content` to `path` and return the path.

    Raises OutputError where that is not possible, or where a file is there that Surefoot did not write,
    unless `force` insists.
    """
    return write_all({path: content}, force=force)[0]


@contextmanager
def new_file(path: Path, *, force: bool = False) -> Iterator[IO[bytes]]:
    """Yield a file that takes the place of `path` once it is whole.

    Raises OutputError as `write_bytes` does.
    """
    check_free(path, force=force)
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w+b") as file:
            yield file
        beside.replace(path)
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        with suppress(OSError):
            beside.unlink()


def write_all(contents: Mapping[Path, bytes], *, force: bool = False) -> tuple[Path, ...]:
    """Write several files, or none of them where one may not be written, as `write_bytes` does."""
    for path, content in contents.items():
        check_free(path, content, force=force)
    return tuple(_write(path, content) for path, content in contents.items())


def check_free(path: Path, content: bytes = b"", *, force: bool = False) -> None:
    """Raise OutputError where a file is that Surefoot did not write, unless `force` insists.

    What is to be written tells which tables are Surefoot's own; nothing else needs it, so that a verb can ask
    before it begins.
    """
    if not force and path.is_file() and not is_own(_ends_of(path), content):
        raise OutputError(
            "There is a file of this name already, and Surefoot did not write it.",
            found=str(path),
            expected="a new name, or a file that Surefoot wrote earlier",
            do="Give another name; --force overwrites it, and there is no way back.",
        )


def _write(path: Path, content: bytes) -> Path:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise _refused(path, error) from error
    return path


def _refused(path: Path, error: OSError) -> OutputError:
    return OutputError(
        "The file cannot be written.",
        found=f"{path.name}: {error.strerror}",
        expected="a folder that exists and may be written to",
        do="Choose another place, or make the folder first.",
    )


def _ends_of(path: Path) -> bytes:
    """Return the beginning and the end of a file, where its marks are; a raw recording may be very long."""
    try:
        with path.open("rb") as file:
            head = file.read(_END_BYTES)
            size = file.seek(0, SEEK_END)
            file.seek(max(_END_BYTES, size - _END_BYTES))
            return head + file.read()
    except OSError as error:
        raise _refused(path, error) from error


def is_own(old: bytes, new: bytes) -> bool:
    """Tell whether Surefoot wrote `old`, so that `new` may take its place; an empty one is no loss."""
    if not old.removeprefix(_BOM).strip():
        return True
    if old.startswith(b"PK"):
        return old.endswith(MARK.encode())
    head = old[:200].lstrip().lower()
    for start, mark in _MARKS.items():
        if head.startswith(start.lower()):
            return mark in old
    return _first_columns(old) == _first_columns(new) != []


def _first_columns(table: bytes) -> list[bytes]:
    header = table.removeprefix(_BOM).partition(b"\n")[0].strip()
    return header.split(b",")[:_COLUMNS_COMPARED] if b"," in header else []
