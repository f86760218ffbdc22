"""The whole way of a person at home, in a real browser: an empty diary, the first test, and next week's."""

from datetime import timedelta

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import expect

from chromium import misprints, picture
from made_diary import TODAY
from serving import free_port, serving
from surefoot.settings import Settings
from surefoot.web.dashboard.site import build_dashboard
from surefoot.web.entrance import PhoneEntrance
from surefoot.web.invitations import Invitation
from surefoot.web.live_view import LiveView
from surefoot.web.phone.site import build_phone
from surefoot.web.server.listeners import Listener, Listening
from surefoot.web.server.tokens import Pass
from virtual_phone import PHONE, STAND_INS, until, when_held

pytestmark = pytest.mark.slow

HERE = "127.0.0.1"
WEEK = timedelta(days=7)
# Every address that the phone asked for.
ASKED = []


class Program:
    """What `surefoot web` starts, at a day of one's choice; its ports stay the same from week to week."""

    def __init__(self, diary, folder):
        self.diary, self.settings = diary, Settings(folder / "settings")
        self.port, self.phone_port = free_port(), free_port()

    def run(self, now):
        passport, listening, live = Pass(3600.0), Listening(), LiveView()

        def make(_):
            guest, origin = Pass(3600.0), f"http://{HERE}:{self.phone_port}"
            site = build_phone(self.diary, self.settings, guest, [HERE], clock=lambda: now, live=live)
            invitation = Invitation(origin, guest, "AB:CD")
            return invitation, Listener(site, HERE, self.phone_port)

        self.entrance = PhoneEntrance(make, listening, live)
        site = build_dashboard(self.diary, self.settings, passport, entrance=self.entrance, clock=lambda: now)
        self.link = f"http://{HERE}:{self.port}/open?pass={passport.show()}"
        own = Listener(site, HERE, self.port, close=live.close)
        return serving(own, listening=listening)


class Hand:
    """Counts what a person taps or clicks."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, selector):
        self.count += 1
        self.page.locator(selector).click()


@pytest.fixture
def laptop(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield Hand(context.new_page())
    context.close()


@pytest.fixture
def pocket(chromium):
    context = chromium.new_context(**PHONE, reduced_motion="reduce")
    yield context
    context.close()


def open_phone(pocket, address, now):
    page = pocket.new_page()
    page.on("request", lambda request: ASKED.append(request.url))
    page.clock.install(time=now)
    page.add_init_script(STAND_INS)
    page.goto(address)
    page.clock.pause_at(now + timedelta(seconds=1000))
    hand = Hand(page)
    hand.press("#begin:enabled")
    until(page, "['start', 'ready-line'].every((id) => !document.getElementById(id).hidden)")
    return hand


def do_the_test(hand):
    """Start, put the foot down once on the first leg after 21 s, and stand the other out."""
    hand.press("#start-test")
    begun_s = when_held(hand.page)
    hand.page.set_viewport_size({"width": 740, "height": 360})
    assert all(lies_within(hand.page.locator(each), 360) for each in ("#headline", "#ringbox", "#stop"))
    assert not misprints(hand.page)
    hand.page.set_viewport_size(PHONE["viewport"])
    hand.page.evaluate(f"window.impacts.push({begun_s + 21.4})")
    until(hand.page, "document.body.dataset.stage === 'touch'", step_ms=200)
    hand.page.evaluate("window.stays = 1")
    until(hand.page, "!document.getElementById('saved').hidden", limit_s=600)


def lies_within(locator, height):
    box = locator.bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= height


def test_from_an_empty_diary_to_the_answer_and_again_next_week(laptop, pocket, diary, tmp_path):
    program, page = Program(diary, tmp_path), laptop.page
    with program.run(TODAY):
        page.goto(program.link)
        picture(page, tmp_path, "walk-1-empty")
        laptop.press("text='Use my phone'")
        expect(page.locator("#scan")).to_be_visible()
        picture(page, tmp_path, "walk-2-code")
        hand = open_phone(pocket, program.entrance.invitation.address, TODAY)
        picture(hand.page, tmp_path, "walk-3-start", examined=False)
        assert not misprints(hand.page)
        do_the_test(hand)
        picture(hand.page, tmp_path, "walk-4-result", examined=False)
        assert not misprints(hand.page)
        expect(page.locator("#live-results li")).to_have_count(2)
        picture(page, tmp_path, "walk-5-laptop")
        laptop.press("#live-answer")
        expect(page.locator("h1")).to_have_text("Four more tests, then I can compare.")
        expect(page.locator("header")).to_contain_text("You, first week")
        picture(page, tmp_path, "walk-6-answer")
        # Two more taps are the browser's own warning.
        assert hand.count + 2 <= 7
        assert laptop.count <= 2
        hand.page.close()
    laptop.count = 0
    with program.run(TODAY + WEEK):
        page.goto(program.link)
        laptop.press("form[action='/phone'] button")
        hand = open_phone(pocket, f"http://{HERE}:{program.phone_port}/", TODAY + WEEK)
        assert "Same as" in hand.page.inner_text("#start-title")
        picture(hand.page, tmp_path, "walk-7-next-week", examined=False)
        do_the_test(hand)
        laptop.press("#live-answer")
        picture(page, tmp_path, "walk-8-next-week")
        assert (hand.count, laptop.count) == (2, 2)
    assert len(diary.entries()) == 4
    known = (f"http://{HERE}:{program.phone_port}/", "blob:")
    assert all(url.startswith(known) and "pass=" not in url.partition("#")[0] for url in ASKED)
    assert len({entry.assessment.setup.person for entry in diary.entries()}) == 1
