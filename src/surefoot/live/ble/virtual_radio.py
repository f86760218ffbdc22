"""The radio of virtual sensors: scanner and client for bleak in place of the computer's.

Without Bluetooth, on any system, in this process.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError

from surefoot.live.ble.scanner import Radio
from surefoot.live.ble.virtual import VirtualSensor

ADVERTISED_EVERY_S: Final = 0.1
SERVICE: Final = "0000fff0-0000-1000-8000-00805f9b34fb"


def virtual_radio(*sensors: VirtualSensor) -> Radio:
    """Return the radio in whose range are `sensors`."""
    scanner = type("VirtualScanner", (_Scanner,), {"sensors": sensors})
    return Radio(scanner={"backend": scanner}, client={"backend": _Client})


class _Scanner(BaseBleakScanner):
    sensors: Sequence[VirtualSensor] = ()

    def __init__(self, detection_callback: Any, service_uuids: Any, scanning_mode: Any, **_: Any) -> None:
        super().__init__(detection_callback, service_uuids)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.seen_devices = {}
        self._task = asyncio.get_running_loop().create_task(self._advertise())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _advertise(self) -> None:
        while True:
            for sensor in self.sensors:
                if not (sensor.out_of_range or sensor.is_connected):
                    self._tell_of(sensor)
            await asyncio.sleep(ADVERTISED_EVERY_S)

    def _tell_of(self, sensor: VirtualSensor) -> None:
        told = sensor.advertisement
        makers = dict.fromkeys(told.companies, b"")
        advertised = AdvertisementData(
            told.name or None, makers, {}, list(told.services), None, sensor.rssi, ()
        )
        handle = self.create_or_update_device(
            sensor.address, sensor.address, told.name or None, sensor, advertised
        )
        self.call_detection_callbacks(handle, advertised)


class _Client(BaseBleakClient):
    def __init__(self, address_or_ble_device: BLEDevice | str, services: Any = None, **kwargs: Any) -> None:
        kept = {key: kwargs[key] for key in ("disconnected_callback", "timeout") if key in kwargs}
        super().__init__(address_or_ble_device, **kept)
        if isinstance(address_or_ble_device, str):
            raise BleakError("a virtual sensor is reached by what the scanner saw")
        self._sensor: VirtualSensor = address_or_ble_device.details
        self._callbacks: dict[str, Callable[[bytearray], None]] = {}
        self._connected = False

    @property
    def name(self) -> str:
        return self._sensor.advertisement.name

    @property
    def mtu_size(self) -> int:
        return self._sensor.mtu

    @property
    def is_connected(self) -> bool:
        return self._connected

    async def connect(self, pair: bool, **kwargs: Any) -> None:
        if self._sensor.out_of_range:
            raise BleakError("the sensor did not answer")
        self._sensor.connect(self._deliver, self._lost)
        self.services = self._list_services()
        self._connected = True

    async def disconnect(self) -> None:
        if self._connected:
            self._connected = False
            self._sensor.disconnect()

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to do: a virtual sensor trusts everybody."""

    async def unpair(self) -> None:
        """Nothing to do."""

    async def read_gatt_char(self, characteristic: BleakGATTCharacteristic, **kwargs: Any) -> bytearray:
        return bytearray(self._sensor.read(characteristic.uuid))

    async def read_gatt_descriptor(self, descriptor: Any, **kwargs: Any) -> bytearray:
        raise BleakError("a virtual sensor has no descriptors")

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: Any, response: bool
    ) -> None:
        if not self._connected:
            raise BleakError("Not connected")
        self._sensor.write(characteristic.uuid, bytes(data))

    async def write_gatt_descriptor(self, descriptor: Any, data: Any) -> None:
        raise BleakError("a virtual sensor has no descriptors")

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: Callable[[bytearray], None], **kwargs: Any
    ) -> None:
        self._callbacks[characteristic.uuid] = callback
        self._sensor.subscribe(characteristic.uuid, on=True)

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        self._callbacks.pop(characteristic.uuid, None)
        self._sensor.subscribe(characteristic.uuid, on=False)

    def _deliver(self, char: str, data: bytes) -> None:
        if char in self._callbacks:
            self._callbacks[char](bytearray(data))

    def _lost(self) -> None:
        self._connected = False
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    def _list_services(self) -> BleakGATTServiceCollection:
        listed = BleakGATTServiceCollection()
        service = BleakGATTService(None, 1, self._sensor.device.service or SERVICE)
        listed.add_service(service)
        for handle, (char, properties) in enumerate(self._sensor.chars().items(), start=2):
            made = BleakGATTCharacteristic(
                None, handle, char, properties, lambda: self._sensor.mtu - 3, service
            )
            listed.add_characteristic(made)
        return listed
