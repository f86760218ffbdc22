"""The board trainer without a browser: rounds on virtual sensors, what is kept of them, who may ask."""

import asyncio
import json
import socket
from datetime import datetime, timedelta, timezone
from functools import cache

import pytest

from serving import free_port, serving
from surefoot import pipeline
from surefoot.change.trends import like_for_like
from surefoot.diary import LIVE
from surefoot.errors import DiaryError, SetupError, UsageError
from surefoot.live.ble.arrival import sender_of
from surefoot.live.ble.devices import discover
from surefoot.live.ble.scanner import Target
from surefoot.live.ble.virtual import VirtualSensor
from surefoot.live.ble.virtual_radio import virtual_radio
from surefoot.live.feedback import Goal
from surefoot.live.journal import find_unfinished
from surefoot.live.keeping import keep_takes
from surefoot.live.log import read_log
from surefoot.live.recovery import recover
from surefoot.live.takes import takes_in
from surefoot.metrics import load_metrics
from surefoot.model import Setup
from surefoot.preparation import prepare
from surefoot.settings import Settings
from surefoot.simulate import Imu, board
from surefoot.web.dashboard.site import build_dashboard
from surefoot.web.server import listeners
from surefoot.web.server.listeners import Listener
from surefoot.web.server.tokens import Pass
from surefoot.web.trainer.feeds import SIMULATED, BoardSensor, RadioFeed
from surefoot.web.trainer.rounds import read_round
from surefoot.web.trainer.trainer import IDLE_S, Trainer
from timewarp import run_warped

WHEN = datetime(2026, 3, 2, 18, 30, tzinfo=timezone(timedelta(hours=1)))
WORDS = {"person": "p01", "leg": "both", "zone_deg": 5, "length_s": 30, "lead_s": 5, "board": "round"}


@cache
def balanced(rate_hz):
    return board(3, duration_s=60.0, still_s=3.0, imu=Imu(rate_hz=rate_hz))


class Boards:
    """Virtual sensors on boards, each of them fresh at every connection."""

    def __init__(self, **kinds):
        self.sensors = {}
        self.kinds = kinds

    def sources(self):
        return {name: BoardSensor(name, lambda name=name: self.open(name)) for name in self.kinds}

    def open(self, name):
        device = discover()[self.kinds[name]]
        rate_hz = device.rate_near(100.0) or 100.0
        recording, self.truth = balanced(rate_hz)
        self.sensors[name] = sensor = VirtualSensor(device, recording)
        return RadioFeed(sender_of(Target(device, sensor.address, rate_hz), virtual_radio(sensor)))


def trainer_of(diary, boards=None):
    return Trainer(diary, Settings(), boards.sources() if boards else None, lambda: WHEN)


async def until(holds, limit_s=200.0):
    """Let time pass until something holds."""
    loop = asyncio.get_running_loop()
    end_s = loop.time() + limit_s
    while not holds():
        assert loop.time() < end_s, "it never happened"
        await asyncio.sleep(0.05)


async def a_round(trainer, key, words=WORDS):
    await trainer.connect(key)
    await until(lambda: trainer.feedback.phase == "ready")
    assert trainer.start(*read_round(words))
    await until(lambda: trainer.feedback.phase == "done")
    return await trainer.stop()


@pytest.mark.parametrize("kind", ["surefoot_open", "movella_dot", "movesense", "witmotion"])
def test_a_round_is_kept_logged_and_told(diary, kind):
    boards = Boards(mine=kind)
    trainer = trainer_of(diary, boards)

    async def train():
        result = await a_round(trainer, "mine")
        score = trainer.feedback.score
        await trainer.leave()
        return result, score

    result, score = run_warped(train())
    assert score.elapsed_s == pytest.approx(30.0, abs=0.05)
    assert dict(result["rows"])["Time in the zone"] == f"{score.in_zone_pct:.0f} %"
    (entry,) = diary.entries("p01")
    setup = entry.assessment.setup
    assert result["trial"] == entry.trial
    assert (setup.test, setup.practice, setup.surface, setup.board) == (
        "wobble-board",
        True,
        "board",
        "round",
    )
    assert entry.assessment.primary == "osi_centred_deg"
    assert setup.board_level_ap_deg == pytest.approx(0.0, abs=0.2)
    recording = diary.recording(entry.trial)
    assert recording.source == "bluetooth"
    assert recording.duration_s == pytest.approx(33.0, abs=0.5)
    (line,) = diary.log("p01")
    assert (line.exercise, line.sets, line.when) == ("balance drills", 1, WHEN)
    assert f"time in the zone {score.in_zone_pct:.0f} %" in line.note
    (journal,) = (diary.root / LIVE).rglob("*.journal")
    assert entry.trial in journal.name
    assert [take.attempt.practice for take in takes_in(read_log(journal.read_bytes()))] == [True]


