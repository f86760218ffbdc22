"""GENEActiv: its ``.bin`` (text with pages of hexadecimal samples) and the raw CSV of its PC program.

Specific force in g, no gyroscope. Fields that nobody filled are padded with NUL. In the ``.bin`` each page
has a time, a rate and up to 300 samples of 48 bits: x, y and z of 12 bits, light, button. With gain and
offset of the file's own calibration, ``g = (100 raw - offset) / gain``. In the CSV 100 lines come before rows
of date, x, y, z and more. Source: Activinsights, *GENEActiv Instructions for Use*, decoding; wadpac/GGIRread.
"""

import re
from datetime import datetime
from typing import Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Recording
from surefoot.sources.assembly.clocks import date_seconds, zone_of
from surefoot.sources.assembly.one_file import one_file
from surefoot.sources.assembly.recordings import Origin, assemble
from surefoot.sources.assembly.timing import Signal, check_samples
from surefoot.sources.tables import clean_text, first_text, read_table

TITLE: Final = "GENEActiv (bin or CSV)"

_HEAD: Final = re.compile(r"Device Identity\s*\n|Device Type,GENEActiv", re.IGNORECASE)
_PAGE: Final = re.compile(
    r"Recorded Data\n(?:[^\n]*\n){2}Page Time:([^\n]+)\n(?:[^\n]*\n){4}Measurement Frequency:([\d.]+)\n"
    r"([0-9A-Fa-f]*)"
)
_ROW: Final = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d{3},", re.MULTILINE)
_DIGITS: Final = 12


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    text = clean_text(_unpadded(data), member).decode()
    if text.startswith("Device Identity"):
        time_s, values, start = _from_pages(text, member)
    else:
        time_s, values, start = _from_rows(text, member)
    return (assemble(Signal("acceleration", time_s, values, "g"), None, Origin(+1, clock_zero=start)),)


claims, parse = one_file(lambda data: _HEAD.match(first_text(_unpadded(data[:400]))), _read)


def _unpadded(data: bytes) -> bytes:
    """Return text without the NULs that fill its empty fields; UTF-16, which is full of them, as it is."""
    return data if data.startswith((b"\xff\xfe", b"\xfe\xff")) else data.replace(b"\0", b"")


def _from_pages(text: str, member: str) -> tuple[Floats, Floats, datetime | None]:
    pages = _PAGE.findall(text)
    check_samples(sum(len(page[2]) for page in pages) // _DIGITS, member)
    gains = [_number(text, f"{axis} gain", member) for axis in "xyz"]
    offsets = [_number(text, f"{axis} offset", member) for axis in "xyz"]
    if not pages or not all(gains) or not all(1 <= float(page[1]) <= 1000 for page in pages):
        raise _unreadable(member, f"{len(pages)} pages")
    raw = [_samples(page[2]) for page in pages]
    starts_s = date_seconds([page[0].strip() for page in pages])
    times = [s + np.arange(len(r)) / float(p[1]) for s, r, p in zip(starts_s, raw, pages, strict=True)]
    zone = re.search(r"Time Zone:GMT ([+-]\d\d:\d\d)", text[:10_000])
    return np.concatenate(times), (100 * np.concatenate(raw) - offsets) / gains, _start(pages[0][0], zone)


def _from_rows(text: str, member: str) -> tuple[Floats, Floats, datetime | None]:
    first = _ROW.search(text)
    if first is None:
        raise _unreadable(member, "no rows that begin with a date")
    table = read_table(text[first.start() :].encode(), member)
    if len(table.names) < 4:
        raise _unreadable(member, f"{len(table.names)} columns")
    stamps = table.texts(table.names[0])
    zone = re.search(r"Time Zone,GMT ([+-]\d\d:\d\d)", text[:10_000])
    return date_seconds(stamps), table.block(slice(1, 4)), _start(stamps[0], zone)


def _start(stamp: str, zone: re.Match[str] | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(re.sub(r":(?=\d{3}$)", ".", stamp.strip()))
    except ValueError:
        return None
    return moment.replace(tzinfo=zone_of(zone[1])) if zone else None


def _number(text: str, name: str, member: str) -> float:
    match = re.search(rf"^{name}:\s*(-?\d+)\s*$", text[:10_000], re.MULTILINE)
    if match is None:
        raise _unreadable(member, f"no {name}")
    return float(match[1])


def _samples(digits: str) -> Floats:
    """Return x, y and z (n, 3) of hexadecimal samples, a last one that was cut left out.

    >>> _samples("001FFF800000" + "7F").tolist()
    [[1.0, -1.0, -2048.0]]
    """
    whole = digits[: len(digits) // _DIGITS * _DIGITS]
    halves = np.frombuffer(bytes.fromhex(whole), np.uint8).reshape(-1, 6).astype(np.int64)
    a, b, c, d, e = (halves[:, place] for place in range(5))
    raw = np.column_stack([a << 4 | b >> 4, (b & 15) << 8 | c, d << 4 | e >> 4])
    return np.where(raw >= 2048, raw - 4096, raw).astype(np.float64)


def _unreadable(member: str, found: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{member} does not hold what a GENEActiv writes.",
        found=found,
        expected="pages with times and a calibration, or rows of date, x, y and z",
        do="Extract the data from the device again.",
    )
