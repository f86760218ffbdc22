"""Faults of a clock, put into what any source writes, and the account of its rows afterwards."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass

import numpy as np

from surefoot.errors import SurefootError
from surefoot.model import Recording
from surefoot.sources import discover, parse

KINDS = ("shuffle", "double", "drop", "freeze", "restart", "zero", "jump")
LEFT_OUT = re.compile(r"(\d+) of \d+ acceleration rows were left out")


@dataclass(frozen=True)
class Fault:
    """What is done to the rows ``[start, stop)`` of a clock: `size_s` a jump's, `seed` a shuffle's."""

    kind: str
    start: int
    stop: int
    size_s: float = 0.0
    seed: int = 0


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


def _with_rows(recording: Recording, rows, times) -> Recording:
    spoilt = copy.copy(recording)
    gyr = None if recording.gyr_radps is None else recording.gyr_radps[rows]
    for name, value in (("time_s", times), ("acc_mps2", recording.acc_mps2[rows]), ("gyr_radps", gyr)):
        object.__setattr__(spoilt, name, value)
    return spoilt


@dataclass(frozen=True)
class Account:
    """Rows written, rows read back, rows told of as left out; or why the whole file was refused."""

    written: int
    used: int = 0
    told: int = 0
    refused: str = ""
    recordings: tuple = ()

    @property
    def closes(self) -> bool:
        return bool(self.refused) or self.written == self.used + self.told


def account(key: str, spoilt: Recording) -> Account | None:
    """Write with a source and read again; None where the format cannot even hold such a clock."""
    rows = spoilt.time_s.size
    try:
        files = discover()[key].write(spoilt)
    except (ValueError, OverflowError, ArithmeticError):
        return None
    try:
        recordings = parse(files, key)
    except SurefootError as error:
        return Account(rows, refused=str(error))
    issues = {issue for recording in recordings for issue in recording.issues}
    told = sum(int(match[1]) for issue in issues for match in LEFT_OUT.finditer(issue.what))
    return Account(rows, sum(len(r.time_s) for r in recordings), told, recordings=recordings)
