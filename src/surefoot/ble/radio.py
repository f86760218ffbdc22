"""The radio and what is in its range: which sensor is wanted, what was seen, what the link is doing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from surefoot.ble.device import Advertisement, Device
from surefoot.ble.radio_errors import explain, is_of_radio

BATTERY: Final = "00002a19-0000-1000-8000-00805f9b34fb"
StateKind = Literal[
    "searching", "connecting", "battery", "streaming", "lost", "silent", "off", "slept", "slow", "closed"
]


@dataclass(frozen=True, slots=True)
class Radio:
    """How scanners and clients are made: bleak's arguments; without any, by the computer's own Bluetooth."""

    scanner: Mapping[str, Any] = field(default_factory=dict)
    client: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """A sensor that was seen: its address (an opaque text), signal in dBm, and what it advertises."""

    address: str
    rssi: int
    advertisement: Advertisement
    handle: Any = field(compare=False, repr=False, default=None)

    @property
    def name(self) -> str:
        """Its name, or its address where it tells none."""
        return self.advertisement.name or self.address


@dataclass(frozen=True, slots=True)
class State:
    """What the link is doing now, in words for the person; `value` is the percentage of a battery."""

    at_s: float
    kind: StateKind
    text: str
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the link waits: all in seconds, `tries` for the first connection."""

    scan_s: float = 10.0
    connect_s: float = 20.0
    silent_s: float = 1.5
    first_s: float = 5.0
    shortest_s: float = 0.1
    longest_s: float = 5.0
    slept_s: float = 2.0
    reply_s: float = 0.5
    tries: int = 6


@dataclass(frozen=True, slots=True)
class Target:
    """The sensor to listen to: its kind, which one (None: the nearest of its kind), and the rate."""

    device: Device
    address: str | None = None
    rate_hz: float = 0.0

    def is_met(self, seen: Seen) -> bool:
        """Tell whether this is the one."""
        return seen.address == self.address if self.address else self.device.matches(seen.advertisement)


async def scan(seconds: float = 5.0, radio: Radio | None = None) -> tuple[Seen, ...]:
    """Return what is heard within `seconds`, the strongest first. Raises NoBluetoothError."""
    from bleak import BleakScanner

    try:
        found = await BleakScanner.discover(timeout=seconds, return_adv=True, **(radio or Radio()).scanner)
    except Exception as error:
        if not is_of_radio(error):
            raise
        raise explain(error) from error
    heard = [as_seen(handle, advertised) for handle, advertised in found.values()]
    return tuple(sorted(heard, key=lambda seen: -seen.rssi))


def as_seen(handle: Any, advertised: Any) -> Seen:
    """Return what bleak tells of a sensor."""
    advertisement = Advertisement(
        name=advertised.local_name or handle.name or "",
        services=tuple(uuid.lower() for uuid in advertised.service_uuids),
        companies=tuple(advertised.manufacturer_data),
    )
    return Seen(handle.address, int(advertised.rssi), advertisement, handle)
