"""``surefoot import``: assess recordings and add them to the diary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from surefoot import pipeline, sources
from surefoot.cli.columns import with_mappings
from surefoot.cli.commands.assess import outcome_to_plain
from surefoot.cli.options import End, Files, Json, Mapping, Source, Start, takes_setup
from surefoot.cli.output import leave_if_refused, print_error, print_json, progress, tell_kept, tell_trends
from surefoot.cli.prompts import ask_missing, read_setup
from surefoot.diary import open_diary
from surefoot.settings import open_settings

if TYPE_CHECKING:
    from surefoot.diary import Diary


@takes_setup
def import_files(
    setup_words: dict[str, Any],
    files: Files,
    source: Source = None,
    mapping: Mapping = None,
    start: Start = None,
    end: End = None,
    as_json: Json = False,
) -> None:
    """Assess recordings and add them to the diary.

    What is already there is skipped. A table of an app that is not known is read too: in a terminal you are
    asked what its columns are.
    """
    exports = with_mappings(sources.collect(files, spare=True), mapping, source, keep=True)
    diary = open_diary()
    setups = {export.name: read_setup(ask_missing(setup_words, export.name)) for export in exports}
    walk = pipeline.walk(
        exports,
        lambda export, _: setups[export.name],
        open_settings(),
        source=source,
        span_s=(start, end),
        spare=True,
    )
    done: list[tuple[pipeline.Outcome, pipeline.Kept | None]] = []
    with progress("Importing", len(exports)) as step:
        for outcome in walk:
            done.append(_keep(outcome, diary, quiet=as_json))
            step()
    _tell_import(done, diary, as_json=as_json)
    leave_if_refused([outcome.error for outcome, _ in done], [outcome.bug for outcome, _ in done])


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
