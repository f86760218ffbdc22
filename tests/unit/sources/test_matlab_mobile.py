"""MATLAB Mobile: what only its MAT files can show."""

import builtins
import warnings

import numpy as np
import pytest

from surefoot.errors import UnitError, UnreadableFileError
from surefoot.model import Recording
from surefoot.sources import matlab_mobile, parse
from surefoot.sources._timing import find_gaps

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import matio


def standing(time_s):
    acc = np.column_stack([0.1 * np.sin(2 * time_s), 9.7 + 0.05 * np.cos(3 * time_s), 1.2 + 0 * time_s])
    return Recording(time_s, acc, 0.02 * acc)


def test_a_phone_sent_to_the_background_leaves_a_gap():
    time_s = np.r_[np.arange(200) / 52.6, 104 + np.arange(900) / 52.6]
    (recording,) = parse(matlab_mobile.write(standing(time_s)))
    assert find_gaps(recording.time_s) == [pytest.approx((199 / 52.6, 104), abs=1e-6)]
    assert recording.sensors["acceleration"].rate_hz == pytest.approx(52.6, rel=1e-6)
    assert {issue.code for issue in recording.issues} == {"sign_assumed"}


def test_angular_velocity_alone_is_refused(monkeypatch):
    """A file whose acceleration was not recorded, as its reader would show it."""
    files = matlab_mobile.write(standing(np.arange(300) / 100))
    load = matio.load_from_mat

    def without_acceleration(path, **options):
        return {key: table for key, table in load(path, **options).items() if key != "Acceleration"}

    monkeypatch.setattr(matio, "load_from_mat", without_acceleration)
    with pytest.raises(UnitError, match="AngularVelocity"):
        parse(files)


def test_without_its_reader_the_way_to_it_is_told(monkeypatch):
    files = matlab_mobile.write(standing(np.arange(300) / 100))
    real = builtins.__import__

    def without(name, *rest, **options):
        if name == "matio":
            raise ImportError(name)
        return real(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UnreadableFileError, match=r"surefoot\[formats\]"):
        parse(files)
