"""A phone with phyphox on the network: pulled whole through gaps, restarts and rounding; refused in words."""

import asyncio
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from fake_phyphox import EPOCH_S, NAMES, FakePhyphox, answering
from serving import free_port
from surefoot import pipeline, sources
from surefoot.errors import (
    ExperimentError,
    NoSamplesError,
    PhoneAwayError,
    PhoneError,
    SensorSilentError,
    UsageError,
)
from surefoot.live.phyphox import phone as phone_module
from surefoot.live.phyphox import protocol as phyphox
from surefoot.live.phyphox.export import export, gather
from surefoot.live.phyphox.phone import parse_address
from surefoot.live.phyphox.puller import CHARS, Puller, unpack
from surefoot.model import Setup
from surefoot.settings import Settings
from surefoot.simulate import Imu, stance
from surefoot.sources.formats import phyphox as source
from timewarp import run_warped


class Pulled:
    """What a pull left: packets and states, in order."""

    def __init__(self):
        self.pieces, self.states = [], []

    def kinds(self):
        return [kind for kind, _ in self.states]

    def said(self):
        return " ".join(text for _, text in self.states)


@pytest.fixture(scope="module")
def made():
    return stance(4, duration_s=60.0, imu=Imu(rate_hz=100.0))[0]


@pytest.fixture(autouse=True)
def ask_at_once(monkeypatch):
    """Requests take no time of the warped clock: the loop waits for the real answer."""

    async def call(function, *words):
        return function(*words)

    monkeypatch.setattr(asyncio, "to_thread", call)


def pull(fake, seconds, *script):
    """Pull for so long; at each time of the script its action is done. Times count from the beginning."""
    pulled = Pulled()

    async def play():
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        fake.clock = lambda: loop.time() - begun_s
        phone = parse_address(fake.address)
        layout = phyphox.read_layout(phone.ask(phyphox.CONFIG))
        puller = Puller(
            phone,
            layout,
            lambda packet: pulled.pieces.append(replace(packet, arrival_s=packet.arrival_s - begun_s)),
            lambda state: pulled.states.append((state.kind, state.text)),
        )
        running = asyncio.ensure_future(puller.run())
        for at_s, action in script:
            await asyncio.sleep(at_s - fake.clock())
            action()
        await asyncio.wait([running], timeout=max(seconds - fake.clock(), 0.0))
        puller.stop()
        await running
        return layout

    with answering(fake) as fake.address:
        pulled.layout = run_warped(play())
    return pulled


def test_everything_measured_arrives_once_and_on_the_host_s_clock(made):
    fake = FakePhyphox(made)
    pulled = pull(fake, 20.0)
    (stretch,) = gather(pulled.layout, pulled.pieces)
    rows = stretch.rows["accelerometer"]
    measured = fake.rows("accelerometer")
    assert len(rows) == len(measured) > 1990
    np.testing.assert_allclose(rows, measured, rtol=1e-7)
    assert len(stretch.rows["gyroscope"]) == len(fake.rows("gyroscope"))
    assert stretch.zero_s == pytest.approx(0.0, abs=0.011)
    assert pulled.kinds()[-1] == "closed"
    assert "lost" not in pulled.kinds()
    assert "/control?cmd=stop" in fake.asked
    assert fake.measuring_since_s is None


def test_only_what_is_new_is_asked_for(made):
    pulled = pull(FakePhyphox(made), 20.0)
    sizes = [len(unpack(piece.data)) for piece in pulled.pieces if piece.char == "get"]
    assert len(sizes) > 50
    assert max(sizes[5:]) < 3 * np.median(sizes)


def test_wi_fi_lost_for_three_seconds_loses_no_row(made):
    fake = FakePhyphox(made)
    fake.gone = lambda now_s: 8.0 <= now_s < 11.0
    pulled = pull(fake, 20.0)
    (stretch,) = gather(pulled.layout, pulled.pieces)
    assert len(stretch.rows["accelerometer"]) == len(fake.rows("accelerometer")) > 1990
    assert "nothing is lost" in pulled.said()
    assert "The phone is back" in pulled.said()
    assert not {"lost", "silent"} & set(pulled.kinds())
    arrivals = np.diff([piece.arrival_s for piece in pulled.pieces])
    assert 3.0 < arrivals.max() < 5.5


