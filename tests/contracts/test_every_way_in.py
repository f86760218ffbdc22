"""The same words and the same file are the same trial by every way in: its setup, issues and numbers."""

import asyncio
import csv
import json
import pickle
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import quote, urlencode

import pytest
from starlette.testclient import TestClient

from made_diary import zipped_export
from phone_takes import WORDS as PAGE_WORDS
from phone_takes import record, rows_of
from pushing import pushes
from surefoot import pipeline
from surefoot.cli import guided, main, sensors
from surefoot.cli.network import read_conditions
from surefoot.cli.prompts import read_setup
from surefoot.cohort.design import read_condition_table, read_design
from surefoot.cohort.study import analyse_file, files_of, join
from surefoot.diary import open_diary
from surefoot.diary.sameness import WHEN_FROM_FILE
from surefoot.errors import SetupError
from surefoot.live.phone_page import PhoneInfo
from surefoot.live.recovery import recover
from surefoot.live.sensor_logger import read_message
from surefoot.model import WORDS, Setup, to_plain
from surefoot.protocols import load_protocols
from surefoot.protocols.conditions import build_setup
from surefoot.settings import open_settings
from surefoot.simulate import Imu, board, stance
from surefoot.sources import collect
from surefoot.web.dashboard.site import build_dashboard
from surefoot.web.forms import read_plan, setup_from_words
from surefoot.web.phone.push import PushDesk
from surefoot.web.phone.site import build_phone
from surefoot.web.server.tokens import Pass
from surefoot.web.trainer.feeds import SIMULATED
from surefoot.web.trainer.phone import PhoneFeed
from surefoot.web.trainer.rounds import read_round
from surefoot.web.trainer.trainer import Trainer
from timewarp import run_warped

TOLD = {"person": "p01", "leg": "left", "eyes": "open", "surface": "floor", "placement": "lumbar"}
FLOOR_MPS2 = 0.0123
NAME = "made.zip"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / NAME
    path.write_bytes(zipped_export(5))
    return path


def run(*words):
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    assert left.value.code == 0


def options(words):
    return [part for name, word in words.items() for part in (f"--{name}", word)]


# Ways of a file: each returns the codes of its issues and its values, by whatever the way itself tells.
def assessed(file, capsys):
    run("assess", file, *options(TOLD), "--json")
    return told_in(json.loads(capsys.readouterr().out)[0])


def imported(file, capsys):
    run("import", file, *options(TOLD), "--json")
    return told_in(json.loads(capsys.readouterr().out)[0])


def studied(file, capsys):
    design = file.with_name("design.csv")
    with design.open("w", newline="") as table:
        csv.writer(table).writerows([("file", "session", *TOLD), (NAME, "1", *TOLD.values())])
    run("batch", file, "--study", design, "-o", file.with_name("study"))
    capsys.readouterr()
    with file.with_name("study").joinpath("values.csv").open() as table:
        rows = list(csv.DictReader(table))
    return set(rows[0]["issues"].split()), {row["metric"]: float(row["value"]) for row in rows}


def dropped(file, _):
    data = file.read_bytes()
    listed = quote(json.dumps([[NAME, len(data), 1772437800000]]))
    (kept,) = dashboard().post("/import", params=TOLD, content=data, headers={"x-files": listed}).json()
    assert kept["new"]
    return stored()


def reassessed(file, capsys):
    imported(file, capsys)
    run("reassess")
    return stored()


def edited(file, capsys):
    imported(file, capsys)
    run("edit", open_diary().entries()[0].trial, "--note", "tired")
    return stored()


def corrected(file, capsys):
    imported(file, capsys)
    (entry,) = open_diary().entries()
    form = {**TOLD, "footwear": "barefoot", "note": "tired"}
    head = {"content-type": "application/x-www-form-urlencoded"}
    page = f"/trials/{entry.trial}/conditions"
    assert dashboard().post(page, content=urlencode(form), headers=head).status_code == 303
    return stored()


