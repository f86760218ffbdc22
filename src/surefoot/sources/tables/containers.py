"""Files that hold files to files in memory, within bounds: zips, and Excel workbooks as CSV, one a sheet.

Of workbooks, .xls is read by xlrd and .xlsx here: bounds are checked before memory is taken.
"""

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Final
from xml.etree import ElementTree as ET

from surefoot.errors import UnreadableFileError
from surefoot.sources.tables.privacy import is_media

Files = Mapping[str, bytes]

MAX_MEMBERS: Final = 1000
MAX_BYTES: Final = 120_000_000
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
Row = list[str | float]

MAX_COLUMNS: Final = 256
_MAX_XLS_BYTES: Final = 15_000_000
_MAX_STRINGS: Final = 1_000_000
# Half an hour of four columns at 100 Hz. XML takes a hundred times as long to read as CSV does.
_MAX_CELLS: Final = 800_000
_MAX_DEPTH: Final = 20
_DECLARATION: Final = re.compile(rb"<!(?!--|\[CDATA\[)|\0")
# Formats of a spreadsheet reach over a million rows that hold nothing.
_EMPTY_ROWS: Final = re.compile(rb"(?:<row\b[^<>]*(?:/>|>(?:\s*<c\b[^<>]*/>)*+\s*</row>)\s*+)++")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s>/]")
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_BOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STRINGS: Final = "xl/sharedStrings.xml"


def is_zip(data: bytes) -> bool:
    """Tell whether `data` begins as a zip does, whatever the file is called."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def unpack(data: bytes, name: str = "the file") -> dict[str, bytes]:
    """Return the files in a zip by their names; sound, pictures and video are listed but left empty.

    Raises UnreadableFileError for a broken or encrypted zip, more than 1000 members, more than 120 MB, a zip
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


def is_xls(data: bytes) -> bool:
    """Tell whether `data` begins as a workbook of Excel 97 to 2003 does."""
    return data.startswith(_OLE)


def is_xlsx(members: Mapping[str, bytes]) -> bool:
    """Tell whether the files of a zip are a workbook of Excel 2007 or later."""
    return _BOOK in members


def read_xls(data: bytes, name: str = "the file") -> dict[str, bytes]:
    """Return the sheets of a workbook as CSV by their names.

    Raises UnreadableFileError where it is broken or larger than 15 MB.
    """
    if len(data) > _MAX_XLS_BYTES:
        raise _broken(name, f"{len(data) / 1e6:.0f} MB, where at most {_MAX_XLS_BYTES / 1e6:.0f} MB are read")
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
        titles = book.sheet_names()
        tables = ((_member(title), _csv(_xls_rows(book, title))) for title in titles)
        return _bounded(tables, name)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 (whatever a foreign reader stumbles over, the file is broken)
        raise _broken(name, f"{type(error).__name__}: {error}") from None


def read_xlsx(members: Mapping[str, bytes], name: str = "the file") -> dict[str, bytes]:
    """Return the sheets of a workbook, given as the files of its zip, as CSV by their names.

    Raises UnreadableFileError where it is broken, declares entities, has more than 256 columns, 800,000 cells
    in a sheet or 120 MB.
    """
    try:
        relations = _elements(members[_RELATIONS], "Relationship", name)
        targets = {item.get("Id"): item.get("Target", "") for item in relations}
        strings = _strings(members.get(_STRINGS, b""), name)
        sheets = list(_elements(members[_BOOK], "sheet", name))
        parts = ((item.get("name", ""), _part(members, targets, item)) for item in sheets)
        return _bounded(((_member(t), _csv(_rows(part, strings, name))) for t, part in parts), name)
    except (KeyError, IndexError, ValueError, ET.ParseError) as error:
        raise _broken(name, f"{type(error).__name__}: {error}") from None


def _part(members: Mapping[str, bytes], targets: Mapping[str | None, str], sheet: ET.Element) -> bytes:
    key = next(value for key, value in sheet.items() if key.endswith("}id"))
    target = targets[key]
    return members[target.lstrip("/") if target.startswith("/") else f"xl/{target}"]


