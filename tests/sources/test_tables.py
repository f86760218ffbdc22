"""Tables: every way phones and spreadsheets write numbers, against numpy and pandas; zips; privacy."""

import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports import zipped
from surefoot.errors import SurefootError, UnreadableFileError
from surefoot.sources.tables import (
    clean_text,
    is_zip,
    private_names,
    read_rows,
    read_table,
    take_apart,
    unpack,
)
from surefoot.sources.tables.columns import parse_cells, whole_lines

PLAIN = "t,x\n0.00,1.5\n0.01,-2.5\n0.02,3.5\n"


def outcome_of(call, *arguments):
    """Return the result of a call, or the error with which Surefoot refused it."""
    try:
        return call(*arguments)
    except SurefootError as error:
        return error


def test_reads_a_plain_table():
    table = read_table(PLAIN.encode())
    assert table.names == ("t", "x")
    assert table["x"].tolist() == [1.5, -2.5, 3.5]
    assert "x" in table
    assert "y" not in table
    assert table.notes == ()


@given(st.text("时间加速度角°℃设备名称", min_size=3), st.text("ab(/) ,;.01", max_size=20), st.integers(0, 1))
def test_chinese_text_in_gbk_is_read_though_its_last_pair_is_cut(chinese, plain, cut):
    text = "时间,加速度X(g)" + plain + chinese
    data = text.encode("gbk")
    assert clean_text(data[: len(data) - cut]).decode() == text[: len(text) - cut]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_give_the_same_table(encoding):
    text = "t (s),x (m/s²)\n0.00,1.5\n0.01,-2.5\n"
    table = read_table(text.encode(encoding))
    assert table.names == ("t (s)", "x (m/s²)")
    assert table.values.tolist() == [[0.0, 1.5], [0.01, -2.5]]


def test_utf16_of_either_byte_order():
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert read_table(mark + PLAIN.encode(encoding))["x"].tolist() == [1.5, -2.5, 3.5]


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_dialects_give_the_same_table(delimiter, decimal, ending):
    text = PLAIN.replace(",", delimiter).replace(".", decimal).replace("\n", ending)
    assert read_table(text.encode()).values.tolist() == read_table(PLAIN.encode()).values.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "\n\n" + PLAIN,
        "sep=,\n" + PLAIN,
        '"sep=,"\n' + PLAIN,
        "sep=,,,,\n" + PLAIN,
        "Device: someone\nRate:,60Hz\n\n" + PLAIN,
        PLAIN.replace("\n", ",\n"),
        PLAIN.replace("t,x", '"t","x"'),
        PLAIN.replace("-", "−"),
        PLAIN.replace("t,x\n", "t,x\n\n"),
        PLAIN.rstrip("\n"),
        PLAIN + "\n\n",
    ],
)
def test_oddities_give_the_same_table(text):
    table = read_table(text.encode())
    assert table.names == ("t", "x")
    assert table.values.tolist() == read_table(PLAIN.encode()).values.tolist()
    assert table.notes == ()


def test_a_stated_delimiter_wins():
    assert read_table(b"sep=;\na;b\n1,5;2\n").values.tolist() == [[1.5, 2.0]]


def test_infinity_and_empty_cells_are_not_numbers():
    table = read_table("t;gain;x\n0,1;−∞;1\n0,2;;2\n0,3;NaN;3\n".encode())
    assert np.isnan(table["gain"]).all()
    assert table["x"].tolist() == [1, 2, 3]


def test_a_units_row_joins_the_names():
    table = read_table(b'"sep=;"\nShimmer_Time;Accel_X;\nms;m/(s^2);\n1;9.8;\n')
    assert table.names == ("Shimmer_Time (ms)", "Accel_X (m/(s^2))")


def test_a_file_without_header_numbers_its_columns():
    table = read_table(b"1,0.1,0.2\n11,0.3,0.4\n")
    assert table.names == ("column 1", "column 2", "column 3")
    assert not table.has_header
    assert table.values.shape == (2, 3)


