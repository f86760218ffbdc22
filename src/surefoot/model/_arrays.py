"""Checks that array-bearing types run once, at construction, and what lets frozen ones travel."""

from __future__ import annotations

import copyreg
from types import MappingProxyType
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


def _thaw(frozen: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _freeze, (dict(frozen),)


def _freeze(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


# Public types hold frozen mappings, which Python itself can neither pickle nor copy deep.
copyreg.pickle(MappingProxyType, _thaw)
