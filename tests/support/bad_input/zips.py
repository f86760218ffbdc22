"""Zips that lie about their size, hold too much, or climb out of their folder."""

import struct
import zipfile

from bad_input.making import case, put, table, zipped


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
