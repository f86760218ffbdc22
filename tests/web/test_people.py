"""What a person's page tells of both legs and of the training, and that no text of theirs becomes HTML."""

import html
import io
from datetime import date, timedelta
from zipfile import ZipFile

import pytest

from made_diary import TODAY, fill
from surefoot.history import sides_of
from surefoot.model import Injury, Person
from surefoot.report import READERS
from surefoot.training import LogEntry
from surefoot.words import show_ratio


@pytest.fixture
def trial(diary):
    return fill(diary)


def test_both_legs_of_a_day_are_compared(browser, diary):
    for day in range(2, 5):
        fill(diary, seed=day, day=day)
        fill(diary, seed=10 + day, day=day, leg="right")
    index, asymmetry = sides_of(diary, diary.entries())
    page = html.unescape(browser.get("/people/p01/numbers").text)
    for ratio in (index, asymmetry):
        assert f'">{show_ratio(ratio.value, "%")}</td>' in page
        assert ratio.formula in page
    assert browser.get("/people/p01/sides.svg").text.startswith("<svg")
    assert "Each leg's own course" in page
    ratios = html.unescape(browser.get("/people/p01/ratios").text)
    assert index.formula in ratios


def test_one_leg_alone_says_what_is_missing(browser, diary, trial):
    assert "There is no trial with the right leg" in browser.get("/people/p01/numbers").text
    assert browser.get("/people/p01/sides.svg").status_code == 404
    assert "No two parts were measured on the same day" in browser.get("/people/p01/ratios").text


def test_an_injured_leg_is_compared_with_the_other(browser, diary):
    fill(diary, seed=1)
    fill(diary, seed=2, leg="right")
    diary.describe(Person("p01", injuries=(Injury("right", date(2026, 2, 25)),)))
    index, _ = sides_of(diary, diary.entries())
    assert index.formula == "100 × left / right"
    assert index.formula in html.unescape(browser.get("/people/p01/numbers").text)


def test_the_strip_of_training_is_drawn_and_told(browser, diary, trial):
    assert "Nothing was logged in the last six weeks" in browser.get("/people/p01/numbers").text
    diary.add_log(LogEntry("p01", "calf raises", TODAY - timedelta(days=3), sets=3, reps=15, pain=2))
    diary.add_log(LogEntry("p01", "swimming", TODAY - timedelta(days=1), minutes=30))
    diary.add_log(LogEntry("p01", "rowing", TODAY - timedelta(days=60), minutes=30))
    page = html.unescape(browser.get("/people/p01/numbers").text)
    assert "calf raises, 3 sets, 15 reps, pain 2 of 10" in page
    assert "2 days with training" in page
    assert "rowing" not in page
    assert "1 of 5" in page
    drawn = browser.get("/people/p01/training.svg").text
    assert all(word in drawn for word in ("resistance bands", "swimming", "pain noted"))


NASTY = "<script>alert(1)</script>\"'&<b>"


def test_html_in_every_text_field_is_shown_as_text(browser, diary):
    trial = fill(diary, note=NASTY)
    diary.add_log(LogEntry("p01", NASTY, TODAY - timedelta(days=1), note=NASTY))
    pages = ("/", "/people", "/people/p01/tests", "/people/p01/numbers", "/people/p01/ratios")
    for address in (*pages, f"/trials/{trial}", f"/trials/{trial}/delete"):
        page = browser.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text.lower(), address
        assert "&<b>" not in page.text, address
    assert html.escape(NASTY, quote=False)[:20] in browser.get(f"/trials/{trial}").text
    drawn = browser.get("/people/p01/training.svg").text
    assert "<script" not in drawn


def test_trends_that_are_called_alike_are_told_apart(browser, diary):
    fill(diary, seed=1, day=2)
    fill(diary, seed=2, day=3, footwear="shoes")
    page = browser.get("/people/p01/numbers").text
    assert "Left leg, eyes open, barefoot: too early to say." in page
    assert "Left leg, eyes open, shoes: too early to say." in page


def test_files_of_many_people_are_not_given_to_the_first(browser, diary):
    fill(diary, seed=1, person="anna")
    assert '<option value="">' not in browser.get("/import").text
    fill(diary, seed=2, person="bob")
    page = browser.get("/import").text
    assert page.index('<option value="">') < page.index('<option value="anna">') < page.index('value="bob"')
    assert 'name="called" value=""' in browser.get("/trainer").text


