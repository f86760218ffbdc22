"""Whoever should not get in does not, and nothing is written by trying."""

import asyncio
import json
import re
import stat
from dataclasses import fields
from urllib.parse import quote

import pytest

from made_diary import fill
from surefoot.diary import Diary
from surefoot.model import Setup
from surefoot.web.server.middleware import Guard, Refusal
from surefoot.web.server.tokens import Pass

PATHS = (
    "/",
    "/people/p01",
    "/trials/abcdef",
    "/trials/abcdef/traces.svg",
    "/phone",
    "/phone/apps",
    "/phone/code.svg",
)


def snapshot(folder):
    """Every file below a folder with its bytes."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def untouched(diary):
    """Check after the test that the diary is as it was."""
    trial = fill(diary)
    before = snapshot(diary.root)
    yield trial
    assert snapshot(diary.root) == before


@pytest.mark.parametrize("path", PATHS)
def test_without_a_pass_nothing_is_shown(stranger, untouched, path):
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert "p01" not in answer.text


@pytest.mark.parametrize("path", ["/", "/people/p01", "/open?pass=worn"])
def test_a_person_without_a_pass_gets_a_page_and_a_script_its_text(stranger, path):
    page = stranger.get(path, headers={"accept": "text/html,*/*"})
    assert page.status_code == 401
    assert "<h1>This browser has no pass to the diary." in page.text
    assert "start <code>surefoot web</code> anew" in page.text
    script = stranger.get(path, headers={"accept": "*/*"})
    assert script.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("given", ["", "wrong", "é" * 22, "a" * 10_000])
def test_a_wrong_pass_opens_nothing(stranger, untouched, given):
    assert stranger.get("/open", params={"pass": given}).status_code == 401
    assert not stranger.cookies
    stranger.cookies.set("surefoot_pass", given.encode("ascii", "replace").decode())
    assert stranger.post(f"/trials/{untouched}/delete").status_code == 401


def test_a_pass_wears_out_when_nobody_uses_it(browser, clock, passport, untouched):
    clock.now_s += 3599
    assert browser.get("/").status_code == 200
    clock.now_s += 3599
    assert browser.get("/").status_code == 200
    clock.now_s += 3601
    assert browser.get("/").status_code == 401
    assert browser.post(f"/trials/{untouched}/delete").status_code == 401
    old = browser.cookies["surefoot_pass"]
    assert passport.show() != old
    assert not passport.accepts(old)


def test_passes_are_long_and_differ(clock):
    passes = {Pass(1.0, clock).show() for _ in range(100)}
    assert len(passes) == 100
    assert min(len(each) for each in passes) >= 22


def test_the_cookie_is_for_this_site_alone(stranger, passport):
    cookie = stranger.get("/open", params={"pass": passport.show()}).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "192.168.1.9", "", "[", "127.0.0.1@evil.example", "::1"],
)
def test_a_foreign_name_for_this_address_is_refused(browser, untouched, host):
    assert browser.get("/", headers={"host": host}).status_code == 421
    assert browser.post(f"/trials/{untouched}/delete", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://127.0.0.1:8765"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_cannot_change_anything(browser, untouched, headers):
    assert browser.post(f"/trials/{untouched}/delete", headers=headers).status_code == 403
    assert browser.post("/people/p01/delete", headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_change_nothing(browser, untouched, method):
    assert browser.request(method, f"/trials/{untouched}", content=b"x").status_code == 405
    assert browser.get("/people/p01/log").status_code == 405


def test_reading_never_deletes(browser, untouched):
    assert browser.get(f"/trials/{untouched}/delete").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-length": "64000001"}, 413),
        ({"content-length": "9" * 4000}, 413),
        ({"content-length": "-1"}, 411),
        ({"content-length": "12x"}, 411),
        ({"content-length": "٣"}, 411),
        ({"transfer-encoding": "chunked"}, 411),
    ],
)
def test_a_body_must_tell_a_fitting_length(browser, untouched, headers, status):
    raw = [
        (b"host", b"127.0.0.1:8765"),
        (b"cookie", f"surefoot_pass={browser.cookies['surefoot_pass']}".encode()),
    ]
    raw += [(name.encode(), value.encode("utf-8")) for name, value in headers.items()]
    assert ask(browser.app, "POST", "/import", raw, never)[0] == status


def ask(app, method, path, headers, receive):
    """Call an ASGI application by hand; return status and body."""
    told = []

    async def send(message):
        told.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 8765),
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return told[0]["status"], b"".join(message.get("body", b"") for message in told)


async def never():
    raise AssertionError("the body was read")


def guarded(reached, **settings):
    async def inner(scope, receive, send):
        reached.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"in"})

    defaults = {"hosts": ["here"], "admit": lambda _: None, "largest_body": 10, "patience_s": 0.01}
    return Guard(inner, **{**defaults, **settings})


HEADERS = [(b"host", b"here:80"), (b"content-length", b"10")]


def test_a_body_arrives_whole():
    reached, parts = [], [b"12345", b"67890"]

    async def receive():
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    assert ask(guarded(reached, patience_s=5.0), "POST", "/", HEADERS, receive) == (200, b"in")
    assert reached == [b"1234567890"]


def test_a_slow_body_is_given_up():
    reached = []

    async def receive():
        await asyncio.Event().wait()

    assert ask(guarded(reached), "POST", "/", HEADERS, receive)[0] == 408
    assert not reached


def test_an_endless_body_is_cut_off():
    reached, asked = [], []

    async def receive():
        asked.append(1)
        return {"type": "http.request", "body": b"1234", "more_body": True}

    assert ask(guarded(reached, patience_s=5.0), "POST", "/", HEADERS, receive)[0] == 413
    assert (len(asked), reached) == (3, [])


def test_a_broken_off_body_reaches_nothing():
    reached = []

    async def receive():
        return {"type": "http.disconnect"}

    assert ask(guarded(reached), "POST", "/", HEADERS, receive)[0] == 400
    assert not reached


def test_only_http_is_answered():
    reached, told = [], []

    async def send(message):
        told.append(message)

    asyncio.run(guarded(reached)({"type": "websocket"}, never, send))
    assert not reached
    assert not told


def test_who_is_not_admitted_is_not_read():
    refuse = guarded([], admit=lambda _: Refusal(401, "broken"))
    assert ask(refuse, "POST", "/", HEADERS, never) == (401, b"The connection broke off. Try once more.")


def test_ten_thousand_requests_write_nothing(untouched):
    reached = []
    guard = guarded(reached, admit=lambda request: Refusal(401, "origin"))

    async def storm():
        statuses = set()

        async def send(message):
            statuses.add(message.get("status", 401))

        for number in range(10_000):
            scope = {
                "type": "http",
                "method": "POST",
                "scheme": "http",
                "path": f"/{number}",
                "headers": HEADERS,
            }
            await guard(scope, never, send)
        return statuses

    assert asyncio.run(storm()) == {401}
    assert not reached


@pytest.mark.parametrize(
    "path",
    [
        "/static/../guard.py",
        "/static/%2e%2e/guard.py",
        "/static/..%2fguard.py",
        "/static//etc/passwd",
        "/static/style.css%00",
        "/trials/..%2f..%2fetc",
        "/trials/../../etc/passwd",
        "/people/..%2f..",
        "/people/%2e%2e/delete",
        "/trials/abcdef/..%2ftraces.svg",
    ],
)
def test_no_path_leads_out(browser, untouched, path):
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "root:" not in answer.text
    assert "Refusal" not in answer.text


MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


TEXT_FIELDS = [
    each.name for each in fields(Setup) if each.type in (str, "str") and each.name not in ("person", "test")
]


def crawl(browser, start="/"):
    """Every page that can be reached by links, with its text; downloads are no pages."""
    seen, waiting = {}, [start]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        answer = browser.get(path)
        shown = answer.headers["content-type"].startswith("text/html")
        is_file = "filename=" in answer.headers.get("content-disposition", "")
        assert shown or is_file or "/static/" in path
        seen[path] = answer.text if shown else ""
        waiting += re.findall(r'href="(/[^"#]*)"', seen[path])
    return seen


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_html_in_text_is_text(browser, diary, name):
    trial = fill(diary, **{name: MARKUP})
    pages = crawl(browser)
    assert f"/trials/{trial}" in pages
    assert not any("<script>alert" in page or "<img src=x" in page for page in pages.values())
    if name == "note":
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages[f"/trials/{trial}"]


def test_html_in_a_file_or_an_address_is_text(browser, diary):
    listed = quote(json.dumps([[MARKUP, 5, 0]]))
    words = {"person": "p03", "leg": "right"}
    answers = [
        browser.post("/import", params=words, content=b"12345", headers={"x-files": listed}),
        browser.post("/import", params=words | {"note": MARKUP, MARKUP: "1"}, content=b"12345"),
        browser.get(f"/people/{quote(MARKUP, safe='')}"),
        browser.get("/open", params={"pass": MARKUP}),
    ]
    told = [each.text for each in answers if "json" not in each.headers["content-type"]]
    assert not any("<script>alert" in page for page in told)
    assert all(each.headers["x-content-type-options"] == "nosniff" for each in answers)
    assert [each.status_code for each in answers] == [200, 400, 404, 401]
    assert not diary.root.exists()


@pytest.mark.parametrize("verb", ["", "/delete", "/export.zip", "/traces.svg"])
def test_a_trial_of_another_diary_is_not_there(browser, untouched, tmp_path, verb):
    other = Diary(tmp_path / "other", cache=tmp_path / "other-cache")
    foreign = fill(other, seed=9, person="p09")
    before = snapshot(other.root)
    assert browser.get(f"/trials/{foreign}{verb}").status_code == 404
    assert browser.post(f"/trials/{foreign}/delete").status_code == 404
    assert (
        browser.post(f"/trials/{foreign}/events", data={"kind": "", "start": "", "end": ""}).status_code
        == 404
    )
    assert snapshot(other.root) == before


@pytest.mark.parametrize("path", ["/", "/phone", "/people/p01", "/nowhere", "/static/style.css", "/open"])
def test_every_answer_carries_a_strict_policy(browser, untouched, path):
    headers = browser.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_refusals_carry_the_policy_too(stranger):
    assert "default-src 'none'" in stranger.get("/").headers["content-security-policy"]


def test_pages_hold_no_script_or_style_of_their_own(browser, untouched):
    for path in ("/", "/phone", "/people/p01", f"/trials/{untouched}"):
        page = browser.get(path).text
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert "http://" not in page.replace('xmlns="http://', "")
        assert "https://" not in page


def test_what_is_kept_is_for_its_owner_alone(browser, diary):
    fill(diary)
    assert {stat.S_IMODE(path.stat().st_mode) for path in diary.root.rglob("*") if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in diary.root.rglob("*") if path.is_dir()} == {0o700}
