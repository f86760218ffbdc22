"""One bad file costs itself alone: in every verb that takes several, and where files are dropped."""

import json
import os

import numpy as np
import pytest

from exports import zipped
from made_diary import fill, zipped_export
from motion import standing
from surefoot import pipeline
from surefoot.cli import main
from surefoot.diary import open_diary
from surefoot.errors import DiaryError
from surefoot.model import Setup
from surefoot.settings import Settings
from surefoot.sources.formats import phyphox
from surefoot.web.dashboard.imports import Dropped, Wanted, import_dropped
from surefoot.words.home_language import home_language

CONDITIONS = ["--leg", "left", "--eyes", "open", "--surface", "floor", "--placement", "lumbar"]
TABLE = "time (s),acc x (m/s²),acc y (m/s²),acc z (m/s²)\n"


def rows(values):
    return (TABLE + "".join(f"{t},{x},{y},{z}\n" for t, x, y, z in values)).encode()


def still(rate_hz=100, seconds=36.0, up=9.81):
    return [(n / rate_hz, 0.0, up, 0.0) for n in range(int(seconds * rate_hz))]


# One for each way in which a file can be refused: reading it, its unit, its rate, its length, how it stood.
BAD = {
    "empty.csv": b"",
    "binary.dat": bytes(range(256)) * 40,
    "torn.zip": b"PK\x03\x04" + b"\0" * 50,
    "words.txt": b"dear diary, today I stood on one leg",
    "unknown.csv": b"t,p,q,r,s\n" + b"".join(b"%d,%d,2,3,4\n" % (n, n) for n in range(50)),
    "unit.csv": rows(still(up=42.0)),
    "slow.csv": rows(still(rate_hz=5)),
    "short.csv": rows([(t, 0.1 * np.sin(9 * t), y, z) for t, _, y, z in still(seconds=4.0)]),
    "table.csv": rows(still()),
    "restarts.csv": rows(still(seconds=20.0) + still(seconds=20.0)),
}
LEFT = Wanted(Setup(leg="left"))


@pytest.fixture
def place(tmp_path, monkeypatch):
    for name in ("DIARY", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"SUREFOOT_{name}", str(tmp_path / name.lower()))
    folder = tmp_path / "files"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name, data in BAD.items():
        (folder / name).write_bytes(data)
    (folder / "a.zip").write_bytes(zipped_export(1))
    (folder / "z.zip").write_bytes(zipped(phyphox.write(standing(2))))
    (folder / "void").mkdir()
    return folder


# The good ones stand first and last, so that none is reached before or after all that is bad.
NAMES = ["a.zip", "missing.zip", "void", *BAD, "z.zip"]


def call(*words):
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return left.value.code


def good_and_refused(capsys):
    told = json.loads(capsys.readouterr().out)
    return {row["file"] for row in told if "error" not in row}, {
        row["file"] for row in told if "error" in row
    }


@pytest.mark.parametrize("verb", ["inspect", "assess", "import"])
def test_the_good_files_are_done_and_every_bad_one_is_named(place, capsys, verb):
    words = [*NAMES, "--json", *([] if verb == "inspect" else CONDITIONS)]
    assert call(verb, *words) == 2
    good, refused = good_and_refused(capsys)
    assert good >= {"a.zip", "z.zip"}
    # What is unfit to be assessed may still be looked at.
    assert refused >= {
        "missing.zip",
        "void",
        "empty.csv",
        "binary.dat",
        "torn.zip",
        "words.txt",
        "unknown.csv",
    }
    assert good | refused == set(NAMES)
    assert verb == "inspect" or good == {"a.zip", "z.zip"}
    if verb == "import":
        assert len(open_diary().entries()) == 2


def test_a_study_lists_the_bad_files_as_refused(place, capsys):
    lines = [f"{name},p,{number},left,open,floor,lumbar" for number, name in enumerate(NAMES)]
    (place / "design.csv").write_text("\n".join(["file,person,session,leg,eyes,surface,placement", *lines]))
    assert call("batch", *NAMES, "--study", "design.csv", "--json", "-o", "tables") == 2
    told = json.loads(capsys.readouterr().out)
    assert told["trials"] == 2
    assert {row["file"] for row in told["errors"]} == set(NAMES) - {"a.zip", "z.zip"}


