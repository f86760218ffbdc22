"""What others hold on to: every ``--json`` document, every ``--help``, every address of the pages.

These prove nothing about truth; they notice a change. ``pytest --update-golden`` writes them anew, never in
CI; a change that users meet has its line in the changelog. Numbers are compared to six digits, since
libraries differ in the last ones. The plan is not among them: it tells of the weeks before today.
"""

import csv
import json
import os
import re
from datetime import datetime
from pathlib import Path

import pytest
from starlette.routing import Mount, Route

from surefoot import pipeline, sources
from surefoot.cli import main
from surefoot.cli.app import VERBS
from surefoot.diary import Diary
from surefoot.metrics import METRICS_VERSION
from surefoot.model import Setup
from surefoot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
STORE = Path(__file__).with_name("documents")
RECORDINGS = ROOT / "recordings"
DAYS = ("2026-03-03", "2026-03-17", "2026-03-20", "2026-03-24", "2026-03-31")
CONDITIONS = [
    "--leg",
    "left",
    "--eyes",
    "open",
    "--surface",
    "floor",
    "--placement",
    "lumbar",
    "--height",
    "1.0",
]
ONE = "2026-03-03_left_eyes-open.zip"
NUMBER = re.compile(r"-?\d+\.\d{5,}(?:e[-+]?\d+)?")

DOCUMENTS = {
    "inspect": ["inspect", ONE],
    "inspect-no-file": ["inspect", "nothing.csv"],
    "assess": ["assess", ONE, *CONDITIONS],
    "import-again": ["import", ONE, *CONDITIONS, "--person", "demo"],
    "list": ["list"],
    "trend": ["trend"],
    "trend-metric": ["trend", "--metric", "rms_ml_mps2", "--leg", "left", "--eyes", "open"],
    "trend-recovery": ["trend", "--recovery"],
    "compare": ["compare", "--leg", "right", "--eyes", "open"],
    "compare-sides": ["compare", "--sides"],
    "compare-unclear": ["compare"],
    "log": ["log"],
    "edit": ["edit", "--person", "demo", "--injury", "right:2026-02-20"],
    "show-metrics": ["show", "metrics"],
    "show-protocols": ["show", "protocols"],
    "show-formats": ["show", "formats"],
    "show-devices": ["show", "devices"],
}


def commands():
    """Every verb, by itself and with what is under it."""
    return list(VERBS)


def steady(text, folder):
    """Return a text without what differs from machine to machine."""
    text = text.replace(str(folder), "FOLDER").replace(str(ROOT), "PROJECT")
    return NUMBER.sub(lambda number: f"{float(number[0]):.6g}", text)


def keep_sessions(diary):
    """Keep the recordings of some days under the conditions that the table beside them tells."""
    with (RECORDINGS / "sessions.csv").open(newline="", encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["file"].startswith(DAYS)]
    for row in rows:
        setup = Setup(
            person="demo", test=row["test"], leg=row["leg"], eyes=row["eyes"], surface=row["surface"],
            placement=row["placement"], when=datetime.fromisoformat(row["when"]),
            sensor_height_m=float(row["sensor_height_m"]) if row["sensor_height_m"] else None,
            board=row.get("board", ""),
        )  # fmt: skip
        (outcome,) = pipeline.walk(
            sources.collect(RECORDINGS / row["file"]), lambda *_, setup=setup: setup, Settings()
        )
        pipeline.keep(outcome, diary)


@pytest.fixture(scope="module")
def diary(tmp_path_factory):
    """A diary of some bundled recordings; the settings beside it."""
    folder = tmp_path_factory.mktemp("net")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DIARY", "CONFIG", "CACHE"):
            patch.setenv(f"SUREFOOT_{name}", str(folder / name.lower()))
        keep_sessions(Diary(folder / "diary", cache=folder / "cache", metrics_version=METRICS_VERSION))
        when = ["--when", "2026-03-18T18:30+01:00"]
        for words in (
            ["log", "calf raises", "--sets", "3", "--reps", "12", "--pain", "2", *when],
            ["log", "balance", "--minutes", "5", *when],
            DOCUMENTS["edit"],
        ):
            with pytest.raises(SystemExit):
                main([*words, *(() if "--person" in words else ("--person", "demo"))])
    return folder


@pytest.fixture
def run(diary, monkeypatch, capsys):
    """Run a command over that diary; return its exit code and what it printed as a document."""
    for name in ("DIARY", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"SUREFOOT_{name}", str(diary / name.lower()))
    monkeypatch.chdir(RECORDINGS)
    capsys.readouterr()

    def call(*words):
        with pytest.raises(SystemExit) as left:
            main([*words])
        return left.value.code, steady(capsys.readouterr().out, diary)

    return call


def check(path, made, request):
    if request.config.getoption("--update-golden"):
        assert os.environ.get("CI") != "true", "golden documents are never written in CI"
        path.parent.mkdir(exist_ok=True)
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8"), (
        "a document that others read has changed: tell the changelog"
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_json_documents_are_as_they_were(name, run, request):
    code, printed = run(*DOCUMENTS[name], "--json")
    assert json.loads(printed) is not None
    check(STORE / f"{name}.json", f"{printed}// exit code {code}\n", request)


@pytest.mark.parametrize("verb", commands())
def test_help_is_as_it_was(verb, run, request):
    code, printed = run(verb, "--help")
    check(STORE / "help" / f"{verb}.txt", f"{printed}exit code {code}\n", request)


def addresses(routes, before=""):
    for route in routes:
        if isinstance(route, Mount):
            yield from addresses(route.routes, before + route.path)
        elif isinstance(route, Route):
            yield f"{before}{route.path} {' '.join(sorted(route.methods or ()))}"


def test_addresses_of_the_pages_are_as_they_were(diary, request):
    from surefoot.web.dashboard.site import build_dashboard
    from surefoot.web.phone.site import build_phone
    from surefoot.web.server.tokens import Pass

    kept = Diary(diary / "diary", cache=diary / "cache")
    sites = {
        "dashboard": build_dashboard(kept, Settings(), Pass(60.0)),
        "phone": build_phone(kept, Settings(), Pass(60.0), ["10.0.0.5"]),
    }
    lines = [f"{name} {line}" for name, site in sites.items() for line in sorted(addresses(site.routes))]
    check(STORE / "addresses.txt", "\n".join(lines) + "\n", request)
