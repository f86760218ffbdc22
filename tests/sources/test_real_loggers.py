"""Real files of loggers: what their raw cells say by hand, or why they are refused."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from exports import find_gaps
from surefoot.errors import SurefootError
from surefoot.sources import GENERIC, collect, discover, read

DATA = Path(
    os.environ.get("SUREFOOT_REFERENCE_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
PHONE = DATA / "phone"

pytestmark = pytest.mark.skipif(not PHONE.is_dir(), reason="the reference data is not on this machine")


@dataclass(frozen=True)
class Expected:
    """What a file holds, counted from its raw cells; `first_mps2` is the first sample in SI by hand.

    `beside` names the sensors, or the first and last of them, that are told to be there and not read.
    """

    paths: tuple[str, ...]
    source: str
    unit: str
    sign: int
    rate_hz: float
    samples: int
    first_mps2: tuple[float, float, float]
    gyroscope: str = ""
    gyroscope_hz: float = 0.0
    gaps: int = 0
    platform: str = ""
    issues: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()


G = 9.80665
METABASE = "mbientlab_metabase/A-rest-standing_MetaWear_2019-01-18T18.25.39.382_C42732BE255C_"

EXPECTED = [
    # 646 rows in which gF changes and the first, 44.0763 s apart; 647 in which w does. Nothing tells iOS.
    *(
        Expected(
            (path,),
            "physics_toolbox",
            "g",
            +1,
            14.66,
            647,
            (-0.1438 * G, 0.4596 * G, 0.8090 * G),
            "rad/s",
            14.67,
            issues=frozenset({"sign_assumed", "rows_held", "rows_dropped"}),
            beside=("Gain",) * path.startswith("derived"),
        )
        for path in (
            "physics_toolbox/multirecord_blankline_INPUT_N.csv",
            "derived_variants/DERIVED_physics_toolbox_eu_unicode_minus.csv",
        )
    ),
    # 1856 rows from 1 to 18550 ms, steps of 9 to 12 ms.
    Expected(
        ("sensor_record/Timestamp_Milliseconds_X_Y_Z_Accelerometer1.csv",),
        "sensor_record",
        "m/s2",
        +1,
        100.0054,
        1856,
        (-0.39111328, 4.5970917, 9.088684),
        platform="android",
    ),
    # 498 rows, 80 ms apart; 1002 rows, 40 ms apart, from 0.33 s before to 0.05 s before the other's last.
    Expected(
        tuple(f"{METABASE}{name}_1.4.4.csv" for name in ("Accelerometer_12.500Hz", "Gyroscope_25.000Hz")),
        "metabase",
        "g",
        +1,
        12.5,
        498,
        (0.951 * G, 0.110 * G, 0.193 * G),
        "deg/s",
        25.0,
    ),
    # 382 packets, none lost, 16667 us apart. Gravity by the first row's quaternion, worked with plain floats.
    Expected(
        ("xsens_dot/realtime_Pelvis_20210820_202113_836.csv",),
        "xsens_dot",
        "m/s2",
        +1,
        59.9988,
        382,
        (-9.67463452, -1.51924615, -0.57088491),
        issues=frozenset({"acceleration_rebuilt"}),
    ),
    # 1250 packets of 8 samples from 158319 to 251818 ms: 74.859 ms a packet.
    Expected(
        ("movesense/MovesenseLog_2_625.json",),
        "movesense",
        "m/s2",
        +1,
        106.867,
        10_000,
        (0.031107805669307709, -0.071787245571613312, -9.6290616989135742),
        "deg/s",
        106.867,
        beside=("ArrayMagn",),
    ),
    # 90 rows in 1.740 s of a computer's clock, four of them at the time of the row before.
    Expected(
        ("shimmer/consensys_read_test_data.csv",),
        "shimmer",
        "m/s2",
        +1,
        51.149,
        90,
        (-1.434782608695652, 10.0, 0.5543478260869565),
        "deg/s",
        51.149,
        issues=frozenset({"low_precision_time"}),
        beside=("Accel_WR_X", "Mag_Z", "Pressure"),
    ),
    # 112 rows; ticks 10774 to 11468 of 8 ms, 6 or 7 apart (the phone's clock: 5509 ms, 13 to 91 apart).
    Expected(
        ("st_ble_sensor/20200321_122217_Accelerometer_Turning_Kick1.csv",),
        "st_ble_sensor",
        "mg",
        +1,
        19.993,
        112,
        (0.986 * G, 0.093 * G, -0.044 * G),
    ),
    # 1702 rows; one step of 12.37 s after row 102, the 1600 rows after it 10.05 ms apart.
    Expected(
        ("sensor_logger/applewatch_WristMotion.csv",),
        "apple_watch",
        "g",
        -1,
        99.455,
        1702,
        (2.31339721, 4.26691569, 8.42085557),
        "rad/s",
        99.455,
        gaps=1,
        platform="watchos",
        beside=("quaternionW",),
    ),
    # 1000 rows, the first clamped to the start; 19.3019 s; the gyroscope's 997 from 0.031 s on.
    Expected(
        ("phyphox/android_walk50.xls",),
        "phyphox",
        "m/s2",
        +1,
        51.7049,
        999,
        (-0.25363919138908386, 9.870692253112793, 0.7851449251174927),
        "rad/s",
        51.6974,
        platform="android",
        issues=frozenset({"rows_dropped"}),
    ),
    # 145 blocks of 120 samples packed in 10 bits; their times 174.7916 s apart, decoded word by word.
    Expected(
        ("axivity/ax3_testfile.cwa",),
        "axivity_cwa",
        "g",
        +1,
        98.8606,
        17_400,
        (0.328125 * G, 0.984375 * G, 0.203125 * G),
    ),
]


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda expected: Path(expected.paths[0]).name)
def test_a_real_file_is_what_its_raw_cells_say(expected):
    (recording,) = read([PHONE / path for path in expected.paths])
    sensor = recording.sensors["acceleration"]
    assert (recording.source, sensor.unit, sensor.sign) == (expected.source, expected.unit, expected.sign)
    assert sensor.includes_gravity
    assert sensor.rate_hz == pytest.approx(expected.rate_hz, rel=0.01)
    assert recording.time_s.size == pytest.approx(expected.samples, abs=2)
    np.testing.assert_allclose(recording.acc_mps2[0], expected.first_mps2, atol=1e-6)
    assert len(find_gaps(recording.time_s)) == expected.gaps
    assert recording.platform == expected.platform
    assert {issue.code for issue in recording.issues} - {"not_read"} == expected.issues
    unread = " ".join(issue.what for issue in recording.issues if issue.code == "not_read")
    assert bool(unread) == bool(expected.beside)
    assert all(name in unread for name in expected.beside)
    gyroscope = recording.sensors.get("gyroscope")
    assert (gyroscope.unit if gyroscope else "") == expected.gyroscope
    if gyroscope:
        assert gyroscope.rate_hz == pytest.approx(expected.gyroscope_hz, rel=0.01)


REFUSED = [
    ("sensorlog/sensorlog_json_example.json", "too few samples.*3 of 3|3 of 3 rows"),  # three records
    ("xsens_dot/decimal_comma_movementEuler.csv", "There is no acceleration"),  # angles only
    ("witmotion/raw_binary_example_data.TXT", "2017 samples and no date frame"),
    ("axivity/ax6_testfile_formatted_timestamps.csv", "not gravity in any known unit"),  # |a| is 0.07
    ("actigraph/ActiGraph13_timestamps_headers_EPOCHCOUNTS.csv", "counts, not acceleration"),
]


@pytest.mark.parametrize(("path", "why"), REFUSED)
def test_a_real_file_is_refused_for_the_right_reason(path, why):
    with pytest.raises(SurefootError, match=why):
        read(PHONE / path)


def test_no_real_file_is_claimed_by_two_sources():
    exports = [export for folder in sorted(PHONE.iterdir()) if folder.is_dir() for export in collect(folder)]
    assert len(exports) > 30
    for export in exports:
        claiming = [
            key for key, source in discover().items() if key != GENERIC and source.claims(export.files)
        ]
        assert len(claiming) <= 1, (export.name, claiming)
