"""Whether the sensor is where it is said to be, and stays there."""

import numpy as np

from surefoot import dsp
from surefoot.errors import MountingError
from surefoot.model import Floats, Issue
from surefoot.preparation.quality.limits import (
    BOARD_FACE_OFF_DEG,
    DRIFT_ALONG,
    DRIFT_BLOCK_S,
    DRIFT_BLOCKS,
    DRIFT_SHARE,
    FACE_OFF_DEG,
    LARGE_LEAN_DEG,
    LARGE_LEAN_SPREADS,
    LEAN_DEG,
    LEAN_SPREADS,
    SLIP_DEG,
    SLIP_EDGE_S,
    SLIP_SPREADS,
    SLIP_WINDOW_S,
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
    the means differ most, against the spread about them; the second about the split is left out. People who
    stand quietly change their lean by 1 to 2° for good, and nothing tells that from a strap that slips as
    little: below 3°, which no real stance at hand leaves, it is told as a new lean. Own rule.
    """
    moved, spread, at = _largest_step(sway_mps2, rate_hz)
    moved_deg = float(np.degrees(moved / STANDARD_GRAVITY_MPS2))
    # A short window of slow sway steps further by chance.
    spreads = moved / spread * np.sqrt(min(1.0, len(sway_mps2) / rate_hz / SLIP_WINDOW_S))
    large = moved_deg > LARGE_LEAN_DEG and moved > LARGE_LEAN_SPREADS * spread
    if not large and (spreads <= LEAN_SPREADS or moved_deg <= LEAN_DEG):
        return ()
    if moved_deg <= SLIP_DEG or spreads <= SLIP_SPREADS:
        if np.square(dsp.detrend_linear(sway_mps2)).mean(axis=0).sum() < spread**2:
            return ()  # it crept there: `check_drift` tells that
        what = f"The lean changed by {moved_deg:.1f}° {at / rate_hz:.0f} s into the window and stayed so."
        return (Issue("lean_changed", "info", f"{what} RMS, range and tilt count that in."),)
    what = (
        f"Gravity moved by {moved_deg:.1f}° {at / rate_hz:.0f} s into the window: "
        "the strap slipped, or the lean changed."
    )
    return (Issue("mount_slip", "warning", what, "Fasten the strap, press the phone flat, and repeat."),)


def check_drift(window_deg: Floats, steady_deg: Floats, rate_hz: float) -> tuple[Issue, ...]:
    """Tell of tilt that crept one way through the whole stance and so reads more than 5 % too high.

    `window_deg` (n, 2) is tilt in the analysed window and `steady_deg` (m, 2) in the steady stance about it.
    The slow part of tilt is the accelerometer's, and no bias of a gyroscope is known so well that it could
    tell a drifting sensor from a slow lean. Sway wanders within a window by as much; what creeps on through
    the stance correlates with time by more than 0.6, block by block of two seconds. Own rule.
    """
    block = round(DRIFT_BLOCK_S * rate_hz)
    blocks = len(steady_deg) // block
    if blocks < DRIFT_BLOCKS:
        return ()
    means = steady_deg[: blocks * block].reshape(blocks, block, 2).mean(axis=1)
    time = np.arange(blocks) - (blocks - 1) / 2
    steady_slope = time @ (means - means.mean(axis=0))
    along = steady_slope / np.sqrt(np.square(time).sum() * np.square(means - means.mean(axis=0)).sum(axis=0))
    trend = window_deg - window_deg.mean(axis=0) - dsp.detrend_linear(window_deg)
    share = window_deg.std(axis=0) / dsp.detrend_linear(window_deg).std(axis=0) - 1
    crept_deg = trend[-1] - trend[0]
    told = (share > DRIFT_SHARE) & (np.abs(along) > DRIFT_ALONG) & (crept_deg * steady_slope > 0)
    if not told.any():
        return ()
    what = (
        f"Tilt crept by {np.abs(crept_deg[told]).max():.1f}° through the window: its RMS reads "
        f"{100 * share[told].max():.0f} % higher for it, whether the body leaned or the sensor drifted."
    )
    return (
        Issue("drift", "info", what, "Let a phone lie for a minute before the test, and fasten the strap."),
    )


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
