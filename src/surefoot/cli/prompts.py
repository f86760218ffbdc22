"""What is asked where it is missing, and what is remembered of the answers."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import typer

from surefoot.cli.output import print_warning, was_remembered
from surefoot.errors import SetupError
from surefoot.model import WORDS, Setup
from surefoot.protocols.conditions import ASKED, read_words, untold
from surefoot.settings import open_settings
from surefoot.sources import contradictions, propose_conditions


def read_setup(words: Mapping[str, Any], base: Setup | None = None) -> Setup:
    """Return the setup that options, answers or cells tell, over `base` where a trial is corrected.

    Raises SetupError for words that are not known or contradict one another, and for no time of a trial.
    """
    return read_words(words, datetime.now(UTC).date(), base)


def ask_missing(words: dict[str, Any], name: str, *, remember: bool = True) -> dict[str, Any]:
    """Return `words` with person, leg, eyes, surface and placement complete.

    Asks on a terminal, offering what the `name` of the file tells, else the last answers, which these become
    if they are to be remembered. Raises
    SetupError where there is none to ask, or a word to remember is not known.
    """
    complete = dict(words)
    missing = untold(complete)
    if missing and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SetupError(
            "The conditions of the trial are not known.",
            found="nothing for " + ", ".join(missing),
            expected="a word for each: " + "; ".join(f"--{word} {_list(word)}" for word in missing),
            do="Give these options, or run the command in a terminal to be asked.",
        )
    last = open_settings().answers()
    if missing and "person" not in complete:
        complete["person"] = typer.prompt(
            "Whose trial (pseudonym)", default=last.get("person", "me"), err=True
        )
    offered = {**last, **propose_conditions(name)}
    for word in missing:
        complete[word] = _ask(word, offered.get(word), name)
    if remember:
        # A word that is refused must not be offered next time.
        read_setup(complete)
        remember_conditions(complete)
    return complete


def confirm_name(name: str, setup: Setup) -> bool:
    """Tell whether somebody says that `setup` is right where the `name` of its file tells something else."""
    told = contradictions(name, setup)
    if not told or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    named = ", ".join(f"{condition} {word}" for condition, word in told.items())
    said = ", ".join(f"{condition} {getattr(setup, condition)}" for condition in told)
    return typer.confirm(
        f"{name}: its name says {named}, you say {said}. Are you right", default=False, err=True
    )


def remember_conditions(words: dict[str, Any]) -> None:
    """Keep the answers as what is offered next time."""
    answers: dict[str, str] = {word: str(words[word]) for word in ("person", *ASKED) if word in words}
    was_remembered(open_settings().remember_answers(answers))


def _ask(word: str, last: str | None, name: str) -> str:
    offered = last if last in WORDS[word] else None
    while True:
        answer: str = typer.prompt(f"{name}: {word} ({_list(word)})", default=offered, err=True)
        if answer in WORDS[word]:
            return answer
        typer.echo(f"  One of: {_list(word)}", err=True)


def forget_person(pseudonym: str) -> None:
    """Remove a person from the last answers; tell where they stay there."""
    if not was_remembered(open_settings().forget_person(pseudonym)):
        print_warning(f"{pseudonym} is still the last person named there, until another one is.")


def _list(name: str) -> str:
    return " | ".join(WORDS[name])
