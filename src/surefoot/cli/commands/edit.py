"""``surefoot edit``: correct a trial or its events, or note an injury of a person."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, cast, get_args

import typer

from surefoot import pipeline, words
from surefoot.cli.options import Json, takes_setup
from surefoot.cli.output import print_issues, print_json
from surefoot.cli.prompts import forget_person, read_setup
from surefoot.diary import open_diary
from surefoot.errors import SetupError
from surefoot.model import WITHHELD, Event, EventKind, Injury, to_plain
from surefoot.protocols.conditions import check_past
from surefoot.settings import open_settings

if TYPE_CHECKING:
    pass


# A touchdown is taken to last a second.
EVENT_S: Final = 1.0


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
        _edit_injury(trial, setup_words, injury, as_json=as_json)
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


def _edit_injury(trial: str | None, setup_words: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Add an injury to a person, or forget all of them with ``none``."""
    if trial is not None or set(setup_words) != {"person"}:
        raise SetupError(
            "An injury belongs to a person, not to a trial.",
            found="a trial" if trial is not None else ", ".join(sorted(setup_words)) or "no person",
            expected="--person and --injury alone",
            do="Name the person: `surefoot edit --person p01 --injury right:2026-03-01`.",
        )
    diary = open_diary()
    person = diary.person(setup_words["person"])
    injuries = () if text == "none" else tuple(dict.fromkeys((*person.injuries, parse_injury(text))))
    diary.describe(replace(person, injuries=injuries))
    if as_json:
        print_json(to_plain(replace(person, injuries=injuries)))
        return
    told = ", ".join(f"{injury.side} on {injury.on.isoformat()}" for injury in injuries)
    print(f"Injuries of {person.pseudonym}: {told or 'none'}.")


def parse_injury(text: str) -> Injury:
    """Return the injury in words such as ``right:2026-03-01``. Raises SetupError for anything else.

    >>> parse_injury("right:2026-03-01")
    Injury(side='right', on=datetime.date(2026, 3, 1))
    """
    side, _, day = text.partition(":")
    try:
        on = date.fromisoformat(day)
    except ValueError:
        on = None
    if on is not None and side in ("left", "right"):
        check_past(text, on, datetime.now(UTC).date())
        return Injury("left" if side == "left" else "right", on)
    raise SetupError(
        "The injury was not understood.",
        found=repr(text),
        expected="a side and a day, such as right:2026-03-01",
        do="Give --injury in this form, or none to forget injuries.",
    )
