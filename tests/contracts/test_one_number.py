"""The same trial is told with the same number, name and conditions wherever people read of it."""

import html
import json
import re

import pytest
from starlette.testclient import TestClient

from made_diary import TODAY, fill
from surefoot.cli import main
from surefoot.diary import Diary, open_diary
from surefoot.settings import Settings
from surefoot.units import unit_of
from surefoot.web.dashboard.site import build_dashboard
from surefoot.web.results import describe_result, describe_trend
from surefoot.web.server.tokens import Pass
from surefoot.words import metric_labels, show_number, show_percent
from surefoot.words.home_language import home_language


def run(capsys, *words):
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    assert left.value.code == 0
    return capsys.readouterr().out


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A diary of two trials a week apart, and the second of them."""
    diary = Diary(tmp_path_factory.mktemp("diary"), cache=tmp_path_factory.mktemp("cache"))
    fill(diary, seed=1, day=2)
    return diary.root, fill(diary, seed=2, day=9)


@pytest.fixture
def trial(kept, monkeypatch):
    """The second trial of the diary; a terminal that is wide enough to break no cell."""
    root, trial = kept
    monkeypatch.setenv("SUREFOOT_DIARY", str(root))
    monkeypatch.setenv("COLUMNS", "250")
    return trial


def page(address):
    token = Pass(60.0)
    site = build_dashboard(open_diary(), Settings(), token, clock=lambda: TODAY)
    visitor = TestClient(site, base_url="http://127.0.0.1:8765")
    visitor.get("/open", params={"pass": token.show()})
    return visitor.get(address).text


def report(capsys, trial, tmp_path):
    run(capsys, "report", "--for", "researcher", "-o", tmp_path / "report.html")
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def booklet(capsys, trial, tmp_path):
    from pypdf import PdfReader

    run(capsys, "report", "--for", "researcher", "-o", tmp_path / "report.pdf")
    return "\n".join(each.extract_text() for each in PdfReader(tmp_path / "report.pdf").pages)


def phone(capsys, trial, tmp_path):
    return json.dumps(
        describe_result(open_diary().entry(trial).assessment, home_language()), ensure_ascii=False
    )


# Where people read of a trial: on the terminal, in the report and its print, on pages, and on the phone that
# gets words as JSON.
PLACES = {
    "list": lambda capsys, *_: run(capsys, "list"),
    "trend": lambda capsys, *_: run(capsys, "trend"),
    "compare": lambda capsys, *_: run(capsys, "compare"),
    "report": report,
    "booklet": booklet,
    "page of the trial": lambda capsys, trial, _: page(f"/trials/{trial}"),
    "page of the person": lambda capsys, trial, _: page("/people/p01/numbers"),
    "phone": phone,
}
SLOW = {"booklet": pytest.mark.slow}
# Those which tell every number; of the others the main one is asked.
ALL_NUMBERS = ("report", "booklet", "page of the trial")


def read_in(place, capsys, trial, tmp_path):
    told = re.sub(r"<[^>]+>", " ", html.unescape(PLACES[place](capsys, trial, tmp_path)))
    return " ".join(told.split())


@pytest.mark.parametrize("place", [pytest.param(each, marks=SLOW.get(each, ())) for each in PLACES])
def test_a_trial_is_told_alike_wherever_it_is_read(place, capsys, trial, tmp_path):
    (_, told) = json.loads(run(capsys, "list", "--json"))
    text = read_in(place, capsys, trial, tmp_path)
    keys = [told["primary"]] if place not in ALL_NUMBERS else [told["primary"], *told["values"]]
    for key in keys:
        value, unit = told["values"][key], unit_of(key)
        if 1e-4 < abs(value) < 1000 and unit != "count":
            written = f"{value:#.3g}".rstrip(".").replace("-", "−")
            apart = "" if unit.startswith("°") else " "
            # A table of a trend has its unit in the head of the column.
            assert f"{written}{apart}{unit}".strip() in text or f" {written} " in text
            longer = rf"{re.escape(written)}\d"
            assert not re.search(longer, text) or key != told["primary"]
    assert place == "phone" or "left leg, eyes open" in text.lower()


def test_numbers_of_a_trend_are_those_of_its_table(capsys, trial):
    from surefoot.history import trend_with

    told = describe_trend(trend_with(open_diary(), trial), home_language())
    (document,) = json.loads(run(capsys, "trend", "--json"))
    assert [row[1] for row in told["rows"]] == [show_number(value) for value in document["values"]]
    assert told["label"] == metric_labels()[document["metric"]]
    change = json.loads(run(capsys, "compare", "--json"))[0]
    assert show_percent(change["change_pct"], 0) in run(capsys, "compare")
