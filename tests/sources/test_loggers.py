"""Logger apps: what only their files can show, beyond what every source must do."""

import json
from datetime import UTC, datetime
from functools import partial

import numpy as np
import pytest

from exports import codes, edited, short_stance
from surefoot.errors import UnitError, UnreadableFileError
from surefoot.sources import parse, read
from writers import androsensor, hyperimu, opensignals, physics_toolbox, sensor_record, sensorlog

G = 9.80665


standing = partial(short_stance, platform="android")


def test_physics_toolbox_reads_both_locales_alike():
    ((name, data),) = physics_toolbox.write(standing()).items()
    european = data.decode().replace(",", ";").replace(".", ",").replace("-", "−").replace(";\n", ";−∞;\n")
    header, _, body = european.lstrip("\n").partition("\n")
    files = {name: f"\n{header.replace(';−∞', ';Gain')}\n{body}".encode()}
    (plain,), (european,) = parse({name: data}), parse(files)
    np.testing.assert_array_equal(plain.acc_mps2, european.acc_mps2)
    np.testing.assert_array_equal(plain.gyr_radps, european.gyr_radps)


def test_physics_toolbox_keeps_each_sensors_own_rate():
    """Gyroscope at 100 rows a second, g-force at 20: each row repeats what did not change."""
    lines = ["time,gFx,gFy,gFz,wx,wy,wz,"]
    for n in range(1000):
        force = f"{0.01 * np.sin(n // 5):.4f},{0.01 * np.cos(n // 5):.4f},0.9990"
        lines.append(f"{n / 100:.6f},{force},{np.sin(n):.4f},{np.cos(n):.4f},0.1000,")
    (recording,) = parse({"a.csv": "\n".join(lines).encode()})
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(20.0, rel=1e-6)
    assert recording.sensors["gyroscope"].rate_hz == pytest.approx(100.0, rel=1e-6)
    assert "rows_held" in codes(recording)


def test_a_coarse_sensor_alone_in_its_table_loses_no_row():
    rows = [f"{n / 100:.6f},0.0010,0.0020,{1 + 0.001 * (n // 7 % 2):.4f},1.0000" for n in range(300)]
    (recording,) = parse({"a.csv": "\n".join(["time,gFx,gFy,gFz,TgF", *rows]).encode()})
    assert recording.time_s.size == 300
    assert "rows_held" not in codes(recording)


@pytest.mark.parametrize("header", ["time,ax (m/s^2),ay (m/s^2),az (m/s^2),aT (m/s^2)", "time,ax,ay,az,aT"])
def test_physics_toolbox_linear_accelerometer_is_refused(header):
    rows = [f"{n / 100:.6f},0.1,0.2,{0.1 * (n % 3)},0.3" for n in range(300)]
    with pytest.raises(UnitError, match="G-Force"):
        parse({"a.csv": "\n".join([header, *rows]).encode()})


def test_sensor_record_files_of_one_number_belong_together(tmp_path):
    for number, seconds in (("1", 5.0), ("2", 7.0)):
        for name, data in sensor_record.write(standing(seconds)).items():
            (tmp_path / name.replace("1", number)).write_bytes(data)
    first, second = read(tmp_path)
    assert (first.duration_s, second.duration_s) == pytest.approx((4.99, 6.99))
    assert first.gyr_radps is not None
    assert second.gyr_radps is not None


def test_sensor_record_without_accelerometer_or_with_two_is_refused():
    files = sensor_record.write(standing())
    with pytest.raises(UnitError, match="Accelerometer"):
        parse({"Gyroscope1.csv": files["Gyroscope1.csv"]})
    with pytest.raises(UnreadableFileError, match="one by one"):
        parse(dict.fromkeys(("Accelerometer1.csv", "Accelerometer2.csv"), files["Accelerometer1.csv"]))


