"""The dashboard in a real browser: every page at two widths, files dropped and taken, keys alone."""

import io
import zipfile
from datetime import timedelta

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import expect

from chromium import examine, misprints, picture
from made_diary import TODAY, fill, zipped_export
from surefoot.training import LogEntry

pytestmark = pytest.mark.slow

SMALL = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
LARGE = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}

SHAPES = (
    "each => [each.getAttribute('height') / each.getAttribute('width'), "
    "each.naturalHeight / each.naturalWidth]"
)


@pytest.fixture
def weeks(diary):
    """Five days on both legs, and a training log; return the last trial."""
    for day in range(2, 12, 2):
        for leg, seed in (("left", day), ("right", 20 + day)):
            last = fill(diary, seed=seed, leg=leg, day=day)
    for ago in (1, 2, 4, 8, 9, 11):
        diary.add_log(LogEntry("p01", "calf raises", TODAY - timedelta(days=ago), sets=3, reps=15))
        diary.add_log(LogEntry("p01", "balance drills", TODAY - timedelta(days=ago), minutes=5))
    diary.add_log(LogEntry("p01", "swimming", TODAY - timedelta(days=3), minutes=30, pain=3))
    return last


def pages(weeks):
    person = "/people/p01"
    return (
        *("/", "/people", "/people/new", "/import", "/phone", "/phone/apps", "/trainer"),
        *(f"{person}{more}" for more in ("", "/about", "/tests", "/numbers", "/ratios", "/delete")),
        *(f"/trials/{weeks}{more}" for more in ("", "/delete")),
    )


def unfold(page):
    for details in page.locator("details").all():
        details.evaluate("each => { each.open = true; }")


@pytest.mark.parametrize(("name", "settings"), [("small", SMALL), ("desktop", LARGE)])
def test_every_page_is_readable_and_complains_of_nothing(enter, weeks, tmp_path, name, settings):
    page = enter("/", **settings)
    for path in pages(weeks):
        page.goto(path)
        unfold(page)
        for image in page.locator("main img").all():
            image.scroll_into_view_if_needed()
            assert image.evaluate("each => each.decode().then(() => each.naturalWidth > 10)")
        picture(page, tmp_path, f"{name}{path.replace('/', '-')}")


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_no_page_hangs_over_or_prints_over_itself_at_any_width(enter, weeks, locale):
    """At four widths, and with text of twice its size; nothing moves for who asked for less motion."""
    page, found = enter("/", locale=locale, reduced_motion="reduce"), []
    for path in pages(weeks):
        page.goto(path)
        unfold(page)
        found += [(path, *each) for each in misprints(page)]
    assert not found


def test_pictures_are_as_high_as_the_page_has_kept_for_them(enter, weeks):
    """Otherwise the page would jump while it loads."""
    page = enter("/people/p01/numbers", **LARGE)
    for image in page.locator("main img").all():
        image.scroll_into_view_if_needed()
        image.evaluate("each => each.decode()")
        kept, drawn = image.evaluate(SHAPES)
        assert kept == pytest.approx(drawn, rel=0.03), image.get_attribute("src")


def test_refusals_and_dead_ends_are_pages_too(enter, weeks, diary, tmp_path):
    page = enter(f"/trials/{weeks}", **SMALL)
    page.locator("#events > summary").click()
    page.get_by_role("button", name="Add an event").click()
    row = page.locator("tr.event").last
    row.locator('[name="end"]').evaluate("each => { each.removeAttribute('max'); each.value = '900'; }")
    page.evaluate("document.getElementById('correct').submit()")
    expect(page.locator("h1")).to_have_text("I did not understand the form.")
    page.get_by_text("Why?").click()
    expect(page.get_by_text("An event was not understood.")).to_be_visible()
    for part in ("Found", "Expected", "What to do"):
        expect(page.locator("dt", has_text=part)).to_be_visible()
    picture(page, tmp_path, "small-problem")
    page.get_by_role("link", name="Back").click()
    expect(page.locator("h1")).to_have_text("30 seconds on your right leg, no touch.")
    assert not any(event.by_hand for event in diary.entry(weeks).assessment.events)


def drop(page, files):
    """Drop files, given as name and bytes, on the page as a person does."""
    made = page.evaluate_handle(
        """files => {
            const held = new DataTransfer();
            for (const [name, bytes] of files) held.items.add(new File([new Uint8Array(bytes)], name));
            return held;
        }""",
        [[name, list(data)] for name, data in files],
    )
    for kind in ("dragenter", "dragover"):
        page.dispatch_event("body", kind, {"dataTransfer": made})
    expect(page.locator("#drop")).to_have_class("drop over")
    page.dispatch_event("body", "drop", {"dataTransfer": made})


