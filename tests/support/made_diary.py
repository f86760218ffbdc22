"""Diaries of made trials, for tests of whatever reads a diary."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timedelta, timezone

from surefoot import pipeline, sources
from surefoot.model import Setup
from surefoot.settings import Settings
from surefoot.simulate import stance
from surefoot.sources.formats import phyphox

ZONE = timezone(timedelta(hours=1))
# A day after the made trials, for whatever looks back from today.
TODAY = datetime(2026, 3, 20, 12, 0, tzinfo=ZONE)


def fill(diary, *, seed=1, leg="left", day=2, person="p01", **words):
    """Import one made trial; return its id."""
    recording, _ = stance(seed)
    when = datetime(2026, 3, day, 8, 30, tzinfo=ZONE)
    setup = Setup(person=person, test="single-leg", leg=leg, when=when, **words)
    export = sources.Export(f"made-{seed}", phyphox.write(recording))
    (outcome,) = pipeline.walk([export], lambda *_: setup, Settings())
    return pipeline.keep(outcome, diary).trial


def zipped_export(seed):
    """Return the zip that phyphox would export of one made trial."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in phyphox.write(stance(seed)[0]).items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()