def test_live_and_analysed_time_in_the_zone_agree(diary):
    """The analysis sees 20 s; the live tilt over the same 20 s must give the same."""
    boards = Boards(mine="surefoot_open")
    trainer = trainer_of(diary, boards)
    seen = []

    async def train():
        await trainer.connect("mine")
        await until(lambda: trainer.feedback.phase == "ready")
        trainer.start(*read_round({**WORDS, "zone_deg": 2.5}))
        while trainer.feedback.phase != "done":
            seen.append((trainer.feedback.now_s, trainer.feedback.is_inside, trainer.feedback.phase))
            await asyncio.sleep(0.01)
        await trainer.stop()
        await trainer.leave()

    run_warped(train())
    (entry,) = diary.entries("p01")
    trial = prepare(diary.recording(entry.trial), entry.assessment.setup)
    begun_s = next(at_s for at_s, _, phase in seen if phase == "running") - 3.0
    start_s, end_s = (begun_s + at_s for at_s in trial.window_s)
    inside = [inside for at_s, inside, _ in seen if start_s <= at_s < end_s]
    live_pct = 100 * sum(inside) / len(inside)
    assert live_pct == pytest.approx(load_metrics()["board_in_zone_2p5_pct"].compute(trial), abs=4.0)
    assert 5 < live_pct < 95


def test_practice_enters_no_trend(diary):
    run_warped(a_round(trainer_of(diary, Boards(mine="surefoot_open")), "mine"))
    assert not list(like_for_like(entry.assessment for entry in diary.entries("p01")))


def test_a_lost_link_ends_the_run_and_loses_nothing_else(diary):
    boards = Boards(mine="movella_dot")
    trainer = trainer_of(diary, boards)

    async def train():
        await trainer.connect("mine")
        await until(lambda: trainer.feedback.phase == "ready")
        assert trainer.start(*read_round({**WORDS, "length_s": 60}))
        await until(lambda: trainer.feedback.score.elapsed_s > 10)
        before = trainer.feedback.score
        sensor = boards.sensors["mine"]
        sensor.out_of_range = True
        sensor.drop_link()
        await asyncio.sleep(2)
        assert trainer.feedback.score == before
        sensor.out_of_range = False
        await until(lambda: trainer.feedback.score.elapsed_s > before.elapsed_s + 0.5)
        after = trainer.feedback.score
        assert after.run_s < 0.7
        assert after.best_s >= before.best_s
        result = await trainer.stop()
        await trainer.leave()
        return result

    result = run_warped(train())
    assert "Length of the round" in dict(result["rows"])
    assert boards.sensors["mine"].connections == 2


def test_getting_ready_can_be_given_up_and_nothing_is_kept(diary):
    trainer = trainer_of(diary, Boards(mine="surefoot_open"))

    async def train():
        await trainer.connect("mine")
        await until(lambda: trainer.feedback.phase == "ready")
        assert trainer.start(*read_round(WORDS))
        assert not trainer.start(*read_round(WORDS))
        await asyncio.sleep(1)
        assert await trainer.stop() is None
        assert trainer.feedback.phase == "ready"
        await trainer.leave()

    run_warped(train())
    assert not diary.entries()
    assert not diary.log("p01")
    assert not [path for path in (diary.root / LIVE).rglob("*") if path.is_file()]


def test_a_round_that_is_too_short_is_told_so(diary):
    trainer = trainer_of(diary, Boards(mine="surefoot_open"))

    async def train():
        await trainer.connect("mine")
        await until(lambda: trainer.feedback.phase == "ready")
        trainer.start(*read_round(WORDS))
        await until(lambda: trainer.feedback.score.elapsed_s > 8)
        result = await trainer.stop()
        assert await trainer.stop() == result
        await trainer.leave()
        return result

    result = run_warped(train())
    assert "not enough steady standing" in result["error"]["what"]
    assert "logged" not in result
    assert not diary.log("p01")
    assert not diary.entries()


def test_what_a_crash_leaves_can_be_recovered(diary):
    trainer = trainer_of(diary, Boards(mine="surefoot_open"))

    async def train():
        await trainer.connect("mine")
        await until(lambda: trainer.feedback.phase == "ready")
        trainer.start(*read_round(WORDS))
        await until(lambda: trainer.feedback.score.elapsed_s > 25)

    run_warped(train())
    (left,) = find_unfinished(diary.root / LIVE)
    log = read_log(left.read_bytes())
    assert log.header.setup["person"] == "p01"
    assert log.header.setup["board_level_ap_deg"] is not None
    (take,) = takes_in(log)
    assert take.ending == "interrupted"
    assert take.hold_s[1] - take.start_s > 25
    (kept,) = keep_takes(log, (take,), diary, Settings())
    (entry,) = diary.entries("p01")
    assert entry.trial == kept.trial
    assert entry.assessment.setup.practice


