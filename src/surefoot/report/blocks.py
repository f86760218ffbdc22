"""What a report is made of: words, tables and pictures in their order, for the page and for paper alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from surefoot.plotting.style import Box

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Role = Literal["title", "gist", "lead", "heading", "strong", "body", "quiet"]
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph and what it is for."""

    text: str
    role: Role = "body"


@dataclass(frozen=True, slots=True)
class TextTable:
    """A caption, a header and rows of text; `notes` are pairs of a name and what is to be known."""

    caption: str
    header: Row
    rows: tuple[Row, ...]
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Plate:
    """A picture of a size in inches, what it shows in words, and its numbers as a table."""

    draw: Callable[[Figure, Box], object]
    width_inch: float
    height_inch: float
    description: str
    table: TextTable | None = None


@dataclass(frozen=True, slots=True)
class Gallery:
    """Pictures side by side, as many in a row as there is room for."""

    plates: tuple[Plate, ...]


@dataclass(frozen=True, slots=True)
class TwoColumns:
    """Two columns of tables and words."""

    left: tuple[Words | TextTable, ...]
    right: tuple[Words | TextTable, ...]


Block = Words | TextTable | Plate | Gallery | TwoColumns
