"""How evenly and how often a recording was sampled, and why it may have no piece that is long enough."""

import numpy as np

from surefoot import dsp
from surefoot.errors import LowRateError, SignalError, TooShortError
from surefoot.model import PRESET_CUTOFF_HZ, Floats, Issue, Recording
from surefoot.preparation.quality.limits import (
    CLOCK_JUMP_S,
    EVEN_OFF,
    EVEN_STEPS,
    FROZEN_S,
    GAP_FLAGGED_S,
    GAP_SPLITS_S,
    HELD_SHARE,
    HELD_STEPS,
    JITTER_OVER_S,
    JITTER_SHARE,
    JITTER_WITHHELD_SHARE,
    LOST_SHARE,
    MOST_APART,
    RATE_FULL_HZ,
    RATE_LOW_HZ,
    RATE_REFUSED_HZ,
    RATE_TOLERANCE,
    STEPS_AROUND,
    STRETCH_S,
)
from surefoot.preparation.quality.sensor import resolution, resolution_class

_HOLD_LINK = "Stay near the computer, and repeat the trial if the hole was inside it."


def reaches(rate_hz: float, limit_hz: float) -> bool:
    """Tell whether a rate is as high as a limit, within what clocks are off.

    >>> reaches(39.999, 40.0), reaches(39.0, 40.0)
    (True, False)
    """
    return rate_hz >= limit_hz * (1 - RATE_TOLERANCE)


def check_rate(rate_hz: float) -> tuple[Issue, ...]:
    """Refuse rates below 18 Hz with LowRateError; flag those below 40 Hz."""
    if not reaches(rate_hz, RATE_REFUSED_HZ):
        raise LowRateError(
            "The recording was sampled too slowly to measure sway.",
            found=f"{rate_hz:.1f} samples a second",
            expected=f"at least {RATE_REFUSED_HZ:.0f}, better 100",
            do="Set the app to 100 Hz (10 ms) and record again.",
        )
    if not reaches(rate_hz, RATE_LOW_HZ):
        what = f"Sampled at {rate_hz:.1f} Hz: path, jerk and frequency are left out."
        return (Issue("low_rate", "warning", what, "Set the app to 100 Hz next time."),)
    return ()


def rate_class(rate_hz: float) -> str:
    """Return the class of sampling rates within which results may be compared.

    >>> rate_class(99.3), rate_class(60.0), rate_class(39.999), rate_class(20.0)
    ('90 Hz and more', '40 to 90 Hz', '40 to 90 Hz', '18 to 40 Hz')
    """
    if reaches(rate_hz, RATE_FULL_HZ):
        return "90 Hz and more"
    return "40 to 90 Hz" if reaches(rate_hz, RATE_LOW_HZ) else "18 to 40 Hz"


def worst_rate(time_s: Floats) -> float:
    """Return the lowest rate in Hz that `time_s` (n,) keeps for two seconds, missing samples aside."""
    return min(1 / _usual_step(steps) for steps in _by_stretch(time_s))


def check_worst_rate(time_s: Floats, rate_hz: float) -> tuple[Issue, ...]:
    """Flag a window that was sampled below 40 Hz for two seconds, though at `rate_hz` on the whole."""
    worst_hz = worst_rate(time_s)
    if reaches(worst_hz, RATE_LOW_HZ) or not reaches(rate_hz, RATE_LOW_HZ):
        return ()
    what = f"For a part of the window only {worst_hz:.0f} samples a second came: path and jerk are left out."
    return (Issue("low_rate", "warning", what, "Close other apps, and switch power saving off."),)


def lost_share(time_s: Floats, *, own_times: bool = True) -> float:
    """Return which share of the samples of `time_s` (n,) is missing, by holes in otherwise even steps.

    Where steps are uneven, or most samples had no time of their own, only holes over 0.1 s tell.

    >>> round(lost_share(np.delete(np.arange(1000) / 100, [100, 300, 301, 302])), 4)
    0.004
    """
    steps = np.diff(time_s)
    lost = float((_apart(steps) - 1).sum()) if own_times and _is_even(steps) else _in_holes(steps)
    return lost / (lost + len(time_s))