def choose(page, row, word):
    page.locator("#rows > li").nth(row).locator(f'.seg label:has-text("{word}")').click()


def test_files_are_asked_about_one_by_one_and_none_is_lost(enter, diary, tmp_path):
    page = enter("/import", **SMALL)
    files = [
        ("left_eyes-open.zip", zipped_export(5)),
        ("right_eyes-open.zip", zipped_export(6)),
        ("morning <b>.zip", zipped_export(7)),
        ("photo.jpg", b"\xff\xd8\xff\xe0..JFIF......"),
    ]
    drop(page, files)
    rows = page.locator("#rows > li")
    expect(rows).to_have_count(4)
    expect(page.locator("h1")).to_have_text("Two files are ready. One file needs a word from you.")
    expect(rows.nth(3)).to_contain_text("This is a picture, not a recording. I leave it out.")
    choose(page, 1, "Left")
    expect(rows.nth(1)).to_contain_text("The name and your choice differ. Which is right?")
    examine(page)
    picture(page, tmp_path, "small-import")
    page.fill('[name="name"]', "Zoë")
    page.get_by_role("button", name="Add one recording").click()
    expect(page.locator("#told")).to_have_text("One recording is in your diary now. Zoë")
    assert [entry.assessment.setup.leg for entry in diary.entries()] == ["left"]
    choose(page, 1, "Right")
    choose(page, 2, "Both")
    expect(rows.nth(2)).to_contain_text("Eyes open or closed? The name does not say.")
    choose(page, 2, "Closed")
    page.get_by_role("button", name="Add two recordings").click()
    expect(page.locator("#told")).to_contain_text("Two recordings are in your diary now.")
    kept = {(e.person, e.assessment.setup.leg, e.assessment.setup.eyes) for e in diary.entries()}
    assert kept == {("p01", "left", "open"), ("p01", "right", "open"), ("p01", "both", "closed")}
    rows.nth(3).get_by_role("button", name="Take it off the list").click()
    expect(rows).to_have_count(3)
    page.locator("#told").get_by_role("link", name="Zoë").click()
    page.wait_for_url("**/people/p01")


def test_a_choice_that_differs_from_the_name_counts_once_it_is_confirmed(enter, diary):
    page = enter("/import", **SMALL)
    drop(page, [("right_eyes-open.zip", zipped_export(5))])
    choose(page, 0, "Left")
    expect(page.locator("#add")).to_be_hidden()
    page.get_by_role("button", name="My choice is right").click()
    page.get_by_role("button", name="Add one recording").click()
    expect(page.locator("#told")).to_contain_text("One recording is in your diary now.")
    assert [entry.assessment.setup.leg for entry in diary.entries()] == ["left"]


def test_what_is_downloaded_is_a_whole_zip(enter, weeks, tmp_path):
    page = enter("/people/p01/numbers", **SMALL)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download everything").click()
    assert saved.value.suggested_filename == "surefoot-p01.zip"
    saved.value.save_as(tmp_path / "p01.zip")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "p01.zip").read_bytes())) as archive:
        assert archive.testzip() is None
        assert sum(name.endswith("motion.tsv") for name in archive.namelist()) == 10


def test_keys_alone_lead_through_and_delete_a_person(enter, weeks, diary):
    page = enter("/people/p01/tests", **SMALL)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    assert page.locator(":focus").evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    tab_to(page, "All numbers")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("p01")
    tab_to(page, "Delete everything of p01")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Delete it for good?")
    assert "with ten tests" in page.locator("main").inner_text()
    examine(page)
    tab_to(page, "Keep it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/p01")
    assert len(diary.entries()) == 10
    page.goto("/people/p01/numbers")
    tab_to(page, "Delete everything of p01")
    page.keyboard.press("Enter")
    tab_to(page, "Delete")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Find out how steady you stand.")
    assert not diary.entries()
    assert not list(diary.root.rglob("*p01*"))


def tab_to(page, name, *, most=120):
    """Press Tab until what bears this name has the focus, which must show."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and focused.inner_text().strip() == name:
            assert focused.evaluate("each => getComputedStyle(each).outlineStyle") != "none"
            return
    raise AssertionError(f"{name} is not reached by the Tab key")
