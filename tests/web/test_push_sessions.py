"""What an app pushed is never lost: a diary that cannot be written, silence in between, a mistake of ours."""

import contextlib
import json
import os
import sqlite3
import tempfile
import zlib
from pathlib import Path

import pytest

from pushing import pushes
from surefoot import pipeline, sources
from surefoot.cli import main
from surefoot.cli import network as doors
from surefoot.diary import LIVE, Diary, open_diary
from surefoot.errors import DiaryError
from surefoot.live import sensor_logger as arrival
from surefoot.live.inbox import MOST_WAITING, RETRY_S
from surefoot.live.incoming import Ended
from surefoot.live.journal import find_unfinished
from surefoot.live.log import read_log
from surefoot.live.recovery import find_interrupted, recover
from surefoot.live.sensor_logger import read_message
from surefoot.model import Setup, to_plain
from surefoot.settings import Settings
from surefoot.simulate import Imu, stance
from surefoot.web.phone.push import MOST_OVER, QUIET_S, PushDesk
from surefoot.web.server import listeners

SETUP = Setup(person="p01", test="single-leg", leg="left")


@pytest.fixture(scope="module")
def made():
    return stance(4, duration_s=36.0, imu=Imu(rate_hz=50.0))[0]


@pytest.fixture
def told():
    return []


@pytest.fixture
def sessions(diary, told, clock):
    return PushDesk(diary, Settings(), SETUP, tell=told.append, clock=clock, schedule=never)


@pytest.fixture
def broken(monkeypatch):
    """Make the diary refuse with an error, until it is told None."""
    keep, fault = pipeline.keep, [None]

    def refuse(outcome, diary, person=None):
        if fault[0] is not None:
            raise fault[0]
        return keep(outcome, diary, person)

    monkeypatch.setattr(pipeline, "keep", refuse)
    return lambda error: fault.__setitem__(0, error)


def push(sessions, bodies):
    for body in bodies:
        sessions.add(read_message(body))


def fall_quiet(sessions, clock, seconds=QUIET_S):
    clock.now_s += seconds
    return sessions._inbox.keep_quiet_ones()


def never(_seconds, _work):
    """Nobody looks later: the tests say when."""


def numbers_in(path):
    """The numbers of the messages in a journal."""
    return sorted(arrival.unpack(packet).number for packet in read_log(path.read_bytes()).packets)


def values_of(path):
    """The numbers that `surefoot import` would find in a file."""
    (outcome,) = pipeline.walk(sources.collect(path), lambda *_: SETUP, Settings())
    return outcome.assessment.values


