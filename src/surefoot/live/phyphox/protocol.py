"""phyphox's remote access: what to ask, and what the replies mean. Nothing is sent from here.

``/config`` tells which buffers a sensor fills, ``/get`` gives what a buffer holds past a threshold, a number
that is none as null, on Android with eight digits. ``/time`` tells when measuring began. Source: the
phyphox wiki, *Remote-interface communication*, and phyphox-android, ``RemoteServer.java``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import numpy as np

from surefoot.errors import ExperimentError, PhoneError
from surefoot.model import Floats

KEY: Final = "phyphox"
ACCELEROMETER, GYROSCOPE = "accelerometer", "gyroscope"
CONFIG, META, TIME = "/config", "/meta", "/time"
START, STOP = "/control?cmd=start", "/control?cmd=stop"
AXES: Final = ("t", "x", "y", "z")
LEAST_SIZE: Final = 500
_MALFORMED: Final = (AttributeError, KeyError, OverflowError, TypeError, ValueError)
_LAST_EPOCH_S: Final = 2.0**34
_TOLD_OF_PHONE: Final = ("deviceModel", "deviceBrand", "deviceManufacturer", "deviceRelease", "version")
_OPEN_HINT: Final = (
    "Open Surefoot's experiment (`surefoot web --push` shows its code) or “Acceleration (with g)” in phyphox."
)


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is open on the phone: its title, and the buffers of time, x, y, z by sensor."""

    title: str
    buffers: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Reply:
    """What ``/get`` told: rows (n, 4) of time, x, y and z by sensor, and how the phone is doing.

    A sensor without new samples is in `rows` too, empty; one whose buffers are gone is not. `timed` tells
    that the app starts and stops by a clock of its own.
    """

    session: str
    measuring: bool
    rows: Mapping[str, Floats]
    timed: bool = False

    @property
    def newest_s(self) -> dict[str, float]:
        """The latest time by sensor, of those that have rows."""
        return {sensor: float(rows[:, 0].max()) for sensor, rows in self.rows.items() if len(rows)}


def read_layout(config: bytes) -> Experiment:
    """Return where the samples are, as ``/config`` tells it.

    Raises PhoneError where that is not phyphox speaking, ExperimentError without an accelerometer.
    """
    told = read_json(config)
    if not isinstance(told, dict) or not isinstance(told.get("inputs"), list):
        raise not_phyphox(config)
    try:
        found: dict[str, tuple[str, ...]] = {}
        for told_input in told["inputs"]:
            outputs = {
                axis: str(name) for each in told_input.get("outputs", []) for axis, name in each.items()
            }
            if all(axis in outputs for axis in AXES):
                found.setdefault(str(told_input["source"]), tuple(outputs[axis] for axis in AXES))
        sizes = {str(each["name"]): int(each["size"]) for each in told.get("buffers", [])}
    except _MALFORMED:
        raise not_phyphox(config) from None
    title = printable(told.get("title", ""))
    if ACCELEROMETER not in found:
        raise _without_accelerometer(title, tuple(printable(each.get("source")) for each in told["inputs"]))
    wanted = {sensor: found[sensor] for sensor in (ACCELEROMETER, GYROSCOPE) if sensor in found}
    held = min((sizes.get(name) or LEAST_SIZE for names in wanted.values() for name in names), default=0)
    if held < LEAST_SIZE:
        raise _too_small(title, held)
    return Experiment(title, wanted)


def write_layout(layout: Experiment) -> str:
    """Return the layout as text, for the head of a journal."""
    return json.dumps({"title": layout.title, "buffers": dict(layout.buffers)})


def layout_of(text: str) -> Experiment:
    """Return the layout that `write_layout` wrote."""
    told = json.loads(text)
    return Experiment(told["title"], {sensor: tuple(names) for sensor, names in told["buffers"].items()})


def newest_path(layout: Experiment) -> str:
    """Return the path that asks for the latest row of each sensor, and how the phone is doing."""
    return "/get?" + "&".join(_name(name) for names in layout.buffers.values() for name in names)


