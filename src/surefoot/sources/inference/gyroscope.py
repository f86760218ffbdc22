"""Which columns are the gyroscope, in which unit: by name, by how gravity turns, or a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from surefoot.errors import UnitError
from surefoot.model import Floats
from surefoot.sources.assembly.axes import Groups, at_rest, lettered, loose_columns, one_unit, threes, vectors
from surefoot.sources.assembly.rotation import rotation_unit
from surefoot.sources.inference.column_names import is_core_motion
from surefoot.sources.inference.mapping import Axes, axes_of, keys_of
from surefoot.sources.inference.proposal import MOST_CHOICES, Choice, Finding, Guess, Question
from surefoot.sources.tables import Table

_LIKELY_RADPS: Final = 20.0


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
        turning = [one for one in lettered(groups, taken) if _unit_by_turning(table, one, time_s, acc)]
        if len(turning) == 1:
            axes, because = turning[0], "by how it turns"
    if axes:
        return _with_unit(table, axes, told, _unit_by_turning(table, axes, time_s, acc), because)
    return _asked(table, groups, taken, named)


def _asked(table: Table, groups: Groups, taken: Sequence[str], named: Sequence[Axes]) -> Guess:
    """Ask which columns are the gyroscope, where there may be one: a place in a row tells no axis."""
    loose = [] if groups.get("acceleration") else loose_columns(table, groups, taken)
    candidates = list(named or lettered(groups, taken)) or (threes(table, groups, taken) if loose else [])
    if not candidates and len(loose) < 3:
        return Guess(findings=(Finding("gyroscope", "none", "no column looks like one"),))
    choices = [Choice(", ".join(one), keys_of("gyroscope", one)) for one in candidates[:MOST_CHOICES]]
    none = Choice("none of these", {"gyroscope": ""})
    text = "Which columns are the gyroscope, in the order x, y, z?"
    question = Question("gyroscope", text, (none, *choices), needed=False, entry="axes")
    return Guess(questions=(question,))


def _unit_by_turning(table: Table, axes: Axes, time_s: Floats | None, acc: Floats) -> str:
    return "" if time_s is None else rotation_unit(time_s, acc, vectors(table, axes))


def _with_unit(table: Table, axes: Axes, told: Mapping[str, Any], seen: str, because: str) -> Guess:
    keys = keys_of("gyroscope", axes)
    of_apple = "rad/s" if is_core_motion(table.names) and "rate" in axes[0].lower() else ""
    stated = told["gyro_unit"] if "gyro_unit" in told else one_unit(axes) or of_apple
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
    likely = " The numbers are too large for rad/s." if at_rest(vectors(table, axes)) > _LIKELY_RADPS else ""
    choices = (
        Choice("I do not know: leave it out", {"gyro_unit": ""}),
        Choice("deg/s", {"gyro_unit": "deg/s"}),
        Choice("rad/s", {"gyro_unit": "rad/s"}),
    )
    found = Finding("gyroscope", f"{shown}, unit not told", because)
    text = f"In which unit are {shown}?{likely}"
    return Guess(keys, findings=(found,), questions=(Question("gyro_unit", text, choices, needed=False),))
