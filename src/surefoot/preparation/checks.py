"""What the quality gate says of a window: its samples as recorded, and the sway in it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from surefoot import dsp
from surefoot.model import LATE_START, Floats, Issue, Recording, Setup, broken_off
from surefoot.preparation import quality
from surefoot.preparation.grid import Grid
from surefoot.preparation.stance import LEAD_IN_S, Stance
from surefoot.preparation.tilt import Tilt
from surefoot.protocols import LEAD_OUT_S

LEANED = ("mount_slip", "lean_changed")

# Readers spread rows that share a time, and say so.
SHARED_TIMES = "low_precision_time"


def check_samples(
    recording: Recording, window_s: tuple[float, float], since_s: float, *, on_board: bool = False
) -> tuple[Issue, ...]:
    """Check the samples of the window as they were recorded, before any grid smoothed them.

    Whether a sensor stood still is asked from `since_s` on, where what the window rests on begins. A board
    that stands still with its sensor is taken for one that nobody stands on: there it is asked everywhere,
    and told, unless the steps are so coarse that an empty board may rest in them.
    """
    issues = quality.check_clipping(*_between(recording, *window_s)[1:])
    frozen = _check_frozen(*_between(recording, since_s, window_s[1]))
    if not frozen and on_board and quality.resolution_class(quality.resolution(recording)) != "coarse":
        elsewhere = _check_frozen(recording.time_s, recording.acc_mps2, recording.gyr_radps)
        frozen = tuple(replace(issue, code=quality.FROZEN) for issue in elsewhere)
    return issues + frozen


def _check_frozen(time_s: Floats, acc_mps2: Floats, gyr_radps: Floats | None) -> tuple[Issue, ...]:
    return quality.check_frozen(time_s, acc_mps2, gyr_radps, dsp.sampling_rate(time_s))


def _between(recording: Recording, start_s: float, end_s: float) -> tuple[Floats, Floats, Floats | None]:
    inside = (recording.time_s >= start_s) & (recording.time_s < end_s)
    gyr = None if recording.gyr_radps is None else recording.gyr_radps[inside]
    return recording.time_s[inside], recording.acc_mps2[inside], gyr


def check_clock(recording: Recording, grid: Grid, body: Floats, window: slice) -> tuple[Issue, ...]:
    """Check how often, how completely and how evenly the window was sampled."""
    inside = grid.within(window)
    time_s, across = grid.sampled_s[inside], recording.acc_mps2[grid.sampled][inside] @ body[:, :2]
    own_times = _has_own_times(recording, grid)
    issues = quality.check_worst_rate(time_s, grid.measured_hz)
    issues += quality.check_lost(time_s, own_times=own_times, by_radio=quality.is_by_radio(recording))
    return issues + quality.check_jitter(time_s, across, grid.rate_hz, own_times=own_times)


def _has_own_times(recording: Recording, grid: Grid) -> bool:
    """Tell whether the steps between samples are the clock's, and not spread from those of packets."""
    spread = (grid.sampled_s != recording.time_s[grid.sampled]).mean() > quality.COINCIDENT_SHARE
    return not spread and all(issue.code != SHARED_TIMES for issue in recording.issues)


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
    recording: Recording,
    grid: Grid,
    body: Floats,
    setup: Setup,
    window: slice,
    noise_floor_mps2: float | None,
) -> tuple[Issue, ...]:
    """Check the horizontal acceleration of a body that stands, against its sensor and its strap."""
    sway = (grid.acc_mps2 @ body[:, :2])[window]
    step = quality.resolution(recording)
    issues = quality.check_resolution(sway, step, grid.rate_hz)
    if not issues:
        issues = quality.check_step(step, sway) + quality.check_noise(sway, grid.rate_hz)
    issues += quality.check_size(sway, setup, grid.rate_hz) + quality.check_slip(sway, grid.rate_hz)
    if grid.gyr_radps is not None:
        up = grid.acc_mps2[window].mean(axis=0)
        issues += quality.check_turning(grid.gyr_radps[window], up, grid.rate_hz)
    if noise_floor_mps2 is not None:
        issues += quality.check_margin(sway, grid.rate_hz, noise_floor_mps2)
    return issues


def check_agreement(
    grid: Grid, body: Floats, tilt: Tilt, stance: Stance, *, on_board: bool
) -> tuple[Issue, ...]:
    """Check acceleration against the gyroscope, in the window and on where the gyroscope alone ended it."""
    if grid.gyr_radps is None or not stance.is_whole:
        return ()
    across, stop = grid.acc_mps2 @ body[:, :2], stance.window.stop
    if not on_board:
        calm = dsp.calm_samples(across, None, grid.rate_hz)[: -round(LEAD_OUT_S * grid.rate_hz)]
        stop += int(np.argmin(np.append(calm[stop:], False)))
    return quality.check_agreement(across, tilt.rate_degps, grid.rate_hz, slice(stance.window.start, stop))


def check_creep(grid: Grid, stance: Stance, angle_deg: Floats, issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Check a body's tilt (n, 2) for a slow drift, where no change of the lean has been told already."""
    if not stance.is_whole or any(issue.code in LEANED for issue in issues):
        return ()
    return quality.check_drift(angle_deg[stance.window], angle_deg[stance.steady], grid.rate_hz)
