"""Tables whose clocks were not read, real ones and some saved by Excel; skipped where they are not there."""

import numpy as np
import pytest

from surefoot.errors import LowRateError
from surefoot.model import Setup
from surefoot.preparation import prepare
from surefoot.sources import read

CASES = "cases/formats"


def codes(recording):
    return {issue.code for issue in recording.issues}


def test_a_date_with_its_zone_named_twice(reference):
    (recording,) = read(reference("cases/field/iso_time_with_zone_name.csv"))
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(100.0)
    assert recording.started.isoformat() == "2026-03-03T08:30:00+01:00"
    assert recording.duration_s == pytest.approx(26.98, abs=0.02)


def test_a_time_of_day_alone(reference):
    (recording,) = read(reference(f"{CASES}/clock_only_hms.csv"))
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(100.0)
    assert recording.started is None


def test_the_second_clock_of_a_table_saved_by_excel(reference):
    (recording,) = read(reference(f"{CASES}/excel_resaved_sensor_logger"))
    assert recording.source == "sensor_logger"
    assert recording.time_s.size == 899
    np.testing.assert_allclose(np.diff(recording.time_s), 0.01, atol=1e-6)
    assert "clock_rounded" in codes(recording)


def test_seconds_of_three_digits(reference):
    (recording,) = read(reference(f"{CASES}/excel_3digit_seconds_read_as_ms.csv"))
    assert recording.duration_s == pytest.approx(975.0, abs=1.0)
    with pytest.raises(LowRateError, match="3 samples a second"):
        prepare(recording, Setup(leg="left"))


def test_two_rows_a_second(reference):
    (recording,) = read(reference(f"{CASES}/androsensor_default_2hz.csv"))
    with pytest.raises(LowRateError, match=r"2 samples a second.*very fast"):
        prepare(recording, Setup(leg="left"))
