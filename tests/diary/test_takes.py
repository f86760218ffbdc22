"""One take is one trial: however it was exported, zipped or saved again, and under whatever conditions."""

import io
import json
import os
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from motion import standing
from surefoot import pipeline, sources
from surefoot.assessment import assess
from surefoot.change.trends import trend
from surefoot.cli import main
from surefoot.cli.prompts import read_setup
from surefoot.diary import Diary, open_diary
from surefoot.diary.sameness import DatedRecording, is_same_take
from surefoot.errors import DiaryError
from surefoot.model import Setup
from surefoot.preparation import prepare
from surefoot.protocols.conditions import parse_when
from surefoot.settings import Settings
from surefoot.simulate import stance
from writers import sensor_logger

RECORDINGS = Path(__file__).resolve().parents[2] / "recordings"
START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
COND = ["--leg", "left", "--eyes", "open", "--surface", "floor", "--placement", "lumbar", "--person", "p01"]


def members():
    recording, _ = stance(5)
    return sensor_logger.write(replace(recording, started=START))


def packed(files, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return {"take.zip": out.getvalue()}


def table(change):
    return lambda files: packed(
        {name: change(data) if name.endswith(".csv") else data for name, data in files.items()}
    )


def rounded(data):
    """Every number with nine digits, as a program writes that keeps no more; times of 19 digits are left."""
    lines = data.decode().splitlines()
    cells = [
        [cell if len(cell) > 18 and "." not in cell else short(cell) for cell in line.split(",")]
        for line in lines
    ]
    return "\n".join(",".join(line) for line in cells).encode()


def short(cell):
    try:
        return f"{float(cell):.9g}"
    except ValueError:
        return cell


AGAIN = {
    "another zip": lambda files: packed(files, compression=zipfile.ZIP_DEFLATED),
    "in a folder": lambda files: packed({f"2026-03-02/{name}": data for name, data in files.items()}),
    "zipped by macOS": lambda files: packed(
        {**files, **{f"__MACOSX/._{name}": b"\0\5\x16\7" + bytes(60) for name in files}}
    ),
    "with tabs": table(lambda data: data.replace(b",", b"\t")),
    "with semicolons and decimal commas": table(
        lambda data: data.replace(b",", b";").replace(b".", b",")
    ),
    "with the ends of lines of Windows": table(lambda data: data.replace(b"\n", b"\r\n")),
    "with a byte order mark": table(lambda data: b"\xef\xbb\xbf" + data),
    "with fewer digits": table(rounded),
}  # fmt: skip


def laid_down(folder, files):
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return str(next(folder.iterdir()))


def run(capsys, *words):
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    out, err = capsys.readouterr()
    return left.value.code, out, err


@pytest.mark.parametrize("how", AGAIN)
def test_the_same_take_in_another_file_is_the_same_trial(tmp_path, capsys, how):
    first = laid_down(tmp_path / "first", packed(members()))
    second = laid_down(tmp_path / "second", AGAIN[how](members()))
    code, out, _ = run(capsys, "import", first, *COND, "--json")
    assert code == 0
    (kept,) = json.loads(out)
    code, out, _ = run(capsys, "import", second, *COND, "--json")
    assert code == 0
    (again,) = json.loads(out)
    assert (again["trial"], again["new"], again["differs"]) == (kept["trial"], False, [])
    assert len(open_diary().entries()) == 1


def test_the_take_in_the_reference_data_exported_with_tabs(reference, tmp_path, capsys):
    again = reference("cases/field/same_take_exported_as_tab.zip")
    found = [path for path in RECORDINGS.glob("*.zip") if is_one(path, again)]
    assert len(found) == 1
    assert run(capsys, "import", found[0], *COND)[0] == 0
    code, out, _ = run(capsys, "import", again, *COND)
    assert code == 0
    assert "already in the diary" in out


def is_one(path, other):
    return same(sources.read(path)[0], sources.read(other)[0])


def same(first, second, *, said=(None, None)):
    return is_same_take(
        DatedRecording(first, first.started or said[0]), DatedRecording(second, second.started or said[1])
    )


def test_another_import_under_other_conditions_names_them_and_offers_to_edit(tmp_path, capsys):
    path = laid_down(tmp_path / "first", packed(members()))
    run(capsys, "import", path, *COND)
    trial = open_diary().entries()[0].trial
    other = [*COND, "--leg", "right", "--footwear", "shoes"]
    code, out, _ = run(capsys, "import", path, *other)
    assert code == 0
    assert "leg right, kept as left; footwear shoes, kept as barefoot" in out
    advice = out.partition("surefoot edit ")[2].split()
    assert open_diary().entries()[0].assessment.setup.leg == "left"
    assert run(capsys, "edit", *advice)[0] == 0
    setup = open_diary().entry(trial).assessment.setup
    assert (setup.leg, setup.footwear) == ("right", "shoes")
    assert json.loads(run(capsys, "import", path, *other, "--json")[1])[0]["differs"] == []


def test_another_take_is_never_taken_for_the_same():
    first = replace(standing(1), started=START)
    again = replace(first, sha256="x" * 64)
    assert same(first, again)
    assert same(first, replace(again, started=None))
    assert same(first, replace(again, started=START + timedelta(hours=5, minutes=45)))
    assert not same(first, replace(again, started=START + timedelta(seconds=40)))
    assert not same(first, replace(again, started=START + timedelta(days=1)))
    assert not same(first, replace(standing(2), started=START))
    noise = np.random.default_rng(1).normal(0, 0.01, first.acc_mps2.shape)
    assert not same(first, replace(again, acc_mps2=first.acc_mps2 + noise))
    assert not same(first, replace(again, time_s=first.time_s * 1.001))
    half = {name: getattr(first, name)[:1000] for name in ("time_s", "acc_mps2", "gyr_radps")}
    assert not same(first, replace(first, **half))


def test_what_somebody_said_of_the_start_counts_where_the_export_tells_nothing():
    take = standing(1)
    assert same(take, take, said=(START, None))
    assert same(take, take, said=(START, START + timedelta(seconds=30)))
    assert not same(take, take, said=(START, START + timedelta(hours=1)))
    assert not same(take, replace(take, started=START), said=(START + timedelta(days=7), None))


def test_the_takes_of_one_session_are_never_one():
    takes = [stance(seed)[0] for seed in range(6)]
    assert not any(same(one, other) for one, other in combinations(takes, 2))


# --- when it was


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("2026-03-05", "2026-03-05T18:45:10+09:00"),
        ("20260305", "2026-03-05T18:45:10+09:00"),
        ("2026-03-05T07:15", "2026-03-05T07:15:00+09:00"),
        ("2026-03-05T07:15+01:00", "2026-03-05T07:15:00+01:00"),
        ("2026-03-05T07:15Z", "2026-03-05T07:15:00+00:00"),
    ],
)
def test_a_corrected_day_keeps_the_time_and_a_corrected_time_the_zone(given, right):
    before = datetime(2026, 3, 2, 18, 45, 10, tzinfo=timezone(timedelta(hours=9)))
    when = read_setup({"when": given}, base=Setup(when=before)).when
    assert when.isoformat() == right


