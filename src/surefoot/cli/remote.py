"""A phone on the network in the place of a Bluetooth sensor: the same session, journal and takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from surefoot.live.ble.device import Advertisement, Block, Decoded, Device
from surefoot.live.ble.scanner import Target
from surefoot.live.log import Packet, State
from surefoot.live.phyphox import protocol as phyphox
from surefoot.live.phyphox.export import export
from surefoot.live.phyphox.phone import Phone, parse_address
from surefoot.live.phyphox.puller import CHARS, ROWS, Puller, unpack

if TYPE_CHECKING:
    from surefoot.cli.sensors import Chosen
    from surefoot.live.guide import Take
    from surefoot.live.log import Log
    from surefoot.live.phyphox.protocol import Layout

TITLE: Final = "phyphox"
TAIL_S: Final = 2.0
SEEN_S: Final = 0.5


def choose_phone(address: str) -> Chosen:
    """Return the phone at an address, with the experiment that is open on it.

    Raises UsageError for what is no address, PhoneError where it cannot be recorded from.
    """
    from surefoot.cli.sensors import Chosen

    phone = parse_address(address)
    layout = phyphox.read_layout(phone.ask(phyphox.CONFIG))
    target = Target(device_of(layout), phone.address)
    return Chosen(target, None, phyphox.write_layout(layout), partial(_connect, phone, layout))


def device_of(layout: Layout) -> Device:
    """Return the phone as the live view takes a sensor; it has no twin and starts by other means."""

    def decode(char: str, data: bytes, _: Mapping[str, bytes]) -> Decoded:
        return _last_rows(data, layout) if char == ROWS else Decoded()

    return Device(
        key=phyphox.KEY,
        title=TITLE,
        service="",
        notify=CHARS,
        matches=_never,
        start=lambda *_: (),
        stop=(),
        decode=decode,
        encode=lambda _: (),
        packet_bytes=0,
        gyroscope=phyphox.GYROSCOPE in layout.buffers,
    )


def export_take(log: Log, take: Take) -> dict[str, bytes]:
    """Return phyphox's files of one take, from settling to shortly after its end, whenever they arrived.

    Raises NoSamplesError where they hold too little.
    """
    layout = phyphox.layout_of(log.header.description)
    zone = log.header.host_zero.tzinfo
    return export(layout, log.packets, take.start_s, take.hold_s[1] + TAIL_S, zone)


def _connect(
    phone: Phone, layout: Layout, on_packet: Callable[[Packet], None], on_state: Callable[[State], None]
) -> Puller:
    import asyncio

    loop = asyncio.get_running_loop()
    return Puller(
        phone,
        layout,
        lambda *piece: on_packet(Packet(*piece)),
        lambda kind, text: on_state(State(loop.time(), kind, text)),
    )


def _last_rows(data: bytes, layout: Layout) -> Decoded:
    """Return the last half second of a reply: what came late, after lost Wi-Fi, is past for the live view."""
    rows = phyphox.read_reply(unpack(data), layout).rows
    blocks = []
    for sensor, table in rows.items():
        whole = table[np.isfinite(table).all(axis=1)]
        values = whole[whole[:, 0] > whole[:, 0].max(initial=-np.inf) - SEEN_S, 1:]
        if len(values):
            is_rotation = sensor == phyphox.GYROSCOPE
            blocks.append(Block(gyr_radps=values) if is_rotation else Block(acc=values))
    return Decoded(tuple(blocks))


def _never(_: Advertisement) -> bool:
    return False
