"""A study: each file analysed by itself, anywhere, then its trials numbered and what was tested named.

::

    design, exports ─ files_of ─→ StudyFile ─ run ─→ Study ─ observe ─→ reliability
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from surefoot import pipeline, sources
from surefoot.cohort.design import DesignRow, conditions_of
from surefoot.errors import SetupError, SurefootError
from surefoot.model import Assessment
from surefoot.reliability import Observation
from surefoot.settings import Settings
from surefoot.words import list_conditions


@dataclass(frozen=True, slots=True)
class StudyFile:
    """An export of a study, and the lines of the design that are about it."""

    export: sources.Export
    rows: tuple[DesignRow, ...]


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


def run(
    files: Iterable[StudyFile],
    analyse: Callable[[StudyFile], Study],
    map: Callable[[Callable[[StudyFile], Study], Iterable[StudyFile]], Iterable[Study]] = map,  # noqa: A002
) -> Study:
    """Analyse every file by itself and number the trials.

    Files and results pickle: `map` may be that of a pool of processes, or of a cluster, and decides where
    the work is done; the answer is the same. Raises SetupError for a trial that is there twice.
    """
    parts = list(map(analyse, files))
    return Study(
        _numbered([trial for part in parts for trial in part.trials]),
        tuple(each for part in parts for each in part.refused),
        tuple(bug for part in parts for bug in part.bugs),
    )


def analyse_file(
    file: StudyFile, settings: Settings, source: str | None = None, keys: Sequence[str] | None = None
) -> Study:
    """Return what one file gives: its trials, not yet numbered, and what was refused."""
    lines = {row.part: row for row in file.rows}
    setup_of = conditions_of({part: row.setup for part, row in lines.items()})
    trials, refused, bugs = [], [], []
    for outcome in pipeline.walk([file.export], setup_of, settings, source=source, keys=keys, spare=True):
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
    conditions = name_conditions([each.assessment for each in trials])
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


def name_conditions(assessments: Sequence[Assessment]) -> list[str]:
    """Return what was tested for each, alike only where every setting is; what differs is then named.

    A trial that failed stays with the others: its hold time belongs beside theirs.
    """
    names: dict[str, list[dict[str, str]]] = {}
    for assessment in assessments:
        settings = dict(assessment.provenance.settings)
        if settings not in names.setdefault(list_conditions(assessment.setup), []):
            names[list_conditions(assessment.setup)].append(settings)
    return [_full_name(assessment, names[list_conditions(assessment.setup)]) for assessment in assessments]


def _full_name(assessment: Assessment, kinds: Sequence[dict[str, str]]) -> str:
    own = assessment.provenance.settings
    differing = [name for name in own if len({kind.get(name, "") for kind in kinds}) > 1]
    return ", ".join(
        [list_conditions(assessment.setup), *(f"{name} {own[name] or 'none'}" for name in differing)]
    )


def observe(trials: Iterable[StudyTrial]) -> list[Observation]:
    """Return the scored values of a study."""
    return [
        Observation(each.row.setup.person, each.row.session, each.trial, each.condition, key, value)
        for each in trials
        if each.assessment.counts
        for key, value in each.assessment.values.items()
    ]
