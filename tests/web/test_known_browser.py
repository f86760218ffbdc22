"""A real browser keeps its key, comes back without a code after a restart, and is forgotten."""

import json

import pytest
from playwright.sync_api import expect

from chromium import Phone
from made_diary import TODAY
from serving import free_port, serving
from surefoot.settings import Settings
from surefoot.web.phone.site import build_phone
from surefoot.web.phone_book import PhoneBook
from surefoot.web.server.listeners import Listener
from surefoot.web.server.tokens import Pass

KEPT = """() => new Promise((done) => {
  const asked = indexedDB.open("surefoot", 1);
  asked.onsuccess = () => {
    const own = asked.result.transaction("phone").objectStore("phone").get("own");
    own.onsuccess = async () => done(!own.result ? "nothing" : await crypto.subtle
      .exportKey("jwk", own.result.pair.privateKey).then(() => "a key", (fault) => fault.name));
  };
})"""


@pytest.fixture
def pixel(chromium):
    """A phone's browser, which lives through restarts of the computer's program."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="de-DE")
    yield Phone(context)
    context.close()


@pytest.mark.slow
def test_the_bookmark_of_last_week_opens_after_a_restart_until_it_is_forgotten(pixel, diary, tmp_path):
    settings, port, page = Settings(tmp_path / "settings"), free_port(), pixel.page

    def start(passport):
        site = build_phone(diary, settings, passport, ["127.0.0.1"], clock=lambda: TODAY)
        return serving(Listener(site, "127.0.0.1", port))

    begin, bookmark = page.locator("#begin"), f"http://127.0.0.1:{port}/"
    first = Pass(60.0)
    with start(first):
        page.goto(f"{bookmark}#pass={first.show()}")
        expect(begin).to_be_enabled()
        expect(page).to_have_url(bookmark)
        assert len(settings.phones()) == 1
        assert page.evaluate(KEPT) == "InvalidAccessError"
        assert first.show() not in json.dumps(page.context.storage_state())
    with start(Pass(60.0)):
        page.goto(bookmark)
        expect(begin).to_be_enabled()
        expect(page.locator("#fault")).to_be_hidden()
        settings.remember_name("p01", "Zoë")
        PhoneBook(settings).note(*settings.phones(), TODAY, "p01")
        pixel.switch_on()
        page.goto(bookmark)
        begin.click()
        pixel.feed(pixel.sees("#start #ready-line"))
        expect(page.locator("#start-title")).to_have_text("Bereit, Zoë?")
        page.locator("#change").click()
        expect(page.locator("#known")).to_have_text("Dein Computer kennt dieses Handy. Er nennt es Fuchs.")
        page.locator("#forget-me").click()
        expect(page.locator("#known")).to_contain_text("Vergessen.")
        assert settings.phones() == {}
        assert page.evaluate(KEPT) == "nothing"
        page.goto(bookmark)
        expect(page.locator("#fault")).to_contain_text("Scanne den Code am Computer noch einmal.")


def test_the_icon_on_the_home_screen_opens_the_page(pixel, diary):
    port, page = free_port(), pixel.page
    site = build_phone(diary, Settings(), Pass(60.0), ["127.0.0.1"], clock=lambda: TODAY)
    with serving(Listener(site, "127.0.0.1", port)):
        page.goto(f"http://127.0.0.1:{port}/")
        told = page.context.new_cdp_session(page).send("Page.getAppManifest")
        manifest = json.loads(told["data"])
        assert told["errors"] == []
        assert (
            page.request.get(f"http://127.0.0.1:{port}{manifest['start_url']}").text()
            == page.request.get(page.url).text()
        )
        for icon in manifest["icons"]:
            image = page.request.get(f"http://127.0.0.1:{port}{icon['src']}")
            assert (image.status, image.headers["content-type"]) == (200, icon["type"])


@pytest.mark.slow
def test_a_code_of_last_week_in_a_bookmark_does_not_lock_a_known_phone_out(pixel, diary, tmp_path):
    settings, port, page = Settings(tmp_path / "settings"), free_port(), pixel.page
    first = Pass(60.0)
    for passport in (first, Pass(60.0)):
        site = build_phone(diary, settings, passport, ["127.0.0.1"], clock=lambda: TODAY)
        with serving(Listener(site, "127.0.0.1", port)):
            page.goto("about:blank")
            page.goto(f"http://127.0.0.1:{port}/#pass={first.show()}")
            expect(page.locator("#begin")).to_be_enabled()
            expect(page.locator("#fault")).to_be_hidden()
