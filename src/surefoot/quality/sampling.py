"""How evenly and how often a recording was sampled."""

from __future__ import annotations

import numpy as np

from surefoot import dsp
from surefoot.errors import LowRateError
from surefoot.model import Floats, Issue, Recording
from surefoot.quality.limits import (
    FROZEN_S,
    GAP_FLAGGED_S,
    GAP_SPLITS_S,
    HELD_SHARE,
    HELD_STEPS,
    JITTER_SHARE,
    RATE_FULL_HZ,
    RATE_LOW_HZ,
    RATE_REFUSED_HZ,
)
from surefoot.quality.sensor import resolution_class


def check_rate(rate_hz: float) -> tuple[Issue, ...]:
    """Refuse rates below 18 Hz with LowRateError; flag those below 40 Hz."""
    if rate_hz < RATE_REFUSED_HZ:
        raise LowRateError(
            "The recording was sampled too slowly to measure sway.",
            found=f"{rate_hz:.1f} samples a second",
            expected=f"at least {RATE_REFUSED_HZ:.0f}, better 100",
            do="Set the app to 100 Hz (10 ms) and record again.",
        )
    if rate_hz < RATE_LOW_HZ:
        what = f"Sampled at {rate_hz:.1f} Hz: path, jerk and frequency are left out."
        return (Issue("low_rate", "warning", what, "Set the app to 100 Hz next time."),)
    return ()


def rate_class(rate_hz: float) -> str:
    """Return the class of sampling rates within which results may be compared.

    >>> rate_class(99.3), rate_class(60.0), rate_class(20.0)
    ('90 Hz and more', '40 to 90 Hz', '18 to 40 Hz')
    """
    if rate_hz >= RATE_FULL_HZ:
        return "90 Hz and more"
    return "40 to 90 Hz" if rate_hz >= RATE_LOW_HZ else "18 to 40 Hz"


def check_gaps(recording: Recording) -> tuple[Issue, ...]:
    """Flag holes in the time axis: small ones are bridged, large ones split the recording."""
    gaps = dsp.find_gaps(recording.time_s, GAP_FLAGGED_S)
    if not gaps:
        return ()
    places = ", ".join(f"{start:.2f} to {end:.2f} s" for start, end in gaps[:5])
    more = f" and {len(gaps) - 5} more" if len(gaps) > 5 else ""
    split = any(end - start > GAP_SPLITS_S for start, end in gaps)
    what = f"Samples are missing at {places}{more}."
    if split:
        what += " Only the longest unbroken part was used."
    do = "Keep the screen on and close other apps while recording."
    return (Issue("gap_split" if split else "gap", "warning", what, do),)


def check_jitter(time_s: Floats) -> tuple[Issue, ...]:
    """Flag steps of `time_s` (n,), gaps aside, so uneven that putting them on a grid cannot repair them."""
    steps = np.diff(time_s)
    steps = steps[steps <= GAP_FLAGGED_S]
    if steps.size < 2:
        return ()
    share = float(steps.std() / steps.mean())
    if share <= JITTER_SHARE:
        return ()
    what = f"Samples come unevenly, {100 * share:.0f} % about their distance: path and jerk read too high."
    do = "Close other apps, switch power saving off, and record at a fixed rate of 100 Hz."
    return (Issue("jitter", "warning", what, do),)


def held_share(channel: Floats) -> float:
    """Return which share of the samples of `channel` (n,) only repeat the one before; 0 for coarse ones.

    A channel that moves in steps of its resolution rests between them, and one that is clipped rests at its
    ends; one whose changes are many steps wide and that still repeats itself is held. Repeats that its
    resolution explains, half as many as there are changes by a single step, are taken off. A channel stuck
    at a value is held all the time; one that is zero throughout was not measured.

    >>> held_share(np.repeat(np.arange(100.0) ** 2 % 37, 2)) > 0.4
    True
    >>> held_share(np.arange(100.0) // 4)
    0.0
    """
    inner = (channel[1:] > channel.min()) & (channel[1:] < channel.max())
    if not inner.any():
        return 1.0 if channel[0] != 0 and channel.min() == channel.max() else 0.0
    change = np.abs(np.diff(channel))[inner]
    moved = change[change > 0]
    if moved.size == 0:
        return 1.0
    step = dsp.resolution_step(channel[:, np.newaxis])
    if np.median(moved) < HELD_STEPS * step:
        return 0.0
    single = np.count_nonzero(moved < 1.5 * step)
    share = (change.size - moved.size - single / 2) / change.size
    return max(0.0, float(share))


def _moving(channel: Floats, rate_hz: float) -> Floats:
    """Return `channel` (n,) without its long rests: that a sensor stood still is told elsewhere."""
    kept = np.ones(len(channel), dtype=bool)
    for rest in dsp.runs(np.diff(channel) == 0):
        if rest.stop - rest.start >= FROZEN_S * rate_hz - 1:
            kept[rest.start + 1 : rest.stop + 1] = False
    # What never moves says nothing of a rate.
    return channel[kept] if kept.sum() > 1 else np.zeros(1)


def check_held(recording: Recording, stretch: slice, rate_hz: float) -> tuple[tuple[Issue, ...], float]:
    """Flag sensors that repeat samples; return with it the rate at which acceleration really changes, in Hz.

    Each sensor is judged by the channel that repeats most, over `stretch`; coarse acceleration rests on
    its steps and is not judged.
    """
    sensors = {"acceleration": recording.acc_mps2}
    if recording.gyr_radps is not None:
        sensors["rotation rate"] = recording.gyr_radps
    if resolution_class(recording.acc_mps2[stretch]) != "fine":
        del sensors["acceleration"]
    shares = {
        name: max(held_share(_moving(channel, rate_hz)) for channel in values[stretch].T)
        for name, values in sensors.items()
    }
    issues = tuple(_held_issue(name, share, rate_hz) for name, share in shares.items() if share > HELD_SHARE)
    held = shares.get("acceleration", 0.0)
    return issues, rate_hz * (1 - held) if held > HELD_SHARE else rate_hz


def _held_issue(name: str, share: float, rate_hz: float) -> Issue:
    what = (
        f"The {name} repeats {100 * share:.0f} % of its samples: it was measured at "
        f"{rate_hz * (1 - share):.0f} Hz, not {rate_hz:.0f}, and quick motion is missing."
    )
    return Issue("held_samples", "warning", what, "Choose a rate in the app that the sensor can deliver.")
