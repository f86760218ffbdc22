"""The description of a sensor that nobody built in: a TOML file, checked and turned into typed parts."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar, cast, get_args

from surefoot.errors import DescriptionError
from surefoot.live.ble.device import Advertisement, Write
from surefoot.live.ble.devices._layout import EMPTY, Endian, RecordLayout, parse_layout
from surefoot.units import ACCELERATION_TO_MPS2, ROTATION_TO_RADPS, STANDARD_GRAVITY_MPS2

Framing = Literal["packet", "bytes", "lines"]
AXES: Final = ("ax", "ay", "az", "gx", "gy", "gz")
# A clock that wraps sooner than deliveries can be late tells nothing.
SHORTEST_CLOCK_S: Final = 4.0
CLOCK_UNITS: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_SIG: Final = "0000{}-0000-1000-8000-00805f9b34fb"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stream:
    """One characteristic and how its bytes are divided."""

    char: str
    framing: Framing
    header: RecordLayout = EMPTY
    record: RecordLayout = EMPTY
    count: str = ""
    sync: bytes = b""
    length: int = 0
    skip: int = 0
    separator: str = ","
    columns: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that the stream tells."""
        return self.columns or (*self.header.names, *self.record.names)


@dataclass(frozen=True, slots=True)
class Description:
    """A sensor as its owner describes it: `factors` turn a field into SI, `tick_s` one of its clock."""

    title: str
    name_prefix: str
    service: str
    min_mtu: int
    writes: tuple[Write, ...]
    stop: tuple[Write, ...]
    streams: tuple[Stream, ...]
    factors: Mapping[str, float]
    rate_hz: float
    clock: str = ""
    tick_s: float = 0.0
    clock_bits: int = 32
    of: Literal["first", "last"] = "first"
    counter: str = ""
    counter_bits: int = 0

    def matches(self, seen: Advertisement) -> bool:
        """Tell by the beginning of the name or the service, whichever the description gives."""
        named = bool(self.name_prefix) and seen.name.startswith(self.name_prefix)
        return named or (bool(self.service) and self.service in seen.services)


def parse_description(text: str) -> Description:
    """Return the description in a TOML text. Raises DescriptionError that says what is missing."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused("The description is not TOML.", str(error), "a TOML file") from None
    device, time = _take(table, "device", dict), _take(table, "time", dict, {})
    match = _take(device, "match", dict, {})
    streams = tuple(_stream(part) for part in _tables(table, "stream"))
    names = {name for stream in streams for name in stream.names}
    clock, counter = _take(time, "clock", dict, {}), _take(time, "counter", dict, {})
    description = Description(
        title=_take(device, "name", str),
        name_prefix=_take(match, "name_prefix", str, ""),
        service=_uuid(match["service"]) if "service" in match else "",
        min_mtu=_take(device, "min_mtu", int, 0),
        writes=tuple(_write(part) for part in _tables(table, "write", needed=False)),
        stop=tuple(_write(part) for part in _tables(_take(table, "stop", dict, {}), "write", needed=False)),
        streams=streams,
        factors=_factors(_take(table, "scale", dict), names),
        rate_hz=float(_take(time, "rate_hz", (int, float), 0)),
        clock=_take(clock, "field", str, ""),
        tick_s=_word(clock, "unit", CLOCK_UNITS, "ms"),
        clock_bits=_take(clock, "bits", int, 32),
        of=_word(clock, "of", {"first": "first", "last": "last"}, "first"),
        counter=_take(counter, "field", str, ""),
        counter_bits=_take(counter, "bits", int, 16) if counter else 0,
    )
    _check(description, names)
    return description


def _check(description: Description, names: set[str]) -> None:
    if not {"ax", "ay", "az"} <= names:
        raise _refused(
            "The acceleration is missing.", ", ".join(sorted(names)) or "no field", "ax, ay and az"
        )
    unknown = {description.clock, description.counter} - names - {""}
    if unknown:
        raise _refused(
            "A field of the time is not in the packet.", ", ".join(unknown), ", ".join(sorted(names))
        )
    if not description.clock and not description.rate_hz:
        raise _refused("The rate is not known.", "neither a clock nor rate_hz", "[time] rate_hz = 100")
    span_s = 2 ** min(description.clock_bits, 64) * description.tick_s
    if description.clock and span_s < SHORTEST_CLOCK_S:
        raise _refused("The clock wraps too soon.", f"every {span_s:g} s", f"{SHORTEST_CLOCK_S:g} s or more")
    if not 1 <= description.clock_bits <= 64 or not 0 <= description.counter_bits <= 64:
        raise _refused("A counter has no such size.", f"{description.clock_bits} bits", "1 to 64 bits")


def _stream(table: dict[str, Any]) -> Stream:
    framing = _word(table, "framing", {word: word for word in get_args(Framing)}, "packet")
    endian: Endian = _word(table, "endian", {"little": "little", "big": "big"}, "little")
    sync, text = _take(table, "sync", dict, {}), _take(table, "text", dict, {})
    stream = Stream(
        char=_uuid(_take(table, "char", str)),
        framing=cast("Framing", framing),
        header=parse_layout(_take(table, "header", str, ""), endian),
        record=parse_layout(_take(table, "record", str, ""), endian),
        count=_take(table, "count", str, ""),
        sync=_bytes(_take(sync, "start", str, "")),
        length=_take(sync, "length", int, 0),
        skip=_take(sync, "skip", int, 0),
        separator=_take(text, "separator", str, ","),
        columns=tuple(str(name) for name in _take(text, "columns", list, [])),
    )
    needed = stream.skip + stream.header.size + stream.record.size
    if framing == "lines" and not (stream.columns and stream.separator):
        raise _refused("Lines need their columns.", "no [stream.text] columns", 'columns = ["t", "ax", …]')
    if framing != "lines" and not stream.record.size:
        raise _refused("The record of a stream is missing.", "no record", 'record = "i16 ax, i16 ay, i16 az"')
    if framing == "bytes" and not (stream.sync and needed <= stream.length):
        raise _refused(
            "Bytes need a start and a length that holds the record.", f"{stream.length}", f"at least {needed}"
        )
    return stream


def _factors(scale: dict[str, Any], names: set[str]) -> dict[str, float]:
    """Return the factor to SI of every axis; one that is not given has that of its group's x."""
    factors: dict[str, float] = {}
    for axis in (axis for axis in AXES if axis in names):
        told = scale.get(axis, scale.get(f"{axis[0]}x"))
        if not isinstance(told, dict):
            raise _refused(f"The scale of {axis} is missing.", repr(told), f"{axis} = {{ per_g = 4096 }}")
        factors[axis] = _factor(axis, told)
    return factors


