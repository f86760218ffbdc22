"""Tables that a spreadsheet opens: the mark of encoding, nothing that computes, numbers that stay numbers."""

import csv
import io
import math
import zipfile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surefoot.frames import tabulate, to_csv, to_xlsx
from surefoot.sources.tables import is_xlsx, read_table, read_xlsx, unpack

DANGEROUS = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\t",
    "＝1+1",
)
HARMLESS = ("a-b", "p01", "left; right", "Straße", "", "3,5", "it's", '"quoted"', "a@b.ch")
NUMBERS = ("-5", "+41", "1e-3", "-0.25", "3.")


def cells_of(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_mark_of_utf8_comes_first_and_the_header_next():
    data = to_csv(tabulate([{"ä": "Straße"}]))
    assert data.startswith(b"\xef\xbb\xbf")
    assert cells_of(data) == [["ä"], ["Straße"]]
    assert to_csv(tabulate([], ["a", "b"])).decode("utf-8-sig") == "a,b\n"


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_begins_a_formula(text):
    ((header, *_), (cell, *_)) = cells_of(to_csv(tabulate([{text: text}])))
    assert header == cell
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝"))
    assert not cell.startswith(("\t", "\r", "\n"))
    assert cell.replace("'", "").strip() == text.replace("'", "").strip()


@pytest.mark.parametrize("text", [*HARMLESS, *NUMBERS])
def test_other_text_and_numbers_are_left_as_they_are(text):
    assert cells_of(to_csv(tabulate([{"a": text, "b": 1}])))[1][0] == text


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_no_cell_is_a_formula_wherever_commas_are_decimals(texts):
    """Where the comma is the decimal sign, the cells are parted at semicolons instead."""
    names = [f"c{number}" for number in range(len(texts))]
    (_, *rows) = cells_of(to_csv(tabulate([dict(zip(names, texts, strict=True))])))
    for cell in (cell for row in rows for cell in row):
        assert not set("\t\r\n") & set(cell)
        for part in cell.split(";"):
            assert not part.lstrip().startswith(("=", "@"))
            assert not part.lstrip().startswith(("+", "-")) or is_number(cell)


def is_number(text):
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**9), 10**9), min_size=1))
def test_numbers_come_back_exactly(values):
    rows = [{"x": value, "y": 0.5} for value in values]
    table = read_table(to_csv(tabulate(rows)))
    assert table["x"].tolist() == [float(value) for value in values]
    frame = pd.read_csv(io.BytesIO(to_csv(tabulate(rows))))
    assert frame["x"].tolist() == pytest.approx([float(value) for value in values])


def test_a_workbook_holds_the_same_cells():
    rows = [{"who": text, "value": -0.25, "note": None} for text in (*DANGEROUS, *HARMLESS)]
    sheets = {"values & more": tabulate(rows), "empty": tabulate([], ["a"])}
    data = to_xlsx(sheets)
    members = unpack(data)
    assert is_xlsx(members)
    sheet = members["xl/worksheets/sheet1.xml"].decode()
    assert "<f>" not in sheet
    assert sheet.count("<v>-0.25</v>") == len(rows)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
    assert data == to_xlsx(sheets)


def test_our_own_reader_reads_the_workbook():
    rows = [{"t": number / 10, "x": -number} for number in range(20)]
    (sheet,) = read_xlsx(unpack(to_xlsx({"values": tabulate(rows)}))).values()
    table = read_table(sheet)
    assert table.names == ("t", "x")
    assert table["x"].tolist() == [-float(number) for number in range(20)]
