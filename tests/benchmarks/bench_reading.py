"""How long reading a CSV takes beside pandas' C parser, in one run on one machine: ``python bench_reading.py``.

A script, not a test. The files are what our writers write of noise at 100 Hz, the largest table of each export.
Both read the same bytes in turn; the ratio is the median over pairs of processor times, which other programs
disturb less than the clock does. Pandas rounds decimals carelessly by default, and guesses neither encoding,
delimiter nor decimal sign: it is told them.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from surefoot.model import Recording
from surefoot.sources.tables import read_table

sys.path.append(str(Path(__file__).parents[1] / "support"))
from writers import write

SOURCES = ("phyphox", "sensor_logger", "generic_csv", "physics_toolbox", "shimmer")
PAIRS = {30: 60, 600: 11}


def noise(seconds: float) -> Recording:
    time_s = np.arange(0, seconds, 0.01)
    draw = np.random.default_rng(1)
    acc = draw.normal(0, 0.05, (time_s.size, 3)) + [0.4, 9.7, 1.1]
    gyr = draw.normal(0, 0.02, (time_s.size, 3))
    started = datetime(2026, 3, 2, tzinfo=UTC)
    return Recording(time_s, acc, gyr, platform="android", device_model="Model 7", started=started)


def largest_table(source: str, seconds: float) -> bytes:
    return max(write(source, noise(seconds)).values(), key=len)


def pandas_options(data: bytes) -> dict[str, object]:
    head = data[:400]
    skipped = 1 if head.startswith((b"\n", b"sep", b'"sep')) else 0
    mark = next(mark for mark in ";\t," if mark.encode() in head)
    return {"sep": mark, "skiprows": skipped, "engine": "c"}


def seconds_taken(run, *given, **options) -> float:
    before = time.process_time()
    run(*given, **options)
    return time.process_time() - before


def measure(data: bytes, pairs: int) -> tuple[float, float, float]:
    """Return the medians of our time, of theirs, and of the ratio."""
    options = pandas_options(data)
    ours, theirs = [], []
    for _ in range(pairs):
        ours.append(seconds_taken(read_table, data))
        theirs.append(seconds_taken(pd.read_csv, io.BytesIO(data), **options))
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return statistics.median(ours), statistics.median(theirs), statistics.median(ratios)


def main() -> None:
    sys.stdout.write(f"{'table':<18}{'length':>8}{'MB':>7}{'ours':>10}{'pandas':>10}{'ratio':>8}\n")
    for source in SOURCES:
        for seconds, pairs in PAIRS.items():
            data = largest_table(source, seconds)
            ours_s, theirs_s, ratio = measure(data, pairs)
            shown = f"{ours_s * 1e3:>7.1f} ms{theirs_s * 1e3:>7.1f} ms{ratio:>8.2f}"
            sys.stdout.write(f"{source:<18}{seconds:>6} s{len(data) / 1e6:>7.2f}{shown}\n")


if __name__ == "__main__":
    main()
