"""The times of a table whose app is not known: numbers of a known or plausible unit, dates, or a rate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from surefoot.errors import SourceError
from surefoot.model import Floats, Issue
from surefoot.sources._columns import TIME_UNITS, Mapped, no_columns
from surefoot.tables import Table

# A sensor gives 5 to 1000 samples a second, so the step between rows tells the unit.
_PLAUSIBLE_STEP_S: Final = (0.001, 0.2)
_EPOCH_S: Final = (9.0e8, 4.2e9)


def seconds_of(table: Table, mapped: Mapped, rows: int) -> tuple[Floats, datetime | None, tuple[Issue, ...]]:
    """Return times in s, the wall time at zero where the column tells it, and what was assumed.

    Raises SourceError where there is neither a time column nor a rate, or its unit cannot be known.
    """
    if not mapped.time:
        if mapped.rate_hz:
            return np.arange(rows) / mapped.rate_hz, None, ()
        raise no_columns(table, "no time column and no rate_hz")
    values = table[mapped.time]
    if np.isnan(values).mean() > 0.5:
        return _dates(table, mapped.time)
    if np.nanmax(np.abs(values)) > 2.0**53:
        whole = table.integers(mapped.time)
        values, offset = (whole - whole[0]).astype(np.float64), float(whole[0])
    else:
        offset = 0.0
    unit = mapped.time_unit or _plausible_unit(values, table)
    assumed = () if mapped.time_unit else (_unit_issue(mapped.time, unit),)
    scale = TIME_UNITS[unit]
    first = float(values[np.isfinite(values)][0])
    started_s = (first + offset) * scale
    zero = (
        datetime.fromtimestamp(0, UTC) + timedelta(seconds=started_s)
        if _EPOCH_S[0] < started_s < _EPOCH_S[1]
        else None
    )
    return (values - first) * scale, zero, assumed


def _plausible_unit(values: Floats, table: Table) -> str:
    steps = np.diff(values[np.isfinite(values)])
    step = float(np.median(steps[steps > 0])) if (steps > 0).any() else 0.0
    low, high = _PLAUSIBLE_STEP_S
    for unit, scale in TIME_UNITS.items():
        if low <= step * scale * (1 + 1e-9) and step * scale < high:
            return unit
    raise no_columns(table, f"the unit of the time is not told, and its step is {step:g}")


def _unit_issue(name: str, unit: str) -> Issue:
    what = f"The file does not tell the unit of {name}; its steps are those of {unit}."
    return Issue("time_unit_assumed", "info", what, "Say time_unit in a column mapping if that is wrong.")


def _dates(table: Table, name: str) -> tuple[Floats, datetime | None, tuple[Issue, ...]]:
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
    return seconds, moments[0] if moments[0].tzinfo else None, ()
