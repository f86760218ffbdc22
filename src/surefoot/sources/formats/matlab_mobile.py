"""MATLAB Mobile: a MAT file of timetables, ``Acceleration`` and ``AngularVelocity``, each on its own times.

Acceleration with gravity in m/s², rotation in rad/s. The axes are documented as alike on Android and iOS, so
specific force is assumed, and said. Dates have no zone. The tables are objects that scipy does not read, but
mat-io does. Source: MathWorks, *Sensor Data Collection with MATLAB Mobile*.
"""

import struct
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Recording
from surefoot.sources.assembly.one_file import one_file
from surefoot.sources.assembly.recordings import Origin, assemble, gravity_missing, sign_assumed
from surefoot.sources.assembly.timing import Signal

TITLE: Final = "MATLAB Mobile (.mat)"

_MAGIC: Final = (b"MATLAB 5.0 MAT-file", b"MATLAB 7.3 MAT-file")
_HEADER_BYTES, _SUBSYSTEM_AT, _VERSION_AT = 128, 116, 124
_COMPRESSED, _HDF5 = 15, 2
_MAX_BYTES: Final = 100_000_000
_SIGN: Final = sign_assumed(
    "The file does not tell whether MATLAB Mobile ran on Android or iOS; that it writes +g upward on both, "
    "as documented, was assumed.",
    is_table=False,
)
_HINT: Final = "In MATLAB Mobile, switch on Acceleration and Angular Velocity, and record again."


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    _check_parts(data, member)
    tables = _timetables(data, member)
    if "Acceleration" not in tables:
        raise gravity_missing(", ".join(tables) or "no timetable", _HINT, removed=False)
    first = int(tables["Acceleration"][0][0])
    acc = _signal(tables["Acceleration"], first, "acceleration", "m/s2")
    gyr = None
    if "AngularVelocity" in tables:
        gyr = _signal(tables["AngularVelocity"], first, "gyroscope", "rad/s")
    return (assemble(acc, gyr, Origin(+1, issues=(_SIGN,))),)


claims, parse = one_file(lambda data: data.startswith(_MAGIC), _read)


def _check_parts(data: bytes, member: str) -> None:
    """Refuse what is damaged or unpacks to more than any test, before a reader that trusts every number.

    It ends the whole program at an element of unknown type. MATLAB deflates each variable, so that each has a
    checksum; what is not deflated has none. HDF5, of version 7.3, is left to its library.
    """
    low, high, *mark = data[_VERSION_AT:_HEADER_BYTES].ljust(4)
    order, version = (">", low) if bytes(mark) == b"MI" else ("<", high)
    if version == _HDF5:
        return
    room, places = _MAX_BYTES, {0, int.from_bytes(b" " * 8)}
    for place, kind, part in _parts(data, order):
        if kind != _COMPRESSED:
            raise _broken(member, "a variable that is not compressed", "Save it in MATLAB as version 7.")
        places.add(place)
        room -= _unpacked_size(part, room, member)
        if room < 0:
            raise UnreadableFileError(
                f"{member} is larger than any recording of a test.",
                found=f"{len(data) / 1e6:.1f} MB that unpack to more than {_MAX_BYTES / 1e6:.0f} MB",
                expected=f"at most {_MAX_BYTES / 1e6:.0f} MB",
                do="Save only the timetables of one recording.",
            )
    if struct.unpack_from(f"{order}Q", data.ljust(_HEADER_BYTES), _SUBSYSTEM_AT)[0] not in places:
        raise _broken(member, "a part that is not where the header says")


def _parts(data: bytes, order: str) -> Iterator[tuple[int, int, bytes]]:
    """Yield place, type and content of each variable."""
    place = _HEADER_BYTES
    while place + 8 <= len(data):
        kind, size = struct.unpack_from(f"{order}II", data, place)
        yield place, kind, data[place + 8 : place + 8 + size]
        place += 8 + size


def _unpacked_size(packed: bytes, room: int, member: str) -> int:
    """Return how many bytes come out of deflated ones, counted no further than there is room."""
    unpacker, size = zlib.decompressobj(), 0
    while size <= room and not unpacker.eof:
        try:
            unpacked = unpacker.decompress(packed, 1_000_000)
        except zlib.error as error:
            raise _broken(member, str(error)) from None
        packed = unpacker.unconsumed_tail
        size += len(unpacked)
        if not unpacked and not packed and not unpacker.eof:
            raise _broken(member, "a compressed variable without its end")
    return size


def _broken(member: str, found: str, do: str = "Copy the file again.") -> UnreadableFileError:
    return UnreadableFileError(
        f"{member} is a MAT file that cannot be read.",
        found=found[:100],
        expected="timetables as MATLAB Mobile saves them",
        do=do,
    )


def _signal(table: tuple[NDArray[np.int64], Floats], first_ns: int, name: str, unit: str) -> Signal:
    return Signal(name, (table[0] - first_ns) / 1e9, table[1], unit)


def _timetables(data: bytes, member: str) -> dict[str, tuple[NDArray[np.int64], Floats]]:
    """Return times in ns and the axes x, y and z of every timetable that has them, by its name."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import matio

        path = Path(folder) / "sensorlog.mat"
        path.write_bytes(data)
        try:
            variables = matio.load_from_mat(str(path), variable_names=["Acceleration", "AngularVelocity"])
            tables = {
                name: table
                for name, table in variables.items()
                if set("XYZ") <= {*map(str, getattr(table, "columns", []))}
            }
            return {name: (_nanoseconds(table), _axes(table)) for name, table in tables.items()}
        except Exception as error:  # noqa: BLE001 (whatever a foreign reader stumbles over, the file is broken)
            raise _broken(member, f"{type(error).__name__}: {error}") from None


def _nanoseconds(table: Any) -> NDArray[np.int64]:
    stamps = np.asarray(table.index.to_numpy()).astype("datetime64[ns]")
    if not stamps.size or np.isnat(stamps).any():
        raise ValueError("times that are missing")
    return stamps.astype(np.int64)


def _axes(table: Any) -> Floats:
    return np.column_stack([np.asarray(table[axis], dtype=np.float64).ravel() for axis in "XYZ"])
