"""Movesense HR+, HR2, Flash and MD over the open GATT SensorData Protocol: IMU6 at up to 208 Hz, 1 ms clock.

Acceleration in m/s² and rotation in degrees per second as float32, several samples a packet, stamped with
the first one's time. A packet longer than the connection carries arrives in two parts, which are joined by
the length of a whole one. Needs firmware 2 or the GATT sensor app.

Source: the GATT SensorData client in Movesense's public firmware samples.
"""

from collections.abc import Mapping, Sequence

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
from surefoot.live.ble.devices._wire import RADPS_PER_DPS, G, batches, floats, rotation, sent_at, to_floats
from surefoot.model import Floats, Recording

SERVICE = "34802252-7185-4d5d-b431-630e7050e8f0"
COMMAND = "34800001-7185-4d5d-b431-630e7050e8f0"
DATA = "34800002-7185-4d5d-b431-630e7050e8f0"
ADVERTISED = "0000fdf3-0000-1000-8000-00805f9b34fb"
RATES_HZ = (52.0, 104.0, 208.0)
SUBSCRIBE, UNSUBSCRIBE = 1, 2
REPLY, FIRST_PART, SECOND_PART = 1, 2, 3
REFERENCE = 99
SAMPLES = 8
CLOCK = DeviceClock(tick_s=1e-3, bits=32, of="first")
_FIRMWARE = "Update it to firmware 2 or later with the Movesense app."
_AGAIN = "Take the sensor off its strap, put it on again, and try once more."
REFUSALS = {
    400: ("it does not understand what is asked for", _FIRMWARE),
    401: ("it does not allow that", _FIRMWARE),
    403: ("it does not allow that", _FIRMWARE),
    404: ("its firmware does not offer this rate or measurement", f"Choose another with --rate. {_FIRMWARE}"),
    409: ("it is busy with something else", "Close the Movesense app, and stop what it records."),
    501: ("its firmware does not offer this measurement", _FIRMWARE),
    503: ("it is busy", "Close the Movesense app, and stop what it records."),
    507: ("it has no room for a further measurement", "Close the Movesense app, and stop what it records."),
}
_ROW, _HEAD = 12, 4
_USUAL = "usual"


def subscribe(path: str, reference: int = REFERENCE) -> Write:
    """Return the write that asks for a resource, such as ``/Meas/IMU6/104``."""
    return Write(COMMAND, bytes([SUBSCRIBE, reference]) + path.encode("ascii"))


def unsubscribe(reference: int = REFERENCE) -> Write:
    """Return the write that ends a subscription."""
    return Write(COMMAND, bytes([UNSUBSCRIBE, reference]))


def start(rate_hz: float, _: Sequence[bytes] = ()) -> tuple[Write, ...]:
    """Subscribe to acceleration and rotation together."""
    return (subscribe(f"/Meas/IMU6/{rate_hz:.0f}"),)


def split_payload(payload: bytes, arrays: int) -> tuple[int, tuple[Floats, ...]] | None:
    """Return the time in ms and `arrays` tables (n, 3) that follow each other; None where it cannot be."""
    values = payload[_HEAD:]
    rows, left = divmod(len(values), _ROW * arrays)
    if not rows or left:
        return None
    size = rows * _ROW
    tables = tuple(floats(values[i * size : (i + 1) * size]) for i in range(arrays))
    return int.from_bytes(payload[:_HEAD], "little"), tables


def refusal(char: str, data: bytes) -> str:
    """Return why it does not measure, where a reply says so: ``01 reference`` and an HTTP status."""
    status = int.from_bytes(data[2:4], "little")
    if char != DATA or len(data) < 4 or data[:2] != bytes([REPLY, REFERENCE]) or status < 400:
        return ""
    why, do = REFUSALS.get(status, ("it cannot do that now", _AGAIN))
    return f"{why} (HTTP {status}). {do}"


def answer(write: Write) -> tuple[tuple[str, bytes], ...]:
    """Return what the sensor replies to a subscription that it accepts: HTTP 200."""
    if write.data[:1] != bytes([SUBSCRIBE]):
        return ()
    return ((DATA, bytes([REPLY, write.data[1]]) + (200).to_bytes(2, "little")),)


def divide(data: bytes, room: int) -> tuple[bytes, ...]:
    """Return what is sent of a packet that the connection has no room for: two parts, and no third."""
    if len(data) <= room or data[:1] != bytes([FIRST_PART]):
        return (data[:room],)
    return data[:room], bytes([SECOND_PART, data[1]]) + data[room : 2 * room - 2]


def decode(char: str, data: bytes, carry: Mapping[str, bytes]) -> Decoded:
    """Return the samples of every packet that is known to be whole.

    The first part of a divided one may look whole, so a packet counts once its length is that of the ones
    before; one of another length waits for what comes next, which is its second part or shows that there is
    none.
    """
    if char != DATA or len(data) < 2 or data[1] != REFERENCE or data[0] not in (FIRST_PART, SECOND_PART):
        return Decoded(carry=carry)
    waiting, payload = carry.get(DATA, b""), data[2:]
    usual = int.from_bytes(carry.get(_USUAL, b""), "little")
    if data[0] == SECOND_PART:
        joined = waiting + payload if waiting else b""
        blocks = _blocks(joined)
        return Decoded(blocks, _carried(len(joined)) if blocks else {})
    # Two first parts in a row: the one that waits had no second, and is whole unless it is too short.
    whole = _blocks(waiting) if len(waiting) > usual else ()
    usual = len(waiting) if whole else usual
    if usual and len(payload) == usual:
        return Decoded((*whole, *_blocks(payload)), _carried(usual))
    return Decoded(whole, {**_carried(usual), DATA: payload})


def _carried(usual: int) -> dict[str, bytes]:
    """Return what is carried of the length of a whole packet."""
    return {_USUAL: usual.to_bytes(2, "little")}


def _blocks(payload: bytes) -> tuple[Block, ...]:
    content = split_payload(payload, arrays=2)
    if content is None:
        return ()
    ticks, (acc, dps) = content
    return blocks_of(acc, dps * RADPS_PER_DPS, ticks=ticks)


def encode(recording: Recording) -> tuple[Notification, ...]:
    """Return what the sensor would send: eight samples a packet."""
    dps = rotation(recording) / RADPS_PER_DPS
    packets = []
    for batch in batches(recording, SAMPLES):
        ticks = CLOCK.ticks_at(recording.time_s[batch.start])
        data = bytes([FIRST_PART, REFERENCE]) + ticks.to_bytes(_HEAD, "little")
        data += to_floats(recording.acc_mps2[batch]) + to_floats(dps[batch])
        packets.append(Notification(sent_at(recording, batch), DATA, data))
    return tuple(packets)


DEVICE = Device(
    key="movesense",
    title="Movesense",
    service=SERVICE,
    advertised=(
        Advertisement("Movesense 123456789012", (ADVERTISED,)),
        Advertisement("Movesense 123456789012"),
    ),
    notify=(DATA,),
    matches=lambda seen: (
        seen.name.startswith("Movesense") or bool({SERVICE, ADVERTISED} & set(seen.services))
    ),
    start=start,
    stop=(unsubscribe(),),
    decode=decode,
    refusal=refusal,
    answer=answer,
    divide=divide,
    encode=encode,
    packet_bytes=2 + _HEAD + 2 * _ROW,
    rates_hz=RATES_HZ,
    clock=CLOCK,
    acc_range_mps2=8 * G,
    gyr_range_radps=2000 * RADPS_PER_DPS,
)
