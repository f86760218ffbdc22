"""Many files by one table of conditions; a mistake in it is corrected by giving it again, or taken back."""

import json

import pytest

from made_diary import zipped_export
from surefoot.cli import main
from surefoot.diary import open_diary

COLUMNS = "file,person,leg,eyes,surface,placement,when"
LINES = [
    "a.zip,p01,left,open,floor,lumbar,2026-03-02T08:30:00+01:00",
    "b.zip,p02,right,open,floor,lumbar,2026-03-02T08:40:00+01:00",
]


@pytest.fixture
def table(tmp_path):
    for seed, name in enumerate(("a.zip", "b.zip"), 1):
        (tmp_path / name).write_bytes(zipped_export(seed))

    def write(*lines, columns=COLUMNS):
        path = tmp_path / "sessions.csv"
        path.write_text("\n".join([columns, *lines]) + "\n")
        return str(path)

    return write


@pytest.fixture
def run(capsys):
    def called(*words):
        with pytest.raises(SystemExit) as left:
            main(list(words))
        out, err = capsys.readouterr()
        return left.value.code, out, err

    return called


def kept():
    return {(entry.person, entry.assessment.setup.leg) for entry in open_diary().entries()}


def test_a_table_imports_its_files_corrects_them_and_all_of_it_is_taken_back(run, table):
    code, out, _ = run("import", "--table", table(*LINES), "--json")
    assert (code, [row["new"] for row in json.loads(out)]) == (0, [True, True])
    assert kept() == {("p01", "left"), ("p02", "right")}
    wrong = table(LINES[0].replace("left", "right"), LINES[1])
    code, out, _ = run("import", "--table", wrong)
    assert "--leg right" in out
    assert kept() == {("p01", "left"), ("p02", "right")}
    run("import", "--table", wrong, "--correct")
    assert kept() == {("p01", "right"), ("p02", "right")}
    trial = open_diary().entries("p02")[0].trial
    assert "brings it back" in run("delete", trial, "--yes")[1]
    assert json.loads(run("undo", "--json")[1]) == {"undone": "delete", "person": "p02", "trial": trial}
    assert "the correction of trial" in run("undo")[1]
    assert kept() == {("p01", "left"), ("p02", "right")}
    assert run("undo")[0] == 2
    assert run("delete", trial, "--forever", "--yes")[1].endswith("eyes open).\n")
    assert run("undo")[0] == 2


REFUSED = {
    "a column that is nearly ours": (LINES, COLUMNS.replace("leg", "limb"), "leg for limb"),
    "a file twice": ([LINES[0], LINES[0]], COLUMNS, "a.zip"),
    "a condition that nobody tells": ([LINES[0].replace("left", "")], COLUMNS, "nothing for leg"),
    "a word that is none": ([LINES[0].replace("left", "middle")], COLUMNS, "middle"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_table_that_may_be_misread_is_refused_before_anything_is_kept(run, table, why):
    lines, columns, told = REFUSED[why]
    code, _, err = run("import", "--table", table(*lines, columns=columns))
    assert code == 2
    assert told in err
    assert not open_diary().root.exists()


def test_a_file_that_the_table_does_not_name_is_refused(run, table, tmp_path):
    code, _, err = run("import", "--table", table(LINES[0]), str(tmp_path / "a.zip"), str(tmp_path / "b.zip"))
    assert code == 2
    assert "no line for b.zip" in err
    assert not open_diary().root.exists()


def test_an_export_is_restored_by_the_command(run, table, tmp_path):
    run("import", "--table", table(*LINES))
    packed = str(tmp_path / "diary.zip")
    assert run("export", packed)[0] == 0
    run("delete", "--person", "p02", "--yes")
    assert run("restore", packed)[0] == 2
    code, out, _ = run("restore", packed, "--merge")
    assert (code, out) == (0, "1 trial is new.\n1 trial was here already.\n")
    assert kept() == {("p01", "left"), ("p02", "right")}
    told = json.loads(run("restore", packed, "--merge", "--json")[1])
    assert (told["new"], len(told["same"])) == ([], 2)
    assert run("restore", str(tmp_path / "none.zip"))[0] == 2
