"""``surefoot import``: assess recordings and add them to the diary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from surefoot import pipeline, sources
from surefoot.cli.columns import attended, with_mappings
from surefoot.cli.commands.assess import outcome_to_plain
from surefoot.cli.options import End, Json, Source, Start, takes_setup
from surefoot.cli.options import Mapping as MappingFile
from surefoot.cli.output import leave_if_refused, print_error, print_json, progress, tell_kept, tell_trends
from surefoot.cli.prompts import ask_missing, confirm_name, read_setup
from surefoot.cohort.design import conditions_of, read_condition_table
from surefoot.diary import open_diary
from surefoot.errors import SetupError, UsageError
from surefoot.model import Setup
from surefoot.settings import open_settings

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.model import Recording
    from surefoot.settings import Settings

Sure = Annotated[
    bool, typer.Option("--sure", help="Leg and eyes are right, also where a file's name tells others.")
]


@takes_setup
def import_files(
    setup_words: dict[str, Any],
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Exports of an app or sensor, or any table: zip, CSV, JSON, a folder."),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option("--table", help="The conditions of many files: file, person, leg, eyes, … as CSV."),
    ] = None,
    correct: Annotated[
        bool, typer.Option("--correct", help="Correct what is there already under other conditions.")
    ] = False,
    source: Source = None,
    mapping: MappingFile = None,
    start: Start = None,
    end: End = None,
    sure: Sure = False,
    as_json: Json = False,
) -> None:
    """Assess recordings and add them to the diary.

    What is already there is skipped. A table of an app that is not known is read too: in a terminal you are
    asked what its columns are. A file whose name tells another leg or other eyes than you do is asked about
    there, and refused elsewhere. With --table each file has a row; without FILES those that it names are
    taken, from its own folder.
    """
    lines = None if table is None else _read_lines(table, setup_words)
    found = _named(table, lines) if table is not None and lines and not files else _given(files)
    exports = with_mappings(found, mapping, source, keep=True)
    diary = open_diary()
    conditions = _asked(exports, setup_words, sure=sure) if lines is None else _looked_up(lines, exports)
    settings = open_settings()
    walk = pipeline.walk(exports, conditions, settings, source=source, span_s=(start, end), spare=True)
    done: list[tuple[pipeline.Outcome, pipeline.Kept | None]] = []
    with progress("Importing", len(exports)) as step:
        for outcome in walk:
            done.append(_keep(outcome, diary, quiet=as_json))
            step()
    differing = [(outcome, kept) for outcome, kept in done if kept is not None and kept.differs]
    if differing and (correct or (not as_json and _wants_correction(len(differing)))):
        done = [(outcome, _correct(outcome, kept, diary, settings, quiet=as_json)) for outcome, kept in done]
    _tell_import(done, diary, as_json=as_json)
    leave_if_refused([outcome.error for outcome, _ in done], [outcome.bug for outcome, _ in done])


def _given(files: Sequence[Path] | None) -> Sequence[sources.Export]:
    if files:
        # A single file that is not there is refused before anything is asked about it.
        return sources.collect(files, spare=len(files) > 1)
    raise UsageError(
        "No file was named.",
        found="neither a file nor --table",
        expected="the export of an app, or a table of conditions",
        do="Name a file: `surefoot import walk.zip`, or `surefoot import --table sessions.csv`.",
    )


def _read_lines(table: Path, setup_words: dict[str, Any]) -> dict[str, dict[str, Setup]]:
    """Return the setups of a table of conditions by file and part."""
    lines: dict[str, dict[str, Setup]] = {}
    for line in read_condition_table(table, ("file", "part"), ("file", "person"), setup_words):
        file, part = line.own["file"], line.own["part"]
        if part in lines.setdefault(file, {}):
            raise SetupError(
                f"Line {line.number} of {table.name} names a file for the second time.",
                found=f"{file} {part}".rstrip(),
                expected="one line a file, or one for each of its parts",
                do="Take one of both lines out.",
            )
        lines[file][part] = line.setup
    return lines


def _named(table: Path, lines: Mapping[str, object]) -> list[sources.Export]:
    """Return the exports that a table names, by these names, from the folder of the table."""
    return [
        replace(export, name=name)
        for name in lines
        for export in sources.collect([table.parent / name], spare=True)
    ]


def _looked_up(
    lines: Mapping[str, Mapping[str, Setup]], exports: Sequence[sources.Export]
) -> pipeline.Conditions:
    strange = [export.name for export in exports if export.name not in lines]
    if strange:
        raise SetupError(
            "The table does not tell the conditions of every file.",
            found=f"no line for {', '.join(strange[:5])}{' and more' * (len(strange) > 5)}",
            expected="each file under its own name in the column `file`",
            do="Add a line for each, or leave these files out.",
        )
    told = {export.name: conditions_of(lines[export.name]) for export in exports}
    return lambda export, recording: told[export.name](export, recording)


def _asked(
    exports: Sequence[sources.Export], setup_words: dict[str, Any], *, sure: bool
) -> pipeline.Conditions:
    setups = {export.name: read_setup(ask_missing(setup_words, export.name)) for export in exports}
    agreed = set(setups) if sure else {name for name, setup in setups.items() if confirm_name(name, setup)}

    def find_setup(export: sources.Export, _: Recording) -> Setup:
        if export.name not in agreed:
            sources.check_name(export.name, setups[export.name])
        return setups[export.name]

    return find_setup


def _wants_correction(count: int) -> bool:
    if not attended():
        return False
    what = "One trial is" if count == 1 else f"{count} trials are"
    return typer.confirm(f"{what} in the diary under other conditions. Correct them as told now?", err=True)


def _correct(
    outcome: pipeline.Outcome, kept: pipeline.Kept | None, diary: Diary, settings: Settings, *, quiet: bool
) -> pipeline.Kept | None:
    """Correct a trial that was there under other conditions than those told now."""
    if kept is None or not kept.differs or outcome.assessment is None:
        return kept
    entry, given = diary.entry(kept.trial), outcome.assessment.setup
    setup = replace(entry.assessment.setup, **{name: getattr(given, name) for name in kept.differs})
    assessment = pipeline.reassess(entry, diary, settings, setup)
    if not quiet:
        print(f"Trial {kept.trial} is corrected: {', '.join(kept.differs)}.")
    return replace(kept, assessment=assessment, differs=())


def _keep(
    outcome: pipeline.Outcome, diary: Diary, *, quiet: bool
) -> tuple[pipeline.Outcome, pipeline.Kept | None]:
    """Keep one outcome and tell it unless `quiet`; what stops that stops no other."""
    if outcome.error is not None:
        return outcome, None
    try:
        kept = pipeline.keep(outcome, diary)
    except Exception as reason:  # noqa: BLE001 (it is told with the others, and raised after them)
        return outcome.stopped(reason), None
    if not quiet:
        tell_kept(outcome, kept)
    return outcome, kept


def _tell_import(
    done: Sequence[tuple[pipeline.Outcome, pipeline.Kept | None]], diary: Diary, *, as_json: bool
) -> None:
    """Tell what is to be told of all files together: their trends and what was refused, or all as JSON."""
    refused = [outcome for outcome, _ in done if outcome.error is not None]
    if as_json:
        rows = [_row(outcome, kept) for outcome, kept in done]
        print_json({"error": rows[0]["error"]} if len(done) == len(refused) == 1 else rows)
        return
    tell_trends(diary, [kept for _, kept in done if kept is not None and kept.new])
    for outcome in refused:
        if outcome.error is not None:
            print_error(outcome.error, as_json=False, where=f"{outcome.export.name} {outcome.part}".rstrip())


def _row(outcome: pipeline.Outcome, kept: pipeline.Kept | None) -> dict[str, Any]:
    if kept is None:
        return outcome_to_plain(outcome)
    told = {
        "trial": kept.trial,
        "new": kept.new,
        "differs": list(kept.differs),
        "dropped_columns": list(kept.left_out),
    }
    return {**outcome_to_plain(outcome), **told}
