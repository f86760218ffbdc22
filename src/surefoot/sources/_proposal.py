"""What a guess at a table's columns is made of: what was concluded and why, and what is left to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from surefoot.errors import UnknownColumnsError
from surefoot.sources._mapping import AXIS_KEYS, Mapped, mapped_from, mapping_to_toml
from surefoot.tables import Table

_HEAD: Final = "# Column mapping for tables with the header: {header}\n"
_OPEN: Final = (
    "# A line that begins with # is still open: correct it where it is wrong, and take the # away.\n"
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
    """

    key: str
    text: str
    choices: tuple[Choice, ...] = ()
    needed: bool = True
    entry: str = ""
    hint: str = ""


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
        """Return the mapping of what names or answers tell; units that only the data tell are left open."""
        return mapped_from({k: v for k, v in self.told.items() if k not in self.measured})

    def toml(self) -> str:
        """Return the mapping as TOML; open questions are lines to complete."""
        remarks: dict[str, str] = {}
        for question in self.questions:
            remarks |= _remarks(question)
        header = ", ".join(self.header) or "none"
        text = mapping_to_toml(self.told, {k: v for k, v in remarks.items() if k not in self.told})
        return _HEAD.format(header=header.replace("\n", " ")) + _OPEN * bool(remarks) + text


def _remarks(question: Question) -> dict[str, str]:
    """Return the lines, by key, that answer a question in a file: the first choice as a start."""
    keys = list(AXIS_KEYS.get(question.key, (question.key,)))
    told = next((choice.told for choice in question.choices if choice.told), {})
    keys += [key for key in told if key not in keys]
    remarks = {key: _line(key, told.get(key)) for key in keys}
    others = [choice.text for choice in question.choices if choice.told]
    remarks[keys[0]] += f"   # {question.text}" + (f" ({'; '.join(others)})" if others else "")
    return remarks


def _line(key: str, value: Any) -> str:
    return mapping_to_toml({key: "" if value is None else value}).strip()


def unknown_columns(table: Table, why: str, mapping: str = "") -> UnknownColumnsError:
    """Return the refusal that lists what there is to map, with the draft of a mapping."""
    first = ", ".join(f"{value:g}" for value in table.values[0])
    return UnknownColumnsError(
        "The columns of the table are not known by their names.",
        found=f"{why}; columns: {', '.join(table.names)}; first row: {first}",
        expected="a time and x, y and z of an acceleration with gravity",
        do="Run `surefoot import` in a terminal, which asks what is missing; or complete the draft of a "
        "mapping that goes with this, save it, and give it with --mapping.",
        mapping=mapping,
    )
