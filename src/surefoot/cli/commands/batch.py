"""``surefoot batch FILES --study design.csv``: the reliability of a whole study in tidy tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from surefoot import sources
from surefoot.cli.columns import with_mappings
from surefoot.cli.options import Files, Json, Mapping, Source, takes_setup
from surefoot.cli.output import (
    Force,
    leave_if_refused,
    print_error,
    print_json,
    print_table,
    print_warning,
    progress,
)
from surefoot.cohort.design import read_design
from surefoot.cohort.study import Study, StudyFile, analyse_file, files_of, observe, run
from surefoot.cohort.tables import check_carried, study_tables, write_tables
from surefoot.frames import to_rows
from surefoot.metrics import load_metrics
from surefoot.reliability import SESSIONS, Interval, StudyResult, analyse_study
from surefoot.settings import open_settings

LARGEST_SHOWN: Final = 999


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
    """Work out how repeatable each metric is in a study.

    Tables for trials and for sessions are written, with ICC, SEM and MDC.
    """
    rows = read_design(study, setup_words)
    check_carried(rows)
    planned = files_of(rows, with_mappings(sources.collect(files, spare=True), mapping, source))
    analyse = partial(analyse_file, settings=open_settings(), source=source, keys=metric)
    done = run(planned, analyse, _watched)
    for alike in done.same_recordings():
        print_warning(
            f"The same recording under several names: {', '.join(alike)}. It counts as a repeat each."
        )
    results = analyse_study(observe(done.trials))
    tables = study_tables(done, results)
    errors = {f"{each.file} {each.part}".rstrip(): each.error for each in done.refused}
    if as_json:
        write_tables(folder, tables, force=force)
        told = [{"file": name, **error.to_dict()} for name, error in errors.items()]
        repeated = to_rows(tables["repeatability.csv"])
        print_json({"trials": len(done.trials), "results": repeated, "errors": told})
    else:
        _print_results(results, {each.assessment.primary for each in done.trials})
        for name, error in errors.items():
            print_error(error, as_json=False, where=name)
        write_tables(folder, tables, force=force)
    print_warning(f"Tables with a dictionary of their columns: {folder}")
    leave_if_refused(errors.values(), done.bugs)


def _watched(analyse: Callable[[StudyFile], Study], files: Iterable[StudyFile]) -> Iterator[Study]:
    """Analyse one file after the other under a progress bar."""
    planned = list(files)
    with progress("Assessing", len(planned)) as step:
        for file in planned:
            yield analyse(file)
            step()


def _print_results(results: Sequence[StudyResult], primary: set[str]) -> None:
    """Print the repeatability of the `primary` metrics, and why that of sessions is missing."""
    known = load_metrics()
    shown = [each for each in results if each.metric in primary]
    shown = [each for each in shown if each.scale == "ln" or known[each.metric].scale != "ln"]
    rows = [
        (
            f"{each.condition}; {known[each.metric].label}; {each.level}",
            f"{each.found.people} × {each.found.sessions}",
            _show(each.found.icc_2_1),
            _show(each.cv_pct, "%") if each.cv_pct else _show(each.sem),
            _show(each.mdc_pct, "%") if each.mdc_pct else _show(each.mdc),
        )
        for each in shown
        if each.found is not None
    ]
    if rows:
        print_table(("Condition; metric; level", "People × repeats", "ICC(2,1)", "SEM", "MDC95"), rows)
    for each in shown:
        if each.reason and each.level == SESSIONS:
            print(f"  {each.condition}; {known[each.metric].label}; {each.level}: {each.reason}")


def _show(interval: Interval | None, unit: str = "") -> str:
    if interval is None:
        return ""
    form = ".0f" if unit == "%" else ".2f"
    shown = f"{interval.estimate:{form}} {unit}".rstrip()
    if interval.low is None or interval.high is None:
        return shown
    high = f"{interval.high:{form}}" if interval.high < LARGEST_SHOWN else f"over {LARGEST_SHOWN}"
    return f"{shown} ({interval.low:{form}} to {high})"
