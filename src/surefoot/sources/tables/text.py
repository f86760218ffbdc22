"""Bytes to text and its table: encodings, what is no text, where the header is, how decimals are written."""

import codecs
import csv
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final

from surefoot.errors import UnreadableFileError

_BEGINNINGS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"%PDF-", "a document (PDF)"),
    (b"{\\rtf", "a document (RTF)"),
    (b"ID3", "a sound file (MP3)"),
    (b"\xff\xfb", "a sound file (MP3)"),
    (b"fLaC", "a sound file (FLAC)"),
    (b"OggS", "a sound file or video (Ogg)"),
    (b"caff", "a sound file (CAF)"),
    (b"\x1aE\xdf\xa3", "a video (WebM or Matroska)"),
    (b"Rar!", "an archive (RAR)"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)"),
    (b"\x1f\x8b", "an archive (gzip)"),
    (b"BZh", "an archive (bzip2)"),
    (b"\xfd7zXZ", "an archive (xz)"),
    (b"SQLite format 3\0", "a database (SQLite)"),
    (b"PAR1", "a table in Parquet"),
    (b"\x89HDF\r\n\x1a\n", "a file in HDF5"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"bplist", "a property list"),
)
# Of boxes and containers, the letters behind the length or the size tell the kind.
_PARTS: Final[tuple[tuple[bytes, bytes, str], ...]] = (
    (b"RIFF", b"WEBP", "a picture (WebP)"),
    (b"RIFF", b"WAVE", "a sound file (WAV)"),
    (b"RIFF", b"AVI ", "a video (AVI)"),
)
_PICTURES: Final = (b"heic", b"heix", b"mif1", b"avif", b"heim", b"msf1")
_BY_ENDING: Final = {
    "picture": "gif heic jpeg jpg png bmp tif tiff webp",
    "sound file": "aac caf m4a mp3 ogg wav flac",
    "video": "3gp avi mov mp4 webm mkv",
    "track of places": "gpx kml kmz fit tcx",
}
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PAIRS: Final = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_PREFACE: Final = re.compile(r"\A(?:(?:sep=)?[,\s]*\n|sep=.?,*\s*\n)+", re.IGNORECASE)
_PART: Final = 100_000
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_NUMERIC: Final = re.compile(r"^[-+−]?(\d+([.,]\d*)?|[.,]\d+|∞|nan|inf)([eE][-+−]?\d+)?$", re.IGNORECASE)
_DECIMAL_COMMA: Final = re.compile(r"^[-+−]?\d+,\d+([eE][-+−]?\d+)?$")
_WHOLE_NUMBER: Final = re.compile(r"[-+−]?\d+([eE][-+−]?\d+)?")
_SEPARATOR_LINE: Final = re.compile(r'^"?sep=(.*?)"?[;,\t]*$', re.IGNORECASE)
_WHOLE_TIME: Final = re.compile(r"\d:\d\d:\d\d$")
_TIME: Final = re.compile(r"\d{1,2}:\d\d:\d\d")
_DATE: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_UNIT: Final = re.compile(r"m/?\(?s\^?[2²]\)?|m/\(s\^2\)|m?deg/s|m?dps|rad/s|m?g|ms")
_LINES_SEARCHED: Final = 200
_BYTES_SEARCHED: Final = 40_000


def kind_of(data: bytes) -> str:
    r"""Return what a file is by its beginning; an empty string where that is not known, or may be a table.

    >>> kind_of(b"\xff\xd8\xff\xe0..JFIF"), kind_of(b"\0\0\0\x18ftypheic"), kind_of(b"time,x,y,z\n")
    ('a picture (JPEG)', 'a picture (HEIC)', '')
    """
    if data[4:8] == b"ftyp":
        return "a picture (HEIC)" if data[8:12] in _PICTURES else "a video or sound file (MP4)"
    parted = (kind for head, part, kind in _PARTS if data.startswith(head) and data[8:12] == part)
    begun = (kind for beginning, kind in _BEGINNINGS if data.startswith(beginning))
    return next(parted, "") or next(begun, "")


def kind_called(name: str) -> str:
    """Return what a file is by the ending of its name; an empty string where that tells nothing.

    >>> kind_called("IMG_0001.HEIC"), kind_called("walk.gpx"), kind_called("a.csv")
    ('a picture', 'a track of places', '')
    """
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    kind = next((kind for kind, endings in _BY_ENDING.items() if ending in endings.split()), "")
    return f"a {kind}" if kind else ""


