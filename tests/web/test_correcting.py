"""Events corrected in a form: written into the diary, refused where they are none."""

import json
import re
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from made_diary import fill, zipped_export
from surefoot.cli import main
from surefoot.diary import open_diary
from surefoot.errors import SetupError
from surefoot.model import Event
from surefoot.preparation.calibration import device_class
from surefoot.preparation.events import add_by_hand, merge_events
from surefoot.settings import Settings
from surefoot.web.dashboard.event_form import read_hands
from surefoot.web.dashboard.site import build_dashboard


@pytest.fixture
def trial(diary):
    return fill(diary)


def form(*rows, **more):
    cells = [pair for row in rows for pair in zip(("kind", "start", "end"), row, strict=True)]
    return urlencode([*cells, *more.items()]).encode()


def post(browser, trial, body):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return browser.post(f"/trials/{trial}/events", content=body, headers=headers)


def test_a_typed_touchdown_is_in_the_diary_and_on_the_page(browser, diary, trial):
    answer = post(browser, trial, form(("touchdown", "20.0", "21.0"), ("", "", "")))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/trials/{trial}?saved=1#events")
    (event,) = diary.entry(trial).assessment.events
    assert event == Event("touchdown", 20.0, 21.0, by_hand=True)
    page = browser.get(f"/trials/{trial}").text
    assert "by hand" in page
    assert 'value="20.00"' in page


def test_what_is_taken_away_stays_away(browser, diary, trial):
    before = diary.entry(trial).assessment
    post(browser, trial, form(("touchdown", "20", "21")))
    assert diary.entry(trial).assessment.values != before.values
    post(browser, trial, form(("", "", "")))
    assert diary.entry(trial).assessment.values == before.values
    assert "Touchdown</th>" not in browser.get(f"/trials/{trial}").text


def test_a_form_sent_back_as_it_was_changes_nothing(diary):
    known = (Event("touchdown", 20.1234, 21.5678, 0.83),)
    assert read_hands(form(("touchdown", "20.12", "21.57")), known, 30.0) == ()


def test_a_moved_event_is_gone_there_and_new_here():
    known = Event("touchdown", 20.1234, 21.5678, 0.83)
    gone, new = read_hands(form(("touchdown", "22.00", "23.00")), (known,), 30.0)
    assert (gone.start_s, gone.confidence, gone.by_hand) == (known.start_s, 0.0, True)
    assert new == Event("touchdown", 22.0, 23.0, by_hand=True)


@pytest.mark.parametrize(
    "body",
    [
        form(("touchdown", "x", "3")),
        form(("touchdown", "", "")),
        form(("touchdown", "nan", "3")),
        form(("touchdown", "1", "inf")),
        form(("<script>", "1", "2")),
        form(("steady", "1", "2")),
        b"kind=touchdown&start=1",
        b"kind=touchdown&" * 1000,
        b"\xff\xfe&kind=touchdown",
    ],
)
def test_what_is_no_event_is_refused(browser, diary, trial, body):
    before = diary.entry(trial).assessment
    with pytest.raises(SetupError):
        read_hands(body, (), 30.0)
    answer = post(browser, trial, body)
    assert answer.status_code == 400
    assert "<script>" not in answer.text
    assert diary.entry(trial).assessment == before


def test_an_event_outside_the_recording_is_refused(browser, diary, trial):
    assert post(browser, trial, form(("touchdown", "900", "901"))).status_code == 400
    assert not diary.entry(trial).assessment.events


