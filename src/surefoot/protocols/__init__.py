"""The balance tests, one file each; a new file in this folder beside `conditions` is a new test."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from surefoot.errors import unknown_word
from surefoot.model import Protocol, Setup


@lru_cache(maxsize=1)
def load_protocols() -> MappingProxyType[str, Protocol]:
    """Return every protocol by its key."""
    names = (found.name for found in iter_modules(__path__) if found.name != "conditions")
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return MappingProxyType({module.PROTOCOL.key: module.PROTOCOL for module in modules})


def protocol_for(setup: Setup) -> Protocol:
    """Return the protocol that `setup` names. Raises SetupError where there is none."""
    known = load_protocols()
    if setup.test not in known:
        raise unknown_word(
            "test", setup.test, known, "Give --test with one of these, or see `surefoot show protocols`."
        )
    return known[setup.test]


def window_length(protocol: Protocol, setup: Setup) -> float:
    """Return the analysed length in seconds for the conditions of `setup`."""
    return protocol.short_window_s.get(f"{setup.eyes}+{setup.leg}", protocol.window_s)


def usual_test(leg: str, placement: str) -> str:
    """Return the test that legs and placement of the sensor tell where nobody named one.

    >>> usual_test("left", "lumbar"), usual_test("both", "lumbar"), usual_test("both", "board")
    ('single-leg', 'two-legs', 'wobble-board')
    """
    if placement == "board":
        return "wobble-board"
    return "two-legs" if leg == "both" else "single-leg"
