"""Apps of iPhone and Apple Watch, and Science Journal: what only their files can show."""

import json
from datetime import UTC, datetime
from functools import partial

import numpy as np
import pytest

from exports import codes, short_stance
from surefoot.errors import UnitError, UnreadableFileError
from surefoot.sources import (
    apple_watch,
    identify,
    ios_sensor_logger,
    parse,
    sage_research,
    science_journal,
    sensor_logger,
)

G = 9.80665
STARTED = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


standing = partial(short_stance, platform="ios", started=STARTED)


def test_a_watch_beside_a_phone_leaves_the_phone_its_recording():
    watch, phone = apple_watch.write(standing()), sensor_logger.write(standing())
    assert identify(watch) == identify(watch | {"Metadata.csv": phone["Metadata.csv"]}) == "apple_watch"
    assert identify(watch | phone) == "sensor_logger"


def test_a_standardised_watch_is_specific_force():
    ((name, data),) = apple_watch.write(standing()).items()
    header, *rows = data.decode().splitlines()
    lines = [header]
    for row in rows:
        cells = row.split(",")
        lines.append(",".join([*cells[:5], *(repr(-G * float(cell)) for cell in cells[5:11])]))
    (recording,) = parse({name: "\n".join(lines).encode()})
    assert recording.sensors["acceleration"].sign == +1
    np.testing.assert_allclose(recording.acc_mps2, standing().acc_mps2, atol=1e-9)


def test_sampling_time_in_metres_per_second_squared_says_that_it_assumes_the_direction():
    ((name, data),) = ios_sensor_logger.write(standing()).items()
    header, *rows = data.decode().splitlines()
    scaled = [
        ", ".join([row.split(", ")[0], *(repr(G * float(c)) for c in row.split(", ")[1:])]) for row in rows
    ]
    (in_g,), (in_si,) = parse({name: data}), parse({name: "\n".join([header, *scaled]).encode()})
    assert codes(in_g) == set()
    assert codes(in_si) == {"sign_assumed"}
    np.testing.assert_allclose(in_si.acc_mps2, in_g.acc_mps2, atol=1e-6)


def test_science_journal_counts_relative_times_too_and_says_what_it_assumes():
    ((name, data),) = science_journal.write(standing()).items()
    start_ms = round(STARTED.timestamp() * 1000)
    header, *rows = data.decode().splitlines()
    relative = [f"{int(row[:13]) - start_ms}{row[13:]}" for row in rows]
    text = "\n".join([header.replace("timestamp", "relative_time"), *relative])
    (absolute,), (recording,) = parse({name: data}), parse({name: text.encode()})
    assert absolute.started == STARTED
    assert recording.started is None
    assert codes(recording) == {"sign_assumed"}
    np.testing.assert_array_equal(recording.acc_mps2, absolute.acc_mps2)


def test_sage_steps_are_recordings_and_device_motion_is_summed():
    records = []
    for step, seconds in (("walk/motion", 4), ("balance/motion", 6)):
        for n in range(100 * seconds):
            times = {"timestamp": n / 100, "uptime": 50 + n / 100, "stepPath": step}
            for kind, (x, y, z) in (
                ("gravity", (0.0, -1.0, 0.0)),
                ("userAcceleration", (0.01, 1e-5 * n, 0.0)),
                ("rotationRate", (0.1, 0.2, 0.3)),
            ):
                records.append(times | {"sensorType": kind, "x": x, "y": y, "z": z})
            records.append(times | {"sensorType": "attitude", "x": 0, "y": 0, "z": 0, "w": 1})
    records.insert(
        0, {"timestamp": 0, "stepPath": "walk/motion", "timestampDate": "2026-03-02T08:30:00.000+00:00"}
    )
    walk, balance = parse({"motion.json": json.dumps(records).encode()})
    assert (walk.part, balance.part) == ("walk/motion", "balance/motion")
    assert balance.duration_s == pytest.approx(5.99)
    assert balance.acc_mps2[100] == pytest.approx([-0.01 * G, (1 - 0.001) * G, 0])
    assert balance.gyr_radps[0] == pytest.approx([0.1, 0.2, 0.3])
    assert walk.started == STARTED


def test_sage_without_gravity_or_motion_is_refused():
    ((name, data),) = sage_research.write(standing()).items()
    with pytest.raises(UnitError, match="gravity removed"):
        parse({name: data.replace(b'"accelerometer"', b'"userAcceleration"')})
    with pytest.raises(UnreadableFileError, match="no motion"):
        parse({name: json.dumps(json.loads(data)[:4]).encode()})
