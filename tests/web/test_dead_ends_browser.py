"""Pages that people meet when something is amiss, and the board's phone page: readable by everybody."""

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import expect

from chromium import picture
from made_diary import fill
from serving import free_port, serving
from surefoot.settings import Settings
from surefoot.web.phone.site import build_phone
from surefoot.web.server.listeners import Listener
from surefoot.web.server.tokens import Pass
from surefoot.web.trainer.phone import PHONE, PHONE_SOURCE
from surefoot.web.trainer.trainer import Trainer

pytestmark = pytest.mark.slow

LOOKS = [
    pytest.param({"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}, id="small-dark"),
    pytest.param({"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}, id="large-light"),
]
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def another(page, address):
    """Open a further page of the same browser, whose console may complain of the refusal."""
    page = page.context.new_page()
    page.goto(address)
    return page


def check(page, folder, name):
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate(OVERHANG) == 0
    picture(page, folder, name)


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_not_there(enter, tmp_path, look, request):
    page = another(enter("/", **look), "/trials/0000000000")
    expect(page.locator("h1")).to_have_text("There is nothing here.")
    check(page, tmp_path, f"missing-{request.node.callspec.id}")
    page.get_by_role("link", name="Back").click()
    expect(page.locator("h1")).to_have_text("Find out how steady you stand.")


@pytest.mark.parametrize("look", LOOKS)
def test_a_refused_form(enter, diary, tmp_path, look, request):
    trial = fill(diary)
    page = another(enter("/", **look), f"/trials/{trial}")
    for fold in page.locator("details").all():
        fold.evaluate("each => { each.open = true; }")
    page.get_by_role("button", name="Add an event").click()
    row = page.locator("tr.event").last
    row.locator('[name="end"]').evaluate("each => { each.removeAttribute('max'); each.value = '900'; }")
    page.evaluate("document.getElementById('correct').submit()")
    expect(page.locator("h1")).to_have_text("I did not understand the form.")
    check(page, tmp_path, f"refused-{request.node.callspec.id}")


@pytest.fixture
def phone_origin(diary):
    """The phone's site on a port, and the pass that opens it."""
    guest, port, trainer = Pass(3600.0), free_port(), Trainer(diary, Settings(), {PHONE: PHONE_SOURCE})
    site = build_phone(diary, Settings(), guest, ["127.0.0.1"], trainer=trainer)
    with serving(Listener(site, "127.0.0.1", port, close=trainer.close)):
        yield f"http://127.0.0.1:{port}", guest.show()


@pytest.mark.parametrize("look", LOOKS)
def test_the_phone_on_the_board(chromium, phone_origin, tmp_path, look, request):
    origin, shown = phone_origin
    name = request.node.callspec.id
    context = chromium.new_context(**look)
    page = context.new_page()
    page.goto(f"{origin}/board#pass={shown}")
    expect(page.locator("#begin")).to_be_enabled()
    check(page, tmp_path, f"board-{name}")
    stranger = context.browser.new_context(**look).new_page()
    stranger.goto(f"{origin}/board")
    expect(stranger.get_by_role("alert")).to_contain_text("opened by a code")
    expect(stranger.locator("#begin")).to_be_hidden()
    check(stranger, tmp_path, f"board-no-pass-{name}")
    stranger.goto("about:blank")
    stranger.goto(f"{origin}/board#pass=worn-out")
    expect(stranger.get_by_role("alert")).to_contain_text("The code of this page is used up. Scan the code")
    expect(stranger.locator("#begin")).to_be_hidden()
    stranger.goto("about:blank")
    stranger.goto(f"{origin}/#pass=worn-out")
    expect(stranger.get_by_role("alert")).to_contain_text("Scan the code on your computer once more")
    expect(stranger.locator("#begin")).to_be_hidden()
    stranger.context.close()
    context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_a_browser_without_a_pass(enter, tmp_path, look, request):
    page = enter("/", **look)
    page.context.clear_cookies()
    page = another(page, "/people/me")
    expect(page.locator("h1")).to_contain_text("no pass to the diary")
    check(page, tmp_path, f"closed-{request.node.callspec.id}")
