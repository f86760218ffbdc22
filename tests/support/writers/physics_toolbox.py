"""Physics Toolbox Sensor Suite (CSV), as it is exported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from surefoot.model import Recording
from writers.rows import Fidelity, axis_names, samples, write_rows

FIDELITY: Final = Fidelity(acc_mps2=5e-4, gyr_radps=5.1e-5)


def write(recording: Recording) -> dict[str, bytes]:
    """Return a Multi Record table: a blank line, a trailing comma, a row at every event of a sensor."""
    names = ["time", *axis_names(recording, "gF{}", "w{}", "xyz")]
    return {"2026-03-0208.30.00.csv": b"\n" + write_rows([[*names, ""], *_rows(recording)])}


def _rows(recording: Recording) -> Iterator[list[str]]:
    held = ["0.0000"] * 3
    for time_s, values in samples(recording, "g"):
        stamp, cells = f"{time_s:.6f}", [f"{value:.4f}" for value in values]
        if cells[3:]:
            yield [stamp, *held, *cells[3:], ""]
            held = cells[:3]
        yield [stamp, *cells, ""]
