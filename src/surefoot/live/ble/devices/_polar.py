"""Polar's measurement protocol (PMD): settings, plain and delta-compressed frames on a nanosecond clock.

Plain acceleration is in mg (types 0 to 2: 8, 16 and 24 bits). Compressed acceleration is in g (type 0) or mg
(type 1), rotation in degrees per second (type 0: 16 bits, type 1: 32-bit numbers), each times a factor told
in the reply to start. No other type of frame is read.

Source: Polar's public technical documentation of online measurement, and AccData.kt, GyrData.kt and
PmdControlPointResponse.kt (polarofficial/polar-ble-sdk).
"""

import struct
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.live.ble.device import Decoded, Notification, Write, blocks_of
from surefoot.live.ble.devices._wire import RADPS_PER_DPS, G, batches, sent_at
from surefoot.model import Floats, Recording

_UUID = "fb005c8{}-02e7-f387-1cad-8acd2d8df0c8".format
SERVICE, CONTROL, DATA = _UUID(0), _UUID(1), _UUID(2)
# What they advertise of their services.
HEART_RATE = "0000180d-0000-1000-8000-00805f9b34fb"
GET_SETTINGS, START, STOP = 1, 2, 3
ACCELERATION, ROTATION = 2, 5
REPLY: Final = 0xF0
COMPRESSED: Final = 0x80
FACTOR_SETTING: Final = 5
HEAD: Final = 10
# What one step is where no reply told: 8 g and 2000 degrees per second over 15 bits.
USUAL_FACTOR: Final = {ACCELERATION: 8 / 32768, ROTATION: 2000 / 32768}
PLAIN_BYTES: Final = {0: 1, 1: 2, 2: 3}
# Bytes of a compressed value, by measurement and type of frame.
PACKED_BYTES: Final = {(ACCELERATION, 0): 2, (ACCELERATION, 1): 2, (ROTATION, 0): 2, (ROTATION, 1): 4}
_ELSE: Final = "Restart the sensor, and update its firmware with Polar's app."
_ELSEWHERE: Final = "Close Polar's app and every other program that uses the sensor."
_PACKETS: Final = "Use another Bluetooth adapter or computer: the packets of this one are too small."
_CHARGER: Final = "Take it out of its charger."
_RATE: Final = "Choose another with --rate."
REFUSALS: Final = {
    1: ("it does not know this command", _ELSE),
    2: ("it does not know this measurement", _ELSE),
    3: ("it does not offer this measurement", _ELSE),
    4: ("the command has a wrong length", _ELSE),
    5: ("a setting is not allowed", _ELSE),
    6: ("it measures already", _ELSEWHERE),
    7: ("it does not offer this resolution", _ELSE),
    8: ("it does not offer this rate", _RATE),
    9: ("it does not offer this range", _ELSE),
    10: ("the packets of this connection are too small for it", _PACKETS),
    11: ("it does not offer this number of channels", _ELSE),
    12: ("it cannot do that in its present state", _ELSEWHERE),
    13: ("it is in its charger", _CHARGER),
    14: ("its memory is full", "Empty its memory with Polar's app."),
    15: ("it does not know this source of a measurement", _ELSE),
}


def ask_settings(kind: int) -> Write:
    """Return the write that asks which rates and ranges a measurement offers."""
    return Write(CONTROL, bytes([GET_SETTINGS, kind]))


def begin(kind: int, rate_hz: float, full_scale: int, channels: int = 0) -> Write:
    """Return the write that starts a measurement with 16 bits; `channels` only where the sensor wants it."""
    settings = b"".join(
        bytes([key, 1]) + value.to_bytes(2, "little")
        for key, value in ((0, int(rate_hz)), (1, 16), (2, full_scale))
    )
    return Write(CONTROL, bytes([START, kind]) + settings + (bytes([4, 1, channels]) if channels else b""))


def end(kind: int) -> Write:
    """Return the write that stops a measurement."""
    return Write(CONTROL, bytes([STOP, kind]))


def refusal(char: str, data: bytes) -> str:
    """Return why it does not start, where a reply says so: ``F0 operation type error``."""
    if char != CONTROL or len(data) < 4 or data[:2] != bytes([REPLY, START]) or not data[3]:
        return ""
    why, do = REFUSALS.get(data[3], (f"error {data[3]}", _ELSE))
    return f"{why}. {do}"


def answer(write: Write) -> tuple[tuple[str, bytes], ...]:
    """Return what a sensor replies to a command that it accepts; the factor of one step with a start."""
    if write.char != CONTROL or len(write.data) < 2:
        return ()
    operation, kind = write.data[:2]
    told = b""
    if operation == START and kind in USUAL_FACTOR:
        told = bytes([0, FACTOR_SETTING, 1]) + struct.pack("<f", USUAL_FACTOR[kind])
    return ((CONTROL, bytes([REPLY, operation, kind, 0]) + told),)


