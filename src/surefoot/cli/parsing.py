"""Words of a command line as they were typed, where nothing about them is to be checked.

Typer asks pydantic for every text and path, and loading that takes longer than most answers.
"""

import os
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_origin


def taken_as_typed(parameters: list[Any]) -> list[Any]:
    """Return options and arguments, those for text or paths taking what was typed; others stay with Typer."""
    for each in parameters:
        each.process_value = partial(_process, each, type(each).process_value)
    return parameters


def _process(parameter: Any, usual: Any, context: Any, value: Any) -> Any:
    asked = parameter.type_descriptor.annotation
    several = get_origin(asked) is list
    kind, words = (get_args(asked)[0], value) if several else (asked, [value])
    taken: Any
    if value is None or (several and not value):
        plain, taken = not parameter.required, () if several else None
    else:
        typed = kind in (str, Path) and all(isinstance(word, str) for word in words)
        plain = typed and all(_may_be_read(kind, word) for word in words)
        taken = ([kind(word) for word in words] if several else kind(value)) if plain else None
    if not plain:
        return usual(parameter, context, value)
    return parameter.callback(context, parameter, taken) if parameter.callback else taken


def _may_be_read(kind: type, word: str) -> bool:
    """Tell whether a path leads nowhere yet, or to what may be read; Typer tells of the others."""
    return kind is str or not os.path.exists(word) or os.access(word, os.R_OK)  # noqa: PTH110
