"""Movesense: JSON of the logbook, of the Showcase app or of a logbook's ``Samples``, its packets spread.

Specific force in m/s², rotation in deg/s. A packet of several samples carries one time, in whole ms, of its
first sample; the others lie evenly between it and the next packet. Source: Movesense sensor API,
``/Meas/IMU6`` and ``/Meas/IMU9``; real exports.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from surefoot.dsp import spread_packets
from surefoot.model import Recording
from surefoot.sources.assembly.json_members import expecting, json_head, read_json
from surefoot.sources.assembly.one_file import one_file
from surefoot.sources.assembly.recordings import Origin, assemble, gravity_missing
from surefoot.sources.assembly.timing import Signal

TITLE: Final = "Movesense (JSON)"

_KEYS: Final = ('"ArrayAcc"', '"ArrayGyro"')
_SHAPE: Final = "packets with Timestamp and ArrayAcc of x, y and z"
_HINT: Final = "Record IMU6 or IMU9, or the accelerometer."


def _is_own(data: bytes) -> bool:
    text = json_head(data)
    return text.startswith("{") and any(key in text for key in _KEYS)


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    document = read_json(data, member)
    with expecting(member, _SHAPE):
        packets = list(_packets(document))
        acc = _signal(packets, "ArrayAcc", "acceleration", "m/s2")
        gyr = _signal(packets, "ArrayGyro", "gyroscope", "deg/s")
    if acc is None:
        raise gravity_missing("only a gyroscope", _HINT, removed=False)
    return (assemble(acc, gyr, Origin(+1)),)


claims, parse = one_file(_is_own, _read)


def _packets(document: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the packets of a logbook, grouped by measurement, or of records that stand one after another."""
    if "Meas" in document:
        for packets in document["Meas"].values():
            yield from packets
    else:
        for record in document["Samples" if "Samples" in document else "data"]:
            yield from (packet for packet in record.values() if isinstance(packet, Mapping))


def _signal(packets: list[Mapping[str, Any]], key: str, name: str, unit: str) -> Signal | None:
    own = [packet for packet in packets if packet.get(key)]
    if not own:
        return None
    values = np.array([[float(row[axis]) for axis in "xyz"] for packet in own for row in packet[key]])
    stamps = np.array([float(packet["Timestamp"]) for packet in own]) / 1000
    return Signal(name, spread_packets(stamps, np.array([len(packet[key]) for packet in own])), values, unit)
