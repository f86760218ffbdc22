"""Which column is the time, and in which unit: by its name, by its steps, or a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from surefoot.model import Floats
from surefoot.sources.assembly.rounding import is_rounded
from surefoot.sources.assembly.wall_clock import holds_time, read_wall_clock
from surefoot.sources.inference.column_names import (
    axis_columns,
    part_unit_named,
    time_columns,
    time_unit_named,
)
from surefoot.sources.inference.mapping import TIME_UNITS
from surefoot.sources.inference.proposal import MOST_COLUMNS, Choice, Finding, Guess, Question
from surefoot.sources.inference.seconds import (
    SLOWEST_S,
    contradicts,
    counts_rows,
    is_words,
    plausible_unit,
    row_step,
)
from surefoot.sources.tables import Table

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
        found = Finding("time", f"{told['rate_hz']:g} rows a second", "you said so")
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
    found = Finding("time", f"{whole}, and its fraction in {part}, in {told['time_part_unit']}", because)
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
        return Guess(base, findings=(Finding("time", f"{clock.name}, as times of day", because),))
    if clock.stamps < 2:
        return Guess(questions=(_rate_question(_still(clock)),))
    return _with_number(clock, told, because)


def _with_number(clock: _Clock, told: Mapping[str, Any], because: str) -> Guess:
    base = {"time": clock.name}
    stated = told.get("time_unit") or time_unit_named(clock.name)
    if stated and not (contradicts(clock.step, stated) and "time_unit" not in told):
        found = Finding("time", f"{clock.name}, in {stated}", because)
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
    found = Finding("time", f"{clock.name}, in {unit}", reason)
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
