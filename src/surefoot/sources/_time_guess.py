"""Which column is the time, and in which unit: by its name, by its steps, or a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np

from surefoot.sources._columns import axis_columns, time_columns, time_unit_named
from surefoot.sources._generic_time import contradicts, counts_rows, plausible_unit, typical_step
from surefoot.sources._mapping import TIME_UNITS
from surefoot.sources._proposal import MOST_COLUMNS, Choice, Finding, Guess, Question
from surefoot.tables import Table

_RISING: Final = 0.95
# Rows that a phone sends in packets share their time, so few of them may go up.
_UPWARD: Final = 0.05
_MOST_CLOCKS: Final = 20
_UNIT_NAMES: Final = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}


@dataclass(frozen=True, slots=True)
class _Clock:
    """A column that may be the time: its typical step, whether it rises, is a date, only counts rows."""

    name: str
    step: float
    rises: bool
    is_date: bool
    counts: bool

    @property
    def unit(self) -> str:
        """The unit in which its steps are those of a sensor, empty where there is none."""
        return "" if self.is_date else plausible_unit(self.step)

    @property
    def usable(self) -> bool:
        """Whether it can be a time at all."""
        return self.is_date or (self.rises and bool(self.unit))


def guess_time(table: Table, told: Mapping[str, Any]) -> Guess:
    """Return the time column and its unit, as far as the table or the keys already told tell them."""
    if "rate_hz" in told:
        found = Finding("time", f"{told['rate_hz']:g} rows a second", "you said so")
        return Guess({"rate_hz": told["rate_hz"]}, findings=(found,))
    if told.get("time"):
        return _with_unit(_clock(table, told["time"]), told, "you said so")
    if "time" in told:
        return Guess(questions=(_rate_question("There is no column of times."),))
    called = [_clock(table, name) for name in time_columns(table.names)[:_MOST_CLOCKS]]
    usable = next((clock for clock in called if clock.usable), None)
    if usable:
        return _with_unit(usable, told, "by its name")
    return _by_rise(table, told, called)


def _by_rise(table: Table, told: Mapping[str, Any], called: Sequence[_Clock]) -> Guess:
    """Return the column that no name tells but only a time can be; ask where there are more, or none."""
    taken = axis_columns(table.names)
    clocks = [_clock(table, name) for name in table.names[:MOST_COLUMNS] if name not in taken]
    rising = [clock for clock in clocks if _is_clear(clock)]
    # A number beside a date is the finer of the two, and more often the sensor's own clock.
    rising = [clock for clock in rising if not clock.is_date] or rising
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
    return f"{clock.name}, as dates" if clock.is_date else f"{clock.name}: {_rate_text(clock.step, stated)}"


def _with_unit(clock: _Clock, told: Mapping[str, Any], because: str) -> Guess:
    """Return the column with its unit: told, by its name, by its steps, or asked for."""
    base = {"time": clock.name}
    if clock.is_date:
        return Guess(base, findings=(Finding("time", f"{clock.name}, as dates", because),))
    stated = told.get("time_unit") or time_unit_named(clock.name)
    if stated and not (contradicts(clock.step, stated) and "time_unit" not in told):
        found = Finding("time", f"{clock.name}, in {stated}", because)
        return Guess({**base, "time_unit": stated}, findings=(found,))
    if stated:
        rate = _rate_text(clock.step, stated)
        return _asked(clock, f"{clock.name} says {stated}, but its steps of {clock.step:g} would be {rate}.")
    if clock.counts:
        return _asked(clock, f"{clock.name} goes up by one from row to row.")
    if not clock.unit:
        return _asked(clock, f"The unit of {clock.name} is not told, and its step is {clock.step:g}.")
    reason = f"{because}; steps of {clock.step:g} {clock.unit} are {_rate_text(clock.step, clock.unit)}"
    found = Finding("time", f"{clock.name}, in {clock.unit}", reason)
    return Guess({**base, "time_unit": clock.unit}, frozenset({"time_unit"}), (found,))


def _asked(clock: _Clock, why: str) -> Guess:
    units = [clock.unit] if clock.unit else list(TIME_UNITS) * (clock.step > 0)
    choices = [
        Choice(
            f"{_UNIT_NAMES[unit]}: {_rate_text(clock.step, unit)}", {"time": clock.name, "time_unit": unit}
        )
        for unit in units
    ]
    choices.append(Choice("not a time: I know how many rows there are a second", {"time": ""}))
    return Guess(questions=(Question("time_unit", f"{why} What is it?", tuple(choices)),))


def _rate_question(why: str) -> Question:
    text = f"{why} How many rows a second does the sensor write?"
    return Question("rate_hz", text, entry="rate", hint="A number such as 100; the app's settings tell it.")


def _clock(table: Table, name: str) -> _Clock:
    values = table[name]
    finite = values[np.isfinite(values)]
    if finite.size < 0.5 * values.size:
        return _Clock(name, 0.0, rises=False, is_date=_is_date(table, name), counts=False)
    with np.errstate(all="ignore"):
        steps = np.diff(finite)
    rises = bool(steps.size) and (steps >= 0).mean() >= _RISING and (steps > 0).mean() >= _UPWARD
    return _Clock(name, typical_step(values), bool(rises), is_date=False, counts=counts_rows(values))


def _is_clear(clock: _Clock) -> bool:
    """Tell whether a column without a name for it can only be a time."""
    return clock.usable and not clock.counts


def _is_date(table: Table, name: str) -> bool:
    try:
        datetime.fromisoformat(table.texts(name)[0].strip())
    except (ValueError, IndexError):
        return False
    return True


def _rate_text(step: float, unit: str) -> str:
    period_s = step * TIME_UNITS[unit]
    return f"{1 / period_s:.4g} rows a second" if period_s > 1e-12 else "no rate"