def test_older_sessions_are_folded_and_stay_there(browser, diary, monkeypatch):
    monkeypatch.setattr("surefoot.web.dashboard.people.SESSIONS_SHOWN", 1)
    trials = [fill(diary, seed=day, day=day) for day in (2, 3, 4)]
    shown, folded = browser.get("/people/p01/numbers").text.split("<summary>2 earlier sessions</summary>")
    assert f"/trials/{trials[2]}" in shown
    assert all(f"/trials/{trial}" in folded for trial in trials[:2])


def test_all_tests_are_one_row_a_day_in_pages(browser, diary, monkeypatch):
    monkeypatch.setattr("surefoot.web.dashboard.all_tests.DAYS_ON_A_PAGE", 1)
    older = fill(diary)
    newer = [fill(diary, seed=seed, day=3, leg=leg) for seed, leg in ((3, "left"), (12, "right"))]
    page = browser.get("/people/p01/tests").text
    assert "Two tests so far." in page
    assert page.count("<li><a") == 1
    assert sum(f"/trials/{trial}" in page for trial in newer) == 1
    last = browser.get("/people/p01/tests?page=2").text
    assert f"/trials/{older}" in last
    assert 'href="/people/p01/tests?page=1"' in last
    for odd in ("0", "99", "-1", "x", "9" * 5000, "²"):
        assert browser.get("/people/p01/tests", params={"page": odd}).status_code == 200
    german = browser.get("/people/p01/tests", headers={"accept-language": "de"}).text
    assert "Bisher zwei Tests." in german


def test_a_person_who_only_logs_exercises_is_there_and_can_be_deleted(browser, diary):
    diary.add_log(LogEntry("cara", "calf raises", TODAY, sets=3))
    assert "Ready, cara?" in browser.get("/").text
    assert "calf raises, 3 sets" in browser.get("/people/cara/numbers").text
    packed = ZipFile(io.BytesIO(browser.get("/people/cara/export.zip").content))
    assert any("training.tsv" in name for name in packed.namelist())
    assert browser.post("/people/cara/delete").status_code == 303
    assert browser.get("/people/cara").status_code == 404


def test_a_person_without_a_trial_still_has_pages(browser, diary, trial):
    diary.describe(Person("p01", height_m=1.7))
    browser.post(f"/trials/{trial}/delete")
    assert [person.pseudonym for person in diary.people()] == ["p01"]
    page = browser.get("/people/p01/numbers")
    assert page.status_code == 200
    assert "nothing recorded yet" in page.text
    assert "Left and right" not in page.text
    assert browser.get("/people/p01/ratios").status_code == 200
    assert browser.get("/people/p01/training.svg").status_code == 200
    assert browser.get("/people/p01/export.zip").status_code == 200
    assert browser.get("/people/p01/values.csv").text.count("\n") == 1


@pytest.mark.parametrize("reader", READERS)
def test_each_report_is_offered_and_given(browser, diary, trial, reader):
    offered = browser.get("/people/p01/report").text
    for address in (f"report.pdf?for={reader}", f"report.html?for={reader}"):
        assert f'href="/people/p01/{address}"' in offered
        given = browser.get(f"/people/p01/{address}")
        assert given.status_code == 200
        assert f"p01-{reader}" in given.headers["content-disposition"]
    assert browser.get("/people/p01/report.pdf").content.startswith(b"%PDF")


def test_what_is_shared_tells_no_name_and_no_date(browser, diary, trial):
    given = browser.get("/people/p01/report.html?for=researcher&share=1")
    assert "week 1" in given.text
    assert "p01" not in given.text + given.headers["content-disposition"]
    assert "Mar" not in given.text


@pytest.mark.parametrize("address", ["report.doc", "report.pdf?for=insurer"])
def test_a_report_that_is_not_there_is_missing(browser, diary, trial, address):
    assert browser.get(f"/people/p01/{address}").status_code == 404


def test_the_list_of_people_prints_who_changed_who_is_due_and_who_stopped(browser, diary, trial):
    fill(diary, seed=2, person="p02", day=19)
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    (page,) = pypdf.PdfReader(io.BytesIO(browser.get("/people.pdf").content)).pages
    text = " ".join(page.extract_text().split())
    for expected in (
        "p01",
        "p02",
        "What changed",
        "Next test",
        "No test since",
        "Four more tests",
    ):
        assert expected in text
