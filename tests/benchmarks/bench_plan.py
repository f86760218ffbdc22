"""What a million recordings take, from what one costs here."""

from __future__ import annotations

import resource

from bench_metrics import sample_recording
from measuring import cpu_ms

from surefoot.model import Setup
from surefoot.pipeline import walk
from surefoot.settings import Settings
from surefoot.sources import Export
from writers import write

MILLION = 1_000_000
ROUNDS = 9
SETUP = Setup(leg="left", sensor_height_m=1.0)


def one_cost_ms() -> float:
    """Return what one phyphox export costs from its bytes to its numbers."""
    files = write("phyphox", sample_recording())

    def run() -> None:
        (outcome,) = walk([Export("made", files)], lambda *_: SETUP, Settings())
        assert outcome.assessment is not None

    run()
    return sorted(cpu_ms(run) for _ in range(ROUNDS))[ROUNDS // 2]


def report() -> str:
    """Return the part of the page."""
    each_ms = one_cost_ms()
    hours = MILLION * each_ms / 3.6e6
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return (
        f"One phyphox export of 45 s costs {each_ms:.0f} ms from its bytes to its default numbers, so a million cost "
        f"{hours:.0f} hours of one core: {hours / 2:.0f} on two cores, {hours / 100:.1f} on a hundred, where disks and "
        "network keep up. Recordings do not know of each other, an engine asks nothing but files and settings, and one "
        f"process stays below {peak_mb:.0f} MB, the benchmarks' own libraries included: cores are all that is wanted. "
        "A million results of about 6 kB are 6 GB of text, which is for a table in columns, not for a diary.\n"
    )
