"""Which column is what: guessed from names and units in parentheses, or told by a TOML mapping."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from surefoot.errors import SourceError, UnreadableFileError
from surefoot.sources._assembly import canonical_unit, gravity_missing
from surefoot.tables import Table, clean_text
from surefoot.units import ACCELERATION_TO_MPS2, ROTATION_TO_RADPS

Axes = tuple[str, str, str]

TIME_UNITS: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_KEYS: Final = frozenset(
    {"time", "time_unit", "x", "y", "z", "acceleration_unit", "sign", "rate_hz"}
    | {"gyro_x", "gyro_y", "gyro_z", "gyro_unit"}
)
_KINDS: Final = (
    ("other", r"mag|quat|euler|angle|orient|attitude|pitch|roll|yaw|mat\b|^b$|temp|press"),
    ("gravity-free", r"linear|lin_?acc|user|free|without"),
    ("gyroscope", r"gyr|rot|angular|omega|^w$"),
    ("acceleration", r"acc|acl|^a$|gf|^$|axis|force"),
    ("gravity", r"grav"),
)
OTHER_SENSORS: Final = re.compile(r"gyro|magnet|linear|gravity|orientation", re.IGNORECASE)
_TIME_WORDS: Final = re.compile(
    r"^(t|time|timestamps?|seconds|milliseconds|elapsed|epoch?|ms|s)$|time|elapsed"
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """The columns of a table by what they hold; `sign` 0 where nobody told it, units empty likewise."""

    acceleration: Axes
    time: str = ""
    time_unit: str = ""
    acceleration_unit: str = ""
    sign: int = 0
    gyroscope: Axes | None = None
    gyroscope_unit: str = ""
    rate_hz: float = 0.0


def guess_mapping(table: Table, member: str) -> Mapped:
    """Return what the column names tell; raises SourceError where they do not tell enough."""
    if not table.has_header:
        raise no_columns(table, "it has no header")
    groups = _axis_groups(table.names, member)
    acceleration = groups.get("acceleration", [])
    others = [kind for kind in ("gravity-free", "gyroscope") if kind in groups]
    if not acceleration and others:
        found = ", ".join(name for kind in others for axes in groups[kind] for name in axes)
        do = "Export acceleration with gravity, and give that file too."
        raise gravity_missing(f"only {found}", do, removed="gravity-free" in others)
    if len(acceleration) != 1:
        raise no_columns(
            table, "several sets of acceleration columns" if acceleration else "no acceleration columns"
        )
    gyroscopes = groups.get("gyroscope", [])
    gyroscope = gyroscopes[0] if len(gyroscopes) == 1 else None
    time = _time_column(table)
    return Mapped(
        acceleration[0],
        time,
        _time_unit(time),
        canonical_unit(_in_parentheses(acceleration[0][0])),
        gyroscope=gyroscope,
        gyroscope_unit=canonical_unit(_in_parentheses(gyroscope[0])) if gyroscope else "",
    )


def mapping_from_toml(data: bytes, names: Sequence[str]) -> Mapped:
    """Return the mapping that TOML tells; raises SourceError for unknown keys, columns, units or values."""
    try:
        told = tomllib.loads(clean_text(data, "the column mapping").decode())
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFileError(
            "The column mapping is not TOML.",
            found=str(error),
            expected='lines such as x = "ax"',
            do="Correct the line.",
        ) from None
    _check(sorted(set(told) - _KEYS), "a key that is not known", sorted(_KEYS))
    columns = ["time", *"xyz", *(f"gyro_{axis}" for axis in "xyz")]
    _check(
        [told[key] for key in columns if key in told and told[key] not in names],
        "a column that is not there",
        names,
    )
    _check([axis for axis in "xyz" if axis not in told], "no column for an axis", ["x, y and z"])
    for key, known in (
        ("time_unit", TIME_UNITS),
        ("acceleration_unit", ACCELERATION_TO_MPS2),
        ("gyro_unit", ROTATION_TO_RADPS),
        ("sign", (1, -1)),
    ):
        _check(
            [told[key] for key in [key] if key in told and told[key] not in list(known)],
            f"a wrong {key}",
            list(known),
        )
    gyroscope = tuple(told[f"gyro_{axis}"] for axis in "xyz" if f"gyro_{axis}" in told)
    return Mapped(
        (told["x"], told["y"], told["z"]),
        told.get("time", ""),
        told.get("time_unit", ""),
        told.get("acceleration_unit", ""),
        told.get("sign", 0),
        (gyroscope[0], gyroscope[1], gyroscope[2]) if len(gyroscope) == 3 else None,
        told.get("gyro_unit", ""),
        _rate(told.get("rate_hz", 0.0)),
    )


def no_columns(table: Table, why: str) -> SourceError:
    """Return the refusal that asks for a mapping and lists what there is to map."""
    first = ", ".join(f"{value:g}" for value in table.values[0])
    return SourceError(
        "The columns of the table are not known by their names.",
        found=f"{why}; columns: {', '.join(table.names)}; first row: {first}",
        expected="a time and x, y and z of an acceleration with gravity",
        do='Write a mapping file with lines such as time = "t", time_unit = "ms", x = "ax", y = "ay", '
        'z = "az" and sign = 1, using these column names, and give it with --mapping.',
    )


def _check(wrong: Sequence[Any], what: str, expected: Sequence[Any]) -> None:
    if wrong:
        raise SourceError(
            f"The column mapping names {what}.",
            found=", ".join(map(str, wrong)),
            expected=", ".join(map(str, expected)),
            do="Correct the mapping file.",
        )


def _rate(value: Any) -> float:
    good = isinstance(value, (int, float)) and 0 <= value <= 10_000
    _check([] if good else [value], "a rate that is not one", ["a number of samples a second, such as 100.0"])
    return float(value)


def _axis_groups(names: Sequence[str], member: str) -> dict[str, list[Axes]]:
    """Return the complete sets of x, y and z columns by kind."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name in names:
        rest, axis = _split_axis(name)
        if axis:
            found.setdefault((_kind(rest, name, member), rest), {}).setdefault(axis, name)
    groups: dict[str, list[Axes]] = {}
    for (kind, _), axes in found.items():
        if len(axes) == 3:
            groups.setdefault(kind, []).append((axes["x"], axes["y"], axes["z"]))
    return groups


