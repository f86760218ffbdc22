"""A table of no known app at the command line: shown, asked for, remembered; drafted where nobody answers."""

import json
import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from motion import standing
from surefoot.cli.app import app
from surefoot.diary import open_diary
from surefoot.errors import UnreadableFileError
from surefoot.model import Setup
from surefoot.settings import open_settings
from surefoot.sources.formats import phyphox
from surefoot.sources.inference.mapping import keys_from_toml
from surefoot.web.dashboard.imports import Dropped, Wanted, import_dropped
from surefoot.words.home_language import home_language
from tables import Logger

CONDITIONS = [
    "--person",
    "p1",
    "--leg",
    "left",
    "--eyes",
    "open",
    "--surface",
    "floor",
    "--placement",
    "lumbar",
]
ODD = ["alpha", "beta", "gamma", "delta"]
LEFT = Wanted(Setup(leg="left"))


@pytest.fixture
def surefoot():
    """Run a command with these lines typed in."""

    def run(*words, typed=()):
        return CliRunner().invoke(
            app, [str(word) for word in words], input="".join(f"{line}\n" for line in typed)
        )

    return run


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr("surefoot.cli.columns.attended", lambda: True)


@pytest.fixture
def odd(tmp_path):
    """Write a table under other names; the phone stands upright and its logger writes -g upward, in g."""

    def make(name="odd.csv", names=ODD, seed=1, **words):
        path = tmp_path / name
        logger = Logger(time_unit="ms", acceleration_unit="g", sign=-1, **words)
        path.write_bytes(logger.write_columns(list(names), standing(seed)))
        return path

    return make


def saved():
    return sorted((Path(os.environ["SUREFOOT_CONFIG"]) / "mappings").glob("*.toml"))


def trials(surefoot):
    return json.loads(surefoot("list", "--json").stdout)


def test_a_table_is_shown_and_asked_for_once_and_its_mapping_serves_the_next(surefoot, terminal, odd):
    first = surefoot("import", odd(), *CONDITIONS, typed=["1", "2", ""])
    assert first.exit_code == 0
    assert "alpha, in ms" in first.stderr
    assert "Which way did the sensor's y axis point" in first.stderr
    (mapping,) = saved()
    told = tomllib.loads(mapping.read_text(encoding="utf-8"))
    assert (told["time"], told["x"], told["sign"], told["acceleration_unit"]) == ("alpha", "beta", -1, "g")

    second = surefoot("import", odd("next.csv", seed=2), *CONDITIONS)
    assert second.exit_code == 0
    assert str(mapping) in second.stderr
    assert "Which" not in second.stderr
    assert len(trials(surefoot)) == 2
    assert not [i for trial in trials(surefoot) for i in trial["issues"] if i["code"] == "sign_assumed"]


def test_of_several_files_with_one_header_only_the_first_asks(surefoot, terminal, odd):
    paths = [odd(f"{seed}.csv", seed=seed) for seed in (1, 2, 3)]
    result = surefoot("import", *paths, *CONDITIONS, typed=["1", "2", ""])
    assert result.exit_code == 0
    assert result.stderr.count("Is this right?") == 1
    assert len(trials(surefoot)) == 3


def test_the_numbers_are_those_of_the_app_that_is_known(surefoot, terminal, odd, tmp_path):
    known = tmp_path / "Accelerometer.csv"
    files = phyphox.write(standing(1, gyroscope=False))
    known.write_bytes(next(data for name, data in files.items() if "meta" not in name))
    assert surefoot("import", odd(), *CONDITIONS, typed=["1", "2", ""]).exit_code == 0
    (trial,) = trials(surefoot)
    (plain,) = json.loads(surefoot("assess", known, *CONDITIONS, "--json").stdout)
    assert plain["source"] == "phyphox"
    for key, value in plain["values"].items():
        assert trial["values"][key] == pytest.approx(value, rel=1e-4, abs=1e-9), key


