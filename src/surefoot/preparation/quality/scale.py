"""Whether a sensor keeps its scale: gravity stays as large, and the gyroscope tells of the same motion."""

import numpy as np

from surefoot import dsp
from surefoot.model import Floats, Issue
from surefoot.preparation.quality.limits import (
    ANSWER_ERRORS,
    ANSWER_LARGE,
    ANSWER_SHARE,
    FOLLOWS,
    FOLLOWS_LOOSELY,
    GRAVITY_KEPT_SHARE,
    GRAVITY_LEAST,
    GRAVITY_MOST,
    SHAKEN_MPS2,
    TURNING_ALONE_RADPS,
    TURNING_MOST_RADPS,
)
from surefoot.units import STANDARD_GRAVITY_MPS2

AGREEMENT_HZ = (0.2, 1.0)
STEP_S = 0.25
ROUNDING = 1e-12  # of a running sum
# How much of the stretch each side of a moment must have at least, and by which share the answer must change.
EDGES_S = {5.0: ANSWER_SHARE, 2.0: ANSWER_LARGE}
_DO = "Record again, and do not edit the table: a part of it may have another unit."


def check_scale(acc_mps2: Floats, rate_hz: float, window: slice = slice(None)) -> tuple[Issue, ...]:
    """Flag a window in which gravity is not as large as in all of the acceleration (n, 3): its scale changes.

    The mean length of each second is held against the usual one. Who stands moves it by 0.4 % at most, a
    board by 2.5 %; a table whose last part is in another unit, or a sensor that is set anew, by more.
    """
    norms = np.linalg.norm(acc_mps2, axis=1, keepdims=True)
    off = dsp.second_means(norms[window], rate_hz)[:, 0] / np.median(norms) - 1
    worst = float(off[np.argmax(np.abs(off))]) if off.size else 0.0
    if abs(worst) <= GRAVITY_KEPT_SHARE:
        return ()
    return _changed(f"Gravity does not stay as large as it is: it changes by {100 * worst:+.0f} %.")


def check_turning_rate(acc_mps2: Floats, gyr_radps: Floats | None, rate_hz: float) -> tuple[Issue, ...]:
    """Flag a gyroscope (n, 3) that reads more than such sensors can, or a tipping that moves no gravity.

    Whoever tips a sensor by 57 °/s for a second moves gravity in it, or shakes it; `acc_mps2` (n, 3).
    """
    if gyr_radps is None:
        return ()
    most_radps = float(np.abs(gyr_radps).max(initial=0.0))
    if most_radps > TURNING_MOST_RADPS:
        read = f"{np.degrees(most_radps):.0f} °/s, more than any such sensor can"
        return _changed(f"The gyroscope reads {read}.")
    up = dsp.unit_vector(np.median(acc_mps2, axis=0))
    tipping = np.linalg.norm(gyr_radps - np.outer(gyr_radps @ up, up), axis=1)
    second = max(1, round(rate_hz))
    alone = dsp.running_rms(tipping, second) > TURNING_ALONE_RADPS
    alone &= dsp.running_deviation(acc_mps2, second) < SHAKEN_MPS2
    if not alone.any():
        return ()
    return _changed("The gyroscope tells of a tipping that the acceleration does not know of.")


def check_agreement(
    across_mps2: Floats, rate_degps: Floats, rate_hz: float, stretch: slice
) -> tuple[Issue, ...]:
    """Flag an axis whose acceleration answers to the gyroscope otherwise from some moment on, or all along.

    `across_mps2` and `rate_degps` (n, 2) are the horizontal acceleration and the tilt's rate from the
    gyroscope, of the same axes. From 0.2 to 1 Hz the one follows from the other: gravity times tilt, and the
    height times the rate's change. Fitted over the stretch, the answers before and after any moment differ by
    up to 5 standard errors in made stances, 8 where sensors are noisy, 3.4 in real ones; and where little is
    left unexplained, gravity comes out 0.8 to 1.4 times as large as it is, in real ones too. Own rule.
    """
    for acc, rate in zip(across_mps2.T, np.radians(rate_degps).T, strict=True):
        signals = np.column_stack([np.cumsum(rate) / rate_hz, np.gradient(rate) * rate_hz, acc])
        moved, told = np.split(dsp.band_pass(signals, rate_hz, *AGREEMENT_HZ)[stretch], [2], axis=1)
        if moved.any() and _answer_changes(moved, told[:, 0], rate_hz):
            return _changed("Acceleration and gyroscope stop telling of the same motion within the stance.")
        weights = np.linalg.lstsq(moved, told[:, 0], rcond=None)[0]
        gravity = -float(weights[0]) / STANDARD_GRAVITY_MPS2
        follows = np.linalg.norm(moved @ weights) / max(np.linalg.norm(told), np.finfo(float).tiny)
        turned = follows > FOLLOWS_LOOSELY and gravity < 0
        if turned or (follows > FOLLOWS and not GRAVITY_LEAST < gravity < GRAVITY_MOST):
            found = f"{gravity:.1f} times as strongly as gravity makes it"
            return _changed(f"Acceleration answers to the gyroscope {found}: a unit or a sign is wrong.")
    return ()


def _answer_changes(moved: Floats, told: Floats, rate_hz: float) -> bool:
    """Tell whether `told` (n,) follows `moved` (n, 2) by another factor from some moment on.

    What is turned round spoils a fit over all of it, but leaves one half whole.
    """
    half = len(told) // 2
    for fitted in (slice(None), slice(half), slice(half, None)):
        made = moved @ np.linalg.lstsq(moved[fitted], told[fitted], rcond=None)[0]
        for edge_s, share in EDGES_S.items():
            before, after, error = _answers(made, told, rate_hz, edge_s)
            changed = np.abs(after - before)
            counts = (
                changed > share * np.minimum(np.abs(before), np.abs(after))
                if fitted == slice(None)
                else before * after < 0
            )
            if (counts & (changed > ANSWER_ERRORS * error)).any():
                return True
    return False


def _answers(made: Floats, told: Floats, rate_hz: float, edge_s: float) -> tuple[Floats, Floats, Floats]:
    """Return how strongly `told` (n,) follows `made` (n,) before and after each moment, and the error."""
    own, common = np.cumsum(made**2), np.cumsum(made * told)
    edge = round(min(edge_s * rate_hz, len(made) / 4))
    moments = np.arange(edge, len(made) - edge, max(1, round(STEP_S * rate_hz)))
    # Before or after which nothing moved, as where a rounded gyroscope reads zero, no answer is known.
    least = ROUNDING * own[-1]
    moments = moments[(own[moments] > least) & (own[-1] - own[moments] > least)]
    first, last = own[moments], own[-1] - own[moments]
    before, after = common[moments] / first, (common[-1] - common[moments]) / last
    unexplained = np.maximum(told @ told - before**2 * first - after**2 * last, 0.0)
    # So narrow a band holds so many independent samples.
    independent = 2 * (AGREEMENT_HZ[1] - AGREEMENT_HZ[0]) * len(made) / rate_hz
    return before, after, np.sqrt(unexplained / independent * (1 / first + 1 / last))


def _changed(what: str) -> tuple[Issue, ...]:
    return (Issue("scale_changed", "warning", what, _DO),)
