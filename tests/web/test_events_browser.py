"""Events corrected on the picture of a trial, in a real browser: by pointer, by keys, by typing."""

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import expect

from chromium import picture
from made_diary import fill

pytestmark = pytest.mark.slow

LARGE = {"width": 1280, "height": 900}
SMALL = {"width": 360, "height": 740}


@pytest.fixture
def trial(diary):
    return fill(diary)


@pytest.fixture
def visit(enter, trial):
    """Open the trial's page, its picture drawn."""

    def open_page(**settings):
        page = enter(f"/trials/{trial}", **settings)
        page.locator("#events > summary").click()
        return page

    return open_page


def second_at(page, across_px):
    """Return the second that stands at a place of the picture, from the frame that the page was given."""
    plate = page.locator("#plate")
    frame = {name: float(plate.get_attribute(f"data-{name}")) for name in ("left", "right", "start", "end")}
    box = plate.bounding_box()
    part = ((across_px - box["x"]) / box["width"] - frame["left"]) / (frame["right"] - frame["left"])
    return frame["start"] + part * (frame["end"] - frame["start"])


def value(page, row, name):
    return float(page.locator("tr.event").nth(row).locator(f'[name="{name}"]').input_value())


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, grip, by_px):
    grip.scroll_into_view_if_needed()
    x, y = middle(grip)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by_px / 2, y, steps=4)
    page.mouse.move(x + by_px, y, steps=4)
    page.mouse.up()
    return x + by_px


def add_touchdown(page):
    """Add an event; return the number of its row, which is the last."""
    page.get_by_role("button", name="Add an event").click()
    return page.locator("tr.event").count() - 1


def save(page):
    page.locator("form#correct").get_by_role("button", name="Save the change").click()
    page.wait_for_url("**?saved=1#events")


def touchdowns(diary, trial):
    """Return the spans of the touchdowns that the diary's own file of events tells."""
    found = [event for event in diary.events(trial) if event.kind == "touchdown" and event.confidence > 0]
    return [(event.start_s, event.end_s) for event in found]


def test_an_event_is_dragged_to_another_second_and_the_trial_analysed_again(visit, diary, trial, tmp_path):
    page = visit(viewport=LARGE)
    before = diary.entry(trial).assessment.values
    row = add_touchdown(page)
    grip = page.locator(".grip.whole").nth(row)
    length = value(page, row, "end") - value(page, row, "start")
    stopped = drag(page, grip, -60)
    start, end = value(page, row, "start"), value(page, row, "end")
    assert start == pytest.approx(second_at(page, stopped), abs=0.15)
    assert end - start == pytest.approx(length, abs=0.02)
    dragged = drag(page, page.locator(".grip.tail").nth(row), 40)
    assert value(page, row, "start") == start
    assert value(page, row, "end") == pytest.approx(second_at(page, dragged), abs=0.15)
    expect(page.locator("#told")).to_have_text("Changed, not saved yet.")
    picture(page, tmp_path, "desktop-events")
    kept = (start, value(page, row, "end"))
    shown = page.locator(".outcome").inner_text()
    save(page)
    assert touchdowns(diary, trial) == [kept]
    assert diary.entry(trial).assessment.values != before
    assert page.locator(".outcome").inner_text() != shown
    assert "by hand" in page.locator("tr.event").nth(row).inner_text()
    expect(page.locator("#told")).to_have_text("")
    expect(page.locator("#saved")).to_be_in_viewport()
    expect(page.locator(".outcome")).to_be_in_viewport()


def test_the_marks_stand_where_the_picture_has_their_seconds(visit, diary, trial):
    """The steady stretch is shaded in the picture itself; a mark set to its ends must stand at its edges."""
    page = visit(viewport=LARGE)
    row = add_touchdown(page)
    start_s, end_s = diary.entry(trial).assessment.provenance.steady_s
    for name, second in (("end", end_s), ("start", start_s)):
        page.locator("tr.event").nth(row).locator(f'[name="{name}"]').fill(f"{second:.2f}")
    band, shade = (
        page.locator("div.band").nth(row).bounding_box(),
        page.locator("#plate rect.band:visible").bounding_box(),
    )
    assert band["x"] == pytest.approx(shade["x"], abs=2)
    assert band["x"] + band["width"] == pytest.approx(shade["x"] + shade["width"], abs=2)


