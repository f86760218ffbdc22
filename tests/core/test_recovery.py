"""The weeks after an injury: counting, marks, one item of a form, and the verb that shows them."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from motion import standing
from surefoot.assessment import assess
from surefoot.change.recovery import Milestone, ankle_go_single_leg, collect_marks, latest_injury, weeks_since
from surefoot.diary import open_diary
from surefoot.errors import SetupError
from surefoot.model import Injury, Person, Setup
from surefoot.preparation import prepare
from surefoot.training import LogEntry

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture
def diary():
    diary = open_diary()
    for leg, day in (("left", 0), ("right", 0), ("left", 7), ("right", 7)):
        recording = replace(standing(day + 1 + 20 * (leg == "right")), part=f"{leg} {day}")
        setup = Setup(person="p01", leg=leg, when=START + timedelta(days=day), note="windy" if day else "")
        diary.add(recording, assess(prepare(recording, setup)), {}, Person("p01"))
    return diary


@pytest.mark.parametrize(
    ("errors", "insecure", "points"),
    [(0, False, 3), (0, True, 2), (1, False, 2), (3, True, 1), (4, False, 1), (10, True, 0)],
)
def test_points_of_the_form(errors, insecure, points):
    assert ankle_go_single_leg(errors, felt_insecure=insecure) == points


def test_negative_errors_are_refused():
    with pytest.raises(SetupError):
        ankle_go_single_leg(-1, felt_insecure=False)


def test_weeks_count_days_on_the_clock_of_the_person():
    injury = Injury("left", date(2026, 3, 1))
    assert weeks_since(injury, datetime.fromisoformat("2026-03-08T00:30:00+11:00")) == 1.0
    assert weeks_since(injury, START - timedelta(days=8)) == -1.0


def test_the_latest_injury_counts():
    old, new = Injury("left", date(2024, 1, 1)), Injury("right", date(2026, 3, 1))
    assert latest_injury(Person("p01", injuries=(new, old))) == new
    with pytest.raises(SetupError, match="surefoot edit --person p01"):
        latest_injury(Person("p01"))


def test_marks_are_told_once_a_day_in_order(diary):
    log = [
        LogEntry("p01", "calf raises", START + timedelta(days=3), pain=4, note="stiff"),
        LogEntry("p01", "calf raises", START + timedelta(days=1), pain=0),
    ]
    marks = collect_marks([entry.assessment for entry in diary.entries()], log)
    assert marks == (
        Milestone(date(2026, 3, 5), "pain 4 of 10 (calf raises)"),
        Milestone(date(2026, 3, 5), "stiff"),
        Milestone(date(2026, 3, 9), "windy"),
    )


def test_an_injury_is_noted_on_the_person_and_forgotten(run, diary):
    assert run("edit", "--person", "p01", "--injury", "right:2026-02-23")[0] == 0
    assert diary.people() == (Person("p01", injuries=(Injury("right", date(2026, 2, 23)),)),)
    _, out, _ = run("edit", "--person", "p01", "--injury", "left:2025-01-01", "--json")
    assert len(json.loads(out)["injuries"]) == 2
    assert "none" in run("edit", "--person", "p01", "--injury", "none")[1]
    assert diary.people() == (Person("p01"),)


@pytest.mark.parametrize(
    "words",
    [
        ["--person", "p01", "--injury", "ankle:2026-02-23"],
        ["--person", "p01", "--injury", "right:February"],
        ["--person", "p09", "--injury", "right:2026-02-23"],
        ["--injury", "right:2026-02-23"],
        ["--person", "p01", "--leg", "left", "--injury", "right:2026-02-23"],
        ["--person", "p01"],
    ],
)
def test_an_injury_that_cannot_be_understood_is_refused(run, diary, words):
    code, out, _ = run("edit", *words, "--json")
    assert code == 2
    assert json.loads(out)["error"]["do"]
    assert diary.people() == (Person("p01"),)


def test_recovery_shows_both_legs_by_weeks_since_the_injury(run, diary, tmp_path):
    run("edit", "--person", "p01", "--injury", "right:2026-02-23")
    code, out, _ = run("trend", "--recovery", "--json")
    found = json.loads(out)
    assert code == 0
    assert sorted((s["weeks"], s["setup"]["leg"]) for s in found["sessions"]) == [
        (1.0, "left"), (1.0, "right"), (2.0, "left"), (2.0, "right"),
    ]  # fmt: skip
    assert found["marks"] == [{"on": "2026-03-09", "text": "windy"}]
    assert (found["ankle_go"]["errors"], found["ankle_go"]["possible_points"]) == (0, [2, 3])
    assert "not a clean reference" in found["note"]
    answered = json.loads(run("trend", "--recovery", "--insecure", "--errors", 2, "--json")[1])["ankle_go"]
    assert (answered["points"], answered["errors_from"]) == (1, "given")
    picture = tmp_path / "recovery.png"
    said = run("trend", "--recovery", "-o", picture)[1]
    assert "right (injured)" in said
    assert "Did the ankle feel insecure?" in said
    assert picture.stat().st_size > 10_000


def test_recovery_needs_an_injury(run, diary):
    code, out, _ = run("trend", "--recovery", "--json")
    assert code == 2
    assert "--injury" in json.loads(out)["error"]["do"]


def test_the_answer_belongs_to_the_recovery(run, diary):
    code, out, _ = run("trend", "--insecure", "--json")
    assert code == 2
    assert json.loads(out)["error"]["do"] == "Add --recovery."
    code, out, _ = run("trend", "--recovery", "--check", "--json")
    assert (code, json.loads(out)["error"]["found"]) == (2, "--check beside --recovery")
