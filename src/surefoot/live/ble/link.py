"""The link to a sensor over bleak: scan, connect, start, watch, reconnect, stop, and always disconnect.

bleak does not reconnect, and since 3.0 every client that is not disconnected leaks a D-Bus connection, also
after the link has dropped by itself. So each link is one function that cleans up after itself, in a loop
with back-off. A notification is stamped and handed on; until the first one that holds a sample, it is also
read for what the sensor refuses. What happens goes to the log of this module, the errors of the host in full.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, Literal

from surefoot.errors import LinkError, NoBluetoothError
from surefoot.live.ble.battery import EMPTY_PCT, battery_text, read_battery
from surefoot.live.ble.device import Write
from surefoot.live.ble.errors import (
    battery_empty,
    cut_short,
    explain,
    is_of_radio,
    is_passing,
    is_settled,
    not_found,
    not_understood,
    other_mode,
    refused,
    unreachable,
)
from surefoot.live.ble.scanner import (
    WEAK_DBM,
    DiscoveredSensor,
    Patience,
    Radio,
    Target,
    free,
    look_for,
    wait_for_any,
)
from surefoot.live.ble.watchdog import Pulse
from surefoot.live.log import Packet, State, StateKind

WARN_EVERY_S: Final = 30.0
WEAK_TEXT: Final = "The signal is weak: move closer before the connection is lost."
# What will be the same the next time is tried once more only.
SETTLED_TRIES: Final = 2
UNREAD_S, ENOUGH_UNREAD = 2.0, 5
AWAY_TRIES: Final = 3
AWAY_TEXT: Final = (
    "The sensor was not found again in 3 tries. Is it on, charged and near? It is looked for further."
)
LOG: Final = logging.getLogger(__name__)


class Link:
    """A listener to one sensor: packets and states go to the callbacks until `stop` is called."""

    def __init__(
        self,
        target: Target,
        on_packet: Callable[[Packet], None],
        on_state: Callable[[State], None],
        *,
        radio: Radio | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._target, self._on_packet, self._on_state = target, on_packet, on_state
        self._radio, self._patience = radio or Radio(), patience or Patience()
        self._stop = asyncio.Event()
        self._segment = -1
        self._ever_heard = False
        self._pulse = Pulse()
        self._warned_s = -WARN_EVERY_S
        self._replies: list[bytes] | None = None
        self._carry: Mapping[str, bytes] = {}
        self._is_understood = False
        self._refusal = ""
        self._failure: LinkError | None = None
        self._gone = asyncio.Event()
        self._ours: Exception | None = None

    def stop(self) -> None:
        """Ask the link to end: the sensor is told to stop and is let go."""
        self._stop.set()

    async def run(self) -> None:
        """Listen until stopped, through every loss.

        Raises NoBluetoothError, SensorNotFoundError or SensorSilentError where the first connection cannot be
        made, or the sensor refuses. Bluetooth that is switched off is waited out, and so is everything once
        a sample was heard.
        What a callback raises ends it, and is raised as it is.
        """
        wait_s, tries = self._patience.shortest_s, 0
        while not self._stop.is_set():
            outcome = await self._attempt(tries)
            tries = tries + 1 if outcome == "failed" else 0
            if self._ever_heard and tries == AWAY_TRIES:
                self._tell("lost", AWAY_TEXT)
            settled = self._failure is not None and is_settled(self._failure)
            if not self._ever_heard and tries >= (SETTLED_TRIES if settled else self._patience.tries):
                raise unreachable(self._target.device.title, tries, self._failure)
            wait_s = (
                self._patience.shortest_s if outcome == "heard" else min(2 * wait_s, self._patience.longest_s)
            )
            await self._stopped_within(wait_s)
        self._tell("closed", "Disconnected.")

    async def _attempt(self, tries: int) -> Literal["heard", "failed", "off"]:
        """Hold one link; tell of an error that may pass, and raise in words one that will not."""
        self._failure = None
        try:
            return "heard" if await self._once(tries) else "failed"
        except Exception as error:
            LOG.debug("try %d failed", tries + 1, exc_info=error)
            if error is self._ours or not (is_of_radio(error) or is_settled(error)):
                raise
            explained = self._failure = explain(error)
            if not is_passing(error) and not self._ever_heard:
                raise explained from error
            off = isinstance(explained, NoBluetoothError)
            self._tell("off" if off else "connecting", f"{explained.what} {explained.do}")
            return "off" if off else "failed"

    async def _once(self, tries: int) -> bool:
        """Find, connect, stream until something ends it; return whether anything was heard."""
        from bleak import BleakClient

        seen = await self._find()
        if seen is None or self._stop.is_set():
            return False
        gone = self._gone = asyncio.Event()
        attempt = "" if not tries else f" (try {tries + 1})"
        self._tell("connecting", f"Connecting to {seen.name}…{attempt}")
        client = BleakClient(
            seen.handle,
            disconnected_callback=lambda _: gone.set(),
            timeout=self._patience.connect_s,
            **self._radio.client,
        )
        try:
            await client.connect()
            await self._begin(client)
            return await self._watch(gone)
        finally:
            await self._end(client)

    async def _find(self) -> DiscoveredSensor | None:
        """Return the sensor once it is seen; None where it is away and was heard before."""
        if not self._ever_heard:
            await free(self._target, self._radio, lambda text: self._tell("searching", text))
        self._tell("searching", f"Looking for {self._target.device.title}…")
        found, heard = await look_for(self._target, self._radio, self._patience.scan_s, self._stop)
        if found is None and not self._ever_heard and not self._stop.is_set():
            nearby = [f"{seen.name} ({seen.rssi} dBm)" for seen in heard]
            raise not_found(self._target.device.title, self._target.address, self._patience.scan_s, nearby)
        if found is not None and found.rssi <= WEAK_DBM:
            self._tell("weak", WEAK_TEXT, float(found.rssi))
        return found

    async def _begin(self, client: Any) -> None:
        """Subscribe, ask, start: in this order, since a sensor may stream at once."""
        self._segment += 1
        pulse = self._pulse = Pulse()
        self._replies = []
        device, segment = self._target.device, self._segment
        self._carry, self._is_understood, self._refusal = {}, False, ""
        loop = asyncio.get_running_loop()

        def heard(char: Any, data: bytearray) -> None:
            now_s, packet = loop.time(), bytes(data)
            pulse.beat(now_s, packet)
            if not self._is_understood:
                self._read(char.uuid, packet)
            self._hand_on(Packet(now_s, segment, char.uuid, packet))
            if self._replies is not None:
                self._replies.append(packet)

        await self._check_battery(client)
        for char in device.notify:
            await client.start_notify(char, heard)
        await self._write_all(client, device.probe)
        if device.probe:
            await self._stopped_within(self._patience.reply_s)
        replies, self._replies = self._replies, None
        await self._write_all(client, device.start(self._target.rate_hz, replies))
        await self._check_mode(client)

    def _read(self, char: str, data: bytes) -> None:
        """Look for the first sample of a link, or for a refusal, in what the sensor sends."""
        device = self._target.device
        LOG.debug("%s sent %s", char, data.hex(" "))
        self._refusal = self._refusal or device.refusal(char, data)
        decoded = device.decode(char, data, self._carry)
        self._carry = decoded.carry
        if decoded.blocks:
            self._is_understood = self._ever_heard = True
            with suppress(Exception):
                # What a callback raises is kept, and raised where somebody waits.
                self._tell("streaming", f"{device.title} is streaming.")

    async def _check_mode(self, client: Any) -> None:
        """Refuse a sensor that does not run as it was told, where it tells how it runs."""
        for write in self._target.device.running:
            char = client.services.get_characteristic(write.char)
            if char is not None and "read" in char.properties:
                found = bytes(await client.read_gatt_char(char))
                LOG.debug("%s reads %s", write.char, found.hex(" "))
                # Zeros are no answer.
                if any(found) and not found.startswith(write.data):
                    raise other_mode(self._target.device.title, found, write.data)

    async def _watch(self, gone: asyncio.Event) -> bool:
        """Wait until stopped, lost, silent or asleep; return whether anything was heard."""
        loop = asyncio.get_running_loop()
        begun_s, before_s, wall_s = loop.time(), loop.time(), time.time()
        while not self._stop.is_set():
            await wait_for_any(gone, self._stop, seconds=self._patience.silent_s / 3)
            now_s, now_wall_s = loop.time(), time.time()
            asleep_s = max(now_wall_s - wall_s, now_s - before_s) - self._patience.silent_s / 3
            before_s, wall_s = now_s, now_wall_s
            if self._ours is not None:
                raise self._ours
            if asleep_s > self._patience.slept_s:
                self._tell("slept", "The computer slept; the attempt is over.")
                break
            if gone.is_set():
                self._tell("lost", "The connection to the sensor is lost. Looking for it again…")
                break
            if self._pulse.is_cut(self._target.device.packet_bytes):
                raise cut_short(self._pulse.size, self._target.device.packet_bytes)
            self._check_answers(now_s - begun_s)
            self._warn_of_signal(now_s)
            quiet_s = now_s - (self._pulse.last_s or begun_s)
            if quiet_s > self._pulse.longest_quiet(self._patience):
                self._tell("silent", "The sensor stopped sending. Connecting again…")
                break
        return self._is_understood

    def _check_answers(self, seconds: float) -> None:
        """Refuse a sensor that says no, or sends what is not understood, and held no sample for `seconds`.

        One that refuses the rotation may still send its acceleration.
        """
        if self._is_understood or seconds <= UNREAD_S:
            return
        title, expected = self._target.device.title, self._target.device.line
        if self._refusal:
            raise refused(title, self._refusal)
        if self._pulse.count >= ENOUGH_UNREAD:
            raise not_understood(title, self._pulse.last, self._pulse.count, expected)

    def _warn_of_signal(self, now_s: float) -> None:
        """Say that the link may break soon, now and then only."""
        if now_s - self._warned_s >= WARN_EVERY_S and self._pulse.is_weak():
            self._warned_s = now_s
            self._tell("weak", WEAK_TEXT)

    async def _end(self, client: Any) -> None:
        """Tell the sensor to stop where it still listens, and let it go whatever happens."""
        if client.is_connected:
            with suppress(Exception):
                await self._write_all(client, self._target.device.stop)
        with suppress(Exception):
            await client.disconnect()

    async def _check_battery(self, client: Any) -> None:
        percent = await read_battery(client)
        if percent is None:
            return
        self._tell("battery", battery_text(percent), float(percent))
        if 0 < percent < EMPTY_PCT and not self._ever_heard:
            raise battery_empty(self._target.device.title, percent, EMPTY_PCT)

    async def _write_all(self, client: Any, writes: tuple[Write, ...]) -> None:
        for write in writes:
            LOG.debug("write %s to %s", write.data.hex(" "), write.char)
            await client.write_gatt_char(write.char, write.data, response=write.response)
            await self._stopped_within(write.wait_s)

    async def _stopped_within(self, seconds: float) -> bool:
        """Wait, but no longer than until stopped; return whether it was."""
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), seconds)
        return self._stop.is_set()

    def _hand_on(self, packet: Packet) -> None:
        """Give a packet to its callback; an error must not vanish in the Bluetooth library that called."""
        try:
            self._on_packet(packet)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is raised where somebody waits)
            self._ours = error
            self._gone.set()

    def _tell(self, kind: StateKind, text: str, value: float = 0.0) -> None:
        LOG.info(text)
        try:
            self._on_state(State(asyncio.get_running_loop().time(), kind, text, value))
        except Exception as error:
            self._ours = error
            self._gone.set()
            raise
