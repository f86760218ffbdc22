"""Exports of IMU vendors: what only their files can show, beyond what every source must do."""

import json
import re
import struct
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from exports import codes, edited, find_gaps
from exports import short_stance as standing
from surefoot.errors import UnitError, UnreadableFileError
from surefoot.sources import parse, read
from writers import metabase, shimmer, st_ble_sensor, witmotion, witmotion_binary, xsens_dot, xsens_mt

G = 9.80665


def test_metabase_files_of_one_board_are_joined_though_they_start_apart(tmp_path):
    started = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    early = metabase.write(standing(started=started - timedelta(seconds=0.33)))
    for name, data in metabase.write(standing(4.0, started=started)).items():
        board = name if "Acc" in name else next(other for other in early if "Gyro" in other)
        content = data if "Acc" in name else early[board]
        sensor = name.split("_")[-3]
        (tmp_path / f"Standing_MetaWear_A_B_{sensor}_25.000Hz_1.4.4.csv").write_bytes(content)
    (recording,) = read(tmp_path)
    assert recording.gyr_radps is not None
    assert recording.started == started
    late = 0.02 * standing().acc_mps2[33]
    assert recording.gyr_radps[0] == pytest.approx(late, abs=2e-5)


def test_a_metabase_gyroscope_alone_asks_for_the_accelerometer():
    files = {name: data for name, data in metabase.write(standing()).items() if "Gyro" in name}
    with pytest.raises(UnitError, match="Accelerometer"):
        parse(files)


def test_metabase_gravity_alone_is_no_accelerometer():
    files = metabase.write(standing())
    renamed = {name.replace("Accelerometer", "Gravity"): data for name, data in files.items()}
    with pytest.raises(UnitError, match="Accelerometer"):
        parse(renamed)
    acc = next(name for name in files if "Accelerometer" in name)
    assert parse(files | renamed)[0].time_s.size == parse({acc: files[acc]})[0].time_s.size


def test_dot_count_of_a_pc_log_is_in_tenths_of_milliseconds():
    def to_pc_log(text):
        header, _, body = text.partition("PacketCounter,")[2].partition("\n")
        rows = [line.split(",") for line in body.splitlines()]
        kept = [[row[0], str(7000 + 100 * n), *row[2:]] for n, row in enumerate(rows)]
        return "PacketCounter," + header + "\n" + "\n".join(",".join(row) for row in kept) + "\n501\n502"

    (recording,) = parse(edited(xsens_dot.write(standing()), to_pc_log))
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(100.0)
    assert recording.time_s.size == 500
    assert recording.started is None


def test_packets_that_a_dot_lost_are_gaps():
    def lose(text):
        lines = text.splitlines()
        return "\n".join(lines[:200] + lines[240:]) + "\n"

    (recording,) = parse(edited(xsens_dot.write(standing()), lose))
    assert find_gaps(recording.time_s) == [pytest.approx((1.87, 2.28))]


def test_dot_free_acceleration_and_orientation_give_back_specific_force():
    """Against scipy's rotations: a sensor turning in the earth's frame."""
    rng = np.random.default_rng(5)
    time_s = np.arange(200) / 60
    turns = Rotation.from_rotvec(np.column_stack([0.2 * np.sin(time_s), 0.1 * time_s, 0.3 + 0 * time_s]))
    free = rng.normal(0, 0.05, (200, 3))
    expected = turns.inv().apply(free + [0, 0, G])
    names = [
        "PacketCounter",
        "SampleTimeFine",
        *(f"Quat_{p}" for p in "WXYZ"),
        *(f"FreeAcc_{a}" for a in "XYZ"),
    ]
    rows = zip(np.roll(turns.as_quat(), 1, axis=1).tolist(), free.tolist(), strict=True)
    lines = [",".join(map(str, [n, 16_667 * n, *q, *a])) for n, (q, a) in enumerate(rows)]
    (recording,) = parse({"a.csv": "\n".join([",".join(names), *lines]).encode()})
    np.testing.assert_allclose(recording.acc_mps2, expected, atol=1e-12)
    assert codes(recording) == {"acceleration_rebuilt"}
    with pytest.raises(UnitError, match="gravity removed"):
        parse({"a.csv": "\n".join([",".join(names), *lines]).replace("Quat", "Euler").encode()})


