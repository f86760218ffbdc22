"""Takes to trials, as if their files had been imported; and one end for every journal."""

from __future__ import annotations

import io
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from surefoot import pipeline
from surefoot.diary.files import write_bytes
from surefoot.errors import DiaryError, SurefootError
from surefoot.live.arrival import arrival_of
from surefoot.live.guide import Take, tell_held
from surefoot.live.journal import SAFE_PREFIX, Journal, LeftJournal, rescue
from surefoot.live.log import Log
from surefoot.model import broken_off, setup_from_plain
from surefoot.protocols import protocol_for

if TYPE_CHECKING:
    from datetime import datetime

    from surefoot.diary import Diary
    from surefoot.model import Assessment, Setup
    from surefoot.settings import Settings
    from surefoot.words import Language

CANNOT_WRITE: Final = (DiaryError, OSError, sqlite3.Error)
# Endings that are no doing of the person.
BROKE_OFF: Final = {"lost": "The sensor was lost", "interrupted": "The program was ended"}
RECOVERABLE: Final = "`surefoot record --recover` keeps what was recorded."


@dataclass(frozen=True, slots=True, eq=False)
class KeptTake:
    """What became of a take: a trial, or the error that stopped it.

    `outcome` is how far it came, `quality` how it arrived, `aligned` how its clock stands to the first
    sensor's where there are several.
    """

    take: Take
    error: SurefootError | None = None
    outcome: pipeline.Outcome | None = None
    quality: Mapping[str, Any] = field(default_factory=dict)
    kept: pipeline.Kept | None = None
    aligned: Mapping[str, Any] = field(default_factory=dict)

    @property
    def trial(self) -> str:
        """Its id in the diary, empty where it is not there."""
        return "" if self.kept is None else self.kept.trial

    @property
    def waits(self) -> bool:
        """Whether nothing is wrong with what was measured: the diary could not take it."""
        return isinstance(self.error, DiaryError)


def keep_takes(log: Log, takes: Sequence[Take], diary: Diary, settings: Settings) -> tuple[KeptTake, ...]:
    """Assess each take and add it to the diary; one that cannot be assessed is told, and stops no other."""
    return tuple(_keep(log, take, diary, settings) for take in takes)


def _keep(log: Log, take: Take, diary: Diary, settings: Settings) -> KeptTake:
    base, arrival = setup_from_plain(log.header.setup), arrival_of(log.header)
    setup = replace(base, leg=take.attempt.leg, practice=base.practice or take.attempt.practice)
    told = KeptTake(take)
    try:
        exported = arrival.export(log, take)
        told = replace(told, outcome=pipeline.Outcome(exported))
        recording, quality = arrival.read(exported)
    except SurefootError as error:
        return replace(told, error=error)
    if take.ending in BROKE_OFF:
        lasted_s = take.hold_s[1] - take.start_s if arrival.KEEPS_JOURNAL else recording.duration_s
        what = f"{BROKE_OFF[take.ending]} {lasted_s:.0f} s into the attempt."
        recording = replace(recording, issues=(*recording.issues, broken_off(what)))
    outcome = pipeline.analyse(exported, recording, lambda *_: setup, settings)
    told = replace(told, outcome=outcome, quality=quality, error=outcome.error)
    if outcome.error is not None:
        return told
    try:
        return replace(told, kept=pipeline.keep(outcome, diary))
    except CANNOT_WRITE as error:
        return replace(told, error=unwritten(error))


def say_held(
    assessment: Assessment, touched_s: float | None, diary: Diary, now: datetime, language: Language
) -> str:
    """Return how long a stance was held, as it is spoken, against the last day that counts.

    `touched_s` are the seconds that were told when the foot came down. Practice, a take that broke off and
    one without a time held say nothing.
    """
    setup, held_s = assessment.setup, assessment.values.get("hold_time_s")
    if held_s is None or not assessment.counts:
        return ""
    before = [
        (entry.when, entry.assessment.values["hold_time_s"])
        for entry in diary.entries(setup.person)
        if _is_alike(entry.assessment.setup, setup)
        and "hold_time_s" in entry.assessment.values
        and entry.when.date() < now.date()
    ]
    last = max(before, default=None)
    then = None if last is None else (last[1], language.day(last[0].date(), now.date()))
    whole_s = protocol_for(setup).hold_s
    return tell_held(setup.leg, held_s if touched_s is None else touched_s, whole_s, then, language.code)


