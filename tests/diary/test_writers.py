"""Several who write in one diary: with caches of their own, and on computers that a cloud keeps alike."""

import json
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from made_diary import fill
from motion import standing
from surefoot.assessment import assess
from surefoot.cli import main
from surefoot.diary import Diary, open_diary
from surefoot.diary.dataset import people_table
from surefoot.diary.files import read_table, table_bytes
from surefoot.diary.layout import MOTION_FILES
from surefoot.diary.survey import find_oddities
from surefoot.errors import DiaryError
from surefoot.model import Injury, Person, Setup
from surefoot.pipeline import reassess
from surefoot.preparation import prepare
from surefoot.settings import Settings

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
FILES = {"Accelerometer.csv": b"t,x,y,z\n"}
PLACES = {"motion.tsv", "channels.tsv", "motion.json", "events.tsv", "assessment.json"}


def take(seed=1, **setup):
    recording = standing(seed, rate_hz=50.0)
    conditions = {"person": "p01", "leg": "left", "when": START + timedelta(minutes=seed), **setup}
    return recording, assess(prepare(recording, Setup(**conditions)))


@pytest.fixture
def diary(tmp_path):
    return Diary(tmp_path / "diary", cache=tmp_path / "cache")


def everything(root):
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def odd(diary):
    return {oddity.path: oddity.what for oddity in find_oddities(diary)}


WRITER = """
import sys
sys.path[:0] = [{tests!r}, {tests!r} + "/support"]
from pathlib import Path
from diary.test_writers import FILES, take
from surefoot.diary import Diary
made = [take(seed) for seed in {seeds!r}]
print("ready", flush=True)
sys.stdin.readline()
for recording, assessment in made:
    print(Diary(Path({root!r}), cache=Path({cache!r})).add(recording, assessment, FILES), flush=True)
"""


def test_ten_writers_with_ten_caches_lose_nothing(tmp_path, diary):
    made = [take(seed) for seed in range(10)]

    def add(number):
        return Diary(diary.root, cache=tmp_path / f"c{number}").add(*made[number], FILES)

    with ThreadPoolExecutor(10) as pool:
        kept = set(pool.map(add, range(10)))
    assert len(kept) == 10
    check_all_kept(diary, kept)


def check_all_kept(diary, kept):
    assert {entry.trial for entry in diary.entries()} == kept
    (scans,) = diary.root.rglob("*_scans.tsv")
    assert {row["trial"] for row in read_table(scans)} == kept
    assert odd(diary) == {}


@pytest.mark.slow
def test_five_programs_with_five_caches_lose_nothing(tmp_path, diary):
    """Two trials each; all of them begin at the same time."""
    tests = str(Path(__file__).parents[1])
    writers = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                WRITER.format(
                    tests=tests, seeds=[*range(n, 10, 5)], root=str(diary.root), cache=str(tmp_path / f"c{n}")
                ),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(5)
    ]
    assert {writer.stdout.readline() for writer in writers} == {"ready\n"}
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    said = [writer.communicate()[0].split() for writer in writers]
    kept = {trial for trials in said for trial in trials}
    assert len(kept) == 10
    check_all_kept(diary, kept)


def two_computers(tmp_path):
    """A diary on two computers, on each of which another trial of the same day was added."""
    base = Diary(tmp_path / "base", cache=tmp_path / "cache")
    base.add(*take(1), FILES)
    made = []
    for name, seed in (("a", 2), ("b", 3)):
        shutil.copytree(base.root, tmp_path / name)
        diary = Diary(tmp_path / name, cache=tmp_path / f"cache-{name}")
        made.append((diary, diary.add(*take(seed), FILES)))
    return made


def test_what_two_computers_added_on_one_day_never_shares_a_name(tmp_path):
    (one, first), (other, second) = two_computers(tmp_path)
    names = [
        {name for name in everything(diary.root) if trial in name}
        for diary, trial in ((one, first), (other, second))
    ]
    assert all(len(each) == len(MOTION_FILES) + 2 for each in names)  # the original and the result
    for name, data in everything(other.root).items():
        path = one.root / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    assert {first, second} < {entry.trial for entry in one.entries()}
    assert np.array_equal(one.recording(second).acc_mps2, other.recording(second).acc_mps2)


