"""phyphox, Sensor Logger, ResearchKit, the static balance test: what only their files can show."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import numpy as np
import pytest

from exports import codes, short_stance
from surefoot.assessment import assess
from surefoot.errors import UnitError, UnreadableFileError
from surefoot.metrics import load_metrics
from surefoot.model import Recording, Setup
from surefoot.preparation import prepare
from surefoot.simulate import board, stance
from surefoot.sources import discover, parse
from surefoot.sources.formats import phyphox
from writers import researchkit, sensor_logger, static_balance_test

G = 9.80665
STARTED = datetime(2026, 3, 2, 8, 30, tzinfo=timezone(timedelta(hours=1)))


standing = partial(short_stance, platform="ios", started=STARTED)


@pytest.mark.parametrize(
    ("delimiter", "decimal"), [(",", "."), ("\t", "."), (";", "."), ("\t", ","), (";", ",")]
)
def test_phyphox_in_its_five_dialects(delimiter, decimal):
    files = {}
    for name, data in phyphox.write(standing()).items():
        text = data.decode().replace(",", delimiter)
        head, _, body = text.partition("\n")
        files[name] = f"{head}\n{body.replace('.', decimal)}".encode()
    (recording,) = parse(files)
    (plain,) = parse(phyphox.write(standing()))
    np.testing.assert_array_equal(recording.acc_mps2, plain.acc_mps2)
    np.testing.assert_array_equal(recording.gyr_radps, plain.gyr_radps)
    assert abs(recording.started - STARTED) < timedelta(milliseconds=1)
    assert recording.started.utcoffset() == timedelta(hours=1)


def test_phyphox_pauses_make_parts_with_their_own_wall_times():
    files = phyphox.write(standing(seconds=20))
    rows = [("START", 0.0, 1000.0), ("PAUSE", 8.0, 1008.0), ("START", 8.0, 4000.0), ("PAUSE", 20.0, 4012.0)]
    lines = [
        f'"{event}",{second:.9E},{wall:.9E},"2026-03-02 08:30:00.000 UTC+01:00"'
        for event, second, wall in rows
    ]
    files["meta/time.csv"] = "\n".join(
        ['"event","experiment time","system time","system time text"', *lines]
    ).encode()
    first, second = parse(files)
    assert (first.part, second.part) == ("1", "2")
    assert (first.time_s.size, second.time_s.size) == (800, 1200)
    assert second.started - first.started == timedelta(seconds=3000)
    assert second.time_s[0] == 0


def test_phyphox_custom_experiments_tell_the_sensor_by_the_file():
    files = {
        name: data.replace(b"Acceleration ", b"").replace(b"Gyroscope ", b"")
        for name, data in phyphox.write(standing()).items()
    }
    (recording,) = parse(files)
    assert recording.gyr_radps is not None
    files["Linear Accelerometer.csv"] = files.pop("Accelerometer.csv")
    with pytest.raises(UnitError, match="gravity removed"):
        parse(files)


def test_phyphox_linear_plus_gravity_is_enough():
    recording = standing()
    files = phyphox.write(recording)
    gravity = Recording(recording.time_s, np.broadcast_to([0.0, 9.7, 1.2], (500, 3)))
    linear = Recording(recording.time_s, recording.acc_mps2 - gravity.acc_mps2)
    tables = {
        kind: phyphox.write(part)["Accelerometer.csv"]
        for kind, part in (("Linear", linear), ("Gravity", gravity))
    }
    files["Accelerometer.csv"] = tables["Linear"].replace(b"Acceleration", b"Linear Acceleration")
    files["Gravity.csv"] = tables["Gravity"].replace(b"Acceleration", b"Gravity")
    (read,) = parse(files)
    np.testing.assert_allclose(read.acc_mps2, recording.acc_mps2, atol=1e-7)


def test_phyphox_unitless_custom_tables_need_their_quotes():
    rows = "".join(f"{n / 100:.9E},1E-1,2E-1,9.8E0\n" for n in range(100))
    (recording,) = parse({"Accelerometer.csv": ('"t","x","y","z"\n' + rows).encode()})
    assert recording.source == "phyphox"
    (bare,) = parse({"Accelerometer.csv": ("t,x,y,z\n" + rows).encode()})
    assert bare.source == "generic_csv"
    assert "sign_assumed" in codes(bare)


def test_phyphox_samples_clamped_to_the_start_leave_only_the_last():
    table = phyphox.write(standing())["Accelerometer.csv"].decode().split("\n")
    clamped = [f"0.000000000E0,{n}.0E-1,9.7E0,1.2E0" for n in (3, 4)]
    (recording,) = parse({"Accelerometer.csv": "\n".join([table[0], *clamped, *table[1:]]).encode()})
    assert recording.time_s.size == 500


def test_sensor_logger_columns_in_any_order():
    files = sensor_logger.write(standing(platform="android"))
    lines = [line.split(",") for line in files["TotalAcceleration.csv"].decode().splitlines()]
    files["TotalAcceleration.csv"] = "\n".join(
        ",".join(row[i] for i in (0, 1, 3, 2, 4)) for row in lines
    ).encode()
    (recording,) = parse(files)
    np.testing.assert_allclose(recording.acc_mps2, standing().acc_mps2)


def test_sensor_logger_standardised_ios_is_not_turned_around():
    files = sensor_logger.write(standing(platform="ios"))
    files["Metadata.csv"] = files["Metadata.csv"].replace(b",false", b",true")
    (recording,) = parse(files)
    assert recording.sensors["acceleration"].sign == +1
    assert recording.acc_mps2[:, 1].mean() == pytest.approx(-9.7, abs=0.1)


def test_sensor_logger_without_metadata_takes_the_sign_of_ios_and_says_so():
    written = standing(platform="ios")
    files = sensor_logger.write(written)
    del files["Metadata.csv"]
    (recording,) = parse(files)
    assert codes(recording) == {"sign_unknown"}
    np.testing.assert_allclose(recording.acc_mps2, written.acc_mps2)


def test_what_an_unknown_direction_turns_round_is_withheld_and_nothing_else():
    """All other numbers are the same whichever way the acceleration points."""
    shown, _ = stance(seed=3)
    setup = Setup(person="p01", test="single-leg", leg="left", eyes="open", placement="lumbar")
    files = sensor_logger.write(replace(shown, platform="ios"))
    (told,) = parse(files)
    del files["Metadata.csv"]
    (untold,) = parse(files)
    turned = replace(untold, acc_mps2=-untold.acc_mps2)
    known, values, of_turned = (assess(prepare(each, setup)).values for each in (told, untold, turned))
    assert known.keys() - values.keys() == {"ellipse_angle_deg"}
    assert values == pytest.approx({key: known[key] for key in values})
    assert values == pytest.approx(dict(of_turned))


def test_on_a_board_only_what_tells_a_direction_turns_round_with_the_acceleration():
    shown = replace(board(seed=4)[0], gyr_radps=None)
    setup = Setup(person="p01", test="wobble-board", surface="board", placement="board", board="dome")
    one, other = (
        assess(prepare(replace(shown, acc_mps2=sign * shown.acc_mps2), setup)).values for sign in (1, -1)
    )
    turned = {key for key, value in one.items() if other[key] != pytest.approx(value, rel=5e-3)}
    directed = {key for key, metric in load_metrics().items() if metric.tells_direction}
    assert turned <= directed
    assert {"board_mean_ap_deg", "board_forward_left_pct"} <= turned


def test_sensor_logger_takes_the_uncalibrated_gyroscope_where_there_is_no_other():
    written = standing(platform="android")
    files = sensor_logger.write(written)
    files["GyroscopeUncalibrated.csv"] = files.pop("Gyroscope.csv")
    for silent in (b"", b"time,seconds_elapsed,z,y,x\n"):
        (recording,) = parse(files | {"Gyroscope.csv": silent})
        assert recording.sensors["gyroscope"].unit == "rad/s"
        np.testing.assert_allclose(recording.gyr_radps, written.gyr_radps)


@pytest.mark.parametrize(
    "header", ["time,seconds_elapsed,text,millisecond_press_duration", "seconds_elapsed,text"]
)
def test_a_note_made_while_recording_is_told_with_its_time(header):
    row = {"time": "1", "seconds_elapsed": "2.5", "text": '"pain 6 of 10, stopped."'}
    row["millisecond_press_duration"] = "150"
    files = sensor_logger.write(standing(platform="android"))
    files["Annotation.csv"] = f"{header}\n{','.join(row[name] for name in header.split(','))}\n".encode()
    (recording,) = parse(files)
    assert [issue.what for issue in recording.issues] == ["Note at 2.5 s: pain 6 of 10, stopped."]


def test_a_note_over_several_lines_and_one_that_a_spreadsheet_saved_again_are_whole():
    files = sensor_logger.write(standing(platform="android"))
    rows = '1;1,5;"left; then\nright";3\n2;2,5;;3\n'
    files["Annotation.csv"] = f"time;seconds_elapsed;text;millisecond_press_duration\n{rows}".encode(
        "utf-8-sig"
    )
    (recording,) = parse(files)
    assert [i.what for i in recording.issues] == [
        "Note at 1.5 s: left; then right.",
        "Note at 2.5 s: a mark.",
    ]
    files["Annotation.csv"] = b'time,seconds_elapsed,text\n1,1.0,"' + 200_000 * b"x"
    with pytest.raises(UnreadableFileError, match=r"Annotation\.csv"):
        parse(files)


def test_a_note_counts_from_the_recordings_own_start():
    lines = [f"{1700810754 * 10**9 + n * 10**7},{0.3 + n / 100:.2f},9.8,0.1,0.2" for n in range(100)]
    files = {
        "TotalAcceleration.csv": ("time,seconds_elapsed,z,y,x\n" + "\n".join(lines)).encode(),
        "Annotation.csv": b"time,seconds_elapsed,text\n1700810755000000000,0.8,\n",
    }
    (recording,) = parse(files)
    assert [issue.what for issue in recording.issues] == ["Note at 0.5 s: a mark."]


def test_sensor_logger_without_metadata_knows_android_by_its_total_acceleration():
    files = {
        name: data
        for name, data in sensor_logger.write(standing(platform="android")).items()
        if name != "Metadata.csv"
    }
    (recording,) = parse(files)
    assert recording.platform == "android"
    assert recording.sensors["acceleration"].sign == +1


@pytest.mark.parametrize(("scale", "sign", "unit"), [(-1 / G, -1, "g"), (1.0, +1, "m/s2")])
def test_sensor_logger_uncalibrated_tells_the_platform_by_its_unit(scale, sign, unit):
    recording = standing(platform="android")
    table = sensor_logger.write(Recording(recording.time_s, recording.acc_mps2 * scale))[
        "TotalAcceleration.csv"
    ]
    (read,) = parse({"AccelerometerUncalibrated.csv": table})
    assert (read.sensors["acceleration"].sign, read.sensors["acceleration"].unit) == (sign, unit)
    np.testing.assert_allclose(read.acc_mps2, recording.acc_mps2, rtol=1e-9)


def test_sensor_logger_zone_is_the_phones():
    files = sensor_logger.write(standing(platform="android"))
    files["Metadata.csv"] = files["Metadata.csv"].replace(b",UTC,", b",Asia/Tokyo,")
    (recording,) = parse(files)
    assert recording.started == STARTED
    assert recording.started.utcoffset() == timedelta(hours=9)


def test_sensor_logger_nanoseconds_are_not_rounded():
    lines = [f"{1700810754000000001 + n * 10_000_003},{n / 100},9.8,0.1,0.2" for n in range(100)]
    (recording,) = parse(
        {"TotalAcceleration.csv": ("time,seconds_elapsed,z,y,x\n" + "\n".join(lines)).encode()}
    )
    np.testing.assert_allclose(np.diff(recording.time_s), 0.010000003, rtol=1e-9)


def test_sensor_logger_json_has_strings_and_stale_rows():
    recording = standing()
    records = [{"sensor": "Metadata", "platform": "android", "device name": "Pixel", "device id": "x"}]
    stale = {
        "sensor": "TotalAcceleration",
        "time": "1600000000000000000",
        "seconds_elapsed": "-328883",
        "x": "0",
        "y": "0",
        "z": "0",
    }
    records.append(stale)
    for second, (x, y, z) in zip(recording.time_s.tolist(), recording.acc_mps2.tolist(), strict=True):
        stamp = 1_700_000_000_000_000_000 + round(second * 1e9)
        values = {"time": stamp, "seconds_elapsed": second, "x": x, "y": y, "z": z}
        records.append({"sensor": "TotalAcceleration", **{key: str(value) for key, value in values.items()}})
    (read,) = parse({"export.json": json.dumps(records).encode()})
    np.testing.assert_allclose(read.acc_mps2, recording.acc_mps2)
    assert read.started == datetime.fromtimestamp(1_700_000_000, UTC)
    assert read.dropped_columns == ("export.json: device id",)


def test_researchkit_drops_the_placeholder_only():
    files = researchkit.write(standing())
    rows = json.loads(files["deviceMotion.json"])
    (with_placeholder,) = parse(files)
    (without,) = parse({"deviceMotion.json": json.dumps(rows[1:]).encode()})
    np.testing.assert_array_equal(with_placeholder.acc_mps2, without.acc_mps2)
    assert "rows_dropped" in codes(with_placeholder)
    assert codes(without) == {"not_read"}


def test_researchkit_names_the_parts_of_several_lists():
    data = researchkit.write(standing())["deviceMotion.json"]
    assert [part.part for part in parse({"left.json": data, "right.json": data})] == ["left", "right"]


def test_static_balance_levels_are_parts_and_other_platforms_are_flagged():
    recording = standing(rate_hz=50.0)
    document = json.loads(static_balance_test.write(recording)["static_balance_test.json"])
    level = document["mobileEvaluationTest"]["levels"][0]
    turn = json.loads(json.dumps(level).replace('"sbt"', '"utt"'))
    document["mobileEvaluationTest"]["levels"] = [level, turn]
    document["mobileDevice"]["platform"] = "Android"
    parts = parse({"a.json": json.dumps(document).encode()})
    assert [part.part for part in parts] == ["1 sbt", "2 utt"]
    assert all("sign_assumed" in codes(part) for part in parts)


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2]",
        "[{}]",
        '{"mobileEvaluationTest": 3}',
        '{"mobileDevice": {}, "mobileEvaluationTest": {"levels": []}}',
    ],
)
@pytest.mark.parametrize("key", ["researchkit", "static_balance_test"])
def test_json_of_the_wrong_shape_is_refused(key, text):
    with pytest.raises(UnreadableFileError):
        discover()[key].parse({"a.json": text.encode()})