def test_mt_text_counts_packets_and_takes_sample_time_where_it_is():
    files = xsens_mt.write(standing())
    (recording,) = parse(files)
    assert codes(recording) == {"gyroscope_left_out", "not_read"}
    lost = edited(
        files, lambda text: "".join(text.splitlines(keepends=True)[:105] + text.splitlines(True)[150:])
    )
    assert len(find_gaps(parse(lost)[0].time_s)) == 1
    lines = next(iter(files.values())).decode().split("\r\n")
    fine = [line.replace("\t\t", f"\t{200 * n}\t") for n, line in enumerate(lines)]
    (slower,) = parse({"a.txt": "\r\n".join(fine).encode()})
    assert slower.sensors["acceleration"].rate_hz == pytest.approx(50.0)


def test_mt_text_without_times_or_with_free_acceleration_only_is_refused():
    files = xsens_mt.write(standing())
    with pytest.raises(UnreadableFileError, match="Update Rate"):
        parse(edited(files, lambda text: text.replace("// Update Rate: 100.0Hz\r\n", "")))
    with pytest.raises(UnitError, match="gravity removed"):
        parse(edited(files, lambda text: text.replace("Acc_", "FreeAcc_")))


def movesense_packets(stamps, *, key="IMU6", size=8):
    acc = [{"x": 0.1, "y": 0.2 + 0.001 * n, "z": 9.8} for n in range(size)]
    return {"Meas": {key: [{"ArrayAcc": acc, "ArrayGyro": acc, "Timestamp": stamp} for stamp in stamps]}}


def test_movesense_packets_are_spread_and_a_lost_one_is_a_gap():
    document = movesense_packets([80 * n for n in range(30) if n not in (11, 12)])
    (recording,) = parse({"log.json": json.dumps(document).encode()})
    assert recording.time_s.size == 28 * 8
    assert np.diff(recording.time_s[:88]) == pytest.approx(0.01)
    assert find_gaps(recording.time_s) == [pytest.approx((0.87, 1.04))]
    assert recording.issues == ()


def test_movesense_showcase_and_separate_sensors_read_alike():
    packets = movesense_packets([80 * n for n in range(30)])["Meas"]["IMU6"]
    parts = [
        {kind: {key: packet[key], "Timestamp": packet["Timestamp"]}}
        for packet in packets
        for kind, key in (("acc", "ArrayAcc"), ("gyro", "ArrayGyro"))
    ]
    (showcase,) = parse({"a.json": json.dumps({"data": parts}).encode()})
    (logbook,) = parse({"b.json": json.dumps({"Meas": {"IMU9": packets}}).encode()})
    stream = [{"MeasHR": {"average": 61}}, *({"MeasIMU6": packet} for packet in packets), {"note": "left"}]
    (samples,) = parse({"c.json": json.dumps({"Samples": stream}).encode()})
    for other in (showcase, samples):
        np.testing.assert_array_equal(other.time_s, logbook.time_s)
        np.testing.assert_array_equal(other.acc_mps2, logbook.acc_mps2)
        np.testing.assert_array_equal(other.gyr_radps, logbook.gyr_radps)


def test_movesense_gyroscope_alone_is_refused():
    document = {"Meas": {"Gyro": [{"ArrayGyro": [{"x": 1, "y": 2, "z": 3}], "Timestamp": 1}]}}
    with pytest.raises(UnitError, match="IMU6"):
        parse({"a.json": json.dumps(document).encode()})


def test_shimmer_takes_the_wide_range_accelerometer_where_there_is_no_other():
    (low_noise,) = parse(shimmer.write(standing()))
    (wide,) = parse(edited(shimmer.write(standing()), lambda text: text.replace("Accel_LN", "Accel_WR")))
    np.testing.assert_array_equal(wide.acc_mps2, low_noise.acc_mps2)
    with pytest.raises(UnitError, match="calibrated"):
        parse(edited(shimmer.write(standing()), lambda text: text.replace("_CAL", "_RAW")))


def test_shimmer_separated_by_tabs():
    files = edited(shimmer.write(standing()), lambda text: text.replace("sep=;", "sep=\t").replace(";", "\t"))
    (recording,) = parse(files)
    assert recording.source == "shimmer"
    assert recording.time_s.size == 500


