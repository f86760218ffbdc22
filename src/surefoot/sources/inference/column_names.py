"""What the names of columns tell: axis, sensor, unit, in several languages; and threes of them as vectors."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath
from typing import Final

import numpy as np

from surefoot.model import Floats
from surefoot.sources.assembly.recordings import canonical_unit, one_unit, rest_norm, unit_factor
from surefoot.sources.inference.mapping import MOST_COLUMNS, TIME_UNITS, Axes
from surefoot.sources.tables import Table
from surefoot.units import ACCELERATION_TO_MPS2, ROTATION_TO_RADPS, acceleration_unit

_KINDS: Final = (
    ("other", r"mag|quat|euler|angle|orient|attitude|pitch|roll|yaw|mat\b|^b$|temp|press|磁|角度"),
    ("gravity-free", r"linear|lin_?acc|user|free|without|線形|线性"),
    ("gyroscope", r"gyr|giro|dreh|rot|angular|ang_?vel|omega|^w$|角速度|ジャイロ|陀螺|각속도|углов|гиро"),
    ("acceleration", r"acc|acl|acel|beschl|^a$|gf|^$|axis|force|加速度|가속도|ускор"),
    ("gravity", r"grav|重力"),
)
OTHER_SENSORS: Final = re.compile(r"gyro|magnet|linear|gravity|orientation", re.IGNORECASE)
_TIME_WORDS: Final = re.compile(
    r"^(t|time|timestamps?|secs?|seconds|milliseconds|elapsed|epoch?|ms|s|zeit|temps|tempo|tiempo|clock|hora|heure"
    r"|ora|date|datum|fecha)$|time|elapsed|stamp|uhrzeit|時間|時刻|时间|시간|время"
)
_AXIS_IN_WORD: Final = (
    re.compile(r"(?P<rest>.*[a-z])(?P<axis>[XYZ])$"),
    re.compile(r"(?P<axis>[xyzXYZ])(?P<rest>([A-Z]|acc|gyr|rot|lin).+)$"),
    re.compile(r"(?P<rest>.+)(?P<axis>[xyzXYZ])$"),
)
# Units of other quantities, of force and of converters, whose numbers could pass for gravity in one of ours.
_FOREIGN_UNITS: Final = (
    "n", "newton", "kgf", "kg", "lbs", "lbf", "lb",
    "lsb", "count", "counts", "adc", "mv", "v", "m", "cm", "mm", "deg", "°", "rad", "ut", "µt", "gauss",
)  # fmt: skip
_TIME_UNIT_WORDS: Final = {
    "milliseconds": "ms",
    "ms": "ms",
    "seconds": "s",
    "time since start in ms": "ms",
    "秒": "s",
    "ミリ秒": "ms",
    "毫秒": "ms",
}
_PART_UNITS: Final = {
    "ms": "ms", "msec": "ms", "msecs": "ms", "millis": "ms", "milli": "ms", "millisecond": "ms",
    "milliseconds": "ms", "millisekunden": "ms", "us": "us", "usec": "us", "usecs": "us", "micros": "us",
    "microseconds": "us", "ns": "ns", "nsec": "ns", "nsecs": "ns", "nanos": "ns", "nanosec": "ns",
    "nanoseconds": "ns",
}  # fmt: skip
Groups = Mapping[str, Sequence[Axes]]


def axis_groups(names: Sequence[str], member: str) -> dict[str, list[Axes]]:
    """Return the complete sets of x, y and z columns by kind.

    Kinds are ``acceleration``, ``gravity-free``, ``gravity``, ``gyroscope``, ``other`` for what is none of
    them, and ``unknown`` where the name does not tell. `member` is the name of the file, which tells the
    sensor of columns that are called x, y and z alone.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name in names:
        rest, axis = split_axis(name)
        if axis:
            found.setdefault((_kind(rest, name, member), rest), {}).setdefault(axis, name)
    groups: dict[str, list[Axes]] = {}
    for (kind, _), axes in found.items():
        if len(axes) == 3:
            groups.setdefault(kind, []).append((axes["x"], axes["y"], axes["z"]))
    return groups


