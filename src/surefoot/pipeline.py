"""The straight pipe on one page: read → prepare → assess → keep. The command line and the web call it.

::

    files ─ read ─→ Recording ─ prepare ─→ Trial ─ assess ─→ Assessment ─ keep ─→ Diary
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from surefoot import sources
from surefoot.assessment import assess
from surefoot.errors import DiaryError, SetupError, SurefootError, TooShortError, UnforeseenError
from surefoot.model import BROKEN_OFF, SETUP_FIELDS, Assessment, Event, Issue, Person, Recording, Setup, Trial
from surefoot.preparation import prepare
from surefoot.preparation.events import add_by_hand, changed_by_hand

if TYPE_CHECKING:
    from surefoot.diary import Diary, Entry
    from surefoot.settings import Settings

# Of 741 pairs of the bundled recordings, which share the lift of the foot, none reaches 0.99; rounding leaves
# more than 0.9999.
SAME_COURSE = 0.999
# Whoever gives conditions at all gives these.
ALWAYS_SAID = ("person", "test", "leg", "eyes", "surface", "placement")

Conditions = Callable[[sources.Export, Recording], Setup]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What became of one part of one export: a trial with its numbers, or the error that stopped it.

    `bug` is what nobody foresaw, where that is the reason; whoever goes on with other files raises it after.
    """

    export: sources.Export
    recording: Recording | None = None
    trial: Trial | None = None
    assessment: Assessment | None = None
    error: SurefootError | None = None
    bug: Exception | None = None

    def stopped(self, reason: Exception) -> Outcome:
        """Return the outcome as it is where `reason` stopped it."""
        if isinstance(reason, SurefootError):
            return replace(self, error=reason)
        return replace(self, error=UnforeseenError.about(reason), bug=reason)

    @property
    def part(self) -> str:
        """The part of the export, empty where it holds only one."""
        return "" if self.recording is None else self.recording.part


def walk(
    exports: Sequence[sources.Export],
    conditions: Conditions,
    settings: Settings,
    *,
    source: str | None = None,
    span_s: tuple[float | None, float | None] = (None, None),
    keys: Sequence[str] | None = None,
    spare: bool = False,
) -> Iterator[Outcome]:
    """Read, prepare and assess each part of each export; an error ends its part and no other.

    With `spare` that holds for mistakes of Surefoot's own too; without, such a one is raised at once.
    `conditions` tells the setup of a recording, `settings` what its device reads at rest; `span_s` picks a
    part of a long take; `keys` names the metrics where not all of the protocol are wanted.
    """
    for export in exports:
        whole = Outcome(export)
        try:
            recordings = sources.parse(export.files, source)
        except Exception as reason:  # noqa: BLE001 (raised again, or told with its file)
            yield _stopped(whole, reason, spare=spare)
            continue
        for recording in recordings:
            part = replace(whole, recording=recording)
            try:
                piece = cut(recording, *span_s)
                part = analyse(export, piece, conditions, settings, keys)
            except Exception as reason:  # noqa: BLE001 (raised again, or told with its file)
                part = _stopped(part, reason, spare=spare)
            yield part


def _stopped(outcome: Outcome, reason: Exception, *, spare: bool) -> Outcome:
    if not spare and not isinstance(reason, SurefootError):
        raise reason
    return outcome.stopped(reason)


def analyse(
    export: sources.Export,
    recording: Recording,
    conditions: Conditions,
    settings: Settings,
    keys: Sequence[str] | None = None,
) -> Outcome:
    """Prepare and assess one recording, read or live; a refusal is part of the outcome."""
    try:
        setup = conditions(export, recording)
        trial = prepare(recording, setup, noise_floor_mps2=settings.noise_floor_of(recording))
        return Outcome(export, recording, trial, assess(trial, keys))
    except SurefootError as error:
        return Outcome(export, recording, error=error)


