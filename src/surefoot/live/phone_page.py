"""Our phone page as a way in: its rows, checked, packed for a journal, and as the file that it would save.

Times are the page's own: a journal of the page is on the page's clock, and its `host_zero` is the wall time
at that clock's zero.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Any, Final, TypeGuard

import numpy as np

from surefoot import sources
from surefoot.errors import NoSamplesError, UnreadableFileError
from surefoot.live.feedback import Samples
from surefoot.live.guide import Take
from surefoot.live.log import Header, Log, LogMark, Packet
from surefoot.live.sender import Follow
from surefoot.model import Recording, Setup, to_plain
from surefoot.sources.formats.phone_page import COLUMNS, write_rows

KEEPS_JOURNAL: Final = False
# A take of the page is whole; a round on the board is the part of a journal that its marks tell.
PAGE, BOARD = "phone_page", "phone_board"
CHARS: Final = ("rows",)
ENDING_MARK: Final = "ending "
MAX_ROWS: Final = 20_000
MAX_PART_ROWS: Final = 600
MAX_PARTS: Final = 400
PLATFORMS: Final = ("android", "ios", "")
_LARGEST: Final = 1e10
_LONGEST_S: Final = 1e4
_LONGEST_AGO_S: Final = 7 * 86400.0
_LONGEST_TAKE_S: Final = 3600.0
_MOST_CUES: Final = 60
_LONGEST_CUE: Final = 200

Row = list[float | None]


@dataclass(frozen=True, slots=True)
class PhoneInfo:
    """The phone that sends: its platform, which tells the sign of its acceleration, and its browser."""

    platform: str = ""
    browser: str = ""

    def header(self, device: str, setup: Setup, zero: datetime) -> Header:
        """Return the head of a journal of `PAGE` or `BOARD`; `zero` is the wall time at the page's zero."""
        return Header(device, CHARS, zero, 0.0, json.dumps(asdict(self)), to_plain(setup))


def read_platform(words: Any) -> str:
    """Return the platform that a page tells, empty for none that is known."""
    platform = words.get("platform") if isinstance(words, dict) else ""
    return platform if platform in PLATFORMS else ""


def pack(number: int, rows: Sequence[Row]) -> Packet:
    """Return a part as it lies in a journal, at the time of its last row."""
    last_s = float(rows[-1][0] or 0.0) / 1000 if rows else 0.0
    return Packet(last_s, 0, CHARS[0], zlib.compress(json.dumps([number, rows]).encode()))


def unpack(packet: Packet) -> tuple[int, list[Row]]:
    """Return number and rows of a part."""
    number, rows = json.loads(zlib.decompress(packet.data))
    return number, rows


def export(log: Log, take: Take) -> sources.Export:
    """Return the file that the page would save of a take. Raises NoSamplesError where no row is left."""
    parts = dict(reversed([unpack(packet) for packet in log.packets]))
    rows = [row for number in sorted(parts) for row in parts[number]]
    if log.header.device == BOARD:
        end_s = inf if take.ending == "interrupted" else take.hold_s[1]
        rows = [row for row in rows if take.start_s <= float(row[0] or 0.0) / 1000 <= end_s]
    if not rows:
        raise NoSamplesError(
            "The phone sent nothing of this attempt.",
            found="no row",
            expected="rows of its sensors",
            do="Keep the page in front and the screen on, and record again.",
        )
    return sources.Export("phone", _write(log, rows))


def _write(log: Log, rows: list[Row]) -> dict[str, bytes]:
    phone = PhoneInfo(**json.loads(log.header.description))
    endings = [mark.text.removeprefix(ENDING_MARK) for mark in log.marks if mark.text.startswith(ENDING_MARK)]
    if not endings:
        started = log.header.host_zero + timedelta(milliseconds=float(rows[0][0] or 0.0))
        return write_rows(rows, platform=phone.platform, started=started, browser=phone.browser)
    told, ending = _read_mark(endings[-1])
    length_s = (float(rows[-1][0] or 0) - float(rows[0][0] or 0)) / 1000
    return write_rows(
        rows,
        platform=ending.platform or phone.platform,
        started=told - timedelta(seconds=ending.ago_s + min(max(length_s, 0.0), _LONGEST_TAKE_S)),
        browser=phone.browser,
        hidden=ending.hidden,
        stopped_s=ending.stopped_s,
        lasted_s=ending.lasted_s,
        marks=ending.marks,
    )