@pytest.mark.parametrize("tail", ["0.03", "0.03,4.", "0.03,4", "0.03,-", "0.03,"])
def test_a_cut_last_line_is_dropped_and_noted(tail):
    table = read_table((PLAIN + tail).encode())
    assert table["x"].tolist() == [1.5, -2.5, 3.5]
    assert table.notes == ("The last line was cut off and left out.",)


def test_a_cut_exponent_is_seen():
    table = read_table(b"t,x\n1.5E-1,2.5E0\n2.5E-1,3.5E0\n3.5E-1,4.")
    assert table["x"].tolist() == [2.5, 3.5]
    assert table.notes


def test_lines_with_too_few_cells_are_left_out_and_noted():
    table = read_table(b"t,x\n1,2\n3\n5,6\n")
    assert table["t"].tolist() == [1, 5]
    assert table.notes == ("1 lines with too few cells were left out.",)


def test_nanoseconds_keep_every_digit():
    stamps = [1700810754682863001, 1700810754692863202]
    table = read_table(f"time,x\n{stamps[0]},0.5\n{stamps[1]},0.25\n".encode())
    assert table.integers("time").tolist() == stamps
    assert table["x"].tolist() == [0.5, 0.25]


def test_integers_refuse_missing_cells():
    table = read_table(b"time,x\n1,0.5\n,0.25\n3,1.5\n")
    with pytest.raises(UnreadableFileError, match="whole numbers"):
        table.integers("time")


def test_text_columns_stay_readable():
    table = read_table(b"when,x,y\n2022-05-19 23:33:19,1,2\n2022-05-19 23:33:20,3,4\n")
    assert table.texts("when") == ["2022-05-19 23:33:19", "2022-05-19 23:33:20"]
    assert np.isnan(table["when"]).all()


def test_commas_between_columns_and_inside_numbers_are_refused():
    with pytest.raises(UnreadableFileError, match="both between the columns and inside the numbers"):
        read_table(b"t,x,y,z\n0,01,1,5,2,5,9,8\n0,02,1,6,2,6,9,9\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"\x00\x01\x02\x03" * 40,
        b"PK\x03\x04\x00\x00",
        b"hello",
        b"a,b\n",
        b"\xd0\xcf\x11\xe0\x00",
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_table_is_refused(data):
    with pytest.raises(UnreadableFileError):
        read_table(data)


@given(st.binary(max_size=300))
def test_garbage_is_read_or_refused_in_plain_words(data):
    outcome = outcome_of(read_table, data)
    if isinstance(outcome, SurefootError):
        assert outcome.found
        assert outcome.do
    else:
        assert outcome.values.shape[1] == len(outcome.names)


FINITE = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=20))
def test_numbers_come_back_exactly(rows):
    body = "\n".join(f"{a!r},{b!r}" for a, b in rows)
    assert read_table(f"a,b\n{body}\n".encode()).values.tolist() == [list(row) for row in rows]


DECIMALS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.tuples(FINITE, st.integers(0, 22), st.sampled_from("feE")).map(lambda of: f"{of[0]:.{of[1]}{of[2]}}"),
    st.integers(-(2**70), 2**70).map(str),
    st.from_regex(r"-?[0-9]{0,22}\.?[0-9]{1,22}([eE][+-]?[0-9]{1,2})?", fullmatch=True).filter(str.isascii),
)


@given(st.lists(st.tuples(DECIMALS, DECIMALS, DECIMALS), min_size=1, max_size=60))
def test_any_decimal_is_correctly_rounded(rows):
    """Python's float is the reference: it rounds every decimal correctly."""
    body = "".join(",".join(row) + "\n" for row in rows).encode()
    assert parse_cells(body, ",", 3).tolist() == [[float(cell) for cell in row] for row in rows]


def decimals_near_halves(draw, count):
    """Decimals on or beside the middle of two float64, where a division that is not exact rounds wrongly."""
    whole = 2 * draw.integers(2**53, 2**55, count) + 1
    shifts = draw.integers(1, 4, count)
    return [
        f"{int(n) * 5**k}e-{k}" if n % 3 else f"{int(n) * 5**k + int(n % 2) - 1}e-{k}"
        for n, k in zip(whole.tolist(), shifts.tolist(), strict=True)
    ]


