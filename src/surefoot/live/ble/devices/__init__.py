"""The sensors, one file each: matcher, start and stop bytes, `decode`, and the virtual twin's `encode`.

A new file in this folder that holds a `DEVICE` is a new sensor; the contract tests pick it up.
"""

import sys
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from surefoot.live.ble.device import Advertisement, Device
from surefoot.plugins import load

__all__ = ["discover", "recognise"]


@cache
def discover() -> Mapping[str, Device]:
    """Return every sensor by its key: the files in this folder, and entry points ``surefoot.devices``."""
    modules = load(sys.modules[__name__], "DEVICE", "surefoot.devices")
    return MappingProxyType({key: module.DEVICE for key, module in modules.items()})


def recognise(seen: Advertisement) -> tuple[Device, ...]:
    """Return the sensors that an advertisement can be from, in the order of their keys."""
    return tuple(device for device in discover().values() if device.matches(seen))
