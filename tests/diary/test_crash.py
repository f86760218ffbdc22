"""A stop at any moment of a write leaves a diary that opens and holds every earlier trial."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from bids import check_valid
from motion import standing
from surefoot.assessment import assess
from surefoot.diary import Diary
from surefoot.diary.layout import trial_id
from surefoot.model import Setup
from surefoot.preparation import prepare

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
FILES = {"export.csv": b"original"}


class PowerCutError(BaseException):
    """Nothing in the package may catch this."""


@cache
def take(seed, person="p01"):
    recording = standing(seed, rate_hz=50.0)
    setup = Setup(person=person, leg="left", when=START + timedelta(days=seed))
    return recording, assess(prepare(recording, setup))


@contextmanager
def power_cut_at(step, monkeypatch):
    """Stop at the `step`-th time a file is renamed, synced, opened for writing or removed."""
    count = 0

    def guarded(original):
        def call(*words, **options):
            nonlocal count
            count += 1
            if count == step:
                raise PowerCutError
            return original(*words, **options)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", guarded(Path.replace))
        patch.setattr(Path, "unlink", guarded(Path.unlink))
        for name in ("fsync", "open", "rmdir", "unlink"):
            patch.setattr(os, name, guarded(getattr(os, name)))
        yield


def add(diary):
    diary.add(*take(3), FILES)


def correct(diary):
    entry = diary.entries()[0]
    setup = replace(entry.assessment.setup, leg="right")
    diary.replace(entry.trial, assess(prepare(diary.recording(entry.trial), setup)))


def delete(diary):
    if diary.find(*take(1)) is not None:
        diary.delete(trial_id(f"{1:064x}", ""))


def delete_person(diary):
    if any(person.pseudonym == "p02" for person in diary.people()) or diary.entries("p02"):
        diary.delete_person("p02")


def is_looked_at(root, path):
    """Of originals, results and hidden files a validator asks nothing, of one hidden file aside."""
    parts = path.relative_to(root).parts
    hidden = any(part.startswith(".") for part in parts) and parts != (".bidsignore",)
    return not hidden and parts[0] not in ("sourcedata", "derivatives")


class Valid:
    """Holds diaries against the official validator, every third of the states their files are in."""

    def __init__(self):
        self.seen = set()

    def __call__(self, root):
        seen = frozenset(
            (path.relative_to(root), path.stat().st_size)
            for path in root.rglob("*")
            if is_looked_at(root, path)
        )
        if seen not in self.seen and len(self.seen) % 3 == 0:
            check_valid(root)
        self.seen.add(seen)


def state(diary):
    return {
        entry.trial: (entry.assessment.setup, diary.recording(entry.trial).acc_mps2.tobytes())
        for entry in diary.entries()
    }


@pytest.mark.slow
@pytest.mark.parametrize("verb", [add, correct, delete, delete_person])
def test_a_power_cut_at_any_step_loses_nothing_earlier_and_leaves_a_valid_diary(verb, tmp_path, monkeypatch):
    begun = Diary(tmp_path / "begun" / "diary", cache=tmp_path / "begun" / "cache")
    begun.add(*take(1), FILES)
    begun.add(*take(2, person="p02"), FILES)

    def fresh(name):
        shutil.copytree(begun.root, tmp_path / name / "diary")
        return Diary(tmp_path / name / "diary", cache=tmp_path / name / "cache")

    undisturbed = fresh("undisturbed")
    before = state(undisturbed)
    verb(undisturbed)
    after = state(undisturbed)
    step, stopped, valid = 0, True, Valid()
    while stopped:
        step += 1
        diary = fresh(str(step))
        try:
            with power_cut_at(step, monkeypatch):
                verb(diary)
            stopped = False
        except PowerCutError:
            valid(diary.root)
            opened = Diary(diary.root, cache=tmp_path / str(step) / "cache")
            safe = before.keys() & after.keys()
            seen = {entry.trial: entry.assessment.setup for entry in opened.entries()}
            for trial in safe:
                assert seen[trial] in (before[trial][0], after[trial][0]), (verb, step)
                assert opened.recording(trial).acc_mps2.tobytes() == before[trial][1], (verb, step)
            verb(opened)
            assert state(opened) == after, (verb, step)
    assert step > 5


def first(diary):
    diary.add(*take(1), FILES)


def delete_only(diary):
    for entry in diary.entries():
        diary.delete(entry.trial)


def delete_everybody(diary):
    names = {person.pseudonym for person in diary.people()} | {entry.person for entry in diary.entries()}
    for name in names:
        diary.delete_person(name)


@pytest.mark.slow
@pytest.mark.parametrize(("before", "verb"), [((), first), ((1,), delete_only), ((1,), delete_everybody)])
def test_a_power_cut_at_the_first_or_the_last_trial_leaves_a_valid_diary(before, verb, tmp_path, monkeypatch):
    valid, step, stopped = Valid(), 0, True
    while stopped:
        step += 1
        diary = Diary(tmp_path / str(step) / "diary", cache=tmp_path / str(step) / "cache")
        for seed in before:
            diary.add(*take(seed), FILES)
        try:
            with power_cut_at(step, monkeypatch):
                verb(diary)
            stopped = False
        except PowerCutError:
            valid(diary.root)
            verb(diary)
        valid(diary.root)
        assert len(diary.entries()) == (1 if verb is first else 0)
    assert step > 5


KILLED = """
import sys
sys.path[:0] = [{tests!r}, {tests!r} + "/support"]
from pathlib import Path
from diary.test_crash import FILES, take
from surefoot.diary import Diary
from surefoot.diary.layout import trial_id
diary = Diary(Path({root!r}), cache=Path({cache!r}))
print("ready", flush=True)
for seed in range(2, 60):
    diary.add(*take(seed), FILES)
    print(seed, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
@pytest.mark.parametrize("survived", [1, 3])
def test_a_killed_import_leaves_every_finished_trial(survived, tmp_path):
    root, cache = tmp_path / "diary", tmp_path / "cache"
    first = Diary(root, cache=cache).add(*take(1), FILES)
    code = KILLED.format(tests=str(Path(__file__).parents[1]), root=str(root), cache=str(cache))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(survived + 1)]
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert lines[0] == "ready\n"
    diary = Diary(root, cache=cache)
    entries = diary.entries()
    assert first in {entry.trial for entry in entries}
    assert len(entries) >= 1 + survived
    for entry in entries:
        assert diary.recording(entry.trial).time_s.size == 1800
    diary.add(*take(99), FILES)
    assert len(diary.entries()) == len(entries) + 1
