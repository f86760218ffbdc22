"""A name becomes a path in one place: whatever it says, nothing beside the diary is read or written."""

import os
import string
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from made_diary import fill
from motion import standing
from surefoot.assessment import assess
from surefoot.cli import app as verbs
from surefoot.cli import main
from surefoot.diary import Diary, open_diary
from surefoot.diary.layout import LIVE, find_place, locate
from surefoot.diary.names import member_names
from surefoot.errors import DiaryError, SurefootError
from surefoot.model import Person, Setup
from surefoot.preparation import prepare
from surefoot.training import LogEntry

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
FILES = {"Accelerometer.csv": b"t,x,y,z\n"}
NASTY = [
    *(
        "p01/../../../victim",
        "../victim",
        "..",
        ".",
        "",
        "/",
        "/etc",
        "p01/",
        "p01\\..\\..\\victim",
        "C:\\victim",
    ),
    *("p01\0", "\0", "p01\n", "․․/victim", "．．／victim", "‥", "~", "*", "?", "[a-z]*", "p0*", "NUL", "con"),
    *(
        "aux.txt",
        "COM1",
        "p01 ",
        "p01.",
        "-p01",
        "p" * 300,
        "é",
        "p01_ses-1",
        "sub-p01",
        "💥",
        "$HOME",
        "%2e",
    ),
]
names = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.sampled_from("./\\\0~*?p01 ․．／" + string.ascii_letters), max_size=30),
    st.lists(st.sampled_from(["..", ".", "victim", "p01", "NUL", ""]), min_size=1, max_size=5).map("/".join),
)


def take(seed=1, **setup):
    recording = standing(seed, rate_hz=50.0)
    conditions = {"person": "p01", "leg": "left", "when": START, **setup}
    return recording, assess(prepare(recording, Setup(**conditions)))


RECORDING, ASSESSMENT = take()


def everything(folder):
    return {path.relative_to(folder): path.is_file() and path.read_bytes() for path in folder.rglob("*")}


@pytest.fixture
def around(tmp_path):
    """A folder with a victim beside the diary, at each height that a name could climb to."""
    for folder in ("victim", "a/victim", "a/b/victim", "a/b/sub-victim"):
        (tmp_path / "around" / folder).mkdir(parents=True)
        (tmp_path / "around" / folder / "thesis.txt").write_text("thesis")
    return tmp_path / "around"


def beside(around):
    return {path: data for path, data in everything(around).items() if "diary" not in path.parts}


VERBS = {
    "add": lambda diary, name: diary.add(
        replace(RECORDING, sha256="2" * 64, time_s=RECORDING.time_s * 1.01),
        replace(ASSESSMENT, setup=replace(ASSESSMENT.setup, person=name)),
        FILES,
    ),
    "add somebody": lambda diary, name: diary.add(
        replace(RECORDING, sha256="3" * 64, time_s=RECORDING.time_s * 1.02), ASSESSMENT, FILES, Person(name)
    ),
    "correct": lambda diary, name: diary.replace(
        diary.entries()[0].trial, replace(ASSESSMENT, setup=replace(ASSESSMENT.setup, person=name))
    ),
    "list": lambda diary, name: diary.entries(name),
    "find a trial": lambda diary, name: diary.entry(name),
    "read": lambda diary, name: diary.recording(name),
    "read originals": lambda diary, name: diary.originals(name),
    "read events": lambda diary, name: diary.events(name),
    "delete": lambda diary, name: diary.delete(name),
    "describe": lambda diary, name: diary.describe(Person(name, 1.8)),
    "read a log": lambda diary, name: diary.log(name),
    "log": lambda diary, name: diary.add_log(LogEntry(name, "calf raises", START)),
    "record": lambda diary, name: diary.live_folder(name),
    "delete a person": lambda diary, name: diary.delete_person(name),
}


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tried=st.lists(names, min_size=1, max_size=4))
@pytest.mark.parametrize("verb", VERBS)
def test_no_name_leads_a_verb_out_of_the_diary(around, verb, tried):
    diary = Diary(around / "a" / "b" / "diary", cache=around / "a" / "b" / "diary-cache")
    if not diary.entries():
        diary.add(RECORDING, ASSESSMENT, FILES)
    before = beside(around)
    for name in tried:
        kept = diary.entries()
        try:
            VERBS[verb](diary, name)
        except SurefootError:
            assert diary.entries() == kept
    now = beside(around)
    now = {path: data for path, data in now.items() if "diary-cache" not in path.parts}
    assert now == {path: data for path, data in before.items() if "diary-cache" not in path.parts}
    for path in diary.root.rglob("*"):
        assert path.resolve().is_relative_to(diary.root.resolve())