def sensorlog_json(recording, spelling="2026-03-02 08:30:00.{:03d} +0100"):
    """The same samples as records of strings, keys in alphabetical order, as the app's JSON has them."""
    core_motion, records = -recording.acc_mps2 / G, []
    for n, time_s in enumerate(recording.time_s):
        sensors = (("accelerometerAcceleration", core_motion[n]), ("gyroRotation", recording.gyr_radps[n]))
        axes = {f"{name}{'XYZ'[i]}": f"{v[i]:.6f}" for name, v in sensors for i in range(3)}
        stamps = {f"{s}Timestamp_sinceReboot": f"{100 + time_s:.6f}" for s in ("accelerometer", "gyro")}
        other = {"loggingTime": spelling.format(n % 1000), "locationLatitude": "52.1", "deviceID": "my phone"}
        records.append(dict(sorted((axes | stamps | other).items())))
    return {"sensorlog.json": json.dumps(records, indent=2).encode()}


def test_opensignals_of_a_converter_is_refused_with_the_way_on():
    def plux(text):
        return text.replace("xAcc", "CH1").replace("yAcc", "CH2").replace("zAcc", "CH3")

    with pytest.raises(UnitError, match=r"steps of a PLUX sensor.*calibration"):
        parse(edited(opensignals.write(standing()), plux))


@pytest.mark.parametrize(("count", "issues"), [(lambda n: n, set()), (lambda n: n % 16, {"rate_nominal"})])
def test_opensignals_rows_are_counted_where_their_number_is_no_time(count, issues):
    def counted(text):
        lines = text.splitlines()
        rows = ["\t".join([str(count(n)), *row.split("\t")[1:]]) for n, row in enumerate(lines[3:])]
        return "\n".join([*lines[:3], *rows])

    (recording,) = parse(edited(opensignals.write(standing()), counted))
    np.testing.assert_allclose(recording.time_s, standing().time_s, atol=1e-9)
    assert codes(recording) == issues


def test_sensorlog_json_and_csv_hold_the_same():
    written = standing()
    (table,), (records,) = parse(sensorlog.write(written)), parse(sensorlog_json(written))
    assert records.source == "sensorlog"
    np.testing.assert_array_equal(records.acc_mps2, table.acc_mps2)
    np.testing.assert_array_equal(records.gyr_radps, table.gyr_radps)
    assert records.started == datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    assert {name.rpartition(": ")[2] for name in records.dropped_columns} == {"locationLatitude", "deviceID"}


def test_sensorlog_drops_rows_whose_sensor_time_did_not_advance():
    """A watch logs faster than its motion sensor speaks: 138 of 333 rows of one file repeat it."""
    header, *rows = next(iter(sensorlog.write(standing()).values())).decode().splitlines()
    stale = [row for number, row in enumerate(rows) for _ in range(1 + (number % 2))]
    (recording,) = parse({"watch.csv": "\n".join([header, *stale]).encode()})
    assert recording.time_s.size == len(rows)
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(100.0)
    assert "rows_dropped" in codes(recording)


def test_sensorlog_rebuilds_acceleration_and_skips_what_is_missing():
    names = [f"{sensor}{axis}" for sensor in ("motionUserAcceleration", "motionGravity") for axis in "XYZ"]
    lines = [",".join(["loggingTime", "motionTimestamp_sinceReboot", *names])]
    for n in range(300):
        values = (
            "null,null,null,null,null,null" if n % 50 == 7 else f"0.001,{0.002 * (n % 2)},0,0,-0.9,0.4358899"
        )
        values = "-9999,-9999,-9999,0,-0.9,0.4358899" if n % 50 == 9 else values
        lines.append(f"2026-03-02T08:30:00.000+01:00,{29 + n / 50:.6f},{values}")
    (recording,) = parse({"my_iOS_device.csv": "\n".join(lines).encode()})
    assert recording.sensors["acceleration"].sign == -1
    assert recording.time_s.size == 300 - 2 * 6
    assert recording.acc_mps2.mean(axis=0) == pytest.approx([-0.001 * G, 0.899 * G, -0.4358899 * G], abs=1e-3)


