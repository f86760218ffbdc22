"""ResearchKit and mPower device motion: a JSON list of Core Motion samples, iOS.

Gravity and user acceleration in g, with the Core Motion sign: the opposite of specific force. Rotation in
rad/s. Source: Apple, *CMDeviceMotion*; the mPower public researcher portal, table *walking activity*.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Recording
from surefoot.sources.assembly.json_members import expecting, json_members, read_json
from surefoot.sources.assembly.recordings import Origin, assemble, stem_of
from surefoot.sources.assembly.timing import Signal, rows_dropped

TITLE: Final = "ResearchKit / mPower device motion (JSON)"

_KEYS: Final = ('"userAcceleration"', '"rotationRate"', '"gravity"')


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member is a JSON list of device-motion samples."""
    return bool(_members(files))


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return one recording for each device-motion list.

    Core Motion's first sample comes before its attitude filter has begun: it is dropped. Raises
    UnreadableFileError for JSON that is cut off or lacks a field.
    """
    members = _members(files)
    if not members:
        raise UnreadableFileError(
            "The files hold no device motion.",
            found=", ".join(sorted(files))[:80],
            expected="a JSON list with gravity, userAcceleration and rotationRate",
            do="Export the deviceMotion file.",
        )
    return tuple(_parse(files[name], name, stem_of(name) if len(members) > 1 else "") for name in members)


def _members(files: Mapping[str, bytes]) -> list[str]:
    return [
        member
        for member, text in json_members(files)
        if text.startswith("[") and all(key in text for key in _KEYS) and '"sensorType"' not in text
    ]


def _parse(data: bytes, member: str, part: str) -> Recording:
    rows = read_json(data, member)
    with expecting(member, "a list of samples with timestamp, gravity, userAcceleration and rotationRate"):
        time_s = np.array([float(row["timestamp"]) for row in rows])
        gravity, user, rotation = (
            np.array([[float(row[key][axis]) for axis in "xyz"] for row in rows])
            for key in ("gravity", "userAcceleration", "rotationRate")
        )
        start = 1 if _first_is_invalid(time_s, gravity, user) else 0
    acc = Signal("acceleration", time_s[start:], (gravity + user)[start:], "g")
    gyr = Signal("gyroscope", time_s[start:], rotation[start:], "rad/s") if rotation.any() else None
    issues = (rows_dropped("acceleration", 1, time_s.size, "from before the start"),) if start else ()
    return assemble(acc, gyr, Origin(-1, "ios", part=part, issues=issues))


def _first_is_invalid(time_s: Floats, gravity: Floats, user: Floats) -> bool:
    """Tell whether sample 0 is a placeholder: no user acceleration, and a late or different sample 1."""
    if time_s.size < 3 or user[0].any():
        return False
    late = time_s[1] - time_s[0] > 2.5 * np.median(np.diff(time_s[1:]))
    return bool(late or np.abs(gravity[1] - gravity[0]).max() > 0.1)
