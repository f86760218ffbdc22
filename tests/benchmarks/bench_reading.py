"""What reading a CSV costs beside pandas' C parser.

The files are what our writers write of noise at 100 Hz, the largest table of each export. Pandas rounds decimals
carelessly by default, and guesses neither encoding, delimiter nor decimal sign: it is told them.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import cpu_ms, in_pairs, table

from surefoot.model import Recording
from surefoot.sources.tables import read_table

sys.path.append(str(Path(__file__).parents[1] / "support"))
from writers import write

SOURCES = ("phyphox", "sensor_logger", "generic_csv", "physics_toolbox", "shimmer")
PAIRS = {30: 30, 600: 7}
SAID = """\
The largest table of each export, noise at 100 Hz, beside pandas' C parser, which is told encoding, delimiter and decimal sign,
and rounds decimals carelessly.
"""


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


def report() -> str:
    """Return the part of the page."""
    rows = []
    for source in SOURCES:
        for seconds, pairs in PAIRS.items():
            data = largest_table(source, seconds)
            theirs = partial(pd.read_csv, **pandas_options(data))
            found = in_pairs(
                lambda data=data: cpu_ms(lambda: read_table(data)),
                lambda data=data, theirs=theirs: cpu_ms(lambda: theirs(io.BytesIO(data))),
                pairs,
            )
            costs = [f"{each:.1f} ms" for each in (found.first_ms, found.second_ms)]
            rows.append((source, f"{seconds} s", f"{len(data) / 1e6:.2f}", *costs, f"{found.ratio:.2f}"))
    return f"{SAID}\n{table(('table', 'length', 'MB', 'ours', 'pandas', 'ratio'), rows)}"
