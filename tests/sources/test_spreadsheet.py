"""Tables that a spreadsheet opens: the mark of encoding, nothing that computes, numbers that stay numbers."""

import csv
import io
import math
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motion import standing
from surefoot import assess, frames, prepare, trend
from surefoot.cohort.design import DesignRow
from surefoot.cohort.study import RefusedTrial, Study, StudyTrial, observe
from surefoot.cohort.tables import describe_columns, study_tables
from surefoot.diary import Entry
from surefoot.diary.archive import list_values, write_values
from surefoot.errors import SetupError
from surefoot.frames import tabulate, to_csv, to_xlsx
from surefoot.model import Setup
from surefoot.reliability import analyse_study
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


@pytest.fixture(scope="module")
def assessment():
    return assess(prepare(standing(1), Setup(leg="left")), ["path_rate_mps3"])


# Half of them begin as what a spreadsheet would compute.
HOSTILE = st.one_of(st.sampled_from(DANGEROUS), st.text(max_size=8).map("=".__add__), st.text(max_size=8))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(HOSTILE, min_size=12, max_size=12), carried=st.text(min_size=1, max_size=8))
def test_no_table_that_is_written_holds_a_formula(assessment, words, carried):
    """Every word that comes from somebody's design, export or diary, in every table that leaves Surefoot."""
    file, part, session, trial, board, note, device, model, cell, found, condition, person = words
    setup = replace(assessment.setup, board=board, note=note, device_model=device)
    kinds = {**assessment.provenance.settings, "device_model": model}
    odd = replace(assessment, setup=setup, provenance=replace(assessment.provenance, settings=kinds))
    row = DesignRow(file, part, session, trial, setup, {f"={carried}": cell})
    error = SetupError(found, found=found, expected="x", do="x")
    study = Study((StudyTrial(row, part, odd, trial, condition),), (RefusedTrial(row, file, part, error),))
    tables = study_tables(study, analyse_study(observe(study.trials)))
    written = [to_csv(table) for table in (*tables.values(), describe_columns(tables))]
    entries = [Entry(trial, person, datetime(2026, 3, 2, tzinfo=UTC), odd)]
    for table in (*written, list_values(entries)):
        for each in (each for line in cells_of(table) for each in line):
            assert not set("\t\r\n\v\f\0") & set(each)
            for piece in each.split(";"):
                assert not piece.lstrip().startswith(("=", "@", "＝", "＠", "|"))
                assert not piece.lstrip().startswith(("+", "-", "＋", "－")) or is_number(each)
    assert b"<f>" not in unpack(write_values(entries, ".xlsx")[".xlsx"])["xl/worksheets/sheet1.xml"]


def test_what_is_measured_is_a_frame_with_its_units(assessment):
    recording, trial = standing(1), prepare(standing(1), Setup(leg="left"))
    raw, body = recording.frame(), trial.frame()
    assert list(raw.columns[:3]) == ["acc_x_mps2", "acc_y_mps2", "acc_z_mps2"]
    assert (raw["acc_y_mps2"].to_numpy() == recording.acc_mps2[:, 1]).all()
    assert (raw.index.name, raw.index[-1]) == ("time_s", recording.time_s[-1])
    assert (body["ml_mps2"].to_numpy() == trial.ml_mps2).all()
    (value,) = frames.values_frame([({"trial": "a"}, assessment)])[["trial", "metric", "value"]].to_numpy()
    assert list(value) == ["a", "path_rate_mps3", assessment.values["path_rate_mps3"]]
    days = [datetime(2026, 3, day, tzinfo=UTC) for day in range(1, 4)]
    dated = [replace(assessment, setup=replace(assessment.setup, when=day)) for day in days]
    (told,) = frames.to_rows(frames.trends_frame([trend(dated)]))
    assert (told["metric"], told["leg"], told["slope_per_week_pct"]) == ("path_rate_mps3", "left", None)
    assert len(told["values"]) == 3


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
