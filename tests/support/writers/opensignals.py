"""OpenSignals (text), as it is exported."""

from __future__ import annotations

import json
from typing import Final

from surefoot.model import Recording
from surefoot.sources.inference.time import typical_step
from writers.rows import Fidelity, samples, write_rows

FIDELITY: Final = Fidelity(platform="android")


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the Android app writes its phone's sensors."""
    columns = ["nSeq", *(f"{axis}Acc" for axis in "xyz")]
    columns += [f"{axis}Gyr" for axis in "xyz"] if recording.gyr_radps is not None else []
    rate_hz = round(1 / typical_step(recording.time_s))
    device = {"column": columns, "device": "android", "sampling rate": rate_hz}
    about = json.dumps({"internal sensors": device})
    head = f"# OpenSignals Text File Format\n# {about}\n# EndOfHeader\n"
    rows = ([repr(time_s), *map(repr, values), ""] for time_s, values in samples(recording))
    return {"opensignals_2026-03-02_08-30-00.txt": head.encode() + write_rows(rows, "\t")}
