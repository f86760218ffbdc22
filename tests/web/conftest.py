"""A small diary and its sites, opened by Starlette's own client."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from made_diary import TODAY
from surefoot.diary import Diary
from surefoot.web.passes import Pass
from surefoot.web.phone import build_phone
from surefoot.web.site import build_dashboard


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
    site = build_dashboard(diary, passport, clock=lambda: TODAY)
    return TestClient(site, base_url="http://127.0.0.1:8765", follow_redirects=False)


@pytest.fixture
def browser(stranger, passport):
    """A browser on this computer that has opened the printed address."""
    stranger.get("/open", params={"pass": passport.show()})
    return stranger


@pytest.fixture
def phone(diary, passport):
    """A phone on the network, which holds no pass yet."""
    site = build_phone(diary, passport, ["10.0.0.5"])
    return TestClient(site, base_url="https://10.0.0.5:8766", follow_redirects=False)


@pytest.fixture
def guest(phone, passport):
    """A phone that has scanned the code."""
    phone.headers["authorization"] = f"Bearer {passport.show()}"
    return phone
