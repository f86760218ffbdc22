"""What phones send: sessions announced, rows received in numbered parts, whole takes handed on."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, TypeGuard

from surefoot.errors import UnreadableFileError
from surefoot.model import Setup
from surefoot.sources.formats.phone_page import COLUMNS

MAX_ROWS: Final = 20_000
MAX_PART_ROWS: Final = 600
MAX_PARTS: Final = 400
MAX_TAKES: Final = 64
PLATFORMS: Final = ("android", "ios", "")
_LARGEST: Final = 1e10
_LONGEST_S: Final = 1e4
_LONGEST_AGO_S: Final = 7 * 86400.0

Row = list[float | None]


@dataclass(slots=True)
class Reception:
    """One take while it comes in: its conditions, its parts by number, and in the end what became of it.

    `session` names all takes that were announced with it.
    """

    setup: Setup
    session: tuple[str, ...] = ()
    parts: dict[int, list[Row]] = field(default_factory=dict)
    result: dict[str, Any] | None = None
    lock: Lock = field(default_factory=Lock)

    @property
    def rows(self) -> list[Row]:
        """All rows that have come in, in the order of their parts."""
        return [row for number in sorted(self.parts) for row in self.parts[number]]

    def missing(self, count: int) -> list[int]:
        """Return the numbers below `count` that have not come in."""
        return [number for number in range(count) if number not in self.parts]


class Desk:
    """The takes that phones announced; the sessions not heard of for longest make room for new ones.

    Names are random, so that nobody finds another take by trying.
    """

    def __init__(self, name: Callable[[], str] = lambda: secrets.token_urlsafe(16)) -> None:
        self._name = name
        self._takes: dict[str, Reception] = {}
        self._lock = Lock()

    def announce(self, setups: tuple[Setup, ...]) -> tuple[str, ...]:
        """Open one take for each setup and return their names."""
        with self._lock:
            names = tuple(self._name() for _ in setups)
            self._takes |= {name: Reception(setup, names) for name, setup in zip(names, setups, strict=True)}
            for old in list(self._takes)[: max(0, len(self._takes) - MAX_TAKES)]:
                del self._takes[old]
        return names

    def find(self, name: str) -> Reception | None:
        """Return the take of this name, or None; its whole session has been heard of then."""
        with self._lock:
            found = self._takes.get(name)
            for each in found.session if found is not None else ():
                if each in self._takes:
                    self._takes[each] = self._takes.pop(each)
            return found


def take_part(reception: Reception, number: int, rows: Any) -> None:
    """Add one part to a take; one that came before, or comes after the end, changes nothing.

    Raises UnreadableFileError for rows that are none, or too many.
    """
    check_rows(rows)
    with reception.lock:
        if number in reception.parts or reception.result is not None:
            return
        held = sum(len(part) for part in reception.parts.values())
        if number >= MAX_PARTS or held + len(rows) > MAX_ROWS:
            raise _refuse(f"part {number} with {held + len(rows)} rows", f"at most {MAX_ROWS} rows")
        reception.parts[number] = rows


def check_rows(rows: Any) -> None:
    """Raise UnreadableFileError for rows that are none, or too many for one part."""
    if not isinstance(rows, list) or len(rows) > MAX_PART_ROWS or not all(map(_is_row, rows)):
        raise _refuse("rows that are not finite numbers", f"at most {MAX_PART_ROWS} rows of {len(COLUMNS)}")


def _is_row(row: Any) -> bool:
    if not isinstance(row, list) or len(row) != len(COLUMNS):
        return False
    acceleration, rotation = row[:4], row[4:]
    return all(map(_is_number, acceleration)) and all(cell is None or _is_number(cell) for cell in rotation)


def _is_number(cell: Any) -> TypeGuard[float]:
    # Not-a-number is not below anything, so this refuses it as well.
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) < _LARGEST


@dataclass(frozen=True, slots=True)
class Ending:
    """How a take ended: parts sent, page out of sight, stopped by hand after so long, on which platform.

    `ago_s` is how long before it was told, `lasted_s` how long the take lasted, by the phone's clock;
    `touched_s` how long it was held when the page felt the foot come down.
    """

    parts: int
    hidden: bool
    stopped_s: float | None
    platform: str
    ago_s: float = 0.0
    lasted_s: float | None = None
    touched_s: float | None = None


def read_ending(words: Any) -> Ending:
    """Return the ending that the JSON `words` tell. Raises UnreadableFileError for anything else."""
    told = words if isinstance(words, dict) else {}
    parts, hidden, stopped_s = told.get("parts"), told.get("hidden"), told.get("stopped_s")
    fine = isinstance(parts, int) and 0 < parts <= MAX_PARTS and isinstance(hidden, bool)
    if not fine or not (stopped_s is None or (_is_number(stopped_s) and 0 <= stopped_s < _LONGEST_S)):
        raise _refuse("an ending that is not understood", "the number of parts, and how it ended")
    platform, ago_s = told.get("platform"), told.get("ago_s")
    lasted_s, touched_s = (_seconds(told.get(name)) for name in ("lasted_s", "touched_s"))
    # A page whose clock counts from another zero tells nothing of use.
    ago = ago_s if _is_number(ago_s) and 0 <= ago_s < _LONGEST_AGO_S else 0.0
    return Ending(
        int(parts or 0),
        bool(hidden),
        stopped_s,
        platform if platform in PLATFORMS else "",
        ago,
        lasted_s,
        touched_s,
    )


def _seconds(told: Any) -> float | None:
    return told if _is_number(told) and 0 <= told < _LONGEST_S else None


def _refuse(found: str, expected: str) -> UnreadableFileError:
    return UnreadableFileError(
        "The phone sent something that is no recording.",
        found=found,
        expected=expected,
        do="Load the page on the phone again.",
    )
