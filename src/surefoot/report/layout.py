"""Words and tables as pieces of known height, and pieces on A4 pages."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from surefoot.plotting import style
from surefoot.report.sections import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAGE_INCH: Final = (8.27, 11.69)
SIDE_INCH: Final = (PAGE_INCH[0] - style.WIDTH_INCH) / 2
TOP_INCH: Final = 0.8
FOOT_INCH: Final = 0.9
# A line of DejaVu Sans is about this wide for each letter; a cell may be full of capitals or figures.
_LETTER_EM: Final = 0.52
_CELL_EM: Final = 0.58
_GAP_LETTERS: Final = 2
_WIDEST_CELL: Final = 34


@dataclass(frozen=True, slots=True)
class Kind:
    """How a text is set: size in points, weight, colour, and the room above it in inches."""

    size_pt: float
    bold: bool = False
    color: str = style.INK
    above_inch: float = 0.0

    @property
    def line_inch(self) -> float:
        """Height of one line."""
        return self.size_pt * 1.45 / 72

    @property
    def columns(self) -> int:
        """Letters in a full line."""
        return int(style.WIDTH_INCH * 72 / (_LETTER_EM * self.size_pt))


TITLE: Final = Kind(20, bold=True)
HEADING: Final = Kind(14, bold=True, above_inch=0.25)
STRONG: Final = Kind(10, bold=True, above_inch=0.12)
BODY: Final = Kind(10)
QUIET: Final = Kind(9, color=style.FAINT, above_inch=0.03)
HEAD: Final = Kind(9, bold=True, color=style.FAINT)
CELL: Final = Kind(9, above_inch=0.02)


@dataclass(frozen=True, slots=True)
class Text:
    """Words at a place within their piece: from its left and its top, in inches."""

    words: str
    kind: Kind
    left_inch: float = 0.0
    down_inch: float = 0.0


@dataclass(frozen=True, slots=True)
class Piece:
    """What is never broken over two pages; one that `leads` is not left alone at the end of a page.

    `header` is what it stands under, and is said again where a page begins with it.
    """

    height_inch: float
    texts: tuple[Text, ...] = ()
    figure: Figure | None = None
    leads: bool = False
    header: Piece | None = None


Placed = tuple[float, Piece]


def break_pages(pieces: Sequence[Piece]) -> list[list[Placed]]:
    """Put pieces on pages, in order; at most one picture stands on a page."""
    pages: list[list[Placed]] = [[]]
    down_inch = TOP_INCH
    for index, piece in enumerate(pieces):
        together = _together(pieces[index:])
        short = PAGE_INCH[1] - FOOT_INCH - down_inch < sum(each.height_inch for each in together)
        pictures = [*(each for _, each in pages[-1]), *together]
        crowded = sum(each.figure is not None for each in pictures) > 1
        if pages[-1] and (short or crowded):
            pages.append([])
            down_inch = TOP_INCH
            if piece.header is not None:
                pages[-1].append((down_inch, piece.header))
                down_inch += piece.header.height_inch
        pages[-1].append((down_inch, piece))
        down_inch += piece.height_inch
    return pages


def _together(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the first piece and all it leads to, as far as one page can hold it."""
    together: list[Piece] = []
    room_inch = PAGE_INCH[1] - FOOT_INCH - TOP_INCH
    for piece in pieces:
        room_inch -= piece.height_inch
        if together and room_inch < 0:
            break
        together.append(piece)
        if not piece.leads:
            break
    return together


def set_words(words: str, kind: Kind, *, leads: bool = False) -> Iterator[Piece]:
    """Yield a paragraph, a piece for each line; nothing where there are no words."""
    for index, line in enumerate(textwrap.wrap(words, kind.columns)):
        above_inch = 0.0 if index else kind.above_inch
        yield Piece(above_inch + kind.line_inch, (Text(line, kind, 0.0, above_inch),), leads=leads)


def set_table(table: Table | None, heading: str = "") -> Iterator[Piece]:
    """Yield a table under its heading and caption; nothing where it has no rows."""
    if table is None or not table.rows:
        return
    yield from set_words(heading, HEADING, leads=True)
    yield from set_words(table.caption, STRONG, leads=True)
    widths = _column_widths([table.header, *table.rows])
    header = _row(table.header, widths, HEAD, leads=True)
    yield header
    for row in table.rows:
        yield replace(_row(row, widths, CELL), header=header)
    for name, text in table.notes:
        yield from set_words(f"{name}: {text}", QUIET)


def _column_widths(rows: Iterable[Sequence[str]]) -> list[int]:
    """Return the letters of each column; the widest gives way where the line is too short."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    room = int(style.WIDTH_INCH * 72 / (_CELL_EM * CELL.size_pt)) - _GAP_LETTERS * (len(widths) - 1)
    while sum(widths) > room:
        widest = widths.index(max(widths))
        widths[widest] = max(widths[widest] - (sum(widths) - room), min(_WIDEST_CELL, widths[widest] - 1))
    return widths


def _row(cells: Sequence[str], widths: Sequence[int], kind: Kind, *, leads: bool = False) -> Piece:
    letter_inch = _CELL_EM * CELL.size_pt / 72
    texts, left, lines = [], 0, 1
    for cell, width in zip(cells, widths, strict=True):
        wrapped = textwrap.wrap(cell, max(1, width)) or [""]
        for number, line in enumerate(wrapped):
            down_inch = kind.above_inch + number * kind.line_inch
            texts.append(Text(line, kind, left * letter_inch, down_inch))
        lines = max(lines, len(wrapped))
        left += width + _GAP_LETTERS
    return Piece(kind.above_inch + lines * kind.line_inch, tuple(texts), leads=leads)
