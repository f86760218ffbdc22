"""Faults that happen to recordings, each made at a size: what the quality gate must find.

Each function returns the recording as a reader would hand it on. `FAULTS` lists them with growing sizes and
the codes of which one must be raised, as an issue or as a refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from surefoot.dsp import low_pass, resolution_step, sampling_rate
from surefoot.model import Floats, Issue, Recording
from surefoot.units import STANDARD_GRAVITY_MPS2

AT_S = 6.0
SEED = 20261121
Applies = Literal["all", "standing", "board"]
Need = Literal["gyroscope", "height"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: how it is made, at which sizes (from small to large) and with which codes it must be told.

    `applies` says to which recordings, `needs` what these must have besides. A `fixed` one is a fault at
    any size, also where no number changes by much.
    """

    name: str
    size: str
    make: Callable[[Recording, float], Recording]
    sizes: tuple[float, ...]
    codes: tuple[str, ...]
    applies: Applies = "all"
    needs: tuple[Need, ...] = ()
    fixed: bool = False


def _take(
    recording: Recording, rows: NDArray[np.bool_] | NDArray[np.intp], time_s: Floats | None = None
) -> Recording:
    times = recording.time_s if time_s is None else time_s
    gyr = None if recording.gyr_radps is None else recording.gyr_radps[rows]
    return replace(recording, time_s=times[rows], acc_mps2=recording.acc_mps2[rows], gyr_radps=gyr)


def _generator() -> np.random.Generator:
    return np.random.default_rng(SEED)


def _since(recording: Recording) -> Floats:
    """Return the time since `AT_S` before the end, where the analysed window lies."""
    return np.asarray(recording.time_s - (recording.time_s[-1] - AT_S))


