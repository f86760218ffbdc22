"""Which files on disk make one export, and how one call reads them."""

import json
import os

import numpy as np
import pytest

from exports import zipped
from surefoot.errors import AmbiguousFormatError, SurefootError, UnknownFormatError, UnreadableFileError
from surefoot.model import Recording
from surefoot.sources import collect, identify, parse, read
from surefoot.sources.formats.phyphox import write as write_phyphox
from writers import airpods, apple_watch, motion_bids, sensor_logger, x_io
from writers.sensor_logger import write as write_sensor_logger


def still(samples=300):
    time_s = np.arange(samples) / 100
    acc = np.column_stack([0.1 * np.sin(time_s), 0.1 * np.cos(time_s), 9.8 + 0 * time_s])
    return Recording(time_s, acc, 0.01 + 0.1 * acc, platform="android")


def place(folder, files, prefix=""):
    for name, data in files.items():
        path = folder / (prefix + name if "/" not in name else name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_a_zip_is_an_export_whatever_it_is_called(tmp_path):
    path = tmp_path / "medición.CSV"
    path.write_bytes(zipped(write_phyphox(still())))
    (export,) = collect(path)
    assert export.name == "medición.CSV"
    assert "Gyroscope.csv" in export.files


def test_a_folder_of_one_app_is_one_export(tmp_path):
    place(tmp_path, write_phyphox(still()))
    (export,) = collect(tmp_path)
    assert export.name == tmp_path.name
    assert sorted(export.files) == ["Accelerometer.csv", "Gyroscope.csv", "meta/device.csv"]


def test_loose_tables_with_one_prefix_are_one_export(tmp_path):
    place(tmp_path, write_sensor_logger(still()), prefix="2025_")
    paths = sorted(tmp_path.glob("2025_*.csv"))
    (export,) = collect(paths)
    assert len(export.files) == len(paths)
    assert read(paths)[0].gyr_radps is not None


def test_different_prefixes_are_different_exports(tmp_path):
    place(tmp_path, write_sensor_logger(still()), prefix="left_")
    place(tmp_path, write_sensor_logger(still(200)), prefix="right_")
    exports = collect(tmp_path)
    assert sorted(next(iter(export.files)).partition("_")[0] for export in exports) == ["left", "right"]
    assert sorted(part.time_s.size for part in read(tmp_path)) == [200, 300]


@pytest.mark.parametrize("prefix", ["", "2026_"])
@pytest.mark.parametrize("source", [sensor_logger, apple_watch, airpods])
def test_what_an_app_writes_beside_motion_belongs_to_the_recording(tmp_path, source, prefix):
    columns = {"HeartRate": "bpm", "WatchBarometer": "relativeAltitude,pressure", "SomeNewSensor": "ppm"}
    others = {
        f"{name}.csv": f"time,seconds_elapsed,{names}\n1686204647756043500,5.9,60\n1686204652756043500,9,61\n"
        for name, names in columns.items()
    }
    written = source.write(still())
    metadata = {"Metadata.csv": write_sensor_logger(still())["Metadata.csv"]}
    files = metadata | written | {name: text.encode() for name, text in others.items()}
    place(tmp_path, files, prefix)
    (export,) = collect(tmp_path)
    (recording,) = read(tmp_path)
    assert len(export.files) == sum(map(bool, files.values()))
    np.testing.assert_allclose(recording.acc_mps2, parse(metadata | written)[0].acc_mps2)
    unread = next(issue.what for issue in recording.issues if issue.code == "not_read")
    assert all(name in unread for name in others)


def test_a_folder_of_an_ngimu_is_one_recording(tmp_path):
    place(tmp_path, x_io.write(still()))
    for name in ("battery", "humidity", "quaternion", "temperature"):
        (tmp_path / f"{name}.csv").write_text("Time (s),A (%),B (s)\n0.1,99.9,12\n0.2,99.9,12\n")
    (tmp_path / "Settings.txt").write_text("Device Name: NGIMU-Blue\n")
    (tmp_path / "Device.xml").write_text("<Device>NGIMU-Blue</Device>\n")
    (recording,) = read(tmp_path)
    assert recording.source == "x_io"
    assert [issue.code for issue in recording.issues] == ["not_read"]


def test_a_second_take_with_the_same_columns_is_no_companion(tmp_path):
    place(tmp_path, write_sensor_logger(still()))
    (tmp_path / "right leg.csv").write_bytes((tmp_path / "TotalAcceleration.csv").read_bytes())
    assert [len(export.paths) for export in collect(tmp_path)] == [3, 1]


def test_a_subfolder_that_may_not_be_read_is_not_passed_over(tmp_path, monkeypatch):
    place(tmp_path, write_phyphox(still()), "monday/")
    (tmp_path / "tuesday").mkdir()
    list_folder = os.scandir

    def deny(path):
        if os.fspath(path).endswith("tuesday"):
            raise PermissionError(13, "Permission denied", path)
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", deny)
    with pytest.raises(PermissionError, match="tuesday"):
        collect(tmp_path)


def test_a_folder_of_zips_and_subfolders_holds_one_export_each(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped(write_phyphox(still())))
    (tmp_path / "b.zip").write_bytes(zipped(write_sensor_logger(still())))
    place(tmp_path / "c", write_phyphox(still()))
    (tmp_path / "README.md").write_text("about these files")
    (tmp_path / ".hidden").write_text("x")
    assert [export.name for export in collect(tmp_path)] == ["a.zip", "b.zip", "c"]


def test_one_file_alone_stays_alone(tmp_path):
    place(tmp_path, write_phyphox(still()))
    (export,) = collect(tmp_path / "Accelerometer.csv")
    assert list(export.files) == ["Accelerometer.csv"]


def test_media_are_listed_but_not_read(tmp_path):
    place(tmp_path, write_sensor_logger(still()) | {"Microphone.mp4": b"loud"})
    (export,) = collect(tmp_path)
    assert export.files["Microphone.mp4"] == b""
    assert "Microphone.mp4" in read(tmp_path)[0].dropped_columns


def test_missing_and_empty_paths_are_refused(tmp_path):
    (tmp_path / "empty.csv").touch()
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "absent.csv", tmp_path / "empty.csv", tmp_path / "folder"):
        with pytest.raises(UnreadableFileError) as caught:
            collect(path)
        assert all(caught.value.to_dict().values())


