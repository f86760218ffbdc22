"""What a million recordings take, from what one costs here."""

from __future__ import annotations

import json
from statistics import median

from bench_metrics import sample_recording
from measuring import cpu_ms

from surefoot.model import Assessment, Setup, to_plain
from surefoot.pipeline import walk
from surefoot.settings import Settings
from surefoot.sources import Export
from writers import write

MILLION = 1_000_000
ROUNDS = 9
SETUP = Setup(leg="left", sensor_height_m=1.0)


def report() -> str:
    """Return the part of the page."""
    recording = sample_recording()
    files = write("phyphox", recording)

    def run() -> Assessment:
        (outcome,) = walk([Export("made", files)], lambda *_: SETUP, Settings())
        assert outcome.assessment is not None
        return outcome.assessment

    kilobytes = len(json.dumps(to_plain(run()))) / 1e3
    each_ms = median(cpu_ms(run) for _ in range(ROUNDS))
    hours = MILLION * each_ms / 3.6e6
    return (
        f"One phyphox export of {recording.duration_s:.0f} s costs {each_ms:.0f} ms from its bytes to its default\n"
        f"numbers, so a million cost {hours:.0f} hours of one core, or {hours / 100 * 60:.0f} minutes of a hundred where\n"
        "disks and network keep up. Recordings do not know of each other and files and results pickle, so that cores\n"
        f"are all that is wanted. A result is {kilobytes:.1f} kB of JSON, a million {kilobytes:.0f} GB: for a table in\n"
        "columns, not for a diary. This is reckoned from one process; no engine was measured.\n"
    )