def studied_by_options(file, capsys):
    """The conditions hold for all files, and the analysis goes to another process and back."""
    design = file.with_name("design.csv")
    design.write_text(f"file,person,session\n{NAME},p01,1\n", encoding="utf-8")
    rest = {name: word for name, word in TOLD.items() if name != "person"}
    work = partial(analyse_file, settings=open_settings()), files_of(read_design(design, rest), collect(file))
    analyse, files = pickle.loads(pickle.dumps(work))
    (trial,) = pickle.loads(pickle.dumps(join(map(analyse, files)))).trials
    return told_in(to_plain(trial.assessment))


OF_FILES = (assessed, imported, studied, studied_by_options, dropped, reassessed, edited, corrected)


def dashboard():
    passport = Pass(60.0)
    site = build_dashboard(open_diary(), open_settings(), passport)
    page = TestClient(site, base_url="http://127.0.0.1:8765", follow_redirects=False)
    page.get("/open", params={"pass": passport.show()})
    return page


def told_in(document):
    # That a date is the file's own is told of what is kept, not of what was measured.
    codes = {issue["code"] for issue in document["issues"]} - {WHEN_FROM_FILE}
    return codes, document["values"]


def stored():
    (entry,) = open_diary().entries()
    return told_in(to_plain(entry.assessment))


# Ways of what arrives while a test runs.
def by_phone_page():
    passport = Pass(60.0)
    site = build_phone(open_diary(), open_settings(), passport, ["10.0.0.5"])
    guest = TestClient(site, base_url="https://10.0.0.5:8766")
    guest.headers["authorization"] = f"Bearer {passport.show()}"
    record(guest, rows_of(1))


def by_push():
    desk = PushDesk(open_diary(), open_settings(), Setup(leg="left"))
    for body in pushes(stance(4, duration_s=36.0, imu=Imu(rate_hz=50.0))[0]):
        desk.add(read_message(body))
    desk.close()


def by_push_after_a_crash():
    desk = PushDesk(open_diary(), open_settings(), Setup(leg="left"))
    for body in pushes(stance(4, duration_s=36.0, imu=Imu(rate_hz=50.0))[0]):
        desk.add(read_message(body))
    for take in desk._inbox._takes.values():  # as a process that is killed lets go of everything
        take.journal.leave()
    recover(open_diary(), open_settings())


def by_bluetooth():
    run("record", "--simulated", *options({**TOLD, "person": "simulated"}))


def by_round_of_a_phone():
    made = board(3, duration_s=40.0, imu=Imu(rate_hz=50.0))[0]
    columns = (made.time_s, made.acc_mps2.tolist(), made.gyr_radps.tolist())
    rows = [[1000 * time_s, *acc, *gyr] for time_s, acc, gyr in zip(*columns, strict=True)]
    _, setup = read_round({"person": "p01", "leg": "both"})
    feed = PhoneFeed(lambda: datetime(2026, 3, 2, tzinfo=UTC))
    feed.adopt(PhoneInfo("android", "x"))
    feed.begin(0.0, setup, open_diary())
    feed.take_part(0, rows)
    feed.round.end(40.0).keep(open_diary(), open_settings())


def by_round_of_a_sensor():
    trainer = Trainer(open_diary(), open_settings())
    words = read_round({"person": "p01", "leg": "both", "length_s": 30, "lead_s": 5})

    async def train():
        await trainer.connect(SIMULATED)
        for _ in range(40):  # until the board has lain still
            if trainer.start(*words):
                break
            await asyncio.sleep(0.5)
        await asyncio.sleep(37.0)
        await trainer.leave()

    run_warped(train())
    assert "trial" in trainer.result, trainer.result


ROUNDS = (by_round_of_a_phone, by_round_of_a_sensor)
LIVE = (by_phone_page, by_push, by_push_after_a_crash, by_bluetooth, *ROUNDS)


@pytest.fixture
def quiet_device(monkeypatch):
    """Every device here was laid on a table before, and read this at rest."""
    monkeypatch.setattr("surefoot.preparation.calibration.device_class", lambda _: "any")
    monkeypatch.setattr(guided, "run_loop", run_warped)
    monkeypatch.setattr(sensors, "run_loop", run_warped)
    assert open_settings().remember_noise("any", FLOOR_MPS2, 100.0) is None


