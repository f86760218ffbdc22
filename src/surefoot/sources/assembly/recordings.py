"""What every source needs: units checked against gravity, the gyroscope on one clock, one `Recording`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from surefoot.errors import UnitError, UnreadableFileError
from surefoot.model import Floats, Issue, Recording, Sensor
from surefoot.sources.assembly.timing import (
    ABSURD,
    MIN_SAMPLES,
    Signal,
    left_out,
    measured_rate,
    rows_dropped,
    tidy,
)
from surefoot.sources.tables import note_member
from surefoot.units import (
    ACCELERATION_TO_MPS2,
    ROTATION_TO_RADPS,
    STANDARD_GRAVITY_MPS2,
    acceleration_unit,
    is_gravity,
    near_gravity,
)

MIN_COVER: Final = 0.90
MAX_HOLE_S: Final = 0.25
_IMPLAUSIBLE_RADPS: Final = 20.0
_EXPECTED_GRAVITY: Final = "gravity at rest: 9.81 m/s², 1 g or 1000 mg"
_UNIT_WORDS: Final = {
    "m/s2": "m/s2", "mps2": "m/s2", "ms-2": "m/s2", "ms2": "m/s2", "m/s/s": "m/s2",
    "g": "g", "gs": "g", "mg": "mg",
    "cm/s2": "cm/s2", "cmps2": "cm/s2", "cms-2": "cm/s2", "cms2": "cm/s2", "cm/s/s": "cm/s2", "gal": "cm/s2",
    "rad/s": "rad/s", "radps": "rad/s", "rads": "rad/s",
    "deg/s": "deg/s", "dps": "deg/s", "°/s": "deg/s", "º/s": "deg/s", "degps": "deg/s", "degrees/s": "deg/s",
    "mdeg/s": "mdeg/s", "mdps": "mdeg/s", "m°/s": "mdeg/s",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a recording comes from.

    `sign` is +1 where the app writes specific force, -1 where it writes the opposite; it follows from app
    and platform alone. `clock_zero` is the wall time at the export's time zero. `remarks` are what the person
    wrote while recording, each with its seconds on the export's clock.
    """

    sign: int
    platform: str = ""
    device_model: str = ""
    part: str = ""
    clock_zero: datetime | None = None
    issues: tuple[Issue, ...] = ()
    notes: tuple[str, ...] = ()
    remarks: tuple[tuple[float, str], ...] = ()


def assemble(acceleration: Signal, gyroscope: Signal | None, origin: Origin) -> Recording:
    """Return the recording of an accelerometer (gravity included) and, where there is one, a gyroscope.

    Raises UnitError where the acceleration is not gravity, UnreadableFileError where too little is left.
    """
    acc = tidy(acceleration)
    acc_mps2, unit = _in_si(acc, origin.sign)
    issues = () if acc.unit else _unit_assumed(rest_norm(acc.values), unit)
    sensors = {"acceleration": Sensor(measured_rate(acc.time_s), unit, origin.sign, includes_gravity=True)}
    keep = np.ones(acc.time_s.size, dtype=bool)
    gyr_radps = None
    if gyroscope is not None:
        gyr, gyr_radps, keep, found = _gyroscope_on(acc.time_s, gyroscope)
        issues += found
        if gyr is not None:
            sensors["gyroscope"] = Sensor(measured_rate(gyr.time_s), gyr.unit)
    if not keep.all():
        gyr_radps = None if gyr_radps is None else gyr_radps[keep]
        acc, acc_mps2 = acc.take(keep), acc_mps2[keep]
    time_s = acc.time_s
    return Recording(
        time_s - time_s[0],
        acc_mps2,
        gyr_radps,
        part=origin.part,
        platform=origin.platform,
        device_model=origin.device_model,
        started=_started(origin.clock_zero, float(time_s[0])),
        sensors=sensors,
        issues=(*origin.issues, *acc.issues, *issues, *_remarks(origin, float(time_s[0]))),
        notes=origin.notes,
    )


def _remarks(origin: Origin, first_s: float) -> list[Issue]:
    """Return what the person wrote while recording, in the recording's own time."""
    return [
        Issue("note", "info", f"Note at {second - first_s:.1f} s: {' '.join(text.split()).rstrip('.')}.")
        for second, text in origin.remarks
    ]


def _started(zero: datetime | None, first_s: float) -> datetime | None:
    """Return the wall time of the first sample, None where the clock tells no zone or no possible date."""
    if zero is None or zero.tzinfo is None:
        return None
    try:
        return zero + timedelta(seconds=first_s)
    except OverflowError:
        return None


def add_gravity(user: Signal, gravity: Signal) -> Signal:
    """Return gravity plus gravity-removed acceleration, on the clock and in the unit of the latter."""
    user, gravity = tidy(user), tidy(gravity)
    inside = (user.time_s >= gravity.time_s[0]) & (user.time_s <= gravity.time_s[-1])
    user = left_out(user, inside, "for which there is no gravity")
    total = user.values + _interpolated(user.time_s, gravity) * unit_factor(gravity.unit, user.unit)
    return replace(user, name="acceleration", values=total, issues=(*user.issues, *gravity.issues))


