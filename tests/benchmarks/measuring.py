"""Processor time of two things in turn: other programs disturb it less than the clock, and both alike."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """Medians of what two things cost, in milliseconds, and of the ratio of each pair, first over second."""

    first_ms: float
    second_ms: float
    ratio: float


def cpu_ms(run: Callable[[], object], times: int = 1) -> float:
    """Return the processor time of a call in this process."""
    before = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - before) * 1e3 / times


def cpu_of(command: Sequence[str]) -> float:
    """Return the processor time of a command that must succeed, in milliseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Compiled modules are kept, as they are where the package is installed.
    subprocess.run(
        command, check=True, capture_output=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1e3


def in_pairs(first: Callable[[], float], second: Callable[[], float], pairs: int) -> Pair:
    """Return what two things cost, asked in turn after one of each that warms up."""
    first(), second()
    costs = [(first(), second()) for _ in range(pairs)]
    ones, others = zip(*costs, strict=True)
    return Pair(
        statistics.median(ones), statistics.median(others), statistics.median(a / b for a, b in costs)
    )


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows as a table of a page; the columns after the first are numbers."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)
