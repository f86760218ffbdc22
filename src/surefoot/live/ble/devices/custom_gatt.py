"""Any other sensor, described in a TOML file: which bytes start it, how its packets are laid out, its scale.

The description has a device, the writes that start it, one or more streams (packets, bytes with a sync word,
or lines), the scale of each axis and what tells the time. Measure what it makes of your sensor with
`surefoot doctor --ble` before trusting it.

Source: own; `EXAMPLE` shows every part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from surefoot.live.ble.device import (
    Advertisement,
    Block,
    Decoded,
    Device,
    DeviceClock,
    Notification,
    Write,
    blocks_of,
)
from surefoot.live.ble.devices._description import AXES, Description, Stream, parse_description
from surefoot.live.ble.devices._layout import Number
from surefoot.live.ble.devices._wire import batches, rotation, sent_at, split_frames
from surefoot.model import Floats, Recording

EXAMPLE: Final = """
[device]
name = "My sensor"
match = { name_prefix = "MyIMU" }
min_mtu = 64
[[write]]
char = "5f010002-7a1e-4c7b-9d35-b1b1a5c0f007"
hex = "01 64"
wait_ms = 50
[[stream]]
char = "5f010003-7a1e-4c7b-9d35-b1b1a5c0f007"
header = "u16 seq, u32 t"
record = "i16 ax, i16 ay, i16 az, i16 gx, i16 gy, i16 gz"
[scale]
ax = { per_g = 4096 }
gx = { per_dps = 16.4 }
[time]
clock = { field = "t", unit = "us", bits = 32, of = "first" }
counter = { field = "seq", bits = 16 }
rate_hz = 100
[stop]
write = [{ char = "5f010002-7a1e-4c7b-9d35-b1b1a5c0f007", hex = "00" }]
"""
EXAMPLE_NAME: Final = "surefoot-description-example"
LONGEST_LINE: Final = 256
PACKET_BYTES: Final = 180
RECORDS: Final = 10
_FLOAT_TICK_S: Final = 1e-6
Row = dict[str, Number]


def describe(text: str) -> Device:
    """Return the device that a TOML description tells of. Raises DescriptionError."""
    description = parse_description(text)
    steps = {axis: abs(factor) for axis, factor in description.factors.items()}
    whole = min(_shortest(stream) for stream in description.streams)
    return Device(
        key="custom_gatt",
        title=description.title,
        service=description.service,
        advertised=(_advertised(description.name_prefix or description.title, description.service),),
        notify=tuple(dict.fromkeys(stream.char for stream in description.streams)),
        matches=description.matches,
        start=partial(_start, description),
        stop=description.stop,
        decode=partial(_decode, description),
        encode=partial(_encode, description),
        packet_bytes=max(whole, description.min_mtu - 3),
        rates_hz=(description.rate_hz,) if description.rate_hz else (),
        clock=_clock(description),
        counter_bits=description.counter_bits,
        gyroscope="gx" in steps,
        acc_step_mps2=steps["ax"],
        gyr_step_radps=steps.get("gx", 0.0),
    )


def _start(description: Description, _rate_hz: float, _: Sequence[bytes] = ()) -> tuple[Write, ...]:
    return description.writes


def _clock(description: Description) -> DeviceClock | None:
    if not description.clock:
        return None
    if _is_whole(description):
        return DeviceClock(description.tick_s, description.clock_bits, description.of)
    return DeviceClock(_FLOAT_TICK_S, 63, description.of)


def _is_whole(description: Description) -> bool:
    """Tell whether the clock counts in whole ticks, so that it wraps."""
    kinds = [kind for s in description.streams for kind, name in s.header.fields + s.record.fields
             if name == description.clock]  # fmt: skip
    return bool(kinds) and "f32" not in kinds


def _shortest(stream: Stream) -> int:
    if stream.framing == "packet":
        return stream.header.size + stream.record.size
    return stream.length or 1


def _decode(description: Description, char: str, data: bytes, carry: Mapping[str, bytes]) -> Decoded:
    blocks: list[Block] = []
    carried = dict(carry)
    for stream in description.streams:
        if stream.char == char:
            groups, rest = read_rows(stream, carry.get(char, b"") + data)
            carried[char] = rest
            for rows in groups:
                blocks += _blocks(description, stream, rows)
    return Decoded(tuple(blocks), carried)


def read_rows(stream: Stream, data: bytes) -> tuple[list[list[Row]], bytes]:
    """Return the rows of each whole packet, frame or line in `data`, and the bytes that may begin another.

    A row holds the fields of its header and of its own record.
    """
    if stream.framing == "lines":
        *lines, rest = data.split(b"\n")
        return [row for line in lines if (row := _read_line(stream, line))], rest[-LONGEST_LINE:]
    if stream.framing == "bytes":
        frames, rest = split_frames(data, (stream.sync,), (stream.length,))
        return [_read_packet(stream, frame[stream.skip :], strict=False) for frame in frames], rest
    return [_read_packet(stream, data, strict=not stream.count)], b""


def _read_packet(stream: Stream, data: bytes, *, strict: bool) -> list[Row]:
    room = len(data) - stream.header.size
    if room < 0:
        return []
    head = stream.header.read(data)
    count, left = divmod(room, stream.record.size)
    if strict and left:
        return []
    if stream.count:
        count = int(head.get(stream.count, 0)) if head.get(stream.count, 0) <= count else 0
    at = stream.header.size
    return [{**head, **stream.record.read(data, at + i * stream.record.size)} for i in range(count)]


def _read_line(stream: Stream, line: bytes) -> list[Row]:
    words = line.decode("ascii", "replace").strip().split(stream.separator)
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        return []
    return [dict(zip(stream.columns, numbers, strict=True))] if len(numbers) == len(stream.columns) else []


def _blocks(description: Description, stream: Stream, rows: list[Row]) -> list[Block]:
    """Return a packet's rows as one block, or one each where every record has its own time or number."""
    own = set(stream.columns or stream.record.names) & {description.clock, description.counter}
    groups = [[row] for row in rows] if own else [rows] if rows else []
    return [block for group in groups for block in _block(description, group)]


