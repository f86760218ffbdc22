"""What is wrong with a recording or a trial: refusals where nothing can be computed, issues for care.

Every threshold of the gate stands in this file, by name.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from surefoot import dsp
from surefoot.errors import LowRateError, MountingError, NotQuietStandingError, TooStillError, UnitError
from surefoot.model import PRESET_CUTOFF_HZ, Floats, Issue, Recording
from surefoot.units import STANDARD_GRAVITY_MPS2

GAP_FLAGGED_S = 0.10
GAP_SPLITS_S = 0.25
RATE_REFUSED_HZ = 18.0
RATE_LOW_HZ = 40.0
RATE_FULL_HZ = 90.0
GRAVITY_LOW_MPS2, GRAVITY_HIGH_MPS2 = 8.8, 10.8
GRAVITY_OFF_SHARE = 0.05
TOO_STILL_MPS2 = 0.005
WALKING_MPS2 = 0.6
TURNING_RADPS = np.radians(40.0)
FACE_OFF_DEG = 45.0
BOARD_FACE_OFF_DEG = 30.0
COARSE_STEP_MPS2 = 0.03
COARSE_SWAY_MPS2 = 0.10
UNUSABLE_SWAY_MPS2 = 0.05
UNUSABLE = "unusable_acceleration"


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


def resolution_class(acc_mps2: Floats) -> str:
    """Return whether acceleration (n, 3) is fine or coarse (browsers round to 0.1 m/s²)."""
    return "coarse" if dsp.resolution_step(acc_mps2) >= COARSE_STEP_MPS2 else "fine"


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


def check_standing(acc_mps2: Floats, gyr_radps: Floats | None, rate_hz: float) -> None:
    """Refuse walking, turning and handling with NotQuietStandingError.

    Judged by the usual second of the whole recording, so that one touchdown does not decide: the RMS of
    the change in |a|, and with a gyroscope of the rotation rate.
    """
    second = max(1, round(rate_hz))
    norm = np.linalg.norm(acc_mps2, axis=1)
    shaking = float(np.median(dsp.running_rms(norm - np.median(norm), second)))
    turning = 0.0
    if gyr_radps is not None:
        turning = float(np.median(dsp.running_rms(np.linalg.norm(gyr_radps, axis=1), second)))
    if shaking > WALKING_MPS2 or turning > TURNING_RADPS:
        raise NotQuietStandingError(
            "This is not quiet standing.",
            found=f"|a| varying by {shaking:.2f} m/s² and turning at {np.degrees(turning):.0f} °/s",
            expected=f"less than {WALKING_MPS2} m/s² and {np.degrees(TURNING_RADPS):.0f} °/s",
            do="Record standing on the spot; walking and turning belong to other tests.",
        )


def check_moments(moments_s: Sequence[tuple[float, float]]) -> tuple[Issue, ...]:
    """Flag short moments of much larger motion inside the analysed window."""
    if not moments_s:
        return ()
    places = ", ".join(f"{start:.1f} to {end:.1f} s" for start, end in moments_s)
    what = f"The body moved far more than usual at {places}: a correction, counted in."
    return (Issue("unsteady_moment", "info", what),)


def check_alive(horizontal_mps2: Floats, rate_hz: float) -> None:
    """Refuse with TooStillError what is quieter than a person: a phone that lies on a table.

    `horizontal_mps2` (n, 2) is the window's horizontal acceleration in any heading.
    """
    low = dsp.low_pass(horizontal_mps2, rate_hz, PRESET_CUTOFF_HZ["isway"])
    rms = float(np.sqrt(np.square(low - low.mean(axis=0)).sum(axis=1).mean()))
    if rms < TOO_STILL_MPS2:
        raise TooStillError(
            "This is too still to be a person.",
            found=f"a horizontal RMS of {rms:.4f} m/s² below 3.5 Hz",
            expected=f"at least {TOO_STILL_MPS2} m/s²; quiet standing is 0.03 to 0.1",
            do="Wear the phone during the test; a phone on a table measures only its own noise.",
        )


def check_resolution(sway_mps2: Floats, resolution: str, rate_hz: float) -> tuple[Issue, ...]:
    """Flag coarse acceleration by how small the sway is against it.

    `sway_mps2` (n, 2) is the window's horizontal acceleration. Browsers round to 0.1 m/s²: where the smaller
    axis sways by 0.1 m/s² RMS or more the RMS holds, down to 0.05 it is up to a tenth too high, and below
    that it is rounding (own simulation of the rounding; the limits stand on the validation page).
    """
    if resolution != "coarse":
        return ()
    low = dsp.low_pass(sway_mps2, rate_hz, PRESET_CUTOFF_HZ["isway"])
    smaller = float((low - low.mean(axis=0)).std(axis=0).min())
    do = "Record with an app such as phyphox: a browser rounds acceleration."
    if smaller < UNUSABLE_SWAY_MPS2:
        what = f"Acceleration is too coarse for sway of {smaller:.3f} m/s²: the gyroscope measures instead."
        return (Issue(UNUSABLE, "warning", what, do),)
    if smaller < COARSE_SWAY_MPS2:
        what = f"Acceleration is coarse against sway of {smaller:.3f} m/s²: RMS may read a tenth too high."
        return (Issue("coarse", "warning", what, do),)
    return ()


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
