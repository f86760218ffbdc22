"""The laptop shows what the phone does: in words, in its own language, and to its owner alone."""

import asyncio
import json

import pytest
from starlette.testclient import TestClient

from made_diary import TODAY
from phone_takes import announce, record, rows_of
from surefoot.settings import Settings
from surefoot.web import live_view
from surefoot.web.live_view import LOST_AFTER_S, MOST_STREAMS, LiveView, Moment, read_moment
from surefoot.web.phone.site import build_phone
from surefoot.words.home_language import home_language


@pytest.fixture
def live():
    return LiveView()


@pytest.fixture
def now(monkeypatch):
    seconds = [100.0]
    monkeypatch.setattr(live_view, "_now_s", lambda: seconds[0])
    return seconds


@pytest.fixture
def settings(tmp_path):
    known = Settings(tmp_path / "settings")
    known.remember_name("p01", "Zoë")
    return known


@pytest.fixture
def sender(diary, passport, settings, live):
    """A phone that has scanned the code."""
    site = build_phone(diary, settings, passport, ["10.0.0.5"], clock=lambda: TODAY, live=live)
    guest = TestClient(site, base_url="https://10.0.0.5:8766")
    guest.headers["authorization"] = f"Bearer {passport.show()}"
    return guest


def seen(live, settings, code="en"):
    return live.describe(home_language(code), settings)


def test_from_the_wait_to_the_result(sender, live, settings, now):
    assert seen(live, settings) == {"stage": "waiting"}
    sender.get("/api/hello")
    assert seen(live, settings) == {"stage": "here"}
    _, result = record(sender, rows_of(1))
    assert seen(live, settings) == {"stage": "here"}
    hold = {"stage": "hold", "leg": "left", "left_s": 18, "whole_s": 30, "dot": [0, 0], "after": "right"}
    assert sender.post("/api/live", json=hold).json() == {"stop": False}
    told = seen(live, settings)
    assert (told["from"], told["headline"]) == ("Live from Zoë’s phone", "Hold. Left leg.")
    assert (told["left_s"], told["share"]) == (18, 0.6)
    assert told["lead"] == "Then a rest, then the right leg."
    assert seen(live, settings, "de")["headline"] == "Halten. Linkes Bein."
    sender.post("/api/live", json={"stage": "done"})
    told = seen(live, settings)
    assert (told["stage"], told["person"], told["results"]) == ("done", "p01", [result["said"]])


@pytest.mark.parametrize(
    ("stage", "text"),
    [
        ("strap", "Zoë straps the phone on."),
        ("tight", "It starts in a moment."),
        ("lead", "It starts in a moment."),
        ("hold", "Hold."),
        ("rest", "Rest."),
        ("touch", "Rest."),
        ("done", "The test is over. Here is what came."),
    ],
)
def test_each_stage_is_said(sender, live, settings, now, stage, text):
    announce(sender)
    sender.post("/api/live", json={"stage": stage, "dot": [3, -0.5]})
    told = seen(live, settings)
    assert told["headline"] == text
    assert told.get("dot") == ((1.0, -0.5) if stage == "strap" else None)


def test_a_phone_that_fell_silent_is_lost_and_comes_back(live, settings, now):
    async def walk():
        live.begin("p01")
        live.take(Moment("hold", "right", 10, 30))
        now[0] = asyncio.get_running_loop().time() + LOST_AFTER_S + 0.1
        assert seen(live, settings)["headline"] == "I lost the phone. I go on when it is back."
        assert "left_s" not in seen(live, settings)
        live.take(Moment("done"))
        assert seen(live, settings)["stage"] == "done"

    asyncio.run(walk())


@pytest.mark.parametrize(
    "told",
    [
        None, [], 7, "hold", {}, {"stage": "x"}, {"stage": ["hold"]}, {"stage": "hold", "leg": "<b>"},
        {"stage": "hold", "after": []}, {"stage": "hold", "after": "x"},
        {"stage": "hold", "left_s": "x"}, {"stage": "hold", "left_s": float("nan")},
        {"stage": "hold", "left_s": 1e300}, {"stage": "strap", "dot": [1]}, {"stage": "strap", "dot": 7},
        {"stage": "strap", "dot": [None, 1]}, {"stage": "strap", "dot": {"x": 1}},
    ],
)  # fmt: skip
def test_what_is_no_moment_changes_nothing(sender, live, settings, told):
    body = json.dumps(told).encode()
    assert sender.post("/api/live", content=body).status_code == 400
    assert "headline" not in seen(live, settings)


def test_numbers_are_kept_within_their_bounds():
    assert read_moment({"stage": "hold", "left_s": -3, "whole_s": 29.6, "dot": [-9, 9]}) == Moment(
        "hold", "both", 0, 30, (-1.0, 1.0)
    )


def test_strangers_neither_tell_nor_watch(sender, stranger, live, settings):
    sender.headers["authorization"] = "Bearer wrong"
    assert sender.post("/api/live", json={"stage": "hold"}).status_code == 401
    assert seen(live, settings) == {"stage": "waiting"}
    assert stranger.get("/phone/live").status_code == 401


def test_a_stream_tells_each_change_and_ends_with_the_program(live, settings):
    async def walk():
        stream = live.watch(home_language("en"), settings)
        first = json.loads((await anext(stream)).removeprefix("data: "))
        live.arrive()
        second = json.loads((await anext(stream)).removeprefix("data: "))
        live.close()
        return first, second, [each async for each in stream]

    assert asyncio.run(walk()) == ({"stage": "waiting"}, {"stage": "here"}, [])


def test_too_many_streams_are_not_begun(live, settings):
    async def walk():
        streams = [live.watch(home_language("en"), settings) for _ in range(MOST_STREAMS)]
        for each in streams:
            await anext(each)
        return [each async for each in live.watch(home_language("en"), settings)]

    assert asyncio.run(walk()) == []


def test_stop_is_told_once_and_to_a_test_that_is_under_way(sender, live, settings, now):
    hold = {"stage": "hold", "leg": "left", "left_s": 18, "whole_s": 30}
    live.ask_stop()  # nothing is under way
    announce(sender, legs="left")
    assert sender.post("/api/live", json=hold).json() == {"stop": False}
    assert seen(live, settings)["stop"] == "Stop the test"
    live.ask_stop()
    assert (seen(live, settings)["stop"], seen(live, settings)["stopping"]) == ("I tell the phone", True)
    assert [sender.post("/api/live", json=hold).json()["stop"] for _ in range(2)] == [True, False]
    live.ask_stop()
    announce(sender, legs="left")  # the next test is another one
    assert sender.post("/api/live", json=hold).json() == {"stop": False}
    sender.post("/api/live", json={"stage": "done"})
    live.ask_stop()
    assert "stop" not in seen(live, settings)
    assert sender.post("/api/live", json=hold).json() == {"stop": False}
