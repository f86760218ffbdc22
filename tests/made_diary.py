"""Diaries of made trials, for tests of whatever reads a diary."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from surefoot import pipeline, sources
from surefoot.model import Setup
from surefoot.simulate import stance
from surefoot.sources import phyphox

ZONE = timezone(timedelta(hours=1))


def fill(diary, *, seed=1, leg="left", day=2, person="p01", note=""):
    """Import one made trial; return its id."""
    recording, _ = stance(seed)
    when = datetime(2026, 3, day, 8, 30, tzinfo=ZONE)
    setup = Setup(person=person, test="single-leg", leg=leg, when=when, note=note)
    export = sources.Export(f"made-{seed}", phyphox.write(recording))
    (outcome,) = pipeline.walk([export], lambda *_: setup)
    return pipeline.keep(outcome, diary).trial
