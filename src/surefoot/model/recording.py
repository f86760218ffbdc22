"""`Recording`: what a sensor measured, in SI, in its own frame; `Issue`: what to be careful about."""

from __future__ import annotations

import copyreg
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from surefoot.errors import UnitError, UnknownColumnsError
from surefoot.units import ACCELERATION_TO_MPS2, ROTATION_TO_RADPS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame

    from surefoot.model.arrays import Floats

Severity = Literal["info", "warning"]

# The issue of a recording whose direction nothing tells: what turns round with it is withheld.
SIGN_UNKNOWN: Final = "sign_unknown"
# Told of a recording that something other than the person ended, and of a trial whose hold that cut short.
BROKEN_OFF: Final = "broken_off"
CUT_OFF: Final = "cut_off"
# Told of a trial whose samples begin after a hole, when somebody may have stood for a while.
LATE_START: Final = "late_start"
# What was left out of the numbers of a trial and why; lists of trials pass over it.
WITHHELD: Final = "withheld"


def _thaw(frozen: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _freeze, (dict(frozen),)


def _freeze(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


# Public types hold frozen mappings, which Python itself can neither pickle nor copy deep.
copyreg.pickle(MappingProxyType, _thaw)


def made_anew(noun: Any) -> tuple[Any, ...]:
    """Return how pickle and copy make a frozen type again: as at first, its arrays read-only."""
    return type(noun), tuple(getattr(noun, each.name) for each in fields(noun))


def is_same(one: Any, other: object) -> bool:
    """Tell whether two of a frozen type are equal in every field, arrays number by number."""
    if one is other:
        return True
    names = [each.name for each in fields(one)]
    return type(one) is type(other) and all(
        _is_equal(getattr(one, name), getattr(other, name)) for name in names
    )


def _is_equal(one: Any, other: Any) -> bool:
    import numpy as np

    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    return bool(one == other) if type(one) is type(other) else False


@dataclass(frozen=True, slots=True)
class Issue:
    """Something to be careful about in a number that could still be computed."""

    code: str
    severity: Severity
    what: str
    do: str = ""

    @property
    def message(self) -> str:
        """What was found and what to do, in one line."""
        return f"{self.what} {self.do}".rstrip()


def broken_off(why: str) -> Issue:
    """Return what is told of a recording that a link, a phone or a program ended; `why` is a sentence.

    It stays with the recording for good: whether it cut a trial short is found anew at each analysis.
    """
    return Issue(BROKEN_OFF, "info", why)


@dataclass(frozen=True, slots=True)
class Sensor:
    """What one sensor of an export delivered, as found in the file before any conversion.

    `sign` is ``+1`` where the app writes specific force (+g on the upward axis at rest), ``-1`` where it
    writes the opposite, and 0 where that is not known or has no meaning (a gyroscope).
    """

    rate_hz: float
    unit: str
    sign: int = 0
    includes_gravity: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Recording:
    """A raw recording: times, specific force and rotation rate in the sensor frame.

    `time_s` (n,) strictly increases; `acc_mps2` (n, 3) is specific force (+g upward at rest);
    `gyr_radps` (n, 3) shares the accelerometer's times, or is None. All are float64 and read-only.
    `started` is the wall-clock time of time zero where the export tells it, with its zone.
    Raises ValueError where shapes disagree, times do not increase or a value is not finite.

    >>> Recording([0.0, 0.01], [[0, 0, 9.8]] * 2, source="example")
    <Recording example: 2 samples, 0.0 s, no gyroscope>
    """

    time_s: Floats
    acc_mps2: Floats
    gyr_radps: Floats | None = None
    source: str = "unknown"
    part: str = ""
    sha256: str = ""
    platform: str = ""
    device_model: str = ""
    started: datetime | None = None
    sensors: Mapping[str, Sensor] = field(default_factory=dict)
    dropped_columns: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        from surefoot.model.arrays import frozen_floats

        set_field = object.__setattr__
        set_field(self, "time_s", frozen_floats(self.time_s, "time_s", (None,)))
        samples = self.time_s.size
        set_field(self, "acc_mps2", frozen_floats(self.acc_mps2, "acc_mps2", (samples, 3)))
        if self.gyr_radps is not None:
            set_field(self, "gyr_radps", frozen_floats(self.gyr_radps, "gyr_radps", (samples, 3)))
        set_field(self, "sensors", MappingProxyType(dict(self.sensors)))
        if samples < 2 or (self.time_s[1:] <= self.time_s[:-1]).any():
            raise ValueError("time_s must hold at least two strictly increasing times")
        if self.started is not None and self.started.tzinfo is None:
            raise ValueError("started must carry its time zone")

    def __reduce__(self) -> tuple[Any, ...]:
        return made_anew(self)

    def __eq__(self, other: object) -> bool:
        return is_same(self, other)

    def __hash__(self) -> int:
        return hash((self.sha256, self.part, self.time_s.size, float(self.acc_mps2[-1, 0])))

    @classmethod
    def from_frame(
        cls,
        table: DataFrame,
        *,
        time: str,
        acc: Sequence[str],
        gyr: Sequence[str] = (),
        unit: str = "m/s2",
        gyr_unit: str = "rad/s",
        source: str = "frame",
    ) -> Recording:
        """Return the recording in a DataFrame: a column of times, three of acceleration, three of rotation.

        `time` may be the index; it is in seconds, or times with a zone. Acceleration is specific force (+g on
        the upward axis at rest) in m/s2, g, mg or cm/s2, rotation in rad/s, deg/s or mdeg/s. Raises
        UnknownColumnsError for a column that is not there, UnitError for a unit that is not known, ValueError
        for times that do not rise and values that are missing.
        """
        columns = {str(name): table[name].to_numpy() for name in table} | {
            str(table.index.name): table.index.to_numpy()
        }
        missing = [name for name in (time, *acc, *gyr) if name not in columns]
        if missing:
            raise UnknownColumnsError(
                "The frame has no such column.",
                found=", ".join(columns),
                expected=", ".join(missing),
                do="Name the columns of time, acc and gyr as the frame has them.",
            )
        time_s, started = _seconds(columns[time])
        acc_mps2 = _in_si(columns, acc, unit, ACCELERATION_TO_MPS2)
        gyr_radps = _in_si(columns, gyr, gyr_unit, ROTATION_TO_RADPS) if gyr else None
        digest = sha256(
            b"".join(each.tobytes() for each in (time_s, acc_mps2, gyr_radps) if each is not None)
        )
        return cls(time_s, acc_mps2, gyr_radps, source=source, started=started, sha256=digest.hexdigest())

    def frame(self) -> DataFrame:
        """Return the samples as a DataFrame by ``time_s``, in the sensor's own axes."""
        import pandas as pd

        sensors = {"acc_{}_mps2": self.acc_mps2, "gyr_{}_radps": self.gyr_radps}
        columns = {
            name.format(axis): samples[:, index]
            for name, samples in sensors.items()
            if samples is not None
            for index, axis in enumerate("xyz")
        }
        return pd.DataFrame(columns, index=pd.Index(self.time_s, name="time_s"))

    @property
    def duration_s(self) -> float:
        """Time from the first to the last sample."""
        return float(self.time_s[-1] - self.time_s[0])

    def __repr__(self) -> str:
        name = f"{self.source} {self.part}".strip()
        gyroscope = "no gyroscope" if self.gyr_radps is None else "gyroscope"
        return f"<Recording {name}: {self.time_s.size} samples, {self.duration_s:.1f} s, {gyroscope}>"


def _seconds(times: NDArray[Any]) -> tuple[Floats, datetime | None]:
    """Return times in seconds, and when they began where they tell; those of a clock count from the first."""
    import numpy as np

    if times.dtype == object and times.size and isinstance(times[0], datetime):
        return np.array([(each - times[0]).total_seconds() for each in times]), _zoned(times[0])
    if np.issubdtype(times.dtype, np.datetime64):
        nanoseconds = times.astype("datetime64[ns]").astype(np.int64)
        return (nanoseconds - nanoseconds[0]) / 1e9, None
    return np.asarray(times, dtype=np.float64), None


def _zoned(time: datetime) -> datetime | None:
    return time if time.tzinfo is not None else None


def _in_si(
    columns: Mapping[str, NDArray[Any]], names: Sequence[str], unit: str, known: Mapping[str, float]
) -> Floats:
    import numpy as np

    if unit not in known:
        raise UnitError(
            "This unit is not known.",
            found=repr(unit),
            expected=f"one of {', '.join(known)}",
            do="Name the unit of the columns, or convert them.",
        )
    return np.stack([np.asarray(columns[name], dtype=np.float64) for name in names], axis=1) * known[unit]