COPIES = [
    "Copy of {name}",
    "{stem} (conflicted copy).{end}",
    "{stem} (Anna's conflicted copy 2026-03-02).{end}",
    "{stem} 2.{end}",
    "{stem} - Copy.{end}",
    "{stem}(1).{end}",
    "{stem}-DESKTOP-1.{end}",
    "{stem}.sync-conflict-20260302-083000-ABCDEFG.{end}",
]


@pytest.mark.parametrize("copied", COPIES)
def test_conflict_copies_are_named_and_never_mixed(diary, copied):
    trial, other = diary.add(*take(1), FILES), diary.add(*take(2), FILES)
    before = diary.entries()
    copies = []
    for path in [*diary.root.rglob(f"*Id{trial}_*")]:
        stem, _, end = path.name.rpartition(".")
        copy = path.with_name(copied.format(name=path.name, stem=stem, end=end))
        copy.write_bytes(path.read_bytes().replace(b"left", b"right"))
        copies.append(copy.relative_to(diary.root).as_posix())
    assert diary.entries() == before
    assert set(odd(diary)) == set(copies)
    assert diary.recording(trial).time_s.size == 1800
    reassess(diary.entry(trial), diary, Settings(), replace(diary.entry(trial).assessment.setup, leg="right"))
    diary.delete(other)
    assert [entry.trial for entry in diary.entries()] == [trial]
    assert diary.entry(trial).assessment.setup.leg == "right"


def test_deleting_a_trial_deletes_what_a_cloud_copied_of_it(diary):
    trial, other = diary.add(*take(1), FILES), diary.add(*take(2), FILES)
    for path in [*diary.root.rglob(f"*Id{trial}_*")]:
        path.with_name(f"Copy of {path.name}").write_bytes(path.read_bytes())
        path.with_name(f".{path.name}.tmp").write_bytes(path.read_bytes())
    diary.delete(trial)
    assert not [name for name in everything(diary.root) if trial in name]
    assert [entry.trial for entry in diary.entries()] == [other]


@pytest.mark.parametrize("exchanged", sorted(PLACES))
def test_a_file_of_another_trial_is_told_before_it_is_used(diary, exchanged):
    """As after two computers changed one folder, and of each file the later one was kept."""
    trial, other = diary.add(*take(1), FILES), diary.add(*take(2), FILES)
    (mine,) = diary.root.rglob(f"*Id{trial}_{exchanged}")
    (theirs,) = diary.root.rglob(f"*Id{other}_{exchanged}")
    mine.write_bytes(theirs.read_bytes())
    if exchanged in ("channels.tsv", "events.tsv"):
        return  # the same in both; events may be edited by hand, so that nothing ties them
    told = odd(diary)
    assert any(trial in line or other in line for line in told.values())
    if exchanged == "assessment.json":
        assert {entry.trial for entry in diary.entries()} == {other}
        assert diary.entry(other).assessment.setup.when == START + timedelta(minutes=2)
        return
    before = diary.entry(trial)
    with pytest.raises(DiaryError, match="belong together"):
        reassess(before, diary, Settings())
    assert diary.entry(trial) == before


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_other_bytes_of_a_recording_are_ever_read(diary, data):
    trial = diary.add(*take(1), FILES)
    (path,) = diary.root.rglob("*_motion.tsv")
    kept = path.read_bytes()
    where = data.draw(st.integers(0, len(kept) - 1))
    path.write_bytes(kept[:where] + data.draw(st.binary(max_size=3)) + kept[where + 1 :])
    try:
        if path.read_bytes() == kept:
            diary.recording(trial)
        else:
            with pytest.raises(DiaryError):
                diary.recording(trial)
    finally:
        path.write_bytes(kept)


def test_two_results_of_one_trial_are_named_and_the_newest_is_used(diary, tmp_path):
    trial = diary.add(*take(1), FILES)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(diary.root, elsewhere)
    reassess(diary.entry(trial), diary, Settings(), replace(diary.entry(trial).assessment.setup, leg="right"))
    for name, content in everything(elsewhere).items():
        path = diary.root / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    assert [entry.assessment.setup.leg for entry in diary.entries()] == ["right"]
    assert len([what for what in odd(diary).values() if "several results" in what]) == 2
    reassess(diary.entry(trial), diary, Settings())
    assert odd(diary) == {}


# --- a diary of an earlier version


