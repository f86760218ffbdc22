"""Any other table: columns known by their names, or by a mapping given as TOML.

A mapping names the columns and what the file does not tell::

    time = "t"
    time_unit = "ms"            # s, ms, us or ns
    x = "ax"
    y = "ay"
    z = "az"
    acceleration_unit = "g"     # m/s2, g or mg
    sign = 1                    # -1 where the sensor writes the opposite of specific force
    gyro_x = "wx"
    gyro_y = "wy"
    gyro_z = "wz"
    gyro_unit = "deg/s"         # rad/s or deg/s
    rate_hz = 100.0             # only where there is no time column

Columns of a file without header are called ``column 1``, ``column 2`` and so on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

import numpy as np

from surefoot.errors import SurefootError, UnreadableFileError
from surefoot.model import Floats, Issue, Recording
from surefoot.sources._assembly import Origin, assemble, gravity_missing, rest_norm, sign_assumed, stem_of
from surefoot.sources._columns import OTHER_SENSORS, Mapped, guess_mapping, mapping_from_toml, no_columns
from surefoot.sources._generic_time import seconds_of
from surefoot.sources._timing import Signal, without_held
from surefoot.tables import Table, first_text, read_table
from surefoot.units import acceleration_unit

TITLE: Final = "Any CSV table (with a column mapping where its names do not tell)"
MAPPING_NAME: Final = "mapping.toml"

_ASSUMED: Final = sign_assumed(
    "The file does not tell which way its acceleration points; +g on the upward axis was assumed."
)


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member, the mapping aside, begins as a table of numbers does."""
    return any(_is_table(data) for member, data in files.items() if member != MAPPING_NAME)


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording of a table.

    Raises UnitError where the acceleration is not gravity, SourceError with the header and how to write a
    mapping where the columns cannot be known.
    """
    table, member, other_tables = _the_table(files)
    mapping = mapping_from_toml(files[MAPPING_NAME], table.names) if MAPPING_NAME in files else None
    mapped = mapping or guess_mapping(table, member)
    values = _vectors(table, mapped.acceleration)
    _check_gravity_first(values, mapped, table)
    time_s, zero, issues = seconds_of(table, mapped, values.shape[0])
    acc = without_held(Signal("acceleration", time_s, values, mapped.acceleration_unit))
    gyr, more = _gyroscope(table, mapped, time_s)
    issues = (*issues, *more, *other_tables, *(() if mapped.sign else (_ASSUMED,)))
    return (assemble(acc, gyr, Origin(mapped.sign or 1, clock_zero=zero, issues=issues, notes=table.notes)),)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as a plain table in SI, with its units in the header."""
    names = ["time (s)", *(f"acc {axis} (m/s²)" for axis in "xyz")]
    columns = [recording.time_s[:, None], recording.acc_mps2]
    if recording.gyr_radps is not None:
        names += [f"gyr {axis} (rad/s)" for axis in "xyz"]
        columns.append(recording.gyr_radps)
    lines = [",".join(map(repr, row)) for row in np.hstack(columns).tolist()]
    return {"recording.csv": ("\n".join([",".join(names), *lines]) + "\n").encode()}


def header_key(files: Mapping[str, bytes]) -> str:
    r"""Return a short key of a table's column names, by which a saved mapping is found again.

    >>> len({header_key({"a.csv": b"t,ax,ay,az\n" + row}) for row in (b"0,0,0,9.8\n", b"1,0,0,9.7\n")})
    1
    """
    table, *_ = _the_table(files)
    return hashlib.sha256("\n".join(table.names).encode()).hexdigest()[:16]


def _is_table(data: bytes) -> bool:
    text = first_text(data, 16_000)
    if not text or text.lstrip()[:1] in ("{", "[", "<"):
        return False
    try:
        return len(read_table(text.encode()).names) >= 3
    except SurefootError:
        return _has_commas_twice(text)


def _has_commas_twice(text: str) -> bool:
    """Tell whether a table was refused for its commas, which the user should be told."""
    return text.count(",") > 6 * text.count("\n") > 6


def _the_table(files: Mapping[str, bytes]) -> tuple[Table, str, tuple[Issue, ...]]:
    """Return the table of the acceleration, its name, and an issue where others were left aside."""
    members = sorted(m for m, data in files.items() if m != MAPPING_NAME and _is_table(data))
    others = [m for m in members if OTHER_SENSORS.search(stem_of(m))] if len(members) > 1 else []
    chosen = [m for m in members if m not in others]
    if len(chosen) != 1:
        raise UnreadableFileError(
            "A recording of no known app is one table.",
            found=", ".join(members) or "none",
            expected="one table of numbers",
            do="Give the file that holds the acceleration.",
        )
    return read_table(files[chosen[0]], chosen[0]), chosen[0], tuple(_left_aside(m) for m in others)


def _left_aside(member: str) -> Issue:
    do = "Put its columns into the table of the acceleration."
    return Issue("gyroscope_left_out", "warning", f"{member} is a table of its own and was left out.", do)


def _vectors(table: Table, names: tuple[str, str, str]) -> Floats:
    return np.column_stack([table[name] for name in names])


def _check_gravity_first(values: Floats, mapped: Mapped, table: Table) -> None:
    """Refuse what is not gravity before asking for anything else, such as a time column."""
    finite = values[np.isfinite(values).all(axis=1)]
    if finite.shape[0] < 2:
        raise no_columns(table, "its acceleration columns hold no numbers")
    norm = rest_norm(finite)
    small = {"m/s2": 3.0, "g": 0.3, "mg": 300.0}.get(mapped.acceleration_unit, 0.5)
    if norm < small:
        raise gravity_missing(
            f"median |a| {norm:.3g}", "Export acceleration with gravity, called raw or total in many apps."
        )
    if acceleration_unit(norm) is None or mapped.acceleration_unit not in ("", acceleration_unit(norm)):
        signal = Signal("acceleration", np.arange(float(len(finite))), finite, mapped.acceleration_unit)
        assemble(signal, None, Origin(1))


def _gyroscope(table: Table, mapped: Mapped, time_s: Floats) -> tuple[Signal | None, tuple[Issue, ...]]:
    if mapped.gyroscope is None:
        return None, ()
    if not mapped.gyroscope_unit:
        names = ", ".join(mapped.gyroscope)
        what = f"The file does not tell the unit of {names}, so the gyroscope was left out."
        return None, (Issue("gyroscope_left_out", "warning", what, "Say gyro_unit in a column mapping."),)
    signal = Signal("gyroscope", time_s, _vectors(table, mapped.gyroscope), mapped.gyroscope_unit)
    return without_held(signal), ()
