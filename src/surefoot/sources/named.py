"""What the name of a file tells of its test: leg, eyes and surface, where it names one and no other."""

import re
from collections.abc import Mapping
from typing import Final

from surefoot.errors import SetupError
from surefoot.model import Setup

# What is told of the ground says more than a name mostly does; leg and eyes are what names are for.
_CHECKED: Final = ("leg", "eyes")
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "leg": {
        "left": r"left|links|linkes|linker|linke",
        "right": r"right|rechts|rechtes|rechter|rechte",
        "both": r"(both|two|beide|beiden|zwei) (leg|legs|foot|feet|bein|beine|beinen|füße|füßen|fuesse)|both"
        r"|beide|bipedal|beidbeinig",
    },
    "eyes": {
        "open": r"(eye|eyes|auge|augen) (open|auf|offen|geöffnet|geoeffnet)"
        r"|(open|offene|offenen) (eyes|augen)|eo|open|offen",
        "closed": r"(eye|eyes|auge|augen) (closed|shut|zu|geschlossen)|(closed|geschlossene|geschlossenen) "
        r"(eyes|augen)|ec|closed|geschlossen",
    },
    "surface": {
        "foam": r"foam|airex|matte|schaum|schaumstoff|weichmatte|cushion|balance pad",
        "board": r"board|wobble|wackelbrett|brett|kreisel|therapiekreisel",
    },
}
# One letter is a leg only as a capital that stands alone; else it may be anything.
_LETTERS: Final[Mapping[str, str]] = {"L": "left", "R": "right"}
_CAMEL: Final = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
_BREAK: Final = re.compile(r"[^A-Za-zÄÖÜäöüß]+")
_ALONE: Final = re.compile(r"(?<![^\W_])[LR](?![^\W_])")
_MADE_BY: Final = re.compile(r"open ?signals", re.IGNORECASE)


def propose_conditions(name: str) -> dict[str, str]:
    """Return the conditions that the words in the name of a file tell, in English or German: a proposal.

    A condition of which the name says two things, or nothing, is left out.

    >>> propose_conditions("2026-04-14_left_eyes-open.zip")
    {'leg': 'left', 'eyes': 'open'}
    >>> propose_conditions("rechts Augen zu Airex.csv"), propose_conditions("left-then-right.csv")
    ({'leg': 'right', 'eyes': 'closed', 'surface': 'foam'}, {})
    """
    bare = _MADE_BY.sub(" ", name.rpartition(".")[0] or name)
    text = f" {' '.join(part for part in _BREAK.split(_CAMEL.sub(' ', bare)) if part).lower()} "
    told: dict[str, str] = {}
    for condition, words in _WORDS.items():
        said = {word for word, pattern in words.items() if re.search(f" ({pattern}) ", text)}
        if condition == "leg":
            said |= {_LETTERS[letter] for letter in _ALONE.findall(bare)}
        if len(said) == 1:
            told[condition] = said.pop()
    return told


def contradictions(name: str, setup: Setup) -> dict[str, str]:
    """Return leg and eyes as the name of a file tells them, where `setup` says something else."""
    told = propose_conditions(name)
    return {
        word: told[word] for word in _CHECKED if told.get(word, getattr(setup, word)) != getattr(setup, word)
    }


def check_name(name: str, setup: Setup) -> None:
    """Raise SetupError where the name of a file tells another leg or other eyes than `setup`."""
    for condition, word in contradictions(name, setup).items():
        raise SetupError(
            "The name of the file and your choice differ.",
            found=f"{name}, {condition} {getattr(setup, condition)}",
            expected=f"{condition} {word}, as the name says, or the word that the choice is right",
            do="Choose what the name says, or say that your choice is right (`--sure` at the command line).",
        )