def unit_factor(unit: str, wanted: str) -> float:
    """Return what turns one unit of acceleration into another, 1 where one is not known.

    >>> unit_factor("m/s2", "mg") == 1 / unit_factor("mg", "m/s2"), unit_factor("", "g")
    (True, 1.0)
    """
    known = ACCELERATION_TO_MPS2
    return known[unit] / known[wanted] if unit in known and wanted in known else 1.0


def canonical_unit(text: str) -> str:
    """Return the unit a header names, an empty string where it is not one of ours.

    >>> [canonical_unit(text) for text in ("m/s^2", "m/(s^2)", "m/s²", "G", "dps", "µT")]
    ['m/s2', 'm/s2', 'm/s2', 'g', 'deg/s', '']
    """
    plain = text.strip().lower().replace("²", "2")
    return _UNIT_WORDS.get(re.sub(r"[\s^()]", "", plain), "")


def rest_norm(values: Floats) -> float:
    """Return the median length of the vectors (n, 3) in the quietest quarter of a recording.

    >>> rest_norm(np.array([[0.0, 0.0, 9.8]] * 60 + [[0.0, 5.0, 9.0], [0.0, -30.0, 9.0]] * 60))
    9.8
    """
    norms = np.linalg.norm(values[(np.abs(values) < ABSURD).all(axis=1)], axis=1)
    if not norms.size:
        return 0.0
    size = max(MIN_SAMPLES, norms.size // 20)
    if norms.size < 2 * size:
        return float(np.median(norms))
    blocks = norms[: norms.size // size * size].reshape(-1, size)
    quietest = np.argsort(blocks.std(axis=1), kind="stable")[: max(1, len(blocks) // 4)]
    return float(np.median(blocks[quietest]))


def stem_of(member: str) -> str:
    """Return the file name without folder and extension.

    >>> stem_of("export/2025_Accelerometer.csv")
    '2025_Accelerometer'
    """
    return PurePosixPath(member).stem


def sole_member(files: Mapping[str, bytes], members: Sequence[str]) -> str:
    """Return the one table of a recording; raises UnreadableFileError where there is none or several."""
    if len(members) == 1:
        note_member(members[0])
        return members[0]
    raise UnreadableFileError(
        "This app writes one table for a recording.",
        found=", ".join(members or sorted(files))[:120] or "no files",
        expected="one table",
        do="Import the recordings one by one.",
    )


def sign_assumed(what: str, *, is_table: bool = True) -> Issue:
    """Return the issue of a direction that rests on an assumption; only a table takes a column mapping."""
    told = ", or say sign = 1 or -1 in a column mapping" if is_table else ": its upward axis must read +g"
    return Issue("sign_assumed", "warning", what, f"Check it with the sensor lying flat{told}.")


def gravity_missing(found: str, do: str, *, removed: bool = True) -> UnitError:
    """Return the refusal of an export whose acceleration has gravity removed, or that has none at all."""
    why = "The acceleration has gravity removed" if removed else "There is no acceleration"
    return UnitError(
        f"{why}, so up cannot be known.",
        found=found,
        expected="acceleration with gravity",
        do=do,
    )


def not_gravity(norm: float, stated: str) -> UnitError:
    """Return the refusal of a length at rest that is not gravity in the unit stated, or in any."""
    seen = acceleration_unit(norm)
    clash = "The unit in the file and the size of gravity contradict each other."
    mapping = f'acceleration_unit = "{seen}" if the unit is wrong' if seen else "the right columns"
    return UnitError(
        clash if seen else "The acceleration is not gravity in any known unit.",
        found=f"median |a| {norm:.3g} {stated}".rstrip() + (f", which is gravity in {seen}" if seen else ""),
        expected=_EXPECTED_GRAVITY,
        do="Export acceleration with gravity, straight from the app and not through a spreadsheet; or give a "
        f"column mapping with {mapping}.",
    )


def one_unit(names: Sequence[str], units: Iterable[str]) -> str:
    """Return the one of `units` that columns to be taken together tell, empty where none does.

    Raises UnitError where they tell several.
    """
    told = sorted({*units} - {""})
    if len(told) > 1:
        raise UnitError(
            "Columns that belong together have different units.",
            found=", ".join(names),
            expected="one unit for all of them",
            do="Export the recording again in one unit.",
        )
    return told[0] if told else ""


def rate_nominal(do: str = "") -> Issue:
    """Return the issue of times that were counted, as the file has none."""
    what = "The file has no times; they were counted by the rate that it tells."
    return Issue("rate_nominal", "info", what, do)


def _in_si(signal: Signal, sign: int) -> tuple[Floats, str]:
    """Return the acceleration in m/s² and the unit it was written in."""
    norm = rest_norm(signal.values)
    seen = signal.unit if is_gravity(norm, signal.unit) else acceleration_unit(norm)
    if seen is None or (signal.unit and signal.unit != seen):
        raise not_gravity(norm, signal.unit)
    values = signal.values * (ACCELERATION_TO_MPS2[seen] * sign)
    # Of stretches as quiet as one another either may count as rest, and scaling can change which.
    if acceleration_unit(rest_norm(values)) != "m/s2":
        raise UnitError(
            "The acceleration is gravity in some quiet stretches and not in others.",
            found=f"median |a| {norm:.3g} {signal.unit}".rstrip() + f", and {rest_norm(values):.3g} m/s²",
            expected=_EXPECTED_GRAVITY,
            do="Export the recording again from the app.",
        )
    return values, seen


def _unit_assumed(norm: float, unit: str) -> tuple[Issue, ...]:
    """Name the unit that nobody told, where the size of gravity alone does not bear it out."""
    if near_gravity(norm, unit):
        return ()
    off = norm * ACCELERATION_TO_MPS2[unit] / STANDARD_GRAVITY_MPS2 - 1
    than = f"{abs(off):.1%} {'more' if off > 0 else 'less'} than gravity"
    what = f"The file tells no unit of acceleration; {norm:.4g} at rest was taken for {unit}, {than}."
    return (
        Issue("unit_assumed", "info", what, "Say acceleration_unit in a column mapping if that is wrong."),
    )


def _gyroscope_on(
    time_s: Floats, gyroscope: Signal
) -> tuple[Signal | None, Floats | None, NDArray[np.bool_], tuple[Issue, ...]]:
    """Put a gyroscope on the accelerometer's clock; say why where it cannot be."""
    everything = np.ones(time_s.size, dtype=bool)
    try:
        gyr = _usable(gyroscope)
        reason = _unusable(time_s, gyr)
    except UnreadableFileError as error:
        gyr, reason = None, error.what
    if gyr is None or reason:
        do = "The numbers were made without it; record both sensors together."
        return None, None, everything, (Issue("gyroscope_left_out", "warning", reason, do),)
    keep = (time_s >= gyr.time_s[0] - MAX_HOLE_S) & (time_s <= gyr.time_s[-1] + MAX_HOLE_S)
    lost = int((~keep).sum())
    outside = "for which there is no gyroscope"
    issues = (*gyr.issues, *([rows_dropped("acceleration", lost, time_s.size, outside)] if lost else []))
    values = _interpolated(time_s, gyr) * ROTATION_TO_RADPS[gyr.unit]
    return gyr, values, keep, issues


def _usable(gyroscope: Signal) -> Signal | None:
    finite = np.isfinite(gyroscope.time_s) & np.isfinite(gyroscope.values).all(axis=1)
    if not finite.any() or not gyroscope.values[finite].any():
        return None
    return tidy(gyroscope)


def _unusable(time_s: Floats, gyr: Signal | None) -> str:
    """Return why a gyroscope cannot be used with these accelerometer times, an empty string if it can."""
    if gyr is None:
        return "The gyroscope holds no usable samples."
    if gyr.unit not in ROTATION_TO_RADPS:
        return "The unit of the gyroscope is not known."
    speed = float(np.median(np.linalg.norm(gyr.values, axis=1))) * ROTATION_TO_RADPS[gyr.unit]
    if speed > _IMPLAUSIBLE_RADPS:
        return f"The gyroscope reads {speed:.0f} rad/s most of the time, so its unit is wrong."
    overlap = min(time_s[-1], gyr.time_s[-1]) - max(time_s[0], gyr.time_s[0])
    cover = overlap / (time_s[-1] - time_s[0])
    if cover < MIN_COVER:
        return f"The gyroscope covers only {max(cover, 0):.0%} of the acceleration."
    hole = _largest_hole(time_s, gyr.time_s)
    return f"The gyroscope has a hole of {hole:.2f} s." if hole > MAX_HOLE_S else ""


def _largest_hole(time_s: Floats, gyroscope_s: Floats) -> float:
    """Return the longest stretch without gyroscope in whose inside the accelerometer has samples."""
    inside = time_s[(time_s > gyroscope_s[0]) & (time_s < gyroscope_s[-1])]
    after = np.searchsorted(gyroscope_s, inside)
    before_s, after_s = gyroscope_s[after - 1], gyroscope_s[after]
    deep = np.minimum(inside - before_s, after_s - inside) > MAX_HOLE_S / 2
    return float((after_s - before_s)[deep].max(initial=0.0))


def _interpolated(time_s: Floats, signal: Signal) -> Floats:
    if np.array_equal(time_s, signal.time_s):
        return signal.values
    return np.column_stack([np.interp(time_s, signal.time_s, column) for column in signal.values.T])
