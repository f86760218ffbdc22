"""The last changes can be taken back, and what is final is gone."""

from dataclasses import replace
from datetime import date

import pytest

from made_diary import TODAY, fill
from surefoot.diary import Diary, steps
from surefoot.errors import DiaryError
from surefoot.model import Injury, Person
from surefoot.training import LogEntry


@pytest.fixture
def diary(tmp_path):
    return Diary(tmp_path / "diary", cache=tmp_path / "cache")


def visible(diary):
    """The bytes of each file of the dataset, by its name; a diary without any person has none."""
    found = {
        path.relative_to(diary.root): path.read_bytes() for path in diary.root.rglob("*") if path.is_file()
    }
    return {name: data for name, data in found.items() if not any(part[0] == "." for part in name.parts)}


def correct(diary, trial, **words):
    assessment = diary.entry(trial).assessment
    diary.replace(trial, replace(assessment, setup=replace(assessment.setup, **words)), undoable=True)


CHANGES = {
    "another leg": lambda diary, trial: correct(diary, trial, leg="right"),
    "another person": lambda diary, trial: correct(diary, trial, person="p07"),
    "deleted": lambda diary, trial: diary.delete(trial, undoable=True),
    "a log entry": lambda diary, _: diary.add_log(LogEntry("p01", "calf raises", TODAY, sets=3)),
    "an injury": lambda diary, _: diary.describe(Person("p01", injuries=(Injury("left", date(2026, 3, 1)),))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_taken_back_file_by_file(diary, change):
    trial = fill(diary)
    fill(diary, seed=2, person="p02")
    before, entries = visible(diary), diary.entries()
    CHANGES[change](diary, trial)
    assert visible(diary) != before
    steps.undo(diary)
    assert visible(diary) == before
    assert diary.entries() == entries
    assert Diary(diary.root, cache=diary.root.parent / "another").entries() == entries


def test_changes_are_taken_back_one_after_the_other_until_none_is_left(diary):
    trial = fill(diary)
    seen = [visible(diary)]
    for name in ("an injury", "another leg", "a log entry", "another person", "deleted"):
        CHANGES[name](diary, trial)
        seen.append(visible(diary))
    for before in reversed(seen[:-1]):
        steps.undo(diary)
        assert visible(diary) == before
    with pytest.raises(DiaryError, match="nothing to take back"):
        steps.undo(diary)
    assert not (diary.root / ".history").exists()


def test_a_trial_that_was_changed_since_is_left_as_it_is(diary):
    trial = fill(diary)
    correct(diary, trial, leg="right")
    diary.replace(trial, diary.entry(trial).assessment)
    before = visible(diary)
    with pytest.raises(DiaryError, match="changed since"):
        steps.undo(diary)
    assert visible(diary) == before


def test_what_is_deleted_for_good_is_gone_from_the_history_too(diary):
    trial, other = fill(diary), fill(diary, seed=2, person="p02")
    correct(diary, trial, leg="right")
    correct(diary, other, leg="right")
    diary.delete(trial)
    assert not [path for path in diary.root.rglob("*") if trial in path.name]
    diary.delete_person("p02")
    assert not [path for path in diary.root.rglob("*") if "p02" in path.name]
    with pytest.raises(DiaryError, match="nothing to take back"):
        steps.undo(diary)


def test_only_the_last_changes_are_kept(diary, monkeypatch):
    monkeypatch.setattr(steps, "KEPT", 2)
    trial, other = fill(diary), fill(diary, seed=2, day=3)
    diary.delete(trial, undoable=True)
    correct(diary, other, leg="right")
    diary.add_log(LogEntry("p01", "calf raises", TODAY))
    assert not [path for path in diary.root.rglob("*") if trial in path.name]
    assert [steps.undo(diary).verb for _ in range(2)] == ["log", "edit"]


def test_a_person_without_trials_does_not_linger_unless_something_is_known_of_them(diary):
    trials = [fill(diary, seed=seed, person=f"p0{seed}") for seed in (1, 2, 3)]
    diary.describe(Person("p02", height_m=1.7))
    diary.add_log(LogEntry("p03", "calf raises", TODAY))
    for trial in trials:
        diary.delete(trial)
    assert diary.everybody() == ["p02", "p03"]
    assert not [path for path in diary.root.rglob("*p01*") if ".history" not in path.parts]
