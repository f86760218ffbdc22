"""The first page: each of its states from made trials, the list of people, names, exercises, the reminder."""

import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from starlette.testclient import TestClient

from made_diary import TODAY, fill
from surefoot.diary import Diary, Entry
from surefoot.errors import SetupError
from surefoot.history import next_pseudonym, person_called
from surefoot.model import Assessment, Injury, Issue, Person, Provenance, Setup
from surefoot.settings import Settings
from surefoot.training import LogEntry
from surefoot.web.dashboard.about import describe_from
from surefoot.web.dashboard.all_tests import list_tests
from surefoot.web.dashboard.everybody import describe_person, headline_of, sort_rows
from surefoot.web.dashboard.home import describe_today, plan_next_test
from surefoot.web.dashboard.home_picture import Line, draw_spark
from surefoot.web.dashboard.site import build_dashboard
from surefoot.words.home_language import home_language

ENGLISH, GERMAN = home_language("en"), home_language("de")
START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
ANNA = Person("p01", injuries=(Injury("right", date(2026, 2, 25)),))


def entry(day, path=0.4, *, leg="right", held=30.0, touches=0, primary="path_rate_mps3", issues=()):
    person = "p01"
    setup = Setup(person=person, leg=leg, when=START + timedelta(days=day))
    settings = {"leg": leg, "eyes": "open"}
    origin = Provenance("0", 2, "t", "0" * 64, "", 100.0, 36.0, (3.0, 33.0), (13.0, 33.0), settings)
    values = {"hold_time_s": held, "touchdowns_count": float(touches)} if held else {}
    values |= {primary: path} if primary else {}
    made = Assessment(setup, "single-leg", primary, values, issues, (), origin)
    return Entry(f"{person}-{leg}-{day}", person, setup.when, made)


def weeks(levels, *, leg="right", seed=3):
    """Return sessions of three trials, twice a week, at these levels with the noise of a good phone."""
    generator = np.random.default_rng(seed)
    return [
        entry(3.5 * number + 0.003 * trial, level * np.exp(0.08 * generator.standard_normal()), leg=leg)
        for number, level in enumerate(levels)
        for trial in range(3)
    ]


def today(entries, *, log=(), person=ANNA, now=None, language=ENGLISH):
    newest = max(each.when for each in entries) if entries else START
    return describe_today(language, entries, log, person, "Anna", now or newest + timedelta(days=1))


GAIN = [*weeks([0.8] * 6 + [0.4] * 6), *weeks([0.2] * 12, leg="left", seed=4)]
SLIP = weeks([0.4] * 6 + [0.8] * 6)
LEVEL = weeks([0.4] * 24)


def test_before_the_first_test_it_only_asks_for_one():
    page = today([])
    assert page.answer.headline == "Ready, Anna?"
    assert page.picture == ""
    assert page.is_due


def test_the_first_sessions_count_and_tell_seconds():
    page = today([entry(0, held=12.0, touches=4), entry(3, held=24.0, touches=1)])
    assert page.answer.mood == "first"
    assert page.answer.headline == "Three more tests, then I can compare."
    assert (page.answer.done, page.answer.needed) == (2, 5)
    said = " ".join(page.answer.lead)
    assert "you held 24 seconds on your right leg. It was 12 on the first day." in said
    assert "Fewer touches: one instead of four." in said
    assert ">24</text>" in page.picture
    assert "band" not in page.picture


def test_a_gain_is_told_with_the_way_to_the_other_leg():
    page = today(GAIN)
    assert page.answer.mood == "steadier"
    assert re.fullmatch(r"Your right leg is steadier than \w+ weeks ago\.", page.answer.headline)
    said = " ".join(page.answer.lead)
    assert "more than chance" in said
    way = re.search(r"You are (\d+) % of the way", said)
    assert way is not None
    # From 0.8 to 0.4 with 0.2 as the goal: half of the way, to the nearest ten.
    assert abs(int(way[1]) - 50) <= 10
    assert page.picture.count('class="flag"') == 2
    assert page.picture.count('class="band"') == 2


def test_without_an_injury_there_is_no_flag():
    assert "flag" not in today(GAIN, person=None).picture


def test_a_slip_asks_for_rest_and_advises_a_reminder():
    page = today(SLIP)
    assert page.answer.mood == "less"
    assert page.answer.headline.startswith("Your right leg is less steady than")
    assert len(page.answer.steps) == 3


def test_no_change_is_said_once_it_is_earned():
    page = today(LEVEL)
    assert page.answer.mood == "settled"
    assert page.answer.headline.startswith("Your right leg is about the same as")


