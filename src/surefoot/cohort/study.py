"""A study: each file analysed by itself, anywhere, then its trials numbered and what was tested named.

::

    design, exports ─ files_of ─→ StudyFile … ─ analyse_file, join ─→ Study ─ observe ─→ reliability
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from surefoot import pipeline, sources
from surefoot.cohort.design import DesignRow, conditions_of
from surefoot.errors import SetupError, SurefootError
from surefoot.frames import in_order, name_conditions
from surefoot.model import Assessment, Recording, Setup
from surefoot.reliability import Observation
from surefoot.settings import Settings


@dataclass(frozen=True, slots=True)
class StudyFile:
    """An export of a study, and the lines of the design that are about it.

    With `every_part` one line holds for all parts. A trial of a diary has its folder in `diary`.
    """

    export: sources.Export
    rows: tuple[DesignRow, ...]
    every_part: bool = False
    diary: Path | None = None


@dataclass(frozen=True, slots=True)
class StudyTrial:
    """A trial of a study: its line of the design, what it is called there, and its numbers."""

    row: DesignRow
    part: str
    assessment: Assessment
    trial: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class RefusedTrial:
    """A file or part of a study that gave no numbers; `row` is None where the design does not name it."""

    row: DesignRow | None
    file: str
    part: str
    error: SurefootError


@dataclass(frozen=True, slots=True)
class Study:
    """What became of a study, or of one file of it: plain data, without a sample of any recording.

    `bugs` are what nobody foresaw; whoever has told the rest raises them.
    """

    trials: tuple[StudyTrial, ...] = ()
    refused: tuple[RefusedTrial, ...] = ()
    bugs: tuple[Exception, ...] = ()

    def same_recordings(self) -> list[list[str]]:
        """Return the names of files that hold one recording, where several do."""
        files: dict[tuple[str, str], list[str]] = {}
        for each in self.trials:
            files.setdefault((each.assessment.provenance.source_sha256, each.part), []).append(each.row.file)
        return [names for names in files.values() if len(names) > 1]


def files_of(rows: Sequence[DesignRow], exports: Sequence[sources.Export]) -> tuple[StudyFile, ...]:
    """Return each export with its lines. Raises SetupError where files and design do not name one another."""
    planned, given = {row.file for row in rows}, Counter(export.name for export in exports)
    strange = [f"{name} is not in the design" for name in given if name not in planned]
    strange += [f"{name} of the design is not given" for name in sorted(planned) if name not in given]
    strange += [f"{name} is given {count} times" for name, count in given.items() if count > 1]
    if strange:
        raise SetupError(
            "Design and files do not belong together.",
            found="; ".join(strange[:5]) + (f" and {len(strange) - 5} more" if len(strange) > 5 else ""),
            expected="each file once, under its own name in the column `file`",
            do="Correct the design, or give other files.",
        )
    lines: dict[str, list[DesignRow]] = {}
    for row in rows:
        lines.setdefault(row.file, []).append(row)
    return tuple(StudyFile(export, tuple(lines[export.name])) for export in exports)


def join(parts: Iterable[Study]) -> Study:
    """Return what all files gave as one study, its trials numbered and their conditions named.

    Raises SetupError for a trial that is there twice.
    """
    each = list(parts)
    return Study(
        _numbered([trial for part in each for trial in part.trials]),
        tuple(refused for part in each for refused in part.refused),
        tuple(bug for part in each for bug in part.bugs),
    )


def analyse_file(
    file: StudyFile, settings: Settings, source: str | None = None, keys: Sequence[str] | None = None
) -> Study:
    """Return what one file gives: its trials, not yet numbered, and what was refused."""
    lines = {row.part: row for row in file.rows}
    told = conditions_of({part: row.setup for part, row in lines.items()})

    def setup_of(export: sources.Export, recording: Recording) -> Setup:
        setup = file.rows[0].setup if file.every_part else told(export, recording)
        return replace(setup, when=setup.when or recording.started)

    if file.diary is None:
        outcomes = pipeline.walk([file.export], setup_of, settings, source=source, keys=keys, spare=True)
    else:
        outcomes = pipeline.revisit(file.export, file.diary, settings, keys)
    trials, refused, bugs = [], [], []
    for outcome in outcomes:
        bugs += [outcome.bug] if outcome.bug is not None else []
        if outcome.error is not None:
            refused += _refuse(outcome, outcome.error, file.rows)
        elif outcome.assessment is not None:
            row = lines.get(outcome.part) or lines[""]
            trials.append(StudyTrial(row, outcome.part, outcome.assessment))
    return Study(tuple(trials), tuple(refused), tuple(bugs))


def _refuse(outcome: pipeline.Outcome, error: SurefootError, rows: Sequence[DesignRow]) -> list[RefusedTrial]:
    """Return what was refused for each line of the design: all lines of a file that cannot be read."""
    part = outcome.part
    if outcome.recording is not None:
        rows = [row for row in rows if row.part == part] or [row for row in rows if not row.part]
    lines: list[DesignRow | None] = [*rows] or [None]
    return [
        RefusedTrial(row, outcome.export.name, row.part if row and not part else part, error) for row in lines
    ]


def _numbered(trials: Sequence[StudyTrial]) -> tuple[StudyTrial, ...]:
    """Give every trial its condition and, where the design does not, its number in the session."""
    made = [(each.assessment.setup, each.assessment.provenance.settings) for each in trials]
    conditions = name_conditions(made)
    counts: Counter[tuple[str, ...]] = Counter()
    numbered = []
    for each, condition in zip(trials, conditions, strict=True):
        row = each.row
        cell = (row.setup.person, row.session, condition)
        if not row.setup.practice:
            counts[cell] += 1
        numbered.append(replace(each, trial=row.trial or str(counts[cell]), condition=condition))
    _check_trials(numbered)
    return tuple(numbered)


def _check_trials(trials: Sequence[StudyTrial]) -> None:
    cells = Counter(
        (each.row.setup.person, each.row.session, each.condition, each.trial)
        for each in trials
        if not each.row.setup.practice
    )
    twice = [cell for cell, count in cells.items() if count > 1]
    if twice:
        person, session, condition, trial = twice[0]
        raise SetupError(
            "A trial of the design is there twice.",
            found=f"trial {trial} of {person}, session {session}, {condition}",
            expected="one file for each trial",
            do="Number the trials of a session in the column `trial`, or leave it out.",
        )


def observe(trials: Iterable[StudyTrial]) -> list[Observation]:
    """Return the scored values of a study, by person, session and trial."""
    return in_order(
        Observation(each.row.setup.person, each.row.session, each.trial, each.condition, key, value)
        for each in trials
        if each.assessment.counts
        for key, value in each.assessment.values.items()
    )