def test_a_phone_that_is_away_is_asked_less_and_less_often(made):
    fake = FakePhyphox(made)
    tried = []
    fake.gone = lambda now_s: 8.0 <= now_s < 20.0 and not tried.append(now_s)
    pull(fake, 25.0)
    pauses = np.diff(tried)
    assert pauses[0] < 0.5
    assert pauses[-1] == pytest.approx(2.0, abs=0.1)
    assert (np.diff(pauses) > -0.01).all()


def test_what_the_phone_holds_at_the_end_is_waited_for(made):
    fake = FakePhyphox(made)
    fake.gone = lambda now_s: 18.0 <= now_s < 24.0
    pulled = pull(fake, 20.0)
    (stretch,) = gather(pulled.layout, pulled.pieces)
    assert len(stretch.rows["accelerometer"]) == len(fake.rows("accelerometer")) > 2390
    assert "fetch what it still holds" in pulled.said()


def test_a_phone_that_stays_away_is_not_waited_for_for_ever(made):
    fake = FakePhyphox(made)
    fake.gone = lambda now_s: now_s >= 10.0
    pulled = pull(fake, 20.0)
    assert pulled.states[-2][1] == "The phone stayed away; what it still holds can be exported from the app."
    assert fake.clock() < 60.0
    (stretch,) = gather(pulled.layout, pulled.pieces)
    assert stretch.rows["accelerometer"][-1, 0] > 9.5


def test_null_is_no_number_and_its_row_is_left_to_the_reader(made):
    def spoil(sensor, rows):
        spoilt = rows.copy()
        if sensor == "accelerometer":
            spoilt[300:303, 2] = np.nan
            spoilt[500:501, 0] = np.nan
        return spoilt

    fake = FakePhyphox(made)
    fake.nulls = spoil
    pulled = pull(fake, 20.0)
    (stretch,) = gather(pulled.layout, pulled.pieces)
    rows = stretch.rows["accelerometer"]
    assert np.isnan(rows).sum() == 3
    assert len(rows) == len(fake.rows("accelerometer")) - 1
    files = export(pulled.layout, pulled.pieces, 0.0, 21.0)
    assert b"NaN" in files["Accelerometer.csv"]
    (recording,) = sources.parse(files)
    assert np.isfinite(recording.acc_mps2).all()
    assert recording.time_s.size == len(rows) - 3


@pytest.mark.parametrize(
    ("action", "word"), [("clear", "emptied"), ("reopen", "opened anew"), ("pause", "stopped measuring")]
)
def test_a_new_beginning_on_the_phone_is_a_new_segment(made, action, word):
    fake = FakePhyphox(made)
    pulled = pull(fake, 30.0, (10.0, getattr(fake, action)))
    first, second = gather(pulled.layout, pulled.pieces)
    assert word in pulled.said()
    assert pulled.kinds().count("lost") == 1
    assert pulled.kinds()[-2] == "streaming"
    assert first.rows["accelerometer"][-1, 0] > 9.5
    assert second.rows["accelerometer"][0, 0] < (0.02 if action != "pause" else 10.3)
    assert second.zero_s == pytest.approx(10.0 if action != "pause" else 0.0, abs=0.3)
    assert second.rows["accelerometer"][-1, 0] + second.zero_s == pytest.approx(30.0, abs=0.3)


def test_a_phone_emptied_while_it_was_away_is_seen_by_its_start(made):
    fake = FakePhyphox(made)
    fake.gone = lambda now_s: 4.0 <= now_s < 14.0
    pulled = pull(fake, 25.0, (5.0, fake.clear))
    _, second = gather(pulled.layout, pulled.pieces)
    assert second.rows["accelerometer"][0, 0] == 0.0
    assert second.zero_s == pytest.approx(5.0, abs=0.3)


def test_another_experiment_ends_the_session(made):
    fake = FakePhyphox(made)

    def open_other():
        fake.reopen()
        fake.sources, fake.title = {"accelerometer": NAMES["accelerometer"]}, "Acceleration (with g)"

    with pytest.raises(ExperimentError) as refused:
        pull(fake, 30.0, (10.0, open_other))
    assert "Acceleration (with g)" in refused.value.found


