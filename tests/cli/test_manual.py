"""What somebody reads who asks for help: version and manuals, on wide screens and narrow ones."""

import pytest
from typer.main import get_command

import surefoot
from surefoot.cli.app import app

VERBS = sorted(get_command(app).commands)


def test_the_version_is_told(run):
    assert run("--version") == (0, f"surefoot {surefoot.__version__}\n", "")


def test_who_names_no_verb_is_told_what_there_is(run):
    code, out, err = run()
    assert (code, err) == (0, "")
    assert out == run("--help")[1]
    assert all(f"\n  {verb} " in out for verb in VERBS)


@pytest.mark.parametrize("columns", [50, 80])
@pytest.mark.parametrize("verb", VERBS)
def test_a_manual_fits_the_screen_and_has_no_python_in_it(run, monkeypatch, verb, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, _ = run(verb, "--help")
    assert code == 0
    assert max(len(line) for line in out.splitlines()) <= columns
    assert not [word for word in ("<str", "list[", "<Path", "<path", "<int", "<float") if word in out]
    assert "--help" in out
