"""Unit suffixes, conversions to SI, and what gravity looks like in each unit.

Inside Surefoot everything is SI; degrees appear only where people read tilt. Every public number
carries its unit as a suffix (``p`` for *per*): ``rms_ml_mps2``, ``ellipse_area_m2ps4``. No suffix means
dimensionless.
"""

from __future__ import annotations

from typing import Final

STANDARD_GRAVITY_MPS2: Final = 9.80665

SUFFIXES: Final[dict[str, str]] = {
    "s": "s",
    "hz": "Hz",
    "m": "m",
    "mm": "mm",
    "mm2": "mm²",
    "mps": "m/s",
    "mmps": "mm/s",
    "mps2": "m/s²",
    "mps3": "m/s³",
    "m2ps4": "m²/s⁴",
    "m2ps5": "m²/s⁵",
    "m2ps6": "m²/s⁶",
    "radps": "rad/s",
    "deg": "°",
    "degps": "°/s",
    "deg2": "°²",
    "permin": "/min",
    "pct": "%",
    "count": "count",
}

ACCELERATION_TO_MPS2: Final[dict[str, float]] = {
    "m/s2": 1.0,
    "g": STANDARD_GRAVITY_MPS2,
    "mg": STANDARD_GRAVITY_MPS2 / 1000,
}

ROTATION_TO_RADPS: Final[dict[str, float]] = {"rad/s": 1.0, "deg/s": 0.017453292519943295}

# |a| at rest, as phones and sensors read it: 9.78 to 10.25 m/s2 in the wild, so a tenth either side.
_GRAVITY_RANGES: Final[dict[str, tuple[float, float]]] = {
    "g": (0.9, 1.1),
    "m/s2": (8.8, 10.8),
    "mg": (900.0, 1100.0),
}


def unit_of(key: str) -> str:
    """Return the printed unit of a key by its suffix; an empty string where there is none.

    >>> unit_of("rms_ml_mps2"), unit_of("frequency_dispersion_ap")
    ('m/s²', '')
    """
    return SUFFIXES.get(key.rpartition("_")[2], "")


def acceleration_unit(rest_norm: float) -> str | None:
    """Return the unit in which a resting accelerometer would read `rest_norm`, or None.

    >>> acceleration_unit(9.78), acceleration_unit(1.01), acceleration_unit(975), acceleration_unit(97.6)
    ('m/s2', 'g', 'mg', None)
    """
    for unit, (low, high) in _GRAVITY_RANGES.items():
        if low <= rest_norm <= high:
            return unit
    return None
