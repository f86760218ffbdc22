"""The sensors, one file each: matcher, start and stop bytes, `decode`, and the virtual twin's `encode`.

A new file in this folder that holds a `DEVICE` is a new sensor; the contract tests pick it up.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from surefoot.live.ble.device import Advertisement, Device

__all__ = ["discover", "recognise"]


@cache
def discover() -> Mapping[str, Device]:
    """Return every sensor in this folder by its key, the file's name."""
    keys = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name[0] != "_")
    return MappingProxyType({key: import_module(f"{__name__}.{key}").DEVICE for key in keys})


def recognise(seen: Advertisement) -> tuple[Device, ...]:
    """Return the sensors that an advertisement can be from, in the order of their keys."""
    return tuple(device for device in discover().values() if device.matches(seen))
