"""Which columns are the acceleration, in which unit: by name, by gravity, or a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np

from surefoot.errors import UnitError, UnreadableFileError
from surefoot.model import Floats
from surefoot.sources.assembly.axes import (
    Groups,
    at_rest,
    loose_columns,
    one_unit,
    threes,
    vectors,
    with_gravity,
)
from surefoot.sources.assembly.recordings import gravity_missing
from surefoot.sources.inference.column_names import foreign_unit, unit_named
from surefoot.sources.inference.force_plate import check_no_force_plate
from surefoot.sources.inference.mapping import Axes, axes_of, keys_of
from surefoot.sources.inference.proposal import MOST_CHOICES, Choice, Finding, Guess, Question
from surefoot.sources.tables import Table
from surefoot.units import ACCELERATION_TO_MPS2, acceleration_unit, is_gravity, near_gravity

_FEW: Final = 12
_ROWS_TRIED: Final = 20_000
_WITH_GRAVITY: Final = "Export acceleration with gravity, called raw or total in many apps."
# Below this at rest gravity has been removed: a third of it, in each unit.
_TOO_SMALL: Final = {"m/s2": 3.0, "g": 0.3, "mg": 300.0}


def guess_acceleration(table: Table, groups: Groups, told: Mapping[str, Any], taken: str) -> Guess:
    """Return the acceleration with gravity: columns, or gravity-free ones and gravity to add, and the unit.

    Raises UnitError where the only candidates have gravity removed, or are no gravity in their unit.
    """
    axes = axes_of(told, "acceleration")
    if axes:
        return _with_unit(table, axes, axes_of(told, "gravity"), told, "you said so")
    named = list(groups.get("acceleration", ()))
    check_no_force_plate(table.names, named)
    fitting = [axes for axes in named if _unit_at_rest(table, axes)]
    summed = _gravity_apart(table, groups, named)
    if len(named) == 1 and not summed:
        return _with_unit(table, named[0], None, told, "by its name")
    if len(fitting) == 1:
        return _with_unit(table, fitting[0], None, told, "the only one that reads gravity at rest")
    if fitting:
        return Guess(questions=(_which(table, fitting, "Which acceleration is to be used?"),))
    if summed:
        because = "gravity was removed and stands apart; the two are added"
        return _with_unit(table, *summed, told, because)
    if named:
        raise gravity_missing(_listed(table, named), _WITH_GRAVITY)
    return _unnamed(table, groups, taken)


def _with_unit(
    table: Table, axes: Axes, gravity: Axes | None, told: Mapping[str, Any], because: str
) -> Guess:
    """Return the columns with their unit, checked against gravity."""
    stated = told.get("acceleration_unit") or one_unit(axes)
    values = with_gravity(table, axes, gravity, stated)
    _check_numbers(table, values, axes)
    if not stated and any(map(foreign_unit, axes)):
        raise _foreign(axes)
    norm = at_rest(values)
    _check_gravity(norm, stated)
    seen = stated or acceleration_unit(norm) or ""
    keys = {**keys_of("acceleration", axes), **(keys_of("gravity", gravity) if gravity else {})}
    shown = ", ".join(axes) + (f" plus {', '.join(gravity)}" if gravity else "")
    if not stated and seen == "mg" and not near_gravity(norm, seen) and is_gravity(norm, "cm/s2"):
        return Guess(
            keys, findings=(Finding("acceleration", shown, because),), questions=(_which_unit(norm),)
        )
    reason = f"{because}; {norm:.4g} at rest is gravity in {seen}"
    found = Finding("acceleration", f"{shown}, in {seen}", reason)
    measured = frozenset() if stated else frozenset({"acceleration_unit"})
    return Guess({**keys, "acceleration_unit": seen}, measured, (found,))


def _which_unit(norm: float) -> Question:
    """Ask for the unit of a size that lies between gravity in mg and in cm/s²."""
    choices = tuple(
        Choice(f"{unit}: {norm * ACCELERATION_TO_MPS2[unit]:.3f} m/s² at rest", {"acceleration_unit": unit})
        for unit in ("cm/s2", "mg")
    )
    text = f"In which unit is the acceleration? {norm:.4g} at rest may be gravity in mg or in cm/s²."
    return Question("acceleration_unit", text, choices)


def _check_numbers(table: Table, values: Floats, axes: Axes) -> None:
    """Refuse columns without a single row of numbers, which would pass for acceleration of no size."""
    if not np.isfinite(values).all(axis=1).any():
        raise UnreadableFileError(
            "The acceleration holds no numbers.",
            found=", ".join(f"{name} {table.head(name, 1)[0][:40]!r}" for name in axes) + " in the first row",
            expected="numbers",
            do="Export the recording again from the app.",
        )


def _check_gravity(norm: float, stated: str) -> None:
    """Refuse a length at rest that is not gravity in the unit stated, or, where none is, in any."""
    seen = acceleration_unit(norm)
    if is_gravity(norm, stated) or (seen and not stated):
        return
    if not seen and norm < _TOO_SMALL.get(stated, 0.5):
        raise gravity_missing(f"median |a| {norm:.3g}", _WITH_GRAVITY)
    what = "The unit in the file and the size of gravity contradict each other."
    raise UnitError(
        what if seen else "The acceleration is not gravity in any known unit.",
        found=f"median |a| {norm:.3g} {stated}".rstrip() + (f", which is gravity in {seen}" if seen else ""),
        expected="gravity at rest: 9.81 m/s², 1 g or 1000 mg",
        do="Export the recording again from the app and not through a spreadsheet, or give a column mapping "
        + (f'with acceleration_unit = "{seen}" if the unit is wrong.' if seen else "with the right columns."),
    )


def _foreign(axes: Axes) -> UnitError:
    return UnitError(
        "The columns are named with a unit that is not read.",
        found=", ".join(axes),
        expected="acceleration in m/s², cm/s², g or mg",
        do="Export the recording again in one of these, or say acceleration_unit in a column mapping if the "
        "name is wrong.",
    )


def _gravity_apart(table: Table, groups: Groups, named: Sequence[Axes]) -> tuple[Axes, Axes] | None:
    """Return acceleration without gravity, and gravity, where the table holds one of each."""
    gravity, free = list(groups.get("gravity", ())), list(groups.get("gravity-free", ()))
    if not free and len(named) == 1 and at_rest(vectors(table, named[0])) < _TOO_SMALL["g"]:
        free = list(named)
    if len(gravity) != 1 or len(free) != 1 or not acceleration_unit(at_rest(vectors(table, gravity[0]))):
        return None
    return free[0], gravity[0]


def _unnamed(table: Table, groups: Groups, taken: str) -> Guess:
    """Ask which columns are the acceleration, where no name tells; refuse where only others are told."""
    candidates = [one for one in threes(table, groups, [taken]) if _unit_at_rest(table, one)]
    others = [kind for kind in ("gravity-free", "gyroscope") if groups.get(kind)]
    if others and not candidates:
        found = ", ".join(name for kind in others for axes in groups[kind] for name in axes)
        do = "Export acceleration with gravity, and give that file too."
        raise gravity_missing(f"only {found}", do, removed="gravity-free" in others)
    if not candidates and _none_is_gravity(table, loose_columns(table, groups, [taken])):
        none = "no three columns whose length at rest is gravity's"
        raise gravity_missing(none, _WITH_GRAVITY, removed=False)
    question = "Which columns are the acceleration with gravity, in the order x, y, z?"
    return Guess(questions=(_which(table, candidates, question),))


def _none_is_gravity(table: Table, names: Sequence[str]) -> bool:
    """Tell whether no three of a few columns, whichever, read gravity at rest."""
    if len(names) > _FEW:
        return False
    rows = table.values[:: max(1, table.values.shape[0] // _ROWS_TRIED)]
    places = [table.names.index(name) for name in names]
    return not any(acceleration_unit(at_rest(rows[:, three])) for three in combinations(places, 3))


def _which(table: Table, candidates: Sequence[Axes], text: str) -> Question:
    choices = [
        Choice(
            f"{', '.join(axes)}: {at_rest(vectors(table, axes)):.4g} at rest", keys_of("acceleration", axes)
        )
        for axes in candidates[:MOST_CHOICES]
    ]
    hint = "" if choices else "No three columns in a row read gravity at rest."
    return Question("acceleration", text, tuple(choices), entry="axes", hint=hint)


def _unit_at_rest(table: Table, axes: Axes) -> str:
    """Return the unit of gravity that the columns read at rest, empty where none or not the one named."""
    norm, named = at_rest(vectors(table, axes)), unit_named(axes[0])
    seen = acceleration_unit(norm) or ""
    return named if is_gravity(norm, named) else "" if named else seen


def _listed(table: Table, named: Sequence[Axes]) -> str:
    """Return candidates with what they read at rest."""
    return "; ".join(f"{', '.join(axes)}: {at_rest(vectors(table, axes)):.3g} at rest" for axes in named)
