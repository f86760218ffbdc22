"""What a phone sends becomes trials of the diary; what is no recording is refused."""

import asyncio
import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import surefoot.web
from phone_takes import WORDS, announce, finish, record, rows_of, send
from surefoot import pipeline, sources
from surefoot.cli import main
from surefoot.live.recovery import find_interrupted, recover
from surefoot.settings import Settings, open_settings
from surefoot.simulate import Imu, stance
from surefoot.sources.formats.phone_page import write_rows
from surefoot.training import LogEntry
from surefoot.web.phone import site as phone_site
from surefoot.web.phone.site import FILES, build_phone
from surefoot.web.trainer.trainer import Trainer


def test_a_code_that_is_used_up_is_told_from_none(phone, guest, clock):
    clock.now_s += 3601
    assert "is used up. Scan the code" in guest.get("/api/hello").text
    del phone.headers["authorization"]
    assert "is opened by a code. Scan the code" in phone.get("/api/hello").text


def test_the_page_and_its_files_need_no_pass(phone):
    page = phone.get("/")
    assert page.status_code == 200
    assert "Balance test" in page.text
    assert all(phone.get(f"/static/{name}").status_code == 200 for name in FILES)
    assert phone.get("/static/import.js").status_code == 404


@pytest.mark.parametrize(
    "path", ["/people/p01", "/trials/abcdef", "/phone", "/import", "/open", "/phone/code.svg"]
)
def test_the_dashboard_is_not_on_the_network(guest, path):
    assert guest.get(path).status_code == 404
    assert guest.post(path, content=b"x").status_code == 404


def test_the_phone_is_not_on_the_dashboard(browser):
    assert browser.get("/api/hello").status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Basic abc", "Bearer " + "x" * 9000])
def test_without_the_pass_nothing_is_taken(phone, diary, given):
    phone.headers["authorization"] = given
    answer = phone.post("/api/sessions", json=WORDS)
    assert answer.status_code == 401
    assert "Scan the code" in answer.text
    assert phone.get("/api/hello").status_code == 401
    assert not diary.root.exists()


def test_an_expired_pass_is_refused(guest, clock, diary):
    assert guest.get("/api/hello").status_code == 200
    clock.now_s += 3601
    assert guest.post("/api/sessions", json=WORDS).status_code == 401
    assert not diary.root.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1:8766"},
        {"host": "10.0.0.6"},
        {"host": "10.0.0.5/x?"},
        {"host": "x@10.0.0.5:8766"},
        {"host": "10.0.0.5:8766#"},
        {"host": "10.0.0.5:x"},
    ],
)
def test_only_its_own_address_answers(guest, headers):
    assert guest.get("/api/hello", headers=headers).status_code == 421
    assert guest.get("/", headers=headers).status_code == 421


def test_rows_never_wait_on_the_event_loop_for_a_take_that_is_assessed(guest, monkeypatch):
    def in_a_thread(*_):
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()

    monkeypatch.setattr(phone_site.PhoneDesk, "_add", in_a_thread)
    take = announce(guest)["takes"][0]["take"]
    assert guest.post(f"/api/takes/{take}/parts/0", json=[]).status_code == 204


