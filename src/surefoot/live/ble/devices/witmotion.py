"""WitMotion BLE 5.0 (WT901BLECL, WT901BLE67/68, WT9011DCL and alike): up to 200 Hz, no clock, no counter.

Frames of 20 bytes begin with 55 61 and have no checksum. Several come in one notification and may be cut
anywhere, so the bytes are parsed as one stream; a frame counts only where another one, or nothing, follows.
Frames of the WT901SDCL-BT50 have eight bytes of date and time more, which are not read.
Fixed at ±16 g and ±2000 degrees per second: half a thousandth of g a step, coarse for quiet standing. The
rate is set for this session and not saved in the sensor.

Source: WitMotion's public description of the BLE 5.0 protocol.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from surefoot.live.ble.device import Advertisement, Decoded, Device, Notification, Write, blocks_of
from surefoot.live.ble.devices._wire import (
    RADPS_PER_DPS,
    G,
    batches,
    ints,
    rotation,
    sent_at,
    split_frames,
    to_ints,
)
from surefoot.model import Recording

_UUID = "0000ffe{}-0000-1000-8000-00805f9a34fb".format
DATA, SERVICE, COMMAND = _UUID(4), _UUID(5), _UUID(9)
RATE_CODES = {10.0: 0x06, 20.0: 0x07, 50.0: 0x08, 100.0: 0x09, 200.0: 0x0B}
MOTION, REGISTER = b"\x55\x61", b"\x55\x71"
FRAME, DATED_FRAME = 20, 28
NAMES = ("WT901", "WT9011", "BWT901", "WTSDCL")
ACC_STEP_MPS2 = 16 * G / 32768
GYR_STEP_RADPS = 2000 * RADPS_PER_DPS / 32768
UNLOCK = Write(COMMAND, bytes.fromhex("ffaa6988b5"), response=False, wait_s=0.1)
SAVE = Write(COMMAND, bytes.fromhex("ffaa000000"), response=False, wait_s=0.1)


def set_rate(rate_hz: float) -> Write:
    """Return the write that sets the output rate."""
    return Write(COMMAND, bytes([0xFF, 0xAA, 0x03, RATE_CODES[rate_hz], 0]), response=False, wait_s=0.1)


def read_register(register: int) -> Write:
    """Return the write that asks for a register; the answer is a frame that begins with 55 71."""
    return Write(COMMAND, bytes([0xFF, 0xAA, 0x27, register, 0]), response=False)


def start(rate_hz: float, _: Sequence[bytes] = ()) -> tuple[Write, ...]:
    """Unlock the settings and set the rate; it streams anyway."""
    return UNLOCK, set_rate(rate_hz)


def decode(char: str, data: bytes, carry: Mapping[str, bytes]) -> Decoded:
    """Return the samples of every frame that is complete now."""
    if char != DATA:
        return Decoded(carry=carry)
    frames, rest = split_frames(carry.get(DATA, b"") + data, (MOTION, REGISTER), (FRAME, DATED_FRAME))
    values = ints(b"".join(frame[2:FRAME] for frame in frames if frame[:2] == MOTION), 9)
    clipped = bool((np.abs(values[:, :6]) >= 32767).any())
    acc, gyr = values[:, :3] * ACC_STEP_MPS2, values[:, 3:6] * GYR_STEP_RADPS
    return Decoded(blocks_of(acc, gyr, clipped=clipped), {DATA: rest})


def encode(recording: Recording) -> tuple[Notification, ...]:
    """Return what the sensor would send: two frames a notification, the angles left at zero."""
    acc, gyr = to_ints(recording.acc_mps2, ACC_STEP_MPS2), to_ints(rotation(recording), GYR_STEP_RADPS)
    rows = np.hstack([acc, gyr, np.zeros_like(acc)]).astype("<i2")
    return tuple(
        Notification(sent_at(recording, pair), DATA, b"".join(MOTION + row.tobytes() for row in rows[pair]))
        for pair in batches(recording, 2)
    )


DEVICE = Device(
    key="witmotion",
    title="WitMotion BLE 5.0",
    service=SERVICE,
    advertised=(Advertisement("WT901BLE67"), Advertisement("WTSDCL")),
    notify=(DATA,),
    matches=lambda seen: SERVICE in seen.services or seen.name.startswith(NAMES),
    start=start,
    decode=decode,
    encode=encode,
    packet_bytes=FRAME,
    rates_hz=tuple(RATE_CODES),
    acc_step_mps2=ACC_STEP_MPS2,
    gyr_step_radps=GYR_STEP_RADPS,
    acc_range_mps2=16 * G,
    gyr_range_radps=2000 * RADPS_PER_DPS,
)
