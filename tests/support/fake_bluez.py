"""A stand-in for BlueZ on a D-Bus daemon of its own, so that bleak's real Linux client runs without a radio.

`private_bus` starts a ``dbus-daemon`` that only this test sees; `FakeBluez` owns the name ``org.bluez`` there
and answers for virtual sensors: discovery, connection, services, values, notifications, and what goes wrong.
"""

from __future__ import annotations

import asyncio
import contextlib
import select
import subprocess
import tempfile
from pathlib import Path

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

OBJECTS = "org.freedesktop.DBus.ObjectManager"
PROPERTIES = "org.freedesktop.DBus.Properties"
ADAPTER, DEVICE = "org.bluez.Adapter1", "org.bluez.Device1"
SERVICE, CHARACTERISTIC = "org.bluez.GattService1", "org.bluez.GattCharacteristic1"
HCI = "/org/bluez/hci0"
BATCH = 50
GENERIC_ACCESS = "00001800-0000-1000-8000-00805f9b34fb"
CONFIG = """<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy>{rule}</busconfig>"""
# Rules by which nobody is let in, or no message reaches BlueZ.
DENIED = {
    "bus": '<policy context="mandatory"><deny user="*"/></policy>',
    "policy": '<policy context="mandatory"><deny send_destination="org.bluez"/></policy>',
}


@contextlib.contextmanager
def private_bus(monkeypatch, rule=""):
    """Start a message bus and have bleak take it for the system's; `rule` may deny something."""
    with tempfile.TemporaryDirectory(prefix="bus-") as folder:
        socket, config = Path(folder, "socket"), Path(folder, "bus.conf")
        config.write_text(CONFIG.format(socket=socket, rule=rule), encoding="utf-8")
        command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--print-address"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
            # It prints its address once it listens.
            daemon.stdout.readline()
            monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={socket}")
            try:
                yield f"unix:path={socket}"
            finally:
                daemon.terminate()


class Refused(Exception):  # noqa: N818  (it is a reply, not an error of ours)
    """A D-Bus error reply: name and text."""


