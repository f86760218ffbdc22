"""Table to proposal: time, acceleration, gyroscope and sign, each by name, by gravity, or as a question."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from surefoot.errors import SurefootError, UnreadableFileError
from surefoot.model import Floats
from surefoot.sources.inference.column_names import axis_groups, is_core_motion, with_gravity
from surefoot.sources.inference.mapping import (
    COLUMN_KEYS,
    Choice,
    Conclusion,
    Guess,
    Proposal,
    Question,
    axes_of,
    mapped_from,
)
from surefoot.sources.inference.sensors import guess_acceleration, guess_gyroscope
from surefoot.sources.inference.time import guess_time, seconds_of
from surefoot.sources.tables import Table

_HINT: Final = "Gravity does not tell up from down, and apps differ in which they count as +."
_PHONE: Final = ("a phone's right edge", "a phone's top edge", "a phone's screen")
_SIGNS: Final = {1: "+ on the axis that points up (specific force)", -1: "− on the axis that points up"}


def propose(table: Table, member: str = "", told: Mapping[str, Any] | None = None) -> Proposal:
    """Return what the columns of a table seem to be, what is certain of it, and what is left to ask.

    `told` holds keys of a mapping that are known already, such as answers to earlier questions; an empty one
    says that there is no such thing. Raises UnitError where no acceleration can be gravity, or where gravity
    contradicts a unit that the header or `told` states; UnreadableFileError where a name means two columns.
    """
    told = told or {}
    groups = axis_groups(table.names, member) if table.has_header else {}
    guess = guess_time(table, told)
    clock = str(guess.told.get("time", ""))
    guess += guess_acceleration(table, groups, told, clock)
    axes, gravity = (axes_of(guess.told, sensor) for sensor in ("acceleration", "gravity"))
    if axes:
        acc = with_gravity(table, axes, gravity, guess.told.get("acceleration_unit", ""))
        taken = [clock, *axes, *(gravity or ())]
        guess += guess_gyroscope(table, groups, told, _seconds(table, guess.told), acc, taken)
        guess += _guess_sign(acc, guess.told, told, is_apple=is_core_motion(table.names))
    keys = {key: value for key, value in guess.told.items() if value not in ("", 0)}
    _check_twins(table, [keys[key] for key in COLUMN_KEYS if key in keys])
    header = table.names if table.has_header else ()
    return Proposal(header, keys, guess.measured, guess.findings, guess.questions)


def told_in(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a whole mapping tells: that nothing else is to be looked for, too."""
    absent: dict[str, Any] = {} if "rate_hz" in mapping else {"time": ""}
    absent |= {"sign": 0} if "gyro_x" in mapping else {"sign": 0, "gyroscope": ""}
    return {**absent, **mapping}


def _check_twins(table: Table, used: Sequence[str]) -> None:
    """Refuse a column that is used where another one of the same name holds other numbers."""
    for name in used:
        first, *others = (place for place, each in enumerate(table.names) if each == name)
        values = table.values[:, first]
        if not all(np.array_equal(values, table.values[:, twin], equal_nan=True) for twin in others):
            raise UnreadableFileError(
                f"Several columns are called {name}, and they differ.",
                found=f"columns {', '.join(str(place + 1) for place in (first, *others))}",
                expected="a name of its own for each column",
                do="Rename the columns of the other sensor or clock in the header, then import again.",
            )


def _seconds(table: Table, told: Mapping[str, Any]) -> Floats | None:
    """Return the times where they are known by now."""
    if "time" not in told and "rate_hz" not in told:
        return None
    try:
        return seconds_of(table, mapped_from(told), table.values.shape[0]).time_s
    except SurefootError:
        return None


def _guess_sign(
    acc: Floats, known: Mapping[str, Any], told: Mapping[str, Any], *, is_apple: bool = False
) -> Guess:
    """Ask which way an axis pointed: gravity does not tell up from down, and apps differ."""
    if "sign" in told:
        sign = told["sign"]
        value = _SIGNS.get(sign, "not known; + on the axis that points up is assumed")
        because = "you said so" if sign else "nobody told"
        return Guess({"sign": sign}, findings=(Conclusion("sign", value, because),))
    unit = known.get("acceleration_unit", "")
    if is_apple and unit == "g":
        found = Conclusion("sign", _SIGNS[-1], "the names, and g, are those of Core Motion")
        return Guess({"sign": -1}, frozenset({"sign"}), (found,))
    axes = axes_of(known, "acceleration") or ("x", "y", "z")
    at_rest = np.median(acc[np.isfinite(acc).all(axis=1)], axis=0)
    most = int(np.argmax(np.abs(at_rest)))
    up = 1 if at_rest[most] > 0 else -1
    name, value = axes[most], f"{at_rest[most]:+.3g} {unit}".rstrip().replace("-", "−")
    choices = (
        Choice("I do not know", {"sign": 0}),
        Choice(f"{'xyz'[most]} pointed up ({_PHONE[most]} up)", {"sign": up}),
        Choice(f"{'xyz'[most]} pointed down ({_PHONE[most]} down)", {"sign": -up}),
    )
    text = f"At rest {name} reads {value}. Which way did the sensor's {'xyz'[most]} axis point then?"
    question = Question("sign", text, choices, needed=False, hint=_HINT)
    return Guess(questions=(question,))
