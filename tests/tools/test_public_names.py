"""The public API: every name resolves, and the lazy list equals what type checkers see."""

import ast
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import surefoot


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


def test_the_help_does_not_load_scipy():
    code = "from surefoot.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    assert not modules_after(code) & {"scipy", "pandas", "matplotlib"}
