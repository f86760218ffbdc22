"""MbientLab MetaMotion R, RL and S: acceleration and rotation at up to 200 Hz, no clock, no counter.

The chip is asked for first (BMI160 in R and RL, BMI270 in S), since their registers differ. Packed
messages of three samples, acceleration at ±4 g and rotation at ±500 degrees per second, as two streams.

Source: the byte tables in MbientLab's public unit tests, for the BMI160; registers of the BMI270 from its
header file only.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from surefoot.live.ble.device import Advertisement, Block, Decoded, Device, Notification, Write, blocks_of
from surefoot.live.ble.devices._wire import RADPS_PER_DPS, G, batches, ints, rotation, sent_at, to_ints
from surefoot.model import Recording

_UUID = "326a{}-85cb-9195-d9dd-464cfbbae75a".format
SERVICE, COMMAND, DATA = _UUID("9000"), _UUID("9001"), _UUID("9006")
ACC, GYR = 0x03, 0x13
ACC_RANGES_G = (2, 4, 8, 16)
GYR_RANGES_DPS = (2000, 1000, 500, 250, 125)
RATE_CODES = {25.0: 0x26, 50.0: 0x27, 100.0: 0x28, 200.0: 0x29}
RANGE_G, RANGE_DPS = 4, 500
BMI160, BMI270 = 1, 4
SAMPLES = 3
# The registers of packed data on each chip, acceleration and rotation.
PACKED = {BMI160: (0x1C, 0x07), BMI270: (0x05, 0x05)}
_ACC_REGISTERS, _GYR_REGISTERS = (0x04, 0x05, 0x1C), (0x04, 0x05, 0x07)
_SINGLE, _TRIPLE = 8, 20


def write(*data: int) -> Write:
    """Return a command."""
    return Write(COMMAND, bytes(data), response=False, wait_s=0.02)


def configure_acc(rate_hz: float, range_g: int, chip: int = BMI160) -> Write:
    """Return the write that sets rate and range of the accelerometer."""
    at = ACC_RANGES_G.index(range_g)
    if chip == BMI270:
        return write(ACC, 3, 0x80 | RATE_CODES[rate_hz], at)
    return write(ACC, 3, RATE_CODES[rate_hz], (0x03, 0x05, 0x08, 0x0C)[at])


def configure_gyr(rate_hz: float, range_dps: int) -> Write:
    """Return the write that sets rate and range of the gyroscope."""
    return write(GYR, 3, RATE_CODES[rate_hz], GYR_RANGES_DPS.index(range_dps))


def start(rate_hz: float, replies: Sequence[bytes] = ()) -> tuple[Write, ...]:
    """Configure, subscribe to packed data and start, in the registers of the chip that replied."""
    chip = next((reply[2] for reply in replies if reply[:2] == bytes([ACC, 0x80]) and len(reply) > 2), BMI160)
    acc_register, gyr_register = PACKED.get(chip, PACKED[BMI160])
    return (
        configure_acc(rate_hz, RANGE_G, chip),
        configure_gyr(rate_hz, RANGE_DPS),
        write(ACC, acc_register, 1),
        write(GYR, gyr_register, 1),
        write(ACC, 2, 1, 0),
        write(GYR, 2, 1, 0),
        write(ACC, 1, 1),
        write(GYR, 1, 1),
    )


def decode(char: str, data: bytes, carry: Mapping[str, bytes]) -> Decoded:
    """Return the one or three samples of a message."""
    return Decoded(samples_in(data) if char == DATA else (), carry)


def samples_in(message: bytes, range_g: int = RANGE_G, range_dps: int = RANGE_DPS) -> tuple[Block, ...]:
    """Return the samples of a message of the accelerometer or gyroscope at the given ranges."""
    if len(message) not in (_SINGLE, _TRIPLE):
        return ()
    values = ints(message[2:])
    clipped = bool((np.abs(values) >= 32767).any())
    if message[0] == ACC and message[1] in _ACC_REGISTERS:
        return blocks_of(values * _acc_step(range_g), None, clipped=clipped)
    if message[0] == GYR and message[1] in _GYR_REGISTERS:
        return blocks_of(None, values * _gyr_step(range_dps), clipped=clipped)
    return ()


def answer(command: Write) -> tuple[tuple[str, bytes], ...]:
    """Return what a MetaMotion R says when asked for its accelerometer."""
    return ((DATA, bytes([ACC, 0x80, BMI160, 0])),) if command.data == bytes([ACC, 0x80]) else ()


def encode(recording: Recording) -> tuple[Notification, ...]:
    """Return what a MetaMotion R would send: a message of each kind for every three samples."""
    steps = {ACC: to_ints(recording.acc_mps2, _acc_step(RANGE_G))}
    steps[GYR] = to_ints(rotation(recording), _gyr_step(RANGE_DPS))
    registers = dict(zip((ACC, GYR), PACKED[BMI160], strict=True))
    return tuple(
        Notification(sent_at(recording, batch), DATA, bytes([module, registers[module]]) + values.tobytes())
        for batch in batches(recording, SAMPLES)
        for module, values in ((ACC, steps[ACC][batch]), (GYR, steps[GYR][batch]))
    )


def _acc_step(range_g: float) -> float:
    return range_g * G / 32768


def _gyr_step(range_dps: float) -> float:
    return range_dps / 2000 / 16.4 * RADPS_PER_DPS


DEVICE = Device(
    key="metamotion",
    title="MbientLab MetaMotion R/S",
    service=SERVICE,
    advertised=(Advertisement("MetaWear", (SERVICE,)),),
    notify=(DATA,),
    probe=(write(ACC, 0x80),),
    matches=lambda seen: seen.name == "MetaWear" or SERVICE in seen.services,
    start=start,
    stop=(
        write(ACC, 1, 0),
        write(GYR, 1, 0),
        write(ACC, 2, 0, 1),
        write(GYR, 2, 0, 1),
    ),
    decode=decode,
    encode=encode,
    answer=answer,
    packet_bytes=_SINGLE,
    rates_hz=tuple(RATE_CODES),
    acc_step_mps2=_acc_step(RANGE_G),
    gyr_step_radps=_gyr_step(RANGE_DPS),
    acc_range_mps2=RANGE_G * G,
    gyr_range_radps=RANGE_DPS * RADPS_PER_DPS,
)
