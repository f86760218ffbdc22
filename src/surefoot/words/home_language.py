"""The words for people at home, in two languages: one key, one moment or one place on a screen."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from surefoot.words import english
from surefoot.words.language import Language

_GERMAN_COUNTS: Final = (
    "kein", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
)  # fmt: skip
_GERMAN_MONTHS: Final = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GERMAN_WEEKDAYS: Final = (
    "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag",
)  # fmt: skip
LANGUAGES: Final = ("en", "de")


@cache
def home_language(code: str = "en") -> Language:
    """Return a language with the words for people at home; English where there is no such language.

    >>> home_language().tell("verdict.next.next", day="Thursday")
    'Next test: Thursday'
    >>> home_language("de").tell("page.back"), home_language("fr").code
    ('Zurück', 'en')
    """
    known = code if code in LANGUAGES else "en"
    texts = {key: str(row[known]) for key, row in home_words()}
    if known == "en":
        return Language("en", texts, english.MONTHS, english.COUNTS, weekdays=_WEEKDAYS)
    measures = _read("measures.toml")["de"]
    return Language("de", texts, _GERMAN_MONTHS, _GERMAN_COUNTS, ",", _GERMAN_WEEKDAYS, ".", measures)


@cache
def home_words() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Return every key of ``home.toml`` with its row: a text for each language, seconds where spoken."""
    return tuple(_rows("", _read("home.toml")))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("surefoot.words") / name).read_text(encoding="utf-8"))


def _rows(path: str, table: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    if isinstance(table.get("en"), str):
        return [(path, table)]
    below = [(f"{path}.{name}".lstrip("."), each) for name, each in table.items() if isinstance(each, dict)]
    return [row for key, each in below for row in _rows(key, each)]
