"""The sensors, one file each: matcher, start and stop bytes, `decode`, and the virtual twin's `encode`.

A new file in this folder that holds a `DEVICE` is a new sensor; the contract tests pick it up.
"""

import sys
from collections.abc import Collection, Mapping
from functools import cache
from types import MappingProxyType

from surefoot.live.ble.device import Advertisement, Device
from surefoot.plugins import load

__all__ = ["discover", "recognise", "recognise_connected"]


@cache
def discover() -> Mapping[str, Device]:
    """Return every sensor by its key: the files in this folder, and entry points ``surefoot.devices``."""
    modules = load(sys.modules[__name__], "DEVICE", "surefoot.devices")
    return MappingProxyType({key: module.DEVICE for key, module in modules.items()})


def recognise(seen: Advertisement) -> tuple[Device, ...]:
    """Return the sensors that an advertisement can be from, in the order of their keys."""
    return tuple(device for device in discover().values() if device.matches(seen))


def recognise_connected(seen: Advertisement, sending: Collection[str]) -> tuple[Device, ...]:
    """Return the sensors that one can be whose services are known: what is in it counts, then its name.

    `seen` has all of its services, `sending` are the characteristics that notify or indicate.
    """
    able = [device for device in discover().values() if set(device.notify) <= set(sending)]
    named = [device for device in able if device.matches(seen) and device.service in seen.services]
    return tuple(named or [device for device in able if device.service in seen.services])