def _split_axis(name: str) -> tuple[str, str]:
    """Return the name without its axis and unit, and the axis.

    >>> [_split_axis(name) for name in ("Accel_LN_X_CAL (m/s2)", "x-axis (g)", "gFy", "max")]
    [('accel_ln_cal', 'x'), ('axis', 'x'), ('gf', 'y'), ('max', '')]
    """
    plain = re.sub(r"\s*[\(\[].*[\)\]]\s*$", "", name).strip()
    words = [word for word in re.split(r"[\s_\-.]+", plain) if word]
    for place, word in enumerate(words):
        if word.lower() in ("x", "y", "z"):
            return "_".join(words[:place] + words[place + 1 :]).lower(), word.lower()
    match = re.fullmatch(
        r"(.*[a-z])([XYZ])|((?:acc|accel|gyro?|gyr|gf|[aw]).*?|[aw])([xyz])", plain, re.ASCII
    ) or re.fullmatch(r"(acc(?:el)?|gyro?|rot|gF|[AaWw])([xyzXYZ])", plain)
    if not match:
        return plain.lower(), ""
    rest, axis = (part for part in match.groups() if part is not None)
    return rest.lower(), axis.lower()


def _kind(rest: str, name: str, member: str) -> str:
    """Return what a column measures by its unit, its name, and the file's name for bare axes."""
    unit = canonical_unit(_in_parentheses(name))
    words = rest if rest not in ("", "axis") else " ".join(OTHER_SENSORS.findall(PurePosixPath(member).stem))
    kind = next((kind for kind, pattern in _KINDS if re.search(pattern, words.lower())), "")
    if unit in ROTATION_TO_RADPS:
        return "gyroscope"
    if unit in ACCELERATION_TO_MPS2 and kind not in ("gravity-free", "gravity"):
        return "acceleration"
    return kind or ("acceleration" if rest in ("", "axis") else "other")


def _in_parentheses(name: str) -> str:
    match = re.search(r"[\(\[](.*)[\)\]]", name)
    return match[1] if match else ""


def _time_column(table: Table) -> str:
    """Return the best column of times: rising, with a unit rather than without; empty where there is none."""
    candidates = [
        name for name in table.names if _TIME_WORDS.search(_bare(name)) and not _split_axis(name)[1]
    ]
    return min(candidates, key=lambda name: (not _time_unit(name), candidates.index(name)), default="")


def _bare(name: str) -> str:
    return re.sub(r"\(.*\)", "", name).strip(" _").lower()


def _time_unit(name: str) -> str:
    """Return the unit a time column's name tells.

    >>> [_time_unit(name) for name in ("Time (ms)", "elapsed (s)", "Milliseconds", "timestamp")]
    ['ms', 's', 'ms', '']
    """
    unit = _in_parentheses(name).strip().lower().replace("µ", "u").replace("μ", "u")
    if unit in TIME_UNITS:
        return unit
    words = {"milliseconds": "ms", "ms": "ms", "seconds": "s", "time since start in ms": "ms"}
    return words.get(_bare(name), "")
