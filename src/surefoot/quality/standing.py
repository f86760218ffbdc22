"""Whether somebody stands, quietly and on the spot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from surefoot import dsp
from surefoot.errors import NotQuietStandingError, TooStillError
from surefoot.model import PRESET_CUTOFF_HZ, Floats, Issue
from surefoot.quality.limits import (
    BOARD_TURNING_RADPS,
    GYRO_BIAS_RADPS,
    NOBODY_DEG,
    RIDDEN_BELOW_HZ,
    STRATEGY_ABOVE_HZ,
    STRATEGY_SHARE,
    TOO_STILL_MPS2,
    TURNED_DEG,
    TURNING_RADPS,
    WALKING_MPS2,
)


def check_standing(
    acc_mps2: Floats, gyr_radps: Floats | None, rate_hz: float, turning_radps: float = TURNING_RADPS
) -> None:
    """Refuse walking, turning faster than `turning_radps` and handling with NotQuietStandingError.

    `acc_mps2` and `gyr_radps`, where there is one, are (n, 3) in any frame. Judged by the usual second of the
    whole recording, so that one touchdown does not decide: the RMS of the change in |a|, and with a gyroscope
    of the rotation rate.
    """
    second = max(1, round(rate_hz))
    norm = np.linalg.norm(acc_mps2, axis=1)
    shaking = float(np.median(dsp.running_rms(norm - np.median(norm), second)))
    turning = 0.0
    if gyr_radps is not None:
        turning = float(np.median(dsp.running_rms(np.linalg.norm(gyr_radps, axis=1), second)))
    if shaking > WALKING_MPS2 or turning > turning_radps:
        raise NotQuietStandingError(
            "This is not quiet standing.",
            found=f"|a| varying by {shaking:.2f} m/s² and turning at {np.degrees(turning):.0f} °/s",
            expected=f"less than {WALKING_MPS2} m/s² and {np.degrees(turning_radps):.0f} °/s",
            do="Record standing on the spot; walking and turning belong to other tests.",
        )


def check_riding(acc_mps2: Floats, gyr_radps: Floats | None, rate_hz: float) -> None:
    """Refuse what is no board under somebody with NotQuietStandingError: a hard board turns fast, too."""
    check_standing(acc_mps2, gyr_radps, rate_hz, BOARD_TURNING_RADPS)


def check_ridden(tilt_deg: Floats, rate_hz: float) -> None:
    """Refuse with TooStillError a board that nobody moves; `tilt_deg` (n, 2) is that of a stretch of it."""
    low = dsp.low_pass(tilt_deg, rate_hz, RIDDEN_BELOW_HZ)
    about_mean_deg = float(np.hypot(*low.std(axis=0)))
    if about_mean_deg < NOBODY_DEG:
        raise nobody_rides(about_mean_deg)


def nobody_rides(moved_deg: float) -> TooStillError:
    """Return the refusal of a board whose tilt moves by `moved_deg` about its mean."""
    return TooStillError(
        "Nobody seems to stand on the board.",
        found=f"a tilt that moves by {moved_deg:.2f}° about its mean",
        expected=f"at least {NOBODY_DEG}°; a board that somebody balances moves by 1° and more",
        do="Fix the sensor to the board, step on, and keep it level until the time is over.",
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


def check_turning(gyr_radps: Floats, up: Floats, rate_hz: float) -> tuple[Issue, ...]:
    """Flag a heading that changes by more than 20° in the window.

    `gyr_radps` (n, 3) is turned about `up` (3,); its median, up to 1 °/s, is taken as the gyroscope's bias.
    """
    rate = gyr_radps @ dsp.unit_vector(up)
    bias = np.clip(np.median(rate), -GYRO_BIAS_RADPS, GYRO_BIAS_RADPS)
    turned_deg = float(np.degrees(np.ptp(np.cumsum(rate - bias))) / rate_hz)
    if turned_deg <= TURNED_DEG:
        return ()
    what = f"The sensor turned by {turned_deg:.0f}° in the window, so forward and right changed meaning."
    do = "Stand facing one way, and strap the phone so that it cannot slide round."
    return (Issue("turning", "warning", what, do),)


def check_strategy(pendulum_deg: Floats, fused_deg: Floats, rate_hz: float) -> tuple[Issue, ...]:
    """Tell when tilt (n, 2) of a rigid body from acceleration disagrees with that from the gyroscope.

    More than 30 % between the two RMS above 0.3 Hz on an axis: hips or knees move against the trunk.
    """
    quick = [
        tilt - dsp.low_pass(tilt, rate_hz, STRATEGY_ABOVE_HZ, order=2) for tilt in (pendulum_deg, fused_deg)
    ]
    ratio = quick[0].std(axis=0) / quick[1].std(axis=0)
    apart = float(np.abs(ratio - 1).max())
    if apart <= STRATEGY_SHARE:
        return ()
    what = (
        f"Acceleration and gyroscope disagree on tilt by {100 * apart:.0f} %: "
        "the body bends at hips or knees rather than sways in one piece, or the height is wrong."
    )
    return (Issue("hip_strategy", "info", what, "Check --height; compare such trials with care."),)
