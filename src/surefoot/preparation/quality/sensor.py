"""What the sensor makes of the motion: gravity, range, resolution, noise."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from surefoot import dsp
from surefoot.errors import UnitError
from surefoot.model import PRESET_CUTOFF_HZ, Floats, Issue, Recording
from surefoot.preparation.quality.limits import (
    CLIPPED_LEVELS,
    CLIPPED_RESTS,
    CLIPPED_RUN,
    CLIPPED_SHARE,
    CLIPPED_TIMES,
    COARSE_STEP_MPS2,
    COARSE_SWAY_MPS2,
    DETAIL_STEPS,
    GRAVITY_HIGH_MPS2,
    GRAVITY_LOW_MPS2,
    GRAVITY_OFF_SHARE,
    NOISE_BAND_HZ,
    NOISE_MARGIN,
    NOISE_RMS_SHARE,
    NOISE_SHARE,
    RATE_LOW_HZ,
    ROUNDED_STEP_MPS2,
    STEP_SHARE,
    STEPPED,
    UNUSABLE,
    UNUSABLE_SWAY_MPS2,
)
from surefoot.units import STANDARD_GRAVITY_MPS2


# Recordings compare by identity. Many checks ask for it, each of the recording of a moment ago.
@lru_cache(maxsize=2)
def resolution(recording: Recording) -> float:
    """Return the step of a recording's acceleration in m/s²."""
    return dsp.resolution_step(recording.acc_mps2)


def resolution_class(step: float) -> str:
    """Return whether a step of acceleration is fine, stepped from 0.03 m/s², or coarse as a browser's."""
    if step < COARSE_STEP_MPS2:
        return "fine"
    return "stepped" if step < ROUNDED_STEP_MPS2 else "coarse"


def check_gravity(acc_mps2: Floats) -> tuple[Issue, ...]:
    """Refuse acceleration (n, 3) whose median length is not gravity (UnitError); flag more than 5 % off."""
    norm = float(np.median(np.linalg.norm(acc_mps2, axis=1)))
    if not GRAVITY_LOW_MPS2 <= norm <= GRAVITY_HIGH_MPS2:
        raise UnitError(
            "The acceleration is not gravity.",
            found=f"a median length of {norm:.2f} m/s²",
            expected=f"{GRAVITY_LOW_MPS2} to {GRAVITY_HIGH_MPS2} m/s² at rest",
            do="Export total acceleration (with gravity) and check its unit; do not re-save the file.",
        )
    off = norm / STANDARD_GRAVITY_MPS2 - 1
    if abs(off) > GRAVITY_OFF_SHARE:
        what = f"Gravity reads {norm:.2f} m/s², {100 * off:+.0f} % from 9.81: amplitudes are off by as much."
        return (Issue("gravity_off", "warning", what, "Use the same phone each time, or calibrate it."),)
    return ()


def check_resolution(sway_mps2: Floats, step: float, rate_hz: float) -> tuple[Issue, ...]:
    """Flag coarse and stepped acceleration by how small the sway is against it.

    `sway_mps2` (n, 2) is the window's horizontal acceleration, `step` that of the samples as recorded.
    Browsers round to 0.1 m/s²: where the smaller axis sways by 0.1 m/s² RMS or more the RMS holds, down to
    0.05 it is up to a tenth too high, and below that it is rounding. Smaller steps leave path and spectra
    where the smaller axis sways by two of them (own simulation; the limits stand on the validation page).
    """
    resolution = resolution_class(step)
    if resolution == "fine":
        return ()
    low = dsp.low_pass(sway_mps2, rate_hz, PRESET_CUTOFF_HZ["isway"])
    smaller = float((low - low.mean(axis=0)).std(axis=0).min())
    do = "Record with an app such as phyphox: a browser rounds acceleration."
    if resolution == "stepped":
        if smaller >= DETAIL_STEPS * step:
            return ()
        what = (
            f"Acceleration in steps of {step:.3f} m/s² is too coarse for the path of sway of {smaller:.3f}."
        )
        return (Issue(STEPPED, "warning", what, "Use a sensor with finer steps, or its smallest range."),)
    if smaller < UNUSABLE_SWAY_MPS2:
        what = f"Acceleration is too coarse for sway of {smaller:.3f} m/s²: the gyroscope measures instead."
        return (Issue(UNUSABLE, "warning", what, do),)
    if smaller < COARSE_SWAY_MPS2:
        what = f"Acceleration is coarse against sway of {smaller:.3f} m/s²: RMS may read a tenth too high."
        return (Issue("coarse", "warning", what, do),)
    return ()


def is_clipped(channel: Floats) -> bool:
    """Return whether `channel` (n,) stays at its largest or smallest value as at a wall.

    Twice at least three equal extremes in a row, and three times as many there as at the levels beside it.

    >>> wave = np.sin(np.arange(300) / 7)
    >>> is_clipped(wave), is_clipped(np.clip(wave, -1, 0.9))
    (False, True)
    """
    levels, found = np.unique(channel, return_counts=True)
    counts = found.astype(float)
    if levels.size < CLIPPED_LEVELS:
        return False
    return _walled(channel == levels[0], counts[:3]) or _walled(channel == levels[-1], counts[:-4:-1])


