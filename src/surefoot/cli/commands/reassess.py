"""``surefoot reassess``: analyse stored trials again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from surefoot import pipeline
from surefoot.cli.options import Json
from surefoot.cli.output import leave_if_refused, print_error, print_json, progress
from surefoot.diary import open_diary
from surefoot.errors import SurefootError, UnforeseenError
from surefoot.model import to_plain
from surefoot.settings import open_settings

if TYPE_CHECKING:
    pass


def reassess(
    trials: Annotated[
        list[str] | None, typer.Argument(help="Trial ids; all of them if none is named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Analyse stored trials again, as after a new version.

    Corrections are kept.
    """
    diary = open_diary()
    entries = [diary.entry(trial) for trial in trials] if trials else list(diary.entries())
    old = diary.old_names()
    done: list[dict[str, Any]] = []
    errors: list[SurefootError] = []
    bugs: list[Exception] = []
    with progress("Reassessing", len(entries)) as step:
        for entry in entries:
            try:
                # Since the list was made, somebody may have corrected this one.
                assessment = pipeline.reassess(diary.entry(entry.trial), diary, open_settings())
                done.append({"trial": entry.trial, "values": to_plain(assessment.values)})
            except Exception as reason:  # noqa: BLE001 (it is told with the others, and raised after them)
                error = reason if isinstance(reason, SurefootError) else UnforeseenError.about(reason)
                errors.append(error)
                bugs += [] if error is reason else [reason]
                done.append({"trial": entry.trial, "error": error.to_dict()})
                if not as_json:
                    print_error(error, as_json=False, where=entry.trial)
            step()
    if as_json:
        print_json(done)
    else:
        print(f"{sum('values' in row for row in done)} of {len(done)} trials were analysed again.")
        _tell_renamed(len(old - diary.old_names()))
    leave_if_refused(errors, bugs)


def _tell_renamed(count: int) -> None:
    """Tell, the once that it happens, that files of the diary have other names now."""
    if count:
        trials = "1 trial" if count == 1 else f"{count} trials"
        print(
            f"The files of {trials} now carry the trial's id in their names; nothing else about them changed."
        )