def test_everything_is_done_by_keys_alone(visit, diary, trial, tmp_path):
    page = visit(viewport=SMALL, color_scheme="dark")
    page.locator("#add").focus()
    page.keyboard.press("Enter")
    row = page.locator("tr.event").count() - 1
    grip = page.locator(".grip.whole").nth(row)
    expect(grip).to_be_focused()
    start = value(page, row, "start")
    for key, moved in (
        ("ArrowRight", 0.1),
        ("ArrowUp", 0.1),
        ("ArrowLeft", -0.1),
        ("PageUp", 1.0),
        ("PageDown", -1.0),
    ):
        page.keyboard.press(key)
        start += moved
        assert value(page, row, "start") == pytest.approx(start, abs=0.011)
    assert grip.get_attribute("aria-valuetext") == f"from {start:.2f} to {start + 1:.2f} seconds"
    page.keyboard.press("Home")
    assert value(page, row, "start") == 0
    page.keyboard.press("PageUp")
    page.keyboard.press("Tab")
    page.keyboard.press("PageUp")
    assert (value(page, row, "start"), value(page, row, "end")) == (1.0, 3.0)
    picture(page, tmp_path, "small-events")
    page.keyboard.press("Delete")
    expect(page.locator("tr.event")).to_have_count(row)
    for _ in range(row):
        page.keyboard.press("Delete")
    expect(page.locator("#add")).to_be_focused()
    page.locator("form#correct [type=submit]").press("Enter")
    page.wait_for_url("**?saved=1#events")
    assert not [event for event in diary.events(trial) if event.confidence > 0]


def test_typing_moves_the_mark_and_a_wrong_end_is_told(visit, diary, trial):
    page = visit(viewport=LARGE)
    row = add_touchdown(page)
    cells = page.locator("tr.event").nth(row)
    cells.locator('[name="kind"]').select_option("hop")
    cells.locator('[name="end"]').fill("22.5")
    cells.locator('[name="start"]').fill("21.25")
    grip = page.locator(".grip.whole").nth(row)
    assert second_at(page, middle(grip)[0]) == pytest.approx(21.25, abs=0.1)
    assert "Hop" in grip.get_attribute("aria-label")
    cells.locator('[name="end"]').fill("20")
    expect(page.locator(".grip.whole")).to_have_count(row)
    assert (
        cells.locator('[name="end"]').evaluate("each => each.validationMessage")
        == "The end lies before the start."
    )
    cells.locator('[name="end"]').fill("22.5")
    save(page)
    (hop,) = [event for event in diary.events(trial) if event.kind == "hop"]
    assert (hop.start_s, hop.end_s, hop.by_hand) == (21.25, 22.5, True)


def test_a_double_click_adds_and_all_can_be_put_back(visit, diary, trial):
    page = visit(viewport=LARGE)
    rows = page.locator("tr.event").count()
    page.locator("#plate").scroll_into_view_if_needed()
    box = page.locator("#plate").bounding_box()
    at = box["x"] + 0.6 * box["width"]
    page.mouse.dblclick(at, box["y"] + 0.4 * box["height"])
    assert value(page, rows, "start") == pytest.approx(second_at(page, at), abs=0.1)
    page.get_by_role("button", name=f"Remove event {rows + 1}").click()
    expect(page.locator("tr.event")).to_have_count(rows)
    expect(page.locator("#told")).to_have_text("")
    add_touchdown(page)
    page.get_by_role("button", name="Put back as saved").click()
    expect(page.locator("tr.event")).to_have_count(rows)
    expect(page.locator(".grip.whole")).to_have_count(rows)
    expect(page.locator("#told")).to_have_text("")
    assert not touchdowns(diary, trial)


def test_a_finger_drags_as_a_mouse_does(visit, trial):
    page = visit(viewport=SMALL, has_touch=True, is_mobile=True)
    row = add_touchdown(page)
    grip = page.locator(".grip.whole").nth(row)
    grip.scroll_into_view_if_needed()
    x, y = middle(grip)
    finger = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [x]),
        ("touchMove", [x - 20]),
        ("touchMove", [x - 50]),
        ("touchEnd", []),
    ):
        touches = [{"x": across, "y": y} for across in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    assert value(page, row, "start") == pytest.approx(second_at(page, x - 50), abs=0.2)


def test_without_its_script_the_form_still_corrects(visit, diary, trial):
    page = visit(viewport=SMALL)
    address = page.url
    plain = page.context.browser.new_context(viewport=SMALL, java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    page = plain.new_page()
    page.goto(address)
    page.locator("#events > summary").click()
    row = page.locator("tr.event").last
    row.locator("select").select_option("touchdown")
    row.locator('[name="start"]').fill("20")
    row.locator('[name="end"]').fill("21")
    page.locator("form#correct").get_by_role("button", name="Save the change").click()
    page.wait_for_url("**?saved=1#events")
    plain.close()
    assert touchdowns(diary, trial) == [(20.0, 21.0)]