def _xls_rows(book: Any, title: str) -> Iterator[Row]:
    """Yield the rows of a sheet, which is forgotten after."""
    sheet = book.sheet_by_name(title)
    yield from (sheet.row_values(row) for row in range(sheet.nrows))
    book.unload_sheet(title)


def _bounded(tables: Iterable[tuple[str, bytes]], name: str) -> dict[str, bytes]:
    """Return tables by their names while they are not too large together."""
    files: dict[str, bytes] = {}
    for title, table in tables:
        files[title] = table
        if sum(map(len, files.values())) > MAX_BYTES:
            raise _broken(name, f"tables of more than {MAX_BYTES / 1e6:.0f} MB")
    return files


def _strings(data: bytes, name: str) -> list[str]:
    if not data:
        return []
    strings = [_text(item) for item in islice(_elements(data, "si", name), _MAX_STRINGS + 1)]
    if len(strings) > _MAX_STRINGS:
        raise _broken(name, f"more than {_MAX_STRINGS:,} texts")
    return strings


def _rows(data: bytes, strings: list[str], name: str) -> Iterator[Row]:
    filled = _EMPTY_ROWS.sub(b"", data)
    cells = sum(1 for _ in _CELL.finditer(filled))
    if cells > _MAX_CELLS:
        raise _broken(name, f"a sheet of {cells:,} cells, where at most {_MAX_CELLS:,} are read")
    for row in _elements(filled, "row", name):
        values: Row = []
        for cell in row:
            place = _column(cell.get("r", ""), len(values), name)
            values += [""] * (place - len(values))
            values.append(_value(cell, strings))
        yield values


def _elements(data: bytes, tag: str, name: str) -> Iterator[ET.Element]:
    """Yield the elements of an XML part that are called `tag`; what was read is forgotten.

    Declarations of entities, which can name other files or grow without end, are refused.
    """
    if _DECLARATION.search(data):
        raise _broken(name, "XML with declarations of its own")
    path: list[ET.Element] = []
    within = 0
    for event, item in ET.iterparse(io.BytesIO(data), ("start", "end")):  # noqa: S314 (nothing is declared)
        is_wanted = _tag(item) == tag
        if event == "start":
            path.append(item)
            within += is_wanted
        else:
            path.pop()
            within -= is_wanted
            if is_wanted:
                yield item
            if path and not within:
                path[-1].remove(item)
        if len(path) > _MAX_DEPTH or (within and len(path[-1]) > 2 * MAX_COLUMNS):
            raise _broken(name, "XML that no workbook holds")


def _column(reference: str, following: int, name: str) -> int:
    """Return the place of a cell such as B7; without a reference it follows the one before."""
    letters = re.match(r"[A-Z]{1,3}", reference)
    place = following
    if letters:
        place = -1
        for letter in letters[0]:
            place = 26 * (place + 1) + ord(letter) - ord("A")
    if place >= MAX_COLUMNS or place < following:
        raise _broken(name, f"a cell {reference}, where at most {MAX_COLUMNS} columns in order are read")
    return place


def _value(cell: ET.Element, strings: list[str]) -> str | float:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    text = next((item.text or "" for item in cell if _tag(item) == "v"), "")
    if kind == "s":
        return strings[int(text)]
    return float(text) if kind == "n" and text else text


def _text(item: ET.Element) -> str:
    return "".join(part.text or "" for part in item.iter() if _tag(part) == "t")


def _tag(item: ET.Element) -> str:
    return item.tag.rpartition("}")[2]


def _csv(rows: Iterable[Row]) -> bytes:
    data = io.BytesIO()
    with io.TextIOWrapper(data, "utf-8", newline="") as text:
        writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        for row in rows:
            writer.writerow(row)
            if data.tell() > MAX_BYTES:
                break
        text.flush()
        return data.getvalue()


def _member(title: str) -> str:
    return re.sub(r"[\\/]", "_", title or "sheet") + ".csv"


def _broken(name: str, found: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{name} is a workbook that cannot be read.",
        found=found[:100],
        expected="a whole workbook without a password",
        do="Export as CSV.",
    )
