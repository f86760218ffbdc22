"""The setup options that every verb shares, and the questions asked where they are missing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

from surefoot.cli.output import was_remembered
from surefoot.errors import SetupError
from surefoot.model import WORDS, Setup
from surefoot.protocols import load_protocols
from surefoot.protocols.conditions import ASKED, read_words, untold
from surefoot.settings import open_settings

PANEL = "Setup of the test"


def _option(kind: type, flag: str, text: str, *also: str) -> Any:
    """Return an option; `also` is its column's name in a table of conditions, where `flag` is shorter."""
    return Annotated[kind | None, typer.Option(flag, *also, help=text, rich_help_panel=PANEL)]


def _words(name: str) -> str:
    return " | ".join(WORDS[name])


OPTIONS: dict[str, Any] = {
    "person": _option(str, "--person", "Pseudonym: letters and digits, never a full name."),
    "test": _option(str, "--test", " | ".join(load_protocols())),
    "leg": _option(str, "--leg", _words("leg")),
    "eyes": _option(str, "--eyes", _words("eyes")),
    "surface": _option(str, "--surface", _words("surface")),
    "footwear": _option(str, "--footwear", _words("footwear")),
    "placement": _option(str, "--placement", "Where the sensor is: " + _words("placement")),
    "facing": _option(str, "--facing", "Where its screen looks: " + _words("facing")),
    "sensor_height_m": _option(
        float, "--height", "Height of the sensor above the floor, in metres.", "--sensor-height-m"
    ),
    "body_height_m": _option(float, "--body-height", "Height of the person, in metres.", "--body-height-m"),
    "board_max_tilt_deg": _option(
        float, "--board-tilt", "Tilt at which the board's edge touches, degrees.", "--board-max-tilt-deg"
    ),
    "board_level_ap_deg": _option(
        float, "--board-level-ap", "What the sensor reads forward on it at rest.", "--board-level-ap-deg"
    ),
    "board_level_ml_deg": _option(
        float, "--board-level-ml", "What the sensor reads right on it at rest.", "--board-level-ml-deg"
    ),
    "board": _option(str, "--board", "Name of the board: results count within one board only."),
    "when": _option(str, "--when", "Time of the trial, such as 2026-03-02T08:30+01:00."),
    "practice": _option(bool, "--practice/--scored", "A practice trial never enters a trend."),
    "note": _option(str, "--note", "Anything worth remembering: pain, shoes, a bad night."),
}


def takes_setup(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb all setup options; it receives those that were used as its argument `setup_words`."""
    own = [p for p in signature(verb, eval_str=True).parameters.values() if p.name != "setup_words"]
    shared = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in OPTIONS.items()
    ]

    @wraps(verb)
    def called(**given: Any) -> Any:
        words = {name: given.pop(name) for name in OPTIONS}
        return verb(**given, setup_words={name: word for name, word in words.items() if word is not None})

    # Typer reads the annotations of the function itself, so they must not be names any more.
    parameters = [*(p.replace(kind=Parameter.KEYWORD_ONLY) for p in own), *shared]
    called.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {p.name: p.annotation for p in parameters}
    del called.__wrapped__
    return called


def read_setup(words: Mapping[str, Any], base: Setup | None = None) -> Setup:
    """Return the setup that options, answers or cells tell, over `base` where a trial is corrected.

    Raises SetupError for words that are not known or contradict one another, and for no time of a trial.
    """
    return read_words(words, datetime.now(UTC).date(), base)


def ask_missing(words: dict[str, Any], name: str, *, remember: bool = True) -> dict[str, Any]:
    """Return `words` with person, leg, eyes, surface and placement complete.

    Asks on a terminal, offering the last answers, which these become if they are to be remembered. Raises
    SetupError where there is none to ask, or a word to remember is not known.
    """
    complete = dict(words)
    missing = untold(complete)
    if missing and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SetupError(
            "The conditions of the trial are not known.",
            found="nothing for " + ", ".join(missing),
            expected="a word for each: " + "; ".join(f"--{word} {_words(word)}" for word in missing),
            do="Give these options, or run the command in a terminal to be asked.",
        )
    last = open_settings().answers()
    if missing and "person" not in complete:
        complete["person"] = typer.prompt(
            "Whose trial (pseudonym)", default=last.get("person", "me"), err=True
        )
    for word in missing:
        complete[word] = _ask(word, last.get(word), name)
    if remember:
        # A word that is refused must not be offered next time.
        read_setup(complete)
        remember_conditions(complete)
    return complete


def remember_conditions(words: dict[str, Any]) -> None:
    """Keep the answers as what is offered next time."""
    answers: dict[str, str] = {word: str(words[word]) for word in ("person", *ASKED) if word in words}
    was_remembered(open_settings().remember_answers(answers))


def _ask(word: str, last: str | None, name: str) -> str:
    offered = last if last in WORDS[word] else None
    while True:
        answer: str = typer.prompt(f"{name}: {word} ({_words(word)})", default=offered, err=True)
        if answer in WORDS[word]:
            return answer
        typer.echo(f"  One of: {_words(word)}", err=True)
