"""Sensor times: put in order, made strictly increasing, measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Issue, Severity

MIN_SAMPLES: Final = 10
MAX_SAMPLES: Final = 1_000_000
GAP_S: Final = 0.10
ABSURD: Final = 1e12


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


def tidy(signal: Signal) -> Signal:
    """Return the signal without invalid rows, its times strictly increasing.

    Rows without a number and leading all-zero rows are dropped, rows slightly out of order are sorted, equal
    rows collapsed, and different rows under one time spread until the next time. Each repair leaves an
    issue. Raises UnreadableFileError where fewer than ten rows remain or the time runs backwards.
    """
    rows = signal.time_s.size
    tidied = _sorted(_without_leading_zeros(_finite(signal)))
    tidied = _spread(_without_repeats(tidied))
    lost = rows - tidied.time_s.size
    if tidied.time_s.size < MIN_SAMPLES:
        raise UnreadableFileError(
            f"The {signal.name} holds too few samples.",
            found=f"{tidied.time_s.size} of {rows} rows usable",
            expected=f"at least {MIN_SAMPLES}",
            do="Record for at least the length of the test.",
        )
    return tidied.with_issue(rows_dropped(signal.name, lost, rows)) if lost else tidied


def rows_dropped(name: str, lost: int, rows: int) -> Issue:
    """Return the issue that says how many rows could not be used."""
    severity: Severity = "warning" if lost > 0.01 * rows + 2 else "info"
    what = f"{lost} of {rows} {name} rows were left out: no number, repeated, or from before the start."
    return Issue("rows_dropped", severity, what)


def check_samples(count: int, member: str) -> None:
    """Refuse more samples than any test has, before memory is taken for them."""
    if count > MAX_SAMPLES:
        raise UnreadableFileError(
            f"{member} is longer than any recording of a test.",
            found=f"{count:,} samples",
            expected=f"at most {MAX_SAMPLES:,}, nearly three hours at 100 Hz",
            do="Cut the test out with the device's own program, and export that part.",
        )


def spread_packets(stamps_s: Floats, counts: NDArray[np.int64], step_s: float = 0.0) -> Floats:
    """Return the times of all samples of packets; one that lasts too long ends where packets usually do.

    `step_s` is the time between samples where there is but one packet.

    >>> spread_packets(np.array([0.0, 0.2, 0.4, 1.0]), np.array([2, 2, 2, 2])).round(3).tolist()
    [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 1.0, 1.1]
    """
    steps = np.diff(stamps_s) / counts[:-1]
    typical = float(np.median(steps)) if steps.size else step_s
    steps = np.r_[np.where((steps > 0) & (steps <= 1.5 * typical), steps, typical), typical]
    first = np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(
        np.repeat(stamps_s, counts) + (np.arange(counts.sum()) - first) * np.repeat(steps, counts)
    )


def measured_rate(time_s: Floats) -> float:
    """Return the sampling rate in Hz: samples over span of the longest stretch without a gap.

    >>> measured_rate(np.array([0.0, 0.01, 0.02, 0.03, 5.0, 5.01]))
    100.0
    """
    edges = np.flatnonzero(np.diff(time_s) > _gap_limit(time_s))
    first, last = np.r_[0, edges + 1], np.r_[edges, time_s.size - 1]
    longest = int(np.argmax(last - first))
    steps = int(last[longest] - first[longest])
    span = float(time_s[last[longest]] - time_s[first[longest]])
    return round(steps / span, 9) if span > 0 else 0.0


def find_gaps(time_s: Floats) -> list[tuple[float, float]]:
    """Return the stretches ``(start, end)`` in s in which samples are missing."""
    edges = np.flatnonzero(np.diff(time_s) > _gap_limit(time_s))
    return [(float(time_s[i]), float(time_s[i + 1])) for i in edges]


def without_held(signal: Signal) -> Signal:
    """Return only the rows in which the values changed, where an app repeats them until the next sample.

    Rows written on any sensor's event repeat the others. A coarse sensor repeats itself too, so nothing is
    dropped unless more than half the rows repeat and the values are fine-grained.
    """
    changed = np.r_[True, (np.diff(signal.values, axis=0) != 0).any(axis=1)]
    fine = max(np.unique(column).size for column in signal.values.T) >= 50
    if not fine or changed.mean() >= 0.5:
        return signal
    what = f"The {signal.name} repeats each sample in {1 / changed.mean():.1f} rows; only changes were kept."
    return signal.take(changed).with_issue(Issue("rows_dropped", "info", what))


def _gap_limit(time_s: Floats) -> float:
    return max(GAP_S, 1.5 * float(np.median(np.diff(time_s))))


def _finite(signal: Signal) -> Signal:
    good = (np.abs(signal.time_s) < ABSURD) & (np.abs(signal.values) < ABSURD).all(axis=1)
    return signal if good.all() else signal.take(good)


def _without_leading_zeros(signal: Signal) -> Signal:
    moving = np.flatnonzero(signal.values.any(axis=1))
    return signal.take(slice(int(moving[0]) if moving.size else signal.time_s.size, None))


def _sorted(signal: Signal) -> Signal:
    time = signal.time_s
    if time.size < 2 or (np.diff(time) >= 0).all():
        return signal
    late = np.maximum.accumulate(time) - time
    # A clock that begins again each second, or a column of steps, falls back by most of what it spans.
    if (late > 0).mean() > 0.05 and late.max() > min(1.0, np.ptp(time) / 2):
        raise UnreadableFileError(
            f"The time of the {signal.name} runs backwards.",
            found=f"{int((late > 0).sum())} of {time.size} rows earlier than one before them",
            expected="rows in the order of time",
            do="If several recordings were joined, export and import them one by one.",
        )
    what = f"{int((late > 0).sum())} {signal.name} rows were out of order and were sorted."
    ordered = signal.take(np.argsort(time, kind="stable"))
    return ordered.with_issue(Issue("clock_repaired", "warning", what))


def _without_repeats(signal: Signal) -> Signal:
    repeated = (np.diff(signal.time_s) == 0) & (np.diff(signal.values, axis=0) == 0).all(axis=1)
    return signal.take(np.r_[True, ~repeated]) if repeated.any() else signal


def _spread(signal: Signal) -> Signal:
    """Give rows that share a time evenly spaced times until the next one."""
    time, first, count = np.unique(signal.time_s, return_index=True, return_counts=True)
    if time.size == signal.time_s.size:
        return signal
    if time.size < 2:
        return signal.take(slice(1))
    typical = float(np.median(np.diff(time)))
    step = np.minimum(np.r_[np.diff(time), typical], typical) / count
    place = np.arange(signal.time_s.size) - np.repeat(first, count)
    spread = np.repeat(time, count) + place * np.repeat(step, count)
    share = f"{signal.time_s.size - time.size} of {signal.time_s.size}"
    what = f"{share} {signal.name} rows share their time with another; they were spread evenly."
    issue = Issue("low_precision_time", "warning", what, "Export again from the app, with all digits.")
    keep = np.r_[True, np.diff(spread) > 0]
    return replace(signal, time_s=spread).take(keep).with_issue(issue)
