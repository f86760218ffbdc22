"""The tests, one file each; a new file in this folder beside `conditions` is a new test."""

import sys
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from surefoot.errors import unknown_word
from surefoot.model import Protocol, Setup
from surefoot.plugins import load

# The last second before a recording is stopped belongs to no stance.
LEAD_OUT_S: Final = 1.0


@lru_cache(maxsize=1)
def load_protocols() -> MappingProxyType[str, Protocol]:
    """Return every protocol by its key, those of entry points ``surefoot.protocols`` with them."""
    modules = load(sys.modules[__name__], "PROTOCOL", "surefoot.protocols").values()
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
    """Return the test that legs and placement of the sensor tell where nobody named one; empty without one.

    >>> usual_test("left", "lumbar"), usual_test("both", "lumbar"), usual_test("both", "board")
    ('single-leg', 'two-legs', 'wobble-board')
    """
    word = "board" if placement == "board" else leg
    return next((test.key for test in load_protocols().values() if word in test.usual_for), "")
