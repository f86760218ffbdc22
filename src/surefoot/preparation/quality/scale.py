"""Whether a sensor keeps its scale: gravity stays as large, and the gyroscope tells of the same motion."""

from __future__ import annotations

import numpy as np

from surefoot import dsp
from surefoot.model import Floats, Issue
from surefoot.preparation.quality.limits import (
    AGREEING,
    GAIN_TIMES,
    GRAVITY_KEPT_SHARE,
    SHAKEN_MPS2,
    TURNED_ROUND,
    TURNING_ALONE_RADPS,
    TURNING_MOST_RADPS,
)

AGREEMENT_HZ = (0.3, 3.0)
PARTS = 4
_DO = "Record again, and do not edit the table: a part of it may have another unit."


def check_scale(acc_mps2: Floats, rate_hz: float) -> tuple[Issue, ...]:
    """Flag a stretch of acceleration (n, 3) over which the size of gravity changes: its scale does.

    The mean length of each second is held against the usual one. Who stands moves it by 0.4 % at most, on a
    board too; a table whose last part is in another unit, or a sensor that is set anew, moves it for good.
    """
    norms = dsp.second_means(np.linalg.norm(acc_mps2, axis=1, keepdims=True), rate_hz)[:, 0]
    off = norms / np.median(norms) - 1
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
    across_mps2: Floats, rate_degps: Floats, rate_hz: float, window: slice
) -> tuple[Issue, ...]:
    """Flag an axis whose acceleration answers to the gyroscope otherwise in one part of the window.

    `across_mps2` and `rate_degps` (n, 2) are the horizontal acceleration and the tilt's rate from the
    gyroscope, of the same axes. From 0.3 to 3 Hz the one follows from the other: gravity times tilt, and the
    height times the rate's change. Fitted over the window, each quarter must answer alike: clean stances
    differ by a factor of 1.33 at most. Nothing is said where the two do not go together, as over soft tissue.
    Own rule.
    """
    for acc, rate in zip(across_mps2.T, np.radians(rate_degps).T, strict=True):
        parts = _parts(acc, rate, rate_hz, window)
        gains, together = _answers(parts, parts.reshape(-1, 3))
        # What is turned round in one part spoils a fit over all of them: each is held against each, too.
        turned = min(float(_answers(parts, part)[1].min()) for part in parts) <= TURNED_ROUND
        unlike = together.min() >= AGREEING and gains.max() > GAIN_TIMES * gains.min()
        if turned or unlike:
            return _changed("Acceleration and gyroscope stop telling of the same motion within the window.")
    return ()


def _parts(acc_mps2: Floats, rate_radps: Floats, rate_hz: float, window: slice) -> Floats:
    """Return tilt, the rate's change and acceleration in the band, (parts, samples, 3)."""
    explained = np.column_stack([np.cumsum(rate_radps) / rate_hz, np.gradient(rate_radps) * rate_hz])
    signals = dsp.band_pass(np.column_stack([explained, acc_mps2]), rate_hz, *AGREEMENT_HZ)[window]
    size = len(signals) // PARTS
    return np.asarray(signals[: PARTS * size].reshape(PARTS, size, 3))


def _answers(parts: Floats, fitted: Floats) -> tuple[Floats, Floats]:
    """Return how strongly each part's acceleration answers to the rotation, as fitted to `fitted` (n, 3).

    With it how closely, from -1 to 1; 0 where nothing moves.
    """
    weights = np.linalg.lstsq(fitted[:, :2], fitted[:, 2], rcond=None)[0]
    made, told = parts[..., :2] @ weights, parts[..., 2]
    common, own = (told * made).sum(axis=1), (made**2).sum(axis=1)
    norm = np.sqrt(own * (told**2).sum(axis=1))
    if not (norm > 0).all():
        return np.ones(PARTS), np.zeros(PARTS)
    return np.asarray(common / own), np.asarray(common / norm)


def _changed(what: str) -> tuple[Issue, ...]:
    return (Issue("scale_changed", "warning", what, _DO),)
