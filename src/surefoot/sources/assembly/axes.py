"""Threes of columns as vectors: their length at rest, and which could be a sensor though no name tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from surefoot.errors import UnitError
from surefoot.model import Floats
from surefoot.sources.assembly.recordings import rest_norm, unit_factor
from surefoot.sources.inference.column_names import unit_named
from surefoot.sources.inference.mapping import Axes
from surefoot.sources.inference.proposal import MOST_COLUMNS
from surefoot.sources.tables import Table
from surefoot.units import acceleration_unit

Groups = Mapping[str, Sequence[Axes]]


def vectors(table: Table, axes: Axes) -> Floats:
    """Return three columns as (n, 3)."""
    return np.column_stack([table[name] for name in axes])


def with_gravity(table: Table, axes: Axes, gravity: Axes | None, told: str = "") -> Floats:
    """Return three columns as (n, 3), those of gravity added in the unit of the first.

    Each of the two has its own unit: the one `told` or in its names, for gravity else the one that its size
    tells. Where nothing tells that of the first, it is gravity's.
    """
    values = vectors(table, axes)
    if gravity is None:
        return values
    apart = vectors(table, gravity)
    unit, own = told or one_unit(axes), one_unit(gravity) or acceleration_unit(at_rest(apart)) or ""
    return values + apart * unit_factor(own, unit)


def at_rest(values: Floats) -> float:
    """Return the length of the vectors (n, 3) at rest, 0 where there are too few numbers."""
    finite = values[np.isfinite(values).all(axis=1)]
    return rest_norm(finite) if finite.shape[0] > 1 else 0.0


def one_unit(names: Sequence[str]) -> str:
    """Return the unit that columns to be taken together are named with, empty where none is.

    Raises UnitError where they are named with several.
    """
    units = sorted({unit_named(name) for name in names} - {""})
    if len(units) > 1:
        raise UnitError(
            "Columns that belong together have different units.",
            found=", ".join(names),
            expected="one unit for all of them",
            do="Export the recording again in one unit.",
        )
    return units[0] if units else ""


def threes(table: Table, groups: Groups, taken: Sequence[str]) -> list[Axes]:
    """Return the threes of columns whose names do not tell: by their letters, else those in a row."""
    return lettered(groups, taken) + list(_in_rows(loose_columns(table, groups, taken), table.names))


def lettered(groups: Groups, taken: Sequence[str]) -> list[Axes]:
    """Return the threes of columns that have letters and no more, those `taken` left out."""
    return [axes for axes in groups.get("unknown", ()) if not {*axes} & {*taken}]


def loose_columns(table: Table, groups: Groups, taken: Sequence[str]) -> list[str]:
    """Return the columns of numbers that belong to no x, y and z, those `taken` left out."""
    known = {*taken, *(name for sets in groups.values() for axes in sets for name in axes)}
    return [n for n in table.names[:MOST_COLUMNS] if n not in known and np.isfinite(table[n]).mean() > 0.5]


def _in_rows(names: Sequence[str], order: Sequence[str]) -> Iterator[Axes]:
    """Yield three names that stand beside each other in a table."""
    place = {name: number for number, name in enumerate(order)}
    for x, y, z in zip(names, names[1:], names[2:], strict=False):
        if place[z] - place[x] == 2:
            yield x, y, z
