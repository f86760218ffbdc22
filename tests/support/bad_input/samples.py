"""Tables of NaN, of clocks that do not run on, and of counts."""

from bad_input.making import HEADER, case, fill, put, rows, table, written_by


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


@case("a table whose times are NaN", "unknown_columns")
def nan_times(folder):
    return put(folder / "nan.csv", HEADER + "nan,0.1,9.8,0.1,0.01,0.02,0.03\n" * 900)


@case("a clock that runs backwards", "read")
def backwards(folder):
    lines = (f"{9 - n / 100:.2f},0.1,9.8,0.1,0.01,0.02,0.03\n" for n in range(900))
    return put(folder / "back.csv", HEADER + "".join(lines))


@case("a clock that falls back ten seconds again and again", "read")
def sawtooth(folder):
    lines = (f"{n % 1000 / 100:.2f},0.1,9.8,0.1,0.01,0.02,0.03\n" for n in range(3000))
    return put(folder / "saw.csv", HEADER + "".join(lines))


@case("a clock that stands still", "unknown_columns")
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
