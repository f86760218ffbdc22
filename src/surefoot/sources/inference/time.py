"""The times of a table whose app is not known: which column, in which unit, or a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from surefoot.errors import SourceError, UnitError
from surefoot.model import Floats, Issue
from surefoot.sources.assembly.clocks import is_rounded
from surefoot.sources.assembly.wall_clock import WallClock, holds_time, read_wall_clock
from surefoot.sources.inference.column_names import (
    axis_columns,
    part_unit_named,
    time_columns,
    time_unit_named,
)
from surefoot.sources.inference.mapping import (
    MOST_COLUMNS,
    TIME_UNITS,
    Choice,
    Conclusion,
    Guess,
    Mapped,
    Question,
)
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
_RISING: Final = 0.95
# Rows that a phone sends in packets share their time, so few of them may go up.
_UPWARD: Final = 0.05
# A column with so many times the stamps of another is the finer clock.
_FINER: Final = 2.0
_MOST_CLOCKS: Final = 20
_CELLS_TRIED: Final = 50
# So many words tell what a column is; all of them are read once it is the time.
_ROWS_TRIED: Final = 5000
_UNIT_NAMES: Final = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
    "d": "days",
}


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


@dataclass(frozen=True, slots=True, eq=False)
class _Clock:
    """A column that may be the time: `values` (n,) are its numbers, or the seconds that its first words tell.

    `cell` is its first cell as written.
    """

    name: str
    values: Floats = field(repr=False)
    is_words: bool
    cell: str

    @property
    def step(self) -> float:
        """The typical step from row to row."""
        return row_step(self.values)

    @property
    def stamps(self) -> int:
        """How many different times it tells at first."""
        head = self.values[:_ROWS_TRIED]
        return int(np.unique(head[np.isfinite(head)]).size)

    @property
    def rises(self) -> bool:
        """Whether it goes up from row to row, some rows alike."""
        with np.errstate(all="ignore"):
            steps = np.diff(self.values[np.isfinite(self.values)])
        upward = _UPWARD if not self.is_words else 0.0
        return bool(steps.size) and (steps >= 0).mean() >= _RISING and bool((steps > 0).mean() >= upward)

    @property
    def unit(self) -> str:
        """The unit in which its steps are those of a sensor, empty where there is none."""
        return "s" if self.is_words else plausible_unit(self.step)

    @property
    def usable(self) -> bool:
        """Whether it can be a time at all."""
        return self.rises and self.step > 0 and bool(self.unit)

    @property
    def is_clear(self) -> bool:
        """Whether it can only be a time, whatever it is called."""
        return self.usable and (self.is_words or not counts_rows(self.values))

    @property
    def is_whole(self) -> bool:
        """Whether it tells whole seconds alone, as where their fraction stands in another column."""
        finite = self.values[np.isfinite(self.values)]
        return bool(finite.size) and bool((finite == np.rint(finite)).all())


def guess_time(table: Table, told: Mapping[str, Any]) -> Guess:
    """Return the time column and its unit, as far as the table or the keys already told tell them."""
    if "rate_hz" in told:
        found = Conclusion("time", f"{told['rate_hz']:g} rows a second", "you said so")
        return Guess({"rate_hz": told["rate_hz"]}, findings=(found,))
    if told.get("time_part"):
        return _in_parts(told, told["time"], told["time_part"], "you said so")
    if told.get("time"):
        return _with_unit(_clock(table, told["time"]), told, "you said so")
    if "time" in told:
        return Guess(questions=(_rate_question("There is no column of times."),))
    called = [_clock(table, name) for name in time_columns(table.names)[:_MOST_CLOCKS]]
    parts = _parted(table, called)
    if parts is not None:
        return parts
    finest = max((clock.stamps for clock in called if clock.usable), default=0)
    usable = (clock for clock in called if clock.usable and _FINER * clock.stamps > finest)
    best = next(usable, None)
    return _with_unit(best, told, "by its name") if best else _by_rise(table, told, called)


def _parted(table: Table, called: Sequence[_Clock]) -> Guess | None:
    """Return the time that stands in two columns, whole seconds and fraction; None where there is none."""
    parts = [name for name in table.names[:MOST_COLUMNS] if part_unit_named(name)]
    for whole in (clock for clock in called if parts and clock.is_whole and not part_unit_named(clock.name)):
        for name in parts:
            part = table[name][: whole.values.size]
            unit = part_unit_named(name)
            both = whole.values + part * TIME_UNITS[unit]
            together = _Clock(whole.name, both, is_words=True, cell=whole.cell)
            is_part = bool((part >= 0).all() and (part * TIME_UNITS[unit] < 1).all())
            is_finer = together.stamps > _FINER * whole.stamps and together.step < SLOWEST_S
            if is_part and is_finer and together.rises:
                told = {"time_unit": "s"} if not whole.is_words else {}
                return _in_parts({**told, "time_part_unit": unit}, whole.name, name, "together they rise")
    return None


def _in_parts(told: Mapping[str, Any], whole: str, part: str, because: str) -> Guess:
    keys = {key: told[key] for key in ("time_unit", "time_part_unit") if key in told}
    found = Conclusion("time", f"{whole}, and its fraction in {part}, in {told['time_part_unit']}", because)
    return Guess({"time": whole, "time_part": part, **keys}, findings=(found,))


def _by_rise(table: Table, told: Mapping[str, Any], called: Sequence[_Clock]) -> Guess:
    """Return the column that no name tells but only a time can be; ask where there are more, or none."""
    taken = axis_columns(table.names)
    clocks = [_clock(table, name) for name in table.names[:MOST_COLUMNS] if name not in taken]
    rising = [clock for clock in clocks if clock.is_clear]
    # A number beside a date is the finer of the two, and more often the sensor's own clock.
    rising = [clock for clock in rising if not clock.is_words] or rising
    if len(rising) == 1:
        return _with_unit(rising[0], told, "the only column that rises in the steps of a sensor")
    if rising:
        choices = tuple(Choice(_described(clock), {"time": clock.name}) for clock in rising)
        return Guess(questions=(Question("time", "Which column is the time?", choices),))
    if called:
        return _with_unit(called[0], told, "by its name")
    return Guess(questions=(_rate_question("No column looks like a time."),))


def _described(clock: _Clock) -> str:
    stated = time_unit_named(clock.name) or clock.unit
    words = f"{clock.name}, as times of day: {_rate_text(clock.step, 's')}"
    return words if clock.is_words else f"{clock.name}: {_rate_text(clock.step, stated)}"


def _with_unit(clock: _Clock, told: Mapping[str, Any], because: str) -> Guess:
    """Return the column with its unit: told, by its name, by its steps, or asked for."""
    base = {"time": clock.name}
    if clock.is_words and (clock.stamps > 1 or "time" in told):
        return Guess(base, findings=(Conclusion("time", f"{clock.name}, as times of day", because),))
    if clock.stamps < 2:
        return Guess(questions=(_rate_question(_still(clock)),))
    return _with_number(clock, told, because)


def _with_number(clock: _Clock, told: Mapping[str, Any], because: str) -> Guess:
    base = {"time": clock.name}
    stated = told.get("time_unit") or time_unit_named(clock.name)
    if stated and not (contradicts(clock.step, stated) and "time_unit" not in told):
        found = Conclusion("time", f"{clock.name}, in {stated}", because)
        return Guess({**base, "time_unit": stated}, findings=(found,))
    if stated:
        rate = _rate_text(clock.step, stated)
        return _asked(clock, f"{clock.name} says {stated}, but its steps of {clock.step:g} would be {rate}.")
    if counts_rows(clock.values):
        return _asked(clock, f"{clock.name} goes up by one from row to row.")
    # What is called a time and comes more slowly than sway needs is read, and then refused as too slow.
    unit = clock.unit or plausible_unit(clock.step, SLOWEST_S)
    if not unit:
        return _asked(clock, f"The unit of {clock.name} is not told, and its step is {clock.step:g}.")
    reason = f"{because}; steps of {clock.step:g} {unit} are {_rate_text(clock.step, unit)}"
    found = Conclusion("time", f"{clock.name}, in {unit}", reason)
    return Guess({**base, "time_unit": unit}, frozenset({"time_unit"}), (found,))


def _still(clock: _Clock) -> str:
    """Say why a column that is called a time tells none."""
    shown = f"{clock.cell[:40]!r}"
    if is_rounded(clock.values):
        return (
            f"A spreadsheet rounded {clock.name} to {shown}; the file as the app exported it has all digits."
        )
    if np.isfinite(clock.values).any():
        return f"{clock.name} stays at {shown}."
    return f"{clock.name} holds {shown}, which is not understood as a time."


def _asked(clock: _Clock, why: str) -> Guess:
    fitting = [unit for unit in TIME_UNITS if clock.step > 0 and not contradicts(clock.step, unit)]
    units = [clock.unit] if clock.unit else fitting
    choices = [
        Choice(
            f"{_UNIT_NAMES[unit]}: {_rate_text(clock.step, unit)}", {"time": clock.name, "time_unit": unit}
        )
        for unit in units
    ]
    choices.append(Choice("not a time: I know how many rows there are a second", {"time": ""}))
    return Guess(questions=(Question("time_unit", f"{why} What is it?", tuple(choices), why=why),))


def _rate_question(why: str) -> Question:
    text = f"{why} How many rows a second does the sensor write?"
    hint = "A number such as 100; the app's settings tell it."
    return Question("rate_hz", text, entry="rate", hint=hint, why=why)


def _clock(table: Table, name: str) -> _Clock:
    values = table[name]
    first = table.head(name, 1)[0] if values.size else ""
    if not is_words(values):
        return _Clock(name, values, is_words=False, cell=first)
    if not any(holds_time(cell) for cell in table.head(name, _CELLS_TRIED)):
        return _Clock(name, values, is_words=True, cell=first)
    sampled = read_wall_clock(table.head(name, _ROWS_TRIED), name).time_s
    return _Clock(name, sampled, is_words=True, cell=first)


def _rate_text(step: float, unit: str) -> str:
    period_s = step * TIME_UNITS[unit]
    return f"{1 / period_s:.4g} rows a second" if period_s > 1e-12 else "no rate"
