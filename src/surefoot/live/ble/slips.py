"""Samples that a sensor without clock or counter never sent: from then on all arrive later, and stay so.

Every packet is late by an unknown, never negative delay, so the floor of the delays tells: a stall lifts it
and lets it fall again, missing samples lift it for good. Own rule; sizes on the page on Bluetooth.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from surefoot.live.ble.envelope import fit_envelope
from surefoot.model import Floats

BLOCK_S: Final = 1.0
# Blocks whose floors are compared; with fewer, a stall at an end would pass for a slip.
BEFORE, AFTER = 3, 10
LEAST_BEFORE, LEAST_AFTER = 2, 3
# Less than this may be the connection's own doing.
LEAST_S: Final = 0.08
# By how much floors differ from second to second.
ROUGH_S: Final = 0.02
SLOPE_S: Final = 5.0
SLOPE_PACKETS: Final = 20
MOST: Final = 100


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
    begins = np.arange(arrival_s[0], arrival_s[-1] - SLOPE_S, SLOPE_S / 2)
    slopes = []
    for begin in begins.tolist():
        inside = (arrival_s >= begin) & (arrival_s < begin + SLOPE_S)
        if inside.sum() >= SLOPE_PACKETS:
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