def test_sensorlog_without_gravity_or_times_is_refused():
    def table(names, time):
        rows = [f"{time * n},0.1,0.2,0.97" for n in range(50)]
        return {"my_iOS_device.csv": "\n".join([names, *rows]).encode()}

    user = [f"motionUserAcceleration{axis}(G)" for axis in "XYZ"]
    with pytest.raises(UnitError, match="SensorLog"):
        parse(table(",".join(["motionTimestamp_sinceReboot(s)", *user]), 0.02))
    raw = [f"accelerometerAcceleration{axis}(G)" for axis in "XYZ"]
    with pytest.raises(UnreadableFileError, match="times"):
        parse(table(",".join(["loggingSample(N)", *raw]), 1))


@pytest.mark.parametrize("first", ["sep=,,,,,,,", ",,,,,,,", None])
def test_androsensor_with_commas_and_a_mangled_first_line(first):
    ((name, data),) = androsensor.write(standing()).items()
    lines = data.decode().replace(";", ",").splitlines()[1:]
    (recording,) = parse({name: "\n".join(([first] if first else []) + lines).encode("cp1252")})
    assert recording.source == "androsensor"
    assert recording.time_s.size == 500
    assert recording.gyr_radps is not None


def test_androsensor_default_rate_is_what_it_is():
    ((name, data),) = androsensor.write(standing(60.0, 2.0)).items()
    (recording,) = parse({name: data})
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(2.0)


def test_hyperimu_names_its_sensors_as_the_phone_does():
    ((name, data),) = hyperimu.write(standing()).items()
    for acc, gyr in (("ST_LIS3DHTR", "BMI160_gyroscope"), ("icm45631_accelerometer", "gyro_lsm6ds3_c")):
        text = data.decode().replace("MPL_Accelerometer", acc).replace("MPL_Gyroscope", gyr)
        (recording,) = parse({name: text.encode()})
        assert recording.time_s.size == 500
        assert recording.gyr_radps is not None


def test_hyperimu_without_header_is_read_by_its_comment():
    ((name, data),) = hyperimu.write(standing()).items()
    comment = (
        "@ HyperIMU - ianovir - 2013\n@Sensors: MPL_Accelerometer - MPL_Gyroscope\n@ SamplingTime: 10ms\n"
    )
    rows = data.decode().partition("MPL_Gyroscope.z\n")[2]
    (recording,) = parse({name: (comment + rows).encode()})
    np.testing.assert_array_equal(recording.acc_mps2, parse({name: data})[0].acc_mps2)
    assert recording.gyr_radps is not None


def test_hyperimu_without_times_is_refused():
    ((name, data),) = hyperimu.write(standing()).items()
    lines = data.decode().splitlines()
    bare = lines[:2] + [line.partition(",")[2] for line in lines[3:]]
    with pytest.raises(UnreadableFileError, match="timestamp"):
        parse({name: "\n".join(bare).encode()})


def test_androsensor_with_place_and_sound_beside_the_sensors():
    """A header with the app's own slips, a bracket that does not close and colons, and a place to drop."""
    ((name, data),) = androsensor.write(standing()).items()
    extra = (
        "SOUND LEVEL( (dB);LOCATION Latitude : ;LOCATION Longitude : ;Satellites in range;Time since start"
    )
    text = data.decode().replace("Time since start", extra, 1)
    rows = [line.split(";") for line in text.splitlines()]
    lines = rows[:2] + [[*row[:-2], "41.2", "52.1", "5.2", "7 / 9", *row[-2:]] for row in rows[2:]]
    (recording,) = parse({name: "\n".join(";".join(line) for line in lines).encode()})
    np.testing.assert_array_equal(recording.acc_mps2, parse({name: data})[0].acc_mps2)
    assert {dropped.partition(": ")[2].strip() for dropped in recording.dropped_columns} == {
        "LOCATION Latitude",
        "LOCATION Longitude",
    }
