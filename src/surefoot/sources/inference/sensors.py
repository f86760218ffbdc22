"""Which columns are acceleration and gyroscope, in which unit: by name, by gravity, or a question.

A force plate or a balance board, which measures something else, is known by its names and refused. How fast a
sensor turns shows in the direction of gravity too, which tells the gyroscope's unit.
"""

import math
import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np

from surefoot.errors import UnitError, UnreadableFileError
from surefoot.model import Floats
from surefoot.sources.assembly.recordings import gravity_missing, not_gravity
from surefoot.sources.assembly.timing import ABSURD
from surefoot.sources.inference.column_names import (
    Groups,
    at_rest,
    foreign_unit,
    is_core_motion,
    lettered,
    loose_columns,
    threes,
    unit_named,
    unit_of,
    vectors,
    with_gravity,
)
from surefoot.sources.inference.mapping import (
    MOST_CHOICES,
    Axes,
    Choice,
    Conclusion,
    Guess,
    Question,
    axes_of,
    keys_of,
)
from surefoot.sources.tables import Table
from surefoot.units import (
    ACCELERATION_TO_MPS2,
    ROTATION_TO_RADPS,
    acceleration_unit,
    is_gravity,
    near_gravity,
)

_PRESSURE: Final = re.compile(
    r"^(net)?co?p(left|right|l|r)?(x|y|z|ap|ml)\d?$|cent(re|er)ofpressure|centredepression|druckpunkt"
)
_FORCE: Final = re.compile(r"^(f|force)([xyz])\d?$")
_MOMENT: Final = re.compile(r"^(m|moment|torque)([xyz])\d?$")
_FEW: Final = 12
_ROWS_TRIED: Final = 20_000
_WITH_GRAVITY: Final = "Export acceleration with gravity, called raw or total in many apps."
# Below this at rest gravity has been removed: a third of it, in each unit.
_TOO_SMALL: Final = {"m/s2": 3.0, "g": 0.3, "mg": 300.0}
_SMOOTHED_S: Final = 0.5
_LAG_S: Final = 1.0
_SHORTEST_S: Final = 5.0
_MOST_ROWS: Final = 100_000
_AGREEMENT: Final = 0.7
# The units lie a factor of 57 or 1000 apart; the body's own acceleration adds to its tilt's, up to twice.
_TOLERANCE: Final = 3.0
_LIKELY_RADPS: Final = 20.0


def check_no_force_plate(names: Sequence[str], accelerations: Sequence[Sequence[str]]) -> None:
    """Refuse a table that is a force plate's, with UnitError, unless it has acceleration beside.

    `accelerations` are the columns that are called one, as forces may be.
    """
    columns = force_plate_columns(names)
    if not columns or not all(name in columns for axes in accelerations for name in axes):
        return
    raise UnitError(
        "A centre of pressure is not read.",
        found=", ".join(columns[:6]),
        expected="acceleration with gravity, of a phone or sensor on the body or on a board",
        do="Record with a phone or a sensor: the numbers of a force plate are other ones, even where "
        "they are called the same, and are never mixed with these.",
    )


def force_plate_columns(names: Sequence[str]) -> list[str]:
    """Return the columns of a centre of pressure, or of forces and moments together.

    >>> force_plate_columns(["Time", "CoPx", "COP_y (mm)"]), force_plate_columns(["t", "Fx", "Fy", "Fz"])
    (['CoPx', 'COP_y (mm)'], [])
    >>> force_plate_columns(["t", "Fx", "Fy", "Fz", "Mx", "My", "Mz"])
    ['Fx', 'Fy', 'Fz', 'Mx', 'My', 'Mz']
    """
    plain = {name: re.sub(r"\(.*?\)|\[.*?\]|[^a-z0-9]", "", name.lower()) for name in names}
    pressure, forces, moments = (
        [name for name in names if pattern.search(plain[name])] for pattern in (_PRESSURE, _FORCE, _MOMENT)
    )
    is_plate = len(pressure) >= 2 or (len(forces) >= 3 and len(moments) >= 3)
    return [*pressure, *forces, *moments] if is_plate else []


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
        at_rests = (f"{', '.join(axes)}: {at_rest(vectors(table, axes)):.3g} at rest" for axes in named)
        raise gravity_missing("; ".join(at_rests), _WITH_GRAVITY)
    return _unnamed(table, groups, taken)


def _with_unit(
    table: Table, axes: Axes, gravity: Axes | None, told: Mapping[str, Any], because: str
) -> Guess:
    """Return the columns with their unit, checked against gravity."""
    stated = told.get("acceleration_unit") or unit_of(axes)
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
            keys, findings=(Conclusion("acceleration", shown, because),), questions=(_which_unit(norm),)
        )
    reason = f"{because}; {norm:.4g} at rest is gravity in {seen}"
    found = Conclusion("acceleration", f"{shown}, in {seen}", reason)
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
    raise not_gravity(norm, stated)


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


