"""Excel workbooks: written here as .xls and .xlsx, read as the tables that they hold."""

import csv
import io
import zipfile
from xml.sax.saxutils import escape

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surefoot.errors import SurefootError, UnreadableFileError
from surefoot.model import Recording
from surefoot.sources import read
from surefoot.sources.formats.phyphox import write
from surefoot.sources.tables import is_xls, is_xlsx, read_xls, read_xlsx, unpack

NAMES = {"meta/device.csv": "Metadata Device", "meta/time.csv": "Metadata Time"}


def standing():
    time_s = np.arange(300) / 100
    acc = np.column_stack([0.1 * np.sin(time_s), 9.8 + 0 * time_s, 0.1 * np.cos(time_s)])
    return Recording(time_s, acc, 0.02 * acc + 0.01, platform="android", device_model="2201123G")


def sheets():
    """The tables of a phyphox export as rows of text and numbers, by the names of its sheets."""
    tables = {}
    for name, data in write(standing()).items():
        rows = list(csv.reader(io.StringIO(data.decode())))
        body = [[float(cell) for cell in row] for row in rows[1:]] if "meta" not in name else rows[1:]
        tables[NAMES.get(name, name.removesuffix(".csv"))] = [rows[0], *body]
    return tables


def xls(tables):
    import xlwt

    book = xlwt.Workbook()
    for title, rows in tables.items():
        sheet = book.add_sheet(title)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                sheet.write(r, c, cell)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def xlsx_parts(tables, *, shared=True):
    strings, parts = [], {}
    for number, rows in enumerate(tables.values(), start=1):
        lines = []
        for r, row in enumerate(rows, start=1):
            cells = []
            for c, cell in enumerate(row):
                place = f"{chr(65 + c)}{r}"
                if isinstance(cell, float):
                    cells.append(f'<c r="{place}"><v>{cell!r}</v></c>')
                elif shared:
                    strings.append(cell)
                    cells.append(f'<c r="{place}" t="s"><v>{len(strings) - 1}</v></c>')
                elif cell:
                    cells.append(f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>')
            lines.append(f'<row r="{r}">{"".join(cells)}</row>')
        sheet = f'<worksheet xmlns="urn:main"><sheetData>{"".join(lines)}</sheetData></worksheet>'
        parts[f"xl/worksheets/sheet{number}.xml"] = sheet
    books = [f'<sheet name="{escape(title)}" r:id="rId{n}"/>' for n, title in enumerate(tables, start=1)]
    head = '<workbook xmlns="urn:main" xmlns:r="urn:rel">'
    parts["xl/workbook.xml"] = f"{head}<sheets>{''.join(books)}</sheets></workbook>"
    numbers = range(1, len(tables) + 1)
    targets = (f'<Relationship Id="rId{n}" Target="worksheets/sheet{n}.xml"/>' for n in numbers)
    parts["xl/_rels/workbook.xml.rels"] = f"<Relationships>{''.join(targets)}</Relationships>"
    items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="urn:main">{items}</sst>'
    return {name: text.encode() for name, text in parts.items()}


def xlsx(tables, **options):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in {"[Content_Types].xml": b"<Types/>", **xlsx_parts(tables, **options)}.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize("data", [xls, xlsx, lambda tables: xlsx(tables, shared=False)])
def test_a_phyphox_workbook_reads_as_its_zip(tmp_path, data):
    path = tmp_path / "walk50.bin"
    path.write_bytes(data(sheets()))
    for name, content in write(standing()).items():
        (tmp_path / "zip" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "zip" / name).write_bytes(content)
    (workbook,), (tables,) = read(path), read(tmp_path / "zip")
    assert (workbook.source, workbook.platform, workbook.device_model) == ("phyphox", "android", "2201123G")
    np.testing.assert_array_equal(workbook.acc_mps2, tables.acc_mps2)
    np.testing.assert_array_equal(workbook.gyr_radps, tables.gyr_radps)
    np.testing.assert_array_equal(workbook.time_s, tables.time_s)


@pytest.mark.parametrize("data", [xls, xlsx])
@pytest.mark.parametrize(
    ("names", "cells"),
    [
        (["Time"], lambda days: [46_084.25 + days]),
        (["Time"], lambda days: [0.25 + days]),
        (["Date", "Time"], lambda days: [46_084.0, 0.25 + days]),
        (["Date and time", "ms"], lambda days: [46_084.25 + days, 0.0]),
    ],
    ids=["date with time", "time", "date and time", "beside zeros"],
)
def test_dates_and_times_typed_as_such_are_days_in_a_workbook(tmp_path, data, names, cells):
    """A workbook holds them as days since 1900 and their fractions, whatever its cells show."""
    recording = standing()
    rows = [
        [*cells(second / 86_400), *acc]
        for second, acc in zip(recording.time_s.tolist(), recording.acc_mps2.tolist(), strict=True)
    ]
    path = tmp_path / "table.bin"
    path.write_bytes(data({"Sheet1": [[*names, "ax", "ay", "az"], *rows]}))
    (read_back,) = read(path)
    np.testing.assert_allclose(read_back.time_s, recording.time_s, atol=2e-6)
    assert read_back.started is None


def test_a_place_in_a_workbook_is_never_kept(tmp_path):
    path = tmp_path / "walk.xlsx"
    path.write_bytes(xlsx(sheets() | {"Location": [["Time (s)", "Latitude (°)"], [0.0, 52.1]]}))
    (recording,) = read(path)
    assert recording.dropped_columns == ("Location.csv",)


def test_cells_left_out_of_a_row_stay_empty():
    parts = xlsx_parts({"a": [["t", "x", "y"], [0.0, 1.5, 2.5]]}, shared=False)
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b'<c r="B2"><v>1.5</v></c>', b"")
    assert read_xlsx(parts | {"xl/worksheets/sheet1.xml": sheet})["a.csv"] == b'"t","x","y"\n0.0,"",2.5\n'


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
    ],
)
def test_entities_are_refused_before_they_are_expanded(declaration):
    parts = xlsx_parts(sheets())
    parts["xl/sharedStrings.xml"] = declaration + parts["xl/sharedStrings.xml"]
    with pytest.raises(UnreadableFileError, match="declarations"):
        read_xlsx(parts)


def test_more_columns_than_any_sensor_has_are_refused():
    parts = xlsx_parts({"a": [["t", "x"], [0.0, 1.5]]})
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"B2", b"XFD2")
    with pytest.raises(UnreadableFileError, match="256"):
        read_xlsx(parts)


def sheets_of(data):
    """Return the sheets, what else the damaged file is, or the error in four parts that refused it."""
    try:
        if is_xls(data):
            return read_xls(data)
        members = unpack(data)
        return read_xlsx(members) if is_xlsx(members) else members
    except SurefootError as error:
        return error.to_dict()


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(["xls", "xlsx"]), place=st.floats(0, 1), noise=st.binary(min_size=1, max_size=9))
def test_damaged_workbooks_are_read_or_refused(kind, place, noise):
    data = DAMAGED[kind]
    offset = int(place * len(data))
    found = sheets_of(data[:offset] + noise + data[offset + len(noise) :])
    assert isinstance(found, dict)


SMALL = {"a": [["t", "x"], [0.0, 1.5]], "b": [["event"], ["START"]]}
DAMAGED = {"xls": xls(SMALL), "xlsx": xlsx(SMALL)}
