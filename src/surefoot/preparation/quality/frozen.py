"""Whether a sensor repeated itself for a while, or has an axis that never moves."""

from dataclasses import replace

import numpy as np

from surefoot import dsp
from surefoot.errors import StuckAxisError
from surefoot.model import PRESET_CUTOFF_HZ, Floats, Issue, Recording
from surefoot.preparation.quality.limits import (
    COARSE_STEP_MPS2,
    COARSE_STEP_RADPS,
    FROZEN,
    FROZEN_AXES_RESTS,
    FROZEN_AXIS_RESTS,
    FROZEN_LONG,
    FROZEN_S,
    FROZEN_WITHHELD_S,
    QUIET_AXIS_SHARE,
    QUIETEST_CHANGES,
)
from surefoot.preparation.quality.sensor import resolution

AXES = "xyz"
STUCK_S = 4.0
STOPPED_SHARE = 0.5
SLACK_S = 0.001  # written times are rounded


def check_frozen(
    time_s: Floats, acc_mps2: Floats, gyr_radps: Floats | None, rate_hz: float
) -> tuple[Issue, ...]:
    """Flag a sensor that gave the same values for half a second or more, and longer than its steps explain.

    `time_s` (n,), `acc_mps2` and `gyr_radps` (n, 3) are the window's samples as recorded. A value in steps
    rests while the body moves by less than one: for about the step over the usual rate of change, or, where
    the body turns back, the root of the step over its usual change. All axes of a sensor together rest up to
    5 times as long, one axis up to 14 (made recordings with steps of 0.002 to 0.1 m/s², one leg and two);
    8 and 20 times are told. More than a second in all takes the numbers away.
    """
    frozen = {"acceleration": _frozen_spans(time_s, acc_mps2, rate_hz, COARSE_STEP_MPS2, 0.0)}
    if gyr_radps is not None:
        # Somebody who stands hardly turns about the vertical: such an axis may rest on its own.
        frozen["rotation rate"] = _frozen_spans(
            time_s, gyr_radps, rate_hz, COARSE_STEP_RADPS, QUIET_AXIS_SHARE
        )
    spans = sorted({span for found in frozen.values() for span in found})
    if not spans:
        return ()
    total_s = max(sum(end - start for start, end in found) for found in frozen.values())
    places = ", ".join(f"{start:.1f} to {end:.1f} s" for start, end in spans[:5])
    names = " and the ".join(name for name, found in frozen.items() if found)
    what = f"The {names} repeated the same values at {places}: the sensor or the app stood still."
    do = "Close other apps, keep the screen on, and repeat the trial."
    return (Issue(FROZEN_LONG if total_s > FROZEN_WITHHELD_S + SLACK_S else FROZEN, "warning", what, do),)


def _frozen_spans(
    time_s: Floats, values: Floats, rate_hz: float, coarse: float, least_share: float
) -> tuple[tuple[float, float], ...]:
    """Return the spans in which all axes of a sensor, or one of them, stood still without a reason.

    An axis alone is judged where it moves by at least `least_share` of what the liveliest does.
    """
    rest_s = _usual_rests(values, rate_hz, coarse)
    together = _spans(time_s, values, max(FROZEN_S, FROZEN_AXES_RESTS * float(rest_s.min())))
    if together:
        return together
    moving = values.std(axis=0)
    judged = moving >= least_share * moving.max()
    for axis, usual_s in zip(values.T[judged], rest_s[judged], strict=True):
        # At the end of its range an axis rests because it is cut off, which is told as clipping.
        walls = (axis == axis.min()) | (axis == axis.max())
        inside = axis if walls.all() else np.where(walls, np.nan, axis)
        alone = _spans(time_s, inside[:, np.newaxis], max(FROZEN_S, FROZEN_AXIS_RESTS * float(usual_s)))
        if alone:
            return alone
    return ()


def _usual_rests(values: Floats, rate_hz: float, coarse: float) -> Floats:
    """Return for each channel of `values` (n, k) how long its step explains a rest; without end where it may.

    Values that move by less than a step may rest for ever: so does the vertical of a quiet sensor whose steps
    are larger than what a stance does to it. One that keeps a single fine value stands still.
    """
    step = dsp.resolution_step(values)
    low = dsp.low_pass(values, rate_hz, PRESET_CUTOFF_HZ["isway"])
    first = np.gradient(low, 1 / rate_hz, axis=0)
    second = np.gradient(first, 1 / rate_hz, axis=0)
    least = coarse * np.asarray(QUIETEST_CHANGES)
    speed, bend = np.maximum(first.std(axis=0), least[0]), np.maximum(second.std(axis=0), least[1])
    rests = np.maximum(step / speed, np.sqrt(step / bend))
    moves = (np.ptp(values, axis=0) > 0) | (step >= coarse / 3)
    endless = moves & (low.std(axis=0) <= step)
    return np.asarray(np.where(endless, np.inf, rests))


def _spans(time_s: Floats, values: Floats, longer_than_s: float) -> tuple[tuple[float, float], ...]:
    """Return from when to when `values` (n, k) keep the same row for so long; the next row ends it."""
    same = (np.diff(values, axis=0) == 0).all(axis=1)
    ends = np.append(time_s[1:], time_s[-1])
    runs = [(float(time_s[run.start]), float(ends[run.stop])) for run in dsp.runs(same)]
    return tuple((start, end) for start, end in runs if end - start > longer_than_s - SLACK_S)


def leave_stuck(recording: Recording) -> Recording:
    """Return `recording` without a gyroscope of which an axis never moves; that is told.

    Raises StuckAxisError where an axis of the acceleration never moves, or all of them rest for half of the
    time, while their steps are fine enough to show a body's motion. What is too short for a trial is refused
    for that later.
    """
    if recording.duration_s < STUCK_S:
        return recording
    stuck = _stuck_axes(recording.acc_mps2)
    fine = resolution(recording) < COARSE_STEP_MPS2
    rests = _spans(recording.time_s, recording.acc_mps2, STOPPED_SHARE * recording.duration_s)
    if fine and rests:
        raise StuckAxisError(
            "The accelerometer stood still for most of the recording.",
            found=f"the same values from {rests[0][0]:.1f} to {rests[0][1]:.1f} s",
            expected="values that move with the body, if only a little",
            do="Keep the app in front and the screen on; restart the phone or sensor, and repeat.",
        )
    if fine and stuck:
        raise StuckAxisError(
            "An axis of the acceleration does not move.",
            found=f"{recording.acc_mps2[0, AXES.index(stuck[0])]:.3f} m/s² throughout on {', '.join(stuck)}",
            expected="three axes that move with the body, if only a little",
            do="Check that the app exports all three axes; restart the phone or sensor, and repeat.",
        )
    gyr = recording.gyr_radps
    if gyr is None or not (still := _stuck_axes(gyr)) or dsp.resolution_step(gyr) >= COARSE_STEP_RADPS:
        return recording
    # An axis of zeros alone was not measured, as on a sensor of two axes.
    if len(still) < len(AXES) and not any(gyr[0, AXES.index(name)] for name in still):
        return recording
    what = f"The gyroscope does not move on {', '.join(still)}: it is left out."
    issue = Issue(
        "gyroscope_stuck", "warning", what, "Restart the phone or sensor, and check with another app."
    )
    return replace(recording, gyr_radps=None, issues=(*recording.issues, issue))


def _stuck_axes(values: Floats) -> list[str]:
    return [name for name, axis in zip(AXES, values.T, strict=True) if np.ptp(axis) == 0]
