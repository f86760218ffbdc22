"""``surefoot inspect``: what a file is, before anything is computed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from surefoot import sources
from surefoot.cli.columns import with_mappings
from surefoot.cli.output import leave_if_refused, print_error, print_issues, print_json
from surefoot.errors import SurefootError, UnforeseenError
from surefoot.model import Issue, Recording, to_plain
from surefoot.sources.tables import Table


def inspect(
    files: Annotated[
        list[Path],
        typer.Argument(help="Exports of an app or sensor, or any table: zip, CSV, JSON, a folder."),
    ],
    source: Annotated[
        str | None, typer.Option(help="Read as this format; see `surefoot show formats`.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Show what a file is: app, unit, sign, rate, gaps. Nothing is stored."""
    rows: list[dict[str, Any]] = []
    errors: list[tuple[str, SurefootError]] = []
    bugs: list[Exception] = []
    for export in with_mappings(sources.collect(files, spare=True), None, source):
        columns = _columns(export, source)
        if columns and not as_json:
            _print_columns(export.name, *columns)
        found, error, bug = _rows(export, source)
        bugs += [bug] if bug else []
        if columns:
            found = [{**row, "columns": _columns_to_plain(columns[1])} for row in found]
        rows += found
        errors += [(export.name, error)] if error else []
        for row in [] if as_json or error else found:
            _print_row(row)
    if as_json:
        print_json({"error": errors[0][1].to_dict()} if len(rows) == len(errors) == 1 else rows)
    for name, refusal in [] if as_json else errors:
        print_error(refusal, as_json=False, where=name)
    leave_if_refused([error for _, error in errors], bugs)


def _rows(
    export: sources.Export, source: str | None
) -> tuple[list[dict[str, Any]], SurefootError | None, Exception | None]:
    """Return a row for each recording in an export, or why there is none, and our mistake behind it."""
    try:
        files = export.files
        recordings = sources.parse(files, source)
        left_out = sources.keep_originals(files, recordings[0].source).left_out
        return [_row(export.name, replace(part, dropped_columns=left_out)) for part in recordings], None, None
    except Exception as reason:  # noqa: BLE001 (it is told with the others, and raised after them)
        error = reason if isinstance(reason, SurefootError) else UnforeseenError.about(reason)
        bug = None if error is reason else reason
        return [{"file": export.name, "error": error.to_dict()}], error, bug


def _columns(export: sources.Export, source: str | None) -> tuple[Table, sources.Proposal] | None:
    """Return what the columns of a table of no known app seem to be; None for every other export."""
    from surefoot.sources.formats.generic_csv import propose_mapping

    try:
        generic = sources.identify(export.files, source) == sources.GENERIC
        return propose_mapping(export.files) if generic else None
    except SurefootError:
        return None


def _columns_to_plain(proposal: sources.Proposal) -> dict[str, Any]:
    return {
        "told": dict(proposal.told),
        "measured": sorted(proposal.measured),
        "open": [question.text for question in proposal.questions],
        "mapping": proposal.toml(),
    }


def _print_columns(name: str, table: Table, proposal: sources.Proposal) -> None:
    from surefoot.cli.columns import describe_columns, describe_questions, first_rows

    print(f"{name}: no known app wrote this table. What its columns seem to be:\n")
    print(*first_rows(table), "", *describe_columns(proposal), sep="\n")
    if proposal.questions:
        print("\n  Not told by the table; `surefoot import` asks in a terminal:")
        print(*describe_questions(proposal), sep="\n")
    print()


def _row(name: str, recording: Recording) -> dict[str, Any]:
    from surefoot.dsp import find_gaps
    from surefoot.preparation.quality import GAP_FLAGGED_S, check_gaps, check_gravity, check_rate

    issues = [*recording.issues, *check_gaps(recording)]
    # The rate of what is whole: a clock that jumps ahead is no slow sensor.
    issues += _checked(lambda: check_rate(recording.sensors["acceleration"].rate_hz))
    issues += _checked(lambda: check_gravity(recording.acc_mps2))
    return {
        "file": name,
        "part": recording.part,
        "source": recording.source,
        "platform": recording.platform,
        "device_model": recording.device_model,
        "started": to_plain(recording.started),
        "sensors": to_plain(recording.sensors),
        "duration_s": recording.duration_s,
        "gaps": [list(gap) for gap in find_gaps(recording.time_s, GAP_FLAGGED_S)],
        "dropped_columns": list(recording.dropped_columns),
        "notes": list(recording.notes),
        "issues": to_plain(issues),
    }


def _checked(check: Callable[[], tuple[Issue, ...]]) -> tuple[Issue, ...]:
    """Return what a check found; a refusal counts as a warning here, as nothing is computed yet."""
    try:
        return check()
    except SurefootError as error:
        return (Issue(error.code, "warning", f"{error.what} Found: {error.found}.", error.do),)


def _print_row(row: dict[str, Any]) -> None:
    part = f" · part {row['part']}" if row["part"] else ""
    device = " ".join(filter(None, [row["platform"], row["device_model"]])) or "device not told"
    print(f"{row['file']}{part}")
    print(
        f"  {row['source']} · {device} · {row['duration_s']:.1f} s · started {row['started'] or 'not told'}"
    )
    signs = {1: "specific force", -1: "opposite of specific force, turned round"}
    for name, sensor in row["sensors"].items():
        sign = f", {signs[sensor['sign']]}" if sensor["sign"] in signs else ""
        gravity = ", with gravity" if sensor["includes_gravity"] else ""
        print(f"  {name}: {sensor['rate_hz']:.2f} Hz, {sensor['unit']}{sign}{gravity}")
    if row["dropped_columns"]:
        print(f"  · {sources.describe_left_out(row['dropped_columns'])}")
    for note in row["notes"]:
        print(f"  · {note}")
    print_issues(Issue(i["code"], i["severity"], i["message"]) for i in row["issues"])
