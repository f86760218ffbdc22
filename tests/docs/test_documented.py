"""Undocumented is a failing test; what the documents say runs; words that are ruled out are nowhere."""

import ast
import importlib.util
import re
import shlex
import shutil
from pathlib import Path

import pytest

import surefoot
from surefoot.cli import main
from surefoot.cli.app import VERBS, load_verb
from surefoot.live.ble import devices
from surefoot.live.ble.devices.custom_gatt import describe
from surefoot.metrics import load_metrics
from surefoot.protocols import load_protocols
from surefoot.sources import discover

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
# Pages that are made of the notebooks when the site is built.
GALLERY = {
    DOCS / "gallery" / f"{name}.md"
    for name in ("index", *(path.stem for path in (ROOT / "notebooks").glob("*.py")))
}
TEXTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(path for path in sorted(DOCS.rglob("*.md")) if not {"_build", "gallery"} & {*path.parts}),
    ROOT / "recordings" / "README.md",
]
RULED_OUT = re.compile(r"\b(fall[- ]risk|abnormal\w*|normal|diagnos\w*|cleared)\b", re.IGNORECASE)


def load_generator():
    spec = importlib.util.spec_from_file_location("make_reference", DOCS / "make_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = load_generator()


@pytest.mark.parametrize("page", GENERATOR.PAGES)
def test_reference_pages_equal_the_code(page):
    made = GENERATOR.NOTE + GENERATOR.PAGES[page]().rstrip() + "\n"
    assert (DOCS / "reference" / page).read_text(encoding="utf-8") == made, "run docs/make_reference.py"


def test_every_verb_metric_format_device_and_protocol_is_documented():
    reference = "".join((DOCS / "reference" / page).read_text(encoding="utf-8") for page in GENERATOR.PAGES)
    names = [*load_metrics(), *load_protocols(), *discover(), *devices.discover()]
    names += [f"surefoot {verb}" for verb in VERBS]
    missing = [name for name in names if f"`{name}`" not in reference]
    assert not missing


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_told_in_the_list_as_it_tells_itself(verb):
    assert load_verb(verb).get_short_help_str(limit=100).rstrip(".") == VERBS[verb].rstrip(".")


def blocks(path, language):
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


PYTHON = [(path, i) for path in TEXTS for i, _ in enumerate(blocks(path, "python"))]


@pytest.mark.parametrize(("path", "index"), PYTHON, ids=lambda value: getattr(value, "name", value))
def test_python_in_the_documents_runs(path, index, monkeypatch):
    monkeypatch.chdir(ROOT)
    exec(compile(blocks(path, "python")[index], str(path), "exec"), {"__name__": "document"})


def commands(path):
    lines = [line.split("#")[0].strip() for line in "".join(blocks(path, "sh")).splitlines()]
    # The demo has tests of its own, and takes its time.
    return [line for line in lines if line.startswith("surefoot ") and line != "surefoot demo"]


@pytest.mark.parametrize("path", [DOCS / "tutorial" / "first-test.md"], ids=lambda path: path.name)
def test_the_tutorial_runs_as_written(path, monkeypatch, tmp_path, capsys):
    shutil.copytree(ROOT / "recordings", tmp_path / "recordings")
    monkeypatch.chdir(tmp_path)
    assert len(commands(path)) > 4
    for command in commands(path):
        with pytest.raises(SystemExit) as left:
            main(shlex.split(command)[1:])
        assert left.value.code == 0, (command, capsys.readouterr())


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_the_documents_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) + re.findall(r'src="([^"]+)"', text)
    paths = [(path.parent / target).resolve() for target in targets if not target.startswith("http")]
    assert [path for path in paths if not path.exists() and path not in GALLERY] == []


OPTIONS = {
    verb: {"--help"}.union(*({*option.opts, *option.secondary_opts} for option in command.params))
    for verb, command in ((verb, load_verb(verb)) for verb in VERBS)
}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_the_documents_have_their_verbs_and_options(path):
    text = path.read_text(encoding="utf-8")
    shown = re.findall(r"`(surefoot [a-z][^`\n]*)`|^ *(surefoot [a-z][^#|\n]*)", text, re.MULTILINE)
    for words in (line.split() for pair in shown for line in pair if line):
        options = {re.split(r"[=,]", word)[0] for word in words if re.match(r"--[a-z]", word)}
        assert words[1] in VERBS, words
        assert options <= OPTIONS[words[1]], words


KINDS = ("py", "j2", "js")
SPOKEN = [*TEXTS, *(path for kind in KINDS for path in sorted((ROOT / "src").rglob(f"*.{kind}")))]


def spoken(path):
    """All text of a document; of a module every string in it, docstrings included."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    strings = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)]
    return "\n".join(string for string in strings if isinstance(string, str))


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_words_that_are_ruled_out_are_nowhere(path):
    assert not RULED_OUT.findall(spoken(path))


@pytest.mark.parametrize("text", blocks(DOCS / "how-to" / "describe-a-sensor.md", "toml"))
def test_descriptions_in_the_documents_are_understood(text):
    assert describe(text).title


PYTHON_PAGE = DOCS / "reference" / "python.md"


@pytest.mark.parametrize("name", surefoot.__all__)
def test_every_public_name_has_a_page_and_an_example(name):
    assert f"   surefoot.{name}\n" in PYTHON_PAGE.read_text(encoding="utf-8")
    assert any(re.search(rf"\bsf\.{name}\b", example) for example in blocks(PYTHON_PAGE, "python"))


def test_from_the_readme_to_a_report_of_ones_own_takes_three_commands(run, monkeypatch, tmp_path):
    shutil.copy(ROOT / "recordings" / "2026-03-03_right_eyes-open.zip", tmp_path / "monday.zip")
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    install, *_ = (line for line in text.splitlines() if "pip install" in line)
    keep, report = re.findall(r"bin/surefoot ((?:import|report) [^#]+?) *#", text)
    assert install.endswith("surefoot demo")
    code, _, err = run(*keep.split())
    assert (code, "What to do: Give these options" in err) == (2, True)
    answers = dict(re.findall(r"(--\w+) (\w+)", err))
    assert run(*keep.split(), *(word for pair in answers.items() for word in pair))[0] == 0
    assert run(*report.split())[0] == 0
    assert (tmp_path / report.split()[-1]).is_file()
