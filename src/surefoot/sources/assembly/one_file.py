"""Apps that write one file for a recording: `claims` and `parse` of how it is known and how it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from surefoot.model import Issue, Recording
from surefoot.sources.assembly.recordings import Origin, assemble, sole_member
from surefoot.sources.assembly.sensor_columns import Columns, column_of, sensors_of
from surefoot.sources.tables import read_table, table_head

IsOwn = Callable[[bytes], object]
Read = Callable[[bytes, str], tuple[Recording, ...]]
Claims = Callable[[Mapping[str, bytes]], bool]
Parse = Callable[[Mapping[str, bytes]], tuple[Recording, ...]]


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