def decode(char: str, data: bytes, carry: Mapping[str, bytes]) -> Decoded:
    """Return the samples of a frame; the factor in the reply to start is carried for the frames after it."""
    if char == CONTROL:
        return Decoded(carry={**carry, **_factor_told(data)})
    if char != DATA or len(data) <= HEAD or data[0] not in USUAL_FACTOR:
        return Decoded(carry=carry)
    kind, frame_type, body = data[0], data[HEAD - 1], data[HEAD:]
    told = carry.get(str(kind))
    factor = struct.unpack("<f", told)[0] if told else 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        if frame_type & COMPRESSED:
            values = _expand(kind, frame_type & ~COMPRESSED, body, factor)
        else:
            values = _plain(body, PLAIN_BYTES.get(frame_type, 0) if kind == ACCELERATION else 0)
        ticks = int.from_bytes(data[1 : HEAD - 1], "little")
        if kind == ROTATION:
            return Decoded(blocks_of(None, values * RADPS_PER_DPS, ticks=ticks), carry)
        return Decoded(blocks_of(values * (G / 1000), None, ticks=ticks), carry)


def expand_deltas(body: bytes, samples: Floats) -> Floats:
    """Return `samples` (1, 3) and what follows it in blocks of (bits, count, packed signed differences)."""
    rows, at = [samples], 0
    while at + 2 <= len(body):
        bits, count = body[at], body[at + 1]
        size = (bits * count * 3 + 7) // 8
        packed = body[at + 2 : at + 2 + size]
        if not 0 < bits <= 32 or len(packed) < size:
            break
        differences = _unpack(packed, bits, count * 3).reshape(count, 3)
        rows.append(rows[-1][-1:] + np.cumsum(differences, axis=0))
        at += 2 + size
    return np.vstack([row for row in rows if len(row)])


def pack_deltas(samples: NDArray[np.int16]) -> bytes:
    """Return integer samples (n, 3), n > 1, as a reference and one block of differences."""
    whole = samples.astype(int)
    differences = np.diff(whole, axis=0).ravel()
    bits = int(np.abs(2 * differences + 1).max()).bit_length()
    word = sum((int(value) & ((1 << bits) - 1)) << (bits * i) for i, value in enumerate(differences))
    packed = word.to_bytes((bits * differences.size + 7) // 8, "little")
    reference: bytes = whole[0].astype("<i2").tobytes()
    return reference + bytes([bits, len(whole) - 1]) + packed


def head(kind: int, time_s: float, frame_type: int) -> bytes:
    """Return the first ten bytes of a frame: measurement, nanoseconds of its last sample, type."""
    return bytes([kind]) + round(time_s * 1e9).to_bytes(8, "little") + bytes([frame_type])


def encode_plain(recording: Recording, steps: NDArray[np.int16], samples: int) -> tuple[Notification, ...]:
    """Return frames of `samples` plain accelerations each; `steps` (n, 3) are mg."""
    packets = []
    for batch in batches(recording, samples):
        sent_s = sent_at(recording, batch)
        packets.append(Notification(sent_s, DATA, head(ACCELERATION, sent_s, 1) + steps[batch].tobytes()))
    return tuple(packets)


def _factor_told(reply: bytes) -> dict[str, bytes]:
    """Return the factor in a reply to start, ``F0 02 type status more`` and then settings."""
    if len(reply) < 5 or reply[0] != REPLY or reply[1] != START or reply[3]:
        return {}
    at = reply.find(bytes([FACTOR_SETTING, 1]), 5)
    factor = reply[at + 2 : at + 6]
    return {str(reply[2]): factor} if at >= 0 and len(factor) == 4 else {}


def _plain(body: bytes, width: int) -> Floats:
    """Return the values (n, 3) of a plain frame, none where the width is not known."""
    if not width:
        return np.empty((0, 3))
    whole = len(body) // (3 * width) * 3
    values = [int.from_bytes(body[i * width : (i + 1) * width], "little", signed=True) for i in range(whole)]
    return np.array(values, dtype=float).reshape(-1, 3)


def _expand(kind: int, frame_type: int, body: bytes, factor: float) -> Floats:
    """Return the values (n, 3) of a compressed frame in mg or degrees per second, none of an unknown type.

    A `factor` of 0 is one that no reply told.
    """
    width = PACKED_BYTES.get((kind, frame_type), 0)
    if not width or len(body) < 3 * width:
        return np.empty((0, 3))
    if width == 4:
        words = expand_deltas(body[12:], np.frombuffer(body, "<i4", 3).reshape(1, 3).astype(float))
        bits = np.asarray(words % 2**32, dtype=np.uint32)
        return bits.view(np.float32).astype(float) * (factor or 1.0)
    steps = expand_deltas(body[6:], np.frombuffer(body, "<i2", 3).reshape(1, 3).astype(float))
    if kind == ACCELERATION and frame_type:
        return steps * (factor or 1.0)
    return steps * (factor or USUAL_FACTOR[kind]) * (1000 if kind == ACCELERATION else 1)


def _unpack(packed: bytes, bits: int, count: int) -> Floats:
    word = int.from_bytes(packed, "little")
    mask, sign = (1 << bits) - 1, 1 << (bits - 1)
    return np.array([((word >> (bits * i) & mask) ^ sign) - sign for i in range(count)], dtype=float)
