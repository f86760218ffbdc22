"""Which trials of the diary a verb is about: the filters that verbs share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from surefoot.cli.output import print_warning
from surefoot.errors import DiaryError
from surefoot.model import Setup
from surefoot.protocols import load_protocols, protocol_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from surefoot.diary import Diary, Entry


def _checked(name: str) -> Callable[[str | None], str | None]:
    """Return what refuses a word that no trial can have: a slip is no empty diary."""

    def check(word: str | None) -> str | None:
        if word is not None:
            fields: dict[str, Any] = {name: word}
            protocol_for(Setup(**fields))
        return word

    return check


PersonFilter = Annotated[str | None, typer.Option("--person", help="Only this person.")]
LegFilter = Annotated[
    str | None,
    typer.Option("--leg", help="Only this leg: left | right | both.", callback=_checked("leg")),
]
EyesFilter = Annotated[
    str | None, typer.Option("--eyes", help="Only these: open | closed.", callback=_checked("eyes"))
]
TestFilter = Annotated[
    str | None,
    typer.Option("--test", help="Only this test: " + " | ".join(load_protocols()), callback=_checked("test")),
]


def matching_entries(diary: Diary, person: str | None, **conditions: str | None) -> list[Entry]:
    """Return the trials that match, maybe none.

    `conditions` are fields of `Setup` by name; None leaves a field open.
    """
    left_out = len(diary.left_out())
    if left_out:
        files = "1 result is" if left_out == 1 else f"{left_out} results are"
        print_warning(f"{files} left out, as a copy or in a wrong place: `surefoot doctor` names them.")
    wanted = {name: word for name, word in conditions.items() if word is not None}
    return [
        entry
        for entry in diary.entries(person)
        if all(getattr(entry.assessment.setup, name) == word for name, word in wanted.items())
    ]


def find_entries(diary: Diary, person: str | None, **conditions: str | None) -> list[Entry]:
    """Return what `matching_entries` does, or raise DiaryError where there is none."""
    entries = matching_entries(diary, person, **conditions)
    if not entries:
        asked = "".join(f", {name} {word}" for name, word in conditions.items() if word is not None)
        raise DiaryError(
            "The diary holds no such trial.",
            found=f"none for {person or 'anyone'}{asked} in {diary.root}",
            expected="at least one trial",
            do="Import one with `surefoot import FILE`, or see `surefoot list` for what is there.",
        )
    return entries
