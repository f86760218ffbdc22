"""Sensor Logger's HTTP push as a way in: its messages, and a session as the tables that the app exports.

A message is ``{"messageId", "sessionId", "deviceId", "payload": [{"name", "time", "values": {…}}, …]}`` with
times in epoch nanoseconds. Messages may come twice and out of order. Nothing tells where a session ends.
Source: tszheichoi/awesome-sensor-logger, PUSHING.md.
"""

import csv
import io
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from surefoot import sources
from surefoot.errors import SourceError, UnreadableFileError
from surefoot.live.guide import Take
from surefoot.live.log import Header, Log, Packet
from surefoot.live.sender import Follow
from surefoot.model import Floats, Recording, Setup, to_plain

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
KEEPS_JOURNAL: Final = False
KEY: Final = "sensor_logger"
CHARS: Final = ("message",)
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


def header_of(setup: Setup, pushed_by: PushedBy | None) -> Header:
    """Return the head of a journal of messages, whose clock is the phone's epoch time.

    `pushed_by` tells what the messages do not: which way the acceleration points.
    """
    return Header(KEY, CHARS, datetime.fromtimestamp(0, UTC), 0.0, pushed_by or "", to_plain(setup))


def pack(message: Message) -> Packet:
    """Return a message as it lies in a journal, without the ids of session and phone."""
    rows = {name: [each.time_ns.tolist(), each.values.tolist()] for name, each in message.rows.items()}
    told = {"number": message.number, "rows": rows, "notes": message.notes}
    times_ns = [0, *(int(each.time_ns.max()) for each in message.rows.values() if len(each.time_ns))]
    return Packet(max(times_ns) / 1e9, 0, CHARS[0], zlib.compress(json.dumps(told).encode()))


def unpack(packet: Packet) -> Message:
    """Return the message that `pack` packed."""
    return message_from_plain(json.loads(zlib.decompress(packet.data)))


def message_from_plain(told: Mapping[str, Any]) -> Message:
    """Return a message from what a journal tells of it. Raises KeyError, TypeError or ValueError."""
    rows = {
        name: Rows(np.array(time_ns, dtype=np.int64), np.array(values, dtype=float).reshape(-1, 3))
        for name, (time_ns, values) in told["rows"].items()
    }
    notes = tuple((int(time_ns), str(said)) for time_ns, said in told.get("notes", ()))
    return Message("", int(told["number"]), rows, notes)


def export(log: Log, _: Take) -> sources.Export:
    """Return a session as Sensor Logger's tables. Raises UnreadableFileError where it holds no sample."""
    messages = [unpack(packet) for packet in log.packets]
    joined = _join(messages)
    if not joined:
        raise _refuse("no sample of an accelerometer or gyroscope", "at least an accelerometer with gravity")
    zero_ns = min(int(rows.time_ns[0]) for rows in joined.values())
    files = {f"{name}.csv": _table(rows, zero_ns) for name, rows in joined.items()}
    if log.header.description:
        files["Metadata.csv"] = _metadata(log.header.description)
    notes = sorted({note for message in messages for note in message.notes})
    if notes:
        files["Annotation.csv"] = _annotations(notes, zero_ns)
    return sources.Export("Sensor Logger push", files)


def read(exported: sources.Export) -> tuple[Recording, dict[str, Any]]:
    """Return the recording in such tables, and how it came.

    Raises SourceError where which way the acceleration points is not known.
    """
    known = ("Metadata.csv", *(f"{name}.csv" for name in _TELLING))
    if not any(name in exported.files for name in known):
        raise _sign_unknown(name.removesuffix(".csv") for name in exported.files if name != "Annotation.csv")
    (recording,) = sources.parse(exported.files)
    return recording, {"method": "phone clock", "rate_hz": recording.sensors["acceleration"].rate_hz}


def follow(_: Header) -> Follow:
    """Return what makes samples of messages: none, as nothing is guided by them."""
    return lambda _: ()


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


def _join(messages: Iterable[Message]) -> dict[str, Rows]:
    """Return all samples by table, in order of time; of several at one time the first stays.

    Of messages of one number the first counts.
    """
    known = {message.number: message for message in reversed(list(messages))}
    ordered = [known[number] for number in sorted(known)]
    joined = {}
    for name in TABLES.values():
        parts = [message.rows[name] for message in ordered if name in message.rows]
        if parts:
            time_ns, first = np.unique(np.concatenate([part.time_ns for part in parts]), return_index=True)
            joined[name] = Rows(time_ns, np.vstack([part.values for part in parts])[first])
    return {name: rows for name, rows in joined.items() if len(rows.time_ns)}


def _table(rows: Rows, zero_ns: int) -> bytes:
    elapsed_s = ((rows.time_ns - zero_ns) / 1e9).tolist()
    cells = zip(rows.time_ns.tolist(), elapsed_s, rows.values[:, ::-1].tolist(), strict=True)
    lines = [f"{time},{elapsed!r},{z!r},{y!r},{x!r}" for time, elapsed, (z, y, x) in cells]
    return ("time,seconds_elapsed,z,y,x\n" + "\n".join(lines) + "\n").encode()


def _metadata(pushed_by: str) -> bytes:
    """Return the part of the app's metadata that tells the sign; who said so is in the version's place."""
    platform = "" if pushed_by == "standardised" else pushed_by
    standardised = "true" if pushed_by == "standardised" else "false"
    return f"version,platform,appVersion,standardisation\npush,{platform},,{standardised}\n".encode()


def _sign_unknown(found: Iterable[str]) -> SourceError:
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
