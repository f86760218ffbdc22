"""phyphox as a way in: replies of the phone to the files that it would have exported."""

from functools import partial
from typing import Any, Final

import numpy as np

from surefoot import sources
from surefoot.live.feedback import Samples
from surefoot.live.guide import TAIL_S, Take
from surefoot.live.log import Header, Log, Packet
from surefoot.live.phyphox import export as exporting
from surefoot.live.phyphox import protocol
from surefoot.live.phyphox.phone import parse_address
from surefoot.live.phyphox.puller import CHARS, ROWS, Puller, unpack
from surefoot.live.sender import Follow, Sender
from surefoot.model import Floats, Recording

KEEPS_JOURNAL: Final = True
SEEN_S: Final = 0.5


def sender_at(address: str) -> Sender:
    """Return the phone at an address, with the experiment that is open on it.

    Raises UsageError for what is no address, PhoneError where it cannot be recorded from.
    """
    phone = parse_address(address)
    layout = protocol.read_layout(phone.ask(protocol.CONFIG))
    text = protocol.write_layout(layout)
    return Sender(protocol.KEY, protocol.KEY, CHARS, partial(Puller, phone, layout), description=text)


def export(log: Log, take: Take) -> sources.Export:
    """Return phyphox's files of one take, from settling to shortly after its end, whenever they arrived.

    Raises NoSamplesError where they hold too little.
    """
    layout = protocol.layout_of(log.header.description)
    span_s = take.start_s, take.hold_s[1] + TAIL_S
    files = exporting.export(layout, log.packets, *span_s, log.header.host_zero.tzinfo)
    return sources.Export(f"{protocol.KEY}, {take.attempt.title}", files)


def read(exported: sources.Export) -> tuple[Recording, dict[str, Any]]:
    """Return the recording that the phone's files hold, and how it came."""
    (recording,) = sources.parse(exported.files, protocol.KEY)
    return recording, {"method": "phone clock", "rate_hz": recording.sensors["acceleration"].rate_hz}


def follow(header: Header) -> Follow:
    """Return what reads the last half second of a reply: what came late, after lost Wi-Fi, is past by now."""
    layout = protocol.layout_of(header.description)

    def read_packet(packet: Packet) -> tuple[Samples, ...]:
        if packet.char != ROWS:
            return ()
        rows = protocol.read_reply(unpack(packet.data), layout).rows
        return tuple(
            _samples(sensor, recent, packet.arrival_s)
            for sensor, table in rows.items()
            if len(recent := _recent(table))
        )

    return read_packet


def _recent(table: Floats) -> Floats:
    whole = table[np.isfinite(table).all(axis=1)]
    return np.asarray(whole[whole[:, 0] > whole[:, 0].max(initial=-np.inf) - SEEN_S])


def _samples(sensor: str, rows: Floats, arrival_s: float) -> Samples:
    time_s, values = rows[:, 0] - rows[-1, 0] + arrival_s, rows[:, 1:]
    if sensor == protocol.GYROSCOPE:
        return Samples(time_s, np.full_like(values, np.nan), values)
    return Samples(time_s, values)