def _walled(at_extreme: NDArray[np.bool_], counts: Floats) -> bool:
    rests = sum(run.stop - run.start >= CLIPPED_RUN for run in dsp.runs(at_extreme))
    enough = max(CLIPPED_TIMES * counts[1:].mean(), CLIPPED_SHARE * at_extreme.size)
    return bool(rests >= CLIPPED_RESTS and counts[0] >= enough)


def check_clipping(acc_mps2: Floats, gyr_radps: Floats | None) -> tuple[Issue, ...]:
    """Flag sensors that reach the end of their range in the window's samples (n, 3), as recorded."""
    sensors = {"acceleration": acc_mps2}
    if gyr_radps is not None:
        sensors["rotation rate"] = gyr_radps
    clipped = [name for name, values in sensors.items() if any(is_clipped(channel) for channel in values.T)]
    if not clipped:
        return ()
    what = f"The {' and the '.join(clipped)} stood at the end of the range: larger motion is cut off."
    return (Issue("clipping", "warning", what, "Choose a larger range in the app, such as 4 g, and repeat."),)


def check_step(step: float, sway_mps2: Floats) -> tuple[Issue, ...]:
    """Tell of acceleration that is coarse, or whose step is a quarter or more of the smaller axis' SD.

    `step` is that of the samples as recorded, `sway_mps2` (n, 2) the window's horizontal acceleration.
    """
    smaller = float(sway_mps2.std(axis=0).min())
    if step < min(COARSE_STEP_MPS2, STEP_SHARE * smaller):
        return ()
    what = f"Acceleration has steps of {step:.3f} m/s² while sway is {smaller:.3f}: small motion is lost."
    return (Issue("resolution", "info", what, "An app such as phyphox gives finer steps; a browser rounds."),)


def noise_share(sway_mps2: Floats, rate_hz: float) -> float:
    """Return which share of the power of sway (n, 2) or of its change is white noise.

    Both are taken below 3.5 Hz. The noise density is the lower quartile from 10 to 40 Hz (a quarter to 0.45
    of the rate where that is lower), where a body that stands moves least. Path and jerk feel noise before
    RMS does, so the rate of change decides; below 40 Hz, where they are withheld, the sway itself, and the
    noisier axis, as the RMS of one axis carries the verdict there.
    """
    low_hz, high_hz = min(NOISE_BAND_HZ[0], 0.25 * rate_hz), min(NOISE_BAND_HZ[1], 0.45 * rate_hz)
    cutoff_hz = PRESET_CUTOFF_HZ["isway"]
    signal = dsp.low_pass(sway_mps2 - sway_mps2.mean(axis=0), rate_hz, cutoff_hz)
    per_density = cutoff_hz
    if rate_hz >= RATE_LOW_HZ:
        signal = np.gradient(signal, 1 / rate_hz, axis=0)
        per_density = (2 * np.pi) ** 2 * cutoff_hz**3 / 3
    segment = min(len(sway_mps2), round(2 * rate_hz))
    bands = (dsp.band(dsp.power_spectrum(axis, rate_hz, segment), low_hz, high_hz) for axis in sway_mps2.T)
    noise = np.array([np.percentile(quiet.power, 25) * per_density for quiet in bands])
    power = np.square(signal).mean(axis=0)
    if rate_hz < RATE_LOW_HZ:
        return float((noise / power).max())
    return float(noise.sum() / power.sum())


def check_noise(sway_mps2: Floats, rate_hz: float) -> tuple[Issue, ...]:
    """Flag sway (n, 2) that hardly stands out from the sensor's own noise, judged from the trial itself."""
    share = noise_share(sway_mps2, rate_hz)
    if share <= (NOISE_SHARE if rate_hz >= RATE_LOW_HZ else NOISE_RMS_SHARE):
        return ()
    of = "quick motion: path and jerk read" if rate_hz >= RATE_LOW_HZ else "sway: amplitudes read"
    what = f"The sensor's noise is {100 * share:.0f} % of the {of} too high."
    return (Issue("noise_floor", "warning", what, "Use a quieter phone or sensor, and always the same one."),)


def measure_noise(acc_mps2: Floats, rate_hz: float) -> Floats:
    """Return the RMS (2,) of a resting sensor's horizontal acceleration (n, 2) after the 3.5 Hz low-pass."""
    low = dsp.low_pass(acc_mps2, rate_hz, PRESET_CUTOFF_HZ["isway"])
    return np.asarray((low - low.mean(axis=0)).std(axis=0))


def check_margin(sway_mps2: Floats, rate_hz: float, noise_floor_mps2: float) -> tuple[Issue, ...]:
    """Tell by how much sway (n, 2) exceeds the noise measured on this phone; flag less than three times."""
    margin = float(measure_noise(sway_mps2, rate_hz).min()) / noise_floor_mps2
    what = f"Sway is {margin:.1f} times this phone's own noise of {noise_floor_mps2:.4f} m/s²"
    if margin >= NOISE_MARGIN:
        return (Issue("noise_margin", "info", f"{what}."),)
    what += f"; below {NOISE_MARGIN:.0f} times, much of the number is noise."
    return (Issue("noise_floor", "warning", what, "Use a quieter phone or sensor, and always the same one."),)
