"""Whether somebody stands, quietly and on the spot."""

from collections.abc import Sequence

import numpy as np

from surefoot import dsp
from surefoot.errors import NotQuietStandingError, TooStillError
from surefoot.model import PRESET_CUTOFF_HZ, Floats, Issue, Setup
from surefoot.preparation.quality.limits import (
    BOARD_TURNING_RADPS,
    FAR_ABOVE_TIMES,
    GYRO_BIAS_RADPS,
    HARDER_TIMES,
    NOBODY_DEG,
    RIDDEN_BELOW_HZ,
    STANDING_PERCENT,
    STRATEGY_ABOVE_HZ,
    STRATEGY_SHARE,
    SWING_DEG,
    TOO_STILL_MPS2,
    TURNED_DEG,
    TURNING_RADPS,
    TWO_LEGS_MPS2,
    WALKING_MPS2,
)

TWO_LEGS = "two-legs"


def check_standing(
    acc_mps2: Floats, gyr_radps: Floats | None, rate_hz: float, turning_radps: float = TURNING_RADPS
) -> None:
    """Refuse walking, turning faster than `turning_radps` and handling with NotQuietStandingError.

    `acc_mps2` and `gyr_radps`, where there is one, are (n, 3) in any frame. Judged by the usual second of the
    whole recording, so that one touchdown does not decide: the RMS of the change in |a|, and with a gyroscope
    of the rotation rate.
    """
    shaking, turning = _usual_motion(acc_mps2, gyr_radps, rate_hz)
    if shaking > WALKING_MPS2 or turning > turning_radps:
        raise NotQuietStandingError(
            "This is not quiet standing.",
            found=f"|a| varying by {shaking:.2f} m/s² and turning at {np.degrees(turning):.0f} °/s",
            expected=f"less than {WALKING_MPS2} m/s² and {np.degrees(turning_radps):.0f} °/s",
            do="Record standing on the spot; walking and turning belong to other tests.",
        )


def _usual_motion(acc_mps2: Floats, gyr_radps: Floats | None, rate_hz: float) -> tuple[float, float]:
    """Return the usual second's RMS of the change in |a|, and of the rotation rate, 0 where none is known."""
    second = max(1, round(rate_hz))
    norm = np.linalg.norm(acc_mps2, axis=1)
    shaking = float(np.median(dsp.running_rms(norm - np.median(norm), second)))
    if gyr_radps is None:
        return shaking, 0.0
    return shaking, float(np.median(dsp.running_rms(np.linalg.norm(gyr_radps, axis=1), second)))


def is_standing(acc_mps2: Floats, gyr_radps: Floats | None, rate_hz: float) -> bool:
    """Return whether somebody stands for most of a stretch: no walking, no handling, and no table.

    `acc_mps2` and `gyr_radps`, where there is one, are (n, 3) in any frame. Short handling at either end
    does not count: four fifths of the seconds decide whether gravity keeps its direction.
    """
    shaking, turning = _usual_motion(acc_mps2, gyr_radps, rate_hz)
    if shaking > WALKING_MPS2 or turning > TURNING_RADPS:
        return False
    means = dsp.second_means(acc_mps2, rate_hz)
    swing = dsp.angles_deg(means, np.median(means, axis=0))
    if np.percentile(swing, STANDING_PERCENT) > SWING_DEG:
        return False
    low = dsp.low_pass(acc_mps2, rate_hz, PRESET_CUTOFF_HZ["isway"])
    moving = np.median(dsp.running_deviation(low, max(1, round(rate_hz))))
    return bool(moving >= TOO_STILL_MPS2)


def check_swing(pieces_mps2: Sequence[Floats], rate_hz: float) -> None:
    """Refuse with NotQuietStandingError a hold over which gravity's direction swings: a phone in the hand.

    `pieces_mps2` are acceleration (n, 3) of the hold, in any frame, without what broke it. The direction of
    each second's mean is held against that of all of them. Real stances swing by 0.2 to 3°, recordings of
    moving phones by 16 to 170°; no gyroscope is needed.
    """
    means = [dsp.second_means(piece, rate_hz) for piece in pieces_mps2]
    swing_deg = float(dsp.angles_deg(np.vstack(means), np.vstack(pieces_mps2).mean(axis=0)).max(initial=0.0))
    if swing_deg <= SWING_DEG:
        return
    raise NotQuietStandingError(
        "This is not quiet standing.",
        found=f"gravity's direction swinging by {swing_deg:.0f}° about its mean",
        expected=f"less than {SWING_DEG:.0f}°; somebody who stands leans by 3° at most",
        do="Fasten the strap, stand on the spot, and leave the phone alone during the test.",
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


def check_size(sway_mps2: Floats, setup: Setup, rate_hz: float) -> tuple[Issue, ...]:
    """Flag sway on two legs that is far above what quiet standing can be: three times the published range.

    `sway_mps2` (n, 2) is horizontal acceleration of the window. A phone in the hand, somebody who talks and
    moves, or another test under this name.
    """
    if setup.test != TWO_LEGS:
        return ()
    harder = setup.eyes == "closed" or setup.surface != "floor"
    usual = TWO_LEGS_MPS2 * (HARDER_TIMES if harder else 1.0)
    low = dsp.low_pass(sway_mps2, rate_hz, PRESET_CUTOFF_HZ["isway"])
    rms = float(np.sqrt(np.square(low - low.mean(axis=0)).sum(axis=1).mean()))
    if rms <= FAR_ABOVE_TIMES * usual:
        return ()
    what = f"Sway of {rms:.2f} m/s² is far more than standing still on two legs gives: {usual:.1f} at most."
    do = "Check that the test is named right, that the sensor is fastened, and that nobody walks or talks."
    return (Issue("far_above", "warning", what, do),)


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
