"""Paths to exports: which files on disk belong to one recording."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn

from surefoot.errors import SourceError, UnreadableFileError
from surefoot.sources.tables import (
    Files,
    is_media,
    is_xls,
    is_xlsx,
    is_zip,
    kind_called,
    kind_of,
    read_xls,
    read_xlsx,
    table_head,
    unpack,
)
from surefoot.sources.tables.containers import MAX_BYTES, MAX_MEMBERS

_SENSOR_TABLE: Final = re.compile(
    r"^(?P<prefix>|.*?[-_ ])"
    r"(?P<sensor>TotalAcceleration|Accelerometer(Uncalibrated)?|Gyroscope(Uncalibrated)?|Gravity"
    r"|Linear Acceleration|Linear Accelerometer|Acceleration|ACC|(?<=_)motion"
    r"|WristMotion|Headphone|WatchAccelerometer(Uncalibrated)?|sensors)"
    r"(?P<number>\d*)(_[\d.]+Hz_[\d.]+)?$",
    re.IGNORECASE,
)
_COMPANION: Final = re.compile(
    r"^(?P<prefix>|.*?[-_ ])(Metadata|Annotation|Magnetometer(Uncalibrated)?|Orientation|Barometer|Pressure"
    r"|Location|GPS|Pedometer|Battery|Brightness|Light|Microphone|Compass|Heading|Activity|Network|HeartRate|Watch\w+"
    r"|quaternion|humidity|temperature|matrix|euler|altitude|rssi|analogue|flags|Settings|Device"
    r"|channels|BVP|EDA|HR|IBI|TEMP|tags|info)$",
    re.IGNORECASE,
)
# Sensor Logger's tables of sensors that this list does not know: the app's two clocks, and no three axes.
_COMPANION_HEAD: Final = re.compile(r"time,seconds_elapsed,(?!([xyz],){2}[xyz]\b)")
MAX_FILES: Final = 10 * MAX_MEMBERS
_NOT_RECORDINGS: Final = frozenset({".md", ".py", ".ipynb", ".html", ".pdf", ".toml", ".rst"})


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """What an app exported in one go: a name to show, its files by their names within it, where they lay.

    `is_own` tells what Surefoot recorded itself: nothing but a sensor's packets, which are kept whole.
    What lies on disk is read each time `files` is asked for, so that of a whole study one export is in memory
    at a time, and it can travel to another process; this raises UnreadableFileError for what cannot be
    opened, is too large, empty or broken.
    """

    name: str
    content: Files | Callable[[], Files] = field(repr=False)
    paths: tuple[Path, ...] = ()
    is_own: bool = False

    @property
    def files(self) -> Files:
        """The files by their names within the export."""
        return self.content() if callable(self.content) else self.content


def collect(paths: Path | str | Iterable[Path | str], *, spare: bool = False) -> tuple[Export, ...]:
    """Return the exports in files and folders, in the order given.

    A zip is an export, whatever it is called, and so is a workbook, its sheets as tables. Sensor tables of
    one folder that differ only in the sensor's name are one export, with ``meta/`` and the app's other
    tables, of whatever sensor; every other file is one of its own. Raises UnreadableFileError for a missing
    path, what is no file, an empty file or folder, or more than 10,000 files. With `spare` such a path is an
    export whose `files` raise this, so that it stops no other.
    """
    given = [Path(paths)] if isinstance(paths, (str, Path)) else [Path(path) for path in paths]
    exports: list[Export] = []
    loose: list[Path] = []
    for path in given:
        try:
            if path.is_dir():
                exports += _from_folder(path)
            else:
                _check_file(path)
                loose.append(path)
        except (SourceError, OSError) as reason:
            if not spare:
                raise
            refusal = reason if isinstance(reason, SourceError) else _closed(path, reason)
            exports.append(Export(path.name, partial(_raise, refusal)))
    return tuple(exports + _from_loose(loose, spare=spare))


def _from_folder(folder: Path) -> list[Export]:
    inside = sorted(islice(_recordings(folder), MAX_FILES + 1))
    if not inside:
        raise _unreadable(
            f"The folder {folder.name} holds no recording.",
            "no readable file",
            "an export",
            "Check the name.",
        )
    if len(inside) > MAX_FILES:
        raise _unreadable(
            f"The folder {folder.name} is too large.",
            f"more than {MAX_FILES} files",
            f"at most {MAX_FILES}",
            "Give its subfolders.",
        )
    return _from_loose(inside, folder)


def _recordings(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that may be recordings; links to folders are not followed.

    Raises OSError for a folder that may not be read: its recordings would be missed unseen.
    """
    for place, _, names in os.walk(folder, onerror=_raise):
        paths = (Path(place, name) for name in names)
        yield from (path for path in paths if path.is_file() and _is_recording(path, folder))


