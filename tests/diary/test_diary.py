"""The diary on disk: what goes in comes out, corrections move files, deletion leaves nothing."""

import json
import os
import re
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from motion import standing
from surefoot.assessment import assess
from surefoot.diary import Diary, default_cache, default_root, index, writing
from surefoot.diary.files import write_bytes
from surefoot.diary.index import Index
from surefoot.diary.layout import trial_id
from surefoot.diary.results import SCHEMA
from surefoot.errors import DiaryError
from surefoot.live.log import Header, Log, write_log
from surefoot.live.log import read_log as read_journal
from surefoot.metrics import METRICS_VERSION
from surefoot.model import Injury, Issue, Person, Sensor, Setup
from surefoot.pipeline import reassess
from surefoot.preparation import prepare
from surefoot.settings import Settings
from surefoot.simulate import stance
from surefoot.training import LogEntry

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
FILES = {"Accelerometer.csv": b"t,x,y,z\n", "meta/device.csv": b"model,X\n"}


def take(seed=1, day=0, **setup):
    """A recording and its assessment, dated."""
    recording = replace(
        standing(seed),
        part=str(setup.pop("part", "")),
        platform="ios",
        device_model="iPhone10,3",
        started=START,
        sensors={"acceleration": Sensor(99.9, "g", -1, includes_gravity=True)},
        dropped_columns=("latitude",),
        issues=(Issue("rows_dropped", "info", "1 row was left out.", "Nothing."),),
        notes=("a note",),
    )
    conditions = {"person": "p01", "leg": "left", "when": START + timedelta(days=day), **setup}
    return recording, assess(prepare(recording, Setup(**conditions)))


@pytest.fixture
def diary(tmp_path):
    return Diary(tmp_path / "diary", cache=tmp_path / "cache")


