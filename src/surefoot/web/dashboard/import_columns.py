"""A table that nobody knows, as the page asks about it: a row of drop-downs a guess, and what it rests on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from surefoot import sources
from surefoot.errors import SurefootError, UnreadableFileError
from surefoot.sources.formats.generic_csv import propose_mapping, table_of
from surefoot.sources.inference.mapping import AXIS_KEYS, COLUMN_KEYS, WORDS, first_cells

if TYPE_CHECKING:
    from surefoot.settings import Settings
    from surefoot.sources import Proposal, Question
    from surefoot.sources.tables import Table
    from surefoot.words.language import Language

Told = dict[str, Any]
ROWS_SHOWN: Final = 3
# The drop-downs of each guess; a question is called as one of them, or as the guess.
_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "time": ("time", "time_unit", "rate_hz"),
    "acceleration": (*AXIS_KEYS["acceleration"], "acceleration_unit"),
    "gyroscope": (*AXIS_KEYS["gyroscope"], "gyro_unit"),
    "sign": ("sign",),
}
_BECAUSE: Final = {
    "by its name": "name",
    "you said so": "said",
    "the only one that reads gravity at rest": "gravity",
    "gravity was removed and stands apart; the two are added": "added",
    "by how it turns": "turns",
    "together they rise": "rises",
    "the only column that rises in the steps of a sensor": "rises",
    "no column looks like one": "none",
    "nobody told": "open",
    "the names, and g, are those of Core Motion": "name",
}
_TROUBLE: Final = {"not_gravity": "no_gravity"}
_MEASURED: Final = {"time_unit": "steps", "acceleration_unit": "rest", "gyro_unit": "turns"}


def read_told(text: str) -> Told:
    """Return what a page told of the columns. Raises UnreadableFileError for what no page of ours sends."""
    try:
        told = json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise _not_told() from None
    if not isinstance(told, dict) or not all(map(_is_told, told, told.values())):
        raise _not_told()
    return told


def _is_told(key: str, value: Any) -> bool:
    if key == "rate_hz":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if key in WORDS:
        return value in ("", 0, *WORDS[key]) and not isinstance(value, bool)
    return key in COLUMN_KEYS and isinstance(value, str)


def _not_told() -> UnreadableFileError:
    return UnreadableFileError(
        "What the columns are was not understood.",
        found="something else",
        expected="what the page sends",
        do="Load the page again.",
    )


def with_columns(export: sources.Export, told: Told, settings: Settings) -> sources.Export:
    """Return a table with its columns as they were told, known again by its header once it can be read.

    Raises what reading it raises; one that leaves a question open comes back as it was.
    """
    _, proposal = propose_mapping(export.files, _complete(told))
    if proposal.needed:
        return export
    mapped = _mapped(export, proposal)
    sources.parse(mapped.files)
    settings.remember_mapping(export, proposal.toml().encode())
    return mapped


def _mapped(export: sources.Export, proposal: Proposal) -> sources.Export:
    return sources.with_mapping(export, sources.MAPPING, proposal.toml().encode())


def _complete(told: Told) -> Told:
    """Return what was told less the sensors of which an axis is still open; one without any is none."""
    complete = {key: value for key, value in told.items() if value != "" or key == "time"}
    for sensor, axes in AXIS_KEYS.items():
        chosen = [told[key] for key in axes if told.get(key)]
        if len(chosen) < len(axes):
            complete = {key: value for key, value in complete.items() if key not in axes}
        if sensor == "gyroscope" and not chosen and any(key in told for key in axes):
            complete[sensor] = ""
    return complete


def ask_columns(
    language: Language, export: sources.Export, told: Told
) -> tuple[dict[str, Any] | None, sources.Export]:
    """Return what the page shows of a table, and the table with its columns where they are known by now.

    None stands for what is no one table of numbers. ``groups`` are the guesses in their order, ``open`` tells
    that one of them wants an answer; ``trouble`` says in words why the choices cannot be right.
    """
    try:
        table = table_of(export.files)
    except SurefootError:
        return None, export
    proposal: Proposal | None
    try:
        proposal, trouble = propose_mapping(export.files, _complete(told) or None)[1], ""
    except SurefootError as error:
        proposal, trouble = _untold(export), tell_trouble(language, error)
    groups = [_group(language, key, table, proposal, told) for key in _GROUPS]
    shown = {
        "cells": first_cells(table, ROWS_SHOWN),
        "groups": groups,
        "trouble": trouble,
        "known": sources.MAPPING in export.files,
        "open": bool(trouble) or any(group["ask"] for group in groups),
    }
    is_told = proposal is not None and told and not (trouble or proposal.needed)
    return shown, _mapped(export, proposal) if is_told and proposal else export


def tell_trouble(language: Language, error: SurefootError) -> str:
    """Return in words why the choices for the columns cannot be right."""
    return language.tell(f"import.columns.{_TROUBLE.get(error.code, 'clash')}")


def _untold(export: sources.Export) -> Proposal | None:
    """Return what a table tells by itself, for the drop-downs that nobody touched."""
    try:
        return propose_mapping(export.files)[1]
    except SurefootError:
        return None


def _group(
    language: Language, key: str, table: Table, proposal: Proposal | None, told: Told
) -> dict[str, Any]:
    """Return one guess: its drop-downs with what is chosen, why, and what is asked of it."""
    asked = (key, *_GROUPS[key])
    questions = [each for each in (proposal.questions if proposal else ()) if each.key in asked]
    offered = _offered(questions)
    said = {each: word for each, word in told.items() if word != "" or each in COLUMN_KEYS}
    chosen = {**offered, **(proposal.told if proposal else {}), **said}
    ask = next((each.key for each in questions if each.needed), "")
    if _is_half_told(key, told):
        ask, offered = "three", {}
    asks = f"import.columns.ask_{ask}_offered" if offered else f"import.columns.ask_{ask}"
    shown = _shown(_GROUPS[key], chosen, questions)
    return {
        "label": language.tell(f"import.columns.{key}"),
        "fields": [_field(language, each, table, chosen.get(each, "")) for each in shown],
        "because": _tell_because(language, key, proposal) if proposal else "",
        "ask": language.tell(asks) if ask else "",
        "confirm": bool(offered),
    }


def _offered(questions: Sequence[Question]) -> Told:
    """Return what the first real answers to the questions would tell."""
    offered: Told = {}
    for question in questions:
        real = (each.told for each in question.choices if any(each.told.values()))
        offered |= next(real, {}) if question.needed else {}
    return offered


def _is_half_told(key: str, told: Told) -> bool:
    chosen = [bool(told.get(axis)) for axis in AXIS_KEYS.get(key, ())]
    return any(chosen) and not all(chosen)


def _shown(fields: Sequence[str], chosen: Told, questions: Sequence[Question]) -> list[str]:
    """Return the drop-downs to show: a unit or a rate only where there is one to tell."""
    asked = {question.key for question in questions}
    is_rate = "rate_hz" in asked or bool(chosen.get("rate_hz"))
    hidden = {
        "time_unit": is_rate or not (chosen.get("time_unit") or "time_unit" in asked),
        "rate_hz": not is_rate,
        "acceleration_unit": "acceleration" in asked and not chosen.get("acceleration_unit"),
        "gyro_unit": not chosen.get("gyro_x"),
    }
    return [field for field in fields if not hidden.get(field, False)]


def _field(language: Language, key: str, table: Table, value: Any) -> dict[str, Any]:
    label = language.tell(f"import.columns.field_{key}")
    if key == "rate_hz":
        return {"key": key, "label": label, "value": value, "options": None}
    if key in WORDS:
        named = enumerate(WORDS[key])
        words = [[word, language.say(f"import.columns.{key}_{number}")] for number, word in named]
    else:
        words = [[name, name] for name, *_ in first_cells(table, 0)]
    none = 0 if key == "sign" else ""
    unknown = language.say("import.columns.open" if key in COLUMN_KEYS else "import.columns.unknown")
    return {"key": key, "label": label, "value": value or none, "options": [[none, unknown], *words]}


def _tell_because(language: Language, key: str, proposal: Proposal) -> str:
    """Return in words what a guess rests on, as the inference found it."""
    found = next((finding for finding in proposal.findings if finding.of == key), None)
    reasons = [] if found is None else [_BECAUSE.get(found.because.partition(";")[0], "")]
    reasons += ["either"] * any(
        question.key == key and not question.needed for question in proposal.questions
    )
    measured = (_MEASURED[each] for each in _GROUPS[key] if each in proposal.measured & _MEASURED.keys())
    told = dict.fromkeys(reason for reason in (*reasons, *measured) if reason)
    return " ".join(language.tell(f"import.because.{reason}") for reason in told)