def test_a_round_that_the_diary_refuses_is_left_to_be_recovered(diary, monkeypatch):
    """Neither the log nor the trial can be written; the page is told, and the packets stay."""

    def full(*_):
        raise DiaryError("The diary cannot be written.", found="no space", expected="space", do="Make some.")

    trainer = trainer_of(diary, Boards(mine="witmotion"))

    async def train():
        result = await a_round(trainer, "mine")
        await trainer.leave()
        return result

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "keep", full)
        patch.setattr(type(diary), "add_log", full)
        result = run_warped(train())
    assert result["error"]["found"] == result["not_logged"]["found"] == "no space"
    assert "record --recover" in result["error"]["do"]
    assert "logged" not in result
    recovered = recover(diary, Settings())
    (kept,), broken = recovered.kept, recovered.broken
    assert diary.entry(kept.trial).assessment.setup.practice
    assert (kept.trial in [entry.trial for entry in diary.entries()], broken) == (True, ())


def test_leaving_in_a_round_keeps_it(diary):
    trainer = trainer_of(diary, Boards(mine="surefoot_open", other="movesense"))

    async def train():
        await trainer.connect("mine")
        await until(lambda: trainer.feedback.phase == "ready")
        trainer.start(*read_round(WORDS))
        await until(lambda: trainer.feedback.score.elapsed_s > 27)
        await trainer.connect("other")
        assert trainer.source == "other"
        await trainer.leave()

    run_warped(train())
    assert len(diary.entries("p01")) == 1


def test_a_sensor_that_nobody_watches_is_let_go(diary):
    boards = Boards(mine="surefoot_open")
    trainer = trainer_of(diary, boards)

    async def train():
        await trainer.connect("mine")
        await asyncio.sleep(IDLE_S / 2)
        assert trainer.source == "mine"
        await asyncio.sleep(IDLE_S)
        assert trainer.source == ""
        assert "no page watched" in trainer.snapshot()["said"]

    run_warped(train())


def test_a_sensor_that_is_away_is_explained(diary):
    boards = Boards(mine="surefoot_open")

    def away():
        feed = boards.open("mine")
        boards.sensors["mine"].out_of_range = True
        return feed

    trainer = Trainer(diary, Settings(), {"mine": BoardSensor("mine", away)}, lambda: WHEN)

    async def train():
        await trainer.connect("mine")
        await until(lambda: trainer.snapshot()["fault"])
        return trainer.snapshot()

    told = run_warped(train())
    assert "was not seen" in told["fault"]["what"]
    assert told["phase"] == "off"


def test_a_sensor_that_cannot_be_opened_is_refused(diary):
    def broken():
        raise UsageError("No.", found="x", expected="y", do="z")

    trainer = Trainer(diary, Settings(), {"mine": BoardSensor("mine", broken)}, lambda: WHEN)
    with pytest.raises(UsageError):
        run_warped(trainer.connect("mine"))
    assert (trainer.source, trainer.snapshot()["phase"]) == ("", "off")


def test_two_pages_that_connect_at_once_get_one_sensor(diary):
    boards = Boards(one="surefoot_open", two="movella_dot")
    trainer = trainer_of(diary, boards)

    async def train():
        await asyncio.gather(trainer.connect("one"), trainer.connect("two"), trainer.connect("one"))
        await until(lambda: trainer.feedback.phase == "ready")
        playing = [name for name, sensor in boards.sensors.items() if sensor._notify is not None]
        await trainer.leave()
        return playing

    assert run_warped(train()) == ["one"]
    assert trainer.source == ""


def test_leaving_at_once_leaves_nothing_behind(diary):
    trainer = trainer_of(diary, Boards(mine="surefoot_open"))

    async def train():
        await trainer.connect("mine")
        await trainer.leave()
        return trainer.feed, trainer.snapshot()["phase"]

    assert run_warped(train()) == (None, "off")


def test_the_stream_is_calm_and_ends_with_the_program(diary):
    trainer = trainer_of(diary, Boards(mine="movella_dot"))

    async def watch():
        loop, events = asyncio.get_running_loop(), []
        async for event in trainer.watch():
            assert event.startswith("data: ")
            assert event.endswith("\n\n")
            events.append((loop.time(), json.loads(event.removeprefix("data: "))))
        return events

    async def train():
        watching = asyncio.create_task(watch())
        await trainer.connect("mine")
        await until(lambda: trainer.feedback.phase == "ready")
        await asyncio.sleep(10)
        trainer.close()
        events = await watching
        await trainer.leave()
        return events

    events = run_warped(train())
    last = [(at_s, told) for at_s, told in events if at_s > events[-1][0] - 10]
    assert 200 <= len(last) <= 301
    assert {told["phase"] for _, told in last} == {"ready"}
    assert len({told["ml_deg"] for _, told in last}) > 100


