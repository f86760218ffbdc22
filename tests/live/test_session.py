"""A guided session on virtual sensors, from scan to trials; and the live view."""

import asyncio
import errno
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from radio_failures import READS
from surefoot.assessment import assess
from surefoot.errors import LowRateError, NotQuietStandingError, SensorSilentError
from surefoot.live.ble.arrival import sender_of
from surefoot.live.ble.assembly import assemble
from surefoot.live.ble.devices import discover
from surefoot.live.ble.reader import Reader
from surefoot.live.ble.scanner import Target
from surefoot.live.ble.virtual import VirtualSensor
from surefoot.live.ble.virtual_radio import virtual_radio
from surefoot.live.disk_sync import TOLD_EVERY_S, Saving
from surefoot.live.guide import TAIL_S, Attempt, Take, plan, teller, timeline
from surefoot.live.journal import Journal
from surefoot.live.log import Header, Log, Packet, read_log
from surefoot.live.monitor import Monitor
from surefoot.live.session import ExtraSensor, GuidedSession, SessionPlan
from surefoot.live.takes import log_of, takes_in
from surefoot.model import Recording, Setup
from surefoot.preparation import prepare
from surefoot.protocols import load_protocols
from surefoot.simulate import Imu, stance
from timewarp import run_warped

DEVICES = sorted(discover())
PROTOCOL = load_protocols()["single-leg"]


class Script:
    """A stage that keeps what it is told, and says words at times after the first cue."""

    def __init__(self, *words):
        self.words, self.states, self.cues, self.drawn, self.begun_s = list(words), [], [], 0, None

    def tell(self, state):
        self.states.append(state)

    def cue(self, cue):
        self.begun_s = cue.at_s if self.begun_s is None else self.begun_s
        self.cues.append(cue)

    def draw(self, guide, monitor, now_s):
        self.drawn += 1

    def word(self, guide):
        now_s = asyncio.get_running_loop().time() - (self.begun_s or 0.0)
        return self.words.pop(0)[1] if self.words and self.words[0][0] <= now_s else None

    def is_speaking(self):
        return False

    def hush(self):
        pass


class Eager(Script):
    """Somebody who presses Enter wherever it moves the test on, and a speaker of 175 words a minute."""

    def __init__(self):
        super().__init__()
        self.waiting, self.spoken, self.over_s, self.guides = [], [], 0.0, []

    def cue(self, cue):
        if cue.kind == "say":
            self.waiting.append(cue)
        self.is_speaking()

    def is_speaking(self):
        now_s = asyncio.get_running_loop().time()
        if self.waiting and now_s >= self.over_s:
            cue = self.waiting.pop(0)
            self.spoken.append((now_s, cue))
            self.over_s = now_s + 60 * len(cue.text.split()) / 175
        return bool(self.waiting) or now_s < self.over_s

    def hush(self):
        self.waiting, self.over_s = [], 0.0

    def draw(self, guide, monitor, now_s):
        self.guides.append(guide)

    def word(self, guide):
        return "go" if guide.phase in ("safety", "place", "task", "ready", "rest") else None


def virtual(key, **options):
    device = discover()[key]
    rate_hz = device.rate_near(100.0) or 100.0
    options = {"duration_s": 60.0, "imu": Imu(rate_hz=rate_hz), **options}
    recording, _ = stance(4, **options)
    return VirtualSensor(device, recording), rate_hz


def run_session(sensor, rate_hz, folder, *, stage, attempts=None, script=None, setup=None):
    """Run a session; return the guide, the log and the final path."""
    attended = attempts is not None
    attempts = attempts or plan(PROTOCOL, "left", attended=False)
    course = SessionPlan(PROTOCOL, attempts, attended, setup or Setup())
    header = Header(sensor.device.key, tuple(sensor.device.notify), datetime.now(UTC), rate_hz)
    journal = Journal.create(folder, header, "session")

    async def go():
        target = Target(sensor.device, sensor.address, rate_hz)
        session = GuidedSession(sender_of(target, virtual_radio(sensor)), course, journal, stage)
        playing = asyncio.ensure_future(script(sensor, stage)) if script else None
        guide = await session.run()
        if playing is not None:
            await playing
        return guide

    guide = run_warped(go())
    return guide, read_log(journal.close().read_bytes())