def clean_text(data: bytes, name: str = "the file") -> bytes:
    r"""Return `data` as UTF-8 without byte order mark, its lines ended by ``\n``.

    UTF-8 and UTF-16 with or without their marks, GBK where high bytes come in pairs, Windows-1252 otherwise.
    Raises UnreadableFileError for an empty file and for binary data.

    >>> clean_text("\ufeffa;b\r\n1,5;−2".encode("utf-16")).decode()
    'a;b\n1,5;−2'
    """
    if not data or data.isspace():
        raise UnreadableFileError(
            f"{_named(name)} is empty.",
            found=f"{len(data)} bytes",
            expected="a recording",
            do="Export the recording again.",
        )
    text = _utf16(data, name) if data.startswith(_UTF16) else data.removeprefix(codecs.BOM_UTF8)
    if _CONTROL.search(text, 0, 4096) or b"\x00" in text:
        raise _not_text(name, kind_of(data))
    text = _utf8(text, name)
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text


def first_text(data: bytes, size: int = 4096) -> str:
    """Return the beginning of `data` as text, an empty string where it is none; never raises.

    >>> first_text(b"time,x"), first_text(bytes([0, 1, 2]))
    ('time,x', '')
    """
    try:
        return clean_text(data[:size]).decode()
    except UnreadableFileError:
        return ""


def table_head(data: bytes, size: int = 4096) -> str:
    r"""Return the beginning of a table as apps write it, however a spreadsheet re-saved it; never raises.

    Without a ``sep=`` line, blank lines and quotes, and with commas between the cells.

    >>> table_head(b'sep=;\r\n\r\n"time"; "x"\r\n0,5;1,5\r\n')
    'time,x\n0,5,1,5\n'
    """
    plain = re.sub(r"[;\t] *|, +", ",", first_text(data, size).replace('"', ""))
    return skip_preface(plain)


def skip_preface(text: str) -> str:
    r"""Return text without blank lines and a ``sep=`` line, whole or mangled, at its beginning.

    >>> skip_preface("sep=,,,,\n\ntime,x\n")
    'time,x\n'
    """
    return _PREFACE.sub("", text)


