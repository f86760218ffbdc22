"""A phone on the board: rows in parts by HTTP, live and kept; who else may send."""

import asyncio
import json
from datetime import datetime, timedelta, timezone

import httpx2
import numpy as np
import pytest

from surefoot.cli import main
from surefoot.live import phone_page as live
from surefoot.live.log import read_log
from surefoot.live.phone_page import PhoneInfo
from surefoot.live.takes import takes_in
from surefoot.model import Setup
from surefoot.settings import Settings
from surefoot.simulate import Imu, board
from surefoot.sources.formats import phone_page
from surefoot.web.phone.site import build_phone
from surefoot.web.server import listeners
from surefoot.web.server.tokens import Pass
from surefoot.web.trainer import phone as module
from surefoot.web.trainer.feeds import SIMULATED
from surefoot.web.trainer.phone import INSTEAD, PHONE, PHONE_SOURCE, PRESENT_S, PhoneFeed
from surefoot.web.trainer.rounds import read_round
from surefoot.web.trainer.trainer import Trainer

WHEN = datetime(2026, 3, 2, 18, 30, tzinfo=timezone(timedelta(hours=1)))
WORDS = {"person": "p01", "leg": "left", "zone_deg": 5, "length_s": 30, "lead_s": 5, "board": "round"}
MADE, TRUTH = board(7, duration_s=50.0, still_s=3.0, imu=Imu(rate_hz=60.0))


def rows_of(recording=MADE, sign=1.0):
    """The rows that a browser on the board would give."""
    values = [recording.time_s * 1000 + 5000, sign * recording.acc_mps2, np.degrees(recording.gyr_radps)]
    return np.column_stack(values).tolist()


class Visit:
    """A phone that has scanned the code, and the trainer it talks to, on one event loop."""

    def __init__(self, diary, token=None, **options):
        self.trainer = Trainer(diary, Settings(), {PHONE: PHONE_SOURCE}, lambda: WHEN)
        passport = Pass(3600.0)
        site = build_phone(diary, Settings(), passport, ["10.0.0.5"], trainer=self.trainer)
        headers = {"authorization": f"Bearer {passport.show() if token is None else token}"}
        transport = httpx2.ASGITransport(app=site, **options)
        self.client = httpx2.AsyncClient(transport=transport, base_url="https://10.0.0.5", headers=headers)

    async def announce(self, platform="android"):
        answer = await self.client.post("/api/board", json={"platform": platform})
        await asyncio.sleep(0.01)  # a network takes its time, this client does not
        return answer.json().get("board"), answer

    async def send(self, name, number, rows):
        return await self.client.post(f"/api/board/{name}/parts/{number}", json=rows)


async def train(visit, rows, platform="android"):
    """Send everything, three rows at a time; start as soon as the level is known."""
    name, _ = await visit.announce(platform)
    phases = []
    for number, first in enumerate(range(0, len(rows), 3)):
        answer = await visit.send(name, number, rows[first : first + 3])
        phases.append(answer.json()["phase"])
        if phases[-1] == "ready":
            assert visit.trainer.start(*read_round(WORDS))
        if phases[-1] == "done":
            break
    result = await visit.trainer.stop()
    await visit.trainer.leave()
    return phases, result


@pytest.mark.parametrize(("platform", "sign"), [("android", 1.0), ("ios", -1.0)])
def test_a_round_of_a_phone_is_kept_as_it_was_sent(diary, platform, sign):
    rows = rows_of(sign=sign)
    phases, result = asyncio.run(train(Visit(diary), rows, platform))
    assert list(dict.fromkeys(phases)) == ["level", "ready", "lead", "running", "done"]
    (entry,) = diary.entries("p01")
    assert entry.trial == result["trial"]
    assert entry.assessment.setup.practice
    assert entry.assessment.primary == "osi_centred_deg"
    kept = diary.recording(entry.trial)
    assert kept.source == "phone_page"
    assert kept.duration_s == pytest.approx(33.0, abs=0.1)
    first = int(np.argmin(np.abs(MADE.acc_mps2 - kept.acc_mps2[0]).sum(axis=1)))
    np.testing.assert_allclose(kept.acc_mps2, MADE.acc_mps2[first : first + len(kept.time_s)], atol=1e-9)
    assert len(diary.log("p01")) == 1


