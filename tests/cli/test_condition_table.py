"""The table of conditions: one vocabulary with the options, nothing assumed, nothing nearly read."""

import csv

import pytest
from typer.main import get_command

from surefoot.cli.app import app
from surefoot.cli.options import OPTIONS
from surefoot.cohort.design import NEEDED, OWN, read_design
from surefoot.errors import SetupError, UnreadableFileError
from surefoot.model import MEASURES, SETUP_FIELDS, WORDS
from surefoot.protocols.conditions import ASKED

TOLD = {"leg": "left", "eyes": "closed", "surface": "foam", "placement": "chest"}


@pytest.fixture
def design(tmp_path):
    def read(columns, defaults=None, encoding="utf-8", delimiter=","):
        path = tmp_path / "design.csv"
        cells = {"file": "a.zip", "person": "a", "session": "1", **columns}
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows([cells.keys(), cells.values()])
        (row,) = read_design(path, defaults or {})
        return row

    return read


@pytest.mark.parametrize("word", ASKED)
def test_each_condition_comes_from_a_column_or_an_option_or_is_refused(design, word):
    """Whichever of the two tells it, the setup is the same; where neither does, it is asked for by name."""
    rest = {name: value for name, value in TOLD.items() if name != word}
    by_column = design(TOLD).setup
    assert design(rest, {word: TOLD[word]}).setup == by_column
    assert design({**rest, word: ""}, {word: TOLD[word]}).setup == by_column
    assert getattr(by_column, word) == TOLD[word]
    for columns in (rest, {**rest, word: ""}):
        with pytest.raises(SetupError) as refused:
            design(columns)
        assert refused.value.found == f"nothing for {word}"
        assert f"--{word}" in refused.value.do
        assert " | ".join(WORDS[word]) in refused.value.expected


def test_a_column_wins_over_the_option_that_holds_for_all(design):
    assert design(TOLD, {"leg": "right"}).setup.leg == "left"


@pytest.mark.parametrize("word", ["surface", "placement"])
def test_a_board_is_told_once(design, word):
    setup = design({"leg": "both", "eyes": "open", word: "board"}).setup
    assert (setup.surface, setup.placement) == ("board", "board")


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_read_as_a_number(design, name):
    middle = (MEASURES[name].low + MEASURES[name].high) / 2
    for cell in (f"{middle:.2f}", f"{middle:.2f}".replace(".", ",")):
        assert getattr(design({**TOLD, name: cell}, delimiter=";").setup, name) == pytest.approx(
            middle, abs=0.01
        )
    with pytest.raises(SetupError, match=f"{name} 'high'"):
        design({**TOLD, name: "high"})


def flags():
    (batch,) = [command for name, command in get_command(app).commands.items() if name == "batch"]
    return {flag for parameter in batch.params for flag in (*parameter.opts, *parameter.secondary_opts)}


def test_options_and_columns_are_one_vocabulary():
    """What a trial's device is called is told by the file, so it has no option."""
    assert set(OPTIONS) == set(SETUP_FIELDS) - {"device_model"}
    assert {f"--{name.replace('_', '-')}" for name in OPTIONS} <= flags()


NEAR = {
    "side": "leg", "Leg": "leg", "limb": "leg", "Eyes": "eyes", "EYES ": "eyes", "vision": "eyes",
    "Surface": "surface", "ground": "surface", "Placement": "placement", "placment": "placement",
    "position": "placement", "height": "sensor_height_m or body_height_m", "sensor height": "sensor_height_m",
    "sensor-height-m": "sensor_height_m", "Body height": "body_height_m", "board_tilt": "board_max_tilt_deg",
    "board level ap": "board_level_ap_deg", "board_level_ap": "board_level_ap_deg", "shoes": "footwear",
    "Practice": "practice", "trail": "trial", "Part": "part", "wen": "when",
}  # fmt: skip


@pytest.mark.parametrize("name", NEAR)
def test_a_column_that_is_nearly_ours_is_refused_with_its_name(design, name):
    """Where an option tells the condition, all the more: the column would be passed over."""
    columns = {word: told for word, told in TOLD.items() if word != NEAR[name]}
    with pytest.raises(SetupError) as refused:
        design({**columns, name: "left"}, TOLD)
    assert refused.value.found == name.strip()
    assert refused.value.expected.startswith(NEAR[name])


@pytest.mark.parametrize("name", [field.title() for field in (*OWN, *SETUP_FIELDS)])
def test_every_column_of_ours_in_capitals_is_nearly_ours(design, name):
    columns = {**TOLD, name: "1"}
    with pytest.raises(SetupError, match="nearly ours"):
        design(columns)


@pytest.mark.parametrize(
    "name",
    [
        "side",
        "site",
        "vision",
        "visit",
        "subject",
        "group",
        "age",
        "remark",
        "date",
        "sex",
        "clinic",
        "arm",
        "days since surgery",
        "therapist",
        "dose",
    ],
)
def test_a_column_of_ones_own_is_carried_along(design, name):
    assert design({**TOLD, name: "x"}).carried == {name: "x"}


@pytest.mark.parametrize("missing", NEEDED)
def test_a_needed_column_by_another_name_is_named(tmp_path, missing):
    path = tmp_path / "design.csv"
    names = {"file": "Filename", "person": "Participant", "session": "Visit"}
    header = ",".join(names[name] if name == missing else name for name in NEEDED)
    path.write_text(f"{header}\na.zip,a,1\n", encoding="utf-8")
    with pytest.raises(SetupError, match=f"Expected: {missing} for {names[missing]}"):
        read_design(path, TOLD)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_as_spreadsheets_save_it(design, encoding, delimiter):
    row = design({**TOLD, "note": "müde"}, encoding=encoding, delimiter=delimiter)
    assert row.setup.note == "müde"


def test_what_is_no_table_is_refused(tmp_path):
    path = tmp_path / "design.csv"
    with pytest.raises(UnreadableFileError, match="No such file"):
        read_design(path, {})
    path.write_bytes(b"PK\x03\x04\x00\x00")
    with pytest.raises(UnreadableFileError, match="binary"):
        read_design(path, {})
