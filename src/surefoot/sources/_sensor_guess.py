"""Which columns are the acceleration and the gyroscope, in which unit: by name, by gravity, or a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from surefoot.errors import UnitError
from surefoot.model import Floats
from surefoot.sources._assembly import gravity_missing, rest_norm
from surefoot.sources._columns import unit_named
from surefoot.sources._mapping import Axes, axes_of, keys_of
from surefoot.sources._proposal import MOST_COLUMNS, Choice, Finding, Guess, Question
from surefoot.sources._rotation import rotation_unit
from surefoot.tables import Table
from surefoot.units import acceleration_unit

Groups = Mapping[str, Sequence[Axes]]

# Below this at rest gravity has been removed: a third of it, in each unit.
_TOO_SMALL: Final = {"m/s2": 3.0, "g": 0.3, "mg": 300.0}
_MOST_CHOICES: Final = 9
_LIKELY_RADPS: Final = 20.0


def vectors(table: Table, axes: Axes) -> Floats:
    """Return three columns as (n, 3)."""
    return np.column_stack([table[name] for name in axes])


def at_rest(values: Floats) -> float:
    """Return the length of the vectors (n, 3) at rest, 0 where there are too few numbers."""
    finite = values[np.isfinite(values).all(axis=1)]
    return rest_norm(finite) if finite.shape[0] > 1 else 0.0


def guess_acceleration(table: Table, groups: Groups, told: Mapping[str, Any], taken: str) -> Guess:
    """Return the acceleration with gravity: columns, or gravity-free ones and gravity to add, and the unit.

    Raises UnitError where the only candidates have gravity removed, or are no gravity in their unit.
    """
    axes = axes_of(told, "acceleration")
    if axes:
        return _with_unit(table, axes, axes_of(told, "gravity"), told, "you said so")
    named = list(groups.get("acceleration", ()))
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
        raise gravity_missing(_listed(table, named), "Export acceleration with gravity, called raw or total.")
    return _unnamed(table, groups, taken)


def guess_gyroscope(
    table: Table,
    groups: Groups,
    told: Mapping[str, Any],
    time_s: Floats | None,
    acc: Floats,
    taken: Sequence[str],
) -> Guess:
    """Return the gyroscope's columns and unit, as far as names or the turning of gravity tell them.

    Raises UnitError where gravity turns at quite another rate than the unit in the header or mapping says.
    """
    axes, because = axes_of(told, "gyroscope"), "you said so"
    if not axes and "gyroscope" in told:
        return Guess(findings=(Finding("gyroscope", "not used", because),))
    named = list(groups.get("gyroscope", ()))
    if not axes and len(named) == 1:
        axes, because = named[0], "by its name"
    if not axes and not named:
        named = [one for one in _candidates(table, groups, taken) if not set(one) & set(taken)]
        turning = [one for one in named if _unit_by_turning(table, one, time_s, acc)]
        if len(turning) == 1:
            axes, because = turning[0], "by how it turns"
    if axes:
        return _with_rotation_unit(table, axes, told, _unit_by_turning(table, axes, time_s, acc), because)
    if not named:
        return Guess(findings=(Finding("gyroscope", "none", "no column looks like one"),))
    choices = [Choice(", ".join(one), keys_of("gyroscope", one)) for one in named[:_MOST_CHOICES]]
    none = Choice("none of these", {"gyroscope": ""})
    return Guess(
        questions=(Question("gyroscope", "Which columns are the gyroscope?", (none, *choices), needed=False),)
    )


def _with_unit(
    table: Table, axes: Axes, gravity: Axes | None, told: Mapping[str, Any], because: str
) -> Guess:
    """Return the columns with their unit, checked against gravity."""
    values = vectors(table, axes) + (vectors(table, gravity) if gravity else 0.0)
    stated = told.get("acceleration_unit") or unit_named(axes[0])
    norm = at_rest(values)
    seen = acceleration_unit(norm)
    check_gravity(norm, stated)
    keys = {**keys_of("acceleration", axes), **(keys_of("gravity", gravity) if gravity else {})}
    shown = ", ".join(axes) + (f" plus {', '.join(gravity)}" if gravity else "")
    reason = f"{because}; {norm:.4g} at rest is gravity in {seen}"
    found = Finding("acceleration", f"{shown}, in {seen}", reason)
    measured = frozenset() if stated else frozenset({"acceleration_unit"})
    return Guess({**keys, "acceleration_unit": seen}, measured, (found,))


def check_gravity(norm: float, stated: str) -> None:
    """Refuse a length at rest that is not gravity in the unit stated, or, where none is, in any."""
    if norm < _TOO_SMALL.get(stated, 0.5):
        do = "Export acceleration with gravity, called raw or total in many apps."
        raise gravity_missing(f"median |a| {norm:.3g}", do)
    seen = acceleration_unit(norm)
    if seen and stated in ("", seen):
        return
    raise UnitError(
        "The unit in the file and the size of gravity contradict each other."
        if seen
        else "The acceleration is not gravity in any known unit.",
        found=f"median |a| {norm:.3g} {stated}".rstrip() + (f", which is gravity in {seen}" if seen else ""),
        expected="gravity at rest: 9.81 m/s², 1 g or 1000 mg",
        do="Export the recording again from the app and not through a spreadsheet, or give a column mapping "
        "with the right columns and unit.",
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
    candidates = [one for one in _candidates(table, groups, [taken]) if _unit_at_rest(table, one)]
    others = [kind for kind in ("gravity-free", "gyroscope") if groups.get(kind)]
    if others and not candidates:
        found = ", ".join(name for kind in others for axes in groups[kind] for name in axes)
        do = "Export acceleration with gravity, and give that file too."
        raise gravity_missing(f"only {found}", do, removed="gravity-free" in others)
    question = "Which columns are the acceleration with gravity, in the order x, y, z?"
    return Guess(questions=(_which(table, candidates, question),))


def _which(table: Table, candidates: Sequence[Axes], text: str) -> Question:
    choices = [
        Choice(
            f"{', '.join(axes)}: {at_rest(vectors(table, axes)):.4g} at rest", keys_of("acceleration", axes)
        )
        for axes in candidates[:_MOST_CHOICES]
    ]
    hint = "" if choices else "No three columns in a row read gravity at rest."
    return Question("acceleration", text, tuple(choices), entry="axes", hint=hint)


def _candidates(table: Table, groups: Groups, taken: Sequence[str]) -> list[Axes]:
    """Return the threes of columns whose names do not tell: by their letters, else those in a row."""
    unknown = list(groups.get("unknown", ()))
    told = {name for kind, sets in groups.items() if kind != "unknown" for axes in sets for name in axes}
    lettered = {name for axes in unknown for name in axes}
    known = told | lettered | {*taken}
    rest = [n for n in table.names[:MOST_COLUMNS] if n not in known and _is_measured(table, n)]
    return unknown + list(_in_rows(rest, table.names))


def _in_rows(names: Sequence[str], order: Sequence[str]) -> Iterator[Axes]:
    """Yield three names that stand beside each other in a table."""
    place = {name: number for number, name in enumerate(order)}
    for x, y, z in zip(names, names[1:], names[2:], strict=False):
        if place[z] - place[x] == 2:
            yield x, y, z


def _is_measured(table: Table, name: str) -> bool:
    """Tell whether a column holds numbers, most of them finite."""
    return bool(np.isfinite(table[name]).mean() > 0.5)


def _unit_at_rest(table: Table, axes: Axes) -> str:
    """Return the unit of gravity that the columns read at rest, empty where none or not the one named."""
    seen = acceleration_unit(at_rest(vectors(table, axes))) or ""
    return seen if unit_named(axes[0]) in ("", seen) else ""


def _unit_by_turning(table: Table, axes: Axes, time_s: Floats | None, acc: Floats) -> str:
    return "" if time_s is None else rotation_unit(time_s, acc, vectors(table, axes))


def _with_rotation_unit(table: Table, axes: Axes, told: Mapping[str, Any], seen: str, because: str) -> Guess:
    keys = keys_of("gyroscope", axes)
    named = next(filter(None, map(unit_named, axes)), "")
    stated = told.get("gyro_unit", named)
    shown = ", ".join(axes)
    if stated and seen and stated != seen:
        raise UnitError(
            "The unit of the gyroscope and the turning of gravity contradict each other.",
            found=f"{shown} in {stated}, while gravity turns as if they were in {seen}",
            expected=f"a gyroscope in {stated}",
            do=f'Say gyro_unit = "{seen}" in a column mapping if that is so, and give it with --mapping.',
        )
    if stated or "gyro_unit" in told:
        value = f"{shown}, in {stated}" if stated else f"{shown}, not used: its unit is not known"
        return Guess({**keys, "gyro_unit": stated}, findings=(Finding("gyroscope", value, because),))
    if seen:
        found = Finding(
            "gyroscope", f"{shown}, in {seen}", f"{because}; gravity turns at the rate that it reads"
        )
        return Guess({**keys, "gyro_unit": seen}, frozenset({"gyro_unit"}), (found,))
    size = float(np.nanmedian(np.linalg.norm(vectors(table, axes), axis=1)))
    likely = " The numbers are too large for rad/s." if size > _LIKELY_RADPS else ""
    choices = (
        Choice("I do not know: leave it out", {"gyro_unit": ""}),
        Choice("deg/s", {"gyro_unit": "deg/s"}),
        Choice("rad/s", {"gyro_unit": "rad/s"}),
    )
    found = Finding("gyroscope", f"{shown}, unit not told", because)
    text = f"In which unit are {shown}?{likely}"
    return Guess(keys, findings=(found,), questions=(Question("gyro_unit", text, choices, needed=False),))


def _listed(table: Table, named: Sequence[Axes]) -> str:
    """Return candidates with what they read at rest."""
    return "; ".join(f"{', '.join(axes)}: {at_rest(vectors(table, axes)):.3g} at rest" for axes in named)
