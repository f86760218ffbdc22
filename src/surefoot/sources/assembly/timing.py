"""Sensor times: put in order, made strictly increasing, measured."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.dsp import spread_packets
from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Issue
from surefoot.sources.assembly.order import in_order
from surefoot.sources.assembly.signal import Signal, left_out, rows_dropped

__all__ = [
    "ABSURD",
    "GAP_S",
    "MAX_SAMPLES",
    "MIN_SAMPLES",
    "Signal",
    "check_samples",
    "find_gaps",
    "left_out",
    "measured_rate",
    "rows_dropped",
    "spread_packets",
    "tidy",
    "without_held",
]

MIN_SAMPLES: Final = 10
MAX_SAMPLES: Final = 1_000_000
GAP_S: Final = 0.10
ABSURD: Final = 1e12
STOOD_S: Final = 0.5


def tidy(signal: Signal) -> Signal:
    """Return the signal without invalid rows, its times strictly increasing.

    Rows without a number, leading all-zero rows and copies go, the order of time is mended (`in_order`), and
    different rows under one time are spread. Each repair and each row left out is told in an issue. Raises
    UnreadableFileError where fewer than ten rows remain, the clock begins anew or the time runs backwards.
    """
    rows = signal.time_s.size
    tidied = _spread(_without_repeats(in_order(_without_leading_zeros(_finite(signal)))))
    if tidied.time_s.size < MIN_SAMPLES:
        raise UnreadableFileError(
            f"The {signal.name} holds too few samples.",
            found=f"{tidied.time_s.size} of {rows} rows usable",
            expected=f"at least {MIN_SAMPLES}",
            do="Record for at least the length of the test.",
        )
    return tidied


def check_samples(count: int, member: str) -> None:
    """Refuse more samples than any test has, before memory is taken for them."""
    if count > MAX_SAMPLES:
        raise UnreadableFileError(
            f"{member} is longer than any recording of a test.",
            found=f"{count:,} samples",
            expected=f"at most {MAX_SAMPLES:,}, nearly three hours at 100 Hz",
            do="Cut the test out with the device's own program, and export that part.",
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
    return left_out(signal, good, "without a number")


def _without_leading_zeros(signal: Signal) -> Signal:
    begun = np.logical_or.accumulate(signal.values.any(axis=1))
    return left_out(signal, begun, "from before the start, all zero")


def _without_repeats(signal: Signal) -> Signal:
    """Leave out rows equal to the one before, unless most of a packet's samples share their time anyway."""
    repeated = (np.diff(signal.time_s) == 0) & (np.diff(signal.values, axis=0) == 0).all(axis=1)
    keep = np.r_[True, ~repeated][: signal.time_s.size]
    kept = signal.time_s[keep]
    if np.unique(kept).size < kept.size / 2:
        return signal
    return left_out(signal, keep, "written twice")


def _spread(signal: Signal) -> Signal:
    """Give rows that share a time evenly spaced times until the next one."""
    time, count = np.unique(signal.time_s, return_counts=True)
    if time.size == signal.time_s.size:
        return signal
    if time.size < 2:
        return left_out(signal, np.arange(signal.time_s.size) == 0, "of one single time", doubtful=True)
    time, stood = _gone_on(time, count)
    spread = spread_packets(time, count)
    share = f"{signal.time_s.size - time.size} of {signal.time_s.size}"
    what = f"{share} {signal.name} rows share their time with another; they were spread evenly."
    if stood:
        what += f" The clock stood still {stood} times meanwhile; its rows were taken to go on."
    issue = Issue("low_precision_time", "warning", what, "Export again from the app, with all digits.")
    # Steps smaller than a time's last digit vanish.
    apart = np.r_[True, np.diff(spread) > 0]
    return left_out(replace(signal, time_s=spread).with_issue(issue), apart, "too close for their clock")


def _gone_on(time_s: Floats, counts: NDArray[np.int64]) -> tuple[Floats, int]:
    """Return the times of groups of rows on a clock that goes on where it stood still, and how often it did.

    A clock that was merely not read for a while has caught up by the next time.
    """
    steps = np.diff(time_s)
    usual = float(np.median(steps / counts[:-1]))
    behind = counts[:-1] * usual - steps
    stood = (behind > STOOD_S) & (counts[:-1] > 2)
    late_s = np.r_[0.0, np.cumsum(np.where(stood, behind, 0.0))]
    return np.asarray(time_s + late_s), int(stood.sum())
