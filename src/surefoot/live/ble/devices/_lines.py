"""Text lines of numbers: one line a sample, as the sketches of small boards send them.

Numbers parted by commas, semicolons, tabs or blanks, or a JSON object with the keys ``t``, ``ax`` ``ay``
``az``, ``gx`` ``gy`` ``gz``: ``ax,ay,az``, or ``t,ax,ay,az``, or ``ax,ay,az,gx,gy,gz``, or
``t,ax,ay,az,gx,gy,gz``. The time is in whole milliseconds as `millis()` gives it, the acceleration in g, mg
or m/s² (gravity tells which), the rotation in degrees per second.
"""

import json
import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from surefoot.live.ble.device import Block, Decode, Decoded, DeviceClock, Notification, blocks_of
from surefoot.live.ble.devices._wire import RADPS_PER_DPS, batches, rotation, sent_at
from surefoot.model import Recording

_UUID = "6e40000{}-b5a3-f393-e0a9-e50e24dcca9e".format
# The service that Nordic named, and its two characteristics; which of them sends is not the same everywhere.
SERVICE, SECOND, THIRD = _UUID(1), _UUID(2), _UUID(3)
LONGEST_LINE: Final = 256
KEYS: Final = ("ax", "ay", "az", "gx", "gy", "gz")
CLOCK = DeviceClock(tick_s=1e-3, bits=32, of="first")
_SEPARATORS = re.compile(r"[,;\s]+")


def parse_line(line: str) -> tuple[Block, ...]:
    """Return the sample of a line, or none where it is not one.

    >>> [block.ticks for block in parse_line("1200,0.1,0.2,9.8")]
    [1200]
    >>> parse_line("hello, world")
    ()
    """
    try:
        numbers = _from_json(line) if line.startswith("{") else [float(w) for w in _SEPARATORS.split(line)]
        ticks = int(numbers.pop(0)) if len(numbers) in (4, 7) else None
    except (ValueError, OverflowError, TypeError, KeyError, RecursionError):
        return ()
    if len(numbers) not in (3, 6):
        return ()
    values = np.array([numbers], dtype=float)
    gyr = values[:, 3:] * RADPS_PER_DPS if len(numbers) == 6 else None
    return blocks_of(values[:, :3], gyr, ticks=ticks)


def decode_from(sending: str) -> Decode:
    """Return what reads the sample of every line that has ended, from one characteristic."""

    def decode(char: str, data: bytes, carry: Mapping[str, bytes]) -> Decoded:
        if char != sending:
            return Decoded(carry=carry)
        *lines, rest = (carry.get(sending, b"") + data).split(b"\n")
        blocks = [block for line in lines for block in parse_line(line.decode("ascii", "replace").strip())]
        return Decoded(tuple(blocks), {sending: rest[-LONGEST_LINE:]})

    return decode


def encode_from(sending: str, recording: Recording, piece_bytes: int = 244) -> tuple[Notification, ...]:
    """Return what a sketch with `millis()` would send, from one characteristic, in pieces of that length."""
    dps = rotation(recording) / RADPS_PER_DPS
    lines = [(sent_at(recording, one), _line(recording, one.start, dps)) for one in batches(recording, 1)]
    return tuple(
        Notification(sent_s, sending, line[at : at + piece_bytes].encode())
        for sent_s, line in lines
        for at in range(0, len(line), piece_bytes)
    )


def _line(recording: Recording, sample: int, dps: np.ndarray) -> str:
    milliseconds = CLOCK.ticks_at(recording.time_s[sample])
    values = ",".join(f"{value:.4f}" for value in (*recording.acc_mps2[sample], *dps[sample]))
    return f"{milliseconds},{values}\n"


def _from_json(line: str) -> list[float]:
    sample = json.loads(line)
    keys = KEYS if "gx" in sample else KEYS[:3]
    return [float(sample[key]) for key in ((*("t",), *keys) if "t" in sample else keys)]
