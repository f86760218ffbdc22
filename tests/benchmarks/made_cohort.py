"""A diary of as many trials as wanted: a few real ones, their signals hard-linked under other people and days."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from surefoot.diary import Diary, dataset
from surefoot.diary.files import read_table, table_bytes
from surefoot.diary.layout import find_place, locate, trial_id
from surefoot.model import Person, Setup, assessment_from_plain, to_plain
from surefoot.pipeline import keep, walk
from surefoot.settings import Settings
from surefoot.simulate import stance
from surefoot.sources import Export

FIRST = datetime(2025, 1, 6, 8, 30, tzinfo=timezone(timedelta(hours=1)))
DAYS_APART = 3
CONDITIONS = [("left", "open"), ("right", "open"), ("left", "closed"), ("right", "closed")]
LINKED = ("motion.tsv", "channels.tsv", "channels.json", "events.tsv", "events.json")


def make_cohort(root: Path, people: int, trials: int = 50) -> None:
    """Fill an empty folder with `trials` each of `people`, two legs a day; results vary by chance alone."""
    templates = [_template(root.with_name(f"{root.name}-{n}"), n) for n in range(len(CONDITIONS))]
    dataset.describe_dataset(root)
    for number in range(people):
        for index in range(trials):
            turn = (index % 2) + 2 * (index // 2 % 8 == 7)
            _link(root, templates[turn], f"p{number:03d}", number * trials + index, index // 2)
    table = dataset.people_table([Person(f"p{number:03d}") for number in range(people)])
    (root / "participants.tsv").write_bytes(table)


def _template(folder: Path, number: int):
    """Return a diary of one trial that was imported as any other, the document of its result, its sidecar."""
    from writers import write

    leg, eyes = CONDITIONS[number]
    diary = Diary(folder, cache=folder.with_suffix(".cache"))
    export = Export(f"made-{number}", write("phyphox", stance(number + 1)[0]))
    setup = Setup(person="p0", test="single-leg", leg=leg, eyes=eyes, when=FIRST)
    (outcome,) = walk([export], lambda *_: setup, Settings())
    trial = keep(outcome, diary).trial
    (document,) = diary.documents()
    place = find_place(setup, trial)
    sidecar = json.loads(locate(folder, place.file("motion.json")).read_text())
    return folder, place, document, sidecar


def _link(root: Path, template, person: str, number: int, session: int) -> None:
    folder, place, document, sidecar = template
    sha256, wobble = f"{number:064x}", 1 + 0.2 * ((number * 7919) % 101 / 101 - 0.5)
    trial = trial_id(sha256, sidecar["Surefoot"]["part"])
    known = assessment_from_plain(document["assessment"])
    when = FIRST + timedelta(days=DAYS_APART * session, minutes=2 * (number % 2))
    setup = replace(known.setup, person=person, when=when)
    values = {key: value * wobble for key, value in known.values.items()}
    origin = replace(known.provenance, source_sha256=sha256)
    assessment = replace(known, setup=setup, values=values, provenance=origin)
    new = find_place(setup, trial)
    for path in (root / new.motion, root / new.results, root / new.originals(trial)):
        path.mkdir(parents=True, exist_ok=True)
    for suffix in LINKED:
        os.link(locate(folder, place.file(suffix)), root / new.file(suffix))
    for original in (folder / place.originals(document["trial"])).iterdir():
        os.link(original, root / new.originals(trial) / original.name)
    told = {**sidecar, "BalanceTest": to_plain(setup), "Surefoot": {**sidecar["Surefoot"], "sha256": sha256}}
    (root / new.file("motion.json")).write_text(json.dumps(told))
    result = {**document, "trial": trial, "assessment": to_plain(assessment)}
    result.pop("path")
    (root / new.result).write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    scans = root / new.scans
    row = {"filename": f"motion/{new.stem}_motion.tsv", "acq_time": when.isoformat(), "trial": trial}
    rows = [*read_table(scans), row]
    scans.write_bytes(table_bytes(rows, dataset.SCAN_COLUMNS))
