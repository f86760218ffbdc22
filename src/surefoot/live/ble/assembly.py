"""Packets to a `Recording`: decoded, placed in time, put on one clock, in SI, with what is wrong said."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import NoSamplesError, UnitError
from surefoot.live.ble.clock import Track, drift_ppm, place, slope_of, track
from surefoot.live.ble.device import Block, Device, DeviceClock
from surefoot.live.ble.link_quality import LinkQuality, issues_of, usual_pause
from surefoot.live.ble.ticks import judge_clock, split_at_restarts
from surefoot.live.log import Packet
from surefoot.model import Floats, Issue, Recording, Sensor
from surefoot.sources.inference.sensors import rotation_unit
from surefoot.units import ACCELERATION_TO_MPS2, ROTATION_TO_RADPS, acceleration_unit

MIN_SAMPLES: Final = 10
GYRO_HOLE_S: Final = 0.10
LEAST_STEP_S: Final = 1e-9
FULL_SCALE: Final = 0.999
SOURCE: Final = "bluetooth"
Mask = NDArray[np.bool_]
_Arrived = list[tuple[float, Block]]


@dataclass(frozen=True, slots=True, eq=False)
class _Stream:
    """One stream over all segments: host times (n,), values (n, 3), its tracks, pauses between segments.

    `restarts` counts how often the sensor's clock began anew within one, `overlapping` the samples left out
    for they would lie before others, `uncovered` those near which no rotation came. `clock_factor` is how
    many times too fast the sensor's clock ran, 0 where it stood still.
    """

    time_s: Floats
    acc: Floats
    gyr: Floats
    tracks: tuple[Track, ...]
    gaps_s: tuple[float, ...]
    restarts: int = 0
    overlapping: int = 0
    uncovered: int = 0
    clock_factor: float = 1.0


def assemble(
    device: Device,
    packets: Sequence[Packet],
    *,
    nominal_hz: float = 0.0,
    host_zero: datetime | None = None,
    part: str = "",
) -> tuple[Recording, LinkQuality]:
    """Return the recording that `packets` of one sensor hold, and how they came.

    `nominal_hz` is the rate that was asked for, `host_zero` the wall time at the host's monotonic zero.
    Acceleration and rotation in streams of their own are put on the acceleration's times. Raises
    NoSamplesError where fewer than ten samples are left, UnitError where gravity is in no known unit.
    """
    segments, empty = _decode(device, packets)
    found = {kind: _join(parts, device, nominal_hz) for kind, parts in segments.items()}
    streams = {kind: stream for kind, stream in found.items() if stream is not None}
    main = max(("imu", "acc"), key=lambda kind: streams[kind].time_s.size if kind in streams else -1)
    if main not in streams:
        raise _too_few(device, packets, 0)
    stream = streams[main]
    stream = _with_rotation(stream, streams["gyr"]) if main == "acc" and "gyr" in streams else stream
    if stream.time_s.size < MIN_SAMPLES:
        raise _too_few(device, packets, stream.time_s.size)
    acc, unit = _in_si(stream.acc, device)
    stream, turning = _turned_as_gravity(stream, device)
    reception = _describe(device, packets, stream, acc, empty, nominal_hz)
    gyroscope = {"gyroscope": Sensor(reception.rate_hz, "rad/s")} if stream.gyr.size else {}
    recording = Recording(
        stream.time_s - stream.time_s[0],
        acc,
        stream.gyr if stream.gyr.size else None,
        source=SOURCE,
        part=part,
        sha256=_digest(packets),
        platform="Bluetooth",
        device_model=device.title,
        started=None if host_zero is None else host_zero + timedelta(seconds=reception.zero_s),
        sensors={"acceleration": Sensor(reception.rate_hz, unit, 1, includes_gravity=True), **gyroscope},
        issues=(*issues_of(reception), *turning),
        notes=(f"times from the {reception.method}",),
    )
    return recording, reception


def _decode(device: Device, packets: Sequence[Packet]) -> tuple[dict[str, list[_Arrived]], int]:
    """Return blocks and arrivals by stream, a list for each segment; and how many packets held none."""
    streams: dict[str, list[_Arrived]] = {}
    empty = 0
    for _, segment in groupby(packets, key=lambda packet: packet.segment):
        held: dict[str, _Arrived] = {}
        carry: dict[str, bytes] = {}
        for packet in segment:
            decoded = device.decode(packet.char, packet.data, carry)
            empty += not decoded.blocks
            carry = dict(decoded.carry)
            for block in decoded.blocks:
                held.setdefault(block.stream, []).append((packet.arrival_s, block))
        for kind, blocks in held.items():
            streams.setdefault(kind, []).append(blocks)
    return streams, empty


def _join(segments: list[_Arrived], device: Device, nominal_hz: float) -> _Stream | None:
    """Place a stream's segments one after the other; a sample that would lie before the last is left out."""
    clock, clock_factor = _clock_of(max(segments, key=len), device)
    found = [_tracks(arrived, device, clock, nominal_hz) for arrived in segments]
    longest = max((t for tracks in found for t in tracks), key=lambda t: t.span_s, default=None)
    slope_s = slope_of(longest) if longest else 0.0
    placed = [[(t, times) for t in tracks if (times := place(t, slope_s)) is not None] for tracks in found]
    placed = [segment for segment in placed if segment]
    parts = [part for segment in placed for part in segment]
    if not parts:
        return None
    time_s = np.concatenate([times for _, times in parts])
    keep: Mask = np.r_[True, time_s[1:] > np.maximum.accumulate(time_s)[:-1] + LEAST_STEP_S]
    blocks = [block for t, _ in parts for block in t.blocks]
    acc, gyr = (_stacked([b.acc for b in blocks], keep), _stacked([b.gyr_radps for b in blocks], keep))
    gaps_s = tuple(float(after[0][1][0] - before[-1][1][-1]) for before, after in pairwise(placed))
    return _Stream(
        time_s[keep],
        acc,
        gyr,
        tuple(t for t, _ in parts),
        gaps_s,
        restarts=len(parts) - len(placed),
        overlapping=int((~keep).sum()),
        clock_factor=clock_factor,
    )


