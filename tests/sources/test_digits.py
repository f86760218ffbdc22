"""The digits that an app writes: what was multiplied later has others, what an app wrote has not."""

from functools import cache

import numpy as np
import pytest

from surefoot.simulate import stance
from surefoot.sources.assembly.digits import check_digits
from surefoot.sources.assembly.timing import Signal, tidy


def by_text(form):
    return np.vectorize(lambda value: float(form.format(value)), otypes=[float])


def in_single_precision(values):
    return by_text("{}")(values.astype(np.float32).astype(str).astype(object))


WRITTEN = {
    "three decimals": by_text("{:.3f}"),
    "four decimals of a sensor's steps": lambda acc: np.round(np.rint(acc / 0.0024) * 0.0024, 4),
    "eight decimals": by_text("{:.8f}"),
    "six digits": by_text("{:.6g}"),
    "ten digits": by_text("{:.9e}"),
}
UNBOUND = {
    "single precision": in_single_precision,
    "double precision": lambda acc: acc,
    "steps in full": lambda acc: np.rint(acc * 1671.8) / 1671.8,
}
ALL = {**WRITTEN, **UNBOUND}


@cache
def turned(seed):
    """Return times and acceleration (n, 3) of a stance, after three seconds on a table the other way up."""
    draw = np.random.default_rng(seed)
    acc = stance(seed)[0].acc_mps2
    table = draw.normal(0.0, 0.02, (300, 3)) + 9.81 * np.eye(3)[seed % 3]
    values = np.vstack([table, acc]) if seed % 2 else acc
    return np.arange(len(values)) / 100, values


@pytest.mark.parametrize("unit", [1.0, 1 / 9.80665, 1000 / 9.80665])
@pytest.mark.parametrize("way", ALL)
def test_what_an_app_writes_is_never_told(way, unit):
    """The limits were set on other seeds."""
    found = [
        check_digits("acceleration", time_s, ALL[way](unit * acc))
        for time_s, acc in map(turned, range(70, 74))
    ]
    assert not any(found)


@pytest.mark.parametrize("factor", [0.9, 1.1, 1 / 9.80665])
@pytest.mark.parametrize("way", WRITTEN)
def test_an_axis_multiplied_from_some_row_on_is_told(way, factor):
    time_s, acc = turned(80)
    written = WRITTEN[way](acc)
    level = int(np.argmin(np.abs(acc.mean(axis=0))))
    written[2000:, level] *= factor
    (issue,) = tidy(Signal("acceleration", time_s, written, "m/s2")).issues
    assert issue.code == "scale_changed"
    assert "From 20.0 s on" in issue.what


@pytest.mark.parametrize("row", [1990, 3500])
def test_less_than_a_second_is_not_told(row):
    time_s, acc = turned(81)
    written = np.round(acc, 3)
    written[row : row + 15] *= 1.1
    assert not check_digits("acceleration", time_s, written)


def test_a_browser_that_begins_to_round_is_not_told():
    time_s, acc = turned(82)
    written = np.round(acc, 6)
    written[2000:] = np.round(written[2000:], 1)
    assert not check_digits("acceleration", time_s, written)


@pytest.mark.parametrize("values", [np.zeros((300, 3)), np.full((300, 3), 0.125), np.ones((20, 3))])
def test_a_sensor_that_does_not_move_tells_nothing(values):
    assert not check_digits("gyroscope", np.arange(len(values)) / 100, values)
