"""``surefoot batch PATHS``: a cohort analysed in one go, and the reliability of a study in tidy tables."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Annotated, Any, Final

import typer

from surefoot.cli.options import Files, Json, Mapping, Source, takes_setup
from surefoot.cli.output import Force, leave_if_refused, print_error, print_json, print_table, print_warning
from surefoot.cohort import batch as runs
from surefoot.cohort.design import DesignRow, read_design
from surefoot.cohort.engines import Engine
from surefoot.cohort.results import check_output, write_results
from surefoot.cohort.store import SUFFIX, Store
from surefoot.cohort.study import RefusedTrial, StudyFile, join, observe
from surefoot.cohort.tables import check_carried, make_folder, study_tables, write_tables
from surefoot.errors import SetupError, UsageError
from surefoot.frames import to_rows
from surefoot.metrics import load_metrics
from surefoot.model import WORDS, Setup
from surefoot.protocols.conditions import build_setup, untold
from surefoot.reliability import SESSIONS, Interval, StudyResult, analyse_study
from surefoot.settings import open_settings

LARGEST_SHOWN: Final = 999
# Fewer are done before a second process has begun.
WORTH_A_POOL: Final = 32
# A log of a cluster gets a line so often, a terminal a bar.
TOLD_EVERY_S: Final = 60.0


class EngineName(StrEnum):
    """Who does the work."""

    serial = "serial"
    local = "local"
    dask = "dask"


@takes_setup
def batch(
    setup_words: dict[str, Any],
    files: Files,
    study: Annotated[
        Path | None, typer.Option("--study", help="The design: file, person, session, … as CSV.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option("--table", help="Conditions by file: file, person, leg, … as CSV.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="results.parquet or .csv; a folder with --study.")
    ] = None,
    engine: Annotated[
        EngineName | None,
        typer.Option("--engine", help="Processes of this computer (local), a cluster, or neither."),
    ] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="How many processes.")] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="A Dask scheduler, such as tcp://10.0.0.5:8786.")
    ] = None,
    shard: Annotated[
        str | None, typer.Option("--shard", help="Only this share of the files, such as 3/8.")
    ] = None,
    merge: Annotated[bool, typer.Option("--merge", help="Put the answers of all shares together.")] = False,
    metric: Annotated[list[str] | None, typer.Option("--metric", help="Only this metric, or group.")] = None,
    force: Force = False,
    source: Source = None,
    mapping: Mapping = None,
    as_json: Json = False,
) -> None:
    """Analyse many files: a row a trial, or the tables of a study.

    A run that was stopped goes on where it was. With --study you learn how repeatable each metric is:
    tables for trials and for sessions, with ICC, SEM and MDC.
    """
    if study is not None and table is not None:
        raise _contradiction("--study and --table", "one of them: a design tells the conditions, too")
    out = output or Path("surefoot-study" if study else "results.csv")
    if study is None:
        check_output(out, force=force)
    else:
        make_folder(out)
    rows = _rows(study or table, setup_words, is_study=study is not None)
    planned = runs.plan(files, rows, _setup(files, rows, setup_words), study or table)
    part, parts = _share(shard)
    question = runs.BatchQuestion(
        open_settings(), source, tuple(metric) if metric else None, mapping.read_bytes() if mapping else None
    )
    with Store(_store(out, part, parts)) as store:
        if merge:
            store.absorb(sorted(out.parent.glob(f"{_stem(out)}.*-of-*{SUFFIX}")))
        mine = runs.shard(planned, part, parts)
        with _watched(len(mine)) as step:
            bugs = runs.run(mine, question, store, _engine(engine, len(mine), jobs, scheduler), step)
        told = _tell_results if study is None else partial(_tell_study, force=force)
        refused = [] if shard else told(planned, question, store, out, as_json=as_json)
    if shard:
        print_warning(f"Share {part} of {parts} is done: {store.path}. With all done: the same with --merge.")
    leave_if_refused([each.error for each in refused], bugs)


def _engine(name: EngineName | None, files: int, jobs: int | None, scheduler: str | None) -> Engine:
    """Return who works: as asked, else processes of this computer where there are files enough for them."""
    if scheduler:
        return Engine("dask", jobs, scheduler)
    if name is not None:
        return Engine(name.value, jobs)
    return Engine("local" if jobs or files >= WORTH_A_POOL else "serial", jobs)


def _contradiction(found: str, expected: str) -> UsageError:
    do = "See `surefoot batch --help`."
    return UsageError("These options contradict each other.", found=found, expected=expected, do=do)


def _rows(table: Path | None, words: dict[str, Any], *, is_study: bool) -> tuple[DesignRow, ...]:
    if table is None:
        return ()
    rows = read_design(table, words, ("file", "person", "session") if is_study else ("file",))
    check_carried(rows)
    return rows


def _setup(files: Sequence[Path], rows: Sequence[DesignRow], words: dict[str, Any]) -> Setup | None:
    """Return the setup of all files where no table tells it; diaries tell their own."""
    if rows or all(runs.is_diary(path) for path in files):
        return None
    missing = untold(words)
    if missing:
        raise SetupError(
            "Nothing tells how these trials were made.",
            found=f"nothing for {', '.join(missing)}",
            expected="a table with a line for each file, or a word for all of them",
            do=f"Give --table conditions.csv, or {' '.join(f'--{word} …' for word in missing)}: "
            + "; ".join(" | ".join(WORDS[word]) for word in missing),
        )
    return build_setup(words)


def _share(text: str | None) -> tuple[int, int]:
    """Return which share of how many, ``3/8``."""
    if text is None:
        return 1, 1
    first, _, last = text.partition("/")
    if not (first.isdigit() and last.isdigit() and 1 <= int(first) <= int(last)):
        raise UsageError(
            "This share is not understood.",
            found=repr(text),
            expected="a number from 1 to how many shares there are, such as 3/8",
            do="Give --shard 1/8 to the first job, --shard 8/8 to the last.",
        )
    return int(first), int(last)


def _stem(out: Path) -> str:
    return out.stem if out.suffix else "study"


def _store(out: Path, part: int, parts: int) -> Path:
    """Return where the answers are: beside the table, or in the folder of a study."""
    share = "" if parts == 1 else f".{part}-of-{parts}"
    return (out.parent if out.suffix else out) / f"{_stem(out)}{share}{SUFFIX}"


@contextmanager
def _watched(total: int) -> Iterator[Callable[[], None]]:
    """Yield what to call after each file: it moves a bar on a terminal, else there is a line a minute."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        rate = TextColumn("{task.speed:.1f} a second")
        columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), rate, TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Analysing", total=total)
            yield lambda: bar.advance(task)
        return
    start_s = told_s = monotonic()
    done = 0

    def step() -> None:
        nonlocal done, told_s
        done, now_s = done + 1, monotonic()
        if now_s - told_s >= TOLD_EVERY_S:
            told_s, rate_hz = now_s, done / (now_s - start_s)
            left = f"{(total - done) / rate_hz / 60:.0f} min left"
            print_warning(f"{done:,} of {total:,}; {rate_hz:.1f} a second; {left}")

    yield step


