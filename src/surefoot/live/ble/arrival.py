"""Bluetooth as a way in: packets of a sensor to the recording that they hold."""

from dataclasses import asdict
from typing import Any, Final

from surefoot.live.ble.assembly import assemble
from surefoot.live.ble.device import Device
from surefoot.live.ble.devices import discover
from surefoot.live.ble.devices.custom_gatt import describe
from surefoot.live.ble.link import Link
from surefoot.live.ble.reader import Reader
from surefoot.live.ble.scanner import Radio, Target
from surefoot.live.guide import Take
from surefoot.live.log import Header, Log, read_log, without_setup, write_log
from surefoot.live.sender import Follow, Receiver, Sender
from surefoot.live.takes import log_of
from surefoot.model import Recording
from surefoot.sources import Export

PACKETS: Final = "packets.txt"
KEEPS_JOURNAL: Final = True


def device_of(header: Header) -> Device:
    """Return the device that a journal is of, described in it where it is a custom one."""
    return describe(header.description) if header.description else discover()[header.device]


def sender_of(target: Target, radio: Radio | None = None, description: str = "") -> Sender:
    """Return a sensor as what sends during a test."""
    device = target.device

    def connect(*callbacks: Any) -> Receiver:
        return Link(target, *callbacks, radio=radio)

    return Sender(
        device.title, device.key, device.notify, connect, target.rate_hz, description, device.rates_hz
    )


def export(log: Log, take: Take) -> Export:
    """Return the packets of one take; who it was of stands in the trial, where it can be corrected."""
    packets = {PACKETS: write_log(without_setup(log_of(take, log)))}
    return Export(f"{device_of(log.header).title}, {take.attempt.title}", packets, is_own=True)


def read(exported: Export) -> tuple[Recording, dict[str, Any]]:
    """Return the recording in the packets of a take, and how they came. Raises what `assemble` does."""
    log = read_log(exported.files[PACKETS])
    recording, quality = assemble(
        device_of(log.header), log.packets, nominal_hz=log.header.rate_hz, host_zero=log.header.host_zero
    )
    return recording, asdict(quality)


def follow(header: Header) -> Follow:
    """Return what reads a sensor's packets as they come."""
    return Reader(device_of(header), header.rate_hz).read