def everything(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_an_unused_diary_touches_nothing(diary):
    assert diary.entries() == ()
    assert diary.people() == ()
    assert diary.find(*take()) is None
    assert not diary.root.exists()


def test_a_recording_comes_back_as_it_went_in(diary):
    recording, assessment = take()
    trial = diary.add(recording, assessment, FILES)
    back = diary.recording(trial)
    assert np.allclose(back.time_s, recording.time_s, atol=1e-9)
    assert np.allclose(back.acc_mps2, recording.acc_mps2, rtol=1e-9)
    assert np.allclose(back.gyr_radps, recording.gyr_radps, rtol=1e-9, atol=1e-12)
    for name in ("source", "part", "sha256", "platform", "device_model", "started", "notes"):
        assert getattr(back, name) == getattr(recording, name), name
    assert dict(back.sensors) == dict(recording.sensors)
    assert [issue.code for issue in back.issues] == ["rows_dropped"]


def test_an_assessment_comes_back_as_it_went_in(diary):
    recording, assessment = take()
    entry = diary.entry(diary.add(recording, assessment, FILES))
    assert entry.assessment.values == assessment.values
    assert entry.assessment.setup == assessment.setup
    assert entry.assessment.provenance == assessment.provenance
    assert (entry.person, entry.when) == ("p01", START)


def test_the_numbers_survive_the_way_through_the_files(diary):
    recording, assessment = take()
    trial = diary.add(recording, assessment, FILES)
    again = assess(prepare(diary.recording(trial), assessment.setup))
    for key, value in assessment.values.items():
        assert again.values[key] == pytest.approx(value, rel=1e-6, abs=1e-9), key


def test_a_recording_without_gyroscope_has_no_gyroscope_channels(diary):
    recording, assessment = take()
    recording = replace(recording, gyr_radps=None)
    trial = diary.add(recording, assessment, FILES)
    assert diary.recording(trial).gyr_radps is None


def test_adding_again_changes_nothing(diary):
    trial = diary.add(*take(), FILES)
    before = everything(diary.root)
    assert diary.add(*take(), FILES) == trial
    assert everything(diary.root) == before
    assert diary.find(*take()) == trial


def test_originals_are_kept_byte_for_byte_and_cannot_leave_their_folder(diary):
    trial = diary.add(*take(), {**FILES, "../../evil.txt": b"!"})
    originals = diary.root / "sourcedata" / "sub-p01" / "ses-20260302" / trial
    assert everything(originals) == {**FILES, "evil.txt": b"!"}
    assert not (diary.root.parent / "evil.txt").exists()


def test_files_belong_to_their_owner_alone(diary):
    diary.add(*take(), FILES)
    if os.name == "nt":
        pytest.skip("no such permissions on Windows")
    for path in diary.root.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_parts_and_repeats_of_a_day_are_trials_of_their_own(diary):
    ids = {diary.add(*take(seed, part=part), FILES) for seed in (1, 2) for part in ("a", "b")}
    assert len(ids) == 4
    names = sorted(path.name for path in diary.root.rglob("*_motion.tsv"))
    assert [name.removesuffix("_motion.tsv").split("_acq-leftOpenFloorId")[1] for name in names] == sorted(
        ids
    )


def test_entries_are_in_the_order_of_time_and_by_person(diary):
    diary.add(*take(1, day=3), FILES)
    diary.add(*take(2, day=1, person="p02"), FILES)
    diary.add(*take(3, day=2), FILES)
    assert [entry.when.day for entry in diary.entries()] == [3, 4, 5]
    assert [entry.person for entry in diary.entries("p01")] == ["p01", "p01"]
    assert {person.pseudonym for person in diary.people()} == {"p01", "p02"}


def test_what_is_known_of_a_person_comes_back(diary):
    person = Person("p01", 1.72, 1980, (Injury("right", date(2026, 2, 27)), Injury("left", date(2020, 1, 1))))
    diary.add(*take(), FILES, person)
    diary.add(*take(2), FILES)
    assert diary.people() == (person,)


BROKEN_PEOPLE = {
    "empty": (b"", "participants.tsv"),
    "no text": (b"\xff\xfe\x00", "participants.tsv"),
    "another table": (b"name\tage\nann\t3\n", "line 2"),
    "a height in words": (b"participant_id\theight_m\nsub-p01\t1.7\nsub-p02\ttall\n", "line 3"),
    "a decimal comma": (b"participant_id\theight_m\nsub-p01\t1,70\n", "line 2"),
    "an injury without a day": (b"participant_id\tinjuries\nsub-p01\tright\n", "line 2"),
}


@pytest.mark.parametrize("how", BROKEN_PEOPLE)
def test_a_table_of_people_that_cannot_be_read_is_named_and_kept(diary, how):
    diary.add(*take(), FILES)
    path = diary.root / "participants.tsv"
    content, told = BROKEN_PEOPLE[how]
    path.write_bytes(content)
    with pytest.raises(DiaryError) as refused:
        diary.people()
    assert told in refused.value.found
    with pytest.raises(DiaryError):
        diary.describe(Person("p01", height_m=1.8))
    assert path.read_bytes() == content


def test_columns_that_somebody_added_to_the_people_are_kept(diary):
    diary.add(*take(), FILES)
    path = diary.root / "participants.tsv"
    path.write_text("participant_id\tsex\theight_m\nsub-p01\tF\t1.7\n")
    diary.add(*take(2, person="p02"), FILES)
    assert path.read_text() == (
        "participant_id\theight_m\tbirth_year\tinjuries\tsex\n"
        "sub-p01\t1.7\tn/a\tn/a\tF\n"
        "sub-p02\tn/a\tn/a\tn/a\tn/a\n"
    )


def test_an_added_column_that_the_first_person_has_no_cell_of_is_kept(diary):
    """Some editors cut off what is empty at the end of a line."""
    diary.add(*take(), FILES)
    path = diary.root / "participants.tsv"
    path.write_text("participant_id\theight_m\tsex\nsub-p01\t1.7\nsub-p02\t1.8\tF\n")
    diary.describe(Person("p01", height_m=1.6))
    assert path.read_text() == (
        "participant_id\theight_m\tbirth_year\tinjuries\tsex\n"
        "sub-p01\t1.6\tn/a\tn/a\tn/a\n"
        "sub-p02\t1.8\tn/a\tn/a\tF\n"
    )


def test_a_column_that_somebody_added_to_a_session_is_kept(diary):
    trial = diary.add(*take(), FILES)
    (path,) = diary.root.rglob("*_scans.tsv")
    header, row = path.read_text().splitlines()
    path.write_text(f"{header}\tpain\n{row}\t3\n")
    other = diary.add(*take(2), FILES)
    diary.replace(trial, replace(take()[1], issues=()))
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    assert {row[2]: row[-1] for row in rows} == {"trial": "pain", trial: "3", other: "n/a"}
    diary.delete(other)
    assert path.read_text() == f"{header}\tpain\n{row}\t3\n"


def test_a_table_of_people_saved_by_a_spreadsheet_is_read(diary):
    diary.add(*take(), FILES)
    path = diary.root / "participants.tsv"
    path.write_bytes("\ufeff".encode() + path.read_bytes().replace(b"\n", b"\r\n"))
    assert diary.people() == (Person("p01"),)


def test_an_undated_trial_is_refused(diary):
    recording, assessment = take()
    with pytest.raises(DiaryError, match="date"):
        diary.add(recording, replace(assessment, setup=replace(assessment.setup, when=None)), FILES)


@pytest.mark.parametrize("asked", ["zzzz", "a", ""])
def test_an_unknown_or_short_id_is_refused(diary, asked):
    diary.add(*take(), FILES)
    with pytest.raises(DiaryError) as caught:
        diary.entry(asked)
    assert "surefoot list" in caught.value.do


def test_the_first_letters_of_an_id_are_enough(diary):
    trial = diary.add(*take(), FILES)
    assert diary.entry(trial[:4]).trial == trial


def corrected(diary, trial, **setup):
    entry = diary.entry(trial)
    assessment = assess(prepare(diary.recording(trial), replace(entry.assessment.setup, **setup)))
    diary.replace(trial, assessment)
    return assessment


@pytest.mark.parametrize(
    "setup",
    [
        {"leg": "right"},
        {"eyes": "closed"},
        {"person": "p02"},
        {"when": START + timedelta(days=9)},
        {"note": "sore"},
    ],
)
def test_a_correction_keeps_the_id_and_leaves_no_second_copy(diary, setup):
    trial = diary.add(*take(), FILES)
    other = diary.add(*take(2, day=1), FILES)
    assessment = corrected(diary, trial, **setup)
    assert {entry.trial for entry in diary.entries()} == {trial, other}
    assert diary.entry(trial).assessment.setup == assessment.setup
    assert len(list(diary.root.rglob("*_motion.tsv"))) == 2
    assert len(list(diary.root.rglob("*_assessment.json"))) == 2
    assert len(list(diary.root.glob("sourcedata/*/*/*"))) == 2
    tables = [path.read_text().splitlines()[1:] for path in diary.root.rglob("*_scans.tsv")]
    assert sorted(row.split("\t")[2] for rows in tables for row in rows) == sorted([trial, other])


def table_of_events(diary, change):
    """Edit the one table of events as somebody with a text editor would."""
    (path,) = diary.root.rglob("*_events.tsv")
    path.write_text(change(path.read_text()))


def held(diary, trial):
    reassess(diary.entry(trial), diary, Settings())
    assessment = diary.entry(trial).assessment
    return [event.start_s for event in assessment.events if event.breaks_stance and event.confidence > 0]


def test_a_corrected_name_of_a_person_leaves_no_trace(diary, tmp_path):
    recording, assessment = take(person="annamuster")
    trial = diary.add(recording, assessment, FILES, Person("annamuster", height_m=1.7))
    journal = diary.live_folder("annamuster") / f"take-{trial}.journal"
    header = Header("x", ("c",), START, 100.0, None, {"person": "annamuster", "leg": "left"})
    write_bytes(journal, write_log(Log(header, (), (), whole=True)))
    corrected = replace(assessment, setup=replace(assessment.setup, person="p07"))
    diary.replace(trial, corrected)
    for path in [*tmp_path.rglob("*")]:
        assert "annamuster" not in str(path.relative_to(tmp_path))
        assert path.is_dir() or b"annamuster" not in path.read_bytes(), path
    assert diary.people() == (Person("p07", height_m=1.7),)
    assert (
        read_journal((diary.live_folder("p07") / journal.name).read_bytes()).header.setup["person"] == "p07"
    )


def test_a_corrected_name_stays_where_something_else_is_known_by_it(diary):
    first, second = take(person="p01"), take(seed=2, day=1, person="p01")
    trial = diary.add(*first, FILES)
    diary.add(*second, FILES)
    diary.replace(trial, replace(first[1], setup=replace(first[1].setup, person="p07")))
    assert [entry.person for entry in diary.entries()] == ["p07", "p01"]
    assert {person.pseudonym for person in diary.people()} == {"p01", "p07"}


def test_a_row_added_taken_out_or_moved_in_the_table_of_events_is_kept(diary):
    recording, _ = stance(3, settle_s=3.0, touchdowns_s=[15.0])
    setup = Setup(person="p01", leg="left", when=START)
    trial = diary.add(recording, assess(prepare(recording, setup)), FILES)
    (found_s,) = held(diary, trial)
    assert found_s == pytest.approx(15.0, abs=0.1)
    table_of_events(diary, lambda text: text + "25.000\t1.000\ttouchdown\n")
    assert held(diary, trial) == [found_s, 25.0]
    table_of_events(diary, lambda text: text.replace(f"{found_s:.3f}\t", "14.600\t"))
    assert held(diary, trial) == [14.6, 25.0]
    table_of_events(diary, lambda text: re.sub(r"14\.600.*\n", "", text))
    assert held(diary, trial) == [25.0]
    table_of_events(diary, lambda text: re.sub(r"25\.000.*\n", "", text))
    assert held(diary, trial) == [] == held(diary, trial)


@pytest.mark.parametrize("row", ["soon\t1.0\ttouchdown", "12.0\t1.0\tsomersault", "12.0\tlong\thop"])
def test_a_broken_row_of_events_is_refused_and_nothing_changes(diary, row):
    trial = diary.add(*take(), FILES)
    before = diary.entry(trial)
    table_of_events(diary, lambda text: text + row + "\n")
    with pytest.raises(DiaryError):
        reassess(before, diary, Settings())
    assert diary.entry(trial) == before


def test_deleting_a_trial_leaves_the_others(diary):
    trial, other = diary.add(*take(1), FILES), diary.add(*take(2), FILES)
    diary.delete(trial)
    assert [entry.trial for entry in diary.entries()] == [other]
    assert trial not in "".join(everything(diary.root))
    assert diary.add(*take(1), FILES) == trial


def test_deleting_a_person_leaves_no_byte_of_them(diary, tmp_path):
    marked = {"Accelerometer.csv": b"left by somebody: MARKER"}
    diary.add(*take(1, person="p77xyz"), marked, Person("p77xyz", 1.91, 1971))
    diary.add(*take(2, person="p02"), FILES)
    diary.entries()
    diary.delete_person("p77xyz")
    for folder in (diary.root, tmp_path / "cache"):
        for name, data in everything(folder).items():
            assert "p77xyz" not in name
            assert b"p77xyz" not in data, name
            assert b"MARKER" not in data, name
    assert [entry.person for entry in diary.entries()] == ["p02"]


def test_deleting_nobody_is_refused(diary):
    with pytest.raises(DiaryError, match="pseudonym"):
        diary.delete_person("p99")


def index_files(tmp_path):
    return list((tmp_path / "cache").glob("*.sqlite*"))


def test_a_lost_index_is_made_again(diary, tmp_path):
    trial = diary.add(*take(), FILES)
    assert diary.entries()
    assert index_files(tmp_path)
    for path in index_files(tmp_path):
        path.unlink()
    assert [entry.trial for entry in diary.entries()] == [trial]


def test_a_broken_index_is_made_again(diary, tmp_path):
    trial = diary.add(*take(), FILES)
    assert diary.entries()
    assert index_files(tmp_path)
    for path in index_files(tmp_path):
        path.write_bytes(b"this is no database" * 100)
    assert [entry.trial for entry in diary.entries()] == [trial]


def test_an_index_of_another_version_is_made_again(diary, tmp_path):
    trial = diary.add(*take(), FILES)
    assert diary.entries()
    (path,) = (tmp_path / "cache").glob("*.sqlite")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE results SET trial = '0123456789'")
    connection.close()
    newer = Diary(diary.root, cache=tmp_path / "cache", metrics_version=METRICS_VERSION + 1)
    assert [entry.trial for entry in newer.entries()] == [trial]


def test_the_index_sees_files_that_others_changed(diary):
    trial = diary.add(*take(), FILES)
    diary.entries()
    (path,) = diary.root.rglob("*_assessment.json")
    document = json.loads(path.read_text())
    document["assessment"]["setup"]["note"] = "edited by hand"
    path.write_text(json.dumps(document))
    assert diary.entry(trial).assessment.setup.note == "edited by hand"


def counted(monkeypatch, module, name, place):
    """Return a list that grows by one word of each call of a function."""
    asked, function = [], getattr(module, name)

    def called(*words):
        asked.append(str(words[place]))
        return function(*words)

    monkeypatch.setattr(module, name, called)
    return asked


def test_a_question_about_one_trial_or_person_reads_and_looks_at_no_other(diary, monkeypatch):
    trials = [diary.add(*take(seed, person=f"p{seed % 2}"), FILES) for seed in range(1, 5)]
    diary.entries()
    read = counted(monkeypatch, index, "read_sound", 0)
    listed = counted(monkeypatch, index, "_entries", 1)
    stamped = counted(monkeypatch, Index, "_stamp_of", 1)
    assert diary.entry(trials[0][:6]).trial == trials[0]
    assert len(read) == 1
    assert {entry.trial for entry in diary.entries("P1")} == {trials[0], trials[2]}
    assert len(read) == 3
    assert diary.find(*take(1, person="p1")) == trials[0]
    diary.delete(trials[2])
    assert diary.add(*take(3, person="p1"), FILES) == trials[2]
    assert listed
    assert stamped
    assert not [path for path in (*read, *listed, *stamped) if "sub-p0" in path]


@pytest.mark.parametrize("cached", [True, False])
def test_a_trial_whose_correction_was_stopped_is_only_its_new_persons(diary, tmp_path, cached):
    """Both results are there when a stop comes between writing the new one and removing the old one."""
    trial = diary.add(*take(), FILES)
    (path,) = diary.root.rglob("*_assessment.json")
    old = path.read_bytes()
    diary.replace(trial, take(person="p02")[1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(old)
    other = diary if cached else Diary(diary.root, cache=nowhere(tmp_path))
    assert other.entries("p01") == ()
    assert [entry.trial for entry in other.entries("p02")] == [trial]
    assert other.entry(trial).person == "p02"


def test_an_older_index_does_not_hide_a_newer_result(diary, tmp_path):
    diary.add(*take(), FILES)
    newer = Diary(diary.root, cache=tmp_path / "cache", metrics_version=METRICS_VERSION + 1)
    newer.replace(newer.entries()[0].trial, as_of(take()[1], metrics_version=METRICS_VERSION + 1))
    with pytest.raises(DiaryError, match="newer version"):
        diary.entries()


def as_of(assessment, metrics_version):
    return replace(assessment, provenance=replace(assessment.provenance, metrics_version=metrics_version))


def test_what_a_newer_version_wrote_is_left_as_it_is(diary):
    trial = diary.add(*take(), FILES)
    (path,) = diary.root.rglob("*_assessment.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": SCHEMA + 1, "new": "thing"}))
    before = everything(diary.root)
    for verb in (diary.entries, lambda: diary.replace(trial, take()[1]), lambda: diary.delete(trial)):
        with pytest.raises(DiaryError, match="newer version"):
            verb()
    assert everything(diary.root) == before


SPOILT = {
    "cut off": lambda text: text[:300],
    "empty": lambda _: "",
    "another document": lambda _: "{}",
    "a list": lambda _: "[]",
    "an unknown word": lambda text: text.replace('"open"', '"opened"'),
    "no letters": lambda _: "\udcff",
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_damaged_result_is_named_and_nothing_is_changed(diary, how):
    diary.add(*take(), FILES)
    (path,) = diary.root.rglob("*_assessment.json")
    path.write_bytes(SPOILT[how](path.read_text()).encode(errors="surrogateescape"))
    before = everything(diary.root)
    with pytest.raises(DiaryError, match="damaged") as refused:
        diary.entries()
    assert path.name in refused.value.found
    assert everything(diary.root) == before


def refuse(*_, **__):
    raise PermissionError(13, "Permission denied", "/somewhere/else")


def test_a_diary_that_may_not_be_read_is_explained(diary, monkeypatch):
    diary.add(*take(), FILES)
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DiaryError, match="cannot be read") as refused:
        diary.entries()
    assert "/somewhere/else" in refused.value.found


def nowhere(folder):
    """A folder of the cache that cannot be made, for whoever runs the tests."""
    folder.mkdir(exist_ok=True)
    (folder / "blocker").write_text("in the way")
    return folder / "blocker" / "cache"


def test_without_a_folder_for_the_index_the_diary_is_read_and_trials_are_deleted(diary, tmp_path):
    trial, other = diary.add(*take(1), FILES), diary.add(*take(2, person="p02"), FILES)
    without = Diary(diary.root, cache=nowhere(tmp_path))
    assert without.entries() == diary.entries()
    without.delete(trial)
    assert [entry.trial for entry in diary.entries()] == [other]
    without.delete_person("p02")
    assert diary.entries() == ()


@pytest.mark.parametrize("refusal", ["database or disk is full", "attempt to write a readonly database"])
def test_an_index_that_refuses_to_be_written_stops_nobody(diary, monkeypatch, refusal):
    trial = diary.add(*take(1), FILES)

    def refused(*_, **__):
        raise sqlite3.OperationalError(refusal)

    with monkeypatch.context() as patch:
        patch.setattr(Index, "_open", refused)
        assert [entry.trial for entry in diary.entries()] == [trial]
        diary.delete(trial)
        assert diary.entries() == ()
    assert diary.entries() == ()


def full(*_, **__):
    raise sqlite3.OperationalError("database or disk is full")


def test_an_index_that_still_names_what_was_deleted_is_told(diary, tmp_path, monkeypatch):
    trial = diary.add(*take(1), FILES)
    diary.entries()
    unlink = Path.unlink

    def refused(self, *words, **options):
        if self.suffix == ".sqlite":
            raise PermissionError(13, "Permission denied", str(self))
        unlink(self, *words, **options)

    monkeypatch.setattr(Index, "_open", full)
    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(DiaryError, match="index") as told:
        diary.delete(trial)
    assert str(tmp_path / "cache") in told.value.found
    assert not list(diary.root.rglob("*_motion.tsv"))


def test_a_diary_that_another_command_holds_is_explained(diary, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "WAIT_S", 0.0)
    other = Diary(diary.root, cache=tmp_path / "other cache")
    with other.writing(), pytest.raises(DiaryError, match="Another command"):
        diary.add(*take(), FILES)


def test_a_trial_that_goes_while_it_is_listed_is_not_missed(diary, monkeypatch):
    other = diary.add(*take(), FILES)
    kept = diary.add(*take(2), FILES)
    (gone,) = diary.root.rglob(f"*Id{other}_assessment.json")
    listed = Index._result_paths

    def and_one_goes(self, people):
        paths = listed(self, people)
        gone.unlink(missing_ok=True)
        return paths

    monkeypatch.setattr(Index, "_result_paths", and_one_goes)
    assert [entry.trial for entry in diary.entries()] == [kept]


DAMAGE = {
    "a torn last row": lambda text: text[: len(text) - 20],
    "words among numbers": lambda text: text.replace("\n", "\nhello\t", 1),
    "rows in reverse": lambda text: "\n".join(reversed(text.splitlines())) + "\n",
    "a header row": lambda text: "time\tx\ty\tz\n" + text,
    "decimal commas": lambda text: text.replace(".", ","),
    "nothing": lambda _: "",
    "units of g": lambda text: "\n".join(
        "\t".join([cell if i == 0 else str(float(cell) / 9.8) for i, cell in enumerate(line.split("\t"))])
        for line in text.splitlines()
    ),
}


@pytest.mark.filterwarnings("ignore:loadtxt")
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_recording_is_refused(diary, damage):
    trial = diary.add(*take(), FILES)
    (path,) = diary.root.rglob("*_motion.tsv")
    path.write_text(DAMAGE[damage](path.read_text()))
    with pytest.raises(DiaryError):
        diary.recording(trial)


def test_a_missing_channel_table_is_refused(diary):
    trial = diary.add(*take(), FILES)
    next(diary.root.rglob("*_channels.tsv")).unlink()
    with pytest.raises(DiaryError):
        diary.recording(trial)


def test_a_folder_that_cannot_be_written_is_explained(tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    with pytest.raises(DiaryError, match="cannot be written"):
        Diary(blocker / "diary", cache=tmp_path / "cache").add(*take(), FILES)


def test_places_follow_the_environment(monkeypatch, tmp_path):
    assert default_root() == tmp_path / "diary"
    assert default_cache() == tmp_path / "cache"
    monkeypatch.delenv("SUREFOOT_DIARY")
    monkeypatch.delenv("SUREFOOT_CACHE")
    assert default_root().name == "Surefoot"
    assert "surefoot" in str(default_cache())


def test_an_id_follows_from_the_recording_alone():
    assert trial_id("a" * 64, "1") == trial_id("a" * 64, "1") != trial_id("a" * 64, "2")


def test_a_part_of_a_long_take_keeps_its_times(diary):
    recording, assessment = take()
    later = replace(recording, time_s=recording.time_s + 10.0)
    trial = diary.add(later, assessment, FILES)
    assert np.allclose(diary.recording(trial).time_s, later.time_s, atol=1e-8)


def test_a_training_log_comes_back_by_time(diary):
    later = LogEntry("p01", "calf raises", START + timedelta(days=1), sets=3, reps=15)
    earlier = LogEntry("p01", "swimming", START, minutes=30, pain=0, note="tabs\tand lines\nare blanks")
    diary.add_log(later)
    diary.add_log(earlier)
    assert diary.log("p01") == (replace(earlier, note="tabs and lines are blanks"), later)
    assert diary.log("p02") == ()


def test_deleting_a_person_deletes_the_log(diary):
    recording, assessment = take()
    diary.add(recording, assessment, FILES)
    diary.add_log(LogEntry("p01", "calf raises", START, note="unmistakable"))
    diary.add_log(LogEntry("p02", "calf raises", START))
    diary.delete_person("p01")
    assert not any(b"unmistakable" in data for data in everything(diary.root).values())
    assert not [name for name in everything(diary.root) if "sub-p01" in name]
    diary.delete_person("p02")
    assert not [name for name in everything(diary.root) if "sub-p02" in name]


def test_a_torn_line_of_the_log_is_named(diary):
    diary.add_log(LogEntry("p01", "calf raises", START, sets=3))
    path = next(diary.root.rglob("*_training.tsv"))
    path.write_text(path.read_text().replace("\t3\t", "\tthree\t"))
    with pytest.raises(DiaryError, match="line 2 of sub-p01_training"):
        diary.log("p01")
