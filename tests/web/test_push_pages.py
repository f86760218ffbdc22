"""The pages that show the codes, in a real browser at two widths."""

import pytest

from chromium import picture
from serving import free_port, serving
from surefoot.settings import Settings
from surefoot.web.dashboard.site import build_dashboard
from surefoot.web.entrance import Entrance
from surefoot.web.invitations import Invitation, PushInvitation
from surefoot.web.server.listeners import Listener
from surefoot.web.server.tokens import Pass

WIDTHS = {"small": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 800}}
OVERHANG = "each => each.scrollWidth - each.clientWidth"


@pytest.mark.slow
@pytest.mark.parametrize("name", WIDTHS)
def test_both_codes_fit_and_can_be_read_by_everybody(chromium, diary, tmp_path, name):
    passport, port = Pass(600.0), free_port()
    site = build_dashboard(
        diary,
        Settings(),
        passport,
        entrance=Entrance(Invitation("https://192.168.1.20:8766", Pass(60.0), "AB:" * 31 + "CD")),
        push=PushInvitation("http://192.168.1.20:8767", Pass(60.0)),
    )
    context = chromium.new_context(viewport=WIDTHS[name])
    page, faults = context.new_page(), []
    page.on("console", lambda line: faults.append(line.text))
    with serving(Listener(site, "127.0.0.1", port)):
        page.goto(f"http://127.0.0.1:{port}/open?pass={passport.show()}")
        for place in ("phone", "phone/apps"):
            page.goto(f"http://127.0.0.1:{port}/{place}")
            image = page.locator("main img")
            image.scroll_into_view_if_needed()
            assert image.evaluate("each => each.decode().then(() => each.naturalWidth > 10)")
            assert page.locator("html").evaluate(OVERHANG) == 0
            picture(page, tmp_path, f"{name}-{place.replace('/', '-')}")
        with page.expect_download() as saved:
            page.get_by_role("link", name="Get the experiment").click()
        assert saved.value.suggested_filename == "surefoot.phyphox"
    assert not faults
    context.close()
