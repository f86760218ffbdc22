"""What should never have been given to a program that reads exports; `CASES` makes each in a folder.

A case is `cheap` where it is made and read in about a second. Sizes are those at which an unguarded reader
would take gigabytes.
"""

import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from surefoot.model import Recording
from surefoot.sources import discover

MOST_MB, LONGEST_S = 300, 120
ALONE = Path(__file__).with_name("read_alone.py")
# Just below what is read at all.
SPREAD_BYTES = 39_500_000
HEADER = "time (s),acc x (m/s²),acc y (m/s²),acc z (m/s²),gyr x (rad/s),gyr y (rad/s),gyr z (rad/s)\n"


@dataclass(frozen=True)
class Case:
    """One bad input: what it is, how it is made in a folder, and the codes or ``read`` it may end in."""

    title: str
    make: Callable
    ends: tuple
    cheap: bool = True


CASES = []
REFUSED = ("unreadable", "unknown_format", "source")


def case(title, *ends, cheap=True):
    def add(make):
        CASES.append(Case(title, make, ends or REFUSED, cheap))
        return make

    return add


def read_alone(*paths):
    """Read each path in a process of its own; return what it told of each."""
    done = subprocess.run(
        [sys.executable, str(ALONE), *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        ended = {"end": f"exit code {done.returncode}: {done.stderr[-300:]}", "peak_mb": 0.0, "seconds": 0.0}
        return [ended] * len(paths)
    return json.loads(done.stdout)


def made(chosen, folder):
    """Make a case in a folder of a fixed name, as messages tell it."""
    place = folder / chosen.make.__name__ / "export"
    place.mkdir(parents=True)
    return chosen.make(place)


def standing(samples=600):
    time_s = np.arange(samples) / 100
    acc = np.column_stack([0.1 * np.sin(time_s), 9.8 + 0 * time_s, 0.1 * np.cos(time_s)])
    return Recording(time_s, acc, 0.02 * acc + 0.01, platform="android")


def written_by(key, samples=600):
    return discover()[key].write(standing(samples))


def rows(cell="{0:.4f},0.0512,9.8013,0.1024,0.0105,0.0210,0.0315", step_s=0.01):
    """Yield lines of a table for ever."""
    number = 0
    while True:
        yield cell.format(number * step_s) + "\n"
        number += 1


def fill(path, head, lines, size=SPREAD_BYTES):
    """Write lines until the file has `size` bytes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        written = file.write(head)
        while written < size:
            part = "".join(line for line, _ in zip(lines, range(10_000), strict=False))
            written += file.write(part)
    return path


def put(path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def zipped(path, files, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def table(samples=600):
    return written_by("generic_csv", samples)["recording.csv"]


# Zips.


@case("a zip in a zip")
def nested(folder):
    inner = zipped(folder / "inner.zip", {"a.csv": table()})
    return zipped(folder / "outer.zip", {"inner.zip": inner.read_bytes()})


@case("a zip that says it unpacks to 2 GB")
def bomb(folder):
    path = zipped(folder / "bomb.zip", {"Accelerometer.csv": bytes(2_000_000)})
    return restated(path, 2_000_000, 2_000_000_000)


@case("a zip of 1 MB that says it unpacks to 2 MB and unpacks to 1 GB", cheap=False)
def lying_bomb(folder):
    path = folder / "bomb.zip"
    archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open("Accelerometer.csv", "w") as member:
        for _ in range(1000):
            member.write(bytes(1_000_000))
    return restated(path, 1_000_000_000, 2_000_000)


@case("a zip of 50 kB that says it unpacks to 1 kB and unpacks to 50 MB")
def small_lying_bomb(folder):
    path = zipped(folder / "bomb.zip", {"Accelerometer.csv": bytes(50_000_000)})
    return restated(path, 50_000_000, 1000)


@case("a zip packed by LZMA, which no app writes")
def lzma_bomb(folder):
    path = zipped(folder / "bomb.zip", {"Accelerometer.csv": bytes(50_000_000)}, zipfile.ZIP_LZMA)
    return restated(path, 50_000_000, 1000)


def restated(path, size, told):
    """Make a zip tell another size of what is in it."""
    return put(path, path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", told)))


@case("a zip of 1,001 tables")
def many_members(folder):
    return zipped(folder / "many.zip", {f"{n}.csv": b"1,2,3\n" for n in range(1001)})


@case("a zip of 300,000 tables", cheap=False)
def very_many_members(folder):
    return zipped(folder / "many.zip", {f"{n}.csv": b"1" for n in range(300_000)}, zipfile.ZIP_STORED)


@case("a zip with a member ../../a.csv")
def climbing(folder):
    return zipped(folder / "up.zip", {"../../a.csv": table()})


@case("a zip with a member /etc/a.csv")
def absolute(folder):
    return zipped(folder / "root.zip", {"/etc/a.csv": table()})


@case("a zip with a member C:\\a.csv")
def drive(folder):
    return zipped(folder / "drive.zip", {"C:\\a.csv": table()})


@case("a zip that was cut off")
def cut_zip(folder):
    path = zipped(folder / "cut.zip", {"a.csv": table()})
    return put(path, path.read_bytes()[:-100])


# Tables.


@case("a table of 5 GB")
def huge_table(folder):
    path = put(folder / "huge.csv", table())
    os.truncate(path, 5_000_000_000)
    return path


@case("a table just small enough", "read", cheap=False)
def largest_table(folder):
    return fill(folder / "long.csv", HEADER, rows())


@case("a table just small enough, every tenth cell empty", "read", cheap=False)
def largest_with_holes(folder):
    line = "{0:.4f},0.0512,9.8013,0.1024,0.0105,0.0210,"
    return fill(folder / "long.csv", HEADER, rows(line))


@case("a table just small enough in UTF-16", "read", cheap=False)
def largest_utf16(folder):
    path = fill(folder / "long.csv", HEADER, rows(), SPREAD_BYTES // 2 - 500_000)
    return put(path, path.read_text(encoding="utf-8").encode("utf-16"))


@case("a table just small enough in Windows-1252, quoted, with decimal commas", "read", cheap=False)
def largest_quoted(folder):
    line = '"{0:.4f}";"0.0512";"9.8013";"0.1024";"0.0105";"0.0210";"0.0315"'
    path = fill(folder / "long.csv", HEADER.replace(",", ";"), rows(line), SPREAD_BYTES - 1_000_000)
    return put(path, path.read_text(encoding="utf-8").replace(".", ",").encode("cp1252"))


@case("Sensor Logger tables just small enough, in a zip", "read", cheap=False)
def largest_zip(folder):
    head = "time,seconds_elapsed,z,y,x\n"
    parts = {"Metadata.csv": written_by("sensor_logger")["Metadata.csv"].decode()}
    for name, values in (
        ("TotalAcceleration", "0.1024,9.8013,0.0512"),
        ("Gyroscope", "0.0105,0.0210,0.0315"),
    ):
        line = "{0},{1:.4f}," + values + "\n"
        table = "".join(line.format(1_772_440_200_000_000_000 + n * 10**7, n / 100) for n in range(390_000))
        parts[f"{name}.csv"] = head + table
    return zipped(folder / "long.zip", parts)


@case("a table of seven million short rows", cheap=False)
def short_rows(folder):
    return fill(folder / "short.csv", "t,ax,ay,az\n", rows("1,2,9,4"))


@case("a table of nothing but line ends", cheap=False)
def line_ends(folder):
    return fill(folder / "ends.csv", HEADER, rows(""))


@case("a table of ten million columns", cheap=False)
def many_columns(folder):
    return put(folder / "wide.csv", "a," * 10_000_000 + "b\n" + "1," * 9_000_000 + "1\n")


@case("rows of ten million columns without a header", cheap=False)
def many_columns_bare(folder):
    return put(folder / "wide.csv", ("1.5," * 4_900_000 + "1.5\n") * 2)


@case("a table of 100,000 columns")
def wide(folder):
    return put(folder / "wide.csv", "a," * 100_000 + "b\n" + ("1," * 100_000 + "1\n") * 3)


@case("rows of 100,000 columns without a header")
def wide_bare(folder):
    return put(folder / "wide.csv", ("1.5," * 100_000 + "1.5\n") * 3)


@case("a sound table in whose middle a line never ends", cheap=False)
def endless_within(folder):
    return put(folder / "a.csv", table() + b"1.5," * 9_900_000 + b"\n" + table(50))


@case("one line of 40 MB without an end", cheap=False)
def endless(folder):
    return put(folder / "line.csv", b"1.5," * 9_900_000)


@case("one line of 40 MB of one letter", cheap=False)
def endless_letter(folder):
    return put(folder / "line.csv", b"x" * 40_000_000)


@case("one number of a million digits")
def long_number(folder):
    return put(folder / "number.csv", table().replace(b"\n0.0,", b"\n" + b"9" * 1_000_000 + b","))


@case("a table of NUL bytes, 40 MB", cheap=False)
def nuls(folder):
    return put(folder / "nul.csv", bytes(SPREAD_BYTES))


@case("a table with NUL bytes among its cells")
def nul_cells(folder):
    return put(folder / "nul.csv", table().replace(b"9.8,", b"9.8\x00,"))


@case("a table with nothing but NaN")
def all_nan(folder):
    return put(
        folder / "nan.csv", HEADER + "".join(f"{n / 100},nan,nan,nan,nan,nan,nan\n" for n in range(900))
    )


@case("a table of NaN, 40 MB", cheap=False)
def nan_flood(folder):
    return fill(folder / "nan.csv", HEADER, rows("{0:.2f},nan,NaN,nan,nan,nan,nan"))


@case("a table in which every second row is NaN", "read")
def half_nan(folder):
    line = "{0:.2f},{1},{1},{2},0.01,0.02,0.03\n"
    lines = (line.format(n / 100, *(("nan", "nan") if n % 2 else (0.1, 9.8))) for n in range(2000))
    return put(folder / "nan.csv", HEADER + "".join(lines))


@case("a table whose times are NaN")
def nan_times(folder):
    return put(folder / "nan.csv", HEADER + "nan,0.1,9.8,0.1,0.01,0.02,0.03\n" * 900)


@case("a clock that runs backwards")
def backwards(folder):
    lines = (f"{9 - n / 100:.2f},0.1,9.8,0.1,0.01,0.02,0.03\n" for n in range(900))
    return put(folder / "back.csv", HEADER + "".join(lines))


@case("a clock that falls back ten seconds again and again")
def sawtooth(folder):
    lines = (f"{n % 1000 / 100:.2f},0.1,9.8,0.1,0.01,0.02,0.03\n" for n in range(3000))
    return put(folder / "saw.csv", HEADER + "".join(lines))


@case("a clock that stands still")
def frozen(folder):
    lines = (f"5.0,0.1,9.8,{n / 1000},0.01,0.02,0.03\n" for n in range(900))
    return put(folder / "still.csv", HEADER + "".join(lines))


@case("a clock that leaps to 1e300")
def leaping(folder):
    return put(folder / "leap.csv", table().replace(b"\n1.0,", b"\n1e300,"))


@case("ActiGraph counts in epochs of 10 s", "not_gravity")
def counts(folder):
    head = written_by("actigraph")["TAS0000000000RAW.csv"].split(b"\r\n")[:10]
    lines = [b"Date,Time,Axis1,Axis2,Axis3,Steps", *(b"3/2/2026,08:30:%02d,12,7,31,2" % n for n in range(60))]
    return put(folder / "counts.csv", b"\r\n".join(head + lines))


@case("counts in a table of no known app", "not_gravity", "source")
def bare_counts(folder):
    lines = (f"{n * 10},{n % 7 * 30},{n % 5 * 21},{n % 3 * 44}\n" for n in range(900))
    return put(folder / "counts.csv", "time (s),axis x,axis y,axis z\n" + "".join(lines))


# JSON.


@case("JSON that opens a million brackets")
def deep_json(folder):
    return put(folder / "deep.json", b"[" * 1_000_000)


@case("a Sensor Logger JSON that opens a million brackets")
def deep_sensor_json(folder):
    return put(
        folder / "deep.json", b'[{"sensor":"Accelerometer","seconds_elapsed":"1","x":' + b"[" * 1_000_000
    )


@case("JSON of 40 MB that no app writes", cheap=False)
def long_json(folder):
    return put(folder / "long.json", b"[" + b"1.5," * 9_500_000 + b"1]")


@case("a Sensor Logger JSON of 35 MB", cheap=False)
def long_sensor_json(folder):
    return sensor_json(folder, 35_000_000)


@case("a Sensor Logger JSON just small enough", "read", cheap=False)
def largest_sensor_json(folder):
    return sensor_json(folder, 22_000_000)


def sensor_json(folder, size):
    item = '{{"sensor":"TotalAcceleration","time":"{0}","seconds_elapsed":"{1:.2f}"'
    item += ',"x":"0.1","y":"9.8","z":"0.{2}"}},\n'
    lines = (item.format(1_772_440_200_000_000_000 + n * 10**7, n / 100, n % 97) for n in range(10**9))
    path = fill(folder / "long.json", "[", lines, size)
    return put(path, path.read_bytes().rstrip(b",\n") + b"]")


# Workbooks.


def workbook(folder, sheet, strings=b""):
    book = b'<workbook xmlns:r="urn:r"><sheets><sheet name="Accelerometer" r:id="rId1"/></sheets></workbook>'
    relations = b'<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations,
        "xl/worksheets/sheet1.xml": sheet,
    }
    return zipped(folder / "book.xlsx", parts | ({"xl/sharedStrings.xml": strings} if strings else {}))


ROW = b'<row><c t="s"><v>0</v></c><c><v>9.8</v></c></row>'
SHEET = b"<worksheet><sheetData>" + ROW * 50 + b"</sheetData></worksheet>"


@case("a workbook whose XML names a file of the machine")
def external_entity(folder):
    head = b'<!DOCTYPE sst [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    return workbook(folder, SHEET, head + b"<sst><si><t>&e;</t></si></sst>")


@case("a workbook whose XML expands to a billion laughs")
def laughs(folder):
    names = "abcdefghij"
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    head = f'<!DOCTYPE sst [<!ENTITY a "ha">{entities}]>'.encode()
    return workbook(folder, SHEET, head + b"<sst><si><t>&j;</t></si></sst>")


@case("a workbook that hides its declarations in UTF-16")
def hidden_entity(folder):
    text = (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE s [<!ENTITY a "ha">]><sst><si><t>&a;</t></si></sst>'
    )
    return workbook(folder, SHEET, text.encode("utf-16"))


@case("a workbook whose sheet unpacks to 40 MB", "not_gravity", cheap=False)
def large_sheet(folder):
    cells = b'<row><c t="s"><v>0</v></c><c><v>9.8</v></c><c><v>0.1</v></c></row>'
    sheet = b"<worksheet><sheetData>" + cells * (39_000_000 // len(cells)) + b"</sheetData></worksheet>"
    return workbook(folder, sheet, b"<sst><si><t>t</t></si></sst>")


@case("a workbook with a cell in column XFD")
def far_cell(folder):
    return workbook(folder, b'<worksheet><row><c r="XFD1"><v>1</v></c></row></worksheet>')


@case("a workbook with empty nested tags, 40 MB", cheap=False)
def nested_tags(folder):
    return workbook(folder, b"<a>" * 13_000_000)


@case("a workbook that repeats a text of 300 letters 700,000 times", cheap=False)
def repeated_string(folder):
    sheet = b"<worksheet><sheetData>" + ROW * 700_000 + b"</sheetData></worksheet>"
    return workbook(folder, sheet, b"<sst><si><t>" + b"x" * 300 + b"</t></si></sst>")


# Binary formats.


def spoilt(name, data, seed=7):
    """Return bytes with noise in their second half."""
    draw = np.random.default_rng(seed)
    values = np.frombuffer(data, np.uint8).copy()
    values[len(values) // 2 :: 3] = draw.integers(0, 256, values[len(values) // 2 :: 3].size, np.uint8)
    return values.tobytes()


@case("a damaged MAT file")
def damaged_mat(folder):
    data = next(iter(written_by("matlab_mobile").values()))
    return put(folder / "a.mat", data[:200] + spoilt("", data[200:]))


@case("a MAT file that states a matrix of 2 GB")
def swollen_mat(folder):
    data = next(iter(written_by("matlab_mobile").values()))
    numbers = struct.pack("<IIIIII", 14, 2_000_000_048, 6, 8, 6, 0) + struct.pack(
        "<IIii", 5, 8, 16_000, 16_000
    )
    return put(
        folder / "a.mat",
        data[:128] + numbers + struct.pack("<IIII", 1, 1, 97, 0) + struct.pack("<II", 9, 2_000_000_000),
    )


@case("a MAT file of which 200 kB unpack to 200 MB", cheap=False)
def mat_bomb(folder):
    from scipy.io import savemat

    path = folder / "a.mat"
    savemat(path, {"Acceleration": np.zeros(25_000_000)}, do_compression=True)
    data = path.read_bytes()
    return put(path, b"MATLAB 5.0 MAT-file".ljust(116) + data[116:])


@case("a damaged Axivity file", "read", *REFUSED)
def damaged_cwa(folder):
    data = next(iter(written_by("axivity_cwa", 6000).values()))
    return put(folder / "a.cwa", data[:1024] + spoilt("", data[1024:]))


@case("an Axivity file of which nothing but the header is right")
def hollow_cwa(folder):
    return put(folder / "a.cwa", b"MD" + b"\xff" * 1022 + b"AX" * 500_000)


@case("an Axivity file of a day", cheap=False)
def long_cwa(folder):
    data = next(iter(written_by("axivity_cwa", 6000).values()))
    return put(folder / "a.cwa", data[:1024] + data[1024:] * (SPREAD_BYTES // len(data)))


@case("a GENEActiv file of a day", cheap=False)
def long_geneactiv(folder):
    data = next(iter(written_by("geneactiv", 6000).values()))
    start = data.index(b"Recorded Data")
    return put(folder / "a.bin", data[:start] + data[start:] * (SPREAD_BYTES // len(data)))


@case("a WitMotion binary log of 40 MB", "read", *REFUSED, cheap=False)
def long_witmotion(folder):
    data = next(iter(written_by("witmotion_binary", 6000).values()))
    return put(folder / "a.txt", data * (SPREAD_BYTES // len(data)))


@case("an Excel 97 workbook that was cut off")
def cut_xls(folder):
    return put(folder / "a.xls", xls_bytes()[:3000])


@case("a damaged Excel 97 workbook")
def damaged_xls(folder):
    return put(folder / "a.xls", spoilt("", xls_bytes()))


@case("an Excel 97 workbook whose sectors form a circle")
def circular_xls(folder):
    data = bytearray(xls_bytes())
    sector = struct.unpack_from("<I", data, 76)[0]
    struct.pack_into("<128I", data, 512 * (sector + 1), *[1] * 128)
    return put(folder / "a.xls", bytes(data))


def xls_bytes():
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Raw Data")
    for row in range(300):
        for column in range(4):
            sheet.write(row, column, row / 100 + column)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@case("40 MB of noise", cheap=False)
def noise(folder):
    return put(folder / "noise.bin", np.random.default_rng(3).bytes(SPREAD_BYTES))


# Files that are none, and folders.


@case("a file that is not there")
def missing(folder):
    return folder / "none.csv"


@case("an empty file")
def empty(folder):
    return put(folder / "empty.csv", b"")


@case("a named pipe that nobody writes to")
def pipe(folder):
    path = folder / "Accelerometer.csv"
    os.mkfifo(path)
    return path


@case("a device that never ends")
def device(_):
    return Path("/dev/zero")


@case("a link to itself")
def loop(folder):
    path = folder / "loop.csv"
    path.symlink_to(path)
    return path


@case("a folder that holds a link to itself and a sound table", "read")
def folder_loop(folder):
    put(folder / "a.csv", table())
    (folder / "again").symlink_to(folder, target_is_directory=True)
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    os.mkfifo(folder / "pipe.csv")
    return folder


@case("a folder of 11,000 files")
def many_files(folder):
    for number in range(11_000):
        put(folder / f"{number}.csv", b"1")
    return folder


@case("a folder of 100,000 files", cheap=False)
def very_many_files(folder):
    for number in range(100_000):
        put(folder / f"{number}.csv", b"1")
    return folder


@case("a folder of tables that are 1.2 GB together", cheap=False)
def heavy_folder(folder):
    for number in range(30):
        path = put(folder / f"take {number}.csv", table())
        os.truncate(path, 40_000_000)
    return folder