def commands_that_name_somebody():
    for name in verbs.VERBS:
        if any("--person" in option.opts for option in verbs.load_verb(name).params):
            yield name


@pytest.mark.parametrize("name", ["p01/../../../victim", "../victim", "..", "NUL/../x", "p01\n"])
def test_no_command_follows_a_name_out_of_the_diary(around, monkeypatch, capsys, name):
    monkeypatch.setenv("SUREFOOT_DIARY", str(around / "a" / "b" / "diary"))
    monkeypatch.setenv("SUREFOOT_CACHE", str(around / "a" / "b" / "diary-cache"))
    fill(open_diary())
    before = beside(around)
    words = {
        "delete": ["--yes"],
        "log": ["calf raises"],
        "edit": ["--injury", "left:2026-03-01"],
        "export": [str(around / "diary.zip")],
        "import": [str(around / "victim")],
        "assess": [str(around / "victim")],
        "batch": [str(around / "victim")],
    }
    asked = [verb for verb in commands_that_name_somebody() if verb not in ("demo", "record", "web")]
    assert {"delete", "edit", "export", "list", "log", "plan", "report", "trend"} <= set(asked)
    for verb in asked:
        with pytest.raises(SystemExit) as left:
            main([verb, *words.get(verb, []), "--person", name])
        assert left.value.code in (0, 2), verb
    assert len(open_diary().entries()) == 1
    assert {path for path in beside(around) if "diary-cache" not in path.parts} == {
        path for path in before if "diary-cache" not in path.parts
    }


def test_no_name_of_a_member_leaves_its_folder_or_hides_another():
    tried = [
        *NASTY,
        *(f"a/{name}" for name in NASTY),
        "x",
        "x/y",
        "X/y",
        "Ｘ/y",
        "con.csv",
        "a:b.csv",
        "a*b.csv",
    ]
    kept = member_names(dict.fromkeys(tried))
    assert len({name.casefold() for name in kept.values()}) == len(set(tried))
    for name in kept.values():
        for part in name.split("/"):
            assert part not in ("", ".", "..")
            assert not set(part) & set('<>:"\\|?*\0\n')
            assert part.split(".")[0].casefold() not in ("con", "nul", "aux", "com1")
            assert len(part.encode()) <= 250
            assert part == part.rstrip(". ")


@settings(max_examples=60)
@given(st.lists(names, unique=True, max_size=8))
def test_members_of_any_names_keep_their_bytes(tmp_path_factory, tried):
    folder = tmp_path_factory.mktemp("members")
    for name, kept in member_names(tried).items():
        path = locate(folder, kept)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name.replace("\0", "0"))
    assert sum(path.is_file() for path in folder.rglob("*")) == len(tried)


def test_usual_members_keep_their_names():
    usual = ["Accelerometer.csv", "meta/device.csv", "Raw Data.csv", "2026-03-02 08-30/Gravity.csv"]
    assert list(member_names(usual).values()) == usual


def link_or_skip(link, target):
    try:
        link.symlink_to(target, target_is_directory=True)
    except OSError:
        pytest.skip("links are not allowed here")


LINKED = {
    "the recordings of a person": "sub-p01",
    "their results": "derivatives/surefoot/sub-p01",
    "their originals": "sourcedata/sub-p01",
    "one day": "sub-p01/ses-20260302/motion",
    "one day's results": "derivatives/surefoot/sub-p01/ses-20260302",
    "a folder among the originals": "sourcedata/sub-p01/ses-20260302/TRIAL/meta",
    "live recordings": f"{LIVE}/sub-p01",
}


@pytest.mark.parametrize("what", LINKED)
def test_no_verb_follows_or_removes_a_link_out_of_the_diary(around, what):
    diary = Diary(around / "a" / "b" / "diary", cache=around / "cache")
    trial = diary.add(RECORDING, ASSESSMENT, {**FILES, "meta/device.csv": b"x"})
    link = diary.root / LINKED[what].replace("TRIAL", trial)
    elsewhere = around / "elsewhere"
    if link.exists():
        link.rename(elsewhere)
    else:
        elsewhere.mkdir()
        link.parent.mkdir(parents=True)
    link_or_skip(link, elsewhere)
    before = everything(elsewhere)
    verbs = [
        lambda: diary.add(*take(2), FILES),
        lambda: diary.replace(trial, replace(ASSESSMENT, setup=replace(ASSESSMENT.setup, leg="right"))),
        lambda: diary.replace(trial, replace(ASSESSMENT, setup=replace(ASSESSMENT.setup, person="p02"))),
        lambda: diary.add_log(LogEntry("p01", "calf raises", START)),
        lambda: diary.delete(trial),
        lambda: diary.delete_person("p01"),
    ]
    refused = 0
    for verb in verbs:
        try:
            verb()
        except DiaryError:
            refused += 1
    assert everything(elsewhere) == before
    assert link.is_symlink()
    assert refused


