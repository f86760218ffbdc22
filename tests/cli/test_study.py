"""``surefoot batch … --study``: a folder of exports and a design in, tidy tables out."""

import csv
import io
import json
import math
import pickle
import zipfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest

from motion import standing
from surefoot import pipeline
from surefoot.assessment import assess
from surefoot.cohort import study as studying
from surefoot.cohort.design import read_design
from surefoot.cohort.study import analyse_file, files_of
from surefoot.metrics import load_metrics
from surefoot.model import Setup
from surefoot.preparation import prepare
from surefoot.reliability import repeatability
from surefoot.settings import Settings
from surefoot.simulate import stance
from surefoot.sources import collect, parse
from surefoot.sources.formats import phyphox

HEADER = "file,person,session,leg,eyes,surface,placement,group"


def export(path, seed):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in phyphox.write(standing(seed)).items():
            archive.writestr(name, content)
    path.write_bytes(data.getvalue())


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """3 people x 2 sessions x 2 trials on the left leg."""
    folder = tmp_path_factory.mktemp("study")
    lines = []
    for seed, (person, session, trial) in enumerate((p, s, t) for p in "abc" for s in "12" for t in "12"):
        name = f"{person}{session}{trial}.zip"
        export(folder / name, seed)
        lines.append(f"{name},{person},{session},left,open,floor,lumbar,{'x' if person == 'a' else 'y'}")
    return folder, lines


@pytest.fixture
def design(tmp_path):
    def make(lines, header=HEADER):
        path = tmp_path / "design.csv"
        path.write_text("\n".join([header, *lines]), encoding="utf-8")
        return path

    return make


def table(folder, name):
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_study_gives_the_table_of_its_session_means(run, exports, design, tmp_path):
    folder, lines = exports
    out = tmp_path / "tables"
    code, said, err = run("batch", *sorted(folder.glob("*.zip")), "--study", design(lines), "-o", out)
    assert code == 0, err
    assert "ICC(2,1)" in said
    assert "sessions" in said
    values = table(out, "values.csv")
    paths = [row for row in values if row["metric"] == "path_rate_mps3"]
    assert len(paths) == 12
    assert [row["trial"] for row in paths] == ["1", "2"] * 6
    assert {row["group"] for row in paths} == {"x", "y"}
    cells = {}
    for row in paths:
        cells.setdefault((row["person"], row["session"]), []).append(math.log(float(row["value"])))
    people, sessions = zip(*cells, strict=True)
    expected = repeatability(people, sessions, [math.exp(sum(v) / 2) for v in cells.values()], ln=True)
    (row,) = [
        row
        for row in table(out, "repeatability.csv")
        if (row["metric"], row["level"], row["scale"]) == ("path_rate_mps3", "sessions", "ln")
    ]
    assert row["condition"] == "single-leg, left leg, eyes open, floor"
    assert (row["people"], row["repeats"], row["left_out"]) == ("3", "2", "0")
    assert float(row["icc_2_1"]) == pytest.approx(expected.icc_2_1.estimate)
    assert float(row["icc_3_k_high"]) == pytest.approx(expected.icc_3_k.high)
    assert float(row["cv_pct"]) == pytest.approx(expected.cv_pct)
    assert float(row["sem_low"]) < float(row["sem"]) < float(row["sem_high"])
    (parts,) = [row for row in table(out, "components.csv") if row["metric"] == "path_rate_mps3"]
    assert float(parts["trial"]) > 0


def test_every_column_and_metric_is_in_the_dictionary(run, exports, design, tmp_path):
    folder, lines = exports
    out = tmp_path / "tables"
    run("batch", *sorted(folder.glob("*.zip")), "--study", design(lines), "-o", out, "--json")
    dictionary = table(out, "dictionary.csv")
    for name in ("trials.csv", "values.csv", "repeatability.csv", "components.csv"):
        told = {row["name"]: row["meaning"] for row in dictionary if row["table"] == name}
        columns = set(table(out, name)[0])
        assert columns <= set(told)
        carried = {column for column in columns if told[column].startswith("Carried")}
        assert carried == ({"group"} if name in ("trials.csv", "values.csv") else set())
    metrics = {row["metric"] for row in table(out, "values.csv")}
    assert {f"metric {key}" for key in metrics} <= {row["name"] for row in dictionary}
    assert all(row["unit"] == load_metrics()[row["metric"]].unit for row in table(out, "values.csv"))


def test_the_numbers_are_those_of_the_single_file(run, exports, design, tmp_path):
    folder, lines = exports
    out = tmp_path / "tables"
    words = ["--metric", "path_rate_mps3", "-o", out, "--json"]
    code, said, _ = run("batch", *sorted(folder.glob("*.zip")), "--study", design(lines), *words)
    assert code == 0
    document = json.loads(said)
    assert (document["trials"], document["errors"]) == (12, [])
    assert {row["metric"] for row in document["results"]} == {"path_rate_mps3"}
    with zipfile.ZipFile(folder / "b21.zip") as archive:
        (recording,) = parse({name: archive.read(name) for name in archive.namelist()})
    alone = assess(prepare(recording, Setup(person="b", leg="left"))).values["path_rate_mps3"]
    (row,) = [row for row in table(out, "values.csv") if row["file"] == "b21.zip"]
    assert float(row["value"]) == alone


