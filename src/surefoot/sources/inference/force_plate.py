"""Tables of a force plate or a balance board, which measure something else: known by their names, refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from surefoot.errors import UnitError

_PRESSURE: Final = re.compile(
    r"^(net)?co?p(left|right|l|r)?(x|y|z|ap|ml)\d?$|cent(re|er)ofpressure|centredepression|druckpunkt"
)
_FORCE: Final = re.compile(r"^(f|force)([xyz])\d?$")
_MOMENT: Final = re.compile(r"^(m|moment|torque)([xyz])\d?$")


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