def split_axis(name: str) -> tuple[str, str]:
    """Return the name without its axis and unit, and the axis.

    >>> [split_axis(name) for name in ("Accel_LN_X_CAL (m/s2)", "x-axis (g)", "gFy", "yAcc", "p")]
    [('accel_ln_cal', 'x'), ('axis', 'x'), ('gf', 'y'), ('acc', 'y'), ('p', '')]
    """
    words = _words(name)[0]
    for place, word in enumerate(words):
        if word.lower() in ("x", "y", "z"):
            return "_".join(words[:place] + words[place + 1 :]).lower(), word.lower()
    # An axis within a word counts only where the other two stand beside it: see axis_groups.
    for pattern in _AXIS_IN_WORD:
        for place, word in reversed(list(enumerate(words))):
            match = pattern.match(word)
            if match:
                rest = [*words[:place], match["rest"], *words[place + 1 :]]
                return "_".join(rest).lower(), match["axis"].lower()
    return "_".join(words).lower(), ""


def unit_named(name: str) -> str:
    """Return the unit that a column's name tells, in parentheses or as its last word; empty without one.

    >>> [unit_named(name) for name in ("Accel_X (m/s²)", "acc_x_mg", "gyro x deg/s", "gyr_x_rad_s", "ax")]
    ['m/s2', 'mg', 'deg/s', 'rad/s', '']
    """
    return canonical_unit(_in_parentheses(name)) or _words(name)[1]


def unit_of(axes: Sequence[str]) -> str:
    """Return the unit that columns to be taken together are named with, empty where none is."""
    return one_unit(axes, map(unit_named, axes))


def foreign_unit(name: str) -> str:
    """Return the unit in parentheses, or as the last of several words, that is none of ours but could pass.

    >>> [foreign_unit(name) for name in ("ax (kgf)", "Force Z [N]", "ax (g)", "acc x (with gravity)")]
    ['kgf', 'n', '', '']
    >>> [foreign_unit(name) for name in ("acc_x_lsb", "pelvis_acc_x", "acc_n")]
    ['lsb', '', '']
    """
    plain = re.sub(r"[\s^]", "", _in_parentheses(name).lower().replace("²", "2").replace("μ", "µ"))
    last = re.split(r"[\s_\-.]+", _bare(name))[-1]
    # A single letter at the end is an axis or a number more often than a unit.
    words = (plain, last if len(last) > 1 and last != _bare(name) else "")
    return next((word for word in words if word in _FOREIGN_UNITS), "")


def is_core_motion(names: Sequence[str]) -> bool:
    """Tell whether the columns carry the names of Apple's Core Motion, whose units and sign are known.

    >>> is_core_motion(["userAccelerationX", "gravityX"]), is_core_motion(["userAccelerometerX", "gravityX"])
    (True, False)
    """
    plain = [re.sub(r"[\s_]", "", name).lower() for name in names]
    return all(any(word in name for name in plain) for word in ("useracceleration", "gravity"))


def time_columns(names: Sequence[str]) -> list[str]:
    """Return the columns called times, those that tell their unit first."""
    split = {split_axis(name) for name in names}
    called = [name for name in names if _TIME_WORDS.search(_bare(name)) and not _is_axis(name, split)]
    return sorted(called, key=lambda name: not time_unit_named(name))


def axis_columns(names: Sequence[str]) -> set[str]:
    """Return the columns that stand in a complete set of x, y and z: a sensor's, and never a time."""
    split = {split_axis(name) for name in names}
    return {name for name in names if _is_axis(name, split)}


def time_unit_named(name: str) -> str:
    """Return the unit a time column's name tells.

    >>> [time_unit_named(name) for name in ("Time (ms)", "elapsed_us", "Milliseconds", "timestamp")]
    ['ms', 'us', 'ms', '']
    """
    unit = _in_parentheses(name).strip().lower().replace("µ", "u").replace("μ", "u")
    if unit in TIME_UNITS:
        return unit
    if unit in _TIME_UNIT_WORDS:
        return _TIME_UNIT_WORDS[unit]
    bare = _bare(name)
    last = re.split(r"[\s_\-.]+", bare)[-1]
    return _TIME_UNIT_WORDS.get(bare, last if last in TIME_UNITS and last != bare else "")