def test_files_dropped_on_the_page_cost_themselves_alone(place):
    files = [Dropped(name, (place / name).read_bytes(), 1e9) for name in ("a.zip", *BAD, "z.zip")]
    told = import_dropped(files, LEFT, open_diary(), Settings(), home_language())
    assert {row["name"] for row in told if "trial" in row} == {"a.zip", "z.zip"}
    assert {row["name"] for row in told if "error" in row} == set(BAD)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="a folder that this user may not read")
def test_a_locked_folder_costs_itself_alone(place, capsys):
    (place / "void").chmod(0)
    try:
        assert call("assess", "a.zip", "void", "--json", *CONDITIONS) == 2
        assert good_and_refused(capsys) == ({"a.zip"}, {"void"})
    finally:
        (place / "void").chmod(0o700)


class OurMistakeError(Exception):
    """What nobody foresaw."""


@pytest.fixture
def stumbling(monkeypatch):
    """Stumble over the first file in the middle of the pipe, and over no other."""
    prepare, calls = pipeline.prepare, []

    def stumble(*words, **options):
        calls.append(1)
        if len(calls) == 1:
            raise OurMistakeError
        return prepare(*words, **options)

    monkeypatch.setattr(pipeline, "prepare", stumble)


@pytest.mark.parametrize("verb", ["assess", "import"])
def test_a_mistake_of_ours_is_raised_after_the_other_files_are_done(place, stumbling, capsys, verb):
    with pytest.raises(OurMistakeError):
        main([verb, "a.zip", "z.zip", "--json", *CONDITIONS])
    assert good_and_refused(capsys) == ({"z.zip"}, {"a.zip"})
    assert verb == "assess" or len(open_diary().entries()) == 1


def test_a_mistake_of_ours_is_raised_after_a_study(place, stumbling, capsys):
    lines = [f"{name},p,{number},left,open,floor,lumbar" for number, name in enumerate(("a.zip", "z.zip"))]
    (place / "design.csv").write_text("\n".join(["file,person,session,leg,eyes,surface,placement", *lines]))
    with pytest.raises(OurMistakeError):
        main(["batch", "a.zip", "z.zip", "--study", "design.csv", "--json", "-o", "tables"])
    assert json.loads(capsys.readouterr().out)["trials"] == 1
    assert (place / "tables" / "trials.csv").is_file()


def test_a_mistake_of_ours_is_raised_after_the_other_trials_are_reassessed(place, stumbling_diary, capsys):
    with pytest.raises(OurMistakeError):
        main(["reassess", "--json"])
    assert ["error" in row for row in json.loads(capsys.readouterr().out)] == [True, False]


@pytest.fixture
def stumbling_diary(place, request):
    for seed in (1, 2):
        fill(open_diary(), seed=seed, day=seed + 1)
    request.getfixturevalue("stumbling")


def test_on_the_page_a_mistake_of_ours_costs_its_file_alone(place, stumbling, capsys):
    files = [Dropped(name, (place / name).read_bytes(), 1e9) for name in ("a.zip", "z.zip")]
    refused, kept = import_dropped(
        files, Wanted(Setup(leg="left")), open_diary(), Settings(), home_language()
    )
    assert "mistake" in refused["error"]["what"]
    assert kept["new"]
    assert "OurMistakeError" in capsys.readouterr().err


@pytest.mark.parametrize("reason", [DiaryError("x", found="x", expected="x", do="x"), OurMistakeError()])
def test_what_cannot_be_stored_stops_no_other_file(place, monkeypatch, capsys, reason):
    keep, calls = pipeline.keep, []

    def refuse_once(*words):
        calls.append(1)
        if len(calls) == 1:
            raise reason
        return keep(*words)

    monkeypatch.setattr(pipeline, "keep", refuse_once)
    with pytest.raises((SystemExit, OurMistakeError)):
        main(["import", "a.zip", "z.zip", "--json", *CONDITIONS])
    assert good_and_refused(capsys) == ({"z.zip"}, {"a.zip"})
    assert len(open_diary().entries()) == 1


def test_a_part_shorter_than_what_is_asked_for_costs_itself_alone(place, monkeypatch):
    """Of two takes in one export the first may be too short for `--start`."""
    import surefoot.sources as reading

    long, short = standing(1), standing(2, duration_s=8.0)
    monkeypatch.setattr(reading, "parse", lambda *_: (short, long))
    export = reading.Export("two takes", {})
    first, second = pipeline.walk([export], lambda *_: Setup(leg="left"), Settings(), span_s=(10.0, None))
    assert first.error is not None
    assert second.error is None, second.error
