"""A virtual sensor in this process: it plays a recording through its device's packets."""

import asyncio
from collections.abc import Callable, Iterator

import numpy as np
from bleak.assigned_numbers import CharacteristicPropertyName

from surefoot.live.ble.device import Device, Notification, Write
from surefoot.live.ble.scanner import BATTERY
from surefoot.model import Recording

BATTERY_PCT = 87
RSSI = -50
DELIVERED_EVERY_S = 0.015
Notify = Callable[[str, bytes], None]


class VirtualSensor:
    """A sensor that plays `recording` over and over, as its device would send it, once it was started.

    It keeps measuring while nobody listens, as a real one does. `out_of_range`, `mute`, `mtu`, `rssi`,
    `battery_pct` and `advertisement` stage what happens, `late_s` holds packets up and delivers them all at
    once, `full` throws the next ones away as a full queue does, `refusal` is answered to every command and
    nothing measured; `drop_link` ends the connection.
    """

    def __init__(self, device: Device, recording: Recording, *, address: str = "F0:00:00:00:00:01") -> None:
        self.device, self.address = device, address
        self.advertisement = device.advertised[0]
        self.out_of_range = self.mute = False
        self.mtu, self.battery_pct = device.mtu, BATTERY_PCT
        self.rssi, self.late_s, self.full, self.refusal = RSSI, 0.0, 0, b""
        self.connections = 0
        self.written: list[tuple[str, bytes]] = []
        self._recording = recording
        self.born_s: float | None = None
        self._subscribed: set[str] = set()
        self._notify: Notify | None = None
        self._dropped: Callable[[], None] | None = None
        self._playing: asyncio.Task[None] | None = None

    @property
    def rate_hz(self) -> float:
        """The rate of what it plays."""
        return (self._recording.time_s.size - 1) / self._recording.duration_s

    @property
    def is_connected(self) -> bool:
        """Whether somebody is connected: it does not advertise then."""
        return self._notify is not None

    def connect(self, notify: Notify, dropped: Callable[[], None]) -> None:
        """Take a connection: notifications go to `notify`, `dropped` is told when the link is lost."""
        self.connections += 1
        self._notify, self._dropped, self.written = notify, dropped, []
        self._subscribed.clear()

    def disconnect(self) -> None:
        """End the connection from the other side."""
        self._halt()
        self._notify = self._dropped = None

    def drop_link(self) -> None:
        """Lose the connection, as when the wearer walks away."""
        dropped = self._dropped
        self.disconnect()
        if dropped is not None:
            dropped()

    def subscribe(self, char: str, *, on: bool) -> None:
        """Turn notifications of a characteristic on or off."""
        (self._subscribed.add if on else self._subscribed.discard)(char)
        self._consider()

    def write(self, char: str, data: bytes) -> None:
        """Take a command."""
        self.written.append((char, data))
        if self.refusal:
            self._send(self.device.notify[0], self.refusal)
            return
        for answer_char, answer in self.device.answer(Write(char, data)):
            self._send(answer_char, answer)
        if (char, data) in [(write.char, write.data) for write in self.device.stop]:
            self._halt()
        else:
            self._consider()

    def read(self, char: str) -> bytes:
        """Return what a characteristic reads: the battery, or what was last written to it."""
        if char == BATTERY:
            return bytes([self.battery_pct])
        return next((data for written, data in reversed(self.written) if written == char), b"")

    def chars(self) -> dict[str, list[CharacteristicPropertyName]]:
        """Return the properties of every characteristic."""
        writes = (*self.device.probe, *self.device.start(self.rate_hz_offered, []), *self.device.stop)
        found: dict[str, list[CharacteristicPropertyName]] = {
            char: ["indicate" if char in self.device.indicates else "notify"] for char in self.device.notify
        }
        for write in writes:
            found.setdefault(write.char, []).extend(["write", "write-without-response"])
        for read in self.device.running:
            found[read.char].append("read")
        return {**found, BATTERY: ["read"]}

    @property
    def rate_hz_offered(self) -> float:
        """The rate that the device would be asked for to play this."""
        return min(self.device.rates_hz, key=lambda rate: abs(rate - self.rate_hz), default=0.0)

    def _consider(self) -> None:
        """Start to play once everything is subscribed and everything that starts it was written."""
        needed = len(self.device.probe) + len(self.device.start(self.rate_hz_offered, []))
        ready = set(self.device.notify) <= self._subscribed and len(self.written) >= needed
        if ready and self._playing is None:
            self._playing = asyncio.get_running_loop().create_task(self._play())

    def _halt(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
            self._playing = None

    async def _play(self) -> None:
        loop = asyncio.get_running_loop()
        self.born_s = loop.time() if self.born_s is None else self.born_s
        begun_s = loop.time() - self.born_s
        for packet in self._packets(begun_s):
            if packet.time_s < begun_s:
                continue
            wait_s = self.born_s + packet.time_s - loop.time()
            if wait_s > 0:
                await asyncio.sleep(max(wait_s, DELIVERED_EVERY_S, self.late_s))
            if self.full > 0:
                self.full -= 1
            else:
                self._send(packet.char, packet.data)

    def _packets(self, from_s: float) -> Iterator[Notification]:
        """Yield the packets from about `from_s` on, the recording repeated for ever on one even clock."""
        played, step_s = self._recording, 1 / self.rate_hz
        count = played.time_s.size
        first = int(from_s // (count * step_s)) * count
        while True:
            samples = first + np.arange(count)
            order = samples % count
            gyr = None if played.gyr_radps is None else played.gyr_radps[order]
            time_s = np.asarray(samples * step_s, dtype=np.float64)
            packets = self.device.encode(Recording(time_s, played.acc_mps2[order], gyr))
            yield from packets
            # A last packet that was not full is not sent; its samples begin the next round.
            first = round(packets[-1].time_s / step_s) + 1

    def _send(self, char: str, data: bytes) -> None:
        if self._notify is not None and char in self._subscribed and not self.mute:
            for part in self.device.divide(data, self.mtu - 3):
                self._notify(char, part)
