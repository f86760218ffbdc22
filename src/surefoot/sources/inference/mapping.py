"""A column mapping: which columns hold what, read from TOML and written as TOML, and a guess at one."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from surefoot.errors import SourceError, UnknownColumnsError, UnreadableFileError
from surefoot.sources.tables import Table, clean_text, private_names
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
WORDS: Final[dict[str, Sequence[Any]]] = {
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
_HEAD: Final = "## Column mapping for tables with the header: {header}\n"
_OPEN: Final = "## Lines that begin with one # are open: correct them and take the # away.\n"
# A table wider than this is looked through no further for columns whose names do not tell.
MOST_COLUMNS: Final = 200
MOST_CHOICES: Final = 9
_MOST_LISTED: Final = 40
_TIME_KEYS: Final = ("time", "time_unit", "rate_hz")
_EXAMPLES: Final[dict[str, Any]] = {"rate_hz": 100.0}


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
        if key in WORDS and (isinstance(value, (bool, float)) or value not in WORDS[key]):
            raise _wrong(f"a wrong {key}", _line(text, key, value), " or ".join(map(str, WORDS[key])))
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


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question, in words, and the keys of a mapping that it tells."""

    text: str
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What the table does not tell.

    `needed` is False where the table can be read without an answer, if less well. `entry` allows an answer
    beside the choices: ``rate`` a number, ``axes`` three columns, kept under the keys of the sensor `key`.
    `why` is the sentence of `text` that says what was found.
    """

    key: str
    text: str
    choices: tuple[Choice, ...] = ()
    needed: bool = True
    entry: str = ""
    hint: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A line of what was found: of what, its columns and unit, and why that was concluded."""

    of: str
    value: str
    because: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What is known of one quantity; `measured` names the keys of `told` that only the data tell."""

    told: Mapping[str, Any] = field(default_factory=dict)
    measured: frozenset[str] = frozenset()
    findings: tuple[Conclusion, ...] = ()
    questions: tuple[Question, ...] = ()

    def __add__(self, other: Guess) -> Guess:
        """Return both together."""
        return Guess(
            {**self.told, **other.told},
            self.measured | other.measured,
            self.findings + other.findings,
            self.questions + other.questions,
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping as far as a table tells it; `told` holds its keys, `measured` those that the data tell.

    `header` is empty where the table has none, and cannot be known again.
    """

    header: tuple[str, ...]
    told: Mapping[str, Any]
    measured: frozenset[str]
    findings: tuple[Conclusion, ...]
    questions: tuple[Question, ...]

    @property
    def needed(self) -> tuple[Question, ...]:
        """The questions without whose answer the table cannot be read."""
        return tuple(question for question in self.questions if question.needed)

    def mapped(self) -> Mapped:
        """Return the mapping; raises KeyError while the columns of the acceleration are open."""
        return mapped_from(self.told)

    def toml(self) -> str:
        """Return the mapping as TOML; open questions are lines to complete."""
        header = listed(_public(self.header)) or "none"
        parts = [_HEAD.format(header=header), _OPEN * bool(self.questions), mapping_to_toml(self.told)]
        return "".join(parts + [_draft(question, self.told) for question in self.questions])


def listed(names: Sequence[str]) -> str:
    """Return names in a row, only the first of very many.

    >>> listed(["a", "b"])
    'a, b'
    """
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return ", ".join(names[:_MOST_LISTED]).replace("\n", " ") + more


def _public(header: Sequence[str]) -> list[str]:
    """Return the names that tell neither place nor device, as a mapping is kept with its recording."""
    return [name for name in header[:MOST_COLUMNS] if not private_names({"header": f"{name},".encode()})]


def first_cells(table: Table, rows: int) -> list[list[str]]:
    """Return each column's name and first cells as written, less those that can tell place or device."""
    head = replace(table, body=b"\n".join(table.body.split(b"\n", rows)[:rows]))
    header = table.delimiter.join(f'"{name}"' for name in table.names).encode()
    private = {name.partition(": ")[2] for name in private_names({"table": header + b"\n" + head.body})}
    names = [name for name in table.names[:MOST_COLUMNS] if name not in private]
    return [[name, *map(_short, head.texts(name))] for name in names]


def _short(cell: str) -> str:
    """Return a cell, its number to six digits where it has many decimals."""
    try:
        return f"{float(cell):.6g}" if len(cell) > 12 and not cell.isdigit() else cell
    except ValueError:
        return cell


def _draft(question: Question, told: Mapping[str, Any]) -> str:
    """Return the lines that answer a question in a file, the first real choice as a start."""
    real = [choice for choice in question.choices if any(choice.told.values())]
    asked = AXIS_KEYS.get(question.key, (question.key,))
    keys: Mapping[str, Any] = real[0].told if real else {key: _EXAMPLES.get(key, "") for key in asked}
    keys = {key: value for key, value in keys.items() if key not in told}
    lines = [f"## {question.text}", *(f"##   {_shown(choice)}" for choice in real)]
    lines += [f"# {line}" for line in mapping_to_toml(keys).splitlines()]
    return "\n".join(lines) + "\n"


def _shown(choice: Choice) -> str:
    """Return a choice with its value, where that is one word."""
    values = [str(value) for value in choice.told.values() if value]
    alone = len(choice.told) == 1 and values[0] not in choice.text
    return f"{next(iter(choice.told))} = {values[0]}: {choice.text}" if alone else choice.text


def unknown_columns(table: Table, question: Question, mapping: str = "") -> UnknownColumnsError:
    """Return the refusal that lists what there is to map, with the draft of a mapping."""
    first = listed([table.head(name, 1)[0][:40] for name in table.names])
    return UnknownColumnsError(
        "The table does not tell its times."
        if question.key in _TIME_KEYS
        else "The columns of the table are not known by their names.",
        found=f"{question.why.rstrip('.')}; " * bool(question.why)
        + f"columns: {listed(table.names)}; first row: {first}",
        expected=f"an answer to: {question.text}",
        do="Run `surefoot import` in a terminal, which asks; or complete the draft of a mapping that comes "
        "with this, save it as a file, and give that with --mapping.",
        mapping=mapping,
    )