def test_a_day_without_a_trial_begins_at_midnight_here():
    assert parse_when("2026-03-05", date(2026, 12, 1)).isoformat().startswith("2026-03-05T00:00")


TRAVELS = [
    ("2026-03-02T20:00+09:00", "a"),
    ("2026-03-03T06:00+09:00", "b"),  # in Tokyo, before the flight east over the date line
    ("2026-03-02T18:00-08:00", "c"),  # in Los Angeles, five hours later, on the day before
    ("2026-03-03T18:00-08:00", "d"),  # a day later: the date of the second session again
    ("2026-03-04T18:00-08:00", "e"),
]


def test_the_sessions_of_a_traveller_keep_their_order(tmp_path):
    diary = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    for seed, (when, _) in reversed([*enumerate(TRAVELS)]):
        recording = standing(seed, rate_hz=50.0)
        setup = Setup(person="p01", leg="left", when=datetime.fromisoformat(when))
        diary.add(recording, assess(prepare(recording, setup)), {"a.csv": b"x"})
    entries = diary.entries()
    assert [entry.when.isoformat(timespec="minutes") for entry in entries] == [when for when, _ in TRAVELS]
    found = trend([entry.assessment for entry in entries])
    assert list(found.dates) == [entry.when for entry in entries]
    assert found.trials == (1, 1, 1, 1, 1)


# --- a folder that may not be read


def test_a_folder_that_may_not_be_read_is_named_by_every_verb_that_reads(tmp_path, monkeypatch):
    diary = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    recording, _ = stance(1)
    for day in (0, 1):
        setup = Setup(person="p01", leg="left", when=START + timedelta(days=day))
        one = replace(recording, sha256=str(day) * 64, started=setup.when)
        diary.add(one, assess(prepare(one, setup)), {"a.csv": b"x"})
    assert len(diary.entries()) == 2
    closed = diary.root / "derivatives" / "surefoot" / "sub-p01" / "ses-20260302"
    scandir = os.scandir

    def refuse(folder="."):
        if str(folder) == str(closed):
            raise PermissionError(13, "Permission denied", str(closed))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    for verb in (
        diary.entries,
        lambda: diary.entry("aaaa"),
        lambda: diary.delete("aaaa"),
        lambda: diary.entries("p01"),
    ):
        with pytest.raises(DiaryError, match="cannot be read") as told:
            verb()
        assert str(closed) in told.value.found


def test_keep_says_what_is_there_only_where_somebody_said_it(tmp_path):
    diary = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    export = sources.Export("take", members())
    setup = Setup(person="p01", leg="left", footwear="shoes", note="sore", when=START)
    for given, differs in (
        (setup, ()),
        (Setup(person="p01", leg="left"), ()),
        (Setup(person="P01", leg="left", placement="chest"), ("placement",)),
        (Setup(person="p01", leg="right", eyes="closed"), ("leg", "eyes")),
        (Setup(person="p02", leg="left", note="sore"), ("person",)),
    ):
        (outcome,) = pipeline.walk([export], lambda *_, given=given: given, Settings())
        assert pipeline.keep(outcome, diary).differs == differs
    assert len(diary.entries()) == 1