@pytest.mark.parametrize(
    "texts",
    [
        lambda draw: [repr(x) for x in draw.normal(0, 1, 40_000).tolist()],
        lambda draw: [repr(x) for x in draw.normal(0, 2e-3, 40_000).tolist()],
        lambda draw: [f"{x:.9E}" for x in draw.normal(0, 30, 40_000).tolist()],
        lambda draw: [str(n) for n in draw.integers(-(2**63), 2**63, 40_000).tolist()],
        lambda draw: decimals_near_halves(draw, 40_000),
    ],
    ids=["written by repr", "small", "with exponents", "long whole numbers", "halves"],
)
def test_many_decimals_are_correctly_rounded(texts):
    cells = texts(np.random.default_rng(20261121))
    body = "".join(",".join(cells[n : n + 4]) + "\n" for n in range(0, len(cells), 4)).encode()
    values = np.concatenate([parse_cells(part, ",", 4) for part in whole_lines(body)])
    assert values.ravel().tolist() == [float(cell) for cell in cells]


@pytest.mark.parametrize(
    "cell",
    ["-", "2..5", "1.-5", "x.5", "nan", "1E", "--1", "1-2", ".", "2026-03-02", "1:5", "1e+-5", "1e++5"],
)
def test_what_is_no_decimal_is_left_to_the_caller(cell):
    body = f"1.5,{cell}\n-0.25,3E-1\n".encode()
    values = parse_cells(body, ",", 2, lambda text: 7.0 if text == cell else float(text))
    assert values.tolist() == [[1.5, 7.0], [-0.25, 0.3]]


def test_empty_cells_hold_no_number():
    values = parse_cells(b",1.5,\n0.1,,\n,,2\n", ",", 3)
    np.testing.assert_array_equal(values, [[np.nan, 1.5, np.nan], [0.1, np.nan, np.nan], [np.nan, np.nan, 2]])


@given(st.lists(st.tuples(DECIMALS, st.one_of(DECIMALS, st.just("")), DECIMALS), min_size=1, max_size=40))
def test_a_delimiter_at_the_end_of_each_line_changes_nothing(rows):
    lines = [";".join(row) for row in rows]
    open_ended, closed = ("".join(line + end for line in lines).encode() for end in (";\n", "\n"))

    def parse(body, **options):
        return parse_cells(body, ";", 3, lambda cell: float(cell or "nan"), **options)

    np.testing.assert_array_equal(parse(open_ended, trailing=True), parse(closed))
    assert parse(closed + b"1;2;3;4\n", trailing=True) is None


def test_lines_with_a_delimiter_at_their_end_may_be_broken():
    table = read_table(b"t,x,\n0.1,2,\n0.2,,\n0.3,n/a,\n0.4,\n0.5,6,\n0.6,7\n")
    np.testing.assert_array_equal(table["t"], [0.1, 0.2, 0.3, 0.5, 0.6])
    np.testing.assert_array_equal(table["x"], [2.0, np.nan, np.nan, 6.0, 7.0])
    assert table.texts("x") == ["2", "", "n/a", "6", "7"]
    assert table.notes == ("1 lines with too few cells were left out.",)


@pytest.mark.parametrize("cell", ["[1]", "{}", "true", "null", "1 2", "[", "1],[2"])
def test_what_only_json_knows_is_no_number(cell):
    table = read_table(f"t,x\n0.1,2\n0.2,{cell}\n0.3,4\n".encode())
    assert table["x"][[0, -1]].tolist() == [2.0, 4.0]
    assert table["x"].size == 2 or np.isnan(table["x"][1])


