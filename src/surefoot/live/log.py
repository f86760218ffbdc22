"""What a journal of a live recording holds, as lines of text with a checksum each.

::

    surefoot-journal {"version": 1, "device": "movesense", …} 5f0c11aa
    p 12.345678 0 0 b101020304 1a2b3c4d         arrival in s, segment, characteristic, bytes
    m 12.500000 "hold" 0badf00d                 a mark
    end 9c2e01f3

A line torn by a crash is seen as such, and everything before it counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from surefoot.diary.journal_lines import checked, unchecked
from surefoot.errors import UnreadableFileError

VERSION: Final = 1
MAGIC: Final = "surefoot-journal"
ZERO_MARK: Final = "zero "

StateKind = Literal[
    "searching",
    "connecting",
    "battery",
    "streaming",
    "weak",
    "lost",
    "silent",
    "off",
    "slept",
    "slow",
    "moving",
    "unsaved",
    "saved",
    "closed",
]


@dataclass(frozen=True, slots=True)
class Header:
    """What a journal is of: device key, its description where it is a custom one, the rate asked for.

    `host_zero` is the wall time at the host's monotonic zero, which stands still while a computer sleeps: a
    mark ``zero`` tells it anew. `setup` are the conditions in plain words.
    `chars` are the characteristics that lines refer to by number.
    """

    device: str
    chars: tuple[str, ...]
    host_zero: datetime
    rate_hz: float = 0.0
    description: str = ""
    setup: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Packet:
    """What arrived at one time: monotonic host time, link segment, what of the header's `chars`, bytes."""

    arrival_s: float
    segment: int
    char: str
    data: bytes


@dataclass(frozen=True, slots=True)
class LogMark:
    """Something that happened at a time of the host's monotonic clock."""

    at_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Log:
    """What a journal holds. `whole` tells that it was closed, so that nothing is missing at its end."""

    header: Header
    packets: tuple[Packet, ...]
    marks: tuple[LogMark, ...]
    whole: bool

    def between(self, start_s: float, end_s: float) -> Log:
        """Return the part of the log in ``[start_s, end_s)``, with the replies that came before it.

        Packets of characteristics that are silent in the span are replies to what started the sensor;
        without them the samples may not be understood.
        """
        inside = [packet for packet in self.packets if start_s <= packet.arrival_s < end_s]
        streaming = {packet.char for packet in inside}
        replies = [p for p in self.packets if p.arrival_s < start_s and p.char not in streaming]
        segments = {packet.segment for packet in inside}
        told = [packet for packet in replies if packet.segment in segments]
        packets = sorted([*told, *inside], key=lambda packet: packet.arrival_s)
        marks = tuple(mark for mark in self.marks if start_s <= mark.at_s < end_s)
        header = replace(self.header, host_zero=self._zero_before(end_s))
        return Log(header, tuple(packets), marks, self.whole)

    def _zero_before(self, end_s: float) -> datetime:
        """Return the wall time at the host's monotonic zero as it was last told before `end_s`."""
        told = [m.text for m in self.marks if m.at_s < end_s and m.text.startswith(ZERO_MARK)]
        return datetime.fromisoformat(told[-1].removeprefix(ZERO_MARK)) if told else self.header.host_zero


@dataclass(frozen=True, slots=True)
class State:
    """What the link is doing now, in words for the person; `value` is the percentage of a battery."""

    at_s: float
    kind: StateKind
    text: str
    value: float = 0.0


def write_log(log: Log) -> bytes:
    """Return the bytes of a closed journal that holds `log`."""
    chars = {char: number for number, char in enumerate(log.header.chars)}
    lines = [header_line(log.header)]
    lines += [packet_line(packet, chars) for packet in log.packets]
    lines += [mark_line(mark) for mark in log.marks]
    return b"".join(checked(line) for line in [*lines, "end"])


def read_log(data: bytes) -> Log:
    """Return what a journal holds, up to the first line that is torn or damaged.

    Raises UnreadableFileError where not even the first line is whole.
    """
    lines = [unchecked(line) for line in data.split(b"\n")]
    sound = lines[: lines.index(None)] if None in lines else lines
    if not sound or not (sound[0] or "").startswith(MAGIC):
        raise UnreadableFileError(
            "This is not a journal of a recording, or its beginning is damaged.",
            found=repr(data[:40]),
            expected=f"a file that begins with {MAGIC}",
            do="Nothing of it can be used; record again.",
        )
    header = _read_header((sound[0] or "").removeprefix(MAGIC))
    packets, marks = [], []
    for line in filter(None, sound[1:]):
        if line.startswith("p "):
            packets.append(_read_packet(line, header.chars))
        elif line.startswith("m "):
            _, at_s, text = line.split(" ", 2)
            marks.append(LogMark(float(at_s), json.loads(text)))
    return Log(header, tuple(packets), tuple(marks), whole="end" in sound)


def without_setup(log: Log) -> Log:
    """Return what the sensor sent alone: who it was of stands in the trial, where it can be corrected."""
    return replace(log, header=replace(log.header, setup={}))


def header_line(header: Header) -> str:
    """Return the content of the first line."""
    told = {
        "version": VERSION,
        "device": header.device,
        "chars": list(header.chars),
        "host_zero": header.host_zero.isoformat(),
        "rate_hz": header.rate_hz,
        "description": header.description,
        "setup": dict(header.setup),
    }
    return f"{MAGIC} {json.dumps(told)}"


def _read_header(text: str) -> Header:
    told = json.loads(text)
    if told["version"] != VERSION:
        raise UnreadableFileError(
            "The journal was written by another version.",
            found=f"version {told['version']}",
            expected=f"version {VERSION}",
            do="Use the version of Surefoot that recorded it.",
        )
    return Header(
        device=told["device"],
        chars=tuple(told["chars"]),
        host_zero=datetime.fromisoformat(told["host_zero"]),
        rate_hz=told["rate_hz"],
        description=told["description"],
        setup=told["setup"],
    )


def packet_line(packet: Packet, chars: Mapping[str, int]) -> str:
    """Return the content of a packet's line; `chars` numbers the characteristics."""
    return f"p {packet.arrival_s:.6f} {packet.segment} {chars[packet.char]} {packet.data.hex() or '-'}"


def _read_packet(line: str, chars: Sequence[str]) -> Packet:
    _, arrival_s, segment, char, data = line.split(" ")
    return Packet(float(arrival_s), int(segment), chars[int(char)], bytes.fromhex(data.strip("-")))


def mark_line(mark: LogMark) -> str:
    """Return the content of a mark's line."""
    return f"m {mark.at_s:.6f} {json.dumps(mark.text)}"
