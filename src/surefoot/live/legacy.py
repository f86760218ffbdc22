"""Reads the journals in which version 0.1 kept pushes. It goes with 0.3."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Final

from surefoot.errors import UnreadableFileError
from surefoot.live.journal import LeftJournal, explained
from surefoot.live.log import Log
from surefoot.live.sensor_logger import header_of, message_from_plain, pack
from surefoot.live.takes import attempt_of, begin_mark
from surefoot.model import setup_from_plain

PUSHING: Final = ".pushing"


def read_push(path: Path) -> LeftJournal:
    """Return a push that was interrupted; it may hold no message, and a line that is torn ends it.

    Raises UnreadableFileError where it is none, DiaryError where the disk refuses it.
    """
    with explained(path):
        head, *lines = path.read_bytes().split(b"\n")
    try:
        told = json.loads(head) if head or lines else {"setup": {}, "pushed_by": None}
        setup, pushed_by = setup_from_plain(told["setup"]), told["pushed_by"]
    except (KeyError, TypeError, ValueError):
        raise UnreadableFileError(
            "An interrupted push cannot be read.",
            found=str(path),
            expected="the conditions in its first line",
            do="Move the file away.",
        ) from None
    packets = []
    with suppress(ValueError, KeyError, TypeError):
        for line in filter(None, lines):
            packets.append(pack(message_from_plain(json.loads(line))))  # noqa: PERF401 (what came before a torn line stays)
    header = header_of(setup, pushed_by)
    begun = tuple(begin_mark(packet.arrival_s, attempt_of(header)) for packet in packets[:1])
    return LeftJournal(path, Log(header, tuple(packets), begun, whole=False))
