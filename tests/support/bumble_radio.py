"""Virtual sensors on bumble's software controllers: HCI, L2CAP, ATT and GATT bytes flow, on any system.

`on_air` gives a sensor a controller, a host and a GATT server, and yields the radio by which bleak's front
end reaches them. No connection interval, no retransmission, no loss: that is what a real radio adds.
"""

from __future__ import annotations

import asyncio
import contextlib

from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError
from bumble import hci
from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData, BaseError
from bumble.device import Device, Peer
from bumble.gatt import Characteristic, CharacteristicValue, Service
from bumble.host import Host
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

from surefoot.live.ble.scanner import Radio

PROPERTIES = {
    "read": Characteristic.Properties.READ,
    "write": Characteristic.Properties.WRITE,
    "write-without-response": Characteristic.Properties.WRITE_WITHOUT_RESPONSE,
    "notify": Characteristic.Properties.NOTIFY,
    "indicate": Characteristic.Properties.INDICATE,
}
UNNAMED_SERVICE = "0000fff0-0000-1000-8000-00805f9b34fb"


def host_on(link, name, address):
    controller = Controller(name, link=link, public_address=address)
    return Device(name=name, address=hci.Address(address), host=Host(controller, AsyncPipeSink(controller)))


class Station:
    """A sensor on the air."""

    def __init__(self, link, sensor):
        self.sensor, self.connection = sensor, None
        self.device = host_on(link, sensor.advertisement.name, sensor.address)
        self.device.advertising_interval_min = self.device.advertising_interval_max = 50
        self.chars = {char: self.characteristic(char, names) for char, names in sensor.chars().items()}
        service = Service(UUID(sensor.device.service or UNNAMED_SERVICE), list(self.chars.values()))
        self.device.add_service(service)
        self.device.advertising_data = self.advertisement()
        self.device.on("connection", self.connected)
        self.outbox = asyncio.Queue()
        self.tasks = [asyncio.ensure_future(self.deliver())]

    def characteristic(self, char, names):
        flags = Characteristic.Properties(0)
        for name in names:
            flags |= PROPERTIES[name]
        made = Characteristic(
            UUID(char),
            flags,
            Characteristic.READABLE | Characteristic.WRITEABLE,
            CharacteristicValue(
                read=lambda _: self.sensor.read(char),
                write=lambda _, data: self.sensor.write(char, bytes(data)),
            ),
        )
        made.on("subscription", lambda _, *wanted: self.sensor.subscribe(char, on=any(wanted)))
        return made

    def advertisement(self):
        """The name in full: bumble's controllers answer no scan request, and 31 bytes hold little more."""
        name = (AdvertisingData.COMPLETE_LOCAL_NAME, self.sensor.advertisement.name.encode()[:26])
        return bytes(AdvertisingData([(AdvertisingData.FLAGS, b"\x06"), name]))

    def connected(self, connection):
        self.connection = connection
        self.sensor.connect(lambda char, data: self.outbox.put_nowait((char, data)), self.cut)
        connection.on("disconnection", self.disconnected)

    def disconnected(self, _):
        self.connection = None
        self.sensor.disconnect()
        while not self.outbox.empty():
            self.outbox.get_nowait()
        self.later(self.device.start_advertising(auto_restart=False))

    def cut(self):
        if self.connection is not None:
            self.later(self.connection.disconnect(hci.HCI_CONNECTION_TIMEOUT_ERROR))

    def later(self, work):
        self.tasks.append(asyncio.ensure_future(work))

    async def deliver(self):
        while True:
            char, data = await self.outbox.get()
            if self.connection is None:
                continue
            if char in self.sensor.device.indicates:
                await self.device.indicate_subscribers(self.chars[char], data)
            else:
                await self.device.notify_subscribers(self.chars[char], data)


