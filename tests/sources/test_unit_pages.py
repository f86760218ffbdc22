"""The unit and sign of each app, as its maker publishes them, and files built by those pages alone."""

import json
import re

import numpy as np
import pytest

from exports import short_stance
from surefoot.errors import UnitError
from surefoot.sources import parse
from writers import motion_bids, sensor_logger, static_balance_test, write

G = 9.80665
SCALE = {"m/s2": 1.0, "g": 1 / G, "mg": 1000 / G, "cm/s2": 100.0}

# Unit of acceleration, sign (+1 specific force), unit of rotation or nothing; of iOS if the app runs there.
# What the makers' pages, headers or sources say; `surefoot show formats` names them.
PUBLISHED = [
    ("actigraph", "g", +1, "deg/s"),
    ("airpods", "g", -1, "rad/s"),
    ("androsensor", "m/s2", +1, "rad/s"),
    ("apple_watch", "g", -1, "rad/s"),
    ("axivity", "g", +1, "deg/s"),
    ("axivity_cwa", "g", +1, "deg/s"),
    ("empatica_e4", "g", +1, ""),
    ("geneactiv", "g", +1, ""),
    ("generic_csv", "m/s2", +1, "rad/s"),
    ("hyperimu", "m/s2", +1, "rad/s"),
    ("ios_sensor_logger", "g", -1, "rad/s"),
    ("matlab_mobile", "m/s2", +1, "rad/s"),
    ("metabase", "g", +1, "deg/s"),
    ("motion_bids", "m/s2", +1, "rad/s"),
    ("movesense", "m/s2", +1, "deg/s"),
    ("opensignals", "m/s2", +1, "rad/s"),
    ("phone_page", "m/s2", -1, "deg/s"),
    ("phyphox", "m/s2", +1, "rad/s"),
    ("physics_toolbox", "g", +1, "rad/s"),
    ("researchkit", "g", -1, "rad/s"),
    ("researchkit_accelerometer", "g", -1, ""),
    ("sage_research", "g", -1, "rad/s"),
    ("science_journal", "m/s2", +1, ""),
    ("sensor_logger", "m/s2", -1, "rad/s"),
    ("sensor_record", "m/s2", +1, "rad/s"),
    ("sensorlog", "g", -1, "rad/s"),
    ("shimmer", "m/s2", +1, "deg/s"),
    ("st_ble_sensor", "mg", +1, "deg/s"),
    ("static_balance_test", "g", -1, "rad/s"),
    ("witmotion", "g", +1, "deg/s"),
    ("witmotion_binary", "g", +1, "deg/s"),
    ("x_io", "g", +1, "deg/s"),
    ("xsens_dot", "m/s2", +1, "deg/s"),
    ("xsens_mt", "m/s2", +1, ""),
]


@pytest.mark.parametrize(("source", "unit", "sign", "rotation"), PUBLISHED)
def test_an_apps_export_is_read_in_the_unit_and_sign_that_its_maker_publishes(source, unit, sign, rotation):
    (recording,) = parse(write(source, short_stance(platform="ios")))
    sensor = recording.sensors["acceleration"]
    assert (sensor.unit, sensor.sign) == (unit, sign)
    gyroscope = recording.sensors.get("gyroscope")
    assert (gyroscope.unit if gyroscope else "") == rotation


def logged(values, order="zyx"):
    """A table of Sensor Logger: epoch nanoseconds, seconds, the axes in the app's order."""
    cells = (",".join(repr(row["xyz".index(axis)]) for axis in order) for row in values.tolist())
    rows = [f"{1772436600 * 10**9 + n * 10**7},{n / 100},{row}" for n, row in enumerate(cells)]
    return "\n".join([f"time,seconds_elapsed,{','.join(order)}", *rows]).encode()


