"""``surefoot compare --sides`` as a user meets it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from motion import standing
from surefoot import pipeline
from surefoot.assessment import assess
from surefoot.diary import open_diary
from surefoot.errors import TooShortError
from surefoot.model import Injury, Person, Setup
from surefoot.preparation import prepare

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture
def add():
    def add(leg, eyes="open", day=0, seed=1, person=None, **setup):
        recording = replace(standing(seed), part=f"{leg} {eyes} {day} {seed}")
        when = START + timedelta(days=day)
        conditions = Setup(person="p01", leg=leg, eyes=eyes, when=when, **setup)
        trial = assess(prepare(recording, conditions))
        return open_diary().add(recording, trial, {}, person or Person("p01"))

    return add


def of_kind(document, kind):
    return [ratio for ratio in document["ratios"] if ratio["kind"] == kind]


def test_sides_of_one_motion_are_equal_and_so_is_romberg(run, add):
    """The same motion under three names: every ratio is 1, although the windows are 24 s and 10 s long."""
    add("left")
    add("right")
    add("left", "closed")
    code, out, _ = run("compare", "--sides", "--json")
    assert code == 0
    document = json.loads(out)
    index, *_ = [ratio for ratio in of_kind(document, "limb symmetry index") if ratio["value"]]
    assert index["value"] == pytest.approx(100)
    (romberg,) = [ratio for ratio in of_kind(document, "Romberg ratio") if ratio["value"]]
    assert romberg["value"] == pytest.approx(1.0, rel=0.02)
    assert romberg["low"] < 1 < romberg["high"]
    assert romberg["on"] == "2026-03-02"
    assert "not a clean reference" in document["note"]
    assert {course["setup"]["leg"] for course in document["courses"]} == {"left", "right"}


def test_the_injured_side_of_the_person_is_compared(run, add):
    person = Person("p01", injuries=(Injury("right", date(2026, 2, 20)),))
    add("left", seed=1, person=person)
    add("right", seed=2, person=person)
    said = run("compare", "--sides")[1]
    assert "100 × left / right" in said
    assert "No injury is known" not in said
    assert "not a clean reference" in " ".join(said.split())
    assert "Undefined: Romberg ratio" in said
    assert "foam" not in said


def test_what_is_missing_is_undefined_with_a_reason(run, add):
    add("left")
    document = json.loads(run("compare", "--sides", "--json")[1])
    assert all(ratio["value"] is None and ratio["reason"] for ratio in document["ratios"])
    assert "There is no trial with the right leg." in " ".join(run("compare", "--sides")[1].split())


def test_a_window_is_cut_at_its_start_and_never_stretched(add):
    trial = add("left")
    diary = open_diary()
    entry = diary.entry(trial)
    cut = pipeline.shorten(entry, diary, 10.0)
    assert cut.provenance.window_s[1] == entry.assessment.provenance.window_s[1]
    assert cut.provenance.window_s[0] == pytest.approx(entry.assessment.provenance.window_s[0] + 14)
    assert cut.provenance.settings["window"] == "10 s"
    assert diary.entry(trial).assessment == entry.assessment
    with pytest.raises(TooShortError):
        pipeline.shorten(entry, diary, 25.0)
