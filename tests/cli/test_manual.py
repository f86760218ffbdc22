"""What somebody reads who asks for help: version and manuals, on wide screens and narrow ones."""

import re
import sys

import pytest
from typer.main import get_command

import surefoot
from surefoot.cli.app import app
from surefoot.cli.help import as_typed_here, command_name

VERBS = sorted(get_command(app).commands)


def test_the_version_is_told(run):
    assert run("--version") == (0, f"surefoot {surefoot.__version__}\n", "")


def test_who_names_no_verb_is_told_what_to_do_first(run):
    code, out, err = run()
    assert (code, err) == (0, "")
    shown = re.findall(r"^  surefoot (\w+)", out, re.MULTILINE)
    assert shown == ["demo", "web", "import"]
    assert set(re.findall(r"surefoot ([a-z]+)", out)) <= set(VERBS)
    assert max(len(line) for line in out.splitlines()) <= 80


def test_the_help_names_every_verb(run):
    assert all(f"\n  {verb} " in run("--help")[1] for verb in VERBS)


@pytest.mark.parametrize(
    ("called", "in_path", "name"),
    [
        ("bin/surefoot", False, "bin/surefoot"),
        ("bin/surefoot", True, "surefoot"),
        ("surefoot/__main__.py", False, "python -m surefoot"),
    ],
)
def test_what_is_said_to_be_typed_works_here(monkeypatch, tmp_path, called, in_path, name):
    program = tmp_path / "bin" / "surefoot"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("UV_RUN_RECURSION_DEPTH", raising=False)
    monkeypatch.setenv("PATH", str(program.parent if in_path else tmp_path))
    monkeypatch.setattr(sys, "argv", [called])
    assert command_name() == name
    assert as_typed_here("Try `surefoot list`.") == f"Try `{name} list`."
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")
    assert command_name() == "uv run surefoot"


@pytest.mark.parametrize("columns", [50, 80])
@pytest.mark.parametrize("verb", VERBS)
def test_a_manual_fits_the_screen_and_has_no_python_in_it(run, monkeypatch, verb, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, _ = run(verb, "--help")
    assert code == 0
    assert max(len(line) for line in out.splitlines()) <= columns
    assert not [word for word in ("<str", "list[", "<Path", "<path", "<int", "<float") if word in out]
    assert "--help" in out