def test_st_boards_clock_is_read_though_it_wraps_and_the_phones_where_it_lies():
    files = st_ble_sensor.write(standing(600.0, 20.0))
    del files["20260302_083000_Gyroscope.csv"]
    (recording,) = parse(files)
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(20.0, rel=1e-4)
    assert recording.issues == ()
    stopped = edited(files, lambda text: re.sub(r"AM1V310,\d+", "AM1V310,7", text))
    (recording,) = parse(stopped)
    assert codes(recording) == {"host_clock"}
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(20.0, rel=1e-4)


SPELLINGS = {
    "PC program": ("ChipTime", "a{}(g)", "w{}(deg/s)", "2026-03-02 08:30:{:02d}.{:03d}"),
    "old app": ("time", "Acc{}(g)", "As{}(°/s)", "8:30:{:d}.{:03d}"),
    "new app": ("Time", "Acceleration {}(g)", "Angular velocity {}(°/s)", "2026-3-2 8:30:{:d}:{:03d}"),
    "Chinese": ("时间", "加速度{}(g)", "角速度{}(°/s)", "2026/3/2 8:30:{:d}.{:03d}"),
}


def witmotion_text(spelling, *, devices=("WT901",), encoding="utf-8"):
    time, acc, gyr, clock = SPELLINGS[spelling]
    names = [time, "设备名称" if spelling == "Chinese" else "DeviceName"]
    names += [pattern.format(axis) for pattern in (acc, gyr) for axis in "XYZ"]
    rows = []
    for n in range(300):
        for place, device in enumerate(devices):
            values = [0.01 * np.sin(n / 20), 0.02, 0.98 + 0.01 * place, 1.5 * np.sin(n / 9), 0.5, 0.25]
            stamp = clock.format(*divmod(10 * n, 1000))
            rows.append("\t".join([stamp, device, *(f"{value:.4f}" for value in values)]))
    return {"data.txt": "\r\n".join(["\t".join(names), *rows]).encode(encoding)}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_witmotion_in_its_four_spellings(spelling):
    (recording,) = parse(witmotion_text(spelling))
    assert recording.source == "witmotion"
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(100.0)
    assert recording.acc_mps2[:, 2].mean() == pytest.approx(0.98 * G)
    assert recording.gyr_radps[:, 1] == pytest.approx(np.radians(0.5))


def test_witmotion_in_gbk_with_decimal_commas():
    plain = witmotion_text("Chinese", encoding="gbk")
    commas = {"data.txt": plain["data.txt"].replace(b".", b",")}
    (expected,), (recording,) = parse(plain), parse(commas)
    np.testing.assert_array_equal(recording.acc_mps2, expected.acc_mps2)
    np.testing.assert_array_equal(recording.time_s, expected.time_s)


def test_witmotion_sensors_in_one_file_are_recordings_of_their_own():
    parts = parse(witmotion_text("new app", devices=("WT901(aa:bb:cc:00:11:22)", "WT902")))
    assert [part.part for part in parts] == ["1", "2"]
    assert [part.time_s.size for part in parts] == [300, 300]
    assert parts[1].acc_mps2[:, 2].mean() == pytest.approx(0.99 * G)


def test_witmotion_whose_chip_has_no_time_takes_the_logs_seconds():
    def stopped(text):
        lines = text.splitlines()
        still = "2000-01-01 00:00:00.000"
        rows = [re.sub(r"^[^\t]*", f"{n / 50:.3f}\t{still}", row) for n, row in enumerate(lines[2:])]
        return "\n".join(["Time(s)\t" + lines[1], *rows])

    (recording,) = parse(edited(witmotion.write(standing()), stopped))
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(50.0)
    with pytest.raises(UnreadableFileError, match="no times"):
        parse(edited(witmotion.write(standing()), lambda text: re.sub(r"\d+:\d+:\d+\.\d+", "-", text)))


def whole_frames(recording, *, dated=True):
    """The frames 0x61 of a Bluetooth 5 sensor, built by the vendor's manual: 9 words, then the date."""
    frames = []
    for time_s, acc, gyr in zip(recording.time_s, recording.acc_mps2, recording.gyr_radps, strict=True):
        words = [*(acc / G / 16 * 32768), *(np.degrees(gyr) / 2000 * 32768), 1.0, 0x6155, 3.0]
        date = bytes([26, 3, 2, 8, 30, int(time_s)]) + round(time_s % 1 * 1000).to_bytes(2, "little")
        frames.append(b"\x55\x61" + struct.pack("<9h", *map(round, words)) + date * dated)
    return frames


