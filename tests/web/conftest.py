"""A small diary and its sites, opened by Starlette's own client."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from chromium import FLAGS, find_chromium
from made_diary import TODAY
from serving import free_port, serving
from surefoot.diary import Diary
from surefoot.settings import Settings
from surefoot.web.dashboard.site import build_dashboard
from surefoot.web.phone.site import build_phone
from surefoot.web.server import addresses, listeners
from surefoot.web.server.addresses import Address
from surefoot.web.server.listeners import Listener
from surefoot.web.server.tokens import Pass


class Clock:
    """A clock that is set by hand."""

    now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def diary(tmp_path):
    return Diary(tmp_path / "diary", cache=tmp_path / "cache")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def passport(clock):
    return Pass(3600.0, clock)


@pytest.fixture
def stranger(diary, passport):
    """A browser on this computer that has not opened the printed address."""
    site = build_dashboard(diary, Settings(), passport, clock=lambda: TODAY)
    return TestClient(site, base_url="http://127.0.0.1:8765", follow_redirects=False)


@pytest.fixture
def browser(stranger, passport):
    """A browser on this computer that has opened the printed address."""
    stranger.get("/open", params={"pass": passport.show()})
    return stranger


@pytest.fixture
def phone(diary, passport):
    """A phone on the network, which holds no pass yet."""
    site = build_phone(diary, Settings(), passport, ["10.0.0.5"])
    return TestClient(site, base_url="https://10.0.0.5:8766", follow_redirects=False)


@pytest.fixture
def guest(phone, passport):
    """A phone that has scanned the code."""
    phone.headers["authorization"] = f"Bearer {passport.show()}"
    return phone


@pytest.fixture
def opened(monkeypatch):
    """The listeners a command would have run; none is."""
    seen = []

    def run(given, ready, listening=None):
        seen.extend(given)
        if listening is not None:
            listening.add(*given)
        ready()
        raise KeyboardInterrupt

    monkeypatch.setattr(listeners, "run_listeners", run)
    known = (Address("192.168.1.20", "wlan0"), Address("10.8.0.2", "tun0"))
    monkeypatch.setattr(addresses, "list_addresses", lambda: known)
    return seen


@pytest.fixture(scope="module")
def chromium():
    """A real browser."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = find_chromium()
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def enter(chromium, diary):
    """Open a page of the dashboard in a real browser; whatever its console complains of fails the test."""
    passport, port = Pass(3600.0), free_port()
    listener = Listener(build_dashboard(diary, Settings(), passport, clock=lambda: TODAY), "127.0.0.1", port)
    contexts, faults = [], []

    def open_page(path, **settings):
        contexts.append(chromium.new_context(base_url=f"http://127.0.0.1:{port}", **settings))
        page = contexts[-1].new_page()
        page.on("console", lambda line: faults.append(line.text) if _is_fault(line) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"/open?pass={passport.show()}")
        page.goto(path)
        return page

    with serving(listener):
        yield open_page
        for context in contexts:
            context.close()
    assert not faults


def _is_fault(line):
    # A page that explains a refusal is one of ours; the browser notes its status all the same.
    return line.type == "error" and "400 (Bad Request)" not in line.text