def test_conditions_that_differ_in_a_setting_are_not_mixed(run, exports, design, tmp_path):
    folder, lines = exports
    lines = [f"{line},{'shoes' if line.startswith('c') else 'barefoot'}" for line in lines]
    out = tmp_path / "tables"
    words = ["--metric", "path_rate_mps3", "-o", out]
    study = design(lines, f"{HEADER},footwear")
    code, _, err = run("batch", *sorted(folder.glob("*.zip")), "--study", study, *words)
    assert code == 0, err
    people = {row["condition"]: row["people"] for row in table(out, "repeatability.csv") if row["people"]}
    stance = "single-leg, left leg, eyes open, floor"
    assert people == {f"{stance}, footwear barefoot": "2"}
    reasons = {row["condition"]: row["reason"] for row in table(out, "repeatability.csv") if row["reason"]}
    assert "1 people" in reasons[f"{stance}, footwear shoes"]


def test_a_broken_file_does_not_stop_the_others(run, exports, design, tmp_path):
    folder, lines = exports
    broken = tmp_path / "broken.csv"
    broken.write_text("nothing,here\n1,2\n")
    paths = [*sorted(folder.glob("*.zip")), broken]
    lines = [*lines, "broken.csv,d,1,left,open,floor,lumbar,y"]
    code, said, _ = run("batch", *paths, "--study", design(lines), "-o", tmp_path / "tables", "--json")
    document = json.loads(said)
    assert (code, document["trials"]) == (2, 12)
    assert [error["file"] for error in document["errors"]] == ["broken.csv"]
    trials = table(tmp_path / "tables", "trials.csv")
    assert [row["status"] for row in trials] == ["analysed"] * 12 + ["refused"]
    assert (trials[-1]["person"], trials[-1]["values"], trials[-1]["issues"]) == ("d", "0", "unknown_format")
    assert "broken.csv" in trials[-1]["reason"]


def test_a_copy_that_passes_for_a_repeat_is_told(run, exports, design, tmp_path):
    folder, lines = exports
    copy = tmp_path / "copy.zip"
    copy.write_bytes((folder / "a11.zip").read_bytes())
    study = design([lines[0], lines[1], lines[1].replace("a12.zip", "copy.zip")])
    paths = [folder / "a11.zip", folder / "a12.zip", copy]
    code, _, err = run("batch", *paths, "--study", study, "-o", tmp_path / "tables")
    assert code == 0
    assert "same recording under several names: a11.zip, copy.zip" in " ".join(err.split())


def test_how_each_trial_was_made_is_told(run, exports, design, tmp_path):
    folder, lines = exports
    run("batch", folder / "a11.zip", "--study", design(lines[:1]), "-o", tmp_path / "tables", "--json")
    (row,) = table(tmp_path / "tables", "trials.csv")
    with zipfile.ZipFile(folder / "a11.zip") as archive:
        (recording,) = parse({name: archive.read(name) for name in archive.namelist()})
    origin = assess(prepare(recording, Setup(person="a", leg="left"))).provenance
    assert (float(row["rate_hz"]), row["source_sha256"]) == (origin.rate_hz, recording.sha256)
    assert (float(row["window_start_s"]), float(row["window_end_s"])) == origin.window_s
    assert (row["filters"], row["tilt_method"]) == (
        origin.settings["filters"],
        origin.settings["tilt_method"],
    )
    assert (row["facing"], row["body_height_m"], row["group"]) == ("back", "", "x")


def test_a_trial_that_failed_stays_beside_the_others(run, exports, design, tmp_path):
    """Its hold time is the study's; that of the best trials alone would flatter."""
    folder, lines = exports
    out, failed = tmp_path / "tables", tmp_path / "z11.zip"
    data = phyphox.write(stance(3, settle_s=3.0, touchdowns_s=[12.0, 22.0])[0])
    with zipfile.ZipFile(failed, "w") as archive:
        for name, content in data.items():
            archive.writestr(name, content)
    study = design([*lines, "z11.zip,a,1,left,open,floor,lumbar,x"])
    code, _, err = run("batch", *sorted(folder.glob("*.zip")), failed, "--study", study, "-o", out)
    assert code == 0, err
    assert {row["condition"] for row in table(out, "trials.csv")} == {
        "single-leg, left leg, eyes open, floor"
    }
    (row,) = [row for row in table(out, "trials.csv") if row["file"] == "z11.zip"]
    assert (row["trial"], row["primary"]) == ("3", "")
    held = [row for row in table(out, "values.csv") if row["metric"] == "hold_time_s"]
    assert (len(held), float(held[-1]["value"]) < 10) == (13, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[1:], "a11.zip is not in the design"),
        (lambda lines: [*lines, lines[0].replace("a11", "z99")], "z99.zip of the design is not given"),
        (lambda lines: [*lines, lines[0]], "as in line 2"),
        (lambda lines: [lines[0].replace("left", "third"), *lines[1:]], "'third'"),
        (lambda lines: [lines[0].replace(",a,", ",,"), *lines[1:]], "nothing for person"),
        (lambda lines: [lines[0] + ",more", *lines[1:]], "more cells"),
        (lambda _: [], "no lines"),
    ],
)
def test_a_design_that_does_not_fit_is_refused(run, exports, design, change, said):
    folder, lines = exports
    words = ["--study", design(change(lines)), "--json"]
    code, out, _ = run("batch", *sorted(folder.glob("*.zip")), *words)
    assert code == 2
    assert said in json.loads(out)["error"]["found"]


