"""What identifies a place or a device is removed from an export before it is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final

_MEDIA: Final = re.compile(
    r"\.(3gp|aac|avi|caf|gif|gpx|heic|jpe?g|kml|m4a|mov|mp3|mp4|ogg|png|wav|webm)$", re.IGNORECASE
)
_MEMBERS: Final = re.compile(
    r"(^|[-_ ])(location|gps|microphone|camera|audio|video|photo|bluetooth|wifi|network)", re.IGNORECASE
)
_EXACT: Final = re.compile(
    r"^(lat|lon|lng|alt|ip|mac|b?ssid|udid|guid|uid|imei|idfa|idfv|serial|gaid|meid|iccid)$"
)
_WITHIN: Final = re.compile(
    r"latitude|longitude|altitude|ipaddress|macaddress|ssid|deviceid|userid|uuid|serialn|advertis"
    r"|nodename|identifierforvendor|androidid|activationcode|participantid|imei|idfa|idfv"
    r"|^(location|audio|camera|microphone)|^ip(en|pdp|awdl)\d*"
)
# A hardware address, parted or not; twelve digits without a letter are a date.
_ADDRESS: Final = re.compile(
    r"(?<![0-9A-Fa-f])(?:(?:[0-9A-Fa-f]{2}[:._-]){5}[0-9A-Fa-f]{2}|(?=[0-9]*[A-Fa-f])[0-9A-Fa-f]{12})(?![0-9A-Fa-f])"
)
_HEAD_BYTES: Final = 64_000
_HEAD_LINES: Final = 60
_PART: Final = 1_000_000
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_JSON: Final = (b"{", b"[")
_KEY: Final = re.compile(rb'"((?:[^"\\]|\\.){1,80})"\s*:')
_RECORD: Final = re.compile(rb'"(?:sensor|name)"\s*:\s*"((?:[^"\\]|\\.){1,80})"')


def is_media(member: str) -> bool:
    """Tell whether a file is sound, picture, video or track by its name.

    >>> is_media("Microphone.mp4"), is_media("Accelerometer.csv")
    (True, False)
    """
    return bool(_MEDIA.search(member))


def scrub(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    r"""Return the files less everything that identifies a place or a device, and the names of what went.

    Whole members (location, sound, pictures), columns of tables and keys of JSON. A file in which nothing
    is dropped keeps its bytes; in a table, so do all other cells.

    >>> scrub({"a.csv": b"time,latitude,x\n1,52.1,3.0\n", "Location.csv": b"..."})
    ({'a.csv': b'time,x\n1,3.0\n'}, ('Location.csv', 'a.csv: latitude'))
    """
    kept: dict[str, bytes] = {}
    dropped: list[str] = []
    for member, data in sorted(files.items()):
        if _is_private_member(member):
            dropped.append(member)
            continue
        name = _without_address(member, kept)
        dropped += [f"{member}: the device's address in its name"] if name != member else []
        json_text = _as_json(data)
        kept[name], names = _scrub_table(data) if json_text is None else _scrub_json(json_text)
        if not names:
            kept[name] = data
        dropped += [f"{member}: {name}" for name in names]
    return kept, tuple(sorted(dropped))


def private_names(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return what `scrub` would drop, without doing it."""
    names: list[str] = []
    for member, data in sorted(files.items()):
        if _is_private_member(member):
            names.append(member)
        else:
            names += [f"{member}: the device's address in its name"] if _ADDRESS.search(member) else []
            text = _as_json(data)
            found = _scrub_table(data[:_HEAD_BYTES])[1] if text is None else _json_names(text)
            names += [f"{member}: {name}" for name in found]
    return tuple(sorted(names))


def _without_address(member: str, taken: Mapping[str, bytes]) -> str:
    """Return a member's name without hardware addresses, unlike those `taken`."""
    name, count = _ADDRESS.sub("device", member), 1
    while name != member and name in taken:
        count += 1
        name = _ADDRESS.sub(f"device{count}", member)
    return name


def _is_private_member(member: str) -> bool:
    path = PurePosixPath(member)
    return is_media(member) or any(_MEMBERS.search(part) for part in (*path.parts[:-1], path.stem))


