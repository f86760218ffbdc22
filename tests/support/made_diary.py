"""Diaries of made trials, for tests of whatever reads a diary."""

from __future__ import annotations

import io
import tarfile
import tempfile
import zipfile
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from surefoot import pipeline, sources
from surefoot.diary import Diary
from surefoot.model import Setup
from surefoot.settings import Settings
from surefoot.simulate import stance
from surefoot.sources.formats import phyphox

ZONE = timezone(timedelta(hours=1))
# A day after the made trials, for whatever looks back from today.
TODAY = datetime(2026, 3, 20, 12, 0, tzinfo=ZONE)


def fill(diary, *, seed=1, leg="left", day=2, person="p01", **words):
    """Import one made trial; return its id."""
    when = datetime(2026, 3, day, 8, 30, tzinfo=ZONE)
    setup = Setup(person=person, test="single-leg", leg=leg, when=when, **words)
    if diary.root.exists():
        return pipeline.keep(_outcome(seed, setup), diary).trial
    trial, packed = _diary_of_one(seed, setup)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(diary.root, filter="fully_trusted")
    return trial


@cache
def _outcome(seed, setup):
    export = sources.Export(f"made-{seed}", phyphox.write(stance(seed)[0]))
    (outcome,) = pipeline.walk([export], lambda *_: setup, Settings())
    return outcome


@cache
def _diary_of_one(seed, setup):
    """Return the id of a trial, and a packed diary of nothing else, with which many tests begin."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=packed, mode="w") as archive:
        diary = Diary(Path(folder) / "diary", cache=Path(folder) / "cache")
        trial = pipeline.keep(_outcome(seed, setup), diary).trial
        archive.add(diary.root, ".")
    return trial, packed.getvalue()


@cache
def zipped_export(seed):
    """Return the zip that phyphox would export of one made trial."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in phyphox.write(stance(seed)[0]).items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()
