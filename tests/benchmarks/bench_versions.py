"""What a trial costs beside another version of the sources: each in its own process, asked in turn."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from measuring import in_pairs, table

PAIRS = 21
OWN = Path(__file__).resolve().parents[2] / "src"
# Names that both versions have.
WORKER = """
import sys, time
from dataclasses import replace
from surefoot.assessment import assess
from surefoot.metrics import load_metrics
from surefoot.model import Setup
from surefoot.preparation import prepare
from surefoot.simulate import stance
setup = Setup(leg="left", sensor_height_m=1.0, body_height_m=1.75)
recording = stance(1)[0]
trial = prepare(recording, setup)
groups = ("acceleration", "angle", "frequency", "com", "nonlinear")
keys = [key for key, each in load_metrics().items() if each.group in groups and "multiscale" not in key]
jobs = {
    "checks and preparation": lambda: prepare(recording, setup),
    "default numbers of a trial": lambda: assess(replace(trial)),
    "recording to default numbers": lambda: assess(prepare(recording, setup)),
    "full set, without multiscale": lambda: assess(replace(trial), keys),
}
for line in sys.stdin:
    job, before = jobs[line.strip()], time.process_time()
    for _ in range(3):
        job()
    print((time.process_time() - before) / 3 * 1e3, flush=True)
"""
JOBS = (
    "checks and preparation",
    "default numbers of a trial",
    "recording to default numbers",
    "full set, without multiscale",
)


def start(source: Path) -> subprocess.Popen[str]:
    """Return a process that works with the sources in a folder."""
    place = {**os.environ, "PYTHONPATH": str(source)}
    command = [sys.executable, "-c", WORKER]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=place)


def ask(worker: subprocess.Popen[str], job: str) -> float:
    """Return what one job costs there, in milliseconds."""
    worker.stdin.write(f"{job}\n")
    worker.stdin.flush()
    return float(worker.stdout.readline())


def report(other: Path) -> str:
    """Return the part of the page."""
    with start(other) as earlier, start(OWN) as now:
        found = {job: in_pairs(partial(ask, earlier, job), partial(ask, now, job), PAIRS) for job in JOBS}
        for worker in (earlier, now):
            worker.stdin.close()
    cells = [
        (job, f"{each.first_ms:.2f} ms", f"{each.second_ms:.2f} ms", f"{each.ratio:.2f}")
        for job, each in found.items()
    ]
    return table(("the same made trial", "there", "here", "times as fast"), cells)
