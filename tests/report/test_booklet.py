"""The booklet, read back by a PDF reader that we did not write."""

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from made_report import HOSTILE, LABELS, assessment, trend, trial
from surefoot.change.sides import compare_sides
from surefoot.model import Issue, Setup
from surefoot.plotting import style
from surefoot.report import write_report
from surefoot.report.booklet import FOOT_INCH, PAGE_INCH, TOP_INCH, PagePart, break_pages, compose
from surefoot.report.content import Report
from surefoot.report.sections import trials_table
from surefoot.words import name_trends

pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")


@pytest.fixture
def booklet(tmp_path):
    def make(name="report.pdf", **changes):
        content = {
            "person": "p01", "trends": [trend(), trend("right", verdict="no real change")],
            "assessments": [assessment(count) for count in range(60)], "newest": trial(), "labels": LABELS,
            "version": "0.1.0",
        }  # fmt: skip
        return write_report(tmp_path / name, **{**content, **changes}).read_bytes()

    return make


def read_pages(data):
    return pypdf.PdfReader(io.BytesIO(data)).pages


def test_every_section_is_there_as_text_that_can_be_searched(booklet):
    pages = read_pages(booklet())
    text = "\n".join(page.extract_text() for page in pages)
    words = [
        "Balance of p01",
        "Left leg, eyes open: steadier.",
        "right leg",
        "The newest trial",
        "All trials",
    ]
    assert all(each.lower() in text.lower() for each in words)
    assert "not a medical device" in " ".join(text.split())
    assert all(f"{number} of {len(pages)}" in page.extract_text() for number, page in enumerate(pages, 1))
    assert text.count("single-leg") >= 60


def test_every_page_is_a4_and_nothing_stands_outside(booklet):
    for page in read_pages(booklet()):
        width, height = (float(each) / 72 for each in (page.mediabox.width, page.mediabox.height))
        assert (width, height) == pytest.approx(PAGE_INCH, abs=0.01)
        places = list_places(page)
        assert places
        assert all(0 < x / 72 < width and 0 < y / 72 < height for x, y in places)


def list_places(page):
    """Where texts begin, in points from the lower left."""
    places = []

    def keep(text, page_matrix, text_matrix, *rest):
        if text.strip():
            places.append([page_matrix[axis] + text_matrix[axis] for axis in (4, 5)])

    page.extract_text(visitor_text=keep)
    return places


def right_edge_inch(text):
    font = FontProperties(family="DejaVu Sans", weight=700 if text.kind.bold else 400)
    outline = TextPath((0, 0), text.words, size=text.kind.size_pt, prop=font)
    return text.left_inch + outline.get_extents().xmax / 72


def test_no_text_runs_over_the_margin_or_into_the_next_column():
    ratios = compare_sides([assessment(0), assessment(1, leg="right")])
    assessments = [assessment(count, issues=(WARNING,)) for count in range(3)]
    report = Report("p01", [trend()], assessments, trial(), LABELS, "0.1.0", ratios)
    checked = 0
    for piece in compose(report):
        lines = sorted(piece.texts, key=lambda text: (text.down_inch, text.left_inch))
        for text, following in zip(lines, [*lines[1:], None], strict=False):
            beside = following is not None and following.down_inch == text.down_inch
            limit_inch = following.left_inch if beside else style.WIDTH_INCH + 0.1
            if text.words:
                assert right_edge_inch(text) < limit_inch, text.words
                checked += 1
    assert checked > 100


def test_tables_of_trends_that_are_called_alike_are_told_apart():
    """As on the page: barefoot and in shoes, and two places of the sensor under pictures of their own."""
    worn = [Setup(leg="left"), Setup(leg="left", footwear="shoes"), Setup(leg="left", placement="chest")]
    trends = [trend(setup=setup) for setup in worn]
    shown = [
        text.words
        for piece in compose(Report("p01", trends, (), None, LABELS, "0.1.0"))
        for text in piece.texts
    ]
    names = name_trends(trends)
    assert len(set(names)) == 3
    assert {name: shown.count(name) for name in names} == dict.fromkeys(names, 1)
    assert any("Sway path per second: " in words and "chest" in words for words in shown)


def test_a_table_that_runs_on_repeats_its_header(booklet):
    """Every page with a row of it has the header above the first one."""
    pages = [page.extract_text() for page in read_pages(booklet(trends=[], newest=None))]
    header = re.compile("Date *Test *Leg *Eyes *Surface *Main value *Issues")
    listed = [text.replace("\n", " ") for text in pages if "single-leg" in text]
    assert len(listed) > 1
    for text in listed:
        assert header.search(text), text[:200]
        assert header.search(text).start() < re.search("single-leg *left", text).start()


def test_each_trial_of_two_tests_stands_in_one_line():
    """What the main value is stands above the table, not beside each number."""
    balanced = assessment(3, leg="both", surface="board", placement="board", test="wobble-board")
    balanced = replace(
        balanced, protocol="wobble-board", primary="osi_centred_deg", values={"osi_centred_deg": 4.7}
    )
    without = replace(assessment(4), primary="rms_ml_mps2")
    report = Report("p01", [], [assessment(0), balanced, without], None, LABELS, "0.1.0")
    table = trials_table(report.assessments, LABELS)
    assert [row[5] for row in table.rows] == [f"0.100 m/s² ({LABELS['rms_ml_mps2']})", "4.70°", "0.500 m/s³"]
    assert f"single-leg: {LABELS['path_rate_mps3']}" in table.caption
    assert f"wobble-board: {LABELS['osi_centred_deg']}" in table.caption
    rows = [piece for piece in compose(report) if any(text.words.startswith("4.70") for text in piece.texts)]
    (row,) = rows
    assert {text.down_inch for text in row.texts} == {row.texts[0].down_inch}


def test_the_same_report_gives_the_same_bytes(booklet):
    assert booklet("one.pdf") == booklet("two.pdf")


def test_a_report_of_nothing_says_so(booklet):
    (page,) = read_pages(booklet(trends=[], assessments=[], newest=None))
    text = page.extract_text()
    assert "There is no trend yet" in text
    assert "There are no trials yet" in text


def test_markup_and_mathematics_are_plain_text(booklet):
    odd = assessment(0, issues=(Issue("gap", "warning", HOSTILE + " $x^2$", "Close other apps."),))
    text = "".join(page.extract_text() for page in read_pages(booklet(assessments=[odd])))
    assert "<script>alert" in "".join(text.split())
    assert "$x^2$" in "".join(text.split())


WARNING = Issue("gap", "warning", "A gap of 0.2 s was bridged " * 4, "Close other apps.")
HEIGHTS = st.floats(0.1, 8.0)


@given(st.lists(st.tuples(HEIGHTS, st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_pages_hold_all_pieces_in_order_and_within_their_margins(drawn):
    picture, header = style.new_figure(1.0), PagePart(0.2)
    pieces = [
        PagePart(height, figure=picture if pictured else None, leads=leads, header=header if under else None)
        for height, pictured, leads, under in drawn
    ]
    pages = break_pages(pieces)
    assert [piece for page in pages for _, piece in page if piece is not header] == pieces
    for page in pages[1:]:
        placed = [piece for _, piece in page]
        own = next(piece for piece in placed if piece is not header)
        assert (placed[0] is header) == (own.header is header)
    for page in pages:
        assert page
        assert sum(piece.figure is not None for _, piece in page) <= 1
        top_inch = TOP_INCH
        for down_inch, piece in page:
            assert down_inch == pytest.approx(top_inch)
            top_inch += piece.height_inch
        assert top_inch <= PAGE_INCH[1] - FOOT_INCH + 1e-9
