"""The board trainer in a real browser, with a simulated board and a phone: what is seen, heard and kept."""

import math
import re
import time
from itertools import pairwise

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import expect

from chromium import G, Phone, picture
from serving import free_port, serving
from surefoot.settings import Settings
from surefoot.web.dashboard.site import build_dashboard
from surefoot.web.entrance import Entrance
from surefoot.web.invitations import Invitation
from surefoot.web.phone.site import build_phone
from surefoot.web.server.listeners import Listener
from surefoot.web.server.tokens import Pass
from surefoot.web.trainer.phone import PHONE, PHONE_SOURCE
from surefoot.web.trainer.trainer import Trainer

pytestmark = pytest.mark.slow

LARGE = {"width": 1280, "height": 900}
SMALL = {"width": 360, "height": 740}
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LISTEN = """
window.sounded = { pitch: [], side: [], loudness: [] };
const glide = AudioParam.prototype.setTargetAtTime;
AudioParam.prototype.setTargetAtTime = function (value, ...rest) {
  const kind = this.maxValue === 1 ? "side" : this.defaultValue === 440 ? "pitch" : "loudness";
  window.sounded[kind].push(value);
  return glide.call(this, value, ...rest);
};
window.announced = [];
addEventListener("DOMContentLoaded", () => {
  const region = document.getElementById("announce");
  const note = () => window.announced.push([performance.now(), region.textContent]);
  if (region) new MutationObserver(note).observe(region, { childList: true });
});
"""


@pytest.fixture
def house(diary):
    """Both sites on ports: the address that opens the dashboard, its origin, and the phone's address."""
    passport, guest, port, phone_port = Pass(3600.0), Pass(3600.0), free_port(), free_port()
    trainer = Trainer(diary, Settings(), {PHONE: PHONE_SOURCE})
    invitation = Invitation(f"http://127.0.0.1:{phone_port}", guest)
    site = build_dashboard(diary, Settings(), passport, entrance=Entrance(invitation), trainer=trainer)
    phone = build_phone(diary, Settings(), guest, ["127.0.0.1"], trainer=trainer)
    origin = f"http://127.0.0.1:{port}"
    with serving(
        Listener(site, "127.0.0.1", port, close=trainer.close), Listener(phone, "127.0.0.1", phone_port)
    ):
        yield f"{origin}/open?pass={passport.show()}", origin, invitation.board_address


def opened(chromium, house, **context):
    door, *_ = house
    page = chromium.new_context(**context).new_page()
    page.faults, page.asked = [], []
    page.on("console", lambda line: page.faults.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.add_init_script(LISTEN)
    page.goto(door)
    page.get_by_role("link", name="Train on a board").click()
    expect(page.locator("#connect")).to_be_enabled()
    return page


def connected(page):
    page.locator("#sensor").select_option("simulated")
    page.get_by_role("button", name="Connect").click()
    expect(page.locator("#phase")).to_contain_text("Level is set", timeout=40_000)


def test_a_round_on_the_simulated_board(chromium, house, diary, tmp_path):
    page = opened(chromium, house, viewport=LARGE, color_scheme="light")
    picture(page, tmp_path, "trainer-1-off")
    connected(page)
    page.get_by_role("button", name="Sound").click()
    page.locator("[name=lead_s]").select_option("5")
    page.locator("[name=board]").fill("round board")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#phase")).to_contain_text("the ring", timeout=20_000)
    time.sleep(8)
    picture(page, tmp_path, "trainer-2-running", whole=False)
    page.get_by_role("button", name="Sound").click()
    expect(page.locator("#result")).to_be_visible(timeout=60_000)
    picture(page, tmp_path, "trainer-3-result")
    assert "Time in the zone" in page.inner_text("#outcome")
    assert "I noted it with your exercises." in page.inner_text("#outcome")
    sounded = page.evaluate("sounded")
    assert len(sounded["pitch"]) > 100
    assert 220 <= min(sounded["pitch"]) < 300 < max(sounded["pitch"]) <= 880
    assert min(sounded["side"]) < -0.1
    assert max(sounded["side"]) > 0.1
    assert sounded["loudness"][-1] == 0
    spoken = page.evaluate("announced")
    running = [at_ms for at_ms, text in spoken if "seconds left" in text]
    assert len(running) >= 2
    assert min(b - a for a, b in pairwise(running)) > 8000
    assert float(page.locator("#delay").text_content().removesuffix(" ms")) >= 0
    page.get_by_role("link", name="Look at this round").click()
    expect(page.locator("h1")).to_contain_text("on the board.")
    page.wait_for_load_state("load")
    assert not page.faults
    assert all(url.startswith(house[1]) for url in page.asked)
    (entry,) = diary.entries("simulated")
    setup = entry.assessment.setup
    assert (setup.placement, setup.practice, setup.board) == ("board", True, "round board")
    page.context.close()


def test_on_a_small_dark_screen_with_the_keyboard_alone(chromium, house, tmp_path):
    page = opened(chromium, house, viewport=SMALL, color_scheme="dark", reduced_motion="reduce")
    connected(page)
    assert page.evaluate(OVERHANG) == 0
    assert not page.locator("#trail").is_visible()
    page.locator("#start").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#phase")).to_contain_text("Step on")
    page.locator("#target").scroll_into_view_if_needed()
    picture(page, tmp_path, "small-trainer-lead")
    page.keyboard.press("Escape")
    expect(page.locator("#phase")).to_contain_text("Level is set")
    page.locator("[name=lead_s]").select_option("5")
    page.locator("#start").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#phase")).to_contain_text("the ring", timeout=20_000)
    time.sleep(2)
    page.keyboard.press("Escape")
    expect(page.locator("#result-title")).to_be_focused(timeout=30_000)
    assert "I did not keep this round." in page.inner_text("#outcome")
    assert page.evaluate(OVERHANG) == 0
    picture(page, tmp_path, "small-trainer-result")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.locator("#said")).to_have_text("No sensor is connected.")
    assert not page.faults
    page.context.close()


