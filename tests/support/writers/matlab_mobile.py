"""MATLAB Mobile (.mat), as it is exported."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Final

import numpy as np

from surefoot.model import Recording
from writers.rows import begin_of

_TITLE_BYTES: Final = 116


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as a MAT file of version 7 with its timetables."""
    import pandas as pd

    start = begin_of(recording).replace(tzinfo=None)
    steps = np.rint(recording.time_s * 1e9).astype("timedelta64[ns]")
    index = pd.DatetimeIndex(np.datetime64(start, "ns") + steps, name="Timestamp")
    tables = {"Acceleration": pd.DataFrame(recording.acc_mps2, index=index, columns=list("XYZ"))}
    if recording.gyr_radps is not None:
        tables["AngularVelocity"] = pd.DataFrame(recording.gyr_radps, index=index, columns=list("XYZ"))
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import matio

        path = Path(folder) / "sensorlog.mat"
        matio.save_to_mat(str(path), tables, version="v7")
        data = path.read_bytes()
    title = b"MATLAB 5.0 MAT-file, Platform: GLNXA64".ljust(_TITLE_BYTES)
    return {"sensorlog_20260302_083000.mat": title + data[_TITLE_BYTES:]}
