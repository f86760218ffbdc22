"""Events that somebody set decide hold time and touchdowns, and outlive a new analysis."""

import csv

import pytest

from made_diary import fill
from surefoot import pipeline
from surefoot.diary import Diary
from surefoot.errors import SetupError
from surefoot.model import Event


@pytest.fixture
def diary(tmp_path):
    return Diary(tmp_path / "diary", cache=tmp_path / "cache")


@pytest.fixture
def entry(diary):
    return diary.entry(fill(diary))


SET = (Event("touchdown", 20.0, 21.0, by_hand=True),)


def test_events_set_by_hand_decide_the_hold_time(diary, entry):
    before = entry.assessment.values
    assert before["touchdowns_count"] == 0
    pipeline.correct_events(entry, diary, SET)
    after = diary.entry(entry.trial).assessment
    start_s, end_s = after.provenance.steady_s
    assert after.values["touchdowns_count"] == 1
    assert after.values["hold_time_s"] == pytest.approx(20.0 - start_s)
    assert before["hold_time_s"] == pytest.approx(end_s - start_s)
    assert after.values["rms_ml_mps2"] == before["rms_ml_mps2"]


def test_they_are_written_into_the_events_file(diary, entry):
    pipeline.correct_events(entry, diary, SET)
    (path,) = diary.root.rglob("*_events.tsv")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
    (row,) = [row for row in rows if row["trial_type"] == "touchdown"]
    assert (float(row["onset"]), float(row["duration"]), row["by_hand"]) == (20.0, 1.0, "yes")


@pytest.mark.parametrize("events", [SET, ()])
def test_a_new_analysis_keeps_them(diary, entry, events):
    pipeline.correct_events(entry, diary, events)
    pipeline.reassess(diary.entry(entry.trial), diary)
    kept = diary.entry(entry.trial).assessment
    assert kept.events == events
    assert [issue.code for issue in kept.issues].count("events_by_hand") == 1


def test_what_was_found_comes_back(diary, entry):
    pipeline.correct_events(entry, diary, SET)
    pipeline.correct_events(diary.entry(entry.trial), diary, None)
    assert diary.entry(entry.trial).assessment == entry.assessment


@pytest.mark.parametrize(("start_s", "end_s"), [(-1.0, 2.0), (30.0, 900.0), (9.0, 8.0), (float("nan"), 8.0)])
def test_an_event_outside_the_recording_is_refused(diary, entry, start_s, end_s):
    with pytest.raises(SetupError, match="outside the recording"):
        pipeline.correct_events(entry, diary, [Event("touchdown", start_s, end_s)])
    assert diary.entry(entry.trial).assessment == entry.assessment