def test_only_our_own_page_corrects(browser, stranger, diary, trial):
    body = form(("touchdown", "20", "21"))
    answer = browser.post(f"/trials/{trial}/events", content=body, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    browser.cookies.clear()
    assert post(browser, trial, body).status_code == 401
    assert not diary.entry(trial).assessment.events


def test_the_same_correction_by_command_gives_the_same_trial(browser, diary, trial, tmp_path, monkeypatch):
    post(browser, trial, form(("touchdown", "20", "21")))
    by_page = diary.entry(trial).assessment
    monkeypatch.setenv("SUREFOOT_DIARY", str(tmp_path / "other"))
    other = open_diary()
    assert fill(other) == trial
    with pytest.raises(SystemExit) as left:
        main(["edit", trial, "--add-event", "touchdown 20"])
    assert left.value.code == 0
    by_command = open_diary().entry(trial).assessment
    assert by_command.events == by_page.events
    assert by_command.values == by_page.values
    assert [issue.code for issue in by_command.issues] == [issue.code for issue in by_page.issues]
    assert other.events(trial) == diary.events(trial)


def test_events_that_leave_no_steady_standing_are_refused_and_nothing_is_changed(browser, diary, trial):
    before = diary.entry(trial)
    rows = [("touchdown", f"{second}", f"{second + 1}") for second in range(35)]
    answer = post(browser, trial, form(*rows))
    assert answer.status_code == 400
    assert all(part in answer.text for part in ("Found", "Expected", "What to do", f'href="/trials/{trial}"'))
    assert diary.entry(trial) == before
    assert diary.events(trial) == before.assessment.events
    assert browser.get(f"/trials/{trial}").status_code == 200


def test_an_old_form_does_not_undo_what_was_corrected_meanwhile(browser, diary, trial):
    seen = re.search(r'name="seen" value="(\w+)"', browser.get(f"/trials/{trial}").text)[1]
    assert post(browser, trial, form(("touchdown", "20", "21"), seen=seen)).status_code == 303
    before = diary.entry(trial)
    answer = post(browser, trial, form(("hop", "5", "6"), seen=seen))
    assert answer.status_code == 400
    assert "changed elsewhere" in answer.text
    assert diary.entry(trial) == before


seconds = st.integers(0, 60).map(lambda steps: steps / 20)
kinds = st.sampled_from(["touchdown", "hop"])
found = st.builds(
    lambda kind, start, sure: Event(kind, start, start + 0.2, sure), kinds, seconds, st.just(0.8)
)
hands = st.builds(
    lambda kind, start, sure: Event(kind, start, start + 0.2, sure, by_hand=True),
    kinds, seconds, st.sampled_from([0.0, 1.0]),
)  # fmt: skip


@given(st.lists(found, max_size=6), st.lists(hands, max_size=4), st.data())
def test_what_the_form_shows_is_what_is_kept(found, earlier, data):
    """Whatever is near whatever: half a second is where a hand wins over what was found."""
    denied = [event for event in earlier if event.confidence == 0]
    known = (*merge_events(found, earlier), *denied)
    rows = [(e.kind, f"{e.start_s:.2f}", f"{e.end_s:.2f}") for e in known if e.confidence > 0]
    kept = data.draw(st.lists(st.sampled_from(rows), unique=True)) if rows else []
    new = [(e.kind, f"{e.start_s:.2f}", f"{e.end_s:.2f}") for e in data.draw(st.lists(hands, max_size=3))]
    sent = read_hands(form(*kept, *new), known, 40.0)
    after = merge_events(found, add_by_hand(earlier, sent))
    assert {(e.kind, f"{e.start_s:.2f}", f"{e.end_s:.2f}") for e in after} == {*kept, *new}


def told_of(assessment):
    """What is told of the sway against what its device reads at rest."""
    return [issue for issue in assessment.issues if "own noise of 0.5" in issue.message]


def test_imports_and_corrections_know_what_the_device_reads_at_rest(diary, trial, passport, tmp_path):
    """As the command line does: else the same trial would have two results."""
    settings = Settings(tmp_path / "settings")
    settings.remember_noise(device_class(diary.recording(trial)), 0.5, 100.0)
    site = build_dashboard(diary, settings, passport)
    page = TestClient(site, base_url="http://127.0.0.1:8765", follow_redirects=False)
    page.get("/open", params={"pass": passport.show()})
    assert post(page, trial, form(("hop", "1", "2"))).status_code == 303
    assert told_of(diary.entry(trial).assessment)
    data = zipped_export(5)
    listed = quote(json.dumps([["made.zip", len(data), 1772437800000]]))
    words = {"person": "p03", "leg": "right"}
    (kept,) = page.post("/import", params=words, content=data, headers={"x-files": listed}).json()
    assert told_of(diary.entry(kept["trial"]).assessment)


def correct(browser, trial, **words):
    body = {"person": "p01", "leg": "left", "eyes": "open", "surface": "floor", "footwear": "barefoot"}
    return browser.post(f"/trials/{trial}/conditions", data={**body, "placement": "lumbar", **words})


def test_a_mistaken_leg_and_person_are_corrected_on_the_page(browser, diary, trial):
    answer = correct(browser, trial, leg="right", person="p02", note="Łukasz: <b>boli</b>")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/trials/{trial}?corrected=1")
    setup = diary.entry(trial).assessment.setup
    assert (setup.leg, setup.person, setup.note) == ("right", "p02", "Łukasz: <b>boli</b>")
    assert (setup.practice, setup.facing) == (False, "back")
    page = browser.get(answer.headers["location"]).text
    assert "Saved. I worked it out anew." in page
    assert 'value="right" selected' in page
    assert [entry.trial for entry in diary.entries()] == [trial]


def test_a_correction_to_practice_and_both_legs_follows_through(browser, diary, trial):
    correct(browser, trial, leg="both", practice="on")
    setup = diary.entry(trial).assessment.setup
    assert (setup.test, setup.practice) == ("two-legs", True)


def test_a_form_of_conditions_sent_as_it_was_changes_nothing(browser, diary, trial):
    before = diary.entry(trial).assessment
    correct(browser, trial)
    assert diary.entry(trial).assessment == before


@pytest.mark.parametrize("words", [{"leg": "third"}, {"person": "Anna Müller"}, {"placement": "board"}])
def test_a_correction_that_cannot_be_is_refused_with_the_way_back(browser, diary, trial, words):
    before = diary.entry(trial).assessment
    answer = correct(browser, trial, **words)
    assert answer.status_code == 400
    assert "What to do" in answer.text
    assert f'href="/trials/{trial}"' in answer.text
    assert diary.entry(trial).assessment == before


def test_an_empty_correction_is_refused(browser, trial):
    assert browser.post(f"/trials/{trial}/conditions", content=b"").status_code == 400
