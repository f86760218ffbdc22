"""phyphox (RWTH Aachen), Android and iOS: a zip of CSV tables, one table alone in five dialects, or Excel.

Specific force in m/s² with the Android sign on both platforms: the app turns iOS around itself. Rotation in
rad/s. Times in s since the start of the experiment; a pause is not seen in them, only in ``meta/time.csv``,
so each stretch between START and PAUSE is a recording of its own. Source: phyphox-android and phyphox-ios,
files ``DataExport.java`` and ``ExperimentExportSet.swift``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from surefoot.errors import UnreadableFileError
from surefoot.model import Floats, Recording
from surefoot.sources.assembly.recordings import (
    Origin,
    add_gravity,
    assemble,
    canonical_unit,
    gravity_missing,
    stem_of,
)
from surefoot.sources.assembly.timing import MIN_SAMPLES, Signal, left_out
from surefoot.sources.tables import Table, first_text, read_rows, read_table, skip_preface

TITLE: Final = "phyphox (CSV or Excel)"

_TABLE: Final = re.compile(
    r'"?Time \(s\)"?[,;\t]"?((Linear Acceleration|Acceleration|Gravity) [xX] \(m/s\^2\)'
    r"|Gyroscope [xX] \(rad/s\))"
    r'|"?Time t \(s\)"?[,;\t]"?(Linear Acceleration|Acceleration|Gyroscope|Gravity) [xX] \('
    r'|"Time \(s\)"[,;\t]"[xX] \((m/s\^2|rad/s)\)"|"t"[,;\t]"x"[,;\t]"y"[,;\t]"z"'
    r'|"time"[,;\t]"Acceleration x"'
)
_EVENTS: Final = re.compile(r'"?event"?[,;\t]"?experiment time"?[,;\t]')
_EXPORT_HINT: Final = "In phyphox, record the experiment “Acceleration (with g)” and export as CSV."


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The time between START and PAUSE on the experiment's clock, and the wall time at its zero."""

    start_s: float
    end_s: float
    clock_zero: datetime | None


def claims(files: Mapping[str, bytes]) -> bool:
    """Tell whether a member has the header of a phyphox table or of its ``meta/time.csv``."""
    heads = [skip_preface(first_text(data, 400)).lstrip() for data in files.values()]
    return any(_TABLE.match(head) or _EVENTS.match(head) for head in heads)


def parse(files: Mapping[str, bytes]) -> tuple[Recording, ...]:
    """Return one recording for each stretch between START and PAUSE.

    Raises UnitError where there is no acceleration with gravity, UnreadableFileError for broken tables.
    """
    signals = _signals(files)
    acceleration = _acceleration(signals)
    platform, model = _device(files)
    stretches = _stretches(files)
    recordings = []
    for number, stretch in enumerate(stretches, start=1):
        acc = _within(acceleration, stretch)
        if acc.time_s.size < MIN_SAMPLES and len(stretches) > 1:
            continue
        part = str(number) if len(stretches) > 1 else ""
        gyr = _within(signals["gyroscope"], stretch) if "gyroscope" in signals else None
        origin = Origin(+1, platform, model, part, stretch.clock_zero)
        recordings.append(assemble(acc, gyr, origin))
    if not recordings:
        raise UnreadableFileError(
            "No stretch between START and PAUSE holds samples.",
            found=f"{acceleration.time_s.size} samples, {len(stretches)} stretches",
            expected=f"at least {MIN_SAMPLES} samples in one of them",
            do="Export the recording again.",
        )
    return tuple(recordings)


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as phyphox exports it (CSV, comma and decimal point)."""
    acc = _csv("Acceleration {} (m/s^2)", recording.time_s, recording.acc_mps2)
    files = {"Accelerometer.csv": acc}
    if recording.gyr_radps is not None:
        files["Gyroscope.csv"] = _csv("Gyroscope {} (rad/s)", recording.time_s, recording.gyr_radps)
    brand = {"ios": "Apple", "android": "google"}.get(recording.platform, "")
    device = [("property", "value"), ("deviceModel", recording.device_model), ("deviceBrand", brand)]
    files["meta/device.csv"] = "".join(f'"{key}","{value}"\n' for key, value in device).encode()
    if recording.started is not None:
        files["meta/time.csv"] = _events_csv(recording.started, float(recording.time_s[-1]))
    return files


def _signals(files: Mapping[str, bytes]) -> dict[str, Signal]:
    """Return the sensors of an export by kind; the first table of a kind counts, others are passed over."""
    tables: dict[str, tuple[Table, str, str]] = {}
    for member, data in sorted(files.items()):
        head = skip_preface(first_text(data, 400)).lstrip()
        if _TABLE.match(head):
            table = read_table(data, member)
            kind, unit = _kind(table.names, stem_of(member))
            tables.setdefault(kind, (table, unit, member))
    apart = () if "acceleration" in tables else ("linear", "gravity")
    wanted = [kind for kind in tables if kind in ("acceleration", "gyroscope", *apart)]
    return {kind: _signal(tables[kind][0], kind, *tables[kind][1:]) for kind in wanted}


def _kind(names: Sequence[str], stem: str) -> tuple[str, str]:
    """Return which sensor a table holds and its unit; custom experiments tell only by the file's name."""
    quantity, _, rest = (names[1] if len(names) > 1 else "").partition("(")
    unit = canonical_unit(rest.rpartition(")")[0])
    words = f"{quantity} {stem if quantity.strip().lower() in 'xyz' else ''}".lower()
    for word, kind in (("linear", "linear"), ("gravity", "gravity"), ("gyro", "gyroscope")):
        if word in words:
            return kind, unit or ("rad/s" if kind == "gyroscope" else "")
    return ("gyroscope" if unit in ("rad/s", "deg/s") else "acceleration"), unit