def check_lost(time_s: Floats, *, own_times: bool, by_radio: bool) -> tuple[Issue, ...]:
    """Flag a window of which more than 3 % of the samples are missing: what reads detail reads too high."""
    share = lost_share(time_s, own_times=own_times)
    if share <= LOST_SHARE:
        return ()
    what = (
        f"{100 * share:.0f} % of the samples in the window are missing: path, jerk and spectra are left out."
    )
    do = "Move the sensor closer." if by_radio else "Keep the screen on and close other apps."
    return (Issue("samples_missing", "warning", what, do),)


def _by_stretch(time_s: Floats) -> list[Floats]:
    """Return the steps of each two seconds, a short rest with those before it."""
    steps = np.diff(time_s)
    stretches = max(1, int((time_s[-1] - time_s[0]) / STRETCH_S))
    edges = time_s[0] + STRETCH_S * np.arange(1, stretches)
    return [part for part in np.split(steps, np.searchsorted(time_s[1:], edges)) if part.size]


def _usual_step(steps: Floats) -> float:
    """Return the mean of the steps that are not much longer than most."""
    return float(steps[steps <= 1.5 * np.median(steps)].mean())


def _in_holes(steps: Floats) -> float:
    """Return how many samples the steps (n,) over 0.1 s leave out, at the mean of the others."""
    holes = steps > GAP_FLAGGED_S
    return float(steps[holes].sum() / steps[~holes].mean() - holes.sum()) if not holes.all() else 0.0


def _is_even(steps: Floats) -> bool:
    """Tell whether steps (n,) are whole multiples of those around, and most are one: a clock with holes."""
    times = steps / _around(steps)
    near = (np.abs(times - np.rint(times)) < EVEN_OFF).mean()
    return bool(near >= EVEN_STEPS and _apart(steps).mean() <= MOST_APART)


def _apart(steps: Floats) -> Floats:
    """Return by how many samples each is after the one before."""
    return np.asarray(np.rint(steps / _around(steps)).clip(1.0))


def _around(steps: Floats) -> Floats:
    """Return the usual step around each: a sensor may slow down, which is no loss."""
    from scipy.ndimage import median_filter

    return np.asarray(median_filter(steps, STEPS_AROUND, mode="mirror"))


def check_gaps(recording: Recording, time_s: Floats | None = None) -> tuple[Issue, ...]:
    """Flag holes in the time axis: small ones are bridged, large ones split the recording.

    `time_s` (n,) are its times with bursts spread, where they differ.
    """
    gaps = dsp.find_gaps(recording.time_s if time_s is None else time_s, GAP_FLAGGED_S)
    if not gaps:
        return ()
    places = ", ".join(f"{start:.2f} to {end:.2f} s" for start, end in gaps[:5])
    more = f" and {len(gaps) - 5} more" if len(gaps) > 5 else ""
    split = any(end - start > GAP_SPLITS_S for start, end in gaps)
    what = f"Samples are missing at {places}{more}."
    do = _HOLD_LINK if is_by_radio(recording) else "Keep the screen on and close other apps while recording."
    if any(end - start > CLOCK_JUMP_S for start, end in gaps):
        what = f"The clock jumps ahead, or several takes are in one: no samples at {places}{more}."
        do = "Give each take by itself: as a file, or with --start and --end."
    if split:
        what += " Only the longest unbroken part was used."
    return (Issue("gap_split" if split else "gap", "warning", what, do),)


def is_by_radio(recording: Recording) -> bool:
    """Tell whether samples came by Bluetooth, where they are lost for other reasons than in a phone."""
    return recording.platform == "Bluetooth"


