"""The page, read as a browser would read it."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from made_report import HOSTILE, LABELS, assessment, trend, trial
from surefoot.change.sides import compare_sides
from surefoot.errors import OutputError
from surefoot.model import Issue, Setup
from surefoot.plotting import sway_path
from surefoot.protocols import protocol_for
from surefoot.report import write_report
from surefoot.words import show_number


class Page(HTMLParser):
    """Tags with their attributes, the cells of each table, and all text outside the style sheet."""

    VOID = ("meta", "img", "br", "link", "path", "use", "rect")

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.tables, self.words = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            return
        self.words.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.tables[-1][-1][-1] += data

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def page_text(folder, **changes):
    content = {
        "person": "p01", "trends": [trend(), trend("right", verdict="no real change")],
        "assessments": [assessment(count) for count in range(3)], "newest": trial(), "labels": LABELS,
        "version": "0.1.0",
    }  # fmt: skip
    return write_report(folder / "page.html", **{**content, **changes}).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    return page_text(tmp_path_factory.mktemp("page"))


def test_the_page_is_well_formed_and_says_its_language_and_title(full):
    page = Page(full)
    assert page.open == []
    assert full.startswith("<!DOCTYPE html>")
    assert page.named("html") == [{"lang": "en"}]
    assert "<title>Balance of p01, 2 Mar 2026 to 8 Mar 2026</title>" in full
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.named("meta")


def test_the_page_needs_nothing_from_anywhere_else(full):
    page = Page(full)
    assert re.findall(r"https?:|//[a-z]|@import|javascript:", full) == []
    assert {tag for tag, _ in page.tags} & {"script", "link", "iframe", "img", "object"} == set()
    for _, attributes in page.tags:
        assert "src" not in attributes
        assert attributes.get("href", "#").startswith("#")
        assert not [name for name in attributes if name.startswith("on")]


def test_identifiers_are_unique_and_every_reference_is_met(full):
    identifiers = [attributes["id"] for _, attributes in Page(full).tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    wanted = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"|aria-labelledby="([^"]+)"', full))
    assert {name for names in wanted for name in names if name} <= set(identifiers)


def test_each_trend_has_one_plain_verdict_sentence_and_its_reason(full):
    text = Page(full).text
    assert "Left leg, eyes open: steadier. Sway path per second is 20 % lower over 2 weeks." in text
    assert "Right leg, eyes open: about the same." in text


def test_every_picture_is_described_and_has_a_table_with_its_numbers(full):
    page = Page(full)
    pictures = page.named("svg")
    assert len(pictures) == 4
    assert all(picture["role"] == "img" and len(picture["aria-label"]) > 20 for picture in pictures)
    assert "from 0.610 m/s³ to 0.487 m/s³" in pictures[0]["aria-label"]
    left = page.tables[0]
    assert left[0] == ["Date", "Value (m/s³)"]
    assert left[1] == ["2 Mar 2026", "0.610"]
    assert left[-1] == ["17 Mar 2026", "0.487"]


def test_the_tables_of_the_newest_trial_hold_what_is_drawn(full):
    cells = {row[0]: row[1:] for table in Page(full).tables for row in table}
    # Two sines, 0.2 and 0.1 m/s² large; SD of a sine is its amplitude over the root of two.
    assert cells["Acceleration, right + (m/s²)"] == ["−0.200", "0.200", "0.141"]
    assert cells["95 % ellipse, area (m²/s⁴)"] == [show_number(sway_path(trial()).ellipse.area)]
    forward, sideways = cells["0.5"]
    # A tone on a line of a Hann spectrum stands at A²/2 · 2/3 of its power per line of 0.1 Hz.
    assert float(sideways) == pytest.approx(0.2**2 / 2 * (2 / 3) / 0.1, rel=0.02)
    assert "× 10⁻" in forward


def test_trends_of_different_eyes_stand_in_different_pictures(tmp_path):
    closed = trend(setup=Setup(leg="left", eyes="closed"))
    labels = [
        picture["aria-label"] for picture in Page(page_text(tmp_path, trends=[closed, trend()])).named("svg")
    ]
    assert labels[0].startswith("Left leg, eyes open")
    assert labels[1].startswith("Left leg, eyes closed")


def test_all_trials_are_listed_the_newest_first_with_issues(tmp_path):
    warned = assessment(1, issues=(Issue("gap", "warning", "A gap of 0.2 s.", "Close other apps."),))
    practice = assessment(2, leg="right", eyes="closed", surface="foam", practice=True)
    rows = Page(page_text(tmp_path, assessments=[assessment(0), warned, practice])).tables[-1]
    assert rows[0] == ["Date", "Test", "Leg", "Eyes", "Surface", "Main value", "Issues"]
    practised = ["single-leg (practice)", "right", "closed", "foam", "0.520 m/s³", "none"]
    assert rows[1] == ["8 Mar 2026, 08:30", *practised]
    assert rows[2][5:] == ["0.510 m/s³", "Take care: A gap of 0.2 s."]
    assert rows[3][0] == "2 Mar 2026, 08:30"


def test_a_trial_without_its_main_value_or_date_says_so(tmp_path):
    without = replace(assessment(0), values={"rms_ml_mps2": 0.1}, setup=Setup(leg="left"))
    other = replace(assessment(1), primary="rms_ml_mps2")
    rows = Page(page_text(tmp_path, assessments=[without, other])).tables[-1]
    assert rows[1][5] == f"0.100 m/s² ({LABELS['rms_ml_mps2']})"
    assert rows[2][0] == "no date"
    assert rows[2][5].startswith("not available")


def test_the_numbers_of_the_newest_trial_are_shown_where_they_are_known(tmp_path):
    known = replace(assessment(1), provenance=replace(assessment(1).provenance, source_sha256="ab" * 32))
    assert "All its numbers" in page_text(tmp_path, assessments=[known])
    assert "All its numbers" not in page_text(tmp_path, assessments=[assessment(1)])


def test_hostile_words_stay_words(tmp_path):
    issue = Issue("x", "warning", HOSTILE, HOSTILE)
    text = page_text(
        tmp_path,
        person=HOSTILE,
        version=HOSTILE,
        trends=[trend(reason=HOSTILE, smallest_real_change_source=HOSTILE)],
        assessments=[assessment(0, issues=(issue,))],
        newest=trial(issues=(issue,)),
        labels=dict.fromkeys(LABELS, HOSTILE),
    )
    page = Page(text)
    assert {tag for tag, _ in page.tags} & {"script", "img"} == set()
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert "alert('x')" in page.text


def test_an_empty_diary_still_makes_a_page(tmp_path):
    page = Page(page_text(tmp_path, trends=[], assessments=[], newest=None))
    assert page.named("svg") == []
    assert "There is no trend yet." in page.text
    assert "There are no trials yet." in page.text


def test_a_board_and_a_short_trial_make_a_page(tmp_path):
    board = Setup(test="wobble-board", placement="board", surface="board")
    text = Page(page_text(tmp_path, newest=trial(setup=board, protocol=protocol_for(board)))).text
    assert "sensor on the board" in text
    assert "95 % ellipse, area (°²)" in text
    short = Page(page_text(tmp_path, newest=trial(window_s=(22.0, 32.0)))).text
    assert "not drawn: an area needs 20 s" in short
    assert "this trial has 10 s" in short


def test_the_page_says_what_it_is_not_and_uses_no_loaded_words(full):
    text = Page(full).text
    assert "What this does not tell you" in text
    assert "Surefoot 0.1.0, metrics version 7." in text
    assert "personal tracking, education and research; it is not a medical device" in text
    assert re.findall(r"fall risk|\bnormal|abnormal|diagnos|cleared|great|congrat|danger", text.lower()) == []


def test_colours_follow_the_page_in_the_dark_and_print_in_the_light(full):
    drawings = "".join(re.findall(r"<svg.*?</svg>", full, re.DOTALL))
    assert "var(--blue)" in drawings
    assert re.findall(r"#[0-9a-f]{6}\b", drawings) == []
    used = set(re.findall(r"var\((--[a-z]+)\)", full))
    light, dark = (
        set(re.findall(r"(--[a-z]+):", part)) for part in re.findall(r":root \{(.*?)\}", full, re.DOTALL)
    )
    assert used <= light
    assert light == dark
    assert "@media screen and (prefers-color-scheme: dark)" in full
    assert "@media print" in full


def test_the_same_input_gives_the_same_bytes(tmp_path, full):
    assert page_text(tmp_path) == full


def test_a_missing_folder_is_refused_in_four_parts(tmp_path):
    with pytest.raises(OutputError) as refused:
        page_text(tmp_path / "nowhere")
    assert refused.value.to_dict().keys() == {"code", "what", "found", "expected", "do"}


def test_sides_stand_on_the_page_with_formula_interval_and_the_caution(tmp_path):
    legs = [assessment(leg=leg) for leg in ("left", "right")]
    page = Page(page_text(tmp_path, ratios=compare_sides(legs, injured="right")))
    (table,) = [table for table in page.tables if table[0][0] == "Ratio"]
    name, value, interval, day, formula = table[1]
    assert (name, day, value) == ("Limb symmetry index: single-leg, eyes open, floor", "2026-03-02", "100 %")
    assert (interval, formula) == ("66 % to 152 %", "100 × left / right")
    assert LABELS["path_rate_mps3"] in page.text
    assert "not a clean reference" in page.text


def test_ratios_that_are_undefined_take_no_place(tmp_path):
    text = page_text(tmp_path, ratios=compare_sides([assessment()]))
    assert "Side by side" not in text
    assert "Limb symmetry" not in text
