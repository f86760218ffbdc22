"""``surefoot inspect``: what a file is, before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from surefoot.cli.output import print_error, print_issues, print_json
from surefoot.errors import SurefootError
from surefoot.model import Issue, Recording, to_plain


def inspect(
    files: Annotated[list[Path], typer.Argument(help="Exports of a phone app: zip, CSV, JSON or a folder.")],
    source: Annotated[
        str | None, typer.Option(help="Read as this format; see `surefoot show formats`.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Tell what a file is: app, platform, unit, sign, rate, gaps, dropped columns."""
    from surefoot import sources
    from surefoot.cli.analysis import with_mappings

    rows: list[dict[str, Any]] = []
    errors: list[tuple[str, SurefootError]] = []
    for export in with_mappings(sources.collect(files), None):
        try:
            rows += [_row(export.name, recording) for recording in sources.parse(export.files, source)]
        except SurefootError as error:
            errors.append((export.name, error))
            rows.append({"file": export.name, "error": error.to_dict()})
    if as_json:
        print_json({"error": errors[0][1].to_dict()} if len(rows) == len(errors) == 1 else rows)
    else:
        for row in rows:
            if "error" not in row:
                _print_row(row)
        for name, refusal in errors:
            print_error(refusal, as_json=False, where=name)
    if errors:
        raise typer.Exit(2)


def _row(name: str, recording: Recording) -> dict[str, Any]:
    from surefoot.dsp import find_gaps, sampling_rate
    from surefoot.quality import GAP_FLAGGED_S, check_gaps, check_gravity, check_rate

    issues = [*recording.issues, *check_gaps(recording)]
    issues += _checked(lambda: check_rate(sampling_rate(recording.time_s)))
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
        print(f"  left out, as it can tell place or device: {', '.join(row['dropped_columns'])}")
    for note in row["notes"]:
        print(f"  · {note}")
    print_issues(Issue(i["code"], i["severity"], i["message"]) for i in row["issues"])
