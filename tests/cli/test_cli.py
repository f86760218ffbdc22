"""The command line as a user meets it: verbs, JSON, exit codes, errors in four parts."""

import errno
import io
import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import typer

from exports import zipped
from motion import EDGES, standing, touched
from surefoot import pipeline
from surefoot.cli import main
from surefoot.diary import open_diary
from surefoot.errors import DiaryError
from surefoot.model import Recording
from surefoot.protocols.conditions import build_setup
from surefoot.settings import Settings, open_settings
from surefoot.sources.formats import phyphox
from writers import static_balance_test

CONDITIONS = ["--leg", "left", "--eyes", "open", "--surface", "floor", "--placement", "lumbar"]


def day(number):
    return datetime(2026, 3, 2, 8, 30, tzinfo=UTC) + timedelta(days=number)


@pytest.fixture
def export(tmp_path):
    """Write a phyphox zip of a made stance; larger `size` sways more."""

    def make(name="monday.zip", seed=1, when=0, **options):
        recording = replace(standing(seed, **options), started=day(when))
        path = tmp_path / name
        path.write_bytes(zipped(phyphox.write(recording)))
        return path

    return make


def test_assess_lists_numbers_and_what_was_assumed(run, export):
    code, out, err = run("assess", export(), "--leg", "left")
    assert code == 0
    assert "Sway path per second" in out
    assert "m/s³" in out
    assert "Assumed, as it was not said: eyes, surface, placement" in out
    assert err == ""


def test_assess_json_keeps_its_contract(run, export):
    code, out, _ = run("assess", export(), *CONDITIONS, "--json")
    (row,) = json.loads(out)
    assert code == 0
    keys = "file part source rate_hz duration_s steady_s window_s setup values units issues events provenance"
    assert set(keys.split()) <= set(row)
    assert set(row["values"]) == set(row["units"])
    assert row["setup"]["leg"] == "left"
    assert row["source"] == "phyphox"
    assert row["window_s"][1] - row["window_s"][0] == pytest.approx(24.0)


def test_assess_can_compute_one_metric(run, export):
    _, out, _ = run("assess", export(), "--metric", "integrated_acceleration_mps", "--json")
    assert list(json.loads(out)[0]["values"]) == ["integrated_acceleration_mps"]


def test_assess_draws(run, export, tmp_path):
    picture = tmp_path / "trial.png"
    code, _, err = run("assess", export(), "--leg", "left", "-o", picture)
    assert code == 0
    assert str(picture) in err
    assert picture.read_bytes()[:4] == b"\x89PNG"


def test_good_files_are_done_and_refused_ones_listed(run, export, tmp_path):
    broken = tmp_path / "notes.txt"
    broken.write_text("dear diary, today I stood on one leg")
    code, out, err = run("assess", export(), broken, *CONDITIONS)
    assert code == 2
    assert "Sway path per second" in out
    assert "notes.txt" in err
    assert "1 of 2" in err
    code, out, _ = run("assess", export(), broken, *CONDITIONS, "--json")
    good, refused = json.loads(out)
    assert code == 2
    assert "values" in good
    assert set(refused["error"]) >= {"what", "found", "expected", "do"}


BAD_FILES = {
    "empty": b"",
    "not text": bytes(range(256)) * 40,
    "cut zip": b"PK\x03\x04" + b"\x00" * 50,
    "cut JSON": b'[{"timestamp": 0.0, "rotationRate": {"x": 1',
    "unknown table": b"name,age\nann,3\nbob,4\n",
}


@pytest.mark.parametrize("verb", ["inspect", "assess", "import"])
@pytest.mark.parametrize("content", BAD_FILES)
def test_a_bad_file_is_refused_in_four_parts_and_nothing_is_written(run, tmp_path, verb, content):
    path = tmp_path / "bad.dat"
    path.write_bytes(BAD_FILES[content])
    conditions = [] if verb == "inspect" else CONDITIONS
    code, out, err = run(verb, path, *conditions)
    assert code == 2
    assert out == ""
    for part in ("Found:", "Expected:", "What to do:"):
        assert part in err
    code, out, _ = run(verb, path, *conditions, "--json")
    assert code == 2
    assert set(json.loads(out)["error"]) >= {"what", "found", "expected", "do"}
    assert not Path(os.environ["SUREFOOT_DIARY"]).exists()