def cut(recording: Recording, start_s: float | None = None, end_s: float | None = None) -> Recording:
    """Return the part of `recording` from `start_s` up to but not including `end_s`, its times kept.

    The part's name tells the span, so that two parts of one take are two trials. Raises TooShortError where
    nothing is left.
    """
    if start_s is None and end_s is None:
        return recording
    first, last = start_s or 0.0, recording.duration_s + 1.0 if end_s is None else end_s
    inside = (recording.time_s >= first) & (recording.time_s < last)
    if inside.sum() < 2:
        raise TooShortError(
            "The part asked for holds no samples.",
            found=f"{first:g} to {last:g} s of a recording of {recording.duration_s:.1f} s",
            expected="a span inside the recording",
            do="Check --start and --end with `surefoot inspect`.",
        )
    gyr = None if recording.gyr_radps is None else recording.gyr_radps[inside]
    # An end that somebody chose is not one that technology made.
    chosen = last <= float(recording.time_s[-1])
    issues = tuple(issue for issue in recording.issues if not (chosen and issue.code == BROKEN_OFF))
    name = f"{recording.part} {first:g}-{last:g} s".strip()
    return replace(
        recording,
        time_s=recording.time_s[inside],
        acc_mps2=recording.acc_mps2[inside],
        gyr_radps=gyr,
        part=name,
        issues=issues,
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an outcome is in the diary, whether it is new there, and what of its export was not kept.

    Of one that is not new, `differs` names the conditions of the setup that were given otherwise this time.
    """

    trial: str
    new: bool
    assessment: Assessment
    differs: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def describe_differences(self, given: Setup) -> str:
        """Return in words what `given` says otherwise: "leg right, kept as left"."""
        words = (
            (name.split("_")[0], getattr(given, name), getattr(self.assessment.setup, name))
            for name in self.differs
        )
        return "; ".join(f"{name} {new}, kept as {old or 'not told'}" for name, new, old in words)


def keep(outcome: Outcome, diary: Diary, person: Person | None = None) -> Kept:
    """Add an outcome to the diary unless it is there already.

    Of the original export stays what the recording was read from, and nothing else. Raises ValueError for an
    outcome without an assessment, DiaryError where the diary cannot be written.
    """
    if outcome.recording is None or outcome.assessment is None:
        raise ValueError("only an assessed outcome can be kept")
    known = diary.find(outcome.recording, outcome.assessment)
    if known is not None:
        kept = diary.entry(known).assessment
        return Kept(known, new=False, assessment=kept, differs=_differences(outcome.assessment, kept))
    assessment = _dated(outcome.assessment, outcome.recording, outcome.export.paths)
    files = outcome.export.files
    if outcome.export.is_own:
        originals = sources.Originals(dict(files), ())
    else:
        originals = sources.keep_originals(files, outcome.recording.source)
    # What was left out is told now and not stored: a name of a file or a column may be somebody's.
    recording = replace(outcome.recording, dropped_columns=())
    trial = diary.add(recording, assessment, originals.files, person)
    return Kept(trial, new=True, assessment=assessment, left_out=originals.left_out)


def _differences(given: Assessment, kept: Assessment) -> tuple[str, ...]:
    """Return the fields of the setup in which `given` says something else; what nobody said counts not."""
    now, then, usual = given.setup, kept.setup, Setup(placement=given.setup.placement)
    found = [name for name in SETUP_FIELDS if _plain(now, name) != _plain(then, name)]
    # Nobody is asked for the device; where the screen looks follows from where the phone was.
    passed = {"device_model", *(["facing"] if "placement" in found else [])}
    return tuple(
        name
        for name in found
        if name not in passed and (name in ALWAYS_SAID or getattr(now, name) != getattr(usual, name))
    )


def _plain(setup: Setup, name: str) -> object:
    value = getattr(setup, name)
    return value.casefold() if name == "person" else value


def _dated(assessment: Assessment, recording: Recording, paths: Sequence[Path]) -> Assessment:
    """Return `assessment` dated: as given, else by the recording, else by the file, which is flagged."""
    if assessment.setup.when is not None:
        return assessment
    if recording.started is not None:
        return replace(assessment, setup=replace(assessment.setup, when=recording.started))
    from surefoot.diary.sameness import WHEN_FROM_FILE

    written = max((path.stat().st_mtime for path in paths), default=0.0)
    when = datetime.fromtimestamp(written, UTC).astimezone().replace(microsecond=0)
    what = (
        f"The export does not tell when it was made; the file's own time, {when:%Y-%m-%d %H:%M}, was taken."
    )
    issue = Issue(WHEN_FROM_FILE, "warning", what, "Correct it with `surefoot edit --when` if it is wrong.")
    return replace(
        assessment,
        setup=replace(assessment.setup, when=when),
        issues=(*assessment.issues, issue),
    )


def reassess(
    entry: Entry,
    diary: Diary,
    settings: Settings,
    setup: Setup | None = None,
    by_hand: Sequence[Event] = (),
) -> Assessment:
    """Analyse a stored trial again and store the result.

    Under a corrected `setup` where one is given, with events set `by_hand` now or earlier, or edited in the
    diary's table of events. Raises DiaryError where the trial was corrected elsewhere since `entry` was read:
    that correction would be lost. Raises SetupError for a setup without a date, and whatever `prepare` and
    the diary raise.
    """
    if setup is not None and setup.when is None:
        raise SetupError(
            "A stored trial needs its date.",
            found="no date",
            expected="a time with its zone",
            do="Give --when, such as 2026-03-02T08:30:00+01:00.",
        )
    recording = diary.recording(entry.trial)
    if not diary.is_tied(entry.trial):
        _check_against_original(recording, diary.originals(entry.trial), entry.trial)
    trial = prepare(
        recording,
        setup or entry.assessment.setup,
        by_hand=add_by_hand(_earlier_by_hand(entry, diary), by_hand),
        noise_floor_mps2=settings.noise_floor_of(recording),
    )
    assessment = assess(trial)
    if diary.entry(entry.trial).assessment != entry.assessment:
        raise DiaryError(
            "This trial was corrected elsewhere in the meantime.",
            found=f"another result of {entry.trial} than before",
            expected="the trial as it was when this began",
            do="Look at the trial, then correct what is left to correct.",
        )
    diary.replace(entry.trial, assessment, undoable=setup is not None or bool(by_hand))
    return assessment


def _check_against_original(recording: Recording, files: sources.Files, trial: str) -> None:
    """Hold a recording that no hash ties to its result against its kept original, where that can be read.

    Size and direction of the acceleration's magnitude may have changed with a version, its course may not.
    Raises DiaryError for the recording of another trial.
    """
    try:
        parts = sources.parse(files, recording.source)
    except SurefootError:
        return
    for part in parts:
        if part.part != recording.part or part.time_s.size != recording.time_s.size:
            continue
        courses = [np.linalg.norm(each.acc_mps2, axis=1) for each in (part, recording)]
        if min(float(np.std(course)) for course in courses) > 0 and np.corrcoef(courses)[0, 1] < SAME_COURSE:
            raise DiaryError(
                "A recording of the diary and its original do not belong together.",
                found=f"other samples than in the export that was kept of trial {trial}",
                expected="the recording that was imported",
                do="Files of the diary were exchanged. Put them back from a backup, or delete the trial and "
                "import its export again.",
            )


def _earlier_by_hand(entry: Entry, diary: Diary) -> tuple[Event, ...]:
    return changed_by_hand(entry.assessment.events, diary.events(entry.trial))


def revisit(
    export: sources.Export, folder: Path, settings: Settings, keys: Sequence[str] | None = None
) -> Iterator[Outcome]:
    """Analyse the trial of a diary that `export` is named after, as `reassess` does; nothing is stored.

    What goes wrong is the outcome's error, a mistake of Surefoot's own too.
    """
    from surefoot.diary import Diary

    outcome = Outcome(export)
    try:
        diary = Diary(folder)
        entry, recording = diary.entry(export.name), diary.recording(export.name)
        outcome = replace(outcome, recording=recording)
        by_hand = _earlier_by_hand(entry, diary)
        floor_mps2 = settings.noise_floor_of(recording)
        trial = prepare(recording, entry.assessment.setup, by_hand=by_hand, noise_floor_mps2=floor_mps2)
        yield replace(outcome, trial=trial, assessment=assess(trial, keys))
    except Exception as reason:  # noqa: BLE001 (told with its trial)
        yield outcome.stopped(reason)


def recall(entry: Entry, diary: Diary) -> Trial:
    """Prepare a stored trial again, with the events and issues that were stored with it, to draw it."""
    assessment = entry.assessment
    by_hand = [event for event in assessment.events if event.by_hand]
    trial = prepare(diary.recording(entry.trial), assessment.setup, by_hand=by_hand)
    told = tuple(event for event in assessment.events if event.confidence > 0)
    return replace(trial, events=told, issues=assessment.issues)


def shorten(entry: Entry, diary: Diary, window_s: float) -> Assessment:
    """Analyse the last `window_s` of a stored trial's window; nothing is stored.

    For ratios of trials whose protocols analyse different lengths. Raises TooShortError for a shorter window.
    """
    by_hand = _earlier_by_hand(entry, diary)
    trial = prepare(diary.recording(entry.trial), entry.assessment.setup, by_hand=by_hand)
    start_s, end_s = trial.window_s
    if end_s - start_s < window_s - 0.5 / trial.rate_hz:
        raise TooShortError(
            "The analysed window is too short to be cut.",
            found=f"{end_s - start_s:.1f} s",
            expected=f"at least {window_s:.1f} s",
            do="Compare trials of the same length.",
        )
    settings = {**trial.settings, "window": f"{window_s:.0f} s"}
    protocol = replace(trial.protocol, window_s=window_s, short_window_s={})
    return assess(replace(trial, protocol=protocol, window_s=(end_s - window_s, end_s), settings=settings))