def as_before(root):
    """Give the files of a diary the names and contents that the first version wrote."""
    runs = {}
    for path in sorted(root.rglob("*Id*")):
        head, trial = re.fullmatch(r"(.*_acq-\w+?)Id([0-9a-f]{10})_.*", path.name).groups()
        run = runs.setdefault((head, trial), len({t for h, t in runs if h == head}) + 1)
        path.rename(path.with_name(path.name.replace(f"Id{trial}", f"_run-{run:02d}")))
    for path in root.rglob("*_scans.tsv"):
        text = path.read_text()
        for (head, trial), run in runs.items():
            text = text.replace(f"{head}Id{trial}", f"{head}_run-{run:02d}")
        path.write_text(text)
    for path in root.rglob("*_assessment.json"):
        document = json.loads(path.read_text())
        document["schema"] = 1
        for new in ("motion_sha256", "samples"):
            del document[new]
        path.write_text(json.dumps(document))
    (root / ".lock").unlink()


def test_a_diary_of_an_earlier_version_opens_unchanged_and_reassess_migrates_it(diary, capsys, monkeypatch):
    trials = {diary.add(*take(seed), FILES) for seed in (1, 2)}
    as_before(diary.root)
    (scans,) = diary.root.rglob("*_scans.tsv")
    header, *rows = scans.read_text().splitlines()
    scans.write_text("\n".join([f"{header}\tpain", *(f"{row}\t{n}" for n, row in enumerate(rows))]) + "\n")
    before = everything(diary.root)
    entries = diary.entries()
    signals = {trial: diary.recording(trial).acc_mps2 for trial in trials}
    assert {entry.trial for entry in entries} == trials == diary.old_names()
    assert odd(diary) == {}
    assert everything(diary.root) == before
    monkeypatch.setenv("SUREFOOT_DIARY", str(diary.root))
    for said in ("The files of 2 trials now carry", ""):
        with pytest.raises(SystemExit) as left:
            main(["reassess"])
        assert left.value.code == 0
        assert (said in capsys.readouterr().out) is True
    assert "carry" not in capsys.readouterr().out
    assert diary.old_names() == frozenset()
    assert {entry.trial for entry in diary.entries()} == trials
    for trial in trials:
        assert np.array_equal(diary.recording(trial).acc_mps2, signals[trial])
        assert diary.originals(trial) == FILES
    assert not list(diary.root.rglob("*run-*"))
    assert sorted(row["pain"] for row in read_table(scans)) == ["0", "1"]
    assert odd(diary) == {}


@pytest.mark.parametrize("exchanged", ["motion.tsv", "motion.json"])
def test_of_an_earlier_version_too_a_recording_of_another_length_or_hash_is_told(diary, exchanged):
    trial = diary.add(*take(1), FILES)
    recording = standing(2, rate_hz=50.0, duration_s=37.0)
    setup = Setup(person="p01", leg="left", when=START)
    diary.add(recording, assess(prepare(recording, setup)), FILES)
    as_before(diary.root)
    place = next(path for path in diary.root.rglob("*_motion.json") if trial in find_source(path))
    other = next(path for path in diary.root.rglob(f"*_{exchanged}") if path.stem[:-7] != place.stem[:-7])
    place.with_name(place.name.replace("motion.json", exchanged)).write_bytes(other.read_bytes())
    with pytest.raises(DiaryError, match="belong together"):
        reassess(diary.entry(trial), diary, Settings())


def test_of_an_earlier_version_a_recording_of_the_same_length_is_held_against_its_original(diary):
    """Today's versions of both are written by the app's own twin; the lengths are the same to a sample."""
    trials = [fill(diary, seed=1), fill(diary, seed=2)]
    as_before(diary.root)
    before = {trial: reassess(diary.entry(trial), diary, Settings()).values for trial in trials}
    assert diary.old_names() == frozenset()
    as_before(diary.root)
    one, other = sorted(diary.root.rglob("*_motion.tsv"))
    one.write_bytes(other.read_bytes())
    refused = 0
    for trial in trials:
        try:
            reassess(diary.entry(trial), diary, Settings())
        except DiaryError as error:
            assert "do not belong together" in error.what  # noqa: PT017 - which of both it is, is chance
            refused += 1
    assert refused == 1
    assert {trial: diary.entry(trial).assessment.values for trial in trials} == before


def find_source(path):
    from surefoot.diary.layout import trial_id

    about = json.loads(path.read_text())["Surefoot"]
    return trial_id(about["sha256"], about["part"])


# --- leftovers and tables