@pytest.mark.parametrize("key", DEVICES)
def test_an_unattended_attempt_becomes_a_trial(key, tmp_path):
    sensor, rate_hz = virtual(key)
    stage = Script()
    guide, log = run_session(sensor, rate_hz, tmp_path, stage=stage)
    assert takes_in(log) == guide.takes
    (take,) = guide.takes
    assert (take.attempt, take.ending) == (Attempt("left"), "held")
    recording, seen = assemble(sensor.device, log_of(take, log).packets, nominal_hz=rate_hz)
    assert seen.lost_samples == 0
    assert recording.duration_s == pytest.approx(35.0, abs=1.0)
    assessment = assess(prepare(recording, Setup(leg="left", sensor_height_m=1.0)))
    assert assessment.primary in assessment.values
    assert stage.drawn > 500
    assert "Surefoot" not in stage.states[-1].text
    assert [state.kind for state in stage.states][-1] == "closed"


@pytest.mark.parametrize(
    ("key", "rate_hz"), [("movella_dot", 20.0), ("polar_h10", 25.0), ("witmotion", 20.0)]
)
def test_slow_sensors_are_guided_too(key, rate_hz, tmp_path):
    sensor, _ = virtual(key, imu=Imu(rate_hz=rate_hz))
    guide, log = run_session(sensor, rate_hz, tmp_path, stage=Script())
    assert [take.ending for take in guide.takes] == ["held"]
    recording, _ = assemble(sensor.device, log_of(guide.takes[0], log).packets, nominal_hz=rate_hz)
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(rate_hz, rel=0.01)


@pytest.mark.parametrize(("key", "asked_hz"), [("witmotion", 100.0), ("nordic_uart", 0.0)])
def test_a_sensor_far_too_slow_is_refused_before_somebody_stands(key, asked_hz, tmp_path):
    """One that keeps its 10 Hz whatever it is asked for: somebody stood for 30 s, and was refused then."""
    sensor, _ = virtual(key, imu=Imu(rate_hz=10.0))
    stage = Script()
    with pytest.raises(LowRateError) as refused:
        run_session(sensor, asked_hz, tmp_path, stage=stage)
    assert refused.value.what.endswith(READS["far too slow"])
    assert refused.value.found.startswith("10")
    assert not {"beep", "soft"} & {cue.kind for cue in stage.cues}


@pytest.mark.parametrize(("start_s", "sway"), [(0.0, 0.2), (45.0, 1.0)])
def test_marks_decide_which_stance_is_the_take(start_s, sway):
    """On two legs, then on one: whichever was marked is analysed, and no level is sought beside it."""
    parts = {
        size: stance(7, duration_s=45.0, sway_ap_deg=0.45 * size, sway_ml_deg=0.6 * size)[0]
        for size in (0.2, 1.0)
    }
    acc, gyr = (
        np.vstack([getattr(part, name) for part in parts.values()]) for name in ("acc_mps2", "gyr_radps")
    )
    device = discover()["surefoot_open"]
    sent = device.encode(Recording(np.arange(len(acc)) / 100, acc, gyr))
    packets = tuple(Packet(packet.time_s, 0, packet.char, packet.data) for packet in sent)
    log = Log(Header(device.key, tuple(device.notify), datetime.now(UTC), 100.0), packets, (), whole=True)
    setup = Setup(leg="left", sensor_height_m=1.0)
    take = Take(Attempt("left"), start_s, (start_s + 5.0, start_s + 44.0 - TAIL_S), "held")
    trial = prepare(assemble(device, log_of(take, log).packets, nominal_hz=100.0)[0], setup)
    alone = assess(prepare(parts[sway], setup)).values["path_rate_mps3"]
    assert assess(trial).values["path_rate_mps3"] == pytest.approx(alone, rel=0.1)
    assert not [issue for issue in trial.issues if issue.code == "two_stances"]


def test_a_whole_attended_test(tmp_path):
    sensor, rate_hz = virtual("surefoot_open")
    stage = Script((6.0, "go"))
    guide, log = run_session(sensor, rate_hz, tmp_path, stage=stage, attempts=plan(PROTOCOL))
    assert [take.attempt.title for take in guide.takes[:3]] == [
        "left leg, practice", "right leg, practice", "left leg",
    ]  # fmt: skip
    assert len(takes_in(log)) == len(PROTOCOL.attempts)
    assert {take.ending for take in guide.takes} == {"held"}