def test_pain_today_comes_before_everything():
    log = [LogEntry("p01", "check", START + timedelta(days=10), pain=6)]
    page = today(GAIN[:6], log=log, now=START + timedelta(days=10, hours=2))
    assert page.answer.mood == "pain"
    assert "6 of 10" in " ".join(page.answer.lead)
    assert page.next_test > (START + timedelta(days=10)).date()
    some = [replace(log[0], pain=3)]
    assert today(GAIN[:6], log=some, now=START + timedelta(days=10, hours=2)).answer.mood == "first"


def test_a_test_that_gave_nothing_leaves_the_answer_standing():
    slipped = Issue("mount_slip", "warning", "The phone slipped.")
    day = 3.5 * 12
    nothing = entry(day, held=0.0, primary="", issues=(slipped,))
    page = today([*GAIN, nothing], now=START + timedelta(days=day, hours=1))
    assert page.answer.mood == "failed"
    assert "still stands" in " ".join(page.answer.lead)


@pytest.mark.parametrize("entries", [GAIN, SLIP, LEVEL, GAIN[:3], GAIN[:9], []])
@pytest.mark.parametrize("person", [ANNA, None])
def test_every_state_is_said_in_both_languages(entries, person):
    english, german = (today(entries, person=person, language=each) for each in (ENGLISH, GERMAN))
    assert english.answer.mood == german.answer.mood
    assert english.answer.headline != german.answer.headline
    for page in (english, german):
        said = " ".join(
            [page.answer.headline, *page.answer.lead, *page.answer.steps, page.who, page.week_told]
        )
        assert "{" not in said
        assert not re.search(r"m/s|\btrial|baseline|index", said)
        assert "nan" not in page.picture


def test_the_next_test_is_three_days_after_the_last_and_never_in_the_past():
    assert plan_next_test([]) is None
    page = today([entry(0)], now=START + timedelta(days=1))
    assert page.next_test == (START + timedelta(days=3)).date()
    assert page.next_day == "Thursday"
    assert not page.is_due
    assert today([entry(0)], now=START + timedelta(days=30)).is_due


def test_the_week_shows_what_was_done_and_what_is_due():
    log = [LogEntry("p01", "calf raise", START + timedelta(days=1))]
    page = today([entry(0)], log=log, now=START + timedelta(days=1))
    assert [day.did for day in page.week] == [True, True, False, False, False, False, False]
    assert [day.tested for day in page.week] == [True, *[False] * 6]
    assert [day.due for day in page.week].index(True) == 3
    assert page.week_told == "Your week. Monday: done, test; Tuesday: done; Thursday: next test"


def test_two_people_are_a_list_with_who_is_due_first(browser, diary):
    fill(diary, seed=1, day=2, person="p01")
    fill(diary, seed=2, day=18, person="p02")
    diary.add_log(LogEntry("p02", "check", TODAY, pain=7))
    page = html.unescape(browser.get("/").text)
    assert "One person tests today." in page
    assert page.index("/people/p02") < page.index("/people/p01")
    assert "Pain 7 of 10 noted" in page


def test_everybody_has_a_row_even_without_a_trial():
    people = [("p02", "Ben", None, []), ("p01", "Anna", ANNA, SLIP)]
    rows = sort_rows(describe_person(ENGLISH, *each, (), START.date()) for each in people)
    assert {row.name for row in rows} == {"Anna", "Ben"}
    assert headline_of(ENGLISH, rows) == "Nobody is due today."
    assert rows[0].look
    assert "Less steady" in rows[0].says or "less steady" in rows[0].says


def test_all_tests_say_since_when_the_whole_time_is_held():
    days = [entry(0, held=12.0, touches=4), entry(3, held=16.0), entry(7), entry(10), entry(10, leg="left")]
    tests = list_tests(ENGLISH, days, "right", 1, TODAY.date())
    said = "On the first day you held 12 seconds on your right leg. Since 9 March it is the whole 30."
    assert tests.lead == said
    assert [line.seconds for day in tests.days for line in day.lines] == [30, 30, 30, 16, 12]
    assert tests.days[0].lines[0].is_watched
    assert tests.days[-1].says == "4 touches, right leg"
    assert tests.days[0].says == "no touch"
    assert list_tests(ENGLISH, [*days, entry(14, held=20.0)], "right", 1, TODAY.date()).lead == ""


def test_a_line_of_one_point_is_drawn():
    assert 'class="end"' in draw_spark(Line("right leg", (0.0,), (0.5,)))