PIXEL = {
    "viewport": {"width": 412, "height": 839},
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile",
}
SIZE_DEG, WAVE_HZ, ZONE_DEG = 7.5, 0.4, 5.0


class Rocking:
    """A phone flat on a board that lies still, and from a moment on rocks forward and back as a sine."""

    since_s = None

    def reading(self, _):
        turned = 0.0 if self.since_s is None else 2 * math.pi * WAVE_HZ * (time.monotonic() - self.since_s)
        ap = math.radians(SIZE_DEG) * math.sin(turned)
        rate = math.radians(SIZE_DEG) * 2 * math.pi * WAVE_HZ * math.cos(turned) if turned else 0.0
        pull = (0.0, -G * math.sin(ap), G * math.cos(ap))
        return {"accelerometer": pull, "linear-acceleration": (0.0, 0.0, 0.0), "gyroscope": (-rate, 0.0, 0.0)}


def test_a_phone_on_the_board(chromium, house, diary, tmp_path):
    """A sine of 7.5 degrees is within 5 degrees for 2/pi asin(5 / 7.5) of the time, network or not."""
    page = opened(chromium, house, viewport=LARGE)
    page.get_by_text("Use a phone on the board").click()
    expect(page.get_by_text(house[2])).to_be_visible()
    picture(page, tmp_path, "trainer-4-invitation")
    context, rocking = chromium.new_context(**PIXEL), Rocking()
    phone = Phone(context, rocking)
    phone.switch_on()
    phone.page.goto(house[2])
    picture(phone.page, tmp_path, "phone-8-board", whole=False)
    phone.page.locator("#begin").tap()
    phone.feed(lambda: "Press Start" in phone.page.inner_text("#state"), limit_s=60)
    page.locator("[name=called]").fill("p09")
    page.locator("[name=lead_s]").select_option("5")
    page.get_by_role("button", name="Start").click()
    rocking.since_s = time.monotonic()
    cuts = []

    def cut_the_network(now_s):
        if len(cuts) < 2 and now_s > (15, 17)[len(cuts)]:
            cuts.append(phone.page.inner_text("#state"))
            context.set_offline(len(cuts) == 1)

    phone.feed(lambda: page.locator("#result").is_visible(), each=cut_the_network, limit_s=90)
    picture(phone.page, tmp_path, "phone-9-board-done", whole=False)
    assert [text.startswith("Sending") for text in cuts] == [True, False]
    outcome = page.inner_text("#outcome")
    share = float(re.search(r"Time in the zone\s+(\d+) %", outcome)[1])
    assert share == pytest.approx(200 / math.pi * math.asin(ZONE_DEG / SIZE_DEG), abs=4)
    assert "Length of the round\t30.0 s" in outcome
    page.get_by_role("button", name="Disconnect").click()
    phone.feed(lambda: "let this phone go" in phone.page.inner_text("#fault"), limit_s=30)
    assert not page.faults
    (entry,) = diary.entries("p09")
    recording = diary.recording(entry.trial)
    assert recording.duration_s == pytest.approx(33.0, abs=0.5)
    assert len(recording.time_s) > 33 * 45
    context.close()
    page.context.close()
