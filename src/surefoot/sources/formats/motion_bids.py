"""Motion-BIDS: ``_motion.tsv`` without header, its ``_channels.tsv`` and ``_motion.json``, of any laboratory.

Units are those of the channels. Times are the LATENCY channel, else they are counted by the sampling
frequency of the sidecar and this is said. Each tracked point with acceleration is a recording of its own. The
convention does not tell which way acceleration points: specific force is assumed and said, unless Surefoot
itself wrote the files. Source: Jeung et al. 2024, *Scientific Data* 11:716; BIDS 1.10, *Motion*.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np

from surefoot.errors import UnitError, UnreadableFileError
from surefoot.model import Floats, Issue, Recording
from surefoot.sources.assembly.json_members import expecting, read_json
from surefoot.sources.assembly.recordings import (
    Origin,
    assemble,
    canonical_unit,
    gravity_missing,
    sign_assumed,
    sole_member,
)
from surefoot.sources.assembly.timing import Signal
from surefoot.sources.tables import first_text, note_passed_over, read_rows, read_table

TITLE: Final = "Motion-BIDS (tsv with channels and sidecar)"

_CHANNELS: Final = re.compile(
    r"(?=[^\n]*\bname\b)(?=[^\n]*\btype\b)(?=[^\n]*\bunits\b)[^\n]*\n(.|\n)*\bACCEL\b"
)
_SIGN: Final = sign_assumed(
    "Motion-BIDS does not tell which way acceleration points; +g on the upward axis was assumed.",
    is_table=False,
)
_NOMINAL: Final = Issue(
    "rate_nominal",
    "info",
    "The file has no LATENCY channel; times were counted by the sampling frequency that its sidecar tells.",
)


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member is a table of channels with acceleration among them."""
    return bool(_members(files))


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return one recording for each tracked point with acceleration.

    Raises UnreadableFileError where a file is missing or does not fit, UnitError without acceleration.
    """
    channels_member = sole_member(files, _members(files))
    stem = channels_member.removesuffix(".tsv").removesuffix("channels")
    channels = _channels(read_rows(files[channels_member], channels_member))
    about = (
        read_json(files[f"{stem}motion.json"], f"{stem}motion.json") if f"{stem}motion.json" in files else {}
    )
    values = _values(files, f"{stem}motion.tsv", len(channels))
    with expecting(f"{stem}motion.json", "an object with SamplingFrequency"):
        time_s, issues = _times(values, channels, about)
        own = about.get("Surefoot") or {}
        started = datetime.fromisoformat(own["started"]) if own.get("started") else None
    note_passed_over(str(c.get("name")) for c in channels if c["type"] not in ("ACCEL", "GYRO", "LATENCY"))
    points = list(dict.fromkeys(c["tracked_point"] for c in channels if c["type"] == "ACCEL"))
    recordings = []
    for point in points:
        acc = _signal(values, time_s, channels, point, "ACCEL", "acceleration")
        if acc is None:
            continue
        gyr = _signal(values, time_s, channels, point, "GYRO", "gyroscope")
        issues_here = issues if own else (*issues, _SIGN)
        part = point if len(points) > 1 else ""
        recordings.append(assemble(acc, gyr, Origin(+1, part=part, clock_zero=started, issues=issues_here)))
    if not recordings:
        raise gravity_missing("no tracked point with x, y and z", "Give a complete dataset.", removed=False)
    return tuple(recordings)


def _members(files: Mapping[str, bytes]) -> list[str]:
    return [m for m, data in sorted(files.items()) if _CHANNELS.match(first_text(data))]


def _channels(rows: list[list[str]]) -> list[dict[str, str]]:
    """Return what each column holds; a column that is not there counts as n/a."""
    empty = dict.fromkeys(("component", "type", "tracked_point", "units"), "n/a")
    return [empty | dict(zip(rows[0], row, strict=False)) for row in rows[1:]]


def _values(files: Mapping[str, bytes], member: str, columns: int) -> Floats:
    if member not in files:
        raise UnreadableFileError(
            "The samples of the channels are missing.",
            found=", ".join(sorted(files))[:120],
            expected=member,
            do="Give the folder with all files of the recording.",
        )
    table = read_table(files[member], member)
    if table.has_header or len(table.names) != columns:
        raise UnreadableFileError(
            f"{member} does not fit its channels.",
            found=f"{len(table.names)} columns for {columns} channels" + " and a header" * table.has_header,
            expected="a column a channel, without header",
            do="Check the dataset with the BIDS validator.",
        )
    return table.block(slice(None))


def _times(
    values: Floats, channels: list[dict[str, str]], about: Mapping[str, Any]
) -> tuple[Floats, tuple[Issue, ...]]:
    for place, channel in enumerate(channels):
        if channel["type"] == "LATENCY":
            return values[:, place] * (0.001 if channel["units"] == "ms" else 1.0), ()
    rate_hz = float(about.get("SamplingFrequencyEffective") or about["SamplingFrequency"])
    if not 1 <= rate_hz <= 10_000:
        raise ValueError(rate_hz)
    return np.arange(len(values)) / rate_hz, (_NOMINAL,)


def _signal(
    values: Floats, time_s: Floats, channels: list[dict[str, str]], point: str, kind: str, name: str
) -> Signal | None:
    """Return the three axes of a tracked point; None where one is missing."""
    own = {
        channel["component"].lower(): (place, channel["units"])
        for place, channel in enumerate(channels)
        if channel["type"] == kind and channel["tracked_point"] == point
    }
    if not set("xyz") <= set(own):
        return None
    units = {canonical_unit(own[axis][1]) for axis in "xyz"}
    if len(units) > 1:
        raise UnitError(
            f"The {name} of {point} is written in several units.",
            found=", ".join(own[axis][1] for axis in "xyz"),
            expected="one unit for all three components",
            do="Correct the units of the channels.",
        )
    return Signal(name, time_s, values[:, [own[axis][0] for axis in "xyz"]], units.pop())
