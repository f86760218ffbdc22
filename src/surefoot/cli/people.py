"""What is known of a person (``surefoot edit --person … --injury …``)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from surefoot.cli.output import print_json, print_warning, was_remembered
from surefoot.diary import open_diary
from surefoot.errors import SetupError
from surefoot.model import Injury, to_plain
from surefoot.protocols.conditions import check_past
from surefoot.settings import open_settings


def forget_person(pseudonym: str) -> None:
    """Remove a person from the last answers; tell where they stay there."""
    if not was_remembered(open_settings().forget_person(pseudonym)):
        print_warning(f"{pseudonym} is still the last person named there, until another one is.")


def edit_injury(trial: str | None, setup_words: dict[str, Any], text: str, *, as_json: bool) -> None:
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