class FakeBluez:
    """`faults` are replies to the next calls of Connect; `twice` notifications are sent two times.

    `refusals` are the replies to every call of a method, by its name.

    `flying` counts the values under way; whoever hears one counts it down.
    """

    def __init__(self, address, *sensors, powered=True, adapter=True):
        self.address, self.faults, self.twice, self.refusals = address, [], 0, {}
        self.flying = 0
        self.sensors = {f"{HCI}/dev_{s.address.replace(':', '_')}": s for s in sensors}
        self.tree = {}
        self.advertising = None
        if adapter:
            self.tree[HCI] = {ADAPTER: self.adapter(powered=powered)}

    @staticmethod
    def adapter(*, powered):
        return {
            "Address": Variant("s", "00:11:22:33:44:55"),
            "AddressType": Variant("s", "public"),
            "Name": Variant("s", "fake"),
            "Alias": Variant("s", "fake"),
            "Powered": Variant("b", powered),
            "Discovering": Variant("b", False),
            "Roles": Variant("as", ["central"]),
            "UUIDs": Variant("as", []),
        }

    async def __aenter__(self):
        self.bus = await MessageBus(bus_address=self.address, bus_type=BusType.SYSTEM).connect()
        self.bus.add_message_handler(self.received)
        await self.bus.request_name("org.bluez")
        self.values = asyncio.Queue()
        self.pumping = asyncio.get_running_loop().create_task(self.pump())
        return self

    async def __aexit__(self, *_):
        if self.advertising:
            self.advertising.cancel()
        self.pumping.cancel()
        for sensor in self.sensors.values():
            sensor.disconnect()
        self.bus.disconnect()
        await self.bus.wait_for_disconnect()

    async def pump(self):
        """Send values as fast as they are taken: dbus-fast hangs up where one meets a full socket."""
        while True:
            batch = [await self.values.get()]
            # Writable means that three quarters of the socket are free.
            while not select.select([], [self.bus._fd], [], 0)[1]:  # noqa: ASYNC110  (no event tells it)
                await asyncio.sleep(0.01)
            while len(batch) < BATCH and not self.values.empty():
                batch.append(self.values.get_nowait())
            await asyncio.gather(*[self.change(path, CHARACTERISTIC, Value=value) for path, value in batch])

    def received(self, message):
        ours = (message.path or "").startswith("/org/bluez") or message.path == "/"
        if message.message_type is not MessageType.METHOD_CALL or not ours:
            return None
        try:
            signature, body = self.answer(message)
        except Refused as refusal:
            return Message.new_error(message, *refusal.args)
        return Message.new_method_return(message, signature, body)

    def answer(self, message):
        path, member = message.path, message.member
        if message.interface == OBJECTS:
            return "a{oa{sa{sv}}}", [self.tree]
        if path not in self.tree:
            raise Refused("org.freedesktop.DBus.Error.UnknownObject", path)
        if message.interface == PROPERTIES and member == "GetAll":
            return "a{sv}", [self.tree[path].get(message.body[0], {})]
        if message.interface == PROPERTIES and member == "Get":
            return "v", [self.tree[path][message.body[0]][message.body[1]]]
        if member in self.refusals:
            raise Refused(*self.refusals[member])
        handler = getattr(self, f"on_{member}", None)
        if handler is None:
            raise Refused("org.freedesktop.DBus.Error.UnknownMethod", member)
        return handler(path, *message.body) or ("", [])

    def on_SetDiscoveryFilter(self, path, _):  # noqa: N802  (D-Bus calls it so)
        pass

    def on_StartDiscovery(self, path):  # noqa: N802
        if not self.tree[path][ADAPTER]["Powered"].value:
            raise Refused("org.bluez.Error.NotReady", "Resource Not Ready")
        self.change(path, ADAPTER, Discovering=Variant("b", True))
        self.advertising = asyncio.get_running_loop().create_task(self.advertise())

    def on_StopDiscovery(self, path):  # noqa: N802
        if self.advertising:
            self.advertising.cancel()
        self.change(path, ADAPTER, Discovering=Variant("b", False))

    def on_Connect(self, path):  # noqa: N802
        if self.faults:
            raise Refused(*self.faults.pop(0))
        sensor = self.sensors[path]
        if sensor.out_of_range:
            raise Refused("org.bluez.Error.Failed", "le-connection-abort-by-local")
        sensor.connect(lambda char, data: self.notify(path, char, data), lambda: self.lost(path))
        # BlueZ replies to Connect once it is connected, and goes on to look for services.
        self.change(path, DEVICE, Connected=Variant("b", True))
        asyncio.get_running_loop().call_soon(self.resolve, path)

    def on_Disconnect(self, path):  # noqa: N802
        self.sensors[path].disconnect()
        self.lost(path)

    def on_StartNotify(self, path):  # noqa: N802
        self.change(path, CHARACTERISTIC, Notifying=Variant("b", True))
        self.subscribe(path, on=True)

    def on_StopNotify(self, path):  # noqa: N802
        self.subscribe(path, on=False)

    def on_WriteValue(self, path, data, _):  # noqa: N802
        sensor, char = self.characteristic(path)
        sensor.write(char, bytes(data))

    def on_ReadValue(self, path, _):  # noqa: N802
        sensor, char = self.characteristic(path)
        return "ay", [sensor.read(char)]

    def subscribe(self, path, *, on):
        sensor, char = self.characteristic(path)
        sensor.subscribe(char, on=on)

    def characteristic(self, path):
        sensor = next(sensor for prefix, sensor in self.sensors.items() if path.startswith(prefix))
        return sensor, self.tree[path][CHARACTERISTIC]["UUID"].value

    async def advertise(self):
        while True:
            for path, sensor in self.sensors.items():
                if not (sensor.out_of_range or sensor.is_connected):
                    self.sight(path, sensor)
            await asyncio.sleep(0.05)

    def sight(self, path, sensor):
        if path in self.tree:
            self.change(path, DEVICE, RSSI=Variant("n", -55))
            return
        told = sensor.advertisement
        # BlueZ has no name for one that tells none, and calls it by its address.
        named = {"Name": Variant("s", told.name)} if told.name else {}
        self.add(
            path,
            DEVICE,
            Address=Variant("s", sensor.address),
            AddressType=Variant("s", "random"),
            Alias=Variant("s", told.name or sensor.address.replace(":", "-")),
            ManufacturerData=Variant("a{qv}", dict.fromkeys(told.companies, Variant("ay", b""))),
            **named,
            Adapter=Variant("o", HCI),
            Paired=Variant("b", False),
            Connected=Variant("b", False),
            ServicesResolved=Variant("b", False),
            UUIDs=Variant("as", list(told.services)),
            RSSI=Variant("n", -55),
        )

    def resolve(self, path):
        """Tell of the connection, then of the services, then that they are complete: bleak waits for it."""
        self.change(path, DEVICE, Connected=Variant("b", True))
        known = self.tree[path][DEVICE]["UUIDs"].value
        sensor, service = self.sensors[path], f"{path}/service0001"
        uuid = sensor.device.service or "0000fff0-0000-1000-8000-00805f9b34fb"
        self.change(path, DEVICE, UUIDs=Variant("as", sorted({*known, uuid, GENERIC_ACCESS})))
        owner = {"Device": Variant("o", path), "Primary": Variant("b", True)}
        self.add(service, SERVICE, UUID=Variant("s", uuid), **owner)
        for number, (char, properties) in enumerate(sensor.chars().items(), start=2):
            self.add(
                f"{service}/char{number:04x}",
                CHARACTERISTIC,
                UUID=Variant("s", char),
                Service=Variant("o", service),
                Flags=Variant("as", list(properties)),
                MTU=Variant("q", sensor.mtu),
                Notifying=Variant("b", False),
            )
        self.change(path, DEVICE, ServicesResolved=Variant("b", True))

    def lost(self, path):
        if path not in self.tree or not self.tree[path][DEVICE]["Connected"].value:
            return
        # What was not sent yet is lost with the link.
        self.flying = 0
        while not self.values.empty():
            self.values.get_nowait()
        self.change(path, DEVICE, ServicesResolved=Variant("b", False))
        for below in sorted((p for p in self.tree if p.startswith(f"{path}/")), reverse=True):
            interfaces = list(self.tree.pop(below))
            self.signal("/", OBJECTS, "InterfacesRemoved", "oas", [below, interfaces])
        self.change(path, DEVICE, Connected=Variant("b", False))

    def notify(self, path, char, data):
        for below, interfaces in self.tree.items():
            known = interfaces.get(CHARACTERISTIC, {}).get("UUID")
            if below.startswith(path) and known is not None and known.value == char:
                copies = 2 if self.twice > 0 else 1
                self.twice -= copies - 1
                self.flying += copies
                for _ in range(copies):
                    self.values.put_nowait((below, Variant("ay", data)))
                return

    def hold(self, sensor):
        """Be connected to a sensor for a program that is no more."""
        (path,) = [path for path, known in self.sensors.items() if known is sensor]
        self.sight(path, sensor)
        sensor.connect(lambda char, data: self.notify(path, char, data), lambda: self.lost(path))
        self.resolve(path)

    def unplug(self):
        """Take the adapter away, and with it all that it knows."""
        for sensor in self.sensors.values():
            sensor.drop_link()
        if self.advertising:
            self.advertising.cancel()
        for path in sorted(self.tree, reverse=True):
            interfaces = list(self.tree.pop(path))
            self.signal("/", OBJECTS, "InterfacesRemoved", "oas", [path, interfaces])

    def plug(self):
        """Put it back."""
        self.add(HCI, ADAPTER, **self.adapter(powered=True))

    async def vanish(self):
        """Be gone from the bus, as a service that ends; `__aenter__` brings it back."""
        for sensor in self.sensors.values():
            sensor.disconnect()
        if self.advertising:
            self.advertising.cancel()
        self.tree = {HCI: {ADAPTER: self.adapter(powered=True)}}
        self.pumping.cancel()
        self.bus.disconnect()
        await self.bus.wait_for_disconnect()

    def switch(self, *, on):
        """Switch Bluetooth on or off, as a person does."""
        for sensor in [] if on else self.sensors.values():
            sensor.drop_link()
        self.change(HCI, ADAPTER, Powered=Variant("b", on))

    def add(self, path, interface, **properties):
        self.tree[path] = {interface: properties}
        self.signal("/", OBJECTS, "InterfacesAdded", "oa{sa{sv}}", [path, self.tree[path]])

    def change(self, path, interface, **properties):
        self.tree.get(path, {}).get(interface, {}).update(properties)
        return self.signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", [interface, properties, []])

    def signal(self, path, interface, member, signature, body):
        return self.bus.send(
            Message(
                message_type=MessageType.SIGNAL,
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=body,
            )
        )