@pytest.mark.parametrize("header", [",x,y,z", '"",x,y,z', " ,x,y,z", "column 1,x,y,z"])
def test_a_column_without_a_name_goes_by_its_place(header):
    table = read_table(f"{header}\n0.00,1,2,3\n0.01,1,2,3\n".encode())
    assert table.names == ("column 1", "x", "y", "z")
    assert table["column 1"].tolist() == [0.0, 0.01]


@pytest.mark.parametrize(
    "body", [b"1.5,2.5\n3.5\n", b"1.5\n2.5\n", b"1.5,2.5\n\n", b"1,2,3,4\n", b"1,2,3,4,5\n", b""]
)
def test_lines_of_another_number_of_cells_are_not_read(body):
    assert parse_cells(body, ",", 2) is None


def test_one_odd_line_among_thousands_costs_no_other(tmp_path):
    lines = [f"{n / 100},{n / 7!r},9.8" for n in range(30_000)]
    lines[12_345] = "123.45,n/a"
    table = read_table(("t,x,z\n" + "\n".join(lines) + "\n").encode())
    assert table.values.shape == (29_999, 3)
    assert table["x"].tolist() == [n / 7 for n in range(30_000) if n != 12_345]
    assert table.notes == ("1 lines with too few cells were left out.",)
    assert table.texts("x")[12_345] == repr(12_346 / 7)


def test_agrees_with_pandas_on_a_long_table():
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(1)
    frame = pandas.DataFrame(rng.normal(size=(5000, 4)), columns=list("txyz"))
    data = frame.to_csv(index=False, float_format="%.9E").encode()
    expected = pandas.read_csv(io.BytesIO(data)).to_numpy()
    np.testing.assert_allclose(read_table(data).values, expected, rtol=1e-15)


def test_rows_of_a_text_table():
    data = b'"event";"text"\r\n"START";"2026-03-02, 08:30"\r\n'
    assert read_rows(data) == [["event", "text"], ["START", "2026-03-02, 08:30"]]


def test_unpacks_files_and_lists_media_without_their_content():
    data = zipped({"a.csv": b"1", "meta/b.csv": b"2", "Microphone.mp4": b"loud", "__MACOSX/._a.csv": b"3"})
    assert is_zip(data)
    assert unpack(data) == {"a.csv": b"1", "meta/b.csv": b"2", "Microphone.mp4": b""}


@pytest.mark.parametrize(
    "files",
    [{}, {"inner.zip": zipped({"a": b"1"})}, {"../a.csv": b"1"}, {f"{n}.csv": b"" for n in range(1001)}],
)
def test_zips_out_of_bounds_are_refused(files):
    with pytest.raises(UnreadableFileError):
        unpack(zipped(files))


def test_an_hour_of_two_sensors_is_not_too_large():
    files = {f"{name}.csv": b"1.5\n" * 8_000_000 for name in ("TotalAcceleration", "Gyroscope")}
    assert unpack(zipped(files)).keys() == files.keys()


def test_a_zip_bomb_is_refused_by_its_stated_size():
    data = bytearray(zipped({"a.csv": b"1"}))
    for signature, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        offset = data.index(signature) + place
        data[offset : offset + 4] = struct.pack("<I", 300_000_000)
    with pytest.raises(UnreadableFileError, match="300 MB"):
        unpack(bytes(data))


@given(st.integers(5, 200), st.binary(min_size=1, max_size=8))
def test_broken_zips_are_refused_or_read(place, noise):
    data = bytearray(zipped({"a.csv": PLAIN.encode() * 20}))
    data[place : place + len(noise)] = noise
    outcome = outcome_of(unpack, bytes(data))
    assert isinstance(outcome, (dict, UnreadableFileError))


def without(text, *names, emptied=()):
    """Return a document without the pieces of these names, of some only the contents."""
    document = take_apart(text.encode())
    places = {name: place for place, name in enumerate(document.pieces)}
    gone, hollow = ({places[name] for name in some} for some in (names, emptied))
    return document.without(gone, hollow).decode()


