"""The public API: every name resolves, and the lazy list equals what type checkers see."""

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import surefoot
from made_diary import fill
from surefoot.diary import open_diary


def typed_names() -> set[str]:
    """Names imported under ``if TYPE_CHECKING`` in the package's own source."""
    tree = ast.parse(Path(surefoot.__file__).read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    return {alias.name for node in guarded.body if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_lazy_names_equal_the_typed_ones():
    assert set(surefoot.__all__) == typed_names() | {"__version__"}


@pytest.mark.parametrize("name", surefoot.__all__)
def test_every_public_name_resolves_and_is_explained(name):
    thing = getattr(surefoot, name)
    assert isinstance(thing, str | int) or thing.__doc__


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="hopscotch"):
        _ = surefoot.hopscotch
    assert "prepare" in dir(surefoot)


def test_the_version_is_said_once():
    assert surefoot.__version__ == version("surefoot")


def modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert not modules_after("import surefoot") & {"numpy", "scipy", "pandas", "matplotlib", "typer"}


HEAVY = {"numpy", "scipy", "pandas", "matplotlib", "pydantic", "asyncio", "http"}


def modules_of(*words: str) -> set[str]:
    """Return what is loaded once a command has answered."""
    return modules_after(f"from surefoot.cli import main\ntry: main({list(words)})\nexcept SystemExit: pass")


def test_the_help_loads_no_verb():
    loaded = modules_of("--help")
    assert not loaded & HEAVY
    assert not {name for name in loaded if name.startswith("surefoot.cli.commands.")}


def test_a_verb_loads_no_other():
    loaded = {name for name in modules_of("log", "--help") if name.startswith("surefoot.cli.commands.")}
    assert loaded == {"surefoot.cli.commands.log"}


def test_what_only_reads_computes_nothing_and_a_trend_needs_numpy_alone(monkeypatch):
    monkeypatch.setenv("SUREFOOT_PLUGINS", "off")
    for day in range(5):
        fill(open_diary(), day=2 + 3 * day, seed=day + 1)
    assert not modules_of("list") & HEAVY
    assert not modules_of("list", "--json") & HEAVY
    assert not modules_of("log", "calf raises", "--person", "p01") & HEAVY
    loaded = modules_of("trend", "--json")
    assert "numpy" in loaded
    assert not loaded & HEAVY - {"numpy"}