def _utf16(data: bytes, name: str) -> bytes:
    whole = data[: len(data) // 2 * 2]
    try:
        return whole.decode("utf-16").removeprefix("\ufeff").encode()
    except UnicodeError:
        raise _not_text(name) from None


def _utf8(text: bytes, name: str) -> bytes:
    if text.isascii():
        return text
    wrong = _first_wrong(text)
    if wrong >= len(text) - 3:
        return text[:wrong]
    try:
        return (_gbk(text) or text.decode("cp1252")).encode()
    except UnicodeDecodeError:
        raise _not_text(name) from None


def _first_wrong(text: bytes) -> int:
    """Return where `text` ceases to be UTF-8; decoded in parts, as one rare letter would swell them all."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(text), _PART):
        pending, part = len(decoder.getstate()[0]), text[start : start + _PART]
        if not pending and part.isascii():
            continue
        try:
            decoder.decode(part)
        except UnicodeDecodeError as error:
            return start - pending + error.start
    return len(text) - len(decoder.getstate()[0])


def _gbk(text: bytes) -> str:
    """Return Chinese text; an empty string where high bytes do not come in pairs (``²`` stands alone).

    The last pair may be cut.
    """
    for whole in (text, text[:-1]):
        if not whole.isascii() and _PAIRS.sub(b"", whole).isascii():
            return whole.decode("gbk", errors="replace")
    return ""


def _not_text(name: str, kind: str = "") -> UnreadableFileError:
    return UnreadableFileError(
        f"{_named(name)} cannot be read as text.",
        found=kind or "binary data",
        expected="text (UTF-8, UTF-16, GBK or Windows-1252) or a zip of text files",
        do="Export as CSV or JSON; `surefoot show formats` lists what can be read.",
    )


def _named(name: str) -> str:
    return name[:1].upper() + name[1:] if name.startswith("the ") else name


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a table is written: names, delimiter, decimal sign, cells a line, and the bytes of its body."""

    names: tuple[str, ...]
    has_header: bool
    delimiter: str
    decimal: str
    fields: int
    quoted: bool
    body: bytes


def split_line(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line, quotes removed."""
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return [cell.strip(' "') for cell in line.split(delimiter)]


def split_cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line with their quotes, split outside of quotes only."""
    if '"' not in line:
        return line.split(delimiter)
    return re.split(rf'{re.escape(delimiter)}(?=(?:[^"]*"[^"]*")*[^"]*$)', line)


def delimiter_of(line: str) -> str:
    """Return what seems to separate the cells of a line."""
    return next((mark for mark in ";\t" if mark in line), ",")


def find_layout(text: bytes, name: str = "the file") -> TableLayout:
    """Return the layout of the first numeric table in `text` (UTF-8, lines ended by newlines).

    Raises UnreadableFileError where there is none, or where commas separate both cells and decimals.
    """
    offset = 0
    before: list[str] = []
    raw_lines = text[:_BYTES_SEARCHED].split(b"\n")[:_LINES_SEARCHED]
    stated = _stated_delimiter(raw_lines)
    for raw in raw_lines:
        line = raw.decode(errors="replace")
        delimiter = stated or delimiter_of(line)
        cells = _without_trailing(split_line(line, delimiter))
        if len(cells) >= 2 and _is_numeric_row(cells):
            return _layout(text[offset:], delimiter, cells, _header(before, delimiter, len(cells)), name)
        before.append(line)
        offset += len(raw) + 1
    raise UnreadableFileError(
        f"{name} holds no table of numbers.",
        found=f"{before[0][:60]!r} at the beginning",
        expected="a header and rows of numbers, separated by comma, semicolon or tab",
        do="Export as CSV or JSON; `surefoot show formats` lists what can be read.",
    )


def _layout(body: bytes, delimiter: str, first: list[str], header: list[str], name: str) -> TableLayout:
    # Spreadsheets and data frames leave the name of a first column empty; a place is a name as well.
    names = _without_trailing(header) or [""] * len(first)
    columns = [cell or f"column {number}" for number, cell in enumerate(names, 1)]
    columns = _with_parted_time(columns, first) if len(first) == len(columns) + 1 else columns
    whole = all(_WHOLE_NUMBER.fullmatch(cell) for cell in first if cell)
    if delimiter == "," and len(first) > len(columns) and whole:
        raise UnreadableFileError(
            f"{name} uses commas both between the columns and inside the numbers.",
            found=f"{len(columns)} column names but {len(first)} cells, such as {','.join(first)[:60]!r}",
            expected="a semicolon or tab between the columns, or a point in the numbers",
            do="Export again with another delimiter, such as semicolon.",
        )
    lines = [line.decode(errors="replace") for line in body[:_BYTES_SEARCHED].split(b"\n")[:50]]
    fields, quoted = len(split_line(lines[0], delimiter)), b'"' in body
    cells = (cell for line in lines for cell in split_line(line, delimiter))
    decimal = "," if (delimiter != "," or quoted) and any(map(_DECIMAL_COMMA.match, cells)) else "."
    return TableLayout(tuple(columns), bool(header), delimiter, decimal, fields, quoted, body)


def _with_parted_time(columns: list[str], first: list[str]) -> list[str]:
    """Return the names where one of them stands for two cells: a time and its fraction, or a date and a time.

    >>> _with_parted_time(["time", "x"], ["08:30:00", "250", "0.1"])
    ['time', 'time (ms)', 'x']
    >>> _with_parted_time(["time", "x"], ["2026-03-02", "08:30:00.250", "0.1"])
    ['date of time', 'time', 'x']
    """
    for place, (cell, following) in enumerate(pairwise(first)):
        name = columns[min(place, len(columns) - 1)]
        if _WHOLE_TIME.search(cell) and re.fullmatch(r"\d{3}(\d{3})?", following):
            unit = "ms" if len(following) == 3 else "us"
            return [*columns[: place + 1], f"{name} ({unit})", *columns[place + 1 :]]
        if _DATE.fullmatch(cell) and _TIME.match(following):
            return [*columns[:place], f"date of {name}", *columns[place:]]
    return columns


def _stated_delimiter(lines: list[bytes]) -> str:
    """Return the delimiter a ``sep=`` line names; an empty string where there is none or it was mangled."""
    for raw in lines[:3]:
        line = raw.decode(errors="replace")
        match = _SEPARATOR_LINE.match(line.strip())
        if match and len(match[1]) == 1:
            return match[1]
        if line.strip().lower().startswith("sep=\t"):
            return "\t"
    return ""


def _is_numeric_row(cells: list[str]) -> bool:
    """Tell whether a line is data: most of its filled cells, and at least two, are numbers.

    Dates and times of day, of which there may be several, count for neither.
    """
    filled = [cell for cell in cells if cell and not (_TIME.search(cell) or _DATE.match(cell))]
    numbers = sum(bool(_NUMERIC.match(cell)) for cell in filled)
    return numbers >= 2 and 2 * numbers >= len(filled)


def _header(before: list[str], delimiter: str, fields: int) -> list[str]:
    """Return the column names above the first row of numbers, with a row of units folded in."""
    rows = [_without_trailing(split_line(line, delimiter)) for line in before if line.strip()]
    if not rows or len(rows[-1]) < 2 or _SEPARATOR_LINE.match(before[-1].strip()):
        return []
    if len(rows) > 1 and len(rows[-2]) == len(rows[-1]) <= fields and any(map(_UNIT.fullmatch, rows[-1])):
        return [f"{name} ({unit})" for name, unit in zip(rows[-2], rows[-1], strict=True)]
    return rows[-1]


def _without_trailing(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells
