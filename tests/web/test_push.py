"""What an app pushes becomes a trial; nobody else gets anything in or out of the third listener."""

import asyncio
import json
import random
import re
import socket
import threading
import urllib.request
from dataclasses import replace

import numpy as np
import pytest
from starlette.testclient import TestClient

from pushing import EPOCH_NS, pushes
from serving import free_port, serving
from surefoot import pipeline, sources
from surefoot.cli import main
from surefoot.cli import network as doors
from surefoot.live import sensor_logger
from surefoot.live.incoming import Ended
from surefoot.live.log import Log
from surefoot.live.phyphox.experiment import read_experiment
from surefoot.model import Setup
from surefoot.settings import Settings
from surefoot.simulate import stance
from surefoot.web.dashboard.site import build_dashboard
from surefoot.web.invitations import PushInvitation, write_code
from surefoot.web.phone import push as module
from surefoot.web.phone.push import LARGEST_PUSH, MOST_SESSIONS, QUIET_S, SLACK_S, PushDesk, build_push
from surefoot.web.server.listeners import Listener
from surefoot.web.server.tokens import Pass
from timewarp import run_warped
from writers import sensor_logger as source

SETUP = Setup(person="p01", test="single-leg", leg="left")
HOST = "10.0.0.5"


@pytest.fixture(scope="module")
def made():
    return stance(4, duration_s=36.0)[0]


@pytest.fixture
def told():
    """What became of pushed sessions."""
    return []


@pytest.fixture
def later():
    """Work that was put off: none is done by itself."""
    return []


@pytest.fixture
def make(diary, clock, passport, told, later):
    """Make the app's side of the third listener."""

    def make(pushed_by=None):
        desk = PushDesk(
            diary,
            Settings(),
            SETUP,
            pushed_by,
            tell=told.append,
            clock=clock,
            schedule=lambda *each: later.append(each),
        )
        site = build_push(desk, passport, [HOST])
        return desk, TestClient(site, base_url=f"http://{HOST}:8767", follow_redirects=False)

    return make


def send(app, passport, bodies):
    path = f"/{passport.show()}/data"
    return [app.post(path, content=body, headers={"content-type": "application/json"}) for body in bodies]


def fall_quiet(clock, later):
    seconds, keep = later[-1]
    clock.now_s += seconds
    keep()


def of_file(made, pushed_by, *, ios=False):
    """The values of the trial that the app's own export gives."""
    files = source.write(made)
    if ios:
        gravity = np.broadcast_to(-made.acc_mps2.mean(axis=0), made.acc_mps2.shape)
        epoch = EPOCH_NS
        files = {
            "Accelerometer.csv": source._csv(made.time_s, -made.acc_mps2 - gravity, epoch),
            "Gravity.csv": source._csv(made.time_s, gravity, epoch),
            "Gyroscope.csv": source._csv(made.time_s, made.gyr_radps, epoch),
            "Metadata.csv": sensor_logger._metadata(pushed_by),
        }
    (outcome,) = pipeline.walk([sources.Export("file", files)], lambda *_: SETUP, Settings())
    return outcome.assessment.values


@pytest.mark.parametrize("pushed_by", [None, "android", "standardised"])
def test_a_pushed_session_is_the_trial_of_its_file(
    make, diary, clock, passport, later, told, made, pushed_by
):
    _, app = make(pushed_by)
    answers = send(app, passport, pushes(made))
    assert {answer.status_code for answer in answers} == {200}
    assert not diary.entries()
    fall_quiet(clock, later)
    (entry,) = diary.entries("p01")
    assert told[0].trial == entry.trial
    assert entry.assessment.provenance.source == "sensor_logger"
    assert entry.assessment.values == pytest.approx(of_file(made, pushed_by), rel=1e-9)
    assert entry.assessment.setup.when.timestamp() == pytest.approx(EPOCH_NS / 1e9, abs=1.0)


