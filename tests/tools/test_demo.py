"""The demo, as a newcomer runs it."""

import json
import subprocess
import sys

import pytest

from surefoot.cli import main


def demo(*words):
    with pytest.raises(SystemExit) as left:
        main(["demo", *map(str, words)])
    return left.value.code


@pytest.mark.slow
def test_a_recovery_is_called_steadier_on_the_right_leg_only(tmp_path, capsys):
    folder = tmp_path / "out"
    assert demo("-o", folder) == 0
    out = capsys.readouterr().out
    assert "Right leg, eyes open: steadier." in out
    # One trial a session: a change of 35 % could still hide, so that "no real change" is not earned yet.
    assert "Left leg, eyes open: no sure change yet." in out
    assert {path.name for path in folder.glob("*.png")} >= {
        "newest-trial.png",
        "recovery.png",
        "trend-path_rate_mps3.png",
    }
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "not a medical device" in page
    assert "Limb symmetry index" in page
    assert "times that of the left leg in the earlier sessions" in page
    assert "not a clean reference" in page
    assert "http:" not in page
    assert "https:" not in page
    assert demo("-o", folder) == 0


@pytest.mark.slow
def test_somebody_who_did_not_change_is_told_so(tmp_path, capsys):
    assert demo("-o", tmp_path / "out", "--unchanged") == 0
    out = capsys.readouterr().out
    assert "Left leg, eyes open: no sure change yet." in out
    assert "Right leg, eyes open: no sure change yet." in out
    assert "steadier." not in out


def test_a_folder_in_use_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("precious")
    assert demo("-o", tmp_path) == 2
    assert "in use" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text() == "precious"


def test_the_module_runs_as_a_command(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "surefoot", "show", "formats", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert any(row["key"] == "phyphox" for row in json.loads(done.stdout))
