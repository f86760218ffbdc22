"""A live session from the command line: run it, keep its takes, tell what became of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final

import typer

from surefoot import words
from surefoot.cli.commands.assess import outcome_to_plain
from surefoot.cli.output import print_error, print_issues, print_json, print_warning
from surefoot.cli.sensors import run_loop
from surefoot.cli.terminal import Voice, need_sound, open_stage
from surefoot.diary import Diary
from surefoot.errors import SurefootError
from surefoot.live.disk_sync import trouble_text
from surefoot.live.guide import Guide, plan, tell
from surefoot.live.journal import Journal
from surefoot.live.keeping import RECOVERABLE, KeptTake, align_takes, keep_takes, leave, say_held, settle
from surefoot.live.log import read_log
from surefoot.live.recovery import Recovered, find_interrupted, recover
from surefoot.live.sender import Sender
from surefoot.live.session import ExtraSensor, GuidedSession, SessionPlan, Stage
from surefoot.live.takes import takes_in
from surefoot.model import WITHHELD, Setup
from surefoot.protocols import protocol_for
from surefoot.settings import open_settings
from surefoot.training import hurts_on
from surefoot.words.home_language import home_language

ENDINGS: Final = {
    "held": "held to the end",
    "stopped": "stopped early",
    "touchdown": "ended by a touchdown",
    "lost": "the sensor was lost",
    "interrupted": "the recording was interrupted",
}


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One sensor of a session and the conditions under which it is worn."""

    sender: Sender
    setup: Setup


def run_session(
    parts: list[Part], leg: Any, diary: Diary, *, attended: bool, scored: bool = False
) -> tuple[list[KeptTake], list[str]]:
    """Run a session and keep its takes; return them, and what is left to say of journals not ended.

    Where it is to be `scored`, no attempt for practice comes first.
    What something ends early is left to be recovered.
    """
    if attended and parts[0].setup.eyes == "closed":
        need_sound()
    protocol = protocol_for(parts[0].setup)
    setup, planned = parts[0].setup, plan(protocol, leg, attended=attended)
    attempts = tuple(attempt for attempt in planned if not (scored and attempt.practice))
    hurts = hurts_on(diary.log(setup.person), datetime.now().astimezone().date())
    course = SessionPlan(protocol, attempts, attended, setup, may_retry=not hurts)
    name = f"{datetime.now().astimezone():%Y%m%dT%H%M%S}"
    folder = diary.live_folder(parts[0].setup.person)
    journals: list[Journal] = []
    try:
        journals.extend(Journal.create(folder, part.sender.header(part.setup), name) for part in parts)
        guide = _guide(parts, course, journals, attended=attended)
        _make_room(journals, attended=attended)
        return _keep(journals, guide, diary)
    except BaseException as error:
        # A mistake of ours must not cost a recording either.
        for text in dict.fromkeys(_leave(journal, error) for journal in journals if journal.is_open):
            if text:
                print_warning(text.replace(RECOVERABLE, f"Interrupted; {RECOVERABLE}"))
        if isinstance(error, KeyboardInterrupt):
            raise typer.Exit(2) from None
        raise


def _leave(journal: Journal, error: BaseException) -> str:
    """Leave a journal to be recovered; that of a sensor refused before an attempt began holds nothing."""
    if isinstance(error, SurefootError) and not takes_in(read_log(journal.read())):
        journal.remove()
        return ""
    return leave(journal)


def _keep(journals: list[Journal], guide: Guide, diary: Diary) -> tuple[list[KeptTake], list[str]]:
    """Add the takes of all sensors to the diary, and end the journals."""
    settings = open_settings()
    kept = [keep_takes(read_log(journal.read()), guide.takes, diary, settings) for journal in journals]
    kept = [kept[0], *(align_takes(kept[0], ones) for ones in kept[1:])]
    left = [settle(journal, ones) for journal, ones in zip(journals, kept, strict=True)]
    return list(chain.from_iterable(kept)), [text for text in left if text]


def _make_room(journals: list[Journal], *, attended: bool) -> None:
    """Ask for room on a full disk for as long as somebody tries; what does not fit is still in memory."""
    while any(journal.is_behind for journal in journals):
        print_warning(next(trouble_text(journal) for journal in journals if journal.is_behind))
        if not (attended and typer.confirm("Try again", default=True, err=True)):
            return
        for journal in journals:
            journal.flush()


def _guide(parts: list[Part], course: SessionPlan, journals: list[Journal], *, attended: bool) -> Guide:
    companions = [
        ExtraSensor(part.sender, journal) for part, journal in zip(parts[1:], journals[1:], strict=True)
    ]

    async def session(stage: Stage) -> Guide:
        return await GuidedSession(parts[0].sender, course, journals[0], stage, companions).run()

    with open_stage(attended=attended) as stage:
        guide: Guide = run_loop(session(stage))
        return guide


