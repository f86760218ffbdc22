"""Unit suffixes, conversions to SI, and what gravity looks like in each unit.

Inside Surefoot everything is SI; degrees appear only where people read tilt. Every public number
carries its unit as a suffix (``p`` for *per*): ``rms_ml_mps2``, ``ellipse_area_m2ps4``. No suffix means
dimensionless.
"""

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
    "cm/s2": 0.01,
}

ROTATION_TO_RADPS: Final[dict[str, float]] = {
    "rad/s": 1.0,
    "deg/s": 0.017453292519943295,
    "mdeg/s": 0.017453292519943295e-3,
}

# |a| at rest, as phones and sensors read it: 9.78 to 10.25 m/s2 in the wild, so a tenth either side.
_GRAVITY_RANGES: Final[dict[str, tuple[float, float]]] = {
    "g": (0.9, 1.1),
    "m/s2": (8.8, 10.8),
    "mg": (900.0, 1100.0),
    "cm/s2": (880.0, 1080.0),
}
# Within it no two units are confused: cm/s² and mg lie 2 % apart.
NEAR_GRAVITY: Final = 0.01


def unit_of(key: str) -> str:
    """Return the printed unit of a key by its suffix; an empty string where there is none.

    >>> unit_of("rms_ml_mps2"), unit_of("frequency_dispersion_ap")
    ('m/s²', '')
    """
    return SUFFIXES.get(key.rpartition("_")[2], "")


def acceleration_unit(rest_norm: float) -> str | None:
    """Return the unit in which a resting accelerometer would read `rest_norm`, or None.

    What could be mg or cm/s² counts as mg: `near_gravity` tells whether the size bears that out.

    >>> acceleration_unit(9.78), acceleration_unit(1.01), acceleration_unit(975), acceleration_unit(97.6)
    ('m/s2', 'g', 'mg', None)
    """
    for unit, (low, high) in _GRAVITY_RANGES.items():
        if low <= rest_norm <= high:
            return unit
    return None


def is_gravity(rest_norm: float, unit: str) -> bool:
    """Tell whether `rest_norm` is what a resting accelerometer reads in `unit`, a tenth either side.

    >>> is_gravity(979.0, "cm/s2"), is_gravity(979.0, "m/s2"), is_gravity(9.79, "")
    (True, False, False)
    """
    low, high = _GRAVITY_RANGES.get(unit, (0.0, 0.0))
    return low <= rest_norm <= high and rest_norm > 0


def near_gravity(rest_norm: float, unit: str) -> bool:
    """Tell whether `rest_norm` is gravity in `unit` within 1 %, so that its size alone tells the unit.

    >>> near_gravity(979.0, "cm/s2"), near_gravity(979.0, "mg")
    (True, False)
    """
    return abs(rest_norm * ACCELERATION_TO_MPS2[unit] / STANDARD_GRAVITY_MPS2 - 1) <= NEAR_GRAVITY