def test_an_unknown_source_is_refused_with_the_known_ones():
    with pytest.raises(UnknownFormatError, match="phyphox"):
        identify({}, "fitbit")


def test_two_apps_in_one_export_ask_which():
    files = write_phyphox(still()) | {f"x/{m}": data for m, data in write_sensor_logger(still()).items()}
    with pytest.raises(AmbiguousFormatError, match="source phyphox or source sensor_logger"):
        identify(files)
    assert parse(files, source="phyphox")[0].source == "phyphox"


def test_the_hash_ignores_the_column_mapping(tmp_path):
    table = "t,a,b,c\n" + "".join(f"{n / 100},0.1,0.2,9.8\n" for n in range(100))
    (tmp_path / "odd.csv").write_text(table)
    (tmp_path / "one.toml").write_text('time = "t"\nx = "a"\ny = "b"\nz = "c"\nsign = 1\n')
    (tmp_path / "two.toml").write_text('time = "t"\nx = "b"\ny = "a"\nz = "c"\nsign = 1\n')
    one, two = (read(tmp_path / "odd.csv", mapping=tmp_path / name)[0] for name in ("one.toml", "two.toml"))
    assert one.sha256 == two.sha256
    assert one.acc_mps2[0].tolist() == [0.1, 0.2, 9.8]
    assert two.acc_mps2[0].tolist() == [0.2, 0.1, 9.8]


def test_reading_one_bad_export_among_others_says_which(tmp_path):
    (tmp_path / "bad.csv").write_text("no numbers here")
    with pytest.raises(SurefootError, match=r"bad\.csv"):
        read(tmp_path)


def test_a_motion_bids_recording_is_its_three_files(tmp_path):
    place(tmp_path, motion_bids.write(still()))
    (tmp_path / "participants.tsv").write_text("participant_id\nsub-01\n")
    exports = {export.name: export for export in collect(tmp_path)}
    (export,) = [export for export in exports.values() if len(export.files) == 3]
    (recording,) = parse(export.files)
    assert recording.source == "motion_bids"
    assert recording.gyr_radps is not None


def bids(channels, columns, about):
    names = ("name", "component", "type", "tracked_point", "units")
    lines = ["\t".join(names), *("\t".join(channel) for channel in channels)]
    rows = ["\t".join(map(str, row)) for row in np.column_stack(columns).tolist()]
    stem = "sub-07_task-stand_tracksys-imu_"
    return {
        f"{stem}channels.tsv": "\n".join(lines).encode(),
        f"{stem}motion.tsv": "\n".join(rows).encode(),
        f"{stem}motion.json": json.dumps(about).encode(),
    }


def test_each_tracked_point_of_motion_bids_is_a_recording_in_its_own_unit():
    acc = still().acc_mps2
    points = (("Chest", "m/s^2", 1.0), ("LowerBack", "g", 1 / 9.80665))
    channels = [(f"{p}_{axis}", axis, "ACCEL", p, unit) for p, unit, _ in points for axis in "xyz"]
    files = bids(channels, [acc * scale for *_, scale in points], {"SamplingFrequency": 50})
    chest, back = parse(files)
    assert (chest.part, back.part) == ("Chest", "LowerBack")
    np.testing.assert_allclose(back.acc_mps2, chest.acc_mps2)
    assert back.sensors["acceleration"].rate_hz == pytest.approx(50)
    assert {issue.code for issue in back.issues} == {"rate_nominal", "sign_assumed"}


def test_motion_bids_that_does_not_fit_is_refused():
    channels = [(f"acc_{axis}", axis, "ACCEL", "Chest", "m/s^2") for axis in "xyz"]
    files = bids(channels, [still().acc_mps2], {"SamplingFrequency": 50})
    motion = next(name for name in files if name.endswith("motion.tsv"))
    for broken, why in (
        ({name: data for name, data in files.items() if name != motion}, "missing"),
        (files | {motion: b"x\ty\tz\n" + files[motion]}, "header"),
        (files | {motion: b"1\t2\n1\t2\n"}, "2 columns for 3"),
        (bids(channels, [still().acc_mps2], {"SamplingFrequency": 0}), "SamplingFrequency"),
    ):
        with pytest.raises(UnreadableFileError, match=why):
            parse(broken)
