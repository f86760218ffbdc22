"""Any other table: columns known by their names, or by a mapping given as TOML.

A mapping names the columns and what the file does not tell::

    time = "t"
    time_unit = "ms"            # s, ms, us, ns, or d for a spreadsheet's days
    x = "ax"
    y = "ay"
    z = "az"
    acceleration_unit = "g"     # m/s2, cm/s2, g or mg
    sign = 1                    # -1 where the sensor writes the opposite of specific force
    gyro_x = "wx"
    gyro_y = "wy"
    gyro_z = "wz"
    gyro_unit = "deg/s"         # rad/s, deg/s or mdeg/s
    gravity_x = "gx"            # only where gravity was removed: columns to add to x, y and z
    time_part = "millis"        # only where the fraction of the seconds has a column of its own
    time_part_unit = "ms"       # ms, us or ns
    rate_hz = 100.0             # only where there is no time column

Times may be words as well, such as 08:30:00.250 or 2026-03-02T08:30:00.250+01:00, and then have no unit.
Columns of a file without header are called ``column 1``, ``column 2`` and so on. A unit that a name or a
mapping states is checked: acceleration by the size of gravity, a gyroscope by how gravity turns, times by
their steps; a contradiction is refused.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from surefoot.errors import SurefootError, UnreadableFileError
from surefoot.model import Floats, Issue, Recording
from surefoot.sources.assembly.recordings import Origin, assemble, sign_assumed, stem_of
from surefoot.sources.assembly.timing import Signal, without_held
from surefoot.sources.inference import propose, told_in
from surefoot.sources.inference.column_names import OTHER_SENSORS, axis_groups, vectors, with_gravity
from surefoot.sources.inference.mapping import Mapped, Proposal, keys_from_toml, unknown_columns
from surefoot.sources.inference.time import seconds_of, unit_assumed
from surefoot.sources.tables import Table, asking, first_text, read_table

TITLE: Final = "Any CSV table (with a column mapping where its names do not tell)"
MAPPING_NAME: Final = "mapping.toml"

_ASSUMED: Final = sign_assumed(
    "The file does not tell which way its acceleration points; +g on the upward axis was assumed."
)

_BY_NAME: Final = Issue(
    "sign_by_names",
    "info",
    "The columns carry Core Motion's names; its sign, the opposite of specific force, was taken.",
    "Say sign = 1 in a column mapping if the app turned it round.",
)


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member, the mapping aside, begins as a table of numbers does."""
    return any(_is_table(data) for member, data in files.items() if member != MAPPING_NAME)


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return the one recording of a table.

    Raises UnitError where the acceleration is not gravity or gravity contradicts a unit, UnknownColumnsError
    with the draft of a mapping where the columns cannot be known.
    """
    table, member, other_tables = _the_table(files)
    with asking(None):
        proposal = propose(table, member, _given(files, table))
    if proposal.needed:
        raise unknown_columns(table, proposal.needed[0], proposal.toml())
    return (_recording(table, proposal, other_tables),)


def propose_mapping(
    files: Mapping[str, bytes], told: Mapping[str, Any] | None = None
) -> tuple[Table, Proposal]:
    """Return the table of an export, and what its columns seem to be beside the keys already `told`.

    A mapping among the files counts as told.

    Raises SourceError where there is not one table, UnitError where no column can hold gravity.
    """
    table, member, _ = _the_table(files)
    return table, propose(table, member, told or _given(files, table))


def table_of(files: Mapping[str, bytes]) -> Table:
    """Return the table of an export. Raises SourceError where there is not one."""
    return _the_table(files)[0]


def _given(files: Mapping[str, bytes], table: Table) -> dict[str, Any] | None:
    """Return what the mapping among the files tells, None where there is none."""
    return told_in(keys_from_toml(files[MAPPING_NAME], table.names)) if MAPPING_NAME in files else None


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

    It is empty where the table has no header: any other file would look the same.

    >>> len({header_key({"a.csv": b"t,ax,ay,az\n" + row}) for row in (b"0,0,0,9.8\n", b"1,0,0,9.7\n")})
    1
    """
    table = table_of(files)
    return "" if not table.has_header else hashlib.sha256("\n".join(table.names).encode()).hexdigest()[:16]


