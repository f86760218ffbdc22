"""What a folder of one file each holds, and what other packages add to it by their entry points."""

import os
import warnings
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoints, entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Final, cast

# "off" where only what Surefoot brings along is to be known, as under test.
SWITCH: Final = "SUREFOOT_PLUGINS"
GROUPS: Final = tuple(f"surefoot.{kind}" for kind in ("sources", "devices", "metrics", "protocols"))


def load(package: ModuleType, attribute: str | None, group: str) -> dict[str, ModuleType]:
    """Return the modules of a package that have `attribute`, and those that other packages add, by name.

    Others name their module by an entry point of `group`, such as ``surefoot.sources``. One that cannot be
    imported, lacks the attribute or takes a name of ours is left out, with a warning that says why: it must
    not stop the rest.
    """
    names = sorted(found.name for found in iter_modules(package.__path__) if found.name[0] != "_")
    modules = {name: import_module(f"{package.__name__}.{name}") for name in names}
    known = {name: module for name, module in modules.items() if _has(module, attribute)}
    for point in _plugged().select(group=group):
        try:
            module = point.load()
        except Exception as reason:  # noqa: BLE001 (it is somebody else's, and told)
            _leave_out(point.name, group, repr(reason))
            continue
        if point.name in modules:
            _leave_out(point.name, group, "the name is taken")
        elif not _has(module, attribute):
            _leave_out(point.name, group, f"it has no {attribute}")
        else:
            known[point.name] = module
    return known


def package_of(module: str) -> str:
    """Return which package a module comes with, and its version: Surefoot itself, or one that adds to it.

    >>> package_of("surefoot.metrics.path")
    'surefoot'
    """
    if module.partition(".")[0] == "surefoot":
        return "surefoot"
    points = (point for group in GROUPS for point in _plugged().select(group=group, module=module))
    return next((f"{each.dist.name} {each.dist.version}" for each in points if each.dist), module)


def _has(module: ModuleType, attribute: str | None) -> bool:
    return attribute is None or hasattr(module, attribute)


def _leave_out(name: str, group: str, why: str) -> None:
    warnings.warn(f"The plug-in {name!r} of {group} was left out: {why}.", stacklevel=4)


@cache
def _plugged() -> EntryPoints:
    return EntryPoints() if os.environ.get(SWITCH) == "off" else cast("EntryPoints", entry_points())
