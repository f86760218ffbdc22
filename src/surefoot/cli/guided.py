"""A live session from the command line: run it, keep its takes, recover what was interrupted."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import typer

from surefoot.cli.live import Kept, align_takes, keep_takes, tell_takes
from surefoot.cli.output import print_error, print_json, print_warning
from surefoot.cli.sensors import Chosen, run_loop
from surefoot.cli.terminal import open_stage
from surefoot.diary import LIVE, Diary
from surefoot.errors import DiaryError, SurefootError
from surefoot.live.disk_sync import trouble_text
from surefoot.live.guide import Guide, plan
from surefoot.live.journal import Journal, find_unfinished, recover, rescue
from surefoot.live.log import Header, read_log
from surefoot.live.session import Companion, Plan, Session, Stage
from surefoot.live.takes import takes_in
from surefoot.model import Setup, to_plain
from surefoot.protocols import protocol_for
from surefoot.settings import open_settings
from surefoot.training import hurts_on


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One sensor of a session and the conditions under which it is worn."""

    chosen: Chosen
    setup: Setup


def run_session(parts: list[Part], leg: Any, diary: Diary, *, attended: bool) -> list[Kept]:
    """Run a session and keep its takes; what something ends early is left to be recovered."""
    protocol = protocol_for(parts[0].setup)
    setup, attempts = parts[0].setup, plan(protocol, leg, attended=attended)
    hurts = hurts_on(diary.log(setup.person), datetime.now().astimezone().date())
    session = Plan(protocol, attempts, attended, setup, may_retry=not hurts)
    name = f"{datetime.now().astimezone():%Y%m%dT%H%M%S}"
    folder = diary.live_folder(parts[0].setup.person)
    journals: list[Journal] = []
    try:
        journals.extend(Journal.create(folder, _header(part), name) for part in parts)
        guide = _guide(parts, session, journals, attended=attended)
        _make_room(journals, attended=attended)
        kept = _keep(journals, guide, diary)
    except BaseException as error:
        # A mistake of ours must not cost a recording either.
        _leave(journals)
        if isinstance(error, KeyboardInterrupt):
            raise typer.Exit(2) from None
        raise
    return kept


def _keep(journals: list[Journal], guide: Guide, diary: Diary) -> list[Kept]:
    """Add the takes of all sensors to the diary, and end the journals."""
    settings = open_settings()
    kept = [keep_takes(read_log(journal.read()), guide.takes, diary, settings) for journal in journals]
    kept = [kept[0], *(align_takes(kept[0], ones) for ones in kept[1:])]
    for journal, ones in zip(journals, kept, strict=True):
        journal.close("-".join(one.trial for one in ones if one.trial))
    return list(chain.from_iterable(kept))


def _make_room(journals: list[Journal], *, attended: bool) -> None:
    """Ask for room on a full disk for as long as somebody tries; what does not fit is still in memory."""
    while any(journal.is_behind for journal in journals):
        print_warning(next(trouble_text(journal) for journal in journals if journal.is_behind))
        if not (attended and typer.confirm("Try again", default=True, err=True)):
            return
        for journal in journals:
            journal.flush()


def _leave(journals: list[Journal]) -> None:
    """Leave journals that hold something to be recovered; one in which nothing arrived is removed."""
    written = [journal for journal in journals if journal.is_open]
    left = [journal for journal in written if _heard(journal)]
    for journal in written:
        journal.leave()
        if journal not in left:
            with suppress(OSError):  # what another one holds is still to be saved
                journal.path.unlink()
    for journal in left:
        if journal.is_behind:
            _rescue(journal)
    if left:
        print_warning("Interrupted; `surefoot record --recover` keeps what was recorded.")


def _heard(journal: Journal) -> bool:
    try:
        return bool(read_log(journal.read()).packets)
    except DiaryError:
        # A disk that is gone is no reason to throw away what is in memory.
        return True


def _rescue(journal: Journal) -> None:
    """Put a journal that its disk refused among the temporary files, and tell where it belongs."""
    try:
        safe = rescue(journal)
    except DiaryError as error:
        print_warning(f"The end of {journal.path} is lost: it could not be written ({error.found}).")
        return
    print_warning(f"The disk did not take all of it. Make room, then move {safe} over {journal.path}.")


def _guide(parts: list[Part], plan: Plan, journals: list[Journal], *, attended: bool) -> Guide:
    main = parts[0].chosen
    companions = [
        Companion(part.chosen.target, journal, part.chosen.radio)
        for part, journal in zip(parts[1:], journals[1:], strict=True)
    ]

    async def session(stage: Stage) -> Guide:
        made = Session(
            main.target,
            plan,
            journals[0],
            stage,
            radio=main.radio,
            companions=companions,
            connect=main.connect,
        )
        return await made.run()

    with open_stage(attended=attended) as stage:
        guide: Guide = run_loop(session(stage))
        return guide


def _header(part: Part) -> Header:
    chosen, device = part.chosen, part.chosen.target.device
    zero = datetime.now().astimezone() - timedelta(seconds=time.monotonic())
    plain = to_plain(replace(part.setup, when=None))
    return Header(device.key, device.notify, zero, chosen.target.rate_hz, chosen.description, plain)


def show(
    kept: list[Kept] | None, broken: list[SurefootError], diary: Diary, *, as_json: bool, made_up: str = ""
) -> None:
    """Print what became of takes, or that there was nothing to recover (None); leave with 2 for a refusal.

    `made_up` is the person where it is none, so that nobody takes the numbers for theirs.
    """
    errors = [*broken, *(one.error for one in kept or [] if one.error is not None)]
    if as_json:
        alone = len(errors) == 1 and len(kept or []) <= 1
        print_json({"error": errors[0].to_dict()} if alone else [one.row for one in kept or []])
    elif kept is None:
        print("Nothing was interrupted.")
    else:
        tell_takes(kept, diary)
        if not kept and not broken:
            print("No attempt was made.")
        if made_up and kept:
            print(f"{made_up} is a made-up person. `surefoot delete --person {made_up}` removes all of it.")
    if errors:
        raise typer.Exit(2)


def offer_unfinished(diary: Diary, *, attended: bool) -> None:
    """Say that recordings were interrupted, and recover them at once where somebody wants that."""
    left = find_unfinished(diary.root / LIVE)
    if not left:
        return
    what = "A recording was" if len(left) == 1 else f"{len(left)} recordings were"
    print_warning(f"{what} interrupted; `surefoot record --recover` keeps what was recorded.")
    if attended and typer.confirm("Keep it now, before the new one", default=True, err=True):
        tell_takes(recover_all(diary)[0] or [], diary)


def recover_all(diary: Diary) -> tuple[list[Kept] | None, list[SurefootError]]:
    """Return what interrupted recordings became, None where there were none, and what could not be read."""
    paths = find_unfinished(diary.root / LIVE)
    kept: list[Kept] = []
    broken: list[SurefootError] = []
    for path in paths:
        try:
            kept += recover(path, lambda log: keep_takes(log, takes_in(log), diary, open_settings()))
        except SurefootError as error:
            broken.append(error)
            print_error(error, as_json=False, where=path.name)
    return kept if paths else None, broken
