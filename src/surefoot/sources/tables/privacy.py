"""Which names in an export tell a place or a device, so that they are not shown where columns are named.

What is kept of an export is not decided here, by names, but by what its source reads of it.
"""

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from surefoot.sources.tables.text import delimiter_of, split_cells

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


def private_names(files: Mapping[str, bytes]) -> tuple[str, ...]:
    r"""Return the members, columns and keys whose names tell a place, a device or a voice.

    >>> private_names({"a.csv": b"time,latitude,x\n1,52.1,3.0\n", "Location.csv": b"..."})
    ('Location.csv', 'a.csv: latitude')
    """
    names: list[str] = []
    for member, data in sorted(files.items()):
        path = PurePosixPath(member)
        if is_media(member) or any(map(_MEMBERS.search, (*path.parts[:-1], path.stem))):
            names.append(member)
        else:
            names += [f"{member}: the device's address in its name"] if _ADDRESS.search(member) else []
            text = _as_json(data)
            found = _table_names(data[:_HEAD_BYTES]) if text is None else _json_names(text)
            names += [f"{member}: {name}" for name in found]
    return tuple(sorted(names))


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


def _table_names(data: bytes) -> list[str]:
    """Return the names in a table's header, and above it, that tell a place or a device."""
    encoding = "utf-16" if data.startswith(_UTF16) else "latin-1"
    lines = data.decode(encoding, errors="replace").split("\n", _HEAD_LINES)[:_HEAD_LINES]
    names: list[str] = []
    for number, line in enumerate(lines):
        cells = split_cells(line, delimiter_of(line))
        private = [index for index, cell in enumerate(cells) if _identifies(_name(cell))]
        names += [_told(_name(cells[index]), encoding) for index in private]
        is_property = private == [0] and any(earlier.strip() for earlier in lines[:number])
        if private and not is_property:
            break
    return names


def _told(name: str, encoding: str) -> str:
    """Return a column's name as its owner wrote it, where bytes were taken for letters one by one."""
    return name if encoding == "utf-16" else name.encode(encoding).decode(errors="replace")


def _name(cell: str) -> str:
    """Return the name in a header or property cell, without byte order mark, quotes and value."""
    return cell.strip(' "\r@\ufeffï»¿').partition(":")[0]
