"""A language: its sentences by key, and how it writes numbers, dates and counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from surefoot.words import english


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

    def say(self, key: str, /, **facts: object) -> str:
        """Return the text of `key`, filled with `facts`. Raises KeyError for a key that is not there."""
        text = self.texts.get(key)
        if text is None:
            text = self.texts[f"{key}.one" if facts["n"] == 1 else f"{key}.other"]
        return text.format(**facts)

    def count(self, number: int) -> str:
        """Return a count as it stands in a sentence: in words up to twelve.

        >>> ENGLISH.count(3), ENGLISH.count(40)
        ('three', '40')
        """
        return self.counts[number] if number < len(self.counts) else str(number)


ENGLISH: Final = Language("en", english.TEXTS, english.MONTHS, english.COUNTS)
