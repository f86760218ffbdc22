"""The phyphox BLE library on Arduino and ESP32: 32-bit numbers, written by a sketch of your own.

Three numbers are an acceleration, four the time in seconds and an acceleration, six an acceleration and a
rotation, seven all of it; one sample a notification. Version 2 of the library fills three and four up to five
with zeros. Acceleration in g, mg or m/s² (gravity tells which), rotation in rad/s, as phyphox shows them.

Source: src/phyphoxBLE_ESP32.cpp (1.x), docs/protocol.md and src/core/Server.cpp (2.0) of
phyphox/phyphox-arduino, whose boards advertise the service of the experiment alone; the order of the numbers
is our own.
"""

from collections.abc import Mapping

import numpy as np

from surefoot.live.ble.device import Advertisement, Decoded, Device, DeviceClock, Notification, blocks_of
from surefoot.live.ble.devices._wire import batches, floats, rotation, sent_at, to_floats
from surefoot.model import Recording

_UUID = "cddf{}-30f7-4671-8b43-5e40ba53514a".format
EXPERIMENT, SERVICE, DATA = _UUID("0001"), _UUID("1001"), _UUID("1002")
TIMED, WITH_ROTATION = (4, 7), (6, 7)
NUMBERS, FILLED = (3, 4, 6, 7), 5
CLOCK = DeviceClock(tick_s=1e-6, bits=63, of="first")


def decode(char: str, data: bytes, carry: Mapping[str, bytes]) -> Decoded:
    """Return the one sample of a packet of three, four, six or seven numbers, or of five that end in zeros.

    Where the fourth of five was a number once, it always is: an acceleration may be exactly zero.
    """
    count, left = divmod(len(data), 4)
    if char != DATA or left or count not in (*NUMBERS, FILLED):
        return Decoded(carry=carry)
    values = floats(data, count)
    if not np.isfinite(values).all():
        return Decoded(carry=carry)
    if count == FILLED:
        if values[0, 4]:
            return Decoded(carry=carry)
        carry = {**carry, DATA: b"timed"} if values[0, 3] else carry
        count = 4 if DATA in carry else 3
        values = values[:, :count]
    ticks = round(float(values[0, 0]) / CLOCK.tick_s) if count in TIMED else None
    if ticks is not None and not 0 <= ticks < 2**CLOCK.bits:
        return Decoded(carry=carry)
    first = int(count in TIMED)
    gyr = values[:, first + 3 :] if count in WITH_ROTATION else None
    return Decoded(blocks_of(values[:, first : first + 3], gyr, ticks=ticks), carry)


def encode(recording: Recording) -> tuple[Notification, ...]:
    """Return what a sketch that sends all seven numbers would send."""
    rows = np.column_stack([recording.time_s, recording.acc_mps2, rotation(recording)])
    return tuple(
        Notification(sent_at(recording, one), DATA, to_floats(rows[one])) for one in batches(recording, 1)
    )


DEVICE = Device(
    key="phyphox_ble",
    title="phyphox BLE",
    service=SERVICE,
    advertised=(Advertisement("phyphox-Arduino", (EXPERIMENT,)), Advertisement("phyphox", (EXPERIMENT,))),
    notify=(DATA,),
    matches=lambda seen: bool({EXPERIMENT, SERVICE} & set(seen.services)),
    decode=decode,
    encode=encode,
    packet_bytes=12,
    clock=CLOCK,
    acc_unit="",
)
