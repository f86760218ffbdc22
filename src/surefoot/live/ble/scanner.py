"""The radio and what is in its range: which sensor is wanted, what was seen."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from surefoot.errors import NoBluetoothError
from surefoot.live.ble.device import Advertisement, Device
from surefoot.live.ble.errors import explain, is_of_radio, is_passing

BATTERY: Final = "00002a19-0000-1000-8000-00805f9b34fb"
# Generic Access and Generic Attribute: every connected Bluetooth LE device has them.
GENERIC_SERVICES: Final = ("1800", "1801")
NO_SIGNAL_DBM: Final = -127
WEAK_DBM: Final = -85
LOG: Final = logging.getLogger(__name__)
INSIDE_S: Final = 10.0
OFF_PATIENCE_S: Final = 60.0
OFF_EVERY_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Radio:
    """How scanners, clients and adapters are made: bleak's arguments; without any, by the computer itself."""

    scanner: Mapping[str, Any] = field(default_factory=dict)
    client: Mapping[str, Any] = field(default_factory=dict)
    adapter: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DiscoveredSensor:
    """A sensor that was seen: its address (an opaque text), signal in dBm, and what it advertises.

    `held` tells that it was not heard: this computer is connected to it, as after a program that crashed.
    """

    address: str
    rssi: int
    advertisement: Advertisement
    handle: Any = field(compare=False, repr=False, default=None)
    held: bool = False

    @property
    def name(self) -> str:
        """Its name, or its address where it tells none."""
        return self.advertisement.name or self.address


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

    def is_met(self, seen: DiscoveredSensor) -> bool:
        """Tell whether this is the one."""
        return seen.address == self.address if self.address else self.device.matches(seen.advertisement)


async def scan(
    seconds: float = 5.0, radio: Radio | None = None, *, waited: Callable[[str], None] | None = None
) -> tuple[DiscoveredSensor, ...]:
    """Return what is heard within `seconds`, the strongest first, and what this computer still holds.

    Where `waited` is given, Bluetooth that is switched off is told to it and waited out for a minute. Raises
    NoBluetoothError.
    """
    off_s = 0.0
    while True:
        try:
            return await _scan_once(seconds, radio or Radio())
        except Exception as error:
            if not is_of_radio(error):
                raise
            explained = explain(error)
            off = isinstance(explained, NoBluetoothError) and is_passing(error)
            if waited is None or not off or off_s >= OFF_PATIENCE_S:
                raise explained from error
            if not off_s:
                waited(f"{explained.what} {explained.do}")
            off_s += OFF_EVERY_S
            await asyncio.sleep(OFF_EVERY_S)


async def _scan_once(seconds: float, radio: Radio) -> tuple[DiscoveredSensor, ...]:
    from bleak import BleakScanner

    found = await BleakScanner.discover(timeout=seconds, return_adv=True, **radio.scanner)
    heard = [as_seen(handle, advertised) for handle, advertised in found.values()]
    known = {seen.address for seen in heard}
    kept = [seen for seen in await find_held(radio) if seen.address not in known]
    return (*sorted(heard, key=lambda seen: -seen.rssi), *kept)


async def find_held(radio: Radio, services: Sequence[str] = ()) -> tuple[DiscoveredSensor, ...]:
    """Return what this computer is connected to: a sensor that a crashed program left so advertises no more.

    Nothing where bleak (before 3.1) or the system cannot tell. `services` may name a sensor's own.
    """
    if radio.scanner and not radio.adapter:
        return ()
    try:
        from bleak import BleakAdapter

        adapter = await BleakAdapter.get(**radio.adapter)
        handles = await adapter.get_connected_devices([*GENERIC_SERVICES, *services])
    except (ImportError, NotImplementedError):
        return ()
    return tuple(_as_held(handle) for handle in handles)


async def let_go(seen: DiscoveredSensor, radio: Radio) -> None:
    """End the connection that this computer holds to a sensor, so that it can be found again."""
    from bleak import BleakClient

    client = BleakClient(seen.handle, **radio.client)
    try:
        await client.connect()
    finally:
        await client.disconnect()


async def look_inside(
    seen: DiscoveredSensor, radio: Radio | None = None, seconds: float = INSIDE_S
) -> tuple[Advertisement, frozenset[str]]:
    """Connect to a sensor and return what it is called, its services, and what of it notifies or indicates.

    Raises LinkError where it cannot be connected, twice.
    """
    tries = 2
    while True:
        try:
            return await _inside(seen, radio or Radio(), seconds)
        except Exception as error:
            LOG.debug("%s could not be looked at", seen.address, exc_info=error)
            tries -= 1
            if not is_of_radio(error):
                raise
            if not tries:
                raise explain(error) from error


async def _inside(
    seen: DiscoveredSensor, radio: Radio, seconds: float
) -> tuple[Advertisement, frozenset[str]]:
    from bleak import BleakClient, BleakScanner

    if seen.held:
        await let_go(seen, radio)
    # What was found on another event loop cannot be connected on this one.
    handle = await BleakScanner.find_device_by_address(seen.address, timeout=seconds, **radio.scanner)
    client = BleakClient(handle or seen.handle, timeout=seconds, **radio.client)
    try:
        await client.connect()
        chars = client.services.characteristics.values()
        sending = [char.uuid.lower() for char in chars if {"notify", "indicate"} & set(char.properties)]
        told = tuple(service.uuid.lower() for service in client.services)
        return replace(seen.advertisement, services=told), frozenset(sending)
    finally:
        with suppress(Exception):
            await client.disconnect()


async def free(target: Target, radio: Radio, tell: Callable[[str], None]) -> None:
    """End a connection that a crashed program left behind: a sensor in it is heard by nobody."""
    for seen in await find_held(radio, [target.device.service or GENERIC_SERVICES[0]]):
        if target.is_met(seen):
            tell(f"{seen.name} is still connected from before; that is ended first.")
            await let_go(seen, radio)


async def look_for(
    target: Target, radio: Radio, seconds: float, stop: asyncio.Event
) -> tuple[DiscoveredSensor | None, tuple[DiscoveredSensor, ...]]:
    """Return the target once it is seen, None after `seconds` or once stopped; and all that was heard."""
    from bleak import BleakScanner

    heard: dict[str, DiscoveredSensor] = {}
    met = asyncio.Event()

    def detected(handle: Any, advertised: Any) -> None:
        seen = heard[handle.address] = as_seen(handle, advertised)
        if target.is_met(seen):
            met.set()

    async with BleakScanner(detected, **radio.scanner):
        await wait_for_any(met, stop, seconds=seconds)
    found = next((seen for seen in heard.values() if target.is_met(seen)), None)
    return found, tuple(heard.values())


async def wait_for_any(*events: asyncio.Event, seconds: float) -> None:
    """Wait for one of the events, but no longer than `seconds`."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


def _as_held(handle: Any) -> DiscoveredSensor:
    details = handle.details if isinstance(handle.details, dict) else {}
    services = details.get("props", {}).get("UUIDs", ())
    advertisement = Advertisement(handle.name or "", tuple(uuid.lower() for uuid in services))
    return DiscoveredSensor(handle.address, NO_SIGNAL_DBM, advertisement, handle, held=True)


def as_seen(handle: Any, advertised: Any) -> DiscoveredSensor:
    """Return what bleak tells of a sensor."""
    advertisement = Advertisement(
        name=advertised.local_name or handle.name or "",
        services=tuple(uuid.lower() for uuid in advertised.service_uuids),
        companies=tuple(advertised.manufacturer_data),
    )
    return DiscoveredSensor(handle.address, int(advertised.rssi), advertisement, handle)
