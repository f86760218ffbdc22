"""A table that nobody knows, on the page: proposals with evidence, answers, refusals in words."""

import json
from functools import cache
from urllib.parse import quote

import numpy as np
import pytest
from starlette.testclient import TestClient

from made_diary import TODAY
from motion import standing
from surefoot.settings import Settings
from surefoot.web.dashboard.site import build_dashboard
from surefoot.words.home_language import home_language
from tables import Logger

ODD = ["alpha", "beta", "gamma", "delta"]


@pytest.fixture
def stranger(diary, passport, tmp_path):
    site = build_dashboard(diary, Settings(tmp_path / "settings"), passport, clock=lambda: TODAY)
    return TestClient(site, base_url="http://127.0.0.1:8765", follow_redirects=False)


@cache
def odd():
    """A table under other names; the phone stands upright and its logger writes -g upward, in g."""
    logger = Logger(time_unit="ms", acceleration_unit="g", sign=-1)
    return logger.write_columns(ODD, standing(1))


def ask(browser, data, told=None, path="/import/look", name="left open.csv", **words):
    listed = json.dumps([[name, len(data), 1772437800000]])
    words |= {"columns": json.dumps(told)} if told else {}
    return browser.post(path, content=data, headers={"x-files": quote(listed)}, params=words)


def look(browser, data, told=None):
    (row,) = ask(browser, data, told).json()
    return row


def group(row, number):
    return row["table"]["groups"][number]


def chosen(row, number):
    return {field["key"]: field["value"] for field in group(row, number)["fields"]}


def test_what_seems_right_is_preselected_and_asked_about_never_taken(browser):
    row = look(browser, odd())
    assert row["problem"]
    assert row["says"] == "I do not know this table. Which column is which?"
    assert [column[0] for column in row["table"]["cells"]] == ODD
    assert {len(column) for column in row["table"]["cells"]} == {4}
    assert chosen(row, 0) == {"time": "alpha", "time_unit": "ms"}
    assert group(row, 0)["because"].startswith("Only this one rises as a clock does.")
    motion = chosen(row, 1)
    assert [motion[axis] for axis in "xyz"] == ODD[1:]
    assert (group(row, 1)["confirm"], row["table"]["open"]) == (True, True)
    assert row["told"] == {"leg": "left", "eyes": "open"}


def test_an_answer_makes_it_ready_and_is_kept_for_the_next_file(browser, diary):
    told = dict(zip("xyz", ODD[1:], strict=True)) | {"sign": -1}
    row = look(browser, odd(), told)
    assert (row["problem"], row["table"]["open"]) == (False, False)
    assert group(row, 1)["because"] == "You said so. At rest the numbers are those of the pull of the earth."
    words = {"person": "p01", "leg": "left", "eyes": "open", "surface": "floor", "placement": "lumbar"}
    (kept,) = ask(browser, odd(), told, "/import", **words).json()
    assert kept["new"]
    (signed,) = diary.entries()
    assert "sign_assumed" not in {issue.code for issue in signed.assessment.issues}
    again = look(browser, odd())
    assert (again["says"], again["table"]) == ("This one is here already. I leave it out.", None)


def test_half_an_answer_stays_and_asks_for_the_rest(browser):
    row = look(browser, odd(), {"x": "delta", "y": "", "z": "beta"})
    motion = chosen(row, 1)
    assert (motion["x"], motion["z"]) == ("delta", "beta")
    assert group(row, 1)["ask"] == "Please choose all three, or none."
    assert row["table"]["open"]


@pytest.mark.parametrize(
    ("told", "trouble"),
    [
        ({"x": "beta", "y": "gamma", "z": "delta", "acceleration_unit": "m/s2"}, "columns.no_gravity"),
        ({"x": "gamma", "y": "gamma", "z": "delta"}, ""),
        ({"time": "", "x": "beta", "y": "gamma", "z": "delta"}, "columns.ask_rate_hz"),
        ({"time": "", "rate_hz": 1e9, "x": "beta", "y": "gamma", "z": "delta"}, ""),
    ],
)
def test_answers_that_cannot_be_are_refused_in_words_and_stay(browser, told, trouble):
    row = look(browser, odd(), told)
    assert row["problem"]
    seen = {key: value for number in range(4) for key, value in chosen(row, number).items()}
    assert {key: seen[key] for key in told} == told
    said = [row["table"]["trouble"], *(each["ask"] for each in row["table"]["groups"])]
    assert home_language().tell(f"import.{trouble}") in said if trouble else any(said)


def test_a_table_whose_names_tell_is_ready_and_can_be_corrected(browser):
    names = ["t", "ax", "ay", "az", "gx", "gy", "gz"]
    recording = standing(1)
    columns = [1000 * recording.time_s[:, None], recording.acc_mps2, np.degrees(recording.gyr_radps)]
    lines = [",".join(names), *(",".join(f"{cell:.8g}" for cell in row) for row in np.hstack(columns))]
    data = "\n".join(lines).encode()
    row = look(browser, data)
    assert (row["problem"], row["table"]["open"]) == (False, False)
    assert chosen(row, 2)["gyro_x"] == "gx"
    none = look(browser, data, {"gyro_x": "", "gyro_y": "", "gyro_z": ""})
    assert not none["problem"]
    assert not any(chosen(none, 2).values())


@pytest.mark.parametrize(
    "told", ['{"x": 7}', "[]", "nothing", '{"what": "x"}', '{"sign": true}', '{"time_unit": "h"}']
)
def test_what_no_page_sends_is_refused(browser, told):
    data = odd()
    listed = quote(json.dumps([["a.csv", len(data), 1772437800000]]))
    answer = browser.post("/import/look", content=data, headers={"x-files": listed}, params={"columns": told})
    assert answer.status_code == 400
    assert "columns" in answer.json()["error"]["what"]


def test_a_german_page_speaks_of_columns_in_german(browser):
    browser.headers["accept-language"] = "de"
    row = look(browser, odd())
    said = json.dumps([[each["label"], each["because"], each["ask"]] for each in row["table"]["groups"]])
    assert "Ist das die Bewegung?" in said
    assert "Its " not in said


@pytest.mark.slow
def test_a_table_is_told_by_drop_downs_and_added(enter, diary):
    page = enter("/import")
    page.set_input_files("#files", {"name": "left open.csv", "mimeType": "text/csv", "buffer": odd()})
    page.get_by_text("Which column is which?").first.wait_for()
    page.get_by_role("button", name="Yes, that is right").click()
    page.get_by_text("✓ Ready").wait_for()
    page.get_by_label("The axis that points up reads").select_option("a minus")
    page.get_by_text("✓ Ready").wait_for()
    page.get_by_role("button", name="Add one recording").click()
    page.get_by_text("One recording is in your diary now.").wait_for()
    assert diary.entries()[0].assessment.setup.leg == "left"
