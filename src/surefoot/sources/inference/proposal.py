"""What a guess at a table's columns is made of: what was concluded and why, and what is left to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from surefoot.errors import UnknownColumnsError
from surefoot.sources.inference.mapping import AXIS_KEYS, Mapped, mapped_from, mapping_to_toml
from surefoot.sources.tables import Table, private_names

_HEAD: Final = "## Column mapping for tables with the header: {header}\n"
_OPEN: Final = "## Lines that begin with one # are open: correct them and take the # away.\n"
# A table wider than this is looked through no further for columns whose names do not tell.
MOST_COLUMNS: Final = 200
MOST_CHOICES: Final = 9
_MOST_LISTED: Final = 40
_TIME_KEYS: Final = ("time", "time_unit", "rate_hz")
_EXAMPLES: Final[dict[str, Any]] = {"rate_hz": 100.0}


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
class Finding:
    """A line of what was found: of what, its columns and unit, and why that was concluded."""

    of: str
    value: str
    because: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What is known of one quantity; `measured` names the keys of `told` that only the data tell."""

    told: Mapping[str, Any] = field(default_factory=dict)
    measured: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
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
    findings: tuple[Finding, ...]
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