@pytest.mark.parametrize("name", ["condition", "value", "status", "source"])
def test_a_column_of_the_design_never_takes_the_place_of_a_result(run, exports, design, name):
    folder, lines = exports
    study = design(lines, HEADER.replace("group", name))
    code, said, _ = run("batch", *sorted(folder.glob("*.zip")), "--study", study, "--json")
    assert (code, json.loads(said)["error"]["found"]) == (2, name)


def there_and_back(analyse, files):
    """What a pool of processes does to work and result on their way."""
    for each in files:
        work, file = pickle.loads(pickle.dumps((analyse, each)))
        yield pickle.loads(pickle.dumps(work(file)))


@pytest.fixture
def planned(exports, design, tmp_path):
    folder, lines = exports
    (tmp_path / "broken.csv").write_text("nothing,here\n1,2\n")
    exported = collect([*sorted(folder.glob("*.zip")), tmp_path / "broken.csv"], spare=True)
    rows = read_design(design([*lines, "broken.csv,d,1,left,open,floor,lumbar,y"]), {})
    return files_of(rows, exported), partial(analyse_file, settings=Settings(), keys=["path_rate_mps3"])


def told(study):
    return study.trials, [(each.row, each.file, each.part, each.error.to_dict()) for each in study.refused]


def test_a_study_is_the_same_wherever_its_files_are_analysed(planned):
    """One call a file, of plain data: work and results travel, also a refusal, and no samples with them."""
    files, analyse = planned
    here = studying.join(map(analyse, files))
    assert told(studying.join(there_and_back(analyse, files))) == told(here)
    assert (len(here.trials), [each.error.code for each in here.refused]) == (12, ["unknown_format"])
    assert len(pickle.dumps(here)) < 100_000


@pytest.mark.slow
def test_a_pool_of_processes_gives_the_same_study(planned):
    files, analyse = planned
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        assert told(studying.join(pool.map(analyse, files))) == told(studying.join(map(analyse, files)))


def test_a_mistake_of_ours_costs_one_file_of_a_study(planned, monkeypatch):
    files, analyse = planned
    monkeypatch.setattr(pipeline, "prepare", lambda *_, **__: 1 / 0)
    study = studying.join(there_and_back(analyse, files))
    assert (len(study.trials), len(study.refused), len(study.bugs)) == (0, 13, 12)
    assert {type(bug) for bug in study.bugs} == {ZeroDivisionError}


@pytest.mark.parametrize("header", ["file,person,leg", "file,person,person,session"])
def test_a_design_needs_its_columns_once(run, exports, design, header):
    folder, _ = exports
    words = ["--study", design(["a11.zip,a,left,1"], header), "--json"]
    code, out, _ = run("batch", *sorted(folder.glob("*.zip")), *words)
    assert code == 2
    assert "file, person and session" in json.loads(out)["error"]["expected"]


def test_semicolons_trials_and_practice_of_a_design(run, exports, design, tmp_path):
    folder, _ = exports
    header = "file;person;session;trial;practice;leg;sensor_height_m"
    told = ["--eyes", "open", "--surface", "floor", "--placement", "lumbar"]
    lines = ["a11.zip;a;1;first;yes;left;1,0", "a12.zip;a;1;second;no;left;1.0"]
    out = tmp_path / "tables"
    paths = [folder / "a11.zip", folder / "a12.zip"]
    code, _, err = run("batch", *paths, "--study", design(lines, header), "-o", out, *told)
    assert code == 0, err
    rows = table(out, "values.csv")
    assert {(row["trial"], row["practice"]) for row in rows} == {("first", "True"), ("second", "False")}
    assert all(row["reason"] for row in table(out, "repeatability.csv"))
    twice = ["a11.zip;a;1;first;no;left;1.0", "a12.zip;a;1;first;no;left;1.0"]
    code, said, _ = run("batch", *paths, "--study", design(twice, header), "-o", out, "--json", *told)
    assert (code, "trial first of a" in json.loads(said)["error"]["found"]) == (2, True)