def test_what_a_stop_left_is_no_original(diary):
    trial = diary.add(*take(1), FILES)
    (original,) = diary.root.glob("sourcedata/*/*/*/*.csv")
    (original.parent / ".Gyroscope.csv.tmp").write_bytes(b"half of it")
    assert diary.originals(trial) == FILES
    diary.replace(trial, replace(take(1)[1], setup=replace(take(1)[1].setup, person="p02")))
    assert diary.originals(trial) == FILES


def test_a_stranger_in_the_table_of_a_day_stops_nobody(diary):
    trial = diary.add(*take(1), FILES)
    (scans,) = diary.root.rglob("*_scans.tsv")
    header, row = scans.read_text().splitlines()
    scans.write_text("\n".join(["\t".join(header.split("\t")[1:]), row]) + "\n")
    diary.add(*take(2), FILES)
    diary.delete(trial)
    assert len(diary.entries()) == 1


HURT = Injury("right", date(2026, 2, 27))
CELLS = {
    "height_m": st.sampled_from(["n/a", "1.7", "1.72"]),
    "birth_year": st.sampled_from(["n/a", "1980", "1981"]),
    "injuries": st.sampled_from(["n/a", "right 2026-02-27", "left 2020-01-01; right 2026-02-27"]),
    "sex": st.sampled_from(["n/a", "F", "M"]),
    "note": st.sampled_from(["n/a", "a", "b"]),
}
row = st.fixed_dictionaries({"participant_id": st.sampled_from(["sub-p01", "sub-P01", "sub-p02"]), **CELLS})


@settings(max_examples=60)
@given(before=st.lists(row, min_size=1, max_size=4))
def test_a_second_row_of_a_person_loses_nothing(tmp_path_factory, before):
    """Somebody else is described: of every person each cell that was told is told still."""
    path = tmp_path_factory.mktemp("people") / "participants.tsv"
    path.write_bytes(table_bytes(before, ["participant_id", *CELLS]))
    people = Diary(path.parent, cache=path.parent / "cache").people()
    path.write_bytes(people_table([*people, Person("p03", 1.6)], read_table(path)))
    after = read_table(path)
    for each in before:
        key = each["participant_id"].casefold()
        mine = [other for other in after if other["participant_id"].casefold() == key]
        for name, cell in each.items():
            told = {other[name] for other in mine}
            assert cell == "n/a" or cell in told or name == "participant_id"
    again = Diary(path.parent, cache=path.parent / "cache").people()
    assert {person.pseudonym: person for person in again} == {
        person.pseudonym: person for person in (*people, Person("p03", 1.6))
    }


def test_several_rows_of_one_person_are_one_person_and_told(diary):
    diary.add(*take(1), FILES)
    path = diary.root / "participants.tsv"
    path.write_text(
        "participant_id\theight_m\tinjuries\tsex\nsub-p01\t1.7\tn/a\tF\nsub-P01\tn/a\tright 2026-02-27\n"
    )
    assert diary.people() == (Person("p01", 1.7, injuries=(HURT,)),)
    assert odd(diary) == {"participants.tsv": "2 rows of sub-p01"}
    diary.describe(Person("p01", 1.71, injuries=(HURT,)))
    assert diary.people() == (Person("p01", 1.71, injuries=(HURT,)),)
    assert odd(diary) == {}
    assert path.read_text().splitlines()[1] == "sub-p01\t1.71\tn/a\tright 2026-02-27\tF"


# --- what doctor says


def test_doctor_lists_what_is_odd(tmp_path, monkeypatch, capsys):
    diary = open_diary()
    trial = diary.add(*take(1), FILES)
    (result,) = diary.root.rglob("*_assessment.json")
    shutil.copy(result, result.with_name(f"Copy of {result.name}"))
    (motion,) = diary.root.rglob("*_motion.tsv")
    stray = motion.with_name(motion.name.replace(trial, "0123456789"))
    shutil.copy(motion, stray)
    original = diary.root / "sourcedata" / "sub-p01" / "ses-20260302" / "0123456789"
    original.mkdir()
    with pytest.raises(SystemExit):
        main(["list", "--json"])
    listed = capsys.readouterr()
    assert len(json.loads(listed.out)) == 1
    assert "1 result is left out" in listed.err
    with pytest.raises(SystemExit) as left:
        main(["doctor", "--json"])
    assert left.value.code == 2
    told = [row for row in json.loads(capsys.readouterr().out) if not row["fine"]]
    assert len(told) == 3
    for path in (f"Copy of {result.name}", stray.name, original.name):
        assert [row for row in told if path in row["found"] and row["do"]]