def _raise(error: Exception) -> NoReturn:
    raise error


def _from_loose(paths: Sequence[Path], root: Path | None = None, *, spare: bool = False) -> list[Export]:
    """Group files into exports; each stands where its first file stood."""
    groups = _grouped(paths)
    owner = {path: key for key, members in groups.items() for path in members}
    exports: list[Export] = []
    done: set[tuple[Path, str]] = set()
    for path in paths:
        key = owner.get(path)
        if key is None:
            try:
                exports.append(_from_file(path, root))
            except SourceError as reason:
                if not spare:
                    raise
                exports.append(Export(path.name, partial(_raise, reason)))
        elif key not in done:
            done.add(key)
            exports.append(_from_group(groups[key], *key, root))
    return exports


def _grouped(paths: Sequence[Path]) -> dict[tuple[Path, str], list[Path]]:
    """Return sensor tables by folder and prefix, their companions and ``meta/`` files with them."""
    groups: dict[tuple[Path, str], list[Path]] = {}
    for path in paths:
        match = _SENSOR_TABLE.match(path.stem)
        if match and not _starts_as_zip(path):
            groups.setdefault((path.parent, match["prefix"] + match["number"]), []).append(path)
    sole = dict(list(groups))
    for path in paths:
        companion = _COMPANION.match(path.stem)
        key = (path.parent, companion["prefix"]) if companion else None
        if key not in groups:
            key = _beside(path, groups)
        if path.parent.name == "meta" and path.parent.parent in sole:
            key = (path.parent.parent, sole[path.parent.parent])
        if key in groups and path not in groups[key]:
            groups[key].append(path)
    return groups


def _beside(path: Path, groups: Mapping[tuple[Path, str], Sequence[Path]]) -> tuple[Path, str] | None:
    """Return the group of sensor tables that a table with the same app's clocks belongs to by its prefix."""
    prefixes = [prefix for folder, prefix in groups if folder == path.parent and path.stem.startswith(prefix)]
    if not prefixes or any(path in members for members in groups.values()):
        return None
    try:
        with path.open("rb") as file:
            head = table_head(file.read(400))
    except OSError:
        return None
    return (path.parent, max(prefixes, key=len)) if _COMPANION_HEAD.match(head) else None


def _from_group(members: Sequence[Path], folder: Path, prefix: str, root: Path | None) -> Export:
    first = _label(members[0], root)
    if prefix or root is None:
        name = first if len(members) == 1 else f"{first} and {len(members) - 1} more"
    else:
        name = folder.name if folder == root else _label(folder, root)
    return Export(name, partial(_read_group, members, folder, name), tuple(members))


def _read_group(members: Sequence[Path], folder: Path, name: str) -> Files:
    files: dict[str, bytes] = {}
    left = MAX_BYTES
    for path in sorted(members):
        files[path.relative_to(folder).as_posix()] = data = _content(path, name, left)
        left -= len(data)
    return files