def test_witmotion_whole_frames_are_read_and_found_again_after_noise():
    """An angle that looks like the head of a frame begins none."""
    frames = whole_frames(standing())
    (recording,) = parse({"LOG.TXT": b"".join(frames)})
    assert recording.source == "witmotion_binary"
    np.testing.assert_allclose(recording.time_s, standing().time_s, atol=1e-6)
    np.testing.assert_allclose(recording.acc_mps2, standing().acc_mps2, atol=2.4e-3)
    np.testing.assert_allclose(recording.gyr_radps, standing().gyr_radps, atol=5.4e-4)
    noisy = b"".join(frames[:100]) + b"\x55\x61\x07" + b"".join(frames[100:])
    (again,) = parse({"LOG.TXT": noisy + frames[0][:9]})
    assert recording.issues == ()
    assert ["12 of 14012 bytes" in issue.what for issue in again.issues] == [True]
    np.testing.assert_array_equal(again.acc_mps2, recording.acc_mps2)


def test_witmotion_whole_frames_without_their_date_are_named():
    with pytest.raises(UnreadableFileError, match="500 samples and no date"):
        parse({"LOG.TXT": b"".join(whole_frames(standing(), dated=False))})


def test_a_header_in_another_script_is_not_witmotions():
    made = standing()
    table = np.column_stack([made.time_s, made.acc_mps2 / G, np.degrees(made.gyr_radps)])
    rows = [",".join(f"{value:.6f}" for value in row) for row in table]
    header = "時間(秒),加速度X(G),加速度Y(G),加速度Z(G),角速度X(deg/s),角速度Y(deg/s),角速度Z(deg/s)"
    (recording,) = parse({"右足.csv": "\n".join([header, *rows]).encode()})
    assert recording.source == "generic_csv"
    assert recording.sensors["gyroscope"].unit == "deg/s"
    np.testing.assert_allclose(recording.acc_mps2, made.acc_mps2, atol=1e-5)
    np.testing.assert_allclose(recording.gyr_radps, made.gyr_radps, atol=1e-7)
    assert "time_unit_assumed" not in codes(recording)


def test_witmotion_frames_are_found_again_after_noise():
    ((name, data),) = witmotion_binary.write(standing()).items()
    noisy = data[: 33 * 100] + b"\x55\x51\x00\x55" + data[33 * 100 : 33 * 200] + data[33 * 200 + 5 :]
    (clean,), (recording,) = parse({name: data}), parse({name: noisy})
    assert clean.time_s.size == 500
    assert recording.time_s.size in (499, 500)
    assert clean.issues == ()
    assert "rows_dropped" in codes(recording)
    np.testing.assert_array_equal(recording.acc_mps2[:150], clean.acc_mps2[:150])


def test_a_witmotion_frame_that_looks_like_two_is_one():
    """A payload whose bytes 4 to 10 and the next frame's first four add up to a frame of their own."""
    ((name, data),) = witmotion_binary.write(standing()).items()
    frames = [bytearray(data[n : n + 11]) for n in range(0, len(data), 11)]
    hit, following = frames[31], frames[32]
    assert (hit[1], following[1]) == (0x51, 0x52)
    hit[8] = 0x55
    for low in range(256):
        hit[9], hit[10] = low, (sum(hit[:9]) + low) % 256
        inside = hit[8:] + following[:8]
        if sum(inside[:10]) % 256 == inside[10]:
            break
    assert sum(inside[:10]) % 256 == inside[10]
    (recording,) = parse({name: b"".join(map(bytes, frames))})
    assert recording.time_s.size == 500
    assert recording.sensors["gyroscope"].rate_hz == pytest.approx(100.0)


def test_witmotion_frames_without_dates_are_refused():
    ((name, data),) = witmotion_binary.write(standing()).items()
    frames = [data[n : n + 11] for n in range(0, len(data), 11)]
    with pytest.raises(UnreadableFileError, match="no date frame"):
        parse({name: b"".join(frame for frame in frames if frame[1] != 0x50)})
