"""An export is read back: whole, file by file, or what of it is new."""

import io
import shutil
import zipfile
from dataclasses import replace

import pytest

from made_diary import TODAY, fill
from surefoot.diary import Diary
from surefoot.diary.archive import pack_diary
from surefoot.diary.restoration import Restored, restore_diary
from surefoot.errors import DiaryError
from surefoot.model import Person
from surefoot.training import LogEntry


@pytest.fixture
def diary(tmp_path):
    diary = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    fill(diary, seed=1)
    fill(diary, seed=2, day=5, leg="right")
    fill(diary, seed=3, person="p02")
    diary.describe(Person("p02", height_m=1.71))
    diary.add_log(LogEntry("p01", "calf raises", TODAY, sets=3))
    return diary


def visible(root):
    found = {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return {name: data for name, data in found.items() if not any(part[0] == "." for part in name.parts)}


def pack(diary, person=None):
    out = io.BytesIO()
    pack_diary(diary, out, person)
    return out


def test_a_diary_that_was_lost_comes_back_file_by_file(diary):
    with_columns = diary.root / "participants.tsv"
    text = with_columns.read_text()
    with_columns.write_text(text.replace("injuries\n", "injuries\tsex\n").replace("n/a\n", "n/a\tF\n"))
    (diary.root / "sub-p01" / "notes.txt").write_text("my own")
    before, entries, packed = visible(diary.root), diary.entries(), pack(diary)
    shutil.rmtree(diary.root)
    restored = restore_diary(diary, packed)
    assert visible(diary.root) == before
    assert diary.entries() == entries
    assert set(restored.new) == {entry.trial for entry in entries}


def test_what_was_deleted_since_comes_back_and_the_rest_stays(diary):
    before, packed = visible(diary.root), pack(diary)
    deleted, kept = (entry.trial for entry in diary.entries("p01"))
    diary.delete(deleted)
    diary.delete_person("p02")
    assert [entry.trial for entry in diary.entries()] == [kept]
    restored = restore_diary(diary, packed, merge=True)
    assert (restored.same, restored.different, len(restored.new)) == ((kept,), (), 2)
    assert visible(diary.root) == before


def test_without_the_word_for_it_nothing_is_merged(diary):
    before, packed = visible(diary.root), pack(diary)
    with pytest.raises(DiaryError, match="not empty"):
        restore_diary(diary, packed)
    assert visible(diary.root) == before


def test_what_differs_stays_and_is_told(diary):
    packed = pack(diary)
    trial = diary.entries("p01")[0].trial
    assessment = diary.entry(trial).assessment
    diary.replace(trial, replace(assessment, setup=replace(assessment.setup, note="sore")))
    diary.add_log(LogEntry("p01", "swimming", TODAY))
    before = visible(diary.root)
    restored = restore_diary(diary, packed, merge=True)
    assert restored.different == (trial,)
    assert restored.new == ()
    assert visible(diary.root) == before


def test_logs_of_two_computers_become_one(diary, tmp_path):
    other = Diary(tmp_path / "other", cache=tmp_path / "other-cache")
    restore_diary(other, pack(diary))
    diary.add_log(LogEntry("p01", "swimming", TODAY))
    other.add_log(LogEntry("p01", "walking", TODAY))
    restore_diary(diary, pack(other), merge=True)
    assert sorted(entry.exercise for entry in diary.log("p01")) == ["calf raises", "swimming", "walking"]


def test_two_people_of_one_name_are_not_mixed(diary, tmp_path):
    clinic = Diary(tmp_path / "clinic", cache=tmp_path / "clinic-cache")
    fill(clinic, seed=9, person="p01")
    packed = pack(diary, "p01")
    with pytest.raises(DiaryError, match="same name") as refused:
        restore_diary(clinic, packed, merge=True)
    assert "--as" in refused.value.do
    restored = restore_diary(clinic, packed, merge=True, person="p31")
    assert len(restored.new) == 2
    assert {entry.person for entry in clinic.entries()} == {"p01", "p31"}
    assert [entry.exercise for entry in clinic.log("p31")] == ["calf raises"]
    assert len(clinic.entries("p01")) == 1
    assert all(b"p01" not in data for name, data in visible(clinic.root).items() if "sub-p31" in name.parts)
    again = restore_diary(clinic, packed, merge=True, person="p31")
    assert again == Restored((), restored.new, (), ())


BROKEN = {
    "no zip": lambda _: b"hello",
    "half of it": lambda data: data[: len(data) // 2],
    "another zip": lambda _: zipped({"Accelerometer.csv": b"t,x\n"}),
    "a member outside": lambda _: zipped({"participants.tsv": b"x\n", "../evil.txt": b"!"}, b"Surefoot"),
}


def zipped(files, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = comment
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_no_export_changes_nothing(diary, tmp_path, how):
    broken = BROKEN[how](pack(diary).getvalue())
    before = visible(diary.root)
    with pytest.raises(DiaryError):
        restore_diary(diary, io.BytesIO(broken), merge=True)
    assert visible(diary.root) == before
    assert not list(tmp_path.rglob("evil.txt"))
