"""The times of a table whose app is not known: numbers of a known or plausible unit, dates, or a rate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from surefoot.errors import SourceError, UnitError
from surefoot.model import Floats, Issue
from surefoot.sources._mapping import TIME_UNITS, Mapped
from surefoot.tables import Table

# A sensor gives 5 to 1000 samples a second, so the step between rows tells the unit.
_PLAUSIBLE_STEP_S: Final = (0.001, 0.2)
# A unit that is told and makes rows come faster or slower than this contradicts their steps.
_TOLD_STEP_S: Final = (0.0005, 1.0)
_EPOCH_S: Final = (9.0e8, 4.2e9)


def seconds_of(table: Table, mapped: Mapped, rows: int) -> tuple[Floats, datetime | None]:
    """Return times in s, and the wall time at zero where the column tells it.

    The mapping holds a time column and, unless that holds dates, its unit; or a rate. Raises SourceError
    where dates cannot be read, UnitError where the unit contradicts the steps.
    """
    if not mapped.time:
        return np.arange(rows) / mapped.rate_hz, None
    values = table[mapped.time]
    if np.isnan(values).mean() > 0.5:
        return _dates(table, mapped.time)
    if np.nanmax(np.abs(values)) > 2.0**53:
        whole = table.integers(mapped.time)
        values, offset = (whole - whole[0]).astype(np.float64), float(whole[0])
    else:
        offset = 0.0
    if contradicts(typical_step(values), mapped.time_unit):
        raise _contradicted(mapped.time, typical_step(values), mapped.time_unit)
    scale = TIME_UNITS[mapped.time_unit]
    first = float(values[np.isfinite(values)][0])
    started_s = (first + offset) * scale
    zero = (
        datetime.fromtimestamp(0, UTC) + timedelta(seconds=started_s)
        if _EPOCH_S[0] < started_s < _EPOCH_S[1]
        else None
    )
    return (values - first) * scale, zero


def typical_step(values: Floats) -> float:
    """Return the median of the steps upward, 0 where there is none."""
    with np.errstate(all="ignore"):
        steps = np.diff(values[np.isfinite(values)])
    ups = steps[steps > 0]
    return float(np.median(ups)) if ups.size else 0.0


def counts_rows(values: Floats) -> bool:
    """Tell whether a column goes up by ones: perhaps milliseconds, perhaps a mere count of rows or packets.

    >>> counts_rows(np.arange(5.0)), counts_rows(np.arange(5.0) * 10)
    (True, False)
    >>> counts_rows(np.array([0.0, 0.0, 1.0, 1.0, 2.0, 5.0]))
    True
    """
    finite = values[np.isfinite(values)]
    return typical_step(finite) == 1 and bool((finite == np.rint(finite)).all())


def plausible_unit(step: float) -> str:
    """Return the unit in which such a step is that of a sensor, an empty string where there is none.

    >>> [plausible_unit(step) for step in (0.01, 10.0, 16_667.0, 1e7, 500.0)]
    ['s', 'ms', 'us', 'ns', '']
    """
    low, high = _PLAUSIBLE_STEP_S
    fitting = (
        u for u, scale in TIME_UNITS.items() if low <= step * scale * (1 + 1e-9) and step * scale < high
    )
    return next(fitting, "")


def contradicts(step: float, unit: str) -> bool:
    """Tell whether a unit that was told makes rows come faster or slower than any sensor's.

    >>> contradicts(0.01, "s"), contradicts(10.0, "s"), contradicts(0.01 / 60, "s")
    (False, True, True)
    """
    low, high = _TOLD_STEP_S
    return step > 0 and not low <= step * TIME_UNITS[unit] <= high


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


def unit_assumed(name: str, unit: str) -> Issue:
    """Return the issue that says on what a unit of time rests that nobody told."""
    what = f"The file does not tell the unit of {name}; its steps are those of {unit}."
    return Issue("time_unit_assumed", "info", what, "Say time_unit in a column mapping if that is wrong.")


def _dates(table: Table, name: str) -> tuple[Floats, datetime | None]:
    """Read ISO 8601 dates, with the zone where they carry one."""
    try:
        moments = [datetime.fromisoformat(text.strip()) for text in table.texts(name)]
        seconds = np.array([(moment - moments[0]).total_seconds() for moment in moments])
    except (ValueError, TypeError):
        raise SourceError(
            f"The times in the column {name} cannot be read.",
            found=repr(table.texts(name)[0]),
            expected="seconds, milliseconds, or dates such as 2026-03-02T08:30:00.250",
            do="Name another time column in a mapping file and give it with --mapping.",
        ) from None
    return seconds, moments[0] if moments[0].tzinfo else None
