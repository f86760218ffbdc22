"""The booklet: the same sections on A4 pages, as PDF, with real text that can be searched and copied."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Final

from surefoot import plotting, words
from surefoot.assessment import WITHHELD
from surefoot.plotting import style
from surefoot.plotting.own_files import MARK
from surefoot.report import sections
from surefoot.report.content import LIMITS, NO_TREND, NO_TRIALS, Report

if TYPE_CHECKING:
    from matplotlib.backends.backend_pdf import PdfPages
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
    """Words at a place within their part: from its left and its top, in inches."""

    words: str
    kind: Kind
    left_inch: float = 0.0
    down_inch: float = 0.0


@dataclass(frozen=True, slots=True)
class PagePart:
    """What is never broken over two pages; one that `leads` is not left alone at the end of a page.

    `header` is what it stands under, and is said again where a page begins with it.
    """

    height_inch: float
    texts: tuple[Text, ...] = ()
    figure: Figure | None = None
    leads: bool = False
    header: PagePart | None = None


Placed = tuple[float, PagePart]


def print_booklet(report: Report) -> bytes:
    """Return the report as PDF, A4 upright. The same report gives the same bytes."""
    from matplotlib.backends.backend_pdf import PdfPages

    pages = break_pages(list(compose(report)))
    buffer = BytesIO()
    metadata = {"Title": report.title, "CreationDate": None, "ModDate": None, "Creator": MARK}
    with style.drawing_style(), PdfPages(buffer, metadata=metadata) as pdf:
        for number, page in enumerate(pages, 1):
            _print_page(pdf, page, f"{report.title} · {number} of {len(pages)}")
    return buffer.getvalue()


def compose(report: Report) -> Iterator[PagePart]:
    """Yield all parts of the booklet in their order."""
    yield from set_words(report.title, TITLE)
    yield from set_words(f"{report.span} · {report.count}", QUIET)
    yield from _in_short(report)
    yield from set_words("What this does not tell you", HEADING, leads=True)
    yield from set_words(LIMITS, BODY)
    yield from set_words(report.origin, QUIET)
    yield from _over_the_weeks(report)
    yield from set_table(sections.sides_table(report.ratios, report.labels), "Side by side")
    yield from _newest(report)
    yield from set_table(sections.trials_table(report.assessments, report.labels), "All trials")
    if not report.assessments:
        yield from set_words(NO_TRIALS, BODY)


def _in_short(report: Report) -> Iterator[PagePart]:
    yield from set_words("In short", HEADING, leads=True)
    for sentence, reason in sections.verdict_lines(report.trends, report.assessments):
        yield from set_words(sentence, STRONG, leads=True)
        yield from set_words(reason, BODY)
    yield from set_words(words.explain_many(report.trends), QUIET)
    if not report.trends:
        yield from set_words(NO_TREND, BODY)


def _over_the_weeks(report: Report) -> Iterator[PagePart]:
    for family, names in sections.named_families(report.trends):
        yield from set_words("Over the weeks", HEADING, leads=True)
        yield from set_words(sections.name_picture(family, names, report.labels), STRONG, leads=True)
        yield _picture(plotting.plot_trend(family, report.labels))
        for trend, name in zip(family, names, strict=True):
            yield from set_table(sections.trend_table(trend, name))


def _newest(report: Report) -> Iterator[PagePart]:
    if report.newest is None:
        return
    told = tuple(issue for issue in report.newest.issues if issue.code != WITHHELD)
    trial = replace(report.newest, issues=told)
    yield from set_words("The newest trial", HEADING, leads=True)
    described = words.describe_trial(trial, sections.assessment_of(trial, report.assessments))
    yield from set_words(described, BODY, leads=True)
    for issue in sections.newest_issues(report, withheld=False):
        yield from set_words(f"– {issue}", QUIET, leads=True)
    for figure, table in (
        (plotting.plot_traces(trial), sections.traces_table(trial)),
        (plotting.plot_stabilogram(trial), sections.path_table(trial)),
        (plotting.plot_spectrum(trial), sections.spectrum_table(trial)),
    ):
        yield _picture(figure)
        yield from set_table(table)
    yield from set_table(sections.newest_numbers(report))


def _picture(figure: Figure) -> PagePart:
    return PagePart(float(figure.get_figheight()), figure=figure)


def _print_page(pdf: PdfPages, page: Sequence[Placed], foot: str) -> None:
    from matplotlib.transforms import Bbox

    placed = next(((top, part.figure) for top, part in page if part.figure is not None), None)
    top_inch, figure = placed or (TOP_INCH, style.new_figure(1.0))
    _settle(figure)
    height_inch = float(figure.get_figheight())
    # The picture keeps its own coordinates, in inches from its lower left; the page is cut out around it.
    floor_inch = top_inch + height_inch - PAGE_INCH[1]
    for down_inch, part in page:
        for text in part.texts:
            _write(figure, text, top_inch + height_inch - down_inch)
    _write(figure, Text(foot, QUIET), floor_inch + FOOT_INCH / 2)
    page_box = Bbox.from_bounds(-SIDE_INCH, floor_inch, *PAGE_INCH)
    pdf.savefig(figure, bbox_inches=page_box)  # type: ignore[no-untyped-call]


def _settle(figure: Figure) -> None:
    """Fix where everything in a figure stands, so that it stays there on a larger page."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for legend in figure.legends:
        legend.set_bbox_to_anchor((0, 0, 1, 1), figure.transFigure)