def test_a_pushed_trial_is_on_the_dashboard(make, clock, passport, later, told, made, browser):
    _, app = make()
    send(app, passport, pushes(made))
    fall_quiet(clock, later)
    assert f"/trials/{told[0].trial}" in browser.get("/people/p01/tests").text
    assert browser.get(f"/trials/{told[0].trial}").status_code == 200


def test_names_are_known_however_they_are_written(make, diary, clock, passport, later, made):
    _, app = make()
    written = [body.replace(b'"totalacceleration"', b'"TotalAcceleration"') for body in pushes(made)]
    send(app, passport, written)
    fall_quiet(clock, later)
    (entry,) = diary.entries()
    assert entry.assessment.values == pytest.approx(of_file(made, None), rel=1e-9)


def test_what_an_iphone_pushes_is_turned_round(make, diary, clock, passport, later, made):
    _, app = make("ios")
    send(app, passport, pushes(made, ios=True))
    fall_quiet(clock, later)
    (entry,) = diary.entries()
    assert entry.assessment.values == pytest.approx(of_file(made, "ios", ios=True), rel=1e-9)
    assert not [issue for issue in entry.assessment.issues if issue.code == "up_axis_down"]


def test_a_timer_that_goes_off_a_tick_too_soon_keeps_the_session_all_the_same(
    make, diary, clock, passport, later, made
):
    _, app = make()
    send(app, passport, pushes(made))
    clock.now_s += later[-1][0] - 0.016
    later[-1][1]()
    assert len(diary.entries()) == 1


@pytest.mark.parametrize("left_out", ["sessionId", "messageId"])
def test_samples_that_cannot_be_told_from_those_of_another_phone_are_refused(
    make, passport, later, made, left_out
):
    _, app = make()
    told = json.loads(pushes(made)[0])
    del told[left_out]
    assert send(app, passport, [json.dumps(told).encode()])[0].status_code == 499
    assert not later


def test_what_is_repeated_after_the_session_is_over_makes_no_second_trial(
    make, diary, clock, passport, later, told, made
):
    _, app = make()
    bodies = pushes(made)
    send(app, passport, bodies)
    fall_quiet(clock, later)
    assert {answer.status_code for answer in send(app, passport, bodies[:20])} == {200}
    fall_quiet(clock, later)
    assert len(diary.entries()) == len(told) == 1


def test_order_and_repeats_change_nothing(make, diary, clock, passport, later, made):
    bodies = pushes(made)
    mixed = bodies + bodies[3:9]
    random.Random(1).shuffle(mixed)
    _, app = make()
    send(app, passport, mixed)
    fall_quiet(clock, later)
    (entry,) = diary.entries()
    assert entry.assessment.values == pytest.approx(of_file(made, None), rel=1e-9)


def test_a_message_that_never_came_is_a_gap_that_is_told(make, diary, clock, passport, later, made):
    bodies = pushes(made)
    _, app = make()
    send(app, passport, bodies[:20] + bodies[21:])
    fall_quiet(clock, later)
    recording = diary.recording(diary.entries()[0].trial)
    assert np.diff(recording.time_s).max() == pytest.approx(1.0, abs=0.05)


def test_a_session_lasts_until_it_is_quiet(make, diary, clock, passport, later, made):
    _, app = make()
    bodies = pushes(made)
    send(app, passport, bodies[:20])
    clock.now_s += QUIET_S - 1
    send(app, passport, bodies[20:])
    clock.now_s += 2
    later[0][1]()
    assert not diary.entries()
    assert {seconds for seconds, _ in later} == {QUIET_S + SLACK_S}
    fall_quiet(clock, later)
    assert len(diary.entries()) == 1


def test_two_sessions_are_two_trials(make, diary, clock, passport, later, made):
    _, app = make()
    other = stance(5, duration_s=36.0)[0]
    for one, two in zip(pushes(made), pushes(other, session="other"), strict=True):
        send(app, passport, [one, two])
    fall_quiet(clock, later)
    assert len(diary.entries()) == 2


