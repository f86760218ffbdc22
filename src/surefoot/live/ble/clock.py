"""Sample times from a sensor's clock, its counter, or the order of its samples; never arrivals themselves.

Every packet is late by an unknown, never negative delay, so the truth is a line below the arrivals: the
lower envelope (linear-programming fit of clock skew, Moon, Skelly and Towsley 1999,
doi:10.1109/INFCOM.1999.749287). Where the sensor has a clock, its own time is used and the line only places
it on the host's; without one the line tells the rate too, and the floor of the delays what never came: a
stall lifts it and lets it fall again, missing samples lift it for good. Own rule; sizes on the page on
Bluetooth. Each link segment is placed by itself, and so is what follows when a sensor's clock begins anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from surefoot.live.ble.device import Block, DeviceClock
from surefoot.live.ble.ticks import ENOUGH_PACKETS, STRAY_S, unwrap
from surefoot.model import Floats

Method = Literal["device clock", "counter", "sample order"]

BLOCK_S: Final = 1.0
# Blocks whose floors are compared; with fewer, a stall at an end would pass for a slip.
BEFORE, AFTER = 3, 10
LEAST_BEFORE, LEAST_AFTER = 2, 3
# Less than this may be the connection's own doing.
LEAST_S: Final = 0.08
# By how much floors differ from second to second.
ROUGH_S: Final = 0.02
MOST: Final = 100
# A slope from a shorter stretch, or fewer packets, is worse than that of the longest segment.
SLOPE_SPAN_S: Final = 5.0
DRIFT_SPAN_S: Final = 20.0
# Crystals are off by less than the first; a tenth may be lost beside.
MORE_THAN_ASKED, NEAR_ASKED = 0.05, 0.10
MOST_IN_PACKET: Final = 8
# A clock of which so many readings are those of other samples counts more coarsely than samples come.
MOST_EQUAL: Final = 0.05
_STEP_OFF: Final = 0.2


def fit_envelope(position: Floats, arrival_s: Floats) -> tuple[float, float]:
    """Return offset and slope of the highest line below all points that has the smallest summed distance.

    It is the edge of the lower convex hull under the mean position. Needs two different positions.

    >>> fit_envelope(np.array([0.0, 1, 2, 3]), np.array([5.0, 6.5, 7.0, 8.9]))
    (5.0, 1.0)
    """
    hull: list[tuple[float, float]] = []
    order = np.lexsort((arrival_s, position))
    for x, y in zip(position[order].tolist(), arrival_s[order].tolist(), strict=True):
        if hull and hull[-1][0] == x:
            continue
        while len(hull) > 1 and _turns_down(hull[-2], hull[-1], (x, y)):
            hull.pop()
        hull.append((x, y))
    if len(hull) < 2:
        raise ValueError("a line needs two different positions")
    middle = float(np.mean(position))
    right = next(i for i in range(1, len(hull)) if hull[i][0] >= middle)
    (x0, y0), (x1, y1) = hull[right - 1], hull[right]
    slope = (y1 - y0) / (x1 - x0)
    return y0 - slope * x0, slope


def _turns_down(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    """Tell whether `b` lies on or above the line from `a` to `c`, so that it is not on the lower hull."""
    return (b[0] - a[0]) * (c[1] - a[1]) <= (b[1] - a[1]) * (c[0] - a[0])


def find_slips(position: Floats, arrival_s: Floats) -> list[tuple[int, int]]:
    """Return from which packet on samples are missing, and how many: at least those.

    `position` (n,) counts the samples up to the last one of each packet, `arrival_s` (n,) is when it came.
    """
    slope_s = _slope_between_slips(position, arrival_s)
    if slope_s <= 0:
        return []
    late_s = arrival_s - slope_s * position
    slips: list[tuple[int, int]] = []
    while len(slips) < MOST:
        packet, size_s = _largest_slip(late_s, arrival_s)
        missing = round(size_s / slope_s)
        if size_s < LEAST_S or missing < 1:
            break
        slips.append((packet, missing))
        late_s[packet:] -= missing * slope_s
    return sorted(slips)


def with_slips(position: Floats, starts: Floats, slips: list[tuple[int, int]]) -> Floats:
    """Return sample positions with the missing ones counted; `starts` (n,) is where each packet begins."""
    counted = position.copy()
    for packet, missing in slips:
        counted[position >= starts[packet]] += missing
    return counted


def _slope_between_slips(position: Floats, arrival_s: Floats) -> float:
    """Return the median of the slopes of five seconds each, of which few hold a slip; 0 where too short."""
    begins = np.arange(arrival_s[0], arrival_s[-1] - SLOPE_SPAN_S, SLOPE_SPAN_S / 2)
    slopes = []
    for begin in begins.tolist():
        inside = (arrival_s >= begin) & (arrival_s < begin + SLOPE_SPAN_S)
        if inside.sum() >= ENOUGH_PACKETS:
            slopes.append(fit_envelope(position[inside], arrival_s[inside])[1])
    return float(np.median(slopes)) if len(slopes) >= BEFORE else 0.0


def _largest_slip(late_s: Floats, arrival_s: Floats) -> tuple[int, float]:
    """Return from which packet on the floor of the delays is lifted most, and by how much."""
    block = ((arrival_s - arrival_s[0]) / BLOCK_S).astype(int)
    floors = np.full(block[-1] + 1, np.inf)
    np.minimum.at(floors, block, late_s)
    best_at, best_s, after_s = 0, 0.0, 0.0
    for at in range(LEAST_BEFORE, len(floors) - LEAST_AFTER):
        before, after = floors[max(0, at - BEFORE) : at].min(), floors[at + 1 : at + 1 + AFTER].min()
        if np.isfinite(before) and np.isfinite(after) and after - before > best_s:
            best_at, best_s, after_s = at, float(after - before), float(after)
    # Nothing comes earlier than the floor: what does so came before the slip, however late it was.
    near = (block >= best_at - BEFORE) & (block <= best_at + 1)
    early = np.flatnonzero(near & (late_s < after_s - min(ROUGH_S, best_s / 4)))
    return (int(early[-1]) + 1 if early.size else 0), best_s


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One stream of one link segment: its blocks in order, their arrivals, and where each sample lies.

    `position` (n,) counts ticks of the device clock, or samples; `last` (blocks,) is that of the last sample
    of each block. `seconds` is how long one unit of position is, by the sensor itself or by its nominal rate,
    0 where nobody knows. `stray` blocks were left out, for their clock contradicts their arrival or is that
    of another block.
    """

    blocks: tuple[Block, ...]
    arrival_s: Floats
    position: Floats
    last: Floats
    method: Method
    seconds: float
    lost: int
    repeated: int
    stray: int = 0

    @property
    def span_s(self) -> float:
        """Time from the first to the last arrival."""
        return float(self.arrival_s[-1] - self.arrival_s[0])


