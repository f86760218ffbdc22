"""``surefoot batch``: many files, one row a trial, and a run that goes on where it was stopped."""

import io
import json
import os
import zipfile

import pandas as pd
import pytest

import surefoot
from motion import standing
from surefoot.cohort import batch, many
from surefoot.cohort.store import Store
from surefoot.diary import open_diary
from surefoot.errors import OutputError, TooShortError, UsageError
from surefoot.frames import study_frames
from surefoot.model import Setup
from surefoot.pipeline import cut
from surefoot.sources.formats import phyphox

TOLD = ("--leg", "left", "--eyes", "open", "--surface", "floor", "--placement", "lumbar")
QUICK = (*TOLD, "--metric", "path_rate_mps3", "--metric", "rms_ml_mps2")


def export(path, seed):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in phyphox.write(standing(seed)).items():
            archive.writestr(name, content)
    path.write_bytes(packed.getvalue())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort")
    for seed in range(4):
        export(folder / f"s{seed}.zip", seed)
    (folder / "s1-broken.csv").write_text("nothing,here\n1,2\n")
    return folder


@pytest.fixture
def place(made, tmp_path, monkeypatch):
    """Return the files in a folder of their own; the same bytes, so that nothing is made twice."""
    folder = tmp_path / "files"
    folder.mkdir()
    for path in made.iterdir():
        os.link(path, folder / path.name)
    monkeypatch.chdir(tmp_path)
    return folder


def rows(path):
    return pd.read_csv(path, keep_default_na=False)


def forbid_work(monkeypatch):
    monkeypatch.setattr(batch, "analyse_file", lambda *_: 1 / 0)


def test_each_trial_is_a_row_and_so_is_a_refusal(run, place):
    code, said, err = run("batch", place, "-o", "results.csv", *QUICK, "--person", "p01")
    assert (code, "4 trials, 1 refused" in said) == (2, True)
    assert "s1-broken.csv" in err
    table = rows("results.csv")
    assert list(table["file"]) == ["s0.zip", "s1-broken.csv", "s1.zip", "s2.zip", "s3.zip"]
    assert list(table["status"]) == ["analysed", "refused", *["analysed"] * 3]
    assert "s1-broken.csv" in table["reason"][1]
    (recording,) = surefoot.read(place / "s2.zip")
    alone = surefoot.assess(surefoot.prepare(recording, Setup(leg="left")))
    assert float(table["path_rate_mps3"][3]) == alone.values["path_rate_mps3"]
    words = rows("results.dictionary.csv")
    assert set(table) == set(words["name"])
    assert dict(zip(words["name"], words["unit"], strict=True))["path_rate_mps3"] == "m/s³"


def test_a_run_that_was_stopped_goes_on_and_repeats_nothing(run, place, monkeypatch):
    """Stopped by a full disk; the next run does the rest, the one after that nothing at all."""
    kept, add = [], Store.add

    def fill(store, *words):
        if len(kept) == 2:
            store._database.execute("PRAGMA max_page_count = 1")
            words = (*words[:2], words[2] * 10_000, words[3])
        kept.append(words[0])
        add(store, *words)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "add", fill)
        code, said, _ = run("batch", place, "-o", "results.csv", *QUICK, "--json")
    error = json.loads(said)["error"]
    assert (code, "full" in error["found"]) == (2, True)
    assert "same command" in error["do"]
    worked, call = [], batch.FileAnalysis.__call__
    monkeypatch.setattr(
        batch.FileAnalysis, "__call__", lambda self, file: worked.append(file) or call(self, file)
    )
    run("batch", place, "-o", "results.csv", *QUICK)
    assert [each.export.name for each in worked] == ["s1.zip", "s2.zip", "s3.zip"]
    assert list(rows("results.csv")["status"]).count("analysed") == 4
    whole = (place.parent / "results.csv").read_bytes()
    forbid_work(monkeypatch)
    run("batch", place, "-o", "results.csv", *QUICK)
    assert (place.parent / "results.csv").read_bytes() == whole