def test_the_end_of_the_program_keeps_the_round_that_is_under_way(diary, monkeypatch):
    visit, rows, seen = Visit(diary), rows_of(), []
    monkeypatch.setattr(listeners, "run_listeners", lambda given, *_: seen.extend(given))
    monkeypatch.setattr("surefoot.web.trainer.trainer.Trainer", lambda *_: visit.trainer)
    with pytest.raises(SystemExit):
        main(["web"])

    async def leave_early():
        name, _ = await visit.announce()
        for number, first in enumerate(range(0, len(rows), 10)):
            answer = await visit.send(name, number, rows[first : first + 10])
            if answer.json()["phase"] == "ready":
                assert visit.trainer.start(*read_round(WORDS))
            if answer.json()["phase"] == "running" and answer.json()["left_s"] < 5:
                break
        await seen[0].finish()

    asyncio.run(leave_early())
    assert len(diary.entries("p01")) == 1


def test_the_tilt_is_the_phones(diary):
    visit, told = Visit(diary), []

    async def lean():
        name, _ = await visit.announce()
        for number, row in enumerate(rows_of()[:1200]):
            await visit.send(name, number, [row])
            told.append(visit.trainer.feedback.tilt_deg)
        await visit.trainer.leave()

    asyncio.run(lean())
    true = np.column_stack([TRUTH.tilt_ap_deg, TRUTH.tilt_ml_deg])[300:1200]
    assert np.abs(np.array(told)[300:] - true).max() < 0.3


def test_parts_that_come_twice_or_too_early_change_nothing(diary):
    visit, rows = Visit(diary), rows_of()

    async def stumble():
        name, _ = await visit.announce()
        statuses = [(await visit.send(name, number, rows[:2])).status_code for number in (0, 0, 2, 7, 1, 0)]
        await visit.trainer.leave()
        return statuses

    assert asyncio.run(stumble()) == [200, 200, 409, 409, 200, 200]


def test_one_phone_at_a_time(diary):
    visit, rows = Visit(diary), rows_of()

    async def crowd():
        name, first = await visit.announce()
        await visit.send(name, 0, rows[:3])
        _, second = await visit.announce()
        await visit.trainer.leave()
        gone = await visit.send(name, 1, rows[3:6])
        await visit.trainer.connect(SIMULATED)
        _, third = await visit.announce()
        other = await visit.send(name, 1, rows[3:6])
        await visit.trainer.leave()
        return [each.status_code for each in (first, second, gone, third, other)]

    assert asyncio.run(crowd()) == [200, 400, 404, 400, 404]


def test_two_phones_that_announce_themselves_at_once_do_not_replace_each_other(diary):
    visit, rows = Visit(diary), rows_of()

    async def race():
        (one, first), (two, second) = await asyncio.gather(visit.announce(), visit.announce())
        name = one or two
        sent = await visit.send(name, 0, rows[:3])
        said = visit.trainer.snapshot()["said"]
        await visit.trainer.leave()
        return sorted(each.status_code for each in (first, second)), sent.status_code, said

    statuses, sent, said = asyncio.run(race())
    assert (statuses, sent) == ([200, 400], 200)
    assert "A second phone was turned away" in said


def test_a_phone_that_has_not_sent_yet_is_not_replaced_and_one_that_is_gone_is(diary, clock, monkeypatch):
    visit, rows = Visit(diary), rows_of()
    monkeypatch.setattr(module, "_now_s", clock)

    async def wait():
        name, _ = await visit.announce()
        _, early = await visit.announce()
        clock.now_s += PRESENT_S + 1
        other, late = await visit.announce()
        said = visit.trainer.snapshot()["said"]
        sent = [(await visit.send(each, 0, rows[:3])).status_code for each in (name, other)]
        await visit.trainer.leave()
        return early, late, said, sent

    early, late, said, sent = asyncio.run(wait())
    assert (early.status_code, late.status_code, sent) == (400, 200, [404, 200])
    assert "another phone" in early.json()["error"]["what"]
    assert said == INSTEAD


