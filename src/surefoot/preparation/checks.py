"""What the quality gate says of a window: its samples as recorded, and the sway in it."""

from __future__ import annotations

from surefoot import quality
from surefoot.model import LATE_START, Floats, Issue, Recording, broken_off
from surefoot.preparation.grid import Grid
from surefoot.preparation.stance import LEAD_IN_S


def check_samples(recording: Recording, window_s: tuple[float, float]) -> tuple[Issue, ...]:
    """Check the samples of the window as they were recorded, before any grid smoothed them."""
    inside = (recording.time_s >= window_s[0]) & (recording.time_s < window_s[1])
    gyr = None if recording.gyr_radps is None else recording.gyr_radps[inside]
    return quality.check_clipping(recording.acc_mps2[inside], gyr)


def check_ends(recording: Recording, grid: Grid) -> tuple[Issue, ...]:
    """Tell of a hole at which the stretch in use begins, once people stand, or ends."""
    first_s, last_s = float(grid.time_s[0]), float(grid.time_s[-1])
    issues: tuple[Issue, ...] = ()
    if first_s - float(recording.time_s[0]) > LEAD_IN_S:
        what = f"The samples begin anew {first_s:.1f} s into the recording: what was before is not known."
        issues += (Issue(LATE_START, "info", what),)
    if float(recording.time_s[-1]) - last_s > quality.GAP_SPLITS_S:
        issues += (broken_off(f"The samples stop for a while {last_s:.1f} s into the recording."),)
    return issues


def check_sway(
    recording: Recording, grid: Grid, body: Floats, window: slice, noise_floor_mps2: float | None
) -> tuple[Issue, ...]:
    """Check the horizontal acceleration of a body that stands, against its sensor and its strap."""
    sway = (grid.acc_mps2 @ body[:, :2])[window]
    resolution = quality.resolution_class(recording.acc_mps2)
    issues = quality.check_resolution(sway, resolution, grid.rate_hz)
    if not issues:
        issues = quality.check_step(recording.acc_mps2, sway) + quality.check_noise(sway, grid.rate_hz)
    issues += quality.check_slip(sway, grid.rate_hz)
    if grid.gyr_radps is not None:
        up = grid.acc_mps2[window].mean(axis=0)
        issues += quality.check_turning(grid.gyr_radps[window], up, grid.rate_hz)
    if noise_floor_mps2 is not None:
        issues += quality.check_margin(sway, grid.rate_hz, noise_floor_mps2)
    return issues
