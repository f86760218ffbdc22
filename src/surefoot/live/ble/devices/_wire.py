"""Bytes to arrays and back, as most sensors write them: little-endian, x y z."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.model import Floats, Recording
from surefoot.units import STANDARD_GRAVITY_MPS2

G: Final = STANDARD_GRAVITY_MPS2
RADPS_PER_DPS: Final = np.pi / 180


def ints(data: bytes, columns: int = 3) -> Floats:
    """Return little-endian int16 in rows of `columns`, whole rows only.

    >>> ints(bytes.fromhex("0100feff0300ff"))
    array([[ 1., -2.,  3.]])
    """
    rows = len(data) // (2 * columns)
    return np.frombuffer(data, "<i2", rows * columns).reshape(rows, columns).astype(float)


def floats(data: bytes, columns: int = 3) -> Floats:
    """Return little-endian float32 in rows of `columns`, whole rows only; not all need be numbers."""
    rows = len(data) // (4 * columns)
    with np.errstate(invalid="ignore"):
        return np.frombuffer(data, "<f4", rows * columns).reshape(rows, columns).astype(float)


def to_ints(values: Floats, step: float) -> NDArray[np.int16]:
    """Return values in steps of `step` as int16, held at the ends of its range."""
    return np.clip(np.round(values / step), -32768, 32767).astype("<i2")


def to_floats(values: Floats) -> bytes:
    """Return values as little-endian float32, row after row."""
    return np.ascontiguousarray(values, "<f4").tobytes()


def split_frames(stream: bytes, heads: Sequence[bytes], sizes: Sequence[int]) -> tuple[list[bytes], bytes]:
    r"""Return the frames in `stream` that begin with a head, and the bytes at its end that may begin another.

    Without a checksum a head can turn up by chance, so a frame counts only where another one, or nothing,
    follows it; of several `sizes` the first that fits. All heads have one length.

    >>> split_frames(bytes.fromhex("00 5561aa 5561bb 55"), [bytes.fromhex("5561")], [3])
    ([b'Ua\xaa', b'Ua\xbb'], b'U')
    """
    width = len(heads[0])
    begun = {head[:n] for head in heads for n in range(width + 1)}
    frames, at = [], 0
    while len(stream) - at >= min(sizes):
        ends = [at + size for size in sizes if at + size <= len(stream)]
        fits = [end for end in ends if stream[end : end + width] in begun]
        begins = stream[at : at + width] in heads
        if begins and not fits and len(ends) < len(sizes):
            break
        if begins and fits:
            frames.append(stream[at : fits[0]])
        at = fits[0] if begins and fits else at + 1
    while stream[at : at + width] not in begun:
        at += 1
    return frames, stream[at:]


def rotation(recording: Recording) -> Floats:
    """Return the rotation rate (n, 3) in rad/s that a twin sends; nothing turns where none was recorded."""
    return np.zeros_like(recording.acc_mps2) if recording.gyr_radps is None else recording.gyr_radps


def batches(recording: Recording, size: int) -> Iterator[slice]:
    """Yield the samples of each packet of `size`; a last one that does not fill up is never sent."""
    for first in range(0, recording.time_s.size - size + 1, size):
        yield slice(first, first + size)


def sent_at(recording: Recording, batch: slice) -> float:
    """Return when a packet can leave: once its last sample is taken."""
    return float(recording.time_s[batch.stop - 1])
