"""What bad input is made with: cases, and the sound exports that they spoil."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from surefoot.model import Recording
from writers import write

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


def standing(samples=600):
    time_s = np.arange(samples) / 100
    acc = np.column_stack([0.1 * np.sin(time_s), 9.8 + 0 * time_s, 0.1 * np.cos(time_s)])
    return Recording(time_s, acc, 0.02 * acc + 0.01, platform="android")


def written_by(key, samples=600):
    return write(key, standing(samples))


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
