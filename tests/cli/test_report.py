"""``surefoot report`` as a user meets it."""

import json

import pytest

from made_diary import fill
from surefoot.diary import Diary
from surefoot.words import show_number, show_value


@pytest.fixture
def diary(tmp_path, monkeypatch):
    monkeypatch.setenv("SUREFOOT_DIARY", str(tmp_path / "diary"))
    made = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    fill(made, day=2)
    fill(made, seed=2, leg="right", day=3)
    return made


@pytest.mark.parametrize(("name", "begins"), [("me.html", b"<!DOCTYPE html>"), ("me.PDF", b"%PDF")])
def test_a_report_is_written_by_the_ending_of_its_name(run, diary, tmp_path, name, begins):
    code, _, err = run("report", "-o", tmp_path / name)
    assert code == 0
    assert str(tmp_path / name) in err
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_report_is_about_the_trials_asked_for(run, diary, tmp_path):
    path = tmp_path / "right.html"
    assert run("report", "--leg", "right", "-o", path)[0] == 0
    page = path.read_text(encoding="utf-8")
    assert "3 Mar 2026" in page
    assert "2 Mar 2026" not in page
    assert "Right leg, eyes open" in page
    assert "Left leg" not in page


def test_a_report_is_about_one_person(run, diary, tmp_path):
    fill(diary, seed=3, person="p02", day=4)
    code, _, err = run("report", "-o", tmp_path / "who.html")
    assert code == 2
    assert "p01, p02" in err
    assert "--person" in err
    assert run("report", "--person", "p02", "-o", tmp_path / "who.html")[0] == 0
    assert "Balance of p02" in (tmp_path / "who.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "me.doc"], ".html or .pdf"),
        (["--person", "p09"], "none for p09"),
        (["--leg", "both"], "leg both"),
    ],
)
def test_what_cannot_be_written_is_explained(run, diary, words, said):
    code, _, err = run("report", *words)
    assert code == 2
    assert said in err
    assert "What to do:" in err


@pytest.mark.parametrize(
    ("reader", "said"),
    [("person", "What is next"), ("clinician", "How it was measured"), ("researcher", "How to cite")],
)
def test_each_reader_has_a_report_of_their_own(run, diary, tmp_path, reader, said):
    path = tmp_path / "report.html"
    assert run("report", "--for", reader, "-o", path)[0] == 0
    assert said in path.read_text(encoding="utf-8")


def test_a_reader_nobody_knows_is_refused(run, diary):
    code, _, err = run("report", "--for", "insurer")
    assert code == 2
    assert "person, clinician, researcher" in err


def test_what_is_shared_tells_no_name_and_no_date(run, diary, tmp_path):
    path = tmp_path / "report.pdf.html"
    assert run("report", "--for", "researcher", "--share", "-o", path)[0] == 0
    page = path.read_text(encoding="utf-8")
    assert "week 1" in page
    assert "p01" not in page
    assert "Mar" not in page


def test_the_numbers_are_those_that_the_commands_tell_in_json(run, diary, tmp_path):
    path = tmp_path / "all.html"
    assert run("report", "--for", "researcher", "-o", path)[0] == 0
    page = path.read_text(encoding="utf-8")
    assert run("report", "-o", tmp_path / "sheet.html")[0] == 0
    sheet = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    for trend in json.loads(run("trend", "--json")[1]):
        assert f">{show_value(trend['metric'], trend['values'][-1])}</td>" in sheet
    for trial in json.loads(run("list", "--json")[1]):
        for value in trial["values"].values():
            assert f">{show_number(value)}</td>" in page