def track(
    blocks: Sequence[Block],
    arrival_s: Sequence[float],
    clock: DeviceClock | None,
    counter_bits: int = 0,
    nominal_hz: float = 0.0,
) -> Track | None:
    """Return where the samples of one stream in one segment lie; None where there is nothing to place.

    A block is repeated, and dropped, where it was there before. Samples are lost where clock or counter
    skips. Without both every sample follows the one before, but where arrivals tell that some never came.
    """
    arrivals = np.asarray(arrival_s, dtype=float)
    if not blocks:
        return None
    if clock is not None and _tells_samples(blocks):
        return _by_clock(list(blocks), arrivals, clock, nominal_hz)
    period_s = 1 / nominal_hz if nominal_hz else 0.0
    if counter_bits and all(block.counter is not None for block in blocks):
        return _by_counter(list(blocks), arrivals, counter_bits, period_s)
    return _by_order(list(blocks), arrivals, period_s)


def place(tracked: Track, slope_s: float = 0.0) -> Floats | None:
    """Return the host time (n,) of every sample of a track; None where nothing tells the rate.

    `slope_s` is that of a longer segment, for one too short to have its own; 0 where there is none.
    """
    slope_s = slope_of(tracked) or slope_s or tracked.seconds or _mean_slope(tracked)
    if slope_s <= 0:
        return None
    offset_s = float((tracked.arrival_s - slope_s * tracked.last).min())
    if tracked.method != "device clock":
        return offset_s + slope_s * tracked.position
    middle = float(tracked.position.mean())
    return offset_s + slope_s * middle + (tracked.position - middle) * tracked.seconds


