"""What the ticks of a sensor's clock mean: through wraps, in which unit, and where it began anew.

Arrivals decide, which are late by an unknown delay, but never by much over some seconds.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.live.ble.device import DeviceClock
from surefoot.model import Floats

Ints = NDArray[np.int64]

# A clock that disagrees with the arrivals by more than this is not a clock, but a damaged packet.
STRAY_S: Final = 5.0
# Readings beside one another, by which a clock that began anew is told from one damaged or late packet.
NEIGHBOURS: Final = 10
LEAST_NEIGHBOURS: Final = 3
ANEW_S: Final = 0.5
# Over so long a stretch arrivals tell how fast a clock runs, whatever held up single packets.
JUDGED_S: Final = 2.0
# A clock within this factor of the arrivals is right; one off by a power of ten is told in another unit.
RUNS_RIGHT: Final = 1.5
FAR_AHEAD: Final = 100
NEAR_POWER, MOST_POWER = 0.1, 9
# Fewer packets tell no rate.
ENOUGH_PACKETS: Final = 20
_LARGEST_WRAP_BITS: Final = 53


def split_at_restarts(
    ticks: Sequence[int | None], arrival_s: Sequence[float], clock: DeviceClock | None
) -> tuple[slice, ...]:
    """Return the stretches of one link segment in which a sensor's clock counts on.

    It began anew where it falls back, or leaps ahead, and stays as far from the arrivals as that; a damaged
    or late packet does not stay so.
    """
    told = [tick for tick in ticks if tick is not None]
    if clock is None or len(told) < len(ticks) or len(told) < 2 * LEAST_NEIGHBOURS:
        return (slice(0, len(ticks)),)
    arrived = np.asarray(arrival_s, dtype=float)
    read_s = unwrap(told, clock.bits, (arrived - arrived[0]) / clock.tick_s) * clock.tick_s
    late_s, steps = arrived - read_s, np.diff(read_s)
    cuts = [0]
    for at in (np.flatnonzero((steps < 0) | (steps - np.diff(arrived) > STRAY_S)) + 1).tolist():
        before, after = late_s[max(cuts[-1], at - NEIGHBOURS) : at], late_s[at : at + NEIGHBOURS]
        enough = min(before.size, after.size) >= LEAST_NEIGHBOURS
        if enough and abs(np.median(after) - np.median(before)) > ANEW_S:
            cuts.append(at)
    return tuple(slice(*pair) for pair in pairwise([*cuts, len(told)]))


def judge_clock(
    ticks: Sequence[int | None], arrival_s: Sequence[float], clocks: Sequence[DeviceClock]
) -> tuple[DeviceClock | None, float]:
    """Return the one of `clocks` that runs as fast as the arrivals, and how many times too fast it ran.

    Where none does, but the first is off by a power of ten, that is the factor, and the clock returned counts
    in the unit that fits. None is a clock that cannot be used: its factor is 0 where it stands still. Of two
    seconds or less nothing can be told.
    """
    told = [tick for tick in ticks if tick is not None]
    arrived = np.asarray(arrival_s, dtype=float)
    if len(told) < len(ticks) or len(told) < ENOUGH_PACKETS or arrived[-1] - arrived[0] <= JUDGED_S:
        return clocks[0], 1.0
    ticks_per_s = _ticks_per_second(told, arrived, clocks[0].bits)
    if ticks_per_s is None:
        return clocks[0], 1.0
    for clock in clocks:
        if 1 / RUNS_RIGHT < ticks_per_s * clock.tick_s < RUNS_RIGHT:
            return clock, 1.0
    factor = ticks_per_s * clocks[0].tick_s
    if factor <= 0:
        return None, 0.0
    power = round(math.log10(factor))
    if abs(math.log10(factor) - power) > NEAR_POWER or abs(power) > MOST_POWER:
        return None, factor
    return replace(clocks[0], tick_s=clocks[0].tick_s / 10.0**power), 10.0**power


def _ticks_per_second(ticks: Sequence[int], arrival_s: Floats, bits: int) -> float | None:
    """Return the median of what a clock counted in a second, through wraps.

    It is taken of stretches without a step back, or one far ahead; None where there are none.
    """
    full, half = 1 << bits, 1 << (bits - 1)
    steps = np.array([(b - a + half) % full - half for a, b in pairwise(ticks)], dtype=float)
    broken = (steps < 0) | (steps > FAR_AHEAD * max(np.median(steps), 1.0))
    counted, breaks = np.r_[0.0, np.cumsum(steps)], np.r_[0, np.cumsum(broken)]
    lag = max(1, int(len(ticks) * JUDGED_S / (arrival_s[-1] - arrival_s[0])))
    passed_s = arrival_s[lag:] - arrival_s[:-lag]
    whole = (passed_s > 0) & (breaks[lag:] == breaks[:-lag])
    return (
        float(np.median((counted[lag:] - counted[:-lag])[whole] / passed_s[whole])) if whole.any() else None
    )


def unwrap(ticks: Sequence[int], bits: int, expected: Floats) -> Ints:
    """Return a wrapping clock counted on from its first reading, by the ticks `expected` (n,) since then.

    Each reading is taken at the wrap that is nearest to what the arrivals make expect, so that a repeated
    or damaged one cannot mislead the next. Clocks of more than 53 bits never wrap.

    >>> unwrap([65530, 4, 14], 16, np.array([0.0, 9.0, 21.0])).tolist()
    [0, 10, 20]
    """
    held = 1 << 62
    since: Ints = np.array([min(max(tick - ticks[0], -held), held) for tick in ticks], dtype=np.int64)
    if bits <= _LARGEST_WRAP_BITS:
        full = 1 << bits
        wraps: Ints = np.round((expected - since) / full).astype(np.int64)
        return since + full * wraps
    return since
