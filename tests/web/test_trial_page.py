"""A trial's page: the answer first in both languages, what it warns of, and no unit before all numbers."""

import html
import re
from dataclasses import replace

import numpy as np
import pytest

from made_diary import TODAY, fill
from surefoot import pipeline
from surefoot.diary import Diary
from surefoot.model import CUT_OFF, Issue
from surefoot.web.dashboard.one_test import describe_test, tell_held
from surefoot.web.dashboard.sway_picture import draw_sway
from surefoot.words.home_language import home_language

ENGLISH, GERMAN = home_language("en"), home_language("de")
LABORATORY = re.compile(
    r"m/s|mm/s|\bHz\b|\bRMS\b|\b(trials?|baseline|index|fingerprint|pseudonym)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One entry with its trial."""
    folder = tmp_path_factory.mktemp("made")
    diary = Diary(folder / "diary", cache=folder / "cache")
    entry = diary.entry(fill(diary))
    return entry, pipeline.recall(entry, diary)


def told(made, *, issues=(), setup=None, **values):
    entry, _ = made
    known = {**entry.assessment.values, **values}
    values = {key: value for key, value in known.items() if value is not None}
    setup = replace(entry.assessment.setup, **(setup or {}))
    return replace(entry, assessment=replace(entry.assessment, values=values, issues=issues, setup=setup))


@pytest.mark.parametrize(
    ("held_s", "touches", "english", "german"),
    [
        (
            30.0,
            0.0,
            "30 seconds on your left leg, no touch.",
            "30 Sekunden auf dem linken Bein, kein Bodenkontakt.",
        ),
        (
            29.4,
            0.0,
            "30 seconds on your left leg, no touch.",
            "30 Sekunden auf dem linken Bein, kein Bodenkontakt.",
        ),
        (
            22.4,
            1.0,
            "22 seconds on your left leg, one touch.",
            "22 Sekunden auf dem linken Bein, ein Bodenkontakt.",
        ),
        (
            30.0,
            3.0,
            "30 seconds on your left leg, three touches.",
            "30 Sekunden auf dem linken Bein, drei Bodenkontakte.",
        ),
        (1.2, 0.0, "One second on your left leg.", "Eine Sekunde auf dem linken Bein."),
        (12.0, None, "12 seconds on your left leg.", "12 Sekunden auf dem linken Bein."),
    ],
)
def test_the_answer_is_how_long_on_what_and_how_often_the_foot_came_down(
    made, held_s, touches, english, german
):
    entry = told(made, hold_time_s=held_s, touchdowns_count=touches)
    assert tell_held(ENGLISH, entry.assessment, made[1]) == english
    assert tell_held(GERMAN, entry.assessment, made[1]) == german


def test_warnings_are_said_plainly_and_those_without_words_lead_to_the_numbers(made):
    def notes(*codes):
        entry = told(made, issues=tuple(Issue(code, "warning", "What.", "Do.") for code in codes))
        return describe_test(ENGLISH, entry, made[1], [entry], TODAY.date())

    assert notes().notes == ()
    assert dict(notes().facts)["Recording"] == "good"
    warned = notes("up_axis_down")
    assert warned.notes[0] == "The phone seems to have lain face down. Left and right may be swapped."
    assert dict(warned.facts)["Recording"] == "with care"
    assert not warned.look
    # They say that it counts, as it does; what no page can fill stays untold.
    assert all("still counts" in notes(code).notes[0] for code in ("mount_slip", "frozen"))
    assert all(
        told(made, issues=(Issue(code, "warning", "W."),)).assessment.counts
        for code in ("mount_slip", "frozen")
    )
    assert notes("touchdown", "of another kind").look
    assert notes("touchdown", "of another kind").notes == ()
    assert dict(notes(CUT_OFF).facts)["Recording"] == "not counted"


def test_tries_are_counted_by_stance_and_the_neighbours_are_linked(made):
    first = told(made)
    second = replace(first, trial="second", when=first.when.replace(hour=9))
    right = replace(told(made, setup={"leg": "right"}), trial="right")
    later = replace(first, trial="later", when=first.when.replace(day=9))
    one = describe_test(ENGLISH, second, made[1], [later, right, second, first], TODAY.date())
    assert one.when == "Monday 2 March, 9:30 · try 2"
    labels = {each.trial: each.label for each in one.beside}
    assert labels == {
        first.trial: "left leg, first try",
        "right": "right leg, first try",
        "later": "9 March →",
    }


def test_the_pictures_follow_the_sway(made):
    _, trial = made
    drawn = draw_sway(ENGLISH, trial)
    assert drawn.above.count('class="sway ') == 4
    assert "nan" not in drawn.above + drawn.by_second
    places = re.findall(r'class="sway p\d" d="M([^"]*)"', drawn.above)
    points = np.array(
        [[float(each) for each in pair.split()] for path in places for pair in path.split(" L")]
    )
    assert np.hypot(*(points - 160).T).max() <= 132 * np.sqrt(2)
    start, rate = round(trial.steady_s[0] * trial.rate_hz), trial.rate_hz
    loud = np.array(trial.ml_mps2)
    loud[start : start + round(3 * rate)] *= 20
    assert draw_sway(ENGLISH, replace(trial, ml_mps2=loud)).said.endswith(
        "The first seconds had the most sway."
    )
    assert draw_sway(GERMAN, trial).said.startswith("Hoch heißt mehr Schwanken.")


@pytest.mark.parametrize("code", ["en", "de"])
def test_nothing_before_all_numbers_speaks_like_a_laboratory(stranger, passport, diary, code):
    stranger.headers["accept-language"] = code
    pages = {"closed": stranger.get("/", headers={"accept": "text/html"})}
    stranger.get("/open", params={"pass": passport.show()})
    pages["welcome"] = stranger.get("/")
    trial = fill(diary)
    own = ["/people/p01", "/people/p01/tests", "/people/p01/about", "/people/p01/delete"]
    of_trial = [f"/trials/{trial}", f"/trials/{trial}/delete"]
    for path in ("/", "/import", "/people/new", "/phone", "/phone/apps", "/nowhere", *own, *of_trial):
        pages[path] = stranger.get(path)
    pages["refused"] = stranger.post(f"/trials/{trial}/events", content=b"kind=hop&start=a&end=b")
    fill(diary, person="p02", seed=2)
    pages["everybody"] = stranger.get("/")
    for name, answer in pages.items():
        text = words_before_numbers(answer.text)
        assert not LABORATORY.search(text), (name, LABORATORY.search(text))
        assert f'<html lang="{code}">' in answer.text, name


def words_before_numbers(page):
    """The text of a page less what is folded as all numbers, or as the four parts of an error."""
    before, _, rest = page.partition('<details id="numbers">')
    seen = before + rest.partition('<details id="files">')[2]
    seen = re.sub(r'<(dl|p)[^>]* lang="en">.*?</\1>', " ", seen, flags=re.DOTALL)
    return html.unescape(re.sub(r"<code.*?</code>|<[^>]+>", " ", seen, flags=re.DOTALL))
