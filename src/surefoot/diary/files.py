"""Writes that a power cut cannot tear: temporary file, fsync, rename, fsync of the folder."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from surefoot.errors import DiaryError

FILE_MODE, FOLDER_MODE = 0o600, 0o700
TEMPORARY_SUFFIX = ".tmp"


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader sees the old content or the new, never a part."""
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}{TEMPORARY_SUFFIX}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync_folder(path.parent)


def write_json(path: Path, content: Any) -> None:
    """Write `content` as readable JSON."""
    write_bytes(path, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())


def write_table(path: Path, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Write rows as tab-separated text with a header; what is missing reads ``n/a``."""
    write_bytes(path, table_bytes(rows, columns))


def table_bytes(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """Return what `write_table` writes."""
    lines = ["\t".join(columns)]
    lines += ["\t".join(_cell(row.get(column)) for column in columns) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a tab-separated file by column name; none where the file is missing.

    Raises DiaryError where it is empty or no text.
    """
    if not path.is_file():
        return []
    try:
        header, *lines = path.read_text(encoding="utf-8-sig").splitlines()
    except ValueError as error:
        raise DiaryError(
            "A table of the diary cannot be read.",
            found=f"{path}: nothing, or no text in UTF-8",
            expected="tab-separated text with a header",
            do="Put the file back from a copy, or save it as text with tabs, in UTF-8.",
        ) from error
    columns = header.split("\t")
    return [dict(zip(columns, line.split("\t"), strict=False)) for line in lines if line]


def added_columns(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> list[str]:
    """Return the columns of `rows` that somebody added to `columns`; a row that ends early lacks some."""
    return [name for name in dict.fromkeys(name for row in rows for name in row) if name not in columns]


def make_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it, for its owner alone."""
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir(mode=FOLDER_MODE, exist_ok=True)


def is_temporary(name: str) -> bool:
    """Tell whether a file is what a stop left behind of one that was being written."""
    return name.startswith(".") and name.endswith(TEMPORARY_SUFFIX)


def remove_file(path: Path, *, folders: int = 3) -> None:
    """Remove `path` and every folder above it that is empty then, up to so many."""
    path.unlink(missing_ok=True)
    for folder in list(path.parents)[:folders]:
        try:
            folder.rmdir()
        except OSError:
            return


def remove_empty_folders(folder: Path) -> None:
    """Remove `folder` and those in it that hold no file."""
    inside = sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True)
    for path in [*inside, folder]:
        with suppress(OSError):
            path.rmdir()


def unreadable(error: OSError, root: Path) -> DiaryError:
    """Return the refusal of a diary that the system does not let us read."""
    return DiaryError(
        "The diary cannot be read.",
        found=f"{error.strerror or error} at {error.filename or root}",
        expected="a folder that you may read",
        do="Allow yourself to read it, or name another folder with $SUREFOOT_DIARY.",
    )


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return " ".join(text.split()) or "n/a"


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