def test_a_phone_that_falls_asleep_is_told_and_woken(made):
    fake = FakePhyphox(made)

    def sleep():
        fake.asleep_since_s = fake.clock()

    def wake():
        fake.asleep_since_s = None

    pulled = pull(fake, 25.0, (8.0, sleep), (14.0, wake))
    assert pulled.kinds() == ["connecting", "streaming", "silent", "streaming", "closed"]
    assert "Is its screen off?" in pulled.said()


def test_a_phone_asleep_from_the_start_is_refused(made):
    fake = FakePhyphox(made)
    fake.nulls = lambda _, rows: rows[:0]
    with pytest.raises(SensorSilentError) as refused:
        pull(fake, 60.0)
    assert "Wake the phone" in refused.value.do


def test_a_phone_that_leaves_before_it_was_heard_is_refused(made):
    fake = FakePhyphox(made)
    asked = []
    fake.gone = lambda _: len(asked) > 0 or asked.append(1)
    with pytest.raises(PhoneAwayError):
        pull(fake, 60.0)


def test_an_experiment_that_refuses_to_start_is_told(made):
    fake = FakePhyphox(made)
    fake.granted = False
    with pytest.raises(PhoneError) as refused:
        pull(fake, 20.0)
    assert "does not start" in refused.value.what


def test_a_timed_run_is_refused(made):
    fake = FakePhyphox(made)
    fake.timed = True
    with pytest.raises(ExperimentError) as refused:
        pull(fake, 20.0)
    assert "timed run" in refused.value.what
    assert fake.measuring_since_s is None


def test_a_phone_that_takes_a_moment_to_start_is_asked_once(made):
    fake = FakePhyphox(made)
    begin, asked = fake.start, []

    def start():
        asked.append(fake.clock())
        if len(asked) > 1:
            begin()

    fake.start = start
    status = fake.get

    def get(words):
        if asked and fake.clock() > 1.0 and fake.measuring_since_s is None:
            begin()
        return status(words)

    fake.get = get
    pulled = pull(fake, 10.0)
    assert len(asked) == 1
    assert len(gather(pulled.layout, pulled.pieces)) == 1


def test_what_was_measured_before_is_neither_taken_nor_thrown_away(made):
    fake = FakePhyphox(made)
    fake.before_s = 12.0
    fake.starts = [(0.0, EPOCH_S)]
    fake.start()
    pulled = pull(fake, 10.0)
    (stretch,) = gather(pulled.layout, pulled.pieces)
    assert stretch.rows["accelerometer"][0, 0] > 11.9
    assert not any("clear" in path for path in fake.asked)
    assert fake.measuring_since_s is not None


def test_a_stretch_is_read_by_the_source_of_the_app(made):
    fake = FakePhyphox(made, rounded=False)
    pulled = pull(fake, 40.0)
    files = export(pulled.layout, pulled.pieces, 2.0, 35.0)
    (recording,) = sources.parse(files)
    assert recording.source == "phyphox"
    assert (recording.device_model, recording.platform) == ("Pixel 7", "android")
    assert recording.started.timestamp() == pytest.approx(EPOCH_S + 2.0, abs=0.05)
    inside = (made.time_s >= 2.0 - 0.011) & (made.time_s < 35.0)
    assert recording.time_s.size == pytest.approx(inside.sum(), abs=2)
    first = np.searchsorted(made.time_s, recording.started.timestamp() - EPOCH_S - 0.005)
    whole = made.acc_mps2[first : first + recording.time_s.size]
    np.testing.assert_allclose(recording.acc_mps2, whole, rtol=1e-8)