def _signal(table: Table, kind: str, unit: str, member: str) -> Signal:
    if len(table.names) < 4:
        raise UnreadableFileError(
            f"{member} lacks an axis.",
            found=", ".join(table.names),
            expected="a time and the axes x, y and z",
            do="Export the recording again with all three axes.",
        )
    time_s, values = table[table.names[0]], table.block(_axes(table.names))
    # Android gives samples from before the start the time 0: the last of them is the nearest to it.
    clamped = int(np.logical_and.accumulate(time_s == 0).sum())
    begun = np.arange(time_s.size) >= clamped - 1
    return left_out(Signal(kind, time_s, values, unit), begun, "from before the start")


def _axes(names: Sequence[str]) -> list[int]:
    """Return the columns of x, y and z by name."""
    axes = [re.sub(r"\(.*\)", "", name).strip().lower()[-1:] for name in names]
    return [axes.index(axis, 1) if axis in axes[1:] else place for place, axis in enumerate("xyz", start=1)]


def _acceleration(signals: Mapping[str, Signal]) -> Signal:
    if "acceleration" in signals:
        return signals["acceleration"]
    if "linear" in signals and "gravity" in signals:
        return add_gravity(signals["linear"], signals["gravity"])
    if not signals:
        raise UnreadableFileError(
            "The phyphox export holds no sensor table.",
            found="only its description",
            expected="a table such as Accelerometer.csv",
            do=_EXPORT_HINT,
        )
    found = f"only {', '.join(sorted(signals))}"
    raise gravity_missing(found, _EXPORT_HINT, removed="linear" in signals)


def _device(files: Mapping[str, bytes]) -> tuple[str, str]:
    """Return platform and model from ``meta/device.csv``, empty where it is missing."""
    for member, data in files.items():
        if member.lower().endswith("device.csv") and first_text(data, 100):
            properties = {row[0]: row[1] for row in read_rows(data, member) if len(row) > 1}
            brand = properties.get("deviceBrand", "")
            platform = "ios" if brand == "Apple" else "android" if brand else ""
            return platform, properties.get("deviceModel", "")
    return "", ""


def _stretches(files: Mapping[str, bytes]) -> list[_Stretch]:
    """Return the stretches that ``meta/time.csv`` tells, or one without end."""
    events = next(
        (m for m, d in files.items() if _EVENTS.match(skip_preface(first_text(d, 400)).lstrip())), ""
    )
    rows = [row for row in read_rows(files[events], events) if len(row) >= 4][1:] if events else []
    starts = [row for row in rows if row[0] == "START"]
    ends = [_seconds(row[1]) for row in rows if row[0] == "PAUSE"]
    if len(starts) < 2:
        zero = _clock_zero(starts[0]) if starts else None
        return [_Stretch(-np.inf, np.inf, zero)]
    ends += [np.inf] * (len(starts) - len(ends))
    firsts = [-np.inf, *(_seconds(row[1]) for row in starts[1:])]
    return [_Stretch(a, b, _clock_zero(row)) for a, b, row in zip(firsts, ends, starts, strict=False)]


def _seconds(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise UnreadableFileError(
            "meta/time.csv does not tell when the experiment ran.",
            found=repr(text[:40]),
            expected="a number of seconds",
            do="Export the recording again.",
        ) from None


def _clock_zero(row: Sequence[str]) -> datetime | None:
    """Return the wall time at the experiment's time zero, in the phone's zone where the row tells it."""
    try:
        moment = datetime.fromtimestamp(_seconds(row[2]), UTC) - timedelta(seconds=_seconds(row[1]))
        return moment.astimezone(datetime.strptime(row[3][-6:], "%z").tzinfo)
    except (ValueError, OverflowError, OSError):
        return None


def _within(signal: Signal, stretch: _Stretch) -> Signal:
    if np.isinf([stretch.start_s, stretch.end_s]).all():
        return signal
    inside = (signal.time_s >= stretch.start_s) & (signal.time_s < stretch.end_s)
    return replace(signal, time_s=signal.time_s[inside], values=signal.values[inside])


def _csv(header: str, time_s: Floats, values: Floats) -> bytes:
    names = ["Time (s)", *(header.format(axis) for axis in "xyz")]
    rows = np.column_stack([time_s, values])
    lines = [",".join(f'"{name}"' for name in names), *(",".join(map(_number, row)) for row in rows.tolist())]
    return ("\n".join(lines) + "\n").encode()


def _number(value: float) -> str:
    """Return a number as phyphox writes it.

    >>> _number(0.0028105), _number(-9.8)
    ('2.810500000E-3', '-9.800000000E0')
    """
    mantissa, _, exponent = f"{value:.9E}".partition("E")
    return f"{mantissa}E{int(exponent)}"


def _events_csv(started: datetime, end_s: float) -> bytes:
    lines = ['"event","experiment time","system time","system time text"']
    for event, second in (("START", 0.0), ("PAUSE", end_s)):
        moment = started + timedelta(seconds=second)
        zone = f"{moment:%z}"
        text = f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d} UTC{zone[:3]}:{zone[3:5]}"
        lines.append(f'"{event}",{_number(second)},{moment.timestamp():.6f},"{text}"')
    return ("\n".join(lines) + "\n").encode()
