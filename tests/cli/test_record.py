"""``surefoot record``: the whole path with virtual sensors, on a loop whose time jumps."""

import errno
import json
import os
import re
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer

from made_diary import fill
from made_report import assessment
from radio_failures import READS
from sensor_facts import PMD, polar
from surefoot import pipeline
from surefoot.cli import guided as sessions
from surefoot.cli import main, sensors
from surefoot.cli import network as doors
from surefoot.cli.commands import record
from surefoot.cli.commands.doctor import TURN_TEXT
from surefoot.cli.options import choose_person
from surefoot.cli.prompts import forget_person, remember_conditions
from surefoot.cli.terminal import open_stage
from surefoot.diary import LIVE, open_diary
from surefoot.errors import DiaryError, NoBluetoothError, SensorNotFoundError, UsageError
from surefoot.live.ble import scanner
from surefoot.live.ble.device import Advertisement
from surefoot.live.ble.devices import discover
from surefoot.live.ble.diagnostics import check_up
from surefoot.live.ble.scanner import DiscoveredSensor
from surefoot.live.guide import Attempt, Take
from surefoot.live.keeping import KeptTake
from surefoot.live.log import Packet, read_log
from surefoot.live.session import SessionPlan
from surefoot.live.takes import takes_in
from surefoot.model import Setup, setup_from_plain
from surefoot.settings import open_settings
from surefoot.simulate import stance
from timewarp import run_warped

SETUP = ["--leg", "left", "--eyes", "open", "--surface", "floor", "--placement", "lumbar", "--height", "1.0"]


@pytest.fixture(autouse=True)
def warped(monkeypatch):
    monkeypatch.setattr(sessions, "run_loop", run_warped)
    monkeypatch.setattr(sensors, "run_loop", run_warped)


def run(capsys, *words):
    with pytest.raises(SystemExit) as left:
        main(list(words))
    said = capsys.readouterr()
    return left.value.code, said.out, said.err


def test_a_simulated_attempt_ends_in_the_diary(capsys):
    code, out, err = run(capsys, "record", "--simulated", *SETUP)
    assert code == 0, err
    assert "Left leg (held to the end): trial" in out
    assert "Lift your right foot now." in err
    diary = open_diary()
    (entry,) = diary.entries()
    assert (entry.person, entry.assessment.setup.leg) == ("simulated", "left")
    assert entry.assessment.provenance.source == "bluetooth"
    (journal,) = (diary.root / LIVE).rglob("*.journal")
    assert entry.trial in journal.name
    (kept,) = (diary.root / "sourcedata").rglob("packets.txt")
    log = read_log(kept.read_bytes())
    assert log.packets
    # The hold begins at its true instant: after three seconds of settling, within a tick of the loop.
    begun, soft = (
        next(m.at_s for m in log.marks if m.text.startswith(text)) for text in ("begin ", "cue soft")
    )
    assert soft - begun == pytest.approx(3.0, abs=0.11)
    stored = diary.recording(entry.trial)
    assert stored.time_s.size == pytest.approx(3500, abs=100)


@pytest.mark.parametrize(
    ("words", "setup"),
    [
        ([], ("left", "open", "floor", "lumbar", 1.0)),
        (["--leg", "right", "--eyes", "closed"], ("right", "closed", "floor", "lumbar", 1.0)),
        (["--test", "two-legs"], ("both", "open", "floor", "lumbar", 1.0)),
        (["--placement", "chest", "--height", "1.3"], ("left", "open", "floor", "chest", 1.3)),
    ],
)
def test_a_made_up_person_needs_no_conditions(capsys, words, setup):
    code, out, err = run(capsys, "record", "--simulated", *words, "--json")
    assert code == 0, err
    (row,) = json.loads(out)
    keys = ("leg", "eyes", "surface", "placement", "sensor_height_m")
    assert tuple(row["setup"][key] for key in keys) == setup
    # A whole hold reads whole: what is recorded after it makes up for the second that is left out.
    assert row["values"].get("hold_time_s", 30.0) == pytest.approx(30.0, abs=0.05)


