"""No named sensor disappears, and no app claims what is another's: over every source, with no test edited."""

import json
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports import short_stance
from surefoot.errors import SourceError
from surefoot.sources import GENERIC, discover, parse
from writers import write

SOURCES = sorted(discover())

# What phones, watches and sensors export beside motion, in the words of their apps.
COLUMNS = [
    "Heart Rate (bpm)",
    "Barometer (hPa)",
    "Pressure",
    "Temperature (°C)",
    "Humidity",
    "Light (lux)",
    "Muscle 1 (mV)",
    "ECG",
    "Magnetometer X (µT)",
    "Gyroscope Uncalibrated X",
    "Steps",
]
MEMBERS = [
    "HeartRate.csv",
    "WatchBarometer.csv",
    "Magnetometer.csv",
    "Pedometer.csv",
    "humidity.csv",
]


def written(key):
    return write(key, short_stance(3.0))


def told(recordings):
    """What is said of the recordings of an export: every one says it."""
    return [" ".join(issue.message for issue in part.issues if issue.code != "note") for part in recordings]


def delimiter_of(line):
    return next((mark for mark in ";\t" if mark in line), ",")


def with_column(data, name):
    """A table with one more column behind its own, None where the file is no table with a header."""
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return None
    mark = delimiter_of(lines[-1] if lines else "")
    sizes = [line.count(mark) for line in lines] or [0]
    first = next((n for n, size in enumerate(sizes) if size == sizes[-1]), 0)
    if (
        len(lines) - first < 50
        or sizes[-1] < 3
        or re.match(r'[{\["\s]*-?\d', lines[first])
        or data[:1] in b"{["
    ):
        return None
    end = mark * lines[first].endswith(mark)
    body = [f"{line.removesuffix(end)}{mark}{60 + n % 5}.5{end}" for n, line in enumerate(lines[first + 1 :])]
    return "\n".join([*lines[:first], f"{lines[first].removesuffix(end)}{mark}{name}{end}", *body]).encode()


def with_key(data, name):
    """JSON whose records each hold one more key, None where the file is none."""
    if data.lstrip()[:1] not in (b"{", b"["):
        return None

    def add(value):
        if isinstance(value, list):
            samples = len(value) >= 10 and all(isinstance(item, dict) for item in value)
            return [{**item, name: 60.5} if samples else add(item) for item in value]
        return {key: add(item) for key, item in value.items()} if isinstance(value, dict) else value

    return json.dumps(add(json.loads(data))).encode()


def table_of(member):
    """A table with the stamps of no clock of the recording and one row a second."""
    axes = "x,y,z" if member == "Magnetometer.csv" else "value"
    rows = [f"{1772436600 + n},{n},{','.join(str(60 + n % 5) for _ in axes.split(','))}" for n in range(20)]
    return "\n".join([f"time,seconds_elapsed,{axes}", *rows]).encode()


@pytest.mark.parametrize("key", SOURCES)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(COLUMNS), data=st.data())
def test_a_column_that_is_added_is_read_or_told(key, name, data):
    files = written(key)
    plain = parse(files)
    member = data.draw(st.sampled_from(sorted(files)))
    name = name.partition(" (")[0].replace(" ", "") if files[member][:1] in (b"{", b"[") else name
    more = with_column(files[member], name) or with_key(files[member], name)
    if more is None or name.encode() not in more:
        return
    try:
        parts = parse(files | {member: more})
    except SourceError:
        return  # a file that is not quite the app's is refused, not read without a word
    for part, alone, words in zip(parts, plain, told(parts), strict=True):
        assert name in words or member in words
        np.testing.assert_array_equal(part.acc_mps2, alone.acc_mps2)


@pytest.mark.parametrize("key", SOURCES)
def test_companions_are_told_and_never_recordings_of_their_own(key):
    files = written(key)
    plain, parts = parse(files), parse(files | {member: table_of(member) for member in MEMBERS})
    assert len(parts) == len(plain)
    for part, alone, words in zip(parts, plain, told(parts), strict=True):
        assert part.source == key
        np.testing.assert_array_equal(part.acc_mps2, alone.acc_mps2)
        assert all(member in words for member in MEMBERS)


# Column names of other makers and in other scripts: nobody's, so read as any table or asked for.
FOREIGN = [
    "時間(秒),加速度X(G),加速度Y(G),加速度Z(G),角速度X(deg/s),角速度Y(deg/s),角速度Z(deg/s)",
    "시간(초),가속도X,가속도Y,가속도Z,각속도X,각속도Y,각속도Z",
    "время,ускорение x,ускорение y,ускорение z,гироскоп x,гироскоп y,гироскоп z",
    "χρόνος,επιτάχυνση x,επιτάχυνση y,επιτάχυνση z,γυροσκόπιο x,γυροσκόπιο y,γυροσκόπιο z",
    "الوقت,تسارع x,تسارع y,تسارع z,دوران x,دوران y,دوران z",
    "时间戳,加速度x轴,加速度y轴,加速度z轴,陀螺仪x轴,陀螺仪y轴,陀螺仪z轴",
    "Zeit (s),Beschleunigung X,Beschleunigung Y,Beschleunigung Z,Drehrate X,Drehrate Y,Drehrate Z",
    "Time (s),Acc X (g),Acc Y (g),Acc Z (g),Gyroscope x (deg/s),Gyroscope y (deg/s),Gyroscope z (deg/s)",
    "Time (s),Gyroscope x (deg/s),Gyroscope y (deg/s),Gyroscope z (deg/s),ax,ay,az",
    "time,acc_x,acc_y,acc_z,gyr_x,gyr_y,gyr_z",
    "timestamp,accelX,accelY,accelZ,rotX,rotY,rotZ",
    "t;ax;ay;az;wx;wy;wz",
    "time;ax;ay;az;wx;wy;wz;",
    "时间,加速度X(g),加速度Y(g),加速度Z(g),角速度X(°/s),角速度Y(°/s),角速度Z(°/s)",
    "Time (s),Acceleration X (g),Acceleration Y (g),Acceleration Z (g),Angular velocity X (deg/s),Y,Z",
]


@pytest.mark.parametrize("header", FOREIGN)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_with_the_names_of_nobody_is_claimed_by_nobody(header, encoding):
    mark = ";" if ";" in header else ","
    rows = [
        mark.join([f"{n / 100}", "0.012", f"{0.995 + n % 7 / 1000}", "0.03", f"{n % 5 / 10}", "0.5", "0.25"])
        for n in range(200)
    ]
    files = {"右足 1.csv": "\n".join([header, *rows]).encode(encoding)}
    claiming = [key for key, source in discover().items() if source.claims(files)]
    assert claiming == [GENERIC]


@pytest.mark.parametrize("key", SOURCES)
def test_the_export_of_an_app_is_claimed_by_it_alone_whatever_lies_beside_it(key):
    files = written(key)
    for beside in ({}, {"HeartRate.csv": table_of("HeartRate.csv")}, {"notes.txt": b"left foot, morning\n"}):
        claiming = [
            name for name, source in discover().items() if name != GENERIC and source.claims(files | beside)
        ]
        assert claiming == ([] if key == GENERIC else [key])
