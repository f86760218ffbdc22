"""What tells a place, a device or a voice never enters the diary, whatever app wrote it beside the motion."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surefoot import pipeline, sources
from surefoot.diary import Diary
from surefoot.errors import SurefootError
from surefoot.model import Setup
from surefoot.simulate import stance
from surefoot.sources import discover
from surefoot.tables import private_names, scrub

MARK = "77.123456789"
NAMES = (
    "latitude",
    "Latitude (°)",
    "longitude",
    "lng",
    "altitude",
    "Altitude (m)",
    "altitudeAboveMeanSeaLevel",
    "ip",
    "IP address",
    "MAC",
    "mac_address",
    "ssid",
    "WiFi BSSID",
    "deviceId",
    "device id",
    "Device UUID",
    "identifierForVendor",
    "audio",
    "audio level (dB)",
    "camera",
    "microphone_dBFS",
)
MEMBERS = (
    "Location.csv",
    "LocationGps.csv",
    "Microphone.csv",
    "Microphone.m4a",
    "Camera/frame 1.jpg",
    "Audio.csv",
    "track.gpx",
    "WiFi.csv",
)
# Known by their exact header or keys: with one more, a file is no longer theirs.
EXACT = {"researchkit_accelerometer", "sensor_record"}


def written(duration_s):
    made = replace(
        stance(3, duration_s=duration_s)[0],
        started=datetime(2026, 3, 2, tzinfo=UTC), platform="android", device_model="Model 7",
    )  # fmt: skip
    return {key: source.write(made) for key, source in discover().items()}


@pytest.fixture(scope="module")
def fixtures():
    return written(36.0)


@pytest.fixture(scope="module")
def short_fixtures():
    return written(3.0)


def with_names(data, names):
    """Add a column, or a key to each object, for every name; None where the format has no names."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
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


def spiked(files, names, members=()):
    """Return the files with private columns and members, None where no file can have such columns."""
    spoilt = {member: with_names(data, names) for member, data in files.items()}
    if not any(spoilt.values()):
        return None
    kept = {member: data or files[member] for member, data in spoilt.items()}
    return kept | {member: f"t,x\n1,{MARK}\n".encode() for member in members}


@pytest.mark.parametrize("key", sorted(discover()))
def test_nothing_private_reaches_the_diary_and_everything_is_listed(key, fixtures, tmp_path):
    members = MEMBERS if len(fixtures[key]) > 1 else ()
    files = spiked(fixtures[key], NAMES, members)
    if files is None:
        pytest.skip("a format without names of columns")
    export = sources.Export("spiked", files)
    (outcome,) = pipeline.walk([export], lambda *_: Setup(leg="left"), source=key)
    if key in EXACT:
        assert outcome.error is not None
        return
    assert outcome.recording is not None, outcome.error
    told = " ".join(outcome.recording.dropped_columns)
    assert set(NAMES) <= {name.rpartition(": ")[2] for name in outcome.recording.dropped_columns}
    assert all(member in told for member in members)
    assert outcome.assessment is not None, outcome.error
    pipeline.keep(outcome, Diary(tmp_path / "diary", cache=tmp_path / "cache"))
    stored = [path for path in (tmp_path / "diary").rglob("*") if path.is_file()]
    assert any("sourcedata" in path.parts for path in stored)
    for path in stored:
        assert MARK.encode() not in path.read_bytes(), path
    assert not {path.name for path in stored} & {member.rpartition("/")[2] for member in members}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("key", sorted(discover()))
@given(
    names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True),
    style=st.sampled_from([str, str.upper, str.title]),
)
def test_any_private_column_is_dropped_and_no_other_cell(key, short_fixtures, names, style):
    """Scrubbing what was spiked gives back the bytes that were there before."""
    spoilt = spiked(short_fixtures[key], [style(name) for name in names])
    if spoilt is None:
        return
    kept, dropped = scrub(spoilt)
    own, _ = scrub(short_fixtures[key])
    assert dropped == private_names(spoilt)
    assert {style(name) for name in names} <= {name.rpartition(": ")[2] for name in dropped}
    for member, content in kept.items():
        assert MARK.encode() not in content
        if content[:1] in (b"{", b"["):
            assert json.loads(content) == json.loads(own[member])
        else:
            assert content == own[member]


def test_private_keys_are_found_however_json_spells_them():
    text = '{"sensor": "x", "Latitude (°)": 77.123456789, "z": 1.5}'
    for data in (text.encode(), text.encode("utf-16"), json.dumps(json.loads(text)).encode()):
        (kept,), dropped = scrub({"a.json": data})[0].values(), scrub({"a.json": data})[1]
        assert dropped == private_names({"a.json": data}) == ("a.json: Latitude (°)",)
        assert json.loads(kept) == {"sensor": "x", "z": 1.5}


def test_private_columns_do_not_change_what_is_read(short_fixtures):
    """A table with private columns is the same motion, or is refused; it is never another."""
    for files in short_fixtures.values():
        spoilt = spiked(files, NAMES)
        if spoilt is None:
            continue
        (plain,) = sources.parse(files)
        try:
            (read,) = sources.parse(spoilt)
        except SurefootError:
            continue
        np.testing.assert_array_equal(read.acc_mps2, plain.acc_mps2)
