"""The times of a table whose app is not known: numbers of a known or plausible unit, words, or a rate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from surefoot.errors import SourceError, UnitError
from surefoot.model import Floats, Issue
from surefoot.sources.assembly.wall_clock import WallClock, holds_time, read_wall_clock
from surefoot.sources.inference.mapping import TIME_UNITS, Mapped
from surefoot.sources.tables import Table

# A sensor gives 5 to 1000 samples a second, so the step from row to row tells the unit.
_PLAUSIBLE_STEP_S: Final = (0.001, 0.2)
# What is called a time may come a little more slowly, and is then refused as too slow. Down to here slow is
# at least twice as near to what sensors do as a thousand times as fast is.
SLOWEST_S: Final = 0.316
# A unit that is told and makes rows come faster or slower than this contradicts their steps.
_TOLD_STEP_S: Final = (0.0005, 1.0)
_EPOCH_S: Final = (9.0e8, 4.2e9)
# A step so much longer than most is a pause, and no step from row to row.
_PAUSE: Final = 100.0


def seconds_of(table: Table, mapped: Mapped, rows: int) -> WallClock:
    """Return times in s from the first, with the wall time of that where the column tells it.

    The mapping holds a time column and, unless that holds words, its unit; or a rate. Raises SourceError
    where the words cannot be read, UnitError where the unit contradicts the steps.
    """
    if not mapped.time:
        return WallClock(np.arange(rows) / mapped.rate_hz)
    clock = _words(table, mapped.time) if is_words(table[mapped.time]) else _numbers(table, mapped)
    if not mapped.time_part:
        return clock
    part_s = table[mapped.time_part] * TIME_UNITS[mapped.time_part_unit]
    offset_s = float(part_s[np.isfinite(clock.time_s + part_s)][:1].sum())
    started = None if clock.started is None else clock.started + timedelta(seconds=offset_s)
    return WallClock(clock.time_s + part_s - offset_s, started, clock.issues)


def is_words(values: Floats) -> bool:
    """Tell whether most cells of a column are no numbers."""
    return bool(np.isnan(values).mean() > 0.5)


def typical_step(values: Floats) -> float:
    """Return the median of the steps upward, 0 where there is none."""
    ups = _ups(values)
    return float(np.median(ups)) if ups.size else 0.0


def row_step(values: Floats) -> float:
    """Return the mean step from row to row, pauses aside; 0 where none goes up.

    Rows that share a time count: what a phone sends in packets, or a spreadsheet rounded, has its true rate.

    >>> row_step(np.array([0.0, 0.0, 0.0, 0.0, 0.25])), row_step(np.r_[np.arange(100) / 64, 500.0])
    (0.0625, 0.015625)
    """
    ups = _ups(values)
    if not ups.size:
        return 0.0
    within = ups[ups <= _PAUSE * np.median(ups)]
    steps = np.isfinite(values).sum() - 1 - (ups.size - within.size)
    return float(within.sum() / steps)


def _ups(values: Floats) -> Floats:
    with np.errstate(all="ignore"):
        steps = np.diff(values[np.isfinite(values)])
    return np.asarray(steps[(steps > 0) & np.isfinite(steps)])


def counts_rows(values: Floats) -> bool:
    """Tell whether a column goes up by ones: perhaps milliseconds, perhaps a mere count of rows or packets.

    >>> counts_rows(np.arange(5.0)), counts_rows(np.arange(5.0) * 10)
    (True, False)
    >>> counts_rows(np.array([0.0, 0.0, 1.0, 1.0, 2.0, 5.0]))
    True
    """
    finite = values[np.isfinite(values)]
    return typical_step(finite) == 1 and bool((finite == np.rint(finite)).all())


def plausible_unit(step: float, slowest_s: float = _PLAUSIBLE_STEP_S[1]) -> str:
    """Return the unit in which such a step is that of a sensor, an empty string where there is none.

    >>> [plausible_unit(step) for step in (0.01, 10.0, 16_667.0, 1e7, 500.0, 1.2e-7)]
    ['s', 'ms', 'us', 'ns', '', 'd']
    """
    low = _PLAUSIBLE_STEP_S[0]
    fitting = (
        u for u, scale in TIME_UNITS.items() if low <= step * scale * (1 + 1e-9) and step * scale < slowest_s
    )
    return next(fitting, "")


def contradicts(step: float, unit: str) -> bool:
    """Tell whether a unit that was told makes rows come faster or slower than any sensor's.

    >>> contradicts(0.01, "s"), contradicts(10.0, "s"), contradicts(0.01 / 60, "s")
    (False, True, True)
    """
    low, high = _TOLD_STEP_S
    return step > 0 and not low <= step * TIME_UNITS[unit] <= high


def unit_assumed(name: str, unit: str) -> Issue:
    """Return the issue that says on what a unit of time rests that nobody told."""
    what = f"The file does not tell the unit of {name}; its steps are those of {unit}."
    return Issue("time_unit_assumed", "info", what, "Say time_unit in a column mapping if that is wrong.")


def _numbers(table: Table, mapped: Mapped) -> WallClock:
    values, offset = table[mapped.time], 0.0
    if np.nanmax(np.abs(values)) > 2.0**53:
        whole = table.integers(mapped.time)
        values, offset = (whole - whole[0]).astype(np.float64), float(whole[0])
    step = row_step(values)
    if not mapped.time_part and contradicts(step, mapped.time_unit):
        raise _contradicted(mapped.time, step, mapped.time_unit)
    scale = TIME_UNITS[mapped.time_unit]
    first = float(values[np.isfinite(values)][0])
    started_s = (first + offset) * scale
    # Days are a spreadsheet's, which tell no zone.
    is_epoch = _EPOCH_S[0] < started_s < _EPOCH_S[1] and mapped.time_unit != "d"
    started = datetime.fromtimestamp(0, UTC) + timedelta(seconds=started_s) if is_epoch else None
    return WallClock((values - first) * scale, started)


def _words(table: Table, name: str) -> WallClock:
    """Read times of day; raises SourceError, with the cell, where most are none."""
    cells = table.texts(name)
    clock = read_wall_clock(cells, name)
    if np.isnan(clock.time_s).mean() > 0.5:
        place = next(place for place, cell in enumerate(cells) if not holds_time(cell))
        raise SourceError(
            f"The times in the column {name} cannot be read.",
            found=f"{cells[place][:60]!r} in row {place + 1}",
            expected="seconds, milliseconds, or times such as 08:30:00.250 or 2026-03-02T08:30:00.250+01:00",
            do="Name another time column, or rate_hz, in a mapping file and give it with --mapping.",
        )
    return clock


def _contradicted(name: str, step: float, unit: str) -> UnitError:
    fitting = plausible_unit(step)
    return UnitError(
        "The unit of the time and its steps contradict each other.",
        found=f"{name} in {unit} with steps of {step:g}",
        expected=f"steps of a sensor, as these are in {fitting}"
        if fitting
        else f"steps of {_TOLD_STEP_S[0]:g} to {_TOLD_STEP_S[1]:g} s",
        do="Say the right time_unit in a column mapping, or rate_hz in place of time, and give it with "
        "--mapping.",
    )
