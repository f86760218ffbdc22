"""A language: its sentences by key, and how it writes numbers, dates and counts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from surefoot.words import english

# The parts of a name stand between commas and brackets.
_BETWEEN: Final = re.compile(r"[^,() #][^,()#]*(?<! )")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Language:
    """What differs from one language to another; another language is another catalogue of the same keys.

    A key with a plural stands twice, as ``key.one`` and ``key.other``, chosen by the fact ``n``.
    """

    code: str
    texts: Mapping[str, str]
    months: tuple[str, ...]
    counts: tuple[str, ...]
    decimal_mark: str = "."
    weekdays: tuple[str, ...] = ()
    after_day: str = ""
    measures: Mapping[str, str] = field(default_factory=dict)

    def say(self, key: str, /, **facts: object) -> str:
        """Return the text of `key`, filled with `facts`. Raises KeyError for a key that is not there."""
        text = self.texts.get(key)
        if text is None:
            text = self.texts[f"{key}.one" if facts["n"] == 1 else f"{key}.other"]
        return text.format(**facts)

    def tell(self, key: str, /, **facts: object) -> str:
        """Return the text of `key` as a whole: its first letter a capital, but for a name as it was typed."""
        filled = self.say(key, **facts)
        return filled if self.texts.get(key, "").startswith("{name}") else filled[:1].upper() + filled[1:]

    def tell_count(self, key: str, number: int, /, **facts: object) -> str:
        """Return the text of a key with a plural, chosen by `number`, as a whole."""
        return self.tell(f"{key}.one" if number == 1 else f"{key}.other", **facts)

    def tell_each(self, key: str) -> tuple[str, ...]:
        """Return the texts of a key that are numbered from 1 on."""
        keys = (f"{key}_{number}" for number in range(1, 10))
        return tuple(self.tell(each) for each in keys if each in self.texts)

    def count(self, number: int) -> str:
        """Return a count as it stands in a sentence: in words up to twelve.

        >>> ENGLISH.count(3), ENGLISH.count(40)
        ('three', '40')
        """
        return self.counts[number] if number < len(self.counts) else str(number)

    def name_measure(self, text: str) -> str:
        """Return an English name, head or caption of a table in this language, part by part.

        What its catalogue does not have stays as it is, but for the decimal mark.
        """
        if self.code == ENGLISH.code:
            return text
        return _BETWEEN.sub(lambda part: self._name_part(part[0]), text)

    def _name_part(self, part: str) -> str:
        numbers = iter(_NUMBER.findall(part))
        known = self.measures.get(_NUMBER.sub("#", part), _NUMBER.sub("#", part))
        return re.sub("#", lambda _: next(numbers).replace(".", self.decimal_mark), known)

    def decimal(self, value: float, digits: int = 1) -> str:
        """Return a number with the decimal sign of the language."""
        return f"{value:.{digits}f}".replace(".", self.decimal_mark)

    def day(self, day: date, today: date) -> str:
        """Return a day as one speaks of it: its weekday within a week of today, else day and month."""
        if abs(day - today) < timedelta(days=7):
            return self.weekdays[day.weekday()]
        return f"{day.day}{self.after_day} {self.months[day.month - 1]}"

    def date_of(self, day: date, today: date) -> str:
        """Return day and month, with the year where it is another one than today's."""
        year = "" if day.year == today.year else f" {day.year}"
        return f"{day.day}{self.after_day} {self.months[day.month - 1]}{year}"

    def time(self, when: datetime) -> str:
        """Return the time of day as the language writes it.

        >>> ENGLISH.time(datetime(2026, 3, 9, 8, 5))
        '8:05'
        """
        return f"{when.hour}.{when:%M} Uhr" if self.code == "de" else f"{when.hour}:{when:%M}"

    def short_date(self, day: date) -> str:
        """Return day and the first letters of the month, for under a picture."""
        return f"{day.day}{self.after_day} {self.months[day.month - 1][:3]}"


ENGLISH: Final = Language("en", english.TEXTS, english.MONTHS, english.COUNTS)