def test_a_real_person_has_the_same_numbers_over_the_network_and_by_file(reference):
    """Standing from the mPower reference, played by the fake with eight digits, 3 s of Wi-Fi lost."""
    (real,) = sources.read(reference("phone/mpower/DERIVED_deviceMotion_balance.json"))
    fake = FakePhyphox(real)
    fake.lag_s = 0.0
    fake.gone = lambda now_s: 20.0 <= now_s < 23.0
    pulled = pull(fake, real.duration_s + 1.0)
    setup = Setup(test="two-legs", placement="pocket")
    over_network = sources.Export("pulled", export(pulled.layout, pulled.pieces, 0.0, real.duration_s - 0.5))
    by_file = sources.Export("file", source.write(real))
    (pulled_outcome,) = pipeline.walk([over_network], lambda *_: setup, Settings())
    (file_outcome,) = pipeline.walk(
        [by_file], lambda *_: setup, Settings(), span_s=(0.0, real.duration_s - 0.5)
    )
    values, expected = pulled_outcome.assessment.values, file_outcome.assessment.values
    assert values.keys() == expected.keys()
    assert len(expected) > 20
    for key, value in expected.items():
        assert values[key] == pytest.approx(value, rel=1e-5), key


def test_nothing_that_tells_one_phone_from_another_is_kept(made):
    pulled = pull(FakePhyphox(made), 5.0)
    held = b"".join(unpack(piece.data) for piece in pulled.pieces)
    assert b"Pixel 7" in held
    for secret in (b"c0ffee", b"camera2api", b"LSM6DSR"):
        assert secret not in held
    assert {piece.char for piece in pulled.pieces} == set(CHARS)


def test_a_stretch_without_samples_is_refused(made):
    pulled = pull(FakePhyphox(made), 5.0)
    with pytest.raises(NoSamplesError):
        export(pulled.layout, pulled.pieces, 100.0, 130.0)


@pytest.mark.parametrize(
    ("sensors", "found"),
    [(("gyroscope",), "gyroscope"), ((), "no sensor"), (("linear_acceleration",), "linear")],
)
def test_an_experiment_without_gravity_is_refused(made, sensors, found):
    fake = FakePhyphox(made, sensors=())
    fake.sources = dict.fromkeys(sensors, ("t", "x", "y", "z"))
    with answering(fake) as address, pytest.raises(ExperimentError) as refused:
        phyphox.read_layout(parse_address(address).ask(phyphox.CONFIG))
    assert found in refused.value.found


def test_acceleration_alone_is_enough(made):
    pulled = pull(FakePhyphox(made, sensors=("accelerometer",)), 15.0)
    (recording,) = sources.parse(export(pulled.layout, pulled.pieces, 0.0, 15.0))
    assert recording.gyr_radps is None


def test_a_phone_that_has_no_gyroscope_is_taken_with_the_experiment_for_both(made):
    fake = FakePhyphox(made)
    fake.nulls = lambda sensor, rows: rows if sensor == "accelerometer" else rows[:0]
    pulled = pull(fake, 15.0)
    files = export(pulled.layout, pulled.pieces, 0.0, 15.0)
    assert "Gyroscope.csv" not in files
    (recording,) = sources.parse(files)
    assert recording.gyr_radps is None
    assert not recording.issues


def test_a_buffer_too_small_for_the_way_is_refused(made):
    fake = FakePhyphox(made)
    fake.sizes = 100
    with answering(fake) as address, pytest.raises(ExperimentError) as refused:
        phyphox.read_layout(parse_address(address).ask(phyphox.CONFIG))
    assert "keeps 100" in refused.value.found


def test_remote_access_that_is_off_is_told_from_a_phone_that_is_away():
    with pytest.raises(PhoneAwayError) as refused:
        parse_address(f"127.0.0.1:{free_port()}").ask("/config")
    assert "remote access is off" in refused.value.what


def test_a_time_that_no_clock_shows_is_left_out():
    """It became the newest time, after which nothing came, and no date could be made of it."""
    layout = phyphox.Experiment("", {"accelerometer": ("t", "x", "y", "z")})
    buffers = {name: {"buffer": [0.5, 1e300, -1e300]} for name in "txyz"}
    told = {"buffer": buffers, "status": {"session": "a", "measuring": True}}
    assert phyphox.read_reply(json.dumps(told).encode(), layout).newest_s == {"accelerometer": 0.5}


@pytest.mark.parametrize("address", ["a" * 70, "phone..local:8080", "192.168.1.20:0"])
def test_what_no_address_can_be_is_refused_before_it_is_asked(address):
    with pytest.raises(UsageError, match="not the address of a phone"):
        parse_address(address)


