"""How tables leave for other programs: as CSV, as a workbook, as Parquet.

Every table that Surefoot writes for them goes through here: UTF-8 with its mark, so that a double click opens
it; numbers stay numbers; a text that a spreadsheet would take for a formula gets an apostrophe, wherever the
text came from; what is missing is an empty cell.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from surefoot.errors import UsageError
from surefoot.frames.meanings import describe_columns
from surefoot.frames.tables import to_rows, typed

if TYPE_CHECKING:
    from pandas import DataFrame
    from pyarrow import Table

# Without this mark Excel takes UTF-8 for the computer's own code page.
BOM: Final = "\ufeff"
# A semicolon parts cells where a comma is the decimal sign.
_FORMULA: Final = re.compile(r"((?:^|;)\s*)(?=[=+\-@＝＋－＠|])")
_BREAK: Final = re.compile(r"[\t\r\n\v\f\0]+")
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MAX_TEXT: Final = 32_000


def to_csv(frame: DataFrame, *, header: bool = True) -> bytes:
    r"""Return a table as CSV in UTF-8 with its mark, a header first; without one, rows to go on with.

    >>> from surefoot.frames import tabulate
    >>> to_csv(tabulate([{"who": "=1+1", "x": -0.5}])).decode("utf-8-sig")
    "who,x\n'=1+1,-0.5\n"
    """
    text: str = _guarded(frame).to_csv(index=False, lineterminator="\n", header=header)
    return f"{BOM}{text}".encode() if header else text.encode()


def to_json(frame: DataFrame) -> bytes:
    """Return a table as one JSON document: what each column means, and the rows; what is missing is null."""
    words = to_rows(describe_columns({"rows": frame}).drop(columns="table"))
    document = {"made_by": "Surefoot", "columns": words, "rows": to_rows(frame)}
    return json.dumps(document, ensure_ascii=False, indent=1, default=str).encode()


def arrow_table(frame: DataFrame) -> Table:
    """Return a table for Parquet: typed columns, each with its unit and what it means.

    Raises UsageError where pyarrow is not installed.
    """
    try:
        import pyarrow as pa
    except ImportError as error:
        raise UsageError(
            "Parquet cannot be written here.",
            found=f"no module {error.name}",
            expected="pyarrow",
            do="pip install 'surefoot[cluster]'; or choose a name that ends in .csv.",
        ) from None
    table = pa.Table.from_pandas(typed(frame), preserve_index=False)
    told = {row["name"]: row for row in to_rows(describe_columns({"": frame}))}
    about = ({name: told[field.name][name] for name in ("unit", "meaning")} for field in table.schema)
    fields = [field.with_metadata(words) for field, words in zip(table.schema, about, strict=True)]
    return table.cast(pa.schema(fields, metadata=table.schema.metadata))


def to_parquet(frame: DataFrame) -> bytes:
    """Return a table as a Parquet file. Raises UsageError where pyarrow is not installed."""
    table, packed = arrow_table(frame), io.BytesIO()
    from pyarrow.parquet import write_table

    write_table(table, packed)
    return packed.getvalue()


def _guarded(frame: DataFrame) -> DataFrame:
    texts = frame.select_dtypes(exclude="number").columns
    return frame.assign(**{name: frame[name].map(harmless) for name in texts}).rename(columns=harmless)


def harmless(cell: Any) -> Any:
    r"""Return a cell that no spreadsheet takes for a formula; numbers are left as they are.

    Tabs and line ends, with which a cell could begin anew, become spaces.

    >>> [harmless(cell) for cell in ("=A1", "-5", -5.0, "left; =A1", "\t=A1", "a-b", None)]
    ["'=A1", '-5', -5.0, "left; '=A1", " '=A1", 'a-b', None]
    """
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    return _FORMULA.sub(r"\1'", _BREAK.sub(" ", cell))


def to_xlsx(sheets: Mapping[str, DataFrame]) -> bytes:
    """Return a workbook with one sheet for each name; always the same bytes."""
    parts = {
        "[Content_Types].xml": _types(len(sheets)),
        "_rels/.rels": _relations(["officeDocument"], ["xl/workbook.xml"]),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            ["worksheet"] * len(sheets), [f"worksheets/sheet{n}.xml" for n in range(1, len(sheets) + 1)]
        ),
    }
    for number, frame in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = "".join(_sheet(frame))
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.comment = b"Surefoot"
        for name, content in parts.items():
            archive.writestr(ZipInfo(name), f"{_HEAD}{content}".encode(), ZIP_DEFLATED)
    return packed.getvalue()


_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _types(count: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_MEDIA}.worksheet+xml"/>'
        for number in range(1, count + 1)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_MEDIA}.sheet.main+xml"/>{sheets}</Types>'
    )


def _relations(kinds: Sequence[str], targets: Sequence[str]) -> str:
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(zip(kinds, targets, strict=True), 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'


def _book(names: Iterable[str]) -> str:
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, 1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'


def _sheet(frame: DataFrame) -> Iterator[str]:
    yield f'<worksheet xmlns="{_MAIN}"><sheetData>'
    yield _row(frame.columns)
    for row in to_rows(frame):
        yield _row(row.values())
    yield "</sheetData></worksheet>"


def _row(cells: Iterable[Any]) -> str:
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(value: Any) -> str:
    """Return a cell as XML; what is text is told as such, so that nothing in it is computed."""
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)) and math.isfinite(value):
        return f"<c><v>{value!r}</v></c>"
    text = escape(_UNPRINTABLE.sub(" ", str(value))[:_MAX_TEXT])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
