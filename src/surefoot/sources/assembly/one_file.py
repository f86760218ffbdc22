"""Apps that write one file for a recording: how it is known, which columns hold its sensors."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Floats, Issue, Recording
from surefoot.sources.assembly.recordings import (
    Origin,
    assemble,
    canonical_unit,
    gravity_missing,
    one_unit,
    sole_member,
)
from surefoot.sources.assembly.timing import Signal
from surefoot.sources.tables import Table, read_table, table_head

IsOwn = Callable[[bytes], object]
Read = Callable[[bytes, str], tuple[Recording, ...]]
Claims = Callable[[Mapping[str, bytes]], bool]
Parse = Callable[[Mapping[str, bytes]], tuple[Recording, ...]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of an app's sensors as patterns, ``{}`` standing for X, Y and Z, and the app's own units.

    `gravity_free` tells acceleration that has gravity removed, `hint` how to export what is needed. `held` is
    True for an app that writes a row at any sensor's event and repeats the others.
    """

    acceleration: str
    acceleration_unit: str = ""
    gyroscope: str = ""
    gyroscope_unit: str = ""
    gravity_free: str = ""
    held: bool = False
    hint: str = ""


def sensors_of(table: Table, time_s: Floats, columns: Columns) -> tuple[Signal, Signal | None]:
    """Return accelerometer and gyroscope of a table; raises UnitError where it has no gravity."""
    wanted = (
        ("acceleration", columns.acceleration, columns.acceleration_unit),
        ("gyroscope", columns.gyroscope, columns.gyroscope_unit),
        ("linear", columns.gravity_free, ""),
    )
    found = [find_signal(table, name, pattern, time_s, unit) for name, pattern, unit in wanted if pattern]
    signals = [signal for signal in found if signal is not None]
    own = {signal.name: signal for signal in (without_holds(signals) if columns.held else signals)}
    if "acceleration" not in own:
        raise gravity_missing(", ".join(table.names)[:80], columns.hint, removed="linear" in own)
    return own["acceleration"], own.get("gyroscope")


def column_of(names: Sequence[str], pattern: str) -> str:
    """Return the first column whose name, less a unit in parentheses, fits; empty where there is none.

    >>> column_of(("Time since start in ms ", "gFx"), "time since .* ms")
    'Time since start in ms '
    """
    fitting = re.compile(pattern, re.IGNORECASE)
    return next((name for name in names if fitting.fullmatch(bare_name(name))), "")


def bare_name(name: str) -> str:
    """Return a column's name without its unit.

    >>> bare_name("wx (rad/s)"), bare_name(" ax(g)")
    ('wx', 'ax')
    """
    return re.sub(r"\s*[(\[][^()\[\]]*(\([^()]*\))?[^()\[\]]*[)\]]\s*$", "", name).strip()


def unit_in(name: str) -> str:
    """Return the unit that a column's name tells, an empty string where it tells none of ours.

    >>> unit_in("ACCELEROMETER X (m/s²)"), unit_in("Accel_X (m/(s^2))"), unit_in("gFx")
    ('m/s2', 'm/s2', '')
    """
    return canonical_unit(name.strip()[len(bare_name(name)) :].strip(" ()[]"))


def find_signal(table: Table, name: str, pattern: str, time_s: Floats, unit: str = "") -> Signal | None:
    """Return the three columns that `pattern` names, ``{}`` standing for X, Y and Z; None without them.

    `unit` is the app's own, where the header tells none. Raises UnitError where it tells several.
    """
    columns = [column_of(table.names, pattern.replace("{}", axis)) for axis in "XYZ"]
    if not all(columns):
        return None
    told = one_unit(columns, map(unit_in, columns))
    return Signal(name, time_s, np.column_stack([table[column] for column in columns]), told or unit)


def without_holds(signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """Return each sensor's own rows, where an app writes a row at any sensor's event and repeats the others.

    A row is a repeat where this sensor did not change and another did. A row in which nothing changed may be
    a sample of a coarse sensor: it stays where one was due, half an interval from the changes around it.
    """
    if len(signals) < 2:
        return tuple(signals)
    changed = np.array([_changes(signal.values) for signal in signals])
    idle = ~changed.any(axis=0)
    own = [row | (idle & _is_due(signal.time_s, row)) for signal, row in zip(signals, changed, strict=True)]
    return tuple(_without(signal, ~keep) for signal, keep in zip(signals, own, strict=True))


def _changes(values: Floats) -> NDArray[np.bool_]:
    return np.r_[True, (np.diff(values, axis=0) != 0).any(axis=1)] if len(values) else np.zeros(0, dtype=bool)


def _is_due(time_s: Floats, changed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which rows lie at least half an interval from this sensor's changes."""
    changes_s = time_s[changed]
    if changes_s.size < 3:
        return np.ones(time_s.size, dtype=bool)
    place = np.searchsorted(changes_s, time_s, side="right")
    since = time_s - changes_s[np.maximum(place - 1, 0)]
    until = np.r_[changes_s, np.inf][place] - time_s
    return np.asarray(np.minimum(since, until) >= np.median(np.diff(changes_s)) / 2)


def _without(signal: Signal, repeats: NDArray[np.bool_]) -> Signal:
    if not repeats.any():
        return signal
    what = (
        f"{int(repeats.sum())} of {repeats.size} rows only repeat the {signal.name}, written when another "
        "sensor spoke; they were left out."
    )
    return signal.take(~repeats).with_issue(Issue("rows_held", "info", what))


def one_file(is_own: IsOwn, read: Read) -> tuple[Claims, Parse]:
    """Return ``claims`` and ``parse`` of an app.

    `is_own` is true of the bytes of a file that is the app's, and never raises; `read` takes the bytes and
    the name of the one that is.
    """

    def claims(files: Mapping[str, bytes]) -> bool:
        """Tell whether a member is this app's."""
        return any(map(is_own, files.values()))

    def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
        """Return the recordings in the one member that is this app's.

        Raises UnitError without acceleration that includes gravity, UnreadableFileError where the file is
        broken, tells no times, or is one of several.
        """
        member = sole_member(files, [member for member, data in sorted(files.items()) if is_own(data)])
        return read(files[member], member)

    return claims, parse


def one_table(
    is_own: IsOwn,
    columns: Columns,
    *,
    time: tuple[str, float],
    sign: int,
    platform: str = "",
    issues: tuple[Issue, ...] = (),
) -> tuple[Claims, Parse]:
    """Return ``claims`` and ``parse`` of an app whose table has all sensors in one row.

    `time` names the column of times, a pattern as in `columns`, and how many of its units make a second.
    `sign` and `platform` are those of an `Origin`; `issues` are said of every recording.
    """

    def read(data: bytes, member: str) -> tuple[Recording, ...]:
        table = read_table(data, member)
        pattern, units_a_second = time
        acc, gyr = sensors_of(table, table[column_of(table.names, pattern)] / units_a_second, columns)
        return (assemble(acc, gyr, Origin(sign, platform, issues=issues, notes=table.notes)),)

    return one_file(is_own, read)


def begins(header: str, size: int = 200, flags: re.RegexFlag = re.NOFLAG) -> IsOwn:
    r"""Return what tells a table by its beginning, `size` bytes of it, however a spreadsheet saved it again.

    >>> bool(begins(r"Time \(s\),")(b'sep=;\n"Time (s)";"X"\n'))
    True
    """
    pattern = re.compile(header, flags)
    return lambda data: pattern.match(table_head(data, size))
