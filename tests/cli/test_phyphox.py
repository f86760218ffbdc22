"""``surefoot record --phyphox``: from the address of a phone to a trial that equals the one of its file."""

import asyncio
import json
from datetime import UTC, datetime

import numpy as np
import pytest

from fake_phyphox import EPOCH_S, FakePhyphox, answering
from serving import free_port
from surefoot import pipeline, sources
from surefoot.cli import guided as sessions
from surefoot.cli import main
from surefoot.diary import LIVE, open_diary
from surefoot.live.log import read_log
from surefoot.settings import Settings
from surefoot.simulate import Imu, stance
from surefoot.sources.formats import phyphox as source
from timewarp import WarpLoop

SETUP = ["--leg", "left", "--eyes", "open", "--surface", "floor", "--placement", "lumbar", "--height", "1.0"]


@pytest.fixture
def fake(monkeypatch):
    """A phone whose clock is that of the session, on a loop whose time jumps."""
    phone = FakePhyphox(stance(4, duration_s=90.0, imu=Imu(rate_hz=100.0))[0], rounded=False)

    def run_warped(coroutine):
        loop = WarpLoop()
        phone.clock = lambda: loop.time() - 1000.0
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(coroutine)

    async def call(function, *words):
        return function(*words)

    monkeypatch.setattr(asyncio, "to_thread", call)
    monkeypatch.setattr(sessions, "run_loop", run_warped)
    with answering(phone) as phone.address:
        yield phone


def run(capsys, *words):
    with pytest.raises(SystemExit) as left:
        main(list(words))
    said = capsys.readouterr()
    return left.value.code, said.out, said.err


def record(capsys, fake, *more):
    return run(capsys, "record", "--phyphox", fake.address, *SETUP, "--person", "p01", *more)


def imported(fake, entry):
    """The trial that phyphox's own export of the same stretch gives, by the straight pipe."""
    stored = open_diary().recording(entry.trial)
    first_s = stored.started.timestamp() - fake.starts[0][1] + fake.starts[0][0]
    made = fake.recording
    inside = (made.time_s > first_s - 0.005) & (made.time_s < first_s + stored.duration_s + 0.005)
    part = type(made)(
        made.time_s[inside],
        made.acc_mps2[inside],
        made.gyr_radps[inside],
        started=datetime.fromtimestamp(EPOCH_S, UTC),
        device_model="Pixel 7",
        platform="android",
    )
    files = source.write(part)
    # The gyroscope's samples lie 1.5 ms after the accelerometer's, each in a table with times of its own.
    whole = fake.rows("gyroscope")
    late = whole[(whole[:, 0] > first_s - 0.005) & (whole[:, 0] < first_s + stored.duration_s + 0.005)]
    files["Gyroscope.csv"] = source._csv("Gyroscope {} (rad/s)", late[:, 0], late[:, 1:])
    export = sources.Export("file", files)
    (outcome,) = pipeline.walk([export], lambda *_: entry.assessment.setup, Settings())
    return outcome.assessment


def test_an_attempt_ends_in_the_diary_with_the_numbers_of_its_file(capsys, fake):
    code, out, err = record(capsys, fake)
    assert code == 0, err
    assert "Left leg (held to the end): trial" in out
    assert "15 seconds left." in err
    (entry,) = open_diary().entries()
    assert entry.assessment.provenance.source == "phyphox"
    expected = imported(fake, entry).values
    assert entry.assessment.values.keys() == expected.keys()
    assert len(expected) > 20
    assert expected["hold_time_s"] == pytest.approx(30.0, abs=0.05)
    for key, value in expected.items():
        assert entry.assessment.values[key] == pytest.approx(value, rel=1e-6), key


def test_eight_digits_change_no_number_that_anybody_reads(capsys, fake):
    fake.rounded = True
    record(capsys, fake)
    (entry,) = open_diary().entries()
    expected = imported(fake, entry).values
    for key, value in expected.items():
        assert entry.assessment.values[key] == pytest.approx(value, rel=1e-4), key


