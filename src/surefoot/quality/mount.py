"""Whether the sensor is where it is said to be, and stays there."""

from __future__ import annotations

import numpy as np

from surefoot.errors import MountingError
from surefoot.model import Floats, Issue
from surefoot.quality.limits import (
    BOARD_FACE_OFF_DEG,
    FACE_OFF_DEG,
    LARGE_SLIP_DEG,
    LARGE_SLIP_SPREADS,
    SLIP_DEG,
    SLIP_EDGE_S,
    SLIP_SPREADS,
)
from surefoot.units import STANDARD_GRAVITY_MPS2


def check_mounting(off_deg: float, facing: str) -> tuple[Issue, ...]:
    """Refuse a face that cannot be where it is said to be (MountingError); flag a board's screen down."""
    if facing == "up":
        if off_deg > 180 - BOARD_FACE_OFF_DEG:
            what = "The screen is said to look up, but gravity says it looks down."
            do = "Check the mounting and which app made the file; left and right may be exchanged."
            return (Issue("up_axis_down", "warning", what, do),)
        tolerance = BOARD_FACE_OFF_DEG
    else:
        tolerance = FACE_OFF_DEG
    if off_deg > tolerance:
        raise MountingError(
            f"The screen cannot look {facing}.",
            found=f"it lies {off_deg:.0f}° away from there by gravity",
            expected=f"at most {tolerance:.0f}°",
            do="Say how the phone was worn with --placement and --facing, or strap it upright.",
        )
    return ()


def check_slip(sway_mps2: Floats, rate_hz: float) -> tuple[Issue, ...]:
    """Flag a sensor that slipped: gravity's direction changed once within the window and stayed so.

    `sway_mps2` (n, 2) is horizontal acceleration. The split of the window is sought before and after which
    the means differ most, against the spread about them; the second about the split is left out. A slip
    cannot be told from somebody who leans another way from then on. Own rule.
    """
    moved, spread, at = _largest_step(sway_mps2, rate_hz)
    moved_deg = float(np.degrees(moved / STANDARD_GRAVITY_MPS2))
    small = moved_deg > SLIP_DEG and moved > SLIP_SPREADS * spread
    large = moved_deg > LARGE_SLIP_DEG and moved > LARGE_SLIP_SPREADS * spread
    if not (small or large):
        return ()
    what = (
        f"Gravity moved by {moved_deg:.1f}° {at / rate_hz:.0f} s into the window: "
        "the strap slipped, or the lean changed."
    )
    return (Issue("mount_slip", "warning", what, "Fasten the strap, press the phone flat, and repeat."),)


def _largest_step(sway: Floats, rate_hz: float) -> tuple[float, float, int]:
    """Return size, spread about it, and sample of the split at which their ratio is largest."""
    edge, skipped = round(SLIP_EDGE_S * rate_hz), max(1, round(0.5 * rate_hz))
    splits = np.arange(edge, len(sway) - edge, max(1, round(0.25 * rate_hz)))
    if splits.size == 0:
        return 0.0, 1.0, 0
    sums = np.vstack([np.zeros(2), np.cumsum(sway, axis=0)])
    squares = np.concatenate([[0.0], np.cumsum(np.square(sway).sum(axis=1))])
    before, after = splits - skipped, splits + skipped
    counts = np.array([before, len(sway) - after])
    means = np.array([sums[before], sums[-1] - sums[after]]) / counts[:, :, np.newaxis]
    power = np.array([squares[before], squares[-1] - squares[after]])
    within = (power - counts * np.square(means).sum(axis=2)).sum(axis=0) / counts.sum(axis=0)
    moved = np.linalg.norm(means[1] - means[0], axis=1)
    best = int(np.argmax(moved / np.sqrt(within)))
    return float(moved[best]), float(np.sqrt(within[best])), int(splits[best])
