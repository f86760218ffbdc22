"""The setup options that every verb shares, and the questions asked where they are missing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

from surefoot.cli.settings import recall_answers, remember_answers
from surefoot.errors import SetupError
from surefoot.model import WORDS, Setup
from surefoot.protocols import load_protocols, usual_test

ASKED = ("leg", "eyes", "surface", "placement")
EARLIEST = date(1950, 1, 1)
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


def parse_when(text: str, before: datetime | None = None) -> datetime:
    """Return the time in `text`; one without a zone is taken in this computer's zone.

    Where a time `before` is corrected, a day alone leaves its time of day, and a time without a zone its
    zone. Raises SetupError for what is no time, and for one that no trial can have.
    """
    try:
        when = _read_time(text, before)
    except ValueError:
        raise SetupError(
            "The time of the trial was not understood.",
            found=repr(text),
            expected="a time such as 2026-03-02T08:30+01:00",
            do="Give --when in this form.",
        ) from None
    check_past(text, when.date())
    return when if when.tzinfo else when.astimezone()


def _read_time(text: str, before: datetime | None) -> datetime:
    """Return the time in `text`, completed by the one `before`. Raises ValueError."""
    when = datetime.fromisoformat(text)
    if before is None:
        return when
    try:
        return datetime.combine(date.fromisoformat(text), before.timetz())
    except ValueError:  # it tells a time of day
        return when if when.tzinfo else when.replace(tzinfo=before.tzinfo)


def check_past(text: str, day: date) -> None:
    """Raise SetupError where `day`, given as `text`, lies ahead, or before anything could be recorded."""
    # Somewhere it is tomorrow already.
    latest = (datetime.now(UTC) + timedelta(days=1)).date()
    if not EARLIEST <= day <= latest:
        raise SetupError(
            "This day lies ahead." if day > latest else "This day lies too long ago.",
            found=repr(text),
            expected=f"a day from {EARLIEST} to today",
            do="Check year, month and day, in this order.",
        )


def build_setup(words: dict[str, Any], base: Setup | None = None) -> Setup:
    """Return the Setup of the given words over `base`; the test follows from board and legs if not given."""
    fields = dict(words)
    if isinstance(fields.get("when"), str):
        fields["when"] = parse_when(fields["when"], None if base is None else base.when)
    if base is not None:
        if "placement" in fields:
            fields.setdefault("facing", None)
        if "leg" in fields and base.test in ("single-leg", "two-legs"):
            fields.setdefault("test", _usual_test({"placement": base.placement, **fields}))
        return replace(base, **fields)
    if fields.get("surface") == "board":
        fields.setdefault("placement", "board")
    if fields.get("placement") == "board":
        fields.setdefault("surface", "board")
    fields.setdefault("test", _usual_test(fields))
    return Setup(**fields)


def _usual_test(fields: dict[str, Any]) -> str:
    return usual_test(fields.get("leg", "both"), fields.get("placement", "lumbar"))


def ask_missing(words: dict[str, Any], name: str, *, remember: bool = True) -> dict[str, Any]:
    """Return `words` with person, leg, eyes, surface and placement complete.

    Asks on a terminal, offering the last answers, which these become if they are to be remembered. Raises
    SetupError where there is none to ask, or a word to remember is not known.
    """
    complete = dict(words)
    missing = [word for word in ASKED if word not in complete]
    if missing and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SetupError(
            "The conditions of the trial are not known.",
            found="nothing for " + ", ".join(missing),
            expected="a word for each: " + "; ".join(f"--{word} {_words(word)}" for word in missing),
            do="Give these options, or run the command in a terminal to be asked.",
        )
    last = recall_answers()
    if missing and "person" not in complete:
        complete["person"] = typer.prompt(
            "Whose trial (pseudonym)", default=last.get("person", "me"), err=True
        )
    for word in missing:
        complete[word] = _ask(word, last.get(word), name)
    if remember:
        # A word that is refused must not be offered next time.
        build_setup(complete)
        remember_conditions(complete)
    return complete


def remember_conditions(words: dict[str, Any]) -> None:
    """Keep the answers as what is offered next time."""
    remember_answers({word: str(words[word]) for word in ("person", *ASKED) if word in words})


def _ask(word: str, last: str | None, name: str) -> str:
    offered = last if last in WORDS[word] else None
    while True:
        answer: str = typer.prompt(f"{name}: {word} ({_words(word)})", default=offered, err=True)
        if answer in WORDS[word]:
            return answer
        typer.echo(f"  One of: {_words(word)}", err=True)