@pytest.mark.parametrize("name", ["Anna Maria", "Zoë", "李雷", "o'Brien"])
def test_a_name_is_any_text_and_stays_on_this_computer(tmp_path, passport, name):
    diary = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    settings = Settings(tmp_path / "config")
    site = build_dashboard(diary, settings, passport, clock=lambda: TODAY)
    browser = TestClient(site, base_url="http://127.0.0.1:8765", follow_redirects=False)
    browser.get("/open", params={"pass": passport.show()})
    words = {"name": name, "ankle": "right", "since": "2026-03-01", "height_cm": "172"}
    assert browser.post("/people/new", data=words).headers["location"] == "/people/p01"
    fill(diary, person="p01")
    assert name in html.unescape(browser.get("/people/p01").text)
    (person,) = diary.people()
    assert person == Person("p01", 1.72, None, (Injury("right", date(2026, 3, 1)),))
    packed = browser.get("/export.zip").content
    written = [path for path in diary.root.rglob("*") if path.is_file()]
    assert all(name.encode() not in path.read_bytes() and name not in path.name for path in written)
    assert name.encode() not in packed
    browser.post("/people/p01/delete")
    assert settings.names() == {}


@pytest.mark.parametrize(
    ("words", "known", "injuries"),
    [
        ({"ankle": "left", "since": "2026-03-01"}, Person("p01"), (Injury("left", date(2026, 3, 1)),)),
        ({"ankle": "left"}, Person("p01"), (Injury("left", TODAY.date()),)),
        ({"ankle": "right"}, ANNA, ANNA.injuries),
        ({"ankle": "none"}, ANNA, ()),
        ({}, ANNA, ANNA.injuries),
    ],
)
def test_what_a_form_says_of_an_ankle_is_kept_and_an_empty_field_is_no_error(words, known, injuries):
    assert describe_from(words, known, TODAY.date()).injuries == injuries


def test_a_pseudonym_tells_nothing():
    assert next_pseudonym([]) == "p01"
    assert next_pseudonym(["p09", "anna"]) == "p10"


def test_a_phone_calls_people_by_any_name(tmp_path, diary):
    settings = Settings(tmp_path / "config")
    assert person_called(diary, settings, "") == "p01"
    assert person_called(diary, settings, "Zoë") == "p01"
    assert person_called(diary, settings, " zoë ") == "p01"
    assert person_called(diary, settings, "Anna Maria") == "p02"
    assert person_called(diary, settings, "p07") == "p07"
    fill(diary, person="p01")
    assert person_called(diary, settings, "") == "p01"
    fill(diary, seed=2, person="p02")
    with pytest.raises(SetupError, match="whose test"):
        person_called(diary, settings, "")


def test_an_exercise_is_ticked_corrected_and_taken_back(browser, diary):
    fill(diary, person="p01")
    done = {"exercise": "calf_raise", "sets": "3", "reps": "12", "easy": "yes"}
    assert browser.post("/people/p01/log", data=done).status_code == 303
    assert browser.post("/people/p01/log", data=done | {"reps": "15"}).status_code == 303
    (entry,) = diary.log("p01")
    assert (entry.exercise, entry.sets, entry.reps, entry.easy) == ("calf raise", 3, 15, True)
    assert "1 of 3 done" in browser.get("/people/p01").text
    browser.post("/people/p01/log", data={"exercise": "calf_raise", "undo": "yes"})
    assert diary.log("p01") == ()


def test_pain_is_noted_and_answered(browser, diary):
    fill(diary, person="p01")
    browser.post("/people/p01/log", data={"exercise": "check", "pain": "7"})
    assert "Leave the test." in browser.get("/people/p01").text


@pytest.mark.parametrize("words", [{"exercise": "swimming"}, {}, {"exercise": "calf_raise", "reps": "many"}])
def test_what_is_no_exercise_is_refused(browser, diary, words):
    fill(diary, person="p01")
    assert browser.post("/people/p01/log", data=words).status_code == 400
    assert diary.log("p01") == ()


def test_the_reminder_is_a_calendar_file(browser, diary):
    fill(diary, day=18)
    answer = browser.get("/people/p01/next.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20260321" in answer.text
    assert answer.text.endswith("END:VCALENDAR\r\n")


@pytest.mark.parametrize(
    ("header", "code"),
    [("de-AT,de;q=0.9,en;q=0.8", "de"), ("en-GB,de;q=0.9", "en"), ("fr", "en"), ("", "en"), ("de;q=x", "en")],
)
def test_the_language_is_the_browsers_and_can_be_chosen(browser, diary, header, code):
    assert f'<html lang="{code}">' in browser.get("/", headers={"accept-language": header}).text
    answer = browser.post("/language", data={"language": "de", "back": "//evil.example"})
    assert answer.headers["location"] == "/"
    assert '<html lang="de">' in browser.get("/", headers={"accept-language": header}).text
