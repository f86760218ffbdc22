"""`Signal`: one sensor of an export, and how it tells of rows that were not used."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Floats, Issue, Severity


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """One sensor of an export: times (n,) in s on the export's clock, values (n, 3) in `unit`.

    `unit` is one of the keys of `surefoot.units.ACCELERATION_TO_MPS2` or `ROTATION_TO_RADPS`, or empty where
    the file does not tell.
    """

    name: str
    time_s: Floats
    values: Floats
    unit: str = ""
    issues: tuple[Issue, ...] = ()

    def take(self, keep: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Signal:
        """Return the rows that a mask, an index or a slice selects."""
        return replace(self, time_s=self.time_s[keep], values=self.values[keep])

    def with_issue(self, issue: Issue) -> Signal:
        """Return the signal with one more issue."""
        return replace(self, issues=(*self.issues, issue))


def left_out(signal: Signal, keep: NDArray[np.bool_], which: str, *, doubtful: bool = False) -> Signal:
    """Return the rows to keep, and tell of the others; `doubtful` makes it a warning however few they are."""
    lost = int((~keep).sum())
    if not lost:
        return signal
    return signal.take(keep).with_issue(rows_dropped(signal.name, lost, keep.size, which, doubtful=doubtful))


def rows_dropped(name: str, lost: int, rows: int, which: str, *, doubtful: bool = False) -> Issue:
    """Return the issue that says how many rows were left out, and `which` these were.

    >>> rows_dropped("gyroscope", 1, 900, "without a number").what
    '1 of 900 gyroscope rows were left out: those without a number.'
    """
    severity: Severity = "warning" if doubtful or lost > 0.01 * rows + 2 else "info"
    return Issue("rows_dropped", severity, f"{lost} of {rows} {name} rows were left out: those {which}.")


def clock_repaired(what: str) -> Issue:
    """Return the issue that says what was done about a clock."""
    return Issue("clock_repaired", "warning", what)
