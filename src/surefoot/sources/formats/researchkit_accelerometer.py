"""ResearchKit and mPower raw accelerometer: a JSON list of timestamp, x, y and z, iOS.

In g with the Core Motion sign, the opposite of specific force; no gyroscope. Times in s since the phone
started. Source: Apple, *CMAccelerometerData*; the mPower public researcher portal, ``accel_*.json``.
"""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from surefoot.model import Recording
from surefoot.sources.assembly.json_members import expecting, json_members, read_json
from surefoot.sources.assembly.recordings import Origin, assemble, stem_of
from surefoot.sources.assembly.timing import Signal

TITLE: Final = "ResearchKit / mPower accelerometer (JSON)"

_RECORD: Final = re.compile(r'\[\s*\{(\s*"(timestamp|[xyz])"\s*:\s*-?[\d.eE+-]+\s*,?){4}\}')


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member is a JSON list whose first record has these four fields and no more."""
    return bool(_members(files))


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return one recording for each list.

    Raises UnitError where the values are not gravity, UnreadableFileError for JSON that is cut off.
    """
    members = _members(files)
    return tuple(_parse(files[name], name, stem_of(name) if len(members) > 1 else "") for name in members)


def _members(files: Mapping[str, bytes]) -> list[str]:
    return [member for member, text in json_members(files) if _RECORD.match(text)]


def _parse(data: bytes, member: str, part: str) -> Recording:
    rows = read_json(data, member)
    with expecting(member, "a list of records with timestamp, x, y and z"):
        table = np.array([[float(row[key]) for key in ("timestamp", "x", "y", "z")] for row in rows])
    acc = Signal("acceleration", table[:, 0] - table[0, 0], table[:, 1:], "g")
    return assemble(acc, None, Origin(-1, "ios", part=part))
