"""Axivity AX3 and AX6: the device's own CWA file, blocks of 512 bytes behind a header of 1024.

Specific force in g, and the AX6's rotation in deg/s, at the scale that each block tells, packed in 10 bits or
in 16. A block has one time, with a fraction of a second; its samples lie evenly between it and the next
block's. A block whose sum is wrong is left out, so it is a gap. The dates have no zone. Source: openmovement,
*CWA file format* and its reference decoder.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.dsp import spread_packets
from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Issue, Recording
from surefoot.sources.assembly.one_file import one_file
from surefoot.sources.assembly.recordings import Origin, assemble
from surefoot.sources.assembly.timing import Signal, check_samples

TITLE: Final = "Axivity AX3 / AX6 (CWA)"

_HEADER: Final = 1024
_BLOCK: Final = np.dtype(
    [
        ("magic", "S2"), ("length", "<u2"), ("fraction", "<u2"), ("session", "<u4"), ("sequence", "<u4"),
        ("time", "<u4"), ("scale", "<u2"), ("temperature", "<u2"), ("events", "u1"), ("battery", "u1"),
        ("rate", "u1"), ("packing", "u1"), ("offset", "<i2"), ("count", "<u2"), ("data", "u1", 480),
        ("sum", "<u2"),
    ]
)  # fmt: skip
_GYR_RANGE_DEGPS: Final = 8000
_Blocks = NDArray[np.void]


def _is_own(data: bytes) -> bool:
    return data.startswith(b"MD") and data[_HEADER : _HEADER + 2] == b"AX"


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    blocks, issues = _blocks(data, member)
    axes = int(blocks["packing"][0]) >> 4
    counts = blocks["count"].astype(np.int64)
    check_samples(int(counts.sum()), member)
    raw = _unpacked(blocks, axes, counts)
    time_s = spread_packets(_block_seconds(blocks), counts, 1 / float(_rates_hz(blocks)[0]))
    scale = blocks["scale"].astype(np.int64)
    acc_g = raw[:, -3:] * np.repeat(2.0 ** -(8.0 + (scale >> 13)), counts)[:, None]
    gyr = None
    if axes == 6:
        step_degps = _GYR_RANGE_DEGPS / 2.0 ** ((scale >> 10) & 7) / 32768
        values = raw[:, :3] * np.repeat(step_degps, counts)[:, None]
        gyr = Signal("gyroscope", time_s, values, "deg/s")
    return (assemble(Signal("acceleration", time_s, acc_g, "g", issues), gyr, Origin(+1)),)


claims, parse = one_file(_is_own, _read)


def _blocks(data: bytes, member: str) -> tuple[_Blocks, tuple[Issue, ...]]:
    """Return the whole blocks of one kind, and how many were left out."""
    whole = (len(data) - _HEADER) // _BLOCK.itemsize
    every = np.frombuffer(data, _BLOCK, whole, _HEADER)
    words = np.frombuffer(data, "<u2", whole * 256, _HEADER).reshape(-1, 256)
    right = (every["magic"] == b"AX") & (words.sum(axis=1, dtype=np.uint16) == 0) & (every["count"] > 0)
    kind = every["packing"][right][:1]
    blocks = every[right & (every["packing"] == (kind[0] if kind.size else 0))]
    if not blocks.size or int(kind[0]) not in (0x30, 0x32, 0x62):
        raise UnreadableFileError(
            f"{member} holds no block of samples that can be read.",
            found=f"{whole} blocks, packing {kind.tolist()}",
            expected="blocks of acceleration, or acceleration and rotation",
            do="Copy the file from the device again.",
        )
    lost = whole - blocks.size
    what = f"{lost} of {whole} blocks are damaged and were left out."
    return blocks, (Issue("rows_dropped", "warning", what),) if lost else ()


def _unpacked(blocks: _Blocks, axes: int, counts: NDArray[np.int64]) -> Floats:
    """Return the raw values (n, axes) of all samples."""
    payload = np.ascontiguousarray(blocks["data"])
    if blocks["packing"][0] & 15:
        values = payload.view("<i2").reshape(len(blocks), -1, axes).astype(np.float64)
    else:
        words = payload.view("<u4").astype(np.int64)
        tens = np.stack([(words >> shift & 0x3FF ^ 0x200) - 0x200 for shift in (0, 10, 20)], axis=-1)
        values = (tens << (words >> 30)[..., None]).astype(np.float64)
    held = np.arange(values.shape[1]) < counts[:, None]
    return np.asarray(values[held])


def _rates_hz(blocks: _Blocks) -> Floats:
    """Return the nominal rate that each block tells."""
    return np.asarray(3200 / 2.0 ** (15 - (blocks["rate"] & 15).astype(np.float64)))


def _block_seconds(blocks: _Blocks) -> Floats:
    """Return the time of each block's first sample in s."""
    rate_hz = _rates_hz(blocks)
    has_fraction = blocks["fraction"] >= 0x8000
    fraction = np.where(has_fraction, (blocks["fraction"].astype(np.int64) & 0x7FFF) << 1, 0)
    offset = blocks["offset"] + np.floor(fraction * rate_hz / 65536)
    whole_s = _seconds(blocks["time"].astype(np.int64))
    return np.asarray(whole_s + fraction / 65536 - offset / rate_hz)


def _seconds(packed: NDArray[np.int64]) -> Floats:
    """Return times packed as year, month, day, hour, minute and second in s."""
    months = (packed >> 26) * 12 + np.clip((packed >> 22) & 15, 1, 12) - 1
    days = months.astype("timedelta64[M]") + np.datetime64("2000-01")
    day = days.astype("datetime64[D]").astype(np.int64) + ((packed >> 17) & 31)
    minutes = (day * 24 + ((packed >> 12) & 31)) * 60 + ((packed >> 6) & 63)
    return np.asarray(minutes * 60.0 + (packed & 63))
