"""Why a recording has no piece that is long enough: too slow, too short, or full of holes."""

from __future__ import annotations

import numpy as np

from surefoot.errors import LowRateError, SignalError, TooShortError
from surefoot.model import Recording
from surefoot.preparation.quality.limits import GAP_SPLITS_S, RATE_REFUSED_HZ


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
