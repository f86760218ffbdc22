"""Paths to exports: which files on disk belong to one recording."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from surefoot.errors import UnreadableFileError
from surefoot.tables import Files, is_media, is_xls, is_xlsx, is_zip, read_xls, read_xlsx, unpack
from surefoot.tables.archive import MAX_BYTES, MAX_MEMBERS

_SENSOR_TABLE: Final = re.compile(
    r"^(?P<prefix>|.*?[-_ ])"
    r"(?P<sensor>TotalAcceleration|Accelerometer(Uncalibrated)?|Gyroscope(Uncalibrated)?|Gravity"
    r"|Linear Acceleration|Linear Accelerometer|Acceleration|ACC|(?<=_)motion)"
    r"(?P<number>\d*)(_[\d.]+Hz_[\d.]+)?$",
    re.IGNORECASE,
)
_COMPANION: Final = re.compile(
    r"^(?P<prefix>|.*?[-_ ])(Metadata|Annotation|Magnetometer(Uncalibrated)?|Orientation|Barometer|Pressure"
    r"|Location|GPS|Pedometer|Battery|Brightness|Light|Microphone|Compass|Heading|Activity|Network|WristMotion"
    r"|channels|BVP|EDA|HR|IBI|TEMP|tags|info)$",
    re.IGNORECASE,
)
_NOT_RECORDINGS: Final = frozenset({".md", ".py", ".ipynb", ".html", ".pdf", ".toml", ".rst"})


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """What an app exported in one go: a name to show, its files by their names within it, where they lay."""

    name: str
    files: Files = field(repr=False)
    paths: tuple[Path, ...] = ()


def collect(paths: Path | str | Iterable[Path | str]) -> tuple[Export, ...]:
    """Return the exports in files and folders, in the order given.

    A zip is an export, whatever it is called, and so is a workbook, its sheets as tables. Sensor tables of
    one folder that differ only in the sensor's name are one export, with ``meta/`` and the app's other
    tables; every other file is one of its own. Raises UnreadableFileError for a missing path, an empty file
    or folder, a broken zip or workbook.
    """
    given = [Path(paths)] if isinstance(paths, (str, Path)) else [Path(path) for path in paths]
    exports: list[Export] = []
    loose: list[Path] = []
    for path in given:
        if not path.exists():
            raise _unreadable(
                f"{path.name} does not exist.", str(path), "a file or a folder", "Check the name."
            )
        if path.is_dir():
            exports += _from_folder(path)
        else:
            loose.append(path)
    return tuple(exports + _from_loose(loose))


def _from_folder(folder: Path) -> list[Export]:
    inside = sorted(path for path in folder.rglob("*") if path.is_file() and _is_recording(path, folder))
    if not inside:
        raise _unreadable(
            f"The folder {folder.name} holds no recording.",
            "no readable file",
            "an export",
            "Check the name.",
        )
    if len(inside) > 10 * MAX_MEMBERS:
        raise _unreadable(
            f"The folder {folder.name} is too large.",
            f"{len(inside)} files",
            f"at most {10 * MAX_MEMBERS}",
            "Give its subfolders.",
        )
    return _from_loose(inside, folder)


def _from_loose(paths: Sequence[Path], root: Path | None = None) -> list[Export]:
    """Group files into exports; each stands where its first file stood."""
    groups = _grouped(paths)
    owner = {path: key for key, members in groups.items() for path in members}
    exports: list[Export] = []
    done: set[tuple[Path, str]] = set()
    for path in paths:
        key = owner.get(path)
        if key is None:
            exports.append(_from_file(path, root))
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
        if path.parent.name == "meta" and path.parent.parent in sole:
            key = (path.parent.parent, sole[path.parent.parent])
        if key in groups and path not in groups[key]:
            groups[key].append(path)
    return groups


def _from_group(members: Sequence[Path], folder: Path, prefix: str, root: Path | None) -> Export:
    files = {path.relative_to(folder).as_posix(): _content(path) for path in sorted(members)}
    first = _label(members[0], root)
    if prefix or root is None:
        name = first if len(members) == 1 else f"{first} and {len(members) - 1} more"
    else:
        name = folder.name if folder == root else _label(folder, root)
    return Export(name, files, tuple(members))


def _from_file(path: Path, root: Path | None) -> Export:
    data = _content(path)
    name = _label(path, root)
    if not data.strip():
        raise _unreadable(
            f"{name} is empty.", f"{len(data)} bytes", "a recording", "Export the recording again."
        )
    return Export(name, _members(data, path.name, name), (path,))


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


def _content(path: Path) -> bytes:
    """Return a file's bytes; sound, pictures and video are listed but not read."""
    if is_media(path.name):
        return b""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _unreadable(
                f"{path.name} is too large.",
                f"{size / 1e6:.0f} MB",
                f"at most {MAX_BYTES / 1e6:.0f} MB",
                "Export one recording at a time.",
            )
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(
            f"{path.name} cannot be opened.",
            error.strerror or "an error",
            "a file you may read",
            "Check its permissions.",
        ) from None


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


def _unreadable(what: str, found: str, expected: str, do: str) -> UnreadableFileError:
    return UnreadableFileError(what, found=found, expected=expected, do=do)


def with_mapping(export: Export, name: str, mapping: bytes) -> Export:
    """Return the export with a column mapping added to its files."""
    files: Mapping[str, bytes] = {**export.files, name: mapping}
    return replace(export, files=files)
