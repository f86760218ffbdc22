"""``surefoot import``, ``edit``, ``delete``, ``reassess``: what changes the diary."""

from __future__ import annotations

import re
import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from surefoot import pipeline, sources, words
from surefoot.assessment import WITHHELD
from surefoot.cli.commands.assess import (
    End,
    Files,
    Json,
    Mapping,
    Source,
    Start,
    outcome_to_plain,
)
from surefoot.cli.conditions import ask_missing, read_setup, takes_setup
from surefoot.cli.mappings import with_mappings
from surefoot.cli.output import (
    leave_if_refused,
    print_error,
    print_issues,
    print_json,
    progress,
    tell_kept,
    tell_trends,
)
from surefoot.cli.people import edit_injury, forget_person
from surefoot.diary import open_diary
from surefoot.errors import SetupError, SurefootError, UnforeseenError
from surefoot.model import Event, EventKind, to_plain
from surefoot.settings import open_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from surefoot.diary import Diary, Entry


# A touchdown is taken to last a second.
EVENT_S = 1.0


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
    tell_trends(diary, {kept.trial for _, kept in done if kept is not None and kept.new})
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


@takes_setup
def edit(
    setup_words: dict[str, Any],
    trial: Annotated[
        str | None, typer.Argument(help="Trial id, or its first letters; see `surefoot list`.")
    ] = None,
    add_event: Annotated[
        list[str] | None, typer.Option("--add-event", help='What happened, such as "touchdown 12.3".')
    ] = None,
    remove_event: Annotated[
        list[str] | None, typer.Option("--remove-event", help='What did not, such as "touchdown 8.5".')
    ] = None,
    injury: Annotated[
        str | None, typer.Option("--injury", help="Of --person: side and day, right:2026-03-01; or none.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Correct a trial (leg, eyes …) or its events; or note an injury.

    A corrected trial is analysed again.
    """
    by_hand = [_event(text, 1.0) for text in add_event or []]
    by_hand += [_event(text, 0.0) for text in remove_event or []]
    if injury is not None:
        edit_injury(trial, setup_words, injury, as_json=as_json)
        return
    if trial is None or not (setup_words or by_hand):
        raise SetupError(
            "Nothing was said to correct.",
            found="no trial" if trial is None else "no option",
            expected="a trial and at least one option, such as --leg right",
            do="See `surefoot edit --help`.",
        )
    diary = open_diary()
    entry = diary.entry(trial)
    setup = read_setup(setup_words, base=entry.assessment.setup)
    assessment = pipeline.reassess(entry, diary, open_settings(), setup, by_hand)
    if entry.person not in {person.pseudonym for person in diary.people()}:
        forget_person(entry.person)
    if as_json:
        print_json({"trial": entry.trial, **to_plain(assessment)})
    else:
        conditions = f"{words.describe_test(setup)}, {setup.person}, {setup.when:%Y-%m-%d %H:%M}"
        print(f"Trial {entry.trial} is now: {conditions}")
        print_issues(issue for issue in assessment.issues if issue.code != WITHHELD)


def _event(text: str, confidence: float) -> Event:
    """Return an event set by hand from its kind and second."""
    kind, _, second = text.strip().partition(" ")
    if kind not in get_args(EventKind) or not re.fullmatch(r"\d+(\.\d*)?", second):
        raise SetupError(
            "The event was not understood.",
            found=repr(text),
            expected="a kind and a second: " + ", ".join(f'"{word} 12.3"' for word in get_args(EventKind)),
            do="See the seconds of a trial with `surefoot assess FILE -o picture.png`.",
        )
    start_s = float(second)
    return Event(cast("EventKind", kind), start_s, start_s + EVENT_S, confidence, by_hand=True)


def delete(
    trials: Annotated[list[str] | None, typer.Argument(help="Trial ids, or their first letters.")] = None,
    person: Annotated[str | None, typer.Option("--person", help="Everything of this person.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete trials, or everything of a person; it is gone from disk."""
    diary = open_diary()
    if not trials and person is None:
        raise SetupError(
            "Nothing was named to delete.",
            found="neither a trial nor --person",
            expected="trial ids, or --person with a pseudonym",
            do="See `surefoot list` for both.",
        )
    entries = tuple({(entry := diary.entry(trial)).trial: entry for trial in trials or []}.values())
    what = f"everything of {person}" if person is not None else _name(entries)
    _confirm(what, yes=yes)
    removals = [partial(diary.delete, entry.trial) for entry in entries]
    if person is not None:
        removals.append(partial(diary.delete_person, person))
    refused = [error for remove in removals if (error := _refusal(remove)) is not None]
    if person is not None:
        forget_person(person)
    if refused:
        raise refused[0]
    print(f"Deleted {what}.")


def _refusal(remove: Callable[[], None]) -> SurefootError | None:
    """Remove something; where that is refused the rest is removed all the same."""
    try:
        remove()
    except SurefootError as error:
        return error
    return None


def _name(entries: Sequence[Entry]) -> str:
    if len(entries) > 1:
        return f"{len(entries)} trials"
    (entry,) = entries
    return (
        f"the trial of {entry.when:%Y-%m-%d} ({entry.person}, {words.describe_test(entry.assessment.setup)})"
    )


def _confirm(what: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise SetupError(
            "Deleting needs a yes.",
            found="no terminal to ask on",
            expected="--yes",
            do="Add --yes if you are sure; there is no way back.",
        )
    if not typer.confirm(f"Delete {what} from disk? There is no way back."):
        print("Nothing was deleted.")
        raise typer.Exit(0)


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
