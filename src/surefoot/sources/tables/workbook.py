"""Excel workbooks to CSV tables in memory, one a sheet: .xls by xlrd, .xlsx here, within bounds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, cast
from xml.etree import ElementTree as ET

from surefoot.errors import UnreadableFileError

Row = list[str | float]

MAX_COLUMNS: Final = 256
_MAX_BYTES: Final = 40_000_000
_MAX_XLS_BYTES: Final = 15_000_000
_MAX_STRINGS: Final = 1_000_000
# Half an hour of four columns at 100 Hz. XML takes a hundred times as long to read as CSV does.
_MAX_CELLS: Final = 800_000
_MAX_DEPTH: Final = 20
_PART: Final = 64_000
_DECLARATION: Final = re.compile(rb"<!(?!--|\[CDATA\[)|\0")
# Formats of a spreadsheet reach over a million rows that hold nothing.
_EMPTY_ROWS: Final = re.compile(rb"(?:<row\b[^<>]*(?:/>|>(?:\s*<c\b[^<>]*/>)*+\s*</row>)\s*+)++")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s>/]")
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_BOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_STRINGS: Final = "xl/sharedStrings.xml"


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
    in a sheet or 40 MB.
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
        if sum(map(len, files.values())) > _MAX_BYTES:
            raise _broken(name, f"tables of more than {_MAX_BYTES / 1e6:.0f} MB")
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
    parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(("start", "end"))
    path: list[ET.Element] = []
    within = 0
    for start in range(0, len(data), _PART):
        parser.feed(data[start : start + _PART])
        for event, item in cast("Iterator[tuple[str, ET.Element]]", parser.read_events()):
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
    parser.close()


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
            if data.tell() > _MAX_BYTES:
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