def test_without_a_terminal_a_draft_is_printed_that_serves_when_completed(surefoot, odd, tmp_path):
    refused = surefoot("import", odd(), *CONDITIONS)
    assert refused.exit_code == 2
    for part in ("Found:", "Expected:", "What to do:"):
        assert part in refused.stderr
    assert trials(surefoot) == []
    assert tomllib.loads(refused.stdout) == {"time": "alpha", "time_unit": "ms"}
    completed = tmp_path / "mapping.toml"
    completed.write_text(
        re.sub(r"^# ", "", refused.stdout, flags=re.MULTILINE) + "sign = -1\n", encoding="utf-8"
    )
    assert surefoot("import", odd(), *CONDITIONS, "--mapping", completed).exit_code == 0
    assert len(saved()) == 1


def test_a_draft_can_be_read_from_json_too(surefoot, odd):
    refused = surefoot("assess", odd(), "--json")
    assert refused.exit_code == 2
    error = json.loads(refused.stdout)["error"]
    assert error["code"] == "unknown_columns"
    assert '# x = "beta"' in error["mapping"]


def test_columns_can_be_chosen_by_number_and_a_wrong_choice_is_asked_for_again(surefoot, terminal, odd):
    """Other columns: first the time among them, which is no gravity, then one twice, then the right ones."""
    typed = ["2", "1", "2", "3", "", "2", "9", "2", "2", "3", "4", "2", ""]
    result = surefoot("import", odd(), *CONDITIONS, typed=typed)
    assert result.exit_code == 0
    assert "not gravity" in result.stderr
    assert "A number from 1 to 4." in result.stderr
    assert "beta is taken." in result.stderr
    (mapping,) = saved()
    assert 'x = "beta"\ny = "gamma"\nz = "delta"' in mapping.read_text(encoding="utf-8")


def test_who_has_no_better_answer_can_stop(surefoot, terminal, odd):
    result = surefoot("import", odd(), *CONDITIONS, typed=["2", "1", "2", "3", "n"])
    assert result.exit_code != 0
    assert saved() == []
    assert trials(surefoot) == []


def test_the_rate_is_asked_for_where_there_is_no_time(surefoot, terminal, odd):
    path = odd(names=[])
    rows = [line.split(",", 1)[1] for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(["ax,ay,az", *rows]), encoding="utf-8")
    result = surefoot("import", path, *CONDITIONS, typed=["fast", "100", "1", "y"])
    assert result.exit_code == 0
    assert "A number such as 100" in result.stderr
    assert "rate_hz = 100.0" in saved()[0].read_text(encoding="utf-8")
    (trial,) = trials(surefoot)
    assert "sign_assumed" in {issue["code"] for issue in trial["issues"]}


def test_saying_no_keeps_nothing_and_leaves_the_lines_to_correct(surefoot, terminal, odd):
    result = surefoot("import", odd(), *CONDITIONS, typed=["1", "2", "n"])
    assert result.exit_code != 0
    assert 'y = "gamma"' in result.stdout
    assert saved() == []
    assert trials(surefoot) == []


def test_a_table_without_header_is_asked_for_each_time(surefoot, terminal, odd):
    for seed in (1, 2):
        result = surefoot(
            "import", odd(f"{seed}.csv", names=[], seed=seed), *CONDITIONS, typed=["1", "2", ""]
        )
        assert result.exit_code == 0
        assert 'x = "column 2"' in result.stderr
    assert saved() == []
    assert len(trials(surefoot)) == 2


def test_a_mapping_that_cannot_be_kept_is_given_to_be_kept_by_hand(surefoot, terminal, odd, monkeypatch):
    path = odd()
    monkeypatch.setenv("SUREFOOT_CONFIG", str(path / "config"))
    result = surefoot("import", path, *CONDITIONS, typed=["1", "2", ""])
    assert result.exit_code == 0
    assert "will not be remembered" in result.stderr
    assert "Saved for the next table" not in result.stderr
    assert "--mapping" in result.stderr


