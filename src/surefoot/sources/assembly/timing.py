"""`Signal`, one sensor of an export, and its times: put in order, made strictly increasing, measured.

Rows may be copied, stand apart or shuffled, or come under a clock set back; each that is not used is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.dsp import split_at_gaps, spread_packets
from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Issue, Severity
from surefoot.sources.assembly.digits import check_digits

_FAR_S: Final = 0.5
_FAR_STEPS: Final = 20
# What lies by itself at an end, further away than this, is no part of a take.
_END_FAR_S: Final = 10.0
_BRIEF_S: Final = 1.0
_MOST_APART: Final = 0.25
_MOST_SET_BACK: Final = 5
# A clock that falls back to the first tenth of what it had counted begins anew.
_ANEW_SHARE: Final = 0.1
_SHUFFLED_SHARE: Final = 0.1
_FEW_SHARE: Final = 0.1
_CLOSE_STEPS: Final = 0.5
_REGULAR_SHARE: Final = 0.9
_ALONE_SHARE: Final = 0.8
MIN_SAMPLES: Final = 10
MAX_SAMPLES: Final = 1_000_000
_GAP_S: Final = 0.10
ABSURD: Final = 1e12
_STOOD_S: Final = 0.5


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


def in_order(signal: Signal) -> Signal:
    """Return the signal with its times never falling, each repair told.

    In this order: rows that were there before, time and values, go; rows that only stand in another order
    are sorted; few rows whose time stands apart from those around them go; after a clock that was set back
    the rows go on one usual step later. Raises UnreadableFileError for a clock that begins anew, as that of
    two takes in one column, and for a time that runs backwards throughout.
    """
    if _never_falls(signal.time_s):
        return _without_apart(signal)
    for mend in (_without_copies, _sorted, _without_apart, _sorted):
        signal = mend(signal)
        if _never_falls(signal.time_s):
            return signal
    return _set_on(signal)


def usual_step(time_s: Floats) -> float:
    """Return the median of the steps forward, 0 where there is none."""
    steps = np.diff(time_s)
    forward = steps[steps > 0]
    return float(np.median(forward)) if forward.size else 0.0


def _never_falls(time_s: Floats) -> bool:
    return bool((np.diff(time_s) >= 0).all())


def _without_copies(signal: Signal) -> Signal:
    """Leave out rows that were there before; neighbours of one time are judged later, they may be samples."""
    rows = np.column_stack([signal.time_s, signal.values])
    _, first, inverse = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    group = np.cumsum(np.r_[0, np.diff(signal.time_s) != 0])
    copied = group[first[inverse.ravel()]] < group
    return left_out(signal, ~copied, "that were there before")


def _sorted(signal: Signal) -> Signal:
    """Sort rows that only stand in another order: sorted, they keep the distances of a clock."""
    time = signal.time_s
    order = np.argsort(time, kind="stable")
    late = int((np.maximum.accumulate(time) > time).sum())
    if not (_keeps_steps(time, order) or _is_regular(time)):
        return signal
    what = f"{late} {signal.name} rows were out of order and were sorted."
    return signal.take(order).with_issue(clock_repaired(what))


def _keeps_steps(time_s: Floats, order: NDArray[np.intp]) -> bool:
    """Tell whether rows that sorting brings together lie as far apart as rows that lay together before."""
    step = usual_step(time_s)
    steps = np.diff(time_s[order])
    # Rows of one time lay together before; where others come to share one, there are two clocks.
    brought = np.diff(order) != 1
    before = np.abs(np.diff(time_s))
    before = before[before > 0]
    close = (steps[brought] < _CLOSE_STEPS * step).mean()
    far = (steps[brought] > _far(step)).mean()
    return bool(close <= (before < _CLOSE_STEPS * step).mean() + _FEW_SHARE and far <= _FEW_SHARE)


def _is_regular(time_s: Floats) -> bool:
    """Tell whether rows in no order at all have the even times of a sensor once they are sorted."""
    falls = (np.diff(time_s) < 0).mean()
    times = np.unique(time_s)
    if falls < _SHUFFLED_SHARE or times.size < _ALONE_SHARE * time_s.size:
        return False
    steps = np.diff(times)
    usual = np.median(steps)
    even = (steps >= _CLOSE_STEPS * usual) & (steps <= usual / _CLOSE_STEPS)
    return bool(even.mean() >= _REGULAR_SHARE)


def _far(step: float) -> float:
    return max(_FAR_S, _FAR_STEPS * step)


def _without_apart(signal: Signal) -> Signal:
    """Leave out the few rows whose time stands apart while those around them go on."""
    time, step = signal.time_s, usual_step(signal.time_s)
    steps = np.diff(time)
    cuts = np.flatnonzero((steps < 0) | (steps > _far(step))) + 1
    if cuts.size == 0:
        return signal
    edges = np.r_[0, cuts, time.size]
    distinct = np.cumsum(np.r_[0, 1, steps != 0])[edges]
    longest = int(np.argmax(np.diff(distinct)))
    keep = np.ones(time.size, dtype=bool)
    for start, stop in _apart_after(time, edges[longest:].tolist(), step):
        keep[start:stop] = False
    before = (time.size - edges[: longest + 2])[::-1]
    for start, stop in _apart_after(-time[::-1], before.tolist(), step):
        keep[time.size - stop : time.size - start] = False
    if (~keep).mean() > _MOST_APART:
        return signal
    return left_out(signal, keep, "whose time stands apart from those around them", doubtful=True)


def _apart_after(time_s: Floats, edges: list[int], step: float) -> list[tuple[int, int]]:
    """Return the rows that stand apart after the first run: up to one that goes on, or a brief end.

    A run lies between neighbouring `edges`.
    """
    apart: list[tuple[int, int]] = []
    at, last = 0, len(edges) - 2
    while at < last:
        stop = edges[at + 1]
        back = next((j for j in range(at + 2, last + 1) if _goes_on(time_s, stop, edges[j], step)), 0)
        if not back and _is_brief_end(time_s, stop, edges[-1], step):
            return [*apart, (stop, edges[-1])]
        apart += [(stop, edges[back])] if back else []
        at = back or at + 1
    return apart


def _goes_on(time_s: Floats, stop: int, start: int, step: float) -> bool:
    """Tell whether the clock goes on at `start` as if the rows since `stop` had been counted."""
    due = (start - stop + 1) * step
    passed = time_s[start] - time_s[stop - 1]
    return bool(0.4 * due <= passed <= 1.5 * due + 0.1)


def _is_brief_end(time_s: Floats, stop: int, end: int, step: float) -> bool:
    """Tell whether what follows `stop` is brief, and no part of what lies before it."""
    jump = time_s[stop] - time_s[stop - 1]
    return bool((jump < 0 or jump > max(_END_FAR_S, _far(step))) and (end - stop) * step <= _BRIEF_S)


def _set_on(signal: Signal) -> Signal:
    """Let rows after a clock was set back go on one usual step later; refuse one that begins anew."""
    time, step = signal.time_s.copy(), usual_step(signal.time_s)
    falls = np.flatnonzero(np.diff(time) < 0) + 1
    if falls.size > _MOST_SET_BACK or step == 0:
        raise _runs_backwards(signal)
    begun, told = 0, []
    for fall in falls.tolist():
        back_s = float(time[fall - 1] - time[fall])
        first_s, last_s = signal.time_s[begun], signal.time_s[fall - 1]
        if signal.time_s[fall] <= first_s + _ANEW_SHARE * (last_s - first_s):
            raise _begins_anew(signal, fall)
        told.append(f"by {back_s:.2f} s after row {fall}")
        time[fall:] += back_s + step
        begun = fall
    what = f"The clock of the {signal.name} was set back {' and '.join(told)}; its rows were taken to go on."
    return replace(signal, time_s=time).with_issue(clock_repaired(what))


def _begins_anew(signal: Signal, row: int) -> UnreadableFileError:
    return UnreadableFileError(
        f"The clock of the {signal.name} begins anew: these are two takes in one.",
        found=f"row {row + 1} of {signal.time_s.size} at {signal.time_s[row]:.2f} s, "
        f"after {signal.time_s[row - 1]:.2f} s",
        expected="one take, its rows in the order of time",
        do="Export each take by itself, or cut the table there and give both parts.",
    )


def _runs_backwards(signal: Signal) -> UnreadableFileError:
    time = signal.time_s
    late = int((np.maximum.accumulate(time) > time).sum())
    return UnreadableFileError(
        f"The time of the {signal.name} runs backwards.",
        found=f"{late} of {time.size} rows earlier than one before them",
        expected="rows in the order of time",
        do="If several recordings were joined, export and import them one by one.",
    )


def tidy(signal: Signal) -> Signal:
    """Return the signal without invalid rows, its times strictly increasing.

    Rows without a number, leading all-zero rows and copies go, the order of time is mended (`in_order`), and
    different rows under one time are spread. Each repair and each row left out is told in an issue. Raises
    UnreadableFileError where fewer than ten rows remain, the clock begins anew or the time runs backwards.
    """
    rows = signal.time_s.size
    finite = (np.abs(signal.time_s) < ABSURD) & (np.abs(signal.values) < ABSURD).all(axis=1)
    signal = left_out(signal, finite, "without a number")
    begun = np.logical_or.accumulate(signal.values.any(axis=1))
    signal = left_out(signal, begun, "from before the start, all zero")
    tidied = _spread(_without_repeats(in_order(signal)))
    if tidied.time_s.size < MIN_SAMPLES:
        raise UnreadableFileError(
            f"The {signal.name} holds too few samples.",
            found=f"{tidied.time_s.size} of {rows} rows usable",
            expected=f"at least {MIN_SAMPLES}",
            do="Record for at least the length of the test.",
        )
    found = check_digits(tidied.name, tidied.time_s, tidied.values)
    return replace(tidied, issues=(*tidied.issues, *found))


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
    gap_s = max(_GAP_S, 1.5 * float(np.median(np.diff(time_s))))
    longest = max(split_at_gaps(time_s, gap_s), key=lambda part: part.stop - part.start)
    steps = longest.stop - longest.start - 1
    span = float(time_s[longest.stop - 1] - time_s[longest.start])
    return round(steps / span, 9) if span > 0 else 0.0


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
    stood = (behind > _STOOD_S) & (counts[:-1] > 2)
    late_s = np.r_[0.0, np.cumsum(np.where(stood, behind, 0.0))]
    return np.asarray(time_s + late_s), int(stood.sum())