def _clock_of(arrived: _Arrived, device: Device) -> tuple[DeviceClock | None, float]:
    """Return the clock of a stream, in the unit in which it agrees with the arrivals, and its factor."""
    if device.clock is None or not arrived:
        return None, 1.0
    ticks = [block.ticks for _, block in arrived]
    return judge_clock(ticks, [at_s for at_s, _ in arrived], (device.clock, *device.other_clocks))


def _tracks(arrived: _Arrived, device: Device, clock: DeviceClock | None, nominal_hz: float) -> list[Track]:
    """Return the tracks of one segment: one, or several where the sensor's clock began anew."""
    arrival_s, blocks = [at_s for at_s, _ in arrived], [block for _, block in arrived]
    pieces = split_at_restarts([block.ticks for block in blocks], arrival_s, clock)
    tracks = (
        track(blocks[piece], arrival_s[piece], clock, device.counter_bits, nominal_hz) for piece in pieces
    )
    return [found for found in tracks if found is not None]


def _stacked(parts: Sequence[Floats | None], keep: Mask) -> Floats:
    """Return the values (n, 3) of all blocks, an empty table where the stream has none."""
    told = [part for part in parts if part is not None]
    return np.vstack(told)[keep] if told else np.empty((0, 3))


def _with_rotation(stream: _Stream, rotation: _Stream) -> _Stream:
    """Return a stream of acceleration with rotation at its times, where that is near enough to tell it."""
    if rotation.time_s.size < 2:
        return stream
    after = np.searchsorted(rotation.time_s, stream.time_s).clip(1, rotation.time_s.size - 1)
    step_s = rotation.time_s[after] - rotation.time_s[after - 1]
    first_s, last_s = rotation.time_s[0] - GYRO_HOLE_S, rotation.time_s[-1] + GYRO_HOLE_S
    near = (stream.time_s >= first_s) & (stream.time_s <= last_s) & (step_s <= GYRO_HOLE_S)
    time_s = stream.time_s[near]
    gyr = np.column_stack([np.interp(time_s, rotation.time_s, column) for column in rotation.gyr.T])
    return replace(stream, time_s=time_s, acc=stream.acc[near], gyr=gyr, uncovered=int((~near).sum()))