def test_a_gyroscope_without_names_is_asked_for_and_its_unit_follows_from_gravity(surefoot, terminal, odd):
    names = [*ODD, "epsilon", "zeta", "eta"]
    result = surefoot(
        "import",
        odd(names=names, gyroscope="w{x}", gyroscope_unit="deg/s"),
        *CONDITIONS,
        typed=["1", "2", "2", ""],
    )
    assert result.exit_code == 0
    assert "epsilon, zeta, eta, in deg/s" in result.stderr
    assert any(key.startswith("gyro_") for key in trials(surefoot)[0]["values"])


def test_a_unit_that_gravity_contradicts_is_refused_before_anything_is_asked(
    surefoot, terminal, odd, tmp_path
):
    path = tmp_path / "wrong.csv"
    logger = Logger(acceleration_unit="g", acceleration_stated="round")
    path.write_bytes(logger.write(standing(1), acceleration="m/s2"))
    result = surefoot("import", path, *CONDITIONS)
    assert result.exit_code == 2
    assert "contradict" in result.stderr
    assert 'acceleration_unit = "g"' in result.stderr
    assert "Which" not in result.stderr


def test_a_wide_table_is_shown_as_far_as_it_fits(surefoot, odd):
    names = [*ODD, *(f"a_column_with_a_long_name_{number}" for number in range(6))]
    shown = surefoot("inspect", odd(names=names, others=tuple(names[4:])))
    assert "more columns" in shown.stdout
    assert max(map(len, shown.stdout.split("time  ")[0].splitlines())) < 100


def test_inspect_shows_the_same_guess(surefoot, odd):
    path = odd(names=["stamp_ms", "ax", "ay", "az", "latitude"], others=("latitude",))
    shown = surefoot("inspect", path)
    assert shown.exit_code == 0
    for text in (
        "stamp_ms, in ms",
        "ax, ay, az, in g",
        "Which way did the sensor's y axis point",
        "Not kept with a trial, as no number rests on it: odd.csv: latitude",
    ):
        assert text in shown.stdout
    head = shown.stdout.split("because")[0]
    assert "latitude" not in head
    (row,) = json.loads(surefoot("inspect", path, "--json").stdout)
    assert row["columns"]["told"]["x"] == "ax"
    assert row["columns"]["measured"] == ["acceleration_unit"]
    assert len(row["columns"]["open"]) == 1


def test_inspect_of_a_table_that_cannot_be_read_yet_says_what_is_open(surefoot, odd):
    shown = surefoot("inspect", odd())
    assert shown.exit_code == 2
    assert "Which columns are the acceleration" in shown.stdout
    assert '# x = "beta"' in shown.stdout
    assert "What to do:" in shown.stderr


def test_a_known_app_is_read_as_ever_though_a_mapping_is_given(surefoot, odd, tmp_path):
    known = tmp_path / "known"
    for name, data in phyphox.write(standing(1)).items():
        (known / name).parent.mkdir(parents=True, exist_ok=True)
        (known / name).write_bytes(data)
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('time = "alpha"\ntime_unit = "ms"\nx = "beta"\ny = "gamma"\nz = "delta"\nsign = -1\n')
    result = surefoot("assess", known, odd(), "--mapping", mapping, "--json")
    assert result.exit_code == 0
    assert [row["source"] for row in json.loads(result.stdout)] == ["phyphox", "generic_csv"]
    assert "phyphox wrote this, so the mapping was not used" in result.stderr
    (plain,) = json.loads(surefoot("assess", known, "--json").stdout)
    assert json.loads(result.stdout)[0]["values"] == plain["values"]


def test_a_mapping_overrides_a_known_app_only_when_that_is_said(surefoot, tmp_path):
    path, mapping = tmp_path / "Accelerometer.csv", tmp_path / "mapping.toml"
    files = phyphox.write(standing(1, gyroscope=False))
    path.write_bytes(next(data for name, data in files.items() if "meta" not in name))
    columns = [f'{axis} = "Acceleration {axis} (m/s^2)"\n' for axis in "xyz"]
    mapping.write_text('time = "Time (s)"\nsign = 1\n' + "".join(columns))
    result = surefoot("assess", path, "--mapping", mapping, "--source", "generic_csv", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)[0]["source"] == "generic_csv"