class Other(BaseHTTPRequestHandler):
    """A server that is no phone."""

    answer = b""

    def do_GET(self):
        self.wfile.write(self.answer)

    def log_message(self, *_):
        """Say nothing."""


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.0 200 OK\r\n\r\n<html>router</html>", PhoneError),
        (b"HTTP/1.0 404 Not Found\r\n\r\nnothing", PhoneError),
        (b"HTTP/1.0 302 Found\r\nLocation: http://evil.example/\r\n\r\n", PhoneError),
        (b"HTTP/1.0 200 OK\r\n\r\n" + b"[" * 100_000, PhoneError),
        (b"HTTP/1.0 200 OK\r\n\r\n[1, 2]", PhoneError),
        (b'HTTP/1.0 200 OK\r\n\r\n{"inputs": [7]}', PhoneError),
        (b'HTTP/1.0 200 OK\r\n\r\n{"inputs": [{"outputs": {"t": 1}}]}', PhoneError),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 500\r\n\r\n{}", PhoneAwayError),
        (b"", PhoneAwayError),
        (b"SSH-2.0-OpenSSH\r\n", PhoneAwayError),
        (b"\x1b[2J\x1b]0;owned\x07\r\n", PhoneAwayError),
        (
            b'HTTP/1.0 200 OK\r\n\r\n{"title": "\\u001b[2J", "inputs": [{"source": "\\u0007"}]}',
            ExperimentError,
        ),
    ],
)
def test_what_is_no_phyphox_is_told(answer, error):
    """Whatever it says, it must not steer the terminal."""
    handler = type("Handler", (Other,), {"answer": answer})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.handle_request)
        serving.start()
        with pytest.raises(error) as refused:
            phyphox.read_layout(parse_address(f"http://127.0.0.1:{server.server_port}").ask("/config"))
        serving.join()
    parts = (refused.value.what, refused.value.found, refused.value.expected, refused.value.do)
    assert all(part and part.isprintable() for part in parts)


def test_an_answer_without_end_is_refused(made, monkeypatch):
    monkeypatch.setattr(phone_module, "LARGEST_BYTES", 1000)
    fake = FakePhyphox(made)
    fake.title = "x" * 2000
    with answering(fake) as address, pytest.raises(PhoneError) as refused:
        parse_address(address).ask(phyphox.CONFIG)
    assert "more than can be taken" in refused.value.what


@pytest.mark.parametrize("data", [b"{}", b"[]", b'{"buffer": {"acc_time": 1}, "status": {}}', b"nonsense",
    b'{"buffer": {"t": {"buffer": ["a"]}}, "status": {"session": 1, "measuring": true}}'])  # fmt: skip
def test_a_reply_of_another_shape_is_refused(data):
    layout = phyphox.Experiment("", {"accelerometer": ("t", "t", "t", "t")})
    with pytest.raises(PhoneError):
        phyphox.read_reply(data, layout)


@pytest.mark.parametrize("data", [b"{}", b'[{"event": "START"}]', b"[1]", b"7",
    b'[{"event": "START", "experimentTime": 0, "systemTime": 1e300}]',
    b'[{"event": "START", "experimentTime": NaN, "systemTime": 1}]'])  # fmt: skip
def test_times_of_another_shape_are_refused(data):
    with pytest.raises(PhoneError):
        phyphox.read_starts(data)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://192.168.1.20:8080", "http://192.168.1.20:8080"),
        ("http://192.168.1.20:8080/", "http://192.168.1.20:8080"),
        ("192.168.1.20:8080", "http://192.168.1.20:8080"),
        ("192.168.1.20", "http://192.168.1.20:80"),
        ("my-phone.local:8081", "http://my-phone.local:8081"),
    ],
)
def test_addresses_as_people_write_them(text, address):
    assert parse_address(text).address == address


@pytest.mark.parametrize(
    "text",
    ["", "https://192.168.1.20", "http://a@b:80", "http://1.2.3.4/x", "http://1.2.3.4?x", "http://1.2.3.4:99999",
     "ftp://1.2.3.4", "http://1.2.3.4\r\nHost: x", "http://[::1", "two words"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text):
    with pytest.raises(UsageError):
        parse_address(text)