def test_no_more_pages_than_a_few_are_told(diary):
    trainer = trainer_of(diary)

    async def crowd():
        streams = [trainer.watch() for _ in range(8)]
        for stream in streams:
            await anext(stream)
        assert [told async for told in trainer.watch()] == ["event: full\ndata: {}\n\n"]
        await streams[0].aclose()
        await anext(trainer.watch())

    run_warped(crowd())


def test_an_unknown_sensor_is_refused(diary):
    with pytest.raises(UsageError, match="no such sensor"):
        run_warped(trainer_of(diary).connect("<script>"))


def test_nothing_starts_without_a_sensor(diary):
    assert not trainer_of(diary).start(Goal(), Setup(test="wobble-board", placement="board"))


@pytest.mark.parametrize(
    "words",
    [
        None,
        [],
        {},
        {**WORDS, "person": "../etc"},
        {**WORDS, "leg": "third"},
        {**WORDS, "zone_deg": "5"},
        {**WORDS, "zone_deg": True},
        {**WORDS, "length_s": 1e9},
        {**WORDS, "lead_s": float("nan")},
        {**WORDS, "zone_deg": None},
    ],
)
def test_a_round_that_cannot_be_meant_is_refused(words):
    with pytest.raises(SetupError):
        read_round(words)


PATHS = ("/trainer", "/trainer/stream", "/trainer/result")
WRITES = ("connect", "leave", "level", "start", "stop")


@pytest.mark.parametrize("path", PATHS)
def test_without_a_pass_the_trainer_shows_nothing(stranger, path):
    assert stranger.get(path).status_code == 401


@pytest.mark.parametrize("path", PATHS)
def test_under_a_foreign_name_the_trainer_shows_nothing(browser, path):
    assert browser.get(path, headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("word", WRITES)
def test_only_the_page_itself_may_ask(stranger, browser, guest, word):
    path = f"/trainer/{word}"
    assert browser.post(path, json={}, headers={"origin": "https://evil.example"}).status_code == 403
    assert browser.post(path, json={}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert browser.post(path, json={}, headers={"host": "evil.example"}).status_code == 421
    assert browser.get(path).status_code == 405
    assert guest.post(path, json={}).status_code == 404
    stranger.cookies.clear()
    assert stranger.post(path, json={}).status_code == 401


def test_the_page_names_the_sensors_and_holds_no_script_of_its_own(browser):
    shown = browser.get("/trainer")
    assert f'value="{SIMULATED}"' in shown.text
    assert "<script>" not in shown.text
    assert " style=" not in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 100_000])
@pytest.mark.parametrize("word", ["connect", "start"])
def test_what_is_no_request_is_refused(browser, word, body):
    answer = browser.post(f"/trainer/{word}", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["do"]


def test_the_handlers_answer(browser):
    assert browser.post("/trainer/start", json=WORDS).status_code == 409
    assert browser.post("/trainer/start", json={**WORDS, "leg": "x"}).status_code == 400
    assert browser.post("/trainer/connect", json={"sensor": "none"}).status_code == 400
    assert browser.post("/trainer/level", json={}).status_code == 204
    assert browser.post("/trainer/stop", json={}).json() is None
    assert browser.get("/trainer/result").json() is None
    assert browser.post("/trainer/leave", json={}).status_code == 204


def test_a_page_that_listens_does_not_hold_the_program_up(diary, capfd, monkeypatch):
    make = listeners._server

    def be_patient(listener):
        server = make(listener)
        server.config.timeout_graceful_shutdown = 60  # a machine that stalls is no page that stays
        return server

    monkeypatch.setattr(listeners, "_server", be_patient)
    passport, port, trainer = Pass(60.0), free_port(), trainer_of(diary)
    site = build_dashboard(diary, Settings(), passport, trainer=trainer)
    with serving(Listener(site, "127.0.0.1", port, close=trainer.close)):
        line = socket.create_connection(("127.0.0.1", port), timeout=20)
        question = (
            f"GET /trainer/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: surefoot_pass={passport.show()}\r\n"
        )
        line.sendall(f"{question}\r\n".encode())
        told = b""
        while b"data: " not in told:
            told += line.recv(65536)
    with line:
        while data := line.recv(65536):
            told += data
    assert b"content-type: text/event-stream" in told
    assert told.endswith(b"0\r\n\r\n")
    assert "exceeded" not in capfd.readouterr().err
