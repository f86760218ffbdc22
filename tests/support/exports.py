"""What tests of readers share: a short made stance to write, and ways to spoil and read what was written."""

import io
import zipfile

import numpy as np

from surefoot import dsp
from surefoot.model import Recording


def short_stance(seconds=5.0, rate_hz=100.0, **about):
    """A sensor that barely moves, gravity mostly along y; `about` are fields of the recording."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    acc = np.column_stack(
        [0.1 * np.sin(2 * time_s), 9.7 + 0.05 * np.cos(3 * time_s), 1.2 + 0.08 * np.sin(time_s)]
    )
    return Recording(time_s, acc, 0.02 * acc, **about)


def find_gaps(time_s):
    """Return the stretches in which samples are missing, at any rate."""
    return list(dsp.find_gaps(time_s, max(0.1, 1.5 * float(np.median(np.diff(time_s))))))


def codes(recording):
    return {issue.code for issue in recording.issues}


def edited(files, edit):
    """Return the one file of an export with its text changed."""
    ((name, data),) = files.items()
    return {name: edit(data.decode()).encode()}


def zipped(files):
    """Return files packed as one zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()
