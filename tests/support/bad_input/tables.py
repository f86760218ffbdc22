"""Tables too long, too wide, or of lines without an end."""

import os

from bad_input.making import HEADER, SPREAD_BYTES, case, fill, put, rows, table, written_by, zipped


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
