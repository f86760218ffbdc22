"""The official BIDS validator finds no error in a diary."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bids import find_validator, validate
from motion import standing
from surefoot.assessment import assess
from surefoot.cli import main
from surefoot.diary import Diary
from surefoot.model import Person, Setup
from surefoot.preparation import prepare
from surefoot.training import LogEntry

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def validator():
    if find_validator() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have the validator: pip install '.[bids]'")
        pytest.skip("the BIDS validator is not installed: pip install '.[bids]'")


@pytest.fixture
def diary(tmp_path):
    diary = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    for seed, (person, leg, eyes, gyroscope) in enumerate(
        [("p01", "left", "open", True), ("p01", "right", "closed", True), ("p02", "left", "open", False)]
    ):
        recording = replace(standing(seed, gyroscope=gyroscope), part=str(seed))
        setup = Setup(person=person, leg=leg, eyes=eyes, when=START + timedelta(days=seed))
        diary.add(recording, assess(prepare(recording, setup)), {"a.csv": b"x"}, Person(person, 1.7))
    return diary


@pytest.mark.slow
def test_a_diary_is_valid(diary):
    code, output = validate(diary.root)
    assert code == 0, output
    assert "ERROR" not in output


@pytest.mark.slow
def test_a_diary_with_a_training_log_is_valid(diary):
    diary.add_log(LogEntry("p01", "calf raises", START, sets=3, reps=15, pain=2, note="a little stiff"))
    diary.add_log(LogEntry("p09", "balance drills", START))
    code, output = validate(diary.root)
    assert code == 0, output
    assert "ERROR" not in output


@pytest.mark.slow
def test_the_diary_of_the_demo_is_valid(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["demo", "-o", str(tmp_path / "demo")])
    assert "Right leg" in capsys.readouterr().out
    code, output = validate(tmp_path / "demo" / "diary")
    assert code == 0, output
    assert "ERROR" not in output


@pytest.mark.slow
def test_the_validator_would_notice(diary):
    next(diary.root.rglob("*_channels.tsv")).write_text("name\tcomponent\nlatency\tx\n")
    assert validate(diary.root)[0] != 0
