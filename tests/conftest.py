"""What all tests share: where real recordings are, and a folder that no test leaves traces outside of."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

from surefoot.cli import main

ROOT = Path(__file__).resolve().parents[1]
# The software radio is there only with the extra `radio`, and whoever collects doctests imports every module.
collect_ignore = [] if find_spec("bumble") else ["support/bumble_radio.py"]
# Benchmarks are run by themselves.
collect_ignore_glob = ["benchmarks/*"]
REFERENCE_DATA = Path(os.environ.get("SUREFOOT_REFERENCE_DATA", ROOT.parent / "shared" / "data"))

# What else is installed must not change what is tested.
os.environ["SUREFOOT_PLUGINS"] = "off"
# Many processes are started; each would compile everything anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A run of CI must not depend on luck; at home every run tries something new.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("home", deadline=None)
IN_CI = os.environ.get("CI") == "true"
settings.load_profile("ci" if IN_CI else "home")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden values anew (never in CI)")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run folders in one process more than there are cores, for browsers mostly wait; files in this one."""
    files = all(Path(word.partition("::")[0]).is_file() for word in config.args)
    return 0 if files else (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run slow tests last, so that a mistake shows soon; in CI first, and browsers before all: they wait."""

    def place(item: pytest.Item) -> tuple[bool, bool]:
        is_slow = item.get_closest_marker("slow") is not None
        return is_slow != IN_CI, not (IN_CI and is_slow and item.path.stem.endswith("browser"))

    items.sort(key=place)


@pytest.fixture
def reference() -> Callable[[str], Path]:
    """Return a reference file by its relative name; skip the test where it is absent."""

    def find(name: str) -> Path:
        path = REFERENCE_DATA / name
        if not path.exists():
            pytest.skip(f"reference data not present: {name}")
        return path

    return find


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the user's own diary, settings and cache."""
    monkeypatch.setenv("SUREFOOT_DIARY", str(tmp_path / "diary"))
    monkeypatch.setenv("SUREFOOT_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("SUREFOOT_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[object, str, str]]:
    """Run a command; return exit code, stdout and stderr."""

    def call(*words: object) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        captured = capsys.readouterr()
        return left.value.code, captured.out, captured.err

    return call
