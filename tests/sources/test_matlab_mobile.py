"""MATLAB Mobile: what only its MAT files can show."""

import struct
import warnings
import zlib

import numpy as np
import pytest

from exports import find_gaps
from surefoot.errors import UnitError, UnreadableFileError
from surefoot.model import Recording
from surefoot.sources import parse
from writers import matlab_mobile

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


def stored_plainly(data):
    """The variables as they are before they are deflated, the offset of the objects among them corrected."""
    plain, place = bytearray(data[:128]), 128
    (objects,) = struct.unpack_from("<Q", data, 116)
    while place < len(data):
        (size,) = struct.unpack_from("<I", data, place + 4)
        if place == objects:
            struct.pack_into("<Q", plain, 116, len(plain))
        plain += zlib.decompress(data[place + 8 : place + 8 + size])
        place += 8 + size
    return bytes(plain)


def test_what_carries_no_checksum_is_refused(tmp_path):
    """Its reader reads it; at an element of unknown type it would end the program."""
    ((name, data),) = matlab_mobile.write(standing(np.arange(300) / 100)).items()
    plain = stored_plainly(data)
    (tmp_path / name).write_bytes(plain)
    assert set(matio.load_from_mat(tmp_path / name)) >= {"Acceleration", "AngularVelocity"}
    with pytest.raises(UnreadableFileError, match="cannot be read") as refused:
        parse({name: plain})
    assert "version 7" in refused.value.do


def test_no_bit_of_a_variable_may_differ():
    ((name, data),) = matlab_mobile.write(standing(np.arange(60) / 100)).items()
    for place in range(136, len(data), 7):
        spoilt = bytearray(data)
        spoilt[place] ^= 1 << place % 8
        with pytest.raises(UnreadableFileError):
            parse({name: bytes(spoilt)})


@pytest.mark.parametrize(("place", "number"), [(116, 129), (116, 1 << 40), (132, 1 << 31), (132, 5)])
def test_what_lies_elsewhere_than_stated_is_refused(place, number):
    ((name, data),) = matlab_mobile.write(standing(np.arange(60) / 100)).items()
    spoilt = bytearray(data)
    struct.pack_into("<Q" if place == 116 else "<I", spoilt, place, number)
    with pytest.raises(UnreadableFileError):
        parse({name: bytes(spoilt)})


def test_angular_velocity_alone_is_refused(monkeypatch):
    """A file whose acceleration was not recorded, as its reader would show it."""
    files = matlab_mobile.write(standing(np.arange(300) / 100))
    load = matio.load_from_mat

    def without_acceleration(path, **options):
        return {key: table for key, table in load(path, **options).items() if key != "Acceleration"}

    monkeypatch.setattr(matio, "load_from_mat", without_acceleration)
    with pytest.raises(UnitError, match="AngularVelocity"):
        parse(files)
