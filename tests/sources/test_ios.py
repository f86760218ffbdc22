"""Apps of iPhone and Apple Watch, and Science Journal: what only their files can show."""

import json
from datetime import UTC, datetime
from functools import partial

import numpy as np
import pytest

from exports import codes, short_stance
from surefoot.errors import UnitError, UnreadableFileError
from surefoot.sources import identify, parse
from writers import airpods, apple_watch, ios_sensor_logger, sage_research, science_journal, sensor_logger

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


def test_the_watchs_own_accelerometer_is_read_with_its_gravity():
    stamps = [1782477373803036160 + n * 10_000_000 for n in range(500)]
    written = standing()
    rows = [
        f"{stamp},{n / 100},{x!r},{y!r},{z!r}"
        for n, (stamp, (x, y, z)) in enumerate(zip(stamps, (-written.acc_mps2 / G).tolist(), strict=True))
    ]
    table = "\n".join(["time,seconds_elapsed,x,y,z", *rows]).encode()
    (recording,) = parse({"WatchAccelerometerUncalibrated.csv": table})
    assert (recording.source, recording.platform) == ("apple_watch", "watchos")
    assert recording.sensors["acceleration"].unit == "g"
    np.testing.assert_allclose(recording.acc_mps2, written.acc_mps2, atol=1e-9)
    beside = {"WatchAccelerometerUncalibrated.csv": table}
    assert parse(beside | apple_watch.write(written))[0].gyr_radps is not None
    assert identify(beside | sensor_logger.write(written)) == "sensor_logger"


def metadata(**changes):
    """What the app tells beside a recording, some of it otherwise."""
    header, row = sensor_logger.write(standing())["Metadata.csv"].decode().splitlines()
    told = dict(zip(header.split(","), row.split(","), strict=True)) | changes
    return {"Metadata.csv": f"{','.join(told)}\n{','.join(told.values())}".encode()}


# UNITS.md and CROSSPLATFORM.md of the app: the unit of each group of columns, and the sign, by its settings.
WORN = [
    (airpods, "Headphone", "false", "1.50", "m/s2", "g", -1),
    (airpods, "Headphone", "false", "1.63", "m/s2", "g", -1),
    (airpods, "Headphone", "true", "1.63", "m/s2", "m/s2", +1),
    (airpods, "Headphone", "true", "2.0", "m/s2", "m/s2", +1),
    (airpods, "Headphone", "true", "1.62", "m/s2", "m/s2", 0),
    (apple_watch, "WristMotion", "false", "1.50", "g", "g", -1),
    (apple_watch, "WristMotion", "true", "1.62", "g", "g", -1),
    (apple_watch, "WristMotion", "true", "1.63", "m/s2", "m/s2", +1),
    (apple_watch, "WristMotion", "true", "1.62.9", "m/s2", "m/s2", 0),
]


@pytest.mark.parametrize(("source", "member", "standardised", "version", "gravity", "user", "sign"), WORN)
def test_each_group_of_columns_has_its_own_unit(source, member, standardised, version, gravity, user, sign):
    written = standing()
    still = written.acc_mps2.mean(axis=0)
    scale = {"m/s2": 1.0, "g": 1 / G}
    columns = [written.gyr_radps, still * np.ones_like(written.acc_mps2) * scale[gravity]]
    columns += [(written.acc_mps2 - still) * scale[user]]
    values = np.hstack([columns[0], *((sign or -1) * column for column in columns[1:])])
    names = [f"{group}{axis}" for group in ("rotationRate", "gravity", "acceleration") for axis in "XYZ"]
    rows = [
        ",".join([str(1782477373803036160 + n * 10_000_000), f"{n / 100}", *map(repr, row), "left"])
        for n, row in enumerate(values.tolist())
    ]
    header = ",".join(["time", "seconds_elapsed", *names, "devicelocation" if source is airpods else "label"])
    table = {f"{member}.csv": "\n".join([header, *rows]).encode()}
    (recording,) = parse(table | metadata(standardisation=standardised, appVersion=version))
    assert recording.source == source.__name__.rpartition(".")[2]
    np.testing.assert_allclose(np.abs(recording.acc_mps2), np.abs(written.acc_mps2), atol=1e-9)
    np.testing.assert_allclose(recording.gyr_radps, written.gyr_radps, atol=1e-12)
    assert ("sign_unknown" in codes(recording)) == (sign == 0)
    if sign:
        np.testing.assert_allclose(recording.acc_mps2, written.acc_mps2, atol=1e-9)


def test_airpods_are_told_to_be_worn_on_the_head_and_their_unit_is_named_where_nothing_tells_it():
    files = airpods.write(standing())
    (alone,), (told,) = parse(files), parse(files | metadata())
    assert codes(alone) == {"worn_on_head", "unit_assumed", "not_read"}
    assert codes(told) == {"worn_on_head", "not_read"}
    assert identify(files | apple_watch.write(standing())) == "apple_watch"
    assert identify(files | sensor_logger.write(standing())) == "sensor_logger"


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
    assert codes(recording) == {"sign_assumed", "not_read"}
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