def test_a_made_up_person_steps_on_a_board(capsys):
    code, out, err = run(
        capsys, "record", "--simulated", "--test", "wobble-board", "--eyes", "closed", "--json"
    )
    assert code == 0, err
    (row,) = json.loads(out)
    keys = ("test", "leg", "eyes", "surface", "placement")
    assert tuple(row["setup"][key] for key in keys) == ("wobble-board", "both", "closed", "board", "board")
    assert row["take"]["ending"] == "held"
    # Both axes make 10.6 degrees together, less what the rim at 13 degrees takes away.
    assert 8.0 < row["values"]["osi_deg"] < 11.0
    assert "step onto the board with both feet." in err


def test_an_unattended_test_tells_the_safety_text_too(capsys):
    _, _, err = run(capsys, "record", "--simulated")
    assert "Stand where a wall or a table is in reach." in err
    assert "\n3\n" not in err


@pytest.mark.parametrize("sensor", ["witmotion", "polar_h10", "movella_dot"])
def test_json_tells_the_trial_and_how_it_came(capsys, sensor):
    code, out, _ = run(capsys, "record", "--simulated", "--sensor", sensor, *SETUP, "--json")
    assert code == 0
    (row,) = json.loads(out)
    assert row["new"]
    assert row["take"]["ending"] == "held"
    assert row["reception"]["lost_samples"] == 0
    assert "rms_ml_mps2" in row["values"]
    assert row["setup"]["person"] == "simulated"


def test_deleting_a_trial_deletes_its_journal(capsys):
    run(capsys, "record", "--simulated", *SETUP)
    diary = open_diary()
    (entry,) = diary.entries()
    code, _, _ = run(capsys, "delete", entry.trial, "--yes")
    assert code == 0
    assert not list((diary.root / LIVE).rglob("*.journal"))


def test_deleting_a_person_deletes_what_was_interrupted_too(capsys):
    run(capsys, "record", "--simulated", *SETUP)
    diary = open_diary()
    folder = diary.live_folder("simulated")
    (journal,) = folder.glob("*.journal")
    shutil.copy(journal, folder / "other.part")
    run(capsys, "delete", "--person", "simulated", "--yes")
    assert not folder.exists()


def test_the_terminal_speaks_the_result_as_the_phone_does():
    """Each attempt once, though a second sensor has it too; against the last day."""
    diary = open_diary()
    earlier, now = fill(diary, day=2), fill(diary, seed=2, day=5)
    whole_s = diary.entry(earlier).assessment.values["hold_time_s"]
    take = Take(Attempt("left"), 100.0, (103.0, 112.0), "touchdown")
    kept = pipeline.Kept(now, new=True, assessment=diary.entry(now).assessment)
    one = KeptTake(take, kept=kept)
    said = sessions.sentence_of([one, one], diary, datetime(2026, 3, 5, 18, 0, tzinfo=UTC))
    assert said == f"Saved. Left: 9 seconds. On Monday it was {int(whole_s)}."
    assert sessions.sentence_of([], diary, datetime(2026, 3, 5, 18, 0, tzinfo=UTC)) == ""