@pytest.mark.parametrize(
    "words",
    [
        ("assess", "--hopping"),
        ("assess",),
        ("fly",),
        ("assess", "gone.csv"),
        ("trend",),
        ("compare", "aaaa", "bbbb"),
    ],
)
def test_wrong_usage_leaves_with_2_and_four_parts(run, words):
    code, _, err = run(*words)
    assert code == 2
    for part in ("Found:", "Expected:", "What to do:"):
        assert part in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("impot", "a.zip"), ("'import'?", "`surefoot --help`")),
        (("show", "nothing"), ("one of 'metrics', 'protocols'", "`surefoot show --help`")),
        (("log", "--sets", "three"), ("'--sets'", "a whole number")),
        (("import", "a.zip", "--height", "tall"), ("'--height'", "a number, with a point")),
        (("web", "--port", "80"), ("'--port'", "a number greater than or equal to 1024")),
        (("trend", "--legg", "left"), ("--leg)", "`surefoot trend --help`")),
        (("batch", ".", "--study", "gone.csv"), ("gone.csv: No such file",)),
    ],
)
def test_wrong_usage_is_told_in_plain_words(run, words, told):
    code, _, err = run(*words)
    assert code == 2
    assert all(part in err for part in told), err
    assert not any(word in err for word in ("Input should", "Value error", "Errno"))


def deny(kind):
    def refuse(*_, **__):
        raise OSError(kind, os.strerror(kind), "somewhere.zip")

    return refuse


@pytest.mark.parametrize(
    ("kind", "told"), [(errno.EACCES, "permission"), (errno.EROFS, "permission"), (errno.ENOSPC, "Make room")]
)
def test_what_the_computer_refuses_is_told_in_four_parts(run, export, monkeypatch, kind, told):
    monkeypatch.setattr("surefoot.sources.collect", deny(kind))
    code, _, err = run("assess", export(), *CONDITIONS)
    assert code == 2
    assert "somewhere.zip" in err
    assert told in err
    code, out, _ = run("assess", export(), *CONDITIONS, "--json")
    assert (code, set(json.loads(out)["error"]) >= {"what", "found", "expected", "do"}) == (2, True)


def test_a_file_that_may_not_be_read_is_told_as_such(run, export, monkeypatch):
    path = export()
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    code, _, err = run("assess", path, *CONDITIONS)
    assert code == 2
    assert f"no permission to read {path}" in err


@pytest.mark.parametrize(
    ("stop", "code", "told"),
    [(BrokenPipeError(errno.EPIPE, "Broken pipe"), 0, ""), (KeyboardInterrupt(), 130, "Stopped")],
)
def test_a_reader_that_leaves_and_a_stop_by_hand_are_no_bugs(export, monkeypatch, capsys, stop, code, told):
    def end(*_, **__):
        raise stop

    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    monkeypatch.setattr("surefoot.sources.collect", end)
    with pytest.raises(SystemExit) as left:
        main(["assess", str(export()), *CONDITIONS])
    assert left.value.code == code
    assert told in capsys.readouterr().err


def test_a_code_survives_a_reader_that_has_seen_enough(export, monkeypatch):
    """``surefoot trend --check | head -1`` is still an answer."""
    reading, writing = os.pipe()
    os.close(reading)

    def tell(*_, **__):
        for _ in range(3):
            sys.stdout.write("x" * 100_000)
        raise typer.Exit(3)

    monkeypatch.setattr("surefoot.sources.collect", tell)
    path = str(export())
    with os.fdopen(writing, "w", encoding="utf-8") as unread:
        monkeypatch.setattr(sys, "stdout", unread)
        with pytest.raises(SystemExit) as left:
            main(["assess", path, *CONDITIONS])
    assert left.value.code == 3


