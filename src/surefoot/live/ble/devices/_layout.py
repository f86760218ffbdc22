"""Named fields in a row of bytes, as a description tells them: ``u16 seq, u32 t, i16 ax``."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from surefoot.errors import DescriptionError

Endian = Literal["little", "big"]
Number = int | float
SIZES: Final = {
    "u8": 1,
    "i8": 1,
    "u16": 2,
    "i16": 2,
    "u24": 3,
    "i24": 3,
    "u32": 4,
    "i32": 4,
    "u64": 8,
    "f32": 4,
}


@dataclass(frozen=True, slots=True)
class RecordLayout:
    """Fields (type, name) that follow each other without padding."""

    fields: tuple[tuple[str, str], ...] = ()
    endian: Endian = "little"

    @property
    def size(self) -> int:
        """Bytes of one row."""
        return sum(SIZES[kind] for kind, _ in self.fields)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields in order."""
        return tuple(name for _, name in self.fields)

    def read(self, data: bytes, at: int = 0) -> dict[str, Number]:
        """Return the numbers of the row that begins at `at`; the bytes must be there."""
        values: dict[str, Number] = {}
        for kind, name in self.fields:
            values[name] = _read(data[at : at + SIZES[kind]], kind, self.endian)
            at += SIZES[kind]
        return values

    def write(self, values: Mapping[str, Number]) -> bytes:
        """Return the row of `values`; one that is missing is zero, one out of range is held at its end."""
        return b"".join(_write(values.get(name, 0), kind, self.endian) for kind, name in self.fields)


EMPTY: Final = RecordLayout()


def parse_layout(text: str, endian: Endian = "little") -> RecordLayout:
    """Return the layout in words. Raises DescriptionError.

    >>> layout = parse_layout("u16 seq, i24 x")
    >>> layout.size, layout.read(bytes([1, 0, 255, 255, 255]))
    (5, {'seq': 1, 'x': -1})
    """
    fields = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        words = part.split()
        if len(words) != 2 or words[0] not in SIZES:
            raise DescriptionError(
                "A field of the packet is not understood.",
                found=repr(part),
                expected="a type and a name, such as `i16 ax`; types " + " ".join(SIZES),
                do="Correct header or record in the description.",
            )
        fields.append((words[0], words[1]))
    return RecordLayout(tuple(fields), endian)


def _read(data: bytes, kind: str, endian: Endian) -> Number:
    if kind == "f32":
        return float(struct.unpack("<f" if endian == "little" else ">f", data)[0])
    return int.from_bytes(data, endian, signed=kind[0] == "i")


def _write(value: Number, kind: str, endian: Endian) -> bytes:
    if kind == "f32":
        return struct.pack("<f" if endian == "little" else ">f", value)
    bits, signed = 8 * SIZES[kind], kind[0] == "i"
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    return min(max(round(value), low), high).to_bytes(SIZES[kind], endian, signed=signed)