def test_ids_and_places_are_not_kept(make, diary, clock, passport, later, made):
    _, app = make()
    send(app, passport, pushes(made))
    fall_quiet(clock, later)
    kept = b"".join(path.read_bytes() for path in diary.root.rglob("*") if path.is_file())
    assert b"TotalAcceleration" in b"".join(str(path).encode() for path in diary.root.rglob("*"))
    for secret in (b"secret-device", b"0a1b-session", b"50.7", b"latitude"):
        assert secret not in kept


def test_a_direction_that_nobody_told_is_refused_in_words(make, diary, clock, passport, later, told, made):
    _, app = make()
    send(app, passport, pushes(made, total=False))
    fall_quiet(clock, later)
    assert not diary.entries()
    assert "--pushed-by" in told[0].error.do


def test_gravity_that_is_missing_is_refused_in_words(make, diary, clock, passport, later, told, made):
    _, app = make("android")
    send(app, passport, pushes(made, names=("accelerometer", "gyroscope")))
    fall_quiet(clock, later)
    assert not diary.entries()
    assert "gravity removed" in told[0].error.what


@pytest.mark.parametrize(
    "body", [b"{}", b'{"messageId": 0, "sessionId": "x", "payload": []}', b'{"msg": "Test"}']
)
def test_a_test_message_is_welcome_and_keeps_nothing(make, passport, later, body):
    _, app = make()
    assert send(app, passport, [body])[0].status_code == 200
    assert not later


def message(**changed):
    sample = {"name": "gyroscope", "time": EPOCH_NS, "values": {"x": 0.0, "y": 0.0, "z": 0.0}} | changed
    return json.dumps({"messageId": 0, "sessionId": "s", "deviceId": "d", "payload": [sample]}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"nonsense", b"[1]", b"7", b"null", b'"text"', b"[" * 200_000, b"\xff\xfe",
        b'{"payload": [7]}', b'{"payload": [{"name": ["gravity"]}]}', b'{"payload": [{"name": "gravity"}]}',
        b'{"messageId": 1e999, "payload": []}', b'{"messageId": NaN}', b'{"messageId": "x"}',
        message(time=0), message(time="now"), message(time=1e300), message(time=True), message(values=None),
        message(values={"x": 1.0, "y": 2.0}), message(values={"x": "1", "y": 0, "z": 0}),
        message(values={"x": float("nan"), "y": 0, "z": 0}), message(values={"x": 1e300, "y": 0, "z": 0}),
        message(values=[1, 2, 3]),
        message(name="annotation", time=1e300), message(name="annotation", time="now"),
    ],
)  # fmt: skip
def test_what_the_app_does_not_send_is_refused_and_not_kept(make, diary, passport, later, body):
    desk, app = make()
    answer = send(app, passport, [body])[0]
    assert answer.status_code == 499
    assert answer.text.startswith("What was pushed cannot be used.")
    assert not later
    desk.close()
    assert not diary.entries()


def exported_of(packets, pushed_by):
    """The files of a session that these packets are of."""
    log = Log(sensor_logger.header_of(Setup(), pushed_by), tuple(packets), (), whole=False)
    return sensor_logger.export(log, None).files


def test_notes_and_an_uncalibrated_gyroscope_are_pushed_too(made):
    packets = []
    for number, body in enumerate(pushes(made)):
        told = json.loads(body)
        for sample in told["payload"]:
            sample["name"] = sample["name"].replace("gyroscope", "gyroscopeuncalibrated")
        if number == 2:
            text = 'pain 6 of 10,\nstopped "early"'
            told["payload"].append(
                {"name": "annotation", "time": EPOCH_NS + 2_500_000_000, "values": {"text": text}}
            )
        packets.append(sensor_logger.pack(sensor_logger.read_message(json.dumps(told).encode())))
    (recording,) = sources.parse(exported_of(packets, "android"))
    np.testing.assert_allclose(recording.gyr_radps, made.gyr_radps, atol=1e-9)
    notes = [issue.what for issue in recording.issues if issue.code == "note"]
    assert notes == ['Note at 2.5 s: pain 6 of 10, stopped "early".']


