"""Movella DOT (Xsens DOT), firmware 2: acceleration and rotation at up to 60 Hz, on a 1 µs clock.

Mode 21 (rate quantities, 28 bytes) is asked for, since it fits every connection; mode 26 (custom 5, 44
bytes) is read too. What measures already is stopped first, and a packet whose padding is not zero is of
another mode and not read. Acceleration in m/s², ±16 g; rotation in degrees per second, ±2000.

Source: Movella DOT BLE Services Specification, revision C, July 2023. Made from the specification; no
capture of a real one was at hand.
"""

from collections.abc import Mapping, Sequence

from surefoot.live.ble.device import (
    Advertisement,
    Decoded,
    Device,
    DeviceClock,
    Notification,
    Write,
    blocks_of,
)
from surefoot.live.ble.devices._wire import RADPS_PER_DPS, G, batches, floats, rotation, sent_at, to_floats
from surefoot.model import Recording

_UUID = "1517{:04x}-4947-11e9-8646-d663bd873d93".format
CONFIGURE, CONTROL, LONG, MEDIUM = (_UUID(n) for n in (0x1002, 0x2001, 0x2002, 0x2003))
RATES_HZ = (20.0, 30.0, 60.0)
RATE_QUANTITIES, CUSTOM_5 = 21, 26
COMPANY = 0x0886
CLOCK = DeviceClock(tick_s=1e-6, bits=32, of="last")
_LAYOUT = {MEDIUM: (28, 4), LONG: (44, 20)}


def set_rate(rate_hz: float) -> Write:
    """Return the write that sets the output rate and nothing else."""
    command = bytes([0x10]) + bytes(6) + b"\x0bMovella DOT"
    return Write(CONFIGURE, (command.ljust(24, b"\0") + int(rate_hz).to_bytes(2, "little")).ljust(32, b"\0"))


def control(mode: int, *, on: bool) -> Write:
    """Return the write that starts or stops a payload mode."""
    return Write(CONTROL, bytes([1, on, mode]))


def start(rate_hz: float, _: Sequence[bytes] = ()) -> tuple[Write, ...]:
    """End what another program left running, set the rate, then measure."""
    return (
        control(RATE_QUANTITIES, on=False),
        set_rate(rate_hz),
        control(RATE_QUANTITIES, on=True),
    )


def decode(char: str, data: bytes, carry: Mapping[str, bytes]) -> Decoded:
    """Return the one sample of a packet; trailing bytes are padding, or it is of another mode."""
    size, offset = _LAYOUT.get(char, (0, 0))
    if not size or len(data) < size or any(data[size:]):
        return Decoded(carry=carry)
    values = floats(data[offset : offset + 24], 6)
    ticks = int.from_bytes(data[:4], "little")
    return Decoded(blocks_of(values[:, :3], values[:, 3:] * RADPS_PER_DPS, ticks=ticks), carry)


def encode(recording: Recording) -> tuple[Notification, ...]:
    """Return what the sensor would send in mode 21."""
    dps = rotation(recording) / RADPS_PER_DPS
    packets = []
    for one in batches(recording, 1):
        ticks = CLOCK.ticks_at(recording.time_s[one.start])
        data = ticks.to_bytes(4, "little") + to_floats(recording.acc_mps2[one]) + to_floats(dps[one])
        packets.append(Notification(sent_at(recording, one), MEDIUM, data))
    return tuple(packets)


DEVICE = Device(
    key="movella_dot",
    title="Movella DOT",
    service=_UUID(0x2000),
    advertised=(
        Advertisement("Movella DOT", (), (COMPANY,)),
        Advertisement("Xsens DOT", (), (COMPANY,)),
    ),
    notify=(MEDIUM,),
    matches=lambda seen: seen.name.lower() in ("movella dot", "xsens dot") or COMPANY in seen.companies,
    start=start,
    stop=(control(RATE_QUANTITIES, on=False),),
    running=(control(RATE_QUANTITIES, on=True),),
    decode=decode,
    encode=encode,
    packet_bytes=28,
    rates_hz=RATES_HZ,
    clock=CLOCK,
    acc_range_mps2=16 * G,
    gyr_range_radps=2000 * RADPS_PER_DPS,
)
