"""The booklet: the same sections on A4 pages, as PDF, with real text that can be searched and copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from surefoot import plotting, words
from surefoot.assessment import WITHHELD
from surefoot.plotting import style
from surefoot.plotting.own_files import MARK
from surefoot.report import sections
from surefoot.report.content import LIMITS, NO_TREND, NO_TRIALS, Report
from surefoot.report.layout import (
    BODY,
    FOOT_INCH,
    HEADING,
    PAGE_INCH,
    QUIET,
    SIDE_INCH,
    STRONG,
    TITLE,
    TOP_INCH,
    Piece,
    Placed,
    Text,
    break_pages,
    set_table,
    set_words,
)
from surefoot.report.trend_plates import name_picture, named_families
from surefoot.report.trials import trials_table

if TYPE_CHECKING:
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure


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


def compose(report: Report) -> Iterator[Piece]:
    """Yield all pieces of the booklet in their order."""
    yield from set_words(report.title, TITLE)
    yield from set_words(f"{report.span} · {report.count}", QUIET)
    yield from _in_short(report)
    yield from set_words("What this does not tell you", HEADING, leads=True)
    yield from set_words(LIMITS, BODY)
    yield from set_words(report.origin, QUIET)
    yield from _over_the_weeks(report)
    yield from set_table(sections.sides_table(report.ratios, report.labels), "Side by side")
    yield from _newest(report)
    yield from set_table(trials_table(report.assessments, report.labels), "All trials")
    if not report.assessments:
        yield from set_words(NO_TRIALS, BODY)


def _in_short(report: Report) -> Iterator[Piece]:
    yield from set_words("In short", HEADING, leads=True)
    for sentence, reason in sections.verdict_lines(report.trends, report.assessments):
        yield from set_words(sentence, STRONG, leads=True)
        yield from set_words(reason, BODY)
    yield from set_words(words.explain_many(report.trends), QUIET)
    if not report.trends:
        yield from set_words(NO_TREND, BODY)


def _over_the_weeks(report: Report) -> Iterator[Piece]:
    for family, names in named_families(report.trends):
        yield from set_words("Over the weeks", HEADING, leads=True)
        yield from set_words(name_picture(family, names, report.labels), STRONG, leads=True)
        yield _picture(plotting.plot_trend(family, report.labels))
        for trend, name in zip(family, names, strict=True):
            yield from set_table(sections.trend_table(trend, name))


def _newest(report: Report) -> Iterator[Piece]:
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


def _picture(figure: Figure) -> Piece:
    return Piece(float(figure.get_figheight()), figure=figure)


def _print_page(pdf: PdfPages, page: Sequence[Placed], foot: str) -> None:
    from matplotlib.transforms import Bbox

    placed = next(((top, piece.figure) for top, piece in page if piece.figure is not None), None)
    top_inch, figure = placed or (TOP_INCH, style.new_figure(1.0))
    _settle(figure)
    height_inch = float(figure.get_figheight())
    # The picture keeps its own coordinates, in inches from its lower left; the page is cut out around it.
    floor_inch = top_inch + height_inch - PAGE_INCH[1]
    for down_inch, piece in page:
        for text in piece.texts:
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