def _from_file(path: Path, root: Path | None) -> Export:
    name = _label(path, root)
    if path.stat().st_size == 0:
        raise _empty(name, 0)
    return Export(name, partial(_read_file, path, name), (path,))


def _read_file(path: Path, name: str) -> Files:
    if is_media(path.name):
        raise _media(path, name)
    data = _content(path, name)
    if not data or data.isspace():
        raise _empty(name, len(data))
    return _members(data, path.name, name)


def _members(data: bytes, file_name: str, name: str) -> Files:
    """Return the files in a file: those of a zip, the sheets of a workbook, itself otherwise."""
    if is_xls(data):
        return read_xls(data, name)
    if not is_zip(data):
        return {file_name: data}
    members = unpack(data, name)
    return read_xlsx(members, name) if is_xlsx(members) else members


def _label(path: Path, root: Path | None) -> str:
    return path.name if root is None else path.relative_to(root).as_posix()


def _check_file(path: Path) -> None:
    """Refuse what is not there, or is a pipe or a device, which could be read for ever."""
    expected = "a file or a folder"
    if path.is_symlink() and not path.exists():
        raise _unreadable(
            f"{path.name} is a link that leads nowhere.", str(path), expected, "Check the link."
        )
    if not path.exists():
        raise _unreadable(f"{path.name} does not exist.", str(path), expected, "Check the name.")
    if not path.is_file():
        do = "Save the recording as a file first."
        raise _unreadable(f"{path.name} is not a file.", "a pipe or a device", expected, do)


def _content(path: Path, name: str, most: int = MAX_BYTES) -> bytes:
    """Return a file's bytes, at most so many; sound, pictures and video are listed but not read."""
    if is_media(path.name):
        return b""
    try:
        size = path.stat().st_size
        if size > most:
            raise _unreadable(
                f"{name} is too large.",
                f"{(MAX_BYTES - most + size) / 1e6:,.0f} MB",
                f"at most {MAX_BYTES / 1e6:.0f} MB, which is more than an hour",
                "Export one recording at a time, or a shorter part of it.",
            )
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise _closed(path, error) from None


def _closed(path: Path, error: OSError) -> UnreadableFileError:
    return _unreadable(
        f"{path.name} cannot be opened.",
        f"{error.strerror or 'an error'} at {error.filename or path}",
        "a file or folder you may read",
        "Check its permissions.",
    )


def _starts_as_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return is_zip(file.read(4))
    except OSError:
        return False


def _is_recording(path: Path, root: Path) -> bool:
    parts = path.relative_to(root).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    lone_media = is_media(path.name) and not _COMPANION.match(path.stem)
    return (
        not hidden
        and not lone_media
        and path.suffix.lower() not in _NOT_RECORDINGS
        and path.stat().st_size > 0
    )


def _empty(name: str, size: int) -> UnreadableFileError:
    return _unreadable(f"{name} is empty.", f"{size} bytes", "a recording", "Export the recording again.")


def _media(path: Path, name: str) -> UnreadableFileError:
    """Return the refusal of a picture, sound, video or track; by its beginning, else by its name."""
    with path.open("rb") as file:
        kind = kind_of(file.read(16)) or kind_called(path.name)
    return _unreadable(
        f"{name} is {kind.partition(' (')[0]}, which holds no movement.",
        f"{kind}, {path.stat().st_size:,} bytes",
        "a recording of acceleration: a table, JSON, or an app's zip",
        "Export the recording from the app that measured"
        + ("; a picture of its screen holds no numbers." if "picture" in kind else "."),
    )


def _unreadable(what: str, found: str, expected: str, do: str) -> UnreadableFileError:
    return UnreadableFileError(what, found=found, expected=expected, do=do)


def with_mapping(export: Export, name: str, mapping: bytes) -> Export:
    """Return the export with a column mapping added to its files."""
    return replace(export, content=partial(_with_file, export, name, mapping))


def _with_file(export: Export, name: str, data: bytes) -> Files:
    return {**export.files, name: data}
