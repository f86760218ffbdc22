"""Which part of a recording holds the stance of the test, where sway has more than one level.

Somebody who stands on two legs before the lift, or goes on standing after the foot came down, sways less then
than on one leg. Calm is judged within one such part, never against a median that another made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from surefoot import dsp
from surefoot.model import Event, Floats, Issue, Setup
from surefoot.preparation import quality
from surefoot.preparation.grid import Grid, horizontal

# One leg sways 2.4 to 6 times as much as two; a stance of one kind changes by up to 1.7 (made and real ones).
LEVEL_FACTOR = 1.8
# What a short stretch must rise by to be taken for the stance: a troubled end of one rises by up to 2.8.
SURE_FACTOR = 3.0
SHORTEST_S = 8
# In squares of the natural logarithm; a second's own spread about its level is about 0.3.
PRICE = 2.0
# A foot that comes down so near to a rise troubled the stance; it was no lift.
NEAR_S = 3.0
# What a landing moves: the second before it, and two after it is over.
BEFORE_S, AFTER_S = 1.0, 2.0
HANDS_S = 3.0
STILL_MPS2, STILL_SHARE = 1e-6, 0.5
SMOOTHED_S = 5
# A fall is asked about after so long, for so long: else the body settles, or has a quiet moment. Real people
# on two legs settle to half of what they swayed.
FALL_FACTOR = 2.2
TOLD_S = 10.0
# What the two ends of a part lose: hands or settling, and the last second.
ENDS_S = 5.0


@dataclass(frozen=True, slots=True)
class SwayLevel:
    """A part of a recording and the natural logarithm of how quickly sway changes in it."""

    part: slice
    log: float


def choose_part(
    grid: Grid, setup: Setup, length_s: float, landings: Sequence[Event]
) -> tuple[slice, tuple[Issue, ...]]:
    """Return the part of `grid` in which the test was done, and what has to be told of the rest.

    On one leg it begins where sway rises for good, at the lift of the foot, and ends where it falls for good
    after a stance of `length_s`. Everything where sway has one level, on two legs, and on a board.
    """
    whole = slice(0, len(grid.time_s))
    if setup.facing == "up":
        return whole, ()
    levels = _find_levels(grid, landings)
    if len(levels) < 2:
        return whole, ()
    if setup.leg == "both":
        return whole, _tell_two(grid, levels, length_s)
    return _on_one_leg(grid, levels, length_s, landings)


def _find_levels(grid: Grid, landings: Sequence[Event]) -> list[SwayLevel]:
    """Return the levels in which somebody stands, in the order of time; none where there is one level."""
    across = horizontal(grid.acc_mps2, np.median(grid.acc_mps2, axis=0))
    bridged = _bridged(dsp.sway_levels(across, grid.rate_hz), grid, landings)
    # A lift of the foot or a caught lurch is no level.
    log = dsp.running_median(bridged, SMOOTHED_S)
    stretches = dsp.split_levels(log, SHORTEST_S, float(np.log(LEVEL_FACTOR)), PRICE)
    if len(stretches) < 2:
        return []
    second = round(grid.rate_hz)
    ends = [*(stretch.stop * second for stretch in stretches[:-1]), len(grid.time_s)]
    parts = [slice(stretch.start * second, end) for stretch, end in zip(stretches, ends, strict=True)]
    found = [SwayLevel(part, float(np.median(log[s]))) for part, s in zip(parts, stretches, strict=True)]
    return [level for level in found if _is_standing(grid, level.part)]


def _bridged(log: Floats, grid: Grid, landings: Sequence[Event]) -> Floats:
    """Bridge the seconds of no level: hands at the sensor, a landing, a sensor that stood still."""
    second = round(grid.rate_hz)
    since_s = grid.time_s[0] + (np.arange(len(log)) + 0.5) * second / grid.rate_hz
    changes = np.abs(np.diff(grid.acc_mps2[: len(log) * second], axis=0, append=np.nan)).max(axis=1)
    still = (changes < STILL_MPS2).reshape(len(log), second).mean(axis=1)
    moved = (since_s < grid.time_s[0] + HANDS_S) | (still > STILL_SHARE)
    for event in landings:
        moved |= (since_s > event.start_s - BEFORE_S - 1) & (since_s < event.end_s + AFTER_S + 1)
    if moved.all():
        return log
    return np.asarray(np.where(moved, np.interp(since_s, since_s[~moved], log[~moved]), log))


def _is_standing(grid: Grid, part: slice) -> bool:
    gyr = None if grid.gyr_radps is None else grid.gyr_radps[part]
    return quality.is_standing(grid.acc_mps2[part], gyr, grid.rate_hz)


def _on_one_leg(
    grid: Grid, levels: Sequence[SwayLevel], length_s: float, landings: Sequence[Event]
) -> tuple[slice, tuple[Issue, ...]]:
    first, last = 0, len(grid.time_s)
    issues: tuple[Issue, ...] = ()
    for before, after in pairwise(levels):
        at_s, times = grid.span(after.part)[0], float(np.exp(abs(after.log - before.log)))
        if times < LEVEL_FACTOR:
            continue  # something that is no standing lies between two parts of one level
        if after.log > before.log:
            landed = any(abs(landing.start_s - at_s) <= NEAR_S for landing in landings)
            if _seconds(grid, after.part) < length_s + ENDS_S and (landed or times < SURE_FACTOR):
                issues = (*issues, _tell("more", at_s, times))
            else:
                first, issues = before.part.stop, (_tell("rise", at_s, times),)
        elif _seconds(grid, before.part) >= length_s + ENDS_S and times >= SURE_FACTOR:
            last, issues = after.part.start, (*issues, _tell("fall", at_s, times))
            break
        elif times >= FALL_FACTOR and _seconds(grid, before.part) >= TOLD_S <= _seconds(grid, after.part):
            issues = (*issues, _tell("down", at_s, times))
    return slice(first, last), issues


def _seconds(grid: Grid, part: slice) -> float:
    return float((part.stop - part.start) / grid.rate_hz)


_LESS: Final = "the body swayed {times:.1f} times less"
_TOLD: Final = {
    "rise": f"Until {{at_s:.0f}} s {_LESS}, as on two legs: that is left out.",
    "more": "From {at_s:.0f} s on the body swayed {times:.1f} times as much: was the foot lifted only then?",
    "fall": f"From {{at_s:.0f}} s on {_LESS}, as on two legs: that is left out.",
    "down": f"From {{at_s:.0f}} s on {_LESS}: were both feet down from then on?",
}


def _tell(change: str, at_s: float, times: float) -> Issue:
    what = _TOLD[change].format(at_s=at_s, times=times)
    do = "Where that is wrong, cut the recording with --start and --end."
    return Issue("two_stances", "info" if change == "rise" else "warning", what, do)


def _tell_two(grid: Grid, levels: Sequence[SwayLevel], length_s: float) -> tuple[Issue, ...]:
    long = [level for level in levels if _seconds(grid, level.part) >= length_s]
    if len(long) < 2:
        return ()
    at_s = grid.span(long[1].part)[0]
    times = float(np.exp(abs(long[1].log - long[0].log)))
    how = "as much" if long[1].log > long[0].log else "less"
    what = f"From {at_s:.0f} s on the body swayed {times:.1f} times {how}: which of the two was the test?"
    return (Issue("two_stances", "warning", what, "Cut the recording to it with --start and --end."),)
