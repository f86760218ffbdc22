"""``surefoot delete``: remove trials, or everything of a person, from disk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from surefoot import words
from surefoot.cli.prompts import forget_person
from surefoot.diary import open_diary
from surefoot.errors import SetupError, SurefootError

if TYPE_CHECKING:
    from surefoot.diary import Entry


def delete(
    trials: Annotated[list[str] | None, typer.Argument(help="Trial ids, or their first letters.")] = None,
    person: Annotated[str | None, typer.Option("--person", help="Everything of this person.")] = None,
    forever: Annotated[
        bool, typer.Option("--forever", help="Gone from disk at once; nothing takes it back.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete trials, or everything of a person.

    Trials can be brought back by `surefoot undo` until 20 later changes, unless --forever is given.
    Everything of a person is gone from disk at once.
    """
    diary = open_diary()
    if not trials and person is None:
        raise SetupError(
            "Nothing was named to delete.",
            found="neither a trial nor --person",
            expected="trial ids, or --person with a pseudonym",
            do="See `surefoot list` for both.",
        )
    entries = tuple({(entry := diary.entry(trial)).trial: entry for trial in trials or []}.values())
    what = f"everything of {person}" if person is not None else _name(entries)
    is_final = forever or person is not None
    _confirm(what, is_final=is_final, yes=yes)
    removals = [partial(diary.delete, entry.trial, undoable=not is_final) for entry in entries]
    if person is not None:
        removals.append(partial(diary.delete_person, person))
    refused = [error for remove in removals if (error := _refusal(remove)) is not None]
    if person is not None:
        forget_person(person)
    if refused:
        raise refused[0]
    print(f"Deleted {what}." if is_final else f"Deleted {what}. `surefoot undo` brings it back.")


def _refusal(remove: Callable[[], None]) -> SurefootError | None:
    """Remove something; where that is refused the rest is removed all the same."""
    try:
        remove()
    except SurefootError as error:
        return error
    return None


def _name(entries: Sequence[Entry]) -> str:
    if len(entries) > 1:
        return f"{len(entries)} trials"
    (entry,) = entries
    return (
        f"the trial of {entry.when:%Y-%m-%d} ({entry.person}, {words.describe_test(entry.assessment.setup)})"
    )


def _confirm(what: str, *, is_final: bool, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise SetupError(
            "Deleting needs a yes.",
            found="no terminal to ask on",
            expected="--yes",
            do=f"Add --yes if you are sure{'; there is no way back' * is_final}.",
        )
    if not typer.confirm(f"Delete {what}?{' It is gone from disk; there is no way back.' * is_final}"):
        print("Nothing was deleted.")
        raise typer.Exit(0)