@pytest.fixture
def floors(monkeypatch):
    """What each analysis was told of the device at rest."""
    prepare, told = pipeline.prepare, []

    def prepared(*given, noise_floor_mps2=None, **more):
        told.append(noise_floor_mps2)
        return prepare(*given, noise_floor_mps2=noise_floor_mps2, **more)

    monkeypatch.setattr(pipeline, "prepare", prepared)
    return told


@pytest.fixture
def expected(file, quiet_device, capsys):
    return assessed(file, capsys)


@pytest.mark.usefixtures("quiet_device")
@pytest.mark.parametrize("way", OF_FILES)
def test_the_same_file_has_the_same_issues_and_numbers(way, file, expected, capsys):
    codes, values = way(file, capsys)
    assert "noise_margin" in codes
    assert codes == expected[0]
    assert values == pytest.approx(expected[1], rel=1e-5)


@pytest.mark.usefixtures("quiet_device")
@pytest.mark.parametrize("way", LIVE)
def test_no_way_in_forgets_what_the_device_reads_at_rest(way, floors):
    way()
    assert floors
    assert set(floors) == {FLOOR_MPS2}
    codes, _ = stored()
    assert ("noise_margin" in codes) == (way not in ROUNDS), "a board is not judged by its noise"


# Ways of words: each returns the setup; all that a way does not ask for stands at its usual word.
def by_options(words, _):
    return read_setup(words)


def by_push_options(words, _):
    return read_conditions(words, None)[0]


def by_import_form(words, _):
    return setup_from_words(words)


def by_phone_session(words, _):
    given = {name: word for name, word in words.items() if name != "leg"}
    plan = {"legs": words["leg"], "repeats": 1, "practice": False, "lead_s": PAGE_WORDS["lead_s"], **given}
    return read_plan(plan).setups[0]


def by_condition_table(words, tmp_path):
    (line,) = read_condition_table(written(words, tmp_path), ("file", "session"), ("file",), {})
    return line.setup


def by_design(words, tmp_path):
    (row,) = read_design(written(words, tmp_path), {})
    return row.setup


def by_design_and_options(words, tmp_path):
    (row,) = read_design(written({"person": words["person"]}, tmp_path), words)
    return row.setup


def written(words, folder):
    path = folder / "table.csv"
    with path.open("w", newline="") as table:
        csv.writer(table).writerows([("file", "session", *words), (NAME, "1", *words.values())])
    return path


OF_WORDS = (
    by_options, by_push_options, by_import_form, by_phone_session,
    by_condition_table, by_design, by_design_and_options,
)  # fmt: skip
SAID = {
    "a leg on the floor": ({"leg": "left"}, ("single-leg", "floor", "lumbar")),
    "both legs": ({"leg": "both"}, ("two-legs", "floor", "lumbar")),
    "foam": ({"leg": "right", "surface": "foam", "placement": "chest"}, ("single-leg", "foam", "chest")),
    "a board, one leg": ({"leg": "left", "surface": "board"}, ("wobble-board", "board", "board")),
    "a board, both legs": ({"leg": "both", "surface": "board"}, ("wobble-board", "board", "board")),
    "on a board": ({"leg": "right", "placement": "board"}, ("wobble-board", "board", "board")),
    "a board twice": (
        {"leg": "both", "surface": "board", "placement": "board"},
        ("wobble-board", "board", "board"),
    ),
    "on a board, worn": (
        {"leg": "left", "surface": "board", "placement": "lumbar"},
        ("single-leg", "board", "lumbar"),
    ),
}


@pytest.mark.parametrize("way", OF_WORDS)
@pytest.mark.parametrize("name", SAID)
def test_the_same_words_make_the_same_setup(way, name, tmp_path):
    said, (test, surface, placement) = SAID[name]
    usual = {} if "board" in said.values() else {"surface": "floor", "placement": "lumbar"}
    words = {"person": "p01", "eyes": "closed", **usual, **said}
    setup = way(words, tmp_path)
    assert setup == Setup(
        person="p01", eyes="closed", leg=said["leg"], test=test, surface=surface, placement=placement
    )