FAULTS = [
    OSError(28, "No space left on device"),
    sqlite3.OperationalError("database or disk is full"),
    DiaryError("The diary cannot be written.", found="x", expected="y", do="z"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_what_the_diary_cannot_take_waits_in_memory_and_in_its_journal(
    sessions, diary, clock, told, made, broken, fault
):
    broken(fault)
    push(sessions, pushes(made))
    assert fall_quiet(sessions, clock)
    (first,) = told
    assert first.waits
    assert first.file.parent == diary.live_folder("p01")
    assert numbers_in(first.file) == list(range(36))
    assert fall_quiet(sessions, clock, RETRY_S)
    assert told == [first]  # once is enough
    broken(None)
    assert not fall_quiet(sessions, clock, RETRY_S)
    (entry,) = diary.entries()
    assert told[1:] == [Ended(entry.trial)]
    assert entry.assessment.primary in entry.assessment.values
    assert not first.file.exists()


def test_a_diary_that_is_no_folder_sends_the_rows_among_the_temporary_files(
    sessions, diary, clock, told, made, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    diary.root.write_bytes(b"no folder")
    push(sessions, pushes(made))
    fall_quiet(sessions, clock)
    folder = told[0].file.parent
    assert folder.parent == tmp_path
    assert values_of(told[0].file)
    diary.root.unlink()
    sessions.close()
    assert [entry.trial for entry in diary.entries()] == [told[1].trial]
    assert not folder.exists()


def test_the_end_of_the_program_says_where_the_rows_are(sessions, clock, told, made, broken, capsys):
    broken(FAULTS[0])
    push(sessions, pushes(made))
    sessions.close()
    assert [each.waits for each in told] == [True, False]
    for each in told:
        doors._tell_pushed(each)
    said = capsys.readouterr().err
    assert said.count(str(told[0].file)) == 2
    assert said.count("tried again") == 1


def test_a_mistake_of_ours_over_one_session_harms_no_other(sessions, diary, clock, told, made, monkeypatch):
    keep = pipeline.keep

    def stumble(outcome, diary):
        if b"1790000000000000000" not in outcome.export.files["TotalAcceleration.csv"]:
            raise ZeroDivisionError("float division by zero")
        return keep(outcome, diary)

    monkeypatch.setattr(pipeline, "keep", stumble)
    for number, name in enumerate(("bad", "good")):
        push(sessions, pushes(made, session=name)[1 - number :])
    assert not fall_quiet(sessions, clock)
    assert len(diary.entries()) == 1
    bad, good = told
    assert "ZeroDivisionError" in bad.error.found
    assert values_of(bad.file)
    assert good.trial


def test_whom_it_is_told_may_be_gone(diary, clock, made):
    def tell(_):
        raise BrokenPipeError

    sessions = PushDesk(diary, Settings(), SETUP, tell=tell, clock=clock, schedule=never)
    push(sessions, pushes(made) + pushes(made, session="other")[1:])
    fall_quiet(sessions, clock)
    assert len(diary.entries()) == 2


def test_what_is_refused_lies_in_a_file_too(sessions, diary, clock, told, made):
    push(sessions, pushes(made, total=False))
    assert not fall_quiet(sessions, clock)
    assert "Which way" in told[0].error.what
    assert {"Accelerometer.csv", "Gravity.csv", "Gyroscope.csv"} == set(
        sources.collect(told[0].file)[0].files
    )


def test_too_many_that_wait_are_refused_before_they_fill_the_memory(sessions, clock, made, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pipeline, "keep", refuse)
    monkeypatch.setattr(pipeline, "analyse", lambda export, *_: pipeline.Outcome(export))
    body = pushes(made)[0]
    for number in range(MOST_WAITING):
        push(sessions, [body.replace(b"0a1b", str(number).encode())])
        assert fall_quiet(sessions, clock)
    with pytest.raises(DiaryError, match="no more recordings can wait"):
        push(sessions, [body])


def test_a_session_that_goes_on_after_silence_is_one_trial(sessions, diary, clock, told, made, capsys):
    bodies = pushes(made)
    push(sessions, bodies[:26])
    fall_quiet(sessions, clock)
    (first,) = diary.entries()
    clock.now_s += 8.0
    push(sessions, bodies[26:])
    fall_quiet(sessions, clock)
    (whole,) = diary.entries()
    assert whole.trial != first.trial
    assert told[1] == Ended(whole.trial, silent_s=23.0, before=first.trial, replaced=True)
    assert diary.recording(whole.trial).duration_s == pytest.approx(made.duration_s, abs=0.05)
    doors._tell_pushed(told[1])
    assert (
        f"after 23 s in which nothing came; it takes the place of trial {first.trial}"
        in capsys.readouterr().out
    )


def test_a_beginning_that_somebody_has_corrected_stays(sessions, diary, clock, told, made):
    bodies = pushes(made)
    push(sessions, bodies[:26])
    fall_quiet(sessions, clock)
    (first,) = diary.entries()
    pipeline.reassess(
        first, diary, Settings(), Setup(person="p01", test="single-leg", leg="right", when=first.when)
    )
    push(sessions, bodies[26:])
    fall_quiet(sessions, clock)
    assert {entry.trial for entry in diary.entries()} == {first.trial, told[1].trial}
    assert not told[1].replaced


def test_a_beginning_that_somebody_has_deleted_is_not_said_to_stay(sessions, diary, clock, told, made):
    bodies = pushes(made)
    push(sessions, bodies[:26])
    fall_quiet(sessions, clock)
    diary.delete(told[0].trial)
    push(sessions, bodies[26:])
    fall_quiet(sessions, clock)
    assert told[1].replaced
    assert len(diary.entries()) == 1


def test_a_disk_that_fills_after_a_refusal_is_told(sessions, clock, told, made, broken):
    bodies = pushes(made)
    push(sessions, bodies[:5])  # too short
    fall_quiet(sessions, clock)
    broken(FAULTS[0])
    push(sessions, bodies[5:])
    assert fall_quiet(sessions, clock)
    assert [each.waits for each in told] == [False, True]
    assert numbers_in(told[1].file) == list(range(36))


def test_what_cannot_be_packed_either_stops_no_other(sessions, diary, clock, told, made, monkeypatch):
    export = arrival.export

    def stumble(log, take):
        if len(log.packets) < 30:
            raise ZeroDivisionError
        return export(log, take)

    monkeypatch.setattr(arrival, "export", stumble)
    push(sessions, pushes(made)[:20] + pushes(made, session="good"))
    assert fall_quiet(sessions, clock)
    assert [bool(each.trial) for each in told] == [False, True]
    assert len(list(diary.live_folder("p01").glob("*.part"))) == 1


def test_what_comes_while_a_session_is_kept_belongs_to_it(sessions, diary, clock, told, made, monkeypatch):
    bodies, keep = pushes(made), pipeline.keep

    def slow(outcome, diary):
        push(sessions, bodies[26:])
        return keep(outcome, diary)

    push(sessions, bodies[:26])
    monkeypatch.setattr(pipeline, "keep", slow)
    fall_quiet(sessions, clock)
    monkeypatch.setattr(pipeline, "keep", keep)
    fall_quiet(sessions, clock)
    (whole,) = diary.entries()
    first, second = told
    assert first == Ended(first.trial)
    assert second == Ended(whole.trial, silent_s=QUIET_S, before=first.trial, replaced=True)
    assert diary.recording(whole.trial).duration_s == pytest.approx(made.duration_s, abs=0.05)


def test_only_the_last_sessions_are_remembered(sessions, clock, made):
    body = pushes(made)[0]
    for number in range(3 * MOST_OVER):
        sessions.add(read_message(body.replace(b"0a1b", str(number).encode())))
        fall_quiet(sessions, clock)
    assert len(sessions._inbox._takes) <= MOST_OVER + 1


def test_the_noise_that_was_measured_of_the_phone_is_told(diary, clock, told, made, tmp_path):
    settings = Settings(tmp_path / "settings")
    settings.remember_noise("sensor_logger android", 0.5, 100.0)
    sessions = PushDesk(diary, settings, SETUP, tell=told.append, clock=clock, schedule=never)
    push(sessions, pushes(made))
    fall_quiet(sessions, clock)
    (entry,) = diary.entries()
    assert "noise_floor" in {issue.code for issue in entry.assessment.issues}


def crash(diary, clock, made, bodies):
    """Push without an end, and let go of everything as a process that is killed does."""
    sessions = PushDesk(diary, Settings(), SETUP, clock=clock, schedule=never)
    push(sessions, bodies)
    for take in sessions._inbox._takes.values():
        take.journal.leave()


def test_a_crash_loses_nothing_that_was_pushed(diary, clock, made):
    crash(diary, clock, made, pushes(made))
    (left,) = find_interrupted(diary)
    with left.open("ab") as file:
        file.write(b"p 99.0 0 0 6f6f")  # torn by the crash
    stored = [zlib.decompress(packet.data) for packet in read_log(left.read_bytes()).packets]
    assert not {b"secret-device", b"0a1b-session", b"latitude"} & {
        w for text in stored for w in text.split(b'"')
    }
    (kept,) = recover(diary, Settings()).kept
    (entry,) = diary.entries("p01")
    assert kept.trial == entry.trial
    assert diary.recording(entry.trial).duration_s == pytest.approx(made.duration_s, abs=0.05)
    assert not list((diary.root / LIVE).rglob("*.*"))


@pytest.mark.parametrize(("seconds", "cut_off"), [(15, True), (36, False)])
def test_a_crash_is_no_short_hold(diary, clock, made, seconds, cut_off):
    """What was pushed until the program was killed tells how long it was held at least."""
    crash(diary, clock, made, pushes(made)[:seconds])
    recover(diary, Settings())
    (entry,) = diary.entries("p01")
    assert entry.assessment.is_cut_off == cut_off


@pytest.mark.parametrize("command", [["web"], ["record", "--recover"]])
def test_every_start_recovers(clock, made, monkeypatch, capsys, command):
    diary = open_diary()
    crash(diary, clock, made, pushes(made))
    monkeypatch.setattr(listeners, "run_listeners", lambda *_: None)
    with contextlib.suppress(SystemExit):
        main(command)
    said = capsys.readouterr().out
    assert f"Left leg (the recording was interrupted): trial {diary.entries()[0].trial}" in said


def test_the_doctor_counts_what_was_interrupted(clock, made, capsys):
    crash(open_diary(), clock, made, pushes(made)[:3])
    with pytest.raises(SystemExit):
        main(["doctor"])
    assert "LOOK interrupted: 1 recording that a stop cut short" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["record", "--recover"])
    (file,) = open_diary().live_folder("p01").iterdir()
    assert f"What arrived is in {file}; `surefoot import` reads it." in capsys.readouterr().err
    assert "TotalAcceleration.csv" in sources.collect(file)[0].files


def test_what_cannot_be_recovered_yet_is_left(diary, clock, made, broken):
    crash(diary, clock, made, pushes(made))
    broken(FAULTS[0])
    assert [each.waits for each in recover(diary, Settings()).kept] == [True]
    (left,) = find_interrupted(diary)
    broken(None)
    assert recover(diary, Settings()).kept[0].trial
    assert not left.exists()


def test_a_journal_under_way_is_left_alone_and_a_strange_one_is_told(sessions, diary, made):
    push(sessions, pushes(made)[:2])
    folder = diary.live_folder("p01")
    (folder / "strange.part").write_bytes(b"not ours\n")
    (folder / "pushed-strange.pushing").write_bytes(b"not ours\n")
    found = recover(diary, Settings())
    assert {path.name for path, _ in found.broken} == {"strange.part", "pushed-strange.pushing"}
    assert len(list(folder.iterdir())) == 3


def old_push(folder, messages, setup=SETUP):
    """A push as version 0.1 kept it."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [{"format": "surefoot-push", "setup": to_plain(setup), "pushed_by": None}]
    for body in messages:
        told = read_message(body)
        rows = {name: [each.time_ns.tolist(), each.values.tolist()] for name, each in told.rows.items()}
        lines.append({"number": told.number, "rows": rows})
    path = folder / "pushed-0.pushing"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_a_push_that_an_earlier_version_left_is_recovered_with_the_same_numbers(diary, clock, made, tmp_path):
    left = old_push(diary.live_folder("p01"), pushes(made))
    with left.open("ab") as file:
        file.write(b'{"number": 99, "rows": {"Gyrosc')  # torn by the crash
    (kept,) = recover(diary, Settings()).kept
    assert not left.exists()
    other = Diary(tmp_path / "other", cache=tmp_path / "cache2")
    whole = PushDesk(other, Settings(), SETUP, clock=clock, schedule=never)
    push(whole, pushes(made))
    whole.close()
    (entry,) = other.entries()
    assert diary.entry(kept.trial).assessment.values == entry.assessment.values


def test_what_an_earlier_version_left_before_the_first_message_is_nothing_to_tell(diary):
    folder = diary.live_folder("p01")
    old_push(folder, ())
    (folder / "pushed-1.pushing").write_bytes(b"")
    found = recover(diary, Settings())
    assert (found.kept, found.broken, list(folder.iterdir())) == ((), (), [])


def test_a_journal_that_may_not_be_read_is_told(diary, monkeypatch):
    left = old_push(diary.live_folder("p01"), ())

    def closed(self, *_, **__):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", closed)
    monkeypatch.setattr(Path, "read_bytes", closed)
    assert [path for path, _ in recover(diary, Settings()).broken] == [left]


@pytest.mark.parametrize("refusing", ["open", "write", "fsync"])
def test_a_disk_that_has_room_again_has_all_that_was_pushed(sessions, diary, made, monkeypatch, refusing):
    """One refusal ended the journal, and a crash much later lost all that came after."""

    def full(*_):
        raise OSError(28, "No space left on device")

    bodies = pushes(made)
    if refusing != "open":
        push(sessions, bodies[:2])
    monkeypatch.setattr(os, refusing, full)
    push(sessions, bodies[2:4])
    monkeypatch.undo()
    push(sessions, bodies[4:6])
    (path,) = diary.live_folder("p01").glob("*.part")
    first = 2 if refusing == "open" else 0
    assert numbers_in(path) == list(range(first, 6))


def test_a_session_that_goes_on_after_its_trial_is_on_disk_again_as_a_whole(
    sessions, diary, clock, told, made
):
    bodies = pushes(made)
    push(sessions, bodies[:26])
    fall_quiet(sessions, clock)
    assert find_unfinished(diary.root / LIVE) == ()
    push(sessions, bodies[26:28])
    (path,) = (diary.root / LIVE).rglob("*.part")
    assert numbers_in(path) == list(range(28))


def test_a_disk_that_takes_no_journal_stops_no_push(sessions, diary, clock, told, made, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    push(sessions, pushes(made))
    monkeypatch.undo()
    fall_quiet(sessions, clock)
    assert told == [Ended(diary.entries()[0].trial)]
    assert not list((diary.root / LIVE).rglob("*.part"))
