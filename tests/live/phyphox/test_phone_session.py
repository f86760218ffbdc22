"""A guided session with a phone on the network: keys, touchdowns, losses, and a sensor beside it."""

import asyncio
from datetime import UTC, datetime

import pytest

from fake_phyphox import FakePhyphox, answering
from surefoot import sources
from surefoot.live.ble.arrival import sender_of
from surefoot.live.ble.assembly import assemble
from surefoot.live.ble.devices import discover
from surefoot.live.ble.scanner import Target
from surefoot.live.ble.virtual import VirtualSensor
from surefoot.live.ble.virtual_radio import virtual_radio
from surefoot.live.guide import plan
from surefoot.live.journal import Journal
from surefoot.live.log import Header, read_log
from surefoot.live.phyphox import arrival
from surefoot.live.session import ExtraSensor, GuidedSession, SessionPlan
from surefoot.live.takes import takes_in
from surefoot.protocols import load_protocols
from surefoot.simulate import Imu, stance
from timewarp import run_warped

PROTOCOL = load_protocols()["single-leg"]


class Script:
    """A stage that keeps what it is told, and says words at times after the first cue."""

    def __init__(self, *words):
        self.words, self.states, self.cues, self.begun_s = list(words), [], [], None

    def tell(self, state):
        self.states.append(state)

    def cue(self, cue):
        self.begun_s = cue.at_s if self.begun_s is None else self.begun_s
        self.cues.append(cue)

    def draw(self, guide, monitor, now_s):
        """Draw nothing."""

    def word(self, guide):
        now_s = asyncio.get_running_loop().time() - (self.begun_s or 0.0)
        return self.words.pop(0)[1] if self.words and self.words[0][0] <= now_s else None

    def is_speaking(self):
        return False

    def hush(self):
        pass


@pytest.fixture(autouse=True)
def ask_at_once(monkeypatch):
    async def call(function, *words):
        return function(*words)

    monkeypatch.setattr(asyncio, "to_thread", call)


def run_session(fake, folder, stage, *, attended=True, beside=None):
    """Run a session; return the guide, the phone's log, and the log of the sensor beside it."""
    course = SessionPlan(PROTOCOL, plan(PROTOCOL, "left", attended=attended), attended)
    with answering(fake) as address:
        sender = arrival.sender_at(address)
        header = Header(sender.device, sender.chars, datetime.now(UTC), 0.0, sender.description)
        journal = Journal.create(folder, header, "phone")
        companions, other = [], None
        if beside is not None:
            kind = beside.device
            other = Journal.create(
                folder, Header(kind.key, tuple(kind.notify), datetime.now(UTC), 100.0), "other"
            )
            target = Target(kind, beside.address, 100.0)
            companions = [ExtraSensor(sender_of(target, virtual_radio(beside)), other)]

        async def go():
            loop = asyncio.get_running_loop()
            fake.clock = lambda: loop.time() - 1000.0
            return await GuidedSession(sender, course, journal, stage, companions).run()

        guide = run_warped(go())
    logs = [read_log(each.close().read_bytes()) for each in (journal, other) if each is not None]
    return guide, *logs


def phone(**options):
    return FakePhyphox(stance(4, **{"duration_s": 240.0, "imu": Imu(rate_hz=100.0), **options})[0])


@pytest.mark.slow
def test_a_whole_attended_test_is_one_take_an_attempt(tmp_path):
    guide, log = run_session(phone(), tmp_path, Script((6.0, "go")))
    assert [take.attempt.title for take in guide.takes[:2]] == ["left leg, practice", "left leg"]
    assert {take.ending for take in guide.takes} == {"held"}
    assert takes_in(log) == guide.takes
    for take in guide.takes:
        (recording,) = sources.parse(arrival.export(log, take).files)
        assert recording.duration_s == pytest.approx(take.hold_s[1] - take.start_s + 2.0, abs=0.05)
        assert not recording.issues


def test_a_foot_that_comes_down_is_heard(tmp_path):
    guide, _ = run_session(phone(touchdowns_s=(25.0,)), tmp_path, Script(), attended=False)
    (take,) = guide.takes
    assert take.ending == "touchdown"
    assert take.hold_s[1] - 1000.0 == pytest.approx(25.0, abs=1.0)


def test_a_touchdown_of_a_gap_is_not_taken_for_one_of_now(tmp_path):
    """What shook the phone while nobody could hear it is told by the recording, not by a late word."""
    fake = phone(touchdowns_s=(25.0,))
    fake.gone = lambda now_s: 24.0 <= now_s < 30.0
    guide, _ = run_session(fake, tmp_path, Script(), attended=False)
    assert [take.ending for take in guide.takes] == ["held"]


def test_a_key_stops_and_quits(tmp_path):
    guide, log = run_session(phone(), tmp_path, Script((6.0, "go"), (30.0, "stop"), (32.0, "quit")))
    assert [take.ending for take in takes_in(log)] == ["stopped"]
    assert guide.phase == "done"


def test_a_bluetooth_sensor_is_recorded_beside_the_phone(tmp_path):
    device = discover()["surefoot_open"]
    sensor = VirtualSensor(device, stance(4, duration_s=120.0)[0])
    guide, log, other = run_session(phone(), tmp_path, Script(), attended=False, beside=sensor)
    (take,) = guide.takes
    (recording,) = sources.parse(arrival.export(log, take).files)
    beside, _ = assemble(device, other.packets, nominal_hz=100.0)
    assert recording.duration_s > 33.0
    assert beside.duration_s > recording.duration_s
