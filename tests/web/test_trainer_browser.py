"""The board trainer in a real browser, with the simulated board: picture, sound, result, kept trial."""

import time
from itertools import pairwise

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import expect, sync_playwright

from chromium import FLAGS, find_chromium, picture
from serving import free_port, serving
from surefoot.web.listeners import Listener
from surefoot.web.passes import Pass
from surefoot.web.site import build_dashboard
from surefoot.web.trainer.desk import Trainer

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


@pytest.fixture(scope="module")
def chromium():
    path = find_chromium()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def house(diary):
    """The dashboard on a port, and the address that opens it."""
    passport, port = Pass(3600.0), free_port()
    trainer = Trainer(diary)
    site = build_dashboard(diary, passport, trainer=trainer)
    with serving(Listener(site, "127.0.0.1", port, close=trainer.close)):
        yield f"http://127.0.0.1:{port}/open?pass={passport.show()}", f"http://127.0.0.1:{port}"


def opened(chromium, house, **context):
    door, _ = house
    page = chromium.new_context(**context).new_page()
    page.faults, page.asked = [], []
    page.on("console", lambda line: page.faults.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.add_init_script(LISTEN)
    page.goto(door)
    page.get_by_role("link", name="Train on a board").click()
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
    expect(page.locator("#phase")).to_contain_text("the zone", timeout=20_000)
    time.sleep(8)
    picture(page, tmp_path, "trainer-2-running", whole=False)
    page.get_by_role("button", name="Sound").click()
    expect(page.locator("#result")).to_be_visible(timeout=60_000)
    picture(page, tmp_path, "trainer-3-result")
    assert "Time in the zone" in page.inner_text("#outcome")
    assert "Logged for simulated: balance drills." in page.inner_text("#outcome")
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
    page.get_by_role("link", name="Look at the trial").click()
    expect(page.locator("h1")).to_contain_text("Wobble board")
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
    expect(page.locator("#phase")).to_contain_text("the zone", timeout=20_000)
    time.sleep(2)
    page.keyboard.press("Escape")
    expect(page.locator("#result-title")).to_be_focused(timeout=30_000)
    assert "Not kept as a trial." in page.inner_text("#outcome")
    assert page.evaluate(OVERHANG) == 0
    picture(page, tmp_path, "small-trainer-result")
    page.get_by_role("button", name="Disconnect").click()
    expect(page.locator("#said")).to_have_text("No sensor is connected.")
    assert not page.faults
    page.context.close()