def _block(description: Description, rows: list[Row]) -> tuple[Block, ...]:
    acc, gyr = (_values(description, rows, axes) for axes in (AXES[:3], AXES[3:]))
    if acc is None and gyr is None:
        return ()
    ticks = _ticks(description, rows[0])
    counter = rows[0].get(description.counter)
    whole = None if counter is None or not np.isfinite(counter) else int(counter)
    return blocks_of(acc, gyr, ticks=ticks, counter=whole)


def _values(description: Description, rows: list[Row], axes: Sequence[str]) -> Floats | None:
    if not all(axis in rows[0] for axis in axes):
        return None
    factors = [description.factors[axis] for axis in axes]
    with np.errstate(over="ignore", invalid="ignore"):
        return np.array([[row[axis] for axis in axes] for row in rows], dtype=float) * factors


def _ticks(description: Description, row: Row) -> int | None:
    told = row.get(description.clock)
    if told is None or not 0 <= told < 2**64:
        return None
    return int(told) if _is_whole(description) else round(told * description.tick_s / _FLOAT_TICK_S)


def _advertised(name: str, service: str) -> Advertisement:
    return Advertisement(name, (service,) if service else ())


def _encode(description: Description, recording: Recording) -> tuple[Notification, ...]:
    """Return what the described sensor would send, each stream in packets of its own."""
    sent = [
        packet for stream in description.streams for packet in _encode_stream(description, stream, recording)
    ]
    return tuple(sorted(sent, key=lambda packet: packet.time_s))


def _encode_stream(description: Description, stream: Stream, recording: Recording) -> list[Notification]:
    rows, packets = _rows(description, recording), []
    for number, batch in enumerate(batches(recording, _records(description, stream))):
        numbered = [
            {**row, description.counter: number, stream.count: len(rows[batch])} for row in rows[batch]
        ]
        if description.of == "last":
            numbered[0][description.clock] = numbered[-1][description.clock]
        packets.append(Notification(sent_at(recording, batch), stream.char, _packet(stream, numbered)))
    return packets


def _records(description: Description, stream: Stream) -> int:
    if stream.framing == "lines" or description.clock in stream.record.names:
        return 1
    room = stream.length - stream.skip if stream.framing == "bytes" else PACKET_BYTES
    return min(RECORDS, (room - stream.header.size) // stream.record.size)


def _rows(description: Description, recording: Recording) -> list[Row]:
    measured = np.hstack([recording.acc_mps2, rotation(recording)])
    factors = np.array([description.factors.get(axis, 1.0) for axis in AXES])
    rows = [dict(zip(AXES, values, strict=True)) for values in (measured / factors).tolist()]
    if description.clock:
        ticks = recording.time_s / description.tick_s
        whole = np.round(ticks) % 2.0**description.clock_bits if _is_whole(description) else ticks
        rows = [{**row, description.clock: tick} for row, tick in zip(rows, whole.tolist(), strict=True)]
    return rows


def _packet(stream: Stream, rows: list[Row]) -> bytes:
    if stream.framing == "lines":
        return (
            stream.separator.join(f"{rows[0].get(name, 0):.9g}" for name in stream.columns) + "\n"
        ).encode()
    body = stream.header.write(rows[0]) + b"".join(stream.record.write(row) for row in rows)
    if stream.framing == "packet":
        return body
    return (stream.sync.ljust(stream.skip, b"\0") + body).ljust(stream.length, b"\0")


def _is_example(seen: Advertisement) -> bool:
    return seen.name == EXAMPLE_NAME


# The example stands for all descriptions in the tests; no real sensor may be taken for it.
DEVICE = replace(
    describe(EXAMPLE),
    title="A sensor of your own (custom GATT)",
    advertised=(_advertised(EXAMPLE_NAME, describe(EXAMPLE).service),),
    matches=_is_example,
)