def test_another_site_cannot_record(guest):
    answer = guest.post("/api/sessions", json=WORDS, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


def test_its_own_page_can_record(guest):
    headers = {"origin": "https://10.0.0.5:8766", "sec-fetch-site": "same-origin"}
    assert guest.post("/api/sessions", json=WORDS, headers=headers).status_code == 200


def test_a_large_body_is_refused(guest):
    take = announce(guest)["takes"][0]["take"]
    assert guest.post(f"/api/takes/{take}/parts/0", content=b"[" + b" " * 131_072).status_code == 413


def test_the_timetable_is_told_whole(guest):
    session = announce(guest, repeats=2, practice=True, lead_s=10)
    titles = [take["title"] for take in session["takes"]]
    assert titles == ["left leg, practice", "right leg, practice"] + ["left leg", "right leg"] * 2
    assert len({take["take"] for take in session["takes"]}) == 6
    times = [cue["at_s"] for cue in session["cues"]]
    assert times == sorted(times)
    assert session["cues"][-1]["text"] == "Time. Foot down."
    assert "Stand where a wall or a table is in reach." in session["safety"]
    steps = [step["phase"] for take in session["takes"] for step in take["steps"]]
    assert steps == ["task", "ready", "countdown", "settle", "hold", "rest"] * 5 + [*steps[:5], "done"]
    assert (
        len({take["spare"] for take in session["takes"]} | {take["take"] for take in session["takes"]}) == 12
    )


@pytest.mark.parametrize(
    ("words", "test"),
    [
        ({"legs": "both"}, "two-legs"), ({"legs": "each", "test": "tandem"}, "tandem"),
        ({"legs": "both", "placement": "board", "surface": "board"}, "wobble-board"), ({}, "single-leg"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("eyes", ["open", "closed"])
def test_what_the_page_shows_is_what_is_said(guest, diary, words, test, eyes):
    """Both pages told people with closed eyes to look at a fixed point."""
    session = announce(guest, eyes=eyes, **words)
    told = json.dumps(session)
    assert ("one spot" in told) == (eyes == "open")
    assert ("somebody should be beside you" in session["safety"]) == (eyes == "closed")
    take = session["takes"][0]
    finish(guest, take["take"], send(guest, take["take"], rows_of(1)))
    assert all(entry.assessment.setup.test == test for entry in diary.entries())


def test_nothing_is_tried_again_on_a_day_with_pain(guest, diary):
    assert announce(guest)["takes"][0]["again"]
    now = datetime.now().astimezone()
    diary.add_log(LogEntry("p01", "calf raises", now, pain=4))
    assert announce(guest)["takes"][0]["again"] == []
    assert announce(guest, person="p02")["takes"][0]["again"]


def test_a_try_again_is_a_trial_of_its_own(guest, diary):
    (take,) = announce(guest, legs="left")["takes"]
    for number, name in enumerate((take["take"], take["spare"])):
        finish(guest, name, send(guest, name, rows_of(number)))
    assert [entry.assessment.setup.leg for entry in diary.entries()] == ["left", "left"]


def test_rows_become_a_trial_of_the_diary(guest, diary):
    _, result = record(guest, rows_of(1))
    (entry,) = diary.entries("p01")
    assert entry.trial == result["trial"]
    assert entry.assessment.setup.leg == "left"
    assert entry.assessment.provenance.source == "phone_page"
    assert result["main"][0] == "Sway path rate" or result["main"][1].endswith("m/s³")
    recording = diary.recording(entry.trial)
    assert recording.time_s.size == 2160
    assert (diary.root / "sourcedata").exists()


def test_the_numbers_are_those_of_the_same_rows_read_from_a_file(guest, diary):
    from surefoot import pipeline, sources
    from surefoot.model import Setup
    from writers import phone_page

    recording, _ = stance(1, imu=Imu(rate_hz=60.0), sway_ap_deg=0.6, sway_ml_deg=0.6)
    record(guest, rows_of(1))
    export = sources.Export("x", phone_page.write(recording))
    (outcome,) = pipeline.walk([export], lambda *_: Setup(leg="left"), Settings())
    kept = diary.entries()[0].assessment.values
    assert kept == pytest.approx(dict(outcome.assessment.values), rel=1e-6)


def test_a_phone_of_the_other_sign_gives_the_same_numbers(guest, diary):
    record(guest, rows_of(1))
    # The same samples of the same moment would be the same take: this phone is another person's.
    take = announce(guest, legs="left", person="other")["takes"][0]["take"]
    finish(guest, take, send(guest, take, rows_of(1, sign=-1.0)), platform="ios")
    first, second = (entry.assessment.values for entry in diary.entries())
    assert second == pytest.approx(dict(first))


def test_repeated_shuffled_parts_change_nothing(guest, diary):
    take = announce(guest, legs="left")["takes"][0]["take"]
    rows = rows_of(2)
    parts = [rows[start : start + 60] for start in range(0, len(rows), 60)]
    for number in reversed(range(len(parts))):
        for _ in range(2):
            guest.post(f"/api/takes/{take}/parts/{number}", json=parts[number])
    guest.post(f"/api/takes/{take}/parts/0", json=parts[5])
    first = finish(guest, take, len(parts)).json()
    assert diary.recording(first["trial"]).time_s.size == len(rows)
    assert finish(guest, take, len(parts)).json() == first
    guest.post(f"/api/takes/{take}/parts/{len(parts)}", json=parts[0])
    assert len(diary.entries()) == 1


@pytest.mark.parametrize(
    ("told", "ago_s"), [(7200.0, 7200), (None, 0), (-5, 0), (1e12, 0), ("1", 0), (True, 0)]
)
def test_a_take_whose_end_is_told_late_has_the_time_at_which_it_was_made(diary, passport, told, ago_s):
    now = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
    site = build_phone(diary, Settings(), passport, ["10.0.0.5"], clock=lambda: now)
    phone = TestClient(site, base_url="https://10.0.0.5:8766")
    phone.headers["authorization"] = f"Bearer {passport.show()}"
    rows = rows_of(1)
    take = announce(phone, legs="left")["takes"][0]["take"]
    finish(phone, take, send(phone, take, rows, size=600), ago_s=told)
    (entry,) = diary.entries()
    assert (now - entry.when).total_seconds() == pytest.approx(ago_s + rows[-1][0] / 1000 - 5, abs=1.0)


def test_a_session_under_way_does_not_make_room_for_pages_that_are_loaded_again(guest):
    takes = [take["take"] for take in announce(guest)["takes"]]
    for number in range(phone_site.MAX_TAKES):
        announce(guest)
        assert guest.post(f"/api/takes/{takes[0]}/parts/{number}", json=[]).status_code == 204
    assert guest.post(f"/api/takes/{takes[-1]}/parts/0", json=[]).status_code == 204


def test_a_part_that_comes_again_is_not_counted_twice(guest, diary, monkeypatch):
    rows = rows_of(2)
    monkeypatch.setattr(phone_site, "LIMITS", replace(phone_site.LIMITS, samples=len(rows)))
    take = announce(guest, legs="left")["takes"][0]["take"]
    count = send(guest, take, rows)
    assert guest.post(f"/api/takes/{take}/parts/0", json=rows[:60]).status_code == 204
    assert guest.post(f"/api/takes/{take}/parts/{count}", json=rows[:1]).status_code == 400
    assert finish(guest, take, count).json()["trial"] == diary.entries()[0].trial


def test_missing_parts_are_named_and_asked_for(guest, diary):
    take = announce(guest, legs="left")["takes"][0]["take"]
    rows = rows_of(2)
    for number in (0, 2):
        guest.post(f"/api/takes/{take}/parts/{number}", json=rows[60 * number : 60 * number + 60])
    answer = finish(guest, take, 5)
    assert (answer.status_code, answer.json()) == (409, {"missing": [1, 3, 4]})
    assert not diary.entries()


def test_a_short_take_is_refused_in_four_parts_and_not_kept(guest, diary):
    _, result = record(guest, rows_of(3)[:120], stopped_s=2.0)
    assert {"what", "found", "expected", "do", "code"} == set(result["error"])
    assert not diary.entries()


def test_a_hidden_page_is_told_with_the_result(guest, diary):
    _, result = record(guest, rows_of(4), hidden=True)
    assert any("out of sight" in text for severity, text in result["issues"] if severity == "warning")
    assert any(issue.code == "page_hidden" for issue in diary.entries()[0].assessment.issues)


def test_practice_is_kept_apart(guest, diary):
    session = announce(guest, legs="left", practice=True)
    for number, take in enumerate(session["takes"]):
        finish(guest, take["take"], send(guest, take["take"], rows_of(number)))
    assert sorted(entry.assessment.setup.practice for entry in diary.entries()) == [False, True]
    practice = next(take["take"] for take in session["takes"] if take["practice"])
    assert guest.get(f"/api/takes/{practice}/trend").status_code == 404


def test_the_trend_of_a_take_is_told_and_drawn(guest):
    take, _ = record(guest, rows_of(1))
    told = guest.get(f"/api/takes/{take}/trend").json()
    assert told["sentence"] == "Left leg, eyes open: too early to say."
    assert len(told["rows"]) == 1
    german = guest.get(f"/api/takes/{take}/trend", headers={"accept-language": "de"}).json()
    assert (german["sentence"], german["header"][0]) == ("Noch vier Tests", "Tag")
    assert guest.get(f"/api/takes/{take}/trend.svg").headers["content-type"] == "image/svg+xml"


def test_rounded_acceleration_hands_over_to_the_gyroscope_and_to_a_trend_of_its_own(guest, diary):
    take_fine, fine = record(guest, rows_of(1, sway_deg=0.2))
    take, coarse = record(guest, rows_of(2, sway_deg=0.2, step=0.1))
    assert fine["main"][1].endswith("m/s³")
    assert coarse["main"][1].endswith("°/s")
    assert any("too coarse" in text for _, text in coarse["issues"])
    assert not any("_degps" in text for _, text in coarse["issues"])
    assert len(guest.get(f"/api/takes/{take}/trend").json()["rows"]) == 1
    assert len(guest.get(f"/api/takes/{take_fine}/trend").json()["rows"]) == 1


def test_a_whole_hold_reads_whole(guest, diary):
    """The page records for as long as its timetable says: what comes after the hold is left out."""
    session = announce(guest, legs="left")
    (take,) = session["takes"]
    assert take["hold_s"][1] - take["hold_s"][0] == 30.0
    lasted_s = take["end_s"] - take["start_s"]
    rows = [row for row in rows_of(1) if row[0] < 5000 + 1000 * lasted_s]
    result = finish(guest, take["take"], send(guest, take["take"], rows), lasted_s=lasted_s).json()
    assert ["Hold time", "30.0 s"] in result["values"]
    assert diary.entry(result["trial"]).assessment.values["hold_time_s"] == pytest.approx(30.0, abs=0.05)


def test_a_page_that_falls_silent_held_at_least_so_long(guest, diary):
    rows = [row for row in rows_of(1) if row[0] < 5000 + 1000 * 20.0]
    take, result = record(guest, rows, lasted_s=35.0, hidden=True)
    assert result["main"] == ["Hold time", "at least 16.0 s"]
    assert diary.entry(result["trial"]).assessment.is_cut_off
    assert guest.get(f"/api/takes/{take}/trend").status_code == 404


def test_a_phone_without_a_gyroscope_records_too(guest, diary):
    _, result = record(guest, rows_of(1, gyroscope=False))
    assert diary.recording(result["trial"]).gyr_radps is None


@pytest.mark.parametrize("path", ["parts/0", "finish"])
def test_a_take_nobody_announced_is_not_there(guest, diary, path):
    assert guest.post(f"/api/takes/0000/{path}", json=[]).status_code == 404
    assert guest.get("/api/takes/0000/trend").status_code == 404
    assert not diary.root.exists()


def test_an_unfinished_take_has_no_trend(guest):
    take = announce(guest)["takes"][0]["take"]
    assert guest.get(f"/api/takes/{take}/trend").status_code == 404


NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    "rows",
    [
        {}, "rows", [[]], [[1, 2, 3]], [[0, 0, 0, 0, 0, 0, None, 0]], [["0", 0, 0, 9.8, 0, 0, 0]],
        [[0, None, 0, 9.8, 0, 0, 0]], [[0, NAN, 0, 9.8, 0, 0, 0]], [[0, 0, 0, INFINITY, 0, 0, 0]],
        [[0, 0, 0, 10**400, 0, 0, 0]], [[True, 0, 0, 9.8, 0, 0, 0]], [[0, 0, 0, 9.8, "<b>", 0, 0]],
        [[0, 0, 0, 9.8, 0, 0, 0]] * 601, None, [None], 5,
    ],
)  # fmt: skip
def test_rows_that_are_none_are_refused(guest, diary, rows):
    take = announce(guest)["takes"][0]["take"]
    answer = guest.post(f"/api/takes/{take}/parts/0", content=json.dumps(rows))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "unreadable"
    assert finish(guest, take, 1).status_code == 409
    assert not diary.root.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b"1" * 5000])
def test_what_is_no_json_is_refused(guest, body):
    take = announce(guest)["takes"][0]["take"]
    assert guest.post(f"/api/takes/{take}/parts/0", content=body).status_code == 400
    assert guest.post("/api/sessions", content=body).status_code == 400


@pytest.mark.parametrize(
    "ending",
    [
        {"parts": 0}, {"parts": -1}, {"parts": 10**9}, {"parts": "3"}, {"parts": None}, {"hidden": "no"},
        {"stopped_s": "x"}, {"stopped_s": -1}, {"stopped_s": 1e9}, {"stopped_s": True},
    ],
)  # fmt: skip
def test_endings_that_are_none_are_refused(guest, ending):
    take = announce(guest)["takes"][0]["take"]
    send(guest, take, rows_of(1)[:60])
    assert finish(guest, take, **{"parts": 1, **ending}).status_code == 400


@pytest.mark.parametrize(
    "words",
    [
        {"legs": "third"}, {"legs": None}, {"legs": ["left"]}, {"repeats": 0}, {"repeats": 1e9},
        {"repeats": "2"}, {"practice": "on"}, {"lead_s": 7}, {"lead_s": [5]}, {"eyes": "<script>"},
        {"person": "../../etc"}, {"person": ""}, {"person": 5}, {"placement": "head"}, {"surface": "ice"},
    ],
)  # fmt: skip
def test_sessions_that_cannot_be_planned_are_refused(guest, diary, words):
    answer = guest.post("/api/sessions", json={**WORDS, **words})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "setup"
    assert not diary.root.exists()


def test_a_take_cannot_grow_without_end(guest, monkeypatch):
    monkeypatch.setattr(phone_site, "LIMITS", replace(phone_site.LIMITS, samples=100))
    take = announce(guest)["takes"][0]["take"]
    part = [[float(n), 0, 0, 9.8, 0, 0, 0] for n in range(60)]
    assert guest.post(f"/api/takes/{take}/parts/0", json=part).status_code == 204
    assert guest.post(f"/api/takes/{take}/parts/1", json=part).status_code == 400
    assert guest.post(f"/api/takes/{take}/parts/400", json=part[:1]).status_code == 400


def test_the_oldest_takes_make_room(guest, monkeypatch):
    # Two takes and their tries again each.
    monkeypatch.setattr(phone_site, "LIMITS", replace(phone_site.LIMITS, remembered=8))
    first = announce(guest)["takes"]
    second = announce(guest)["takes"]
    third = announce(guest)["takes"]
    held = [
        guest.post(f"/api/takes/{take['take']}/parts/0", json=[]).status_code
        for take in first + second + third
    ]
    assert held == [404, 404, 204, 204, 204, 204]


def test_html_from_a_phone_is_text_on_the_dashboard(guest, browser, diary):
    guest.headers["user-agent"] = "<script>alert(1)</script>"
    _, result = record(guest, rows_of(1))
    assert "<script>alert" not in browser.get(f"/trials/{result['trial']}").text


def test_the_phone_page_has_a_strict_policy(phone):
    headers = phone.get("/").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "accelerometer=(self)" in headers["permissions-policy"]


def test_the_noise_that_was_measured_of_the_phone_is_told_as_after_an_import(opened, capsys):
    open_settings().remember_noise("phone_page android", 0.5, 60.0)
    with pytest.raises(SystemExit):
        main(["web", "--lan"])
    token = capsys.readouterr().out.partition("#pass=")[2].split()[0]
    guest = TestClient(opened[1].site, base_url="https://192.168.1.20:8766")
    guest.headers["authorization"] = f"Bearer {token}"
    _, result = record(guest, rows_of(1))
    assert any("this phone's own noise of 0.5" in text for _, text in result["issues"])


def test_a_killed_program_loses_no_row_and_one_recover_brings_them_back_with_the_same_numbers(
    diary, passport, tmp_path
):
    """The rows of a phone test were on no disk until the test was over."""
    rows, site = rows_of(1), build_phone(diary, Settings(), passport, ["10.0.0.5"])
    phone = TestClient(site, base_url="https://10.0.0.5:8766")
    phone.headers["authorization"] = f"Bearer {passport.show()}"
    take = announce(phone, legs="left", platform="android")["takes"][0]["take"]
    send(phone, take, rows)
    assert find_interrupted(diary) == ()  # a running program holds it
    site.state.close()  # lets go as a process that is killed does
    assert len(find_interrupted(diary)) == 1
    (kept,) = recover(diary, Settings()).kept
    entry = diary.entry(kept.trial)
    export = sources.Export("rows", write_rows(rows, platform="android", started=None))
    (read,) = pipeline.walk([export], lambda *_: entry.assessment.setup, Settings())
    assert entry.assessment.values == read.assessment.values
    assert (entry.person, entry.assessment.setup.leg) == ("p01", "left")
    assert list(diary.live_folder("p01").iterdir()) == []
    assert finish(phone, take, 36).status_code == 404


def test_the_result_is_said_in_seconds_against_the_last_day(diary, passport):
    """The voice tells it, so no unit and no word of a laboratory stands in it."""
    now = [datetime(2026, 3, 2, 18, 30, tzinfo=UTC)]
    site = build_phone(diary, Settings(), passport, ["10.0.0.5"], clock=lambda: now[0])
    phone = TestClient(site, base_url="https://10.0.0.5:8766")
    phone.headers["authorization"] = f"Bearer {passport.show()}"
    _, first = record(phone, [row for row in rows_of(1) if row[0] < 5000 + 1000 * 20.0])
    assert first["said"] == "Left: 16 seconds."
    now[0] = datetime(2026, 3, 5, 18, 30, tzinfo=UTC)
    rows, marks = rows_of(2), [[0.1, "Lift your right foot now."], [3.24, "soft"]]
    _, second = record(phone, [row for row in rows if row[0] < 5000 + 26000], touched_s=22.4, marks=marks)
    cues = [note for note in diary.recording(second["trial"]).notes if note.startswith("cue")]
    assert cues == ["cue at 0.10 s: Lift your right foot now.", "cue at 3.24 s: soft"]
    assert second["said"] == "Left: 22 seconds, six more than on Monday."
    assert second["held_s"] == 22.4


def asked_by(*names):
    """Return the words that scripts ask for, by the keys that stand in them."""
    static, asked = Path(surefoot.web.__file__).with_name("static"), set()
    for name in names:
        text = (static / f"{name}.js").read_text(encoding="utf-8")
        assert "word(`" not in text, "a key that is put together is not found by who looks for it"
        for call in re.findall(r"\bword\(([^()]*?)[,)]", text):
            asked |= set(re.findall(r'"([a-z_.]+)"', call))
    return asked


def given_to(page):
    """Return the keys of the words that a page brings its scripts."""
    return set(json.loads(html.unescape(re.search(r'data-words="([^"]*)"', page)[1])))


SHARED = ("sensors", "sending", "known")


def test_every_word_that_a_script_asks_for_is_given(guest, browser, diary, passport):
    trainer = Trainer(diary, Settings(), {})
    site = build_phone(diary, Settings(), passport, ["10.0.0.5"], trainer=trainer)
    board = TestClient(site, base_url="https://10.0.0.5:8766")
    tests = asked_by("phone", "test", "results", "voice", "telling", "player", *SHARED)
    assert len(tests) > 40
    assert not tests - given_to(guest.get("/").text)
    assert not asked_by("board", *SHARED) - given_to(board.get("/board").text)
    assert not asked_by("trainer") - given_to(browser.get("/trainer").text)