def test_what_a_crash_left_is_told_and_recovered(capsys):
    run(capsys, "record", "--simulated", *SETUP)
    diary = open_diary()
    (entry,) = diary.entries()
    (journal,) = (diary.root / LIVE).rglob("*.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    take = next(i for i, line in enumerate(lines) if b"take" in line)
    journal.with_name("crashed.part").write_bytes(b"".join(lines[: take - 5]) + b"p 12.3 0")
    _, _, err = run(capsys, "record", "--simulated", *SETUP)
    assert READS["interrupted"] in err
    code, out, err = run(capsys, "record", "--recover")
    assert code == 0, err
    assert "Left leg (the recording was interrupted): trial" in out
    assert [e.trial for e in diary.entries() if e.assessment.is_cut_off] == [
        e.trial for e in diary.entries() if e.trial != entry.trial
    ]
    assert len(diary.entries()) == 2
    assert entry.trial in {e.trial for e in diary.entries()}
    assert journal.with_name("crashed.recovered").exists()
    code, out, _ = run(capsys, "record", "--recover")
    assert (code, out) == (0, "Nothing was interrupted.\n")


@pytest.mark.parametrize("wanted", [True, False])
def test_what_was_interrupted_is_offered_at_the_next_start(capsys, monkeypatch, wanted):
    run(capsys, "record", "--simulated", *SETUP)
    diary = open_diary()
    (journal,) = (diary.root / LIVE).rglob("*.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    part = journal.with_name("crashed.part")
    part.write_bytes(b"".join(lines[: len(lines) * 9 // 10]))
    asked = []
    monkeypatch.setattr(sessions.typer, "confirm", lambda question, **_: asked.append(question) or wanted)
    sessions.offer_interrupted(diary, attended=True)
    assert asked == ["Keep it now, before the new one"]
    assert ("trial" in capsys.readouterr().out) == wanted
    assert part.exists() != wanted
    assert len(diary.entries()) == 1 + wanted


def test_a_made_up_person_does_not_mix_with_a_real_one(capsys):
    """Not under a real name, not as a default for the next import, and said to be made up."""
    code, _, err = run(capsys, "record", "--simulated", "--person", "anna", *SETUP)
    assert code == 2
    assert "must not share a name" in err
    code, _, err = run(capsys, "record", "--ble", "--person", "Simulated", *SETUP)
    assert code == 2
    assert "must not share a name" in err
    open_settings().remember_answers({"person": "anna", "leg": "right"})
    code, out, _ = run(capsys, "record", "--simulated", "--person", "simulated2", *SETUP)
    assert code == 0
    assert "simulated2 is a made-up person. `surefoot delete --person simulated2` removes" in out
    assert open_settings().answers() == {"person": "anna", "leg": "right"}


def test_a_made_up_person_is_nobody_beside_a_real_one(capsys):
    run(capsys, "record", "--simulated", *SETUP)
    diary = open_diary()
    assert choose_person(diary, None) == "simulated"
    (entry,) = diary.entries()
    code, _, err = run(capsys, "edit", entry.trial, "--person", "anna")
    assert code == 0, err
    run(capsys, "record", "--simulated", *SETUP)
    assert choose_person(diary, None) == "anna"


def test_the_result_names_its_number(capsys):
    _, out, _ = run(capsys, "record", "--simulated", *SETUP)
    assert re.search(r"eyes open, sway path.* \d\.\d+ m/s³", out), out


def test_what_could_not_be_kept_is_recovered_the_next_time(capsys, monkeypatch):
    run(capsys, "record", "--simulated", *SETUP)
    diary = open_diary()
    (journal,) = (diary.root / LIVE).rglob("*.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.with_name("crashed.part").write_bytes(b"".join(lines[: 9 * len(lines) // 10]))

    def full(*_):
        raise DiaryError("The diary cannot be written.", found="no space", expected="space", do="Make some.")

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "keep", full)
        code, _, err = run(capsys, "record", "--recover")
    assert code == 2
    assert "The diary cannot be written." in err
    code, out, _ = run(capsys, "record", "--recover")
    assert code == 0
    assert "trial" in out
    assert len(diary.entries()) == 2


def test_a_broken_journal_is_told_and_kept(capsys):
    folder = open_diary().live_folder("me")
    folder.mkdir(parents=True)
    (folder / "broken.part").write_bytes(b"nothing")
    code, _, err = run(capsys, "record", "--recover")
    assert code == 2
    assert "not a journal" in err
    assert (folder / "broken.part").exists()


DESCRIPTION = """
[device]
name = "Mine"
match = { name_prefix = "Mine" }
[[stream]]
char = "fff1"
record = "i16 ax, i16 ay, i16 az"
[scale]
ax = { per_g = 8192 }
[time]
rate_hz = 100
"""


def test_a_described_sensor(capsys, tmp_path):
    (tmp_path / "mine.toml").write_text(DESCRIPTION, encoding="utf-8")
    words = ["record", "--simulated", "--describe", str(tmp_path / "mine.toml"), *SETUP, "--json"]
    code, out, err = run(capsys, *words)
    assert code == 0, err
    assert json.loads(out)[0]["provenance"]["source"] == "bluetooth"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["record"], "one of --ble, --phone, --phyphox, --simulated, --recover"),
        (["record", "--ble", "--simulated"], "one of --ble, --phone, --phyphox, --simulated, --recover"),
        (["record", "--ble"], "--leg"),
        (["record", "--phone", "--leg", "left"], "choose on the phone"),
        (["record", "--phone", "--rate", "100"], "choose on the phone"),
        (["record", "--simulated", "--surface", "board", "--placement", "lumbar"], "wobble-board alone"),
        (["record", "--simulated", "--test", "tandem", "--surface", "board"], "a sensor worn on the body"),
        (["record", "--simulated", "--test", "wobble-board", "--surface", "floor"], "surface board"),
        (
            ["record", "--simulated", "--test", "wobble-board", "--also", "witmotion@lumbar"],
            "wobble-board alone",
        ),
        (["record", "--simulated", "--sensor", "teapot", *SETUP], "movella_dot"),
        (["record", "--simulated", "--sensor", "movella_dot", "--rate", "77", *SETUP], "20, 30, 60 Hz"),
        (["record", "--simulated", "--describe", "absent.toml", *SETUP], "TOML"),
    ],
)
def test_what_is_not_clear_is_refused_in_four_parts(capsys, words, said):
    code, _, err = run(capsys, *words)
    assert code == 2
    assert said in err
    assert all(part in err for part in ("Found:", "Expected:", "What to do:"))
    code, out, _ = run(capsys, *words, "--json")
    assert code == 2
    assert set(json.loads(out)["error"]) == {"code", "what", "found", "expected", "do"}


def test_nicknames_are_remembered():
    from surefoot.cli.sensors import choose_near

    open_settings().remember_sensor("waist", "AA:BB", "movella_dot")
    chosen = choose_near("waist", None, None)
    assert (chosen.target.address, chosen.target.device.key, chosen.target.rate_hz) == (
        "AA:BB",
        "movella_dot",
        60,
    )


@pytest.mark.parametrize("sensor", ["surefoot_open", "witmotion", "polar_h10", "movesense"])
def test_the_doctor_measures_a_sensor(capsys, sensor):
    code, out, err = run(capsys, "doctor", "--ble", "--simulated", "--sensor", sensor, "--json")
    findings = {row["what"]: row for row in json.loads(out)}
    assert code == 0, findings
    assert "Lay the sensor still" in err
    assert "9.8" in findings["gravity at rest"]["found"]
    assert findings["smallest step"]["fine"]


def test_the_doctor_finds_a_wrong_scale(capsys, tmp_path, monkeypatch):
    """A sensor in m/s2 whose description says g."""
    (tmp_path / "mine.toml").write_text(DESCRIPTION, encoding="utf-8")
    right = sensors.choose_simulated

    def wrong(*arguments, **told):
        chosen = right(*arguments, **told)
        device = sensors._device("", DESCRIPTION.replace("per_g = 8192", "per_g = 835.34"))
        return replace(chosen, target=replace(chosen.target, device=device))

    monkeypatch.setattr(sensors, "choose_simulated", wrong)
    code, out, _ = run(capsys, "doctor", "--ble", "--simulated", "--describe", str(tmp_path / "mine.toml"))
    assert code == 2
    assert "LOOK gravity at rest: 96" in out
    assert "it is in m/s², but described as g" in out


def test_the_doctor_tells_of_losses_and_clipping():
    device = discover()["surefoot_open"]
    made, _ = stance(1, duration_s=20.0)
    acc = made.acc_mps2.copy()
    acc[700:720, 0] = 60.0
    packets = [
        Packet(p.time_s + 5, 0, p.char, p.data)
        for i, p in enumerate(device.encode(replace(made, acc_mps2=acc)))
        if not 20 <= i < 30
    ]
    found = {check.what: check for check in check_up(device, packets, nominal_hz=60.0)}
    wrong = {what for what, check in found.items() if not check.fine}
    assert wrong == {"lies still", "missing", "at the end of the range", "rate"}
    assert "100 samples" in found["missing"].found


def test_a_scored_session_begins_with_a_scored_attempt(monkeypatch):
    courses = []

    def guide(_, course, *__, **___):
        courses.append(course)
        raise KeyboardInterrupt

    monkeypatch.setattr(sessions, "_guide", guide)
    parts = [sessions.Part(sensors.choose_simulated(None, None, None).sender, Setup(leg="left"))]
    for scored in (False, True):
        with pytest.raises(typer.Exit):
            sessions.run_session(parts, "left", open_diary(), attended=True, scored=scored)
    assert [course.attempts[0].practice for course in courses] == [True, False]


def test_the_doctor_asks_somebody_at_a_terminal_for_a_quarter_turn(capsys, monkeypatch):
    lying = sensors.choose_simulated(None, None, None, lies=True)
    asked = []
    monkeypatch.setattr(sensors, "choose_near", lambda *_: lying)
    monkeypatch.setattr(sensors, "is_attended", lambda: True)
    monkeypatch.setattr(typer, "prompt", lambda text, **_: asked.append(text))
    code, out, _ = run(capsys, "doctor", "--ble", "--json")
    wrong = [row for row in json.loads(out) if not row["fine"]]
    assert (code, asked) == (2, [TURN_TEXT])
    assert [row["what"] for row in wrong] == ["quarter turn"]
    assert wrong[0]["found"] == "it was turned by 0° only"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (
            NoBluetoothError(READS["no adapter"], found="", expected="", do="Plug one in."),
            READS["no adapter"],
        ),
        (TimeoutError(), "no answer from Bluetooth."),
        (None, "an adapter that is switched on"),
    ],
)
def test_the_doctor_looks_for_an_adapter_and_asks_nobody_for_one(capsys, monkeypatch, answer, found):
    async def scan(_):
        if answer is not None:
            raise answer

    monkeypatch.setattr(scanner, "scan", scan)
    code, out, _ = run(capsys, "doctor", "--json")
    (finding,) = [row for row in json.loads(out) if row["what"] == "bluetooth"]
    assert code == 0
    assert finding["found"].startswith(found)


