"""Excel workbooks to CSV tables in memory, one a sheet: .xls by xlrd, .xlsx here, within bounds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from xml.etree import ElementTree as ET

from surefoot.errors import UnreadableFileError

Row = list[str | float]

MAX_COLUMNS: Final = 256
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

    Raises UnreadableFileError where it is broken, or xlrd is not installed.
    """
    try:
        import xlrd
    except ImportError:
        raise UnreadableFileError(
            f"{name} is an Excel 97 workbook, for which a reader is missing.",
            found="no package xlrd",
            expected="xlrd 2 or later",
            do="Run `pip install 'surefoot[formats]'`, or export as CSV.",
        ) from None
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True)
        sheets = {sheet: book.sheet_by_name(sheet) for sheet in book.sheet_names()}
        return {
            _member(title): _csv(sheet.row_values(row) for row in range(sheet.nrows))
            for title, sheet in sheets.items()
        }
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 (whatever a foreign reader stumbles over, the file is broken)
        raise _broken(name, f"{type(error).__name__}: {error}") from None


def read_xlsx(members: Mapping[str, bytes], name: str = "the file") -> dict[str, bytes]:
    """Return the sheets of a workbook, given as the files of its zip, as CSV by their names.

    Raises UnreadableFileError where it is broken, declares entities, or has more than 256 columns.
    """
    try:
        targets = {item.get("Id"): item.get("Target", "") for item in _root(members[_RELATIONS], name)}
        strings = [_text(item) for item in _root(members[_STRINGS], name)] if _STRINGS in members else []
        sheets = [item for item in _root(members[_BOOK], name).iter() if _tag(item) == "sheet"]
        return {
            _member(sheet.get("name", "")): _csv(_rows(_part(members, targets, sheet), strings, name))
            for sheet in sheets
        }
    except (KeyError, IndexError, ValueError, ET.ParseError) as error:
        raise _broken(name, f"{type(error).__name__}: {error}") from None


def _part(members: Mapping[str, bytes], targets: Mapping[str | None, str], sheet: ET.Element) -> bytes:
    key = next(value for key, value in sheet.items() if key.endswith("}id"))
    target = targets[key]
    return members[target.lstrip("/") if target.startswith("/") else f"xl/{target}"]


def _rows(data: bytes, strings: list[str], name: str) -> Iterator[Row]:
    for row in _root(data, name).iter():
        if _tag(row) != "row":
            continue
        cells: Row = []
        for cell in row:
            place = _column(cell.get("r", ""), len(cells), name)
            cells += [""] * (place - len(cells))
            cells.append(_value(cell, strings))
        yield cells


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


def _root(data: bytes, name: str) -> ET.Element:
    """Return the root of an XML part; declarations of entities, which can name other files, are refused."""
    if b"<!" in data.replace(b"<!--", b"").replace(b"<![CDATA[", b"") or b"\0" in data:
        raise _broken(name, "XML with declarations of its own")
    return ET.fromstring(data)  # noqa: S314 (without declarations there is nothing to expand)


def _csv(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _member(title: str) -> str:
    return re.sub(r"[\\/]", "_", title or "sheet") + ".csv"


def _broken(name: str, found: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{name} is a workbook that cannot be read.",
        found=found[:100],
        expected="a whole workbook without a password",
        do="Export as CSV.",
    )
