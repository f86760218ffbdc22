"""The options that commands share: files and formats, the setup of a test, and which trials are meant."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from surefoot.cli.output import print_warning
from surefoot.errors import DiaryError, SetupError
from surefoot.model import WORDS, Setup
from surefoot.protocols import load_protocols, protocol_for

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry

Files = Annotated[
    list[Path], typer.Argument(help="Exports of an app or sensor, or any table: zip, CSV, JSON, a folder.")
]
Source = Annotated[str | None, typer.Option("--source", help="Read as this format; see `show formats`.")]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", help="Column mapping (TOML) for an unknown table.")
]
Start = Annotated[float | None, typer.Option("--start", help="First second of the part to use.")]
End = Annotated[float | None, typer.Option("--end", help="Second at which the part to use ends.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Whose = Annotated[str | None, typer.Option("--person", help="Whose; needed where the diary has several.")]

# Whom a virtual sensor plays: a name of its own, so that made-up trials never stand among somebody's.
MADE_UP = "simulated"
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


def _checked(name: str) -> Callable[[str | None], str | None]:
    """Return what refuses a word that no trial can have: a slip is no empty diary."""

    def check(word: str | None) -> str | None:
        if word is not None:
            fields: dict[str, Any] = {name: word}
            protocol_for(Setup(**fields))
        return word

    return check


def is_made_up(pseudonym: str) -> bool:
    """Tell whether this is the name of a person whom a virtual sensor played.

    >>> is_made_up("simulated2"), is_made_up("anna")
    (True, False)
    """
    return pseudonym.lower().startswith(MADE_UP)


def choose_person(diary: Diary, person: str | None) -> str:
    """Return the person named, else the only one in the diary, else ``me`` where it has nobody.

    A made-up person counts only where there is nobody else. Raises SetupError where several are known.
    """
    everyone = [someone.pseudonym for someone in diary.people()]
    known = [pseudonym for pseudonym in everyone if not is_made_up(pseudonym)] or everyone
    if person is None and len(known) > 1:
        raise SetupError(
            "It is not clear whose training is meant.",
            found="the diary has " + ", ".join(known),
            expected="one of them",
            do="Add --person.",
        )
    return diary.known_as(person) if person else known[0] if known else "me"


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
    left_out = len(diary.left_out(person))
    if left_out:
        files = "1 result is" if left_out == 1 else f"{left_out} results are"
        print_warning(f"{files} left out, as a copy or in a wrong place: `surefoot doctor` names them.")
    return list(diary.iterate(person, **conditions))


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
