"""Static balance and U-turn test of the Ad Scientiam / DISPEL apps: one JSON, each level a part, iOS.

User acceleration and gravity as strings in g with the Core Motion sign, the opposite of specific force;
rotation in rad/s; times in whole epoch milliseconds. Source: newcastleuniversity/DISPEL, provider *ads*.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Issue, Recording
from surefoot.sources.assembly.json_members import expecting, json_members, read_json
from surefoot.sources.assembly.recordings import Origin, assemble, canonical_unit, unit_factor
from surefoot.sources.assembly.timing import Signal
from surefoot.sources.tables import note_passed_over

TITLE: Final = "Static balance test (DISPEL / Ad Scientiam JSON)"

_SHAPE: Final = "mobileEvaluationTest with levels of accelerometer and gyroscope measurements"


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member is such a JSON document."""
    return bool(_members(files))


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return one recording a level, its part named by number and type, such as ``1 sbt``.

    Raises UnreadableFileError for JSON that is cut off or holds no level.
    """
    recordings = []
    for member in _members(files):
        document = read_json(files[member], member)
        with expecting(member, _SHAPE):
            levels = list(enumerate(document["mobileEvaluationTest"]["levels"], start=1))
        recordings += [_parse_level(document, level, number, member) for number, level in levels]
    if not recordings:
        raise UnreadableFileError(
            "The file holds no balance test.",
            found=", ".join(sorted(files))[:80],
            expected=_SHAPE,
            do="Export the test again.",
        )
    return tuple(recordings)


def _members(files: Mapping[str, bytes]) -> list[str]:
    return [
        member
        for member, text in json_members(files)
        if text.startswith("{") and ('"mobileEvaluationTest"' in text or '"mobileDevice"' in text)
    ]


def _parse_level(document: Any, level: Any, number: int, member: str) -> Recording:
    with expecting(member, _SHAPE):
        sensors = {sensor["name"]: sensor["measurements"] for sensor in level["sensors"]}
        note_passed_over(name for name in sensors if name not in ("accelerometer", "gyroscope"))
        acc_columns = _columns(sensors["accelerometer"])
        unit = _unit(sensors["accelerometer"], "userAccelerationX", "g")
        of_gravity = _unit(sensors["accelerometer"], "gravityX", "g")
        user, gravity = (_axes(acc_columns, f"{kind}{{}}", "XYZ") for kind in ("userAcceleration", "gravity"))
        zero_ms = int(acc_columns["ts"][0])
        acc = Signal(
            "acceleration",
            _seconds(acc_columns, zero_ms),
            user + gravity * unit_factor(of_gravity, unit),
            unit,
        )
        gyr = None
        if sensors.get("gyroscope"):
            gyr_columns = _columns(sensors["gyroscope"])
            values = _axes(gyr_columns, "{}", "xyz")
            rotation = _unit(sensors["gyroscope"], "x", "rad/s")
            gyr = Signal("gyroscope", _seconds(gyr_columns, zero_ms), values, rotation)
        contexts = {context["name"]: str(context["value"]) for context in level.get("contexts") or []}
        part = f"{number} {contexts.get('levelType', '')}".strip()
        origin = _origin(document, part, zero_ms)
    return assemble(acc, gyr, origin)


def _columns(measurements: Any) -> dict[str, list[str]]:
    """Return the values of each name over all measurements."""
    rows = [{value["name"]: value["value"] for value in row["values"]} for row in measurements]
    return {name: [row[name] for row in rows] for name in rows[0]}


def _unit(measurements: Any, name: str, usual: str) -> str:
    """Return the unit that a value is written with, the app's usual one where there is none."""
    told = next(str(value.get("unit", "")) for value in measurements[0]["values"] if value["name"] == name)
    return canonical_unit(told) or usual


def _axes(columns: Mapping[str, list[str]], name: str, axes: str) -> Floats:
    return np.column_stack([np.array(columns[name.format(axis)], dtype=np.float64) for axis in axes])


def _seconds(columns: Mapping[str, list[str]], zero_ms: int) -> Floats:
    return np.array([(int(stamp) - zero_ms) / 1000 for stamp in columns["ts"]], dtype=np.float64)


def _origin(document: Any, part: str, zero_ms: int) -> Origin:
    device = document.get("mobileDevice") or {}
    platform = str(device.get("platform") or "").lower()
    zone = datetime.fromisoformat(document["mobileEvaluationTest"]["startDate"]).tzinfo or UTC
    started = (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=zero_ms)).astimezone(zone)
    what = (
        f"The direction of the acceleration was taken from iOS, but the platform is {platform or 'not told'}."
    )
    assumed = (Issue("sign_assumed", "warning", what, "Check it with a phone lying flat, screen up."),)
    return Origin(
        -1, platform, str(device.get("model") or ""), part, started, () if platform == "ios" else assumed
    )
