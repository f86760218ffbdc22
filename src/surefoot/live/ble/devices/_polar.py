"""Polar's measurement protocol (PMD): settings, plain and delta-compressed frames on a nanosecond clock.

Acceleration of frame type 0 comes in steps of a factor told in the reply to start, of type 1 in mg; rotation
in steps of a factor.

Source: Polar's public technical documentation of online measurement (polar-ble-sdk).
"""

import struct
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.live.ble.device import Block, Decoded, Write, blocks_of
from surefoot.live.ble.devices._wire import RADPS_PER_DPS, G
from surefoot.model import Floats

_UUID = "fb005c8{}-02e7-f387-1cad-8acd2d8df0c8".format
SERVICE, CONTROL, DATA = _UUID(0), _UUID(1), _UUID(2)
GET_SETTINGS, START, STOP = 1, 2, 3
ACCELERATION, ROTATION = 2, 5
REPLY: Final = 0xF0
COMPRESSED: Final = 0x80
FACTOR_SETTING: Final = 5
HEAD: Final = 10
# What one step is where no reply told: 8 g and 2000 degrees per second over 15 bits.
USUAL_FACTOR: Final = {ACCELERATION: 8 / 32768, ROTATION: 2000 / 32768}


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


def decode(char: str, data: bytes, carry: Mapping[str, bytes]) -> Decoded:
    """Return the samples of a frame; the factor in the reply to start is carried for the frames after it."""
    if char == CONTROL:
        return Decoded(carry={**carry, **_factor_told(data)})
    if char != DATA or len(data) <= HEAD or data[0] not in USUAL_FACTOR:
        return Decoded(carry=carry)
    frame_type, body = data[HEAD - 1], data[HEAD:]
    samples = _expand(body) if frame_type & COMPRESSED else _plain(body, frame_type)
    return Decoded(_blocks(data, frame_type & ~COMPRESSED, samples, carry), carry)


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


def _factor_told(reply: bytes) -> dict[str, bytes]:
    """Return the factor in a reply to start, ``F0 02 type status more`` and then settings."""
    if len(reply) < 5 or reply[0] != REPLY or reply[1] != START or reply[3]:
        return {}
    at = reply.find(bytes([FACTOR_SETTING, 1]), 5)
    factor = reply[at + 2 : at + 6]
    return {str(reply[2]): factor} if at >= 0 and len(factor) == 4 else {}


def _plain(body: bytes, frame_type: int) -> Floats:
    width = frame_type + 1
    if width not in (1, 2, 3):
        return np.empty((0, 3))
    whole = len(body) // (3 * width) * 3
    values = [int.from_bytes(body[i * width : (i + 1) * width], "little", signed=True) for i in range(whole)]
    return np.array(values, dtype=float).reshape(-1, 3)


def _expand(body: bytes) -> Floats:
    if len(body) < 6:
        return np.empty((0, 3))
    return expand_deltas(body[6:], np.frombuffer(body, "<i2", 3).reshape(1, 3).astype(float))


def _unpack(packed: bytes, bits: int, count: int) -> Floats:
    word = int.from_bytes(packed, "little")
    mask, sign = (1 << bits) - 1, 1 << (bits - 1)
    return np.array([((word >> (bits * i) & mask) ^ sign) - sign for i in range(count)], dtype=float)


def _blocks(data: bytes, kind: int, samples: Floats, carry: Mapping[str, bytes]) -> tuple[Block, ...]:
    measurement, compressed = data[0], bool(data[HEAD - 1] & COMPRESSED)
    told = carry.get(str(measurement))
    factor = struct.unpack("<f", told)[0] if told else USUAL_FACTOR[measurement]
    ticks = int.from_bytes(data[1 : HEAD - 1], "little")
    if measurement == ROTATION:
        return blocks_of(None, samples * (factor * RADPS_PER_DPS), ticks=ticks)
    in_g = factor if compressed and kind == 0 else 1e-3
    return blocks_of(samples * (in_g * G), None, ticks=ticks)
