"""Files that are none, and folders of too many."""

import os
from pathlib import Path

from bad_input.making import case, put, table


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