def read(exported: sources.Export) -> tuple[Recording, dict[str, Any]]:
    """Return the recording in the file of a page, and how it came."""
    (recording,) = sources.parse(exported.files, PAGE)
    return recording, {"method": "phone clock", "rate_hz": recording.sensors["acceleration"].rate_hz}


def follow(header: Header) -> Follow:
    """Return what makes samples of parts; without a whole rotation there is no gyroscope."""
    sign = -1.0 if PhoneInfo(**json.loads(header.description)).platform == "ios" else 1.0

    def read_packet(packet: Packet) -> tuple[Samples, ...]:
        _, rows = unpack(packet)
        if not rows:
            return ()
        table = np.array([[np.nan if cell is None else cell for cell in row] for row in rows], dtype=float)
        gyr = np.radians(table[:, 4:]) if np.isfinite(table[:, 4:]).all() else None
        return (Samples(table[:, 0] / 1000, sign * table[:, 1:4], gyr),)

    return read_packet


def check_part(number: int, rows: Any) -> None:
    """Raise UnreadableFileError for rows that are none, or too many, and for a number that no part has."""
    check_rows(rows)
    if number >= MAX_PARTS:
        raise _refuse(f"part {number}", f"at most {MAX_PARTS} parts")


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
    `touched_s` how long it was held when the page felt the foot come down; `marks` are the true instants of
    the cues, in seconds after the take began.
    """

    parts: int
    hidden: bool
    stopped_s: float | None
    platform: str
    ago_s: float = 0.0
    lasted_s: float | None = None
    touched_s: float | None = None
    marks: tuple[tuple[float, str], ...] = ()


def read_ending(words: Any) -> Ending:
    """Return the ending that the JSON `words` tell. Raises UnreadableFileError for anything else."""
    told = words if isinstance(words, dict) else {}
    parts, hidden, stopped_s = told.get("parts"), told.get("hidden"), told.get("stopped_s")
    fine = isinstance(parts, int) and 0 < parts <= MAX_PARTS and isinstance(hidden, bool)
    if not fine or not (stopped_s is None or (_is_number(stopped_s) and 0 <= stopped_s < _LONGEST_S)):
        raise _refuse("an ending that is not understood", "the number of parts, and how it ended")
    ago_s = told.get("ago_s")
    lasted_s, touched_s = (_seconds(told.get(name)) for name in ("lasted_s", "touched_s"))
    # A page whose clock counts from another zero tells nothing of use.
    ago = ago_s if _is_number(ago_s) and 0 <= ago_s < _LONGEST_AGO_S else 0.0
    return Ending(
        int(parts or 0),
        bool(hidden),
        stopped_s,
        read_platform(told),
        ago,
        lasted_s,
        touched_s,
        _cues(told.get("marks")),
    )


def _cues(told: Any) -> tuple[tuple[float, str], ...]:
    """Return the cues that a page tells, none where they are not understood: no take is lost for them."""
    rows = told if isinstance(told, list) and len(told) <= _MOST_CUES else []
    if not all(isinstance(row, list) and len(row) == 2 for row in rows):
        return ()
    if not all(_seconds(at_s) is not None and isinstance(text, str) for at_s, text in rows):
        return ()
    return tuple((round(float(at_s), 3), text[:_LONGEST_CUE]) for at_s, text in rows)


def _seconds(told: Any) -> float | None:
    return told if _is_number(told) and 0 <= told < _LONGEST_S else None


def ending_mark(ending: Ending, told: datetime, at_s: float) -> LogMark:
    """Return how a take ended as a mark of its journal; `told` is when the page said so, by this computer."""
    return LogMark(at_s, ENDING_MARK + json.dumps({**asdict(ending), "told": told.isoformat()}))


def _read_mark(text: str) -> tuple[datetime, Ending]:
    words = json.loads(text)
    return datetime.fromisoformat(words.pop("told")), Ending(**words)


def _refuse(found: str, expected: str) -> UnreadableFileError:
    return UnreadableFileError(
        "The phone sent something that is no recording.",
        found=found,
        expected=expected,
        do="Load the page on the phone again.",
    )
