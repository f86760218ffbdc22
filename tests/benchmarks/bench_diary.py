"""What one person's questions cost, whoever else is in the diary; medians of several, in this process."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.append(str(Path(__file__).parents[1] / "support"))
from made_cohort import FIRST, make_cohort
from measuring import cpu_ms, table

from surefoot.change.trends import find_trends
from surefoot.diary import Diary
from surefoot.model import Setup
from surefoot.pipeline import Outcome, keep, walk
from surefoot.settings import Settings
from surefoot.simulate import stance
from surefoot.sources import Export
from writers import write

TRIALS, ROUNDS = 50, 7
NOW = datetime(2025, 4, 20, 12, 0, tzinfo=timezone(timedelta(hours=1)))


def outcome_of(seed: int) -> Outcome:
    """Return a made trial of the person who asks, ready to be kept."""
    setup = Setup(
        person="p000", test="single-leg", leg="left", when=FIRST + timedelta(days=200, minutes=seed)
    )
    export = Export(f"new-{seed}", write("phyphox", stance(seed)[0]))
    (outcome,) = walk([export], lambda *_: setup, Settings())
    return replace(
        outcome, export=replace(export, is_own=True)
    )  # what keeping costs beside, is not asked here


def questions(diary: Diary) -> dict[str, float]:
    """Return the median of each question, in milliseconds, after one of each."""
    trial = diary.entries("p000")[20].trial
    outcomes = [outcome_of(100 + number) for number in range(ROUNDS)]
    taken: dict[str, list[float]] = {}

    def note(name: str, run: Callable[[], object]) -> None:
        taken.setdefault(name, []).append(cpu_ms(run))

    for outcome in outcomes:
        note("list", lambda: diary.entries("p000"))
        note("trend", lambda: find_trends(entry.assessment for entry in diary.entries("p000")))
        note("entry", lambda: diary.entry(trial[:8]))
        kept = []
        note("add", lambda outcome=outcome, kept=kept: kept.append(keep(outcome, diary).trial))
        note("delete", lambda kept=kept: diary.delete(kept[0]))
        note("list after", lambda: diary.entries("p000"))
    return {name: statistics.median(each) for name, each in taken.items()}


def pages(diary: Diary) -> dict[str, float]:
    """Return what the first page costs, the first time and after, and a person's page."""
    from starlette.testclient import TestClient

    from surefoot.web.dashboard.site import build_dashboard
    from surefoot.web.server.tokens import Pass

    passport = Pass(3600.0)
    site = build_dashboard(diary, Settings(), passport, clock=lambda: NOW)
    client = TestClient(site, base_url="http://127.0.0.1")
    client.get(f"/open?pass={passport.show()}", follow_redirects=False)
    ask = lambda path: cpu_ms(lambda: client.get(path).raise_for_status())
    first = ask("/")
    again = statistics.median(ask("/") for _ in range(ROUNDS))
    return {
        "first page": first,
        "again": again,
        "person": ask("/people/p000"),
        "numbers": ask("/people/p000/numbers"),
    }


def filling(folder: Path) -> list[float]:
    """Return what each hundred of 500 new trials of one person costs a trial, in a diary that begins empty."""
    diary, made = Diary(folder / "new", cache=folder / "new-cache"), outcome_of(1)
    hundreds = []
    for hundred in range(5):
        taken = [cpu_ms(partial(keep, another(made, 100 * hundred + n), diary)) for n in range(100)]
        hundreds.append(statistics.mean(taken))
    return hundreds


def another(made: Outcome, number: int) -> Outcome:
    """Return an outcome as of another file of another day."""
    recording, assessment = made.recording, made.assessment
    sha256, when = f"{number:064x}", FIRST + timedelta(hours=12 * number)
    return replace(
        made,
        recording=replace(recording, sha256=sha256, acc_mps2=recording.acc_mps2 + 0.003 * (number + 1)),
        assessment=replace(
            assessment,
            setup=replace(assessment.setup, when=when),
            provenance=replace(assessment.provenance, source_sha256=sha256),
        ),
    )


def report(folder: Path, people: Sequence[int]) -> str:
    """Return the part of the page; the diaries are made in `folder` where they are not there yet."""
    rows: dict[int, dict[str, float]] = {}
    for count in people:
        root, cache = (folder / f"{name}{count * TRIALS}" for name in ("c", "cache-"))
        if not root.exists():
            make_cohort(root, count, TRIALS)
        opened = cpu_ms(lambda root=root, cache=cache: Diary(root, cache=cache).entries("p000"))
        diary = Diary(root, cache=cache)
        rows[count * TRIALS] = {"first question": opened, **questions(diary), **pages(diary)}
    names = next(iter(rows.values()))
    cells = [[name, *(f"{rows[trials][name]:.1f} ms" for trials in rows)] for name in names]
    with TemporaryDirectory() as empty:
        hundreds = ", ".join(f"{cost:.1f}" for cost in filling(Path(empty)))
    head = ("what one person with 50 trials asks", *(f"of {trials:,} trials" for trials in rows))
    return f"{table(head, cells)}\nEach of 500 trials added to an empty diary costs {hundreds} ms, by hundreds.\n"
