"""HyperIMU (CSV), as it is exported."""

from __future__ import annotations

from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, axis_names, begin_of, samples, write_rows

FIDELITY: Final = Fidelity(time_s=5.1e-4, platform="android")


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the app writes it, timestamp switched on, after its first row of zeros."""
    names = axis_names(recording, "MPL_Accelerometer.{}", "MPL_Gyroscope.{}", "xyz")
    start_ms = round(begin_of(recording).timestamp() * 1000)
    rows = [
        [str(start_ms + round(1000 * time_s)), *map(_number, values)] for time_s, values in samples(recording)
    ]
    zeros = [str(start_ms - 10), *(["0.0"] * len(names))]
    comments = (
        "@ HyperIMU - ianovir - 2017\n@ Date: Mon Mar 02 08:30:00 GMT+00:00 2026, Sampling Time: 10ms\n\n"
    )
    return {"HIMU-2026-03-02.csv": comments.encode() + write_rows([["timestamp", *names], zeros, *rows])}


def _number(value: float) -> str:
    """Return a number as Java writes it.

    >>> _number(-0.00062), _number(9.81)
    ('-6.2E-4', '9.81')
    """
    text = repr(value)
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return text
    mantissa, _, exponent = f"{value:.16e}".partition("e")
    mantissa = mantissa.rstrip("0")
    return f"{mantissa}0E{int(exponent)}" if mantissa.endswith(".") else f"{mantissa}E{int(exponent)}"
