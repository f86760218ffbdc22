"""A column mapping: which columns of a table hold what, as a type, read from TOML and written as TOML."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from surefoot.errors import SourceError, UnreadableFileError
from surefoot.sources.tables import clean_text
from surefoot.units import ACCELERATION_TO_MPS2, ROTATION_TO_RADPS

Axes = tuple[str, str, str]

# Spreadsheets count in days.
TIME_UNITS: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "d": 86_400.0}
AXIS_KEYS: Final[dict[str, Axes]] = {
    "acceleration": ("x", "y", "z"),
    "gravity": ("gravity_x", "gravity_y", "gravity_z"),
    "gyroscope": ("gyro_x", "gyro_y", "gyro_z"),
}
COLUMN_KEYS: Final = ("time", "time_part", *(key for keys in AXIS_KEYS.values() for key in keys))
_WORDS: Final[dict[str, Sequence[Any]]] = {
    "time_unit": tuple(TIME_UNITS),
    "time_part_unit": ("ms", "us", "ns"),
    "acceleration_unit": tuple(ACCELERATION_TO_MPS2),
    "sign": (1, -1),
    "gyro_unit": tuple(ROTATION_TO_RADPS),
}
KEYS: Final = (
    "time", "time_unit", "time_part", "time_part_unit", "rate_hz", "x", "y", "z", "acceleration_unit", "sign",
    *AXIS_KEYS["gravity"], *AXIS_KEYS["gyroscope"], "gyro_unit",
)  # fmt: skip
_UNIT_OF: Final = (
    ("time_unit", "time", "time"),
    ("time_part_unit", "time_part", "time_part"),
    ("gyro_unit", "gyro_x", "gyro_x, gyro_y and gyro_z"),
)
_FASTEST_HZ: Final = 10_000


@dataclass(frozen=True, slots=True)
class Mapped:
    """The columns of a table by what they hold; `sign` 0 where nobody told it, units empty likewise.

    `gravity` names columns to be added to `acceleration` where gravity was removed from it, `time_part` one
    that holds the fraction of the seconds in `time`.
    """

    acceleration: Axes
    time: str = ""
    time_unit: str = ""
    acceleration_unit: str = ""
    sign: int = 0
    gyroscope: Axes | None = None
    gyroscope_unit: str = ""
    rate_hz: float = 0.0
    gravity: Axes | None = None
    time_part: str = ""
    time_part_unit: str = ""


def axes_of(told: Mapping[str, Any], sensor: str) -> Axes | None:
    """Return the columns of a sensor in the keys of a mapping, None where they are not told.

    >>> axes_of({"gyro_x": "a", "gyro_y": "b", "gyro_z": "c"}, "gyroscope")
    ('a', 'b', 'c')
    """
    x, y, z = (told.get(key, "") for key in AXIS_KEYS[sensor])
    return (x, y, z) if x and y and z else None


def keys_of(sensor: str, axes: Axes) -> dict[str, Any]:
    """Return the keys of a mapping that name a sensor's columns."""
    return dict(zip(AXIS_KEYS[sensor], axes, strict=True))


def mapped_from(told: Mapping[str, Any]) -> Mapped:
    """Return the mapping of keys that are known to be sound."""
    return Mapped(
        (told["x"], told["y"], told["z"]),
        told.get("time", ""),
        told.get("time_unit", ""),
        told.get("acceleration_unit", ""),
        told.get("sign", 0),
        axes_of(told, "gyroscope"),
        told.get("gyro_unit", ""),
        float(told.get("rate_hz", 0.0)),
        axes_of(told, "gravity"),
        told.get("time_part", ""),
        told.get("time_part_unit", ""),
    )


def keys_from_toml(data: bytes, names: Sequence[str]) -> dict[str, Any]:
    """Return the keys of a mapping that TOML tells of a table with these columns.

    Raises SourceError, with the line, for unknown or contradicting keys, columns, units and values.
    """
    text = clean_text(data, "the column mapping").decode()
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFileError(
            "The column mapping is not TOML.",
            found=str(error),
            expected='lines such as x = "ax"',
            do="Correct the line.",
        ) from None
    _check_words(told, text, names)
    _check_whole(told, text)
    return told


def mapping_to_toml(told: Mapping[str, Any]) -> str:
    r"""Return the keys of a mapping as TOML, in their usual order.

    >>> print(mapping_to_toml({"x": "a \"b\"", "time": "t", "sign": -1}), end="")
    time = "t"
    x = "a \"b\""
    sign = -1
    """
    texts = {key: json.dumps(told[key], ensure_ascii=False) for key in KEYS if key in told}
    # JSON leaves one control character as it is.
    return "".join(f"{key} = {text}\n" for key, text in texts.items()).replace("\x7f", "\\u007f")


def _check_words(told: Mapping[str, Any], text: str, names: Sequence[str]) -> None:
    """Refuse keys, columns and words that are not known, and a rate that is none."""
    for key, value in told.items():
        if key not in KEYS:
            raise _wrong("a key that is not known", _line(text, key, value), ", ".join(KEYS))
        if key in COLUMN_KEYS and (not isinstance(value, str) or value not in names):
            raise _wrong("a column that is not there", _line(text, key, value), ", ".join(names))
        if key in _WORDS and (isinstance(value, (bool, float)) or value not in _WORDS[key]):
            raise _wrong(f"a wrong {key}", _line(text, key, value), " or ".join(map(str, _WORDS[key])))
    rate = told.get("rate_hz", 1)
    if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 0 < rate <= _FASTEST_HZ:
        expected = "a number of samples a second, such as 100.0"
        raise _wrong("a rate that is not one", _line(text, "rate_hz", rate), expected)


def _check_whole(told: Mapping[str, Any], text: str) -> None:
    """Refuse what is missing, told twice or against each other."""
    if not all(axis in told for axis in "xyz"):
        missing = ", ".join(axis for axis in "xyz" if axis not in told)
        raise _wrong("no column for an axis", f"nothing for {missing}", "x, y and z")
    for keys in AXIS_KEYS.values():
        given = [key for key in keys if key in told]
        if 0 < len(given) < 3:
            raise _wrong(
                "a sensor without all its axes", _line(text, given[0], told[given[0]]), ", ".join(keys)
            )
    used: dict[str, str] = {}
    for key in (key for key in told if key in COLUMN_KEYS):
        if told[key] in used:
            found = f"{_line(text, key, told[key])}, as {used[told[key]]} before"
            raise _wrong("one column twice", found, "another column for each key")
        used[told[key]] = key
    if "time" in told and "rate_hz" in told:
        found = _line(text, "rate_hz", told["rate_hz"]) + " beside a time column"
        raise _wrong("a time and a rate", found, "rate_hz only where there is no time column")
    for unit, column, wanted in _UNIT_OF:
        if unit in told and column not in told:
            raise _wrong("a unit without its column", _line(text, unit, told[unit]), wanted)
    if "time_part" in told and not ("time" in told and "time_part_unit" in told):
        found = _line(text, "time_part", told["time_part"])
        raise _wrong("a part of a time without the rest", found, "time, time_part and time_part_unit")


def _line(text: str, key: str, value: Any) -> str:
    """Return a key as it is written, with the number of its line."""
    lines = enumerate(text.split("\n"), start=1)
    pattern = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
    number = next((number for number, line in lines if pattern.match(line)), 0)
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return f"line {number}: {key} = {shown}" if number else f"{key} = {shown}"


def _wrong(what: str, found: str, expected: str) -> SourceError:
    return SourceError(
        f"The column mapping names {what}.",
        found=found,
        expected=expected,
        do="Correct the mapping file.",
    )