def test_an_awaited_phone_is_taken(diary):
    visit = Visit(diary)

    async def wait():
        feed = await visit.trainer.connect(PHONE)
        await asyncio.sleep(0)
        name, _ = await visit.announce()
        assert (feed.name, visit.trainer.feed) == (name, feed)
        wrong = await visit.send("", 0, []), await visit.send("x" * 22, 0, [])
        await visit.trainer.leave()
        return [each.status_code for each in wrong]

    assert asyncio.run(wait()) == [404, 404]


@pytest.mark.parametrize(
    "rows",
    [
        {"no": "rows"},
        [[1, 2, 3]],
        [[None, 1, 1, 1, 0, 0, 0]],
        [[1, 2, 3, "9.8", 0, 0, 0]],
        [[1, 2, 3, 1e300, 0, 0, 0]],
        [[0, 0, 0, 9.8, 0, 0, 0]] * 601,
    ],
)
def test_rows_that_are_none_are_refused(diary, rows):
    visit = Visit(diary)

    async def push():
        name, _ = await visit.announce()
        answer = await visit.send(name, 0, rows)
        before = visit.trainer.feedback.now_s
        await visit.trainer.leave()
        return answer.status_code, before

    assert asyncio.run(push()) == (400, None)


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_a_pass_no_phone_is_a_sensor(diary, token):
    visit = Visit(diary, token)

    async def knock():
        _, announced = await visit.announce()
        sent = await visit.send("x", 0, [])
        return announced.status_code, sent.status_code, visit.trainer.source

    # A refusal is plain text; only its status is of interest.
    visit.announce = lambda: _post(visit, "/api/board")
    assert asyncio.run(knock()) == (401, 401, "")


async def _post(visit, path):
    return None, await visit.client.post(path, json={})


def test_another_site_makes_no_phone_a_sensor(diary):
    visit = Visit(diary)

    async def push():
        origin = await visit.client.post("/api/board", json={}, headers={"origin": "https://evil.example"})
        host = await visit.client.post("/api/board", json={}, headers={"host": "evil.example"})
        inside = [
            await visit.client.get(f"/trainer{path}") for path in ("", "/stream", "/result", "/code.svg")
        ]
        return origin.status_code, host.status_code, {each.status_code for each in inside}

    assert asyncio.run(push()) == (403, 421, {404})
    assert visit.trainer.source == ""


def test_without_a_trainer_the_phones_site_has_no_board(guest):
    assert guest.get("/board").status_code == 404
    assert guest.post("/api/board", json={}).status_code == 404


def test_a_phone_without_a_gyroscope_is_understood():
    row = [1000.0, 0.0, 0.0, 9.8, None, None, None]
    android, ios = (live.follow(PhoneInfo(name).header(live.BOARD, Setup(), WHEN)) for name in ("", "ios"))
    assert android(live.pack(0, [row, row]))[0].gyr_radps is None
    assert ios(live.pack(0, [row]))[0].acc_mps2.tolist() == [[0.0, 0.0, -9.8]]


def test_rows_before_the_round_and_after_it_are_left_out(diary):
    feed, setup = PhoneFeed(lambda: WHEN), Setup(person="p01", leg="left")
    rows = rows_of()
    feed.take_part(0, rows[:100])
    feed.begin(rows[150][0] / 1000, setup, diary)
    feed.take_part(1, rows[100:400])
    log = read_log(feed.round.end(rows[300][0] / 1000).journal.read())
    (files,) = [live.export(log, take).files for take in takes_in(log)]
    assert json.loads(files[phone_page.MEMBER])["rows"] == rows[150:301]
    feed.begin(0.0, setup, diary)
    feed.round.drop()
    feed.take_part(2, rows[400:500])
    assert len(list(diary.live_folder("p01").iterdir())) == 1