@contextlib.asynccontextmanager
async def on_air(*sensors):
    """Put sensors on the air, and yield the radio that hears them."""
    link = LocalLink()
    stations = [Station(link, sensor) for sensor in sensors]
    for station in stations:
        await station.device.power_on()
        await station.device.start_advertising(auto_restart=False)
    central = host_on(link, "central", "F0:00:00:00:00:CC")
    await central.power_on()
    scanner = type("BumbleScanner", (Scanner,), {"central": central})
    client = type("BumbleClient", (Client,), {"central": central})
    try:
        yield Radio(scanner={"backend": scanner}, client={"backend": client})
    finally:
        for station in stations:
            station.sensor.disconnect()
            for task in station.tasks:
                task.cancel()


class Scanner(BaseBleakScanner):
    def __init__(self, detection_callback, service_uuids, scanning_mode, **_):
        super().__init__(detection_callback, service_uuids)

    async def start(self):
        self.seen_devices = {}
        self.central.on("advertisement", self.heard)
        await self.central.start_scanning(filter_duplicates=False)

    async def stop(self):
        await self.central.stop_scanning()
        self.central.remove_listener("advertisement", self.heard)

    def heard(self, told):
        address, name = str(told.address).split("/")[0], told.data.get(AdvertisingData.COMPLETE_LOCAL_NAME)
        advertised = AdvertisementData(name, {}, {}, [], None, told.rssi, ())
        handle = self.create_or_update_device(address, address, name, told.address, advertised)
        self.call_detection_callbacks(handle, advertised)


class Client(BaseBleakClient):
    def __init__(self, handle, services=None, **options):
        super().__init__(handle, disconnected_callback=options.get("disconnected_callback"), timeout=10.0)
        self.target, self.connection = handle.details, None

    @property
    def name(self):
        return self.address

    @property
    def mtu_size(self):
        return self.connection.att_mtu if self.connection else 23

    @property
    def is_connected(self):
        return self.connection is not None

    async def connect(self, pair, **_):
        async with asyncio.timeout(self._timeout):
            self.connection = await self.central.connect(self.target)
            self.connection.on("disconnection", self.lost)
            peer = self.peer = Peer(self.connection)
            await peer.request_mtu(247)
            self.services = BleakGATTServiceCollection()
            for service in await peer.discover_services():
                await self.list_service(service)

    async def list_service(self, service):
        listed = BleakGATTService(service, service.handle, uuid_of(service.uuid))
        self.services.add_service(listed)
        for char in await service.discover_characteristics():
            names = [name for name, flag in PROPERTIES.items() if char.properties & flag]
            made = BleakGATTCharacteristic(
                char, char.handle, uuid_of(char.uuid), names, lambda: self.mtu_size - 3, listed
            )
            self.services.add_characteristic(made)
            await char.discover_descriptors()

    def lost(self, _):
        self.connection, self.services = None, None
        if self._disconnected_callback:
            self._disconnected_callback()

    async def disconnect(self):
        if self.connection is not None:
            await self.connection.disconnect()

    async def pair(self, *_, **__):
        raise NotImplementedError

    async def unpair(self):
        raise NotImplementedError

    async def ask(self, work):
        try:
            return await work
        except BaseError as error:
            raise BleakError(str(error)) from error

    async def read_gatt_char(self, characteristic, **_):
        return bytearray(await self.ask(self.peer.read_value(characteristic.obj)))

    async def read_gatt_descriptor(self, descriptor, **_):
        raise NotImplementedError

    async def write_gatt_char(self, characteristic, data, response):
        await self.ask(self.peer.write_value(characteristic.obj, bytes(data), with_response=response))

    async def write_gatt_descriptor(self, descriptor, data):
        raise NotImplementedError

    async def start_notify(self, characteristic, callback, **_):
        await self.ask(self.peer.subscribe(characteristic.obj, lambda value: callback(bytearray(value))))

    async def stop_notify(self, characteristic):
        await self.ask(self.peer.unsubscribe(characteristic.obj))


def uuid_of(uuid):
    text = uuid.to_hex_str("-").lower()
    return text if len(uuid.to_bytes()) == 16 else f"0000{text}-0000-1000-8000-00805f9b34fb"