def test_a_link_lost_in_the_hold_is_told_and_the_attempt_repeated(tmp_path):
    async def walk_away(sensor, stage):
        await asyncio.sleep(25.0)
        assert any(cue.kind == "soft" for cue in stage.cues)
        sensor.drop_link()

    sensor, rate_hz = virtual("surefoot_open")
    stage = Script()
    guide, log = run_session(sensor, rate_hz, tmp_path, stage=stage, script=walk_away)
    assert [take.ending for take in guide.takes] == ["lost", "held"]
    assert takes_in(log) == guide.takes
    assert READS["lost"] in [s.text for s in stage.states]


def test_a_foot_that_comes_down_ends_the_attempt(tmp_path):
    sensor, rate_hz = virtual("surefoot_open", touchdowns_s=(25.0,))
    guide, _ = run_session(sensor, rate_hz, tmp_path, stage=Script())
    assert guide.takes[0].ending == "touchdown"
    assert guide.takes[0].hold_s[1] - guide.takes[0].hold_s[0] < 14.0


def test_what_is_said_is_said_in_time_however_fast_somebody_is(tmp_path):
    """ "Now." came up to twenty seconds into the hold: sentences were queued behind the safety text."""
    sensor, rate_hz = virtual("surefoot_open")
    stage, setup = Eager(), Setup(eyes="closed")
    run_session(
        sensor, rate_hz, tmp_path, stage=stage, attempts=(Attempt("left"), Attempt("right")), setup=setup
    )
    assert not stage.waiting
    entered = list({(guide.phase, guide.since_s): guide for guide in stage.guides}.values())
    ends_s = [*(guide.since_s for guide in entered[1:]), np.inf]
    due = [
        (guide.since_s + cue.at_s, cue.text, end_s)
        for guide, end_s in zip(entered, ends_s, strict=True)
        for cue in timeline(guide)
        if cue.kind == "say"
    ]
    for began_s, cue in stage.spoken:
        moments = [(due_s, end_s) for due_s, text, end_s in due if text == cue.text]
        assert any(0 <= began_s - due_s <= 0.2 and began_s <= end_s for due_s, end_s in moments), cue.text
    told = [cue.text for _, cue in stage.spoken]
    assert all(teller(guide).go() in told for guide in entered if guide.phase == "settle")


def test_a_key_stops_and_quits(tmp_path):
    sensor, rate_hz = virtual("surefoot_open")
    stage = Script((6.0, "go"), (30.0, "stop"), (32.0, "quit"))
    guide, log = run_session(sensor, rate_hz, tmp_path, stage=stage, attempts=plan(PROTOCOL))
    assert [take.ending for take in takes_in(log)] == ["stopped"]
    assert guide.phase == "done"


def test_a_sensor_that_moves_is_not_still(tmp_path):
    sensor, rate_hz = virtual("surefoot_open", settle_s=8.0, duration_s=90.0)
    stage = Script()
    run_session(sensor, rate_hz, tmp_path, stage=stage)
    assert sum(cue.text == READS["keep still"] for cue in stage.cues) > 1


def test_a_crash_in_the_hold_leaves_a_take(tmp_path):
    sensor, rate_hz = virtual("surefoot_open")
    _, log = run_session(sensor, rate_hz, tmp_path, stage=Script())
    (take,) = takes_in(log)
    cut_s = take.hold_s[0] + 12.0
    crashed = type(log)(
        log.header,
        tuple(packet for packet in log.packets if packet.arrival_s < cut_s),
        tuple(mark for mark in log.marks if mark.at_s < cut_s),
        whole=False,
    )
    (left,) = takes_in(crashed)
    assert (left.attempt, left.start_s, left.ending) == (take.attempt, take.start_s, "interrupted")
    assert left.hold_s[1] == pytest.approx(cut_s, abs=0.2)


def test_a_crash_after_a_skipped_attempt_does_not_bring_it_back(tmp_path):
    """The rest that followed was recovered as the end of the attempt."""
    sensor, rate_hz = virtual("surefoot_open")
    stage = Script((6.0, "go"), (30.0, "skip"), (40.0, "quit"))
    guide, log = run_session(sensor, rate_hz, tmp_path, stage=stage, attempts=plan(PROTOCOL))
    assert any(cue.kind == "soft" for cue in stage.cues)
    assert guide.takes == ()
    assert takes_in(replace(log, whole=False)) == ()


