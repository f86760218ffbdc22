"""Events corrected in a form: written into the diary, refused where they are none."""

from urllib.parse import urlencode

import pytest

from made_diary import fill
from surefoot.errors import SetupError
from surefoot.model import Event
from surefoot.web.correcting import read_events


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
    assert (answer.status_code, answer.headers["location"]) == (303, f"/trials/{trial}#events")
    (event,) = diary.entry(trial).assessment.events
    assert event == Event("touchdown", 20.0, 21.0, by_hand=True)
    page = browser.get(f"/trials/{trial}").text
    assert "by hand" in page
    assert "Somebody has set the events by hand." in page
    assert 'value="20.00"' in page


def test_what_was_found_can_be_had_back(browser, diary, trial):
    before = diary.entry(trial).assessment
    post(browser, trial, form(("touchdown", "20", "21")))
    post(browser, trial, b"how=found")
    assert diary.entry(trial).assessment == before


def test_an_unchanged_event_stays_as_it_was_found(diary):
    known = (Event("touchdown", 20.1234, 21.5678, 0.83),)
    assert read_events(form(("touchdown", "20.12", "21.57")), known) == known
    (moved,) = read_events(form(("touchdown", "20.22", "21.57")), known) or ()
    assert moved.by_hand


def test_no_row_means_that_nothing_happened():
    assert read_events(form(("", "", "")), ()) == ()


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
        read_events(body, ())
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
