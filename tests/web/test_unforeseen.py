"""What nobody foresaw ends in a sentence and loses nothing: full disks, drivers, mistakes of ours."""

import asyncio
import json
import re
import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from starlette.testclient import TestClient

from phone_takes import finish, record, rows_of
from surefoot import pipeline, sources
from surefoot.diary import LIVE
from surefoot.errors import DiaryError, LinkError, TooShortError
from surefoot.live.ble.arrival import sender_of
from surefoot.live.ble.devices import discover
from surefoot.live.ble.scanner import Target
from surefoot.live.feedback import Feedback, Goal, Score
from surefoot.live.journal import find_unfinished, read_unfinished
from surefoot.live.log import Packet
from surefoot.live.recovery import recover
from surefoot.live.takes import takes_in
from surefoot.model import Setup
from surefoot.settings import Settings
from surefoot.simulate import Imu, board
from surefoot.web.phone.push import PushDesk, build_push
from surefoot.web.phone.site import build_phone
from surefoot.web.server.middleware import HEADERS
from surefoot.web.trainer.feeds import BoardSensor, RadioFeed
from surefoot.web.trainer.phone import PhoneFeed
from surefoot.web.trainer.rounds import keep_round
from surefoot.web.trainer.trainer import Trainer

BOARD_SETUP = Setup(
    person="p01", test="wobble-board", leg="both", surface="board", placement="board", practice=True
)
FULL = OSError(28, "No space left on device", "/somewhere/secret")


def refuse(*_, **__):
    raise FULL


class Broken:
    """A feed whose driver stumbles."""

    async def run(self, _take, _tell):
        raise RuntimeError("the adapter vanished")


@pytest.mark.parametrize(
    "fault", [OSError(19, "No such device"), RuntimeError("no bus"), ImportError("dbus")]
)
def test_a_sensor_that_cannot_be_opened_is_explained_and_let_go(diary, fault):
    def fail():
        raise fault

    trainer = Trainer(diary, Settings(), {"mine": BoardSensor("my sensor", fail)})

    async def go():
        with pytest.raises(LinkError, match="my sensor"):
            await trainer.connect("mine")
        return trainer.snapshot()

    told = asyncio.run(go())
    assert (told["sensor"], told["said"]) == ("", "No sensor is connected.")


def test_a_link_that_stumbles_is_a_fault_and_not_a_page_that_nobody_watched(diary):
    trainer = Trainer(diary, Settings(), {"mine": BoardSensor("my sensor", Broken)})

    async def go():
        await trainer.connect("mine")
        await asyncio.gather(trainer._running)
        return trainer.snapshot()

    told = asyncio.run(go())
    assert "the adapter vanished" in told["fault"]["found"]
    assert "my sensor" in told["said"]


