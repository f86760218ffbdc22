"""The tasks that people and CI share, and the settings of tools that must agree with one another."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TASKS = ("setup", "test", "check", "docs")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_short_and_can_be_run(task):
    lines = text_of(f"scripts/{task}").splitlines()
    assert lines[0] == "#!/bin/sh -e"
    assert len(lines) <= 10
    assert os.name == "nt" or os.access(ROOT / "scripts" / task, os.X_OK)


@pytest.mark.parametrize("task", TASKS)
def test_people_read_of_every_task(task):
    assert f"scripts/{task}" in text_of("CONTRIBUTING.md")


@pytest.mark.parametrize("task", ["setup", "test", "docs"])
def test_ci_runs_the_same_tasks(task):
    assert re.search(rf"^ *(COVERAGE=1 )?scripts/{task}\b", text_of(".ci/run"), re.MULTILINE)


def test_ci_installs_and_tests_in_no_other_way():
    assert not re.search(r"-m pytest|-m sphinx|pip install", text_of(".ci/run"))


def test_ruff_before_a_commit_is_the_ruff_of_the_tests():
    (before,) = re.findall(r"ruff-pre-commit\n +rev: v(\S+)", text_of(".pre-commit-config.yaml"))
    (tested,) = re.findall(r"^ruff==(\S+)", text_of("constraints.txt"), re.MULTILINE)
    assert before == tested


def test_the_version_is_one():
    (cited,) = re.findall(r"^version: (\S+)", text_of("CITATION.cff"), re.MULTILINE)
    (told,) = re.findall(r'__version__ = "(\S+)"', text_of("src/surefoot/_version.py"))
    assert SETTINGS["project"]["version"] == cited == told


def is_core(path):
    """Tell whether a file is of the core, as the import linter's contract of purity lists it."""
    contracts = SETTINGS["tool"]["importlinter"]["contracts"]
    (pure,) = [c["source_modules"] for c in contracts if c["name"] == "the core is pure"]
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    return any(name == room or name.startswith(f"{room}.") for room in [*pure, "surefoot._version"])


def test_coverage_counts_the_core_and_nothing_else(tmp_path):
    (tmp_path / "empty.py").write_text("import surefoot\n", encoding="utf-8")
    environment = {**os.environ, "COVERAGE_FILE": str(tmp_path / "data")}
    for words in (["run", str(tmp_path / "empty.py")], ["json", "-o", str(tmp_path / "counted.json")]):
        command = [sys.executable, "-m", "coverage", *words]
        subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    told = json.loads((tmp_path / "counted.json").read_text(encoding="utf-8"))["files"]
    counted = {Path(name).as_posix().partition("src/")[2] for name in told}
    files = [path.relative_to(ROOT / "src") for path in (ROOT / "src").rglob("*.py")]
    assert counted == {path.as_posix() for path in files if is_core(path)} | {"surefoot/__init__.py"}
