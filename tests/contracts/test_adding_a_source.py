"""A new app is one file, and its writer: the how-to page's, put in place, are tried with no test edited."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "add-a-source.md"
EXAMPLE, WRITER = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def with_app(tmp_path):
    """Run Python where one file more stands among the sources."""

    def run(text, *words):
        (tmp_path / "apps").mkdir(exist_ok=True)
        (tmp_path / "apps" / "wiggle.py").write_text(text, encoding="utf-8")
        (tmp_path / "writers").mkdir(exist_ok=True)
        (tmp_path / "writers" / "wiggle.py").write_text(WRITER, encoding="utf-8")
        places = {"surefoot.sources.formats": tmp_path / "apps", "writers": tmp_path / "writers"}
        plugin = "".join(
            f"import {name}\n{name}.__path__.append({str(at)!r})\n" for name, at in places.items()
        )
        (tmp_path / "one_app_more.py").write_text(plugin, encoding="utf-8")
        paths = [str(tmp_path), *filter(None, sys.path)]
        return subprocess.run(
            [sys.executable, *words],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def contract_tests(chosen):
    plugins = ["-p", "no:cacheprovider", "-p", "one_app_more"]
    return ["-m", "pytest", "-q", *plugins, "tests/contracts/test_sources.py", "-k", chosen]


@pytest.mark.slow
def test_the_contract_tests_pick_up_a_new_app_and_it_passes_them(with_app):
    done = with_app(EXAMPLE, *contract_tests("wiggle"))
    assert done.returncode == 0, done.stdout[-3000:]
    passed = int(re.search(r"(\d+) passed", done.stdout)[1])
    assert passed > 20
    assert "failed" not in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "chosen"),
    [
        ("    sign=-1", "    sign=+1", "up_is_where_it_was and wiggle"),
        ('"Turn{}", "deg/s"', '"Turn{}", "rad/s"', "reads_back and wiggle"),
        ('begins("Wiggle us,")', 'begins("")', "exactly_one"),
        ('TITLE = "Wiggle (CSV)"', 'TITLE = "Sensor Record (CSV)"', "title"),
    ],
    ids=["sign", "unit", "greedy", "title"],
)
def test_the_contract_tests_see_what_is_wrong_with_a_new_app(with_app, old, new, chosen):
    assert old in EXAMPLE
    done = with_app(EXAMPLE.replace(old, new, 1), *contract_tests(chosen))
    assert done.returncode == 1, done.stdout[-3000:]
    assert re.search(r"\d+ failed", done.stdout)


def test_a_new_app_is_listed_among_the_formats(with_app):
    program = "import one_app_more; from surefoot.cli import main; main(['show', 'formats'])"
    assert "Wiggle (CSV)" in with_app(EXAMPLE, "-c", program).stdout