def rotation_unit(time_s: Floats, acc: Floats, gyr: Floats) -> str:
    """Return the unit of rotation where gravity decides between them, an empty string where it does not.

    `acc` (n, 3) holds gravity in any unit and with either sign, `gyr` (n, 3) the rotation. A direction u
    fixed in space turns in the sensor's frame as du/dt = u × ω. Both sides, smoothed over half a second, are
    compared over steps of a second: where they point the same way, the factor between them tells the unit.
    Source: own.
    """
    time_s, acc, gyr = time_s[:_MOST_ROWS], acc[:_MOST_ROWS], gyr[:_MOST_ROWS]
    good = (np.abs(np.column_stack([time_s, acc, gyr])) < ABSURD).all(axis=1)
    time_s, order = np.unique(time_s[good], return_index=True)
    if time_s.size < 50 or time_s[-1] - time_s[0] < _SHORTEST_S:
        return ""
    seen, told = _turns(time_s, acc[good][order], gyr[good][order])
    size = float((seen**2).sum() * (told**2).sum())
    if not 0 < size < math.inf:
        return ""
    together = float((seen * told).sum())
    factor = together / float((told**2).sum())
    if together / math.sqrt(size) < _AGREEMENT:
        return ""
    near = (
        unit
        for unit, scale in ROTATION_TO_RADPS.items()
        if abs(math.log(factor / scale)) < math.log(_TOLERANCE)
    )
    return next(near, "")


def _turns(time_s: Floats, acc: Floats, gyr: Floats) -> tuple[Floats, Floats]:
    """Return by how much the direction of gravity turned in each step, and by how much the gyroscope says.

    Both are empty where hardly any rows follow one another.
    """
    steps = np.diff(time_s, prepend=time_s[0])[:, None]
    # A gap is no rotation: nobody saw what happened in it.
    angle = np.cumsum(np.where(steps > _SMOOTHED_S, 0.0, steps * gyr), axis=0)
    step_s = float(np.median(np.diff(time_s)))
    window, lag = (max(1, round(span / step_s)) for span in (_SMOOTHED_S, _LAG_S))
    if time_s.size < window + 2 * lag:
        return np.zeros((0, 3)), np.zeros((0, 3))
    direction, angle = _smooth(acc, window), _smooth(angle, window)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True) + np.finfo(float).tiny
    seen = direction[lag:] - direction[:-lag]
    told = np.cross((direction[lag:] + direction[:-lag]) / 2, angle[lag:] - angle[:-lag])
    return seen - seen.mean(axis=0), told - told.mean(axis=0)


def _smooth(values: Floats, window: int) -> Floats:
    """Return the running mean over `window` rows."""
    total = np.cumsum(np.vstack([np.zeros(3), values]), axis=0)
    return np.asarray((total[window:] - total[:-window]) / window)


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
        return Guess(findings=(Conclusion("gyroscope", "not used", because),))
    named = list(groups.get("gyroscope", ()))
    if not axes and len(named) == 1:
        axes, because = named[0], "by its name"
    if not axes and not named:
        turning = [one for one in lettered(groups, taken) if _unit_by_turning(table, one, time_s, acc)]
        if len(turning) == 1:
            axes, because = turning[0], "by how it turns"
    if axes:
        return _in_unit(table, axes, told, _unit_by_turning(table, axes, time_s, acc), because)
    return _asked(table, groups, taken, named)


def _asked(table: Table, groups: Groups, taken: Sequence[str], named: Sequence[Axes]) -> Guess:
    """Ask which columns are the gyroscope, where there may be one: a place in a row tells no axis."""
    loose = [] if groups.get("acceleration") else loose_columns(table, groups, taken)
    candidates = list(named or lettered(groups, taken)) or (threes(table, groups, taken) if loose else [])
    if not candidates and len(loose) < 3:
        return Guess(findings=(Conclusion("gyroscope", "none", "no column looks like one"),))
    choices = [Choice(", ".join(one), keys_of("gyroscope", one)) for one in candidates[:MOST_CHOICES]]
    none = Choice("none of these", {"gyroscope": ""})
    text = "Which columns are the gyroscope, in the order x, y, z?"
    question = Question("gyroscope", text, (none, *choices), needed=False, entry="axes")
    return Guess(questions=(question,))


def _unit_by_turning(table: Table, axes: Axes, time_s: Floats | None, acc: Floats) -> str:
    return "" if time_s is None else rotation_unit(time_s, acc, vectors(table, axes))


def _in_unit(table: Table, axes: Axes, told: Mapping[str, Any], seen: str, because: str) -> Guess:
    keys = keys_of("gyroscope", axes)
    of_apple = "rad/s" if is_core_motion(table.names) and "rate" in axes[0].lower() else ""
    stated = told["gyro_unit"] if "gyro_unit" in told else unit_of(axes) or of_apple
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
        return Guess({**keys, "gyro_unit": stated}, findings=(Conclusion("gyroscope", value, because),))
    if seen:
        found = Conclusion(
            "gyroscope", f"{shown}, in {seen}", f"{because}; gravity turns at the rate that it reads"
        )
        return Guess({**keys, "gyro_unit": seen}, frozenset({"gyro_unit"}), (found,))
    likely = " The numbers are too large for rad/s." if at_rest(vectors(table, axes)) > _LIKELY_RADPS else ""
    choices = (
        Choice("I do not know: leave it out", {"gyro_unit": ""}),
        Choice("deg/s", {"gyro_unit": "deg/s"}),
        Choice("rad/s", {"gyro_unit": "rad/s"}),
    )
    found = Conclusion("gyroscope", f"{shown}, unit not told", because)
    text = f"In which unit are {shown}?{likely}"
    return Guess(keys, findings=(found,), questions=(Question("gyro_unit", text, choices, needed=False),))
