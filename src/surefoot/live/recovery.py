"""What a program that was killed, or crashed, left of recordings: found, counted and kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from surefoot.diary import LIVE
from surefoot.errors import SurefootError, UnforeseenError
from surefoot.live.arrival import arrival_of
from surefoot.live.journal import find_unfinished, read_unfinished
from surefoot.live.keeping import KeptTake, find_place_for, keep_takes, lies_in
from surefoot.live.legacy import PUSHING, read_push
from surefoot.live.takes import takes_in

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Recovered:
    """What interrupted recordings became, and those that could not be read, by their files."""

    kept: tuple[KeptTake, ...]
    broken: tuple[tuple[Path, SurefootError], ...]


def find_interrupted(diary: Diary) -> tuple[Path, ...]:
    """Return the files of interrupted recordings that no running program writes, oldest first."""
    return find_unfinished(diary.root / LIVE, PUSHING)


def recover(diary: Diary, settings: Settings) -> Recovered | None:
    """Keep what interrupted recordings hold; None where there were none.

    One that the diary cannot take now is left to be recovered again, and so is one that cannot be read.
    """
    paths = find_interrupted(diary)
    kept: list[KeptTake] = []
    broken: list[tuple[Path, SurefootError]] = []
    for path in paths:
        try:
            kept += _recover_one(path, diary, settings)
        except SurefootError as error:
            broken.append((path, error))
        except Exception as error:  # noqa: BLE001 (one journal that nobody foresaw must cost no other)
            broken.append((path, UnforeseenError.about(error)))
    return Recovered(tuple(kept), tuple(broken)) if paths else None


def _recover_one(path: Path, diary: Diary, settings: Settings) -> tuple[KeptTake, ...]:
    left = read_push(path) if path.suffix == PUSHING else read_unfinished(path)
    takes = takes_in(left.log)
    if not arrival_of(left.header).KEEPS_JOURNAL:
        takes = takes[-1:]  # one that went on after it was over is told of twice
    kept = keep_takes(left.log, takes, diary, settings)
    if any(one.waits for one in kept):
        return kept
    files = find_place_for(kept, left)
    if files is None or (left.log.packets and not takes):
        left.mark_recovered()
        return kept
    refused = [one.error for one in kept if one.error is not None]
    for error, file in zip(refused, files, strict=True):
        error.do = f"{error.do} {lies_in(file)}"
    left.remove()
    return kept