def _late(recording: Recording) -> slice:
    return slice(len(recording.time_s) // 2, None)


def _up(recording: Recording) -> Floats:
    up = np.median(recording.acc_mps2[_late(recording)], axis=0)
    return np.asarray(up / np.linalg.norm(up))


def _motion(recording: Recording) -> tuple[Floats, Floats]:
    """Return mean acceleration of the second half (3,), and what moves about it (n, 3)."""
    mean = recording.acc_mps2[_late(recording)].mean(axis=0)
    return mean, recording.acc_mps2 - mean


def arrive_late(recording: Recording, share: float) -> Recording:
    """Tell when samples arrived: late by an exponential delay of mean `share` of the step, order kept."""
    delay = _generator().exponential(share / sampling_rate(recording.time_s), len(recording.time_s))
    arrived = np.maximum.accumulate(recording.time_s + delay)
    return replace(recording, time_s=arrived + 1e-6 * np.arange(len(arrived)))


def deliver_in_batches(recording: Recording, samples: float) -> Recording:
    """Tell for each batch of `samples` the time at which the last of them came."""
    count, time_s = int(samples), recording.time_s
    at = np.arange(len(time_s))
    last = np.minimum(at // count * count + count - 1, len(time_s) - 1)
    within = at % count
    return replace(recording, time_s=time_s[last] + 0.05 * within / sampling_rate(time_s) / count)


def set_clock_back(recording: Recording, seconds: float) -> Recording:
    """Set the clock back once; rows that then stand out of order are sorted and told, as readers do."""
    told_s = recording.time_s - seconds * (_since(recording) >= 0)
    order = np.argsort(told_s, kind="stable")
    rows = order[np.concatenate([[True], np.diff(told_s[order]) > 0])]
    issue = Issue("clock_repaired", "warning", "Rows were out of order and were sorted.")
    told = (issue,) if (np.diff(told_s) < 0).any() else ()
    return replace(_take(recording, rows, told_s), issues=recording.issues + told)


def drop_samples(recording: Recording, seconds: float) -> Recording:
    """Lose all samples for so long."""
    since = _since(recording)
    return _take(recording, (since < 0) | (since >= seconds))


def sample_slowly(recording: Recording, rate_hz: float) -> Recording:
    """Keep samples at `rate_hz` only, without a filter, as a slow sensor does."""
    every = max(1.0, sampling_rate(recording.time_s) / rate_hz)
    return _take(recording, np.unique(np.round(np.arange(0, len(recording.time_s) - 1, every)).astype(int)))


def hold_samples(recording: Recording, times: float) -> Recording:
    """Repeat each acceleration so many times in place of the next ones."""
    at = np.arange(len(recording.time_s))
    return replace(recording, acc_mps2=recording.acc_mps2[at // int(times) * int(times)])


def stand_still(recording: Recording, seconds: float) -> Recording:
    """Repeat one row for so long, as a sensor or an app does that stands still while its clock goes on."""
    since = _since(recording)
    rows = np.arange(len(since))
    held = (since >= 0) & (since < seconds)
    rows[held] = rows[held][0]
    gyr = None if recording.gyr_radps is None else recording.gyr_radps[rows]
    return replace(recording, acc_mps2=recording.acc_mps2[rows], gyr_radps=gyr)


def clip(recording: Recording, spreads: float) -> Recording:
    """End the range of every accelerometer channel 1/`spreads` SD from its mean."""
    mean, moving = _motion(recording)
    limit = moving[_late(recording)].std(axis=0) / spreads
    return replace(recording, acc_mps2=mean + np.clip(moving, -limit, limit))


def round_off(recording: Recording, step_mps2: float) -> Recording:
    """Round acceleration to steps of so many m/s²."""
    return replace(recording, acc_mps2=np.round(recording.acc_mps2 / step_mps2) * step_mps2)


def mistake_unit(recording: Recording, factor: float) -> Recording:
    """Take acceleration in another unit for m/s²."""
    return replace(recording, acc_mps2=recording.acc_mps2 * factor)


def miscalibrate(recording: Recording, off: float) -> Recording:
    """Make gravity read 1 + `off` times what it is."""
    norm = float(np.median(np.linalg.norm(recording.acc_mps2, axis=1)))
    return mistake_unit(recording, (1 + off) * STANDARD_GRAVITY_MPS2 / norm)


def turn_over(recording: Recording, _: float) -> Recording:
    """Exchange the sign of the acceleration, as one platform has it against another."""
    return replace(recording, acc_mps2=-recording.acc_mps2)


def lie_on_a_table(recording: Recording, times: float) -> Recording:
    """Make all motion so many times smaller, the sensor's gravity kept."""
    mean, moving = _motion(recording)
    gyr = None if recording.gyr_radps is None else recording.gyr_radps / times
    return replace(recording, acc_mps2=mean + moving / times, gyr_radps=gyr)


def add_noise(recording: Recording, size_mps2: float) -> Recording:
    """Add white noise of so many m/s² SD to the acceleration."""
    noise = _generator().normal(0.0, size_mps2, recording.acc_mps2.shape)
    return replace(recording, acc_mps2=recording.acc_mps2 + noise)


def walk(recording: Recording, size_mps2: float) -> Recording:
    """Add steps of so many m/s² along the vertical."""
    steps = size_mps2 * np.sin(2 * np.pi * 1.8 * recording.time_s)
    return replace(recording, acc_mps2=recording.acc_mps2 + np.outer(steps, _up(recording)))


def _turn(recording: Recording, axis: Floats, degrees: float, seconds: float) -> Recording:
    """Turn the sensor on the body about `axis`, fixed in it, within so many seconds."""
    from scipy.spatial.transform import Rotation

    share = np.clip((recording.time_s - recording.time_s[-1] + AT_S) / seconds + 0.5, 0.0, 1.0)
    angle = np.radians(degrees) * (0.5 - 0.5 * np.cos(np.pi * share))
    turn = Rotation.from_rotvec(np.outer(angle, axis)).inv()
    gyr = None
    if recording.gyr_radps is not None:
        own = np.outer(np.gradient(angle, recording.time_s), axis)
        gyr = turn.apply(recording.gyr_radps.copy()) + own
    turned = replace(recording, acc_mps2=turn.apply(recording.acc_mps2.copy()), gyr_radps=gyr)
    step = resolution_step(recording.acc_mps2)
    return round_off(turned, step) if step else turned


def slip(recording: Recording, degrees: float) -> Recording:
    """Tip the sensor under its strap by so many degrees within a second."""
    up = _up(recording)
    axis = np.cross(up, np.eye(3)[int(np.argmin(np.abs(up)))])
    return _turn(recording, axis / np.linalg.norm(axis), degrees, 1.0)


def turn_round(recording: Recording, degrees: float) -> Recording:
    """Turn body or sensor about the vertical by so many degrees within twenty seconds."""
    return _turn(recording, _up(recording), degrees, 20.0)


def bend_hips(recording: Recording, factor: float) -> Recording:
    """Move the hips: multiply acceleration above 0.3 Hz, in which tilt takes no part."""
    slow = low_pass(recording.acc_mps2, sampling_rate(recording.time_s), 0.3, order=2)
    return replace(recording, acc_mps2=slow + factor * (recording.acc_mps2 - slow))


def stop_early(recording: Recording, seconds: float) -> Recording:
    """Stop the recording after so many seconds."""
    return _take(recording, np.asarray(recording.time_s < recording.time_s[0] + seconds))


_TIMING = (
    "jitter",
    "times_unsure",
    "samples_missing",
    "gap",
    "gap_split",
    "low_rate",
    "rate_too_low",
    "too_short",
)
_COARSE = ("resolution", "coarse", "steps_too_large", "unusable_acceleration")
_TIPPED = ("mount_slip", "lean_changed", "not_quiet_standing")
_G = STANDARD_GRAVITY_MPS2
_BODY: Applies = "standing"

FAULTS: tuple[Fault, ...] = (
    Fault(
        "slow sensor", "samples a second", sample_slowly, (35, 15), ("low_rate", "rate_too_low"), fixed=True
    ),
    Fault("late arrival", "mean delay in steps", arrive_late, (0.1, 0.2, 0.4, 0.8, 1.6), _TIMING),
    Fault("arrival in batches", "samples", deliver_in_batches, (2, 4, 8), _TIMING),
    Fault("clock set back", "s", set_clock_back, (0.03, 0.3, 3), ("clock_repaired", "too_short")),
    Fault("samples lost", "s", drop_samples, (0.12, 0.2, 0.3, 1), _TIMING, fixed=True),
    Fault("samples held", "times", hold_samples, (2, 4, 8), ("held_samples", "rate_too_low")),
    Fault("stands still", "s", stand_still, (0.3, 0.5, 1, 2, 4), ("frozen", "frozen_long")),
    Fault("range too small", "1/SD", clip, (0.25, 0.4, 0.6, 0.8, 1.2), ("clipping",)),
    Fault("rounding", "m/s²", round_off, (0.01, 0.02, 0.05, 0.1, 0.2), _COARSE, _BODY),
    Fault("g taken for m/s²", "times", mistake_unit, (1 / _G,), ("not_gravity",), fixed=True),
    Fault("m/s² taken for g", "times", mistake_unit, (_G,), ("not_gravity",), fixed=True),
    Fault("gravity too large", "share", miscalibrate, (0.055, 0.08), ("gravity_off",), fixed=True),
    Fault("gravity too small", "share", miscalibrate, (-0.055, -0.08), ("gravity_off",), fixed=True),
    Fault("sign exchanged", "", turn_over, (1,), ("up_axis_down", "mounting"), "board", fixed=True),
    Fault("strap slips", "°", slip, (1, 2, 4, 8, 16), _TIPPED, _BODY),
    Fault("lies on a table", "times smaller", lie_on_a_table, (200,), ("too_still",), _BODY, fixed=True),
    Fault("walking", "m/s²", walk, (1, 2), ("not_quiet_standing",), _BODY, fixed=True),
    Fault("turning", "°", turn_round, (60, 75), ("turning",), _BODY, needs=("gyroscope",), fixed=True),
    Fault("noise", "m/s²", add_noise, (0.01, 0.02, 0.05, 0.1, 0.2), ("noise_floor",), _BODY),
    Fault(
        "bends at the hips",
        "times",
        bend_hips,
        (2, 3),
        ("hip_strategy",),
        _BODY,
        needs=("gyroscope", "height"),
        fixed=True,
    ),
    Fault("stopped early", "s", stop_early, (12,), ("too_short",), fixed=True),
)