def test_a_session_without_end_is_stopped(make, passport, monkeypatch, made):
    monkeypatch.setattr(module, "LIMITS", replace(module.LIMITS, samples=2000))
    _, app = make()
    codes = [answer.status_code for answer in send(app, passport, pushes(made))]
    assert codes[0] == 200
    assert codes[-1] == 499


def test_many_sessions_at_once_are_refused(make, passport, made):
    _, app = make()
    first = [pushes(made, session=str(number))[0] for number in range(MOST_SESSIONS + 1)]
    codes = [answer.status_code for answer in send(app, passport, first)]
    assert codes == [200] * MOST_SESSIONS + [499]


@pytest.mark.parametrize("given", ["", "wrong", "x" * 22, "..", "%2e%2e", "a/b"])
def test_without_the_pass_nothing_goes_in_or_out(make, diary, given, made):
    desk, app = make()
    body = pushes(made)[0]
    assert app.post(f"/{given}/data", content=body).status_code == 401
    assert app.get(f"/{given}/surefoot.phyphox").status_code == 401
    assert app.get("/").status_code == 401
    desk.close()
    assert not diary.entries()


def test_a_pass_that_has_worn_out_opens_nothing(make, passport, clock):
    _, app = make()
    path = f"/{passport.show()}/surefoot.phyphox"
    assert app.get(path).status_code == 200
    clock.now_s += 3601
    answer = app.get(path)
    assert answer.status_code == 401
    assert "used up" in answer.text


def test_the_two_routes_are_all_there_is(make, passport):
    _, app = make()
    given = passport.show()
    for path in (
        "",
        "/",
        "/people/p01",
        "/phone",
        "/static/style.css",
        "/data/..",
        "/data/x",
        "/open",
        "/api/hello",
    ):
        assert app.get(f"/{given}{path}").status_code in (401, 404), path
    assert app.get(f"/{given}/data").status_code == 405
    assert app.post(f"/{given}/surefoot.phyphox", content=b"x").status_code == 405
    assert app.get(f"/{given}/surefoot.phyphox").content == read_experiment()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"content-length": str(LARGEST_PUSH + 1)}, 413),
        ({"content-length": "x"}, 411),
        ({"transfer-encoding": "chunked"}, 411),
    ],
)
def test_the_guard_stands_before_it(make, passport, headers, status):
    _, app = make()
    assert app.post(f"/{passport.show()}/data", content=b"{}", headers=headers).status_code == status


def test_every_answer_carries_the_strict_headers(make, passport):
    _, app = make()
    for answer in (
        app.get(f"/{passport.show()}/surefoot.phyphox"),
        app.get("/x"),
        send(app, passport, [b"no"])[0],
    ):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_a_body_too_long_is_refused_before_it_is_read(make, passport):
    _, app = make()
    answer = send(app, passport, [b" " * (LARGEST_PUSH + 1)])[0]
    assert answer.status_code == 413