def _write(figure: Figure, text: Text, height_inch: float) -> None:
    """Write a text that begins `height_inch` above the lower edge of the figure, which may be outside it."""
    kind = text.kind
    # Shares of the figure, not inches: only they move with it when the page is cut out.
    across, up = (
        text.left_inch / figure.get_figwidth(),
        (height_inch - text.down_inch) / figure.get_figheight(),
    )
    weight = 700 if kind.bold else 400
    figure.text(across, up, text.words, va="top", color=kind.color, fontsize=kind.size_pt, fontweight=weight)


def break_pages(parts: Sequence[PagePart]) -> list[list[Placed]]:
    """Put parts on pages, in order; at most one picture stands on a page."""
    pages: list[list[Placed]] = [[]]
    down_inch = TOP_INCH
    for index, part in enumerate(parts):
        together = _together(parts[index:])
        short = PAGE_INCH[1] - FOOT_INCH - down_inch < sum(each.height_inch for each in together)
        pictures = [*(each for _, each in pages[-1]), *together]
        crowded = sum(each.figure is not None for each in pictures) > 1
        if pages[-1] and (short or crowded):
            pages.append([])
            down_inch = TOP_INCH
            if part.header is not None:
                pages[-1].append((down_inch, part.header))
                down_inch += part.header.height_inch
        pages[-1].append((down_inch, part))
        down_inch += part.height_inch
    return pages


def _together(parts: Sequence[PagePart]) -> list[PagePart]:
    """Return the first part and all it leads to, as far as one page can hold it."""
    together: list[PagePart] = []
    room_inch = PAGE_INCH[1] - FOOT_INCH - TOP_INCH
    for part in parts:
        room_inch -= part.height_inch
        if together and room_inch < 0:
            break
        together.append(part)
        if not part.leads:
            break
    return together


def set_words(words: str, kind: Kind, *, leads: bool = False) -> Iterator[PagePart]:
    """Yield a paragraph, a part for each line; nothing where there are no words."""
    for index, line in enumerate(textwrap.wrap(words, kind.columns)):
        above_inch = 0.0 if index else kind.above_inch
        yield PagePart(above_inch + kind.line_inch, (Text(line, kind, 0.0, above_inch),), leads=leads)


def set_table(table: sections.TextTable | None, heading: str = "") -> Iterator[PagePart]:
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


def _row(cells: Sequence[str], widths: Sequence[int], kind: Kind, *, leads: bool = False) -> PagePart:
    letter_inch = _CELL_EM * CELL.size_pt / 72
    texts, left, lines = [], 0, 1
    for cell, width in zip(cells, widths, strict=True):
        wrapped = textwrap.wrap(cell, max(1, width)) or [""]
        for number, line in enumerate(wrapped):
            down_inch = kind.above_inch + number * kind.line_inch
            texts.append(Text(line, kind, left * letter_inch, down_inch))
        lines = max(lines, len(wrapped))
        left += width + _GAP_LETTERS
    return PagePart(kind.above_inch + lines * kind.line_inch, tuple(texts), leads=leads)
