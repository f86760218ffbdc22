"""What was pulled from a phone, as the tables that phyphox itself would have exported of the same stretch.

So a recording over the network and its file are read by the same source, and kept in the diary alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

import numpy as np

from surefoot.errors import NoSamplesError
from surefoot.live.log import Packet
from surefoot.live.phyphox.protocol import ACCELEROMETER, GYROSCOPE, Experiment, read_reply
from surefoot.live.phyphox.puller import META, ROWS, TIME, unpack
from surefoot.model import Floats

TABLES: Final = {
    ACCELEROMETER: ("Accelerometer.csv", "Acceleration {} (m/s^2)"),
    GYROSCOPE: ("Gyroscope.csv", "Gyroscope {} (rad/s)"),
}
MIN_SAMPLES: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Rows (n, 4) of time, x, y and z by sensor on one clock of the phone, times rising.

    `zero_s` is the host's time of the phone's zero: no row can have been measured after it arrived.
    """

    rows: Mapping[str, Floats]
    zero_s: float
    starts: Sequence[tuple[float, float]] = ()

    def between(self, start_s: float, end_s: float) -> Stretch:
        """Return the rows in ``[start_s, end_s)`` of the host's time."""
        cut = {
            sensor: rows[(rows[:, 0] + self.zero_s >= start_s) & (rows[:, 0] + self.zero_s < end_s)]
            for sensor, rows in self.rows.items()
        }
        return Stretch(cut, self.zero_s, self.starts)


def gather(layout: Experiment, packets: Iterable[Packet]) -> tuple[Stretch, ...]:
    """Return the stretches that packets hold, one for each segment with samples.

    A row that came twice is taken once; null is no number.
    """
    segments: dict[int, list[Packet]] = {}
    for packet in packets:
        segments.setdefault(packet.segment, []).append(packet)
    stretches = (_stretch(layout, segments[number]) for number in sorted(segments))
    return tuple(stretch for stretch in stretches if len(stretch.rows[ACCELEROMETER]))


def export(
    layout: Experiment, packets: Sequence[Packet], start_s: float, end_s: float, zone: tzinfo | None = None
) -> dict[str, bytes]:
    """Return phyphox's files of what was measured in ``[start_s, end_s)`` of the host's time.

    Of several stretches the one with the most samples there counts. `zone` is the host's, which the phone
    does not tell. Raises NoSamplesError where fewer than ten samples are left.
    """
    cuts = [stretch.between(start_s, end_s) for stretch in gather(layout, packets)]
    best = max(cuts, key=lambda cut: len(cut.rows[ACCELEROMETER]), default=None)
    if best is None or len(best.rows[ACCELEROMETER]) < MIN_SAMPLES:
        raise NoSamplesError(
            "The phone sent too little to measure.",
            found=f"{len(best.rows[ACCELEROMETER]) if best else 0} samples in {end_s - start_s:.0f} s",
            expected=f"at least {MIN_SAMPLES} samples",
            do="Keep phyphox in front and the screen on, and record again.",
        )
    files = {TABLES[s][0]: _table(TABLES[s][1], rows) for s, rows in best.rows.items() if len(rows)}
    files["meta/device.csv"] = _device(packets)
    if best.starts:
        files["meta/time.csv"] = _events(best, zone)
    return files


def _stretch(layout: Experiment, packets: Sequence[Packet]) -> Stretch:
    told = [(p.arrival_s, read_reply(unpack(p.data), layout)) for p in packets if p.char == ROWS]
    newest = [
        (at_s, reply.newest_s[ACCELEROMETER]) for at_s, reply in told if ACCELEROMETER in reply.newest_s
    ]
    rows = {
        sensor: _rising([reply.rows[sensor] for _, reply in told if sensor in reply.rows])
        for sensor in layout.buffers
    }
    starts = [json.loads(unpack(p.data)) for p in packets if p.char == TIME]
    pairs = tuple((float(at_s), float(epoch_s)) for at_s, epoch_s in (starts[-1] if starts else ()))
    return Stretch(rows, min((at_s - last_s for at_s, last_s in newest), default=0.0), pairs)


def _rising(parts: Sequence[Floats]) -> Floats:
    rows = np.vstack(parts) if parts else np.empty((0, 4))
    if not len(rows):
        return np.empty((0, 4))
    keep = np.r_[True, rows[1:, 0] > np.maximum.accumulate(rows[:, 0])[:-1]]
    return np.asarray(rows[keep])


def _table(header: str, rows: Floats) -> bytes:
    names = ["Time (s)", *(header.format(axis) for axis in "xyz")]
    lines = [",".join(f'"{name}"' for name in names)]
    lines += [",".join(map(_number, row)) for row in rows.tolist()]
    return ("\n".join(lines) + "\n").encode()


def _number(value: float) -> str:
    """Return a number as phyphox writes it, one that is none included.

    >>> _number(0.0028105), _number(float("nan"))
    ('2.810500000E-3', 'NaN')
    """
    if np.isnan(value):
        return "NaN"
    mantissa, _, exponent = f"{value:.9E}".partition("E")
    return f"{mantissa}E{int(exponent)}"


def _device(packets: Iterable[Packet]) -> bytes:
    told = [json.loads(unpack(packet.data)) for packet in packets if packet.char == META]
    rows = [("property", "value"), *(told[-1].items() if told else ())]
    cells = [[text.replace('"', "'").replace("\n", " ") for text in row] for row in rows]
    return "".join(f'"{key}","{value}"\n' for key, value in cells).encode()


def _events(stretch: Stretch, zone: tzinfo | None) -> bytes:
    """Return when the stretch began and ended: its last START not after its first row, and its last row."""
    rows = stretch.rows[ACCELEROMETER]
    before = [start for start in stretch.starts if start[0] <= rows[0, 0]] or [stretch.starts[0]]
    at_s, epoch_s = before[-1]
    events = (("START", at_s, epoch_s), ("PAUSE", rows[-1, 0], epoch_s + rows[-1, 0] - at_s))
    lines = ['"event","experiment time","system time","system time text"']
    for event, second, epoch in events:
        moment = datetime.fromtimestamp(epoch, UTC).astimezone(zone or UTC)
        text = f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d} UTC{_zone(moment)}"
        lines.append(f'"{event}",{_number(second)},{epoch:.6f},"{text}"')
    return ("\n".join(lines) + "\n").encode()


def _zone(moment: datetime) -> str:
    zone = f"{moment:%z}"
    return f"{zone[:3]}:{zone[3:5]}"
