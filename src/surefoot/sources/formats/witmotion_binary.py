"""WitMotion binary: frames that begin with 0x55, as its loggers write on an SD card.

In frames of eleven bytes, 0x50 is the date, 0x51 specific force of ±16 g, 0x52 rotation of ±2000 deg/s, each
16 bits a value with a sum at the end; whatever does not add up is skipped. Samples take the time of the date
frame before them. In frames 0x61, of sensors with Bluetooth 5, 18 bytes hold acceleration, rotation and angle
at the same scale, and eight the date. Without dates, as loggers write when *time* is switched off and as the
radio sends, the rate is not known and the file is refused. Source: WitMotion standard communication protocol;
WT901BLE manual; real logs.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Issue, Recording
from surefoot.sources.assembly.one_file import one_file
from surefoot.sources.assembly.recordings import Origin, assemble, gravity_missing
from surefoot.sources.assembly.timing import Signal, check_samples

TITLE: Final = "WitMotion (binary)"

_HEAD: Final = 0x55
_WHOLE: Final = b"\x55\x61"
_WHOLE_SIZES: Final = (28, 20)
_SIZE: Final = 11
_TIME, _ACCELERATION, _ROTATION = 0x50, 0x51, 0x52
_G_A_STEP: Final = 16 / 32768
_DEGPS_A_STEP: Final = 2000 / 32768


def _is_own(data: bytes) -> bool:
    """Tell whether data begin with two frames of either kind."""
    return bool(_whole_size(data)) or (
        len(data) >= 2 * _SIZE
        and data[0] == data[_SIZE] == _HEAD
        and data[1] in range(_TIME, 0x5B)
        and sum(data[: _SIZE - 1]) % 256 == data[_SIZE - 1]
    )


def _read(data: bytes, member: str) -> tuple[Recording, ...]:
    if data.startswith(_WHOLE):
        return (_from_whole(data, member),)
    letters = np.frombuffer(data, np.uint8)
    places = _frames(letters)
    kinds = letters[places + 1]
    check_samples(int((kinds == _ACCELERATION).sum()), member)
    if not (kinds == _ACCELERATION).any():
        raise gravity_missing("frames without acceleration", "Switch acceleration on.", removed=False)
    if not (kinds == _TIME).any():
        raise _timeless(member, int((kinds == _ACCELERATION).sum()), "date frames (0x50) between the samples")
    acc = _signal(letters, places, _ACCELERATION, "acceleration", "g", _G_A_STEP)
    has_gyroscope = bool((kinds == _ROTATION).any())
    gyr = _signal(letters, places, _ROTATION, "gyroscope", "deg/s", _DEGPS_A_STEP) if has_gyroscope else None
    return (assemble(acc, gyr, Origin(+1, issues=_left_over(letters.size, places, _SIZE))),)


claims, parse = one_file(_is_own, _read)


def _whole_size(data: bytes) -> int:
    """Return the size of the frames 0x61 at the beginning, 0 where there are no two of a known one."""
    sizes = (size for size in _WHOLE_SIZES if data.startswith(_WHOLE) and data[size : size + 2] == _WHOLE)
    return next(sizes, 0)


def _from_whole(data: bytes, member: str) -> Recording:
    """Return the recording of frames 0x61; bytes between one frame and the next are passed over."""
    size = _whole_size(data)
    letters = np.frombuffer(data, np.uint8)
    places = np.flatnonzero((letters[:-1] == _WHOLE[0]) & (letters[1:] == _WHOLE[1]))
    places = places[places + size <= letters.size]
    followed = letters[np.minimum(places + size, letters.size - 1)] == _HEAD
    places = places[followed | (places + size == letters.size)]
    places = np.delete(places, _within_others(places, size))
    check_samples(places.size, member)
    if size < _WHOLE_SIZES[0]:
        raise _timeless(member, places.size, "frames with their date, as the sensor's own card holds them")
    values = letters[places[:, None] + np.arange(2, 14)].reshape(-1).view("<i2").reshape(-1, 6)
    time_s = _seconds(letters, places + 18)
    acc = Signal("acceleration", time_s, values[:, :3] * _G_A_STEP, "g")
    return assemble(
        acc,
        Signal("gyroscope", time_s, values[:, 3:] * _DEGPS_A_STEP, "deg/s"),
        Origin(+1, issues=_left_over(letters.size, places, size)),
    )


def _left_over(size: int, places: NDArray[np.intp], frame: int) -> tuple[Issue, ...]:
    """Say how many bytes of a log belong to no whole frame."""
    left = size - places.size * frame
    what = f"{left} of {size} bytes belong to no whole frame and were left out."
    return (
        (Issue("rows_dropped", "warning" if left > 0.01 * size + 2 * frame else "info", what),)
        if left
        else ()
    )


def _timeless(member: str, count: int, expected: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{member} tells no times.",
        found=f"{count} samples and no date frame",
        expected=expected,
        do="In WitMotion's settings, switch the output of time on, and record again.",
    )


def _frames(data: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Return where whole frames with a right sum begin, none within another."""
    places = np.flatnonzero(data[: max(data.size - _SIZE + 1, 0)] == _HEAD)
    sums = np.zeros(places.size, np.uint8)
    for offset in range(_SIZE - 1):
        sums += data[places + offset]
    places = places[sums == data[places + _SIZE - 1]]
    return np.delete(places, _within_others(places))


def _within_others(places: NDArray[np.intp], size: int = _SIZE) -> list[int]:
    """Return the indices of frames that begin within one before them, itself not within another.

    >>> _within_others(np.array([0, 4, 11, 22, 33, 37, 40, 44]))
    [1, 5, 6]
    """
    within: list[int] = []
    last = -size
    for index in np.flatnonzero(np.diff(places) < size).tolist():
        last = int(places[index]) if places[index] >= last + size else last
        if places[index + 1] < last + size:
            within.append(index + 1)
    return within


def _signal(
    data: NDArray[np.uint8], places: NDArray[np.intp], kind: int, name: str, unit: str, step: float
) -> Signal:
    kinds = data[places + 1]
    own = np.flatnonzero(kinds == kind)
    payload = data[places[own][:, None] + np.arange(2, 8)]
    values = payload.reshape(-1).view("<i2").reshape(-1, 3) * step
    dates = np.flatnonzero(kinds == _TIME)
    before = np.searchsorted(dates, own) - 1
    time_s = _seconds(data, places[dates])[np.maximum(before, 0)]
    return Signal(name, np.where(before >= 0, time_s, np.nan), values, unit)


def _seconds(data: NDArray[np.uint8], places: NDArray[np.intp]) -> Floats:
    """Return the dates in s; a date that does not exist counts as unknown."""
    fields = data[places[:, None] + np.arange(2, 10)].astype(np.int64)
    year, month, day, hour, minute, second, low, high = fields.T
    known = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (hour < 24) & (minute < 60)
    months = (30 + year) * 12 + np.where(known, month, 1) - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + day - 1
    seconds = ((days * 24 + hour) * 60 + minute) * 60 + second + (low + 256 * high) / 1000
    return np.where(known, seconds, np.nan)