def slope_of(tracked: Track) -> float:
    """Return the host's seconds for one position; 0 where the track is too short to tell."""
    if tracked.span_s < SLOPE_SPAN_S or len(tracked.blocks) < ENOUGH_PACKETS:
        return 0.0
    return fit_envelope(tracked.last, tracked.arrival_s)[1]


def drift_ppm(tracked: Track) -> float | None:
    """Return by how much the host's clock outruns the sensor's, in millionths; None in less than 20 s."""
    if tracked.method != "device clock" or tracked.span_s < DRIFT_SPAN_S or not slope_of(tracked):
        return None
    return (slope_of(tracked) / tracked.seconds - 1) * 1e6


def _tells_samples(blocks: Sequence[Block]) -> bool:
    """Tell whether each block carries a time of its own, not one of many as a clock of whole seconds."""
    held: dict[int, Block] = {}
    equal = 0
    for block in blocks:
        if block.ticks is None:
            return False
        equal += not _same_samples(held.setdefault(block.ticks, block), block)
    return equal <= MOST_EQUAL * len(blocks)


def _same_samples(one: Block, other: Block) -> bool:
    pairs = ((one.acc, other.acc), (one.gyr_radps, other.gyr_radps))
    return all(a is b or (a is not None and b is not None and np.array_equal(a, b)) for a, b in pairs)


def _by_clock(blocks: list[Block], arrival_s: Floats, clock: DeviceClock, nominal_hz: float) -> Track | None:
    read = unwrap(
        [block.ticks or 0 for block in blocks], clock.bits, (arrival_s - arrival_s[0]) / clock.tick_s
    )
    late_s = arrival_s - read * clock.tick_s
    sane = np.flatnonzero(np.abs(late_s - np.median(late_s)) <= STRAY_S)
    # Packets that overtook one another stand in the order of the sensor's clock again.
    order = sane[np.argsort(read[sane], kind="stable")]
    again = np.r_[False, np.diff(read[order]) == 0]
    keep = order[~again]
    held = {int(read[i]): blocks[i] for i in keep}
    repeated = sum(_same_samples(held[int(read[i])], blocks[i]) for i in order[again])
    stray = len(blocks) - len(keep) - repeated
    kept, at = [blocks[i] for i in keep], read[keep].astype(float)
    sizes = np.array([len(block) for block in kept])
    steps = _steps(kept, at, sizes, clock, nominal_hz)
    if steps is None:
        return None
    position = np.concatenate(
        [
            start + step * (np.arange(size) - (size - 1 if clock.of == "last" else 0))
            for start, step, size in zip(at, steps, sizes, strict=True)
        ]
    )
    last = at if clock.of == "last" else at + steps * (sizes - 1)
    between = sizes[1:] if clock.of == "last" else sizes[:-1]
    skipped = np.round(np.diff(at) / np.median(steps)) - between
    lost = int(skipped[skipped > 0].sum())
    return Track(
        tuple(kept), arrival_s[keep], position, last, "device clock", clock.tick_s, lost, repeated, stray
    )