def rows_path(layout: Experiment, newest_s: Mapping[str, float]) -> str:
    """Return the path that asks for every row after `newest_s`, all rows of a sensor without one.

    >>> layout = Experiment("", {"accelerometer": ("acc_time", "accX", "accY", "accZ")})
    >>> rows_path(layout, {"accelerometer": 1.5})
    '/get?acc_time=1.5&accX=1.5%7Cacc_time&accY=1.5%7Cacc_time&accZ=1.5%7Cacc_time'
    """
    asked = []
    for sensor, (time, *axes) in layout.buffers.items():
        since = newest_s.get(sensor)
        asked += [f"{_name(time)}={'full' if since is None else repr(since)}"]
        past = "full" if since is None else f"{since!r}%7C{_name(time)}"
        asked += [f"{_name(axis)}={past}" for axis in axes]
    return "/get?" + "&".join(asked)


def read_reply(data: bytes, layout: Experiment) -> Reply:
    """Return what a reply to ``/get`` holds; rows without a time are left out.

    Raises PhoneError where it is none.
    """
    told = read_json(data)
    try:
        held = {name: each["buffer"] for name, each in told["buffer"].items()}
        status = told["status"]
        rows = {
            sensor: _rows([held[name] for name in names])
            for sensor, names in layout.buffers.items()
            if all(name in held for name in names)
        }
        timed = bool(status.get("timedRun"))
        return Reply(str(status["session"]), bool(status["measuring"]), rows, timed)
    except _MALFORMED:
        raise not_phyphox(data) from None


def read_device(meta: bytes) -> dict[str, str]:
    """Return make and model of the phone from ``/meta``, and nothing that tells one phone from another."""
    told = read_json(meta)
    if not isinstance(told, dict):
        raise not_phyphox(meta)
    return {key: printable(told[key]) for key in _TOLD_OF_PHONE if told.get(key)}


def read_starts(times: bytes) -> list[tuple[float, float]]:
    """Return when measuring began, from ``/time``: experiment time in s and the phone's epoch time in s."""
    told = read_json(times)
    if not isinstance(told, list):
        raise not_phyphox(times)
    try:
        pairs = [(e["experimentTime"], e["systemTime"]) for e in told if e["event"] == "START"]
        starts = [(float(at_s), float(epoch_s)) for at_s, epoch_s in pairs]
    except _MALFORMED:
        raise not_phyphox(times) from None
    if not all(abs(at_s) < _LAST_EPOCH_S and 0 <= epoch_s < _LAST_EPOCH_S for at_s, epoch_s in starts):
        raise not_phyphox(times)
    return starts


def is_granted(answer: bytes) -> bool:
    """Tell whether the phone did what ``/control`` asked."""
    told = read_json(answer)
    return isinstance(told, dict) and told.get("result") is True


def read_json(data: bytes) -> Any:
    """Return what JSON holds. Raises PhoneError where it is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise not_phyphox(data) from None


def printable(told: object) -> str:
    r"""Return what a stranger told as one short line that a terminal only prints.

    >>> printable("Pixel\x1b[2J 7")
    'Pixel[2J 7'
    """
    return "".join(letter for letter in str(told) if letter.isprintable())[:80]


def not_phyphox(data: bytes) -> PhoneError:
    """Return the refusal of an answer that phyphox would not give."""
    return PhoneError(
        "Something answers at this address, but not as phyphox does.",
        found=repr(data[:60])[1:],
        expected="the remote access of phyphox",
        do="Give --phyphox the address that phyphox shows when remote access is on; update an old phyphox.",
    )


def _rows(columns: list[list[float | None]]) -> Floats:
    """Return the rows (n, k) that all columns have; null is no number, and a row without time is none."""
    size = min(len(column) for column in columns)
    table = np.array([column[:size] for column in columns], dtype=float).T.reshape(size, len(columns))
    return np.asarray(table[np.abs(table[:, 0]) < _LAST_EPOCH_S])


def _name(buffer: str) -> str:
    return quote(buffer, safe="")


def _without_accelerometer(title: str, sources: tuple[str, ...]) -> ExperimentError:
    return ExperimentError(
        "The experiment that is open on the phone has no acceleration with gravity.",
        found=f"“{title}” with {', '.join(sources) or 'no sensor'}",
        expected="an accelerometer with x, y, z and time, and a gyroscope if possible",
        do=_OPEN_HINT,
    )


def _too_small(title: str, held: int) -> ExperimentError:
    return ExperimentError(
        "The experiment that is open on the phone forgets its samples too soon.",
        found=f"“{title}” keeps {held}",
        expected=f"at least {LEAST_SIZE}, or all",
        do=_OPEN_HINT,
    )
