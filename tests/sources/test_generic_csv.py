"""Tables of no known app: guessed by name and unit, told by a mapping, or refused with the way on."""

import numpy as np
import pytest

from exports import codes
from surefoot.errors import SourceError, SurefootError, UnitError, UnreadableFileError
from surefoot.sources import parse
from surefoot.sources.formats.generic_csv import header_key

G = 9.80665


def table(header, rows=200, *, time=lambda n: n / 100, gravity=9.8, extra=""):
    lines = [
        f"{time(n)},{0.001 * (n % 7)},{0.002 * (n % 5)},{gravity + 0.0001 * (n % 3)}{extra}"
        for n in range(rows)
    ]
    return {"table.csv": ("\n".join([header, *lines]) + "\n").encode()}


@pytest.mark.parametrize(
    "header",
    [
        "time,x,y,z",
        "t (s),ax,ay,az",
        "timestamp,AccX,AccY,AccZ",
        "seconds,accel_x,accel_y,accel_z",
        "Time,acc.x,acc.y,acc.z",
        "elapsed (s),x-axis (m/s²),y-axis (m/s²),z-axis (m/s²)",
        "time,pelvis_ACCEL_x,pelvis_ACCEL_y,pelvis_ACCEL_z",
        "time,ACCELEROMETER X (m/s²),ACCELEROMETER Y (m/s²),ACCELEROMETER Z (m/s²)",
        "time,Acceleration X [m/s^2],Acceleration Y [m/s^2],Acceleration Z [m/s^2]",
    ],
)
def test_columns_are_guessed_by_their_names(header):
    (recording,) = parse(table(header))
    assert recording.source == "generic_csv"
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(100)
    assert recording.acc_mps2[1] == pytest.approx([0.001, 0.002, 9.8001])
    assert "sign_assumed" in codes(recording)


@pytest.mark.parametrize(("unit", "gravity"), [("m/s2", 9.8), ("g", 1.0), ("mg", 1000.0)])
def test_the_unit_is_known_by_gravity(unit, gravity):
    (recording,) = parse(table("t,x,y,z", gravity=gravity))
    assert recording.sensors["acceleration"].unit == unit
    assert recording.acc_mps2[:, 2].mean() == pytest.approx(9.8, abs=0.02)


@pytest.mark.parametrize(("factor", "unit"), [(0.01, "s"), (10, "ms"), (10_000, "us"), (10_000_000, "ns")])
def test_the_unit_of_bare_times_is_known_by_their_step(factor, unit):
    (recording,) = parse(table("time,x,y,z", time=lambda n: n * factor))
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(100)
    (issue,) = [issue for issue in recording.issues if issue.code == "time_unit_assumed"]
    assert f"those of {unit}." in issue.what


def test_epoch_times_give_the_wall_time():
    (recording,) = parse(table("epoch (ms),x,y,z", time=lambda n: 1_700_000_000_000 + 10 * n))
    assert recording.started.isoformat() == "2023-11-14T22:13:20+00:00"
    (nanoseconds,) = parse(table("time,x,y,z", time=lambda n: 1_700_000_000_000_000_001 + 10_000_000 * n))
    assert np.diff(nanoseconds.time_s) == pytest.approx(0.01, abs=1e-12)


def test_dates_are_times_too():
    (recording,) = parse(
        table("timestamp,x,y,z", time=lambda n: f"2026-03-02T08:30:{n // 100:02d}.{n % 100:02d}0+01:00")
    )
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(100)
    assert recording.started.isoformat() == "2026-03-02T08:30:00+01:00"


def test_a_gyroscope_with_a_unit_is_used_and_without_one_left_out():
    extra = ",1.0,2.0,3.5"
    (recording,) = parse(
        table(
            "t,ax,ay,az,gx (deg/s),gy (deg/s),gz (deg/s)".replace("gx", "gyro x")
            .replace("gy ", "gyro y ")
            .replace("gz", "gyro z"),
            extra=extra,
        )
    )
    assert recording.gyr_radps[0] == pytest.approx(np.deg2rad([1.0, 2.0, 3.5]))
    (without,) = parse(table("t,ax,ay,az,wx,wy,wz", extra=extra))
    assert without.gyr_radps is None
    assert "gyroscope_left_out" in codes(without)


