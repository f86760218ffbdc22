"""The marks of a session in its journal, and the takes that a journal's marks tell of."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from math import inf
from typing import Any, Final

from surefoot.live.guide import TAIL_S, Attempt, Cue, Guide, Take
from surefoot.live.journal import Journal
from surefoot.live.log import ZERO_MARK, Header, Log, LogMark
from surefoot.model import setup_from_plain

TAKE_MARK, BEGIN_MARK, SKIP_MARK = "take ", "begin ", "skip "
CUE_MARK: Final = "cue "
_RUNNING: Final = ("settle", "hold")


def attempt_of(header: Header) -> Attempt:
    """Return the one attempt of a journal that holds one."""
    setup = setup_from_plain(header.setup)
    return Attempt(setup.leg, setup.practice)


def begin_mark(at_s: float, attempt: Attempt) -> LogMark:
    """Return the mark with which an attempt begins."""
    return LogMark(at_s, BEGIN_MARK + json.dumps(asdict(attempt)))


def take_mark(take: Take) -> LogMark:
    """Return the mark with which an attempt ends."""
    return LogMark(take.hold_s[1], TAKE_MARK + json.dumps(asdict(take)))


def cue_mark(at_s: float, cue: Cue) -> LogMark:
    """Return the mark of a cue at the instant at which it was given, after what it waited for."""
    return LogMark(at_s, f"{CUE_MARK}{cue.text or cue.kind}")


def mark_step(journals: Sequence[Journal], before: Guide, after: Guide, now_s: float) -> None:
    """Write the takes and their beginnings that lie between two states of a guide, `now_s`.

    Every journal has them: each is recovered by itself.
    """
    marks = []
    if after.phase == "settle" and before.settled_s != after.settled_s:
        zero = datetime.now().astimezone() - timedelta(seconds=now_s)
        marks += [LogMark(after.settled_s, ZERO_MARK + zero.isoformat())]
        marks += [begin_mark(after.settled_s, after.attempt)]
    marks += [take_mark(take) for take in after.takes[len(before.takes) :]]
    if before.phase in _RUNNING and after.phase not in _RUNNING and after.takes == before.takes:
        marks += [LogMark(now_s, SKIP_MARK + json.dumps(asdict(before.attempt)))]
    for journal in journals:
        for mark in marks:
            journal.mark(mark)


def takes_in(log: Log) -> tuple[Take, ...]:
    """Return the takes that a journal marks; one that a crash cut short ends with the last packet.

    An attempt that was skipped is left out, and so is one without an end in a journal that was closed: it was
    given up.
    """
    ended = [mark.text.removeprefix(TAKE_MARK) for mark in log.marks if mark.text.startswith(TAKE_MARK)]
    takes = [_take(json.loads(text)) for text in ended]
    begun = [mark for mark in log.marks if mark.text.startswith(BEGIN_MARK)]
    skipped_s = [mark.at_s for mark in log.marks if mark.text.startswith(SKIP_MARK)]
    over_s = max([-inf, *skipped_s, *(take.hold_s[1] for take in takes)])
    if not log.whole and log.packets and begun and begun[-1].at_s > over_s:
        attempt = Attempt(**json.loads(begun[-1].text.removeprefix(BEGIN_MARK)))
        last_s = max(packet.arrival_s for packet in log.packets)
        takes.append(Take(attempt, begun[-1].at_s, (begun[-1].at_s, last_s), "interrupted"))
    return tuple(takes)


def log_of(take: Take, log: Log) -> Log:
    """Return the part of a log that is of one take: from settling to shortly after its end."""
    return log.between(take.start_s, take.hold_s[1] + TAIL_S)


def _take(told: dict[str, Any]) -> Take:
    attempt = Attempt(**told["attempt"])
    start_s, end_s = told["hold_s"]
    return Take(attempt, told["start_s"], (start_s, end_s), told["ending"])