def _tell_results(
    planned: Sequence[StudyFile],
    question: runs.BatchQuestion,
    store: Store,
    out: Path,
    *,
    as_json: bool,
) -> list[RefusedTrial]:
    """Write the table of all trials, and tell what is not in it."""
    rows = write_results(out, lambda: runs.recall(planned, question, store))
    refused = [each for study in runs.recall(planned, question, store) for each in study.refused]
    if as_json:
        told = [_plain(each) for each in refused]
        print_json({"trials": rows - len(refused), "table": str(out), "errors": told})
    else:
        _print_refused(refused)
        print(f"{rows - len(refused)} trials, {len(refused)} refused: {out}")
    return refused


def _plain(each: RefusedTrial) -> dict[str, str]:
    return {"file": f"{each.file} {each.part}".rstrip(), **each.error.to_dict()}


def _print_refused(refused: Sequence[RefusedTrial]) -> None:
    for each in refused:
        print_error(each.error, as_json=False, where=f"{each.file} {each.part}".rstrip())


def _tell_study(
    planned: Sequence[StudyFile],
    question: runs.BatchQuestion,
    store: Store,
    out: Path,
    *,
    force: bool,
    as_json: bool,
) -> list[RefusedTrial]:
    """Write the tables of a study, and tell the repeatability of what carries the verdict."""
    done = join(runs.recall(planned, question, store))
    for alike in done.same_recordings():
        print_warning(
            f"The same recording under several names: {', '.join(alike)}. It counts as a repeat each."
        )
    results = analyse_study(observe(done.trials))
    tables = study_tables(done, results)
    if as_json:
        write_tables(out, tables, force=force)
        told = [_plain(each) for each in done.refused]
        repeated = to_rows(tables["repeatability.csv"])
        print_json({"trials": len(done.trials), "results": repeated, "errors": told})
    else:
        _print_results(results, {each.assessment.primary for each in done.trials})
        _print_refused(done.refused)
        write_tables(out, tables, force=force)
    print_warning(f"Tables with a dictionary of their columns: {out}")
    return list(done.refused)


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
