"""A diary leaves as a zip that is a diary again, and as a table of every number."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from made_diary import fill
from surefoot.cli import main
from surefoot.diary import Diary, open_diary
from surefoot.diary.archive import list_values, pack_diary
from surefoot.errors import DiaryError
from surefoot.training import LogEntry
from surefoot.units import unit_of


@pytest.fixture
def diary(tmp_path):
    diary = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    fill(diary, seed=1)
    fill(diary, seed=2, person="p02", leg="right")
    diary.add_log(LogEntry("p01", "calf raises", datetime(2026, 3, 2, 18, tzinfo=UTC), sets=3))
    return diary


def pack(diary, person=None):
    out = io.BytesIO()
    pack_diary(diary, out, person)
    return out.getvalue()


def unpack(data, folder):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    return Diary(folder, cache=folder.parent / "other-cache")


def test_what_was_packed_is_the_same_diary_elsewhere(diary, tmp_path):
    other = unpack(pack(diary), tmp_path / "elsewhere")
    assert other.entries() == diary.entries()
    assert other.people() == diary.people()
    assert other.log("p01") == diary.log("p01")
    for entry in diary.entries():
        assert other.originals(entry.trial) == diary.originals(entry.trial)
        assert (other.recording(entry.trial).acc_mps2 == diary.recording(entry.trial).acc_mps2).all()


def test_of_other_people_nothing_is_packed_not_even_the_name(diary, tmp_path):
    data = pack(diary, "p02")
    other = unpack(data, tmp_path / "elsewhere")
    assert other.entries() == diary.entries("p02")
    assert [person.pseudonym for person in other.people()] == ["p02"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not any("p01" in name or b"p01" in archive.read(name) for name in archive.namelist())


def test_a_table_from_an_earlier_export_is_not_packed_again(diary, tmp_path):
    unpacked = unpack(pack(diary), tmp_path / "elsewhere")
    data = pack(unpacked, "p02")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not any(b"p01" in archive.read(name) for name in archive.infolist())
        assert len(set(archive.namelist())) == len(archive.namelist())


def test_journals_stay_and_the_same_diary_gives_the_same_bytes(diary):
    folder = diary.live_folder("p01")
    folder.mkdir(parents=True)
    (folder / "half.journal").write_text("half")
    data = pack(diary)
    assert b"half.journal" not in data
    assert data == pack(diary)


def test_the_table_has_every_number_with_its_unit_and_conditions(diary):
    rows = list(csv.DictReader(io.StringIO(list_values(diary.entries()).decode("utf-8-sig"))))
    for entry in diary.entries():
        own = {row["metric"]: row for row in rows if row["trial"] == entry.trial}
        assert {key: float(row["value"]) for key, row in own.items()} == dict(entry.assessment.values)
        for key, row in own.items():
            assert (row["person"], row["leg"]) == (entry.person, entry.assessment.setup.leg)
            assert (row["unit"], datetime.fromisoformat(row["when"])) == (unit_of(key), entry.when)
            origin = entry.assessment.provenance
            made = tuple(float(row[name]) for name in ("rate_hz", "window_start_s", "window_end_s"))
            assert made == (origin.rate_hz, *origin.window_s)
            assert (row["source_sha256"], row["filters"]) == (
                origin.source_sha256,
                origin.settings["filters"],
            )


def test_the_zip_says_what_each_number_means(diary):
    packed = zipfile.ZipFile(io.BytesIO(pack(diary)))
    levels = json.loads(packed.read("derivatives/surefoot/values.json"))["metric"]["Levels"]
    rows = csv.DictReader(io.StringIO(packed.read("derivatives/surefoot/values.csv").decode()))
    assert set(levels) == {row["metric"] for row in rows}
    assert levels["path_rate_mps3"]["Units"] == "m/s³"
    assert "doi:" in levels["path_rate_mps3"]["Source"]


def test_the_table_names_the_device_that_the_recording_names(diary):
    entry = diary.entries()[0]
    origin = entry.assessment.provenance
    origin = replace(origin, settings={**origin.settings, "device_model": "Pixel 7"})
    told = replace(entry, assessment=replace(entry.assessment, provenance=origin))
    row = next(csv.DictReader(io.StringIO(list_values([told]).decode("utf-8-sig"))))
    assert row["device_model"] == "Pixel 7"


def test_a_word_is_never_a_formula_of_a_spreadsheet(diary):
    entry = diary.entries()[0]
    setup = replace(entry.assessment.setup, board='=HYPERLINK("http://x")', device_model="@x")
    odd = replace(entry, assessment=replace(entry.assessment, setup=setup))
    row = next(csv.DictReader(io.StringIO(list_values([odd]).decode("utf-8-sig"))))
    assert (row["board"], row["device_model"]) == ('\'=HYPERLINK("http://x")', "'@x")


@pytest.mark.parametrize("person", [None, "p09"])
def test_nothing_to_pack_is_said(tmp_path, person):
    with pytest.raises(DiaryError, match="nothing to export"):
        pack(Diary(tmp_path / "none", cache=tmp_path / "cache"), person)


@pytest.fixture
def run(capsys):
    def call(*words):
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        return left.value.code, capsys.readouterr()

    return call


def test_the_command_writes_zip_and_table(run, tmp_path):
    fill(open_diary(), seed=1)
    code, said = run("export", tmp_path / "all.zip")
    assert (code, said.out.strip()) == (0, f"Written: {tmp_path / 'all.zip'}")
    assert (tmp_path / "all.zip").read_bytes() == pack(open_diary())
    assert run("export", tmp_path / "p01.CSV", "--person", "p01")[0] == 0
    assert (tmp_path / "p01.CSV").read_bytes() == list_values(open_diary().entries())


@pytest.mark.parametrize(
    "words", [("x.txt",), ("x",), ("x.zip", "--person", "p09"), ("x.csv", "--person", "p09")]
)
def test_the_command_refuses_in_four_parts(run, tmp_path, words):
    fill(open_diary(), seed=1)
    code, said = run("export", tmp_path / words[0], *words[1:])
    assert code == 2
    assert all(part in said.err for part in ("Found:", "Expected:", "Do:")) or "What to do" in said.err
    assert not (tmp_path / words[0]).exists()