def test_columns_and_lines_are_taken_out_of_tables():
    table = "sep=,\nSerial Number: D4\nRate:,60Hz\nt,note,x\n0.1,a,2.5\n0.2,b,3.5\n"
    assert without(table, "Serial Number", "note") == "sep=,\nRate:,60Hz\nt,x\n0.1,2.5\n0.2,3.5\n"
    assert without(table, "Rate", emptied=["note"]) == (
        "sep=,\nSerial Number: D4\nt,note,x\n0.1,,2.5\n0.2,,3.5\n"
    )
    assert without(table, emptied=["Serial Number"]).splitlines()[1] == "Serial Number:"


def test_columns_keep_their_quotes_and_units_their_names():
    table = 't;"my; note";x\ns;;m/s2\n0,1;"a;b";2,5\n0,2;c;3,5\n'
    assert without(table, "my; note ()") == "t;x\ns;m/s2\n0,1;2,5\n0,2;3,5\n"


def test_rows_that_fit_no_column_can_be_taken_out():
    table = "t,x\n0.1,2.5,9\nstopped by Anna\n0.2,3.5\n"
    assert without(table, "lines that are no row") == "t,x\n0.1,2.5,9\n0.2,3.5\n"
    assert without(table, "cells without a column") == "t,x\n0.1,2.5\nstopped by Anna\n0.2,3.5\n"


def test_a_small_table_of_words_loses_rows_and_columns():
    metadata = 'version,device name,device id,platform\n3,"phone, small",abc-1,ios\n'
    assert without(metadata, "device id") == 'version,device name,platform\n3,"phone, small",ios\n'
    properties = '"property","value"\n"deviceModel","X"\n"imei","123"\n'
    assert without(properties, "imei") == '"property","value"\n"deviceModel","X"\n'


def test_keys_and_records_are_taken_out_of_json():
    document = [
        {"sensor": "Accelerometer", "time": "1", "x": "0.10"},
        {"sensor": "Location", "time": "2", "speed": "1"},
        {"sensor": "Metadata", "device id": "abc", "nested": {"latitude": 1, "y": 2.50}},
    ]
    left = json.loads(without(json.dumps(document), "Location", "device id", "latitude"))
    assert left == [document[0], {"sensor": "Metadata", "nested": {"y": 2.5}}]


@pytest.mark.parametrize(
    "text", [PLAIN, "a: 1\nb\n\nc=2", "t,x,y\n1,2,3\n4,5,6", '[{"x": 0.1, "y": [1, 2]}]', "x\n"]
)
def test_a_document_without_nothing_is_as_it_was(text):
    assert take_apart(text.encode()).without(set(), set()) == text.encode()
    assert take_apart(text.encode()).sample().without(set(), set()) == text.encode()


def test_what_is_no_text_or_broken_json_is_not_taken_apart():
    assert take_apart(bytes(range(64))) is None
    assert take_apart(b'[{"latitude": 52.1, "x"') is None
    assert take_apart(b"") is None


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"Location.csv": b"t\n1\n", "Microphone.mp4": b""}, ("Location.csv", "Microphone.mp4")),
        ({"m.csv": b"version,device id\n3,abc\n"}, ("m.csv: device id",)),
        ({"log.csv": b"loggingTime(txt);IP_en0(txt);x(G)\r\n1;2;3\r\n"}, ("log.csv: IP_en0(txt)",)),
        ({"dot.csv": b"sep=,\nSerial Number: D4\nRate:,60Hz\n"}, ("dot.csv: Serial Number",)),
        ({"d4:b7:c1:a2:e3:f4.csv": b"t\n"}, ("d4:b7:c1:a2:e3:f4.csv: the device's address in its name",)),
        ({"202603020830.csv": b"t,x\n1,2\n"}, ()),
        ({"a.csv": "t\tlatitude\tx\n1\t52\t−3\n".encode("utf-16")}, ("a.csv: latitude",)),
        ({"a.json": b'[{"sensor": "GPS"}, {"device id": 1}]'}, ("a.json: GPS", "a.json: device id")),
    ],
)  # fmt: skip
def test_names_of_places_and_devices_are_known(files, named):
    assert private_names(files) == named
