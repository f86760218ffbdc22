"""Sensor Logger's HTTP push: its messages, and a whole session as the tables that the app exports.

A message is ``{"messageId", "sessionId", "deviceId", "payload": [{"name", "time", "values": {…}}, …]}`` with
times in epoch nanoseconds. Messages may come twice and out of order. Nothing tells where a session ends.
Source: tszheichoi/awesome-sensor-logger, PUSHING.md.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import SourceError, UnreadableFileError
from surefoot.model import Floats

PushedBy = Literal["android", "ios", "standardised"]
# What the app calls its sensors in a message, and how their exported tables are named.
TABLES: Final[Mapping[str, str]] = {
    "accelerometer": "Accelerometer",
    "totalacceleration": "TotalAcceleration",
    "gravity": "Gravity",
    "gyroscope": "Gyroscope",
    "accelerometeruncalibrated": "AccelerometerUncalibrated",
    "gyroscopeuncalibrated": "GyroscopeUncalibrated",
}
MAX_MESSAGES: Final = 20_000
MAX_ROWS: Final = 1_000_000
_TELLING: Final = ("TotalAcceleration", "AccelerometerUncalibrated")
_FIRST_NS, _LAST_NS = 10**17, 10**19 // 2
_LARGEST: Final = 1e6
_LONGEST_NOTE: Final = 300


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Samples of one sensor: epoch nanoseconds (n,), x, y and z (n, 3)."""

    time_ns: NDArray[np.int64]
    values: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """One push: whose, which, the samples by table, and notes with their epoch nanoseconds.

    The device's id is left unread.
    """

    session: str
    number: int
    rows: Mapping[str, Rows]
    notes: tuple[tuple[int, str], ...] = ()

    @property
    def size(self) -> int:
        """How many samples and notes it holds."""
        return sum(len(rows.time_ns) for rows in self.rows.values()) + len(self.notes)


@dataclass(slots=True)
class PushedSession:
    """A session while it comes in: its messages by number, and when the last one came."""

    heard_s: float
    messages: dict[int, Message] = field(default_factory=dict)
    size: int = 0

    @property
    def first_ns(self) -> int:
        """The time of its first sample in epoch nanoseconds, 0 without any."""
        rows = [rows for message in self.messages.values() for rows in message.rows.values()]
        return min((int(each.time_ns.min()) for each in rows if len(each.time_ns)), default=0)

    def copy(self) -> PushedSession:
        """Return the session as it is now, which does not change when more of it comes."""
        return PushedSession(self.heard_s, dict(self.messages), self.size)

    def take(self, message: Message, now_s: float) -> None:
        """Add a message; one that came before changes nothing.

        Raises UnreadableFileError where the session becomes longer than any test.
        """
        self.heard_s = now_s
        if message.number in self.messages:
            return
        if len(self.messages) >= MAX_MESSAGES or self.size + message.size > MAX_ROWS:
            raise _refuse(
                f"more than {self.size} samples", "one test at a time; stop the recording in between"
            )
        self.messages[message.number] = message
        self.size += message.size


def read_message(body: bytes) -> Message:
    """Return what a push holds; sensors that are of no use here, and test messages, hold nothing.

    Raises UnreadableFileError for anything that the app does not send.
    """
    try:
        told = json.loads(body)
        payload = told.get("payload") or []
        session, number = str(told.get("sessionId", ""))[:200], int(told.get("messageId", 0))
        sensors: dict[str, list[Any]] = {}
        for each in payload if isinstance(payload, list) else ():
            sensors.setdefault(_plain(each["name"]), []).append(each)
        rows = {table: _rows(sensors[name]) for name, table in TABLES.items() if name in sensors}
        notes = tuple(_note(each) for each in sensors.get("annotation", ()))
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
        raise _refuse("something that is not understood", "a message of Sensor Logger") from None
    # Without both, samples would be joined with another phone's, or thrown away as come before.
    if rows and not {"sessionId", "messageId"} <= told.keys():
        raise _refuse("samples without session or number", "a message of Sensor Logger")
    return Message(session, number, rows, notes)


def write_session(session: PushedSession, pushed_by: PushedBy | None) -> dict[str, bytes]:
    """Return a session as Sensor Logger's tables, without the ids of session and device.

    `pushed_by` tells what the messages do not: which way the acceleration points. Raises SourceError where
    that is not known, UnreadableFileError where the session holds no samples.
    """
    joined = _join(session)
    if not joined:
        raise _refuse("no sample of an accelerometer or gyroscope", "at least an accelerometer with gravity")
    if pushed_by is None and not any(name in joined for name in _TELLING):
        raise _sign_unknown(joined)
    return write_tables(session, pushed_by)