def check_jitter(
    time_s: Floats, across_mps2: Floats, rate_hz: float, *, own_times: bool = True
) -> tuple[Issue, ...]:
    """Flag times (n,) so uneven that the path of acceleration (n, 2) over them reads too high by 1 %.

    Against the same samples at even times: one that did measure unevenly is the smoother at its own. Where
    the rate is too low for a path, RMS is held against RMS. Above 5 % the times count as unsure. Own rule.
    """
    steps = np.diff(time_s)
    apart = _apart(steps) if own_times and _is_even(steps) else np.ones(steps.size)
    even_s = dsp.evened(time_s, JITTER_OVER_S, apart)
    given, even = (_motion_over(times, across_mps2, rate_hz) for times in (time_s, even_s))
    share = given[0] / even[0] - 1 if even[0] > 0 and given[1] > even[1] else 0.0
    if share <= JITTER_SHARE:
        return ()
    do = "Close other apps, switch power saving off, and record at a fixed rate of 100 Hz."
    if share > JITTER_WITHHELD_SHARE:
        what = (
            f"Samples come so unevenly that path reads {100 * share:.0f} % too high: it is left out, "
            "and amplitudes may be a little off."
        )
        return (Issue("times_unsure", "warning", what, do),)
    what = f"Samples come unevenly: path and jerk read about {100 * share:.0f} % too high."
    return (Issue("jitter", "warning", what, do),)


def _motion_over(time_s: Floats, across_mps2: Floats, rate_hz: float) -> tuple[float, float]:
    """Return the path of acceleration at these times below 3.5 Hz, or its RMS, and what is above."""
    grid_mps2 = dsp.resample(time_s, across_mps2, rate_hz)[1]
    grid_mps2 -= grid_mps2.mean(axis=0)
    slow = dsp.low_pass(grid_mps2, rate_hz, PRESET_CUTOFF_HZ["isway"])
    size = dsp.path_length(*slow.T) if reaches(rate_hz, RATE_LOW_HZ) else float(slow.std())
    return size, float((grid_mps2 - slow).std())


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
    if resolution_class(_step_in(recording, stretch)) != "fine":
        del sensors["acceleration"]
    shares = {
        name: max(held_share(_moving(channel, rate_hz)) for channel in values[stretch].T)
        for name, values in sensors.items()
    }
    issues = tuple(_held_issue(name, share, rate_hz) for name, share in shares.items() if share > HELD_SHARE)
    held = shares.get("acceleration", 0.0)
    return issues, rate_hz * (1 - held) if held > HELD_SHARE else rate_hz


def _step_in(recording: Recording, stretch: slice) -> float:
    whole = stretch == slice(0, recording.time_s.size)
    return resolution(recording) if whole else dsp.resolution_step(recording.acc_mps2[stretch])


def _held_issue(name: str, share: float, rate_hz: float) -> Issue:
    what = (
        f"The {name} repeats {100 * share:.0f} % of its samples: it was measured at "
        f"{rate_hz * (1 - share):.0f} Hz, not {rate_hz:.0f}, and quick motion is missing."
    )
    return Issue("held_samples", "warning", what, "Choose a rate in the app that the sensor can deliver.")


def no_piece(recording: Recording, longest_s: float) -> SignalError:
    """Return the refusal of a recording whose longest piece without a hole lasts `longest_s`, and its cause.

    A sensor that speaks twice a second has a hole after every sample, and one that was stopped after three
    seconds has none: neither is a recording that was interrupted.
    """
    steps_s = np.diff(recording.time_s)
    usual_s = float(np.median(steps_s))
    if usual_s > GAP_SPLITS_S:
        return LowRateError(
            "The recording was sampled too slowly to measure sway.",
            found=f"{1 / usual_s:.2g} samples a second",
            expected=f"at least {RATE_REFUSED_HZ:.0f}, better 100",
            do="Set the app or sensor to 100 Hz (10 ms) and record again.",
        )
    if not (steps_s > GAP_SPLITS_S).any():
        return TooShortError(
            "The recording is too short for any test.",
            found=f"{recording.duration_s:.1f} s",
            expected="the whole test, which takes 24 s of steady standing or more",
            do="Start the recording, take position, stand still until the end, then stop it.",
        )
    return TooShortError(
        "Hardly any samples follow one another without a hole.",
        found=f"at most {longest_s:.1f} s in one piece, of {recording.duration_s:.1f} s",
        expected="at least 24 s in one piece",
        do="Record again without interruption.",
    )
