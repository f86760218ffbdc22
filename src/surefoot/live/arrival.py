"""What a way in must offer, and which one a journal came by."""

import typing
from importlib import import_module
from typing import Any, Final, cast

from surefoot.live.guide import Take
from surefoot.live.log import Header, Log
from surefoot.live.sender import Follow
from surefoot.model import Recording
from surefoot.sources import Export

# By the device in a journal's head; every other one is a Bluetooth sensor.
_OTHERS: Final = {
    "phyphox": "phyphox.arrival",
    "phone_page": "phone_page",
    "phone_board": "phone_page",
    "sensor_logger": "sensor_logger",
}


class Arrival(typing.Protocol):
    """One way in, which is a module.

    `KEEPS_JOURNAL` tells that one journal holds many takes and stays beside them; else it holds one take,
    and is removed once the files in its export are elsewhere.
    """

    KEEPS_JOURNAL: bool

    def export(self, log: Log, take: Take) -> Export:
        """Return the files that the app would have exported of a take. Raises SurefootError without any."""

    def read(self, exported: Export) -> tuple[Recording, dict[str, Any]]:
        """Return the recording in such files, and how it came. Raises SurefootError where they hold none."""

    def follow(self, header: Header) -> Follow:
        """Return what makes samples of packets as they come, for eyes and cues only."""


def arrival_of(header: Header) -> Arrival:
    """Return the way in of what begins with `header`."""
    name = _OTHERS.get(header.device, "ble.arrival")
    return cast("Arrival", import_module(f"surefoot.live.{name}"))