def test_a_stop_at_a_question_is_a_stop_as_anywhere(run, export, monkeypatch):
    class Keys(io.StringIO):
        def readline(self, *_):
            raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", Keys())
    monkeypatch.setattr("surefoot.sources.collect", lambda *_, **__: typer.prompt("Whose trial"))
    code, _, err = run("assess", export(), *CONDITIONS)
    assert code == 130
    assert err.count("Stopped") == 1


def test_a_stop_while_everything_is_loaded_is_no_bug(monkeypatch, capsys):
    def end(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("typer.main.get_command", end)
    with pytest.raises(SystemExit) as left:
        main(["list"])
    assert left.value.code == 130
    assert "Stopped" in capsys.readouterr().err


def test_a_bug_keeps_its_traceback(run, export, monkeypatch):
    monkeypatch.setattr("surefoot.sources.collect", deny(errno.EIO))
    with pytest.raises(OSError, match="somewhere"):
        main(["assess", str(export()), *CONDITIONS])


def test_every_verb_is_told_in_one_line(run):
    """A line that is cut off explains nothing."""
    code, out, _ = run("--help")
    assert code == 0
    assert "..." not in out.split("Commands:")[1]


@pytest.mark.parametrize(
    "option", [("--leg", "middle"), ("--when", "yesterday"), ("--height", "12"), ("--person", "A B")]
)
def test_unknown_words_are_refused(run, export, option):
    code, _, err = run("assess", export(), *option)
    assert code == 2
    assert option[1] in err


def test_a_word_that_is_refused_is_not_offered_next_time(run, export):
    words = ("--eyes", "open", "--surface", "floor", "--placement", "lumbar", "--person", "p01")
    assert run("import", export(), "--leg", "middle", *words)[0] == 2
    assert open_settings().answers() == {}
    assert run("import", export(), "--leg", "left", *words)[0] == 0
    assert open_settings().answers()["leg"] == "left"


def test_inspect_tells_what_a_file_is(run, export):
    code, out, _ = run("inspect", export(), "--json")
    (row,) = json.loads(out)
    keys = "file part source platform sensors duration_s gaps dropped_columns issues"
    assert code == 0
    assert set(keys.split()) <= set(row)
    assert set(row["sensors"]["acceleration"]) == {"rate_hz", "unit", "sign", "includes_gravity"}
    assert "100.00 Hz" in run("inspect", export())[1]


def test_import_needs_to_know_the_conditions(run, export):
    code, _, err = run("import", export(), "--leg", "left")
    assert code == 2
    assert "eyes, surface, placement" in err
    assert "--eyes open | closed" in err


def imported(run, path, *more):
    code, out, _ = run("import", path, *CONDITIONS, "--person", "p01", *more, "--json")
    assert code == 0
    return json.loads(out)


def test_the_same_file_twice_is_one_trial(run, export):
    path = export()
    first, second = imported(run, path), imported(run, path)
    assert first[0]["new"]
    assert not second[0]["new"]
    assert first[0]["trial"] == second[0]["trial"]
    assert len(json.loads(run("list", "--json")[1])) == 1
    assert "already in the diary" in run("import", path, *CONDITIONS)[1]


def test_an_import_tells_what_was_measured_and_what_the_trend_waits_for(run, export):
    code, out, _ = run("import", export(), *CONDITIONS)
    assert code == 0
    assert "sway path per second " in out
    told = " ".join(out.split())
    assert "me, single-leg, left leg, eyes open: too early to say. 1 of 5 sessions is done. Four more" in told
    assert told.endswith("You held the whole 30 seconds.")
    assert "too early" not in run("import", export(), *CONDITIONS)[1]


@pytest.mark.parametrize("columns", [20, 40])
def test_a_tiny_terminal_keeps_words_whole(run, export, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    trial = imported(run, export())[0]["trial"]
    _, out, _ = run("list")
    assert {trial[:6], "p01", "2026-03-02", "leg,", "eyes", "open"} <= set(out.split())
    assert max(map(len, out.splitlines())) <= columns


def test_parts_of_a_long_take_are_trials_of_their_own(run, export):
    path = export(duration_s=80.0)
    one = imported(run, path, "--start", "0", "--end", "36")
    two = imported(run, path, "--start", "40")
    assert one[0]["trial"] != two[0]["trial"]
    assert two[0]["steady_s"][0] >= 40.0


def test_a_part_outside_the_recording_is_refused(run, export):
    code, _, err = run("assess", export(), "--start", "500")
    assert code == 2
    assert "500" in err


def test_a_wrong_leg_can_be_corrected(run, export):
    trial = imported(run, export())[0]["trial"]
    code, out, _ = run("edit", trial[:5], "--leg", "right")
    assert code == 0
    assert "right leg" in out
    (row,) = json.loads(run("list", "--json")[1])
    assert row["trial"] == trial
    assert row["setup"]["leg"] == "right"


def test_a_correction_does_not_list_what_nobody_asked_for(run, export):
    trial = imported(run, export())[0]["trial"]
    assert "com_rms_ap_pct" not in run("edit", trial, "--leg", "right")[1]


@pytest.mark.parametrize("when", ["2999-01-01", "0206-03-02T08:30+01:00"])
def test_a_day_on_which_nobody_can_have_stood_is_refused(run, export, when):
    trial = imported(run, export())[0]["trial"]
    code, _, err = run("edit", trial, "--when", when)
    assert code == 2
    assert when in err
    code, _, err = run("edit", "--person", "p01", "--injury", f"left:{when[:10]}")
    assert code == 2
    assert when[:10] in err


def test_a_trial_named_twice_is_deleted_once(run, export):
    trial = imported(run, export())[0]["trial"]
    imported(run, export("tuesday.zip", seed=2, when=1))
    code, out, _ = run("delete", trial, trial[:5], "--yes")
    deleted = "Deleted the trial of 2026-03-02 (p01, single-leg, left leg, eyes open)."
    assert (code, out) == (0, f"{deleted} `surefoot undo` brings it back.\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("trend", "--leg", "middle"), "one of left, right, both"),
        (("list", "--eyes", "opn"), "one of open, closed"),
        (("compare", "--test", "hop"), "one of single-leg"),
        (("trend", "--metric", "rms_ml_mps"), "rms_ml_mps2"),
    ],
)
def test_a_misspelt_word_is_no_empty_diary(run, export, words, told):
    imported(run, export())
    code, _, err = run(*words)
    assert code == 2
    assert told in err


def test_a_word_is_needed_that_fits_into_a_file_name(run, export):
    code, _, err = run("import", export(), *CONDITIONS, "--person", "p" * 300)
    assert code == 2
    assert "at most 150" in err


def test_answers_that_cannot_be_kept_do_not_stop_an_import(run, export, monkeypatch, tmp_path):
    blocker = tmp_path / "blocker"
    blocker.write_text("in the way")
    monkeypatch.setenv("SUREFOOT_CONFIG", str(blocker / "config"))
    assert run("import", export(), *CONDITIONS)[0] == 0


def test_editing_nothing_is_refused(run, export):
    trial = imported(run, export())[0]["trial"]
    assert run("edit", trial)[0] == 2


def test_events_set_by_hand_win_and_are_kept(run, export):
    trial = imported(run, export())[0]["trial"]
    assert run("edit", trial, "--add-event", "touchdown 20", "--add-event", "touchdown 7")[0] == 0
    run("edit", trial, "--remove-event", "touchdown 20.2")
    run("reassess", trial)
    (row,) = json.loads(run("list", "--json")[1])
    assert row["values"]["touchdowns_count"] == 1
    assert row["values"]["hold_time_s"] == pytest.approx(7.0 - 3.0, abs=0.1)
    assert "path_rate_mps3" in row["values"]


@pytest.mark.parametrize("event", ["touchdown", "touchdown soon", "fall 12", "touchdown -3"])
def test_an_event_that_is_not_understood_is_refused(run, export, event):
    trial = imported(run, export())[0]["trial"]
    code, _, err = run("edit", trial, "--add-event", event)
    assert code == 2
    assert event in err


def test_deleting_a_person_leaves_nothing_of_them(run, export, tmp_path):
    imported(run, export())
    code, out, _ = run("delete", "--person", "p01", "--yes")
    assert code == 0
    assert "everything of p01" in out
    for root in ("diary", "cache", "config"):
        for path in (tmp_path / root).rglob("*"):
            assert "p01" not in path.name
            assert not path.is_file() or b"p01" not in path.read_bytes()


def test_deleting_needs_a_yes(run, export, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    trial = imported(run, export())[0]["trial"]
    code, _, err = run("delete", trial)
    assert code == 2
    assert "--yes" in err
    assert run("delete", trial, "--yes")[0] == 0
    assert json.loads(run("list", "--json")[1]) == []


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_saying_no_deletes_nothing(run, export, monkeypatch):
    trial = imported(run, export())[0]["trial"]
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    code, out, _ = run("delete", trial)
    assert code == 0
    assert "Nothing was deleted" in out
    assert len(json.loads(run("list", "--json")[1])) == 1


def test_import_asks_on_a_terminal_and_remembers_the_answers(run, export, monkeypatch):
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.setattr("sys.stdin", Terminal("p03\nmiddle\nright\nopen\nfloor\nlumbar\n"))
    assert run("import", export("a.zip"))[0] == 0
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.setattr("sys.stdin", Terminal("\n" * 5))
    assert run("import", export("b.zip", seed=2))[0] == 0
    rows = json.loads(run("list", "--json")[1])
    assert [row["person"] for row in rows] == ["p03", "p03"]
    assert {row["setup"]["leg"] for row in rows} == {"right"}


def test_leaving_a_question_open_stops_without_a_trace(run, export, monkeypatch):
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.setattr("sys.stdin", Terminal(""))
    assert run("import", export())[0] == 2
    assert not Path(os.environ["SUREFOOT_DIARY"]).exists()


def test_a_correction_made_while_all_are_analysed_again_is_kept(run, export, monkeypatch):
    first = imported(run, export())[0]["trial"]
    second = imported(run, export("tuesday.zip", seed=2, when=1))[0]["trial"]
    again, done = pipeline.reassess, []

    def reassess(entry, diary, *words, **more):
        if not done:
            done.append(entry.trial)
            (other,) = {first, second} - {entry.trial}
            corrected = diary.entry(other)
            again(corrected, diary, Settings(), replace(corrected.assessment.setup, note="by hand"))
        return again(entry, diary, *words, **more)

    monkeypatch.setattr(pipeline, "reassess", reassess)
    assert run("reassess")[0] == 0
    notes = {row["trial"]: row["setup"]["note"] for row in json.loads(run("list", "--json")[1])}
    assert sorted(notes.values()) == ["", "by hand"]


def test_of_two_corrections_at_once_the_second_is_refused(run, export):
    imported(run, export())
    diary = open_diary()
    (entry,) = diary.entries()
    pipeline.reassess(entry, diary, Settings(), replace(entry.assessment.setup, leg="right"))
    with pytest.raises(DiaryError, match="meantime"):
        pipeline.reassess(entry, diary, Settings(), replace(entry.assessment.setup, note="late"))
    assert diary.entries()[0].assessment.setup.leg == "right"


def test_reassess_changes_nothing_for_the_same_version(run, export):
    before = imported(run, export())[0]["values"]
    code, out, _ = run("reassess", "--json")
    assert code == 0
    after = json.loads(out)[0]["values"]
    assert after.keys() == before.keys()
    for key, value in before.items():
        assert after[key] == pytest.approx(value, rel=1e-6, abs=1e-9), key


@pytest.fixture
def weeks(run, export):
    """Six sessions alike, then four of the same motion made `factor` times as large about gravity."""
    base = standing(3)
    still = np.median(base.acc_mps2, axis=0)

    def fill(factor):
        for index in range(10):
            size = factor if index >= 6 else 1.0
            recording = replace(
                base,
                acc_mps2=still + size * (base.acc_mps2 - still),
                gyr_radps=size * base.gyr_radps,
                started=day(3 * index),
            )
            path = export(f"{index}.zip")
            path.write_bytes(zipped(phyphox.write(recording)))
            imported(run, path)

    return fill


@pytest.mark.parametrize(
    ("factor", "verdict", "code"),
    [(0.4, "steadier", 0), (1.0, "cannot say", 0), (2.0, "less steady", 3)],
)
def test_trend_and_compare_say_what_happened(run, weeks, tmp_path, factor, verdict, code):
    weeks(factor)
    picture = tmp_path / "trend.png"
    left, out, _ = run("trend", "--check", "-o", picture, "--json")
    (row,) = json.loads(out)
    keys = (
        "metric setup dates values slope_per_week interval smallest_real_change verdict reason band baseline "
        "running sums trials standing before lately change_pct change_interval_pct practice sessions_wanted "
        "withdrawn scatter detectable_pct detectable_sessions other_leg"
    )
    assert set(keys.split()) <= set(row)
    assert (row["verdict"], left) == (verdict, code)
    assert picture.stat().st_size > 5000
    left, out, _ = run("compare", "--check", "--json")
    change, trials = json.loads(out)[0], json.loads(run("list", "--json")[1])
    assert (change["verdict"], left) == (verdict, code)
    ends = [trials[0], trials[-1]]
    assert [change["before_trial"], change["after_trial"]] == [each["trial"] for each in ends]
    assert [change["before_when"], change["after_when"]] == [each["when"] for each in ends]
    said = {"cannot say": ("no sure change yet", "No sure answer yet")}.get(
        verdict, (verdict, verdict.capitalize())
    )
    assert said[0] in run("trend")[1]
    assert said[1] in run("compare")[1]


def test_a_trend_of_the_phone_before_is_not_checked(run, weeks, export):
    weeks(2.0)
    path = export("later.zip")
    later = replace(standing(3), started=day(60), device_model="Model 9")
    path.write_bytes(zipped(phyphox.write(later)))
    imported(run, path)
    code, out, _ = run("trend", "--check", "--json")
    assert [row["verdict"] for row in json.loads(out)] == ["less steady", "cannot say"]
    assert code == 0


def test_unlike_trials_are_not_compared(run, export):
    one = imported(run, export("a.zip", seed=1))[0]["trial"]
    two = imported(run, export("b.zip", seed=2, when=3))[0]["trial"]
    run("edit", two, "--eyes", "closed")
    code, _, err = run("compare", one, two)
    assert code == 2
    assert "eyes: open and closed" in err


@pytest.mark.parametrize("what", ["metrics", "protocols", "formats", "devices"])
def test_keys_are_shown_whole_on_a_narrow_terminal(run, monkeypatch, what):
    """A key that is broken over two lines can be neither read nor copied."""
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = run("show", what)
    listed = json.loads(run("show", what, "--json")[1])
    assert all(entry["key"] in out for entry in listed)
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("what", ["metrics", "protocols", "formats"])
def test_show_lists_what_is_built_in(run, what):
    code, out, _ = run("show", what, "--json")
    assert code == 0
    assert len(json.loads(out)) >= 4
    assert run("show", what)[0] == 0


def test_doctor_is_content_with_a_fresh_machine_and_a_filled_diary(run, export):
    assert run("doctor")[0] == 0
    imported(run, export())
    code, out, _ = run("doctor", "--json")
    assert code == 0
    diary = next(row for row in json.loads(out) if row["what"] == "diary")
    assert "1 trial of 1 person" in diary["found"]


def test_doctor_measures_the_noise_of_a_phone_and_trials_tell_their_margin(
    run, export, tmp_path, monkeypatch
):
    samples = np.arange(3000) / 100
    acc = np.random.default_rng(1).normal(0, 0.01, (3000, 3)) + [0, 0, 9.80665]
    path = tmp_path / "table.zip"
    path.write_bytes(zipped(phyphox.write(Recording(samples, acc))))
    with monkeypatch.context() as refused:
        refused.setenv("SUREFOOT_CONFIG", str(path / "config"))
        _, out, err = run("doctor", "--noise", path)
    assert "will not be remembered" in err
    assert "Later trials" not in out
    code, out, _ = run("doctor", "--noise", path)
    assert code == 0
    assert "m/s² at rest" in out
    assert "Later trials" in out
    outcome = json.loads(run("assess", export(), *CONDITIONS, "--json")[1])[0]
    (margin,) = [issue for issue in outcome["issues"] if issue["code"] == "noise_margin"]
    assert "times this phone's own noise" in margin["message"]


def test_doctor_measures_a_board(run, tmp_path):
    path = tmp_path / "edges.zip"
    path.write_bytes(zipped(phyphox.write(touched(EDGES))))
    code, out, _ = run("doctor", "--board", path, "--json")
    assert code == 0
    assert json.loads(out)["front_deg"] == pytest.approx(15.0, abs=0.3)
    assert "Give --board-tilt 17" in run("doctor", "--board", path)[1]


def test_a_table_with_a_mapping_is_known_the_next_time_once_it_was_imported(run, export, tmp_path):
    recording = standing(1)
    rows = np.column_stack([1000 * recording.time_s, recording.acc_mps2 / 9.80665])
    table, mapping = tmp_path / "odd.csv", tmp_path / "odd.toml"
    header = "alpha,beta,gamma,delta"
    np.savetxt(table, rows, delimiter=",", header=header, comments="", fmt="%.9f")
    mapping.write_text(
        'time = "alpha"\ntime_unit = "ms"\nx = "beta"\ny = "gamma"\nz = "delta"\n'
        'acceleration_unit = "g"\nsign = 1\n'
    )
    assert run("assess", table)[0] == 2
    assert run("assess", table, "--mapping", mapping)[0] == 0
    assert run("assess", table)[0] == 2
    told = ("--leg", "left", "--eyes", "open", "--surface", "floor", "--placement", "lumbar")
    assert run("import", table, "--mapping", mapping, *told)[0] == 0
    assert run("assess", table)[0] == 0


def test_two_parts_where_one_walks(run, tmp_path):
    """The standing part is assessed, the other refused by name."""
    recording = standing(1)
    shaken = recording.acc_mps2 + (2.0 * np.sin(11.0 * recording.time_s))[:, None] * [0, 1, 0]
    stand, walk = (replace(recording, started=day(0)), replace(recording, acc_mps2=shaken, started=day(0)))
    whole = json.loads(next(iter(static_balance_test.write(stand).values())))
    other = json.loads(next(iter(static_balance_test.write(walk).values())))
    whole["mobileEvaluationTest"]["levels"] += other["mobileEvaluationTest"]["levels"]
    path = tmp_path / "both.json"
    path.write_text(json.dumps(whole))
    code, out, err = run("assess", path)
    assert code == 2
    assert "Sway path per second" in out
    assert "not quiet standing" in err


def test_a_board_is_set_up_from_one_word():
    setup = build_setup({"surface": "board"})
    assert (setup.test, setup.placement, setup.facing) == ("wobble-board", "board", "up")


def test_moving_the_sensor_moves_where_its_screen_looks():
    setup = build_setup({"leg": "left"})
    assert build_setup({"placement": "chest"}, base=setup).facing == "front"
    assert build_setup({"leg": "both"}, base=setup).test == "two-legs"


def test_a_file_that_knows_few_letters_takes_every_sign(monkeypatch):
    """Windows writes to a file in a code page of its own, which has no ⁴; what is escaped is still JSON."""
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "cp1252", write_through=True))
    with pytest.raises(SystemExit) as left:
        main(["show", "metrics", "--json"])
    assert left.value.code == 0
    units = {each["unit"] for each in json.loads(written.getvalue().decode("cp1252"))}
    assert "m²/s⁴" in units