# UNITS.md and CROSSPLATFORM.md: tables, platform, standardised, unit of the acceleration, sign.
SENSOR_LOGGER = [
    (("TotalAcceleration",), "android", "false", "m/s2", +1),
    (("TotalAcceleration",), "android", "true", "m/s2", +1),
    (("TotalAcceleration",), None, None, "m/s2", +1),
    (("Accelerometer", "Gravity"), "android", "false", "m/s2", +1),
    (("Accelerometer", "Gravity"), "ios", "false", "m/s2", -1),
    (("Accelerometer", "Gravity"), "ios", "true", "m/s2", +1),
    (("Accelerometer", "Gravity"), None, None, "m/s2", 0),
    (("AccelerometerUncalibrated",), "android", "false", "m/s2", +1),
    (("AccelerometerUncalibrated",), "ios", "false", "g", -1),
    (("AccelerometerUncalibrated",), "ios", "true", "m/s2", +1),
    (("AccelerometerUncalibrated",), None, None, "g", -1),
    (("AccelerometerUncalibrated",), None, None, "m/s2", +1),
]


@pytest.mark.parametrize(("tables", "platform", "standardised", "unit", "sign"), SENSOR_LOGGER)
@pytest.mark.parametrize("gyroscope", ["Gyroscope", "GyroscopeUncalibrated"])
def test_sensor_loggers_page_of_units(tables, platform, standardised, unit, sign, gyroscope):
    written = short_stance()
    total = written.acc_mps2 * (sign or -1) * SCALE[unit]
    still = np.broadcast_to(total.mean(axis=0), total.shape)
    parts = [total] if len(tables) == 1 else [total - still, still]
    files = {f"{name}.csv": logged(values) for name, values in zip(tables, parts, strict=True)}
    files[f"{gyroscope}.csv"] = logged(written.gyr_radps)
    if platform:
        told = f"3,Phone,{platform},1.50,{standardised}"
        files["Metadata.csv"] = f"version,device name,platform,appVersion,standardisation\n{told}".encode()
    (recording,) = parse(files)
    sensor = recording.sensors["acceleration"]
    assert (recording.source, sensor.unit, sensor.sign) == ("sensor_logger", unit, sign or -1)
    assert ("sign_unknown" in {issue.code for issue in recording.issues}) == (sign == 0)
    np.testing.assert_allclose(recording.acc_mps2, written.acc_mps2, atol=1e-9)
    np.testing.assert_allclose(recording.gyr_radps, written.gyr_radps, atol=1e-12)


def test_what_is_added_tells_its_unit_for_itself():
    """A static balance test that tells gravity in m/s², acceleration in g, rotation in deg/s."""
    written = short_stance()
    document = json.loads(static_balance_test.write(written)["static_balance_test.json"])
    for sensor in document["mobileEvaluationTest"]["levels"][0]["sensors"]:
        for row in sensor["measurements"]:
            for value in row["values"]:
                if value["name"].startswith("gravity"):
                    value.update(value=str(float(value["value"]) * G), unit="m/s²")
                if value["unit"] == "rad/s":
                    value.update(value=str(np.degrees(float(value["value"]))), unit="dps")
    (recording,) = parse({"a.json": json.dumps(document).encode()})
    np.testing.assert_allclose(recording.acc_mps2, written.acc_mps2, atol=1e-9)
    np.testing.assert_allclose(recording.gyr_radps, written.gyr_radps, atol=1e-9)


def test_channels_of_one_point_in_several_units_are_refused():
    files = motion_bids.write(short_stance())
    (channels,) = (name for name in files if name.endswith("channels.tsv"))
    files[channels] = re.sub(rb"(acc_y\t.*)m/s\^2", rb"\1g", files[channels])
    with pytest.raises(UnitError, match="several units"):
        parse(files)


def test_sensor_logger_reads_no_more_than_it_needs_and_tells_the_rest():
    written = short_stance(platform="android")
    files = sensor_logger.write(written)
    files |= {
        f"{name}.csv": logged(written.acc_mps2 / 2) for name in ("Accelerometer", "GyroscopeUncalibrated")
    }
    (recording,) = parse(files)
    np.testing.assert_allclose(recording.acc_mps2, written.acc_mps2, atol=1e-9)
    (unread,) = (issue.what for issue in recording.issues if issue.code == "not_read")
    assert "Accelerometer.csv, GyroscopeUncalibrated.csv" in unread