@pytest.mark.parametrize("leg", ["left", "right", "both"])
def test_a_round_of_the_trainer_is_the_same_test_as_by_words(leg):
    _, setup = read_round({"person": "p01", "leg": leg})
    by_words = build_setup({"person": "p01", "leg": leg, "surface": "board", "practice": True})
    assert (setup.test, setup.leg, setup.surface, setup.placement, setup.practice) == (
        by_words.test, by_words.leg, by_words.surface, by_words.placement, by_words.practice
    )  # fmt: skip


@pytest.mark.parametrize("way", OF_WORDS)
@pytest.mark.parametrize("surface", ["floor", "foam"])
def test_a_sensor_on_a_board_that_is_not_there_is_refused_by_every_way(way, surface, tmp_path):
    words = {"person": "p01", "leg": "left", "eyes": "open", "surface": surface, "placement": "board"}
    with pytest.raises(SetupError, match=r"placement board|nobody stands"):
        way(words, tmp_path)


@pytest.mark.parametrize("way", OF_WORDS)
@pytest.mark.parametrize(
    ("name", "word"), [("leg", "third"), ("eyes", "shut"), ("surface", "sand"), ("placement", "hat")]
)
def test_a_word_that_is_not_known_is_refused_by_every_way(way, name, word, tmp_path):
    with pytest.raises(SetupError) as refused:
        way({**TOLD, name: word}, tmp_path)
    assert word in refused.value.found
    if way is not by_phone_session or name != "leg":  # whose legs are those of a plan
        assert all(known in refused.value.expected for known in WORDS[name])


# Ways in which a test can be named.
OF_TESTS = (by_options, by_push_options, by_condition_table, by_design, by_design_and_options)


@pytest.mark.parametrize("way", OF_TESTS)
@pytest.mark.parametrize("leg", ["left", "both"])
@pytest.mark.parametrize("test", load_protocols())
def test_a_named_test_is_the_same_or_refused_the_same_by_every_way(way, test, leg, tmp_path):
    words = {**TOLD, "test": test, "leg": leg}
    expected, made = setup_or_refusal(build_setup, words), setup_or_refusal(way, words, tmp_path)
    assert type(expected) is type(made)
    assert expected == made or expected.found in made.found  # a table names the line, too


def setup_or_refusal(way, *words):
    try:
        return way(*words)
    except SetupError as refused:
        return refused


@pytest.mark.parametrize("placement", ["lumbar", "board"])
@pytest.mark.parametrize("leg", ["left", "right", "both"])
@pytest.mark.parametrize("test", load_protocols())
def test_a_named_test_is_taken_or_refused_by_what_it_is(test, leg, placement):
    """On the floor the legs are those of its own attempts; on a board any, but the sensor lies there."""
    attempts = {attempt.split()[-1] for attempt in load_protocols()[test].attempts}
    possible = placement == "board" if test == "wobble-board" else placement != "board" and leg in attempts
    words = {"test": test, "leg": leg, "placement": placement}
    if possible:
        assert build_setup(words).test == test
        return
    with pytest.raises(SetupError) as refused:
        build_setup(words)
    assert all((refused.value.found, refused.value.expected, refused.value.do))


def test_a_test_on_one_leg_asks_which():
    with pytest.raises(SetupError) as refused:
        build_setup({"test": "single-leg"})
    assert refused.value.found.endswith("no leg")
    assert build_setup({"test": "wobble-board"}).placement == "board"


def test_a_correction_takes_along_what_follows_from_it():
    base = build_setup({"leg": "left"})
    on_board = build_setup({"placement": "board"}, base)
    assert (on_board.test, on_board.surface, on_board.facing) == ("wobble-board", "board", "up")
    worn = build_setup({"placement": "shin"}, on_board)
    assert (worn.test, worn.facing) == ("single-leg", "front")
    tandem = build_setup({"test": "tandem", "leg": "left"})
    assert build_setup({"leg": "right"}, tandem).test == "tandem"
    with pytest.raises(SetupError):
        build_setup({"leg": "both"}, tandem)


def test_a_note_is_taken_even_where_an_older_trial_contradicts_itself():
    older = Setup(test="single-leg", leg="both", when=datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=1))
    assert build_setup({"note": "tired"}, older).note == "tired"
