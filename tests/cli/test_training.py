"""``surefoot plan`` and ``surefoot log`` as a user meets them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from motion import standing
from surefoot.assessment import assess
from surefoot.diary import open_diary
from surefoot.model import Person, Setup
from surefoot.preparation import prepare
from surefoot.training import LogEntry


@pytest.fixture
def add_trial():
    def add(setup, part=""):
        recording = replace(standing(1), part=f"{setup.person}{part}")
        open_diary().add(recording, assess(prepare(recording, setup)), {}, Person(setup.person))

    return add


def test_an_exercise_is_logged_and_shown(run):
    code, out, err = run("log", "Calf raises", "--sets", 3, "--reps", 15, "--when", "2026-03-02T18:30+01:00")
    assert (code, err) == (0, "")
    assert "Logged for me on 2026-03-02: calf raises, 3 sets, 15 reps." in out
    code, out, _ = run("log", "--json")
    (entry,) = json.loads(out)
    assert entry["when"] == "2026-03-02T18:30:00+01:00"
    assert (entry["sets"], entry["reps"], entry["pain"], entry["planned"]) == (3, 15, None, True)
    assert "calf raises, 3 sets" in run("log")[1]


def test_what_is_not_in_the_plan_is_kept_and_said(run):
    code, out, err = run("log", "calf rases", "--json")
    assert code == 0
    assert json.loads(out)["planned"] is False
    assert "calf rases is not in the plan" in err
    assert "Did you mean calf raises?" in err


def test_pain_brings_the_safety_text(run):
    _, _, err = run("log", "calf raises", "--pain", 4)
    assert "Stop with pain or swelling" in err
    assert run("log", "calf raises", "--pain", 0)[2] == ""


@pytest.mark.parametrize("words", [["--sets", "3"], ["calf raises", "--pain", "11"], ["x", "--when", "soon"]])
def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(run, words):
    code, out, _ = run("log", *words, "--json")
    assert code == 2
    assert set(json.loads(out)["error"]) >= {"what", "found", "expected", "do"}
    assert run("log", "--json")[1].strip() == "[]"


def test_of_several_people_one_must_be_named(run, add_trial):
    for person in ("p01", "p02"):
        add_trial(Setup(person=person, leg="left", when=datetime(2026, 3, 2, tzinfo=UTC)))
    assert run("log", "calf raises")[0] == 2
    assert run("log", "calf raises", "--person", "p02")[0] == 0
    assert [entry.exercise for entry in open_diary().log("p02")] == ["calf raises"]
    assert "p03 has no trial" in run("log", "calf raises", "--person", "p03")[2]
    assert run("delete", "--person", "p02", "--yes")[0] == 0
    assert open_diary().log("p02") == ()


def test_the_plan_tells_what_was_done_and_where_each_leg_is(run, add_trial):
    today = datetime.now().astimezone()
    for day in range(3):
        add_trial(Setup(person="p01", leg="left", when=today - timedelta(days=day)), part=str(day))
        open_diary().add_log(LogEntry("p01", "calf raises", today - timedelta(days=day)))
    code, out, _ = run("plan", "--json")
    plan = json.loads(out)
    assert code == 0
    assert sum(week["done"]["calf raises"] for week in plan["weeks"]) == 3
    assert sum(week["days"] for week in plan["weeks"]) == 3
    left, right = plan["ladder"]
    assert (left["mastered"], left["offered"]) == ("30 s on one leg", True)
    assert (right["mastered"], right["next"]) == (None, "15 s on one leg")
    assert "Stop with pain or swelling" in plan["safety"]
    said = run("plan")[1]
    for part in ("2 to 3 times a week", "daily", "when stiff", "Start easy", "Stop with pain", "eyes closed"):
        assert part in said


def test_the_plan_needs_no_diary(run):
    code, out, _ = run("plan")
    assert code == 0
    assert "Nothing is logged yet" in out


def test_the_weeks_are_drawn_under_the_trend_of_one_person(run, add_trial, tmp_path):
    start = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    for day in (0, 7):
        add_trial(Setup(person="p01", leg="left", when=start + timedelta(days=day)), part=str(day))
    without, with_log = tmp_path / "without.svg", tmp_path / "with.svg"
    assert run("trend", "-o", without)[0] == 0
    open_diary().add_log(LogEntry("p01", "calf raises", start + timedelta(days=1)))
    assert run("trend", "-o", with_log)[0] == 0
    assert "Exercises done" not in without.read_text()
    assert "Exercises done" in with_log.read_text()
