"""The arrays that the nouns hold; apart from these, so that words and results are read without numpy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def frozen_floats(values: Any, name: str, shape: tuple[int | None, ...]) -> Floats:
    """Return a read-only float64 array of the given shape (None fits any length); ValueError otherwise."""
    array = np.array(values, dtype=np.float64)
    fits = array.ndim == len(shape) and all(
        want in (None, have) for want, have in zip(shape, array.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds values that are not finite")
    array.flags.writeable = False
    return array
