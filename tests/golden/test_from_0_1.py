"""What version 0.1 left on disk is opened by this one: its diary, settings, and recordings left behind.

``from_0_1.zip`` was written by 0.1 (commit 16bb3de) from simulated stances: a diary of three people with an
injury and a training log, the settings beside it, a push that a crash left, one put aside while the diary
could not take it, a round on the board put aside, and the journal of a Bluetooth recording.
"""

import json
import zipfile
from pathlib import Path

import pytest

from surefoot.cli import main

LEFT = Path(__file__).with_name("from_0_1.zip")
TRIALS = {"p01": 3, "p02": 1, "simulated": 1}
CONDITIONS = "--person p01 --leg left --eyes open --surface floor --placement lumbar".split()


@pytest.fixture
def left(tmp_path):
    """The folder of what 0.1 left, where this test's diary and settings are."""
    with zipfile.ZipFile(LEFT) as packed:
        packed.extractall(tmp_path)
    return tmp_path


@pytest.fixture
def run(left, capsys):
    def call(*words):
        with pytest.raises(SystemExit) as end:
            main([str(word) for word in words])
        assert end.value.code == 0, capsys.readouterr()
        return capsys.readouterr().out

    return call


def stored(left):
    """Return the values of each trial as 0.1 wrote them, by trial."""
    results = (left / "diary/derivatives/surefoot").rglob("*_assessment.json")
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in results]
    return sorted(json.dumps(each["assessment"]["values"], sort_keys=True) for each in documents)


def test_its_diary_opens_with_every_number_it_had(left, run):
    known = stored(left)
    listed = json.loads(run("list", "--json"))
    assert sorted(json.dumps(each["values"], sort_keys=True) for each in listed) == known
    people = [each["person"] for each in listed]
    assert {person: people.count(person) for person in people} == TRIALS


def test_its_trials_are_analysed_again_and_none_is_lost(left, run):
    before = {each["trial"] for each in json.loads(run("list", "--json"))}
    run("reassess")
    after = json.loads(run("list", "--json"))
    assert {each["trial"] for each in after} == before
    assert all(each["values"]["path_rate_mps3"] > 0 for each in after)


def test_its_log_and_injury_are_still_known(run):
    (entry,) = json.loads(run("log", "--person", "p01", "--json"))
    assert (entry["exercise"], entry["sets"], entry["reps"], entry["pain"]) == ("calf raises", 3, 12, 2)
    assert "2026-02-10" in run("trend", "--recovery", "--person", "p01", "--json")


@pytest.mark.parametrize("name", ["pushed-1790000000000000000.zip", "board-20260306T090000.json"])
def test_what_it_put_aside_is_imported(name, left, run):
    run("import", left / "diary/.recordings/sub-p01" / name, *CONDITIONS)
    assert len(json.loads(run("list", "--json"))) == sum(TRIALS.values()) + 1


def test_a_recording_that_it_was_writing_comes_back(left, run):
    folder = left / "diary/.recordings/sub-simulated"
    (ended,) = folder.glob("*.journal")
    lines = ended.read_bytes().splitlines(keepends=True)
    (folder / "20261201T105433_x.part").write_bytes(b"".join(lines[: len(lines) * 9 // 10]))
    ended.unlink()
    assert "trial" in run("record", "--recover")
    assert [path.suffix for path in folder.iterdir()] == [".recovered"]