def sentence_of(kept: Sequence[KeptTake], diary: Diary, now: datetime) -> str:
    """Return what is spoken at the end, as on a phone's page: that it is saved, and each attempt once."""
    first = {one.take: one for one in reversed(kept) if one.kept is not None}
    said = [tell("say.result.saved")] if first else []
    for take in sorted(first, key=lambda take: take.start_s):
        assessment = diary.entry(first[take].trial).assessment
        touched_s = take.held_s if take.ending == "touchdown" else None
        said.append(say_held(assessment, touched_s, diary, now, home_language()))
    return " ".join(filter(None, said))


@contextmanager
def spoken(text: str, *, attended: bool) -> Iterator[None]:
    """Speak a text while something is printed, and wait for its end; nothing where nobody attends."""
    voice = Voice()
    if text and attended:
        voice.say(text)
    try:
        yield
    finally:
        voice.finish()


def show(kept: Sequence[KeptTake], left: Sequence[str], diary: Diary, *, as_json: bool, made_up: str) -> None:
    """Print what became of takes and journals; leave with 2 where not all went well.

    `made_up` is the person where it is none, so that nobody takes the numbers for theirs.
    """
    errors = [one.error for one in kept if one.error is not None]
    if as_json:
        alone = len(errors) == 1 and len(kept) == 1
        print_json({"error": errors[0].to_dict()} if alone else [take_to_plain(one) for one in kept])
    else:
        tell_takes(kept, diary)
        if not kept:
            print("No attempt was made.")
        if made_up and kept:
            print(f"{made_up} is a made-up person. `surefoot delete --person {made_up}` removes all of it.")
    for text in left:
        print_warning(text)
    if errors or left:
        raise typer.Exit(2)


def show_recovered(diary: Diary, *, as_json: bool) -> None:
    """Keep what was interrupted and print what became of it; leave with 2 for a refusal."""
    recovered = recover(diary, open_settings())
    found = recovered or Recovered((), ())
    errors = [error for _, error in found.broken]
    errors += [one.error for one in found.kept if one.error is not None]
    for path, error in found.broken:
        print_error(error, as_json=False, where=path.name)
    if as_json:
        alone = len(errors) == 1 and len(found.kept) <= 1
        print_json({"error": errors[0].to_dict()} if alone else [take_to_plain(one) for one in found.kept])
    elif recovered is None:
        print("Nothing was interrupted.")
    else:
        tell_takes(found.kept, diary)
        if not (found.kept or found.broken):
            print("No attempt was made.")
    if errors:
        raise typer.Exit(2)


def offer_interrupted(diary: Diary, *, attended: bool) -> None:
    """Say that recordings were interrupted, and recover them at once where somebody wants that."""
    count = len(find_interrupted(diary))
    if not count:
        return
    print_warning(f"{count_interrupted(count)}; {RECOVERABLE}")
    if attended and typer.confirm("Keep it now, before the new one", default=True, err=True):
        tell_recovered(diary)


def tell_recovered(diary: Diary) -> None:
    """Keep what was interrupted, and tell what became of it."""
    found = recover(diary, open_settings()) or Recovered((), ())
    for path, error in found.broken:
        print_error(error, as_json=False, where=path.name)
    tell_takes(found.kept, diary)


def count_interrupted(count: int) -> str:
    """Return how many recordings were interrupted, as the beginning of a sentence."""
    return "A recording was interrupted" if count == 1 else f"{count} recordings were interrupted"


def take_to_plain(one: KeptTake) -> dict[str, Any]:
    """Return what became of a take as plain data for JSON."""
    row: dict[str, Any] = {"take": asdict(one.take)}
    if one.outcome is None or one.outcome.recording is None:
        return row if one.error is None else {**row, "error": one.error.to_dict()}
    row |= {"reception": dict(one.quality), **outcome_to_plain(one.outcome)}
    if one.kept is not None:
        row |= {"trial": one.kept.trial, "new": one.kept.new}
    elif one.error is not None:
        row["error"] = one.error.to_dict()
    return {**row, "aligned": dict(one.aligned)} if one.aligned else row


def tell_takes(kept: Sequence[KeptTake], diary: Diary) -> None:
    """Print what became of each take."""
    for one in kept:
        head = f"{one.take.attempt.title.capitalize()} ({ENDINGS[one.take.ending]})"
        if one.kept is None:
            if one.error is not None:
                print_error(one.error, as_json=False, where=head)
            continue
        assessment = diary.entry(one.trial).assessment
        already = "" if one.kept.new else " (already in the diary)"
        print(f"{head}: trial {one.trial}{already}, {words.describe_value(assessment)}")
        print_issues(issue for issue in assessment.issues if issue.code != WITHHELD)
        if one.aligned:
            bound_ms = 1000 * one.aligned["uncertainty_s"]
            print(f"  · On the clock of trial {one.aligned['with']}, right within {bound_ms:.0f} ms.")