def _is_alike(one: Setup, other: Setup) -> bool:
    """Tell whether two setups are the same task for the person, whichever phone measured it."""
    compared = ("test", "leg", "eyes", "surface", "practice")
    return all(getattr(one, name) == getattr(other, name) for name in compared)


def unwritten(error: Exception) -> DiaryError:
    """Return what the disk refused in words, which tell of no file and no address."""
    if isinstance(error, DiaryError):
        return error
    why = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    return DiaryError(
        "What is kept on this computer could not be read or written.",
        found=f"{type(error).__name__}{why}",
        expected="a folder of your own with free space",
        do="Check the diary's disk: is it there, is it full? Then try again.",
    )


def align_takes(first: Sequence[KeptTake], further: Sequence[KeptTake]) -> tuple[KeptTake, ...]:
    """Return the takes of a further sensor with how its clock stands to the first one's.

    Both are on the computer's clock already: `later_s` is how much later its recording begins, right within
    `uncertainty_s`, the delays of both together (`ble.alignment` puts samples on one clock).
    """
    return tuple(
        replace(own, aligned=_aligned(one, own))
        if "zero_s" in one.quality.keys() & own.quality.keys()
        else own
        for one, own in zip(first, further, strict=True)
    )


def _aligned(one: KeptTake, own: KeptTake) -> dict[str, Any]:
    return {
        "with": one.trial,
        "later_s": round(own.quality["zero_s"] - one.quality["zero_s"], 6),
        "uncertainty_s": one.quality["uncertainty_s"] + own.quality["uncertainty_s"],
    }


def settle(journal: Journal, kept: Sequence[KeptTake]) -> str:
    """End a journal whose takes are in the diary or were refused; return what is left to say.

    Where the diary could not take a trial, or the disk not the end of the journal, it is left to be
    recovered.
    """
    if any(one.waits for one in kept):
        return leave(journal)
    files = find_place_for(kept, journal)
    if files is None:
        with suppress(DiaryError):
            journal.close("-".join(one.trial for one in kept if one.trial))
            return ""
        return leave(journal)
    journal.remove()
    return " ".join(lies_in(path) for path in files)


def lies_in(path: Path) -> str:
    """Return what to say of a file that holds what was refused."""
    return f"What arrived is in {path}; `surefoot import` reads it."


def find_place_for(kept: Sequence[KeptTake], journal: Journal | LeftJournal) -> tuple[Path, ...] | None:
    """Return the files to which what was refused has gone; None where the journal itself has to stay.

    A journal of one take is needed no more once the files in its export are in the diary or such a file.
    """
    if arrival_of(journal.header).KEEPS_JOURNAL:
        return None
    files = [set_aside(one, journal.path) for one in kept if one.kept is None]
    found = tuple(path for path in files if path is not None)
    return found if len(found) == len(files) else None


def set_aside(kept: KeptTake, beside: Path) -> Path | None:
    """Write a take that was refused to a file that `surefoot import` reads; None where that cannot be.

    It lies beside a journal, or among the temporary files where its disk takes nothing.
    """
    if kept.outcome is None:
        return None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in kept.outcome.export.files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    for path in _places(beside.with_suffix(".zip")):
        with suppress(OSError):
            write_bytes(path, packed.getvalue())
            return path
    return None


def remove_aside(path: Path) -> None:
    """Remove such a file, and the folder that was made for it alone."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
        if path.parent.name.startswith(SAFE_PREFIX):
            path.parent.rmdir()


def _places(path: Path) -> Iterator[Path]:
    yield path
    with suppress(OSError):
        # Others may write there too: only a folder of its own is safe from them.
        yield Path(tempfile.mkdtemp(prefix=SAFE_PREFIX)) / path.name


def leave(journal: Journal) -> str:
    """Leave a journal to be recovered, one in which nothing arrived removed; return what to say of it.

    What its disk refused is put among the temporary files.
    """
    journal.leave()
    if not journal.heard:
        journal.remove()
        return ""
    if not journal.is_behind:
        return RECOVERABLE
    try:
        safe = rescue(journal)
    except DiaryError as error:
        return f"The end of {journal.path} is lost: it could not be written ({error.found})."
    return f"The disk did not take all of it. Make room, then move {safe} over {journal.path}."
