"""Every verb that writes a file replaces what Surefoot wrote, and leaves alone what anybody else did."""

import csv
import io
import json
import zipfile
from datetime import date
from shutil import copytree

import pytest
from typer.main import get_command

from made_diary import fill, zipped_export
from surefoot.cli import main
from surefoot.cli.app import app
from surefoot.cli.commands.demo import make_room
from surefoot.cohort.tables import write_tables
from surefoot.diary import Diary
from surefoot.errors import OutputError
from surefoot.frames import tabulate
from surefoot.model import Injury, Person

FOREIGN = b"the only recording of Monday\nstays, as it is\n"
DESIGN = "file,person,session,leg,eyes,surface,placement\na.zip,p,1,left,open,floor,lumbar\n"
# What each verb with an output is called with; a new one fails below until it stands here.
WRITING = {
    "assess": [["a.zip", "--leg", "left", "-o", "out.png"]],
    "trend": [["-o", "out.svg"], ["--recovery", "-o", "out.pdf"]],
    "report": [["-o", "out.html"], ["-o", "out.pdf"]],
    "export": [["out.zip"], ["out.csv"], ["out.xlsx"]],
    "batch": [["a.zip", "--study", "design.csv", "-o", "tables"]],
    "demo": [["-o", "demo"]],
}
CALLS = [
    pytest.param(verb, words, marks=[pytest.mark.slow] if (verb, words[-1]) == ("report", "out.pdf") else [])
    for verb, calls in WRITING.items()
    if verb not in ("batch", "demo")
    for words in calls
]
TABLES = ("trials.csv", "values.csv", "repeatability.csv", "components.csv", "dictionary.csv")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A diary of two trials of somebody with an injury."""
    diary = Diary(tmp_path_factory.mktemp("made") / "diary", cache=tmp_path_factory.mktemp("cache"))
    for seed in (1, 2):
        fill(diary, seed=seed, day=seed + 1)
    diary.describe(Person("p01", injuries=(Injury("left", date(2026, 2, 20)),)))
    return diary.root


@pytest.fixture
def place(prepared, tmp_path, monkeypatch):
    """A folder to write into, with a recording and a design, beside that diary."""
    for name in ("DIARY", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"SUREFOOT_{name}", str(tmp_path / name.lower()))
    copytree(prepared, tmp_path / "diary")
    folder = tmp_path / "place"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "a.zip").write_bytes(zipped_export(1))
    (folder / "design.csv").write_text(DESIGN, encoding="utf-8")
    return folder


def call(*words):
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return left.value.code


def output_of(words):
    return next(word for word in words if word.startswith("out."))


def test_no_verb_that_writes_is_forgotten():
    verbs = get_command(app).commands
    with_output = {
        name
        for name, verb in verbs.items()
        for option in verb.params
        if "-o" in option.opts or option.name == "output"
    }
    assert with_output == set(WRITING)
    forced = {name for name, verb in verbs.items() for option in verb.params if "--force" in option.opts}
    assert forced == with_output - {"demo"}


@pytest.mark.parametrize(("verb", "words"), CALLS)
def test_a_foreign_file_is_left_alone_and_its_own_replaced(place, capsys, verb, words):
    target = place / output_of(words)
    target.write_bytes(FOREIGN)
    assert call(verb, *words) == 2
    assert "--force" in capsys.readouterr().err
    assert target.read_bytes() == FOREIGN
    assert call(verb, *words, "--force") == 0
    written = target.read_bytes()
    assert written != FOREIGN
    assert call(verb, *words) == 0
    assert target.read_bytes() == written


def test_a_recording_is_no_export(place):
    """`export monday.zip` where monday.zip is the raw recording: it stays."""
    before = (place / "a.zip").read_bytes()
    assert call("export", "a.zip") == 2
    assert (place / "a.zip").read_bytes() == before


def test_a_study_replaces_its_own_tables_and_no_other(place, tmp_path):
    row = {"file": "a.zip", "metric": "rms_ml_mps2", "value": 1.0, "remark": '=HYPERLINK("http://x","y")'}
    tables = {name: tabulate([row]) for name in TABLES[:-1]}
    folder = place / "tables"
    write_tables(folder, tables)
    assert "'=HYPERLINK" in (folder / "values.csv").read_text(encoding="utf-8-sig")
    write_tables(folder, tables)
    assert {path.name for path in folder.iterdir()} == set(TABLES)
    for path in sorted(folder.iterdir()):
        ours = path.read_bytes()
        path.write_bytes(FOREIGN)
        others = {other: other.stat().st_mtime_ns for other in folder.iterdir()}
        with pytest.raises(OutputError, match="did not write"):
            write_tables(folder, tables)
        assert {other: other.stat().st_mtime_ns for other in folder.iterdir()} == others
        write_tables(folder, tables, force=True)
        assert path.read_bytes() == ours


def test_a_study_says_its_numbers_even_where_its_tables_may_not_be_written(place, capsys):
    (place / "tables").mkdir()
    (place / "tables" / "values.csv").write_bytes(FOREIGN)
    words = ("batch", "a.zip", "--study", "design.csv", "--metric", "rms_ml_mps2", "-o", "tables")
    assert call(*words) == 2
    assert (place / "tables" / "values.csv").read_bytes() == FOREIGN
    assert call(*words, "--force") == 0


def test_a_demo_made_again_leaves_what_somebody_put_beside_it(place):
    folder = place / "demo"
    (folder / "diary").mkdir(parents=True)
    (folder / ".surefoot-demo").write_text("", encoding="utf-8")
    (folder / "monday.zip").write_bytes(FOREIGN)
    (folder / "report.html").write_bytes(FOREIGN)
    (folder / "trend-x.png").write_bytes(b"\x89PNG\r\n tEXtSoftware\0Surefoot")
    make_room(folder)
    assert {path.name for path in folder.iterdir()} == {".surefoot-demo", "monday.zip", "report.html"}


def test_what_somebody_made_of_our_table_with_other_columns_is_theirs(place):
    assert call("export", "out.csv") == 0
    table = (place / "out.csv").read_text(encoding="utf-8-sig")
    rows = [["mine", *row] for row in csv.reader(io.StringIO(table))]
    mine = "\n".join(",".join(row) for row in rows).encode()
    (place / "out.csv").write_bytes(mine)
    assert call("export", "out.csv") == 2
    assert (place / "out.csv").read_bytes() == mine


def test_a_picture_of_anybody_else_is_theirs(place):
    from matplotlib.figure import Figure

    for form in ("png", "svg", "pdf"):
        other = io.BytesIO()
        Figure().savefig(other, format=form)
        (place / f"out.{form}").write_bytes(other.getvalue())
        assert call("trend", "-o", f"out.{form}") == 2
        assert (place / f"out.{form}").read_bytes() == other.getvalue()


def test_an_export_opens_as_a_zip_and_tells_who_made_it(place):
    assert call("export", "out.zip") == 0
    with zipfile.ZipFile(place / "out.zip") as archive:
        assert archive.comment == b"Surefoot"
        assert archive.testzip() is None


def test_a_refusal_is_one_document_in_json(place, capsys):
    (place / "out.png").write_bytes(FOREIGN)
    capsys.readouterr()
    for words in (["assess", "a.zip", "-o", "out.png"], ["trend", "-o", "out.png"]):
        assert call(*words, "--json") == 2
        assert set(json.loads(capsys.readouterr().out)["error"]) >= {"what", "found", "expected", "do"}