def test_a_session_interrupted_before_it_began_leaves_nothing(capsys, monkeypatch):
    def interrupted(session):
        session.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(sessions, "run_loop", interrupted)
    code, _, _ = run(capsys, "record", "--simulated", *SETUP)
    assert code == 2
    # Nothing had arrived yet, so that nothing is left behind.
    code, out, _ = run(capsys, "record", "--recover")
    assert (code, out) == (0, "Nothing was interrupted.\n")


def test_a_sensor_that_is_refused_leaves_a_log_and_no_recording(capsys, monkeypatch):
    """It answers, so that something arrived; but no attempt began, and there is nothing to recover."""
    right = sensors.choose_simulated

    def refusing(*arguments):
        chosen = right(*arguments)
        chosen.radio.scanner["backend"].sensors[0].refusal = bytes.fromhex("f002020d00")
        return chosen

    monkeypatch.setattr(record, "choose_simulated", refusing)
    code, _, err = run(capsys, "record", "--simulated", "--kind", "polar_h10", "--verbose", *SETUP)
    assert code == 2
    assert READS["in charger"].replace("Verity Sense", "H10") in err
    log = Path(re.search(r"What happened in full: (\S+)\.\n", err)[1]).read_text(encoding="utf-8")
    for line in ("write 02 02 00 01 64 00", "sent f0 02 02 0d 00", "try 1 failed", "Traceback"):
        assert line in log
        assert line in err
    code, out, _ = run(capsys, "record", "--recover")
    assert (code, out) == (0, "Nothing was interrupted.\n")


