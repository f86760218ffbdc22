"""How regular and how self-similar a signal is: sample entropy and detrended fluctuation."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from surefoot.model import Floats

# Comparisons made in one go: few enough to stay in a processor's cache, many enough to be worth a call.
BLOCK_CELLS = 12_288


def _reach(values: Floats, tolerance: float) -> Floats:
    """How many places after each of `values` (n,), ascending, the last one within `tolerance` of it lies."""
    places = np.arange(len(values))
    # A little too far first, then back: a sum rounds otherwise than the difference that decides.
    slack = 1e-12 * (np.abs(values).max() + tolerance)
    last = np.searchsorted(values, values + (tolerance + slack), side="right") - 1
    while (beyond := values[last] - values > tolerance).any():
        last = last - beyond
    return np.asarray(last - places, dtype=np.int32)


def sample_entropy_counts(x: Floats, tolerance: float, length: int = 2) -> tuple[int, int]:
    """Count pairs of stretches of `x` (n,) that stay within `tolerance` of one another.

    Returns (A, B): pairs of ``length + 1`` and of `length` samples, each pair once, a stretch never with
    itself; both from the same ``n - length`` starts (Richman & Moorman 2000,
    doi:10.1152/ajpheart.2000.278.6.H2039). Own algorithm: with the starts in order of value, two of them
    can only match when they are near in that order, so whole arrays are compared with themselves, shifted
    by a few places more at a time. Raises ValueError where `x` is not longer than ``length + 1`` or
    `tolerance` is negative.

    >>> sample_entropy_counts(np.array([1.0, 2.0, 1.0, 2.0, 1.0]), 0.5)
    (1, 1)
    """
    starts = len(x) - length
    if length < 1 or starts < 2 or not tolerance >= 0:
        raise ValueError(f"{len(x)} samples are too few for stretches of {length + 1}, or {tolerance} < 0")
    order = np.argsort(x[:starts], kind="stable")
    followers = np.stack([x[step : starts + step][order] for step in range(1, length + 1)])
    return _count_near(followers, _reach(x[order], tolerance), tolerance)


def _count_near(followers: Floats, reach: Floats, tolerance: float) -> tuple[int, int]:
    """Count the pairs, no further apart than `reach`, whose `followers` (length, n) are near too.

    The first count asks for all followers, the second for all but the last.
    """
    starts, furthest = len(reach), int(reach.max())
    together = max(1, BLOCK_CELLS // starts)
    padded = np.pad(followers, ((0, 0), (0, furthest + together)))
    shifted = np.lib.stride_tricks.sliding_window_view(padded, starts, axis=1)
    apart = np.arange(furthest + together + 1, dtype=reach.dtype)[:, np.newaxis]
    blocks = np.arange(1, furthest + 1, together)
    # Of all starts only those from first to last reach that far: in the tails they are sparse.
    firsts = np.searchsorted(np.maximum.accumulate(reach), blocks)
    lasts = starts - np.searchsorted(np.maximum.accumulate(reach[::-1]), blocks)
    longer = shorter = 0
    for block, first, last in zip(blocks.tolist(), firsts.tolist(), lasts.tolist(), strict=True):
        shifts = slice(block, block + together)
        distance = shifted[:, shifts, first:last] - followers[:, np.newaxis, first:last]
        within = np.abs(distance, out=distance) <= tolerance
        near = reach[first:last] >= apart[shifts]
        for follows in within[:-1]:
            near &= follows
        shorter += int(np.count_nonzero(near))
        near &= within[-1]
        longer += int(np.count_nonzero(near))
    return longer, shorter


def sample_entropy(x: Floats, tolerance: float, length: int = 2) -> float:
    """Return ``-ln(A / B)`` of `sample_entropy_counts`; infinite where no longer stretch repeats.

    >>> round(sample_entropy(np.array([1.0, 2.0, 1.0, 2.0, 1.0, 3.0]), 0.5), 6)
    0.693147
    """
    longer, shorter = sample_entropy_counts(x, tolerance, length)
    return math.log(shorter / longer) if longer else math.inf


def multiscale_entropy(x: Floats, tolerance: float, scales: Iterable[int], length: int = 2) -> Floats:
    """Return the sample entropy of `x` (n,) averaged over blocks of each of `scales` samples.

    One `tolerance` serves all scales (Costa et al. 2002, doi:10.1103/PhysRevLett.89.068102).
    """
    blocks = [x[: len(x) // scale * scale].reshape(-1, scale).mean(axis=1) for scale in scales]
    return np.array([sample_entropy(block, tolerance, length) for block in blocks])


def _fluctuation(profile: Floats, scale: int) -> float:
    """RMS of `profile` about the straight line of each block of `scale` samples."""
    blocks = profile[: len(profile) // scale * scale].reshape(-1, scale)
    blocks = blocks - blocks.mean(axis=1, keepdims=True)
    steps = np.arange(scale) - (scale - 1) / 2
    # A least-squares line takes (steps . y)² / (steps . steps) out of the sum of squares.
    explained = np.square(blocks @ steps).sum() / (steps @ steps)
    residual = float(np.einsum("ij,ij->", blocks, blocks) - explained)
    return math.sqrt(max(0.0, residual) / blocks.size)


def detrended_fluctuation(x: Floats, scales: Sequence[int]) -> tuple[float, float]:
    """Return (alpha, r_squared) of `x` (n,): the slope of ln fluctuation over ln scale, and its fit.

    The running sum of `x` less its mean is cut into blocks of each of `scales` samples, none overlapping,
    what is left over at the end dropped, and a straight line taken from each (Peng et al. 1994,
    doi:10.1103/PhysRevE.49.1685). 0.5 is white noise, 1.5 its running sum. Both are not a number where a
    fluctuation is zero. Raises ValueError for fewer than two scales or one outside 3 … n.
    """
    if len(set(scales)) < 2 or min(scales) < 3 or max(scales) > len(x):
        raise ValueError(f"scales must be two or more different ones between 3 and {len(x)} samples")
    profile = np.cumsum(x - x.mean())
    fluctuation = np.array([_fluctuation(profile, scale) for scale in scales])
    if (fluctuation <= 0).any():
        return math.nan, math.nan
    across, up = np.log(scales), np.log(fluctuation)
    across, up = across - across.mean(), up - up.mean()
    alpha = float(across @ up / (across @ across))
    return alpha, float(alpha**2 * (across @ across) / (up @ up))
