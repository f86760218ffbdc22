"""Logger apps: what only their files can show, beyond what every source must do."""

import numpy as np
import pytest

from surefoot.errors import UnitError, UnreadableFileError
from surefoot.model import Recording
from surefoot.sources import parse, physics_toolbox, read, sensor_record

G = 9.80665


def standing(seconds=5.0, rate_hz=100.0, platform="android"):
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    acc = np.column_stack(
        [0.1 * np.sin(2 * time_s), 9.7 + 0.05 * np.cos(3 * time_s), 1.2 + 0.08 * np.sin(time_s)]
    )
    return Recording(time_s, acc, 0.02 * acc, platform=platform)


def codes(recording):
    return {issue.code for issue in recording.issues}


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