@pytest.fixture
def begun(diary, monkeypatch, tmp_path):
    """A round in a journal whose disk is full since it began."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    feed = RadioFeed(sender_of(Target(discover()["surefoot_open"], "00:11", 100.0)))
    feed._keep(Packet(0.5, 0, discover()["surefoot_open"].notify[0], b"x"))
    feed.begin(1.0, Setup(person="p01", test="wobble-board", surface="board", placement="board"), diary)
    monkeypatch.setattr("surefoot.live.journal.os.write", refuse)
    return feed


def test_what_the_disk_refused_of_a_round_lies_elsewhere_and_is_recovered_from_there(
    begun, diary, monkeypatch
):
    monkeypatch.setattr("surefoot.web.trainer.feeds.keep_takes", refuse)
    with pytest.raises(DiaryError) as raised:
        begun.round.end(31.0).keep(diary, Settings())
    safe, journal = re.search(r"then move (\S+) over (\S+)\.$", raised.value.do).groups()
    assert find_unfinished(diary.root / LIVE) == (Path(journal),)
    Path(safe).replace(journal)
    assert [take.ending for take in takes_in(read_unfinished(Path(journal)).log)] == ["held"]


def test_a_round_that_is_in_the_diary_is_no_failure_though_its_journal_has_no_end(begun, diary, monkeypatch):
    in_diary = SimpleNamespace(trial="abc", kept=SimpleNamespace(trial="abc"), waits=False)
    monkeypatch.setattr("surefoot.web.trainer.feeds.keep_takes", lambda *_: (in_diary,))
    assert begun.round.end(31.0).keep(diary, Settings()).trial == "abc"


def a_round_of_a_phone(diary):
    """A round of a phone that has ended, its rows in a journal."""
    made = board(3, duration_s=40.0, imu=Imu(rate_hz=50.0))[0]
    values = [made.time_s * 1000, made.acc_mps2, np.degrees(made.gyr_radps)]
    feed = PhoneFeed(lambda: datetime(2026, 3, 2, tzinfo=UTC))
    feed.begin(0.0, BOARD_SETUP, diary)
    feed.take_part(0, np.column_stack(values).tolist())
    return feed.round.end(40.0)


def test_a_round_of_a_phone_that_the_diary_cannot_take_is_left_to_be_recovered(diary, monkeypatch):
    recording, ended = a_round_of_a_phone(diary), Feedback(goal=Goal(), score=Score())
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "keep", refuse)
        told = keep_round(recording, ended, BOARD_SETUP, diary, Settings(), datetime(2026, 3, 2, tzinfo=UTC))
    assert "record --recover" in told["error"]["do"]
    (kept,) = recover(diary, Settings()).kept
    assert diary.entry(kept.trial).assessment.setup.practice
    assert list(diary.live_folder("p01").iterdir()) == []


def test_a_round_of_a_phone_that_is_refused_lies_in_a_file(diary, monkeypatch):
    def none(*_, **__):
        raise TooShortError("x", found="x", expected="x", do="Stand longer.")

    recording = a_round_of_a_phone(diary)
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "prepare", none)
        with pytest.raises(TooShortError) as raised:
            recording.keep(diary, Settings())
    (file,) = diary.live_folder("p01").iterdir()
    assert raised.value.do == f"Stand longer. What arrived is in {file}; `surefoot import` reads it."
    (outcome,) = pipeline.walk(sources.collect(file), lambda *_: BOARD_SETUP, Settings())
    assert outcome.assessment is not None


def failing(site, base):
    return TestClient(site, base_url=base, follow_redirects=False, raise_server_exceptions=False)


@pytest.mark.parametrize("fault", [FULL, sqlite3.OperationalError("disk I/O error"), ZeroDivisionError("x")])
def test_a_page_of_the_dashboard_says_it(browser, diary, monkeypatch, fault):
    def fail(*_):
        raise fault

    for question in ("entries", "everybody", "states"):
        monkeypatch.setattr(type(diary), question, fail)
    page = failing(browser.app, "http://127.0.0.1:8765")
    page.cookies = browser.cookies
    answer = page.get("/")
    assert answer.status_code == 500
    assert "What to do" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


def test_the_phone_page_and_the_third_listener_say_it(guest, diary, passport, monkeypatch):
    monkeypatch.setattr("surefoot.web.phone.site.read_plan", refuse)
    phone = failing(guest.app, "https://10.0.0.5:8766")
    answer = phone.post("/api/sessions", json={}, headers=guest.headers)
    assert answer.status_code == 500
    assert "Check the diary's disk" in json.loads(answer.text)["error"]["do"]
    monkeypatch.setattr("surefoot.web.phone.push.read_message", refuse)
    app = failing(
        build_push(PushDesk(diary, Settings(), Setup()), passport, ["10.0.0.5"]), "http://10.0.0.5:8767"
    )
    answer = app.post(f"/{passport.show()}/data", content=b"{}")
    assert answer.status_code == 500
    assert "Check the diary's disk" in answer.text


def test_a_terminal_that_is_gone_makes_no_kept_take_a_failure(diary, passport):
    def gone(_):
        raise BrokenPipeError

    site = build_phone(diary, Settings(), passport, ["10.0.0.5"], tell=gone)
    phone = failing(site, "https://10.0.0.5:8766")
    phone.headers["authorization"] = f"Bearer {passport.show()}"
    take, result = record(phone, rows_of(1))
    assert result["trial"] == diary.entries()[0].trial
    assert finish(phone, take, 36).json() == result
