"""``surefoot batch FILES --study design.csv``: the reliability of a whole study in tidy tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from surefoot import pipeline, sources, words
from surefoot.cli.commands.assess import Files, Json, Mapping, Source
from surefoot.cli.conditions import takes_setup
from surefoot.cli.design import Refused, Row, Taken, read_design
from surefoot.cli.mappings import with_mappings
from surefoot.cli.output import Force, leave_if_refused, print_error, print_json, print_warning, progress
from surefoot.cli.study_screen import print_results
from surefoot.cli.study_tables import components_table, results_table, values_table, write_tables
from surefoot.cli.study_trials import trials_table
from surefoot.errors import SetupError, SurefootError
from surefoot.model import Assessment, Recording, Setup
from surefoot.reliability import Observation, analyse_study
from surefoot.settings import open_settings


@takes_setup
def batch(
    setup_words: dict[str, Any],
    files: Files,
    study: Annotated[Path, typer.Option("--study", help="The design: file, person, session, … as CSV.")],
    folder: Annotated[Path, typer.Option("-o", "--output", help="Where to put the tables.")] = Path(
        "surefoot-study"
    ),
    metric: Annotated[list[str] | None, typer.Option("--metric", help="Only this metric, or group.")] = None,
    force: Force = False,
    source: Source = None,
    mapping: Mapping = None,
    as_json: Json = False,
) -> None:
    """Tell how repeatable each metric is in the files of a study.

    Tables for trials and for sessions are written, with ICC, SEM and MDC.
    """
    rows = read_design(study, setup_words)
    exports = with_mappings(sources.collect(files, spare=True), mapping, source)
    _check_files(rows, exports)
    taken, refused, bugs = _assess(rows, exports, source, metric)
    for alike in _same_recordings(taken):
        print_warning(
            f"The same recording under several names: {', '.join(alike)}. It counts as a repeat each."
        )
    results = analyse_study(observe(taken))
    tables = {
        "trials.csv": trials_table(taken, refused),
        "values.csv": values_table(taken),
        "repeatability.csv": results_table(results),
        "components.csv": components_table(observe(taken)),
    }
    errors = {f"{each.file} {each.part}".rstrip(): each.error for each in refused}
    if as_json:
        write_tables(folder, tables, force=force)
        told = [{"file": name, **error.to_dict()} for name, error in errors.items()]
        print_json({"trials": len(taken), "results": results_table(results), "errors": told})
    else:
        print_results(results, {each.assessment.primary for each in taken})
        for name, error in errors.items():
            print_error(error, as_json=False, where=name)
        write_tables(folder, tables, force=force)
    print_warning(f"Tables with a dictionary of their columns: {folder}")
    leave_if_refused(errors.values(), bugs)


def _same_recordings(taken: Sequence[Taken]) -> list[list[str]]:
    files: dict[tuple[str, str], list[str]] = {}
    for each in taken:
        files.setdefault((each.assessment.provenance.source_sha256, each.part), []).append(each.row.file)
    return [names for names in files.values() if len(names) > 1]


def _check_files(rows: Sequence[Row], exports: Sequence[sources.Export]) -> None:
    """Raise SetupError where files and design do not name one another."""
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


def _assess(
    rows: Sequence[Row], exports: Sequence[sources.Export], source: str | None, keys: list[str] | None
) -> tuple[list[Taken], list[Refused], list[Exception]]:
    known = {(row.file, row.part): row for row in rows}
    used: dict[tuple[str, str], str] = {}

    def find(export: sources.Export, recording: Recording) -> Setup:
        key = (export.name, recording.part)
        key = key if key in known else (export.name, "")
        if key not in known or used.setdefault(key, recording.part) != recording.part:
            raise _no_line(recording)
        return known[key].setup

    done: list[tuple[Row, str, Assessment]] = []
    refused: list[Refused] = []
    bugs: list[Exception] = []
    with progress("Assessing", len(exports)) as step:
        for outcome in pipeline.walk(exports, find, open_settings(), source=source, keys=keys, spare=True):
            bugs += [outcome.bug] if outcome.bug is not None else []
            if outcome.error is not None:
                refused += _refuse(outcome, outcome.error, rows)
            elif outcome.assessment is not None:
                row = known.get((outcome.export.name, outcome.part)) or known[outcome.export.name, ""]
                done.append((row, outcome.part, outcome.assessment))
            step()
    return _numbered(done), refused, bugs


def _refuse(outcome: pipeline.Outcome, error: SurefootError, rows: Sequence[Row]) -> list[Refused]:
    """Return what was refused for each line of the design: all lines of a file that cannot be read."""
    file, part = outcome.export.name, outcome.part
    of_file = [row for row in rows if row.file == file]
    if outcome.recording is not None:
        of_file = [row for row in of_file if row.part == part] or [row for row in of_file if not row.part]
    lines: list[Row | None] = [*of_file] or [None]
    return [Refused(row, file, row.part if row and not part else part, error) for row in lines]


def _no_line(recording: Recording) -> SetupError:
    return SetupError(
        "This part of the export has no line in the design.",
        found=f"the part {recording.part!r}",
        expected="a line with this name in the column `part`",
        do="Add a line for each part of the file.",
    )


def _numbered(done: Sequence[tuple[Row, str, Assessment]]) -> list[Taken]:
    """Give every trial its condition and, where the design does not, its number in the session."""
    conditions = name_conditions([assessment for _, _, assessment in done])
    counts: Counter[tuple[str, ...]] = Counter()
    taken = []
    for (row, part, assessment), condition in zip(done, conditions, strict=True):
        cell = (row.setup.person, row.session, condition)
        if not row.setup.practice:
            counts[cell] += 1
        taken.append(Taken(row, part, row.trial or str(counts[cell]), condition, assessment))
    _check_trials(taken)
    return taken


def _check_trials(taken: Sequence[Taken]) -> None:
    cells = Counter(
        (each.row.setup.person, each.row.session, each.condition, each.trial)
        for each in taken
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
        if settings not in names.setdefault(_short(assessment), []):
            names[_short(assessment)].append(settings)
    return [_full_name(assessment, names[_short(assessment)]) for assessment in assessments]


def _short(assessment: Assessment) -> str:
    return words.list_conditions(assessment.setup)


def _full_name(assessment: Assessment, kinds: Sequence[dict[str, str]]) -> str:
    own = assessment.provenance.settings
    differing = [name for name in own if len({kind.get(name, "") for kind in kinds}) > 1]
    return ", ".join([_short(assessment), *(f"{name} {own[name] or 'none'}" for name in differing)])


def observe(taken: Sequence[Taken]) -> list[Observation]:
    """Return the scored values of a study."""
    return [
        Observation(each.row.setup.person, each.row.session, each.trial, each.condition, key, value)
        for each in taken
        if each.assessment.counts
        for key, value in each.assessment.values.items()
    ]
