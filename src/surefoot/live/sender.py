"""What sends during a test: a Bluetooth sensor or a phone, and how its packets are brought here."""

import time
import typing
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from surefoot.live.feedback import Samples
from surefoot.live.log import Header, Packet, State
from surefoot.model import Setup, to_plain


class Receiver(typing.Protocol):
    """What brings the packets of a sender: a Bluetooth link, or a phone that is asked again and again."""

    async def run(self) -> None:
        """Receive until stopped, through every loss. Raises LinkError for what nothing mends."""

    def stop(self) -> None:
        """Ask it to end."""


Connect = Callable[[Callable[[Packet], None], Callable[[State], None]], Receiver]
Follow = Callable[[Packet], tuple[Samples, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Sender:
    """A sensor or phone: what the head of its journal tells of it, and how it is connected.

    `connect` makes what brings its packets and states to two callbacks; `rates_hz` are those to choose from.
    """

    title: str
    device: str
    chars: tuple[str, ...]
    connect: Connect
    rate_hz: float = 0.0
    description: str = ""
    rates_hz: tuple[float, ...] = ()

    def header(self, setup: Setup) -> Header:
        """Return the head of a journal that begins now."""
        zero = datetime.now().astimezone() - timedelta(seconds=time.monotonic())
        plain = to_plain(replace(setup, when=None))
        return Header(self.device, self.chars, zero, self.rate_hz, self.description, plain)