def _is_table(data: bytes) -> bool:
    text = first_text(data, 16_000)
    if not text or text.lstrip()[:1] in ("{", "[", "<"):
        return False
    try:
        return len(read_table(text.encode()).names) >= 3
    except SurefootError:
        # Refused for commas that stand for decimals too, which the user should be told.
        return text.count(",") > 6 * text.count("\n") > 6


def _the_table(files: Mapping[str, bytes]) -> tuple[Table, str, tuple[Issue, ...]]:
    """Return the table of the acceleration, its name, and an issue where others were left aside."""
    members = sorted(m for m, data in files.items() if m != MAPPING_NAME and _is_table(data))
    others = [m for m in members if OTHER_SENSORS.search(stem_of(m))] if len(members) > 1 else []
    chosen = [m for m in members if m not in others]
    if len(chosen) > 1:
        chosen = [m for m in chosen if _names_acceleration(files[m], m)]
    if len(chosen) != 1:
        raise UnreadableFileError(
            "A recording of no known app is one table.",
            found=", ".join(members) or "none",
            expected="one table of numbers",
            do="Give the file that holds the acceleration.",
        )
    do = "Put its columns into the table of the acceleration."
    told = [(f"{m} is a table of its own and was left out.", do) for m in others]
    issues = tuple(Issue("gyroscope_left_out", "warning", *words) for words in told)
    return read_table(files[chosen[0]], chosen[0]), chosen[0], issues


def _names_acceleration(data: bytes, member: str) -> bool:
    with asking(None):
        return "acceleration" in axis_groups(read_table(data, member).names, member)


def _recording(table: Table, proposal: Proposal, other_tables: tuple[Issue, ...]) -> Recording:
    mapped = proposal.mapped()
    measured = "acceleration_unit" in proposal.measured
    unit = "" if measured else mapped.acceleration_unit
    values = with_gravity(table, mapped.acceleration, mapped.gravity, unit)
    clock = seconds_of(table, mapped, values.shape[0])
    acc = without_held(Signal("acceleration", clock.time_s, values, unit))
    gyr, more = _gyroscope(table, proposal, clock.time_s)
    assumed = [unit_assumed(mapped.time, mapped.time_unit)] if "time_unit" in proposal.measured else []
    by_name = [_BY_NAME] if "sign" in proposal.measured else []
    if measured and mapped.gravity and not by_name:
        by_name.append(_as_gravity(mapped))
    issues = (
        *clock.issues,
        *assumed,
        *more,
        *other_tables,
        *by_name,
        *(() if mapped.sign else (_ASSUMED,)),
    )
    return assemble(
        acc, gyr, Origin(mapped.sign or 1, clock_zero=clock.started, issues=issues, notes=table.notes)
    )


def _as_gravity(mapped: Mapped) -> Issue:
    """Name the unit of acceleration that no size tells, as gravity was removed from it."""
    names, unit = ", ".join(mapped.acceleration), mapped.acceleration_unit
    what = f"Nothing tells the unit of {names}; that of the gravity beside it, {unit}, was taken."
    return Issue("unit_assumed", "info", what, "Say acceleration_unit in a column mapping if that is wrong.")


def _gyroscope(table: Table, proposal: Proposal, time_s: Floats) -> tuple[Signal | None, tuple[Issue, ...]]:
    """Return the gyroscope, or why it was left out."""
    mapped = proposal.mapped()
    unit = mapped.gyroscope_unit
    open_keys = {question.key for question in proposal.questions}
    if "gyroscope" in open_keys:
        what = "The file does not tell which columns are the gyroscope, so it was left out."
        return None, (Issue("gyroscope_left_out", "warning", what, "Name them in a column mapping."),)
    if mapped.gyroscope is None:
        return None, ()
    names = ", ".join(mapped.gyroscope)
    if not unit:
        what = f"The file does not tell the unit of {names}, so the gyroscope was left out."
        return None, (Issue("gyroscope_left_out", "warning", what, "Say gyro_unit in a column mapping."),)
    what = f"The file does not tell the unit of {names}; gravity turns as it does in {unit}."
    measured = Issue(
        "gyro_unit_by_gravity", "info", what, "Say gyro_unit in a column mapping if that is wrong."
    )
    signal = Signal("gyroscope", time_s, vectors(table, mapped.gyroscope), unit)
    return without_held(signal), (measured,) if "gyro_unit" in proposal.measured else ()
