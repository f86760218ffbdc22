"""Paper: the blocks of a report on A4 pages, as PDF, with real text that can be searched and copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Final

from surefoot.plotting import style
from surefoot.plotting.own_files import MARK
from surefoot.plotting.style import Box
from surefoot.report.blocks import Block, Gallery, Plate, Role, TextTable, TwoColumns, Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAGE_INCH: Final = (8.27, 11.69)
SIDE_INCH: Final = 0.72
TOP_INCH: Final = 0.6
FOOT_INCH: Final = 0.62
WIDTH_INCH: Final = PAGE_INCH[0] - 2 * SIDE_INCH
ROOM_INCH: Final = PAGE_INCH[1] - TOP_INCH - FOOT_INCH
GAP_INCH: Final = 0.3
_CELL_GAP_INCH: Final = 0.14
_LEAST_CELL_INCH: Final = 0.5


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
        return self.size_pt * style.LINE / 72


KINDS: Final[dict[Role, Kind]] = {
    "title": Kind(19, bold=True),
    "gist": Kind(9.5, color=style.FAINT, above_inch=0.02),
    "lead": Kind(11.5, above_inch=0.12),
    "heading": Kind(11, bold=True, above_inch=0.2),
    "strong": Kind(9.5, bold=True, above_inch=0.12),
    "body": Kind(9.5, above_inch=0.05),
    "quiet": Kind(9, color=style.FAINT, above_inch=0.03),
}
HEAD: Final = Kind(9, bold=True, color=style.FAINT, above_inch=0.06)
CELL: Final = Kind(9, above_inch=0.03)


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text at a place within its part: from its left and its top, in inches."""

    text: str
    kind: Kind
    left_inch: float = 0.0
    down_inch: float = 0.0


@dataclass(frozen=True, slots=True)
class PagePart:
    """What is never broken over two pages; one that `leads` is not left alone at the end of a page.

    `plates` are pictures with their left edge, `rule_inch` is how far a thin line runs beneath. `header` is
    what the part stands under, and is said again where a page begins with it.
    """

    height_inch: float
    lines: tuple[TextLine, ...] = ()
    plates: tuple[tuple[float, Plate], ...] = ()
    rule_inch: float = 0.0
    leads: bool = False
    header: PagePart | None = None


Placed = tuple[float, PagePart]


def print_booklet(blocks: Sequence[Block], title: str) -> bytes:
    """Return `blocks` as PDF, A4 upright. The same blocks give the same bytes."""
    from matplotlib.backends.backend_pdf import PdfPages

    pages = break_pages([part for block in blocks for part in set_block(block)])
    buffer = BytesIO()
    metadata = {"Title": title, "CreationDate": None, "ModDate": None, "Creator": MARK}
    with style.drawing_style(), PdfPages(buffer, metadata=metadata) as pdf:
        for number, page in enumerate(pages, 1):
            foot = f"{title} · {number} of {len(pages)}" if len(pages) > 1 else ""
            pdf.savefig(_draw_page(page, foot))
    return buffer.getvalue()


def fits_page(blocks: Iterable[Block]) -> bool:
    """Tell whether `blocks` fit on one page."""
    return sum(part.height_inch for block in blocks for part in set_block(block)) <= ROOM_INCH


def _draw_page(page: Sequence[Placed], foot: str) -> Figure:
    figure = style.new_figure(PAGE_INCH[1], width_inch=PAGE_INCH[0], laid_out=False)
    for down_inch, part in page:
        top = PAGE_INCH[1] - down_inch
        for line in part.lines:
            kind = line.kind
            style.write(
                figure, SIDE_INCH + line.left_inch, top - line.down_inch, line.text, kind.size_pt,
                color=kind.color, bold=kind.bold,
            )  # fmt: skip
        for left_inch, plate in part.plates:
            box = Box(SIDE_INCH + left_inch, top - plate.height_inch, plate.width_inch, plate.height_inch)
            plate.draw(figure, box)
        if part.rule_inch:
            _rule(figure, top - part.height_inch, part)
    if foot:
        style.write(figure, SIDE_INCH, FOOT_INCH * 0.7, foot, 9, color=style.FAINT)
    return figure


def _rule(figure: Figure, up_inch: float, part: PagePart) -> None:
    from matplotlib.lines import Line2D

    left = SIDE_INCH + min((line.left_inch for line in part.lines), default=0.0)
    across = [left / PAGE_INCH[0], (left + part.rule_inch) / PAGE_INCH[0]]
    figure.add_artist(Line2D(across, [up_inch / PAGE_INCH[1]] * 2, color=style.GRID, linewidth=0.8))


def break_pages(parts: Sequence[PagePart]) -> list[list[Placed]]:
    """Put parts on pages, in order."""
    pages: list[list[Placed]] = [[]]
    down_inch = TOP_INCH
    for index, part in enumerate(parts):
        if pages[-1] and PAGE_INCH[1] - FOOT_INCH - down_inch < _together_inch(parts[index:]):
            pages.append([])
            down_inch = TOP_INCH
            if part.header is not None:
                pages[-1].append((down_inch, part.header))
                down_inch += part.header.height_inch
        pages[-1].append((down_inch, part))
        down_inch += part.height_inch
    return pages


