"""``surefoot record``: a guided test with a Bluetooth sensor, then import."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer

from surefoot.ble.journal import Journal, find_unfinished, recover
from surefoot.ble.log import Header, read_log
from surefoot.cli.analysis import Json
from surefoot.cli.conditions import ask_missing, build_setup, takes_setup
from surefoot.cli.live import Kept, keep_takes, tell_takes
from surefoot.cli.memory import open_diary
from surefoot.cli.output import print_error, print_json, print_warning
from surefoot.cli.sensors import Chosen, Described, Rate, SensorName, choose_near, choose_simulated, run_loop
from surefoot.cli.stage import open_stage
from surefoot.errors import SurefootError, UsageError
from surefoot.guide import plan_attempts
from surefoot.model import Setup, to_plain
from surefoot.protocols import protocol_for

if TYPE_CHECKING:
    from surefoot.ble.session import Plan, Stage
    from surefoot.diary import Diary
    from surefoot.guide import Guide


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One sensor of a session and the conditions under which it is worn."""

    chosen: Chosen
    setup: Setup


@takes_setup
def record(
    setup_words: dict[str, Any],
    ble: Annotated[bool, typer.Option("--ble", help="From a Bluetooth sensor.")] = False,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="From a virtual sensor that plays a made person.")
    ] = False,
    recover: Annotated[
        bool, typer.Option("--recover", help="Keep what a recording held that was interrupted.")
    ] = False,
    sensor: SensorName = None,
    also: Annotated[
        list[str] | None, typer.Option("--also", help="A further sensor, as NAME@PLACEMENT; may be repeated.")
    ] = None,
    describe: Described = None,
    rate: Rate = None,
    as_json: Json = False,
) -> None:
    """Record a guided test from a Bluetooth sensor and add it to the diary; alone, one scored attempt."""
    if [ble, simulated, recover].count(True) != 1:
        raise UsageError(
            "It is not clear what to record from.",
            found="surefoot record",
            expected="one of --ble, --simulated, --recover",
            do="Give one of them; `surefoot record --simulated` needs no sensor.",
        )
    diary = open_diary()
    if recover:
        _recover(diary, as_json=as_json)
        return
    _tell_of_unfinished(diary)
    attended = sys.stdin.isatty() and sys.stderr.isatty() and not as_json
    setup, leg = _conditions(setup_words, attended=attended, simulated=simulated)
    choose = choose_simulated if simulated else choose_near
    parts = [Part(choose(sensor, rate, describe), setup)]
    for words in also or []:
        name, placement = _split(words)
        parts.append(Part(choose(name, None, None), replace(setup, placement=placement, facing=None)))
    kept = _run(parts, leg, diary, attended=attended)
    _show(kept, diary, as_json=as_json)


def _split(words: str) -> tuple[str, Any]:
    """Return name and placement of a further sensor, told as ``name@placement``."""
    name, at, placement = words.rpartition("@")
    if not (name and at):
        raise UsageError(
            "It is not clear where the further sensor is.",
            found=words,
            expected="its name and its placement, such as waist@lumbar",
            do="Give --also in this form.",
        )
    return name, placement


def _conditions(words: dict[str, Any], *, attended: bool, simulated: bool) -> tuple[Setup, str | None]:
    """Return the setup, and the leg where only one was asked for."""
    given = {"person": "simulated", "note": "a virtual sensor", **words} if simulated else dict(words)
    leg = given.get("leg")
    if attended:
        given.setdefault("leg", "left")
    return build_setup(ask_missing(given, "this test")), leg


def _run(parts: list[Part], leg: Any, diary: Diary, *, attended: bool) -> list[Kept]:
    """Run a session and keep its takes; what something ends early is left to be recovered."""
    from surefoot.ble.session import Plan

    protocol = protocol_for(parts[0].setup)
    plan = Plan(protocol, plan_attempts(protocol, leg, attended=attended), attended)
    name = f"{datetime.now().astimezone():%Y%m%dT%H%M%S}"
    folder = diary.live_folder(parts[0].setup.person)
    journals = [Journal.create(folder, _header(part), name) for part in parts]
    try:
        guide = _guide(parts, plan, journals, attended=attended)
    except (SurefootError, KeyboardInterrupt) as error:
        _leave(journals)
        if isinstance(error, SurefootError):
            raise
        raise typer.Exit(2) from None
    kept = [keep_takes(read_log(journal.path.read_bytes()), guide.takes, diary) for journal in journals]
    for journal, ones in zip(journals, kept, strict=True):
        journal.close("-".join(one.trial for one in ones if one.trial))
    return list(chain.from_iterable(kept))


def _leave(journals: list[Journal]) -> None:
    """Leave journals that hold something to be recovered; one in which nothing arrived is removed."""
    heard = [bool(read_log(journal.path.read_bytes()).packets) for journal in journals]
    for journal, holds in zip(journals, heard, strict=True):
        journal.leave()
        if not holds:
            journal.path.unlink()
    if any(heard):
        print_warning("Interrupted; `surefoot record --recover` keeps what was recorded.")


def _guide(parts: list[Part], plan: Plan, journals: list[Journal], *, attended: bool) -> Guide:
    from surefoot.ble.session import Companion, Session

    main = parts[0].chosen
    companions = [
        Companion(part.chosen.target, journal, part.chosen.radio)
        for part, journal in zip(parts[1:], journals[1:], strict=True)
    ]

    async def session(stage: Stage) -> Guide:
        made = Session(main.target, plan, journals[0], stage, radio=main.radio, companions=companions)
        return await made.run()

    with open_stage(attended=attended) as stage:
        guide: Guide = run_loop(session(stage))
        return guide


def _header(part: Part) -> Header:
    chosen, device = part.chosen, part.chosen.target.device
    zero = datetime.now().astimezone() - timedelta(seconds=time.monotonic())
    plain = to_plain(replace(part.setup, when=None))
    return Header(device.key, device.notify, zero, chosen.target.rate_hz, chosen.description, plain)


def _show(kept: list[Kept], diary: Diary, *, as_json: bool) -> None:
    if as_json:
        only = kept[0].error if len(kept) == 1 else None
        print_json({"error": only.to_dict()} if only is not None else [one.row for one in kept])
    else:
        tell_takes(kept, diary)
        if not kept:
            print("No attempt was made.")
    if any(one.error is not None for one in kept):
        raise typer.Exit(2)


def _tell_of_unfinished(diary: Diary) -> None:
    from surefoot.diary import LIVE

    left = find_unfinished(diary.root / LIVE)
    if left:
        what = "A recording was" if len(left) == 1 else f"{len(left)} recordings were"
        print_warning(f"{what} interrupted; `surefoot record --recover` keeps what was recorded.")


def _recover(diary: Diary, *, as_json: bool) -> None:
    from surefoot.ble.session import takes_in
    from surefoot.diary import LIVE

    kept: list[Kept] = []
    broken: list[SurefootError] = []
    paths = find_unfinished(diary.root / LIVE)
    for path in paths:
        try:
            log = recover(path)
            kept += keep_takes(log, takes_in(log), diary)
        except SurefootError as error:
            broken.append(error)
            print_error(error, as_json=False, where=path.name)
    if not paths and not as_json:
        print("Nothing was interrupted.")
        return
    _show(kept, diary, as_json=as_json)
    if broken:
        raise typer.Exit(2)
