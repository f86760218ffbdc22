"""``surefoot log``: what was done between tests."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from surefoot.cli.options import Json, Whose, choose_person
from surefoot.cli.output import print_json, print_table, print_warning
from surefoot.diary import open_diary
from surefoot.errors import SetupError
from surefoot.model import to_plain
from surefoot.protocols.conditions import parse_when
from surefoot.training import PLAN, SAFETY_TEXT, LogEntry, describe_entry, is_planned, key_of, nearest_name


def log(
    exercise: Annotated[
        str | None, typer.Argument(help='What was done, such as "calf raises"; without it the log is shown.')
    ] = None,
    sets: Annotated[int | None, typer.Option("--sets", help="How many sets.")] = None,
    reps: Annotated[int | None, typer.Option("--reps", help="How many repetitions in each set.")] = None,
    minutes: Annotated[int | None, typer.Option("--minutes", help="How long.")] = None,
    seconds: Annotated[int | None, typer.Option("--seconds", help="How long each set was held.")] = None,
    side: Annotated[str, typer.Option("--side", help="The foot that worked: left | right.")] = "",
    band: Annotated[str, typer.Option("--band", help="The band, by its colour.")] = "",
    easy: Annotated[bool, typer.Option("--easy", help="It was easy.")] = False,
    pain: Annotated[int | None, typer.Option("--pain", help="Your pain, 0 (none) to 10.")] = None,
    note: Annotated[str, typer.Option("--note", help="Anything worth remembering.")] = "",
    when: Annotated[str | None, typer.Option("--when", help="Now if not given: 2026-03-02T18:30.")] = None,
    person: Whose = None,
    as_json: Json = False,
) -> None:
    """Log an exercise, or show what was logged."""
    diary = open_diary()
    whose = choose_person(diary, person)
    if exercise is None:
        _refuse_details(sets, reps, minutes, seconds, pain, when, note or side or band or easy or None)
        _show_log(diary.log(whose), whose, as_json=as_json)
        return
    moment = (
        parse_when(when, datetime.now(UTC).date())
        if when
        else datetime.now().astimezone().replace(microsecond=0)
    )
    entry = LogEntry(whose, exercise, moment, sets, reps, minutes, pain, note, side, seconds, band, easy)
    known = {someone.pseudonym for someone in diary.people()}
    if known and whose not in known:
        print_warning(f"{whose} has no trial in the diary; the log is kept under this pseudonym.")
    diary.add_log(entry)
    if as_json:
        print_json({**to_plain(entry), "planned": is_planned(entry.exercise)})
    else:
        print(f"Logged for {whose} on {moment:%Y-%m-%d}: {describe_entry(entry)}.")
    if not is_planned(entry.exercise):
        print_warning(_outside_the_plan(entry.exercise))
    if entry.pain:
        print_warning(SAFETY_TEXT)


def _outside_the_plan(name: str) -> str:
    """Return what is said of an exercise that counts for no part of the plan; maybe another one is meant."""
    if key_of(name):
        return f"{name} is one of the guides' exercises; it counts for no part of the plan."
    planned = [each.name for each in PLAN]
    meant = nearest_name(name, planned)
    ask = f" Did you mean {meant}?" if meant else ""
    return f"{name} is not in the plan ({', '.join(planned)}) and does not count towards it.{ask}"


def _refuse_details(*details: object) -> None:
    if any(detail is not None for detail in details):
        raise SetupError(
            "Something was said about an exercise that was not named.",
            found="options, but no exercise",
            expected='a name first, such as surefoot log "calf raises" --sets 3 --reps 15',
            do="Name the exercise, or leave the options out to see the log.",
        )


def _show_log(entries: tuple[LogEntry, ...], whose: str, *, as_json: bool) -> None:
    if as_json:
        print_json([{**to_plain(entry), "planned": is_planned(entry.exercise)} for entry in entries])
        return
    if not entries:
        print(f'Nothing is logged for {whose} yet: surefoot log "calf raises" --sets 3 --reps 15')
        return
    print_table(
        ("Day", "What was done"), [(f"{entry.when:%Y-%m-%d}", describe_entry(entry)) for entry in entries]
    )