def _turned_as_gravity(stream: _Stream, device: Device) -> tuple[_Stream, tuple[Issue, ...]]:
    """Return a stream whose rotation turns gravity, where its unit is not told, and what was taken."""
    if device.tells_gyr_unit or not stream.gyr.size:
        return stream, ()
    told = stream.gyr / ROTATION_TO_RADPS["deg/s"]
    unit = rotation_unit(stream.time_s, stream.acc, told)
    do = "Turn it by a quarter in `surefoot doctor --ble`, which tells the unit."
    if not unit:
        what = "Nothing tells the unit of the rotation that the sensor sends; ° a second was taken."
        return stream, (Issue("gyro_unit_assumed", "info", what, do),)
    if unit == "deg/s":
        return stream, ()
    what = f"The sensor does not tell the unit of rotation; gravity turns as it does in {unit}."
    return replace(stream, gyr=told * ROTATION_TO_RADPS[unit]), (
        Issue("gyro_unit_by_gravity", "info", what, do),
    )


def _in_si(acc: Floats, device: Device) -> tuple[Floats, str]:
    norm = float(np.median(np.linalg.norm(acc, axis=1)))
    unit = device.acc_unit or acceleration_unit(norm)
    if unit is None:
        raise UnitError(
            "The acceleration is not gravity in any known unit.",
            found=f"median |a| {norm:.3g}",
            expected="gravity at rest: 9.81 m/s², 1 g or 1000 mg",
            do="Correct what the sensor sends, or describe it in a TOML file with its scale.",
        )
    return acc * ACCELERATION_TO_MPS2[unit], unit


def _describe(
    device: Device, packets: Sequence[Packet], stream: _Stream, acc: Floats, empty: int, nominal_hz: float
) -> LinkQuality:
    longest = max(stream.tracks, key=lambda t: t.span_s)
    rate_hz = _rate(stream.time_s)
    pause_s = usual_pause(np.concatenate([t.arrival_s for t in stream.tracks]))
    return LinkQuality(
        method=longest.method,
        rate_hz=rate_hz,
        nominal_hz=nominal_hz,
        drift_ppm=drift_ppm(longest),
        gaps_s=stream.gaps_s,
        packets=len(packets),
        empty_packets=empty,
        lost_samples=sum(t.lost for t in stream.tracks),
        repeated_packets=sum(t.repeated for t in stream.tracks),
        stray_packets=sum(t.stray for t in stream.tracks),
        clock_restarts=stream.restarts,
        clock_factor=stream.clock_factor,
        overlapping_samples=stream.overlapping,
        uncovered_samples=stream.uncovered,
        same_share=_same_share(acc, stream.gyr),
        clipped_samples=_clipped(device, acc, stream.gyr),
        zero_s=float(stream.time_s[0]),
        uncertainty_s=max(1 / rate_hz, pause_s),
    )


def _rate(time_s: Floats) -> float:
    """Return the rate in Hz where nothing is missing: steps near the usual one over their summed time."""
    steps = np.diff(time_s)
    usual = steps[steps < 1.5 * np.median(steps)]
    return round(float(usual.size / usual.sum()), 9)


def _same_share(acc: Floats, gyr: Floats) -> float:
    """Return the share of samples equal to the one before; three coarse axes alone repeat by chance."""
    return float((np.diff(np.hstack([acc, gyr]), axis=0) == 0).all(axis=1).mean()) if gyr.size else 0.0


def _clipped(device: Device, acc: Floats, gyr: Floats) -> int:
    at_end = np.zeros(len(acc), dtype=bool)
    for values, limit in ((acc, device.acc_range_mps2), (gyr, device.gyr_range_radps)):
        if limit and values.size:
            at_end |= (np.abs(values) >= FULL_SCALE * limit).any(axis=1)
    return int(at_end.sum())


def _digest(packets: Sequence[Packet]) -> str:
    digest = hashlib.sha256()
    for packet in packets:
        digest.update(f"{packet.arrival_s:.6f} {packet.segment} {packet.char} ".encode() + packet.data)
    return digest.hexdigest()


def _too_few(device: Device, packets: Sequence[Packet], samples: int) -> NoSamplesError:
    return NoSamplesError(
        f"{device.title} sent too little to measure.",
        found=f"{samples} samples in {len(packets)} packets",
        expected=f"at least {MIN_SAMPLES} samples",
        do="Check that it is the right sensor and switched on, then record again.",
    )