def test_a_file_is_known_by_its_bytes_and_what_is_asked_of_it(run, place, monkeypatch):
    (place / "s1-broken.csv").unlink()
    run("batch", place, "-o", "results.csv", *QUICK)
    place.rename(place.with_name("moved"))
    worked, call = [], batch.FileAnalysis.__call__
    monkeypatch.setattr(
        batch.FileAnalysis, "__call__", lambda self, file: worked.append(file) or call(self, file)
    )
    assert run("batch", "moved", "-o", "results.csv", *QUICK)[0] == 0
    assert worked == []
    assert run("batch", "moved", "-o", "results.csv", *QUICK, "--sensor-height-m", "1.0")[0] == 0
    assert len(worked) == 4
    export(place.with_name("moved") / "s2.zip", 9)
    assert run("batch", "moved", "-o", "results.csv", *QUICK)[0] == 0
    assert len(worked) == 5


def test_shares_put_together_are_the_whole(run, place):
    run("batch", place, "-o", "whole.csv", *QUICK)
    for share in ("1/2", "2/2"):
        assert run("batch", place, "-o", "parts.csv", *QUICK, "--shard", share)[0] == 0
    assert not (place.parent / "parts.csv").exists()
    assert run("batch", place, "-o", "parts.csv", *QUICK, "--merge")[0] == 2
    assert (place.parent / "parts.csv").read_bytes() == (place.parent / "whole.csv").read_bytes()


def test_a_share_that_is_missing_is_done_when_they_are_put_together(run, place):
    run("batch", place, "-o", "parts.csv", *QUICK, "--shard", "1/2")
    run("batch", place, "-o", "parts.csv", *QUICK, "--merge")
    assert len(rows("parts.csv")) == 5


def test_a_table_tells_the_conditions_and_what_it_carries(run, place):
    lines = [f"s{n}.zip,p{n},left,{'open' if n else 'closed'},floor,lumbar,x{n}" for n in range(4)]
    lines.append("s1-broken.csv,p9,left,open,floor,lumbar,x9")
    table = place / "conditions.csv"
    table.write_text("\n".join(["file,person,leg,eyes,surface,placement,group", *lines]))
    assert run("batch", place, "--table", table, "-o", "results.csv")[0] == 2
    found = rows("results.csv").set_index("file")
    assert list(found.loc["s0.zip", ["person", "eyes", "group"]]) == ["p0", "closed", "x0"]
    assert list(found.loc["s1-broken.csv", ["person", "group"]]) == ["p9", "x9"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "leg, eyes, surface, placement"),
        ((*TOLD, "-o", "results.doc"), ".doc"),
        ((*TOLD, "--shard", "9/8"), "9/8"),
        ((*TOLD, "--study", "a.csv", "--table", "b.csv"), "--study and --table"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_any_work(run, place, monkeypatch, words, said):
    forbid_work(monkeypatch)
    code, out, _ = run("batch", place, *words, "--json")
    assert (code, said in json.loads(out)["error"]["found"]) == (2, True)


def test_a_diary_is_analysed_anew_under_its_own_conditions(run, place):
    (place / "s1-broken.csv").unlink()
    words = ("--person", "p01", "--when", "2026-03-02T08:30+01:00")
    assert run("import", place / "s0.zip", place / "s1.zip", *TOLD, *words)[0] == 0
    diary = open_diary()
    assert run("batch", diary.root, "-o", "results.csv")[0] == 0
    found = rows("results.csv").set_index("file")
    for entry in diary.entries():
        for key, value in entry.assessment.values.items():
            assert float(found.loc[entry.trial, key]) == value
        assert found.loc[entry.trial, "session"] == "2026-03-02"


def test_a_worker_that_died_is_a_row_and_is_tried_again(run, place, monkeypatch):
    def spread(_, items, engine):
        from surefoot.cohort.engines import _lost

        return ((item, _lost()) for item in items)

    with monkeypatch.context() as patch:
        patch.setattr(batch, "spread", spread)
        assert run("batch", place / "s0.zip", "-o", "results.csv", *QUICK)[0] == 2
    (row,) = rows("results.csv").to_dict("records")
    assert (row["status"], row["issues"], row["leg"]) == ("refused", "worker_lost", "left")
    assert run("batch", place / "s0.zip", "-o", "results.csv", *QUICK)[0] == 0
    assert list(rows("results.csv")["status"]) == ["analysed"]


def test_a_foreign_file_is_no_store(tmp_path):
    (tmp_path / "results.surefoot-run").write_text("not a store, but somebody's notes " * 50)
    with pytest.raises(OutputError, match="not a database"):
        Store(tmp_path / "results.surefoot-run")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["local", "dask"])