def test_a_power_cut_costs_a_second_at_most(tmp_path, monkeypatch):
    """Only what was put on the disk counts, whenever the power goes."""
    on_disk = []

    def fsync(file):
        on_disk.append((asyncio.get_running_loop().time(), os.fstat(file).st_size))

    async def at_once(work):
        return work()

    monkeypatch.setattr("surefoot.live.disk_sync.asyncio.to_thread", at_once)
    sensor, rate_hz = virtual("witmotion")
    device = sensor.device
    journal = Journal.create(tmp_path, Header(device.key, device.notify, datetime.now(UTC)), "session")
    monkeypatch.setattr("surefoot.live.journal.os.fsync", fsync)
    course = SessionPlan(PROTOCOL, plan(PROTOCOL, "left", attended=False), attended=False)
    target = Target(device, sensor.address, rate_hz)
    run_warped(GuidedSession(sender_of(target, virtual_radio(sensor)), course, journal, Script()).run())
    data = journal.path.read_bytes()
    heard = [packet.arrival_s for packet in read_log(data).packets]
    checked = 0
    for cut_s in np.arange(heard[0] + 0.1, heard[-1], 0.37):
        size = max((size for at_s, size in on_disk if at_s <= cut_s), default=0)
        kept = len(read_log(data[:size]).packets) if size else 0
        assert kept >= sum(at_s < cut_s - 1.05 for at_s in heard)
        checked += 1
    assert checked > 100
    journal.leave()


def test_a_full_disk_is_told_at_once_and_loses_nothing(tmp_path, monkeypatch):
    """For ten seconds of the hold the disk takes nothing, and then it does again."""
    write, room = os.write, asyncio.Event()
    room.set()

    def limited(file, data):
        if not room.is_set():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, data)

    async def fill(*_):
        await asyncio.sleep(20.0)
        room.clear()
        await asyncio.sleep(10.0)
        room.set()

    sensor, rate_hz = virtual("surefoot_open")
    stage = Script()
    monkeypatch.setattr("surefoot.live.journal.os.write", limited)
    guide, log = run_session(sensor, rate_hz, tmp_path, stage=stage, script=fill)
    told = [(state.at_s, state.kind) for state in stage.states if state.kind.endswith("saved")]
    assert [kind for _, kind in told] == ["unsaved", "saved"]
    assert told[0][0] == pytest.approx(1020.0, abs=0.2)
    assert told[1][0] == pytest.approx(1030.0, abs=0.2)
    assert READS["disk full"] in [state.text for state in stage.states]
    assert {"silent", "lost"}.isdisjoint(state.kind for state in stage.states)
    assert [take.ending for take in guide.takes] == ["held"]
    _, seen = assemble(sensor.device, log_of(guide.takes[0], log).packets, nominal_hz=rate_hz)
    assert (seen.lost_samples, seen.gaps_s) == (0, ())


def test_a_journal_that_was_handed_on_meanwhile_is_left_to_whoever_has_it(tmp_path, monkeypatch):
    """The board trainer ends a round's journal in another thread."""
    journals = [Journal.create(tmp_path, Header("x", ("y",), datetime.now(UTC)), "round")]
    synced, flushed = [], []

    async def hand_on(_):
        synced.append(journals.pop())

    monkeypatch.setattr("surefoot.live.disk_sync.asyncio.to_thread", hand_on)
    monkeypatch.setattr(Journal, "flush", flushed.append)
    with pytest.raises(TimeoutError):
        run_warped(asyncio.wait_for(Saving(lambda: journals, lambda _: None).run(), 3.0))
    assert (len(synced), flushed) == (1, [])
    synced[0].leave()