def _factor(axis: str, told: dict[str, Any]) -> float:
    units = ACCELERATION_TO_MPS2 if axis[0] == "a" else ROTATION_TO_RADPS
    if "per_g" in told and axis[0] == "a":
        return STANDARD_GRAVITY_MPS2 / _nonzero(told, "per_g")
    if "per_dps" in told and axis[0] == "g":
        return ROTATION_TO_RADPS["deg/s"] / _nonzero(told, "per_dps")
    if told.get("unit") in units:
        return units[told["unit"]] * _nonzero({"factor": 1.0, **told}, "factor")
    raise _refused(
        f"The scale of {axis} is not understood.", repr(told), "per_g, per_dps, or unit and factor"
    )


def _write(table: dict[str, Any]) -> Write:
    return Write(
        char=_uuid(_take(table, "char", str)),
        data=_bytes(_take(table, "hex", str)),
        response=_take(table, "response", bool, True),
        wait_s=_take(table, "wait_ms", int, 0) / 1000,
    )


def _uuid(text: Any) -> str:
    word = str(text).lower()
    full = _SIG.format(word) if re.fullmatch(r"[0-9a-f]{4}", word) else word
    if not _UUID.fullmatch(full):
        raise _refused("A UUID is not understood.", repr(text), "4 or 32 hexadecimal digits with dashes")
    return full


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise _refused("Bytes are not understood.", repr(text), "pairs of hexadecimal digits") from None


def _nonzero(table: dict[str, Any], key: str) -> float:
    value = float(_take(table, key, (int, float)))
    if not value:
        raise _refused(f"{key} cannot be zero.", "0", "another number")
    return value


def _tables(table: dict[str, Any], key: str, *, needed: bool = True) -> list[dict[str, Any]]:
    found = table.get(key, [])
    tables = [found] if isinstance(found, dict) else found
    if (
        not isinstance(tables, list)
        or not all(isinstance(t, dict) for t in tables)
        or (needed and not tables)
    ):
        raise _refused(f"[[{key}]] is missing or no table.", repr(found)[:60], f"one or more [[{key}]]")
    return tables


def _word(table: dict[str, Any], key: str, known: Mapping[str, T], usual: str) -> T:
    word = _take(table, key, str, usual)
    if word not in known:
        raise _refused(f"{key} is not known.", repr(word), "one of " + ", ".join(known))
    return known[word]


def _take(table: dict[str, Any], key: str, kind: Any, default: Any = None) -> Any:
    value = table.get(key, default)
    if value is None or not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        expected = " or ".join(k.__name__ for k in kinds)
        raise _refused(f"`{key}` is missing or of another kind.", repr(value)[:60], expected)
    return value


def _refused(what: str, found: str, expected: str) -> DescriptionError:
    return DescriptionError(
        what, found=found, expected=expected, do="Correct the description; `docs/how-to` has an example."
    )