def test_gravity_is_checked_before_a_time_column_is_asked_for():
    rows = "".join(f"{97.6 + n % 3},0.7,10.4\n" for n in range(100))
    with pytest.raises(UnitError, match=r"median \|a\| 9"):
        parse({"a.csv": ("x,y,z\n" + rows).encode()})


def test_without_a_time_column_the_header_and_the_way_on_are_told():
    rows = "".join(f"{0.01 * (n % 3)},0.7,9.7\n" for n in range(100))
    with pytest.raises(SourceError, match=r"columns: x, y, z.*mapping"):
        parse({"a.csv": ("x,y,z\n" + rows).encode()})


@pytest.mark.parametrize(
    "header",
    [
        "t,linear_x,linear_y,linear_z",
        "t,userAccelerationX,userAccelerationY,userAccelerationZ",
        "t,gyro_x,gyro_y,gyro_z",
    ],
)
def test_tables_without_gravity_are_refused(header):
    with pytest.raises(UnitError, match="up cannot be known"):
        parse(table(header))


def test_values_too_small_for_gravity_are_refused():
    with pytest.raises(UnitError, match="gravity removed"):
        parse(table("t,x (m/s^2),y (m/s^2),z (m/s^2)", gravity=0.2))


MAPPING = 'time = "stamp"\ntime_unit = "ms"\nx = "c"\ny = "b"\nz = "a"\nacceleration_unit = "g"\nsign = -1\n'


def test_a_mapping_decides_everything():
    files = table("stamp,a,b,c", time=lambda n: 10 * n, gravity=-1.0) | {"mapping.toml": MAPPING.encode()}
    (recording,) = parse(files)
    assert recording.acc_mps2[0] == pytest.approx([G, 0.0, 0.0])
    assert recording.sensors["acceleration"].sign == -1
    assert codes(recording) == set()


def test_a_mapping_can_give_the_rate_and_a_gyroscope():
    extra = ",1.0,2.0,3.5"
    lines = ['x = "x"', 'y = "y"', 'z = "z"', "sign = 1", "rate_hz = 50", 'gyro_unit = "rad/s"']
    lines += [f'gyro_{axis} = "g{number}"' for axis, number in zip("xyz", (3, 2, 1), strict=True)]
    files = table("n,x,y,z,g1,g2,g3", extra=extra) | {"mapping.toml": "\n".join(lines).encode()}
    (recording,) = parse(files)
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(50)
    assert recording.gyr_radps[0].tolist() == [3.5, 2.0, 1.0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('x = "c"', 'x = "q"', "not there"),
        ('x = "c"\n', "", "no column for an axis"),
        ('"ms"', '"minutes"', "wrong time_unit"),
        ('"g"', '"N"', "wrong acceleration_unit"),
        ("sign = -1", "sign = 2", "wrong sign"),
        ("sign = -1", "sing = -1", "not known"),
        ("sign = -1", 'rate_hz = "fast"', "rate"),
        ('x = "c"', "x = 3", "not there"),
        ('x = "c"', "x = [1", "not TOML"),
        ('x = "c"', 'x = ["c"]', "not there"),
        ('"ms"', '["ms"]', "wrong time_unit"),
    ],
)
def test_a_wrong_mapping_is_refused_in_plain_words(old, new, told):
    files = table("stamp,a,b,c", gravity=-1.0) | {"mapping.toml": MAPPING.replace(old, new).encode()}
    with pytest.raises(SurefootError, match=told):
        parse(files)


def test_several_tables_need_a_choice_unless_the_others_are_other_sensors():
    one = table("t,x,y,z")["table.csv"]
    with pytest.raises(UnreadableFileError, match="one table"):
        parse({"a.csv": one, "b.csv": one})
    (recording,) = parse({"Run_Accel.csv": one, "Run_Gyroscope.csv": one})
    assert "gyroscope_left_out" in codes(recording)


def test_the_header_key_follows_the_names_alone():
    assert header_key(table("t,x,y,z")) == header_key(table("t,x,y,z", rows=30))
    assert header_key(table("t,x,y,z")) != header_key(table("t,y,x,z"))