@pytest.fixture
def full_after(monkeypatch):
    """Have the disk take so many bytes of a recording and no more."""

    def fill(room):
        write = os.write

        def refuse(file, data):
            nonlocal room
            if room <= 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            room -= len(data)
            return write(file, data)

        patch = pytest.MonkeyPatch()
        undone.append(patch)
        patch.setattr("surefoot.live.journal.os.write", refuse)
        return patch.undo

    undone = []
    yield fill
    for patch in undone:
        patch.undo()


def test_what_a_full_disk_refused_is_put_elsewhere_and_recovered_from_there(capsys, full_after):
    make_room = full_after(60_000)
    code, _, err = run(capsys, "record", "--simulated", *SETUP)
    assert code == 2
    assert READS["disk full"] in err
    safe, journal = re.search(r"then move (\S+) over (\S+)\.\n", err).groups()
    assert len(open_diary().entries()) == 1
    make_room()
    shutil.move(safe, journal)
    Path(safe).parent.rmdir()
    code, out, _ = run(capsys, "record", "--recover")
    assert code == 0
    assert "Left leg (held to the end): trial" in out
    assert "already in the diary" in out


def test_settings_that_cannot_be_kept_stop_no_recording(capsys, tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("SUREFOOT_CONFIG", str(tmp_path / "file"))
    remember_conditions({"person": "anna"})
    assert "will not be remembered" in capsys.readouterr().err
    assert open_settings().answers() == {}


def test_somebody_at_the_terminal_makes_room(capsys, full_after, monkeypatch):
    """The whole is kept once there is room; only then is the journal closed."""
    diary = open_diary()
    setup = setup_from_plain({"person": "simulated", "leg": "left", "sensor_height_m": 1.0})
    parts = [sessions.Part(sensors.choose_simulated(None, None, None).sender, setup)]
    make_room = full_after(60_000)
    monkeypatch.setattr(sessions, "open_stage", lambda **_: open_stage(attended=False))
    one = sessions.plan
    monkeypatch.setattr(sessions, "plan", lambda *told, **_: one(*told, attended=False))
    monkeypatch.setattr(sessions, "SessionPlan", lambda *told, **_: SessionPlan(*told[:2], attended=False))
    monkeypatch.setattr(sessions.typer, "confirm", lambda *_, **__: make_room() or True)
    (kept,), _ = sessions.run_session(parts, "left", diary, attended=True)
    assert diary.recording(kept.trial).time_s.size == pytest.approx(3500, abs=100)
    assert [path.suffix for path in diary.live_folder("simulated").iterdir()] == [".journal"]


def test_a_diary_that_takes_no_recording_is_refused_before_the_test(capsys, full_after):
    full_after(0)
    code, _, err = run(capsys, "record", "--simulated", *SETUP)
    assert code == 2
    assert READS["no room"] in err
    assert "Now." not in err
    assert list(open_diary().live_folder("simulated").iterdir()) == []


def test_a_mistake_of_ours_leaves_what_was_recorded(capsys, monkeypatch, full_after):
    """It keeps its traceback; what is in memory only is saved before."""
    full_after(60_000)

    def failing(session):
        run_warped(session)
        raise ValueError("a mistake")

    monkeypatch.setattr(sessions, "run_loop", failing)
    with pytest.raises(ValueError, match="a mistake"):
        main(["record", "--simulated", *SETUP])
    err = capsys.readouterr().err
    safe = Path(re.search(r"then move (\S+) over", err)[1])
    assert [take.ending for take in takes_in(read_log(safe.read_bytes()))] == ["held"]
    shutil.rmtree(safe.parent)


def near(monkeypatch, *devices):
    """Have a scan find these kinds of sensor."""
    seen = tuple(
        DiscoveredSensor(f"F0:0{i}", -50 - i, Advertisement(discover()[key].name, (discover()[key].service,)))
        for i, key in enumerate(devices)
    )
    monkeypatch.setattr(sensors, "run_loop", lambda scanning: scanning.close() or seen)


def test_the_only_sensor_near_is_taken(monkeypatch):
    near(monkeypatch, "movesense")
    chosen = sensors.choose_near(None, 52.0, None)
    assert (chosen.target.device.key, chosen.target.address) == ("movesense", "F0:00")
    assert chosen.target.rate_hz == 52.0


def test_one_of_several_must_be_named(monkeypatch):
    near(monkeypatch, "movesense", "witmotion")
    with pytest.raises(UsageError, match=READS["which"]):
        sensors.choose_near(None, None, None)
    assert sensors.choose_near("witmotion", None, None).target.address == "F0:01"
    assert sensors.choose_near("F0:00", None, None).target.device.key == "movesense"


class Person:
    """Somebody at a terminal who answers in turn; says too much where too much is asked."""

    def __init__(self, monkeypatch, *answers):
        self.answers, self.asked = list(answers), []
        monkeypatch.setattr(sensors.sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(sensors.sys.stderr, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(sensors.typer, "prompt", self.prompt)

    def prompt(self, question, *, default, **_):
        self.asked.append((question, default))
        answer = self.answers.pop(0)
        return default if answer is None else answer


def test_the_list_tells_names_and_signal_and_the_choice_gets_a_nickname(monkeypatch, capsys):
    near(monkeypatch, "movesense", "witmotion")
    Person(monkeypatch, 2, "board")
    assert sensors.choose_near(None, None, None).target.address == "F0:01"
    listed = capsys.readouterr().err
    assert "  1  Movesense 123456789012 (Movesense, -50 dBm, F0:00)" in listed
    assert "  2  WT901BLE67 (WitMotion BLE 5.0, -51 dBm, F0:01)" in listed
    assert "Next time: --sensor board" in listed
    # It is known from now on, and shown so; nothing but the choice is asked.
    Person(monkeypatch, 2)
    sensors.choose_near(None, None, None)
    assert "  2  board: WT901BLE67" in capsys.readouterr().err
    assert sensors.choose_near("board", None, None).target.address == "F0:01"


def test_the_only_sensor_near_gets_a_nickname_once(monkeypatch, capsys):
    near(monkeypatch, "movesense")
    person = Person(monkeypatch, None)
    sensors.choose_near(None, None, None)
    assert person.asked == [("Nickname to remember it by", "movesense")]
    sensors.choose_near(None, None, None)
    assert "Found movesense: Movesense" in capsys.readouterr().err
    assert len(person.asked) == 1


def test_two_of_one_name_get_two_nicknames(monkeypatch, capsys):
    near(monkeypatch, "movesense", "movesense")
    Person(monkeypatch, 1, None)
    sensors.choose_near(None, None, None)
    person = Person(monkeypatch, 2, "movesense", None)
    sensors.choose_near(None, None, None)
    assert person.asked[-1] == ("Nickname to remember it by", "movesense-2")
    assert READS["nickname taken"] in capsys.readouterr().err
    found = [sensors.choose_near(name, None, None).target.address for name in ("movesense", "movesense-2")]
    assert found == ["F0:00", "F0:01"]


NUS = "6e40000{}-b5a3-f393-e0a9-e50e24dcca9e".format


def nameless_near(monkeypatch, services, sending):
    """Have a scan find a sensor that tells nothing, and a look into it find these services."""
    found = [(DiscoveredSensor("F0:07", -40, Advertisement()),), (Advertisement("", services), sending)]
    monkeypatch.setattr(sensors, "run_loop", lambda work: work.close() or found.pop(0))


def test_somebody_chooses_what_tells_nothing_of_itself(monkeypatch, capsys):
    nameless_near(monkeypatch, (NUS(1),), {NUS(2)})
    Person(monkeypatch, 1, None)
    chosen = sensors.choose_near(None, None, None)
    assert (chosen.target.address, chosen.target.device.key) == ("F0:07", "microbit_uart")
    assert "  1  F0:07 (-40 dBm, F0:07)" in capsys.readouterr().err


def test_nobody_is_looked_into_unless_it_was_named(monkeypatch):
    nameless_near(monkeypatch, (NUS(1),), {NUS(3)})
    with pytest.raises(SensorNotFoundError, match="name it with sensor"):
        sensors.choose_near(None, None, None)
    nameless_near(monkeypatch, (NUS(1),), {NUS(3)})
    assert sensors.choose_near("F0:07", None, None).target.device.key == "nordic_uart"


def test_one_that_may_be_several_kinds_is_told_with_kind(monkeypatch):
    inside = ((polar(0),), set(PMD))
    nameless_near(monkeypatch, *inside)
    with pytest.raises(UsageError, match="and kind where it may be"):
        sensors.choose_near("F0:07", None, None)
    nameless_near(monkeypatch, *inside)
    chosen = sensors.choose_near("F0:07", None, None, "polar_h10")
    assert (chosen.target.device.key, chosen.target.rate_hz) == ("polar_h10", 100.0)


def test_without_bleak_it_is_said_which_package_is_missing(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "bleak", None)
    code, _, err = run(capsys, "record", "--ble", *SETUP)
    assert code == 2
    assert READS["no bleak"] in err
    assert "pip install 'bleak>=3.0.2,<4'" in err


def test_macos_is_told_before_it_may_end_the_program(monkeypatch, capsys):
    near(monkeypatch, "movesense")
    monkeypatch.setattr(sensors.sys, "platform", "darwin")
    sensors.choose_near(None, None, None)
    assert READS["macos"] in capsys.readouterr().err


def test_nothing_near_tells_what_is(monkeypatch):
    near(monkeypatch)
    with pytest.raises(SensorNotFoundError, match="nothing at all") as refused:
        sensors.choose_near(None, None, None)
    assert READS["nothing near"] in str(refused.value)


def test_a_described_sensor_is_remembered_with_its_description(monkeypatch, tmp_path):
    (tmp_path / "mine.toml").write_text(DESCRIPTION, encoding="utf-8")
    mine = DiscoveredSensor("F0:07", -40, Advertisement("Mine 3", ()))
    monkeypatch.setattr(sensors, "run_loop", lambda scanning: scanning.close() or (mine, mine))
    monkeypatch.setattr(sensors.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sensors.sys.stderr, "isatty", lambda: True, raising=False)
    answers = iter([9, 2, "waist"])
    monkeypatch.setattr(sensors.typer, "prompt", lambda *_, **__: next(answers))
    sensors.choose_near(None, None, tmp_path / "mine.toml")
    again = sensors.choose_near("waist", None, None)
    assert (again.target.address, again.target.device.title) == ("F0:07", "Mine")
    assert again.description == DESCRIPTION


def test_two_sensors_give_two_trials_of_one_time(capsys):
    words = ["record", "--simulated", *SETUP, "--also", "witmotion@chest", "--json"]
    code, out, err = run(capsys, *words)
    assert code == 0, err
    first, second = json.loads(out)
    assert [row["setup"]["placement"] for row in (first, second)] == ["lumbar", "chest"]
    assert first["trial"] != second["trial"]
    apart_s = abs(first["reception"]["zero_s"] - second["reception"]["zero_s"])
    bound_s = first["reception"]["uncertainty_s"] + second["reception"]["uncertainty_s"]
    assert apart_s < 1.0
    assert bound_s < 0.2
    assert "aligned" not in first
    assert second["aligned"]["with"] == first["trial"]
    assert second["aligned"]["uncertainty_s"] == pytest.approx(bound_s)
    assert abs(second["aligned"]["later_s"]) == pytest.approx(apart_s, abs=1e-5)
    diary = open_diary()
    assert len(list((diary.root / LIVE).rglob("*.journal"))) == 2
    stored = [diary.recording(row["trial"]) for row in (first, second)]
    assert abs((stored[0].started - stored[1].started).total_seconds()) == pytest.approx(apart_s, abs=0.02)


def test_two_sensors_tell_how_well_their_clocks_agree(capsys):
    code, out, err = run(capsys, "record", "--simulated", *SETUP, "--also", "witmotion@chest")
    assert code == 0, err
    assert re.search(r"On the clock of trial \w+, right within \d+ ms\.", out), out


@pytest.mark.parametrize("words", ["witmotion", "@chest", "witmotion@nose"])
def test_a_further_sensor_needs_name_and_placement(capsys, words):
    code, _, err = run(capsys, "record", "--simulated", *SETUP, "--also", words)
    assert code == 2
    assert "What to do:" in err


def test_an_error_in_a_session_leaves_what_was_recorded(capsys, monkeypatch):
    """The takes before it are not lost: they are recovered like those of a crash."""

    def failing(session):
        run_warped(session)
        raise SensorNotFoundError("Gone.", found="nothing", expected="the sensor", do="Look for it.")

    monkeypatch.setattr(sessions, "run_loop", failing)
    code, _, err = run(capsys, "record", "--simulated", *SETUP)
    assert code == 2
    assert "`surefoot record --recover` keeps what was recorded" in err
    code, out, _ = run(capsys, "record", "--recover")
    assert code == 0
    assert "Left leg (held to the end): trial" in out


@pytest.mark.parametrize(
    ("primary", "values", "said"),
    [
        ("rms_ml_mps2", {"rms_ml_mps2": 0.1}, "RMS sway acceleration, left-right 0.100 m/s²"),
        ("path_rate_mps3", {"hold_time_s": 7.5}, "hold time 7.50 s"),
    ],
    ids=["a stand-in", "a failed trial"],
)
def test_a_take_is_told_with_the_number_that_an_import_tells(capsys, primary, values, said):
    assessed = replace(assessment(), primary=primary, values=values)
    diary = SimpleNamespace(entry=lambda _: SimpleNamespace(assessment=assessed))
    take = Take(Attempt("left"), 0.0, (5.0, 35.0), "held")
    sessions.tell_takes([KeptTake(take, kept=pipeline.Kept("abc", new=True, assessment=assessed))], diary)
    assert capsys.readouterr().out.endswith(f", {said}\n")
    label, value = said.rsplit(" ", 2)[0], "1"
    doors._tell_take({"title": "x", "practice": False, "trial": "abc", "main": (label, value)})
    assert capsys.readouterr().out.endswith(f", {label} 1\n")


def test_a_deleted_person_who_stays_among_the_answers_is_named(capsys, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    open_settings().remember_answers({"person": "anna"})
    monkeypatch.setattr(Path, "replace", refuse)
    forget_person("anna")
    assert "anna is still the last person" in capsys.readouterr().err