def _identifies(name: str) -> bool:
    """Tell whether a column or key names a place or a device.

    >>> [_identifies(name) for name in ("Latitude", "device id", "IP_en0(txt)", "time", "x (m/s^2)")]
    [True, True, True, False, False]
    """
    plain = re.sub(r"\([^)]*\)|[^a-z0-9]", "", name.lower())
    # "device name" is a phone's model; WitMotion's holds half of the sensor's address.
    return name == "DeviceName" or bool(_EXACT.search(plain) or _WITHIN.search(plain))


def _as_json(data: bytes) -> bytes | None:
    """Return JSON as UTF-8, None where the data is none."""
    if data.startswith(_UTF16) and data[2:4].strip(b"\0") in _JSON:
        data = data.decode("utf-16", errors="replace").encode(errors="replace")
    return data if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in _JSON else None


def _json_names(data: bytes) -> list[str]:
    keys = _distinct(_KEY, data)
    records = _distinct(_RECORD, data)
    return sorted([k for k in keys if _identifies(k)] + [r for r in records if _MEMBERS.search(r)])


def _distinct(pattern: re.Pattern[bytes], data: bytes) -> set[str]:
    return {_unescaped(name) for name in {match[1] for match in pattern.finditer(data)}}


def _unescaped(name: bytes) -> str:
    text = name.decode(errors="replace")
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text


def _scrub_json(data: bytes) -> tuple[bytes, list[str]]:
    private = _json_names(data)
    if not private:
        return data, []
    try:
        return json.dumps(_without(json.loads(data)), ensure_ascii=False).encode(), private
    except (ValueError, RecursionError):
        return b"", private


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(item) for key, item in value.items() if not _identifies(key)}
    if isinstance(value, list):
        return [_without(item) for item in value if not _is_private_record(item)]
    return value


def _is_private_record(item: Any) -> bool:
    names = (item.get("sensor"), item.get("name")) if isinstance(item, dict) else ()
    return any(isinstance(name, str) and _MEMBERS.search(name) for name in names)


def _scrub_table(data: bytes) -> tuple[bytes, list[str]]:
    """Return a table without private columns and, above them, lines that hold one thing of a device."""
    encoding = "utf-16" if data.startswith(_UTF16) else "latin-1"
    try:
        text = data.decode(encoding)
    except UnicodeError:
        return data, []
    lines = text.split("\n", _HEAD_LINES)
    head, rest = lines[:_HEAD_LINES], lines[_HEAD_LINES:]
    dropped: list[str] = []
    columns: set[int] = set()
    kept = []
    for number, line in enumerate(head):
        if not columns:
            private = [index for index, cell in enumerate(_cells(line)) if _identifies(_name(cell))]
            dropped += [_told(_name(_cells(line)[index]), encoding) for index in private]
            if private == [0] and any(earlier.strip() for earlier in head[:number]):
                continue
            columns = set(private)
        kept.append(_drop_cells(line, columns) if columns else line)
    if not dropped:
        return data, []
    kept += [_drop_columns(part, columns) for part in rest]
    return "\n".join(kept).encode(encoding), dropped


def _drop_columns(text: str, columns: set[int]) -> str:
    """Return lines without some of their cells, taken apart some thousand at a time."""
    if not columns:
        return text
    parts, start = [], 0
    while start < len(text):
        stop = text.find("\n", start + _PART) + 1 or len(text)
        parts.append("\n".join(_drop_cells(line, columns) for line in text[start:stop].split("\n")))
        start = stop
    return "".join(parts)


def _told(name: str, encoding: str) -> str:
    """Return a column's name as its owner wrote it, where bytes were taken for letters one by one."""
    return name if encoding == "utf-16" else name.encode(encoding).decode(errors="replace")


def _name(cell: str) -> str:
    """Return the name in a header or property cell, without byte order mark, quotes and value."""
    return cell.strip(' "\r@\ufeffï»¿').partition(":")[0]


def _drop_cells(line: str, columns: set[int]) -> str:
    ending = "\r" if line.endswith("\r") else ""
    cells = _cells(line.removesuffix("\r"))
    delimiter = _delimiter_of(line)
    return delimiter.join(cell for index, cell in enumerate(cells) if index not in columns) + ending


def _delimiter_of(line: str) -> str:
    return next((mark for mark in ";\t" if mark in line), ",")


def _cells(line: str) -> list[str]:
    """Return the cells of a line with their quotes, split outside of quotes only."""
    delimiter = _delimiter_of(line)
    if '"' not in line:
        return line.split(delimiter)
    return re.split(rf'{delimiter}(?=(?:[^"]*"[^"]*")*[^"]*$)', line)
