"""What a source does not read never enters the diary, whatever it is called; and what it reads does."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from private_names import MEMBERS, NAMES, OF_APPS, OF_PEOPLE
from surefoot import pipeline, sources
from surefoot.diary import Diary
from surefoot.errors import SurefootError
from surefoot.live.log import Header, Log, Packet, read_log, without_setup, write_log
from surefoot.model import Setup
from surefoot.settings import Settings
from surefoot.simulate import stance
from surefoot.sources import GENERIC, discover, keep_originals
from writers import write

MARK = "77.123456789"
SETUP = Setup(leg="left")
SOURCES = sorted(discover())
# One of each kind: any table, a zip of tables, two with words above or beside them, and two of JSON. Every
# source meets a share of the names among the quick tests, and each name three sources.
KINDS = ["generic_csv", "sensor_logger", "phyphox", "sensorlog", "movesense", "phone_page"]


@cache
def written(duration_s):
    made = replace(
        stance(3, duration_s=duration_s)[0],
        started=datetime(2026, 3, 2, tzinfo=UTC), platform="android", device_model="Model 7",
    )  # fmt: skip
    return {key: write(key, made) for key in discover()}


@pytest.fixture(scope="module")
def fixtures():
    return written(36.0)


@pytest.fixture(scope="module")
def short_fixtures():
    return written(2.5)


def is_text(data):
    try:
        return bool(data.decode())
    except UnicodeDecodeError:
        return False


def with_names(data, names):
    """Add a column, or a key to each object at the top, for every name; None where there is no place."""
    if not is_text(data):
        return None
    text = data.decode()
    if text.lstrip()[:1] in ("{", "["):
        whole = json.loads(text)
        private = dict.fromkeys(names, float(MARK))
        spoilt = [item | private for item in whole] if isinstance(whole, list) else whole | private
        return json.dumps(spoilt).encode()
    return with_columns(text, names)


def with_columns(text, names):
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(end)
    row = next((line for line in reversed(lines) if line), "")
    mark = next((mark for mark in ";\t," if mark in row), None)
    if mark is None:
        return None
    wide = [index for index, line in enumerate(lines) if line.count(mark) == row.count(mark)]
    if lines[wide[0]][:1].isdigit() or lines[wide[0]][:1] == "-":
        return None
    for index in wide:
        cells = names if index == wide[0] else [MARK] * len(names)
        lines[index] += mark.join(["", *cells])
    return end.join(lines).encode()


def spiked(files, names):
    """Return the files with private columns or keys, None where none of them has room for such."""
    spoilt = {member: with_names(data, names) for member, data in files.items()}
    return (
        {member: data or files[member] for member, data in spoilt.items()} if any(spoilt.values()) else None
    )


def same_numbers(kept, files, key):
    """Tell whether what was kept reads to the same recordings; a table that stands in for them included."""
    again = sources.parse(kept, None if sources.identify(kept) == GENERIC else key)
    pairs = zip(again, discover()[key].parse(files), strict=True)
    return all(
        np.array_equal(one.time_s - one.time_s[0], other.time_s - other.time_s[0])
        and np.array_equal(one.acc_mps2, other.acc_mps2)
        and (one.gyr_radps is None) == (other.gyr_radps is None)
        and (one.gyr_radps is None or np.array_equal(one.gyr_radps, other.gyr_radps))
        for one, other in pairs
    )


def holds(kept, *secrets):
    """Return the members of `kept` that hold one of the secrets, in their names or in their bytes."""
    return [m for m, data in kept.items() if any(s in m or s.encode() in data for s in secrets)]


def readable(files, key):
    """Tell whether a source takes the files at all; some are one table alone, with just these columns."""
    try:
        return bool(discover()[key].parse(files))
    except SurefootError:
        return False


def check(files, key):
    """Check that nothing private is kept, and that what is kept reads as it did; return both lists."""
    originals = keep_originals(files, key)
    assert holds(originals.files, MARK) == []
    assert same_numbers(originals.files, files, key)
    return originals


def test_there_are_names_enough():
    assert len(set(OF_APPS)) >= 120
    assert len(set(OF_PEOPLE)) >= 60


def check_names(files, names, key):
    files = spiked(files, names)
    if files is None or not readable(files, key):
        pytest.skip("a format without names of columns, or refused with so many")
    assert {name.rpartition(": ")[2] for name in check(files, key).left_out} >= set(names)


def with_members(files):
    return {**files, **{member: f"t,x\n1,{MARK}\n".encode() for member in MEMBERS}}


def with_lines(files):
    """Put comments below the first line of every text that is no JSON."""
    spoilt = dict(files)
    for member, data in files.items():
        if is_text(data) and data.lstrip()[:1] not in b"{[":
            end = b"\r\n" if b"\r\n" in data else b"\n"
            first, _, rest = data.partition(end)
            lines = [f"# {name}: {MARK}".encode() for name in ("Subject", "Home", "S/N")]
            spoilt[member] = end.join([first, *lines, rest])
    return spoilt


def with_folders(files):
    return {f"Anna Muster/anna-{member}": data for member, data in files.items()}


@pytest.mark.parametrize("key", SOURCES)
def test_nothing_private_is_kept_wherever_it_stands(key, short_fixtures):
    """In columns or keys, other members, comments and the names of files: as many as a source takes."""
    files = short_fixtures[key]
    names = NAMES[SOURCES.index(key) % 10 :: 10]
    for spoil in (lambda own: spiked(own, names) or own, with_members, with_lines, with_folders):
        files = spoil(files) if readable(spoil(files), key) else files
    originals = check(files, key)
    assert holds(originals.files, "Anna", "anna-") == []


@pytest.mark.slow
@pytest.mark.parametrize("key", KINDS)
def test_columns_and_keys_of_all_names_are_left_out_and_told(key, short_fixtures):
    check_names(short_fixtures[key], NAMES, key)


@pytest.mark.slow
@pytest.mark.parametrize("key", KINDS)
def test_no_other_member_is_kept_and_each_is_told(key, short_fixtures):
    files = with_members(short_fixtures[key])
    if not readable(files, key):
        pytest.skip("not read beside other files")
    assert set(check(files, key).left_out) >= set(MEMBERS)


@pytest.mark.parametrize("key", ["axivity_cwa", "matlab_mobile", "witmotion_binary"])
def test_what_hides_in_a_binary_original_is_not_kept(key, short_fixtures):
    ((member, data),) = short_fixtures[key].items()
    places = [data[:place] + MARK.encode() + data[place + len(MARK) :] for place in (20, 200)]
    spoilt = [{member: each} for each in (*places, data + MARK.encode()) if readable({member: each}, key)]
    assert spoilt
    for files in spoilt:
        check(files, key)


@pytest.mark.slow
@pytest.mark.parametrize("key", SOURCES)
def test_the_kept_original_gives_the_numbers_of_the_import(key, fixtures, tmp_path):
    (outcome,) = pipeline.walk(
        [sources.Export("export", fixtures[key])], lambda *_: SETUP, Settings(), source=key
    )
    diary = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    kept = pipeline.keep(outcome, diary)
    again = sources.Export("kept", diary.originals(kept.trial))
    (second,) = pipeline.walk([again], lambda *_: SETUP, Settings())
    assert second.assessment is not None, second.error
    assert dict(second.assessment.values) == dict(outcome.assessment.values)
    assert second.assessment.provenance.window_s == outcome.assessment.provenance.window_s


LETTERS = st.text("abcdefghij klmnopqrstuvwäß_", min_size=3, max_size=12)


@pytest.mark.slow
@settings(max_examples=3, deadline=None)
@pytest.mark.parametrize("key", ["generic_csv", "phone_page"])
@given(data=st.data())
def test_columns_of_any_other_name_are_kept_by_nobody(key, data):
    """What is called as no source calls its own is left out, and the file reads as it did before."""
    names = data.draw(st.lists(LETTERS, min_size=1, max_size=4, unique=True))
    files = spiked(written(2.5)[key], [f"zz {name} zz" for name in names])
    if files is not None and readable(files, key):
        check(files, key)


def test_what_surefoot_recorded_itself_is_kept_whole(fixtures, tmp_path):
    """A sensor's packets are no export of any app; who it was of stands in the trial alone."""
    header = Header("witmotion", ("c",), datetime(2026, 3, 2, tzinfo=UTC), 100.0, "", {"person": "anna"})
    log = Log(header, (Packet(0.0, 0, "c", b"\x55\x61"),), (), whole=True)
    packets = {"packets.txt": write_log(without_setup(log))}
    assert b"anna" not in packets["packets.txt"]
    assert read_log(packets["packets.txt"]).packets == log.packets
    (recording,) = sources.parse(fixtures["witmotion"])
    outcome = pipeline.analyse(
        sources.Export("live", packets, is_own=True), recording, lambda *_: SETUP, Settings()
    )
    diary = Diary(tmp_path / "diary", cache=tmp_path / "cache")
    assert diary.originals(pipeline.keep(outcome, diary).trial) == packets


def test_a_file_that_needs_no_change_keeps_what_it_says(short_fixtures):
    files = short_fixtures[GENERIC]
    assert keep_originals(files, GENERIC).files == files
    assert keep_originals(files, GENERIC).left_out == ()


def test_keys_are_left_out_however_json_spells_them(short_fixtures):
    ((member, data),) = short_fixtures["movesense"].items()
    text = (
        data.decode().rstrip().removesuffix("}") + ', "Straße": 77.123456789, "K\\u00e4ufer": "77.123456789"}'
    )
    for spelt in (text.encode(), text.encode("utf-16"), json.dumps(json.loads(text)).encode()):
        originals = keep_originals({member: spelt}, "movesense")
        assert holds(originals.files, MARK) == []
        assert originals.left_out == (f"{member}: Käufer", f"{member}: Straße")