def _together_inch(parts: Sequence[PagePart]) -> float:
    """Return the height of the first part and all it leads to, as far as one page can hold it."""
    height_inch = 0.0
    for part in parts:
        if height_inch and height_inch + part.height_inch > ROOM_INCH:
            break
        height_inch += part.height_inch
        if not part.leads:
            break
    return height_inch


def set_block(block: Block, width_inch: float = WIDTH_INCH) -> Iterator[PagePart]:
    """Yield the parts of a block."""
    if isinstance(block, Words):
        yield from _set_words(
            block.text, KINDS[block.role], width_inch, leads=block.role in ("heading", "strong")
        )
    elif isinstance(block, TextTable):
        yield from _set_table(block, width_inch)
    elif isinstance(block, Plate):
        yield PagePart(block.height_inch, plates=((-style.EDGE_INCH, block),))
    elif isinstance(block, Gallery):
        yield from _set_gallery(block)
    else:
        yield _set_columns(block, width_inch)


def _set_words(text: str, kind: Kind, width_inch: float, *, leads: bool = False) -> Iterator[PagePart]:
    for index, line in enumerate(style.wrap_to(text, width_inch, kind.size_pt, bold=kind.bold)):
        above_inch = 0.0 if index else kind.above_inch
        yield PagePart(above_inch + kind.line_inch, (TextLine(line, kind, 0.0, above_inch),), leads=leads)


def _set_gallery(gallery: Gallery) -> Iterator[PagePart]:
    row: list[tuple[float, Plate]] = []
    left = 0.0
    for plate in gallery.plates:
        if row and left + plate.width_inch > WIDTH_INCH + 1e-6:
            yield PagePart(max(each.height_inch for _, each in row), plates=tuple(row))
            row, left = [], 0.0
        row.append((left - style.EDGE_INCH, plate))
        left += plate.width_inch
    if row:
        yield PagePart(max(each.height_inch for _, each in row), plates=tuple(row))


def _set_columns(columns: TwoColumns, width_inch: float) -> PagePart:
    half = (width_inch - GAP_INCH) / 2
    lines: list[TextLine] = []
    heights = []
    for left_inch, blocks in ((0.0, columns.left), (half + GAP_INCH, columns.right)):
        down = 0.0
        for part in (part for block in blocks for part in set_block(block, half)):
            moved = (
                replace(line, left_inch=line.left_inch + left_inch, down_inch=line.down_inch + down)
                for line in part.lines
            )
            lines += moved
            down += part.height_inch
        heights.append(down)
    return PagePart(max(heights), tuple(lines))


def _set_table(table: TextTable, width_inch: float) -> Iterator[PagePart]:
    """Yield a table under its caption; nothing where it has no rows."""
    if not table.rows:
        return
    yield from _set_words(table.caption, KINDS["strong"], width_inch, leads=True)
    widths = _column_widths(table, width_inch)
    header = None
    if any(table.header):
        header = replace(_set_row(table.header, widths, HEAD), leads=True)
        yield header
    for row in table.rows:
        yield replace(_set_row(row, widths, CELL), header=header, rule_inch=width_inch)
    for name, text in table.notes:
        yield from _set_words(f"{name}: {text}", KINDS["quiet"], width_inch)


def _column_widths(table: TextTable, width_inch: float) -> list[float]:
    """Return the width of each column in inches; the widest give way where the line is too short."""
    heads = [style.width_of(cell, HEAD.size_pt, bold=True) for cell in table.header]
    cells = [
        max((style.width_of(cell, CELL.size_pt) for cell in column), default=0.0)
        for column in zip(*table.rows, strict=True)
    ]
    words = [
        max((style.width_of(word, HEAD.size_pt, bold=True) for word in cell.split()), default=0.0)
        for cell in table.header
    ]
    room = width_inch - _CELL_GAP_INCH * (len(cells) - 1)
    widths = [max(pair) for pair in zip(heads, cells, strict=True)]
    if sum(widths) > room:
        widths = [max(pair) for pair in zip(words, cells, strict=True)]
    while sum(widths) > room + 1e-9:
        widest = widths.index(max(widths))
        second = max((each for each in widths if each < widths[widest] - 1e-9), default=_LEAST_CELL_INCH)
        over = sum(widths) - room
        widths[widest] = max(widths[widest] - over, min(second, widths[widest] - 0.05))
    return widths


def _set_row(cells: Sequence[str], widths: Sequence[float], kind: Kind) -> PagePart:
    lines, left, count = [], 0.0, 1
    for cell, width in zip(cells, widths, strict=True):
        wrapped = style.wrap_to(cell, width + 0.01, kind.size_pt, bold=kind.bold)
        for number, text in enumerate(wrapped):
            lines.append(TextLine(text, kind, left, kind.above_inch + number * kind.line_inch))
        count = max(count, len(wrapped))
        left += width + _CELL_GAP_INCH
    return PagePart(kind.above_inch + count * kind.line_inch + 0.025, tuple(lines))
