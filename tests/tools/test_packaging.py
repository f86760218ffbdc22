"""The demo finds its recordings in a checkout, an editable install and a wheel."""

import os
import subprocess
import sys
import zipfile
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import surefoot
from surefoot.cli.commands import demo as demonstration
from surefoot.errors import DiaryError

ROOT = Path(__file__).resolve().parents[2]


def build_wheel(folder: Path) -> Path:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--quiet",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a wheel cannot be built here: {done.stderr[-200:]}")
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.mark.slow
def test_a_wheel_holds_the_recordings_and_runs_the_demo(tmp_path):
    wheel = build_wheel(tmp_path)
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    assert (site / "surefoot" / "_recordings" / "sessions.csv").is_file()
    assert (site / "surefoot" / "live" / "phyphox" / "surefoot.phyphox").is_file()
    assert sum(path.stat().st_size for path in (site / "surefoot" / "_recordings").iterdir()) < 4_000_000
    code = "from surefoot.cli import main; main(['demo', '-o', 'out'])"
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-c", f"import surefoot; print(surefoot.__file__)\n{code}"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(site) in done.stdout
    assert "Right leg, eyes open: steadier" in done.stdout


def test_a_checkout_has_the_recordings():
    assert demonstration.recordings_folder().joinpath("sessions.csv").is_file()
    inside = Path(surefoot.__file__).parent
    assert demonstration.recordings_folder() in (ROOT / "recordings", inside / "_recordings")


def test_missing_recordings_are_explained(monkeypatch, tmp_path):
    monkeypatch.setattr(demonstration, "files", lambda _: tmp_path)
    monkeypatch.setattr(demonstration, "__file__", str(tmp_path / "a" / "b" / "c" / "d.py"))
    with pytest.raises(DiaryError, match="recordings are missing"):
        demonstration.recordings_folder()


def test_the_bundled_recordings_are_small_and_simulated():
    folder = ROOT / "recordings"
    assert sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) <= 4_000_000
    assert "simulated" in (folder / "README.md").read_text(encoding="utf-8").lower()


@pytest.mark.slow
def test_the_bundled_recordings_can_be_made_again(monkeypatch, tmp_path):
    """The script writes the same bytes, for the first trial of each app at least."""
    monkeypatch.syspath_prepend(str(ROOT / "recordings"))
    import make_recordings as script

    from surefoot.simulate import recovery
    from surefoot.sources.formats import phyphox
    from writers import sensor_logger

    trials = recovery(script.SEED)
    board = next(trial for trial in trials if trial.setup.surface == "board")
    for trial, app in ((trials[0], phyphox), (board, sensor_logger)):
        path = tmp_path / script.name_of(trial)
        script.pack(path, app.write(trial.recording))
        with zipfile.ZipFile(path) as made, zipfile.ZipFile(ROOT / "recordings" / path.name) as bundled:
            assert {name: made.read(name) for name in made.namelist()} == {
                name: bundled.read(name) for name in bundled.namelist()
            }


def needed_by(name, found):
    """Add a package and all that it needs here, without extras, to what was found."""
    if (key := canonicalize_name(name)) not in found:
        found.add(key)
        for requirement in map(Requirement, requires(name) or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                needed_by(requirement.name, found)
    return found


def test_who_only_uses_it_installs_little():
    found = needed_by("surefoot", set())
    assert {"numpy", "matplotlib"} <= found
    assert not {"pytest", "mypy", "sphinx", "playwright"} & found
    assert len(found) <= 52