def write_tables(session: PushedSession, pushed_by: PushedBy | None) -> dict[str, bytes]:
    """Return a session as Sensor Logger's tables whatever it holds, to be kept as it came."""
    joined, zero_ns = _join(session), session.first_ns
    files = {f"{name}.csv": _table(rows, zero_ns) for name, rows in joined.items()}
    if pushed_by is not None:
        files["Metadata.csv"] = _metadata(pushed_by)
    notes = sorted({note for message in session.messages.values() for note in message.notes})
    if notes:
        files["Annotation.csv"] = _annotations(notes, zero_ns)
    return files


def _note(sample: Any) -> tuple[int, str]:
    """Return when a note was made and what it says, in one line."""
    time_ns, values = int(sample["time"]), sample.get("values") or {}
    if not _FIRST_NS <= time_ns < _LAST_NS:
        raise ValueError("no time of this world")
    return time_ns, " ".join(str(values.get("text") or "").split())[:_LONGEST_NOTE]


def _annotations(notes: Iterable[tuple[int, str]], zero_ns: int) -> bytes:
    text = io.StringIO()
    rows = ([time_ns, (time_ns - zero_ns) / 1e9, said] for time_ns, said in notes)
    csv.writer(text, lineterminator="\n").writerows([["time", "seconds_elapsed", "text"], *rows])
    return text.getvalue().encode()


def _plain(name: str) -> str:
    """Return a sensor's name as messages have it, however it is written.

    >>> _plain("Total Acceleration")
    'totalacceleration'
    """
    return name.replace(" ", "").replace("_", "").lower()


def _rows(samples: list[Any]) -> Rows:
    times = [sample["time"] for sample in samples]
    cells = [[sample["values"][axis] for axis in "xyz"] for sample in samples]
    flat = [number for row in cells for number in row]
    if any(isinstance(number, bool) or not isinstance(number, (int, float)) for number in (*times, *flat)):
        raise TypeError("numbers only")
    if not all(_FIRST_NS <= time < _LAST_NS for time in times) or not all(abs(n) < _LARGEST for n in flat):
        raise ValueError("no time or reading of this world")
    return Rows(np.array([int(time) for time in times], dtype=np.int64), np.array(cells, dtype=float))


def _join(session: PushedSession) -> dict[str, Rows]:
    """Return all samples by table, in order of time; of several at one time the first stays."""
    joined = {}
    ordered = [session.messages[number] for number in sorted(session.messages)]
    for name in TABLES.values():
        parts = [message.rows[name] for message in ordered if name in message.rows]
        if parts:
            time_ns, first = np.unique(np.concatenate([part.time_ns for part in parts]), return_index=True)
            joined[name] = Rows(time_ns, np.vstack([part.values for part in parts])[first])
    return joined


def _table(rows: Rows, zero_ns: int) -> bytes:
    elapsed_s = ((rows.time_ns - zero_ns) / 1e9).tolist()
    cells = zip(rows.time_ns.tolist(), elapsed_s, rows.values[:, ::-1].tolist(), strict=True)
    lines = [f"{time},{elapsed!r},{z!r},{y!r},{x!r}" for time, elapsed, (z, y, x) in cells]
    return ("time,seconds_elapsed,z,y,x\n" + "\n".join(lines) + "\n").encode()


def _metadata(pushed_by: PushedBy) -> bytes:
    """Return the part of the app's metadata that tells the sign; who said so is in the version's place."""
    platform = "" if pushed_by == "standardised" else pushed_by
    standardised = "true" if pushed_by == "standardised" else "false"
    return f"version,platform,appVersion,standardisation\npush,{platform},,{standardised}\n".encode()


def _sign_unknown(found: Mapping[str, Rows]) -> SourceError:
    return SourceError(
        "Which way the pushed acceleration points cannot be known.",
        found=f"{', '.join(sorted(found))}, and iOS and Android send opposite signs",
        expected="the platform, or “Standardise Units & Frames” switched on in Sensor Logger's settings",
        do="Start `surefoot web --push` with --pushed-by android, ios or standardised.",
    )


def _refuse(found: str, expected: str) -> UnreadableFileError:
    return UnreadableFileError(
        "What was pushed cannot be used.",
        found=found,
        expected=expected,
        do="In Sensor Logger, switch on accelerometer, gravity and gyroscope, and record again.",
    )
