"""Text lines of numbers: one line a sample, as the sketches of small boards send them.

Numbers parted by commas, semicolons, tabs or blanks: ``ax,ay,az``, or ``t,ax,ay,az``, or
``ax,ay,az,gx,gy,gz``, or ``t,ax,ay,az,gx,gy,gz``; three more (a magnetometer) are left out. Or numbers with
labels, as ``ax:0.1 ay=0.2``, ``Acc: 0.1,0.2,9.8 Gyro: 1,2,3`` or a JSON object: then the labels tell, in any
order, and what they do not name is left out. The time is in s, ms or µs (arrivals tell which), the
acceleration in g, mg or m/s² (gravity tells), the rotation in °/s, or rad/s where gravity tells.
"""

import re
from collections.abc import Mapping, Sequence
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
# `micros()`; seconds, and milliseconds, that have decimals: of these a millionth is a tick.
OTHER_CLOCKS = (DeviceClock(1e-6, 32, "first"), DeviceClock(1e-9, 64, "first"))
LINE: Final = "t,ax,ay,az[,gx,gy,gz] with t in s, ms or µs, or without it; or ax:0.1 ay:0.2 az:9.8 …"
_PART_OF_ONE: Final = 1e6
_LONGEST_TIME: Final = 1e18
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_ENTRY = re.compile(rf'\s*(?:"?([A-Za-z]\w*(?: \w+)?)"?\s*[:=]\s*)?({_NUMBER})\s*(?:[,;\s]|$)')
_TIMES: Final = frozenset({"t", "time", "ts", "timestamp", "millis", "ms", "micros", "us", "s"})
_AXIS = re.compile(r"(a|acc|accel|acceleration|g|gyr|gyro|gyroscope|rot)?_?([xyz])")
_TRIPLES: Final = {
    **dict.fromkeys(("a", "acc", "accel", "acceleration", "accelerometer"), KEYS[:3]),
    **dict.fromkeys(("g", "gyr", "gyro", "gyroscope"), KEYS[3:]),
}
# By how many there are: whether a time comes first, and how many of the rest are read.
_PLAIN: Final = {3: (False, 3), 4: (True, 3), 6: (False, 6), 7: (True, 6), 9: (False, 6), 10: (True, 6)}
Entry = tuple[str, str]


def parse_line(line: str) -> tuple[Block, ...]:
    """Return the sample of a line, or none where it is not one.

    >>> [block.ticks for block in parse_line("1200,0.1,0.2,9.8")]
    [1200]
    >>> [block.ticks for block in parse_line("ax:0.1 ay:0.2 az:9.8 time:1.25 temp:21")]
    [1250000]
    >>> parse_line("hello, world")
    ()
    """
    named = _named(_entries(line))
    acc, gyr = ([named.get(key) for key in keys] for keys in (KEYS[:3], KEYS[3:]))
    if None in acc or (None in gyr and gyr.count(None) < len(gyr)):
        return ()
    turn = None if None in gyr else np.array([gyr], dtype=float) * RADPS_PER_DPS
    return blocks_of(np.array([acc], dtype=float), turn, ticks=_ticks(named.get("t")))


def _entries(line: str) -> list[Entry]:
    """Return the numbers of a line, each with its label or an empty text; none where there is more in it."""
    line = line.strip().removeprefix("{").removesuffix("}")
    entries, at = [], 0
    while at < len(line):
        found = _ENTRY.match(line, at)
        if found is None:
            return []
        entries.append((re.sub(r"\W+", "_", found[1] or "").lower(), found[2]))
        at = found.end()
    return entries


def _named(entries: Sequence[Entry]) -> dict[str, str]:
    """Return the numbers under `KEYS` and ``t``, by their labels, else by how many there are."""
    first = entries[0][0] if entries else ""
    alone = first in _TRIPLES and len(entries) > 3 and not any(label for label, _ in entries[1:])
    if alone or not any(label for label, _ in entries):
        has_time, count = _PLAIN.get(len(entries), (False, 0))
        keys = (*("t",) * has_time, *KEYS[:count])
        return {key: number for key, (_, number) in zip(keys, entries, strict=False)}
    named: dict[str, str] = {}
    triple: Sequence[str] = ()
    for label, number in entries:
        triple = _TRIPLES.get(label, ()) if label else triple
        if triple:
            named[triple[0]], triple = number, triple[1:]
        elif label in _TIMES:
            named["t"] = number
        elif (axis := _AXIS.fullmatch(label)) is not None:
            named[("g" if (axis[1] or "a")[0] in "gr" else "a") + axis[2]] = number
    return named


def _ticks(time: str | None) -> int | None:
    """Return a time as ticks: whole numbers as they are, others in millionths."""
    if time is None or not abs(float(time)) < _LONGEST_TIME:
        return None
    return int(time) if time.lstrip("+-").isdigit() else round(float(time) * _PART_OF_ONE)


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
