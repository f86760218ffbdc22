"""What an export holds beside what was read: told by name, so that no sensor goes without a word."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from surefoot.model import Issue, Recording
from surefoot.sources.assembly.timing import MIN_SAMPLES
from surefoot.sources.inference.column_names import split_axis
from surefoot.sources.tables import Asked, Files, first_text

# Times, counts, marks and what is computed of columns that are read are no sensors.
_NO_SENSOR: Final = re.compile(
    r"time|date|clock|epoch?|stamp|elapsed|second|^t$|^ms$|yyyy|時間|时间|count|packet|seq|sample|index|^(#|n|id)$"
    r"|name|label|status|accuracy|event|button|version|battery|^unnamed|^column \d|^rawdata$|uptime|steppath"
    r"|abs|total|norm|magnitude|resultant|^(tgf|gft|at|wt|bt)$|address|zone|frame|description|^$",
    re.IGNORECASE,
)
_ROTATION: Final = re.compile(r"gyr|rotation_?rate|angular", re.IGNORECASE)
_ABOUT: Final = re.compile(
    r"(^|[-_/ ])(metadata|settings|session|device|info|participants|scans)\b", re.IGNORECASE
)
_OTHER_KEYS: Final = re.compile(
    r"magn|baro|press|heart|\bhr\b|bpm|ecg|emg|eda|bvp|spo2|temp|humid|light|lux|proxim|pedom|steps|uncalibrated"
    r"|altitude|compass|heading|headphone|watch",
    re.IGNORECASE,
)
_MOTION_KEYS: Final = re.compile(
    r"^[wxyzt]$|acc|gyr|rotation|gravity|attitude|meas|imu|^ts$|sensor|value|unit|data|payload|level|context",
    re.IGNORECASE,
)
_KEY: Final = re.compile(rb'"([A-Za-z][\w ]{0,60})"\s*:')
_RECORD: Final = re.compile(rb'"(?:sensor|name|sensorType)"\s*:\s*"([\w ]{1,60})"')
_MOST: Final = 24
_LOOKED_AT: Final = 1_000_000


def not_read(files: Files, asked: Asked, recording: Recording) -> tuple[Issue, ...]:
    """Return the issue that names files, columns and records with sensors that no number rests on.

    It is a warning where one of them is a gyroscope, the recording has none, and nothing says why.
    """
    names = list(dict.fromkeys([*_members(files, asked), *_columns(asked), *asked.passed_over]))
    if not names:
        return ()
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    what = f"Not read, as no number rests on it: {', '.join(names[:_MOST])}{more}."
    warned = any(issue.code == "gyroscope_left_out" for issue in recording.issues)
    if recording.gyr_radps is None and not warned and any(map(_ROTATION.search, names)):
        return (Issue("not_read", "warning", what, "The numbers were made without a gyroscope."),)
    return (Issue("not_read", "info", what),)


def _members(files: Files, asked: Asked) -> Iterable[str]:
    """Yield the names of files that nobody read, and of other sensors in the JSON that was read."""
    for member, data in sorted(files.items()):
        if asked.unread(member) is None:
            if data.strip() and not _ABOUT.search(member) and not member.endswith(".toml"):
                yield member
        elif first_text(data, 200).lstrip()[:1] in ("{", "["):
            yield from _in_json(data[:_LOOKED_AT])


def _in_json(data: bytes) -> Iterable[str]:
    """Yield names of other sensors, and keys that come with each sample and are none of motion."""
    keys = Counter(match[1].decode() for match in _KEY.finditer(data))
    records = {match[1].decode() for match in _RECORD.finditer(data)}
    yield from sorted(name for name in keys.keys() | records if _OTHER_KEYS.search(name))
    often = max(MIN_SAMPLES, max(keys.values(), default=0) / 20)
    for name, count in keys.items():
        if count >= often and not any(it.search(name) for it in (_NO_SENSOR, _MOTION_KEYS, _OTHER_KEYS)):
            yield name


def _columns(asked: Asked) -> Iterable[str]:
    """Yield the columns that nobody asked for, x, y and z of one sensor together."""
    for member in sorted(asked.tables):
        sets: dict[str, list[str]] = {}
        for name in asked.unread(member) or ():
            if not _NO_SENSOR.search(name.strip()):
                rest, axis = split_axis(name)
                sets.setdefault(rest if axis else name, []).append(name)
        for names in sets.values():
            yield names[0].strip() if len(names) == 1 else f"{names[0].strip()} to {names[-1].strip()}"
