"""`Recording`: what a sensor measured, in SI, in its own frame; `Issue`: what to be careful about."""

from __future__ import annotations

import copyreg
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
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

    @property
    def duration_s(self) -> float:
        """Time from the first to the last sample."""
        return float(self.time_s[-1] - self.time_s[0])

    def __repr__(self) -> str:
        name = f"{self.source} {self.part}".strip()
        gyroscope = "no gyroscope" if self.gyr_radps is None else "gyroscope"
        return f"<Recording {name}: {self.time_s.size} samples, {self.duration_s:.1f} s, {gyroscope}>"
