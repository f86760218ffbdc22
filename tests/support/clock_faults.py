"""Faults of a clock, put into what any source writes, and the account of its rows afterwards."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from exports import find_gaps
from surefoot.errors import SurefootError
from surefoot.model import Recording
from surefoot.sources import parse
from writers import write

KINDS = ("shuffle", "double", "drop", "freeze", "restart", "zero", "jump")
ROWS, RATE_HZ = 400, 100.0
# Along x the acceleration rises from row to row, so that every row that was read tells which it is.
RISE_MPS2 = 0.005
# A row that lies so far from where it was measured is in a wrong place.
OFF_S, FEW = 0.06, 0.02
LEFT_OUT = re.compile(r"(\d+) of \d+ acceleration rows were left out")
# Some apps write a row at any sensor's event: of these the file holds more than there were samples.
HELD = re.compile(r"(\d+) of (\d+) rows only repeat the acceleration")


@dataclass(frozen=True)
class Fault:
    """What is done to the rows ``[start, stop)`` of a clock: `size_s` a jump's, `seed` a shuffle's."""

    kind: str
    start: int
    stop: int
    size_s: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class Account:
    """Rows written, rows read back, rows told of as left out; or why the whole file was refused.

    `told` says that something was said of the clock, be it by a hole in its times; `misplaced` is the share
    of rows that lie elsewhere than where they were measured.
    """

    written: int
    used: int = 0
    left_out: int = 0
    refused: str = ""
    told: bool = True
    misplaced: float = 0.0

    @property
    def unaccounted(self) -> int:
        return 0 if self.refused else self.written - self.used - self.left_out

    @property
    def silently_wrong(self) -> bool:
        return not self.told and self.misplaced > FEW


def rising() -> Recording:
    """A sensor at rest, but for a drift along x by which its rows are known."""
    time_s = np.arange(ROWS) / RATE_HZ
    noise = np.random.default_rng(1).normal(0, 0.02, (ROWS, 2))
    acc = np.column_stack([RISE_MPS2 * (np.arange(ROWS) - ROWS / 2), 9.7 + noise[:, 0], 1.1 + noise[:, 1]])
    gyr = np.column_stack([0.1 * np.sin(3 * time_s), 0.1 * np.cos(5 * time_s), 0.05 * np.sin(7 * time_s)])
    return Recording(
        time_s, acc, gyr, platform="ios", device_model="M", started=datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    )


def spoil(recording: Recording, fault: Fault) -> Recording:
    """Return a recording with a spoilt clock, such as no constructor lets pass, for a source to write."""
    rows, times = np.arange(recording.time_s.size), recording.time_s.copy()
    part = slice(fault.start, fault.stop)
    if fault.kind == "shuffle":
        rows[part] = np.random.default_rng(fault.seed).permutation(rows[part])
    elif fault.kind == "double":
        rows = np.r_[rows[: fault.stop], rows[fault.start :]]
    elif fault.kind == "drop":
        rows = np.delete(rows, part)
    elif fault.kind == "freeze":
        times[part] = times[fault.start]
    elif fault.kind == "restart":
        times[fault.start :] -= times[fault.start]
    elif fault.kind == "zero":
        times[part] = 0.0
    else:
        times[part] += fault.size_s
    return _with_rows(recording, rows, times[rows])


def _with_rows(recording: Recording, rows: np.ndarray, times: np.ndarray) -> Recording:
    spoilt = copy.copy(recording)
    gyr = None if recording.gyr_radps is None else recording.gyr_radps[rows]
    for name, value in (("time_s", times), ("acc_mps2", recording.acc_mps2[rows]), ("gyr_radps", gyr)):
        object.__setattr__(spoilt, name, value)
    return spoilt


class Books:
    """What one source makes of rows: how many it adds itself, and whether each of them has a time."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.plain = {issue for r in parse(write(key, rising()), key) for issue in r.issues}
        self.added = -self._account(rising()).unaccounted
        # Where a row far ahead goes unseen, the file tells the times of packets, or a rate alone.
        ahead = self._account(spoil(rising(), Fault("jump", 203, 204, 512.0)))
        self.has_clock = ahead is not None and ahead.told

    def account(self, fault: Fault) -> Account | None:
        """Write a spoilt clock and read it again; None where the format cannot even hold it."""
        return self._account(spoil(rising(), fault))

    def _account(self, spoilt: Recording) -> Account | None:
        written = spoilt.time_s.size + getattr(self, "added", 0)
        try:
            with np.errstate(all="raise"):
                files = write(self.key, spoilt)
        except (ValueError, OverflowError, ArithmeticError):
            return None
        try:
            recordings = parse(files, self.key)
        except SurefootError as error:
            return Account(written, refused=str(error))
        issues = {issue for recording in recordings for issue in recording.issues}
        said = " ".join(issue.what for issue in issues)
        left_out = sum(map(int, LEFT_OUT.findall(said)))
        for held, rows in HELD.findall(said):
            left_out, written = left_out + int(held), int(rows)
        told = bool(issues - getattr(self, "plain", set())) or any(find_gaps(r.time_s) for r in recordings)
        told = told or not getattr(self, "has_clock", True)
        used = sum(len(r.time_s) for r in recordings)
        return Account(written, used, left_out, told=told, misplaced=max(map(misplaced, recordings)))


def misplaced(recording: Recording) -> float:
    """Return the share of rows whose time is not that of their measurement."""
    measured_s = (recording.acc_mps2[:, 0] / RISE_MPS2 + ROWS / 2) / RATE_HZ
    off_s = recording.time_s - measured_s
    return float((np.abs(off_s - np.median(off_s)) > OFF_S).mean())
