"""The three reports as pages, read as a browser would read them."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest

from made_report import HOSTILE, LABELS, assessment, trend, trial
from surefoot.change.sides import compare_sides
from surefoot.errors import OutputError
from surefoot.model import Injury, Issue
from surefoot.report import READERS, write_report
from surefoot.report.researcher import device_pairs
from surefoot.training import LogEntry
from surefoot.words import show_number, show_percent, show_ratio, show_value

INJURY = Injury("right", date(2026, 2, 20))
SECRET = "secretword"
LOG = [
    LogEntry("p01", "calf raises", datetime(2026, 3, day, 18, tzinfo=UTC), pain=day, note=SECRET)
    for day in (2, 3, 9)
]


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


def told(trial, **origin):
    """A trial with another origin."""
    return replace(trial, provenance=replace(trial.provenance, **origin))


def content(**changes):
    pairs = [(count, leg) for count in range(3) for leg in ("left", "right")]
    trials = [
        told(assessment(count, leg=leg), source_sha256=f"{number + 1:012x}{'0' * 52}")
        for number, (count, leg) in enumerate(pairs)
    ]
    made = {
        "person": "p01", "trends": [trend(), trend("right", verdict="no real change")], "assessments": trials,
        "newest": trial(), "labels": LABELS, "version": "0.1.0", "log": LOG, "injury": INJURY,
        "ratios": compare_sides(trials, injured="right"), "on": date(2026, 4, 1),
    }  # fmt: skip
    return {**made, **changes}


def page_text(folder, reader, **changes):
    return write_report(folder / "page.html", reader=reader, **content(**changes)).read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=READERS)
def full(request, tmp_path_factory):
    return page_text(tmp_path_factory.mktemp("page"), request.param)


def test_the_page_is_well_formed_and_says_its_language_and_title(full):
    page = Page(full)
    assert page.open == []
    assert full.startswith("<!DOCTYPE html>")
    assert page.named("html") == [{"lang": "en"}]
    assert "<title>Balance of p01</title>" in full
    assert [tag for tag, _ in page.tags].count("h1") == 1
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
    wanted = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', full))
    assert {name for names in wanted for name in names if name} <= set(identifiers)


def test_every_picture_is_described(full):
    pictures = Page(full).named("svg")
    assert pictures
    assert all(picture["role"] == "img" and len(picture["aria-label"]) > 20 for picture in pictures)


def test_the_person_reads_one_sentence_one_picture_and_what_is_next(tmp_path):
    page = Page(page_text(tmp_path, "person"))
    assert len(page.named("svg")) == 1
    assert "Your right leg is about the same" in page.text
    assert "What is next" in page.text
    assert len(page.text) < 1500


def test_the_clinician_reads_the_numbers_of_trend_and_compare(tmp_path):
    made = content()
    page = Page(page_text(tmp_path, "clinician"))
    cells = {row[0]: row[1:] for table in page.tables for row in table}
    for each, name in zip(
        made["trends"], ("Left leg, eyes open", "Right leg, eyes open (hurt)"), strict=True
    ):
        low, high = (show_percent(end, 0).removesuffix(" %") for end in each.change_interval_pct)
        shown = [show_value(each.metric, value) for value in (each.values[0], each.values[-1])]
        assert cells[name][1:] == [*shown, f"{show_percent(each.change_pct, 0)} ({low} to {high})", "6"]
    index = made["ratios"][0]
    low, high = (show_ratio(each, index.unit) for each in (index.low, index.high))
    row = cells["Limb symmetry index: single-leg, eyes open"]
    assert row[:3] == [show_ratio(index.value, index.unit), f"{low} to {high}", "100 × left / right"]
    assert cells["highest pain, of 10"] == ["3", "9"]
    assert "not a medical device" in page.text


def test_a_failed_trial_is_listed_with_how_long_it_was_held(tmp_path):
    values = {"hold_time_s": 12.0, "touchdowns_count": 2.0}
    page = Page(
        page_text(tmp_path, "clinician", assessments=[replace(assessment(0), values=values), assessment(1)])
    )
    rows = [row for table in page.tables for row in table]
    assert ["2 Mar 2026", "Left leg, eyes open", "held 12 of 30 s, 2 touches"] in rows
    assert "Tests that failed: 1 of 2 trials" in page.text


def test_the_researcher_reads_every_value_with_its_unit_and_where_it_came_from(tmp_path):
    made = content()
    tables = Page(page_text(tmp_path, "researcher")).tables
    columns = [
        {row[0]: row[place] for row in table}
        for table in tables
        for place in range(1, len(table[0]))
        if table[0][0] == "Value"
    ]
    for each in made["assessments"]:
        known = each.provenance.source_sha256[:12]
        (own,) = (column for column in columns if column["SHA-256 of the recording"] == known)
        assert own[f"{LABELS['path_rate_mps3']} (m/s³)"] == show_number(each.values["path_rate_mps3"])
        assert own["Surefoot, metrics"] == "0.1.0, 7"
        assert own["Analysed (s)"] == "12.00 to 32.00"


def test_two_devices_of_the_same_days_are_held_against_each_other(tmp_path):
    trials = [assessment(day, device_model=model) for day in range(4) for model in ("A1", "B2")]
    trials = [
        replace(each, values={"path_rate_mps3": 0.5 * (1.1 if each.setup.device_model == "B2" else 1.0)})
        for each in trials
    ]
    ((key, (one, two)),) = device_pairs(trials).items()
    assert key == ("path_rate_mps3", "A1", "B2")
    assert (one, two) == (pytest.approx([0.5] * 4), pytest.approx([0.55] * 4))
    page = Page(page_text(tmp_path, "researcher", assessments=trials))
    cells = {row[0]: row[1:] for table in page.tables for row in table}
    assert cells["Bias"][0] == "1.100"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("ending", ["html", "pdf"])
def test_what_is_shared_tells_no_name_note_date_or_file(tmp_path, reader, ending):
    issue = Issue("gap", "warning", f"A gap in {SECRET}.csv.", SECRET)
    trials = [
        replace(each, setup=replace(each.setup, note=SECRET, board=SECRET), issues=(issue,),
                provenance=replace(each.provenance, part=SECRET, settings={"board": SECRET, "leg": "left"}))
        for each in content()["assessments"]
    ]  # fmt: skip
    reason = replace(trend(), reason=f"In {SECRET} you were steadier.")
    made = content(person=SECRET, assessments=trials, trends=[reason])
    path = write_report(tmp_path / f"shared.{ending}", reader=reader, share=True, **made)
    text = path.read_text(encoding="utf-8") if ending == "html" else text_of(path.read_bytes())
    assert "week" in text
    months = "Jan|Feb|Mar|Apr|March|April|May"
    assert re.findall(rf"{SECRET}|20\d\d-\d\d|\b\d{{1,2}} (?:{months})\b|\b2026\b", text) == []


def text_of(data):
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    import io

    reader = pypdf.PdfReader(io.BytesIO(data))
    return f"{reader.metadata} " + "\n".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("reader", READERS)
def test_hostile_words_stay_words(tmp_path, reader):
    page = Page(page_text(tmp_path, reader, person=HOSTILE, labels={**LABELS, "path_rate_mps3": HOSTILE}))
    assert {tag for tag, _ in page.tags} & {"script", "img"} == set()


@pytest.mark.parametrize("reader", READERS)
def test_a_report_of_nothing_says_so(tmp_path, reader):
    nothing = {"trends": [], "assessments": [], "newest": None, "ratios": (), "log": (), "injury": None}
    text = Page(page_text(tmp_path, reader, **nothing)).text
    assert "not a medical device" in text
    assert re.search("no trials|0 trials|Find out how steady", text)


def test_the_page_says_no_loaded_words(full):
    text = Page(full).text.lower()
    assert re.findall(r"fall risk|\bnormal|abnormal|diagnos|cleared|great|congrat|danger", text) == []


def test_colours_follow_the_page_in_the_dark_and_print_in_the_light(full):
    drawings = "".join(re.findall(r"<svg.*?</svg>", full, re.DOTALL))
    assert "var(--accent)" in drawings
    assert re.findall(r"#[0-9a-f]{6}\b", drawings) == []
    used = set(re.findall(r"var\((--[a-z]+)\)", full)) - {"--wide"}
    light, dark = (
        set(re.findall(r"(--[a-z]+):", part)) for part in re.findall(r":root \{(.*?)\}", full, re.DOTALL)
    )
    assert used <= light
    assert light == dark
    assert "@media print" in full


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(OutputError) as refused:
        write_report(tmp_path / "report.doc", **content())
    assert ".html or .pdf" in refused.value.expected


def test_a_file_of_somebody_else_is_left_alone(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError):
        write_report(path, **content())
    assert path.read_text(encoding="utf-8") == "mine"
    write_report(path, **content(), force=True)
    write_report(path, **content())