def ask(app, path, length, receive):
    """Call the site by hand, on a loop whose time jumps; return the status."""
    told = []

    async def send(answer):
        told.append(answer)

    headers = [(b"host", HOST.encode()), (b"content-length", str(length).encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "client": ("10.0.0.9", 50000), "server": (HOST, 8767),
    }  # fmt: skip
    run_warped(app(scope, receive, send))
    return told[0]["status"]


def test_a_body_that_drips_or_never_ends_is_refused(make, passport):
    _, app = make()
    path = f"/{passport.show()}/data"

    async def drip():
        await asyncio.sleep(1.0)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def pour():
        return {"type": "http.request", "body": b" " * 65536, "more_body": True}

    async def leave():
        return {"type": "http.disconnect"}

    assert ask(app.app, path, 1000, drip) == 408
    assert ask(app.app, path, 1000, pour) == 413
    assert ask(app.app, path, 1000, leave) == 400


def test_on_a_real_socket_a_session_is_taken_and_kept(diary, told, made):
    passport, port = Pass(60.0), free_port()
    calls = []

    desk = PushDesk(diary, Settings(), SETUP, tell=told.append, schedule=lambda _, work: calls.append(work))
    invitation = PushInvitation(f"http://127.0.0.2:{port}", passport)
    with serving(Listener(build_push(desk, passport, ["127.0.0.2"]), "127.0.0.2", port)):
        for body in pushes(made, batch_s=2.0):
            request = urllib.request.Request(invitation.push, body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert answer.status == 200
        with urllib.request.urlopen(invitation.experiment.replace("phyphox:", "http:"), timeout=20) as answer:
            assert answer.read() == read_experiment()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", port), timeout=5)
    calls[-1]()
    desk.close()
    assert [entry.trial for entry in diary.entries()] == [told[0].trial]


def test_what_was_put_off_is_done_on_a_thread():
    done = threading.Event()

    async def go():
        module.call_later(0.0, done.set)
        return await asyncio.to_thread(done.wait, 20)

    assert asyncio.run(go())


def run(*words):
    with pytest.raises(SystemExit) as left:
        main(["web", *words])
    return left.value.code


WORDS = ["--leg", "left", "--eyes", "open", "--surface", "floor", "--placement", "lumbar", "--person", "p01"]


def test_the_command_opens_the_third_listener_alone(opened, capsys):
    assert run("--push", *WORDS) == 0
    _, apps = opened
    assert (apps.address, apps.port, apps.certificate) == ("192.168.1.20", 8767, None)
    said = capsys.readouterr().out
    assert "phyphox://192.168.1.20:8767/" in said
    assert "http://192.168.1.20:8767/" in said
    assert "not encrypted" in said
    assert "█" in said


def test_without_conditions_it_only_gives_the_experiment(opened, capsys, made, diary):
    assert run("--push") == 0
    said = capsys.readouterr().out
    assert "phyphox://192.168.1.20:8767/" in said
    assert "http://192.168.1.20:8767" not in said
    assert "--placement" in said
    given = Pass(60.0)
    app = TestClient(
        build_push(PushDesk(diary, Settings(), None), given, [HOST]), base_url=f"http://{HOST}:8767"
    )
    answer = send(app, given, pushes(made)[:1])[0]
    assert answer.status_code == 499
    assert "--person" in answer.text


def test_all_three_can_be_open(opened):
    assert run("--push", "--lan", *WORDS) == 0
    assert sorted(each.port for each in opened) == [8765, 8766, 8767]


def test_without_it_no_third_listener_is_open(opened):
    assert run("--lan") == 0
    assert [each.port for each in opened] == [8765, 8766]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--leg", "left"), "--push"),
        (("--pushed-by", "ios"), "--push"),
        (("--push", "--pushed-by", "nokia", *WORDS), "android | ios | standardised"),
        (("--push", "--person", "p01"), "--leg"),
    ],
)
def test_what_is_not_clear_opens_nothing(opened, capsys, words, text):
    assert run(*words) == 2
    assert text in capsys.readouterr().err
    assert not opened


def test_the_command_tells_of_trials_and_refusals(capsys):
    doors._tell_pushed(Ended("abcdef"))
    doors._tell_pushed(Ended(error=sensor_logger._sign_unknown(())))
    said = capsys.readouterr()
    assert "trial abcdef" in said.out
    assert "Which way" in said.err


def test_the_dashboard_shows_the_codes_and_gives_the_experiment(diary, passport, clock):
    apps = PushInvitation("http://10.0.0.5:8767", Pass(60.0, clock))
    site = build_dashboard(diary, Settings(), passport, push=apps)
    browser = TestClient(site, base_url="http://127.0.0.1:8765", follow_redirects=False)
    assert browser.get("/phone/surefoot.phyphox").status_code == 401
    browser.get("/open", params={"pass": passport.show()})
    page = browser.get("/phone/apps").text
    assert apps.push in page
    assert apps.experiment in page
    assert browser.get("/phone/experiment.svg").text == write_code(apps.experiment)
    assert browser.get("/phone/surefoot.phyphox").content == read_experiment()


def test_a_dashboard_without_the_third_listener_says_how_to_open_it(browser):
    assert "surefoot web --push" in re.sub("<[^>]+>", "", browser.get("/phone/apps").text)
    assert browser.get("/phone/experiment.svg").status_code == 404