def test_the_diary_keeps_what_the_app_would_have_exported(capsys, fake):
    record(capsys, fake)
    diary = open_diary()
    (entry,) = diary.entries()
    kept = {path.name for path in (diary.root / "sourcedata").rglob("*.csv")}
    assert kept == {"Accelerometer.csv", "Gyroscope.csv", "device.csv", "time.csv"}
    assert "c0ffee" not in "".join(path.read_text() for path in diary.root.rglob("*.csv"))
    assert diary.recording(entry.trial).device_model == "Pixel 7"


def test_wi_fi_lost_in_the_hold_changes_nothing(capsys, fake):
    fake.gone = lambda now_s: 25.0 <= now_s < 28.0
    code, out, err = record(capsys, fake)
    assert code == 0
    assert "Left leg (held to the end)" in out
    assert "nothing is lost" in err
    (entry,) = open_diary().entries()
    assert not [issue for issue in entry.assessment.issues if "gap" in issue.code]
    assert entry.assessment.values == pytest.approx(imported(fake, entry).values, rel=1e-6)


def test_a_gap_that_outlasts_the_hold_loses_nothing_either(capsys, fake):
    fake.gone = lambda now_s: 25.0 <= now_s < 60.0
    code, _, _ = record(capsys, fake)
    assert code == 0
    (entry,) = open_diary().entries()
    stored = open_diary().recording(entry.trial)
    assert np.diff(stored.time_s).max() < 0.02
    assert stored.duration_s > 33.0


def test_an_experiment_opened_anew_in_the_hold_ends_the_attempt(capsys, fake):
    begun = fake.get

    def get(words):
        if 30.0 < fake.clock() < 30.4:
            fake.reopen("anew")
        return begun(words)

    fake.get = get
    code, out, err = record(capsys, fake, "--json")
    rows = json.loads(out)
    assert [row["take"]["ending"] for row in rows] == ["lost", "held"]
    assert "opened anew" in err
    # What was lost is told as at least so long, or was too short to be kept; what came after is whole.
    lost, held = ({issue["code"] for issue in row.get("issues", [])} for row in rows)
    assert "cut_off" in lost or "error" in rows[0]
    assert "cut_off" not in held
    assert code in (0, 2)
    assert rows[1]["reception"]["method"] == "phone clock"


def test_what_a_crash_left_is_recovered(capsys, fake):
    record(capsys, fake)
    diary = open_diary()
    (journal,) = (diary.root / LIVE).rglob("*.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    take = next(i for i, line in enumerate(lines) if b"take" in line)
    journal.with_name("crashed.part").write_bytes(b"".join(lines[: take - 5]))
    assert read_log(journal.read_bytes()).header.device == "phyphox"
    code, out, err = run(capsys, "record", "--recover")
    assert code == 0, err
    assert "Left leg (the recording was interrupted): trial" in out
    assert len(diary.entries()) == 2


@pytest.mark.parametrize("option", [("--sensor", "x"), ("--rate", "100"), ("--describe", "x.toml")])
def test_options_for_bluetooth_are_refused(capsys, fake, option):
    code, _, err = record(capsys, fake, *option)
    assert code == 2
    assert "for Bluetooth sensors" in err
    assert not fake.asked


def test_a_refusal_writes_nothing(capsys):
    code, out, _ = run(
        capsys, "record", "--phyphox", f"127.0.0.1:{free_port()}", *SETUP, "--person", "p01", "--json"
    )
    assert code == 2
    assert json.loads(out)["error"]["what"] == "The phone is there, but remote access is off."
    assert not (open_diary().root / LIVE).exists()


def test_one_way_to_record_must_be_chosen(capsys):
    code, _, err = run(capsys, "record", "--phyphox", "127.0.0.1:80", "--simulated", *SETUP)
    assert code == 2
    assert "--phyphox" in err
