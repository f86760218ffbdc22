"""Zip archives to files in memory, within bounds."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from surefoot.errors import UnreadableFileError
from surefoot.sources.tables.privacy import is_media

Files = Mapping[str, bytes]

MAX_MEMBERS: Final = 1000
MAX_BYTES: Final = 40_000_000
_LISTED: Final = b"PK\x01\x02"
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    IndexError,
)


def is_zip(data: bytes) -> bool:
    """Tell whether `data` begins as a zip does, whatever the file is called."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def unpack(data: bytes, name: str = "the file") -> dict[str, bytes]:
    """Return the files in a zip by their names; sound, pictures and video are listed but left empty.

    Raises UnreadableFileError for a broken or encrypted zip, more than 1000 members, more than 40 MB, a zip
    within the zip, or a member that would land outside its folder.
    """
    # Every entry of the list of files costs a kilobyte once it is opened, so they are counted before.
    listed = data.count(_LISTED)
    if listed > 10 * MAX_MEMBERS:
        raise _refused(name, f"{listed} files", f"at most {MAX_MEMBERS} files", "Unpack it first.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [info for info in archive.infolist() if not _is_hidden(info.filename)]
            _check_bounds(members, name)
            names = [info.filename for info in members]
            files = {member: _content(archive, member) for member in names}
    except _BROKEN as error:
        raise UnreadableFileError(
            f"{name} is a zip that cannot be opened.",
            found=str(error) or type(error).__name__,
            expected="a whole zip without a password",
            do="Export or copy the file again.",
        ) from None
    nested = [member for member, content in files.items() if is_zip(content)]
    if nested:
        raise _refused(name, f"{nested[0]}, a zip within the zip", "a zip of plain files", "Unpack it first.")
    if not files:
        raise _refused(name, "an empty zip", "at least one file", "Export the recording again.")
    return files


def _content(archive: zipfile.ZipFile, member: str) -> bytes:
    """Return what is in a member, reading no further than the size it states, whatever it unpacks to."""
    info = archive.getinfo(member)
    if is_media(member):
        return b""
    if info.compress_type not in _METHODS:
        raise NotImplementedError(f"{member} is packed in a way that no app uses")
    with archive.open(info) as file:
        return file.read(info.file_size + 1)


def _check_bounds(members: list[zipfile.ZipInfo], name: str) -> None:
    total = sum(info.file_size for info in members if not is_media(info.filename))
    if len(members) > MAX_MEMBERS or total > MAX_BYTES:
        found = f"{len(members)} files, {total / 1e6:.0f} MB"
        expected = f"at most {MAX_MEMBERS} files and {MAX_BYTES / 1e6:.0f} MB"
        raise _refused(name, found, expected, "Unpack it and give the recording's own files.")
    for info in members:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", info.filename):
            raise _refused(name, info.filename, "names inside the zip's own folder", "Export it again.")


def _is_hidden(member: str) -> bool:
    parts = PurePosixPath(member).parts
    extra = any(part == "__MACOSX" or part.startswith("._") for part in parts)
    return extra or not parts or member.endswith("/")


def _refused(name: str, found: str, expected: str, do: str) -> UnreadableFileError:
    what = f"{name} is a zip that is not accepted."
    return UnreadableFileError(what, found=found, expected=expected, do=do)