def test_every_engine_gives_the_same_to_the_last_bit(run, place, kind):
    if kind == "dask":
        pytest.importorskip("distributed", reason="the extra cluster is not installed")
    run("batch", place, "-o", "here.csv", *TOLD, "--engine", "serial")
    run("batch", place, "-o", "there.csv", *TOLD, "--engine", kind, "--jobs", "2")
    assert (place.parent / "there.csv").read_bytes() == (place.parent / "here.csv").read_bytes()


def test_many_recordings_from_python():
    recordings = [standing(1), cut(standing(2), 0.0, 3.0), standing(3)]
    setups = [Setup(leg=leg) for leg in ("left", "right", "right")]
    first, refused, last = many.assess_many(recordings, setups, ["path_rate_mps3"])
    assert isinstance(refused, TooShortError)
    for number, found in ((0, first), (2, last)):
        alone = surefoot.assess(surefoot.prepare(recordings[number], setups[number]), ["path_rate_mps3"])
        assert found == alone
    with pytest.raises(UsageError, match="spark"):
        surefoot.assess_many([], Setup(), engine="spark")


@pytest.fixture
def diary_of_a_study(run, tmp_path, monkeypatch):
    """Return a diary of three people with two trials on each of two days, and the study of the same files."""
    monkeypatch.chdir(tmp_path)
    lines, folder = [], tmp_path / "files"
    folder.mkdir()
    cells = [(p, d, t) for p in "abc" for d in "12" for t in "12"]
    for seed, (person, day, trial) in enumerate(cells):
        name = f"{person}{day}{trial}.zip"
        export(folder / name, seed)
        when = f"2026-03-0{day}T0{trial}:00:00+01:00"
        lines.append(f"{name},{person},2026-03-0{day},{when},left,open,floor,lumbar")
    header = "file,person,session,when,leg,eyes,surface,placement"
    (tmp_path / "design.csv").write_text("\n".join([header, *lines]))
    words = [line.split(",") for line in lines]
    diary = open_diary()
    for name, person, _, when, *_ in words:
        setup = Setup(person=person, leg="left", when=pd.Timestamp(when).to_pydatetime())
        diary.add_file(folder / name, setup)
    assert run("batch", folder, "--study", "design.csv", "-o", "tables")[0] == 0
    return diary


def told(table):
    """Return the rows of a table, in any order, each number to its last digit."""
    plain = table.astype(object).where(table.notna(), None).to_dict("records")
    return sorted(repr(sorted((k, str(v)) for k, v in row.items() if v not in (None, ""))) for row in plain)


@pytest.mark.slow
def test_a_diary_gives_the_tables_of_its_study_through_every_door(run, diary_of_a_study, tmp_path):
    """From the diary at once, wide and long, through CSV, and through Parquet where that is installed."""
    asked = {name: pd.read_csv(tmp_path / "tables" / f"{name}.csv") for name in study_frames([])}
    frames = [surefoot.frame(diary_of_a_study, wide=wide) for wide in (True, False)]
    assert run("export", "values.csv", "--wide")[0] == 0
    frames.append(pd.read_csv("values.csv"))
    try:
        import pyarrow  # noqa: F401, ICN001
    except ImportError:
        assert run("export", "values.parquet")[0] == 2
    else:
        for form in ("--wide", "--long"):
            assert run("export", f"values{form}.parquet", form)[0] == 0
            frames.append(pd.read_parquet(f"values{form}.parquet"))
    for frame in frames:
        for name, table in surefoot.study(frame).items():
            table.to_csv("again.csv", index=False)
            assert told(pd.read_csv("again.csv")) == told(asked[name])