def test_a_wrong_mapping_spoils_its_file_alone_and_is_not_saved(surefoot, odd, tmp_path):
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('time = "alpha"\ntime_unit = "ms"\nx = "beta"\ny = "gamma"\nz = "omega"\n')
    good = odd("good.csv", names=["alpha", "beta", "gamma", "omega"])
    result = surefoot("import", odd(), good, *CONDITIONS, "--mapping", mapping)
    assert result.exit_code == 2
    assert "odd.csv: The column mapping names a column that is not there." in result.stderr
    assert 'line 5: z = "omega"' in result.stderr
    assert len(trials(surefoot)) == 1
    assert len(saved()) == 1


def test_a_mapping_that_is_not_there_is_refused(surefoot, odd, tmp_path):
    result = surefoot("import", odd(), "--mapping", tmp_path / "none.toml")
    assert isinstance(result.exception, UnreadableFileError)


def test_a_saved_mapping_that_gravity_contradicts_is_refused_not_used(surefoot, odd):
    """The same header, later in another unit: as when the app's settings were changed."""
    path = odd()
    mapping = path.with_name("mapping.toml")
    mapping.write_text(
        'time = "alpha"\nx = "beta"\ny = "gamma"\nz = "delta"\nacceleration_unit = "g"\nsign = -1\n'
    )
    assert surefoot("import", path, *CONDITIONS, "--mapping", mapping).exit_code == 0
    rows = np.loadtxt(path, delimiter=",", skiprows=1) * [1, 9.80665, 9.80665, 9.80665]
    np.savetxt(path, rows, delimiter=",", header=",".join(ODD), comments="", fmt="%.8f")
    result = surefoot("assess", path)
    assert result.exit_code == 2
    assert "contradict" in result.stderr


def test_the_dashboard_takes_what_was_told_in_the_terminal(surefoot, terminal, odd):
    path = odd("dropped.csv", seed=2)
    dropped = [Dropped(path.name, path.read_bytes(), 1_772_440_200.0)]
    (refused,) = import_dropped(
        dropped, Wanted(Setup(leg="left")), open_diary(), open_settings(), home_language()
    )
    assert refused["error"]["code"] == "unknown_columns"
    assert surefoot("import", odd(), *CONDITIONS, typed=["1", "2", ""]).exit_code == 0
    (kept,) = import_dropped(
        dropped, Wanted(Setup(leg="left")), open_diary(), open_settings(), home_language()
    )
    assert kept["new"]
    assert kept["notes"][0] == "I read the columns as you told me last time."


PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "import-any-table.md"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_mappings_of_the_how_to_page_are_understood(number):
    text = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[number]
    columns = [value for value in tomllib.loads(text).values() if isinstance(value, str)]
    assert set("xyz") <= set(keys_from_toml(text.encode(), columns))


def test_the_session_of_the_how_to_page_is_what_is_said(surefoot, terminal, tmp_path):
    """Every line of it but the rows, which are other people's, and the folder of the settings."""
    logger = Logger("stamp_ms", "ms", "", acceleration_unit="g", sign=-1, others=("temp",))
    logger = replace(logger, gyroscope="w{x}", gyroscope_stated="", gyroscope_unit="deg/s")
    path = tmp_path / "walk.csv"
    path.write_bytes(logger.write(standing(1)))
    told = surefoot("import", path, *CONDITIONS, typed=["2", ""]).stderr
    session = next(block for block in PAGE.read_text(encoding="utf-8").split("```") if "Together" in block)
    lines = [
        line for line in session.splitlines()[1:] if line.strip() and not re.match(r"\s*\d+  0?\.?\d", line)
    ]
    assert len(lines) > 18
    for line in lines:
        assert " ".join(line.split()).partition(" …")[0].removesuffix("]: 2") in " ".join(told.split()), line