@pytest.mark.parametrize("table", ["participants.tsv", "dataset_description.json", ".lock", ".bidsignore"])
def test_a_file_that_is_a_link_out_of_the_diary_is_left_alone(around, table):
    diary = Diary(around / "diary", cache=around / "cache")
    diary.add(RECORDING, ASSESSMENT, FILES)
    path, elsewhere = diary.root / table, around / "elsewhere"
    elsewhere.write_bytes(path.read_bytes() if path.exists() else b"")
    path.unlink(missing_ok=True)
    link_or_skip(path, elsewhere)
    before = elsewhere.read_bytes()
    with pytest.raises(DiaryError, match="out of the diary"):
        diary.add(*take(2, person="p02"), FILES)
    with suppress(DiaryError):
        diary.delete_person("p01")
    assert path.is_symlink()
    assert elsewhere.read_bytes() == before


def test_a_diary_that_is_reached_by_a_link_is_as_any_other(around):
    (around / "real").mkdir()
    link_or_skip(around / "diary", around / "real")
    diary = Diary(around / "diary", cache=around / "cache")
    trial = diary.add(RECORDING, ASSESSMENT, FILES)
    assert diary.recording(trial).time_s.size == RECORDING.time_s.size
    diary.delete_person("p01")
    assert diary.entries() == ()


# --- names equal but for case are one person


def test_names_that_differ_in_capitals_are_one_person(tmp_path):
    diary = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    trial = diary.add(*take(1, person="Anna"), FILES, Person("Anna", 1.7))
    other = diary.add(*take(2, person="anna"), FILES)
    assert [person.pseudonym for person in diary.people()] == ["Anna"]
    assert {entry.person for entry in diary.entries("ANNA")} == {"Anna"}
    assert {entry.trial for entry in diary.entries("aNNa")} == {trial, other}
    assert {path.name for path in diary.root.glob("sub-*")} == {"sub-Anna"}
    diary.describe(Person("ANNA", 1.71))
    assert diary.people() == (Person("Anna", 1.71),)
    diary.add_log(LogEntry("anna", "calf raises", START))
    assert [entry.person for entry in diary.log("aNna")] == ["Anna"]
    assert diary.live_folder("anna").name == "sub-Anna"
    diary.replace(trial, replace(take(1)[1], setup=replace(take(1)[1].setup, person="ANNA", leg="right")))
    assert {entry.person for entry in diary.entries()} == {"Anna"}
    diary.delete_person("ANNa")
    assert not [name for name in everything(diary.root) if "nna" in str(name)]


def test_somebody_whom_an_earlier_version_kept_under_two_spellings_is_one_person(tmp_path):
    diary = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    first = diary.add(*take(1, person="Anna"), FILES)
    second = diary.add(*take(2, person="bert"), FILES)
    diary.add_log(LogEntry("bert", "swimming", START))
    for path in sorted(diary.root.rglob("*bert*"), key=lambda path: -len(path.parts)):
        path.rename(path.with_name(path.name.replace("bert", "anna")))
    for path in diary.root.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"bert", b"anna"))
    if (diary.root / "sub-Anna").samefile(diary.root / "sub-anna"):
        pytest.skip("capitals do not count here")
    assert {(entry.trial, entry.person) for entry in diary.entries("anna")} == {
        (first, "Anna"),
        (second, "Anna"),
    }
    assert [person.pseudonym for person in diary.people()] == ["Anna"]
    diary.add_log(LogEntry("anna", "calf raises", START))
    assert sorted(entry.exercise for entry in diary.log("Anna")) == ["calf raises", "swimming"]
    diary.delete_person("anna")
    assert not [name for name in everything(diary.root) if "anna" in str(name).lower()]


def test_a_place_is_read_from_no_other_name_than_surefoot_gives(tmp_path):
    place = find_place(Setup(person="p01", when=START), "0123456789")
    assert place.trial == "0123456789"
    for bad in ("../x", "", "0123456789abcdef", "ABCDEFABCD"):
        with pytest.raises(DiaryError):
            place.originals(bad)
    assert os.sep not in place.stem