def test_a_disk_that_does_not_confirm_is_told_now_and_then(tmp_path, monkeypatch):
    def fsync(_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    sensor, rate_hz = virtual("surefoot_open")
    stage = Script()
    device = sensor.device
    journal = Journal.create(tmp_path, Header(device.key, device.notify, datetime.now(UTC)), "session")
    monkeypatch.setattr("surefoot.live.journal.os.fsync", fsync)
    course = SessionPlan(PROTOCOL, plan(PROTOCOL, "left", attended=False), attended=False)
    target = Target(device, sensor.address, rate_hz)
    run_warped(GuidedSession(sender_of(target, virtual_radio(sensor)), course, journal, stage).run())
    told = [state for state in stage.states if state.kind == "unsaved"]
    assert {state.text for state in told} == {READS["unconfirmed"]}
    assert np.diff([state.at_s for state in told]) == pytest.approx(TOLD_EVERY_S, abs=0.2)
    journal.leave()


def test_a_further_sensor_has_the_marks_too_and_its_losses_name_it(tmp_path):
    """Each journal is recovered by itself after a crash; one without marks became no trial."""
    first, rate_hz = virtual("surefoot_open")
    second, _ = virtual("witmotion")
    second.address = "F0:00:00:00:00:02"
    journals = [
        Journal.create(tmp_path, Header(device.key, device.notify, datetime.now(UTC), 100.0), device.key)
        for device in (first.device, second.device)
    ]
    stage = Script()
    target = Target(second.device, second.address, 100.0)
    beside = ExtraSensor(sender_of(target, virtual_radio(second)), journals[1])
    course = SessionPlan(PROTOCOL, plan(PROTOCOL, "left", attended=False), attended=False)

    async def go():
        target = Target(first.device, first.address, rate_hz)
        session = GuidedSession(sender_of(target, virtual_radio(first)), course, journals[0], stage, [beside])
        running = asyncio.ensure_future(session.run())
        await asyncio.sleep(25.0)
        second.drop_link()
        return await running

    guide = run_warped(go())
    logs = [read_log(journal.close().read_bytes()) for journal in journals]
    assert [takes_in(log) for log in logs] == [guide.takes, guide.takes]
    assert f"{second.device.title}: {READS['lost']}" in [state.text for state in stage.states]
    assert READS["lost"] not in [state.text for state in stage.states]


def test_a_computer_that_slept_does_not_date_what_follows_back(tmp_path, monkeypatch):
    """The monotonic clock stands still in sleep: everything after it was told an hour early."""
    begun = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    slept = timedelta(0)

    class Wall(datetime):
        @classmethod
        def now(cls, tz=None):
            return begun + slept + timedelta(seconds=asyncio.get_running_loop().time() - 1000.0)

    async def sleep(sensor, _):
        nonlocal slept
        await asyncio.sleep(25.0)
        slept = timedelta(hours=1)
        sensor.drop_link()

    monkeypatch.setattr("surefoot.live.takes.datetime", Wall)
    sensor, rate_hz = virtual("surefoot_open")
    guide, log = run_session(sensor, rate_hz, tmp_path, stage=Script(), script=sleep)
    before, after = (
        log_of(take, log).header.host_zero + timedelta(seconds=take.start_s) - begun for take in guide.takes
    )
    assert before.total_seconds() == pytest.approx(guide.takes[0].start_s - 1000.0, abs=0.1)
    assert after.total_seconds() == pytest.approx(3600 + guide.takes[1].start_s - 1000.0, abs=0.1)


def feed(device, recording, **link):
    monitor = Monitor(Reader(device).read, device.rates_hz)
    for packet in device.encode(recording):
        monitor.feed(Packet(packet.time_s + 5.0, 0, packet.char, packet.data))
    return monitor


@pytest.mark.parametrize("key", DEVICES)
def test_the_live_view_sees_gravity_rate_and_stillness(key):
    device = discover()[key]
    rate_hz = device.rate_near(100.0) or 100.0
    recording, _ = stance(2, duration_s=12.0, imu=Imu(rate_hz=rate_hz))
    monitor = feed(device, recording)
    glance = monitor.glance()
    assert glance.norm_g == pytest.approx(1.0, abs=0.02)
    assert glance.is_still
    assert monitor.rate(5.0) == pytest.approx(rate_hz, rel=0.1)
    assert monitor.slow_text(rate_hz, 5.0) == ""
    assert "move closer" in monitor.slow_text(3 * rate_hz, 5.0)
    assert np.abs(monitor.trace()).max() < 1.0
    assert not monitor.felt_impact(10.0)


def test_the_bulls_eye_shows_the_lean():
    device = discover()["surefoot_open"]
    level, _ = stance(2, duration_s=5.0, sway_ap_deg=0.01, sway_ml_deg=0.01, imu=Imu(acc_noise_mps2=0.0))
    monitor = feed(device, level)
    monitor.level()
    assert np.hypot(*monitor.glance().tilt_deg) < 0.05
    angle = np.radians(5.0)
    turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    for packet in device.encode(type(level)(level.time_s, level.acc_mps2 @ turn.T, level.gyr_radps @ turn.T)):
        monitor.feed(Packet(packet.time_s + 20.0, 0, packet.char, packet.data))
    assert np.hypot(*monitor.glance().tilt_deg) == pytest.approx(5.0, abs=0.1)


def test_memory_stays_flat_over_an_hour():
    device = discover()["surefoot_open"]
    recording, _ = stance(2, duration_s=10.0)
    packets, monitor = device.encode(recording), Monitor(Reader(device).read, device.rates_hz)
    held = []
    for tens in range(360):
        for packet in packets:
            monitor.feed(Packet(packet.time_s + 10.0 * tens, 0, packet.char, packet.data))
        held.append(len(monitor._acc) + len(monitor._gyr) + len(monitor._counts))
    assert max(held[180:]) <= max(held[2:180])


@pytest.mark.parametrize("seed", range(6))
def test_quiet_standing_is_never_taken_for_a_touchdown(seed):
    device = discover()["surefoot_open"]
    recording, _ = stance(seed, duration_s=40.0, sway_ap_deg=0.9, sway_ml_deg=1.2)
    monitor = Monitor(Reader(device).read, device.rates_hz)
    for packet in device.encode(recording):
        monitor.feed(Packet(packet.time_s, 0, packet.char, packet.data))
        assert not monitor.felt_impact()


def test_a_sensor_of_the_wrong_scale_is_refused_where_nobody_attends(tmp_path):
    sensor, rate_hz = virtual("surefoot_open", imu=Imu(acc_scale=1.2))
    with pytest.raises(NotQuietStandingError) as refused:
        run_session(sensor, rate_hz, tmp_path, stage=Script())
    assert refused.value.what == READS["not still"]
    assert "1.20 g" in refused.value.found


def test_somebody_at_the_terminal_is_told_what_the_sensor_reads(tmp_path):
    sensor, rate_hz = virtual("surefoot_open", imu=Imu(acc_scale=1.2))
    stage = Script((70.0, "quit"))
    run_session(sensor, rate_hz, tmp_path, stage=stage, attempts=plan(PROTOCOL))
    told = [state.text for state in stage.states if state.kind == "moving"]
    assert len(told) == 2
    assert told[0].startswith(f"{READS['not still']} It reads 1.20 g")


def test_a_sensor_that_stays_away_ends_an_unattended_session(tmp_path):
    async def leave(sensor, _):
        await asyncio.sleep(25.0)
        sensor.out_of_range = True
        sensor.drop_link()

    sensor, rate_hz = virtual("surefoot_open")
    with pytest.raises(SensorSilentError, match=READS["gone"]):
        run_session(sensor, rate_hz, tmp_path, stage=Script(), script=leave)


class Slow(Script):
    """A stage that blocks the loop while it draws, for a tenth of a second every second drawing."""

    def draw(self, guide, monitor, now_s):
        super().draw(guide, monitor, now_s)
        if self.drawn % 2:
            asyncio.get_running_loop()._clock.now_s += 0.1


def test_a_screen_that_draws_slowly_loses_no_packet(tmp_path):
    """Half of the time is spent drawing; nobody needs to be told, since nothing is lost."""
    assert not READS["slow program"]
    sensor, rate_hz = virtual("surefoot_open")
    stage = Slow()
    guide, log = run_session(sensor, rate_hz, tmp_path, stage=stage)
    _, seen = assemble(sensor.device, log_of(guide.takes[0], log).packets, nominal_hz=rate_hz)
    assert (seen.lost_samples, seen.gaps_s) == (0, ())
    assert {packet.segment for packet in log.packets} == {0}
    assert "slept" not in [state.kind for state in stage.states]


def test_a_rate_that_is_not_kept_is_told(tmp_path):
    sensor, _ = virtual("witmotion")
    stage = Script()
    run_session(sensor, 200.0, tmp_path, stage=stage)
    slow = [state.text for state in stage.states if state.kind == "slow"]
    assert slow == [READS["slow"]] * 2
