"""The index: what is asked for is true, whoever changed the files, and a stop costs little."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from motion import standing
from surefoot.assessment import assess
from surefoot.diary import Diary, index, trial_files
from surefoot.diary.layout import trial_id
from surefoot.model import Setup
from surefoot.preparation import prepare

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
FILES = {"Accelerometer.csv": b"t,x,y,z\n"}
RECORDING = standing(1, rate_hz=50.0)
ASSESSMENT = assess(prepare(RECORDING, Setup(person="p01", leg="left", when=START)))


class StoppedError(BaseException):
    """Nothing in the package may catch this."""


def take(number, **setup):
    """The same signals under other names of files: as many trials as wanted, at once."""
    sha256, first = f"{number:064x}", RECORDING.acc_mps2 + 0.01 * number
    when = START + timedelta(hours=number)
    assessment = replace(
        ASSESSMENT,
        setup=replace(ASSESSMENT.setup, **{"when": when, **setup}),
        provenance=replace(ASSESSMENT.provenance, source_sha256=sha256),
    )
    return replace(RECORDING, sha256=sha256, acc_mps2=first), assessment


@pytest.fixture
def diary(tmp_path):
    return Diary(tmp_path / "diary", cache=tmp_path / "cache")


def elsewhere(diary, name):
    """The same folder, as another account or computer sees it."""
    return Diary(diary.root, cache=diary.root.parent / name)


def trials(entries):
    return [entry.trial for entry in entries]


def stop_at(monkeypatch, module, name, count):
    """Stop the program at the `count`-th call of a function; return the first words of all calls."""
    calls, function = [], getattr(module, name)

    def called(*words, **options):
        calls.append(words[0])
        if len(calls) == count:
            raise StoppedError
        return function(*words, **options)

    monkeypatch.setattr(module, name, called)
    return calls


def test_reading_goes_on_where_a_stop_left_it(diary, monkeypatch):
    made = [diary.add(*take(number), FILES) for number in range(12)]
    fresh = elsewhere(diary, "fresh")
    monkeypatch.setattr(index, "AT_ONCE", 5)
    with monkeypatch.context() as patch:
        stop_at(patch, index, "read_sound", 12)
        with pytest.raises(StoppedError):
            fresh.old_names()
    read = stop_at(monkeypatch, index, "read_sound", 0)
    assert fresh.old_names() == frozenset()
    assert len(read) == 2
    assert trials(fresh.entries()) == made


@pytest.mark.parametrize("asked", ["person", "everybody", "trial"])
@pytest.mark.parametrize("change", ["added", "changed", "deleted"])
def test_what_somebody_changed_by_hand_is_noticed_when_it_is_asked_for(diary, change, asked):
    first, second = diary.add(*take(1), FILES), diary.add(*take(2, when=START + timedelta(days=1)), FILES)
    folder = diary.root / "derivatives" / "surefoot" / "sub-p01"
    shutil.copytree(folder, diary.root.parent / "kept")
    if change == "added":
        shutil.rmtree(folder / "ses-20260303")
        assert trials(diary.entries()) == [first]
        shutil.copytree(diary.root.parent / "kept" / "ses-20260303", folder / "ses-20260303")
        expected = {first: "", second: ""}
    elif change == "changed":
        (path,) = folder.glob("ses-20260303/*")
        document = json.loads(path.read_text())
        document["assessment"]["setup"]["note"] = "sore"
        path.write_text(json.dumps(document))
        expected = {first: "", second: "sore"}
    else:
        shutil.rmtree(folder / "ses-20260303")
        expected = {first: ""}
    if asked == "trial":
        found = [entry for trial in (first, second) if (entry := diary.get(trial)) is not None]
    else:
        found = diary.entries("p01" if asked == "person" else None)
    assert {entry.trial: entry.assessment.setup.note for entry in found} == expected


def test_what_another_program_wrote_under_another_name_is_known(diary):
    """A clinic with two computers: the other one took the file for somebody else's, by mistake or not."""
    diary.add(*take(1), FILES)
    diary.entries()
    other = elsewhere(diary, "other")
    trial = other.add(*take(2, person="p02"), FILES)
    assert diary.find(*take(2)) == trial
    assert diary.add(*take(2), FILES) == trial
    other.replace(trial, take(2, person="p03")[1])
    assert diary.entry(trial).person == "p03"
    assert diary.entries("p02") == ()


def test_a_correction_that_is_stopped_leaves_the_new_result_to_be_found(diary, monkeypatch):
    """Both results are there, one in a folder that nobody asks for."""
    trial = diary.add(*take(1), FILES)
    diary.entries()
    with monkeypatch.context() as patch:
        stop_at(patch, trial_files.dataset, "remove_scan", 1)
        with pytest.raises(StoppedError):
            diary.replace(trial, take(1, person="p02")[1])
    assert diary.entry(trial).person == "p02"
    assert diary.entries("p01") == ()


def test_the_same_file_under_new_conditions_is_looked_up_without_reading_others(diary, monkeypatch):
    for number in range(6):
        diary.add(*take(number), FILES)
    read = stop_at(monkeypatch, index, "read_sound", 0)
    assert diary.find(*take(3, leg="right")) == trial_id(f"{3:064x}", "")
    assert diary.find(*take(9)) is None
    assert read == []


def test_a_state_of_a_person_changes_with_their_trials_and_no_others(diary):
    trial = diary.add(*take(1), FILES)
    diary.add(*take(2, person="p02"), FILES)
    before = diary.states()
    assert diary.states() == before
    diary.replace(trial, take(1, note="sore")[1])
    after = diary.states()
    assert (after["p01"] != before["p01"], after["p02"]) == (True, before["p02"])
    for path in diary.root.rglob("*p02*_assessment.json"):
        path.unlink()
    assert diary.states()["p02"] != before["p02"]
