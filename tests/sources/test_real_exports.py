"""Real exports against what their headers, SOURCES.md and the format notes say: written before parsing."""

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from exports import codes
from surefoot.errors import SourceError, UnitError, UnknownFormatError
from surefoot.sources import collect, read
from surefoot.sources.formats.phyphox import write as write_phyphox

DATA = Path(
    os.environ.get("SUREFOOT_REFERENCE_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
PHONE = DATA / "phone"

pytestmark = pytest.mark.skipif(not PHONE.is_dir(), reason="the reference data is not on this machine")

G = 9.80665


def read_all(*names):
    return read([PHONE / name for name in names])


def test_mpower_stance_hangs_upside_down_in_the_pocket():
    (recording,) = read_all("mpower/DERIVED_deviceMotion_balance.json")
    assert recording.source == "researchkit"
    assert recording.time_s.size == 3002 - 1
    assert "rows_dropped" in codes(recording)
    sensor = recording.sensors["acceleration"]
    assert (sensor.unit, sensor.sign, sensor.includes_gravity) == ("g", -1, True)
    assert sensor.rate_hz == pytest.approx(99.98, abs=0.02)
    assert recording.duration_s == pytest.approx(30.06 - 0.045, abs=0.05)
    assert recording.acc_mps2[:, 1].mean() == pytest.approx(-0.98 * G, abs=0.15)
    assert recording.gyr_radps is not None
    assert recording.platform == "ios"


@pytest.mark.parametrize(
    ("stem", "samples", "axis", "gravity_g", "model"),
    [
        ("example", (600, 628), 0, +0.998, "iPhone X"),
        ("f07370eb-ce21-4096-8a26-6e325088ceee", (601, 628), 0, +0.995, "iPhone X"),
        ("_609d080e-6db2-4027-8fc0-a65e48409c04_2020-5-6_10-19-42", (598, 544), 0, -0.993, "iPhone X"),
        ("_3ca56320-5344-42e7-8a43-6463de5aeaeb_2020-5-6_11-32-37", (602, 834), 0, +0.938, "iPhone X"),
        ("92cab597-1c55-4f1b-b58e-fe13beec1641", (598, 596), 0, +0.741, ""),
        ("5ed5-40b8-bb35-ce5975677185_2020-12-1_11-17-39", (600, 990), 2, -1.0, ""),
    ],
)
def test_static_balance_test_levels(stem, samples, axis, gravity_g, model):
    parts = read_all(f"dispel_sbt/{stem}.json")
    assert [part.part for part in parts] == ["1 sbt", "2 utt"]
    assert tuple(part.time_s.size for part in parts) == samples
    stance = parts[0]
    assert stance.platform == "ios"
    assert stance.device_model == model
    assert stance.sensors["acceleration"].rate_hz == pytest.approx(20.0, abs=0.2)
    assert stance.sensors["acceleration"].sign == -1
    assert stance.acc_mps2[0, axis] == pytest.approx(-gravity_g * G, abs=0.08 * G)
    assert all(part.gyr_radps is not None for part in parts)


def test_static_balance_test_keeps_the_wall_time_and_names_what_must_not_be_kept():
    stance, _ = read_all("dispel_sbt/example.json")
    zone = timezone(timedelta(hours=2))
    assert stance.started == datetime(2020, 7, 16, 17, 26, 56, 132000, tzinfo=zone)
    assert stance.started.utcoffset() == timedelta(hours=2)
    assert {name.rpartition(": ")[2] for name in stance.dropped_columns} >= {"uuid", "userId"}


def test_the_truncated_file_of_another_provider_is_refused():
    with pytest.raises(UnknownFormatError):
        read_all("dispel_sbt/bdh_bug-sbt_utt.json")


def test_phyphox_static_minute_on_an_iphone():
    (recording,) = read_all("phyphox/ios_custom_static60s")
    assert (recording.source, recording.platform, recording.device_model) == ("phyphox", "ios", "iPhone18,3")
    assert recording.time_s.size == 6039
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(99.87, abs=0.02)
    assert recording.sensors["acceleration"].sign == +1
    assert recording.acc_mps2[:, 2].mean() == pytest.approx(9.77, abs=0.02)
    assert recording.gyr_radps is not None
    start = datetime(2026, 2, 10, 14, 44, 26, 828000, tzinfo=timezone(timedelta(hours=1)))
    assert recording.started - start == pytest.approx(timedelta(seconds=0.0026), abs=timedelta(seconds=0.001))
    assert recording.issues == ()


def test_phyphox_zip_with_the_wrong_ending_and_a_non_ascii_name():
    (recording,) = read_all("phyphox/ios_zip_named_csv_Aceleração.CSV")
    assert (recording.source, recording.platform) == ("phyphox", "ios")
    assert recording.time_s.size == 2314
    assert recording.gyr_radps is None
    assert recording.acc_mps2[0] == pytest.approx([0.0355, 0.1515, 9.7458], abs=1e-3)


def test_phyphox_android_with_gyroscope_five_milliseconds_late():
    (recording,) = read_all(
        "phyphox/android_multi_v3/Accelerometer.csv", "phyphox/android_multi_v3/Gyroscope.csv"
    )
    assert recording.time_s.size == 5575
    assert recording.gyr_radps is not None
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(99.5, abs=0.1)


def test_two_dialects_of_one_recording_read_the_same_numbers():
    (semicolon,) = read_all("derived_variants/DERIVED_phyphox_semicolon_decimalcomma_Accelerometer.csv")
    (utf16,) = read_all("derived_variants/DERIVED_utf16le_bom_tab_Accelerometer.csv")
    assert semicolon.source == utf16.source == "phyphox"
    assert semicolon.acc_mps2[0] == pytest.approx([8.981921997, -2.531385956, 1.559606781], abs=1e-9)
    assert semicolon.sensors["acceleration"].rate_hz == pytest.approx(1 / 0.0201085, rel=1e-3)
    np.testing.assert_array_equal(semicolon.acc_mps2, utf16.acc_mps2)
    np.testing.assert_array_equal(semicolon.time_s, utf16.time_s)


@pytest.mark.parametrize(
    "name",
    [
        "phyphox/android_tab_2_1szabadeses150cm1.csv",
        "phyphox/resaved_excel_lowprecision_run.csv",
        "derived_variants/DERIVED_truncated_lastline_Gyroscope.csv",
    ],
)
def test_phyphox_without_gravity_is_refused_and_told_how(name):
    with pytest.raises(UnitError, match=r"with g"):
        read_all(name)


def test_sensor_logger_android_zip():
    (recording,) = read_all("sensor_logger/android_1.26_2023-11-24_07-25-54.zip")
    assert (recording.source, recording.platform, recording.device_model) == (
        "sensor_logger",
        "android",
        "SM-N986B",
    )
    assert recording.time_s.size == 725
    assert recording.acc_mps2[0] == pytest.approx([-0.3974374830722809, 4.37420654296875, 8.770259857177734])
    assert recording.started == datetime(2023, 11, 24, 7, 25, 55, 62863, tzinfo=UTC)
    assert recording.started.utcoffset() == timedelta(hours=3)
    assert recording.dropped_columns == ("Metadata.csv: device id",)


def test_sensor_logger_ios_zip_rebuilds_the_raw_accelerometer():
    path = PHONE / "sensor_logger/ios_1.10_2022-09-09_13-14-55.zip"
    (recording,) = read(path)
    assert (recording.platform, recording.device_model) == ("ios", "iPhone 12 mini")
    sensor = recording.sensors["acceleration"]
    assert sensor.sign == -1
    assert sensor.rate_hz == pytest.approx(100.43, abs=0.02)
    files = collect(path)[0].files
    uncalibrated = {name: files[name] for name in ("AccelerometerUncalibrated.csv", "Metadata.csv")}
    raw = _parse(uncalibrated)
    assert raw.sensors["acceleration"].unit == "g"
    late_s = (recording.started - raw.started).total_seconds()
    inside = recording.time_s + late_s < raw.time_s[-1]
    shifted = [np.interp(recording.time_s[inside] + late_s, raw.time_s, axis) for axis in raw.acc_mps2.T]
    difference = recording.acc_mps2[inside] - np.column_stack(shifted)
    assert np.sqrt((difference**2).mean()) < 0.05 * recording.acc_mps2[inside].std()


def _parse(files):
    from surefoot.sources import parse

    return parse(files)[0]


def test_sensor_logger_json_drops_the_stale_row():
    (recording,) = read_all("sensor_logger/json_export_2022-06-14_03-15-05.json")
    assert (recording.platform, recording.device_model) == ("ios", "iPhone 12 Pro Max")
    assert recording.time_s.size == 79
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(9.96, abs=0.02)
    assert recording.gyr_radps is not None
    assert "sensor_logger" == recording.source


def test_sensor_logger_reads_columns_by_name_and_refuses_a_dead_axis():
    path = "sensor_logger/android_1.47_standing_Standing_1-2025-10-23_11-54-08.zip"
    with pytest.raises(UnitError, match=r"median \|a\| 7\.3"):
        read_all(path)


def test_sensor_logger_tables_without_gravity_are_refused():
    with pytest.raises(UnitError, match="Gravity"):
        read_all("sensor_logger/2025_Accelerometer.csv", "sensor_logger/2025_Gyroscope.csv")


def test_decimals_destroyed_by_a_spreadsheet_are_refused_before_asking_for_times():
    with pytest.raises(UnitError, match=r"median \|a\| 9\d\.\d"):
        read_all("nasty/excel_locale_mangled_decimals_example_lower_back_acc.csv")


def test_a_table_without_header_asks_for_a_mapping_and_takes_it(tmp_path):
    path = PHONE / "generic/headerless_ms_Accelerometer.csv"
    with pytest.raises(SourceError, match=r"column 1, column 2.*mapping"):
        read(path)
    mapping = tmp_path / "columns.toml"
    columns = "\n".join(f'{axis} = "column {place}"' for place, axis in enumerate("xyz", start=2))
    mapping.write_text(f'time = "column 1"\ntime_unit = "ms"\nsign = 1\n{columns}\n')
    (recording,) = read(path, mapping=mapping)
    assert recording.source == "generic_csv"
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(100.0, abs=10.0)
    assert recording.time_s.size == 3781 - 265
    # 10.0 at rest, and no word on its unit.
    assert codes(recording) == {"rows_dropped", "unit_assumed"}


def test_metabase_is_guessed_with_its_slow_rate():
    (path,) = (PHONE / "mbientlab_metabase").glob("*Accelerometer*.csv")
    (recording,) = read(path)
    assert recording.sensors["acceleration"].unit == "g"
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(12.5, abs=0.1)


def test_physics_toolbox_reads_with_a_mapping_and_its_held_gyroscope(tmp_path):
    mapping = tmp_path / "columns.toml"
    names = {"x": "gFx", "y": "gFy", "z": "gFz", "gyro_x": "wx", "gyro_y": "wy", "gyro_z": "wz"}
    lines = [f'{key} = "{column}"' for key, column in names.items()]
    mapping.write_text('time = "time"\nsign = 1\ngyro_unit = "rad/s"\n' + "\n".join(lines))
    original = read(PHONE / "physics_toolbox/multirecord_blankline_INPUT_N.csv", mapping=mapping)[0]
    european = read(PHONE / "derived_variants/DERIVED_physics_toolbox_eu_unicode_minus.csv", mapping=mapping)[
        0
    ]
    assert original.sensors["acceleration"].rate_hz == pytest.approx(14.6, abs=1.0)
    assert original.sensors["gyroscope"].rate_hz == pytest.approx(14.6, abs=1.0)
    np.testing.assert_allclose(european.acc_mps2, original.acc_mps2)


def test_pauses_split_a_real_recording(tmp_path):
    """The real meta/time.csv with six START/PAUSE pairs, and samples all along its experiment clock."""
    (still,) = read_all("phyphox/ios_custom_static60s")
    time_s = np.arange(0, 542, 0.05)
    stretched = type(still)(time_s, np.resize(still.acc_mps2, (time_s.size, 3)))
    files = write_phyphox(stretched) | {
        f"meta/{name}": (PHONE / "phyphox/ios_multi_pause_meta" / name).read_bytes()
        for name in ("time.csv", "device.csv")
    }
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    parts = read(tmp_path)
    assert [part.part for part in parts] == ["1", "2", "3", "4", "5", "6"]
    assert [part.duration_s for part in parts] == pytest.approx(
        [332.93, 1.72, 6.56, 149.22, 26.46, 25.15], abs=0.1
    )
    assert parts[1].started - parts[0].started == pytest.approx(
        timedelta(minutes=47, seconds=9), abs=timedelta(seconds=1)
    )
    assert {part.device_model for part in parts} == {"iPhone12,1"}
