"""Surefoot's own open packet, for firmware you write yourself: everything the analysis needs, gaps visible.

Little-endian, at most 180 bytes: ``B1``, version ``01``, u16 packet number, u32 µs of the first sample, u16
µs between samples, u8 samples, u8 flags (1: clipped, 2: battery low), then for each sample six int16:
acceleration in 1/8192 g and rotation in 1/131.2 degrees per second, both x y z. It streams while subscribed.

Source: own.
"""

import struct
from collections.abc import Mapping

import numpy as np

from surefoot.live.ble.device import Advertisement, Decoded, Device, DeviceClock, Notification, blocks_of
from surefoot.live.ble.devices._wire import RADPS_PER_DPS, G, batches, ints, rotation, sent_at, to_ints
from surefoot.model import Recording

_UUID = "5f00{:04x}-7a1e-4c7b-9d35-b1b1a5c0f007".format
SERVICE, DATA = _UUID(1), _UUID(2)
HEAD = struct.Struct("<BBHIHBB")
MAGIC, VERSION = 0xB1, 1
CLIPPED, BATTERY_LOW = 1, 2
SAMPLES = 10
ROW = 12
ACC_STEP_MPS2 = G / 8192
GYR_STEP_RADPS = RADPS_PER_DPS / 131.2
CLOCK = DeviceClock(tick_s=1e-6, bits=32, of="first")


def decode(char: str, data: bytes, carry: Mapping[str, bytes]) -> Decoded:
    """Return the samples of a packet whose length is what its head says."""
    if char != DATA or len(data) < HEAD.size:
        return Decoded(carry=carry)
    magic, version, number, ticks, step, samples, flags = HEAD.unpack_from(data)
    if (magic, version) != (MAGIC, VERSION) or len(data) != HEAD.size + samples * ROW or not step:
        return Decoded(carry=carry)
    values = ints(data[HEAD.size :], 6)
    blocks = blocks_of(
        values[:, :3] * ACC_STEP_MPS2,
        values[:, 3:] * GYR_STEP_RADPS,
        ticks=ticks,
        step_ticks=float(step),
        counter=number,
        clipped=bool(flags & CLIPPED),
    )
    return Decoded(blocks, carry)


def encode(recording: Recording) -> tuple[Notification, ...]:
    """Return what the reference firmware would send: ten samples a packet."""
    acc, gyr = to_ints(recording.acc_mps2, ACC_STEP_MPS2), to_ints(rotation(recording), GYR_STEP_RADPS)
    rows, packets = np.hstack([acc, gyr]), []
    for number, batch in enumerate(batches(recording, SAMPLES)):
        first_s, last_s = recording.time_s[batch.start], recording.time_s[batch.stop - 1]
        step = round((last_s - first_s) / (SAMPLES - 1) / CLOCK.tick_s)
        clipped = CLIPPED * bool((np.abs(rows[batch].astype(int)) >= 32767).any())
        ticks = CLOCK.ticks_at(first_s)
        head = HEAD.pack(MAGIC, VERSION, number % 65536, ticks, step, SAMPLES, clipped)
        packets.append(Notification(sent_at(recording, batch), DATA, head + rows[batch].tobytes()))
    return tuple(packets)


DEVICE = Device(
    key="surefoot_open",
    title="Surefoot open packet",
    service=SERVICE,
    advertised=(Advertisement("Surefoot", (SERVICE,)),),
    notify=(DATA,),
    matches=lambda seen: SERVICE in seen.services or seen.name.startswith("Surefoot"),
    decode=decode,
    encode=encode,
    packet_bytes=HEAD.size + ROW,
    clock=CLOCK,
    counter_bits=16,
    acc_step_mps2=ACC_STEP_MPS2,
    gyr_step_radps=GYR_STEP_RADPS,
    acc_range_mps2=4 * G,
    gyr_range_radps=32768 * GYR_STEP_RADPS,
)
