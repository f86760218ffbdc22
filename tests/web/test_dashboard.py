"""What the dashboard shows and changes."""

import html
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from urllib.parse import quote

import numpy as np
import pytest

from made_diary import fill, zipped_export
from surefoot import pipeline
from surefoot.change.trends import trend
from surefoot.sources import parse
from surefoot.web.dashboard.imports import split_files
from surefoot.words import name_verdict


class Outline(HTMLParser):
    """Links, headings, images and tables of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.images, self.tags = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append(tag)
        if tag == "a":
            self.links.append(given["href"])
        if tag == "img" and "src" in given:
            self.images.append(given)


@pytest.fixture
def trial(diary):
    return fill(diary)


def follow_every_link(browser, start="/"):
    """Return every page of the site by its address."""
    pages, waiting = {}, [start]
    while waiting:
        address = waiting.pop()
        answer = browser.get(address)
        assert answer.status_code == 200, (address, answer.text)
        pages[address] = answer
        if answer.headers["content-type"].startswith("text/html"):
            waiting += [link for link in Outline(answer.text).links if link[0] == "/" and link not in pages]
    return pages


def test_every_link_leads_somewhere_and_every_picture_is_a_picture(browser, diary, trial):
    pages = follow_every_link(browser)
    assert {"/", "/people/p01", f"/trials/{trial}", f"/trials/{trial}/delete"} <= pages.keys()
    texts = [page.text for page in pages.values() if page.text.startswith("<")]
    pictures = {image["src"] for text in texts for image in Outline(text).images}
    assert len(pictures) == 5
    for address in pictures:
        answer = browser.get(address)
        assert answer.headers["content-type"] == "image/svg+xml"
        assert not re.search(r'(href|src)="http', answer.text)


def test_a_trial_page_says_value_conditions_and_every_number(browser, diary, trial):
    page = browser.get(f"/trials/{trial}").text
    assessment = diary.entry(trial).assessment
    assert "Left leg, eyes open, floor, bare feet, lower back." in page
    assert page.count("<table>") >= 4
    for key in assessment.values:
        assert page.count("<tr>") > len(assessment.values), key


def test_every_picture_has_words_and_a_table(browser, trial):
    outline = Outline(browser.get(f"/trials/{trial}").text)
    assert all(image["alt"] for image in outline.images if image["src"] != "/static/icon.svg")
    assert outline.tags.count("table") >= outline.tags.count("figure")


def test_practice_and_warnings_are_marked(browser, diary):
    fill(diary, seed=1)
    fill(diary, seed=2, leg="right", day=3)
    page = browser.get("/people/p01/numbers").text
    assert page.index("3 Mar 2026</h3>") < page.index("2 Mar 2026</h3>")
    assert 'class="mark good"' in page


def test_a_trend_of_five_sessions_has_a_verdict(browser, diary):
    for day in range(2, 7):
        fill(diary, seed=day, day=day)
    page = html.unescape(browser.get("/people/p01/numbers").text)
    followed = trend([entry.assessment for entry in diary.entries()])
    assert f"Left leg, eyes open: {name_verdict(followed)}." in page
    assert followed.reason in page
    assert "Smallest real change" in page
    assert browser.get("/people/p01/trends/0.svg").text.startswith("<svg")
    assert browser.get("/people/p01/trends/1.svg").status_code == 404


def test_nothing_is_an_invitation(browser):
    page = browser.get("/").text
    assert "Find out how steady you stand." in page
    assert '<form method="post" action="/phone">' in page
    assert 'href="/trainer"' in page


def test_a_download_holds_the_original_export_and_the_result(browser, diary, trial):
    answer = browser.get(f"/trials/{trial}/export.zip")
    assert "attachment" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    result = json.loads(files.pop("surefoot-result.json"))
    assert result["values"] == dict(diary.entry(trial).assessment.values)
    (recording,) = parse(files)
    np.testing.assert_allclose(recording.acc_mps2, diary.recording(trial).acc_mps2, rtol=1e-9)


def unzip(answer):
    assert "attachment" in answer.headers["content-disposition"]
    assert int(answer.headers["content-length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_person_or_the_diary_is_downloaded_whole(browser, diary, trial):
    other = fill(diary, seed=2, person="p02")
    everything = unzip(browser.get("/export.zip"))
    own = unzip(browser.get("/people/p02/export.zip"))
    assert {name for name in everything if "sub-p02" in name} == {name for name in own if "sub-p02" in name}
    assert not any("p01" in name for name in own)
    assert own["participants.tsv"].decode().split()[-4] == "sub-p02"
    listed = browser.get("/people/p02/values.csv").text
    assert own["derivatives/surefoot/values.csv"].decode() == listed
    assert other in listed
    assert trial not in listed
    assert trial in browser.get("/values.csv").text
    for address in ("/people/p03/export.zip", "/people/p03/values.csv", "/people/p03/ratios"):
        assert browser.get(address).status_code == 404


def test_an_empty_diary_has_nothing_to_download(browser):
    assert "/export.zip" not in browser.get("/").text
    answer = browser.get("/export.zip")
    assert answer.status_code == 400
    assert "There is nothing to export." in answer.text


def test_deleting_a_trial_asks_first_and_leaves_nothing_on_disk(browser, diary, trial):
    asked = browser.get(f"/trials/{trial}/delete")
    assert "Nobody can bring them back." in asked.text
    assert diary.entry(trial)
    assert browser.post(f"/trials/{trial}/delete").status_code == 303
    assert not diary.entries()
    assert not list(diary.root.rglob("*motion.tsv"))
    assert not list(diary.root.glob("sourcedata/**/*.csv"))
    assert browser.get(f"/trials/{trial}").status_code == 404


def test_deleting_a_person_leaves_the_others(browser, diary, trial):
    other = fill(diary, seed=2, person="p02")
    assert "Everything of p01, with one test." in browser.get("/people/p01/delete").text
    assert browser.post("/people/p01/delete").headers["location"] == "/"
    assert [entry.trial for entry in diary.entries()] == [other]
    assert not list(diary.root.rglob("*p01*"))


def drop(browser, files, **words):
    listed = json.dumps([[name, len(data), 1772437800000] for name, data in files])
    body = b"".join(data for _, data in files)
    conditions = {"person": "p03", "leg": "right", **words}
    return browser.post("/import", params=conditions, content=body, headers={"x-files": quote(listed)})


def test_dropped_files_become_a_trial_and_are_skipped_the_second_time(browser, diary):
    (first,) = drop(browser, [("made.zip", zipped_export(5))]).json()
    assert first["new"]
    assert diary.entry(first["trial"]).assessment.setup.leg == "right"
    (again,) = drop(browser, [("made.zip", zipped_export(5))]).json()
    assert (again["trial"], again["new"]) == (first["trial"], False)


def look(browser, files, **headers):
    listed = json.dumps([[name, len(data), 1772437800000] for name, data in files])
    body = b"".join(data for _, data in files)
    return browser.post("/import/look", content=body, headers={"x-files": quote(listed), **headers})


def test_files_are_looked_at_one_row_each_and_nothing_is_kept(browser, diary):
    files = [
        ("links Augen zu.zip", zipped_export(5)),
        ("photo.jpg", b"\xff\xd8\xff\xe0..JFIF......"),
        ("notes.txt", b"nothing of the kind"),
        ("nothing.csv", b""),
    ]
    rows = {row["name"]: row for row in look(browser, files).json()}
    assert rows["links Augen zu.zip"]["told"] == {"leg": "left", "eyes": "closed"}
    assert re.fullmatch(r"Phyphox, .*36 s, 100 a second", rows["links Augen zu.zip"]["says"])
    assert rows["links Augen zu.zip"]["files"] == [0]
    assert rows["links Augen zu.zip"]["wave"].startswith("M1 ")
    said = {name: row["says"] for name, row in rows.items() if row["problem"]}
    assert said == {
        "photo.jpg": "This is a picture, not a recording. I leave it out.",
        "notes.txt": "I do not know this kind of file. Export as CSV from the app.",
        "nothing.csv": "This file is empty. Export it from the app once more.",
    }
    german = look(browser, files[1:2], **{"accept-language": "de"}).json()
    assert german[0]["says"] == "Das ist ein Bild, keine Aufnahme. Ich lasse es weg."
    assert not diary.root.exists()


def test_a_file_that_is_in_the_diary_is_told_before_it_is_sent(browser, diary):
    drop(browser, [("made.zip", zipped_export(5))])
    (row,) = look(browser, [("again.zip", zipped_export(5))]).json()
    assert (row["problem"], row["says"]) == (True, "This one is here already. I leave it out.")


def test_two_legs_dropped_with_one_choice_are_never_filed_as_one_leg(browser, diary):
    both = [("left.zip", zipped_export(5)), ("right.zip", zipped_export(6))]
    answer = drop(browser, both, leg="left")
    assert answer.status_code == 400
    assert answer.json()["error"]["found"] == "right.zip, leg left"
    assert not diary.root.exists()
    assert drop(browser, both, leg="left", sure="yes", part="of another name").json() == []
    assert all(part["new"] for part in drop(browser, both, leg="left", sure="yes", part="").json())


def test_a_disk_that_is_full_for_one_file_is_told_beside_the_others(browser, diary, monkeypatch):
    keep, calls = pipeline.keep, []

    def refuse_the_first(outcome, to):
        calls.append(outcome)
        if len(calls) == 1:
            raise OSError(28, "No space left on device")
        return keep(outcome, to)

    monkeypatch.setattr(pipeline, "keep", refuse_the_first)
    first, second = drop(browser, [("a.zip", zipped_export(5)), ("b.zip", zipped_export(6))]).json()
    assert "No space left" in first["error"]["found"]
    assert second["trial"] == diary.entries()[0].trial


def test_a_file_nobody_knows_is_explained_and_others_are_kept(browser, diary):
    parts = drop(browser, [("made.zip", zipped_export(5)), ("notes.txt", b"nothing of the kind")]).json()
    assert [("error" in part) for part in parts].count(True) == 1
    assert len(diary.entries()) == 1


@pytest.mark.parametrize("name", ["字" * 120 + ".csv", "a" * 300 + ".csv"])
def test_a_very_long_name_is_cut_and_keeps_its_ending(name):
    (dropped,) = split_files(json.dumps([[name, 1, 0]]), b"1")
    assert len(dropped.name.encode()) <= 255
    assert dropped.name.endswith(name[:1] + ".csv")


@pytest.mark.parametrize(
    "listed",
    [
        "",
        "{}",
        "[]",
        '[["a.csv", 5]]',
        '[["a.csv", -1, 0], ["b.csv", 6, 0]]',
        '[["a.csv", 4, 0]]',
        '[["a.csv", 2, 0], ["x/a.csv", 3, 0]]',
        '[["..", 5, 0]]',
        '[["a.csv", 5, 1e999]]',
        '[["a.csv", 1e999, 0]]',
        '[["a.csv", 2, 0], ["A.CSV", 3, 0]]',
    ],
)
def test_a_list_that_does_not_fit_the_body_is_refused(browser, diary, listed):
    words = {"person": "p03", "leg": "right"}
    answer = browser.post("/import", params=words, content=b"12345", headers={"x-files": quote(listed)})
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"code", "what", "found", "expected", "do"}
    assert not diary.root.exists()


@pytest.mark.parametrize(
    "words",
    [{"leg": "third"}, {"person": "../p"}, {"leg": ""}, {"colour": "red"}, {"eyes": "<b>"}, {"test": "x"}],
)
def test_conditions_nobody_knows_are_refused(browser, diary, words):
    answer = drop(browser, [("made.zip", zipped_export(5))], **words)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "setup"
    assert not diary.root.exists()