def part_unit_named(name: str) -> str:
    """Return the unit of a column that may hold the fraction of another one's seconds.

    >>> [part_unit_named(name) for name in ("ms", "header.stamp.nsecs", "Time (us)", "seconds", "t")]
    ['ms', 'ns', 'us', '', '']
    """
    last = re.split(r"[\s_\-.]+", _bare(name))[-1]
    unit = time_unit_named(name)
    return _PART_UNITS.get(last, "") or (unit if unit in _PART_UNITS else "")


def _is_axis(name: str, split: AbstractSet[tuple[str, str]]) -> bool:
    rest, axis = split_axis(name)
    return bool(axis) and all((rest, letter) in split for letter in "xyz")


def _words(name: str) -> tuple[list[str], str]:
    """Return the words of a name, less its unit, and the unit where it is the last word or two."""
    plain = re.sub(r"\s*[\(\[].*[\)\]]\s*$", "", name).strip()
    words = [word for word in re.split(r"[\s_\-.]+", plain) if word]
    for count in (2, 1):
        unit = canonical_unit("/".join(words[-count:])) if len(words) > count else ""
        if unit:
            return words[:-count], unit
    return words, ""


def _kind(rest: str, name: str, member: str) -> str:
    """Return what a column measures by its unit, its name, and the file's name for bare axes."""
    unit = unit_named(name)
    bare = rest in ("", "axis")
    words = " ".join(OTHER_SENSORS.findall(PurePosixPath(member).stem)) if bare else rest
    kind = next((kind for kind, pattern in _KINDS if re.search(pattern, words.lower())), "")
    if unit in ROTATION_TO_RADPS:
        return "gyroscope"
    if unit in ACCELERATION_TO_MPS2 and kind not in ("gravity-free", "gravity"):
        return "acceleration"
    return kind or ("acceleration" if bare else "unknown")


def _in_parentheses(name: str) -> str:
    match = re.search(r"[\(\[](.*)[\)\]]", name)
    return match[1] if match else ""


def _bare(name: str) -> str:
    return re.sub(r"\(.*\)|\[.*\]", "", name).strip(" _").lower()


def vectors(table: Table, axes: Axes) -> Floats:
    """Return three columns as (n, 3)."""
    return np.column_stack([table[name] for name in axes])


def with_gravity(table: Table, axes: Axes, gravity: Axes | None, told: str = "") -> Floats:
    """Return three columns as (n, 3), those of gravity added in the unit of the first.

    Each of the two has its own unit: the one `told` or in its names, for gravity else the one that its size
    tells. Where nothing tells that of the first, it is gravity's.
    """
    values = vectors(table, axes)
    if gravity is None:
        return values
    apart = vectors(table, gravity)
    unit, own = told or unit_of(axes), unit_of(gravity) or acceleration_unit(at_rest(apart)) or ""
    return values + apart * unit_factor(own, unit)


def at_rest(values: Floats) -> float:
    """Return the length of the vectors (n, 3) at rest, 0 where there are too few numbers."""
    finite = values[np.isfinite(values).all(axis=1)]
    return rest_norm(finite) if finite.shape[0] > 1 else 0.0


def threes(table: Table, groups: Groups, taken: Sequence[str]) -> list[Axes]:
    """Return the threes of columns whose names do not tell: by their letters, else those in a row."""
    place = {name: number for number, name in enumerate(table.names)}
    loose = loose_columns(table, groups, taken)
    beside = zip(loose, loose[1:], loose[2:], strict=False)
    return lettered(groups, taken) + [axes for axes in beside if place[axes[2]] - place[axes[0]] == 2]


def lettered(groups: Groups, taken: Sequence[str]) -> list[Axes]:
    """Return the threes of columns that have letters and no more, those `taken` left out."""
    return [axes for axes in groups.get("unknown", ()) if not {*axes} & {*taken}]


def loose_columns(table: Table, groups: Groups, taken: Sequence[str]) -> list[str]:
    """Return the columns of numbers that belong to no x, y and z, those `taken` left out."""
    known = {*taken, *(name for sets in groups.values() for axes in sets for name in axes)}
    return [n for n in table.names[:MOST_COLUMNS] if n not in known and np.isfinite(table[n]).mean() > 0.5]
