"""The reports on paper, read back by a PDF reader that we did not write."""

import io
import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_report import HOSTILE, LABELS, assessment
from surefoot.change.sides import compare_conditions, compare_sides
from surefoot.change.trends import find_trends
from surefoot.model import Injury
from surefoot.plotting import style
from surefoot.report import Report, clinician, make_report, person, researcher
from surefoot.report.blocks import TextTable
from surefoot.report.booklet import (
    FOOT_INCH,
    PAGE_INCH,
    SIDE_INCH,
    TOP_INCH,
    WIDTH_INCH,
    PagePart,
    break_pages,
    fits_page,
    set_block,
)
from surefoot.training import LogEntry

pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")

TESTS = (("single-leg", "left"), ("single-leg", "right"), ("tandem", "left"), ("two-legs", "both"))
STANCES = [
    {"test": test, "leg": leg, "eyes": eyes}
    for test, leg in (
        ("single-leg", "left"),
        ("single-leg", "right"),
        ("tandem", "left"),
        ("two-legs", "both"),
    )
    for eyes in ("open", "closed")
]


@cache
def report_of(count):
    """A report of `count` trials of up to eight stances, every third one failed, with a log."""
    trials = []
    for number in range(count):
        stance = STANCES[number % min(len(STANCES), max(count // 4, 1))]
        made = assessment(number // len(STANCES), **stance)
        values = {
            "path_rate_mps3": 0.5 * math.exp(0.3 * math.sin(number)), "rms_ml_mps2": 0.1,
            "hold_time_s": 12.0 if number % 3 == 0 else 30.0, "touchdowns_count": float(number % 3),
        }  # fmt: skip
        if number % 3 == 0:
            del values["path_rate_mps3"]
        trials.append(replace(made, protocol=stance["test"], values=values))
    log = [
        LogEntry("p01", exercise, datetime(2026, 3, 1, 18, tzinfo=UTC) + timedelta(days=day), pain=day % 7)
        for day in range(20)
        for exercise in ("calf raises", "balance drills")
    ]
    ratios = (*compare_sides(trials, injured="right"), *compare_conditions(trials))
    injury = Injury("right", date(2026, 2, 20))
    trends = find_trends(trials)
    return Report("p01", trends, trials, None, LABELS, "0.1.0", ratios, log, injury, date(2026, 5, 1))


def read_pages(data):
    return pypdf.PdfReader(io.BytesIO(data)).pages


@pytest.mark.parametrize("count", [0, 1, 2, 58])
@pytest.mark.parametrize("reader", ["person", "clinician"])
def test_person_and_clinician_have_one_page(count, reader):
    (page,) = read_pages(make_report(report_of(count), ".pdf", reader))
    assert "not a medical device" in " ".join(page.extract_text().split())


def test_the_sheet_uses_the_room_it_has():
    blocks = clinician.compose(report_of(58))
    assert fits_page(blocks)
    height = sum(part.height_inch for block in blocks for part in set_block(block))
    assert height > 0.85 * (PAGE_INCH[1] - TOP_INCH - FOOT_INCH)


def test_every_page_is_a4_and_nothing_stands_outside():
    pages = read_pages(make_report(report_of(6), ".pdf", "researcher"))
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        width, height = (float(each) / 72 for each in (page.mediabox.width, page.mediabox.height))
        assert (width, height) == pytest.approx(PAGE_INCH, abs=0.01)
        assert f"{number} of {len(pages)}" in page.extract_text()
        places = list_places(page)
        assert places
        assert all(0.4 < x / 72 < width - 0.4 and 0.2 < y / 72 < height - 0.4 for x, y in places)


def list_places(page):
    """Where texts begin, in points from the lower left."""
    places = []

    def keep(text, page_matrix, text_matrix, *rest):
        if text.strip():
            places.append([page_matrix[axis] + text_matrix[axis] for axis in (4, 5)])

    page.extract_text(visitor_text=keep)
    return places


@pytest.mark.parametrize("compose", [person.compose, clinician.compose, researcher.compose])
def test_no_text_runs_over_the_margin_or_into_the_next_column(compose):
    checked = 0
    for part in (part for block in compose(report_of(12)) for part in set_block(block)):
        lines = sorted(part.lines, key=lambda line: (round(line.down_inch, 3), line.left_inch))
        for line, following in zip(lines, [*lines[1:], None], strict=False):
            beside = following is not None and abs(following.down_inch - line.down_inch) < 0.01
            limit_inch = following.left_inch if beside else WIDTH_INCH + 0.03
            edge = line.left_inch + style.width_of(line.text, line.kind.size_pt, bold=line.kind.bold)
            assert edge < limit_inch, line.text
            checked += 1
    assert checked > 5


def test_pictures_stay_within_the_margins_of_the_page():
    for part in (part for block in clinician.compose(report_of(58)) for part in set_block(block)):
        for left_inch, plate in part.plates:
            assert left_inch >= -style.EDGE_INCH
            assert left_inch + plate.width_inch <= WIDTH_INCH + SIDE_INCH / 2


def test_a_table_that_runs_on_repeats_its_header():
    table = TextTable("Long", ("Day", "Value"), tuple((f"{number}", "1") for number in range(120)))
    pages = break_pages(list(set_block(table)))
    assert len(pages) > 1
    for page in pages:
        heads = [part for _, part in page if any(line.text == "Day" for line in part.lines)]
        assert len(heads) == 1


def test_the_same_report_gives_the_same_bytes():
    first, second = (make_report(report_of(2), ".pdf", "clinician") for _ in range(2))
    assert first == second


def test_markup_and_mathematics_are_plain_text():
    odd = replace(report_of(2), person=HOSTILE + " $x^2$")
    (page,) = read_pages(make_report(odd, ".pdf", "clinician"))
    text = "".join(page.extract_text().split())
    assert "<script>alert" in text
    assert "$x^2$" in text


HEIGHTS = st.floats(0.1, 8.0)


@given(st.lists(st.tuples(HEIGHTS, st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_pages_hold_all_pieces_in_order_and_within_their_margins(drawn):
    header = PagePart(0.2)
    pieces = [
        PagePart(height, leads=leads, header=header if under else None) for height, leads, under in drawn
    ]
    pages = break_pages(pieces)
    assert [piece for page in pages for _, piece in page if piece is not header] == pieces
    for page in pages[1:]:
        placed = [piece for _, piece in page]
        own = next(piece for piece in placed if piece is not header)
        assert (placed[0] is header) == (own.header is header)
    for page in pages:
        assert page
        top_inch = TOP_INCH
        for down_inch, piece in page:
            assert down_inch == pytest.approx(top_inch)
            top_inch += piece.height_inch
        assert top_inch <= PAGE_INCH[1] - FOOT_INCH + 1e-9
