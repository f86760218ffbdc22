"""The words for people at home in two languages: one key, one moment or one place on a screen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

LanguageCode = Literal["en", "de"]
LANGUAGES: Final[tuple[LanguageCode, ...]] = ("en", "de")

_COUNTS: Final[Mapping[LanguageCode, tuple[str, ...]]] = {
    "en": (
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ),
    "de": (
        "kein", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn",
        "elf", "zwölf",
    ),
}  # fmt: skip
_WEEKDAYS: Final[Mapping[LanguageCode, tuple[str, ...]]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
_MONTHS: Final[Mapping[LanguageCode, tuple[str, ...]]] = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
        "November", "Dezember",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Language:
    """One language: `texts` maps each key of ``home.toml`` to its text, in which ``{name}`` is filled."""

    code: LanguageCode
    texts: Mapping[str, str]

    def say(self, key: str, /, **fills: object) -> str:
        """Return the text of a key, filled, its first letter a capital. Raises KeyError for no such key.

        >>> english().say("verdict.next.next", day="Thursday")
        'Next test: Thursday'
        """
        text = self.texts[key]
        filled = text.format(**fills)
        # A name stays as it was typed.
        return filled if text.startswith("{name}") else filled[:1].upper() + filled[1:]

    def within(self, key: str, /, **fills: object) -> str:
        """Return the text of a key as a part of a sentence, its first letter as it stands."""
        return self.texts[key].format(**fills)

    def say_count(self, key: str, number: int, /, **fills: object) -> str:
        """Return the text of a key with a plural, chosen by `number`.

        >>> english().say_count("verdict.wait.headline", 1)
        'One more test, then I can compare.'
        >>> english().say_count("verdict.wait.headline", 2, n="two")
        'Two more tests, then I can compare.'
        """
        return self.say(f"{key}.one" if number == 1 else f"{key}.other", **fills)

    def say_each(self, key: str) -> tuple[str, ...]:
        """Return the texts of a key that are numbered from 1 on."""
        keys = (f"{key}_{number}" for number in range(1, 10))
        return tuple(self.say(each) for each in keys if each in self.texts)

    def count(self, number: int) -> str:
        """Return a count as a word up to twelve, as a number beyond.

        >>> english().count(4), english().count(30)
        ('four', '30')
        """
        known = _COUNTS[self.code]
        return known[number] if number < len(known) else str(number)

    def decimal(self, value: float, digits: int = 1) -> str:
        """Return a number with the decimal sign of the language."""
        text = f"{value:.{digits}f}"
        return text.replace(".", ",") if self.code == "de" else text

    def day(self, day: date, today: date) -> str:
        """Return a day as one speaks of it: its weekday within a week of today, else day and month.

        >>> [english().day(date(2026, 4, day), date(2026, 4, 14)) for day in (16, 30)]
        ['Thursday', '30 April']
        """
        if abs(day - today) < timedelta(days=7):
            return _WEEKDAYS[self.code][day.weekday()]
        return self.day_and_month(day)

    def day_and_month(self, day: date) -> str:
        """Return day and month, such as ``9 March`` or ``9. März``."""
        dot = "." if self.code == "de" else ""
        return f"{day.day}{dot} {_MONTHS[self.code][day.month - 1]}"

    def short_date(self, day: date) -> str:
        """Return day and the first letters of the month, for under a picture."""
        dot = "." if self.code == "de" else ""
        return f"{day.day}{dot} {_MONTHS[self.code][day.month - 1][:3]}"

    def weekdays(self) -> tuple[str, ...]:
        """Return the days of a week from Monday on."""
        return _WEEKDAYS[self.code]

    def weekday_letters(self) -> tuple[str, ...]:
        """Return the first letters of the days of a week from Monday on."""
        return tuple(name[0] for name in _WEEKDAYS[self.code])


@cache
def language(code: str) -> Language:
    """Return a language by its code; English where there is no such language."""
    known: LanguageCode = "de" if code == "de" else "en"
    texts = {key: row[known] for key, row in home_words() if known in row}
    return Language(known, texts)


def english() -> Language:
    """Return the language of everything that names none."""
    return language("en")


@cache
def home_words() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Return every key of ``home.toml`` with its row: a text for each language, seconds where spoken."""
    known = tomllib.loads((files("surefoot.words") / "home.toml").read_text(encoding="utf-8"))
    return tuple(_rows("", known))


def _rows(path: str, table: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    if isinstance(table.get("en"), str):
        return [(path, table)]
    below = [(f"{path}.{name}".lstrip("."), each) for name, each in table.items() if isinstance(each, dict)]
    return [row for key, each in below for row in _rows(key, each)]
