"""`Assessment`: the numbers of one trial; `Change` and `Trend`: what became of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from surefoot.model.recording import CUT_OFF, Issue
from surefoot.model.setup import Setup
from surefoot.model.trial import Event
from surefoot.units import unit_of

# The values that a recording which breaks off cuts short.
TIMES_HELD: Final = ("hold_time_s", "longest_hold_s")

Verdict = Literal["steadier", "less steady", "no real change", "cannot say"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an assessment came from: enough to make it again and to know what it may be compared with.

    `settings` is the fingerprint: two assessments may be compared only where it is equal.
    """

    surefoot_version: str
    metrics_version: int
    source: str
    source_sha256: str
    part: str
    rate_hz: float
    duration_s: float
    steady_s: tuple[float, float]
    window_s: tuple[float, float]
    settings: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", MappingProxyType(dict(self.settings)))


@dataclass(frozen=True, slots=True)
class Assessment:
    """The numbers of one trial. Raises ValueError where a value is not finite."""

    setup: Setup
    protocol: str
    primary: str
    values: Mapping[str, float]
    issues: tuple[Issue, ...]
    events: tuple[Event, ...]
    provenance: Provenance

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        broken = [key for key, value in self.values.items() if not math.isfinite(value)]
        if broken:
            raise ValueError(f"values that are not finite: {broken}")

    @property
    def headline(self) -> str:
        """Key of the number to show first: the primary one, or how long a failed trial was held."""
        return next((key for key in (self.primary, "hold_time_s") if key in self.values), "")

    @property
    def is_cut_off(self) -> bool:
        """Whether technology ended the trial, a lost link or a phone that slept, before the person did."""
        return any(issue.code == CUT_OFF for issue in self.issues)

    @property
    def counts(self) -> bool:
        """Whether the trial counts: in trends, on the ladder, in means, ratios and sums.

        Practice does not, and neither does a trial that technology ended: it is no short hold.
        """
        return not (self.setup.practice or self.is_cut_off)

    def is_at_least(self, key: str) -> bool:
        """Whether a value is only known to be that large: the time held when the recording broke off."""
        return self.is_cut_off and key in TIMES_HELD

    @property
    def units(self) -> dict[str, str]:
        """The printed unit of each value."""
        return {key: unit_of(key) for key in self.values}


@dataclass(frozen=True, slots=True)
class Change:
    """One metric before and after, and whether the difference exceeds what repeating the test would show.

    `change_pct` is ``100 * (after / before - 1)``. `smallest_real_change_pct` is the rise that noise alone
    exceeds in one comparison of forty; the same factor holds downward (37 % up is 27 % down).
    """

    metric: str
    before: float
    after: float
    change_pct: float
    smallest_real_change_pct: float
    smallest_real_change_source: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric of one person under one set of settings, over time.

    `slope_per_week_pct` is the Theil–Sen slope of ln values as per cent a week, `interval` its 95 % one;
    both are None for fewer than five sessions; `trials` counts those of each session. `baseline` are the
    first and the last session of the settled baseline, by number from 0. `band` is the range of values
    within which nothing is said; for a metric that is only shown it is that of the values themselves, and
    `smallest_real_change_pct` None. `running` is the running mean that the verdict rests on, `sums` the
    cumulative sums in SD of what lies below and above the baseline, which decide nothing; both hold one
    entry for each session since the baseline.
    """

    metric: str
    setup: Setup
    dates: tuple[datetime, ...]
    values: tuple[float, ...]
    slope_per_week_pct: float | None
    interval: tuple[float, float] | None
    kendall_tau: float | None
    kendall_p: float | None
    smallest_real_change_pct: float | None
    smallest_real_change_source: str
    band: tuple[float, float]
    verdict: Verdict
    reason: str
    trials: tuple[int, ...] = ()
    baseline: tuple[int, int] | None = None
    running: tuple[float, ...] = ()
    sums: tuple[tuple[float, float], ...] = ()