def _steps(
    blocks: list[Block], at: Floats, sizes: NDArray[np.int64], clock: DeviceClock, nominal_hz: float
) -> Floats | None:
    """Return the ticks between samples of each block: as told, else up to the next one (or since the last).

    Where that is not near what is usual, something is missing there, and the usual step holds.
    """
    told = [block.step_ticks for block in blocks]
    if all(step is not None for step in told):
        return np.array(told, dtype=float)
    usual = 1 / (nominal_hz * clock.tick_s) if nominal_hz else 0.0
    if len(blocks) > 1:
        own = np.diff(at) / (sizes[1:] if clock.of == "last" else sizes[:-1])
        usual = float(np.median(own))
        steps = np.r_[usual, own] if clock.of == "last" else np.r_[own, usual]
        return np.asarray(np.where(np.abs(steps / usual - 1) > _STEP_OFF, usual, steps))
    return np.array([usual]) if usual else None


def _by_counter(blocks: list[Block], arrival_s: Floats, bits: int, period_s: float) -> Track:
    full = 1 << bits
    read = np.array([block.counter or 0 for block in blocks], dtype=np.int64)
    steps = (np.diff(read) + full // 2) % full - full // 2
    counted = np.r_[0, np.cumsum(steps)]
    order = np.argsort(counted, kind="stable")
    keep = order[np.r_[True, np.diff(counted[order]) > 0]]
    kept = [blocks[i] for i in keep]
    size = int(np.median([len(block) for block in kept]))
    first = counted[keep].astype(float) * size
    position = np.concatenate([at + np.arange(len(block)) for at, block in zip(first, kept, strict=True)])
    last = first + [len(block) - 1 for block in kept]
    lost = int((np.diff(counted[keep]) - 1).sum()) * size
    repeated = len(blocks) - len(kept)
    return Track(tuple(kept), arrival_s[keep], position, last, "counter", period_s, lost, repeated)


def _by_order(blocks: list[Block], arrival_s: Floats, period_s: float) -> Track:
    """Return blocks that follow one another, but where their arrivals tell that samples are missing."""
    fresh = _without_repeats(blocks, arrival_s, period_s)
    repeated = len(blocks) - int(fresh.sum())
    blocks, arrival_s = (
        [block for block, is_new in zip(blocks, fresh, strict=True) if is_new],
        arrival_s[fresh],
    )
    edges = np.cumsum([0, *(len(block) for block in blocks)]).astype(float)
    slips = find_slips(edges[1:] - 1, arrival_s)
    position = with_slips(np.arange(edges[-1]), edges[:-1], slips)
    last = with_slips(edges[1:] - 1, edges[:-1], slips)
    lost = sum(missing for _, missing in slips)
    return Track(tuple(blocks), arrival_s, position, last, "sample order", period_s, lost, repeated)


def _without_repeats(blocks: Sequence[Block], arrival_s: Floats, period_s: float) -> NDArray[np.bool_]:
    """Tell which blocks (n,) are not the one before once more.

    A coarse sensor may measure the same again, and one that sends faster than it measures holds its samples:
    they are repeats only where more came than was asked for, and without them about as many.
    """
    sizes = np.array([len(block) for block in blocks])
    every, asked = np.ones(len(blocks), dtype=bool), 0.0
    if period_s:
        asked = (arrival_s[-1] - arrival_s[0]) / period_s + sizes[0]
    if not asked or sizes.sum() <= asked * (1 + MORE_THAN_ASKED):
        return every
    for count in range(1, MOST_IN_PACKET + 1):
        fresh = _not_again(blocks, count)
        if abs(sizes[fresh].sum() / asked - 1) <= NEAR_ASKED:
            return fresh
    return every


def _not_again(blocks: Sequence[Block], count: int) -> NDArray[np.bool_]:
    """Tell which blocks (n,) are not those of a packet of `count` blocks that came once more."""
    fresh, at = np.ones(len(blocks), dtype=bool), count
    while at + count <= len(blocks):
        if all(_same_samples(blocks[i - count], blocks[i]) for i in range(at, at + count)):
            fresh[at : at + count] = False
            at += count
        else:
            at += 1
    return fresh


def _mean_slope(tracked: Track) -> float:
    spread = float(tracked.last[-1] - tracked.last[0])
    return tracked.span_s / spread if spread > 0 else 0.0
